"""Hear: a link becomes a recording on disk, and a recording becomes timed words."""
