"""What heard rows sound like: the part of the index by which a quote is found that nobody remembers word for word.

Beside the words of the search (`fill`), for `aligner.finding`. A row is kept under each of its sounds and under each
two that follow one another, the last one with the first of the next row; the sounds are those that the matcher
compares by (`aligner.text.phonetic`). Numbers that stand for them save room; that two runs share a number is rare and
costs one wrong place to look at.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from aligner.model import Word
from aligner.text.normalise import tokenise
from aligner.text.phonetic import sound_key

HEARD_FROM = 1 << 40
"""Ids of heard rows begin here, those of published passages below."""
_MOST = 2**32 - 1


@dataclass(frozen=True, slots=True)
class HeardRow:
    """A row with its words and when each begins."""

    id: int
    media_id: str
    start_ms: int
    end_ms: int
    words: tuple[Word, ...]
    """A word ends where the next begins: only starts are kept."""


class _Sound(NamedTuple):  # made once for each word, met a million times
    """A sound as runs that hold it are named."""

    key: str
    name: str
    """Of the run that it is alone."""
    letters: bytes
    begun: int
    """The checksum of a run that goes on after it."""


@lru_cache(maxsize=200_000)
def _read_word(word: str) -> tuple[_Sound, ...]:
    """The sounds of what stands between two spaces: "l'école" has two, "63" three."""
    return tuple(_sound(sound_key(token.spelling)) for token in tokenise(word))


def _read(text: str) -> list[_Sound]:
    # without the commas half as many different words are to be read
    return [sound for word in text.split() for sound in _read_word(word.rstrip(",;:!?"))]


def _sound(key: str) -> _Sound:
    letters = key.encode("utf-8", "replace")
    return _Sound(key, f"{crc32(letters):x}", letters, crc32(letters + b" "))


@lru_cache(maxsize=200_000)
def sounds_of_word(word: str) -> tuple[str, ...]:
    """The sounds of what stands between two spaces."""
    return tuple(sound.key for sound in _read(word))


def sounds_of(text: str) -> list[str]:
    """The sounds of a text, word by word: a number is read as far as it stands in one piece."""
    return [sound.key for sound in _read(text)]


def name_run(first: str, second: str = "") -> str:
    """What a sound, or two in a row, are called in the index."""
    return _join(_sound(first), _sound(second)) if second else _sound(first).name


def _join(first: _Sound, second: _Sound) -> str:
    return f"{crc32(second.letters, first.begun):x}"


def add_sounds(db: sqlite3.Connection, first: int, texts: Sequence[str]) -> None:
    """Index the rows of a recording, in order, under the ids from `first` on."""
    rows = enumerate(_name_rows(texts), start=first - HEARD_FROM)
    db.executemany("INSERT INTO sounds (rowid, runs) VALUES (?, ?)", rows)


def forget_sounds(db: sqlite3.Connection, first: int, texts: Sequence[str]) -> None:
    """Take the same rows out again: the texts must be those that were added."""
    rows = enumerate(_name_rows(texts), start=first - HEARD_FROM)
    db.executemany("INSERT INTO sounds (sounds, rowid, runs) VALUES ('delete', ?, ?)", rows)


def _name_rows(texts: Sequence[str]) -> Iterator[str]:
    rows = [_read(text) for text in texts]
    for own, following in zip(rows, [*rows[1:], []], strict=True):
        names = [sound.name for sound in own]
        names += map(_join, own, [*own[1:], *following[:1]])
        yield " ".join(names)


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
    """How many rows hold each run."""
    query = "SELECT doc FROM sound_count WHERE term = ?"
    return {run: (db.execute(query, (run,)).fetchone() or (0,))[0] for run in runs}


def find_rows(db: sqlite3.Connection, runs: Sequence[str], most: int) -> list[int]:
    """Ids of rows that hold all these runs, up to a number, as they stand in the index."""
    query = f"SELECT rowid + {HEARD_FROM} FROM sounds WHERE sounds MATCH ? LIMIT ?"  # noqa: S608  (a number of ours)
    return [number for (number,) in db.execute(query, (" AND ".join(runs), most))]


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
