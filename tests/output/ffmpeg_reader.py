"""Reads a subtitle file with ffmpeg's own demuxers and decoders, through PyAV."""

from __future__ import annotations

import io
from typing import Any

import av

_DEMUXERS = {"vtt": "webvtt"}


def read_with_ffmpeg(text: str, name: str) -> list[tuple[int, int, str]]:
    """Beginning, end (ms) and text of each cue of a file in the format of this name."""
    cues = []
    container: Any = av.open(io.BytesIO(text.encode()), format=_DEMUXERS.get(name, name))
    with container:
        for packet in container.demux(container.streams[0]):
            if packet.size:
                start, length = (round(time * packet.time_base * 1000) for time in (packet.pts, packet.duration))
                shown = "\n".join(_plain(rect.ass.decode()) for rect in packet.decode())
                cues.append((start, start + length, shown))
    return cues


def _plain(event: str) -> str:
    """The text of an event in ffmpeg's inner form, as libass shows it; SubRip's braces ffmpeg passes on as they are."""
    text = event.split(",", 8)[8].replace("\\N", "\n")
    return text.replace("\\{{}", "{").replace("\u2060", "")
