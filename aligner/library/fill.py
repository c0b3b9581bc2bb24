"""Brings the index up to date with the files: reads those whose stamp changed and forgets those that have gone.

Second half of a refresh, after `scan`. One transaction: readers see the state before or the state after. Posts come
first, as they tell which transcript a recording shows; then the recordings.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from aligner.errors import AlignerError
from aligner.library.finished import FinishedPost, read_post
from aligner.library.origin import as_told
from aligner.library.rows import as_row, cut_words
from aligner.library.scan import Files, Stamp
from aligner.library.sounds import HEARD_FROM, add_sounds, forget_sounds, next_row, pack_starts, tidy
from aligner.library.words import FIRST, LAST, NEXT, fold, folded_words, stem_of
from aligner.model import SPOKEN_KINDS, Kind, Transcript
from aligner.store import Workspace, read_json
from aligner.transcript_file import FOLDER, load_transcript

REACH = 8
"""How far into the next row words may stand that are searched together with words of this one."""


def fill(db: sqlite3.Connection, workspace: Workspace, files: Files) -> None:
    """Make the index tell of just these files. To be called within a transaction."""
    posts = {name: stamp for name, stamp in files.told.items() if name.endswith(".json")}
    changed = _changed(db, "aligned", posts)
    for name in changed:
        slug = name.removesuffix(".json")
        _forget_post(db, slug)
        if name in posts:
            _read_post(db, workspace.aligned / name, posts[name])
    infos = {name: folder.info for name, folder in files.media.items() if folder.info}
    for name in _changed(db, "media", infos):
        db.execute("DELETE FROM info WHERE folder = ?", (name,))
        if name in infos:
            _read_info(db, workspace, name)
    first = next_row(db)
    _choose_transcripts(db, workspace, files)
    tidy(db, first)
    _tell_sessions(db)


def _changed(db: sqlite3.Connection, room: str, now: dict[str, Stamp]) -> list[str]:
    """The names whose file came, went or changed since the last time; their new stamps are noted."""
    place = f"{room}/"
    rows = db.execute("SELECT path, stamp FROM file WHERE path LIKE ?", (f"{place}%",))
    before = {path.removeprefix(place): stamp for path, stamp in rows}
    texts = {name: str(stamp) for name, stamp in now.items()}
    changed = sorted(name for name in before.keys() | texts if before.get(name) != texts.get(name))
    db.executemany("DELETE FROM file WHERE path = ?", ((place + name,) for name in changed))
    known = ((place + name, texts[name]) for name in changed if name in texts)
    db.executemany("INSERT INTO file VALUES (?, ?)", known)
    return changed


# --- posts ------------------------------------------------------------------------------------------


def _forget_post(db: sqlite3.Connection, slug: str) -> None:
    for table in ("broken", "post", "post_speaker", "post_tag", "post_media", "origin"):
        db.execute(f"DELETE FROM {table} WHERE slug = ?", (slug,))  # noqa: S608  (the names stand here)
    _forget_lines(db, slug, "id < ?")


def _forget_lines(db: sqlite3.Connection, owner: str, where: str) -> None:
    ids = db.execute(f"SELECT id FROM line WHERE owner = ? AND {where}", (owner, HEARD_FROM)).fetchall()  # noqa: S608
    db.executemany("DELETE FROM found WHERE rowid = ?", ids)
    db.executemany("DELETE FROM line WHERE id = ?", ids)


def _read_post(db: sqlite3.Connection, path: Path, stamp: Stamp) -> None:
    try:
        post = read_post(path)
    except AlignerError as error:
        if path.exists():  # else it was removed since we looked
            db.execute("INSERT INTO broken VALUES (?, ?)", (path.stem, error.message))
        return
    speakers = list(dict.fromkeys(p.speaker for p, _ in post.verdicts if p.speaker and p.kind in SPOKEN_KINDS))
    tags = list(dict.fromkeys(post.tags))
    db.execute(
        "INSERT INTO post VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            post.slug,
            post.title,
            fold(post.title),
            post.date,
            post.day and post.day.isoformat(),
            json.dumps(dict(post.coverage)),
            json.dumps(speakers, ensure_ascii=False),
            json.dumps(tags, ensure_ascii=False),
            stamp[0],
        ),
    )
    db.executemany("INSERT INTO post_speaker VALUES (?, ?)", ((name, post.slug) for name in speakers))
    db.executemany("INSERT INTO post_tag VALUES (?, ?)", ((name, post.slug) for name in tags))
    db.executemany(
        "INSERT INTO post_media VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (post.slug, number, m.id, m.title, m.provider, m.url, m.date, m.duration_ms, post.heard.get(m.id))
            for number, m in enumerate(post.media)
        ),
    )
    if post.origin:
        told = json.dumps(as_told(post.origin), ensure_ascii=False)
        db.execute("INSERT INTO origin VALUES (?, ?)", (post.slug, told))
    _add_passages(db, post)


def _add_passages(db: sqlite3.Connection, post: FinishedPost) -> None:
    (first,) = db.execute("SELECT coalesce(max(id), 0) + 1 FROM line WHERE id < ?", (HEARD_FROM,)).fetchone()
    shown = [(passage, match) for passage, match in post.verdicts if passage.kind is not Kind.BOILERPLATE]
    db.executemany(
        "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        (
            (
                first + number,
                post.slug,
                number,
                passage.text,
                passage.id,
                passage.kind.value,
                passage.speaker,
                match.status.value,
                match.confidence,
                match.media_id,
                match.start_ms,
                match.end_ms,
            )
            for number, (passage, match) in enumerate(shown)
        ),
    )
    _add_words(db, first, [passage.text for passage, _ in shown], next_to_each_other=False)


def _add_words(db: sqlite3.Connection, first: int, texts: Sequence[str], *, next_to_each_other: bool) -> None:
    """Index texts under the ids from `first` on, each with the words of the next if they are said in one breath."""
    lines = [folded_words(text) for text in texts]
    stems = [[stem_of(word) for word in words] for words in lines]
    no_words: list[str] = []
    following = [*lines[1:], no_words] if next_to_each_other else [no_words] * len(lines)
    next_stems = [*stems[1:], no_words] if next_to_each_other else [no_words] * len(lines)
    rows = zip(lines, stems, following, next_stems, strict=True)
    db.executemany(
        "INSERT INTO found (rowid, exact, stem, next_exact, next_stem) VALUES (?, ?, ?, ?, ?)",
        (
            (
                first + number,
                " ".join([*words, *(LAST + word for word in words[-1:])]),
                " ".join(filter(None, own)),
                " ".join([*(FIRST + word for word in after[:1]), *map(NEXT.__add__, after)]),
                " ".join(map(NEXT.__add__, filter(None, later[:REACH]))),
            )
            for number, (words, own, after, later) in enumerate(rows)
        ),
    )


# --- recordings -------------------------------------------------------------------------------------


def _read_info(db: sqlite3.Connection, workspace: Workspace, folder: str) -> None:
    """Note what a recording's `info.json` tells; one that is not whole tells nothing."""
    try:
        info = read_json(workspace.media / folder / "info.json")
    except (RecursionError, ValueError):
        return
    if not isinstance(info, dict):
        return
    media_id, title, provider, url = (info.get(key) for key in ("id", "title", "provider", "url"))
    texts = (media_id, title, provider, url)
    # Two ids can share one folder name; a file that was copied about tells of another folder's recording.
    if not all(map(_is_text, texts)) or workspace.media_folder(str(media_id)).name != folder:
        return
    date, length = info.get("date"), info.get("duration_ms")
    db.execute(
        "INSERT INTO info VALUES (?, ?, ?, ?, ?, ?, ?)",
        (folder, *texts, date if _is_text(date) else None, length if _is_time(length) else None),
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.encode("utf-8", "replace").decode() == value


def _is_time(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < HEARD_FROM


def _choose_transcripts(db: sqlite3.Connection, workspace: Workspace, files: Files) -> None:
    """Give each recording the rows of the transcript that its newest post was matched with, else of its newest one."""
    named: dict[str, list[str]] = {media_id: [] for (media_id,) in db.execute("SELECT media_id FROM info")}
    query = "SELECT media_id, heard FROM post_media JOIN post USING (slug) ORDER BY written DESC, slug"
    for media_id, heard in db.execute(query):
        named.setdefault(media_id, []).append(f"{heard}.json")
    owner = dict(db.execute("SELECT folder, media_id FROM info"))
    before = {
        media_id: (choice, chosen)
        for media_id, choice, chosen in db.execute("SELECT media_id, choice, chosen FROM transcript")
    }
    for media_id in sorted(before.keys() - named):
        _forget_rows(db, media_id)
    for media_id, names in named.items():
        folder = workspace.media_folder(media_id)
        held = files.media.get(folder.name)
        # Two ids can share one folder; its info.json says whose it is.
        there = held.transcripts if held and owner.get(folder.name, media_id) == media_id else {}
        newest = sorted(there, key=lambda name: (-there[name][0], name))
        candidates = [(name, there[name]) for name in dict.fromkeys([*names, *newest]) if name in there]
        choice, chosen = before.get(media_id, ("[]", ""))
        if str(candidates) != choice:
            _choose(db, folder / FOLDER, media_id, candidates, chosen)


def _choose(
    db: sqlite3.Connection, folder: Path, media_id: str, candidates: Sequence[tuple[str, Stamp]], before: str
) -> None:
    for candidate in candidates:
        if str(candidate) == before:
            db.execute("UPDATE transcript SET choice = ? WHERE media_id = ?", (str(candidates), media_id))
            return
        transcript = load_transcript(folder / candidate[0])
        if transcript and _is_sound(transcript):
            _forget_rows(db, media_id)
            words, heard_ms = _add_rows(db, media_id, transcript)
            noted = (media_id, str(candidates), str(candidate), words, heard_ms)
            db.execute("INSERT INTO transcript VALUES (?, ?, ?, ?, ?)", noted)
            _note_hearing(db, media_id, transcript)
            return
    _forget_rows(db, media_id)
    db.execute("INSERT INTO transcript VALUES (?, ?, '', 0, 0)", (media_id, str(candidates)))


def _is_sound(transcript: Transcript) -> bool:
    times = all(_is_time(word.start_ms) and _is_time(word.end_ms) for word in transcript.words)
    texts: list[object] = [word.text for word in transcript.words]
    return times and all(isinstance(text, str) for text in texts) and _is_text("".join(map(str, texts)))


def _note_hearing(db: sqlite3.Connection, media_id: str, transcript: Transcript) -> None:
    unheard_ms = covered((item.start_ms, item.end_ms) for item in transcript.unheard)
    noted = (media_id, transcript.engine, transcript.model, transcript.duration_ms, unheard_ms)
    db.execute("INSERT INTO hearing VALUES (?, ?, ?, ?, ?)", noted)


def _forget_rows(db: sqlite3.Connection, media_id: str) -> None:
    db.execute("DELETE FROM transcript WHERE media_id = ?", (media_id,))
    db.execute("DELETE FROM hearing WHERE media_id = ?", (media_id,))
    query = "SELECT id, text FROM line WHERE owner = ? AND id >= ? ORDER BY id"
    if rows := db.execute(query, (media_id, HEARD_FROM)).fetchall():
        forget_sounds(db, rows[0][0], [text for _, text in rows])
    _forget_lines(db, media_id, "id >= ?")


def _add_rows(db: sqlite3.Connection, media_id: str, transcript: Transcript) -> tuple[int, int]:
    """Add the rows of a transcript; how many words they have, and how many ms they cover together."""
    words = [word for word in transcript.words if word.text.strip()]
    parts = list(cut_words(words))
    rows = [as_row(number, part) for number, part in enumerate(parts)]
    first = next_row(db)
    columns = "id, owner, number, text, media_id, start_ms, end_ms, starts"
    db.executemany(
        f"INSERT INTO line ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (
            (
                first + row.number,
                media_id,
                row.number,
                row.text,
                media_id,
                row.start_ms,
                row.end_ms,
                pack_starts(part, row.start_ms),
            )
            for row, part in zip(rows, parts, strict=True)
        ),
    )
    texts = [row.text for row in rows]
    _add_words(db, first, texts, next_to_each_other=True)
    add_sounds(db, first, texts)
    return len(words), covered((row.start_ms, row.end_ms) for row in rows)


def covered(spans: Iterable[tuple[int, int]]) -> int:
    """How many ms spans cover together; what several cover counts once."""
    total, reached = 0, 0
    for start_ms, end_ms in sorted(spans):
        total += max(0, end_ms - max(start_ms, reached))
        reached = max(reached, end_ms)
    return total


def _tell_sessions(db: sqlite3.Connection) -> None:
    """Put together what is known of each recording: its own folder's word first, then the newest post's."""
    known: dict[str, list[tuple[str | int | None, ...]]] = {}
    own = "SELECT media_id, title, provider, url, date, duration_ms FROM info"
    told = """SELECT media_id, m.title, provider, url, m.date, duration_ms FROM post_media AS m JOIN post USING (slug)
        ORDER BY written DESC, slug"""
    for media_id, *facts in [*db.execute(own), *db.execute(told)]:
        known.setdefault(media_id, []).append(tuple(facts))
    heard = {
        media_id: (words, heard_ms)
        for media_id, words, heard_ms in db.execute("SELECT media_id, words, heard_ms FROM transcript WHERE words > 0")
    }
    days = dict(
        db.execute("SELECT media_id, min(day) FROM post_media JOIN post USING (slug) WHERE day > '' GROUP BY media_id")
    )
    posted = {media_id for (media_id,) in db.execute("SELECT media_id FROM post_media")}
    db.execute("DELETE FROM session")
    for media_id in posted | heard.keys():
        columns = zip(*known[media_id], strict=True)
        title, provider, url, date, duration_ms = (next((x for x in values if x), None) for values in columns)
        words, heard_ms = heard.get(media_id, (0, 0))
        first = date or days.get(media_id)  # a session is not later than what is published of it
        day = day_of(str(first)) if first else None
        facts = (media_id, title or "", provider or "", url or "", date, day and day.isoformat(), duration_ms)
        db.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*facts, words, heard_ms))


def day_of(date: str) -> dt.date | None:
    """The day of a date as written, None when it cannot be read."""
    try:
        return dt.datetime.fromisoformat(date).date()
    except ValueError:
        return None
