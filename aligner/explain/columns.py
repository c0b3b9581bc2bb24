"""Published and heard words side by side, one column a word, with a sign for how they stand to each other."""

from __future__ import annotations

from collections.abc import Sequence

from aligner.explain.facts import Column, Sign
from aligner.model import TimedWord, Word
from aligner.text.normalise import tokenise


def lay_columns(words: Sequence[TimedWord], unpublished: Sequence[Word]) -> tuple[Column, ...]:
    """One column for each published word, in its order, and for each unpublished one at its time between them."""
    waiting = sorted(unpublished, key=lambda word: word.start_ms)
    columns: list[Column] = []
    for word in words:
        while waiting and word.heard is not None and waiting[0].start_ms < (word.start_ms or 0):
            columns.append(_added(waiting.pop(0)))
        columns.append(Column(word.text, word.heard, _sign(word), word.start_ms if word.heard else None))
    return (*columns, *map(_added, waiting))


def _added(word: Word) -> Column:
    return Column(None, word.text.strip(), Sign.UNPUBLISHED, word.start_ms)


def _sign(word: TimedWord) -> Sign:
    if word.heard is None:
        return Sign.UNHEARD
    return Sign.SAME if _forms(word.text) == _forms(word.heard) else Sign.ALIKE


def _forms(text: str) -> list[str]:
    return [token.form for token in tokenise(text)]
