"""Place: each passage of a post gets its best place in the recordings, or none.

After candidates, before recover. A Viterbi pass over the passages, in published order, picks the places that
explain the whole text best: going on where the last one ended is cheap, jumping elsewhere must be earned.
Any passage may stay unplaced at no cost. Then repeated claims are settled, and short formulas found beside
their neighbours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from aligner.matching.candidates import WHOLE, Candidate, Sought, align_window, find_candidates, make_candidate
from aligner.matching.heard_text import HeardText
from aligner.matching.locate import Window

NEAR = 80
"""Heard tokens between two passages that still count as one stretch of speech."""
SHORT = 12
"""Published words of the longest passage that is looked for right beside its neighbours, where it must be whole."""
BESIDE = 8
"""Heard tokens that may stand between it and its neighbour."""
FOLLOW_COST = 3.5
"""Nats asked of a passage that goes on where the last one ended: it has few ways to be there by chance."""
STEP_COST = 8.0
"""The same for one that goes on later in the same recording."""
JUMP_COST = 16.0
"""The same for one that is anywhere else: a session has some ten thousand places."""
ANCHOR = 24.0
"""Evidence from which a passage vouches for its neighbours: twice what links one alone that was heard whole."""
EQUAL_SHARE = 0.02
"""Two passages that claim the same words, and were heard with less difference than this, have the same right."""
CERTAIN = 10_000.0
"""Nats given to a place that a person gave: more than a whole post could speak against it."""
HINT_BONUS = 2.0
"""Nats given to a place that is near an offset in the post's links (`candidates.HINT_REACH_MS`)."""


@dataclass(frozen=True, slots=True)
class Placing:
    """The choice for one passage, with where else it could be and whether its neighbours vouch for it."""

    chosen: Candidate | None
    others: tuple[Candidate, ...]
    """The candidates elsewhere, best first."""
    repeats: bool
    """It claims words that another passage has with better right: they were said once and published twice."""
    follows: bool
    """It stands in a run of passages placed next to each other, and one of the others is sure by itself."""


def place(
    sought: Sequence[Sequence[Sought]],
    recordings: Sequence[HeardText],
    hints: Sequence[Sequence[int]],
    fixed: Mapping[int, Candidate] = MappingProxyType({}),
) -> list[Placing]:
    """Place the passages. `sought[r][p]` is passage p as recording r weighs it; `hints[r]` are offsets in ms.

    Passages that are `fixed` stand where a person put them, and their neighbours are looked for beside them.
    """
    count = len(sought[0]) if sought else 0
    candidates: list[list[Candidate]] = [[] for _ in range(count)]
    for number, (heard, passages) in enumerate(zip(recordings, sought, strict=True)):
        around = [_widen_fixed(own, heard) for own in fixed.values() if own.recording == number]
        for candidate in find_candidates(number, passages, heard, hints[number], around):
            candidates[candidate.passage].append(candidate)
    found = [list(options) for options in candidates]
    for index, own in fixed.items():
        candidates[index] = [own]
    chosen = _choose(candidates)
    repeated = _find_repeated(chosen, _find_refrains(sought))
    if repeated:
        # A refrain that was heard badly must not go back to where it was heard well: it has to find its own place.
        first = chosen
        chosen = _choose([[c for c in options if c not in repeated] for options in candidates])
        repeated = {own for own in repeated if chosen[own.passage] is None}
        chosen = [first[index] if first[index] in repeated else best for index, best in enumerate(chosen)]
    chosen = _look_beside(chosen, sought, recordings)
    vouched = _vouch([None if best in repeated else best for best in chosen])
    vouched = vouched | fixed.keys()  # by whoever put them there
    return [_settle(best, found[index], best in repeated, index in vouched) for index, best in enumerate(chosen)]


def _widen_fixed(own: Candidate, heard: HeardText) -> Window:
    """The stretch around a fixed passage, in which its neighbours may have been said."""
    return Window(max(0, own.low - NEAR), min(len(heard.keys), own.high + 1 + NEAR), own.passage, own.passage)


def _settle(best: Candidate | None, options: Sequence[Candidate], repeats: bool, follows: bool) -> Placing:
    """Tell a passage's place; one that was said whole has a place even where nothing speaks for this or for that."""
    if best is None:
        best = max((c for c in options if c.share >= WHOLE), key=_rank, default=None)
    return Placing(best, _others(best, options), repeats, follows)


def _rank(candidate: Candidate) -> float:
    return candidate.evidence + (HINT_BONUS if candidate.hinted else 0.0)


def _find_refrains(sought: Sequence[Sequence[Sought]]) -> set[int]:
    """Passages that the post has more than once, word for word."""
    texts = [passage.keys for passage in sought[0]] if sought else []
    counts = Counter(texts)
    return {index for index, text in enumerate(texts) if counts[text] > 1}


def _find_repeated(chosen: Sequence[Candidate | None], refrains: set[int]) -> set[Candidate]:
    """Candidates that claim words which another passage claims with better right, and refrains out of their order.

    The better right has the one of which more was heard; of two that were heard as well, the one that keeps the order
    of its neighbours. Nobody takes them from one that a person put there.
    """
    placed = [candidate for candidate in chosen if candidate is not None]
    repeated = {
        own
        for index, own in enumerate(placed)
        if own.passage in refrains and not own.fixed and (_leaves_order(placed, index) or _goes_back(placed, index))
    }
    for index, first in enumerate(placed):
        for second in placed[index + 1 :]:
            if overlap(first, second):
                if first.fixed or second.fixed:
                    repeated |= {own for own in (first, second) if not own.fixed}
                    continue
                lead = first.share - second.share
                goes_forward = abs(lead) < EQUAL_SHARE and _leaves_order(placed, index)
                repeated.add(first if lead <= -EQUAL_SHARE or goes_forward else second)
    return repeated


