"""Recover: published words that were heard, but cut or spelled otherwise, are paired by the sound of a whole gap.

Between placing and timing. A recogniser runs words together or cuts them apart ("imparticiants" for "un partisan"),
so that no heard word is like a published one, while the sound of the stretch is. Only short gaps beside pairs that
are sure are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from aligner.matching.heard_text import HeardText
from aligner.matching.word_alignment import ALIKE, SAME, Pair
from aligner.model import Span
from aligner.text.phonetic import sound_key
from aligner.text.readings import Reading

GAP_LIKENESS = 0.55
"""Similarity from which the sound of a whole gap counts as the same words, cut otherwise."""
READING_LIKENESS = 0.85
"""The same for another reading of a number or a sigle: there are several, so each must fit better."""
GAP_WORDS = 16
"""Longest gap, in words on either side, that is compared by its whole sound."""
SHORTEST_SOUND = 3
"""Sounds in a gap that prove something when they are merely alike."""


def recover_gaps(pairs: Sequence[Pair], keys: Sequence[str], heard: HeardText, bounds: Span) -> list[Pair]:
    """Add pairs for words cut otherwise: stretches between exact pairs whose whole sound on both sides is alike.

    `bounds` are the heard tokens the passage may reach, `[low, high)`, so that it takes nothing of its neighbours.
    """
    exact = [pair for pair in pairs if pair.likeness >= SAME]
    edges = [Pair(-1, bounds[0] - 1, 1.0), *exact, Pair(len(keys), bounds[1], 1.0)]
    found = {pair.i: pair for pair in pairs}
    for before, after in pairwise(edges):
        inner = range(before.i + 1, after.i)
        if not 0 < len(inner) <= GAP_WORDS or all(i in found for i in inner):
            continue
        outer = range(before.j + 1, after.j)
        stretches = _stretches(outer, at_start=before.i < 0, at_end=after.i == len(keys))
        for pair in _pair_by_sound(inner, stretches, keys, heard.keys):
            found.setdefault(pair.i, pair)
    return _in_order(found)


def recover_readings(pairs: Sequence[Pair], others: Sequence[Reading], heard: HeardText, bounds: Span) -> list[Pair]:
    """Pair what was said in another way than the default reading: "1998" as "quatre-vingt-dix-huit", "CCAS" spelled.

    `others` are the readings that the text allows, by token; `bounds` are as for `recover_gaps`.
    """
    found = {pair.i: pair for pair in pairs}
    for other in others:
        tokens = range(other.first, other.last)
        if all(i in found and found[i].likeness >= SAME for i in tokens):
            continue
        low = max((pair.j + 1 for pair in found.values() if pair.i < other.first), default=bounds[0])
        high = min((pair.j for pair in found.values() if pair.i >= other.last), default=bounds[1])
        if low == bounds[0]:
            low = max(low, high - GAP_WORDS)
        sound = "".join(sound_key(form) for form in other.forms)
        sizes = range(1, len(other.forms) + 3)
        stretches = [
            range(at, at + size) for at in range(low, min(high, low + GAP_WORDS)) for size in sizes if at + size <= high
        ]
        likeness = {s: Levenshtein.normalized_similarity(sound, "".join(heard.keys[j] for j in s)) for s in stretches}
        best = max(stretches, key=lambda s: likeness[s], default=None)
        if best and likeness[best] >= READING_LIKENESS and len(sound) >= SHORTEST_SOUND:
            for k, i in enumerate(tokens):
                found[i] = Pair(i, best[k * len(best) // len(tokens)], 1.0)
    return _in_order(found)


def _stretches(outer: range, *, at_start: bool, at_end: bool) -> list[range]:
    """What of the heard words in a gap may be its published words: those beside the pair that is sure, or all."""
    sizes = range(1, min(len(outer), GAP_WORDS) + 1)
    heads = [] if at_start else [outer[:size] for size in sizes]
    tails = [] if at_end else [outer[-size:] for size in sizes]
    return heads + tails


def _in_order(found: dict[int, Pair]) -> list[Pair]:
    """Pairs by published position, without those that would go back in the recording."""
    kept: list[Pair] = []
    for index in sorted(found):
        if not kept or found[index].j >= kept[-1].j:
            kept.append(found[index])
    return kept


def _pair_by_sound(inner: range, stretches: Sequence[range], keys: Sequence[str], heard: Sequence[str]) -> list[Pair]:
    ours = "".join(keys[i] for i in inner)
    sounds = ["".join(heard[j] for j in stretch) for stretch in stretches]
    likeness = [Levenshtein.normalized_similarity(ours, sound) for sound in sounds]
    best = max(range(len(stretches)), key=lambda k: likeness[k], default=None)
    if best is None or likeness[best] < GAP_LIKENESS:
        return []
    if likeness[best] < SAME and max(len(ours), len(sounds[best])) < SHORTEST_SOUND:
        return []
    # Scaled so that a stretch that is barely alike counts as little as a word that is barely alike.
    alike = ALIKE + (1 - ALIKE) * (likeness[best] - GAP_LIKENESS) / (1 - GAP_LIKENESS)
    owner = [j for j in stretches[best] for _ in heard[j]]
    blocks = Levenshtein.editops(ours, sounds[best]).as_matching_blocks()
    pairs, at = [], 0
    for i in inner:
        low, high = at, at + len(keys[i])
        at = high
        hits = [
            owner[block.b + k - block.a]
            for block in blocks
            for k in range(max(low, block.a), min(high, block.a + block.size))
        ]
        if hits:
            pairs.append(Pair(i, hits[0], alike))
    return pairs
