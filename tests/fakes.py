"""Fakes of the two engines, used beside the real ones for speed: they count what they are asked to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from aligner.errors import FetchError
from aligner.model import Link, Media, Span, Word
from aligner.recordings import Tools
from aligner.sound.audio import Sound
from aligner.sound.judging import Decoded, Figures


class FakeFetcher:
    """Brings a copy of one file for every link it knows; refuses the others as a missing network would."""

    def __init__(self, file: Path, known: Sequence[str]) -> None:
        self.file, self.known = file, known
        self.calls: list[str] = []

    def look(self, link: Link, folder: Path) -> Media:
        if link.media_id not in self.known:
            raise FetchError(f"{link.url} cannot be reached: there is no network.", "Try again later.")
        return Media(link.media_id, link.url, link.provider, "Séance", None)

    def fetch(
        self, link: Link, folder: Path, *, keep_video: bool, progress: Callable[[int, int | None], None]
    ) -> Media:
        self.calls.append(link.media_id)
        if link.media_id not in self.known:
            raise FetchError(f"{link.url} cannot be reached: there is no network.", "Try again later.")
        (folder / "audio.wav").write_bytes(self.file.read_bytes())
        progress(1, 1)
        return Media(link.media_id, link.url, link.provider, "Séance", None, audio="audio.wav")


def as_decoded(words: Sequence[Word]) -> Decoded:
    """Words as a recogniser gives them that is sure of itself."""
    return Decoded(tuple(words), Figures(-0.3))


class FakeTranscriber:
    """Hears the words it was given, each in the piece it lies in, whatever the recording."""

    engine = "fake"
    model = "fake"
    fingerprint = "fake-1"
    at_once = 8

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = tuple(words)
        self.calls: list[Path] = []
        """The recording of each call."""
        self.pieces: list[Span] = []

    def transcribe(self, sound: Sound, pieces: Sequence[Span], *, language: str) -> list[Decoded]:
        self.calls.append(sound.path)
        self.pieces += pieces
        return [
            as_decoded([replace(word, text=" " + word.text) for word in self.words if start <= word.start_ms < end])
            for start, end in pieces
        ]


class Silent:
    """A listener that keeps what it is told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)

    def progress(self, what: str, done: int, total: int | None, unit: str) -> None:
        self.said.append(what)


def tools(fetcher: FakeFetcher, transcriber: FakeTranscriber) -> Tools:
    return Tools(lambda: fetcher, lambda: transcriber)
