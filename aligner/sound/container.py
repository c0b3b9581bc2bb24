"""Look into a fetched file and, where a browser asks for it, put its streams into an MP4.

Helper of the fetching step: tells what a file really holds (whatever its name says) and how long it
really is, so that a truncated download is not taken for a whole one. Nothing is decoded or encoded, and
PyAV brings FFmpeg's libraries along, so that no system ffmpeg is needed.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aligner.errors import AudioError
from aligner.store import disk_error

_TAIL_US = 10_000_000  # how long before the announced end reading starts, in AV_TIME_BASE units

_EXTENSIONS = {
    "aac": "aac",
    "avi": "avi",
    "flac": "flac",
    "flv": "flv",
    "mp3": "mp3",
    "mpegts": "ts",
    "ogg": "ogg",
    "wav": "wav",
}


@dataclass(frozen=True, slots=True)
class Contents:
    """What a media file holds. Times are None where they cannot be told."""

    duration_ms: int | None
    """How long it lasts in truth."""
    claimed_ms: int | None
    """How long its own header says, where headers can be trusted (MP4)."""
    has_sound: bool
    has_picture: bool
    extension: str
    """The usual file name ending of what it is, without the dot: `m4a`, `mp4`, `webm`, `ogg`, `ts`…"""


def inspect(path: Path) -> Contents:
    """Read a file's streams and its true length: the end of its last packet, not what its header claims.

    An MP4 cut after its header still announces its full length; the packets tell. Raises `AudioError` when the file
    is no media file.
    """
    import av

    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            sound = next(iter(container.streams.audio), None)
            picture = find_picture(container)
            stream = sound or picture
            return Contents(
                duration_ms=_measure(container, stream) if stream else None,
                claimed_ms=_claim(container, stream) if stream else None,
                has_sound=sound is not None,
                has_picture=picture is not None,
                extension=_extension(container, picture is not None),
            )
    except (av.FFmpegError, OSError) as error:
        raise AudioError(f"{path} is no media file that can be read.") from error


def put_into_mp4(sources: list[Path], target: Path) -> None:
    """Copy the first picture and the first sound found in `sources` into a new MP4, without encoding anything.

    Each source's own start becomes 0. Raises `AudioError` when they cannot stand in an MP4, `DiskError`.
    """
    import av

    try:
        with ExitStack() as stack:
            inputs = [stack.enter_context(av.open(str(path), metadata_errors="ignore")) for path in sources]
            output = stack.enter_context(av.open(str(target), "w", format="mp4"))
            chosen = _choose_streams(inputs, output)
            packets = [_shifted_packets(container, chosen) for container in inputs]
            for packet in heapq.merge(*packets, key=lambda packet: packet.dts * packet.time_base):
                output.mux(packet)
    except OSError as error:
        raise disk_error(target, error) from error
    except (av.FFmpegError, ValueError) as error:
        raise AudioError(f"{target} could not be made: {error}.") from error


def find_picture(container: Any) -> Any | None:
    """The first moving picture of an opened file; None when it has none, or only a cover."""
    from av.stream import Disposition

    moving = (stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic)
    return next(moving, None)


def _measure(container: Any, stream: Any) -> int | None:
    """Find the end of the last packet, in ms from the stream's start."""
    start = stream.start_time or 0
    end = None
    if container.duration:
        container.seek(max(0, container.duration - _TAIL_US) + (container.start_time or 0))
        end = _last_end(container, stream)
    if end is None:
        container.seek(container.start_time or 0)
        end = _last_end(container, stream)
    return None if end is None else round((end - start) * stream.time_base * 1000)


def _claim(container: Any, stream: Any) -> int | None:
    """Read the length from an MP4's header; elsewhere FFmpeg guesses it from the size, which proves nothing."""
    if "mp4" not in container.format.name or not stream.duration:
        return None
    length: int = round(stream.duration * stream.time_base * 1000)
    return length


def _last_end(container: Any, stream: Any) -> int | None:
    import av

    end: int | None = None
    try:
        for packet in container.demux(stream):
            if packet.pts is not None:
                end = max(end or 0, packet.pts + (packet.duration or 0))
    except (av.FFmpegError, OSError):
        pass  # cut in the middle of a packet: what came before it counts
    return end


def _extension(container: Any, has_picture: bool) -> str:
    name: str = container.format.name
    if "mp4" in name:
        return "mp4" if has_picture else "m4a"
    if "webm" in name:
        codecs = {stream.codec_context.name for stream in container.streams if stream.codec_context}
        return "webm" if codecs <= {"vp8", "vp9", "libdav1d", "av1", "opus", "vorbis"} else "mkv"
    return _EXTENSIONS.get(name, "bin")


def _choose_streams(inputs: list[Any], output: Any) -> dict[Any, Any]:
    """Map each stream that is wanted to its new place."""
    pictures = (stream for container in inputs if (stream := find_picture(container)))
    sounds = (stream for container in inputs for stream in container.streams.audio)
    wanted = [stream for stream in (next(pictures, None), next(sounds, None)) if stream is not None]
    return {stream: output.add_stream_from_template(stream) for stream in wanted}


def _shifted_packets(container: Any, chosen: dict[Any, Any]) -> Iterator[Any]:
    import av

    streams = [stream for stream in chosen if stream.container is container]
    for packet in container.demux(streams) if streams else ():
        if packet.dts is None:
            continue  # the empty packet that ends a stream
        shift = round((container.start_time or 0) / av.time_base / packet.time_base)
        packet.dts -= shift
        packet.pts = None if packet.pts is None else packet.pts - shift
        packet.stream = chosen[packet.stream]
        yield packet
