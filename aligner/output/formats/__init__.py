"""The formats that a track can be written in: the last step of tell, one function `Track -> str` each.

`render` is what the commands call; `FORMATS` says which formats there are. To add one:
1. write `def write_xyz(track: Track) -> str` in a module here; it gets cues in order, not overlapping, with at most two
   lines, and must not change a word (where the format would take text for markup, it escapes or guards it);
2. give it a row in `FORMATS`: name, the ending of its files, and what it writes, as `aligner export --help` says it;
3. add its expected text and an independent reader to `tests/output/test_formats.py`, and a row to docs/subtitles.md.
Text has bare newlines and is saved as UTF-8.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass

from aligner.errors import UsageError
from aligner.output.formats.ass import write_ass
from aligner.output.formats.chapters import write_chapters, write_youtube
from aligner.output.formats.lrc import write_lrc
from aligner.output.formats.srt import write_srt
from aligner.output.formats.tables import write_audacity, write_csv, write_jsonl, write_text
from aligner.output.formats.ttml import write_ttml
from aligner.output.formats.vtt import write_vtt
from aligner.output.tracks import Track


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a track. `write` may raise `AlignerError` where the track does not fit it."""

    name: str
    ending: str
    """What its files end in, after the post's slug and a dot; no two formats share one."""
    what: str
    write: Callable[[Track], str]


FORMATS = {
    form.name: form
    for form in (
        Format("srt", "srt", "SubRip", write_srt),
        Format("vtt", "vtt", "WebVTT with speakers, passage ids and word times", write_vtt),
        Format("ass", "ass", "Advanced SubStation Alpha", write_ass),
        Format("ttml", "ttml", "TTML for broadcasters (EBU-TT-D)", write_ttml),
        Format("lrc", "lrc", "LRC, for music and podcast players", write_lrc),
        Format("txt", "txt", "plain text with times", write_text),
        Format("csv", "csv", "table of passages", write_csv),
        Format("jsonl", "jsonl", "passages as JSON Lines", write_jsonl),
        Format("audacity", "labels.txt", "Audacity labels", write_audacity),
        Format("chapters", "chapters.vtt", "chapters as WebVTT", write_chapters),
        Format("youtube", "youtube.txt", "chapters for a YouTube description", write_youtube),
    )
}
"""The formats by name."""


def render(track: Track, name: str) -> str:
    """Write a track as the text of a file. No cues give a file that is still valid, but for chapters.

    Raises `UsageError` for a name that is not in `FORMATS`, `AlignerError` where the track does not fit the format.
    """
    if name not in FORMATS:
        near = difflib.get_close_matches(name.lower(), FORMATS, n=1, cutoff=0.3)
        raise UsageError(
            f"“{name}” is no subtitle format.",
            f"Did you mean “{near[0]}”?" if near else f"The formats are: {', '.join(FORMATS)}.",
        )
    return FORMATS[name].write(track)