def _leaves_order(placed: Sequence[Candidate], index: int) -> bool:
    """Whether a passage stands between two that follow each other, and was not said between them."""
    if not 0 < index < len(placed) - 1:
        return False
    before, own, after = placed[index - 1 : index + 2]
    in_order = before.recording == after.recording and before.high < after.low
    return in_order and not (before.high < own.low and own.high < after.low and own.recording == before.recording)


def _goes_back(placed: Sequence[Candidate], index: int) -> bool:
    """Whether a passage was said before the one that is published before it."""
    return (
        index > 0
        and placed[index - 1].recording == placed[index].recording
        and not (placed[index - 1].high < placed[index].low)
    )


def overlap(one: Candidate, other: Candidate) -> bool:
    """Whether two candidates claim the same stretch: most of the shorter one."""
    shared = min(one.high, other.high) - max(one.low, other.low) + 1
    shorter = min(one.high - one.low, other.high - other.low) + 1
    return one.recording == other.recording and 2 * shared > shorter


def _cost(before: Candidate | None, candidate: Candidate) -> float:
    if candidate.fixed:
        return -CERTAIN
    bonus = HINT_BONUS if candidate.hinted else 0.0
    if before is None or before.recording != candidate.recording or candidate.low <= before.high:
        return JUMP_COST - bonus
    return FOLLOW_COST if _is_next(before, candidate) else STEP_COST


def _choose(candidates: Sequence[Sequence[Candidate]]) -> list[Candidate | None]:
    """Viterbi over the passages; the state is the last candidate that was placed."""
    scores: dict[Candidate | None, float] = {None: 0.0}
    came_from: list[dict[Candidate, Candidate | None]] = []
    for options in candidates:
        best_of: dict[Candidate, Candidate | None] = {}
        fresh: dict[Candidate | None, float] = {}
        for candidate in options:
            before = max(scores, key=lambda state: scores[state] - _cost(state, candidate))
            fresh[candidate] = scores[before] + candidate.evidence - _cost(before, candidate)
            best_of[candidate] = before
        came_from.append(best_of)
        scores.update(fresh)
    chosen: list[Candidate | None] = [None] * len(candidates)
    state = max(scores, key=lambda state: scores[state])
    while state is not None:
        chosen[state.passage] = state
        state = came_from[state.passage][state]
    return chosen


def _look_beside(
    chosen: Sequence[Candidate | None], sought: Sequence[Sequence[Sought]], recordings: Sequence[HeardText]
) -> list[Candidate | None]:
    """Place short passages that were said whole right beside a sure one: "Je vous remercie." alone names no place.

    Those that have no place yet are looked for, and those whose own place is weak and vouched for by no neighbour.
    """
    found = list(chosen)
    vouched = _vouch(chosen)
    for index, own in enumerate(chosen):
        if own is not None and (_is_sure(own) or index in vouched):
            continue
        before = next((c for c in reversed(found[:index]) if c and _is_sure(c)), None)
        after = next((c for c in chosen[index:] if c and _is_sure(c)), None)
        options = []
        for number, low, high in _stretches_beside(before, after):
            passage, heard = sought[number][index], recordings[number]
            size = len(passage.keys)
            if not 0 < size <= SHORT or high - low < size:
                continue
            pairs = align_window(Window(low, high, index, index), range(index, index + 1), sought[number], heard)
            candidate = make_candidate(index, number, pairs.get(index, ()), passage, heard, ())
            if candidate and candidate.share >= WHOLE:
                options.append(candidate)
        found[index] = max(options, key=lambda c: c.evidence, default=own)
    return found


def _stretches_beside(before: Candidate | None, after: Candidate | None) -> Iterator[tuple[int, int, int]]:
    """Heard tokens right behind one passage and right before the next: recording, from, to."""
    together = before and after and before.recording == after.recording and before.high < after.low
    if before:
        reach = before.high + 1 + SHORT + BESIDE
        yield before.recording, before.high + 1, min(reach, after.low) if together and after else reach
    if after:
        reach = max(0, after.low - SHORT - BESIDE)
        yield after.recording, max(reach, before.high + 1) if together and before else reach, after.low


def _others(best: Candidate | None, options: Iterable[Candidate]) -> tuple[Candidate, ...]:
    elsewhere = [
        c for c in options if best is None or c.recording != best.recording or c.high < best.low or c.low > best.high
    ]
    return tuple(sorted(elsewhere, key=_rank, reverse=True))


def _vouch(chosen: Sequence[Candidate | None]) -> set[int]:
    """Passages whose run of neighbours, each placed next to the last, holds another with evidence of its own."""
    runs: list[list[Candidate]] = []
    for candidate in chosen:
        if candidate is None:
            continue
        # A passage that went elsewhere does not part its neighbours: the latest run that this one goes on counts.
        run = next((run for run in reversed(runs) if _is_next(run[-1], candidate)), None)
        if run is None:
            runs.append([candidate])
        else:
            run.append(candidate)
    return {
        candidate.passage
        for run in runs
        for candidate in run
        if any(_is_sure(other) for other in run if other is not candidate)
    }


def _is_sure(candidate: Candidate) -> bool:
    """Whether a passage vouches for its neighbours."""
    return candidate.fixed or candidate.evidence >= ANCHOR


def _is_next(before: Candidate, candidate: Candidate) -> bool:
    return before.recording == candidate.recording and 0 < candidate.low - before.high <= NEAR
