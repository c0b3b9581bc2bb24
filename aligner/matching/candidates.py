"""Candidates: what each passage caught in each place, with its evidence in nats.

Between locate and place. Every window of a recording is aligned word by word with the passages that voted for it
and their neighbours; a passage said out of the published order is aligned by itself. The run of pairs with the
most evidence is the passage's candidate there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
LONGEST_SILENCE_MS = 8_000
"""From one word's start to the next one's: longer, and the recogniser left something out, or the session paused."""
ALONE = 20.0
"""Evidence asked of a passage that was said out of the published order inside one window."""
WHOLE = 0.9
"""Share of a passage from which it was heard whole: then it has a place, however little its words prove."""
SENTENCE = 4
"""Words of the shortest passage that is looked for out of order for being said whole: shorter ones are formulas."""
HINT_REACH_MS = 600_000
"""How far from the offset in a link a place still counts as meant by it: editorial offsets are minutes off."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A passage as it is sought in one recording: its sounds, and what each of them proves there, in nats."""

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
    fixed: bool = False
    """A person put it there, and its words were heard there."""

    @property
    def low(self) -> int:
        """First heard token."""
        return self.pairs[0].j

    @property
    def high(self) -> int:
        """Last heard token."""
        return self.pairs[-1].j


def find_candidates(
    number: int, passages: Sequence[Sought], heard: HeardText, hints: Sequence[int], around: Sequence[Window] = ()
) -> Iterator[Candidate]:
    """What each passage caught in each place of recording `number`; `hints` are offsets of the links, in ms.

    The windows `around` are looked into besides those that the passages' own words name.
    """
    for window in (*locate([p.keys for p in passages], [p.nats for p in passages], heard), *around):
        span = _widen(window, passages)
        caught = align_window(window, span, passages, heard)
        # The joint alignment keeps the published order; a passage said out of order is aligned by itself.
        for index in range(window.first, window.last + 1):
            if weigh_best(caught.get(index, ()), passages[index]) < ALONE:
                alone = align_window(window, range(index, index + 1), passages, heard).get(index, ())
                # A sentence that is said often proves little, but if it was said here, whole, this is a place of it.
                said_here = index not in caught and _is_whole_sentence(alone, passages[index])
                if said_here or weigh_best(alone, passages[index]) >= ALONE:
                    caught[index] = alone
        for index, pairs in caught.items():
            if candidate := make_candidate(index, number, pairs, passages[index], heard, hints):
                yield candidate


def make_candidate(
    index: int, number: int, pairs: Sequence[Pair], passage: Sought, heard: HeardText, hints: Sequence[int]
) -> Candidate | None:
    """The best run among a passage's pairs as a candidate; None when nothing speaks for it."""
    runs = _part_at_silences(pairs, heard)
    segment, evidence = max((densest(run, passage.nats) for run in runs), key=lambda run: run[1], default=((), 0.0))
    if evidence <= 0:
        return None
    start_ms = heard.transcript.words[heard.word_of[segment[0].j]].start_ms
    hinted = any(abs(start_ms - hint) <= HINT_REACH_MS for hint in hints)
    share = sum(passage.nats[pair.i] for pair in segment) / sum(passage.nats)
    return Candidate(index, number, tuple(segment), evidence, share, hinted)


def _part_at_silences(pairs: Sequence[Pair], heard: HeardText) -> list[list[Pair]]:
    """Cut a passage's pairs where nothing was heard for long: nobody pauses so within a sentence."""
    spoken = heard.transcript.words
    runs: list[list[Pair]] = []
    for pair in pairs:
        before = runs[-1][-1] if runs else None
        at = heard.word_of[pair.j]
        silent = before is None or any(
            spoken[k + 1].start_ms - spoken[k].start_ms > LONGEST_SILENCE_MS for k in range(heard.word_of[before.j], at)
        )
        if silent:
            runs.append([])
        runs[-1].append(pair)
    return runs


def _widen(window: Window, passages: Sequence[Sought]) -> range:
    """The passages to align with a window: those that voted for it, and some words on either side of them."""
    first, last = window.first, window.last
    while first > 0 and sum(len(p.keys) for p in passages[first : window.first]) < ASIDE_WORDS:
        first -= 1
    while last + 1 < len(passages) and sum(len(p.keys) for p in passages[window.last + 1 : last + 1]) < ASIDE_WORDS:
        last += 1
    return range(first, last + 1)


def weigh_best(pairs: Sequence[Pair], passage: Sought) -> float:
    """Evidence of the best run among a passage's pairs, in nats."""
    return densest(pairs, passage.nats)[1]


def _is_whole_sentence(pairs: Sequence[Pair], passage: Sought) -> bool:
    return len(passage.keys) >= SENTENCE and weigh_best(pairs, passage) >= WHOLE * sum(passage.nats)


def align_window(
    window: Window, span: range, passages: Sequence[Sought], heard: HeardText
) -> dict[int, Sequence[Pair]]:
    """Pairs of the passages `span` with the words of a window, by passage; heard indices are the recording's."""
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


def heard_share(pairs: Sequence[Pair], nats: Sequence[float]) -> float:
    """Share of a passage that was heard, weighted by what its words prove; a word heard badly counts in part."""
    got = sum(nats[pair.i] * (0.4 + 0.6 * worth(pair.likeness)) for pair in pairs)
    return got / max(1e-9, sum(nats))
