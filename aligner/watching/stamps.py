"""Which files changed since they were last dealt with, and have come to rest.

The eyes of the watch. Stamps are compared, not contents: what the system tells of changes only says when to look, so
that a lost or doubled notice does no harm, and a file that is still being written is left until it stands still.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

Stamp = tuple[int, int, int]
"""Time of change in ns, size in bytes, inode."""

QUIET_S = 1.0
"""A file that did not change for so long is read: an editor's save is several changes within milliseconds, a copy
over the network stalls for less."""


def stamp(path: Path) -> Stamp | None:
    """The stamp of a file; None where there is none."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_size, facts.st_ino


@dataclass
class Stamps:
    """What files were like when they were dealt with."""

    _dealt: dict[Path, Stamp] = field(default_factory=dict)
    _moving: dict[Path, tuple[Stamp | None, float]] = field(default_factory=dict)
    """Files that differ from that: their stamp, and since when they have it."""

    @property
    def restless(self) -> bool:
        """Whether some file changed and has not stood still for long enough."""
        return bool(self._moving)

    def take(self, files: Iterable[Path]) -> None:
        """Note that these files are dealt with as they are now."""
        for path in files:
            self._settle(path, stamp(path))

    def find_settled(self, files: Iterable[Path], now: float) -> set[Path]:
        """The files that are new, changed or gone, and at rest; from now on they count as dealt with.

        `files` are all that there are; `now` is a time in seconds that never goes back.
        """
        stamps = {path: stamp(path) for path in {*files, *self._dealt}}
        settled = set()
        for path, found in stamps.items():
            if found == self._dealt.get(path):
                self._moving.pop(path, None)
            elif path in self._moving and self._moving[path][0] == found:
                if now - self._moving[path][1] >= QUIET_S:
                    self._settle(path, found)
                    settled.add(path)
            else:
                self._moving[path] = (found, now)
        for path in self._moving.keys() - stamps.keys():
            del self._moving[path]  # it came and went before it was dealt with
        return settled

    def _settle(self, path: Path, found: Stamp | None) -> None:
        self._moving.pop(path, None)
        if found is None:
            self._dealt.pop(path, None)
        else:
            self._dealt[path] = found
