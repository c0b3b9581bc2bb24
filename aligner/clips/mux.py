"""Put subtitle tracks into a copy of a local recording, without encoding its picture or sound again.

Beside clips: the packets of the recording are copied as they are, and what was written is read back before it gets its
name: the same packets, the same times, and every cue with its text. Tracks are off until a viewer asks for them.
"""

from __future__ import annotations

import hashlib
import heapq
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from av.stream import Disposition

from aligner.clips.make import TRACK
from aligner.clips.moment import Document, file_of, local_recording
from aligner.clips.timed_text import (
    MATROSKA_TEXT,
    MP4_TEXT,
    TextTrack,
    add_track,
    make_packets,
    read_texts,
    switch_off,
    text_of,
    write_text,
)
from aligner.errors import AlignerError, AudioError, UsageError
from aligner.export import finished_alignments
from aligner.output.cues import build_cues
from aligner.store import Workspace, disk_error, made_whole

_COPIED = ("video", "audio", "subtitle")
_OPTIONS = {"mp4": {"movflags": "+faststart"}, "matroska": {"default_mode": "infer_no_subs"}}
_ENDINGS = {"mp4": ".mp4", "matroska": ".mkv"}
_ROUNDING_MS = 1
"""Matroska counts in milliseconds."""


@dataclass(frozen=True, slots=True)
class _Copied:
    """What a stream holds, to be compared: the hash of its packets, and their times in seconds."""

    digest: str
    times: array[float]


def mux_posts(workspace: Workspace, slugs: Sequence[str], out: Path) -> Iterator[Path]:
    """For each of these posts, or all, and each recording it was placed in: a copy with the published text as a track.

    Yields each path written: `<slug>.mp4` or `.mkv`, numbered as the subtitle files are where there are several. Of
    all posts, those whose recording is not here are left out. Raises `AlignerError` where that leaves nothing or the
    recording of a post that was named is not here, and what `add_subtitles` raises.
    """
    done = 0
    for document in finished_alignments(workspace, slugs):
        for number, media_id, cues in _tracks(document):
            try:
                source = file_of(workspace, local_recording(workspace, document, media_id))
            except AlignerError:
                if slugs:
                    raise
                continue
            target = out / f"{document['post']['slug']}{number}{_ENDINGS[container_for(source)]}"
            add_subtitles(source, target, [TextTrack(TRACK, cues)])
            done += 1
            yield target
    if not done:
        raise AlignerError(
            f"No recording of the posts lies in {workspace.media}, with words of a post in it.",
            "Keep copies with `align --keep-video`.",
        )


def _tracks(document: Document) -> Iterator[tuple[str, str, Any]]:
    tracks = [(media_id, cues) for media_id in document["media"] if (cues := build_cues(document, media_id))]
    for number, (media_id, cues) in enumerate(tracks, start=1):
        yield f".{number}" if len(tracks) > 1 else "", media_id, cues


def container_for(source: Path) -> str:
    """The container that takes a recording's streams with subtitles: `mp4` or `matroska` (WebM becomes Matroska).

    Raises `AudioError` for a file that is neither.
    """
    try:
        with _open(source) as container:
            names = container.format.name.split(",")
    except (av.FFmpegError, OSError) as error:
        raise AudioError(f"{source} is no media file that can be read.") from error
    found = next((name for name in _ENDINGS if name in names), None)
    if found is None:
        raise AudioError(
            f"{source} is neither MP4 nor Matroska, so it cannot take subtitle tracks.",
            "Export the subtitles as files instead: `aligner export`.",
        )
    return found


def add_subtitles(source: Path, target: Path, tracks: Sequence[TextTrack]) -> None:
    """Write a copy of `source` to `target`, with these tracks after its own streams, and check it.

    Raises `UsageError` when `target` is there already, `AudioError` when the streams cannot be copied, `DiskError`, and
    `AlignerError` when reading back shows anything but what was meant; then nothing is written.
    """
    form = container_for(source)
    if target.exists():
        raise UsageError(f"{target} is there already and is never written over.", "Remove it, or give another --out.")
    with made_whole(target) as temporary:
        try:
            _copy(source, temporary, form, tracks)
            _check(source, temporary, form, tracks)
        except OSError as error:
            raise disk_error(target, error) from error
        except (av.FFmpegError, ValueError) as error:
            raise AudioError(f"{source} could not be copied: {error}.") from error


