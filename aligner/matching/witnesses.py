"""Witnesses: how far two transcripts of one recording agree, captions and what was heard.

Beside match. Two recognisers that heard the same words are rarely both wrong; where captions are much unlike what was
heard, what they do not hold proves nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence

from aligner.model import Span, Transcript
from aligner.text.normalise import tokenise
from aligner.text.phonetic import sound_key

ENOUGH_WORDS = 15
"""Heard words from which their agreement tells something."""
LONG_SOUND = 4
"""Sounds of the shortest word that counts: shorter ones are everywhere, and agree by chance."""
NEAR_MS = 5_000
"""Captions may tell a word this much earlier or later."""


def measure_agreement(heard: Transcript, captions: Transcript, windows: Sequence[Span]) -> float | None:
    """Share of the longer words heard in the windows that captions have there too; None for too few of them.

    Words are the same when they sound the same.
    """
    moments: dict[str, list[int]] = defaultdict(list)
    for sound, moment in _sounds(captions, [(start - NEAR_MS, end + NEAR_MS) for start, end in windows]):
        moments[sound].append(moment)
    agreed = [
        bisect_left(moments[sound], moment - NEAR_MS) < bisect_right(moments[sound], moment + NEAR_MS)
        for sound, moment in _sounds(heard, windows)
    ]
    return sum(agreed) / len(agreed) if len(agreed) >= ENOUGH_WORDS else None


def _sounds(transcript: Transcript, windows: Sequence[Span]) -> Iterator[tuple[str, int]]:
    """The sounds of the longer words in the windows, each with its moment, by time."""
    for word in transcript.words:
        if any(start <= word.start_ms < end for start, end in windows):
            for token in tokenise(word.text):
                sound = sound_key(token.spelling)
                if len(sound) >= LONG_SOUND:
                    yield sound, word.start_ms
