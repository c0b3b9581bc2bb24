"""Chapters: where a speech turns to its next subject, as WebVTT and as YouTube wants them. Writers of `formats`.

A chapter is a heading of the post; of a post without headings a speaker's turn, else a paragraph, named by its first
words. Only published text has chapters. YouTube's rules: the first at 0:00, at least three, each of 10 s or more, in
order (support.google.com/youtube/answer/9884579).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from aligner.errors import AlignerError
from aligner.output.formats.vtt import escape_vtt, one_line
from aligner.output.tracks import Line, Track, TrackKind
from aligner.timecode import format_clock, format_vtt

FEWEST = 3
SHORTEST_MS = 10_000
TITLE_CHARS = 60
BEFORE, AFTER = "Début", "Suite"
"""What YouTube viewers read of a recording before and after the speech."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a recording and its name."""

    start_ms: int
    end_ms: int
    title: str


def find_chapters(track: Track) -> list[Chapter]:
    """The chapters of a track, in order, each lasting until the next begins.

    Raises `AlignerError` for a verbatim track, and where nothing of the post was said.
    """
    if track.kind is not TrackKind.PUBLISHED:
        raise AlignerError("Only the published text has chapters, not what was heard.", "Leave out --kind verbatim.")
    if not track.lines:
        raise AlignerError("There are no chapters: nothing of the post was said.", "See `aligner status`.")
    part_of = _parts(track)
    chapters: list[Chapter] = []
    before: object = None
    for line in track.lines:
        part, title = part_of(line)
        if not chapters or part != before:
            chapters.append(Chapter(line.start_ms, line.end_ms, one_line(title)))
        before = part
    until = max(line.end_ms for line in track.lines)
    ends = [*(chapter.start_ms for chapter in chapters[1:]), until]
    return [replace(chapter, end_ms=end) for chapter, end in zip(chapters, ends, strict=True) if chapter.start_ms < end]


def write_chapters(track: Track) -> str:
    """A cue a chapter."""
    blocks = [
        f"{number}\n{format_vtt(chapter.start_ms)} --> {format_vtt(chapter.end_ms)}\n{escape_vtt(chapter.title)}"
        for number, chapter in enumerate(find_chapters(track), 1)
    ]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def write_youtube(track: Track) -> str:
    """A line a chapter, for the video's description. Raises `AlignerError` where YouTube would not take them."""
    chapters = find_chapters(track)
    first, last = chapters[0].start_ms, chapters[-1].end_ms
    marks = [(chapter.start_ms, chapter.title) for chapter in chapters]
    if first >= SHORTEST_MS:
        marks.insert(0, (0, BEFORE))
    whole_ms = max(track.duration_ms or 0, last)
    if whole_ms - last >= SHORTEST_MS:
        marks.append((last, AFTER))
    kept = _keep_long(marks, whole_ms)
    if len(kept) < FEWEST:
        raise AlignerError(
            f"YouTube wants at least {FEWEST} chapters of {SHORTEST_MS // 1000} s or more; this gives {len(kept)}.",
            "Headings in the post make chapters.",
        )
    # YouTube takes no angle brackets in descriptions
    return "".join(f"{format_clock(ms)} {title.replace('<', '‹').replace('>', '›')}\n" for ms, title in kept)


def _keep_long(marks: list[tuple[int, str]], whole_ms: int) -> list[tuple[int, str]]:
    """Leave out marks so that each that stays lasts long enough, in the whole seconds that are written."""
    kept = [(0, marks[0][1])]
    for start_ms, title in marks[1:]:
        start = start_ms - start_ms % 1000
        if start - kept[-1][0] >= SHORTEST_MS and whole_ms - start >= SHORTEST_MS:
            kept.append((start, title))
    return kept


def _parts(track: Track) -> Callable[[Line], tuple[object, str]]:
    """How lines go together: the key of a line's chapter, and its title."""
    if any(line.heading for line in track.lines):
        return lambda line: (line.heading, line.heading or track.title)
    if len({line.speaker for line in track.lines if line.speaker}) > 1:
        return lambda line: (line.speaker, line.speaker or track.title)
    return lambda line: (line.block, _opening(line.shown))


def _opening(text: str) -> str:
    text = one_line(text)
    if len(text) <= TITLE_CHARS:
        return text.rstrip(" .,;:")
    return text[:TITLE_CHARS].rsplit(" ", 1)[0].rstrip(" .,;:–-") + "…"
