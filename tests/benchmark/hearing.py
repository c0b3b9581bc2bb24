"""`python -m tests.benchmark.hearing`: how fast a recording is heard, in what memory.

Beside `make bench`, which measures what becomes of the words. `speed` holds our hearing against faster-whisper's own
two ways, taking turns in one run, as only ratios mean something on a shared machine; `memory` hears hours with an
engine that answers at once. Every trial has a process of its own, hence its own peak memory (the kernel's VmHWM,
interpreter and libraries included). What captions save is told by `windows.py`.
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import time
import wave
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zlib import crc32

import av
import click
from rich.console import Console
from rich.table import Table

from aligner.model import Link, Media, Span, Word
from aligner.settings import Settings
from aligner.sound.audio import SAMPLE_RATE, Sound
from aligner.sound.guards import clip_speech
from aligner.sound.hear import adopt_recording, hear
from aligner.sound.journal import Journal
from aligner.sound.judging import Decoded
from aligner.sound.pieces import find_holes
from aligner.sound.speech import Speech
from aligner.sound.speech_model import find_model
from aligner.sound.whisper import count_cores, make_transcriber
from aligner.store import Workspace
from tests.benchmark.bench import peak_mb
from tests.benchmark.cases import READING, ROOT, SAMPLE, unwatched
from tests.fakes import as_decoded

Job = Callable[[], Sequence[Word]]
SEQUENTIAL, BATCHED, OURS = "faster-whisper, sequential", "faster-whisper, batched", "ours: hear()"


def _recording() -> Path:
    session = READING / "session.opus"
    return session if session.is_file() else Workspace(ROOT).media_folder(SAMPLE) / "video.mp4"


def _alone(work: Callable[..., Any], *given: object) -> Any:
    """Do something in a fresh process and return its result."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        return fresh.submit(work, *given).result()


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, title in enumerate(head):
        table.add_column(title, justify="right" if index else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    Console(width=150 if not sys.stdout.isatty() else None).print(table)


def _adopt(recording: Path) -> Media:
    url = "https://montclery-sur-aulne.example/bench"
    return adopt_recording(recording, Link(url, "generic:bench", "generic", None, None, (0, 0)))


@click.group()
def main() -> None:
    """Measure hearing."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One hearing of the excerpt; the model was loaded before. `wordless_s`: speech in holes that no word covers."""

    wall_s: float
    cpu_s: float
    words: int
    wordless_s: float
    peak_mb: float


def _theirs(model: str, recording: Path, batch_size: int | None) -> Job:
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    whisper = WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=count_cores())
    options: dict[str, Any] = {"language": "fr", "beam_size": 5, "word_timestamps": True}
    engine, options = (
        (BatchedInferencePipeline(whisper), options | {"batch_size": batch_size}) if batch_size else (whisper, options)
    )
    return lambda: _flatten(engine.transcribe(str(recording), **options)[0])


def _ours(model: str, recording: Path, folder: Path) -> Job:
    engine = make_transcriber(Settings(model=model, device="cpu", batch_size=8))
    engine.transcribe(Sound(recording), [(0, 1_000)], language="fr")  # loads the model
    return lambda: hear(_adopt(recording), folder, lambda: engine, language="fr", progress=unwatched).words


ENGINES: dict[str, Callable[[str, Path, Path], Job]] = {
    SEQUENTIAL: lambda model, recording, _: _theirs(model, recording, None),
    BATCHED: lambda model, recording, _: _theirs(model, recording, 8),
    OURS: _ours,
}


def _flatten(segments: Iterable[Any]) -> list[Word]:
    return [
        Word(word.word, round(word.start * 1000), round(word.end * 1000))
        for segment in segments
        for word in segment.words or ()
    ]


def time_engine(name: str, model: str, recording: Path) -> Trial:
    """Hear a recording one way, in this process."""
    with TemporaryDirectory() as place:
        job = ENGINES[name](model, recording, Path(place))
        wall, cpu = time.perf_counter(), time.process_time()
        words = job()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        peak = peak_mb()
        text = ("" if name != OURS else " ").join(word.text for word in words)
        return Trial(wall, cpu, len(text.split()), _wordless_s(words, recording, Path(place)), peak)


def _wordless_s(words: Sequence[Word], recording: Path, folder: Path) -> float:
    sound = Sound(recording)
    whole = (0, sound.duration_ms)
    speech = Speech(sound, Journal(folder / "speech.jsonl")).within(whole)
    holes = find_holes(words, speech, whole)
    return sum(end - start for hole in holes for start, end in clip_speech(speech, hole)) / 1000


