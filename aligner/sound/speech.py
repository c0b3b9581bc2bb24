"""Find where in a recording somebody speaks: with Silero VAD, block by block, each block once for good.

Part of hearing, before the recogniser: only speech is heard, pieces are cut in its silences, and speech without a
word shows what the recogniser left out. All times are ms from the start of the recording.
"""

from __future__ import annotations

from aligner.model import Span
from aligner.sound.audio import SAMPLES_PER_MS, Samples, Sound
from aligner.sound.guards import clip_speech
from aligner.sound.journal import Journal

RULES = 1
"""Raised when the same sound gives other speech."""
BLOCK_MS = 600_000
"""Looked at together: the detector copies its input three times."""
LONGEST_MS = 29_000
"""Longest stretch of speech: one that lasts longer is cut at its longest breath. Whisper's window is 30 s."""

_SILENCE_MS = 160  # shorter ones do not part two stretches of speech (the library's own figure for batches)


class Speech:
    """The speech of one recording; what was found is kept in a journal, line by line a block's number and spans."""

    def __init__(self, sound: Sound, journal: Journal) -> None:
        self._sound = sound
        self._journal = journal
        self._blocks: dict[int, tuple[Span, ...]] = {
            number: tuple((start, end) for start, end in spans) for number, spans in journal.read()
        }

    def within(self, span: Span) -> tuple[Span, ...]:
        """The stretches of speech inside a span; blocks that were not looked at yet are."""
        bounds = (max(0, span[0]), min(span[1], self._sound.duration_ms))
        numbers = range(bounds[0] // BLOCK_MS, -(-bounds[1] // BLOCK_MS))
        return tuple(part for number in numbers for part in clip_speech(self._block(number), bounds))

    def _block(self, number: int) -> tuple[Span, ...]:
        if number not in self._blocks:
            start = number * BLOCK_MS
            found = find_speech(self._sound.read((start, start + BLOCK_MS)))
            self._blocks[number] = tuple((start + a, start + b) for a, b in found)
            self._journal.add([number, self._blocks[number]])
        return self._blocks[number]


def find_speech(samples: Samples) -> tuple[Span, ...]:
    """Find the stretches of speech in a part of a recording with Silero VAD (it comes with faster-whisper)."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(max_speech_duration_s=LONGEST_MS / 1000, min_silence_duration_ms=_SILENCE_MS, speech_pad_ms=0)
    spans = (
        (stretch["start"] // SAMPLES_PER_MS, stretch["end"] // SAMPLES_PER_MS)
        for stretch in get_speech_timestamps(samples, options)
    )
    return tuple(span for span in spans if span[0] < span[1])
