"""The real fetcher: yt-dlp as a library, brought down to what this program needs.

Adapter of the fetching step. It looks a recording up, lets `formats` choose, downloads under a temporary
name that the next call goes on from, looks into what came (`container`), and only then gives it its name.
All of yt-dlp's talk goes to our log at debug level; its failures become `FetchError`s (`refusals`).
"""

from __future__ import annotations

import io
import logging
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.cookiejar import LoadError
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from aligner.errors import AlignerError, AudioError, FetchError, MissingError, UsageError
from aligner.model import Caption, Link, Media
from aligner.settings import Settings
from aligner.sound.container import Contents, inspect, put_into_mp4
from aligner.sound.fetch import Progress
from aligner.sound.formats import Info, choose_captions, choose_playable, choose_sound
from aligner.sound.refusals import (
    check_finished,
    check_length,
    clean_text,
    explain_failure,
    no_recording,
    no_sound,
)
from aligner.store import disk_error, fingerprint, write_atomic

log = logging.getLogger(__name__)

PARTIAL = "fetching-"
"""Begins the name of everything that is not finished."""
_JOINED = f"{PARTIAL}joined"
TIMEOUT_S = 20
RETRIES = 3
RETRY_SLEEP_S = 1.0
"""Wait before the first retry; doubled for each further one."""
_MAX_SMALL_FILE = 32 << 20  # bytes; captions of ten hours in json3 have about 10 MB
_POSTERS = ((b"\xff\xd8", "jpg"), (b"\x89PNG", "png"), (b"RIFF", "webp"))
_FOR_BROWSERS = ("mp4", "webm")
_TO_MP4 = ("ts", "flv")  # not for browsers, but what is in them is


class YtDlpFetcher:
    """Fetches recordings with yt-dlp; stands behind the `Fetcher` Protocol of `aligner.sound.fetch`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fetch(self, link: Link, folder: Path, *, keep_video: bool, progress: Progress) -> Media:
        """Fetch as the Protocol says; the one file of a site that has but one is kept as `video` if browsers play it.

        Raises `FetchError` when it cannot be had, `MissingError` when the JavaScript runtime is lacking that
        YouTube asks for, `DiskError` when it cannot be written, `UsageError` when the cookies file cannot be read.
        """
        from yt_dlp import YoutubeDL

        count = _Count(progress)
        options = make_options(self._settings, needs_javascript=link.provider == "youtube")
        try:
            with _in_our_words(link.url, folder), YoutubeDL(options | {"progress_hooks": [count.hear]}) as ydl:
                info = _look_up(ydl, link.url)
                wanted, playable = _choose(info, link.url, self._settings.language, keep_video)
                parts = [_download(ydl, link.url, info, item, folder, count) for item in wanted]
                part, contents = _make_whole(link.url, parts, info, playable=playable)
                captions = _save_captions(ydl, info, folder, self._settings.language)
                poster = _save_poster(ydl, info, folder)
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
        return Media(
            id=link.media_id,
            url=link.url,
            provider=link.provider,
            title=_title(info, link),
            duration_ms=contents.duration_ms or round(1000 * (info.get("duration") or 0)) or None,
            audio=None if as_video else name,
            # A recording without a picture is its own playable copy.
            video=name if as_video or keep_video else None,
            thumbnail=poster,
            captions=captions,
        )


def make_options(settings: Settings, *, needs_javascript: bool) -> dict[str, Any]:
    """Lay out yt-dlp's options.

    Raises `MissingError` without a JavaScript runtime where one is needed, `UsageError` for an unusable cookies file.
    """
    deno = find_deno()
    if needs_javascript and deno is None:
        raise MissingError(
            "YouTube recordings cannot be fetched: the JavaScript runtime “deno” is missing here.",
            "Install it with “pip install deno”, or give the recording with --recording FILE.",
        )
    options: dict[str, Any] = {
        "quiet": True,
        "noprogress": True,
        "color": "no_color",
        "logger": _Log(),
        "noplaylist": True,
        "extract_flat": "in_playlist",  # of a list we only want to know that it is one
        "socket_timeout": TIMEOUT_S,
        "retries": RETRIES,
        "fragment_retries": RETRIES,
        "extractor_retries": 1,
        "retry_sleep_functions": dict.fromkeys(("http", "fragment", "extractor"), _seconds_before_retry),
        "skip_unavailable_fragments": False,  # a hole in the sound would shift every time after it
        "continuedl": True,
        "external_downloader": "native",  # never ffmpeg, which need not be here
        "js_runtimes": {"deno": {"path": str(deno)}} if deno else {},
    }
    if settings.proxy:
        options["proxy"] = settings.proxy
    if settings.cookies:
        options["cookiefile"] = _read_cookies(Path(settings.cookies))
    return options


def find_deno() -> Path | None:
    """Find the JavaScript runtime: the one from PyPI, which need not be on the PATH, else any on the PATH."""
    try:
        import deno

        return Path(deno.find_deno_bin())
    except (ImportError, FileNotFoundError):
        found = shutil.which("deno")
        return Path(found) if found else None


# --- talking to yt-dlp ----------------------------------------------------------------------------


class _Log:
    """What yt-dlp says, all of it at debug level: the user hears of failures from the error itself."""

    def debug(self, message: str) -> None:
        log.debug("%s", message.strip())

    info = warning = error = debug


class _Count:
    """Passes yt-dlp's progress on, adding up when two files are fetched for one recording."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._before = 0

    def hear(self, status: dict[str, Any]) -> None:
        done = status.get("downloaded_bytes")
        if status.get("status") != "downloading" or done is None:
            return
        total = status.get("total_bytes") or status.get("total_bytes_estimate")
        self._progress(self._before + done, self._before + int(total) if total else None)

    def finish(self, path: Path) -> None:
        self._before += path.stat().st_size
        self._progress(self._before, self._before)


