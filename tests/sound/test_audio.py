"""Reading sound: the recording's own clock is kept, and what is no recording is refused in one sentence."""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from aligner.errors import AudioError
from aligner.sound import audio
from aligner.sound.audio import Sound, inspect_sound, sound_hash
from tests.conftest import CORPUS, ROOT
from tests.sound.sounds import Wave, loud_from_to, read_all, silence, tone, write_sound


def last(path: Path) -> int:
    return Sound(path).duration_ms


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.m4a", "aac", 44_100),
        ("a.mp3", "mp3", 44_100),
        ("a.opus", "libopus", 48_000),
        ("a.webm", "libopus", 48_000),
        ("a.wav", "pcm_s16le", 8_000),
        ("a.flac", "flac", 48_000),
        ("a.ts", "aac", 48_000),
    ],
)
def test_every_usual_form_becomes_mono_samples_at_16_khz(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    sound = np.concatenate([silence(1, rate), tone(2, rate), silence(1, rate)])
    path = write_sound(tmp_path / name, [(0, sound)], codec=codec, rate=rate)

    samples = read_all(path)

    assert samples.dtype == np.float32
    assert samples.ndim == 1
    assert len(samples) / 16_000 == pytest.approx(4.0, abs=0.1)
    assert loud_from_to(samples) == pytest.approx((1.0, 3.0), abs=0.07)
    assert float(np.abs(samples[24_000:40_000]).max()) == pytest.approx(0.5, abs=0.05)
    assert last(path) == pytest.approx(4000, abs=100)


def test_both_channels_of_stereo_are_heard(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.m4a", [(0, tone(1))], layout="stereo")
    assert float(np.abs(read_all(path)).max()) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("name", ["late.mkv", "late.mp4"])
def test_sound_that_begins_after_the_picture_keeps_its_moment(tmp_path: Path, name: str) -> None:
    path = write_sound(tmp_path / name, [(2.0, tone(1))], picture_s=4)
    assert loud_from_to(read_all(path)) == pytest.approx((2.0, 3.0), abs=0.05)


def test_a_gap_in_the_sound_does_not_move_what_follows(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "gap.mkv", [(0, tone(1)), (5.0, tone(1, hertz=880))], codec="pcm_s16le")

    samples = read_all(path)

    assert loud_from_to(samples) == pytest.approx((0.0, 6.0), abs=0.05)
    assert float(np.abs(samples[20_000:75_000]).max()) == 0.0


def test_a_damaged_stretch_costs_its_own_sound_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_sound(tmp_path / "a.m4a", [(0, tone(8))])
    raw = bytearray(path.read_bytes())
    place = raw.index(b"mdat") + 20_000
    raw[place : place + 3_000] = b"\xff" * 3_000
    path.write_bytes(raw)

    with caplog.at_level(logging.WARNING, "aligner"):
        samples = read_all(path)

    assert len(samples) / 16_000 == pytest.approx(8.0, abs=1.0)
    assert loud_from_to(samples)[1] == pytest.approx(8.0, abs=0.1)
    assert "a.m4a is damaged" in caplog.text


def test_a_file_cut_short_gives_what_is_there_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_sound(tmp_path / "a.m4a", [(0, tone(60.5))], options={"movflags": "faststart"})
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])

    with caplog.at_level(logging.WARNING, "aligner"):
        samples = read_all(path)

    assert len(samples) / 16_000 == pytest.approx(30.0, abs=3.0)
    assert "of the announced 1:00 are there" in caplog.text
    assert last(path) == pytest.approx(30_000, abs=3_000)


