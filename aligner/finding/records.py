"""What finding tells: where a quote was said, how exactly, by whom, and how much was looked through.

Last step of finding; the command, the viewer and the API show these. Times are whole milliseconds from the start of
the recording.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from aligner.model import Status
from aligner.output.differences import Run

SURE = 0.5
"""Confidence from which a place counts as found."""


@dataclass(frozen=True, slots=True)
class PublishedAt:
    """A passage of a post that gives the words of a place."""

    slug: str
    title: str
    """May be empty."""
    passage_id: str
    text: str
    speaker: str | None
    status: Status
    """`spoken`: published as it was said; `reworded`: in other words."""
    quoted: bool
    """Whether the quote stands in it word for word."""


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place where a quote was said, or may have been."""

    media_id: str
    title: str
    """The session's; may be empty."""
    url: str
    """The recording's own address."""
    provider: str
    day: dt.date | None
    """The session's; None where no one knows it."""
    start_ms: int
    end_ms: int
    said: str
    """The words that were said there, from the first to the last that the quote has."""
    runs: tuple[Run, ...]
    """The same with the quote's: what both have, what only one of them has."""
    manner: str
    """`exact` (word for word), `close` (small differences), `part` (in part, or in other words)."""
    share: float
    """Share of the quote that was said, its words weighed by what they prove."""
    confidence: float
    """How likely it is that the quote was said there."""
    turned: str | None
    """The first word of the quote that was not said and on which its meaning turns: a number, a negation."""
    speaker: str | None
    """None where no published passage tells."""
    published: tuple[PublishedAt, ...]

    @property
    def is_sure(self) -> bool:
        """Whether it counts as found."""
        return self.confidence >= SURE


@dataclass(frozen=True, slots=True)
class Found:
    """All that is known of a quote."""

    quote: str
    """On one line, without the marks around it."""
    parts: tuple[str, ...]
    """What was looked for, in order: a newspaper's "[…]" cuts a quote into parts."""
    speaker: str | None
    """Whose words alone were looked at, where somebody's were asked for."""
    places: tuple[FoundPlace, ...]
    """Where it was said, the best first."""
    near: tuple[FoundPlace, ...]
    """Where it may have been said, and it is not likely; the best first."""
    more: bool
    """Whether it was said in more places than are told."""
    sessions: int
    """Recordings of which something was heard, all of which were looked through."""
    heard_ms: int
    words: int

    @property
    def is_said(self) -> bool:
        """Whether it was said in what was heard."""
        return bool(self.places)
