"""Words as the index knows them: without accents and case, and as a stem that the forms of a word share.

Used alike on what is indexed and on what is typed, so both meet whatever accents the reader leaves out. Of the 81 + 25
pairs of `tests/library/word_forms.py` (to be found, to be kept apart) the stem takes 73 and 5 for one, Snowball's
French stemmer alone 64 and 6, a prefix 43 and 8; of 28 + 12 pairs that were not in view when the rules were made 24 and
3, 22 and 2, 12 and 4.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

from aligner.model import Span

STEM, NEXT, LAST, FIRST = "\ue000", "\ue001", "\ue002", "\ue003"
"""Private letters that no word has, put before words in the index: before a stem, before a word or stem of the line
that follows, before the last word of a line and before the first of the line that follows; those stand there twice."""

_FRENCH_STOP_WORDS = """
    a ai au aux avec c ce ces cette d dans de des du elle elles en est et etait eu il ils j je l la le les leur leurs
    lui m ma mais me mes mon n ne nos notre nous on ont ou par pas pour qu que qui s sa sans se ses son sont sur t ta
    te tes ton tu un une vos votre vous y
"""
STOP_WORDS = frozenset(_FRENCH_STOP_WORDS.split())
"""Folded words that say nothing by themselves: left out of a search that has others. Those of Snowball's French list
that are frequent in speech; "été" stays a season."""

_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_IRREGULAR = {"nouvelle": "nouveau", "belle": "beau", "vieille": "vieux", "travaux": "travail", "yeux": "oeil"}
_ENDINGS = (
    ("ication", "iqu"),  # communication, communiquer; else it is cut down to commun-
    ("trice", "teur"),
    ("euse", "eu"),
    ("eux", "eu"),
    ("ive", "if"),
    ("ere", "er"),
    ("que", "c"),
)
"""What Snowball no longer sees when the accents are gone, or never saw: tried in this order."""

_stemmer = snowballstemmer.stemmer("french")
_stemmer_lock = threading.Lock()  # it works on its own fields


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text."""

    chars: Span
    folded: str

    @property
    def stem(self) -> str:
        """What it shares with the other forms of the word."""
        return stem(self.folded)


def tokens(text: str) -> Iterator[Token]:
    """The words of a text; an apostrophe, a hyphen or a middle dot parts two words."""
    for found in _WORD.finditer(text):
        if folded := fold(found.group()):
            yield Token(found.span(), folded)


def folded_words(text: str) -> list[str]:
    """The words of a text, folded, as `tokens` gives them."""
    return [folded for word in _WORD.findall(text) if (folded := fold(word))]


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """A word in small letters without accents, œ as oe."""
    plain = unicodedata.normalize("NFKD", word).lower().translate(_LIGATURES)
    return "".join(letter for letter in plain if letter.isalnum())


@lru_cache(maxsize=100_000)
def stem(folded: str) -> str:
    """The stem of a folded French word: plurals, feminines and most verb forms give the same one."""
    word = _singular(folded)
    word = _IRREGULAR.get(word, word)
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) >= len(ending) + 3:
            word = word.removesuffix(ending) + instead
            break
    with _stemmer_lock:
        found: str = _stemmer.stemWord(word)
    if len(found) >= 4 and found.endswith("e"):  # financé-e
        found = found[:-1]
    return found[:-1] if len(found) > 3 and found[-1] == found[-2] else found


@lru_cache(maxsize=100_000)
def stem_of(word: str) -> str:
    """The stem of a folded word as the index keeps it; empty for one that says nothing."""
    return "" if word in STOP_WORDS else STEM + stem(word)


def as_stems(words: Iterable[str], before: str = "") -> str:
    """Folded words as the index keeps their stems; words that say nothing have none."""
    return " ".join(before + kept for word in words if (kept := stem_of(word)))


def _singular(word: str) -> str:
    if word in _IRREGULAR:
        return word
    if len(word) > 4 and word.endswith("eaux"):
        return word[:-1]
    if len(word) > 4 and word.endswith("aux"):
        return word[:-2] + "l"
    return word[:-1] if len(word) > 3 and word[-1] in "sx" and word[-2] != "s" else word
