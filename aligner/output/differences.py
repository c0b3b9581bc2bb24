"""What was said beside what was published: the words of one passage as runs that a page can mark.

Used by `layout` for the passages whose differences a reader may want to see. Published words that were not said and
words that were said and not published stand where they belong, between the words that are both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from aligner.model import Match, TimedWord, Word

SAID = "said"
UNSAID = "unsaid"
"""Published, not said."""
UNPUBLISHED = "unpublished"
"""Said, not published."""
SPOKEN_SIGNS = "%‰€$£°"
"""Signs that are words to the ear."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row with one fate: `SAID` (and published), `UNSAID` or `UNPUBLISHED`."""

    text: str
    fate: str

    @property
    def length(self) -> int:
        """How many words it has."""
        return len(self.text.split())


def tell_apart(match: Match) -> tuple[Run, ...]:
    """The words of a passage, said or published, in order; where the words are not known one by one, `said` as it is.

    Words said after the passage's end are left out: they belong to no published sentence.
    """
    if not match.words:
        return (Run(match.said, SAID),) if match.said else ()
    within = [word for word in match.unpublished if (match.start_ms or 0) <= word.start_ms < (match.end_ms or 0)]
    fates = groupby(_merge(match.words, within), key=lambda found: found[1])
    return tuple(Run(" ".join(text for text, _ in words), fate) for fate, words in fates)


def _merge(words: Sequence[TimedWord], unpublished: Sequence[Word]) -> Iterator[tuple[str, str]]:
    """Each word with its fate; a word that takes the place of another stands after it."""
    waiting = sorted(unpublished, key=lambda word: word.start_ms)
    before: str | None = None
    for word in words:
        if word.heard is None:
            yield word.text, UNSAID
            continue
        while waiting and waiting[0].start_ms < (word.start_ms or 0):
            yield waiting.pop(0).text, UNPUBLISHED
        same = _letters(word.heard) == _letters(word.text)
        # One heard word that stands for two published ones ("davantage" for "d’avantages") is told once.
        if same or word.heard != before:
            yield word.text if same else word.heard, SAID
        before = None if same else word.heard
    for word_after in waiting:
        yield word_after.text, UNPUBLISHED


@lru_cache(maxsize=20_000)
def _letters(text: str) -> str:
    """What of a word is said: "60 %" is not said as "60"."""
    return "".join(c for c in text.casefold() if c.isalnum() or c in SPOKEN_SIGNS)
