"""Timing: the words of one placed passage get what was heard of them, and when.

Last step but one of match. Pairs of tokens become published words with times; pauses stand where the
text has a mark; words that were not said get an estimated time only where the neighbours leave little doubt,
and `heard` stays None, so that nobody can take it for a fact.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, zip_longest

from aligner.matching.heard_text import HeardText
from aligner.matching.word_alignment import SAME, Pair
from aligner.model import Span, TimedWord
from aligner.text.normalise import Token

LONGEST_WORD_MS = 2_000
"""No spoken word lasts longer; a recogniser that says so has put a pause into the word."""
MARKS = ".,;:!?…)»”—–"
"""A word that ends in one of these ends a clause."""
TOUCHING_MS = 50
"""Words with less than this between them follow each other without a pause."""
CLAUSE_PAUSE_MS = 250
"""A silence that parts clauses."""
CLITIC = 4
"""Letters of the longest word that leans on the next one: "et", "qui", "dans"."""
WORD_MS, LETTER_MS = 80, 50
"""The time that a word takes at the most, and what each letter adds: slow speech, 10 characters a second."""
MOST_LEADING = 16
"""Unheard words at the beginning of a passage that get a time."""
PACED_LETTERS = 20
"""Letters from which the pace of a passage tells something: a short word may seem quick."""
PAUSE_MS = 600
"""A silence that ends the estimate of where unheard words would have stood."""

_CHUNK = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Timed:
    """The words of a passage in its place."""

    words: tuple[TimedWord, ...]
    start_ms: int
    end_ms: int
    said: str
    heard: tuple[int, ...]
    """Indices of the heard words that are the passage's, in order."""
    whole: tuple[bool, ...]
    """For each word, whether everything was heard of it: of "5,20 €" no part is missing, of a number none is other."""


def split_words(text: str) -> list[Span]:
    """Cut a text into words as readers see them, punctuation attached: the spans cover all but the white space."""
    spans: list[Span] = []
    opening: int | None = None
    for chunk in _CHUNK.finditer(text):
        start = chunk.start() if opening is None else opening
        if any(c.isalnum() for c in chunk.group()):
            spans.append((start, chunk.end()))
            opening = None
        elif spans and opening is None and chunk.group()[0] not in "«“(–—-":
            spans[-1] = (spans[-1][0], chunk.end())
        else:
            opening = start
    if opening is not None:  # a mark that opens nothing, or a text of marks alone ("%")
        start = spans.pop()[0] if spans else opening
        spans.append((start, len(text.rstrip())))
    return spans


def time_words(text: str, tokens: Sequence[Token], pairs: Sequence[Pair], heard: HeardText, floor_ms: int) -> Timed:
    """Give every word of a passage its moment. `floor_ms` is the end of what was placed just before, or 0."""
    spoken = heard.transcript.words
    by_token = {pair.i: pair for pair in pairs}
    spans = split_words(text)
    caught: list[list[int]] = [[] for _ in spans]
    whole = [True] * len(spans)
    place = 0
    for index, token in enumerate(tokens):
        while place + 1 < len(spans) and token.start >= spans[place][1]:
            place += 1
        pair = by_token.get(index)
        if pair:
            caught[place].append(heard.word_of[pair.j])
        exact = any(c.isdigit() for c in text[token.start : token.end])
        whole[place] &= pair is not None and (pair.likeness >= SAME or not exact)
    words = [_timed(text[slice(*span)], sorted(set(hits)), heard) for span, hits in zip(spans, caught, strict=True)]
    words = _settle_pauses(_part_shared_times(words), caught, heard)
    first, last = heard.word_of[pairs[0].j], heard.word_of[pairs[-1].j]
    words = _estimate(words, caught, heard, floor_ms)
    times = [word.start_ms for word in words if word.start_ms is not None]
    ends = [word.end_ms for word in words if word.end_ms is not None]
    return Timed(
        words=tuple(words),
        start_ms=min(times),
        end_ms=max(ends),
        said=" ".join(word.text for word in spoken[first : last + 1]),
        heard=tuple(sorted({hit for hits in caught for hit in hits})),
        whole=tuple(bool(hits) and all_heard for hits, all_heard in zip(caught, whole, strict=True)),
    )


