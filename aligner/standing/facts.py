"""The facts of a workspace's state, as frozen dataclasses: of each post, of each recording, of all together.

Used by `gather`, which makes them, and by whoever shows them. Times are whole milliseconds; `why` and `cure` are
English sentences, the cure often a command that can be pasted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from aligner.model import LINKED, Status


class PostState(StrEnum):
    """How a post stands to its alignment."""

    ALIGNED = "aligned"
    EDITED = "edited"  # since it was aligned
    NEW = "new"  # never aligned
    UNREADABLE = "unreadable"  # the post itself
    BROKEN = "broken"  # its alignment file
    NO_RECORDING = "no_recording"  # it links none, so there is nothing to align it with
    NO_POST = "no_post"  # an alignment whose post is gone


class SoundState(StrEnum):
    """What the workspace holds of a recording."""

    HERE = "here"
    CAPTIONS = "captions"  # they alone
    GONE = "gone"  # it was here
    ABSENT = "absent"  # never fetched


class WaitKind(StrEnum):
    """What a post waits for."""

    NEW = "new"
    EDITED = "edited"
    CORRECTED = "corrected"  # its corrections were changed since
    UNREADABLE = "unreadable"
    BROKEN = "broken"
    NO_RECORDING = "no_recording"
    NO_POST = "no_post"
    NOT_FETCHED = "not_fetched"
    NOT_HEARD = "not_heard"
    CAPTIONS_ONLY = "captions_only"
    RECORDING_GONE = "recording_gone"
    RECORDING_SHORT = "recording_short"
    TRANSCRIPT_GONE = "transcript_gone"
    NO_MODEL = "no_model"
    NO_RUNTIME = "no_runtime"


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that keeps a post from being as well aligned as it could be."""

    kind: WaitKind
    media_id: str | None
    """The recording it is about."""
    why: str
    cure: str


@dataclass(frozen=True, slots=True)
class WrongLink:
    """A link of a post that does not lead where its words are."""

    media_id: str
    url: str
    """As it should be: with the right offset, or without any where the recording holds nothing of the post."""
    link_ms: int | None
    """The offset it gives; None where the recording holds nothing of the post."""
    said_ms: int | None
    """Where the post's words begin."""


@dataclass(frozen=True, slots=True)
class Review:
    """Something that a person should look at."""

    kind: str
    """`uncertain`, `doubtful_correction`, `lost_correction` or `proposal` (a reader's)."""
    passage_id: str | None
    text: str
    why: str
    """What the program says of it (of a passage in French, of a correction in English), or what the reader wrote."""
    media_id: str | None
    start_ms: int | None


@dataclass(frozen=True, slots=True)
class PostStanding:
    """One post."""

    slug: str
    title: str
    date: str | None
    source: str
    """Its file, relative to the folder of posts."""
    state: PostState
    coverage: Mapping[str, int] | None
    """`passages` that claim to be somebody's words, and how many have each verdict. Of a post that is not aligned only
    `passages`; None where even these cannot be counted."""
    recordings: tuple[str, ...]
    waits: tuple[Wait, ...]
    links: tuple[WrongLink, ...]
    reviews: tuple[Review, ...]

    @property
    def linked(self) -> int:
        """Passages that lead the reader to their moment."""
        return count_linked(self.coverage or {})

    @property
    def passages(self) -> int:
        """Passages that claim to be somebody's words."""
        return (self.coverage or {}).get("passages", 0)


@dataclass(frozen=True, slots=True)
class SessionStanding:
    """One recording: one that a post links or stands on, or that was heard."""

    media_id: str
    title: str
    provider: str
    url: str
    date: str | None
    state: SoundState
    short: bool
    """Whether the sound that was heard ends well before the length that was announced."""
    duration_ms: int | None
    """As announced."""
    there_ms: int | None
    """How long the sound was that was heard."""
    heard_ms: int
    """What the words of its transcript cover."""
    unheard_ms: int
    """Where somebody seems to speak and no words were made out."""
    engine: str | None
    """What heard it: `faster-whisper`, `captions`, `file`; None where nothing did."""
    model: str | None
    posts: tuple[str, ...]
    """Slugs of those that link it."""
    passages: int
    """Passages that are linked into it."""


@dataclass(frozen=True, slots=True)
class Totals:
    """All of them together."""

    posts: int
    states: Mapping[str, int]
    """How many posts are in each state."""
    coverage: Mapping[str, int]
    linked: int
    recordings: int
    sounds: Mapping[str, int]
    """How many recordings are in each state."""
    duration_ms: int
    heard_ms: int
    waits: Mapping[str, int]
    """How many posts wait for each kind of thing."""
    links: int
    """That are wrong."""
    reviews: Mapping[str, int]
    """How many passages there are to look at, of each kind."""

    @property
    def share(self) -> float | None:
        """Share of the passages that lead to their moment; None where there are no passages."""
        passages = self.coverage["passages"]
        return self.linked / passages if passages else None


@dataclass(frozen=True, slots=True)
class Standing:
    """A workspace, or what was asked about of it."""

    posts: tuple[PostStanding, ...]
    """By slug."""
    sessions: tuple[SessionStanding, ...]
    """The newest first."""
    totals: Totals


def count_linked(coverage: Mapping[str, int]) -> int:
    """How many of the passages lead to their moment."""
    return sum(coverage.get(status.value, 0) for status in LINKED)


def add_up(posts: Iterable[PostStanding], sessions: Iterable[SessionStanding]) -> Totals:
    """Count what there is of everything."""
    posts, sessions = tuple(posts), tuple(sessions)
    keys = ("passages", *(status.value for status in Status))
    coverage = {key: sum((post.coverage or {}).get(key, 0) for post in posts) for key in keys}
    return Totals(
        posts=len(posts),
        states=_count(post.state.value for post in posts),
        coverage=coverage,
        linked=count_linked(coverage),
        recordings=len(sessions),
        sounds=_count(session.state.value for session in sessions),
        duration_ms=sum(session.duration_ms or 0 for session in sessions),
        heard_ms=sum(session.heard_ms for session in sessions),
        waits=_count(kind for post in posts for kind in {wait.kind.value for wait in post.waits}),
        links=sum(len(post.links) for post in posts),
        reviews=_count(review.kind for post in posts for review in post.reviews),
    )


def _count(names: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        found[name] = found.get(name, 0) + 1
    return dict(sorted(found.items()))
