"""What heard rows sound like: the part of the index by which a quote is found that nobody remembers word for word.

Beside the words of the search (`fill`), for `aligner.finding`. A row is kept under each of its sounds and under each
two that follow one another, the last one with the first of the next row; the sounds are those that the matcher
compares by (`aligner.text.phonetic`).
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from aligner.model import Word
from aligner.text.normalise import tokenise
from aligner.text.phonetic import sound_key

HEARD_FROM = 1 << 40
"""Ids of heard rows begin here, those of published passages below."""
_MOST = 2**32 - 1
_MARKS = ",;:!?."
_LETTERS = {code: 0x100 + code for code in range(128) if not (chr(code).islower() or chr(code).isdigit())}
"""Capitals are other sounds, but small letters to the index, and signs cut words: other letters stand for them."""
_THEN = "\u00b7"
"""Between two sounds; to the index a letter, like all that is not ASCII."""
COMMON = 5_000
"""Rows from which a run is common: to count them takes milliseconds, and nothing turns on a few of them."""
TIDY_FROM = 5
"""One row in so many new ones, and all are laid together again: of ten million words in a second. What lies together is
read from a cold disk in half the time."""


@dataclass(frozen=True, slots=True)
class HeardRow:
    """A row with its words and when each begins."""

    id: int
    media_id: str
    start_ms: int
    end_ms: int
    words: tuple[Word, ...]
    """A word ends where the next begins: only starts are kept."""


@lru_cache(maxsize=200_000)
def sounds_of_word(word: str) -> tuple[str, ...]:
    """The sounds of what stands between two spaces: "l'école" has two, "63" three."""
    return tuple(sound_key(token.spelling) for token in tokenise(word))


def sounds_of(text: str) -> list[str]:
    """The sounds of a text, word by word: a number is read as far as it stands in one piece."""
    return [sound for word in text.split() for sound in sounds_of_word(word.rstrip(_MARKS))]


@lru_cache(maxsize=200_000)
def _name_word(word: str) -> tuple[str, ...]:
    return tuple(map(name_run, sounds_of_word(word)))


def name_run(first: str, second: str = "") -> str:
    """What a sound, or two in a row, are called in the index."""
    return f"{name_run(first)}{_THEN}{name_run(second)}" if second else first.translate(_LETTERS)


def add_sounds(db: sqlite3.Connection, first: int, texts: Sequence[str]) -> None:
    """Index the rows of a recording, in order, under the ids from `first` on."""
    rows = enumerate(_name_rows(texts), start=first - HEARD_FROM)
    db.executemany("INSERT INTO sounds (rowid, runs) VALUES (?, ?)", rows)


def forget_sounds(db: sqlite3.Connection, first: int, texts: Sequence[str]) -> None:
    """Take the same rows out again: the texts must be those that were added."""
    rows = enumerate(_name_rows(texts), start=first - HEARD_FROM)
    db.executemany("INSERT INTO sounds (sounds, rowid, runs) VALUES ('delete', ?, ?)", rows)


def next_row(db: sqlite3.Connection) -> int:
    """The id of the next heard row."""
    query = "SELECT coalesce(max(id) + 1, ?) FROM line WHERE id >= ?"
    number: int = db.execute(query, (HEARD_FROM,) * 2).fetchone()[0]
    return number


def tidy(db: sqlite3.Connection, before: int) -> None:
    """Lay the index together where many rows were added; `before` was the next row's id before they were."""
    now = next_row(db)
    if (now - before) * TIDY_FROM > now - HEARD_FROM:
        db.execute("INSERT INTO sounds (sounds) VALUES ('optimize')")
        db.execute("DELETE FROM common_sound")
        db.execute("INSERT INTO common_sound SELECT term, doc FROM sound_count WHERE doc >= ?", (COMMON,))


def _name_rows(texts: Sequence[str]) -> Iterator[str]:
    # without the marks half as many different words are to be read
    rows = [[name for word in text.split() for name in _name_word(word.rstrip(_MARKS))] for text in texts]
    for own, following in zip(rows, [*rows[1:], []], strict=True):
        after = [*own[1:], *following[:1]]
        yield " ".join([*own, *(f"{one}{_THEN}{two}" for one, two in zip(own, after, strict=False))])


def pack_starts(words: Sequence[Word], start_ms: int) -> bytes:
    """When each word of a row begins, after the row does; a word with a space in it counts for each of its pieces."""
    starts = [word.start_ms - start_ms for word in words]
    if any(" " in word.text for word in words):
        starts = [start for start, word in zip(starts, words, strict=True) for _ in word.text.split()]
    try:
        return struct.pack(f"<{len(starts)}I", *starts)
    except struct.error:  # times that are none, in a file that is not ours
        return struct.pack(f"<{len(starts)}I", *(min(max(0, start), _MOST) for start in starts))


def count_rows(db: sqlite3.Connection, runs: Iterable[str]) -> dict[str, int]:
    """How many rows hold each run; of the commonest ones, how many did when the index was last laid together."""
    common, counted = "SELECT doc FROM common_sound WHERE run = ?", "SELECT doc FROM sound_count WHERE term = ?"
    return {
        run: (db.execute(common, (run,)).fetchone() or db.execute(counted, (run,)).fetchone() or (0,))[0]
        for run in runs
    }


def find_rows(db: sqlite3.Connection, runs: Sequence[str], most: int) -> list[int]:
    """Ids of rows that hold all these runs, up to a number, as they stand in the index."""
    query = f"SELECT rowid + {HEARD_FROM} FROM sounds WHERE sounds MATCH ? LIMIT ?"  # noqa: S608  (a number of ours)
    return [number for (number,) in db.execute(query, (" AND ".join(f'"{run}"' for run in runs), most))]


def read_rows(db: sqlite3.Connection, first: int, last: int) -> list[HeardRow]:
    """The rows with these ids, both included; they may be of several recordings."""
    query = "SELECT id, owner, text, start_ms, end_ms, starts FROM line WHERE id BETWEEN ? AND ? ORDER BY id"
    rows = db.execute(query, (max(first, HEARD_FROM), last))
    return [_read_row(*row) for row in rows]


def _read_row(number: int, owner: str, text: str, start_ms: int, end_ms: int, starts: bytes) -> HeardRow:
    begins = [start_ms + start for start in struct.unpack(f"<{len(starts) // 4}I", starts)]
    ends = [*begins[1:], end_ms]
    words = tuple(
        Word(word, begin, max(begin, end)) for word, begin, end in zip(text.split(), begins, ends, strict=True)
    )
    return HeardRow(number, owner, start_ms, end_ms, words)
