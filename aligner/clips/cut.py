"""Cut a stretch out of a recording, exact to the frame and the sample, and write it as MP4 or M4A.

Third step of a clip; PyAV brings FFmpeg's libraries, so no system ffmpeg is needed. Everything is decoded from the
keyframe before the cut and encoded anew: a copy could only begin at a keyframe, seconds off. Picture and sound keep
the recording's own clock: the first picture is the one that a player shows at the moment of the cut, and each later
one comes when it came in the recording.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, takewhile
from math import ceil
from pathlib import Path
from typing import Any, Self

import av
import numpy as np
import numpy.typing as npt
from PIL import Image

from aligner.clips.stage import Caption, Planes, caption_at, compose, draw_caption, plan_stage
from aligner.clips.timed_text import TextTrack, add_track, make_packets
from aligner.errors import AudioError
from aligner.model import Cue, Span
from aligner.sound.audio import EXACT, LEAD_S, inspect_sound, resample
from aligner.sound.container import find_picture
from aligner.store import disk_error, made_whole

FADE_MS = 15
"""Sound swells and dies away within this at the cuts, as a wave that is cut in the middle clicks."""

_TICKS = 90_000
"""Of a second, in which pictures are timed: the frame rates in use are whole numbers of them."""
_CRF, _BITS_A_PIXEL = 21, 3.3
"""Quality of the picture (x264: 18 is taken for lossless, 23 is its default), and the most bits a second for it."""
_KEY_S = 2
_AAC_BITS = {"mono": 96_000, "stereo": 160_000}
_AAC_RATES = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)
_STILL_RATE = 10

_Timed = tuple[Fraction, Any]
"""A picture or a packet, and when it comes, in seconds from the cut."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen during a clip."""

    shape: str
    burned: Sequence[Cue] = ()
    """Cues that are drawn into the picture, on the clip's clock."""
    still: Image.Image | None = None
    """Shown instead of the recording's own picture; as large as the clip."""


def write_clip(
    target: Path, source: Path, span: Span, *, look: Look | None, track: TextTrack | None = None, title: str = ""
) -> None:
    """Write the stretch `span` (ms, as players count) of a recording to `target`, MP4, or M4A when there is no `look`.

    The whole file appears at once, or none. Raises `AudioError` when the recording cannot be read there, `DiskError`.
    """
    extension = inspect_sound(source).extension
    with made_whole(target) as temporary:
        try:
            with (
                av.open(str(temporary), "w", format="mp4", options={"movflags": "+faststart"}) as output,
                _Reader(source, span, seeks=extension in EXACT) as reader,
            ):
                output.metadata["title"] = title
                _write(output, reader, look, track)
        except OSError as error:
            raise disk_error(target, error) from error
        except (av.FFmpegError, ValueError) as error:
            raise AudioError(f"{source} could not be cut: {error}.", "Check that the file plays there.") from error


def _write(output: Any, reader: _Reader, look: Look | None, track: TextTrack | None) -> None:
    parts: list[Iterator[_Timed]] = []
    # All streams are added before the first packet of any is written.
    if look:
        parts.append(_Pictures(output, reader, look).packets())
    parts.append(_Sounds(output, reader).packets())
    if track:
        stream = add_track(output, track, shown=True)
        parts.append((packet.pts * packet.time_base, packet) for packet in make_packets(stream, track))
    for _, packet in heapq.merge(*parts, key=lambda item: item[0]):
        output.mux(packet)


