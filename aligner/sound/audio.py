"""Read a recording's sound: how long it is, its content key, its samples for the recogniser.

First step of hearing. PyAV brings FFmpeg's libraries along, so no system ffmpeg is needed. Samples keep the
recording's own clock: sound that begins late or has a gap is filled up with silence, so that a word's time is
the time a player shows. They are read in blocks of a minute, and only some blocks are held: ten hours of sound
take no more memory than one.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from aligner.errors import AudioError
from aligner.model import Span
from aligner.sound.container import Contents, inspect
from aligner.store import hash_file
from aligner.timecode import format_clock

SAMPLE_RATE = 16_000
"""Samples a second that Whisper and Silero VAD are made for."""
SAMPLES_PER_MS = SAMPLE_RATE // 1000
Samples = npt.NDArray[np.float32]
"""Mono sound at `SAMPLE_RATE`, from -1 to 1; shape `(n,)`."""

EXACT = ("m4a", "mp4", "webm", "mkv", "ogg", "opus", "wav", "flac")
"""Files in which a jump ends at the time asked for. In others (MP3, transport streams) times after one are guesses."""
LEAD_S = 1
"""Decoded before what is wanted and thrown away: after a jump, decoders need some packets to be right."""

_Block = npt.NDArray[np.int16]
_Chunk = tuple[int, _Block]
"""Samples, and which sample of the recording the first of them is."""

_BLOCK_S = 60
_BLOCK = _BLOCK_S * SAMPLE_RATE
_HELD = 12
"""Blocks held: what is heard again lies a few minutes back. They take 23 MB."""
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


class Sound:
    """A recording's first sound track, of which any part can be read; sample 0 is the moment a player calls 0:00.

    The same part gives the same samples, whatever was read before. What cannot be decoded is silence, and is logged
    as a warning. Raises `AudioError` when nothing can be had.
    """

    def __init__(self, path: Path) -> None:
        contents = inspect_sound(path)
        if not contents.duration_ms:
            raise AudioError(f"No sound can be read from {path}: the track is empty or broken.", _HINT)
        self.path = path
        with _open(path) as container:
            late_s = _begins_s(container)
        self.duration_ms = contents.duration_ms + round(1000 * late_s)
        """When the sound ends in truth: with its last packet, whatever the header says."""
        self._seeks = contents.extension in EXACT
        self._held: OrderedDict[int, _Block] = OrderedDict()
        self._stream: Iterator[tuple[int, _Block]] = iter(())
        self._ahead = 0
        self._lost: set[int] = set()
        _warn_if_short(path, contents)

    @property
    def jumps(self) -> bool:
        """Whether any part can be read without what comes before it; else reading a late one takes long."""
        return self._seeks

    def read(self, span: Span) -> Samples:
        """The samples of a span in ms, as far as the recording goes."""
        low, high = span[0] * SAMPLES_PER_MS, min(span[1], self.duration_ms) * SAMPLES_PER_MS
        parts = [
            self._block(number)[max(0, low - number * _BLOCK) : high - number * _BLOCK]
            for number in range(low // _BLOCK, -(-high // _BLOCK))
        ]
        samples = np.concatenate(parts or [np.zeros(0, np.int16)]).astype(np.float32)
        samples /= 32_768
        return samples

    def _block(self, number: int) -> _Block:
        if number in self._held:
            self._held.move_to_end(number)
            return self._held[number]
        if self._seeks:
            self._hold(number, self._decode_block(number))
            return self._held[number]
        if number < self._ahead:
            self._ahead = 0
        if not self._ahead:
            self._stream = _cut_blocks(self._chunks(0, None))
        while number >= self._ahead:
            self._hold(*next(self._stream))
            self._ahead += 1
        return self._held[number]

    def _hold(self, number: int, block: _Block) -> None:
        self._held[number] = block
        if len(self._held) > _HELD:
            self._held.popitem(last=False)

    def _decode_block(self, number: int) -> _Block:
        block = np.zeros(_BLOCK, np.int16)
        for chunk in self._chunks(number * _BLOCK_S, (number + 1) * _BLOCK_S):
            _place(chunk, number, block)
        return block

    def _chunks(self, from_s: int, until_s: int | None) -> Iterator[_Chunk]:
        """Decode to 16-bit mono from a moment on; the recording's clock says where the samples belong.

        The file is opened anew each time: a decoder that went elsewhere before gives slightly other samples.
        """
        with _open(self.path) as container:
            zero_s = start_of(container)
            if from_s > LEAD_S:
                container.seek(round((zero_s + from_s - LEAD_S) * av.time_base))
            frames = self._whole_frames(container)
            if until_s is not None:
                frames = takewhile(lambda frame: frame.time is None or frame.time < zero_s + until_s, frames)
            for at, samples in resample(frames, zero_s, format="s16", layout="mono", rate=SAMPLE_RATE):
                yield at, samples[0]

    def _whole_frames(self, container: Any) -> Iterator[Any]:
        """Decode packet by packet; a damaged packet costs its own sound only."""
        packets = container.demux(container.streams.audio[0])
        moment_s = 0
        while True:
            try:
                packet = next(packets, None)  # after an error of the file itself there is none
                if packet is None:
                    return
                moment_s = moment_s if packet.pts is None else int(packet.pts * packet.time_base)
                yield from packet.decode()
            except av.FFmpegError as error:
                self._tell_damage(moment_s, error)

    def _tell_damage(self, moment_s: int, error: av.FFmpegError) -> None:
        """Log a damaged minute once, though it be read again."""
        minute = moment_s // 60
        if minute not in self._lost:
            self._lost.add(minute)
            clock = format_clock(60_000 * minute)
            log.warning("%s is damaged: sound after %s could not be decoded (%s).", self.path, clock, error.strerror)


def _open(path: Path) -> Any:
    return av.open(str(path), metadata_errors="ignore")


def start_of(container: Any) -> float:
    """The moment, in seconds of the container's own clock, that a player calls 0:00."""
    return max(0, container.start_time or 0) / float(av.time_base)