def measure_pace(words: Sequence[TimedWord]) -> float:
    """Letters heard each second, from the first heard word to the last; 0 where they are too few to tell."""
    heard = [word for word in words if word.heard is not None]
    letters = sum(len(word.heard or "") for word in heard)
    if letters < PACED_LETTERS:
        return 0.0
    return 1000 * letters / max(1, (heard[-1].end_ms or 0) - (heard[0].start_ms or 0))


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
    groups = [(start, list(group)) for start, group in groupby(known, key=lambda index: words[index].start_ms or 0)]
    nexts = [start for start, _ in groups[1:]]
    for (start, sharing), following in zip_longest(groups, nexts):
        end = max(words[index].end_ms or 0 for index in sharing)
        end = end if following is None else min(end, following)
        if len(sharing) > 1 and end - start >= len(sharing):
            _spread(parted, sharing, start, end)
    for left, right in pairwise(known):
        limit = parted[right].start_ms or 0
        if (parted[left].end_ms or 0) > limit:
            parted[left] = replace(parted[left], end_ms=max(limit, (parted[left].start_ms or 0) + 1))
    return parted


def _settle_pauses(words: list[TimedWord], caught: Sequence[Sequence[int]], heard: HeardText) -> list[TimedWord]:
    """Put pauses where the text has a mark: before the first word of a clause, never behind it.

    Recognisers let such a word begin in the silence before it, or leave a small one ("et", "je") behind at the end of
    the clause before. Words that a silence parts from the one before already are left as they are.
    """
    spoken = heard.transcript.words
    settled = list(words)
    usual = round(statistics.median(_lasts(word) for word, hits in zip(words, caught, strict=True) if hits))
    for index, word in enumerate(words):
        opens = (index == 0 or words[index - 1].text[-1] in MARKS) and word.text[-1] not in MARKS
        if not opens or len(set(caught[index])) != 1:
            continue
        first = caught[index][0]
        start, end = word.start_ms or 0, word.end_ms or 0
        if not first or start - spoken[first - 1].end_ms > TOUCHING_MS:
            continue
        if len(word.text) <= CLITIC and index + 1 < len(words) and caught[index + 1][:1] == [first + 1]:
            after = words[index + 1].start_ms or 0
            end = after if after - end > CLAUSE_PAUSE_MS else end
        start = max(start, end - max(usual, WORD_MS + LETTER_MS * len(word.text)))
        settled[index] = replace(word, start_ms=start, end_ms=end)
    return settled


def _lasts(word: TimedWord) -> int:
    return (word.end_ms or 0) - (word.start_ms or 0)


def _estimate(
    words: list[TimedWord], caught: Sequence[Sequence[int]], heard: HeardText, floor_ms: int
) -> list[TimedWord]:
    """Fill in times of unheard words that stand between heard ones, and of a few that lead in to the first.

    Where other words were heard in their stead, they take their time; else they lean on the side of the pause that
    the text's marks put them.
    """
    spoken = heard.transcript.words
    known = [index for index, hits in enumerate(caught) if hits]
    filled = list(words)
    for left, right in pairwise(known):
        low, high = filled[left].end_ms or 0, filled[right].start_ms or 0
        if right - left == 1 or high <= low:
            continue
        others = spoken[caught[left][-1] + 1 : caught[right][0]]
        if others:
            _spread(filled, range(left + 1, right), max(low, others[0].start_ms), high)
        else:
            _lean(filled, left, right)
    lead = known[0]
    at = filled[lead].start_ms or 0
    opening = at
    for word in reversed(spoken[max(0, caught[lead][0] - lead) : caught[lead][0]]):
        latest = word.start_ms + WORD_MS + 2 * LETTER_MS * len(word.text)
        if word.start_ms < floor_ms or opening - min(word.end_ms, latest) > PAUSE_MS:
            break
        opening = word.start_ms
    if lead <= MOST_LEADING and opening < at:
        _spread(filled, range(lead), opening, at)
    return filled


def _lean(words: list[TimedWord], left: int, right: int) -> None:
    """Time the words between two heard ones: up to the last mark they follow the one, then they lead to the other."""
    low, high = words[left].end_ms or 0, words[right].start_ms or 0
    turn = next((k + 1 for k in reversed(range(left, right)) if words[k].text[-1] in MARKS), left + 1)
    before, after = range(left + 1, turn), range(turn, right)
    need = [sum(WORD_MS + LETTER_MS * len(words[k].text) for k in places) for places in (before, after)]
    if sum(need) >= high - low:
        _spread(words, range(left + 1, right), low, high)
        return
    _spread(words, before, low, low + need[0])
    _spread(words, after, high - need[1], high)


def _spread(words: list[TimedWord], places: Sequence[int], low: int, high: int) -> None:
    """Share a stretch of time among words by their length."""
    sizes = [len(words[index].text) for index in places]
    at = 0
    for index, size in zip(places, sizes, strict=True):
        start = low + (high - low) * at // sum(sizes)
        at += size
        end = low + (high - low) * at // sum(sizes)
        words[index] = replace(words[index], start_ms=start, end_ms=end)
