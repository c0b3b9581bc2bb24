"""Whole milliseconds to and from the ways people write times.

Used everywhere: links ("27s", "1h02m3s"), subtitles ("00:01:02,345"), pages ("1:02:03").
Nothing here knows what the time is of.
"""

from __future__ import annotations

import re

_UNITS = re.compile(r"^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?$", re.IGNORECASE | re.ASCII)
_CLOCK = re.compile(r"^(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?$", re.ASCII)


def parse_time(text: str) -> int | None:
    """Read "9825", "27s", "1h2m3s", "1:02:03" or "00:01:02,345" as milliseconds; None when it is none of these."""
    text = text.strip()
    if clock := _CLOCK.match(text):
        hours, minutes, seconds, fraction = clock.groups()
        whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
        return whole * 1000 + int((fraction or "0").ljust(3, "0"))
    units = _UNITS.match(text)
    if not text or not units or not any(units.groups()):
        return None
    hours, minutes, seconds = units.groups()
    return int(hours or 0) * 3_600_000 + int(minutes or 0) * 60_000 + round(float(seconds or 0) * 1000)


def _split(ms: int) -> tuple[int, int, int, int]:
    seconds, rest = divmod(max(0, ms), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return hours, minutes, seconds, rest


def format_clock(ms: int) -> str:
    """Write a time for readers: "0:27", "12:05", "1:02:03" (whole seconds, rounded down)."""
    hours, minutes, seconds, _ = _split(ms)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def format_moment(ms: int) -> str:
    """Write a time exactly, as short as it goes: "0:27", "12:05.4", "1:02:03.45"; `parse_time` reads it back."""
    fraction = f"{_split(ms)[3]:03}".rstrip("0")
    return format_clock(ms) + (f".{fraction}" if fraction else "")


def format_srt(ms: int) -> str:
    """Write a time as SubRip does: "00:01:02,345"."""
    hours, minutes, seconds, rest = _split(ms)
    return f"{hours:02}:{minutes:02}:{seconds:02},{rest:03}"


def format_vtt(ms: int) -> str:
    """Write a time as WebVTT does: "00:01:02.345"."""
    return format_srt(ms).replace(",", ".")


def format_french(ms: int) -> str:
    """Write a time in words for screen readers: "1 h 23 min 45 s"."""
    hours, minutes, seconds, _ = _split(ms)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes) + [f"{seconds} s"]
    return " ".join(parts)
