"""What a recogniser makes of spoken words: errors by sound at a chosen word error rate, and unsteady times.

Second step of the generated sets. Most errors are words that sound near (another word of the session, or an invented
spelling); words are also run together, cut in two, dropped when they are small, or lost in a hole of several. Errors
come in bursts, as a speaker turns from the microphone. The rate is the Levenshtein distance of the comparable
words over the number that was said, which `test_generated.py` measures.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from aligner.model import Word

JITTER_MS = 30
"""Standard deviation of a word's start: what Whisper's own times show against the signal."""
COST = 1.24
"""Word errors that one slip makes on the mean, measured on 30,000 generated words."""
CROWDING = 0.1
"""Share of the slips lost to one another at a rate of 1: a word run together takes its neighbour's turn."""
_SMALL = {
    "a", "au", "ce", "d", "de", "des", "du", "en", "est", "et", "il", "je", "la", "le", "les", "ne", "on", "ou", "qu",
    "que", "se", "un", "une", "y",
}  # fmt: skip
_HOMOPHONES = (
    ("ces", "ses", "c'est", "sait"), ("et", "est", "ai"), ("on", "ont"), ("son", "sont"), ("sans", "cent", "s'en"),
    ("mais", "mes", "met"), ("tout", "tous"), ("quand", "qu'en", "quant"), ("leur", "leurs", "l'heure"),
    ("notre", "nôtre"), ("plus", "plu"), ("nous", "nos"), ("vous", "vos"), ("dans", "d'en"), ("peu", "peut"),
    ("cette", "c'est"), ("pas", "pars"), ("la", "l'a"), ("qui", "qu'il"), ("a", "ah"),
)  # fmt: skip
_NEAR = (
    ("b", "p"), ("d", "t"), ("g", "c"), ("v", "f"), ("z", "s"), ("ch", "j"), ("m", "n"), ("l", "r"), ("an", "on"),
    ("in", "an"), ("on", "an"), ("é", "i"), ("ou", "u"), ("eu", "ou"), ("ai", "é"), ("er", "é"), ("tion", "sion"),
    ("ss", "z"), ("qu", "g"), ("en", "on"), ("oi", "a"), ("u", "i"), ("o", "ou"), ("e", "a"),
)  # fmt: skip


def hear_badly(words: Sequence[Word], rate: float, dice: random.Random) -> list[Word]:
    """The words as a recogniser with that word error rate (0 to 1) writes them, with unsteady times."""
    vocabulary = tuple(sorted({bare for word in words if (bare := _bare(word.text)) and not re.search(r"\d", bare)}))
    often = rate / COST / (1 - CROWDING * rate)
    heard: list[Word] = []
    index, burst = 0, 1.0
    while index < len(words):
        if index % 12 == 0:
            burst = dice.uniform(0.4, 1.6)
        index += 1
        word = words[index - 1]
        if dice.random() >= burst * often:
            heard.append(word)
            continue
        kind = dice.random()
        if kind < 0.62:
            heard.append(_put(word, _mishear(word.text, vocabulary, dice)))
        elif kind < 0.76 and index < len(words):
            following = words[index]
            joined = _bare(word.text) + _mishear(following.text, vocabulary, dice)
            heard.append(Word(joined, word.start_ms, following.end_ms, dice.uniform(0.2, 0.7)))
            index += 1
        elif kind < 0.86 and len(_bare(word.text)) > 5:
            heard += _cut(word, dice)
        elif kind < 0.95 or index + 5 > len(words):
            if _bare(word.text) not in _SMALL:
                heard.append(_put(word, _mishear(word.text, vocabulary, dice)))
        else:
            index += dice.randint(1, 4)
    return _shake(heard, dice)


def _put(word: Word, text: str) -> Word:
    return Word(text, word.start_ms, word.end_ms, 0.4)


def _bare(text: str) -> str:
    return re.sub(r"[^\w'’-]", "", text.lower())


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if c.isalpha() and c.isascii())


def _mishear(text: str, vocabulary: tuple[str, ...], dice: random.Random) -> str:
    """Another word for this one that sounds near; never the same letters."""
    bare = _bare(text)
    for group in _HOMOPHONES:
        if bare in group:
            return dice.choice([word for word in group if word != bare])
    if dice.random() < 0.4 and (near := [word for word in _neighbours(bare, vocabulary) if word != bare]):
        return dice.choice(near)
    slurred = bare
    for _ in range(2 if len(bare) > 7 else 1):
        slurred = _slur(slurred, dice)
    return slurred if _plain(slurred) != _plain(bare) else bare + dice.choice(("re", "le", "te"))


@cache
def _neighbours(bare: str, vocabulary: tuple[str, ...]) -> list[str]:
    found = process.extract(bare, vocabulary, scorer=Levenshtein.normalized_similarity, limit=4, score_cutoff=0.5)
    return [word for word, _, _ in found]


def _slur(bare: str, dice: random.Random) -> str:
    swaps = [(old, new) for a, b in _NEAR for old, new in ((a, b), (b, a)) if old in bare]
    if not swaps or dice.random() < 0.12:
        return bare[:-2] if len(bare) > 5 else bare[1:] or dice.choice(("et", "de", "il"))
    old, new = dice.choice(swaps)
    places = [found.start() for found in re.finditer(old, bare)]
    at = dice.choice(places)
    return bare[:at] + new + bare[at + len(old) :]


def _cut(word: Word, dice: random.Random) -> list[Word]:
    bare = _bare(word.text)
    at = dice.randint(2, len(bare) - 3)
    middle = word.start_ms + (word.end_ms - word.start_ms) * at // len(bare)
    second = bare[at:].lstrip("'’-")
    return [Word(bare[:at], word.start_ms, middle, 0.4), Word(second, middle, word.end_ms, 0.4)]


def _shake(words: Sequence[Word], dice: random.Random) -> list[Word]:
    """Move every start by some tens of ms; starts stay in order, and ends within the next start."""
    starts: list[int] = []
    for word in words:
        moved = max(0, word.start_ms + round(dice.gauss(0, JITTER_MS)))
        starts.append(max(moved, starts[-1] if starts else 0))
    return [
        Word(word.text, start, max(start + 20, word.end_ms), word.probability)
        for word, start in zip(words, starts, strict=True)
    ]
