"""The real fetcher: yt-dlp as a library, brought down to what this program needs.

Adapter of the fetching step. It looks a recording up, lets `formats` choose, downloads under a temporary
name that the next call goes on from, looks into what came (`container`), and only then gives it its name;
or takes the captions alone. What passes soon is tried again (`patience`), all other failures become
`FetchError`s (`refusals`). yt-dlp's options are laid out in `ytdlp_options`.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aligner.errors import AlignerError, AudioError, DiskError, FetchError
from aligner.model import Caption, Link, Media
from aligner.settings import Settings
from aligner.sound.container import Contents, inspect, put_into_mp4
from aligner.sound.fetch import Progress
from aligner.sound.formats import Info, choose_captions, choose_playable, choose_sound
from aligner.sound.patience import Patience
from aligner.sound.refusals import check_finished, check_length, explain_failure, no_recording, no_sound
from aligner.sound.ytdlp_details import date_recording, name_recording
from aligner.sound.ytdlp_options import open_downloader
from aligner.store import disk_error, fingerprint, write_atomic

log = logging.getLogger(__name__)

PARTIAL = "fetching-"
"""Begins the name of everything that is not finished."""
_JOINED = f"{PARTIAL}joined"
RESERVE_BYTES = 200_000_000
"""Stays free on the disk: for transcripts, and for all else that writes there."""
_WITH_NEW_ADDRESS = (HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
"""A download refused so often goes well after the recording has been looked up anew: addresses are short-lived."""
_MAX_SMALL_FILE = 32 << 20  # bytes; captions of ten hours in json3 have about 10 MB
_POSTERS = ((b"\xff\xd8", "jpg"), (b"\x89PNG", "png"), (b"RIFF", "webp"))
_FOR_BROWSERS = ("mp4", "webm")
_TO_MP4 = ("ts", "flv")  # not for browsers, but what is in them is


class YtDlpFetcher:
    """Fetches recordings with yt-dlp; stands behind both Protocols of `aligner.sound.fetch`. For one run.

    `sleep` does all the waiting that is ours: between recordings of one site, and before one is tried again.
    """

    def __init__(self, settings: Settings, sleep: Callable[[float], None] = time.sleep) -> None:
        self._settings = settings
        self._patience = Patience(settings.pause_s, sleep)

    def look(self, link: Link, folder: Path) -> Media:
        """Bring the captions and the poster, as the Protocol says. Raises what `fetch` raises."""
        with self._open(link, folder, lambda _status: None) as ydl:
            info = self._patience.persist(link, lambda: _look_up(ydl, link.url))
            return self._describe(ydl, link, info, folder)

    def fetch(self, link: Link, folder: Path, *, keep_video: bool, progress: Progress) -> Media:
        """Fetch as the Protocol says; the one file of a site that has but one is kept as `video` if browsers play it.

        Raises `FetchError` when it cannot be had, `MissingError` when the JavaScript runtime is lacking that
        YouTube asks for, `DiskError` when it cannot be written or will not fit, `UsageError` when the cookies cannot be
        read or an option is refused.
        """
        count = _Count(progress, partial(_check_space, link.url, folder))
        try:
            with self._open(link, folder, count.hear) as ydl:
                bring = partial(self._bring, ydl, link, folder, keep_video, count)
                info, parts, playable = self._patience.persist(link, bring)
                part, contents = _make_whole(link.url, parts, info, playable=playable)
                media = self._describe(ydl, link, info, folder)
        except AlignerError as error:
            _clean_up(folder, all_of_it=getattr(error, "permanent", False))
            raise
        except BaseException:
            _clean_up(folder, all_of_it=False)
            raise
        plays = _is_only_format(info) and contents.extension in _FOR_BROWSERS
        as_video = contents.has_picture and (keep_video or plays)
        name = f"{'video' if as_video else 'audio'}.{contents.extension}"
        _give_name(part, folder / name)
        _clean_up(folder, all_of_it=True)
        return replace(
            media,
            duration_ms=contents.duration_ms or media.duration_ms,
            audio=None if as_video else name,
            # A recording without a picture is its own playable copy.
            video=name if as_video or keep_video else None,
        )

    @contextmanager
    def _open(self, link: Link, folder: Path, hear: Callable[[dict[str, Any]], None]) -> Iterator[Any]:
        needs_javascript = link.provider == "youtube"
        with (
            _in_our_words(link.url, folder),
            open_downloader(self._settings, needs_javascript=needs_javascript, hear=hear) as ydl,
            self._patience.visit(link),
        ):
            yield ydl

    def _bring(
        self, ydl: Any, link: Link, folder: Path, keep_video: bool, count: _Count
    ) -> tuple[Info, list[Path], bool]:
        """Look a recording up and download what is wanted of it; tell whether that is for looking at."""
        info = _look_up(ydl, link.url)
        wanted, playable = _choose(info, link.url, self._settings.language, keep_video)
        _check_space(link.url, folder, _bytes_needed(info, wanted, folder, playable=playable))
        count.restart()
        with _in_our_words(link.url, folder):
            return info, [_download(ydl, link.url, info, item, folder, count) for item in wanted], playable

    def _describe(self, ydl: Any, link: Link, info: Info, folder: Path) -> Media:
        """Keep what stands beside the sound, and tell what the site says of the recording."""
        return Media(
            id=link.media_id,
            url=link.url,
            provider=link.provider,
            title=name_recording(info, link),
            duration_ms=round(1000 * (info.get("duration") or 0)) or None,
            thumbnail=_save_poster(ydl, info, folder),
            captions=self._save_captions(ydl, link, info, folder),
            date=date_recording(info),
        )

    def _save_captions(self, ydl: Any, link: Link, info: Info, folder: Path) -> tuple[Caption, ...]:
        """Keep the captions that there are; without them the recording is heard, so failing is no failure."""
        kept = []
        for track in choose_captions(info, self._settings.language):
            try:
                data = self._patience.persist(link, partial(_read_small, ydl, track.url, dict(track.headers)))
            except FetchError as error:
                log.info("The captions of %s (%s) could not be had. %s", link.url, track.language, error)
                continue
            if not _may_be_captions(data, track.format):
                log.info("The captions of %s (%s) are no captions.", link.url, track.language)
                continue
            tag = re.sub(r"[^A-Za-z0-9-]", "_", track.language)[:20]
            name = f"captions.{tag}{'.auto' if track.automatic else ''}.{track.format}"
            write_atomic(folder / name, data)
            kept.append(Caption(name, track.language, track.automatic))
        return tuple(kept)


# --- talking to yt-dlp ----------------------------------------------------------------------------


class _Count:
    """Passes yt-dlp's progress on, adding up when two files are fetched for one recording.

    With the first block of a file comes its length, which many servers do not tell before: `check_space` is asked then.
    """

    def __init__(self, progress: Progress, check_space: Callable[[int], None]) -> None:
        self._progress = progress
        self._check_space = check_space
        self._before = 0
        self._checked: set[str] = set()

    def restart(self) -> None:
        self._before = 0

    def hear(self, status: dict[str, Any]) -> None:
        done = status.get("downloaded_bytes")
        if status.get("status") != "downloading" or done is None:
            return
        total = status.get("total_bytes")
        if total and status["filename"] not in self._checked:
            self._checked.add(status["filename"])
            self._check_space(total - done)
        total = total or status.get("total_bytes_estimate")
        self._progress(self._before + done, self._before + int(total) if total else None)

    def finish(self, path: Path) -> None:
        self._before += path.stat().st_size
        self._progress(self._before, self._before)


def _look_up(ydl: Any, url: str) -> Info:
    """Ask the site what there is, without fetching it. Raises `FetchError` when it is not a finished recording."""
    try:
        info: Info | None = ydl.extract_info(url, download=False)
    except Exception as error:
        # A site that has changed makes its extractor fail in any way whatever.
        raise explain_failure(url, str(error) or type(error).__name__, _http_status(error)) from error
    if info is None:
        raise explain_failure(url, "")
    check_finished(url, info)
    return info


def _choose(info: Info, url: str, language: str, keep_video: bool) -> tuple[tuple[Info, ...], bool]:
    """Choose the formats, and tell whether they are for looking at; what has no picture is heard."""
    playable = choose_playable(info, language) if keep_video else ()
    if playable:
        return playable, True
    sound = choose_sound(info, language)
    if sound is None:
        raise no_sound(url)
    return (sound,), keep_video


def _download(ydl: Any, url: str, info: Info, item: Info, folder: Path, count: _Count) -> Path:
    """Download one format, going on where an earlier call stopped, and return the finished file.

    yt-dlp adds `.part` to its name while it is not whole, and checks the length that the server said.
    """
    from yt_dlp.utils import YoutubeDLError

    path, part = _unfinished(info, item, folder)
    _step_back(part)
    # Without the fields of the format that yt-dlp itself would have chosen, which it puts beside the recording's own.
    wanted = {"id": info.get("id"), "title": info.get("title"), **item}
    try:
        whole, _ = ydl.dl(str(path), wanted)
    except YoutubeDLError as error:
        if _http_status(error) != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE or not part.exists():
            raise
        part.unlink()  # longer than what is there now: it is of something else
        whole, _ = ydl.dl(str(path), wanted)
    if not whole or not path.is_file():
        raise explain_failure(url, "Did not get any data")
    count.finish(path)
    return path


def _unfinished(info: Info, item: Info, folder: Path) -> tuple[Path, Path]:
    """Name the file of a format before it was looked into, and before all of it has come."""
    path = folder / (PARTIAL + fingerprint(*_version(info, item)))
    return path, path.with_name(f"{path.name}.part")


def _bytes_needed(info: Info, wanted: tuple[Info, ...], folder: Path, *, playable: bool) -> int:
    """How much more disk the formats take, as far as the site says; 0 when it does not."""
    total = sum(int(item.get("filesize") or item.get("filesize_approx") or 0) for item in wanted)
    if not total and _is_only_format(info):
        total = int(info.get("filesize") or 0)  # what a page says of its only file
    unfinished = [path for item in wanted for path in _unfinished(info, item, folder)]
    held = sum(path.stat().st_size for path in unfinished if path.is_file())
    copied = playable and (len(wanted) > 1 or "m3u8" in (wanted[0].get("protocol") or ""))  # into one MP4
    return max(0, total - held) + (total if copied else 0)


def _check_space(url: str, folder: Path, needed: int) -> None:
    """Raise `DiskError` when the disk has not as many bytes free as are needed, and some more."""
    free = shutil.disk_usage(folder).free
    if needed and needed + RESERVE_BYTES > free:
        raise DiskError(
            f"{url} is not fetched: it takes {needed / 1e9:.1f} GB, and of the {free / 1e9:.1f} GB free in {folder} "
            f"{RESERVE_BYTES / 1e9:.1f} GB are to stay free.",
            "Free some space, or point --workspace at a larger disk, and run again.",
        )


def _step_back(part: Path) -> None:
    """Drop the last byte of a part, so that there always is something left to ask for.

    Killed after the last byte, a part is whole; asked for the nothing after it, servers answer 416, and yt-dlp, which
    means to ask again for all, repeats the same question and gives up (yt-dlp issue 12994). Streams in pieces are
    left alone: beside their part lies the count of the pieces.
    """
    if part.is_file() and part.stat().st_size > 0 and not part.with_suffix(".ytdl").exists():
        os.truncate(part, part.stat().st_size - 1)


def _version(info: Info, item: Info) -> tuple[object, ...]:
    """Gather what tells one version of a file from another: a part is only ever continued with more of the same."""
    named = (item.get("format_id"), item.get("ext"), item.get("filesize"))
    if info.get("extractor_key") in ("Generic", "HTML5MediaEmbed"):
        # A plain file: its address, and for a direct link yt-dlp hands on its Last-Modified.
        return (*named, urlsplit(item["url"]).path, info.get("timestamp") if info.get("direct") else None)
    return named  # addresses of the big sites change with every call


@contextmanager
def _in_our_words(url: str, folder: Path) -> Iterator[None]:
    from yt_dlp.utils import YoutubeDLError

    try:
        yield
    except YoutubeDLError as error:
        cause = getattr(error, "exc_info", (None, None))[1]
        if isinstance(cause, OSError) and re.search(r"unable to (write|open for writing|rename)", str(error)):
            raise disk_error(folder, cause) from error
        status = _http_status(error)
        failure = explain_failure(url, str(error), status)
        failure.soon = status in _WITH_NEW_ADDRESS  # all else yt-dlp has tried again itself
        raise failure from error
    except OSError as error:
        raise disk_error(folder, error) from error


def _http_status(error: BaseException) -> int | None:
    """Find the HTTP status among the errors that yt-dlp wraps in each other."""
    seen: list[BaseException] = []
    waiting: list[Any] = [error]
    while waiting:
        current = waiting.pop()
        if not isinstance(current, BaseException) or current in seen:
            continue
        if isinstance(status := getattr(current, "status", None), int):
            return status
        seen.append(current)
        waiting += [(getattr(current, "exc_info", None) or (None, None))[1], getattr(current, "cause", None)]
    return None


# --- what came ------------------------------------------------------------------------------------


def _make_whole(url: str, parts: list[Path], info: Info, *, playable: bool) -> tuple[Path, Contents]:
    """Make one file of the parts and see that nothing lacks. Raises `FetchError`; then the parts are gone.

    They must go: to the next call they would look fetched.
    """
    try:
        contents = [inspect(part) for part in parts]
        for item in contents:
            check_length(url, item, info.get("duration"))
        if not any(item.has_sound for item in contents):
            raise no_sound(url)
        if len(parts) == 1 and not (playable and contents[0].extension in _TO_MP4):
            return parts[0], contents[0]
        joined = parts[0].with_name(_JOINED)
        put_into_mp4(parts, joined)
        return joined, inspect(joined)
    except (AudioError, FetchError) as error:
        for part in parts:
            part.unlink(missing_ok=True)
        raise error if isinstance(error, FetchError) else no_recording(url) from error


def _may_be_captions(data: bytes, name: str) -> bool:
    """Tell captions from the empty answers and the error pages that sites send in their place."""
    return data.lstrip()[:1] not in ((b"",) if name == "srv3" else (b"", b"<"))


def _save_poster(ydl: Any, info: Info, folder: Path) -> str | None:
    """Keep the thumbnail, which the viewer shows before anything is asked of the site."""
    if not (url := info.get("thumbnail")):
        return None
    try:
        data = _read_small(ydl, url, {})
    except FetchError as error:
        log.debug("%s", error)
        return None
    ending = next((ending for magic, ending in _POSTERS if data.startswith(magic)), None)
    if ending is None:
        return None
    write_atomic(folder / f"poster.{ending}", data)
    return f"poster.{ending}"


def _read_small(ydl: Any, url: str, headers: dict[str, str]) -> bytes:
    from yt_dlp.networking import Request
    from yt_dlp.utils import YoutubeDLError

    try:
        data: bytes = ydl.urlopen(Request(url, headers=headers)).read(_MAX_SMALL_FILE + 1)
    except (YoutubeDLError, OSError, ValueError) as error:
        raise explain_failure(url, str(error), _http_status(error)) from error
    if len(data) > _MAX_SMALL_FILE:
        raise FetchError(f"{url} cannot be fetched: it is far larger than captions and pictures are.")
    return data


def _is_only_format(info: Info) -> bool:
    return len(info.get("formats") or [info]) == 1


def _give_name(part: Path, target: Path) -> None:
    try:
        part.replace(target)
    except OSError as error:
        raise disk_error(target, error) from error


def _clean_up(folder: Path, *, all_of_it: bool) -> None:
    """Remove what is not finished: all of it, or only what the next call cannot go on from."""
    for path in folder.glob(f"{PARTIAL}*"):
        if all_of_it or path.name == _JOINED or path.stat().st_size == 0:
            path.unlink(missing_ok=True)
