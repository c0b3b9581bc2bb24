"""Finds the characters of a line that a search matched, for the reader's eye.

Last step of a search, done only for the lines that are shown. It reads words as the index does (`words`), so what is
marked is what was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aligner.library.query import Term
from aligner.library.words import Token, tokens
from aligner.model import Span


def find_marks(text: str, terms: Sequence[Term]) -> tuple[Span, ...]:
    """The characters of a text that terms match: words, and quotes as one stretch each; in order, apart."""
    words = list(tokens(text))
    merged: list[Span] = []
    for start, end in sorted(span for term in terms for span in _spans(words, term)):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def holds(text: str, terms: Sequence[Term]) -> bool:
    """Whether every term is in a text."""
    words = list(tokens(text))
    return all(any(_spans(words, term)) for term in terms)


def _spans(words: Sequence[Token], term: Term) -> Iterator[Span]:
    length = len(term.words)
    for first in range(len(words) - length + 1):
        run = words[first : first + length]
        if _is_said(run, term):
            yield run[0].chars[0], run[-1].chars[1]


def _is_said(run: Sequence[Token], term: Term) -> bool:
    if term.stem and run[0].stem == term.stem:
        return True
    *firsts, last = (token.folded for token in run)
    matches = last.startswith(term.words[-1]) if term.begun else last == term.words[-1]
    return matches and tuple(firsts) == term.words[:-1]
