"""Aligner: links published speeches to the moments of the recordings they were given in."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("aligner")
except PackageNotFoundError:  # run from a source tree that was never installed
    __version__ = "0+unknown"
