"""Searches the index: published passages and heard rows together, the best first.

Between the reader's query (`query`) and the page. BM25 ranks; at equal score what is linked comes before what is only
published, and that before what was only heard. A row that is only the sound of a passage found is not told twice.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from aligner.library.marks import find_marks, holds
from aligner.library.query import Term, as_expression, read_query
from aligner.library.records import Hit, Results
from aligner.library.sounds import HEARD_FROM
from aligner.library.spelling import Vocabulary, correct
from aligner.library.words import tokens
from aligner.model import LINKED, SPOKEN_KINDS, Status

MOST_HITS = 1_000
"""More are not told."""
MOST_RANKED = 5_000
"""Where more lines match, the words are so common that no order is worth its time: they come as they stand in the
index, published ones first."""
FEW_HITS = 3
"""With fewer, words that stand nowhere are replaced by others."""
COLUMN_WEIGHTS = (1.0, 1.0, 0.5, 0.5)
"""Of `exact`, `stem` and the two of the next row."""
PUBLISHED_MERIT, LINKED_MERIT = 1.1, 1.1
"""How much more than a heard row's the score of a published passage counts, and how much more again if it is linked."""


_IS_LINKED = f"""(status IN ({", ".join(f"'{status.value}'" for status in LINKED)}) AND start_ms IS NOT NULL
    AND kind IN ({", ".join(f"'{kind.value}'" for kind in SPOKEN_KINDS)}))"""
_COLUMNS = f"""id, score * (CASE WHEN {_IS_LINKED} THEN {LINKED_MERIT} ELSE 1.0 END), coalesce({_IS_LINKED}, 0),
    media_id, coalesce(start_ms, 0), max(coalesce(start_ms, 0), coalesce(end_ms, 0))"""


class _Found(NamedTuple):  # a thousand for each search: a dataclass takes four times as long to make
    """A line that matches."""

    id: int
    score: float
    """The lower the better."""
    is_linked: int
    media_id: str | None
    start_ms: int
    end_ms: int

    @property
    def is_published(self) -> bool:
        return self.id < HEARD_FROM


def search(
    db: sqlite3.Connection,
    query: str,
    *,
    limit: int,
    offset: int,
    speaker: str | None,
    media_id: str | None,
    vocabulary: Callable[[], Vocabulary],
) -> Results:
    """Search the index; `vocabulary` is asked for only when next to nothing is found."""
    terms, meant = read_query(query), list[tuple[str, str]]()
    found = _find(db, terms, speaker, media_id)
    if terms and len(found) < FEW_HITS:
        likest, changes = correct(terms, vocabulary())
        if changes and (instead := _find(db, likest, speaker, media_id)):
            terms, meant, found = likest, list(changes), instead
    hits = tuple(_tell(db, line, terms) for line in found[offset : offset + limit])
    return Results(query, hits, len(found), tuple((typed, _as_written(word, hits)) for typed, word in meant))


def _find(db: sqlite3.Connection, terms: Sequence[Term], speaker: str | None, media_id: str | None) -> Sequence[_Found]:
    if not terms:
        return []
    where, values = "found MATCH ?", [as_expression(terms)]
    for column, value in (("speaker", speaker), ("media_id", media_id)):
        if value is not None:
            where += f" AND found.rowid IN (SELECT id FROM line WHERE {column} = ?)"  # noqa: S608
            values.append(value)
    counted = f"SELECT count(*) FROM (SELECT 1 FROM found WHERE {where} LIMIT {MOST_RANKED + 1})"  # noqa: S608
    (count,) = db.execute(counted, values).fetchone()
    score = "0" if count > MOST_RANKED else f"bm25(found, {', '.join(map(str, COLUMN_WEIGHTS))})"
    # bm25 is the lower the better, and negative.
    merit = f"(CASE WHEN found.rowid < {HEARD_FROM} THEN {PUBLISHED_MERIT} ELSE 1.0 END)"
    best = f"""SELECT found.rowid AS id, {score} * {merit} AS score FROM found WHERE {where}
        ORDER BY score, id LIMIT {MOST_HITS}"""  # noqa: S608
    lines = db.execute(f"SELECT {_COLUMNS} FROM ({best}) JOIN line USING (id)", values)  # noqa: S608
    found = [_Found(*row) for row in lines]
    return sorted(_without_echoes(found), key=lambda line: (line.score, line.id))


