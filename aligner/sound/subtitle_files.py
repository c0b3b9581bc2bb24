"""Read WebVTT and SubRip: cues with or without times for each word, rolling ones included.

One family of readers behind `aligner.sound.captions`. Automatic captions roll: each cue repeats the line shown
before it and adds one, so that every word stands there two or three times; what was shown already is left out.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from aligner.model import Word
from aligner.sound.caption_text import Reading, UnreadableError, longest_ms, spoken_tokens, spread
from aligner.timecode import parse_time

_TIMING = re.compile(r"^\s*(?P<start>[\d:.,]+)\s*-->\s*(?P<end>[\d:.,]+)(?:\s.*)?$")
_WORD_TIME = re.compile(r"<(\d[\d:]*[.,]\d{1,3})>")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]*>|\{\\[^{}\n]*\}")  # <c>, </c>, <v Nom>, <i>, {\an8}
_ROLLING_SHARE = 0.4  # of the cues begin with a line of the one before; "Oui." "Oui." makes far fewer


@dataclass(frozen=True, slots=True)
class _FileCue:
    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


def is_vtt(text: str) -> bool:
    """Tell WebVTT by its first word."""
    return text.startswith("WEBVTT")


def is_srt(text: str) -> bool:
    """Tell SubRip by its first timing line."""
    return any(_TIMING.match(line) for line in text.splitlines()[:200])


def read_vtt(text: str) -> Reading:
    """Read WebVTT, with or without word times."""
    return _read_cues("vtt", list(_find_cues(text, ends_at_blank_line=True)))


def read_srt(text: str) -> Reading:
    """Read SubRip; blank lines inside a cue, missing counters and points for commas are put up with."""
    return _read_cues("srt", list(_find_cues(text, ends_at_blank_line=False)))


def _find_cues(text: str, *, ends_at_blank_line: bool) -> Iterator[_FileCue]:
    lines = text.splitlines()
    places = [index for index, line in enumerate(lines) if _TIMING.match(line)]
    for place, after in pairwise([*places, len(lines)]):
        body = lines[place + 1 : after]
        if ends_at_blank_line:
            body = body[: body.index("")] if "" in body else body
        elif after < len(lines):
            body = _without_counter(body)
        start, end = _times(lines[place])
        yield _FileCue(start, max(start, end), tuple(line for line in body if _TAG.sub("", line).strip()))


def _without_counter(body: list[str]) -> list[str]:
    """Take off the number of the next cue: the last line, if it stands after a blank one or there is nothing else."""
    if body and body[-1].strip().isdigit() and (len(body) == 1 or not body[-2].strip()):
        return body[:-1]
    return body


def _times(line: str) -> tuple[int, int]:
    match = _TIMING.match(line)
    times = [parse_time(match[name]) for name in ("start", "end")] if match else []
    start, end = times if len(times) == 2 else (None, None)
    if start is None or end is None:
        raise UnreadableError(f"its line “{line.strip()}” gives no times")
    return start, end


def _read_cues(kind: str, cues: Sequence[_FileCue]) -> Reading:
    words: list[Word] = []
    estimated = False
    for cue in _new_lines(cues):
        found, sure = _read_cue(cue)
        words += found
        estimated |= not sure
    return Reading(kind, tuple(words), max((cue.end_ms for cue in cues), default=0), estimated)


def _new_lines(cues: Sequence[_FileCue]) -> Sequence[_FileCue]:
    """Of rolling captions, leave each cue the lines that the one before did not show; leave others as they are."""
    shown = [tuple(_plain(line) for line in cue.lines) for cue in cues]
    rolls = [_overlap(before, now) for before, now in pairwise(shown)]
    if sum(map(bool, rolls)) < max(2, _ROLLING_SHARE * len(cues)):
        return cues
    return [
        _FileCue(cue.start_ms, cue.end_ms, cue.lines[repeated:])
        for cue, repeated in zip(cues, [0, *rolls], strict=True)
    ]


def _overlap(before: tuple[str, ...], now: tuple[str, ...]) -> int:
    """How many lines at the head of a cue are the tail of the one before."""
    return max((n for n in range(1, min(len(before), len(now)) + 1) if before[-n:] == now[:n]), default=0)


def _plain(line: str) -> str:
    return " ".join(_TAG.sub("", _WORD_TIME.sub("", line)).split())


def _read_cue(cue: _FileCue) -> tuple[list[Word], bool]:
    """The words of a cue, and whether each has a time of its own."""
    parts = _WORD_TIME.split(_TAG.sub("", "\n".join(cue.lines)))
    texts = [html.unescape(part) for part in parts[::2]]
    times = [cue.start_ms, *(parse_time(part) or 0 for part in parts[1::2])]
    words: list[Word] = []
    sure = True
    for part, start, end in zip(texts, times, [*times[1:], cue.end_ms], strict=True):
        tokens = spoken_tokens(part)
        sure &= len(tokens) <= 1
        if len(tokens) == 1:
            words.append(Word(tokens[0], start, min(max(start, end), start + longest_ms(len(tokens[0])))))
        elif tokens:
            words += spread(tokens, start, end)
    return words, sure
