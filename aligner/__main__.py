"""`python -m aligner` is `aligner`."""

from aligner.cli import main

main(prog_name="aligner")
