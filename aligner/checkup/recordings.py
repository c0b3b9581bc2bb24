"""Whether the recordings' folders hold what their records say, whole, and what the alignments were made from.

Part of the check of a workspace. Every kept sound is looked into, which takes some hundredths of a second each; with
`deep` it is hashed, too, and every transcript is read to its end.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from aligner.checkup.findings import Area, Finding, Level
from aligner.checkup.workspace import Files
from aligner.errors import AlignerError
from aligner.model import Media
from aligner.sound.container import inspect
from aligner.sound.fetch import INFO, load_known
from aligner.standing.files import Filed
from aligner.standing.sounds import LEAST_SHORT_MS, SHORT_SHARE
from aligner.standing.waits import align_again
from aligner.store import hash_file, read_json
from aligner.timecode import format_clock
from aligner.transcript_file import FOLDER, load_transcript

UNFINISHED = "fetching-"
"""Begins the names of downloads that the next run goes on with."""
_RECORDS = {FOLDER, "heard", ".lock"}
"""What a recording's folder may hold without a record: captions that were given stand for it."""
_HEAD, _TAIL = 2_000, 20


def examine_recordings(files: Files, *, deep: bool) -> Iterator[Finding]:
    """Look at every folder below media/."""
    named = _named_folders(files)
    for folder in sorted(path for path in files.workspace.media.glob("*/") if not path.name.startswith(".")):
        media_id = named.get(folder.name)
        yield from _examine_folder(files, folder, media_id)
        yield from _examine_transcripts(files, folder, media_id, deep=deep)
        if deep and media_id:
            yield from _examine_hash(files, folder, media_id)


def _named_folders(files: Files) -> dict[str, str]:
    """The folders of the recordings that posts link or stand on, with their media ids."""
    ids = [media_id for one in files.filed if one.origin for media_id in one.origin.heard]
    ids += [link.media_id for one in files.filed if one.sketch for link in one.sketch.links]
    return {files.workspace.media_folder(media_id).name: media_id for media_id in ids}


def _examine_folder(files: Files, folder: Path, media_id: str | None) -> Iterator[Finding]:
    if not (folder / INFO).is_file():
        yield from _examine_bare(files, folder, media_id)
        return
    record = _read_record(folder)
    if record is None:
        state = f"The record {folder.name}/{INFO} is damaged, so nothing in that folder is used."
        yield _fault("broken record", state, _again(files, media_id, "Fetch the recording again"), folder / INFO)
        return
    owner = files.workspace.media_folder(str(record.get("id"))).name
    if owner != folder.name:
        state = f"{folder.name}/{INFO} tells of another recording, {record.get('id')}."
        yield _fault("record of another", state, f"Rename the folder to {owner}, or correct the id in {INFO}.", folder)
        return
    media = load_known(folder)
    if media is None:
        state = f"The record {folder.name}/{INFO} lacks what a record must say (docs/formats.md)."
        yield _fault("broken record", state, _again(files, media_id, "Fetch the recording again"), folder / INFO)
        return
    yield from _examine_sound(files, folder, media, record)
    if media_id is None:
        state = f"No post links {media.title or media.id} ({_size(folder) / 1e6:.0f} MB); it can still be searched."
        cure = f"If you no longer want it: {shlex.join(['rm', '-r', str(folder)])}"
        yield Finding(Area.WORKSPACE, "recording without a post", Level.NOTE, state, cure, str(folder))


def _examine_bare(files: Files, folder: Path, media_id: str | None) -> Iterator[Finding]:
    names = {path.name for path in folder.iterdir()}
    if any(name.startswith(UNFINISHED) for name in names):
        state = f"The download into {folder.name} is not finished."
        cure = _again(files, media_id, "Go on with it")
        yield Finding(Area.WORKSPACE, "unfinished download", Level.NOTE, state, cure, str(folder))
    elif names - _RECORDS:
        state = f"{folder.name} has no {INFO}, so nothing in it is used."
        yield _fault("recording without a record", state, _again(files, media_id, "Fetch it again"), folder)


