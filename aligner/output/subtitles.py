"""Cues to subtitle files: the last step of tell for `.srt` and `.vtt`.

`render` is what the command and the viewer call; `FORMATS` says which formats there are. To add one:
1. write `def _write_xyz(cues, document, media_id) -> str` here (or in a module of its own when it is long);
2. put it into `FORMATS` under its name, which is also the file's extension;
3. add its expected text and an independent reader to `tests/output/test_subtitles.py`.
A writer gets cues in order, not overlapping, with at most two lines, and must not change a published word.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from aligner.errors import UsageError
from aligner.model import Cue, TimedWord
from aligner.output.cues import count_left_out, find_recording
from aligner.timecode import format_srt, format_vtt

Writer = Callable[[Sequence[Cue], dict[str, Any], str], str]

_WORD_JOINER = "\u2060"
_SRT_MARKUP = re.compile(r"<(?=[A-Za-z/!?])|{(?=[\\A-Za-z])|--(?=>)")


def render(cues: Sequence[Cue], format: str, document: dict[str, Any], media_id: str) -> str:  # noqa: A002 -- the word users use
    """Write the cues of one recording as the text of a subtitle file, with bare newlines, to be saved as UTF-8.

    No cues give a file that is still valid. Raises `UsageError` for a format that is not in `FORMATS`, or a recording
    that the document does not know.
    """
    writer = FORMATS.get(format)
    if writer is None:
        near = difflib.get_close_matches(format.lower(), FORMATS, n=1, cutoff=0.3)
        raise UsageError(
            f"“{format}” is no subtitle format.",
            f"Did you mean “{near[0]}”?" if near else f"The formats are: {', '.join(FORMATS)}.",
        )
    return writer(cues, document, media_id)


def guard_srt(text: str) -> str:
    """Keep players from taking published `<b>`, `{…}` or `-->` for markup.

    SubRip has no escapes, so an invisible word joiner (U+2060) is put inside; doing it twice changes nothing more.
    """
    return _SRT_MARKUP.sub(lambda found: found[0] + _WORD_JOINER, text)


def escape_vtt(text: str) -> str:
    """Write text for a WebVTT cue: `&`, `<` and `>` as entities, hence never `-->`."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _write_srt(cues: Sequence[Cue], document: dict[str, Any], media_id: str) -> str:  # noqa: ARG001 -- SubRip has no place for it
    blocks = []
    for number, cue in enumerate(cues, 1):
        text = guard_srt("\n".join(cue.lines))
        blocks.append(f"{number}\n{format_srt(cue.start_ms)} --> {format_srt(cue.end_ms)}\n{text}\n")
    return "\n".join(blocks)


def _write_vtt(cues: Sequence[Cue], document: dict[str, Any], media_id: str) -> str:
    blocks = ["WEBVTT", _note(cues, document, media_id)]
    for name, cue in zip(_name_cues(cues), cues, strict=True):
        voice = f"<v {escape_vtt(_one_line(cue.speaker))}>" if cue.speaker else ""
        blocks.append(f"{name}\n{format_vtt(cue.start_ms)} --> {format_vtt(cue.end_ms)}\n{voice}{_timed_text(cue)}")
    return "\n\n".join(blocks) + "\n"


def _note(cues: Sequence[Cue], document: dict[str, Any], media_id: str) -> str:
    """Where the text comes from, and what was left out; for the people who open the file."""
    media, post = find_recording(document, media_id), document["post"]
    counts = count_left_out(document, media_id, cues)
    left_out = (
        f"{counts['not_found']} non prononcés, {counts['uncertain']} incertains, "
        f"{counts['elsewhere']} dits dans un autre enregistrement, {counts['hidden']} au même moment qu’un autre"
    )
    lines = [
        "NOTE",
        post["title"] or post["slug"],
        f"Enregistrement : {media['title'] or media_id} ({media['url']})",
        "Texte publié, calé sur la parole : ce ne sont pas toujours les mots exacts qui ont été dits.",
        f"Passages affichés : {len({cue.passage_id for cue in cues})}. Laissés de côté : {left_out}.",
    ]
    return "\n".join(_one_line(line).replace("-->", "→") for line in lines)


def _name_cues(cues: Sequence[Cue]) -> list[str]:
    """The passage's id for each cue, with `-1`, `-2` … when a passage has several; no name twice."""
    passages = ["-".join(cue.passage_id.split()).replace("-->", "→") for cue in cues]
    parts = Counter(passages)
    used = {passage for passage, cues_of_it in parts.items() if cues_of_it == 1}
    names: list[str] = []
    for passage in passages:
        name = passage
        if parts[passage] > 1:
            name = next(part for k in count(1) if (part := f"{passage}-{k}") not in used)
            used.add(name)
        names.append(name)
    return names


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


def _one_line(text: str) -> str:
    return " ".join(text.split())


FORMATS: dict[str, Writer] = {"srt": _write_srt, "vtt": _write_vtt}
"""The subtitle formats by name."""
