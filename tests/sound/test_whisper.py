"""Hearing with Whisper: what is done around the engine with a fake one, and the real one on real speech."""

from __future__ import annotations

import json
import os
import pickle
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from aligner.errors import MissingError, UsageError
from aligner.model import Media, Span, Transcript, Word
from aligner.settings import Settings
from aligner.sound import pieces
from aligner.sound.audio import Sound
from aligner.sound.hear import Progress
from aligner.sound.hear import hear as hear_recording
from aligner.sound.pieces import find_holes
from aligner.sound.speech import find_speech
from aligner.sound.speech_model import SpeechModel, embedded_model
from aligner.sound.whisper import Transcriber, WhisperTranscriber, make_transcriber
from tests.conftest import CORPUS, ROOT
from tests.sound.sounds import Wave, cut, read_all, silence, tone, write_wav

MODEL = SpeechModel("some-model", Path("nowhere"), "0123456789abcdef")
SAMPLE = ROOT / "media" / "generic_conseil-2025-06-12-8d69b5f0"


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
    hotwords: list[str | None] = field(default_factory=list)

    @property
    def model(self) -> Any:
        return SimpleNamespace(model=SimpleNamespace(is_multilingual=self.multilingual), encode=None)

    def transcribe(self, samples: Any, *, clip_timestamps: list[dict[str, float]], **options: Any) -> Any:
        assert options["word_timestamps"]
        self.hotwords.append(options["hotwords"])
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
    """A word each half second, from the start of the piece."""
    return [(f"m{k}", start + k / 2, start + k / 2 + 0.4) for k in range(int(2 * (end - start)))]


PIECES: tuple[Span, ...] = ((600, 2_400), (29_600, 31_110), (40_000, 41_110))


@pytest.fixture
def minute(tmp_path: Path) -> Sound:
    return Sound(write_wav(tmp_path / "minute.wav", silence(60, 16_000)))


def with_engine(engine: FakeEngine, batch_size: int = 0) -> WhisperTranscriber:
    transcriber = WhisperTranscriber(MODEL, "cpu", batch_size)
    transcriber._pipelines = [engine]
    return transcriber


def hear(engine: FakeEngine, sound: Sound) -> list[tuple[Word, ...]]:
    return [piece.words for piece in with_engine(engine).transcribe(sound, PIECES, language="fr")]


def test_pieces_are_heard_together_and_their_words_timed_in_the_recording(minute: Sound) -> None:
    engine = FakeEngine(steadily)
    heard = hear(engine, minute)
    assert engine.asked == [[(0.0, 1.8), (1.8, 3.31), (3.31, 4.42)]]
    assert [words[0] for words in heard] == [
        Word(" m0", 600, 1_000, 0.8),
        Word(" m0", 29_600, 30_000, 0.8),
        Word(" m0", 40_000, 40_400, 0.8),
    ]
    assert [len(words) for words in heard] == [3, 3, 2]


def test_workers_share_the_pieces_and_the_order_stays(minute: Sound) -> None:
    first, second = FakeEngine(steadily), FakeEngine(steadily)
    transcriber = with_engine(first)
    transcriber._pipelines.append(second)
    heard = transcriber.transcribe(minute, PIECES, language="fr")
    assert (first.asked, second.asked) == ([[(0.0, 1.8), (1.8, 3.31)]], [[(0.0, 1.11)]])
    assert [piece.words[0].start_ms for piece in heard] == [600, 29_600, 40_000]
    assert len(transcriber.transcribe(minute, PIECES[:1], language="fr")) == 1
    assert len(second.asked) == 1


def test_hotwords_are_handed_on(minute: Sound) -> None:
    engine = FakeEngine(steadily)
    hear(engine, minute)
    transcriber = make_named(engine)
    transcriber.transcribe(minute, PIECES, language="fr")
    assert engine.hotwords == [None, "Montcléry, CCAS"]


def make_named(engine: FakeEngine) -> WhisperTranscriber:
    transcriber = WhisperTranscriber(MODEL, "cpu", hotwords="Montcléry, CCAS")
    transcriber._pipelines = [engine]
    return transcriber


def test_what_the_engine_itself_takes_for_silence_is_dropped(minute: Sound) -> None:
    assert hear(FakeEngine(steadily, no_speech_prob=0.9, avg_logprob=-1.4), minute) == [(), (), ()]
    assert hear(FakeEngine(steadily, no_speech_prob=0.9, avg_logprob=-0.4), minute) == hear(
        FakeEngine(steadily), minute
    )


def test_an_english_model_is_refused_for_french(minute: Sound) -> None:
    with pytest.raises(UsageError, match="understands English only"):
        hear(FakeEngine(steadily, multilingual=False), minute)


