"""Hear with faster-whisper: from a recording to its words and their moments.

Behind a one-method Protocol. Speech is found first and cut into pieces, many pieces are decoded at once, and
speech that was left without words is cut otherwise and heard again. Nothing is loaded before `transcribe`: who
only wants to know what a transcript would be made with asks for the fingerprint.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from aligner.errors import AlignerError, MissingError, UsageError
from aligner.model import Span, Word
from aligner.settings import Settings
from aligner.sound.speech_model import SpeechModel, choose_device, find_model
from aligner.store import fingerprint
from aligner.timecode import format_clock

ENGINE = "faster-whisper"
RULES = 1
"""Raised when the same model gives other words: other cutting, other options, other guards."""

_BEAM = 5  # beam 1 finds 69 of 100 words where 5 finds 75, for three quarters of the time (ten minutes of the corpus)
_BATCH = {"cpu": 8, "cuda": 16}  # on two cores 4 is a tenth slower than 8, 16 no faster
_COMPUTE = {"cpu": ("int8", "float32"), "cuda": ("float16", "int8_float32", "float32")}
# Whisper's own two figures for "there is no speech here", which the batched pipeline does not look at.
_NO_SPEECH = 0.6
_UNSURE = -1.0

Progress = Callable[[int, int], None]
"""Called with the ms of the recording that are heard, and with its length in ms."""

log = logging.getLogger(__name__)


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

    def transcribe(
        self, audio: Path, *, language: str, progress: Progress, known: Sequence[Word] = ()
    ) -> tuple[Word, ...]:
        """Hear a recording: words in order, none overlapping, all in the recording; none where nobody speaks.

        With `known` words, from captions or another tool, only the speech that they leave out is heard, and they are
        moved to the speech that they were stretched away from.
        Raises `AudioError` for a file that is no usable recording, `MissingError` when the model cannot run here.
        """


def make_transcriber(settings: Settings) -> WhisperTranscriber:
    """Find the model and device that the settings ask for. Raises what `find_model` raises."""
    device = choose_device(settings.device)
    return WhisperTranscriber(find_model(settings.model, device=device), device, settings.batch_size)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A span of the recording to be heard, for the `attempt`-th time after the first."""

    span: Span
    attempt: int


