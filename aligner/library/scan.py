"""Looks at the files of a workspace that the library is made of, without reading them.

First half of a refresh; `fill` then reads those that changed. A stamp (time, size, inode) tells one state of a file
from another: `write_atomic` gives a new inode each time, so no change within one tick of the clock is missed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from aligner.store import Workspace, fingerprint
from aligner.transcript_file import FOLDER

TOLD = (".json", ".srt", ".vtt")
"""The files in the folder of alignments that the library knows."""

Stamp = tuple[int, int, int]
"""When a file was written (ns), its size, its inode."""


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies in a recording's folder."""

    stamp: Stamp
    """The folder's own: changes when a file comes, goes or is replaced."""
    info: Stamp | None
    """Of `info.json`."""
    transcripts: Mapping[str, Stamp]
    """By file name."""


@dataclass(frozen=True, slots=True)
class Files:
    """All files of a workspace that the library is made of, by name, as they were at one look."""

    told: Mapping[str, Stamp]
    """Alignments and subtitles."""
    media: Mapping[str, Folder]
    """By the folder's name."""

    @property
    def fingerprint(self) -> str:
        """Equal only for equal files."""
        return fingerprint(
            sorted(self.told.items()),
            sorted((name, f.stamp, f.info, sorted(f.transcripts.items())) for name, f in self.media.items()),
        )


def scan(workspace: Workspace) -> Files:
    """Look at all files; what cannot be looked at is not there."""
    told = dict(_files(workspace.aligned, *TOLD))
    media = {}
    for name, stamp in _entries(workspace.media, folders=True):
        folder = workspace.media / name
        media[name] = Folder(stamp, stamp_of(folder / "info.json"), dict(_files(folder / FOLDER, ".json")))
    return Files(told, media)


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of a file or folder; None when it is not there."""
    try:
        return _stamp(path.stat())
    except OSError:
        return None


def _files(folder: Path, *suffixes: str) -> Iterator[tuple[str, Stamp]]:
    return ((name, stamp) for name, stamp in _entries(folder, folders=False) if name.endswith(suffixes))


def _entries(folder: Path, *, folders: bool) -> Iterator[tuple[str, Stamp]]:
    """Files or folders in a folder, but for hidden ones and those whose names no page could show."""
    try:
        entries = os.scandir(folder)
    except OSError:
        return
    with entries:
        for entry in entries:
            try:
                entry.name.encode()
                if not entry.name.startswith(".") and entry.is_dir() is folders:
                    yield entry.name, _stamp(entry.stat())
            except (OSError, UnicodeEncodeError):  # removed just now; not UTF-8
                continue


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_mtime_ns, status.st_size, status.st_ino
