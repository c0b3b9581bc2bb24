"""The library's lists, read from the index: posts, sessions, rows, moments, people, tags.

Between the index and `library`: each function answers one question over an open connection, as records.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3

from aligner.library.fill import covered
from aligner.library.finished import Broken
from aligner.library.origin import Hearing, Origin, as_origin
from aligner.library.records import Moment, PostLine, Row, SessionLine, SpeakerLine, TagLine
from aligner.library.words import fold
from aligner.model import LINKED, SPOKEN_KINDS, Status

EVERYTHING = -1
"""SQLite's limit for no limit."""

_LINKED = ", ".join(f"'{status.value}'" for status in LINKED)
_SPOKEN_KINDS = ", ".join(f"'{kind.value}'" for kind in SPOKEN_KINDS)
_PLACED = f"passage_id IS NOT NULL AND media_id IS NOT NULL AND start_ms IS NOT NULL AND kind IN ({_SPOKEN_KINDS})"


def list_broken(db: sqlite3.Connection) -> list[Broken]:
    """All alignment files that cannot be used, by name."""
    return [Broken(*row) for row in db.execute("SELECT slug, reason FROM broken ORDER BY slug")]


def list_origins(db: sqlite3.Connection) -> list[Origin]:
    """Where each alignment file comes from, by slug."""
    return [as_origin(json.loads(told)) for (told,) in db.execute("SELECT told FROM origin ORDER BY slug")]


def list_hearings(db: sqlite3.Connection) -> list[Hearing]:
    """The transcript that each recording shows, by media id."""
    query = "SELECT media_id, engine, model, duration_ms, unheard_ms FROM hearing ORDER BY media_id"
    return [Hearing(*row) for row in db.execute(query)]


def list_posts(
    db: sqlite3.Connection,
    speaker: str | None,
    tag: str | None,
    media_id: str | None,
    year: int | None,
    limit: int | None,
    offset: int,
) -> tuple[list[PostLine], int]:
    """Posts, newest first, and how many there are on all pages."""
    wanted = (
        ("slug IN (SELECT slug FROM post_speaker WHERE name = ?)", speaker),
        ("slug IN (SELECT slug FROM post_tag WHERE name = ?)", tag),
        ("slug IN (SELECT slug FROM post_media WHERE media_id = ?)", media_id),
        ("substr(day, 1, 4) = ?", None if year is None else f"{year:04}"),
    )
    where = " AND ".join(["1", *(text for text, value in wanted if value is not None)])
    values = [value for _, value in wanted if value is not None]
    (total,) = db.execute(f"SELECT count(*) FROM post WHERE {where}", values).fetchone()  # noqa: S608
    query = f"""SELECT slug, title, date, day, speakers, tags, coverage,
        (SELECT json_group_array(media_id) FROM
            (SELECT media_id FROM post_media AS m WHERE m.slug = post.slug ORDER BY number))
        FROM post WHERE {where} ORDER BY day DESC, sorted, slug LIMIT ? OFFSET ?"""  # noqa: S608
    return [_post(*row) for row in db.execute(query, (*values, _limit(limit), offset))], total


def _post(
    slug: str, title: str, date: str | None, day: str | None, speakers: str, tags: str, coverage: str, media: str
) -> PostLine:
    return PostLine(
        slug,
        title,
        date,
        _day(day),
        tuple(json.loads(speakers)),
        tuple(json.loads(tags)),
        json.loads(coverage),
        tuple(json.loads(media)),
    )


def count_years(db: sqlite3.Connection) -> list[tuple[int, int]]:
    """Years of publication, the newest first, each with its number of posts."""
    query = "SELECT CAST(substr(day, 1, 4) AS INTEGER) AS year, count(*) FROM post WHERE day > '' GROUP BY year"
    return sorted(db.execute(query), reverse=True)


