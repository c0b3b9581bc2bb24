"""Obtain a recording: what the folder holds already, else what a fetcher brings.

First step of hear. The finished recording is one file, `info.json`, written last and atomically: a
folder without it holds nothing that may be used, whatever else lies there. A recording placed by hand
(its file and an `info.json`) is as good as a fetched one. The fetcher stands behind a one-method
Protocol; the real one is `aligner.sound.ytdlp`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from aligner.errors import AlignerError
from aligner.model import Caption, Link, Media
from aligner.store import Workspace, disk_error, dump_json, locked, read_json, sweep, write_atomic

INFO = "info.json"

Progress = Callable[[int, int | None], None]
"""Called with the bytes that are there and the bytes there will be (None where the site does not say)."""


class Fetcher(Protocol):
    """Brings a recording from where it is published into its folder."""

    def fetch(self, link: Link, folder: Path, *, keep_video: bool, progress: Progress) -> Media:
        """Fetch what recognition needs (`audio`), or with `keep_video` a copy that a browser plays (`video`).

        The playable copy has the sound in it, hence `audio` may be None then. All files named by the result lie
        whole in `folder`. Raises `FetchError` when the recording cannot be had, `MissingError` when this machine
        lacks something; then nothing in `folder` is changed but for what the next call goes on from.
        """


def _silent(_done: int, _total: int | None) -> None:
    """Tell nobody."""


def obtain_media(
    link: Link,
    workspace: Workspace,
    fetcher: Fetcher,
    *,
    keep_video: bool,
    force: bool = False,
    progress: Progress = _silent,
) -> Media:
    """Return the link's recording, from its folder if it is there, else through the fetcher.

    With `keep_video` a recording held without a playable copy is fetched again for that copy only. `force` fetches
    in any case and lets the new files replace the old ones. Raises what the fetcher raises, and `AlignerError` when
    the folder belongs to another recording.
    """
    folder = workspace.media_folder(link.media_id)
    _check_owner(folder, link)
    if not force and (held := _held(folder, keep_video)):
        return held
    try:
        with ExitStack() as stack:
            _enter_lock(stack, folder)
            # Another run may have brought it, or another recording, while we waited.
            _check_owner(folder, link)
            if not force and (held := _held(folder, keep_video)):
                return held
            sweep(folder)
            return _fetch(link, folder, fetcher, keep_video=keep_video, force=force, progress=progress)
    finally:
        _remove_if_empty(folder)


def load_media(folder: Path) -> Media | None:
    """Read the finished record of a folder; None when there is none, or none of its recording is there any more.

    Files that it names and that are gone are left out of the result.
    """
    record = read_json(folder / INFO)
    try:
        media = _from_record(record)
    except (KeyError, TypeError, AttributeError):
        return None
    media = replace(
        media,
        audio=_present(folder, media.audio),
        video=_present(folder, media.video),
        thumbnail=_present(folder, media.thumbnail),
        captions=tuple(caption for caption in media.captions if _present(folder, caption.file)),
    )
    return media if media.audio or media.video else None


def save_media(folder: Path, media: Media) -> None:
    """Write the finished record; from here on the recording is held. Raises `DiskError`."""
    captions = [
        {"file": caption.file, "language": caption.language, "automatic": caption.automatic}
        for caption in media.captions
    ]
    record = {
        "id": media.id,
        "url": media.url,
        "provider": media.provider,
        "title": media.title,
        "duration_ms": media.duration_ms,
        "audio": media.audio,
        "video": media.video,
        "thumbnail": media.thumbnail,
        "captions": captions,
    }
    write_atomic(folder / INFO, dump_json(record))


def _from_record(record: Any) -> Media:
    captions = tuple(
        Caption(caption["file"], caption["language"], bool(caption["automatic"]))
        for caption in record.get("captions") or ()
    )
    return Media(
        id=record["id"],
        url=record["url"],
        provider=record["provider"],
        title=record["title"],
        duration_ms=record["duration_ms"],
        audio=record.get("audio"),
        video=record.get("video"),
        thumbnail=record.get("thumbnail"),
        captions=captions,
    )


def _present(folder: Path, name: str | None) -> str | None:
    return name if name and (folder / name).is_file() else None


def _held(folder: Path, keep_video: bool) -> Media | None:
    """Read the recording if the folder holds all that is asked for."""
    media = load_media(folder)
    return media if media and (media.video or not keep_video) else None


def _check_owner(folder: Path, link: Link) -> None:
    """Refuse a folder of another recording: ids that differ in case only share one on some disks."""
    record = read_json(folder / INFO)
    owner = record.get("id") if isinstance(record, dict) else None
    if owner is not None and owner != link.media_id:
        raise AlignerError(
            f"{link.url} cannot be kept: its folder {folder} belongs to another recording, {owner}.",
            f"Rename that folder, or correct the id in its {INFO}.",
        )


def _fetch(link: Link, folder: Path, fetcher: Fetcher, *, keep_video: bool, force: bool, progress: Progress) -> Media:
    old = load_media(folder)
    had_video = old is not None and old.video is not None
    media = fetcher.fetch(link, folder, keep_video=keep_video or (force and had_video), progress=progress)
    if old and not force:
        # Only the playable copy was lacking: the sound that was heard stays the sound that is heard.
        media = replace(media, audio=old.audio or media.audio, thumbnail=media.thumbnail or old.thumbnail)
        media = replace(media, captions=media.captions or old.captions)
    save_media(folder, media)
    if old:
        _remove_replaced(folder, old, media)
    return media


def _remove_replaced(folder: Path, old: Media, new: Media) -> None:
    for name in _files(old) - _files(new):
        try:
            (folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise disk_error(folder / name, error) from error


def _files(media: Media) -> set[str]:
    """The media's files in its own folder; a recording that the user keeps elsewhere is never ours to remove."""
    names = (media.audio, media.video, media.thumbnail, *(caption.file for caption in media.captions))
    return {name for name in names if name and not Path(name).is_absolute()}


def _enter_lock(stack: ExitStack, folder: Path) -> None:
    """Take the folder's lock, also when a failing run removes the empty folder while we wait for it."""
    for _ in range(10):
        with suppress(FileNotFoundError):
            stack.enter_context(locked(folder))
            return
    raise AlignerError(f"The folder {folder} could not be locked: it is removed again and again.", "Run again.")


def _remove_if_empty(folder: Path) -> None:
    """Leave no folder behind that holds nothing but its lock."""
    with suppress(OSError):
        if {path.name for path in folder.iterdir()} <= {".lock"}:
            (folder / ".lock").unlink(missing_ok=True)
            folder.rmdir()
