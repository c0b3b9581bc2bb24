"""The facts of an explanation, as `aligner explain --json` prints them (docs/explain.md).

Below the other modules of this package. Times are in ms from the start of the recording, `nats` by how much words heard
exceed chance, `share` how much of the passage was heard, weighted by what its words prove.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from aligner import __version__
from aligner.matching.demands import Demand

FORMAT = "aligner.explanation"
VERSION = 1


class Sign(StrEnum):
    """How a published word and a heard one stand to each other."""

    SAME = "same"
    ALIKE = "alike"  # heard as something that sounds alike
    UNHEARD = "unheard"  # published, not heard
    UNPUBLISHED = "unpublished"  # heard, not published


@dataclass(frozen=True, slots=True)
class Column:
    """A published word above what was heard for it; one of the two may be missing."""

    published: str | None
    heard: str | None
    sign: Sign
    start_ms: int | None


@dataclass(frozen=True, slots=True)
class TriedHere:
    """A place where the passage may have been said."""

    role: str
    """`said`, `possible` (of an uncertain passage), `dismissed` (of one that was not found); `next`: second best."""
    media_id: str
    recording: str
    """Its title."""
    start_ms: int
    end_ms: int
    nats: float | None
    """None where a person put it and nothing was heard that could be weighed; so the share."""
    share: float | None
    address: str | None
    """Where this moment is on the web."""
    file: str | None
    """The recording's file, where it lies here, as the workspace is given."""
    words: tuple[Column, ...]
    """Empty where what was heard is no longer kept."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The nearest passage before or after it, in the post, that was said in the same recording."""

    side: str
    """`before` or `after`."""
    passage_id: str
    text: str
    start_ms: int
    end_ms: int
    nats: float | None


@dataclass(frozen=True, slots=True)
class SecondWitness:
    """What the captions say, where they are a second witness beside the words heard."""

    model: str
    """Their format."""
    agreed: float | None
    """Share of the words heard that they have there, too."""
    words: str | None
    """Theirs at the first place; None where they are no longer kept."""


@dataclass(frozen=True, slots=True)
class Source:
    """Something that the alignment was made from."""

    what: str
    """`program`, `settings`, `post`, `corrections`, `audio`, `captions` or `transcript`."""
    name: str
    state: str
    """`same`, `changed`, `gone` or `unknown` (an earlier version did not note it)."""
    told: str
    """In a sentence, what is to be known or done; empty where it is the same."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a passage has its verdict."""

    slug: str
    title: str
    passage_id: str
    asked_id: str
    """The id that was asked for: today's, or one that the passage had before the post was edited."""
    kind: str
    speaker: str | None
    text: str
    status: str
    confidence: float
    reason: str
    """In French, as readers see it."""
    words: tuple[Column, ...]
    """Published and heard, side by side, where it was said; of a passage without a place, the published words alone."""
    places: tuple[TriedHere, ...]
    """The two best at the most."""
    demands: tuple[Demand, ...]
    """What was asked of it in the first place, point by point."""
    follows: bool | None
    """Whether neighbours vouch for it; None where that is not known."""
    neighbours: tuple[Neighbour, ...]
    elsewhere: int
    """In how many other places the same words were said about as well."""
    witness: SecondWitness | None
    confidence_told: str
    """How the confidence comes about."""
    corrected: dict[str, Any] | None
    """The correction that was applied to it, as the alignment file has it."""
    again: str
    """Whether matching anew gives the same verdict: `same`, `other` or `unknown` (it could not be done)."""
    again_told: str
    made_from: tuple[Source, ...]
    stale: bool
    """Whether something that it was made from has changed since."""


def to_json(explanation: Explanation) -> dict[str, Any]:
    """An explanation as JSON-able data."""
    return {"format": FORMAT, "version": VERSION, "aligner": __version__, **asdict(explanation)}
