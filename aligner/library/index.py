"""The index file: a SQLite database that several threads and programs may share, and that may be lost at any time.

Below the library's questions (`library`) and its filling (`fill`). Readers see the last finished state while a new one
is written (WAL). A file of another version, or one that turns out to be damaged, is thrown away and begun anew.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path
from typing import TypeVar

from aligner.errors import DiskError

VERSION = 5
"""Raised with every change of the schema, of how rows are cut and of how words are folded, stemmed and sound."""
WAIT_S = 120
"""How long a first reading waits for another program that is filling the same index."""

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_WAITING = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}

Answer = TypeVar("Answer")


class Index:
    """One index file. Safe to share among threads: each uses a connection of its own while it asks."""

    def __init__(self, path: Path | None) -> None:
        """Open the index in `path`, or where that cannot be written, or is None, in a temporary file.

        Raises `DiskError` where neither can be written.
        """
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._life = 0
        """Raised when the file is begun anew: connections to the old one are of no use."""
        folders: list[Path] = []
        weakref.finalize(self, _end, self._idle, folders)
        if path is not None and path.parent.is_dir():
            try:
                self._begin(path)
                return
            except sqlite3.Error:
                pass
        try:
            folders.append(Path(tempfile.mkdtemp(prefix="aligner-library-")))
            self._begin(folders[0] / "library.sqlite")
        except (OSError, sqlite3.Error) as error:
            raise DiskError(f"The library's index can be written nowhere: {error}.", "Free some space.") from error

    @property
    def path(self) -> Path:
        """Where the index lies."""
        return self._path

    def ask(self, question: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Answer from one state of the index. Raises `LostIndexError` when it was damaged; it is empty now."""
        life = self._life
        try:
            with self._connection() as db:
                db.execute("BEGIN")
                try:
                    return question(db)
                finally:
                    db.rollback()
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            self._begin_anew(life)
            raise LostIndexError from error

    def change(self, change: Callable[[sqlite3.Connection], None], *, wait_s: float) -> bool:
        """Change the index, wholly or not at all. False when another program is changing it for longer than `wait_s`.

        Raises `LostIndexError` when it was damaged and is empty now, `DiskError` when it cannot be written.
        """
        life = self._life
        try:
            with self._connection() as db:
                _set_patience(db, wait_s)
                try:
                    db.execute("BEGIN IMMEDIATE")
                    change(db)
                    db.commit()
                    return True
                finally:
                    if db.in_transaction:
                        db.rollback()
                    _set_patience(db, WAIT_S)  # others use this connection next
        except sqlite3.DatabaseError as error:
            if _code(error) in _WAITING:
                return False
            if _is_damage(error):
                self._begin_anew(life)
                raise LostIndexError from error
            raise DiskError(
                f"The library's index {self._path} could not be written: {error}.", "Free some space, or remove it."
            ) from error

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            life = self._life
            db = self._idle.pop() if self._idle else None
        db = db or _connect(self._path)
        try:
            yield db
        finally:
            with self._lock:
                kept = life == self._life
                if kept:
                    self._idle.append(db)
            if not kept:
                db.close()

    def _begin(self, path: Path) -> None:
        """Take an index file into use, making it where it is missing, damaged or of another version."""
        self._path = path
        try:
            made = _make(path)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            made = False
        if not made:
            _remove(path)
            _make(path)

    def _begin_anew(self, life: int) -> None:
        with self._lock:
            if life == self._life:  # else another thread has done it
                self._life += 1
                _close_all(self._idle)
                _remove(self._path)
                self._begin(self._path)


class LostIndexError(Exception):
    """The index was damaged and is empty now: it is to be filled again. Never leaves this package."""


def _connect(path: Path) -> sqlite3.Connection:
    # Transactions are ours to begin; a connection passes from thread to thread, never to two at once.
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=WAIT_S)
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA temp_store = MEMORY")
    db.execute("PRAGMA cache_size = -16000")
    return db


def _make(path: Path) -> bool:
    """Give an empty file its tables; whether the file can be used. Raises `sqlite3.Error` where that fails."""
    with closing(_connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version == VERSION:
            _set_patience(db, 0)
        try:
            # Two programs may be making it at once; and a file that cannot be written shows itself.
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if version == VERSION and _code(error) in _WAITING:
                return True  # another program is filling it
            raise
        (version,) = db.execute("PRAGMA user_version").fetchone()
        empty = db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
        if empty:
            schema = (resources.files(__package__) / "schema.sql").read_text(encoding="utf-8")
            for statement in schema.split(";\n"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
        return empty or bool(version == VERSION)


def _set_patience(db: sqlite3.Connection, wait_s: float) -> None:
    """How long a connection waits for another one that holds the file."""
    db.execute(f"PRAGMA busy_timeout = {round(wait_s * 1000)}")


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _close_all(connections: list[sqlite3.Connection]) -> None:
    while connections:
        connections.pop().close()


def _end(connections: list[sqlite3.Connection], folders: list[Path]) -> None:
    _close_all(connections)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _is_damage(error: sqlite3.Error) -> bool:
    # Tables that are gone are damage, too: then the file is a database, but not ours.
    return _code(error) in _DAMAGED or "no such table" in str(error) or "no such column" in str(error)