class WhisperTranscriber:
    """faster-whisper with a model of ours. A `batch_size` of 0 lets the device decide."""

    engine = ENGINE

    def __init__(self, model: SpeechModel, device: str = "auto", batch_size: int = 0) -> None:
        self._model = model
        self._device = choose_device(device)
        self._batch_size = batch_size or _BATCH[self._device]
        self._pipeline: Any = None

    @property
    def model(self) -> str:
        """The model's name."""
        return self._model.name

    @property
    def fingerprint(self) -> str:
        """Hash of model and options. Device and batch size are not in it: they decide the time it takes."""
        return fingerprint(ENGINE, RULES, self._model.fingerprint)

    def transcribe(
        self, audio: Path, *, language: str, progress: Progress, known: Sequence[Word] = ()
    ) -> tuple[Word, ...]:
        """Hear a recording, as `Transcriber` says."""
        from aligner.sound import guards, pieces
        from aligner.sound.audio import SAMPLES_PER_MS, decode

        samples = decode(audio)
        duration_ms = len(samples) // SAMPLES_PER_MS
        progress(0, duration_ms)
        speech = pieces.find_speech(samples)
        whole = (0, duration_ms)
        # What is said behind the end of the recording cannot be heard in it: the two are not of one length.
        words = guards.fit_to_speech((word for word in known if word.start_ms < duration_ms), speech, whole)
        unheard = pieces.find_holes(words, speech, whole) if words else (whole,)
        waiting = deque(
            _Piece(span, 0) for hole in unheard for span in pieces.cut_pieces(speech, hole, pieces.PIECE_MS[0])
        )
        done_ms = 0
        while waiting:
            batch = [waiting.popleft() for _ in range(min(self._batch_size, len(waiting)))]
            again: list[_Piece] = []
            for piece, found in zip(batch, self._hear(samples, batch, language), strict=True):
                kept = _guard(found, speech, piece.span)
                words += kept
                again += _second_hearings(piece, kept, speech)
            waiting.extendleft(reversed(again))
            done_ms = max(done_ms, min((piece.span[0] for piece in waiting), default=duration_ms))
            progress(done_ms, duration_ms)
        return guards.put_in_order(words, duration_ms)

    def _hear(self, samples: Any, batch: Sequence[_Piece], language: str) -> list[list[Word]]:
        """Decode some pieces at once; the words of each, with times in the recording."""
        pipeline = self._load()
        if language != "en" and not pipeline.model.model.is_multilingual:
            raise UsageError(
                f"The speech model {self.model} understands English only, not “{language}”.", "Take another --model."
            )
        try:
            segments, _ = pipeline.transcribe(
                samples,
                language=language,
                beam_size=_BEAM,
                word_timestamps=True,
                vad_filter=False,
                clip_timestamps=[_clip(piece.span) for piece in batch],
                batch_size=self._batch_size,
            )
            heard: list[list[Word]] = [[] for _ in batch]
            for segment in segments:
                # Without timestamps a piece gives one segment, but nothing promises it; `seek` counts 10 ms.
                own = min(range(len(batch)), key=lambda index: abs(batch[index].span[0] - segment.seek * 10))
                heard[own] += _words(segment)
        except RuntimeError as error:
            raise self._failure(error) from error
        except ValueError as error:
            raise UsageError(f"The speech recogniser cannot be used so: {error}.", "Check --language.") from error
        return heard

    def _load(self) -> Any:
        """Load the model once; the pipeline serves all recordings of a run."""
        if self._pipeline is None:
            import ctranslate2
            from faster_whisper import BatchedInferencePipeline, WhisperModel

            able = ctranslate2.get_supported_compute_types(self._device)
            compute = next((kind for kind in _COMPUTE[self._device] if kind in able), "default")
            try:
                model = WhisperModel(
                    str(self._model.folder), device=self._device, compute_type=compute, cpu_threads=_count_cores()
                )
            except Exception as error:
                raise self._failure(error) from error
            self._pipeline = BatchedInferencePipeline(model)
        return self._pipeline

    def _failure(self, error: Exception) -> AlignerError:
        """Say in our words why the engine gave up: it tells by text alone."""
        hint = "Take another model with --model."
        if self._device == "cuda":
            hint = "Use --device cpu, a smaller model or a smaller batch_size."
        return MissingError(f"The speech model {self._model.name} cannot run on this {self._device}: {error}.", hint)


def _clip(span: Span) -> dict[str, float]:
    """A span in seconds, half a sample late: the library cuts off what is behind the point when it counts samples."""
    return {"start": (span[0] + 1 / 32) / 1000, "end": (span[1] + 1 / 32) / 1000}


def _words(segment: Any) -> list[Word]:
    """Turn one of the engine's segments into words; none where it says itself that nobody speaks."""
    if segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _UNSURE:
        return []
    return [
        Word(word.word, round(word.start * 1000), round(word.end * 1000), round(float(word.probability), 3))
        for word in segment.words or ()
    ]


def _guard(found: Iterable[Word], speech: Sequence[Span], piece: Span) -> list[Word]:
    """Let pass what can have been said in this piece, where it can have been said."""
    from aligner.sound.guards import drop_loops, fit_to_speech, is_invented, join_parts

    words = drop_loops(join_parts(found))
    if is_invented(words):
        log.info("Dropped at %s what Whisper hears in silence: %s", _clock(piece), " ".join(w.text for w in words))
        return []
    return fit_to_speech(words, speech, piece)


def _second_hearings(piece: _Piece, words: Sequence[Word], speech: Sequence[Span]) -> list[_Piece]:
    """The pieces to hear again; what has been tried in every way is logged and left unheard."""
    from aligner.sound.pieces import PIECE_MS, cut_pieces, find_holes

    again: list[_Piece] = []
    for hole in find_holes(words, speech, piece.span):
        attempt = piece.attempt + 1
        if attempt == len(PIECE_MS):
            log.warning("Nothing could be made out from %s, where somebody seems to speak.", _clock(hole))
            continue
        again += [_Piece(span, attempt) for span in cut_pieces(speech, hole, PIECE_MS[attempt])]
    return again


def _clock(span: Span) -> str:
    return f"{format_clock(span[0])} to {format_clock(span[1])}"


def _count_cores() -> int:
    """The cores this process may use (containers and task sets give fewer than the machine has)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
