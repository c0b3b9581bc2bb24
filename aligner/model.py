"""Every fact that travels through the program, as frozen dataclasses.

Place in the flow: read makes a `Post`, hear makes a `Media` and its `Transcript`, match makes an
`Alignment` of `Match`es, tell turns it into files of `Cue`s. This module imports nothing of ours.
All times are whole milliseconds from the start of the recording and end in `_ms`; all `*_chars`
are half-open character ranges `(from, to)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

Span = tuple[int, int]


class Kind(StrEnum):
    """What a passage is, which decides whether it is looked for in the recording."""

    SPEECH = "speech"  # published as somebody's own words
    QUOTE = "quote"  # somebody's words inside a text about them
    SUMMARY = "summary"  # reported speech: "X rappelle que…"; never linked as said
    HEADING = "heading"
    BOILERPLATE = "boilerplate"  # attribution lines, "Retrouvez nos autres articles…", link captions


SPOKEN_KINDS = (Kind.SPEECH, Kind.QUOTE)
"""The kinds that claim to be somebody's words, hence the only ones that are matched."""


class Status(StrEnum):
    """The verdict on a passage."""

    SPOKEN = "spoken"  # said there, as published but for small edits
    REWORDED = "reworded"  # said there in other words or in part
    UNCERTAIN = "uncertain"  # weak evidence, or two places fit
    NOT_FOUND = "not_found"  # not said in the linked recordings


LINKED = (Status.SPOKEN, Status.REWORDED)
"""The verdicts that give the reader a confident link."""


# --- read ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link:
    """A recording that a post points at. `start_ms` is the link's own `?t=`: a hint, never a fact."""

    url: str
    """A clean address of the recording, without the offset and tracking parameters."""
    media_id: str
    provider: str
    """`youtube`, `vimeo`, `dailymotion`, `peertube`, `facebook` or `generic` (a media file or other page)."""
    start_ms: int | None
    end_ms: int | None
    source_chars: Span


@dataclass(frozen=True, slots=True)
class Mark:
    """What the published markup says about some characters of a block."""

    kind: str
    """`strong`, `em`, `link`, or `break`: the line ends at this space."""
    chars: Span
    """Where it stands in the block's text; without white space at its ends, but for a `break`."""
    href: str | None = None
    """The address of a `link`: http, https or mailto. Links to recordings are no marks."""


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item or quoted paragraph, as plain published text."""

    kind: str
    """`heading`, `paragraph`, `item` or `blockquote`."""
    level: int
    """1–6 for a heading; for an item how deep its list stands, from 1 (0 where that is not known); else 0."""
    text: str
    marks: tuple[Mark, ...] = ()
    """By their beginnings. Two of the same kind never overlap; of different kinds they may, in any way."""
    number: int | None = None
    """What an item of an ordered list is numbered."""
    continues: bool = False
    """Whether it is a further paragraph of the item before it in the same list."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, quote or heading of a post: the unit that gets a verdict."""

    id: str
    """Made from the passage's own words, so that an edit elsewhere in the post does not change it."""
    kind: Kind
    text: str
    """The published words without markup: exactly `blocks[block].text[chars[0]:chars[1]]`."""
    speaker: str | None
    heading: str | None
    block: int
    chars: Span
    """Where the text stands in its block."""
    source_chars: Span
    """Where the text stands in the source file (markup inside included)."""
    former: tuple[str, ...] = ()
    """Ids it had before the post was edited, the latest first: addresses that were given away."""


@dataclass(frozen=True, slots=True)
class KnownPassage:
    """A passage as an earlier alignment file of the post knows it."""

    id: str
    text: str
    former: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Post:
    """A published page, read."""

    slug: str
    title: str
    date: str | None
    """ISO 8601, as published."""
    source: str
    """The file's path as given, with forward slashes, relative to the posts' folder."""
    url: str | None
    blocks: tuple[Block, ...]
    passages: tuple[Passage, ...]
    links: tuple[Link, ...]
    tags: tuple[str, ...] = ()


