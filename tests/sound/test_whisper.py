"""Hearing with Whisper: what is done around the engine with a fake one, and the real one on real speech."""

from __future__ import annotations

import itertools
import json
import logging
import os
import pickle
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from aligner.errors import MissingError, UsageError
from aligner.model import Span, Word
from aligner.settings import Settings
from aligner.sound import pieces
from aligner.sound.audio import decode
from aligner.sound.pieces import find_holes, find_speech
from aligner.sound.speech_model import SpeechModel, embedded_model
from aligner.sound.whisper import Transcriber, WhisperTranscriber, make_transcriber
from tests.conftest import CORPUS, ROOT
from tests.sound.sounds import Wave, cut, silence, tone, write_wav

MODEL = SpeechModel("some-model", Path("nowhere"), "0123456789abcdef")
SAMPLE = ROOT / "media" / "generic_conseil-2025-06-12-8d69b5f0"


SPEECH: tuple[Span, ...] = (
    *((1_000, 12_950), (13_000, 26_000)),
    *((30_000, 43_950), (44_000, 48_950), (49_000, 53_950), (54_000, 59_000)),
)
ALL_STARTS = [*range(1_000, 26_000, 500), *range(30_000, 59_000, 500)]


def quiet(_done: int, _total: int) -> None:
    """No progress."""


# --- around the engine: a fake one --------------------------------------------------------------------


@dataclass
class FakeEngine:
    """Stands where the batched pipeline stands: `says` gives the words of one piece, from its start and end in s."""

    says: Callable[[float, float], Sequence[tuple[str, float, float]]]
    multilingual: bool = True
    no_speech_prob: float = 0.1
    avg_logprob: float = -0.3
    asked: list[list[tuple[float, float]]] = field(default_factory=list)

    @property
    def model(self) -> Any:
        return SimpleNamespace(model=SimpleNamespace(is_multilingual=self.multilingual))

    def transcribe(self, samples: Any, *, clip_timestamps: list[dict[str, float]], **options: Any) -> Any:
        assert options["word_timestamps"]
        clips = [(round(clip["start"], 2), round(clip["end"], 2)) for clip in clip_timestamps]
        assert len(clips) <= options["batch_size"]
        self.asked.append(clips)
        return (self._segment(start, end) for start, end in clips), None

    def _segment(self, start: float, end: float) -> Any:
        words = [
            SimpleNamespace(word=" " + text, start=a, end=b, probability=0.8) for text, a, b in self.says(start, end)
        ]
        return SimpleNamespace(
            words=words, seek=int(start * 100), no_speech_prob=self.no_speech_prob, avg_logprob=self.avg_logprob
        )


def steadily(start: float, end: float) -> list[tuple[str, float, float]]:
    """A word each half second of speech, if all of it is in the piece."""
    moments = (k / 1000 for k in ALL_STARTS)
    return [(f"m{moment:g}", moment, moment + 0.4) for moment in moments if start <= moment and moment + 0.4 <= end]


