"""Reading sound: the recording's own clock is kept, and what is no recording is refused in one sentence."""

from __future__ import annotations

import logging
import pickle
import wave
from pathlib import Path

import numpy as np
import pytest

from aligner.errors import AudioError
from aligner.sound.audio import decode, inspect_sound, read_duration_ms, sound_hash
from tests.conftest import CORPUS, ROOT
from tests.sound.sounds import loud_from_to, silence, tone, write_sound


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

    samples = decode(path)

    assert samples.dtype == np.float32
    assert samples.ndim == 1
    assert len(samples) / 16_000 == pytest.approx(4.0, abs=0.1)
    assert loud_from_to(samples) == pytest.approx((1.0, 3.0), abs=0.07)
    assert float(np.abs(samples[24_000:40_000]).max()) == pytest.approx(0.5, abs=0.05)
    assert read_duration_ms(path) == pytest.approx(4000, abs=100)


def test_both_channels_of_stereo_are_heard(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.m4a", [(0, tone(1))], layout="stereo")
    assert float(np.abs(decode(path)).max()) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("name", ["late.mkv", "late.mp4"])
def test_sound_that_begins_after_the_picture_keeps_its_moment(tmp_path: Path, name: str) -> None:
    path = write_sound(tmp_path / name, [(2.0, tone(1))], picture_s=4)
    assert loud_from_to(decode(path)) == pytest.approx((2.0, 3.0), abs=0.05)


def test_a_gap_in_the_sound_does_not_move_what_follows(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "gap.mkv", [(0, tone(1)), (5.0, tone(1, hertz=880))], codec="pcm_s16le")

    samples = decode(path)

    assert loud_from_to(samples) == pytest.approx((0.0, 6.0), abs=0.05)
    assert float(np.abs(samples[20_000:75_000]).max()) == 0.0


def test_a_damaged_stretch_costs_its_own_sound_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_sound(tmp_path / "a.m4a", [(0, tone(8))])
    raw = bytearray(path.read_bytes())
    place = raw.index(b"mdat") + 20_000
    raw[place : place + 3_000] = b"\xff" * 3_000
    path.write_bytes(raw)

    with caplog.at_level(logging.WARNING, "aligner"):
        samples = decode(path)

    assert len(samples) / 16_000 == pytest.approx(8.0, abs=1.0)
    assert loud_from_to(samples)[1] == pytest.approx(8.0, abs=0.1)
    assert "a.m4a is damaged" in caplog.text


def test_a_file_cut_short_gives_what_is_there_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_sound(tmp_path / "a.m4a", [(0, tone(60.5))], options={"movflags": "faststart"})
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])

    with caplog.at_level(logging.WARNING, "aligner"):
        samples = decode(path)

    assert len(samples) / 16_000 == pytest.approx(30.0, abs=3.0)
    assert "of the announced 1:00 are there" in caplog.text
    assert read_duration_ms(path) == pytest.approx(30_000, abs=3_000)


def test_a_file_cut_before_its_index_is_refused(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.m4a", [(0, tone(20))])
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(AudioError, match="no media file"):
        decode(path)


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
        decode(path)


def test_a_recording_is_known_by_its_content(tmp_path: Path) -> None:
    one = write_sound(tmp_path / "one.wav", [(0, tone(1))], codec="pcm_s16le")
    (tmp_path / "two.wav").write_bytes(one.read_bytes())
    other = write_sound(tmp_path / "other.wav", [(0, tone(1, hertz=441))], codec="pcm_s16le")
    assert sound_hash(one) == sound_hash(tmp_path / "two.wav")
    assert sound_hash(one) != sound_hash(other)


def test_the_sample_session_lasts_as_long_as_its_script_says() -> None:
    video = ROOT / "media" / "generic_conseil-2025-06-12-8d69b5f0" / "video.mp4"
    assert len(decode(video)) // 16 == read_duration_ms(video) == 464_000


@pytest.mark.corpus
def test_the_length_of_real_recordings() -> None:
    assert read_duration_ms(CORPUS / "short" / "ej-fra" / "ej-fra.m4a") == 34_133
    assert read_duration_ms(CORPUS / "reading" / "session.opus") == 6_707_811