def _without_echoes(lines: Sequence[_Found]) -> Iterable[_Found]:
    """Leave out heard rows that are the sound of a linked passage among them: half of the shorter one is in both."""
    places: dict[str | None, list[tuple[int, int]]] = {}
    for line in lines:
        if line.is_linked:
            places.setdefault(line.media_id, []).append((line.start_ms, line.end_ms))
    for spans in places.values():
        spans.sort()
    longest = {media_id: max(end - start for start, end in spans) for media_id, spans in places.items()}
    for line in lines:
        if line.is_published or line.media_id not in places:
            yield line
            continue
        spans = places[line.media_id]
        first = bisect_left(spans, (line.start_ms - longest[line.media_id], 0))
        last = bisect_left(spans, (line.end_ms, 0))
        if not any(_is_echo(line, *span) for span in spans[first:last]):
            yield line


def _is_echo(row: _Found, start_ms: int, end_ms: int) -> bool:
    shared = min(row.end_ms, end_ms) - max(row.start_ms, start_ms)
    return shared > 0 and 2 * shared >= min(row.end_ms - row.start_ms, end_ms - start_ms)


def _tell(db: sqlite3.Connection, line: _Found, terms: Sequence[Term]) -> Hit:
    return _tell_passage(db, line.id, terms) if line.is_published else _tell_row(db, line.id, terms)


def _tell_passage(db: sqlite3.Connection, number: int, terms: Sequence[Term]) -> Hit:
    query = """SELECT owner, post.title, text, passage_id, kind, speaker, status, post.day, media_id, session.title,
        start_ms, end_ms FROM line JOIN post ON slug = owner LEFT JOIN session USING (media_id) WHERE id = ?"""
    slug, title, text, passage_id, kind, speaker, status, day, media_id, media_title, start_ms, end_ms = db.execute(
        query, (number,)
    ).fetchone()
    is_placed = media_id is not None and start_ms is not None
    return Hit(
        source="published",
        text=text,
        marks=find_marks(text, terms),
        slug=slug,
        title=title,
        passage_id=passage_id,
        speaker=speaker,
        day=day and dt.date.fromisoformat(day),
        status=Status(status) if kind in SPOKEN_KINDS else None,
        media_id=media_id if is_placed else None,
        media_title=media_title if is_placed else None,
        start_ms=start_ms if is_placed else None,
        end_ms=max(start_ms, end_ms or 0) if is_placed else None,
    )


def _tell_row(db: sqlite3.Connection, number: int, terms: Sequence[Term]) -> Hit:
    query = """SELECT line.media_id, session.title, iif(session.date IS NULL, NULL, session.day),
        line.number, text, start_ms, end_ms FROM line JOIN session USING (media_id) WHERE id = ?"""
    media_id, title, day, place, text, start_ms, end_ms = db.execute(query, (number,)).fetchone()
    if not holds(text, terms):
        following = "SELECT text, end_ms FROM line WHERE owner = ? AND number = ? AND passage_id IS NULL"
        more = db.execute(following, (media_id, place + 1)).fetchone()
        text, end_ms = (f"{text} {more[0]}", max(end_ms, more[1])) if more else (text, end_ms)
    return Hit(
        source="heard",
        text=text,
        marks=find_marks(text, terms),
        day=day and dt.date.fromisoformat(day),
        media_id=media_id,
        media_title=title,
        start_ms=start_ms,
        end_ms=end_ms,
    )


def _as_written(folded: str, hits: Iterable[Hit]) -> str:
    """A known word with its accents, as a hit writes it."""
    written = (
        hit.text[slice(*token.chars)].lower() for hit in hits for token in tokens(hit.text) if token.folded == folded
    )
    return next(written, folded)
