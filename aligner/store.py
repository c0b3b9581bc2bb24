"""Where files lie, how they are named by what they were made from, and how they are written.

Every stage's result is one file, written to a temporary name beside its target and moved into place,
so that a reader sees the old file or the new one, never a part. Temporary files of a killed run are
recognised by their name and removed by the next one. Locks keep two runs off one recording.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from aligner.errors import AlignerError, DiskError

TEMPORARY = ".aligner-tmp-"
ALIGNED = "aligned"
"""The folder, beside the posts, that holds what we make of them."""
RETRY_S = 0.2
"""Seconds between two looks whether another run has let go of the workspace."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder that holds posts (`transcripts/`) and recordings (`media/`)."""

    root: Path

    @property
    def posts(self) -> Path:
        """Published speeches, `*.md`, at any depth."""
        return self.root / "transcripts"

    @property
    def aligned(self) -> Path:
        """Finished alignments, `<slug>.json`, and the files told from them."""
        return self.posts / ALIGNED

    @property
    def media(self) -> Path:
        """One folder per recording."""
        return self.root / "media"

    def media_folder(self, media_id: str) -> Path:
        """The folder of one recording: its id with every unusual character replaced by `_`."""
        return self.media / re.sub(r"[^A-Za-z0-9._-]", "_", media_id)


def fingerprint(*parts: Any) -> str:
    """Hash JSON-able parts into 16 hex digits; equal parts give equal fingerprints on every machine."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex. Raises `AlignerError` when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise AlignerError(f"{path} cannot be read: {error.strerror}.") from error


def write_atomic(path: Path, data: str | bytes) -> None:
    """Write a whole file or none of it. Raises `DiskError` when the disk is full or the place not writable."""
    raw = data.encode("utf-8") if isinstance(data, str) else data
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=TEMPORARY, dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise disk_error(path, error) from error


@contextmanager
def made_whole(path: Path) -> Iterator[Path]:
    """Give a temporary name beside `path` to write to; what is there at the end is moved into place, else nothing.

    For files that another library writes. Raises `DiskError`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=TEMPORARY, suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise disk_error(path, error) from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        try:
            temporary.chmod(0o644)
            temporary.replace(path)
        except OSError as error:
            raise disk_error(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def copy_whole(source: Path, path: Path) -> None:
    """Put a large file at `path`, with its time: as a link to the same data where the disk can, else as a copy.

    Whole or not at all. Raises `DiskError`.
    """
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.hardlink_to(source.resolve())
        except OSError:  # another disk, or one that has no links
            shutil.copy2(source, temporary)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise disk_error(path, error) from error


def disk_error(path: Path, error: OSError) -> DiskError:
    """Say in our words why `path` could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskError(f"{path} could not be written: the disk is full.", "Free some space and run again.")
    return DiskError(
        f"{path} could not be written: {error.strerror or error}.", "Check the folder and its permissions, run again."
    )


def dump_json(value: Any) -> str:
    """JSON as we write it everywhere: readable, UTF-8, keys in the order given, final newline."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def read_json(path: Path) -> Any | None:
    """Read JSON of our own making; None when the file is missing or not whole (it is then made again)."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        return None


def find_posts(folder: Path) -> Iterator[Path]:
    """The posts in a folder: its `*.md` files at any depth, in no order.

    Without README.md, `_index.md`, hidden files and folders, and what stands below a folder named `aligned`.
    """
    return (path for path in folder.rglob("*.md") if path.is_file() and _is_post(path.relative_to(folder)))


def _is_post(relative: Path) -> bool:
    if ALIGNED in relative.parts[:-1] or any(part.startswith(".") for part in relative.parts):
        return False
    return relative.name.lower() not in ("readme.md", "_index.md")


def sweep(folder: Path) -> None:
    """Remove temporary files that a killed run left in `folder` (not in folders below it)."""
    if folder.is_dir():
        for path in folder.glob(f"{TEMPORARY}*"):
            path.unlink(missing_ok=True)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of one folder; a second run waits. The lock goes with the process, however it ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_error(folder, error) from error
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire()
    except FileNotFoundError:
        raise  # the folder was removed while we waited: the caller may make it again
    except OSError as error:
        raise disk_error(folder / ".lock", error) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def one_run(workspace: Workspace, may_wait: Callable[[], bool]) -> Iterator[bool]:
    """Keep two runs off one workspace; yields whether this one has it. The lock goes with the process.

    While another run has it, `may_wait` is asked again and again whether to wait on. Raises `DiskError`.
    """
    try:
        workspace.media.mkdir(parents=True, exist_ok=True)
        lock = FileLock(workspace.media / ".lock")
        held = False
        while not held:
            try:
                lock.acquire(blocking=False)
                held = True
            except Timeout:
                if not may_wait():
                    break
                time.sleep(RETRY_S)
    except OSError as error:
        raise disk_error(workspace.media / ".lock", error) from error
    try:
        yield held
    finally:
        if held:
            lock.release()
