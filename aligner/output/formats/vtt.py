"""WebVTT: what browsers show, with all that a track knows. One of the writers of `formats`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import count

from aligner.model import Cue, TimedWord
from aligner.output.tracks import Track
from aligner.timecode import format_vtt


def write_vtt(track: Track) -> str:
    """A `NOTE` on where the text comes from; cues named by their passage, with speaker and times of words."""
    blocks = ["WEBVTT", _note(track)]
    for name, cue in zip(name_cues(track.cues), track.cues, strict=True):
        voice = f"<v {escape_vtt(one_line(cue.speaker))}>" if cue.speaker else ""
        blocks.append(f"{name}\n{format_vtt(cue.start_ms)} --> {format_vtt(cue.end_ms)}\n{voice}{_timed_text(cue)}")
    return "\n\n".join(blocks) + "\n"


def escape_vtt(text: str) -> str:
    """Write text for a WebVTT cue: `&`, `<` and `>` as entities, hence never `-->`."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def name_cues(cues: Sequence[Cue]) -> list[str]:
    """The passage's id for each cue, with `-1`, `-2` … when a passage has several; no name twice.

    A cue that shows further passages has their ids behind its own, each after a `+`.
    """
    passages = [_plain_id(cue.passage_id) for cue in cues]
    parts = Counter(passages)
    used = {passage for passage, cues_of_it in parts.items() if cues_of_it == 1}
    names: list[str] = []
    for cue, passage in zip(cues, passages, strict=True):
        name = passage
        if parts[passage] > 1:
            name = next(part for k in count(1) if (part := f"{passage}-{k}") not in used)
            used.add(name)
        names.append("+".join((name, *(_plain_id(further) for further, _ in cue.also))))
    return names


def _plain_id(passage_id: str) -> str:
    return "-".join(passage_id.split()).replace("-->", "→")


def one_line(text: str) -> str:
    """Text without line breaks."""
    return " ".join(text.split())


def _note(track: Track) -> str:
    """Where the text comes from, and what was left out; for the people who open the file."""
    lines = ["NOTE", track.title, f"Enregistrement : {track.recording} ({track.url})", *track.note]
    return "\n".join(one_line(line).replace("-->", "→") for line in lines)


def _timed_text(cue: Cue) -> str:
    """The cue's lines, escaped, with `<00:00:01.000>` before each heard word but the first.

    WebVTT wants these times to rise and to lie inside the cue; a word that would break that goes without one.
    """
    words = iter(cue.words)
    latest = cue.start_ms
    lines = []
    for line in cue.lines:
        text, cursor = "", 0
        while cursor < len(line):
            word = next(words)
            at = line.index(word.text, cursor)
            stamp = _stamp(word, latest, cue.end_ms)
            if stamp is not None:
                latest = stamp
            mark = f"<{format_vtt(stamp)}>" if stamp is not None else ""
            text += escape_vtt(line[cursor:at]) + mark + escape_vtt(word.text)
            cursor = at + len(word.text)
        lines.append(text)
    return "\n".join(lines)


def _stamp(word: TimedWord, latest: int, end_ms: int) -> int | None:
    inside = word.heard and word.start_ms is not None and latest < word.start_ms < end_ms
    return word.start_ms if inside else None
