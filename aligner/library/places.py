"""What the library knows of a stretch of a recording, and of all that was heard: asked by `aligner.finding`.

Between the index and `library`, beside `lists`.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from bisect import bisect_left
from dataclasses import dataclass

from aligner.library.lists import list_moments
from aligner.library.records import Moment
from aligner.library.sounds import HEARD_FROM, next_row


@dataclass(frozen=True, slots=True)
class HeardTotal:
    """How much was heard."""

    sessions: int
    """Recordings of which something was heard."""
    words: int
    heard_ms: int
    rows: int
    """Rows that it was cut into; somewhat more are told where transcripts have come and gone."""


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A recording, as far as a place in it must be named."""

    title: str
    provider: str
    url: str
    day: dt.date | None
    """The recording's own; None where no one knows it."""


def count_heard(db: sqlite3.Connection) -> HeardTotal:
    """How much was heard, in all recordings together."""
    query = "SELECT count(*), coalesce(sum(words), 0), coalesce(sum(heard_ms), 0) FROM session WHERE words > 0"
    sessions, words, heard_ms = db.execute(query).fetchone()
    # to count them all would be to read them all
    return HeardTotal(sessions, words, heard_ms, next_row(db) - HEARD_FROM)


def session_at(db: sqlite3.Connection, media_id: str) -> SessionFacts:
    """The facts of a recording of which something was heard."""
    query = "SELECT title, provider, url, iif(date IS NULL, NULL, day) FROM session WHERE media_id = ?"
    title, provider, url, day = db.execute(query, (media_id,)).fetchone() or ("", "", "", None)
    return SessionFacts(title, provider, url, dt.date.fromisoformat(day) if day else None)


def moments_at(db: sqlite3.Connection, media_id: str, start_ms: int, end_ms: int) -> list[Moment]:
    """Linked passages that are the sound of a stretch: half of the shorter lies in both. Most in common first."""
    near = list_moments(db, media_id, None, uncertain=False, limit=None, offset=0)
    shared = [(min(one.end_ms, end_ms) - max(one.start_ms, start_ms), one) for one in near]
    there = [
        (common, one)
        for common, one in shared
        if common > 0 and 2 * common >= min(one.end_ms - one.start_ms, end_ms - start_ms)
    ]
    return [one for _, one in sorted(there, key=lambda pair: -pair[0])]


def rows_of(db: sqlite3.Connection, speaker: str) -> list[int]:
    """Ids of the heard rows that are the sound of a person's linked passages, in order."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for one in list_moments(db, None, speaker, uncertain=False, limit=None, offset=0):
        spans.setdefault(one.media_id, []).append((one.start_ms, one.end_ms))
    found = []
    for media_id, theirs in spans.items():
        theirs.sort()
        longest = max(end - start for start, end in theirs)
        query = "SELECT id, start_ms, end_ms FROM line WHERE owner = ? AND id >= ?"
        for number, start_ms, end_ms in db.execute(query, (media_id, HEARD_FROM)):
            first = bisect_left(theirs, (start_ms - longest, 0))
            last = bisect_left(theirs, (end_ms, 0))
            if any(end > start_ms for _, end in theirs[first:last]):
                found.append(number)
    return sorted(found)