def cut_out(recording: Path, span: Span, target: Path) -> Path:
    """Write a part of a recording as WAV, 16 kHz mono, so that all engines decode the same samples."""
    with wave.open(str(target), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes((Sound(recording).read(span) * 32_767).astype("<i2").tobytes())
    return target


@main.command()
@click.option("--minutes", default=10.0, show_default=True, help="Length of the excerpt.")
@click.option("--start", default=0.0, show_default=True, help="Minute at which it begins.")
@click.option("--rounds", default=2, show_default=True, help="How often each engine hears it, taking turns.")
@click.option("--sequential/--no-sequential", default=True, help="Run faster-whisper without batches too: slow.")
@click.argument("recording", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def speed(minutes: float, start: float, rounds: int, recording: Path | None, *, sequential: bool) -> None:
    """Ours against faster-whisper sequential and batched, on the same sound; medians of the rounds."""
    engines = [name for name in ENGINES if sequential or name != SEQUENTIAL]
    model = find_model("auto", device="cpu")
    trials: dict[str, list[Trial]] = {name: [] for name in engines}
    with TemporaryDirectory() as place:
        span = (round(start * 60_000), round((start + minutes) * 60_000))
        excerpt = cut_out(recording or _recording(), span, Path(place) / "excerpt.wav")
        length_s = Sound(excerpt).duration_ms / 1000
        for number in range(rounds):
            for name in engines:
                click.echo(f"round {number + 1}: {name} …", err=True)
                trials[name].append(_alone(time_engine, name, str(model.folder), excerpt))
    click.echo(f"{length_s / 60:.1f} minutes, {model.name}, {count_cores()} cores, {rounds} rounds")
    print_table(
        ("", "wall s", "CPU s", "times real time", "wall of batched", "CPU of batched", "words", "wordless s", "MB"),
        [(name, *_figures(trials[name], trials[BATCHED], length_s)) for name in engines],
    )


def _figures(trials: Sequence[Trial], batched: Sequence[Trial], length_s: float) -> list[str]:
    rounds = list(zip(trials, batched, strict=True))
    wall = statistics.median(trial.wall_s for trial in trials)
    return [
        f"{wall:.1f}",
        f"{statistics.median(trial.cpu_s for trial in trials):.1f}",
        f"{length_s / wall:.1f}",
        f"{statistics.median(trial.wall_s / other.wall_s for trial, other in rounds):.2f}",
        f"{statistics.median(trial.cpu_s / other.cpu_s for trial, other in rounds):.2f}",
        f"{statistics.median(trial.words for trial in trials):.0f}",
        f"{statistics.median(trial.wordless_s for trial in trials):.1f}",
        f"{max(trial.peak_mb for trial in trials):.0f}",
    ]


class Quick:
    """An engine that reads the sound as a real one does, and hears two or three words a second at once."""

    engine = model = fingerprint = "quick"
    at_once = 8

    def transcribe(self, sound: Sound, pieces: Sequence[Span], *, language: str) -> list[Decoded]:
        for piece in pieces:
            sound.read(piece)
        return [
            as_decoded([Word(_babble(at), at, at + 300, 0.9) for at in range(start, end - 300, 400)])
            for start, end in pieces
        ]


def _babble(number: int) -> str:
    """Four letters that do not repeat themselves and are of no language: the guards let them pass."""
    return " " + f"{crc32(number.to_bytes(4)):08x}"[:4].translate(_CONSONANTS)


_CONSONANTS = str.maketrans("0123456789abcdef", "bcdfghjklmnpqrst")


def hear_long(recording: Path) -> tuple[int, float, float]:
    """Hear a recording with `Quick` in this process: its words, the seconds it took, the peak memory in MB."""
    with TemporaryDirectory() as place:
        began = time.perf_counter()
        transcript = hear(_adopt(recording), Path(place), Quick, language="fr", progress=unwatched)
        return len(transcript.words), time.perf_counter() - began, peak_mb()


def repeat(recording: Path, length_s: float, target: Path) -> Path:
    """Copy a recording's sound over and over, as it is coded, until it is so long."""
    with av.open(str(target), "w") as out:
        track: Any = None
        end = 0
        while True:
            shift = end
            with av.open(str(recording)) as source:
                track = track or out.add_stream_from_template(source.streams.audio[0])
                for packet in source.demux(source.streams.audio[0]):
                    if packet.pts is None:  # the end
                        continue
                    end = shift + packet.pts + (packet.duration or 0)
                    if end * packet.time_base > length_s:
                        return target
                    packet.pts = packet.dts = shift + packet.pts
                    packet.stream = track
                    out.mux(packet)


@main.command()
@click.option("--hours", multiple=True, default=(1.0, 4.0), show_default=True, help="Length, several times.")
@click.argument("recording", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def memory(hours: tuple[float, ...], recording: Path | None) -> None:
    """Peak memory of hearing for hours: decoding, voice activity and keeping are real, the recogniser is not."""
    rows = []
    for length in hours:
        with TemporaryDirectory() as place:
            long = repeat(recording or _recording(), length * 3600, Path(place) / "long.mkv")
            words, seconds, peak = _alone(hear_long, long)
            rows.append((f"{length:g}", f"{words}", f"{seconds:.0f}", f"{peak:.0f}"))
    print_table(("hours", "words", "seconds", "peak MB"), rows)


if __name__ == "__main__":
    main()