def _begins_s(container: Any) -> float:
    """How long after 0:00 the sound begins."""
    stream = container.streams.audio[0]
    return max(0.0, float((stream.start_time or 0) * stream.time_base) - start_of(container))


def resample(
    frames: Iterator[Any],
    zero_s: float,
    *,
    format: str,  # noqa: A002 -- FFmpeg's word
    layout: str,
    rate: int,
) -> Iterator[tuple[int, npt.NDArray[Any]]]:
    """Turn decoded sound into samples of one kind, whatever the frames are: `(at, samples)`, by time.

    `at` is which sample after `zero_s` (seconds of the frames' clock) the first one is; `samples` has the shape
    (channels, n) for planar formats and mono. What was missing between two frames is missing between two pieces.
    """
    at: int | None = None
    shape: Any = None
    resampler: Any = None
    for start_s, joined in _stretches(frames):
        begin = round((start_s - zero_s) * rate)
        if at is None or begin - at > _SHIFT_S * rate:
            at = begin
        if _shape(joined[0]) != shape:
            shape, resampler = _shape(joined[0]), av.AudioResampler(format=format, layout=layout, rate=rate)
        for piece in resampler.resample(_join(joined)):
            yield at, piece.to_ndarray()
            at += piece.samples
    for piece in resampler.resample(None) if resampler else ():
        yield at or 0, piece.to_ndarray()


def _cut_blocks(chunks: Iterator[_Chunk]) -> Iterator[tuple[int, _Block]]:
    """Cut a stream of samples into numbered blocks; behind its end come blocks of silence."""
    number, block = 0, np.zeros(_BLOCK, np.int16)
    for chunk in chunks:
        while chunk[0] + len(chunk[1]) > (number + 1) * _BLOCK:
            _place(chunk, number, block)
            yield number, block
            number, block = number + 1, np.zeros(_BLOCK, np.int16)
        _place(chunk, number, block)
    while True:
        yield number, block
        number, block = number + 1, np.zeros(_BLOCK, np.int16)


def _place(chunk: _Chunk, number: int, block: _Block) -> None:
    """Copy what of the samples lies in block `number` to their place in it."""
    at = chunk[0] - number * _BLOCK
    low, high = max(0, at), min(_BLOCK, at + len(chunk[1]))
    if low < high:
        block[low:high] = chunk[1][low - at : high - at]


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


def _warn_if_short(path: Path, contents: Contents) -> None:
    claimed, there = contents.claimed_ms or 0, contents.duration_ms or 0
    if claimed - there > _LOST_MS:
        log.warning(
            "%s is cut short: %s of the announced %s are there.", path, format_clock(there), format_clock(claimed)
        )
