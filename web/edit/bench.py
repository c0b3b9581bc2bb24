"""What the bench asks of the program behind it: to match a post again, and to look at the sound.

Between the bench's pages and `aligner.editing`, which stands behind this Protocol: the viewer itself imports nothing
that matches or decodes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, cast

from flask import current_app

from aligner.model import Outcome, Span

EXTENSION = "aligner.bench"


class Bench(Protocol):
    """The program behind the pages. Every method may raise an `AlignerError`."""

    @property
    def token(self) -> str:
        """What every form must send back: made anew at each start, told to our own pages only."""

    def corrections_path(self, slug: str) -> Path:
        """Where the corrections of a post stand, or would."""

    def corrected_slugs(self) -> frozenset[str]:
        """The posts that have corrections."""

    def realign(self, slug: str) -> Outcome:
        """Match a post again, with what its corrections file says now and what was heard already."""

    def peaks(self, media_id: str, span: Span) -> bytes | None:
        """The loudness of a span in ms, a byte for each 20 ms (`aligner.sound.peaks`); None without local sound."""


def the_bench() -> Bench:
    """The bench of the application that answers this request."""
    return cast("Bench", current_app.extensions[EXTENSION])
