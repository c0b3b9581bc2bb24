"""Timing: the words of one placed passage get what was heard of them, and when.

Fourth step of match. Pairs of tokens become published words with times; words that a recogniser ran
together or cut otherwise ("imparticiants" for "un partisan") are recovered by comparing the sound of the
whole gap; words that were not said get an estimated time only where the neighbours leave little doubt,
and `heard` stays None, so that nobody can take it for a fact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from rapidfuzz.distance import Levenshtein

from aligner.matching.heard_text import HeardText
from aligner.matching.word_alignment import SAME, Pair
from aligner.model import Span, TimedWord
from aligner.text.normalise import Token

GAP_LIKENESS = 0.55
"""Similarity from which the sound of a whole gap counts as the same words, cut otherwise."""
GAP_WORDS = 6
"""Longest gap, in words on either side, that is compared by its whole sound."""
LONGEST_WORD_MS = 2_000
"""No spoken word lasts longer; a recogniser that says so has put a pause into the word."""
PAUSE_MS = 700
"""A silence that ends the estimate of where unheard words would have stood."""

_CHUNK = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Timed:
    """The words of a passage in its place."""

    words: tuple[TimedWord, ...]
    start_ms: int
    end_ms: int
    said: str
    heard_tokens: tuple[bool, ...]
    """For each token of the passage, whether it was heard."""
    whole_words: int
    """Words of which everything was heard: of "5,20 €" no part is missing."""


def split_words(text: str) -> list[Span]:
    """Cut a text into words as readers see them, punctuation attached: the spans cover all but the white space."""
    spans: list[Span] = []
    opening: int | None = None
    for chunk in _CHUNK.finditer(text):
        start = chunk.start() if opening is None else opening
        if any(c.isalnum() for c in chunk.group()):
            spans.append((start, chunk.end()))
            opening = None
        elif spans and chunk.group()[0] not in "«“(–—-":
            spans[-1] = (spans[-1][0], chunk.end())
        else:
            opening = start
    return spans


def recover_gaps(pairs: Sequence[Pair], keys: Sequence[str], heard: HeardText, bounds: Span) -> list[Pair]:
    """Add pairs for words cut otherwise: stretches between exact pairs whose whole sound on both sides is alike.

    `bounds` are the heard tokens the passage may reach, `[low, high)`, so that it takes nothing of its neighbours.
    """
    exact = [pair for pair in pairs if pair.likeness >= SAME]
    edges = [Pair(-1, bounds[0] - 1, 1.0), *exact, Pair(len(keys), bounds[1], 1.0)]
    found = {pair.i: pair for pair in pairs}
    for before, after in pairwise(edges):
        inner = range(before.i + 1, after.i)
        outer = range(before.j + 1, after.j)
        if before.i < 0:
            outer = outer[-GAP_WORDS:]
        if after.i == len(keys):
            outer = outer[:GAP_WORDS]
        if 0 < len(inner) <= GAP_WORDS and 0 < len(outer) <= GAP_WORDS and any(i not in found for i in inner):
            for pair in _pair_by_sound(inner, outer, keys, heard.keys):
                found.setdefault(pair.i, pair)
    return _in_order(found)


def _in_order(found: dict[int, Pair]) -> list[Pair]:
    """Pairs by published position, without those that would go back in the recording."""
    kept: list[Pair] = []
    for index in sorted(found):
        if not kept or found[index].j >= kept[-1].j:
            kept.append(found[index])
    return kept


def _pair_by_sound(inner: range, outer: range, keys: Sequence[str], heard: Sequence[str]) -> list[Pair]:
    ours, theirs = "".join(keys[i] for i in inner), "".join(heard[j] for j in outer)
    likeness = Levenshtein.normalized_similarity(ours, theirs)
    if likeness < GAP_LIKENESS or max(len(ours), len(theirs)) < 3:
        return []
    owner = [j for j in outer for _ in heard[j]]
    blocks = Levenshtein.editops(ours, theirs).as_matching_blocks()
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
            pairs.append(Pair(i, hits[0], likeness))
    return pairs


def time_words(text: str, tokens: Sequence[Token], pairs: Sequence[Pair], heard: HeardText, floor_ms: int) -> Timed:
    """Give every word of a passage its moment. `floor_ms` is the end of what was placed just before, or 0."""
    spoken = heard.transcript.words
    by_token = {pair.i: heard.word_of[pair.j] for pair in pairs}
    spans = split_words(text)
    caught: list[list[int]] = [[] for _ in spans]
    missing = [0] * len(spans)
    place = 0
    for index, token in enumerate(tokens):
        while place + 1 < len(spans) and token.start >= spans[place][1]:
            place += 1
        if index in by_token:
            caught[place].append(by_token[index])
        else:
            missing[place] += 1
    words = [_timed(text[slice(*span)], sorted(set(hits)), heard) for span, hits in zip(spans, caught, strict=True)]
    words = _part_shared_times(words)
    first, last = heard.word_of[pairs[0].j], heard.word_of[pairs[-1].j]
    words = _estimate(words, [word.start_ms for word in spoken[max(0, first - GAP_WORDS) : first]], floor_ms)
    times = [word.start_ms for word in words if word.start_ms is not None]
    ends = [word.end_ms for word in words if word.end_ms is not None]
    return Timed(
        words=tuple(words),
        start_ms=min(times),
        end_ms=max(ends),
        said=" ".join(word.text for word in spoken[first : last + 1]),
        heard_tokens=tuple(index in by_token for index in range(len(tokens))),
        whole_words=sum(bool(hits) and not lost for hits, lost in zip(caught, missing, strict=True)),
    )


def _timed(text: str, hits: Sequence[int], heard: HeardText) -> TimedWord:
    if not hits:
        return TimedWord(text, None, None, None)
    words = [heard.transcript.words[hit] for hit in hits]
    start, end = words[0].start_ms, min(words[-1].end_ms, words[-1].start_ms + LONGEST_WORD_MS)
    return TimedWord(text, start, max(end, start + 1), " ".join(word.text for word in words))


def _part_shared_times(words: list[TimedWord]) -> list[TimedWord]:
    """Published words that were heard as one share its time; none reaches into the next."""
    parted = list(words)
    known = [index for index, word in enumerate(words) if word.heard is not None]
    for start, group in groupby(known, key=lambda index: words[index].start_ms or 0):
        sharing = list(group)
        end = max(words[index].end_ms or 0 for index in sharing)
        if len(sharing) > 1 and end - start >= len(sharing):
            _spread(parted, sharing, start, end)
    for left, right in pairwise(known):
        limit = parted[right].start_ms or 0
        if (parted[left].end_ms or 0) > limit:
            parted[left] = replace(parted[left], end_ms=max(limit, (parted[left].start_ms or 0) + 1))
    return parted


def _estimate(words: list[TimedWord], before: Sequence[int], floor_ms: int) -> list[TimedWord]:
    """Fill in times of unheard words that stand between heard ones, and of a few that lead in to the first."""
    known = [index for index, word in enumerate(words) if word.heard is not None]
    filled = list(words)
    for left, right in pairwise(known):
        low, high = filled[left].end_ms or 0, filled[right].start_ms or 0
        if right - left > 1 and high > low:
            _spread(filled, range(left + 1, right), low, high)
    lead = known[0]
    starts = [start for start in before if start >= floor_ms]
    anchor = filled[lead].start_ms or 0
    usable: list[int] = []
    for start, after in zip(reversed(starts), [anchor, *reversed(starts)], strict=False):
        if after - start > PAUSE_MS or len(usable) == lead:
            break
        usable.append(start)
    if 0 < lead <= GAP_WORDS and usable:
        _spread(filled, range(lead), usable[-1], anchor)
    return filled


def _spread(words: list[TimedWord], places: Sequence[int], low: int, high: int) -> None:
    """Share a stretch of time among words by their length."""
    sizes = [len(words[index].text) for index in places]
    at = 0
    for index, size in zip(places, sizes, strict=True):
        start = low + (high - low) * at // sum(sizes)
        at += size
        end = low + (high - low) * at // sum(sizes)
        words[index] = replace(words[index], start_ms=start, end_ms=end)
