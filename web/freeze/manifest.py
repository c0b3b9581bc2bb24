"""The published folder: which of its files are ours, what they were made of, and how they are written.

Below the crawl. `.aligner-published.json` names every file that we wrote. A file that stands there and not in it is
somebody else's: never overwritten, never removed. A file whose content stays is not touched, so that a copying program
finds only what changed. While a run is under way `.aligner-publishing.json` names the files that are new in it: if it
is cut short, even by the power, the next run knows them for ours.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from aligner.errors import UsageError
from aligner.store import TEMPORARY, copy_whole, disk_error, read_json, write_atomic

NAME = ".aligner-published.json"
UNDER_WAY = ".aligner-publishing.json"
_VERSION = 2


@dataclass(frozen=True, slots=True)
class Page:
    """A file, and what it was made of."""

    content: str
    """A fingerprint."""
    size: int
    made_of: dict[str, str] = field(default_factory=dict)
    """Questions to the library, each with the fingerprint of its answer."""
    links: tuple[str, ...] = ()
    """Addresses of ours that it leads to."""


@dataclass(slots=True)
class Folder:
    """The folder in the middle of a run: `before` as the last run left it, `now` what this one has dealt with."""

    root: Path
    program: str
    """Fingerprint of what made it: the program, and the choices that hold for all pages."""
    same_program: bool
    before: dict[str, Page]
    state: str = ""
    """What all of it was made of when the last run was through; empty if that was cut short."""
    now: dict[str, Page] = field(default_factory=dict)
    written: int = 0
    _claimed: set[str] = field(default_factory=set)

    def holds(self, name: str, page: Page) -> bool:
        """Whether a file lies there as it was written."""
        try:
            return os.stat(f"{self.root}/{name}").st_size == page.size  # noqa: PTH116 (of six thousand, twice as quick)
        except OSError:
            return False

    def claim(self, names: Iterable[str]) -> None:
        """Note that these are about to be written, so that they are known for ours whatever comes between."""
        new = {name for name in names if name not in self.before and not (self.root / name).exists()}
        if new - self._claimed or not self._claimed:
            self._claimed |= new
            write_atomic(self.root / UNDER_WAY, _dump(sorted(self._claimed)))

    def put(self, name: str, data: bytes, made_of: dict[str, str], links: tuple[str, ...]) -> None:
        """Write a file unless it lies there already. Raises `UsageError` where another's lies, `DiskError`."""
        content = hashlib.sha256(data).hexdigest()[:16]
        page = Page(content, len(data), made_of, links)
        known = self.before.get(name)
        if not (known and known.content == content and self.holds(name, known)):
            path = self._room_for(name, data)
            if path:
                _write(path, data)
                self.written += 1
        self.now[name] = page

    def copy(self, name: str, source: Path) -> None:
        """Put a large file there, by a link to the same data where the disk can, unless it lies there already."""
        status = source.stat()
        page = Page(f"{status.st_size}-{status.st_mtime_ns}", status.st_size)
        if not (self.before.get(name) == page and self.holds(name, page)):
            path = self._room_for(name, None)
            if path:
                copy_whole(source, path)
                self.written += 1
        self.now[name] = page

    def _room_for(self, name: str, data: bytes | None) -> Path | None:
        """Where to write it; None where the very same lies there, which a run that was cut short may have left."""
        path = self.root / name
        if name in self.before or not path.exists():
            return path
        if path.is_file() and data is not None and path.stat().st_size == len(data) and path.read_bytes() == data:
            return None
        raise UsageError(
            f"{path} is there already and is not ours.", "Move it away, or publish into a folder of its own."
        )

    def finish(self, state: str) -> int:
        """Remove our files that are no longer part of the site, and note the others; how many were removed."""
        gone = self.before.keys() - self.now.keys()
        for name in gone:
            (self.root / name).unlink(missing_ok=True)
            for parent in (self.root / name).parents:
                if parent == self.root or not _is_empty(parent):
                    break
                parent.rmdir()
        self.before, self.state = {}, state
        self.note()
        (self.root / UNDER_WAY).unlink(missing_ok=True)
        return len(gone)

    def note(self) -> None:
        """Write the manifest: what lies there from before, and what this run did."""
        pages = self.before | self.now
        words: dict[str, int] = {}

        def number(word: str) -> int:
            return words.setdefault(word, len(words))

        told = {
            name: [
                page.content,
                page.size,
                [[number(question), answer] for question, answer in page.made_of.items()],
                [number(link) for link in page.links],
            ]
            for name, page in pages.items()
        }
        whole = {
            "version": _VERSION,
            "program": self.program,
            "state": self.state,
            "files": told,
            "words": list(words),
        }
        write_atomic(self.root / NAME, _dump(whole))


def open_folder(root: Path, program: str) -> Folder:
    """The folder as the last run left it; a new one is empty. Raises `UsageError` when there is a file in its place."""
    if root.exists() and not root.is_dir():
        raise UsageError(f"{root} is a file.", "Name a folder to publish into.")
    told = read_json(root / NAME)
    before: dict[str, Page] = {}
    made_by = state = ""
    if isinstance(told, dict) and told.get("version") == _VERSION:
        words, made_by, state = told["words"], told["program"], told["state"]
        before = {
            name: Page(content, size, {words[at]: answer for at, answer in made_of}, tuple(words[at] for at in links))
            for name, (content, size, made_of, links) in told["files"].items()
            if _is_inside(name)
        }
    if (root / UNDER_WAY).exists():
        state = ""
        cut_short = read_json(root / UNDER_WAY)
        names = cut_short if isinstance(cut_short, list) else []
        before = {name: Page("", -1) for name in names if isinstance(name, str) and _is_inside(name)} | before
        for path in root.rglob(f"{TEMPORARY}*"):
            path.unlink(missing_ok=True)
    return Folder(root, program, made_by == program, before, state)


def _is_inside(name: str) -> bool:
    """Whether a name of the manifest, which anybody may have edited, stays in the folder."""
    return not name.startswith(("/", "\\")) and ".." not in name.split("/") and ":" not in name


def _is_empty(folder: Path) -> bool:
    try:
        return next(folder.iterdir(), None) is None
    except OSError:
        return False


def _write(path: Path, data: bytes) -> None:
    """Write a whole file or none; without `fsync`, which would cost minutes: all of it can be made again."""
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise disk_error(path, error) from error


def _dump(whole: object) -> str:
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n"
