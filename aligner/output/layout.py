"""From stretches of speech to cues: which words stand together, on which lines, shown when.

Third part of the subtitle layout, after `breaks` and `stretches`. What one person says without a long silence is
shared out over cues by a dynamic programme: every place between two pieces may end a cue, every cue has a cost, and
the cheapest sequence is taken. The prices below stand on the scale of `breaks`; they were set by reading and by
measuring the results on real posts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from math import inf

from aligner.model import Cue, TimedWord
from aligner.output.breaks import CLAUSE, HOLD, SENTENCE, break_price, join, set_lines
from aligner.output.limits import (
    AIM_CPS,
    CLOSED_GAP_MS,
    GAP_MS,
    LINGER_MS,
    MAX_MS,
    MIN_MS,
    Profile,
    reading_speed,
)
from aligner.output.stretches import PAUSE_MS, Shown, Stretch, end_of, start_of

FLOOR_MS = 200
"""What a cue gets even where the next word comes sooner; the next cue then waits for it."""

_CUE = 60
"""Of every cue: fewer are better."""
_CUE_BREAK = 2
"""A break between cues costs this many times one between lines."""
_AT_PAUSE = 0.3
"""What is left of the price of a break between cues where the speaker pauses for `_FULL_PAUSE_MS` or more."""
_LEAST_PAUSE_MS, _FULL_PAUSE_MS = 150, 700
_TOO_SHORT = 120
"""Of a cue that lasts less than `MIN_MS`, and …"""
_SHORT = 0.1
"""… of each millisecond that it lacks."""
_FAST = 6
"""Of each character a second over `AIM_CPS`."""
_SILENCE = 0.06
"""Of each millisecond of a silence inside, over half a second: text should not run ahead of speech."""
_TORN = 80
"""Of a cue that shows the first or last few words of a clause with the end or beginning of another."""
_TORN_CHARS = 15
_MIXED = 150
"""Of a second passage in a cue: dear enough to happen only where one of them would be too short alone."""
_TOO_LONG = 500
"""Of words heard after the cue has to go."""
_UNTIMED = 10_000
"""Of a cue in which no word was heard."""


@dataclass(frozen=True, slots=True)
class _Run:
    """What one person says without a long silence: pieces, the passage of each, and what to know of each break.

    `prices[k]`, `borders[k]` and `ends[k]` are about the place after piece k: what a break costs there, whether a
    passage ends there, and when the last word so far was heard (the run's beginning where none was).
    """

    speaker: str | None
    shown: tuple[Shown, ...]
    passages: tuple[str, ...]
    prices: tuple[int, ...]
    borders: tuple[bool, ...]
    ends: tuple[int, ...]
    starts: tuple[int | None, ...]
    """For each place, when the first word at or after it is heard; at the end, when the next run begins."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A cue before its end is known; `start_ms` and `end_ms` are those of its heard words."""

    run: _Run
    span: tuple[int, int]
    lines: tuple[str, ...]
    start_ms: int
    end_ms: int


def lay_out(stretches: Sequence[Stretch], duration_ms: int | None, profile: Profile) -> Iterator[Cue]:
    """Lay out stretches, given by time, as cues in order that never overlap; `duration_ms` is the recording's."""
    groups = list(_group(stretches))
    drafts: list[_Draft] = []
    for group, following in zip(groups, [*groups[1:], None], strict=False):
        run = _make_run(group, following[0].start_ms if following else None)
        drafts += _share_out(run, profile.max_chars)
    return _give_times(drafts, duration_ms)


def _group(stretches: Sequence[Stretch]) -> Iterator[list[Stretch]]:
    """Put neighbours together that one person says without a long silence between them."""
    group: list[Stretch] = []
    for stretch in stretches:
        if group and (stretch.speaker != group[-1].speaker or stretch.start_ms - group[-1].end_ms >= PAUSE_MS):
            yield group
            group = []
        group.append(stretch)
    if group:
        yield group


def _make_run(group: Sequence[Stretch], next_ms: int | None) -> _Run:
    shown = [item for stretch in group for item in (*stretch.shown[:-1], _with_space(stretch.shown[-1]))]
    passages = [stretch.passage_id for stretch in group for _ in stretch.shown]
    borders = [left != right for left, right in pairwise(passages)]
    places = zip(borders, pairwise(shown), strict=True)
    prices = [SENTENCE if border else break_price(left.piece, right.piece) for border, (left, right) in places]
    starts: list[int | None] = [next_ms]
    for item in reversed(shown):
        starts.append(item.start_ms if item.start_ms is not None else starts[-1])
    heard_until = (end_of(item) if item.end_ms is not None else group[0].start_ms for item in shown)
    return _Run(
        group[0].speaker,
        tuple(shown),
        tuple(passages),
        tuple(prices),
        tuple(borders),
        tuple(accumulate(heard_until, max)),
        tuple(starts[::-1]),
    )


def _with_space(item: Shown) -> Shown:
    """The last piece of a passage, ready to be followed by another passage."""
    return replace(item, piece=replace(item.piece, glue=" "))


# --- which words together -----------------------------------------------------------------------


def _share_out(run: _Run, max_chars: int) -> list[_Draft]:
    """Share a run out over cues at the least cost: `best[k]` is the cheapest way to show its first k pieces."""
    pieces = [item.piece for item in run.shown]
    breaks = [_CUE_BREAK * price * part for price, part in zip(run.prices, _pause_parts(run), strict=True)]
    best: list[tuple[float, int, _Draft | None]] = [(0.0, 0, None)]
    for to in range(1, len(pieces) + 1):
        least: tuple[float, int, _Draft | None] = (inf, 0, None)
        for at in range(to - 1, -1, -1):
            layout = set_lines(pieces[at:to], run.prices[at : to - 1], max_chars)
            if layout is None:
                break
            cost = best[at][0] + layout[0] + (breaks[to - 1] if to < len(pieces) else 0)
            if cost + _CUE >= least[0]:  # no need to look closer
                continue
            draft, own_cost = _draft(run, at, to, layout[1])
            cost += own_cost + _torn_cost(run, at, to)
            if cost < least[0]:
                least = cost, at, draft
        best.append(least)
    drafts: list[_Draft] = []
    to = len(pieces)
    while to:
        _, to, chosen = best[to]
        if chosen:
            drafts.append(chosen)
    return drafts[::-1]


def _pause_parts(run: _Run) -> Iterator[float]:
    """What part of its price a break between cues costs at each place: less where the speaker pauses there.

    What may not be parted at all (an article and its noun) costs its full price even there.
    """
    for price, end_ms, start_ms in zip(run.prices, run.ends, run.starts[1:], strict=False):
        pause_ms = start_ms - end_ms if start_ms is not None else 0
        share = min(1.0, max(0, pause_ms - _LEAST_PAUSE_MS) / (_FULL_PAUSE_MS - _LEAST_PAUSE_MS))
        yield 1 - (1 - _AT_PAUSE) * share if price < HOLD else 1


def _draft(run: _Run, at: int, to: int, lines: tuple[str, ...]) -> tuple[_Draft, float]:
    """The cue that shows pieces `at` to `to`, and what it costs."""
    timed = [item for item in run.shown[at:to] if item.start_ms is not None]
    cost = float(_CUE) + _MIXED * sum(run.borders[at : to - 1])
    if timed:
        start, end = start_of(timed[0]), max(end_of(item) for item in timed)
    else:  # it takes the moment of the neighbour that was heard: only words too long to share a cue come to this
        start = end = run.ends[at]
        cost += _UNTIMED
    draft = _Draft(run, (at, to), lines, start, end)
    return draft, cost + _time_cost(draft, run.starts[to]) + _silence_cost(timed)


def _torn_cost(run: _Run, at: int, to: int) -> float:
    strong = [k for k in range(at, to - 1) if run.prices[k] <= CLAUSE]
    if not strong:
        return 0
    pieces = [item.piece for item in run.shown[at:to]]
    head, tail = pieces[: strong[0] + 1 - at], pieces[strong[-1] + 1 - at :]
    torn_head = at > 0 and run.prices[at - 1] > CLAUSE and len(join(head)) < _TORN_CHARS
    torn_tail = to < len(run.shown) and run.prices[to - 1] > CLAUSE and len(join(tail)) < _TORN_CHARS
    return _TORN * (torn_head + torn_tail)


def _time_cost(draft: _Draft, next_ms: int | None) -> float:
    start, end = draft.start_ms, draft.end_ms
    out = _out(start, end, next_ms)
    lacking = MIN_MS - (out - start)
    cost = _TOO_SHORT + lacking * _SHORT if lacking > 0 else 0.0
    speed = reading_speed(sum(map(len, draft.lines)) + len(draft.lines) - 1, out - start)
    cost += max(0.0, speed - AIM_CPS) * _FAST
    if out < end and out - start >= MAX_MS:
        cost += _TOO_LONG + (end - out) / 5
    return cost


def _silence_cost(timed: Sequence[Shown]) -> float:
    silences = [start_of(right) - end_of(left) for left, right in pairwise(timed)]
    return sum(max(0, silence - 500) * _SILENCE for silence in silences)


# --- shown when ---------------------------------------------------------------------------------


def _out(start: int, last: int, next_ms: int | None) -> int:
    """When a cue goes that began at `start` and whose last word ends at `last`; `next_ms` is the next cue's start."""
    out = last + LINGER_MS
    if next_ms is not None:
        closes = next_ms - last <= LINGER_MS + GAP_MS
        out = next_ms - GAP_MS if closes else min(out, next_ms - CLOSED_GAP_MS)
    out = max(out, start + MIN_MS)
    if next_ms is not None and next_ms - out < CLOSED_GAP_MS:
        out = next_ms - GAP_MS
    out = max(min(out, start + MAX_MS), start + FLOOR_MS)
    if next_ms is not None and GAP_MS < next_ms - out < CLOSED_GAP_MS:  # `MAX_MS` left it open: then properly
        out = max(min(out, next_ms - CLOSED_GAP_MS), min(out, last), start + MIN_MS)
    return out


def _give_times(drafts: Sequence[_Draft], duration_ms: int | None) -> Iterator[Cue]:
    free = 0
    for draft, following in zip(drafts, [*drafts[1:], None], strict=False):
        start = max(draft.start_ms, free)
        out = _out(start, draft.end_ms, following.start_ms if following else None)
        if duration_ms is not None and start + FLOOR_MS <= duration_ms:
            out = min(out, duration_ms)
        free = out + GAP_MS
        part = slice(*draft.span)
        words = (TimedWord(item.piece.text, item.start_ms, item.end_ms, item.heard) for item in draft.run.shown[part])
        passages = draft.run.passages[part]
        also = ((right, k) for k, (left, right) in enumerate(pairwise(passages), start=1) if left != right)
        yield Cue(start, out, draft.lines, passages[0], draft.run.speaker, tuple(words), tuple(also))
