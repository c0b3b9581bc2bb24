"""Cuts the words of a transcript into rows: the lines of a verbatim transcript that one can read, click and find.

Between a transcript and the index. A row is one breath of speech rather than a sentence, as captions have no full
stops: some eight to sixteen words, cut at the end of a sentence or where the speaker pauses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aligner.library.records import Row
from aligner.model import Word

FEWEST, MOST = 8, 16
"""Words of a row; the last of a stretch of speech may have fewer, and so may a sentence or one before a silence."""
SENTENCE = 5
"""From so many words on a row ends with its sentence."""
PAUSE_MS = 350
"""From `FEWEST` words on a row also ends at such a pause. Between words of running speech there is none."""
SILENCE_MS = 1_500
"""A row never runs across a silence this long: it would be shown while nobody speaks."""


def cut_rows(words: Sequence[Word]) -> list[Row]:
    """Cut words, in the order of their starts, into rows; every word stands in exactly one."""
    return [as_row(number, part) for number, part in enumerate(cut_words(words))]


def as_row(number: int, part: Sequence[Word]) -> Row:
    """The row of some words."""
    start_ms = max(0, part[0].start_ms)
    end_ms = max(start_ms, *(word.end_ms for word in part))
    return Row(number, start_ms, end_ms, " ".join(word.text.strip() for word in part))


def cut_words(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """The words of each row."""
    first = 0
    while first < len(words):
        last = _last_of_row(words, first)
        yield words[first : last + 1]
        first = last + 1


def _last_of_row(words: Sequence[Word], first: int) -> int:
    """Where the row that begins with word `first` ends: the first good place, else the best of those there are."""
    end = min(first + MOST, len(words)) - 1
    best, best_at = 0, end
    for index in range(first, end + 1):
        pause = words[index + 1].start_ms - words[index].end_ms if index + 1 < len(words) else SILENCE_MS
        if pause >= SILENCE_MS:
            return index
        length, text = index - first + 1, words[index].text.rstrip("»”\"')] \u00a0\u202f")
        if length >= SENTENCE and text.endswith((".", "!", "?", "…")):
            return index
        if length < FEWEST:
            continue
        if pause >= PAUSE_MS:
            return index
        merit = pause + (200 if text.endswith((",", ";", ":")) else 0)
        if merit >= best:
            best, best_at = merit, index
    return best_at
