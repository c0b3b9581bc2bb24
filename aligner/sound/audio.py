"""Read a recording's sound: how long it is, its content key, its samples for the recogniser.

First step of hearing. PyAV brings FFmpeg's libraries along, so no system ffmpeg is needed. Samples keep the
recording's own clock: sound that begins late or has a gap is filled up with silence, so that a word's time is
the time a player shows.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from aligner.errors import AudioError
from aligner.sound.container import Contents, inspect
from aligner.store import hash_file
from aligner.timecode import format_clock

SAMPLE_RATE = 16_000
"""Samples a second that Whisper and Silero VAD are made for."""
SAMPLES_PER_MS = SAMPLE_RATE // 1000
Samples = npt.NDArray[np.float32]
"""Mono sound at `SAMPLE_RATE`, from -1 to 1; shape `(n,)`."""

_SHIFT_S = 0.1
"""A frame this much later than the samples before it ends leaves a gap; less is the rounding of container clocks."""
_GROUP_S = 10
_LOST_MS = 2_000
"""A file that ends this much before its own announcement is told to be cut short."""
_HINT = "Check that the file plays with sound, or give another one."

log = logging.getLogger(__name__)


def sound_hash(path: Path) -> str:
    """Content key of a recording: SHA-256 of the file's bytes, in hex.

    Not remembered anywhere: five hours of sound are read in well under a second, and nothing can go stale.
    Raises `AlignerError` when the file cannot be read.
    """
    return hash_file(path)


def inspect_sound(path: Path) -> Contents:
    """Look into a recording. Raises `AudioError` in one sentence when it is missing, empty, no media or soundless."""
    if not path.is_file():
        raise AudioError(f"{path} is not there or is no file.", "Check the path.")
    if path.stat().st_size == 0:
        raise AudioError(f"{path} is empty.", _HINT)
    try:
        contents = inspect(path)
    except AudioError as error:
        raise AudioError(error.message, _HINT) from error
    if not contents.has_sound:
        raise AudioError(f"{path} has no sound in it.", _HINT)
    return contents


def read_duration_ms(path: Path) -> int:
    """How long the sound lasts in truth, in ms: to its last packet, whatever the header says. Raises `AudioError`."""
    contents = inspect_sound(path)
    if contents.duration_ms is None:
        return len(decode(path)) // SAMPLES_PER_MS
    return contents.duration_ms


def decode(path: Path) -> Samples:
    """Read the first sound track as mono samples at 16 kHz; sample 0 is the moment a player calls 0:00.

    What cannot be decoded is left out as silence, what is missing at the end is missing; both are logged as a
    warning. Raises `AudioError` when nothing can be had.
    """
    contents = inspect_sound(path)
    raw = bytearray()
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            for chunk in _resampled(container, path):
                raw += chunk
    except (av.FFmpegError, OSError) as error:
        log.warning("%s is damaged: the sound after %s could not be read (%s).", path, _clock(raw), error.strerror)
    if not raw:
        raise AudioError(f"No sound can be read from {path}: the track is empty or broken.", _HINT)
    _warn_if_short(path, contents, len(raw) // 2 // SAMPLES_PER_MS)
    samples = np.frombuffer(raw, dtype=np.int16).astype(np.float32)
    samples /= 32_768
    return samples


def _resampled(container: Any, path: Path) -> Iterator[bytes]:
    """Decode to 16-bit mono, with silence where the recording's clock runs on without sound."""
    done = 0
    shape: Any = None
    resampler: Any = None
    for start_s, frames in _stretches(_whole_frames(container, path)):
        gap = round((start_s - max(0, container.start_time or 0) / av.time_base) * SAMPLE_RATE) - done
        if gap > _SHIFT_S * SAMPLE_RATE:
            done += gap
            yield bytes(2 * gap)
        if _shape(frames[0]) != shape:
            shape, resampler = _shape(frames[0]), av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
        for piece in resampler.resample(_join(frames)):
            done += piece.samples
            yield piece.to_ndarray().tobytes()
    for piece in resampler.resample(None) if resampler else ():
        yield piece.to_ndarray().tobytes()


def _stretches(frames: Iterator[Any]) -> Iterator[tuple[float, list[Any]]]:
    """Group frames that follow each other without a gap, some seconds at once: three times as fast as one by one."""
    held: list[Any] = []
    start_s = end_s = 0.0
    for frame in frames:
        time_s = end_s if frame.time is None else float(frame.time)
        if held and (_shape(frame) != _shape(held[0]) or time_s - end_s > _SHIFT_S or end_s - start_s > _GROUP_S):
            yield start_s, held
            held = []
        if not held:
            start_s = time_s
            # Frames that go back a little (rounding, overlaps) do not turn the clock back.
            end_s = max(end_s, time_s)
        held.append(frame)
        end_s += frame.samples / frame.sample_rate
    if held:
        yield start_s, held


def _shape(frame: Any) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _join(frames: list[Any]) -> Any:
    fifo = av.AudioFifo()
    for frame in frames:
        frame.pts = None  # the clock is kept above; the queue would refuse one that jumps
        fifo.write(frame)
    return fifo.read()


def _whole_frames(container: Any, path: Path) -> Iterator[Any]:
    """Decode packet by packet; a damaged packet costs its own sound only."""
    lost = 0
    for packet in container.demux(container.streams.audio[0]):
        try:
            yield from packet.decode()
        except av.FFmpegError:
            lost += 1
    if lost:
        log.warning("%s is damaged: %d of its sound packets could not be decoded.", path, lost)


def _warn_if_short(path: Path, contents: Contents, decoded_ms: int) -> None:
    claimed = contents.claimed_ms or 0
    if claimed - decoded_ms > _LOST_MS:
        there, announced = format_clock(decoded_ms), format_clock(claimed)
        log.warning("%s is cut short: %s of the announced %s are there.", path, there, announced)


def _clock(raw: bytearray) -> str:
    return format_clock(len(raw) // 2 // SAMPLES_PER_MS)
