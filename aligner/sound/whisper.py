"""Hear with faster-whisper: from pieces of a recording to their words.

Behind a one-method Protocol: which parts are heard, and what becomes of the words, is not decided here. Nothing is
loaded before `transcribe`: who only wants to know what a transcript would be made with asks for the fingerprint.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from itertools import accumulate, zip_longest
from typing import TYPE_CHECKING, Any, Protocol

from aligner.errors import AlignerError, MissingError, UsageError
from aligner.model import Span, Word
from aligner.settings import Settings
from aligner.sound.judging import Decoded, Figures
from aligner.sound.speech_model import SpeechModel, choose_device, find_model
from aligner.store import fingerprint

if TYPE_CHECKING:
    from aligner.sound.audio import Sound

ENGINE = "faster-whisper"
RULES = 3
"""Raised when the same model gives other words: other cutting, other options, other guards."""

_BEAM = 5  # beam 1 finds 69 of 100 words where 5 finds 75, for three quarters of the time (ten minutes of the corpus)
_BATCH = {"cpu": 4, "cuda": 16}  # pieces a worker decodes together; on a CPU 8 is no faster
# On a CPU each worker has a share of the cores: two with one core each need an eighth less of both than one with two.
_WORKERS = {"cpu": 4, "cuda": 1}
_COMPUTE = {"cpu": ("int8", "float32"), "cuda": ("float16", "int8_float32", "float32")}
# Whisper's own two figures for "there is no speech here", which the batched pipeline does not look at.
_NO_SPEECH = 0.6
_UNSURE = -1.0


class Transcriber(Protocol):
    """Hears the words of a recording."""

    @property
    def engine(self) -> str:
        """The name that a transcript bears as its engine."""

    @property
    def model(self) -> str:
        """The name that a transcript bears as its model."""

    @property
    def fingerprint(self) -> str:
        """Hash of engine, model and options: all but the recording and the language. Known without loading anything."""

    @property
    def at_once(self) -> int:
        """How many pieces are best given together."""

    def transcribe(self, sound: Sound, pieces: Sequence[Span], *, language: str) -> Sequence[Decoded]:
        """Hear pieces of a recording, none longer than 30 s: the words of each, as they come, timed in the recording.

        Raises `MissingError` when the model cannot run here, `UsageError` when it cannot hear this language.
        """


def make_transcriber(settings: Settings) -> WhisperTranscriber:
    """Find the model and device that the settings ask for. Raises what `find_model` raises."""
    device = choose_device(settings.device)
    return WhisperTranscriber(
        find_model(settings.model, device=device), device, settings.batch_size, settings.hotwords.strip()
    )


class WhisperTranscriber:
    """faster-whisper with a model of ours. Without a `batch_size` the device decides; `hotwords` are expected names.

    On a CPU the cores are shared out among workers, each of which decodes some of the pieces by itself.
    """

    engine = ENGINE

    def __init__(self, model: SpeechModel, device: str = "auto", batch_size: int = 0, hotwords: str = "") -> None:
        self._model = model
        self._device = choose_device(device)
        self._workers = min(_WORKERS[self._device], count_cores(), batch_size or count_cores())
        self.at_once = batch_size or self._workers * _BATCH[self._device]
        self._hotwords = hotwords or None
        self._pipelines: list[Any] = []

    @property
    def model(self) -> str:
        """The model's name."""
        return self._model.name

    @property
    def fingerprint(self) -> str:
        """Hash of model and options. Device and batch size are not in it: they decide the time it takes."""
        return fingerprint(ENGINE, RULES, self._model.fingerprint, self._hotwords)

    def transcribe(self, sound: Sound, pieces: Sequence[Span], *, language: str) -> list[Decoded]:
        """Hear pieces of a recording, as `Transcriber` says."""
        pipelines = self._load()
        if language != "en" and not pipelines[0].model.model.is_multilingual:
            raise UsageError(
                f"The speech model {self.model} understands English only, not “{language}”.", "Take another --model."
            )
        parts = [sound.read(piece) for piece in pieces]
        size = -(-len(pieces) // len(pipelines))
        starts = range(0, len(pieces), size)
        try:
            with ThreadPoolExecutor(len(starts)) as workers:
                shares = [
                    workers.submit(
                        self._decode, pipeline, pieces[start : start + size], parts[start : start + size], language
                    )
                    for pipeline, start in zip(pipelines, starts, strict=False)
                ]
                return [decoded for share in shares for decoded in share.result()]
        except RuntimeError as error:
            raise self._failure(error) from error
        except ValueError as error:
            raise UsageError(f"The speech recogniser cannot be used so: {error}.", "Check --language.") from error

    def _decode(self, pipeline: Any, pieces: Sequence[Span], parts: Sequence[Any], language: str) -> list[Decoded]:
        """Hear some pieces, whose samples are given, with one of the workers."""
        import numpy as np

        from aligner.sound.audio import SAMPLES_PER_MS
        from aligner.sound.tongue import overhear

        # The pieces one after another: they are all that the engine sees of the recording.
        ends_ms = list(accumulate(len(part) // SAMPLES_PER_MS for part in parts))
        clips = list(zip([0, *ends_ms], ends_ms, strict=False))
        segments, _ = pipeline.transcribe(
            np.concatenate(parts),
            language=language,
            beam_size=_BEAM,
            word_timestamps=True,
            vad_filter=False,
            hotwords=self._hotwords,
            clip_timestamps=[_clip(clip) for clip in clips],
            batch_size=len(pieces),
        )
        heard: list[list[Any]] = [[] for _ in pieces]
        with overhear(pipeline.model, language) as tongues:
            for segment in segments:
                # Without timestamps a piece gives one segment, but nothing promises it; `seek` counts 10 ms.
                heard[min(range(len(clips)), key=lambda n: abs(clips[n][0] - segment.seek * 10))].append(segment)
        return [
            Decoded(
                tuple(word for segment in own for word in _words(segment, piece[0] - clip[0])),
                Figures(min((segment.avg_logprob for segment in own), default=0.0), tongue),
            )
            for own, piece, clip, tongue in zip_longest(heard, pieces, clips, tongues)
        ]

    def _load(self) -> list[Any]:
        """Load the model once, with a pipeline for each worker; they serve all recordings of a run."""
        if not self._pipelines:
            import ctranslate2
            from faster_whisper import BatchedInferencePipeline, WhisperModel

            able = ctranslate2.get_supported_compute_types(self._device)
            compute = next((kind for kind in _COMPUTE[self._device] if kind in able), "default")
            try:
                model = WhisperModel(
                    str(self._model.folder),
                    device=self._device,
                    compute_type=compute,
                    cpu_threads=max(1, count_cores() // self._workers),
                    num_workers=self._workers,
                )
            except Exception as error:
                raise self._failure(error) from error
            # Each has its own outside, on which its language is overheard; the loaded model inside is one.
            self._pipelines = [BatchedInferencePipeline(copy(model)) for _ in range(self._workers)]
        return self._pipelines

    def _failure(self, error: Exception) -> AlignerError:
        """Say in our words why the engine gave up: it tells by text alone."""
        hint = "Take another model with --model."
        if self._device == "cuda":
            hint = "Use --device cpu, a smaller model or a smaller batch_size."
        return MissingError(f"The speech model {self._model.name} cannot run on this {self._device}: {error}.", hint)


def _clip(span: Span) -> dict[str, float]:
    """A span in seconds, half a sample late: the library cuts off what is behind the point when it counts samples."""
    return {"start": (span[0] + 1 / 32) / 1000, "end": (span[1] + 1 / 32) / 1000}


def _words(segment: Any, shift_ms: int) -> list[Word]:
    """Turn one of the engine's segments into words; none where it says itself that nobody speaks."""
    if segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _UNSURE:
        return []
    return [
        Word(
            word.word,
            round(word.start * 1000) + shift_ms,
            round(word.end * 1000) + shift_ms,
            round(float(word.probability), 3),
        )
        for word in segment.words or ()
    ]


def count_cores() -> int:
    """The cores this process may use (containers and task sets give fewer than the machine has)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
