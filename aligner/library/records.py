"""What the library tells, as frozen dataclasses: one line of a list each.

Used by the viewer's lists, pages of sessions and people, and the search. All are read from the index (`library`),
which is made from the alignment files and the transcripts. Times are whole milliseconds from the start of the
recording; names that end in `_ms` are such times or lengths.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from aligner.model import Span, Status


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post in a list."""

    slug: str
    title: str
    """May be empty: a post need not have one."""
    date: str | None
    """As published; may be a date that cannot be read, then `day` is None."""
    day: dt.date | None
    speakers: tuple[str, ...]
    """Those whose words it gives, in the order in which they first appear."""
    tags: tuple[str, ...]
    coverage: Mapping[str, int]
    """How many passages claim to be somebody's words (`passages`), and how many have each status."""
    media_ids: tuple[str, ...]
    """The recordings it stands on."""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A recording in a list: one that a post stands on, or that was heard."""

    media_id: str
    title: str
    """May be empty."""
    provider: str
    url: str
    date: str | None
    """The recording's own."""
    day: dt.date | None
    """Its place in the lists: the recording's own day, else that of the earliest post that stands on it."""
    duration_ms: int | None
    words: int
    """Words heard; 0 where it was never heard."""
    heard_ms: int
    """What the rows of its verbatim transcript cover, together."""
    posts: int
    """Posts that stand on it."""
    passages: int
    """Passages that are linked into it (spoken, reworded)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a recording's verbatim transcript: some eight to sixteen words, cut where the speaker pauses."""

    number: int
    """Counted from 0 within the recording."""
    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A passage that was placed in a recording."""

    slug: str
    title: str
    """The post's."""
    passage_id: str
    text: str
    speaker: str | None
    status: Status
    """`spoken` or `reworded`; `uncertain` only where such moments were asked for."""
    confidence: float
    media_id: str
    start_ms: int
    end_ms: int
    day: dt.date | None
    """The post's."""


@dataclass(frozen=True, slots=True)
class SpeakerLine:
    """A person whose words are published."""

    name: str
    posts: int
    """Posts that give words of theirs, placed or not."""
    passages: int
    """Passages of theirs that are linked (spoken, reworded)."""
    spoken_ms: int
    """What these passages cover in the recordings; what two posts both publish counts once."""


@dataclass(frozen=True, slots=True)
class TagLine:
    """A tag of the posts' front matter."""

    name: str
    posts: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A published passage or a stretch of what was heard that matches a search."""

    source: str
    """`published` or `heard`."""
    text: str
    """The passage; or the row, with the next one where the match runs across both."""
    marks: tuple[Span, ...]
    """Characters of `text` that matched, in order, apart."""
    slug: str | None = None
    """The post's, as `title` and `day`; None for what was only heard."""
    title: str | None = None
    passage_id: str | None = None
    speaker: str | None = None
    day: dt.date | None = None
    """The post's; of what was heard the session's."""
    status: Status | None = None
    """The verdict; None for what was heard, and for headings and reported speech, which are not looked for."""
    media_id: str | None = None
    """Where to play it, as `start_ms` and `end_ms`; None where it has no place. An uncertain place has one."""
    media_title: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what a search found."""

    query: str
    """As typed."""
    hits: tuple[Hit, ...]
    total: int
    """Hits on all pages."""
    meant: tuple[tuple[str, str], ...] = ()
    """Words that nothing holds, each with the word that was searched instead: `(typed, searched)`."""
