"""Small recordings made on the spot: tones and silence in any container PyAV writes."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from aligner.sound.audio import Sound

Wave = npt.NDArray[np.float32]


def tone(seconds: float, rate: int = 48_000, hertz: float = 440.0, level: float = 0.5) -> Wave:
    time = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def silence(seconds: float, rate: int = 48_000) -> Wave:
    return np.zeros(round(seconds * rate), dtype=np.float32)


def write_sound(
    path: Path,
    stretches: Sequence[tuple[float, Wave]],
    *,
    codec: str = "aac",
    rate: int = 48_000,
    layout: str = "mono",
    options: dict[str, str] | None = None,
    picture_s: float = 0.0,
) -> Path:
    """Write stretches of sound that begin at given seconds; between them there is nothing, not even silence.

    Without any there is no sound track, with `picture_s` there is a picture of that length.
    """
    with av.open(str(path), "w", options=options or {}) as container:
        stream: Any = container.add_stream(codec, rate=rate) if stretches else None
        if stream is not None:
            stream.layout = layout
        picture: Any = container.add_stream("mpeg4", rate=5) if picture_s else None
        if picture is not None:
            picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
            for number in range(round(picture_s * 5)):
                frame: Any = av.VideoFrame(64, 48, "yuv420p")
                frame.pts = number
                frame.time_base = Fraction(1, 5)
                container.mux(picture.encode(frame))
            container.mux(picture.encode(None))
        if stream is None:
            return path
        size = stream.codec_context.frame_size or 1024
        for start_s, wave in stretches:
            for place in range(0, len(wave) - size + 1, size):
                container.mux(stream.encode(_frame(wave[place : place + size], start_s, place, rate, layout)))
        container.mux(stream.encode(None))
    return path


def _frame(part: Wave, start_s: float, place: int, rate: int, layout: str) -> Any:
    channels = 2 if layout == "stereo" else 1
    frame: Any = av.AudioFrame.from_ndarray(np.tile(part, (channels, 1)), format="fltp", layout=layout)
    frame.sample_rate = rate
    frame.pts = round(start_s * rate) + place
    frame.time_base = Fraction(1, rate)
    return frame


def loud_from_to(samples: Wave, rate: int = 16_000) -> tuple[float, float]:
    """The first and last moment with sound, in seconds."""
    loud = np.flatnonzero(np.abs(samples) > 0.1)
    return float(loud[0]) / rate, float(loud[-1]) / rate


def write_wav(path: Path, samples: Wave) -> Path:
    """Write samples at 16 kHz as they are."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((samples * 32_767).astype("<i2").tobytes())
    return path


def read_all(path: Path) -> Wave:
    """All samples of a recording, as the program reads them."""
    sound = Sound(path)
    return sound.read((0, sound.duration_ms))


def cut(source: Path, start_s: float, end_s: float, target: Path) -> Path:
    """Cut a stretch out of a recording, by decoding it."""
    return write_wav(target, Sound(source).read((round(start_s * 1000), round(end_s * 1000))))