def test_a_file_cut_before_its_index_is_refused(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.m4a", [(0, tone(20))])
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(AudioError, match="no media file"):
        read_all(path)


def test_what_is_no_recording_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.mp3").write_bytes(b"")
    (tmp_path / "page.mp4").write_text("<!DOCTYPE html><title>Not found</title>" * 50)
    (tmp_path / "notes.txt").write_text("Séance du 12 juin à Montcléry-sur-Aulne\n" * 50, encoding="utf-8")
    write_sound(tmp_path / "silent-film.mkv", [], picture_s=2)
    messages = {}
    for name in ("missing.mp3", "empty.mp3", "page.mp4", "notes.txt", "silent-film.mkv", "."):
        with pytest.raises(AudioError) as caught:
            inspect_sound(tmp_path / name)
        error = pickle.loads(pickle.dumps(caught.value))
        assert error.hint
        messages[name] = error.message.replace(str(tmp_path), "…")
    assert messages == {
        "missing.mp3": "…/missing.mp3 is not there or is no file.",
        "empty.mp3": "…/empty.mp3 is empty.",
        "page.mp4": "…/page.mp4 is no media file that can be read.",
        "notes.txt": "…/notes.txt is no media file that can be read.",
        "silent-film.mkv": "…/silent-film.mkv has no sound in it.",
        ".": "… is not there or is no file.",
    }


def test_a_track_without_sound_in_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hollow.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
    with pytest.raises(AudioError, match="No sound can be read from"):
        read_all(path)


def test_a_recording_is_known_by_its_content(tmp_path: Path) -> None:
    one = write_sound(tmp_path / "one.wav", [(0, tone(1))], codec="pcm_s16le")
    (tmp_path / "two.wav").write_bytes(one.read_bytes())
    other = write_sound(tmp_path / "other.wav", [(0, tone(1, hertz=441))], codec="pcm_s16le")
    assert sound_hash(one) == sound_hash(tmp_path / "two.wav")
    assert sound_hash(one) != sound_hash(other)


def test_the_sample_session_lasts_as_long_as_its_script_says() -> None:
    video = ROOT / "media" / "generic_conseil-2025-06-12-8d69b5f0" / "video.mp4"
    assert len(read_all(video)) // 16 == last(video) == 464_000


@pytest.mark.corpus
def test_the_length_of_real_recordings() -> None:
    assert last(CORPUS / "short" / "ej-fra" / "ej-fra.m4a") == 34_133
    assert last(CORPUS / "reading" / "session.opus") == 6_707_811


def siren(seconds: float, rate: int = 48_000) -> Wave:
    """A tone that rises and falls, never twice in the same way: each moment is like no other."""
    time = np.arange(round(seconds * rate)) / rate
    pitch = 400 + 200 * np.sin(time * 1.7) + 150 * np.sin(time * 0.31) + time
    return (0.4 * np.sin(2 * np.pi * np.cumsum(pitch) / rate)).astype(np.float32)


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.m4a", "aac"), ("a.webm", "libopus"), ("a.opus", "libopus"), ("a.mp3", "mp3"), ("a.wav", "pcm_s16le")],
)
def test_any_part_is_the_same_whatever_was_read_before(tmp_path: Path, name: str, codec: str) -> None:
    path = write_sound(tmp_path / name, [(0, siren(200))], codec=codec)
    sound = Sound(path)
    first = sound.read((170_000, 185_000))
    across = sound.read((50_000, 130_000))
    again = sound.read((0, 10_000))
    assert len(first) == 15 * 16_000
    assert np.array_equal(sound.read((170_000, 185_000)), first)
    whole = read_all(path)
    for samples, at in ((first, 170_000), (across, 50_000), (again, 0)):
        assert np.array_equal(samples, whole[at * 16 : at * 16 + len(samples)])


@pytest.mark.parametrize(("name", "codec"), [("a.m4a", "aac"), ("a.webm", "libopus"), ("a.opus", "libopus")])
def test_a_jump_ends_where_reading_on_comes_to(
    tmp_path: Path, name: str, codec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_sound(tmp_path / name, [(0, siren(130))], codec=codec)
    jumped = read_all(path)
    monkeypatch.setattr(audio, "EXACT", ())
    read_on = read_all(path)
    assert len(jumped) == len(read_on)
    for start in (20 * 16_000, 100 * 16_000, 121 * 16_000):
        ours, theirs = jumped[start : start + 32_000], read_on[start : start + 32_000]
        fits = [float(np.dot(ours[50:-50], theirs[50 + k : len(theirs) - 50 + k])) for k in range(-40, 41)]
        assert abs(int(np.argmax(fits)) - 40) <= 16  # samples, a thousandth of a second: what WebM rounds times to


def test_four_hours_take_no_more_memory_than_one(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from aligner.sound.audio import Sound\n"
        "sound = Sound(Path(sys.argv[1]))\n"
        "for start in range(0, sound.duration_ms, 600_000):\n"
        "    sound.read((start, start + 600_000))\n"
        "status = open('/proc/self/status').read()\n"
        "print(next(line.split()[1] for line in status.splitlines() if line.startswith('VmHWM')))\n"
    )
    peaks = []
    for hours in (1, 4):
        path = tmp_path / f"{hours}.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
            file.writeframes(bytes(32_000 * 3_600 * hours))
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run([sys.executable, "-c", script, str(path)], env=environment, stdout=-1, check=True)
        peaks.append(int(done.stdout) / 1024)
    assert peaks[1] < peaks[0] + 30
