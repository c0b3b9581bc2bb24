"""Place: each passage of a post gets its best place in the recordings, or none.

Third step of match. Every window of every recording is aligned word by word; what a passage caught there
is a `Candidate` with its evidence in nats. A Viterbi pass over the passages, in published order, then picks
the places that explain the whole text best: going on where the last one ended is cheap, jumping elsewhere
must be earned. Any passage may stay unplaced at no cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aligner.matching.heard_text import HeardText
from aligner.matching.locate import Window, locate
from aligner.matching.word_alignment import ALIKE, HEARD_BADLY, HEARD_GAP, PUBLISHED_GAP, SAME, Pair, align_words

ASIDE = 0.2
"""Nats that each unpublished word inside a passage costs: more than between passages, for it is one sentence."""
DIGRESSION = 8
"""Unpublished words in a row from which each costs `FAR_ASIDE`: so many are another sentence, not a change to this."""
FAR_ASIDE = 0.8
ASIDE_WORDS = 12
"""Published words on each side of the passages that voted for a window that are aligned with it, too."""
NEAR = 80
"""Heard tokens between two passages that still count as one stretch of speech."""
FOLLOW_COST = 3.5
"""Nats asked of a passage that goes on where the last one ended: it has few ways to be there by chance."""
STEP_COST = 8.0
"""The same for one that goes on later in the same recording."""
JUMP_COST = 16.0
"""The same for one that is anywhere else: a session has some ten thousand places."""
ANCHOR = 24.0
"""Evidence from which a passage vouches for its neighbours: what it would need to be linked alone."""
ALONE = 20.0
"""Evidence asked of a passage that was said out of the published order inside one window."""
EQUAL_SHARE = 0.02
"""Two passages that claim the same words, and were heard with less difference than this, have the same right."""
HINT_BONUS = 2.0
"""Nats given to a place within `HINT_REACH_MS` of an offset in the post's links."""
HINT_REACH_MS = 600_000


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage as match sees it: its sounds, and what each proves in each recording."""

    keys: tuple[str, ...]
    nats: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)  # compared by identity: quick keys of the Viterbi pass
class Candidate:
    """What one passage caught in one place. Pairs hold the passage's token index and the recording's."""

    passage: int
    recording: int
    pairs: tuple[Pair, ...]
    evidence: float
    """Nats by which the words heard here exceed chance, gaps counted against them."""
    share: float
    """Share of all that its words could prove that was heard."""
    hinted: bool = False

    @property
    def low(self) -> int:
        """First heard token."""
        return self.pairs[0].j

    @property
    def high(self) -> int:
        """Last heard token."""
        return self.pairs[-1].j


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
    readings: Sequence[Sequence[Reading]], recordings: Sequence[HeardText], hints: Sequence[Sequence[int]]
) -> list[Placing]:
    """Place the passages. `readings[r][p]` is passage p as recording r weighs it; `hints[r]` are offsets in ms."""
    count = len(readings[0]) if readings else 0
    candidates: list[list[Candidate]] = [[] for _ in range(count)]
    for number, (heard, passages) in enumerate(zip(recordings, readings, strict=True)):
        for candidate in _find(number, passages, heard, hints[number]):
            candidates[candidate.passage].append(candidate)
    chosen = _choose(candidates)
    repeated = _find_repeated(chosen)
    if repeated:
        # A refrain that was heard badly must not go back to where it was heard well: it has to find its own place.
        first = chosen
        chosen = _choose([[c for c in options if c not in repeated] for options in candidates])
        repeated = {own for own in repeated if chosen[own.passage] is None}
        chosen = [first[index] if first[index] in repeated else best for index, best in enumerate(chosen)]
    vouched = _vouch([None if best in repeated else best for best in chosen])
    return [
        Placing(best, _others(best, candidates[index]), best in repeated, index in vouched)
        for index, best in enumerate(chosen)
    ]


def _find_repeated(chosen: Sequence[Candidate | None]) -> set[Candidate]:
    """Candidates that claim words which another passage claims with better right.

    That is the one of which more was heard; of two that were heard as well, the one that keeps the order of its
    neighbours.
    """
    placed = [candidate for candidate in chosen if candidate is not None]
    repeated: set[Candidate] = set()
    for index, first in enumerate(placed):
        for second in placed[index + 1 :]:
            if _overlap(first, second):
                lead = first.share - second.share
                goes_forward = abs(lead) < EQUAL_SHARE and _leaves_order(placed, index)
                repeated.add(first if lead <= -EQUAL_SHARE or goes_forward else second)
    return repeated


def _leaves_order(placed: Sequence[Candidate], index: int) -> bool:
    """Whether a passage stands between two that follow each other, and was not said between them."""
    if not 0 < index < len(placed) - 1:
        return False
    before, own, after = placed[index - 1 : index + 2]
    return before.recording == after.recording and before.high < after.low <= own.low


def _overlap(one: Candidate, other: Candidate) -> bool:
    """Whether two candidates claim the same stretch: most of the shorter one."""
    shared = min(one.high, other.high) - max(one.low, other.low) + 1
    shorter = min(one.high - one.low, other.high - other.low) + 1
    return one.recording == other.recording and 2 * shared > shorter


def _find(number: int, passages: Sequence[Reading], heard: HeardText, hints: Sequence[int]) -> Iterator[Candidate]:
    for window in locate([p.keys for p in passages], [p.nats for p in passages], heard):
        span = _widen(window, passages)
        caught = _align_window(window, span, passages, heard)
        # The joint alignment keeps the published order; a passage said out of order is aligned by itself.
        for index in range(window.first, window.last + 1):
            if weigh_best(caught.get(index, ()), passages[index]) < ALONE:
                alone = _align_window(window, range(index, index + 1), passages, heard).get(index, ())
                if weigh_best(alone, passages[index]) >= ALONE:
                    caught[index] = alone
        for index, pairs in caught.items():
            segment, evidence = densest(pairs, passages[index].nats)
            if evidence > 0:
                start_ms = heard.transcript.words[heard.word_of[segment[0].j]].start_ms
                hinted = any(abs(start_ms - hint) <= HINT_REACH_MS for hint in hints)
                share = sum(passages[index].nats[pair.i] for pair in segment) / sum(passages[index].nats)
                yield Candidate(index, number, tuple(segment), evidence, share, hinted)


def _widen(window: Window, passages: Sequence[Reading]) -> range:
    """The passages to align with a window: those that voted for it, and some words on either side of them."""
    first, last = window.first, window.last
    while first > 0 and sum(len(p.keys) for p in passages[first : window.first]) < ASIDE_WORDS:
        first -= 1
    while last + 1 < len(passages) and sum(len(p.keys) for p in passages[window.last + 1 : last + 1]) < ASIDE_WORDS:
        last += 1
    return range(first, last + 1)


def weigh_best(pairs: Sequence[Pair], passage: Reading) -> float:
    """Evidence of the best run among a passage's pairs, in nats."""
    return densest(pairs, passage.nats)[1]


