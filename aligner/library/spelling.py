"""Guesses which known word was meant by one that stands nowhere: the likest of those that the index holds.

Second pass of a search that found next to nothing. Likeness is the number of letters to change, turn round, add or
leave out (Damerau), on folded words; of words as like, the one that stands in more lines wins.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from aligner.library.query import Term
from aligner.library.words import STEM, stem

SHORTEST = 3
"""Words of fewer letters are like too many others."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that the index holds."""

    lines: Mapping[str, int]
    """Folded words, each with the number of lines that it stands in."""
    stems: frozenset[str]

    def knows(self, term: Term) -> bool:
        """Whether some line holds a form of the word, or a word that begins so if it is only begun."""
        word = term.words[0]
        known = word in self.lines or term.stem in self.stems
        return known or (term.begun and any(other.startswith(word) for other in self.lines))


def read_vocabulary(db: sqlite3.Connection) -> Vocabulary:
    """All words of the index but the shortest."""
    query = "SELECT term, doc FROM vocabulary WHERE term < ? AND length(term) >= ?"
    lines = dict(db.execute(query, (STEM, SHORTEST)))
    return Vocabulary(lines, frozenset(map(stem, lines)))


def correct(terms: Sequence[Term], vocabulary: Vocabulary) -> tuple[tuple[Term, ...], tuple[tuple[str, str], ...]]:
    """Replace words that stand nowhere by those that are likest; the new terms, and what was replaced by what.

    Quotes stay as they are: they are to be found exactly or not at all.
    """
    corrected, meant = [], []
    for term in terms:
        instead = None if term.quoted or vocabulary.knows(term) else nearest(term.words[0], vocabulary)
        corrected.append(replace(term, words=(instead,), begun=False) if instead else term)
        if instead:
            meant.append((term.typed, instead))
    return tuple(dict.fromkeys(corrected)), tuple(meant)


def nearest(word: str, vocabulary: Vocabulary) -> str | None:
    """The known word likest to `word`; None when none is like it.

    One change may be made to a word of three to five letters, two to one of up to nine, three to a longer one.
    """
    if len(word) < SHORTEST:
        return None
    most = 1 if len(word) <= 5 else 2 if len(word) <= 9 else 3
    found = process.extract(word, vocabulary.lines.keys(), scorer=OSA.distance, score_cutoff=most, limit=50)
    # People rarely mistake the first letter.
    best = min(found, key=lambda hit: (hit[1], hit[0][0] != word[0], -vocabulary.lines[hit[0]], hit[0]), default=None)
    return str(best[0]) if best else None