def list_speakers(db: sqlite3.Connection) -> list[SpeakerLine]:
    """All whose words are published, by name."""
    posts = dict(db.execute("SELECT name, count(*) FROM post_speaker GROUP BY name"))
    query = f"""SELECT speaker, media_id, start_ms, max(start_ms, coalesce(end_ms, 0)) FROM line
        WHERE {_PLACED} AND status IN ({_LINKED}) AND speaker IS NOT NULL"""  # noqa: S608
    spans: dict[str, dict[str, list[tuple[int, int]]]] = {}
    for name, media_id, start_ms, end_ms in db.execute(query):
        spans.setdefault(name, {}).setdefault(media_id, []).append((start_ms, end_ms))
    lines = []
    for name, count in posts.items():
        placed = spans.get(name, {}).values()
        lines.append(SpeakerLine(name, count, sum(map(len, placed)), sum(map(covered, placed))))
    return sorted(lines, key=lambda line: (fold(line.name), line.name))


def list_tags(db: sqlite3.Connection) -> list[TagLine]:
    """All tags, by name."""
    lines = [TagLine(*row) for row in db.execute("SELECT name, count(*) FROM post_tag GROUP BY name")]
    return sorted(lines, key=lambda line: (fold(line.name), line.name))


def list_sessions(db: sqlite3.Connection) -> list[SessionLine]:
    """All recordings, newest first, undated ones last."""
    posts = dict(db.execute("SELECT media_id, count(DISTINCT slug) FROM post_media GROUP BY media_id"))
    query = f"SELECT media_id, count(*) FROM line WHERE {_PLACED} AND status IN ({_LINKED}) GROUP BY media_id"  # noqa: S608
    passages = dict(db.execute(query))
    columns = "media_id, title, provider, url, date, day, duration_ms, words, heard_ms"
    ordered = db.execute(f"SELECT {columns} FROM session ORDER BY day DESC, title, media_id")  # noqa: S608
    return [
        SessionLine(
            media_id,
            title,
            provider,
            url,
            date,
            _day(day),
            duration_ms,
            words,
            heard_ms,
            posts.get(media_id, 0),
            passages.get(media_id, 0),
        )
        for media_id, title, provider, url, date, day, duration_ms, words, heard_ms in ordered
    ]


def list_rows(db: sqlite3.Connection, media_id: str) -> list[Row]:
    """The verbatim transcript of a recording."""
    query = """SELECT number, start_ms, end_ms, text FROM line WHERE owner = ? AND passage_id IS NULL ORDER BY number"""
    return [Row(*row) for row in db.execute(query, (media_id,))]


def list_moments(
    db: sqlite3.Connection, media_id: str | None, speaker: str | None, uncertain: bool, limit: int | None, offset: int
) -> list[Moment]:
    """Passages that were placed: of one recording in the order of its time, else those of the newest post first."""
    statuses = f"{_LINKED}, '{Status.UNCERTAIN.value}'" if uncertain else _LINKED
    wanted = [(column, value) for column, value in (("media_id", media_id), ("speaker", speaker)) if value is not None]
    where = " AND ".join([_PLACED, f"status IN ({statuses})", *(f"{column} = ?" for column, _ in wanted)])
    order = "day DESC, sorted, owner, number" if media_id is None else "start_ms, end_ms, owner, number"
    query = f"""SELECT owner, title, passage_id, text, speaker, status, confidence, media_id, start_ms, end_ms, day
        FROM line JOIN post ON slug = owner WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"""  # noqa: S608
    values = (*(value for _, value in wanted), _limit(limit), offset)
    return [_moment(*row) for row in db.execute(query, values)]


def _moment(
    slug: str,
    title: str,
    passage_id: str,
    text: str,
    speaker: str | None,
    status: str,
    confidence: float,
    media_id: str,
    start_ms: int,
    end_ms: int | None,
    day: str | None,
) -> Moment:
    end_ms = max(start_ms, end_ms or 0)
    return Moment(
        slug, title, passage_id, text, speaker, Status(status), confidence, media_id, start_ms, end_ms, _day(day)
    )


def _day(day: str | None) -> dt.date | None:
    return dt.date.fromisoformat(day) if day else None


def _limit(limit: int | None) -> int:
    return EVERYTHING if limit is None else max(0, limit)
