"""Aligner: links published speeches to the moments of the recordings they were given in.

`from aligner import align_post, Transcript, Alignment`: what programs use is named here and documented in
`docs/python.md`. It is loaded when it is first asked for, so that `import aligner` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # type checkers take it for true by its name; `typing` itself would be most of the cost
if TYPE_CHECKING:
    from aligner.api import (
        align_post,
        hear_recording,
        parse_post,
        read_post,
        read_transcript,
        subtitles,
        to_json,
    )
    from aligner.errors import AlignerError
    from aligner.model import Alignment, Kind, Match, Media, Passage, Post, Status, TimedWord, Transcript, Word

    __version__: str

__all__ = [
    "AlignerError",
    "Alignment",
    "Kind",
    "Match",
    "Media",
    "Passage",
    "Post",
    "Status",
    "TimedWord",
    "Transcript",
    "Word",
    "__version__",
    "align_post",
    "hear_recording",
    "parse_post",
    "read_post",
    "read_transcript",
    "subtitles",
    "to_json",
]


if not TYPE_CHECKING:  # with it, they would take every name for one of ours

    def __getattr__(name: str) -> object:
        """Load what is asked for, and keep it."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        if name == "__version__":
            value = _read_version()
        else:
            room = "api" if name.islower() else "errors" if name.endswith("Error") else "model"
            value = getattr(import_module(f"aligner.{room}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        """What is there, loaded or not."""
        return sorted({*globals(), *__all__})


def _read_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("aligner")
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "0+unknown"
