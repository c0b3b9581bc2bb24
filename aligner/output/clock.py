"""Another clock: cues and times of a recording as a clip shows them that was cut out of it.

Beside `cues` and `tracks`; used for subtitles of clips, whether they are cut here or by somebody's own tools.
"""

from __future__ import annotations

from dataclasses import replace

from aligner.model import Cue, TimedWord


def shift(time_ms: int, zero_ms: int) -> int:
    """A time of the recording on the clock of a clip that begins at `zero_ms`; 0 where it lies before."""
    return max(0, time_ms - zero_ms)


def shift_cue(cue: Cue, zero_ms: int) -> Cue:
    """A cue and its words on the clock of a clip that begins at `zero_ms`."""
    return replace(
        cue,
        start_ms=shift(cue.start_ms, zero_ms),
        end_ms=shift(cue.end_ms, zero_ms),
        words=tuple(_shift_word(word, zero_ms) for word in cue.words),
    )


def _shift_word(word: TimedWord, zero_ms: int) -> TimedWord:
    if word.start_ms is None or word.end_ms is None:
        return word
    return replace(word, start_ms=shift(word.start_ms, zero_ms), end_ms=shift(word.end_ms, zero_ms))
