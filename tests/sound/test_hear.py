"""Hearing once: the transcript is a file named by its making; killed, forced, shared, on a full disk."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn

import pytest

from aligner.errors import AudioError, DiskError, MissingError
from aligner.model import Caption, Link, Media, Span, Transcript, Unheard, Word
from aligner.sound import speech
from aligner.sound.audio import Sound
from aligner.sound.fetch import load_media, save_media
from aligner.sound.hear import HEARD, adopt_recording, hear
from aligner.sound.judging import Decoded
from aligner.sound.whisper import Transcriber
from aligner.transcript_file import FOLDER, load_transcript, save_transcript
from tests.conftest import ROOT
from tests.fakes import as_decoded
from tests.sound.sounds import cut, tone, write_sound

LINK = Link("https://montclery.example/conseil.mp4", "generic:conseil-1", "generic", 754_000, None, (0, 40))
WORDS = (Word("La", 120, 300, 0.91), Word("séance", 300, 800, None), Word("« ouverte »", 800, 1_400, 0.5))


def quiet(_done: int, _total: int) -> None:
    """No progress."""


@dataclass
class FakeTranscriber:
    engine: str = "fake"
    model: str = "fake-base"
    fingerprint: str = "f00d"
    words: tuple[Word, ...] = WORDS
    at_once: int = 8
    heard: list[tuple[Path, str]] = field(default_factory=list)

    def transcribe(self, sound: Sound, pieces: Sequence[Span], *, language: str) -> list[Decoded]:
        self.heard.append((sound.path, language))
        return [
            as_decoded([replace(word, text=f" {word.text}") for word in self.words if start <= word.start_ms < end])
            for start, end in pieces
        ]


@pytest.fixture(autouse=True)
def _speaking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "find_speech", lambda samples: ((100, 1_450),) if len(samples) else ())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "media" / "generic_conseil-1"
    path.mkdir(parents=True)
    write_sound(path / "audio.m4a", [(0, tone(2.5))])
    return path


MEDIA = Media("generic:conseil-1", LINK.url, "generic", "Conseil", 2_500, audio="audio.m4a")


def files(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).glob("*.json"))


def hear_with(engine: FakeTranscriber, folder: Path, language: str = "fr", *, force: bool = False) -> Transcript:
    return hear(MEDIA, folder, lambda: engine, language=language, force=force, progress=quiet)


def test_a_recording_is_heard_once_and_kept(folder: Path) -> None:
    engine = FakeTranscriber()
    first = hear_with(engine, folder)
    again = hear_with(engine, folder)
    assert engine.heard == [(folder / "audio.m4a", "fr")]
    assert first == again
    assert (first.engine, first.model, first.language, first.words) == ("fake", "fake-base", "fr", WORDS)
    assert first.duration_ms == pytest.approx(2_500, abs=60)
    assert files(folder) == [folder / FOLDER / f"{first.fingerprint}.json"]
    assert load_transcript(files(folder)[0]) == first


def test_the_same_sound_under_another_name_is_not_heard_again(folder: Path) -> None:
    engine = FakeTranscriber()
    hear_with(engine, folder)
    (folder / "audio.m4a").rename(folder / "renamed.m4a")
    other = Media("generic:conseil-1", "another", "generic", "Conseil", 2_500, video="renamed.m4a")
    hear(other, folder, lambda: engine, language="fr", progress=quiet)
    assert len(engine.heard) == 1


def test_all_that_a_transcript_is_made_from_is_in_its_name(folder: Path) -> None:
    hear_with(FakeTranscriber(), folder)
    hear_with(FakeTranscriber(fingerprint="beef"), folder)
    hear_with(FakeTranscriber(engine="other"), folder)
    hear_with(FakeTranscriber(), folder, "en")
    write_sound(folder / "audio.m4a", [(0, tone(2.5, hertz=441))])
    hear_with(FakeTranscriber(), folder)
    assert len(files(folder)) == 5
    hear_with(FakeTranscriber(model="same content, other name"), folder)
    assert len(files(folder)) == 5


def test_force_hears_again_and_replaces(folder: Path) -> None:
    hear_with(FakeTranscriber(), folder)
    forced = hear_with(FakeTranscriber(words=WORDS[:1]), folder, force=True)
    assert forced.words == WORDS[:1]
    assert hear_with(FakeTranscriber(), folder).words == WORDS[:1]
    assert len(files(folder)) == 1


@pytest.mark.parametrize("damage", ["", "{", '{"format": "aligner.transcript", "version": 1}', "[]", '{"format": 1}'])
def test_a_damaged_transcript_is_made_again(folder: Path, damage: str) -> None:
    transcript = hear_with(FakeTranscriber(), folder)
    files(folder)[0].write_text(damage)
    assert hear_with(FakeTranscriber(), folder) == transcript
    assert load_transcript(files(folder)[0]) == transcript


def test_a_transcript_under_the_name_of_another_is_not_taken(folder: Path) -> None:
    transcript = hear_with(FakeTranscriber(), folder)
    other = folder / FOLDER / ("0" * 16 + ".json")
    shutil.copy(files(folder)[0], other)
    assert load_transcript(other) is None
    assert load_transcript(folder / FOLDER / f"{transcript.fingerprint}.json") == transcript


def test_a_transcript_file_is_plain_to_read(tmp_path: Path) -> None:
    path = tmp_path / "0123456789abcdef.json"
    transcript = Transcript(
        "fake", "fake-base", "fr", 2_000, WORDS, "0123456789abcdef", (Unheard(1_500, 1_900, "English is spoken"),)
    )
    save_transcript(path, transcript)
    assert path.read_text(encoding="utf-8") == (
        "{\n"
        ' "format": "aligner.transcript",\n'
        ' "version": 2,\n'
        ' "engine": "fake",\n'
        ' "model": "fake-base",\n'
        ' "language": "fr",\n'
        ' "duration_ms": 2000,\n'
        ' "fingerprint": "0123456789abcdef",\n'
        ' "unheard": [[1500, 1900, "English is spoken"]],\n'
        ' "words": [\n'
        '["La", 120, 300, 0.91],\n'
        '["séance", 300, 800, null],\n'
        '["« ouverte »", 800, 1400, 0.5]\n'
        " ]\n"
        "}\n"
    )
    assert load_transcript(path) == transcript


def test_a_recording_without_speech_has_an_empty_transcript(folder: Path) -> None:
    transcript = hear_with(FakeTranscriber(words=()), folder)
    assert transcript.words == ()
    assert json.loads(files(folder)[0].read_text())["words"] == []
    assert hear_with(FakeTranscriber(), folder) == transcript


def test_progress_counts_what_is_heard(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    hear(MEDIA, folder, FakeTranscriber, language="fr", progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 1_850), (1_850, 1_850)]


def test_two_runs_at_once_hear_it_once(folder: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow(FakeTranscriber):
        def transcribe(self, sound: Sound, pieces: Sequence[Span], *, language: str) -> list[Decoded]:
            begun.set()
            assert go_on.wait(30)
            return super().transcribe(sound, pieces, language=language)

    slow, second = Slow(), FakeTranscriber()
    results: list[Transcript] = []
    one = threading.Thread(target=lambda: results.append(hear_with(slow, folder)))
    two = threading.Thread(target=lambda: results.append(hear_with(second, folder)))
    one.start()
    assert begun.wait(30)
    two.start()
    go_on.set()
    one.join(30)
    two.join(30)
    assert results[0] == results[1]
    assert (len(slow.heard), len(second.heard)) == (1, 0)


def test_a_failing_engine_leaves_nothing(folder: Path) -> None:
    class Failing(FakeTranscriber):
        def transcribe(self, sound: Sound, pieces: Sequence[Span], *, language: str) -> NoReturn:
            raise MissingError("The speech model cannot run.")

    with pytest.raises(MissingError):
        hear_with(Failing(), folder)
    assert files(folder) == []
    assert hear_with(FakeTranscriber(), folder).words == WORDS


def test_a_full_disk_leaves_nothing_half_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(DiskError, match="the disk is full"):
            hear_with(FakeTranscriber(), folder)
    assert [path.name for path in (folder / FOLDER).iterdir() if path.name != ".lock"] == []
    assert hear_with(FakeTranscriber(), folder).words == WORDS


def refuse() -> NoReturn:
    raise AssertionError("the engine was asked for")


def test_a_missing_file_is_told_before_any_engine_is_looked_for(folder: Path) -> None:
    (folder / "audio.m4a").unlink()
    for media in (MEDIA, Media("generic:conseil-1", LINK.url, "generic", "Conseil", None)):
        with pytest.raises(AudioError, match="has no sound file in"):
            hear(media, folder, refuse, language="fr", progress=quiet)


def test_a_recording_of_a_fifth_of_a_second_is_refused(folder: Path) -> None:
    write_sound(folder / "audio.m4a", [(0, tone(0.2))])
    engine = FakeTranscriber()
    with pytest.raises(AudioError, match=r"audio\.m4a is only 0\.\d s long"):
        hear_with(engine, folder)
    assert engine.heard == []
    assert files(folder) == []


def test_what_is_not_media_is_refused(folder: Path) -> None:
    (folder / "audio.m4a").write_text("<html>Not found</html>" * 20)
    with pytest.raises(AudioError, match="is no media file"):
        hear_with(FakeTranscriber(), folder)
    assert files(folder) == []


# --- a local file instead of the linked recording -----------------------------------------------------


def test_a_local_file_is_heard_where_it_lies_and_found_again_by_the_viewer(tmp_path: Path, folder: Path) -> None:
    shutil.rmtree(folder)
    local = write_sound(tmp_path / "séance du 12.mp4", [(0, tone(2.5))], picture_s=2)

    media = adopt_recording(local, LINK)
    engine = FakeTranscriber()
    hear(media, folder, lambda: engine, language="fr", progress=quiet)

    assert (media.id, media.url, media.provider, media.title) == (LINK.media_id, LINK.url, "generic", "séance du 12")
    assert media.audio == media.video == str(local.resolve())
    assert media.duration_ms == pytest.approx(2_500, abs=60)
    assert engine.heard == [(local.resolve(), "fr")]
    assert load_media(folder) == media
    assert sorted(path.name for path in folder.iterdir()) == [HEARD, "info.json", FOLDER]


def test_a_local_file_without_picture_is_sound_only(tmp_path: Path) -> None:
    media = adopt_recording(write_sound(tmp_path / "a.opus", [(0, tone(1))], codec="libopus"), LINK)
    assert media.audio == str((tmp_path / "a.opus").resolve())
    assert media.video is None


def test_the_record_of_a_fetched_recording_stays(tmp_path: Path, folder: Path) -> None:
    save_media(folder, MEDIA)
    local = write_sound(tmp_path / "local.wav", [(0, tone(1))], codec="pcm_s16le")
    hear(adopt_recording(local, LINK), folder, FakeTranscriber, language="fr", progress=quiet)
    assert load_media(folder) == MEDIA


def test_captions_that_were_looked_up_stay_with_an_adopted_recording(tmp_path: Path, folder: Path) -> None:
    (folder / "captions.fr.json3").write_text("{}")
    caption = Caption("captions.fr.json3", "fr", automatic=True)
    save_media(folder, replace(MEDIA, audio=None, captions=(caption,)))
    local = write_sound(tmp_path / "local.wav", [(0, tone(1))], codec="pcm_s16le")
    hear(adopt_recording(local, LINK), folder, FakeTranscriber, language="fr", progress=quiet)
    held = load_media(folder)
    assert held is not None
    assert (held.audio, held.captions) == (str(local.resolve()), (caption,))


def test_another_local_file_takes_the_place_of_the_first(tmp_path: Path, folder: Path) -> None:
    for name in ("one.wav", "two.wav"):
        local = write_sound(tmp_path / name, [(0, tone(1, level=0.4 if name == "one.wav" else 0.5))], codec="pcm_s16le")
        hear(adopt_recording(local, LINK), folder, FakeTranscriber, language="fr", progress=quiet)
    held = load_media(folder)
    assert held is not None
    assert held.audio == str((tmp_path / "two.wav").resolve())
    assert len(files(folder)) == 2


def test_a_local_file_that_is_no_recording_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# Notes\n" * 40)
    with pytest.raises(AudioError, match=r"notes\.md"):
        adopt_recording(tmp_path / "notes.md", LINK)


# --- stopped at any moment ----------------------------------------------------------------------------

SCRIPT = """
import os, signal, sys
from aligner.sound import speech
from pathlib import Path
from aligner.sound.hear import hear
from tests.sound.test_hear import MEDIA, FakeTranscriber
when = sys.argv[2]
def die(*_args, **_more): os.kill(os.getpid(), signal.SIGKILL)
speech.find_speech = lambda samples: ((100, 1_450),)
engine = FakeTranscriber()
if when == "hearing": engine.transcribe = die
if when == "writing": os.fsync = die
if when == "moving": os.replace = die
hear(MEDIA, Path(sys.argv[1]), lambda: engine, language="fr", progress=lambda done, total: None)
"""


@pytest.mark.parametrize("when", ["hearing", "writing", "moving"])
def test_killed_at_any_moment_the_next_run_gives_the_same_bytes(folder: Path, tmp_path: Path, when: str) -> None:
    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(folder, undisturbed)
    hear_with(FakeTranscriber(), undisturbed)

    env = os.environ | {"PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", SCRIPT, str(folder), when], env=env, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert files(folder) == []

    hear_with(FakeTranscriber(), folder)
    assert [path.name for path in (folder / FOLDER).iterdir() if path.name.startswith(".aligner-tmp-")] == []
    assert [path.name for path in files(folder)] == [path.name for path in files(undisturbed)]
    assert files(folder)[0].read_bytes() == files(undisturbed)[0].read_bytes()


RANDOMLY = """
import json, os, signal, sys, threading, time
from pathlib import Path
from aligner.model import Media, Word
from aligner.settings import Settings
from aligner.sound import audio, speech, stretches
from aligner.sound.hear import hear
from aligner.sound.judging import Decoded, Figures
from aligner.sound.whisper import make_transcriber
from tests.matching.invent import invent_words
names = invent_words(997, seed=6)
folder, delay, real = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3] == "real"
class Slow:
    engine = model = fingerprint = "slow"
    at_once = 2
    def transcribe(self, sound, pieces, *, language):
        time.sleep(0.3)
        times = ([at for at in range(a, b - 300, 400) if at // 5000 % 2] for a, b in pieces)
        said = (tuple(Word(f" {names[at // 100 % 997]}", at, at + 300) for at in own) for own in times)
        return [Decoded(words, Figures(-0.3)) for words in said]
if not real:
    speech.find_speech = lambda samples: tuple((k * 5000, k * 5000 + 4500) for k in range(len(samples) // 80_000))
engine = make_transcriber(Settings(device="cpu", batch_size=2)) if real else Slow()
if real:
    engine._load()
def transcribe(sound, pieces, *, language, heard=engine.transcribe):
    with (folder / "asked.txt").open("a") as file:
        file.write("".join(f"{piece}\\n" for piece in pieces))
    return heard(sound, pieces, language=language)
engine.transcribe = transcribe
media = Media("a", "a", "generic", "a", None, audio="audio.wav")
if delay >= 0:
    threading.Timer(delay, lambda: os.kill(os.getpid(), signal.SIGKILL)).start()
hear(media, folder, lambda: engine, language="fr", progress=lambda done, total: None)
os._exit(0)
"""


@pytest.mark.parametrize(
    ("engine", "kills", "longest_s"), [("fake", 20, 0.4), pytest.param("real", 3, 6.0, marks=pytest.mark.model)]
)
def test_killed_at_random_nothing_is_heard_twice_but_the_batch_at_hand(
    tmp_path: Path, engine: str, kills: int, longest_s: float
) -> None:
    env = os.environ | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache"), "HF_HUB_OFFLINE": "1"}
    video = ROOT / "media" / "generic_conseil-2025-06-12-8d69b5f0" / "video.mp4"
    dice = random.Random(11)

    def run(folder: Path, delay: float) -> int:
        command = [sys.executable, "-c", RANDOMLY, str(folder), str(delay), engine]
        return subprocess.run(command, env=env, stderr=subprocess.DEVNULL).returncode

    for name in ("killed", "undisturbed"):
        (tmp_path / name).mkdir()
        cut(video, 0, 100, tmp_path / name / "audio.wav")
    assert run(tmp_path / "undisturbed", -1) == 0
    ends = [run(tmp_path / "killed", dice.uniform(0, longest_s)) for _ in range(kills)]
    assert ends.count(-signal.SIGKILL) >= kills / 2
    assert run(tmp_path / "killed", -1) == 0

    (one,), (other,) = files(tmp_path / "killed"), files(tmp_path / "undisturbed")
    assert one.name == other.name
    assert one.read_bytes() == other.read_bytes()
    asked = [(tmp_path / name / "asked.txt").read_text().splitlines() for name in ("killed", "undisturbed")]
    assert set(asked[0]) == set(asked[1])
    assert len(asked[1]) == len(set(asked[1]))
    assert len(asked[0]) <= len(asked[1]) + 2 * ends.count(-signal.SIGKILL)
    transcript = load_transcript(one)
    assert transcript is not None
    assert len(transcript.words) > 100


def test_the_fake_is_what_the_protocol_asks_for() -> None:
    transcriber: Transcriber = FakeTranscriber()
    assert transcriber.fingerprint == "f00d"