def test_an_engine_that_gives_up_is_told_in_our_words(minute: Sound) -> None:
    def fails(_start: float, _end: float) -> list[tuple[str, float, float]]:
        raise RuntimeError("CUDA failed with error out of memory")

    with pytest.raises(MissingError) as caught:
        hear(FakeEngine(fails), minute)
    error = pickle.loads(pickle.dumps(caught.value))
    assert error.message == (
        "The speech model some-model cannot run on this cpu: CUDA failed with error out of memory."
    )
    assert error.exit_code == 3


def test_a_damaged_model_is_told_in_our_words(tmp_path: Path, minute: Sound) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.json"):
        (tmp_path / name).write_text("{}")
    transcriber = WhisperTranscriber(SpeechModel("broken", tmp_path, "0"), "cpu")
    with pytest.raises(MissingError, match="The speech model broken cannot run on this cpu"):
        transcriber.transcribe(minute, PIECES, language="fr")


def test_identity_is_known_without_loading_anything() -> None:
    transcriber: Transcriber = WhisperTranscriber(MODEL, "cpu")
    assert (transcriber.engine, transcriber.model) == ("faster-whisper", "some-model")
    assert transcriber.fingerprint == WhisperTranscriber(MODEL, "cpu", 3).fingerprint
    other = SpeechModel("some-model", Path("nowhere"), "fedcba9876543210")
    assert transcriber.fingerprint != WhisperTranscriber(other, "cpu").fingerprint
    assert transcriber.fingerprint != WhisperTranscriber(MODEL, "cpu", hotwords="Montcléry").fingerprint


def test_settings_choose_the_model(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.json"):
        (tmp_path / name).write_text(name)
    transcriber = make_transcriber(Settings(model=str(tmp_path), device="cpu", batch_size=2))
    assert transcriber.model == tmp_path.name


# --- the real engine on real sound --------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> WhisperTranscriber:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        return WhisperTranscriber(embedded_model(), "cpu")


def heard_by(
    engine: WhisperTranscriber, path: Path, folder: Path, progress: Progress = quiet, known: Transcript | None = None
) -> tuple[Word, ...]:
    media = Media("a", "a", "generic", "a", None, audio=str(path))
    return hear_recording(media, folder, lambda: engine, language="fr", known=known, progress=progress).words


def forms(text: str) -> list[str]:
    letters = unicodedata.normalize("NFD", text.lower().replace("œ", "oe"))
    return re.findall(r"[a-z0-9]+", "".join(char for char in letters if not unicodedata.combining(char)))


@pytest.mark.model
def test_the_sample_session_is_heard_where_it_was_said(real: WhisperTranscriber, tmp_path: Path) -> None:
    truth = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
    sentences = [s for turn in truth["turns"] for s in turn["sentences"] if s["end_ms"] <= 90_000]
    told: list[tuple[int, int]] = []

    path = cut(SAMPLE / "video.mp4", 0, 90, tmp_path / "cut.wav")
    words = heard_by(real, path, tmp_path, lambda done, total: told.append((done, total)))

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
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1] > 60_000


@pytest.mark.model
@pytest.mark.corpus
def test_a_real_voice_is_heard(real: WhisperTranscriber, tmp_path: Path) -> None:
    folder = CORPUS / "short" / "ej-fra"
    said = forms((folder / "ej-fra.txt").read_text(encoding="utf-8"))
    words = heard_by(real, folder / "ej-fra.m4a", tmp_path)
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
    speech = find_speech(read_all(path))

    with monkeypatch.context() as patch:
        patch.setattr(pieces, "HOLE_MS", 60_000)
        once = heard_by(real, path, tmp_path / "once")
    words = heard_by(real, path, tmp_path / "again")

    assert find_holes(once, speech, (0, 30_000))
    assert len(words) >= len(once) + 20
    assert not find_holes(words, speech, (0, 30_000))


@pytest.mark.model
@pytest.mark.parametrize("samples", [silence(40, 16_000), tone(12, 16_000)], ids=["silence", "tone"])
def test_a_recording_without_speech_has_no_words(real: WhisperTranscriber, tmp_path: Path, samples: Wave) -> None:
    assert heard_by(real, write_wav(tmp_path / "a.wav", samples), tmp_path) == ()


@pytest.mark.model
def test_an_unknown_language_is_refused(real: WhisperTranscriber, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'xx' is not a valid language"):
        real.transcribe(Sound(SAMPLE / "video.mp4"), [(0, 8_000)], language="xx")


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
        "import numpy, aligner.sound.speech as p\n"
        "p.find_speech(numpy.zeros(16000, dtype='float32'))\n"
        "from huggingface_hub import constants\n"
        "assert constants.HF_HUB_DISABLE_TELEMETRY\n"
    )
    env = {"XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", script], env=env, check=True)
    assert list(tmp_path.rglob("*onnxruntime*")) == []
