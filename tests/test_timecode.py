from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.timecode import format_clock, format_french, format_srt, format_vtt, parse_time


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("9825", 9_825_000),
        ("27s", 27_000),
        ("1h2m3s", 3_723_000),
        ("1h02m", 3_720_000),
        ("2m", 120_000),
        ("1.5", 1_500),
        ("0", 0),
        ("12:05", 725_000),
        ("1:02:03", 3_723_000),
        ("00:01:02,345", 62_345),
        ("00:01:02.3", 62_300),
        (" 27S ", 27_000),
    ],
)
def test_reads_the_ways_people_write_times(text: str, ms: int) -> None:
    assert parse_time(text) == ms


@pytest.mark.parametrize("text", ["", "h", "abc", "12:", "1h2x", "-5", "1:2:3:4", "٣٤"])
def test_anything_else_is_no_time(text: str) -> None:
    assert parse_time(text) is None


def test_writes_times_for_readers_subtitles_and_screen_readers() -> None:
    assert [format_clock(ms) for ms in (0, 27_999, 725_000, 3_723_000)] == ["0:00", "0:27", "12:05", "1:02:03"]
    assert format_srt(62_345) == "00:01:02,345"
    assert format_vtt(360_062_345) == "100:01:02.345"
    assert [format_french(ms) for ms in (0, 60_000, 5_025_000)] == ["0 s", "1 min 0 s", "1 h 23 min 45 s"]


@given(st.integers(min_value=0, max_value=10**9))
def test_subtitle_times_read_back_to_the_millisecond(ms: int) -> None:
    assert parse_time(format_srt(ms)) == ms
    assert parse_time(format_vtt(ms)) == ms
