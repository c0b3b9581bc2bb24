"""Where a recording, and a moment of it, can be watched on the web.

Last step of tell: for the viewer's links and for the commands that print one. An address is only ever http or https.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aligner.model import Media

LEAD_MS = 300
"""Playing starts this much early: half a word too much is kinder than half a word too little."""

_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{6,20}")


def youtube_video(media: Media) -> str | None:
    """The recording's id on YouTube, None when it is not there."""
    provider, _, video = media.id.partition(":")
    return video if provider == "youtube" and _YOUTUBE_ID.fullmatch(video) else None


def web_address(url: str | None) -> str | None:
    """The address if it is one a reader may be sent to (http or https with a host), else None."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def outside_address(media: Media) -> str | None:
    """Where the recording can be watched from its beginning, None when nowhere."""
    video = youtube_video(media)
    return f"https://youtu.be/{video}" if video else web_address(media.url)


def timed_address(media: Media, start_ms: int) -> str | None:
    """The recording's outside address at a moment, in whole seconds, a little early and never negative."""
    if video := youtube_video(media):
        return f"https://youtu.be/{video}?t={whole_seconds(start_ms)}"
    url = web_address(media.url)
    return _STARTERS.get(media.provider, _with_fragment)(url, whole_seconds(start_ms)) if url else None


def file_fragment(start_ms: int) -> str:
    """The media fragment (`#t=`) that starts a file at a moment: W3C Media Fragments URI 1.0, 4.2.1."""
    return f"#t={max(0, start_ms - LEAD_MS) / 1000:.1f}"


def whole_seconds(start_ms: int) -> int:
    """A moment in whole seconds for addresses, a little early and never negative."""
    return max(0, start_ms - LEAD_MS) // 1000


def _with_fragment(url: str, seconds: int) -> str:
    return urlunsplit(urlsplit(url)._replace(fragment=f"t={seconds}"))


def _with_vimeo_fragment(url: str, seconds: int) -> str:
    return urlunsplit(urlsplit(url)._replace(fragment=f"t={seconds}s"))


def _with_start(url: str, seconds: int) -> str:
    parts = urlsplit(url)
    query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != "start"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("start", str(seconds))])))


_STARTERS: dict[str, Callable[[str, int], str]] = {
    "vimeo": _with_vimeo_fragment,
    "dailymotion": _with_start,
    "peertube": _with_start,
}