@pytest.fixture
def minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A recording of a minute in which somebody seems to speak."""
    monkeypatch.setattr(pieces, "find_speech", lambda _samples: SPEECH)
    return write_wav(tmp_path / "minute.wav", silence(60, 16_000))


def with_engine(engine: FakeEngine, batch_size: int = 0) -> WhisperTranscriber:
    transcriber = WhisperTranscriber(MODEL, "cpu", batch_size)
    transcriber._pipeline = engine
    return transcriber


def hear(engine: FakeEngine, path: Path, batch_size: int = 0) -> tuple[Word, ...]:
    return with_engine(engine, batch_size).transcribe(path, language="fr", progress=quiet)


def test_pieces_are_cut_at_the_pause_and_heard_at_once(minute: Path) -> None:
    engine = FakeEngine(steadily)
    words = hear(engine, minute)
    assert engine.asked == [[(0.6, 26.4), (29.6, 59.4)]]
    assert words[0] == Word("m1", 1_000, 1_400, 0.8)
    assert [word.start_ms for word in words] == ALL_STARTS


def test_speech_left_without_words_is_heard_again(minute: Path) -> None:
    def stops_early(start: float, end: float) -> list[tuple[str, float, float]]:
        return [word for word in steadily(start, end) if start != 29.6 or word[1] < 36]

    engine = FakeEngine(stops_early)
    words = hear(engine, minute)
    assert engine.asked[1:] == [[(35.9, 48.97), (48.98, 59.4)]]
    assert [word.start_ms for word in words] == ALL_STARTS


def test_what_cannot_be_heard_is_tried_three_times_and_told(minute: Path, caplog: pytest.LogCaptureFixture) -> None:
    engine = FakeEngine(lambda start, end: [word for word in steadily(start, end) if word[1] < 44])
    with caplog.at_level(logging.WARNING, "aligner"):
        words = hear(engine, minute)
    assert words[-1].end_ms == 43_900
    assert engine.asked[1:] == [
        [(43.9, 53.97), (53.98, 59.4)],
        [(43.9, 48.97), (48.98, 53.97), (53.98, 59.4)],
    ]
    assert [record.message[:43] for record in caplog.records] == [
        "Nothing could be made out from 0:43 to 0:48",
        "Nothing could be made out from 0:48 to 0:53",
        "Nothing could be made out from 0:53 to 0:59",
    ]


@pytest.mark.parametrize("invented", ["Sous-titrage Société Radio-Canada", "Merci d'avoir regardé cette vidéo !"])
def test_an_invented_phrase_gives_way_to_a_second_hearing(minute: Path, invented: str) -> None:
    def invents_once(start: float, end: float) -> list[tuple[str, float, float]]:
        if end == 59.4 and start == 29.6:
            return [(text, 30 + k, 31 + k) for k, text in enumerate(invented.split())]
        return steadily(start, end)

    words = hear(FakeEngine(invents_once), minute)
    assert [word.start_ms for word in words] == ALL_STARTS


def test_a_loop_gives_way_to_a_second_hearing(minute: Path) -> None:
    def loops_once(start: float, end: float) -> list[tuple[str, float, float]]:
        if end == 59.4 and start == 29.6:
            return [("bravo", 30 + k / 2, 30.4 + k / 2) for k in range(58)]
        return steadily(start, end)

    words = hear(FakeEngine(loops_once), minute)
    assert [word.text for word in words].count("bravo") == 1
    assert [word.start_ms for word in words] == ALL_STARTS


def test_what_the_engine_itself_takes_for_silence_is_dropped(minute: Path) -> None:
    assert hear(FakeEngine(steadily, no_speech_prob=0.9, avg_logprob=-1.4), minute) == ()
    assert hear(FakeEngine(steadily, no_speech_prob=0.9, avg_logprob=-0.4), minute) != ()


def test_progress_grows_to_the_whole_length(minute: Path) -> None:
    told: list[tuple[int, int]] = []
    engine = FakeEngine(lambda start, end: steadily(start, end) if end - start < 20 else [])
    transcriber = with_engine(engine, batch_size=1)
    transcriber.transcribe(minute, language="fr", progress=lambda done, total: told.append((done, total)))
    assert told[0] == (0, 60_000)
    assert told[-1] == (60_000, 60_000)
    assert all(a[0] <= b[0] for a, b in itertools.pairwise(told))
    assert (29_600, 60_000) in told


def test_batches_are_no_larger_than_asked_for(minute: Path) -> None:
    engine = FakeEngine(steadily)
    one_by_one = hear(engine, minute, batch_size=1)
    assert [len(batch) for batch in engine.asked] == [1, 1]
    assert one_by_one == hear(FakeEngine(steadily), minute)


def test_an_english_model_is_refused_for_french(minute: Path) -> None:
    with pytest.raises(UsageError, match="understands English only"):
        hear(FakeEngine(steadily, multilingual=False), minute)


def test_an_engine_that_gives_up_is_told_in_our_words(minute: Path) -> None:
    def fails(_start: float, _end: float) -> list[tuple[str, float, float]]:
        raise RuntimeError("CUDA failed with error out of memory")

    with pytest.raises(MissingError) as caught:
        hear(FakeEngine(fails), minute)
    error = pickle.loads(pickle.dumps(caught.value))
    assert error.message == (
        "The speech model some-model cannot run on this cpu: CUDA failed with error out of memory."
    )
    assert error.exit_code == 3


def test_a_damaged_model_is_told_in_our_words(tmp_path: Path, minute: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.json"):
        (tmp_path / name).write_text("{}")
    transcriber = WhisperTranscriber(SpeechModel("broken", tmp_path, "0"), "cpu")
    with pytest.raises(MissingError, match="The speech model broken cannot run on this cpu"):
        transcriber.transcribe(minute, language="fr", progress=quiet)


def test_identity_is_known_without_loading_anything() -> None:
    transcriber: Transcriber = WhisperTranscriber(MODEL, "cpu")
    assert (transcriber.engine, transcriber.model) == ("faster-whisper", "some-model")
    assert transcriber.fingerprint == WhisperTranscriber(MODEL, "cpu", 3).fingerprint
    other = SpeechModel("some-model", Path("nowhere"), "fedcba9876543210")
    assert transcriber.fingerprint != WhisperTranscriber(other, "cpu").fingerprint


def test_settings_choose_the_model(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.json"):
        (tmp_path / name).write_text(name)
    transcriber = make_transcriber(Settings(model=str(tmp_path), device="cpu", batch_size=2))
    assert transcriber.model == tmp_path.name


def test_only_what_known_words_leave_out_is_heard(minute: Path) -> None:
    known = [Word(f"k{at}", at, at + 400) for at in ALL_STARTS if not 36_000 <= at < 48_000]
    stretched = [replace(known[0], start_ms=200), *known[1:], Word("behind the end", 61_000, 61_400)]
    engine = FakeEngine(steadily)
    words = with_engine(engine).transcribe(minute, language="fr", progress=quiet, known=stretched)
    assert engine.asked == [[(35.9, 48.0)]]
    assert words[0] == Word("k1000", 1_000, 1_400)
    assert [word.text for word in words if 36_000 <= word.start_ms < 48_000] == [
        f"m{at / 1000:g}" for at in range(36_000, 48_000, 500)
    ]
    assert words[-1].text == "k58500"


# --- the real engine on real sound --------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> WhisperTranscriber:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        return WhisperTranscriber(embedded_model(), "cpu")


def forms(text: str) -> list[str]:
    letters = unicodedata.normalize("NFD", text.lower().replace("œ", "oe"))
    return re.findall(r"[a-z0-9]+", "".join(char for char in letters if not unicodedata.combining(char)))


@pytest.mark.model
def test_the_sample_session_is_heard_where_it_was_said(real: WhisperTranscriber, tmp_path: Path) -> None:
    truth = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
    sentences = [s for turn in truth["turns"] for s in turn["sentences"] if s["end_ms"] <= 90_000]
    told: list[tuple[int, int]] = []

    words = real.transcribe(
        cut(SAMPLE / "video.mp4", 0, 90, tmp_path / "cut.wav"),
        language="fr",
        progress=lambda done, total: told.append((done, total)),
    )

    heard = [(form, word.start_ms) for word in words for form in forms(word.text)]
    said = [(form, s["start_ms"] if k == 0 else None) for s in sentences for k, form in enumerate(forms(s["text"]))]
    same = [
        (said[block.src_start + k][1], heard[block.dest_start + k][1])
        for block in Levenshtein.opcodes([form for form, _ in said], [form for form, _ in heard])
        if block.tag == "equal"
        for k in range(block.src_end - block.src_start)
    ]
    assert len(same) >= 0.8 * len(said)
    onsets = [abs(heard_ms - said_ms) for said_ms, heard_ms in same if said_ms is not None]
    assert len(onsets) >= 5
    assert np.median(onsets) <= 60
    assert max(onsets) <= 400
    assert told[-1] == (90_000, 90_000)


@pytest.mark.model
@pytest.mark.corpus
def test_a_real_voice_is_heard(real: WhisperTranscriber) -> None:
    folder = CORPUS / "short" / "ej-fra"
    said = forms((folder / "ej-fra.txt").read_text(encoding="utf-8"))
    words = real.transcribe(folder / "ej-fra.m4a", language="fr", progress=quiet)
    heard = forms(" ".join(word.text for word in words))
    assert Levenshtein.distance(said, heard) <= 0.25 * len(said)
    assert words[-1].end_ms <= 34_133
    assert all(word.probability is not None and word.text == word.text.strip() for word in words)


@pytest.mark.model
@pytest.mark.corpus
def test_a_hole_that_whisper_leaves_is_filled(
    real: WhisperTranscriber, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # "Fin de Correspondances", five seconds of silence, a new voice: in one piece, Whisper drops the new voice.
    path = cut(CORPUS / "reading" / "session.opus", 5_391, 5_421, tmp_path / "cut.wav")
    monkeypatch.setattr(pieces, "_PAUSE_MS", 60_000)
    speech = find_speech(decode(path))

    with monkeypatch.context() as patch:
        patch.setattr(pieces, "HOLE_MS", 60_000)
        once = real.transcribe(path, language="fr", progress=quiet)
    words = real.transcribe(path, language="fr", progress=quiet)

    assert find_holes(once, speech, (0, 30_000))
    assert len(words) >= len(once) + 20
    assert not find_holes(words, speech, (0, 30_000))


@pytest.mark.model
@pytest.mark.parametrize("samples", [silence(40, 16_000), tone(12, 16_000)], ids=["silence", "tone"])
def test_a_recording_without_speech_has_no_words(real: WhisperTranscriber, tmp_path: Path, samples: Wave) -> None:
    assert real.transcribe(write_wav(tmp_path / "a.wav", samples), language="fr", progress=quiet) == ()


@pytest.mark.model
def test_an_unknown_language_is_refused(real: WhisperTranscriber, tmp_path: Path) -> None:
    path = cut(SAMPLE / "video.mp4", 0, 8, tmp_path / "cut.wav")
    with pytest.raises(UsageError, match="'xx' is not a valid language"):
        real.transcribe(path, language="xx", progress=quiet)


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    script = (
        "import sys, aligner.sound.captions, aligner.sound.hear, aligner.sound.whisper\n"
        "print(*sorted({'av', 'ctranslate2', 'faster_whisper', 'huggingface_hub', 'numpy'} & set(sys.modules)))\n"
    )
    loaded = subprocess.run([sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=-1)
    assert loaded.stdout.strip() == b""
    assert loaded.returncode == 0


def test_the_engines_report_to_nobody(tmp_path: Path) -> None:
    # Unless told not to, onnxruntime keeps a device id and a queue of reports in the user's cache once it is loaded.
    script = (
        "import numpy, aligner.sound.pieces as p\n"
        "p.find_speech(numpy.zeros(16000, dtype='float32'))\n"
        "from huggingface_hub import constants\n"
        "assert constants.HF_HUB_DISABLE_TELEMETRY\n"
    )
    env = {"XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", script], env=env, check=True)
    assert list(tmp_path.rglob("*onnxruntime*")) == []
