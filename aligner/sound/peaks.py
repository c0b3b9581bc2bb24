"""How loud a recording is, moment by moment: what a waveform is drawn from.

Beside hearing, for the bench that corrects by ear. A minute is decoded once for good and kept beside the recording
under the hash of its sound, so that another file can never be shown with the peaks of the one before. A file in which
no jump is exact (`audio.EXACT`) is read from its beginning, and every minute on the way is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from aligner.model import Span
from aligner.sound.audio import SAMPLES_PER_MS, Sound
from aligner.store import write_atomic

STEP_MS = 20
"""One peak each: at 96 points a second on the screen about two points, and a nudge of 100 ms is five peaks."""
FOLDER = "peaks"
"""Inside a recording's folder: `<hash of the sound>/<minute>.peaks`, a byte a peak."""

_TILE_MS = 60_000
_TILE = _TILE_MS // STEP_MS


def read_peaks(sound: Sound, key: str, folder: Path, span: Span) -> bytes:
    """How loud each 20 ms of a span in ms are, a byte each; shorter where the recording ends before.

    A peak is 255 times the root of the loudest sample's size, so that quiet speech shows, too. `key` names the file's
    content (`audio.sound_hash`), `folder` is the recording's. The first peak begins at the 20 ms that the span begins
    in. Raises `AudioError` and `DiskError`.
    """
    first, last = max(0, span[0]) // STEP_MS, -(-min(span[1], sound.duration_ms) // STEP_MS)
    if last <= first:
        return b""
    tiles = range(first // _TILE, (last - 1) // _TILE + 1)
    found = b"".join(_tile(sound, folder / FOLDER / key[:16], number) for number in tiles)
    offset = tiles[0] * _TILE
    return found[first - offset : last - offset]


def _tile(sound: Sound, home: Path, number: int) -> bytes:
    for missing in _missing(sound, home, number):
        write_atomic(_path(home, missing), _measure(sound, missing))
    return _path(home, number).read_bytes()


def _missing(sound: Sound, home: Path, number: int) -> Iterator[int]:
    """The minutes to decode for this one, in order."""
    first = number if sound.jumps else 0
    if not _path(home, number).is_file():
        yield from (one for one in range(first, number + 1) if not _path(home, one).is_file())


def _path(home: Path, number: int) -> Path:
    return home / f"{number}.peaks"


def _measure(sound: Sound, number: int) -> bytes:
    samples = np.abs(sound.read((number * _TILE_MS, (number + 1) * _TILE_MS)))
    step = STEP_MS * SAMPLES_PER_MS
    whole = np.zeros(-(-len(samples) // step) * step, np.float32)
    whole[: len(samples)] = samples
    loudest = whole.reshape(-1, step).max(axis=1)
    return bytes(np.minimum(255, np.rint(255 * np.sqrt(loudest))).astype(np.uint8))