def _seconds_before_retry(n: int) -> float:
    return RETRY_SLEEP_S * 2.0**n


def _read_cookies(path: Path) -> io.StringIO:
    """Read the cookies into memory: given a path, yt-dlp would write the user's file anew at its end."""
    from yt_dlp.cookies import YoutubeDLCookieJar

    hint = "Export it anew as a Netscape cookies.txt, or remove the setting “cookies”."
    try:
        text = path.expanduser().read_text(encoding="utf-8")
        YoutubeDLCookieJar(io.StringIO(text)).load()
    except LoadError as error:
        raise UsageError(f"The cookies file {path} is not in the format of a cookies.txt.", hint) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The cookies file {path} is no text.", hint) from error
    except OSError as error:
        raise UsageError(f"The cookies file {path} cannot be read: {error.strerror or error}.", hint) from error
    return io.StringIO(text)


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

    path = folder / (PARTIAL + fingerprint(*_version(info, item)))
    part = path.with_name(f"{path.name}.part")
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
        raise explain_failure(url, str(error), _http_status(error)) from error
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


def _save_captions(ydl: Any, info: Info, folder: Path, language: str) -> tuple[Caption, ...]:
    """Keep the captions that there are; without them the recording is heard, so failing is no failure."""
    kept = []
    for track in choose_captions(info, language):
        data = _read_small(ydl, track.url, dict(track.headers))
        if data is None or not _may_be_captions(data, track.format):
            log.info("The captions of %s could not be fetched (%s).", info.get("webpage_url"), track.language)
            continue
        tag = re.sub(r"[^A-Za-z0-9-]", "_", track.language)[:20]
        name = f"captions.{tag}{'.auto' if track.automatic else ''}.{track.format}"
        write_atomic(folder / name, data)
        kept.append(Caption(name, track.language, track.automatic))
    return tuple(kept)


def _may_be_captions(data: bytes, name: str) -> bool:
    """Tell captions from the empty answers and the error pages that sites send in their place."""
    return data.lstrip()[:1] not in ((b"",) if name == "srv3" else (b"", b"<"))


def _save_poster(ydl: Any, info: Info, folder: Path) -> str | None:
    """Keep the thumbnail, which the viewer shows before anything is asked of the site."""
    url = info.get("thumbnail")
    data = _read_small(ydl, url, {}) if url else None
    ending = next((ending for magic, ending in _POSTERS if data and data.startswith(magic)), None)
    if data is None or ending is None:
        return None
    write_atomic(folder / f"poster.{ending}", data)
    return f"poster.{ending}"


def _read_small(ydl: Any, url: str, headers: dict[str, str]) -> bytes | None:
    from yt_dlp.networking import Request
    from yt_dlp.utils import YoutubeDLError

    try:
        data: bytes = ydl.urlopen(Request(url, headers=headers)).read(_MAX_SMALL_FILE + 1)
    except (YoutubeDLError, OSError, ValueError) as error:
        log.debug("%s: %s", url, clean_text(str(error)))
        return None
    return data if len(data) <= _MAX_SMALL_FILE else None


def _is_only_format(info: Info) -> bool:
    return len(info.get("formats") or [info]) == 1


def _title(info: Info, link: Link) -> str:
    """Take the site's title, else the file's name. “video” is what yt-dlp calls a page without a title."""
    title = " ".join(str(info.get("title") or "").split())
    if info.get("extractor_key") == "HTML5MediaEmbed":
        title = title.removesuffix(" (1)")  # yt-dlp counts the players of a page
    if title and title != "video":
        return title
    return Path(unquote(urlsplit(link.url).path)).stem or link.media_id


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