def _align_window(
    window: Window, span: range, passages: Sequence[Reading], heard: HeardText
) -> dict[int, Sequence[Pair]]:
    keys = [key for index in span for key in passages[index].keys]
    nats = [value for index in span for value in passages[index].nats]
    owners = [(index, k) for index in span for k in range(len(passages[index].keys))]
    caught: dict[int, Sequence[Pair]] = {}
    begins = [place for place, (_, k) in enumerate(owners) if k == 0]
    for pair in align_words(keys, nats, heard.keys[window.low : window.high], begins):
        index, k = owners[pair.i]
        caught[index] = [*caught.get(index, ()), Pair(k, window.low + pair.j, pair.likeness)]
    return caught


def densest(pairs: Sequence[Pair], nats: Sequence[float]) -> tuple[Sequence[Pair], float]:
    """The run of pairs with the most evidence, and that evidence in nats: what words prove less the gaps between them.

    A stray word before or after a pause too long for one sentence is left out by its own cost (Kadane's scan).
    """
    best, most = (0, 0), 0.0
    start, total = 0, 0.0
    for index, pair in enumerate(pairs):
        gap = _gap_cost(pairs[index - 1], pair) if index > start else 0.0
        if total - gap <= 0:
            start, total, gap = index, 0.0, 0.0
        total += nats[pair.i] * worth(pair.likeness) - gap
        if total > most:
            best, most = (start, index + 1), total
    return pairs[slice(*best)], most


def _gap_cost(before: Pair, pair: Pair) -> float:
    unheard, unpublished = pair.i - before.i - 1, pair.j - before.j - 1
    cost = PUBLISHED_GAP.cost(unheard)
    if unpublished:
        cost += HEARD_GAP.open + ASIDE * (unpublished - 1) + (FAR_ASIDE - ASIDE) * max(0, unpublished - DIGRESSION)
    return cost


def worth(likeness: float) -> float:
    """What share of a word's nats a pair of that likeness proves."""
    return 1.0 if likeness >= SAME else HEARD_BADLY * max(0.0, (likeness - ALIKE) / (1 - ALIKE))


def _cost(before: Candidate | None, candidate: Candidate) -> float:
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


def _others(best: Candidate | None, options: Iterable[Candidate]) -> tuple[Candidate, ...]:
    elsewhere = [
        c for c in options if best is None or c.recording != best.recording or c.high < best.low or c.low > best.high
    ]
    return tuple(sorted(elsewhere, key=lambda c: c.evidence + (HINT_BONUS if c.hinted else 0.0), reverse=True))


def _vouch(chosen: Sequence[Candidate | None]) -> set[int]:
    """Passages whose run of neighbours, each placed next to the last, holds another with evidence of its own."""
    placed = [candidate for candidate in chosen if candidate is not None]
    runs: list[list[Candidate]] = []
    for candidate in placed:
        if runs and _is_next(runs[-1][-1], candidate):
            runs[-1].append(candidate)
        else:
            runs.append([candidate])
    return {
        candidate.passage
        for run in runs
        for candidate in run
        if any(other.evidence >= ANCHOR for other in run if other is not candidate)
    }


def _is_next(before: Candidate, candidate: Candidate) -> bool:
    return before.recording == candidate.recording and 0 < candidate.low - before.high <= NEAR