def _copy(source: Path, target: Path, form: str, tracks: Sequence[TextTrack]) -> None:
    with _open(source) as container, av.open(str(target), "w", format=form, options=_OPTIONS[form]) as output:
        output.metadata.update(container.metadata)
        output.set_chapters(container.chapters())
        chosen = {stream.index: _add_copy(output, stream) for stream in _media_streams(container)}
        added = [(add_track(output, track, shown=False), track) for track in tracks]
        zero_ms = _zero_ms(container)
        packets: list[Iterator[Any]] = [make_packets(stream, track, zero_ms) for stream, track in added]
        packets.append(_moved(container, chosen))
        for packet in heapq.merge(*packets, key=lambda packet: packet.dts * packet.time_base):
            output.mux(packet)
        silent = [stream.index for stream in output.streams.subtitles if not stream.disposition & Disposition.default]
    if form == "mp4":
        switch_off(target, silent)


def _add_copy(output: Any, stream: Any) -> Any:
    # `opaque`: described by what was read; the encoder of that name need not exist here.
    copy = output.add_stream_from_template(stream, opaque=True)
    copy.metadata.update(stream.metadata)
    copy.disposition = stream.disposition.value
    return copy


def _moved(container: Any, chosen: dict[int, Any]) -> Iterator[Any]:
    """The recording's packets in the order of the file. They are nearly, not wholly, in the order of their times."""
    waiting: dict[int, list[Any]] = {index: [] for index in chosen}
    for packet in container.demux(_media_streams(container)):
        index = packet.stream.index
        if packet.dts is None and packet.pts is None:
            continue  # the empty packet that ends a stream
        if packet.stream.type == "subtitle" and not text_of(packet):
            continue  # an empty sample between two cues: the new file gets its own
        packet.stream = chosen[index]
        if packet.dts is None:
            waiting[index].append(packet)
            continue
        yield from _give_dts(waiting.pop(index, ()), packet.dts)
        waiting[index] = []
        yield packet
    for packets in waiting.values():
        yield from _give_dts(packets, min((packet.pts for packet in packets), default=0))


def _give_dts(packets: Sequence[Any], first_known: int) -> Iterator[Any]:
    """Matroska keeps no decoding times, and FFmpeg cannot guess the first ones. They must rise, and are not kept."""
    for number, packet in enumerate(packets):
        packet.dts = min(first_known, *(other.pts for other in packets)) - len(packets) + number
        yield packet


def _check(source: Path, target: Path, form: str, tracks: Sequence[TextTrack]) -> None:
    with _open(source) as before, _open(target) as after:
        zero_ms = _zero_ms(before)
        if not _are_alike(_read_copied(before), _read_copied(after)):
            raise AlignerError(f"The copy of {source} does not hold the same picture and sound, so it was not kept.")
    meant = [_read_cues(source, number) for number in range(_count_subtitles(source))]
    codec = MP4_TEXT if form == "mp4" else MATROSKA_TEXT
    meant += [
        [(zero_ms + cue.start_ms, zero_ms + cue.end_ms, write_text(cue, codec)) for cue in track.cues]
        for track in tracks
    ]
    if [_read_cues(target, number) for number in range(_count_subtitles(target))] != meant:
        raise AlignerError(f"The subtitles in the copy of {source} are not those that were meant.")


def _count_subtitles(path: Path) -> int:
    with _open(path) as container:
        return len(container.streams.subtitles)


def _read_cues(path: Path, number: int) -> list[tuple[int, int, str]]:
    with _open(path) as container:
        return read_texts(container, container.streams.subtitles[number])


def _read_copied(container: Any) -> list[_Copied]:
    """What the streams of picture and sound hold, in their order."""
    streams = [stream for stream in container.streams if stream.type in ("video", "audio")]
    hashes = {stream.index: hashlib.sha256() for stream in streams}
    times = {stream.index: array("d") for stream in streams}
    for packet in container.demux(streams):
        time = packet.dts if packet.pts is None else packet.pts
        if time is None:
            continue
        raw = bytes(packet)
        hashes[packet.stream.index].update(len(raw).to_bytes(8, "big") + bytes([packet.is_keyframe]) + raw)
        times[packet.stream.index].append(float(time * packet.time_base))
    return [_Copied(hashes[stream.index].hexdigest(), times[stream.index]) for stream in streams]


def _are_alike(old: Sequence[_Copied], new: Sequence[_Copied]) -> bool:
    return [(one.digest, len(one.times)) for one in old] == [(one.digest, len(one.times)) for one in new] and all(
        abs(before - after) * 1000 <= _ROUNDING_MS
        for one, other in zip(old, new, strict=True)
        for before, after in zip(one.times, other.times, strict=True)
    )


def _media_streams(container: Any) -> list[Any]:
    return [stream for stream in container.streams if stream.type in _COPIED]


def _zero_ms(container: Any) -> int:
    return round(max(0, container.start_time or 0) * 1000 / av.time_base)


def _open(path: Path) -> Any:
    return av.open(str(path), metadata_errors="ignore")