def _examine_sound(files: Files, folder: Path, media: Media, record: Mapping[str, Any]) -> Iterator[Finding]:
    named = [name for key in ("audio", "video") if (name := record.get(key))]
    there = [name for name in (media.audio, media.video) if name]
    if named and not there:
        elsewhere = Path(named[0]).is_absolute()
        state = f"{folder / named[0]}, the sound of {media.title or media.id}, is gone."
        cure = _again(files, media.id, "Fetch it again")
        if elsewhere:
            cure = _again(files, media.id, "Put it back, or give it again", "--recording", "FILE")
        yield _fault("recording gone", state, cure, folder / named[0])
    for name in dict.fromkeys(there):
        yield from _examine_file(files, folder / name, media)


def _examine_file(files: Files, path: Path, media: Media) -> Iterator[Finding]:
    cure = _again(files, media.id, "Fetch it again", "--force", "fetch")
    try:
        contents = inspect(path)
    except AlignerError as error:
        yield _fault("no recording", f"{path} cannot be read as a recording: {error.message}", cure, path)
        return
    announced = max(media.duration_ms or 0, contents.claimed_ms or 0)
    there = contents.duration_ms or 0
    if there < announced - max(LEAST_SHORT_MS, announced // SHORT_SHARE):
        state = f"{path} ends at {format_clock(there)}, and {format_clock(announced)} were announced."
        yield _fault("recording cut short", state, cure, path)


def _examine_transcripts(files: Files, folder: Path, media_id: str | None, *, deep: bool) -> Iterator[Finding]:
    for path in sorted((folder / FOLDER).glob("*.json")):
        whole = load_transcript(path) is not None if deep else _looks_whole(path)
        if whole:
            continue
        used = media_id is not None and any(
            one.origin and media_id in one.origin.heard and one.origin.heard[media_id].fingerprint == path.stem
            for one in files.filed
        )
        removed = shlex.join(["rm", str(path)])
        cure = _again(files, media_id, f"Remove it and hear again: {removed} && ") if used else f"Remove it: {removed}"
        yield _fault("broken transcript", f"{path} is not whole, or of another version.", cure, path)


def _looks_whole(path: Path) -> bool:
    """Whether a transcript begins and ends as ours do: it is written whole or not at all."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
            tail = file.read()
    except OSError:
        return False
    mark = json.dumps({"fingerprint": path.stem})[1:-1].encode()
    return b'"aligner.transcript"' in head and mark in head and tail.rstrip().endswith(b"}")


def _examine_hash(files: Files, folder: Path, media_id: str) -> Iterator[Finding]:
    media = load_known(folder)
    name = media and (media.audio or media.video)
    if not name:
        return
    noted: dict[str, list[Filed]] = {}
    for one in files.filed:
        made = one.origin.heard.get(media_id) if one.origin else None
        if made and made.audio_sha256 and one.path:
            noted.setdefault(made.audio_sha256, []).append(one)
    own = hash_file(folder / name) if noted else ""
    for sha256, posts in noted.items():
        if sha256 != own:
            slugs = ", ".join(one.slug for one in posts)
            again = " && ".join(align_again(files.workspace, one) for one in posts)
            state = f"{folder / name} is not the sound that was aligned with {slugs}."
            yield _fault("another sound", state, f"Hear it again: {again}", folder / name)


def _again(files: Files, media_id: str | None, what: str, *more: str) -> str:
    """The command that makes a recording's part anew, for the first of its posts."""
    posts = [one for one in files.posts_on(media_id) if one.path] if media_id else []
    if not posts:
        return f"{what.partition(':')[0]} by aligning a post that links it, or remove the folder."
    joint = "" if what.endswith("&& ") else ": "
    return f"{what}{joint}{align_again(files.workspace, posts[0], *more)}"


def _read_record(folder: Path) -> dict[str, Any] | None:
    try:
        record = read_json(folder / INFO)
    except (RecursionError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _fault(name: str, state: str, cure: str, path: Path) -> Finding:
    return Finding(Area.WORKSPACE, name, Level.FAULT, state, cure, str(path))
