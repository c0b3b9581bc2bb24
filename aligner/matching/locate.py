"""Locate: the windows of a recording in which words of a post may have been said.

First step of match for one post and one recording. Rare runs of one to three sounds that occur on both
sides vote for a stretch of the recording and a shift (a diagonal); cells of votes that hold enough
evidence are joined into windows. Any passage may be anywhere, in any order: order is weighed later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from aligner.matching.grams import LONGEST
from aligner.matching.heard_text import HeardText

MOST_PLACES = 40
"""A run of sounds that occurs more often than this in the recording names no place."""
SHIFT = 16
"""Votes are counted over shifts this many tokens wide, and each count takes in its right neighbour."""
ENOUGH = 9.0
"""Votes, in nats, that a place must hold: a little more than one rare word."""
WORTH_A_LOOK = 0.2
"""Share of the best place's votes from which another is looked at: half of the work is saved, and no place lost."""
MOST_PLACES_KEPT = 4
"""Places kept for each passage, best first."""
MARGIN = 24
"""Heard tokens added on each side of a place, beyond the passage's own length."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch `[low, high)` of heard tokens worth aligning with the passages `first` to `last` (inclusive)."""

    low: int
    high: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Vote:
    i: int
    j: int
    nats: float


def locate(passages: Sequence[Sequence[str]], nats: Sequence[Sequence[float]], heard: HeardText) -> list[Window]:
    """Windows of `heard` for a post's passages, given as sounds with what each word proves.

    Linear in the number of votes; returns windows by position, each naming the passages that voted for it.
    """
    places = [
        place
        for index, (keys, weights) in enumerate(zip(passages, nats, strict=True))
        for place in _places(index, _cast_votes(keys, weights, heard), len(keys))
    ]
    return _join(places, len(heard.keys))


def _cast_votes(keys: Sequence[str], weights: Sequence[float], heard: HeardText) -> list[_Vote]:
    votes = []
    for size in range(1, LONGEST + 1):
        for i, places in enumerate(heard.grams.find(keys, size)):
            if 0 < len(places) <= MOST_PLACES:
                value = sum(weights[i : i + size]) / size
                votes += [_Vote(i, j, value) for j in places.tolist()]
    return votes


def _places(passage: int, votes: list[_Vote], length: int) -> list[Window]:
    """The passage's best places: stretches of the recording where its votes agree on a shift."""
    cells: dict[int, list[_Vote]] = defaultdict(list)
    for vote in votes:
        cells[(vote.j - vote.i) // SHIFT].append(vote)
    sums = {shift: sum(vote.nats for vote in cells[shift] + cells.get(shift + 1, [])) for shift in list(cells)}
    ranked = sorted((value, shift) for shift, value in sums.items() if value >= ENOUGH)
    windows: list[Window] = []
    for value, shift in reversed(ranked):
        if value < WORTH_A_LOOK * ranked[-1][0]:
            break
        low, high = shift * SHIFT - MARGIN, (shift + 2) * SHIFT + length + MARGIN
        if all(high < other.low + MARGIN or low > other.high - MARGIN for other in windows):
            windows.append(Window(low, high, passage, passage))
        if len(windows) == MOST_PLACES_KEPT:
            break
    return windows


def _join(places: list[Window], heard_length: int) -> list[Window]:
    """Join places that overlap in the recording."""
    joined: list[Window] = []
    for place in sorted(places, key=lambda place: place.low):
        if joined and place.low <= joined[-1].high:
            last = joined[-1]
            joined[-1] = Window(
                last.low, max(last.high, place.high), min(last.first, place.first), max(last.last, place.last)
            )
        else:
            joined.append(place)
    return [Window(max(0, w.low), min(heard_length, w.high), w.first, w.last) for w in joined]
