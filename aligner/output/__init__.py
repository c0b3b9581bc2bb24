"""Tell: alignments become files that other programs and people use."""
