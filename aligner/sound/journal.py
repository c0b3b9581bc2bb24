"""Keep results as they come, one line of JSON each: what was written before a crash is there after it.

Used by hearing, for what takes minutes to make again. A line is written whole and forced to the disk before its
result is used; a line that a crash cut off is dropped. The file's name says what its lines were made from.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from aligner.store import disk_error


class Journal:
    """A file of JSON lines that only grows. Whoever writes holds the lock of its folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[Any]:
        """All whole lines, oldest first; none where there is no file. What is behind a damaged line is left out."""
        records: list[Any] = []
        for line in self._lines():
            try:
                records.append(json.loads(line))
            except ValueError:
                break
        return records

    def add(self, record: Any) -> None:
        """Write a line behind the last whole one. Raises `DiskError`; then the file is as before."""
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        whole = sum(len(kept) for kept in self._lines())
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                file.truncate(whole)
                try:
                    file.write(line)
                    file.flush()
                    os.fsync(file.fileno())
                except OSError:
                    file.truncate(whole)
                    raise
        except OSError as error:
            raise disk_error(self.path, error) from error

    def clear(self) -> None:
        """Forget everything."""
        self.path.unlink(missing_ok=True)

    def _lines(self) -> list[bytes]:
        try:
            raw = self.path.read_bytes()
        except OSError:
            return []
        return raw[: raw.rfind(b"\n") + 1].splitlines(keepends=True)
