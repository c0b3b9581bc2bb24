"""All lines of the index with their words, for an index of another kind (the published viewer's).

Beside the lists; what `search` would find in SQLite is found there by script.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from aligner.library.sounds import HEARD_FROM
from aligner.library.words import STEM, STOP_WORDS
from aligner.model import LINKED, SPOKEN_KINDS

_SPOKEN = frozenset(kind.value for kind in SPOKEN_KINDS)
_LINKED = frozenset(status.value for status in LINKED)


class Line(NamedTuple):  # a hundred thousand at once
    """A published passage or a heard row."""

    owner: str
    """The post's slug, or the recording's id."""
    text: str
    passage_id: str | None
    speaker: str | None
    status: str | None
    """None for what was heard, and for headings and reported speech."""
    media_id: str | None
    """Where it is placed, as `start_ms` and `end_ms`; None where it has no place."""
    start_ms: int
    end_ms: int
    exact: str
    stems: str

    @property
    def is_linked(self) -> bool:
        """Whether its place is certain."""
        return self.media_id is not None and self.status in _LINKED

    def telling(self) -> set[str]:
        """Its folded words without those that say nothing by themselves."""
        # the last word stands there twice (`words.LAST`)
        return set(self.exact.split()[:-1]) - STOP_WORDS

    def words(self) -> Iterator[tuple[str, str]]:
        """Its folded words, each with its stem; those that say nothing by themselves are left out."""
        # stop words have no stem
        telling = [word for word in self.exact.split()[:-1] if word not in STOP_WORDS]
        return zip(telling, (stem.removeprefix(STEM) for stem in self.stems.split()), strict=True)


def list_lines(db: sqlite3.Connection, *, heard: bool) -> list[Line]:
    """The published passages, those of the newest post first; or all that was heard, recording by recording."""
    columns = "owner, text, passage_id, speaker, status, media_id, start_ms, end_ms, exact, stem"
    joined = "FROM line JOIN found ON found.rowid = line.id"
    if heard:
        query = f"SELECT {columns}, kind {joined} WHERE line.id >= ? ORDER BY owner, number"
    else:
        query = f"""SELECT {columns}, kind {joined} JOIN post ON slug = owner WHERE line.id < ?
            ORDER BY day DESC, owner, number"""
    return [_line(*row) for row in db.execute(query, (HEARD_FROM,))]


def list_spans(db: sqlite3.Connection) -> list[tuple[str, int, int]]:
    """Recording, start and end of each heard row, in the order of `list_lines`."""
    query = "SELECT owner, start_ms, end_ms FROM line WHERE id >= ? ORDER BY owner, number"
    return db.execute(query, (HEARD_FROM,)).fetchall()


def _line(
    owner: str,
    text: str,
    passage_id: str | None,
    speaker: str | None,
    status: str | None,
    media_id: str | None,
    start_ms: int | None,
    end_ms: int | None,
    exact: str,
    stems: str,
    kind: str | None,
) -> Line:
    status = status if kind in _SPOKEN else None
    if start_ms is None:
        return Line(owner, text, passage_id, speaker, status, None, 0, 0, exact, stems)
    return Line(owner, text, passage_id, speaker, status, media_id, start_ms, max(start_ms, end_ms or 0), exact, stems)
