"""A recording whose every frame and second can be told by looking and listening, and a post that was said in it."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

from aligner.model import Kind, Media, Status, TimedWord
from aligner.store import Workspace
from tests.web.conftest import Draft, write_info

FPS = 25
SECONDS = 30
RATE = 48_000
FILM = Media("generic:halle", "https://montclery.example/halle.mp4", "generic", "Conseil du 12 juin 2025", 30_000)
RADIO = Media("generic:radio", "https://montclery.example/radio.mp3", "generic", "Sur les ondes", 30_000)
TUBE = Media("youtube:Mc5Aulne001", "https://www.youtube.com/watch?v=Mc5Aulne001", "youtube", "Filmé", 5_400_000)


def shade_of(index: int) -> int:
    """How bright the frame of this number is: neighbours differ by 7, and a second's frames are all different."""
    return 40 + index * 7 % 175


def pitch_of(second: int) -> int:
    return 300 + 40 * second


def write_film(
    path: Path, *, codec: str = "libx264", sound: str = "aac", picture: bool = True, more: dict[str, str] | None = None
) -> None:
    """Write 30 s: each frame of one brightness, each second a tone of its own, a keyframe every four seconds."""
    container: Any
    with av.open(str(path), "w") as container:
        frames: Any = None
        if picture:
            options = {"preset": "ultrafast", "crf": "10", "bf": "2", "g": "100", "sc_threshold": "0"} | (more or {})
            frames = container.add_stream(codec, rate=FPS, options=options if codec == "libx264" else {"g": "100"})
            frames.width, frames.height, frames.pix_fmt = 320, 180, "yuv420p"
        tones: Any = container.add_stream(sound, rate=RATE, layout="stereo")
        for second in range(SECONDS):
            for number in range(FPS if picture else 0):
                index = second * FPS + number
                planes = np.full((270, 320), 128, np.uint8)
                planes[:180] = shade_of(index)
                frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
                frame.pts, frame.time_base = index, Fraction(1, FPS)
                container.mux(frames.encode(frame))
            wave = 0.5 * np.sin(2 * np.pi * pitch_of(second) * np.arange(RATE) / RATE)
            tone = av.AudioFrame.from_ndarray(np.stack([wave, wave]).astype(np.float32), format="fltp", layout="stereo")
            tone.sample_rate, tone.pts, tone.time_base = RATE, second * RATE, Fraction(1, RATE)
            container.mux(tones.encode(tone))
        if picture:
            container.mux(frames.encode(None))
        container.mux(tones.encode(None))


def said(text: str, start_ms: int, step_ms: int = 400) -> tuple[TimedWord, ...]:
    """Each word of a text, said one after the other."""
    return tuple(
        TimedWord(word, start_ms + k * step_ms, start_ms + k * step_ms + 350, word)
        for k, word in enumerate(text.split())
    )


def place(post: Draft, text: str, start_ms: int, name: str, **more: Any) -> None:
    words = said(text, start_ms)
    status = more.pop("status", Status.SPOKEN)
    post.passage(text, status, start_ms, words[-1].end_ms, id=name, words=words, **more)


def halle_post() -> Draft:
    post = Draft("halle", "La halle & ses étals", (FILM, TUBE, RADIO), date="2025-06-01")
    post.block("La charpente de la halle se fend chaque hiver. Nous la referons en chêne de la vallée.")
    place(post, "La charpente de la halle se fend chaque hiver.", 10_320, "charpente")
    place(post, "Nous la referons en chêne de la vallée.", 15_000, "chene", status=Status.REWORDED)
    post.block("Les étals seront ouverts. Les travaux dureront un an. Le marché suivra. À la radio, nous l’avons dit.")
    place(post, "Les étals seront ouverts.", 21_000, "etals", status=Status.UNCERTAIN)
    post.passage("Les travaux dureront un an.", Status.NOT_FOUND, id="travaux")
    place(post, "Le marché suivra.", 700_000, "suivra", media=TUBE)
    place(post, "À la radio, nous l’avons dit.", 12_000, "radio", media=RADIO)
    post.block("Ce que nous voulons", "heading", 2)
    post.passage("Ce que nous voulons", Status.NOT_FOUND, id="titre", kind=Kind.HEADING)
    return post


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "halle.mp4"
    write_film(path)
    return path


@pytest.fixture(scope="session")
def radio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("radio") / "radio.mp3"
    write_film(path, sound="mp3", picture=False)
    return path


@pytest.fixture
def workspace(tmp_path: Path, film: Path, radio: Path) -> Workspace:
    workspace = Workspace(tmp_path / "commune")
    halle_post().write(workspace)
    shutil.copyfile(film, write_info(workspace, FILM, video="video.mp4") / "video.mp4")
    shutil.copyfile(radio, write_info(workspace, RADIO, audio="audio.mp3") / "audio.mp3")
    return workspace


class Seen:
    """A media file, decoded whole by a reader of its own."""

    def __init__(self, path: Path) -> None:
        container: Any
        with av.open(str(path)) as container:
            self.streams = [stream.type for stream in container.streams]
            self.duration_ms = (container.duration or 0) / 1000
            self.frames = list(container.decode(video=0)) if container.streams.video else []
        self.times = [float(frame.pts * frame.time_base) for frame in self.frames]
        self.planes = [frame.to_ndarray() for frame in self.frames]
        self.rate, self.samples = listen(path)

    def shade(self, number: int) -> float:
        """The brightness in the upper third of a frame, where no words stand."""
        height = self.frames[number].height
        width = self.frames[number].width
        return float(self.planes[number][height // 2 - height // 8 : height // 2, width // 4 : width // 2].mean())

    def pitch(self, from_s: float, to_s: float) -> float:
        """The tone between two moments, in Hz."""
        part = self.samples[round(from_s * self.rate) : round(to_s * self.rate)]
        spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 18))
        return float(spectrum.argmax() * self.rate / (1 << 18))


def listen(path: Path) -> tuple[int, npt.NDArray[np.float64]]:
    """The sound of a file as players give it: what lies before 0 (the encoder's run-up) is not heard."""
    container: Any
    with av.open(str(path)) as container:
        rate = container.streams.audio[0].rate
        parts = []
        for frame in container.decode(audio=0):
            samples = frame.to_ndarray()[0].astype(np.float64)
            parts.append(samples[max(0, -round(frame.pts * frame.time_base * rate)) :])
    return rate, np.concatenate(parts)