# --- hear ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Caption:
    """A captions file kept beside the recording."""

    file: str
    language: str
    automatic: bool


@dataclass(frozen=True, slots=True)
class Media:
    """A recording we hold something of. File names are relative to the recording's folder."""

    id: str
    url: str
    provider: str
    title: str
    duration_ms: int | None
    audio: str | None = None
    video: str | None = None
    thumbnail: str | None = None
    captions: tuple[Caption, ...] = ()
    date: str | None = None
    """The day it was broadcast, else published, as its site tells it: ISO 8601, `2025-06-12`."""


@dataclass(frozen=True, slots=True)
class Word:
    """One heard word. `probability` is the recogniser's own, None where the source gives none."""

    text: str
    start_ms: int
    end_ms: int
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Unheard:
    """A part of a recording where somebody seems to speak, and no words are passed on."""

    start_ms: int
    end_ms: int
    reason: str
    """Why, in a few words: "English is spoken"."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words heard in one recording, in order of their starts."""

    engine: str
    """`faster-whisper`, `captions` or `file`."""
    model: str
    language: str
    duration_ms: int
    words: tuple[Word, ...]
    fingerprint: str
    """Hash of all that it was made from: audio, engine, model, options (house rule 6)."""
    unheard: tuple[Unheard, ...] = ()


# --- match --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TimedWord:
    """One published word and its moment. `heard` is None when it was not said; then a time, if any, is an estimate."""

    text: str
    start_ms: int | None
    end_ms: int | None
    heard: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a recording."""

    media_id: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Match:
    """The place and verdict of one passage. Times are None when it was not found."""

    passage_id: str
    status: Status
    confidence: float
    reason: str
    media_id: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    said: str | None = None
    words: tuple[TimedWord, ...] = ()
    unpublished: tuple[Word, ...] = ()
    """Said, not published: words heard within the passage, or after it before the next one, that no text has."""
    elsewhere: tuple[Place, ...] = ()
    """Where else the same words were said, the likelier first."""
    agreed: float | None = None
    """Share of the words heard that the captions have there, too; None where there is no second witness."""


class FindingKind(StrEnum):
    """What pairing a post with its recordings showed about a link."""

    OFFSET = "offset"  # the link's offset is far from where the post's words begin
    EMPTY = "empty"  # this recording holds nothing of the post


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the author of a post should know about one of its links."""

    kind: FindingKind
    media_id: str
    link_ms: int | None = None
    """The offset that the link gives."""
    said_ms: int | None = None
    """Where the post's words begin in truth."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One recording as a post sees it: what it is and what was heard in it."""

    media: Media
    transcript: Transcript
    hints_ms: tuple[int, ...] = ()
    """The offsets that this post's links give for it."""
    captions: Transcript | None = None
    """A second witness of what was said, beside the transcript."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """A post with the matches of all its passages, in the order of `post.passages`."""

    post: Post
    heard: tuple[Heard, ...]
    matches: tuple[Match, ...]
    findings: tuple[Finding, ...] = ()

    def pairs(self) -> tuple[tuple[Passage, Match], ...]:
        """Each passage with its match, in published order."""
        return tuple(zip(self.post.passages, self.matches, strict=True))


# --- tell ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle: at most two lines, shown from `start_ms` to `end_ms`."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]
    passage_id: str
    speaker: str | None = None
    words: tuple[TimedWord, ...] = ()
    also: tuple[tuple[str, int], ...] = ()
    """Further passages that it shows, as one alone would be too short: the id of each and its first word's index."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one post in a run; the report is a list of these."""

    slug: str
    state: str
    """`done`, `unchanged`, `planned`, `skipped`, `partial` (a recording is missing) or `failed`."""
    message: str = ""
    hint: str = ""
    recordings: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    code: int = 0
    """The exit code that this outcome alone would give."""
    may_pass: bool = False
    """Whether what went wrong may be well later, though the post stays as it is."""
