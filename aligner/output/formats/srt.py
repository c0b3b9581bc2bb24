"""SubRip: the format that every player reads. One of the writers of `formats`."""

from __future__ import annotations

import re

from aligner.output.tracks import Track
from aligner.timecode import format_srt

_WORD_JOINER = "\u2060"
_MARKUP = re.compile(r"<(?=[A-Za-z/!?])|{(?=[\\A-Za-z])|--(?=>)|\\(?=[Nnh])")


def write_srt(track: Track) -> str:
    """Counter, times and lines of each cue."""
    blocks = []
    for number, cue in enumerate(track.cues, 1):
        text = guard_srt("\n".join(cue.lines))
        blocks.append(f"{number}\n{format_srt(cue.start_ms)} --> {format_srt(cue.end_ms)}\n{text}\n")
    return "\n".join(blocks)


def guard_srt(text: str) -> str:
    r"""Keep players from taking published `<b>`, `{…}`, `-->` or `\N` for markup.

    SubRip has no escapes, so an invisible word joiner (U+2060) is put inside; doing it twice changes nothing more.
    """
    return _MARKUP.sub(lambda found: found[0] + _WORD_JOINER, text)
