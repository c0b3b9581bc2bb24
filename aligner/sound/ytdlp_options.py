"""yt-dlp's options: ours, which the contract of fetching rests on, and those that a user may add.

Helper of the fetching step, used by `ytdlp` alone. What a user gives is read by yt-dlp's own reader of its command
line, so that it means here what it means there; it is taken from a list of what concerns the way to a site, never
what is brought or where it is put.
"""

from __future__ import annotations

import difflib
import io
import logging
import optparse
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import LoadError
from pathlib import Path
from typing import Any

from aligner.errors import MissingError, UsageError
from aligner.settings import Settings
from aligner.sound.patience import seconds_before_retry
from aligner.sound.refusals import clean_text

log = logging.getLogger(__name__)

Hook = Callable[[dict[str, Any]], None]

TIMEOUT_S = 20
RETRIES = 3
"""How often yt-dlp repeats one request of a download."""

_WITH_PASSWORD = ("-u", "--username")
_PASSWORDS = ("-p", "--password")
# fmt: off
ALLOWED = frozenset({
    "--proxy", "--socket-timeout", "--source-address", "-4", "--force-ipv4", "-6", "--force-ipv6", "--impersonate",
    "--geo-verification-proxy", "--xff",
    "-r", "--limit-rate", "--throttled-rate", "-N", "--concurrent-fragments", "--http-chunk-size",
    "--sleep-requests", "--sleep-interval", "--min-sleep-interval", "--max-sleep-interval",
    "--user-agent", "--referer", "--add-headers",
    "--legacy-server-connect", "--no-check-certificates", "--prefer-insecure",
    "-u", "--username", "-p", "--password", "-2", "--twofactor", "-n", "--netrc", "--netrc-location",
    "--video-password", "--client-certificate", "--client-certificate-key", "--client-certificate-password",
    "--extractor-args",
})
# fmt: on
"""yt-dlp's options about the way to a site, as `docs/settings.md` lists them. Retries are ours to bound."""
_HAVE_SETTINGS = {"--cookies": "cookies", "--cookies-from-browser": "cookies_from_browser"}


def make_options(settings: Settings, *, needs_javascript: bool) -> dict[str, Any]:
    """Lay out yt-dlp's options.

    Raises `MissingError` without a JavaScript runtime where one is needed, `UsageError` for an unusable cookies file,
    an unknown browser, and options that are not `ALLOWED`.
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
        "retry_sleep_functions": dict.fromkeys(("http", "fragment", "extractor"), seconds_before_retry),
        "skip_unavailable_fragments": False,  # a hole in the sound would shift every time after it
        "continuedl": True,
        "external_downloader": "native",  # never ffmpeg, which need not be here
        "js_runtimes": {"deno": {"path": str(deno)}} if deno else {},
    }
    if settings.proxy:
        options["proxy"] = settings.proxy
    if settings.cookies:
        options["cookiefile"] = _read_cookies(Path(settings.cookies))
    if settings.cookies_from_browser:
        options |= _parse("cookies_from_browser", ["--cookies-from-browser", settings.cookies_from_browser])
    return options | _read_more(settings.ytdlp_options)


def find_deno() -> Path | None:
    """Find the JavaScript runtime: the one from PyPI, which need not be on the PATH, else any on the PATH."""
    try:
        import deno

        return Path(deno.find_deno_bin())
    except (ImportError, FileNotFoundError):
        found = shutil.which("deno")
        return Path(found) if found else None


@contextmanager
def open_downloader(settings: Settings, *, needs_javascript: bool, hear: Hook) -> Iterator[Any]:
    """Open a `YoutubeDL` with the browser's cookies read; `hear` is told of each block that has come.

    Raises what `make_options` raises, and `UsageError` when the browser's cookies cannot be read or this machine
    cannot do what an option asks.
    """
    from yt_dlp import YoutubeDL
    from yt_dlp.utils import YoutubeDLError

    options = make_options(settings, needs_javascript=needs_javascript) | {"progress_hooks": [hear]}
    try:
        downloader = YoutubeDL(options)
    except YoutubeDLError as error:
        message = f"The setting “ytdlp_options” cannot be used here: {clean_text(str(error))}."
        raise UsageError(message, "Take that option out of it.") from error
    with downloader:
        try:
            _ = downloader.cookiejar
        except YoutubeDLError as error:
            browser = settings.cookies_from_browser
            raise UsageError(
                f"The cookies of the browser “{browser}” cannot be read: {clean_text(str(error))}.",
                "Close the browser, name its profile (firefox:NAME or firefox:FOLDER), or export a cookies.txt for the "
                "setting “cookies”.",
            ) from error
        yield downloader


class _Log:
    """What yt-dlp says, all of it at debug level: the user hears of failures from the error itself."""

    def debug(self, message: str) -> None:
        log.debug("%s", message.strip())

    info = warning = error = debug


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


def _read_more(text: str) -> dict[str, Any]:
    """Read the setting `ytdlp_options`. Nothing is handed to yt-dlp's reader before all of it is known and allowed."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(
            f"The setting “ytdlp_options” cannot be used: {str(error).lower()}.", "Close every quotation mark."
        ) from error
    given = [word.split("=")[0] for word in words if word.startswith("-")]
    for option in given:
        _check_allowed(option)
    if set(given).intersection(_WITH_PASSWORD) and not set(given).intersection(_PASSWORDS):
        raise UsageError(
            "The setting “ytdlp_options” has a user name without a password, which yt-dlp would ask for.",
            "Add --password, or keep both in .netrc and give --netrc instead.",
        )
    return _parse("ytdlp_options", words)


def _check_allowed(option: str) -> None:
    if option in ALLOWED:
        return
    if setting := _HAVE_SETTINGS.get(option):
        raise UsageError(
            f"The setting “ytdlp_options” has “{option}”, which has a setting of its own.", f"Use “{setting}”."
        )
    near = difflib.get_close_matches(option, ALLOWED, n=1, cutoff=0.8)
    raise UsageError(
        f"The setting “ytdlp_options” has “{option}”, which is not handed on to yt-dlp.",
        f"Did you mean “{near[0]}”?"
        if near
        else "Those that are stand in docs/settings.md: the way to a site, no more.",
    )


def _parse(setting: str, words: list[str]) -> dict[str, Any]:
    """Read words of yt-dlp's command line; returns only what they change. Reads none of yt-dlp's own files."""
    if not words:
        return {}
    import yt_dlp

    unset = yt_dlp.parse_options([]).ydl_opts
    try:
        parsed = yt_dlp.parse_options(words)
    except (optparse.OptParseError, ValueError) as error:
        said = re.sub(r"(?s)^.*\berror: ", "", str(error)).strip().rstrip(".")
        raise UsageError(
            f"The setting “{setting}” cannot be used: {said}.", "Write it as on yt-dlp's command line."
        ) from error
    if parsed.urls:
        raise UsageError(
            f"The setting “{setting}” has “{parsed.urls[0]}”, which belongs to no option.",
            "Put values with spaces into quotation marks.",
        )
    return {key: value for key, value in parsed.ydl_opts.items() if value != unset[key]}
