"""Obtain a recording: what the folder holds already, else what a fetcher brings.

First step of hear. The record of a recording is one file, `info.json`, written last and atomically: a
folder without it holds nothing that may be used, whatever else lies there. It comes in two steps: with the
captions, which take a second, and with the sound. A recording placed by hand (its file and an `info.json`) is as
good as a fetched one. What fetches stands behind one-method Protocols; the real one is `aligner.sound.ytdlp`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from aligner.errors import AlignerError
from aligner.model import Caption, Link, Media
from aligner.store import Workspace, disk_error, dump_json, locked, read_json, sweep, write_atomic

INFO = "info.json"

Progress = Callable[[int, int | None], None]
"""Called with the bytes that are there and the bytes there will be (None where the site does not say)."""


class Looker(Protocol):
    """Brings what a site says of a recording, and its captions, without the recording itself."""

    def look(self, link: Link, folder: Path) -> Media:
        """Bring captions and poster into `folder`; the result has no sound, and the duration that the site announces.

        A site without captions gives none. Raises what a `Fetcher` raises.
        """


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

    Captions that `obtain_captions` brought stay part of it. With `keep_video` a recording held without a playable copy
    is fetched again for that copy only. `force` fetches in any case and lets the new files replace the old ones. Raises
    what the fetcher raises, and `AlignerError` when the folder belongs to another recording.
    """
    folder = workspace.media_folder(link.media_id)

    def held() -> Media | None:
        _check_owner(folder, link)
        media = None if force else load_media(folder)
        return media if media and (media.video or not keep_video) else None

    def fetch() -> Media:
        old = load_known(folder)
        had_video = old is not None and old.video is not None
        media = fetcher.fetch(link, folder, keep_video=keep_video or (force and had_video), progress=progress)
        if old and not force:
            media = replace(media, audio=old.audio or media.audio)  # what was heard stays what is heard
            media = _keep_beside(media, old) if old.audio or old.video or _are_as_long(media, old) else media
        return _record(folder, old, media)

    return _take_or_bring(folder, held, fetch)


def obtain_captions(link: Link, workspace: Workspace, looker: Looker, *, force: bool = False) -> Media:
    """Return what is known of the link's recording before its sound is fetched: captions, title, announced duration.

    From its folder if that holds the recording or captions of it, else through one lookup of a second or two. Where
    there were no captions the next call looks again: sites make them hours after the broadcast. `force` looks in any
    case and lets new captions replace the old ones; a sound that is held stays. Raises what the looker raises, and
    `AlignerError` when the folder belongs to another recording.
    """
    folder = workspace.media_folder(link.media_id)

    def held() -> Media | None:
        _check_owner(folder, link)
        known = None if force else load_known(folder)
        return known if known and (known.audio or known.video or known.captions) else None

    def look() -> Media:
        old = load_known(folder)
        media = looker.look(link, folder)
        if old:
            media = _keep_beside(replace(media, audio=old.audio, video=old.video), old)
            media = replace(media, duration_ms=old.duration_ms) if old.audio or old.video else media
        return _record(folder, old, media)

    return _take_or_bring(folder, held, look)


def load_media(folder: Path) -> Media | None:
    """Read the record of a recording that is held; None when there is none, or nothing to hear is there (any more).

    Files that it names and that are gone are left out of the result.
    """
    media = load_known(folder)
    return media if media and (media.audio or media.video) else None


def load_known(folder: Path) -> Media | None:
    """Read the record of a recording, with or without its sound; None when there is none. Otherwise as `load_media`."""
    record = read_json(folder / INFO)
    try:
        media = _from_record(record)
    except (KeyError, TypeError, AttributeError):
        return None
    return replace(
        media,
        audio=_present(folder, media.audio),
        video=_present(folder, media.video),
        thumbnail=_present(folder, media.thumbnail),
        captions=tuple(caption for caption in media.captions if _present(folder, caption.file)),
    )


def save_media(folder: Path, media: Media) -> None:
    """Write the record; from here on what it names is held. Raises `DiskError`."""
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
        "date": media.date,
        "audio": media.audio,
        "video": media.video,
        "thumbnail": media.thumbnail,
        "captions": captions,
    }
    write_atomic(folder / INFO, dump_json(record))


def read_day(value: Any) -> str | None:
    """Write a day ("20250612" or "2025-06-12") as ISO 8601; None for anything else."""
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        return None


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
        date=read_day(record.get("date")),
    )


def _present(folder: Path, name: str | None) -> str | None:
    return name if name and (folder / name).is_file() else None


def _check_owner(folder: Path, link: Link) -> None:
    """Refuse a folder of another recording: ids that differ in case only share one on some disks."""
    record = read_json(folder / INFO)
    owner = record.get("id") if isinstance(record, dict) else None
    if owner is not None and owner != link.media_id:
        raise AlignerError(
            f"{link.url} cannot be kept: its folder {folder} belongs to another recording, {owner}.",
            f"Rename that folder, or correct the id in its {INFO}.",
        )


def _take_or_bring(folder: Path, held: Callable[[], Media | None], bring: Callable[[], Media]) -> Media:
    """Return what the folder holds, else bring it under the folder's lock; leave no empty folder behind."""
    if media := held():
        return media
    try:
        with ExitStack() as stack:
            _enter_lock(stack, folder)
            # Another run may have brought it, or another recording, while we waited.
            if media := held():
                return media
            sweep(folder)
            return bring()
    finally:
        _remove_if_empty(folder)


def _record(folder: Path, old: Media | None, media: Media) -> Media:
    save_media(folder, media)
    if old:
        _remove_replaced(folder, old, media)
    return media


def _keep_beside(media: Media, old: Media) -> Media:
    """Add captions and the poster that only the old record has: a site that gave them before may refuse them now."""
    new = {(caption.language, caption.automatic) for caption in media.captions}
    kept = tuple(caption for caption in old.captions if (caption.language, caption.automatic) not in new)
    captions = sorted(media.captions + kept, key=lambda caption: caption.automatic)
    return replace(
        media, thumbnail=media.thumbnail or old.thumbnail, captions=tuple(captions), date=media.date or old.date
    )


def _are_as_long(media: Media, old: Media) -> bool:
    """Tell whether captions that came before the sound belong to it: a broadcast may have been cut since (5 s, 2 %)."""
    if not media.duration_ms or not old.duration_ms:
        return True
    return abs(media.duration_ms - old.duration_ms) <= max(5000, old.duration_ms // 50)


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
