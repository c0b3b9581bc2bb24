"""Passages for people and programs that work on with them: text, table, JSON Lines, labels. Writers of `formats`.

Where the subtitles part a passage over cues, these keep it whole, with its first and last moment. A verbatim track has
sentences as they were heard instead.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict

from aligner.output.formats.vtt import one_line
from aligner.output.tracks import Track
from aligner.timecode import format_clock, format_vtt

_COLUMNS = (
    "passage_id",
    "start",
    "end",
    "start_ms",
    "end_ms",
    "speaker",
    "heading",
    "status",
    "confidence",
    "text",
    "said",
)
_BYTE_ORDER_MARK = "\ufeff"


def write_text(track: Track) -> str:
    """A line a passage: when, who where it changes, and what of it was said."""
    lines = [track.title, f"{track.recording} ({track.url})", *track.note]
    parts = ["\n".join(one_line(line) for line in lines), ""]
    before = None
    for line in track.lines:
        who = f"{one_line(line.speaker)}\u00a0: " if line.speaker and line.speaker != before else ""
        parts.append(f"[{format_clock(line.start_ms)}] {who}{one_line(line.shown)}")
        before = line.speaker
    return "\n".join(parts) + "\n"


def write_csv(track: Track) -> str:
    """A row a passage, comma-separated, with a byte order mark: spreadsheets then read its accents."""
    table = io.StringIO()
    writer = csv.DictWriter(table, _COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for line in track.lines:
        clock = {"start": format_vtt(line.start_ms), "end": format_vtt(line.end_ms)}
        writer.writerow(asdict(line) | clock)
    return _BYTE_ORDER_MARK + table.getvalue()


def write_jsonl(track: Track) -> str:
    """An object a passage, a line each; its keys are those of `tracks.Line`."""
    return "".join(json.dumps(asdict(line), ensure_ascii=False) + "\n" for line in track.lines)


def write_audacity(track: Track) -> str:
    """A label a passage: beginning and end in seconds, and what of it was said, parted by tabs."""
    return "".join(
        f"{line.start_ms / 1000:.6f}\t{line.end_ms / 1000:.6f}\t{one_line(line.shown)}\n" for line in track.lines
    )
