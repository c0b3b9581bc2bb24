r"""Advanced SubStation Alpha: what editors and desktop players style. One of the writers of `formats`.

Braces hold commands and a backslash begins one, so published ones are guarded as ffmpeg does it: `\{{}` (a brace for
libass, and at least not the end of the text for others), and an invisible word joiner (U+2060) after a backslash.
Times are whole hundredths of a second.
"""

from __future__ import annotations

from aligner.output.formats.vtt import one_line
from aligner.output.tracks import Track

_HEAD = """\
[Script Info]
Title: {title}
ScriptType: v4.00+
PlayResX: 1920
PlayResY: 1080
WrapStyle: 2
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,60,&H00FFFFFF,&H000000FF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,3,1,2,60,60,54,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
_WORD_JOINER = "\u2060"


def write_ass(track: Track) -> str:
    """One style, one event a cue; the speaker's name stands in the event's own field."""
    events = []
    for cue in track.cues:
        name = one_line((cue.speaker or "").replace(",", " "))
        text = guard_ass("\n".join(cue.lines)).replace("\n", "\\N")
        events.append(f"Dialogue: 0,{_format(cue.start_ms)},{_format(cue.end_ms)},Default,{name},0,0,0,,{text}\n")
    return _HEAD.replace("{title}", one_line(track.title)) + "".join(events)


def guard_ass(text: str) -> str:
    """Keep players from taking published braces and backslashes for commands."""
    return text.replace("\\", f"\\{_WORD_JOINER}").replace("{", "\\{{}")


def _format(ms: int) -> str:
    """Write a time as "1:02:03.45", rounded down, so that cues that are apart stay apart."""
    seconds, rest = divmod(max(0, ms), 1000)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest // 10:02}"
