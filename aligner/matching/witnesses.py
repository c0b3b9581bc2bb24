"""Witnesses: how far captions say the same as what was heard.

Beside match. Agreement tells how well the words are known, and what captions are worth: where they are much unlike what
was heard, what they do not hold proves nothing. It does not tell whether a link is right (measured, see
docs/matching.md): a wrong one leads to words that were said in truth, and both witnesses have them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from aligner.model import Span, Transcript, Word
from aligner.text.normalise import tokenise
from aligner.text.phonetic import sound_key

ENOUGH_WORDS = 15
"""Heard words from which their agreement tells something about captions."""
LONG_SOUND = 4
"""Sounds of the shortest word that counts for that: shorter ones are everywhere, and agree by chance."""
NEAR_MS = 5_000
"""Captions may tell a word this much earlier or later."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Captions, ready to be asked about words."""

    moments: Mapping[str, Sequence[int]]
    """When each sound is said, in ms, ascending."""
    words: frozenset[Word]

    def confirms(self, words: Iterable[Word], shortest: int = 1) -> list[bool]:
        """For each sound of that length in `words`: whether the captions have it near there, too.

        Words that were taken from the captions themselves are no second opinion, and are left out.
        """
        return [
            bisect_left(self.moments.get(sound, ()), moment - NEAR_MS)
            < bisect_right(self.moments.get(sound, ()), moment + NEAR_MS)
            for sound, moment in _sounds(word for word in words if word not in self.words)
            if len(sound) >= shortest
        ]


def summon(captions: Transcript) -> Witness:
    """Prepare captions to be asked. Linear in the number of words."""
    moments: dict[str, list[int]] = defaultdict(list)
    for sound, moment in _sounds(captions.words):
        moments[sound].append(moment)
    return Witness(dict(moments), frozenset(captions.words))


def measure_agreement(heard: Transcript, captions: Transcript, windows: Sequence[Span]) -> float | None:
    """Share of the longer words heard in the windows that captions have there too; None for too few of them."""
    words = [word for word in heard.words if any(start <= word.start_ms < end for start, end in windows)]
    agreed = summon(captions).confirms(words, LONG_SOUND)
    return sum(agreed) / len(agreed) if len(agreed) >= ENOUGH_WORDS else None


def _sounds(words: Iterable[Word]) -> Iterator[tuple[str, int]]:
    for word in words:
        for token in tokenise(word.text):
            yield sound_key(token.spelling), word.start_ms
