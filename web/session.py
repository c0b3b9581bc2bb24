"""Lays a recording out for its own page: its player, all that was heard in it, and the published speeches along it.

Between the library and `views/sessions.py`. The page may hold nine thousand rows, so a row is as short as it can be:
one link to its moment, whose address also tells the script the time, and its words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from aligner.library import FinishedPost, Library, Moment, SessionLine
from aligner.model import Media
from aligner.timecode import format_clock
from web.layout import FileAddress, Recording, lay_recording
from web.published import Part, PassageKey, ShownRow, link_rows
from web.recordings import LEAD_MS, file_fragment
from web.timeline import Timeline, draw_timeline

PER_CHUNK = 25
"""Rows that the browser leaves out or lays out together: about a screen full."""
WHOLE = 95
"""Per cent heard from which a recording counts as heard whole: the rest is silence and applause."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the page shows it."""

    at: str
    """Its start for the address, in seconds: "3725.4"."""
    clock: str
    parts: tuple[Part, ...]
    current: bool = False
    """Whether the page was asked to open here."""


@dataclass(frozen=True, slots=True)
class SessionPage:
    """All that a recording's page shows."""

    session: SessionLine
    recording: Recording
    chunks: tuple[tuple[Line, ...], ...]
    rows: int
    timeline: Timeline | None
    """None where no published passage was placed."""
    at_ms: int | None
    """The moment the page was asked to open at."""
    outside: str | None
    """Where that moment can be watched outside the viewer."""


def lay_session(
    session: SessionLine,
    library: Library,
    media_address: FileAddress,
    poster_address: FileAddress,
    at_ms: int | None = None,
) -> SessionPage:
    """Make the page of a recording as it lies in the workspace now; `at_ms` is the moment it opens at."""
    media = Media(session.media_id, session.url, session.provider, session.title, session.duration_ms)
    recording = lay_recording(1, media, library.workspace, media_address, poster_address)
    moments = library.moments(media_id=session.media_id)
    lines = tuple(_lines(library, session.media_id, moments, at_ms))
    rows_end_ms = int(float(lines[-1].at) * 1000) if lines else 0
    length_ms = session.duration_ms or rows_end_ms
    outside = recording.address(at_ms) if at_ms is not None else None
    if at_ms is not None and recording.player in ("video", "audio"):
        # without script the player itself goes there
        recording = replace(recording, source=f"{recording.source}{file_fragment(at_ms)}")
    return SessionPage(
        session=session,
        recording=recording,
        chunks=tuple(lines[start : start + PER_CHUNK] for start in range(0, len(lines), PER_CHUNK)),
        rows=len(lines),
        timeline=draw_timeline(moments, length_ms) if moments else None,
        at_ms=at_ms,
        outside=outside,
    )


def heard_share(session: SessionLine) -> int | None:
    """Per cent of the recording that was heard, 100 where it is as good as all; None where that cannot be told."""
    if not session.words or not session.duration_ms:
        return None
    share = 100 * session.heard_ms // session.duration_ms
    return 100 if share >= WHOLE else max(1, share)


def _lines(library: Library, media_id: str, moments: list[Moment], at_ms: int | None) -> Iterator[Line]:
    shown = link_rows(library.rows(media_id), moments, _words_said(library, moments))
    current = None if at_ms is None else _row_at(shown, at_ms)
    for index, one in enumerate(shown):
        seconds = f"{one.row.start_ms / 1000:.1f}".removesuffix(".0")
        yield Line(seconds, format_clock(one.row.start_ms), one.parts, index == current)


def _words_said(library: Library, moments: list[Moment]) -> dict[PassageKey, str]:
    """The words that were heard for each passage, from the posts' own files."""
    posts = {slug: library.post(slug) for slug in {moment.slug for moment in moments}}
    return {
        (slug, match.passage_id): match.said
        for slug, post in posts.items()
        if isinstance(post, FinishedPost)
        for _, match in post.verdicts
        if match.said
    }


def _row_at(shown: list[ShownRow], at_ms: int) -> int | None:
    """The last row that has begun at a moment (or begins within the moment the player starts early)."""
    begun = [index for index, one in enumerate(shown) if one.row.start_ms <= at_ms + LEAD_MS]
    return begun[-1] if begun else None
