"""Where runs of one, two and three sounds occur in a recording: an index small enough for a ten-hour session.

Part of the heard side of match. Each run is a whole number, the numbers are sorted once, and a search finds the
places of a run; a dictionary of tuples takes five times the memory.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LONGEST = 3

Numbers = NDArray[np.int64]


class GramIndex:
    """The places of every run of up to `LONGEST` sounds, in order."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._numbers = {key: number for number, key in enumerate(dict.fromkeys(keys), start=1)}
        self._runs: list[tuple[Numbers, Numbers]] = []
        ids = self._number(keys)
        for size in range(1, LONGEST + 1):
            runs = self._join(ids, size)
            order = np.argsort(runs, kind="stable")
            self._runs.append((runs[order], order))

    def find(self, keys: Sequence[str], size: int) -> list[Numbers]:
        """The places of each run of `size` sounds of a text."""
        order = self._runs[size - 1][1]
        return [order[low:high] for low, high in zip(*self._bounds(keys, size), strict=True)]

    def count(self, keys: Sequence[str], size: int) -> list[int]:
        """How often each run of `size` sounds of a text occurs."""
        low, high = self._bounds(keys, size)
        counts: list[int] = (high - low).tolist()
        return counts

    def _bounds(self, keys: Sequence[str], size: int) -> tuple[Numbers, Numbers]:
        runs = self._runs[size - 1][0]
        wanted = self._join(self._number(keys), size)
        return np.searchsorted(runs, wanted, "left"), np.searchsorted(runs, wanted, "right")

    def _number(self, keys: Sequence[str]) -> Numbers:
        """Sounds as numbers; one that does not occur here is 0."""
        return np.array([self._numbers.get(key, 0) for key in keys], dtype=np.int64)

    def _join(self, ids: Numbers, size: int) -> Numbers:
        """Runs as numbers in base of the number of sounds: three of a million sounds fit into 63 bits."""
        base = len(self._numbers) + 1
        count = max(0, len(ids) - size + 1)
        runs = np.zeros(count, dtype=np.int64)
        unknown = np.zeros(count, dtype=bool)
        for offset in range(size):
            part = ids[offset : offset + count]
            runs = runs * base + part
            unknown |= part == 0
        return np.where(unknown, -1, runs)
