"""Waveforms: peaks where the sound is, decoded once, and never those of another file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from aligner.sound.audio import Sound
from aligner.sound.peaks import FOLDER, STEP_MS, read_peaks
from tests.sound.sounds import silence, tone, write_sound, write_wav

KEY = "0123456789abcdef" * 4
RATE = 16_000
LOUD = round(255 * 0.5**0.5)


@pytest.fixture
def spoken(tmp_path: Path) -> Sound:
    """130 seconds: one second of sound from 1:02 on."""
    parts = [silence(62, RATE), tone(1, RATE), silence(67, RATE)]
    return Sound(write_wav(tmp_path / "spoken.wav", np.concatenate(parts)))


def test_peaks_stand_where_the_sound_is(spoken: Sound, tmp_path: Path) -> None:
    peaks = read_peaks(spoken, KEY, tmp_path, (61_000, 64_000))
    assert len(peaks) == 3_000 // STEP_MS
    assert set(peaks[:50]) == set(peaks[100:]) == {0}
    assert all(abs(peak - LOUD) <= 1 for peak in peaks[50:100])


def test_a_span_across_minutes_is_as_one_and_ends_with_the_recording(spoken: Sound, tmp_path: Path) -> None:
    whole = read_peaks(spoken, KEY, tmp_path, (0, 200_000))
    assert len(whole) == 130_000 // STEP_MS
    assert read_peaks(spoken, KEY, tmp_path, (59_990, 62_500)) == whole[2_999:3_125]
    assert read_peaks(spoken, KEY, tmp_path, (130_000, 140_000)) == b""
    assert read_peaks(spoken, KEY, tmp_path, (-3_000, 1_000)) == whole[:50]


def test_a_minute_is_decoded_once(spoken: Sound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read_peaks(spoken, KEY, tmp_path, (61_000, 64_000))
    assert [path.name for path in (tmp_path / FOLDER / KEY[:16]).iterdir()] == ["1.peaks"]

    def never(*_: object) -> None:
        raise AssertionError("decoded again")

    monkeypatch.setattr(Sound, "read", never)
    assert read_peaks(spoken, KEY, tmp_path, (61_000, 64_000)) == first
    with pytest.raises(AssertionError, match="decoded again"):  # another file's peaks are another's
        read_peaks(spoken, KEY[::-1], tmp_path, (61_000, 64_000))


def test_a_file_without_exact_jumps_is_read_through_once(tmp_path: Path) -> None:
    wave = np.concatenate([silence(62, 48_000), tone(1), silence(67, 48_000)])
    sound = Sound(write_sound(tmp_path / "spoken.mp3", [(0, wave)], codec="libmp3lame"))
    assert not sound.jumps
    peaks = read_peaks(sound, KEY, tmp_path, (122_000, 123_000))
    assert max(peaks) <= 8
    made = {path.name: path.stat().st_mtime_ns for path in (tmp_path / FOLDER / KEY[:16]).iterdir()}
    assert made.keys() == {"0.peaks", "1.peaks", "2.peaks"}
    loud = read_peaks(sound, KEY, tmp_path, (62_200, 62_800))
    assert all(abs(peak - LOUD) <= 8 for peak in loud)
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / FOLDER / KEY[:16]).iterdir()} == made
