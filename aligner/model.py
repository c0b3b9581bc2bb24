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


@dataclass(frozen=True, slots=True)
class DeadEmbed:
    """What is left of a player in a post that was moved from another program: `[embed]…[/embed]`, `[arve …]`."""

    text: str
    """As it stands in the source."""
    link: Link


@dataclass(frozen=True, slots=True)
class SitePost:
    """A post of a site that we do not make, as far as its own pages matter."""

    path: str
    """Its file below the folder of the site's content, with forward slashes."""
    folder: str
    """That folder."""
    slug: str
    """As `Post` has it, but that a file `index.md` has its folder's name."""
    name: str
    """The file's name without its ending, or its folder's."""
    embeds: tuple[DeadEmbed, ...] = ()


# --- correct ------------------------------------------------------------------------------------


class CorrectionAction(StrEnum):
    """What a person says of a passage, having listened."""

    START = "start"  # it begins at this time
    UNSAID = "unsaid"  # it was not said
    RECORDING = "recording"  # it was said in that recording, and in no other
    SPEAKER = "speaker"  # this is who said it
    NEVER = "never"  # it is not to be linked, whatever is heard


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry of a post's corrections file: what somebody says of one passage."""

    passage_id: str
    text: str
    """The passage's words when it was corrected: by them it is found again when the post was edited."""
    action: CorrectionAction
    start_ms: int | None = None
    end_ms: int | None = None
    media_id: str | None = None
    """Of `start` and `recording`: in which recording; None where the post has only one."""
    speaker: str | None = None
    sure: bool = False
    """A person heard it, though the recogniser heard otherwise: it counts all the same."""
    note: str | None = None
    by: str | None = None
    date: str | None = None
    """ISO 8601."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """What became of the correction of a passage."""

    action: CorrectionAction
    doubtful: bool = False
    """Whether what was heard speaks against it."""
    why: str = ""
    """What speaks against it, in a French sentence; empty where nothing does."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A reader's report that a passage's moment is wrong. It changes nothing until the author accepts it."""

    slug: str
    passage_id: str
    text: str
    """The passage's words as the reader saw them."""
    media_id: str | None
    start_ms: int | None
    """The moment that the reader was shown; None where the passage had none."""
    suggested_ms: int | None = None
    """Where the reader says that it begins."""
    note: str = ""
    made: str = ""
    """When: ISO 8601."""
    name: str = ""
    """The name of its file, without ending; empty until it is written."""


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
    audio_sha256: str | None = None
    """Of the sound file it was heard from; None where nothing was heard, or an earlier version heard it."""
    captions_sha256: str | None = None
    """Of the captions or transcript file that its words, or some of them, were taken from."""


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
class TriedPlace:
    """A place where a passage may have been said, and what speaks for it."""

    place: Place
    nats: float
    """By how much the words heard there exceed chance."""
    share: float
    """Share of the passage that was heard there, weighted by what its words prove."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was weighed for the verdict on a passage that was looked for."""

    places: tuple[TriedPlace, ...]
    """The two best at the most. The first is where the passage was said, or of one that was not found, where that is
    the least unlikely."""
    asked: float
    """Nats that are asked in the first place."""
    follows: bool = False
    """Neighbours that were placed beside it vouch for it."""
    repeats: bool = False
    """Another passage has the same words with better right."""
    missing: str | None = None
    """A word that was not heard and on which the meaning turns."""
    pace: float = 0.0
    """Letters heard each second; 0 where too few were heard to tell."""


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
    evidence: Weighed | None = None
    """None for what is not looked for, and in files of earlier versions."""
    corrected: Corrected | None = None
    """The correction that was applied to the passage, if any."""


class FindingKind(StrEnum):
    """What matching a post with its recordings showed about a link or a correction."""

    OFFSET = "offset"  # the link's offset is far from where the post's words begin
    EMPTY = "empty"  # this recording holds nothing of the post
    DOUBTFUL_CORRECTION = "doubtful_correction"  # what is heard there speaks against it
    LOST_CORRECTION = "lost_correction"  # its passage is no longer in the post


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the author of a post should know about one of its links, or one of its corrections."""

    kind: FindingKind
    media_id: str | None
    """The recording; None for a lost correction that names none."""
    link_ms: int | None = None
    """The offset that the link gives, or the time that the correction gives."""
    said_ms: int | None = None
    """Where the post's words begin in truth, or where the passage would be put without the correction."""
    passage_id: str | None = None
    """The passage that the correction is of, as the post has it; of a lost one, as its file has it."""
    why: str = ""
    """Of a correction: what speaks against it, in one sentence."""


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