class _Reader:
    """A stretch of a recording: its pictures and its sound, each timed in seconds from the cut."""

    def __init__(self, path: Path, span: Span, *, seeks: bool) -> None:
        self.start = Fraction(span[0], 1000)
        self.length = Fraction(span[1] - span[0], 1000)
        self._seeks = seeks
        # Pictures and sound are read side by side, each from a file of its own.
        self._sight, self._hearing = _open(path), _open(path)
        self.zero = Fraction(max(0, self._sight.start_time or 0), av.time_base)
        """The time of the file that players call 0:00."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._sight.close()
        self._hearing.close()

    @property
    def picture(self) -> Any:
        """The stream of the moving picture."""
        return find_picture(self._sight)

    @property
    def sound(self) -> Any:
        return self._hearing.streams.audio[0]

    def shown(self) -> Iterator[_Timed]:
        """The picture that is shown at the cut, at 0, and those that follow until the end."""
        held: Any = None
        begun = False
        for frame in self._frames(self._sight, self.picture):
            if frame.pts is None:
                continue
            time = frame.pts * frame.time_base - self.zero - self.start
            if time <= 0:
                held = frame
                continue
            if not begun:
                # A picture that begins after the sound is shown from the cut on.
                yield Fraction(0), held or frame
                begun = True
                if held is None:
                    continue
            if time >= self.length:
                return
            yield time, frame
        if not begun and held:
            yield Fraction(0), held

    def heard(self, layout: str, rate: int) -> Iterator[npt.NDArray[np.float32]]:
        """The sound of the stretch without a gap, in pieces of shape (channels, n); `length * rate` samples in all."""
        end = self.zero + self.start + self.length
        frames = takewhile(
            lambda frame: frame.time is None or frame.time < end, self._frames(self._hearing, self.sound)
        )
        first, total = round(self.start * rate), round(self.length * rate)
        channels = 1 if layout == "mono" else 2
        done = 0
        for at, samples in resample(frames, float(self.zero), format="fltp", layout=layout, rate=rate):
            begin = at - first
            if begin > done:
                gap = min(begin, total) - done
                yield np.zeros((channels, gap), np.float32)
                done += gap
            piece = samples[:, done - begin : total - begin]
            if piece.shape[1] and done < total:
                yield piece
                done += piece.shape[1]
        if done < total:
            yield np.zeros((channels, total - done), np.float32)

    def _frames(self, container: Any, stream: Any) -> Iterator[Any]:
        """Decoded frames from a little before the cut on; a damaged packet costs its own only."""
        before = self.zero + self.start - LEAD_S
        if self._seeks and before > self.zero:
            container.seek(round(before * av.time_base))
        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets, None)  # after an error of the file itself there is none
                if packet is None:
                    return
                yield from packet.decode()
            except av.FFmpegError:
                continue


def _open(path: Path) -> Any:
    return av.open(str(path), metadata_errors="ignore")


class _Pictures:
    """The pictures of a clip: read, set on the stage with the words below, encoded."""

    def __init__(self, output: Any, reader: _Reader, look: Look) -> None:
        self._look, self._reader = look, reader
        self._shown = self._still() if look.still else reader.shown()
        first = next(self._shown, None)
        if first is None:
            raise ValueError("it has no picture at that moment")
        self._shown = chain([first], self._shown)
        source = None if look.still else reader.picture
        width, height = look.still.size if look.still else _seen_size(first[1], source)
        self._stage = plan_stage(width, height, look.shape)
        self._captions: dict[int, Caption] = {}
        rate = _STILL_RATE if source is None else _rate_of(source)
        most = round(self._stage.size[0] * self._stage.size[1] * _BITS_A_PIXEL)
        options = {"crf": str(_CRF), "preset": "fast", "bf": "0", "g": str(round(rate * _KEY_S))}
        options |= {"maxrate": str(most), "bufsize": str(2 * most)}
        self._stream = output.add_stream("libx264", rate=rate, options=options)
        self._stream.width, self._stream.height = self._stage.size
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = self._stream.time_base = Fraction(1, _TICKS)
        _tell_colours(self._stream.codec_context, source.codec_context if source else None)

    def packets(self) -> Iterator[_Timed]:
        held: Any = None
        for packet in self._encoded():
            if held:
                yield held.dts * held.time_base, held
            held = packet
        if held:
            # nothing follows the last picture that would tell how long it is shown
            held.duration = round(self._reader.length * _TICKS) - held.pts
            yield held.dts * held.time_base, held

    def _encoded(self) -> Iterator[Any]:
        for time, picture in _with_changes(self._shown, self._look.burned, self._reader.length):
            cue = caption_at(self._look.burned, float(time * 1000))
            frame = av.VideoFrame.from_ndarray(self._paint(picture, cue), format="yuv420p")
            frame.pts, frame.time_base = round(time * _TICKS), Fraction(1, _TICKS)
            yield from self._stream.encode(frame)
        yield from self._stream.encode(None)

    def _paint(self, picture: Any, cue: Cue | None) -> Planes:
        planes = picture if self._look.still else _planes(picture, self._stage.box[2:])
        if cue is None:
            return compose(planes, self._stage, None)
        if cue.start_ms not in self._captions:
            self._captions[cue.start_ms] = draw_caption(cue, self._stage)
        return compose(planes, self._stage, self._captions[cue.start_ms])

    def _still(self) -> Iterator[_Timed]:
        frame = av.VideoFrame.from_ndarray(np.asarray(self._look.still), format="rgb24").reformat(
            format="yuv420p", dst_colorspace="ITU709"
        )
        planes = frame.to_ndarray()
        for number in range(ceil(self._reader.length * _STILL_RATE)):
            yield Fraction(number, _STILL_RATE), planes


class _Sounds:
    """The sound of a clip: read, faded at both ends, encoded."""

    def __init__(self, output: Any, reader: _Reader) -> None:
        source = reader.sound.codec_context
        self._reader = reader
        self._layout = "mono" if source.layout.nb_channels == 1 else "stereo"
        self._rate = source.sample_rate if source.sample_rate in _AAC_RATES else _AAC_RATES[0]
        self._stream = output.add_stream("aac", rate=self._rate, layout=self._layout)
        self._stream.bit_rate = _AAC_BITS[self._layout]

    def packets(self) -> Iterator[_Timed]:
        total, done = round(self._reader.length * self._rate), 0
        fade = max(1, min(total // 2, FADE_MS * self._rate // 1000))
        for piece in self._reader.heard(self._layout, self._rate):
            at = np.arange(done, done + piece.shape[1])
            faded = piece * np.clip(np.minimum(at + 0.5, total - at - 0.5) / fade, 0, 1).astype(np.float32)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(faded), format="fltp", layout=self._layout)
            frame.sample_rate, frame.pts, frame.time_base = self._rate, done, Fraction(1, self._rate)
            done += piece.shape[1]
            yield from ((packet.dts * packet.time_base, packet) for packet in self._stream.encode(frame))
        yield from ((packet.dts * packet.time_base, packet) for packet in self._stream.encode(None))


def _with_changes(shown: Iterator[_Timed], cues: Sequence[Cue], length: Fraction) -> Iterator[_Timed]:
    """Show a picture again where the words below change between two."""
    changes = sorted({Fraction(ms, 1000) for cue in cues for ms in (cue.start_ms, cue.end_ms)})
    before: Any = None
    for time, picture in chain(shown, [(length, None)]):
        while changes and changes[0] <= time:
            change = changes.pop(0)
            if change < time and before is not None:
                yield change, before
        if picture is not None:
            yield time, picture
        before = picture


def _planes(frame: Any, size: tuple[int, int]) -> Planes:
    """A decoded picture in the size and the way round in which it is seen."""
    turns = frame.rotation // 90 % 4
    width, height = size if turns % 2 == 0 else size[::-1]
    small = frame.reformat(width, height, "yuv420p", interpolation="LANCZOS", dst_color_range="MPEG").to_ndarray()
    if not turns:
        return small  # type: ignore[no-any-return]
    parts = (small[:height], *small[height:].reshape(2, height // 2, width // 2))
    turned = [np.rot90(part, turns).ravel() for part in parts]
    return np.concatenate(turned).reshape(size[1] * 3 // 2, size[0])


def _seen_size(frame: Any, stream: Any) -> tuple[Fraction, Fraction]:
    """Width and height as players show them: square pixels, turned upright."""
    aspect = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio or 1
    size = Fraction(frame.width * aspect), Fraction(frame.height)
    return size if frame.rotation // 90 % 2 == 0 else size[::-1]


def _rate_of(stream: Any) -> Fraction:
    rate = stream.average_rate or Fraction(25)
    return rate if 1 <= rate <= 120 else Fraction(25)


def _tell_colours(made: Any, source: Any) -> None:
    """Say what the colours mean, as players guess by the size: SD one way (SMPTE 170M), HD the other (BT.709)."""
    told = source is not None and source.colorspace not in (0, 2)
    guess = 6 if source is not None and source.height < 720 else 1
    made.color_range = 1
    for name in ("colorspace", "color_primaries", "color_trc"):
        setattr(made, name, getattr(source, name) if told else guess)
