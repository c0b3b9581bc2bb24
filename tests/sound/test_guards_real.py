"""The guards on what the real engine makes of silence, noise, music and other languages, and of French."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aligner.model import Span, Word
from aligner.sound.audio import SAMPLES_PER_MS, Sound
from aligner.sound.guards import join_parts
from aligner.sound.judging import Checked, Figures, Verdict, judge_piece
from aligner.sound.pieces import PIECE_MS, cut_pieces
from aligner.sound.speech import find_speech
from aligner.sound.speech_model import embedded_model
from aligner.sound.tongue import overhear
from tests.conftest import CORPUS, ROOT
from tests.sound import noises
from tests.sound.sounds import Wave, silence

ENGLISH = ROOT / "tests" / "fixtures" / "sound" / "english.opus"
SAMPLE = ROOT / "media" / "generic_conseil-2025-06-12-8d69b5f0" / "video.mp4"

pytestmark = pytest.mark.model


@dataclass(frozen=True)
class Piece:
    span: Span
    written: str
    """What the engine wrote, whatever it is worth."""
    checked: Checked

    @property
    def words(self) -> list[str]:
        return [word.text for word in self.checked.words]


@pytest.fixture(scope="module")
def engine() -> Any:
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    threads = os.cpu_count() or 1
    model = WhisperModel(str(embedded_model().folder), device="cpu", compute_type="int8", cpu_threads=threads)
    return BatchedInferencePipeline(model)


def hear(engine: Any, samples: Wave, pieces: Sequence[Span], speech: Sequence[Span]) -> list[Piece]:
    """Hear pieces as the program does: told that it is French."""
    clips = [{"start": (a + 1 / 32) / 1000, "end": (b + 1 / 32) / 1000} for a, b in pieces]
    with overhear(engine.model, "fr") as tongues:
        segments, _ = engine.transcribe(
            samples, language="fr", word_timestamps=True, vad_filter=False, clip_timestamps=clips, batch_size=len(clips)
        )
        by_start = {round(segment.seek / 100, 1): segment for segment in segments}
    heard: list[Piece] = []
    for span, tongue in zip(pieces, tongues, strict=True):
        segment = by_start.get(round(span[0] / 1000, 1))
        words = segment.words if segment else []
        parts = [
            Word(w.word, round(w.start * 1000), round(w.end * 1000), round(float(w.probability), 3)) for w in words
        ]
        figures = Figures(segment.avg_logprob if segment else 0.0, tongue)
        heard.append(Piece(span, segment.text if segment else "", judge_piece(parts, figures, speech, span, "fr")))
    return heard


def hear_recording(engine: Any, samples: Wave, longest_ms: int = PIECE_MS[0]) -> list[Piece]:
    speech = find_speech(samples)
    pieces = cut_pieces(speech, (0, len(samples) // SAMPLES_PER_MS), longest_ms)
    return hear(engine, samples, pieces, speech) if pieces else []


def read(path: Path, start_s: int, end_s: int) -> Wave:
    return Sound(path).read((start_s * 1000, end_s * 1000))


SOUNDS = [
    silence(12, 16_000),
    noises.white_noise(12),
    noises.pink_noise(12),
    noises.hum(12),
    noises.applause(12),
    noises.band(12),
    noises.choir(12),
    noises.singer(12),
]


def test_nothing_is_heard_in_silence_noise_and_music(engine: Any) -> None:
    for sound in SOUNDS:
        assert [word for piece in hear_recording(engine, np.tile(sound, 4)) for word in piece.words] == []


def test_not_even_where_voice_activity_takes_them_for_speech(engine: Any) -> None:
    spans = [(k * 12_000, k * 12_000 + length) for k, length in enumerate([2_000, 6_000, 6_000, 2_000, 2_000, 6_000])]
    pieces = hear(engine, np.concatenate(SOUNDS), spans, spans)
    assert sum(any(letter.isalpha() for letter in piece.written) for piece in pieces) >= 3, "Whisper invents nothing?"
    assert [piece.words for piece in pieces] == [[]] * 6
    assert {piece.checked.verdict for piece in pieces} == {Verdict.UNRELIABLE}


def test_no_french_is_made_of_english(engine: Any) -> None:
    pieces = hear_recording(engine, read(ENGLISH, 0, 60))
    assert len(pieces) == 2
    assert "monde" in pieces[0].written
    assert {piece.checked for piece in pieces} == {Checked((), Verdict.UNRELIABLE, "English is spoken")}


def test_english_between_french_is_parted_from_it(engine: Any) -> None:
    french = read(SAMPLE, 0, 24)
    samples = np.concatenate([french[: 12 * 16_000], read(ENGLISH, 0, 12), french[12 * 16_000 :]])
    assert Verdict.AGAIN in {piece.checked.verdict for piece in hear_recording(engine, samples)}

    smaller = hear_recording(engine, samples, PIECE_MS[-1])
    within = [piece for piece in smaller if piece.span[0] > 12_500 and piece.span[1] < 23_500]
    assert within
    assert {piece.checked.reason for piece in within} == {"English is spoken"}
    beside = [piece for piece in smaller if piece.span[1] < 12_500 or piece.span[0] > 24_500]
    assert {piece.checked.verdict for piece in beside} == {Verdict.GOOD}


def test_french_passes_unharmed(engine: Any) -> None:
    for piece in hear_recording(engine, read(SAMPLE, 0, 60)):
        assert piece.checked.verdict is Verdict.GOOD
        assert len(piece.words) == len(join_parts(Word(" " + form, 0, 0) for form in piece.written.split()))


@pytest.mark.corpus
def test_a_poem_in_latin_between_french_ones(engine: Any) -> None:
    # "Franciscæ meæ laudes", of which Whisper base makes "l'on a dit que l'on a dit que" and "la paix de la paix de".
    pieces = hear_recording(engine, read(CORPUS / "reading" / "session.opus", 294, 390))
    assert pieces[0].checked.verdict is Verdict.GOOD
    assert "silence" in pieces[0].words
    latin = [piece for piece in pieces if piece.span[0] > 31_000]
    assert len(latin) >= 2
    assert [piece.words for piece in latin] == [[]] * len(latin)
    assert {piece.checked.reason for piece in latin} == {"Latin is spoken"}
