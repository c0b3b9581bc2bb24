"""LRC: lines of a song, or of a speech in a podcast player. One of the writers of `formats`."""

from __future__ import annotations

from aligner.output.formats.vtt import one_line
from aligner.output.limits import CLOSED_GAP_MS
from aligner.output.tracks import Track

_WORD_JOINER = "\u2060"


def write_lrc(track: Track) -> str:
    """A line a cue; LRC has no ends, so an empty line clears the text where nobody is shown for a while."""
    lines = [f"[ti:{_plain(track.title)}]", f"[la:{track.language}]"]
    for cue, following in zip(track.cues, [*track.cues[1:], None], strict=False):
        text = " ".join(cue.lines)
        # a second bracket would be read as a second time, or as a tag
        lines.append(f"[{_format(cue.start_ms)}]{_WORD_JOINER if text.startswith('[') else ''}{text}")
        if following is None or following.start_ms - cue.end_ms >= CLOSED_GAP_MS:
            lines.append(f"[{_format(cue.end_ms)}]")
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return one_line(text).replace("[", "(").replace("]", ")")


def _format(ms: int) -> str:
    """Write a time as "62:03.45": minutes go on beyond the hour."""
    seconds, rest = divmod(max(0, ms), 1000)
    return f"{seconds // 60:02}:{seconds % 60:02}.{rest // 10:02}"
