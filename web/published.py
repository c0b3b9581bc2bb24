"""Which of the words heard in a recording published passages cover: rows of text cut where a passage begins and ends.

Between the library's rows and a session's page. A row has one time for all its words, so a passage is found by its
words in the rows that were heard during it: those the alignment heard there stand in them as they are, unless it was
made with another transcript. Where they do not agree enough no word is linked: that link would be a wrong one.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from rapidfuzz import fuzz

from aligner.library import Moment, Row
from aligner.model import Span

LEAST_AGREEMENT = 70.0
"""`partial_ratio` from which words heard by another transcript are the same. In the invented session of the benchmark
(690 sentences of eight words and more) those with every tenth word changed reach 74 in 95 of 100 cases, while another
sentence of the same session stays under 64 in 99 of 100."""
SHORTEST = 4
"""Words; fewer must stand in the rows as they are, but for case and accents. Of 24 words of another speech, four words
are as like in 1 case of 200, three in 1 of 70, two in 1 of 12, one in 1 of 5 (posts of the corpus, 1,500 draws)."""

PassageKey = tuple[str, str]
"""A post's slug and a passage's id."""


@dataclass(frozen=True, slots=True)
class Part:
    """A run of a row's characters, with the passage that publishes them if one does."""

    text: str
    moment: Moment | None


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row with its text cut into parts; joined they are the row's text."""

    row: Row
    parts: tuple[Part, ...]


def link_rows(rows: Sequence[Row], moments: Sequence[Moment], said: Mapping[PassageKey, str]) -> list[ShownRow]:
    """Cut every row where published passages begin and end; `said` has the words the alignment heard for each.

    Rows and moments may come in any order. A passage without words in `said` is looked for by its published ones.
    """
    rows = sorted(rows, key=lambda row: (row.start_ms, row.number))
    ends = _running_ends(rows)
    covered: dict[int, list[tuple[Span, Moment]]] = {}
    for moment in sorted(moments, key=lambda moment: (moment.start_ms, moment.end_ms)):
        first = bisect_left(ends, moment.start_ms + 1)
        last = bisect_left(rows, moment.end_ms, key=lambda row: row.start_ms)
        words = said.get((moment.slug, moment.passage_id)) or moment.text
        for index, span in _find(words, rows[first:last]):
            covered.setdefault(first + index, []).append((span, moment))
    return [
        ShownRow(row, tuple(_cut(row.text, covered[index])) if index in covered else (Part(row.text, None),))
        for index, row in enumerate(rows)
    ]


def _running_ends(rows: Sequence[Row]) -> list[int]:
    """The latest end up to each row: never falling, even where two rows overlap."""
    ends: list[int] = []
    for row in rows:
        ends.append(max(row.end_ms, ends[-1] if ends else 0))
    return ends


def _find(words: str, rows: Sequence[Row]) -> Iterator[tuple[int, Span]]:
    """Where in these rows the words were said: the number of each row that holds some of them, with the characters."""
    heard = " ".join(row.text for row in rows)
    span = _place(" ".join(words.split()), heard)
    if span is None:
        return
    offset = 0
    for index, row in enumerate(rows):
        start, end = max(0, span[0] - offset), min(len(row.text), span[1] - offset)
        if start < end:
            yield index, (start, end)
        offset += len(row.text) + 1


def _place(words: str, heard: str) -> Span | None:
    if not words or not heard:
        return None
    folded, folded_heard = _fold(words), _fold(heard)
    start = f" {folded_heard} ".find(f" {folded} ")
    if start >= 0:
        return start, start + len(words)
    if len(words.split()) < SHORTEST:
        return None
    # the shorter is looked for in the longer: an edited text may be longer than the words heard
    found = fuzz.partial_ratio_alignment(folded, folded_heard, score_cutoff=LEAST_AGREEMENT)
    return _whole_words(heard, found.dest_start, found.dest_end) if found else None


@cache
def _plain(character: str) -> str:
    return unicodedata.normalize("NFD", character)[0].lower()[:1]


def _fold(text: str) -> str:
    """Letters without case and accents, character for character, so that places stay what they are."""
    return "".join(map(_plain, text))


def _whole_words(text: str, start: int, end: int) -> Span:
    """Widen a stretch that begins or ends in the middle of a word to the nearer edge, and leave out outer spaces."""
    while 0 < start < end and not text[start - 1].isspace() and not text[start].isspace():
        start -= 1
    while start < end < len(text) and not text[end].isspace() and not text[end - 1].isspace():
        end += 1
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _cut(text: str, covered: Sequence[tuple[Span, Moment]]) -> Iterator[Part]:
    """Cut a row's text; where two passages claim the same words the earlier has them."""
    edges, owners = [0], list[Moment | None]()
    for (start, end), moment in sorted(covered, key=lambda found: found[0]):
        begin = max(start, edges[-1])
        if begin >= end:
            continue
        edges += [begin, end]
        owners += [None, moment]
    edges.append(len(text))
    owners.append(None)
    for (start, end), owner in zip(pairwise(edges), owners, strict=True):
        if start < end:
            yield Part(text[start:end], owner)
