"""Subtitle tracks inside MP4 and Matroska files, packet by packet.

Used by `cut` and `mux`. FFmpeg's encoders for text are there to describe the track only; the samples are written here:
3GPP TS 26.245 (§5.17) for MP4, a 16-bit length and UTF-8, and bare UTF-8 for Matroska. Verified by reading back.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

from av import Packet
from av.stream import Disposition

from aligner.model import Cue
from aligner.output.formats.srt import guard_srt

LANGUAGE = "fra"
"""ISO 639-2, as both containers want it."""
MP4_TEXT, MATROSKA_TEXT = "mov_text", "subrip"
"""The codecs of text in the two containers, by FFmpeg's names."""
MS = Fraction(1, 1000)

_STYLE = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, BackColour, Alignment
Style: Default,Serif,16,&Hffffff,&H0,2

[Events]
Format: Layer, Start, End, Style, Text
"""
"""The look that the encoders want told: white letters below the picture. Players use their own."""


@dataclass(frozen=True, slots=True)
class TextTrack:
    """One subtitle track: what players call it, and its cues in order of time."""

    name: str
    cues: Sequence[Cue]


def add_track(output: Any, track: TextTrack, *, shown: bool) -> Any:
    """Add an empty subtitle track to an MP4 or Matroska file that is being made; `shown` without being asked for."""
    stream = output.add_stream(MP4_TEXT if "mp4" in output.format.name else MATROSKA_TEXT)
    stream.codec_context.subtitle_header = _STYLE
    stream.time_base = MS
    stream.codec_context.time_base = MS
    stream.metadata["language"] = LANGUAGE
    stream.metadata["title"] = stream.metadata["handler_name"] = track.name
    stream.disposition = Disposition.default.value if shown else 0
    return stream


def make_packets(stream: Any, track: TextTrack, zero_ms: int = 0) -> Iterator[Any]:
    """The packets of a track, `zero_ms` being the time of the file that its players call 0:00."""
    for cue in track.cues:
        packet: Any = Packet(_sample(cue, stream.codec_context.name))
        packet.stream, packet.time_base = stream, MS
        packet.pts = packet.dts = zero_ms + cue.start_ms
        packet.duration = cue.end_ms - cue.start_ms
        packet.is_keyframe = True
        yield packet


def read_texts(container: Any, stream: Any) -> list[tuple[int, int, str]]:
    """The cues of a track as a file has them: start, end (ms of the file's clock) and text, by time."""
    cues = []
    for packet in container.demux(stream):
        text = text_of(packet)
        if packet.pts is not None and text:
            start = round(packet.pts * packet.time_base * 1000)
            cues.append((start, start + round((packet.duration or 0) * packet.time_base * 1000), text))
    return cues


def text_of(packet: Any) -> str:
    """The words of a packet; empty for the samples that MP4 has between two cues."""
    raw = bytes(packet)
    if packet.stream.codec_context.name == MP4_TEXT:
        raw = raw[2 : 2 + int.from_bytes(raw[:2], "big")]
    return raw.decode(errors="replace")


def switch_off(path: Path, tracks: Sequence[int]) -> None:
    """Let these tracks of an MP4 file, by number, be off until a viewer asks: FFmpeg always switches one on.

    Clears the bit `track_enabled` of their headers (ISO/IEC 14496-12, §8.3.2), in place.
    """
    with path.open("r+b") as file:
        movie = next((box for box in _boxes(file, 0, path.stat().st_size) if box[0] == b"moov"), None)
        traks = [box for box in _boxes(file, *movie[1:]) if box[0] == b"trak"] if movie else []
        for number in tracks:
            for name, start, _ in list(_boxes(file, *traks[number][1:])):
                if name == b"tkhd":
                    file.seek(start + 3)
                    flags = file.read(1)[0]
                    file.seek(start + 3)
                    file.write(bytes([flags & ~1]))


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two places of a file: name, and where their content begins and ends."""
    while start + 8 <= end:
        file.seek(start)
        size, name = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            size, head = struct.unpack(">Q", file.read(8))[0], 16
        if size < head:  # 0: to the end of the file
            size = end - start
        yield name, start + head, start + size
        start += size


def write_text(cue: Cue, codec: str) -> str:
    """A cue's text as a track of this codec keeps it: in Matroska players read SubRip's markup (`<b>`)."""
    text = "\n".join(cue.lines)
    return text if codec == MP4_TEXT else guard_srt(text)


def _sample(cue: Cue, codec: str) -> bytes:
    raw = write_text(cue, codec).encode()
    return struct.pack(">H", len(raw)) + raw if codec == MP4_TEXT else raw
