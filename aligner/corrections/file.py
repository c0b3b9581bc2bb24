"""The corrections file `<slug>.corrections.toml` beside a post: read, added to, taken from.

It belongs to the post's author: comments, order and spacing outside the tables that change stay as they are. A file
that is not understood is never written over, and what is written is written whole, under a lock.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from aligner.corrections.tables import ABOUT, parse_corrections, to_table
from aligner.errors import CorrectionsError
from aligner.model import Correction
from aligner.store import disk_error, write_atomic

FORMAT = "aligner.corrections"
VERSION = 1
ENDING = ".corrections.toml"
PATIENCE_S = 30
"""How long a writer waits for another: each holds the file for some milliseconds."""

_HEAD = f"""\
# Corrections of this post's moments, made by people who listened. Aligner reads and writes this file;
# write in it what you like: your comments stay. What each key says: docs/corrections.md.
format = "{FORMAT}"
version = {VERSION}
"""
# A table's head, or what may hold something that looks like one: strings of each kind, and comments.
_HEAD_OR_TEXT = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*'
    r"|(?P<head>^[ \t]*\[\[[ \t]*correction[ \t]*\]\])",
    re.DOTALL | re.MULTILINE,
)


def path_of(post_path: Path, slug: str) -> Path:
    """The corrections file of the post that lies at `post_path`."""
    return post_path.with_name(slug + ENDING)


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """The corrections of a file, in its order; none where there is no file.

    Raises `CorrectionsError`, with the file and the table's number in its sentence, for a file that is no such file, a
    key that there is none of, a value that says nothing, or two tables that contradict each other.
    """
    return _parse(path, _read_text(path))


def add_correction(path: Path, correction: Correction, formerly: Collection[str] = ()) -> None:
    """Write a correction, in the place of what the file says of the same matter, else at its end; makes the file.

    The matters of a passage are where it was said (`start`, `unsaid`, `recording`, `never`: the latest counts) and who
    said it (`speaker`); `formerly` are other ids by which the file may name it, from before an edit. Raises
    `CorrectionsError` for a file that cannot be read, `DiskError`.
    """
    with _held(path):
        text = _read_text(path)
        known = _parse(path, text)
        head, tables = _cut(path, text or _HEAD, len(known))
        names = {correction.passage_id, *formerly}
        places = [k for k, old in enumerate(known) if old.passage_id in names and _same_matter(old, correction)]
        if places:
            tables[places[0]] = _change(tables[places[0]], correction)
        else:
            tables.append(_begin_anew(tables[-1] if tables else head) + _lay_out(correction))
        for place in places[1:]:
            tables[place] = _comments_after(tables[place])
        _write(path, head + "".join(tables), len(known) + 1 - len(places))


def remove_corrections(path: Path, *passage_ids: str) -> tuple[Correction, ...]:
    """Take out what the file says of a passage, by the ids that it has in the file; returns that. Comments stay.

    Raises as `add_correction` does.
    """
    with _held(path):
        text = _read_text(path)
        known = _parse(path, text)
        removed = tuple(correction for correction in known if correction.passage_id in passage_ids)
        if removed:
            head, tables = _cut(path, text, len(known))
            kept = [
                _comments_after(table) if correction in removed else table
                for correction, table in zip(known, tables, strict=True)
            ]
            _write(path, head + "".join(kept), len(known) - len(removed))
        return removed


def _same_matter(one: Correction, other: Correction) -> bool:
    return ABOUT[one.action] == ABOUT[other.action]


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise CorrectionsError(f"{path} is no UTF-8 text.", "Save it again with the encoding UTF-8.") from error
    except OSError as error:
        raise CorrectionsError(f"{path} cannot be read: {error.strerror}.", "Check the file and its rights.") from error


def _parse(path: Path, text: str) -> tuple[Correction, ...]:
    if not text.strip():
        return ()
    try:
        document = tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise CorrectionsError(f"{path} is no TOML: {error}.", "Correct that place, or take it out.") from error
    if document.get("format") != FORMAT:
        raise CorrectionsError(
            f"{path} does not say that it is a corrections file.", f'It begins with: format = "{FORMAT}"'
        )
    if document.get("version") != VERSION:
        raise CorrectionsError(
            f"{path} has version {document.get('version')}; this program reads version {VERSION}.",
            f"Write version = {VERSION}, or take a newer Aligner.",
        )
    return parse_corrections(path, document)


def _cut(path: Path, text: str, count: int) -> tuple[str, list[str]]:
    """The text before the first table, and that of each table with what follows it."""
    heads = [found.start() for found in _HEAD_OR_TEXT.finditer(text) if found["head"]]
    if len(heads) != count:
        raise CorrectionsError(
            f"The tables of {path} cannot be told apart, so it is not written to.",
            "Write each correction as a table below a line [[correction]].",
        )
    edges = [*heads, len(text)]
    return text[: edges[0]], [text[start:end] for start, end in pairwise(edges)]


def _lay_out(correction: Correction) -> str:
    import tomlkit

    table = tomlkit.table()
    table.update(to_table(correction))
    return "[[correction]]\n" + table.as_string()


def _begin_anew(before: str) -> str:
    """What parts a table from the text before it: an empty line."""
    return "" if before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n"


def _change(table: str, correction: Correction) -> str:
    """A table's text with other values; comments in it and after it stay, and so do values that are the same."""
    import tomlkit

    after = _comments_after(table)  # new keys go before it, not behind
    document = tomlkit.parse(table.removesuffix(after))
    wanted = to_table(correction)
    inner: Any = document["correction"][0]
    for key in [key for key in inner if key not in wanted]:
        del inner[key]
    for key, value in wanted.items():
        if inner.get(key) != value:
            inner[key] = value
    text = document.as_string()
    return (text if text.endswith("\n") or not after else text + "\n") + after


def _comments_after(table: str) -> str:
    """The empty lines and comments at a table's end: they are the next one's, or the author's."""
    texts = [found.end() for found in _HEAD_OR_TEXT.finditer(table) if not found.group().startswith("#")]
    at = table.find("\n", texts[-1] if texts else 0) + 1 or len(
        table
    )  # a string may have lines that look like comments
    lines = [found.group() for found in re.finditer(r"[^\n]*\n|[^\n]+", table[at:])]
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()
    return table[at + sum(map(len, lines)) :]


def _write(path: Path, text: str, count: int) -> None:
    """Write the new text, once it is sure that it says what it should."""
    if len(_parse(path, text)) != count:
        raise CorrectionsError(f"{path} cannot be changed without harm, so it is left.", "Change it by hand.")
    write_atomic(path, text)


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Keep other writers off the corrections of this folder, for as long as a file is read and written again."""
    lock = FileLock(path.parent / ".corrections.lock", timeout=PATIENCE_S)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise CorrectionsError(
            f"{path} is being written by another program for {PATIENCE_S} s already.", "Try again when it is done."
        ) from error
    except OSError as error:
        raise disk_error(path, error) from error
    try:
        yield
    finally:
        lock.release()
