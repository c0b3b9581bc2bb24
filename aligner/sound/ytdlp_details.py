"""What a site says of a recording, read from yt-dlp's facts about it: its title and its day.

Used by the real fetcher (`ytdlp`). yt-dlp fills gaps with what it finds or makes up; what is no fact about the
recording is left out here.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from aligner.model import Link
from aligner.sound.fetch import read_day
from aligner.sound.formats import Info


def name_recording(info: Info, link: Link) -> str:
    """Take the site's title, else the file's name. “video” is what yt-dlp calls a page without a title."""
    title = " ".join(str(info.get("title") or "").split())
    if info.get("extractor_key") == "HTML5MediaEmbed":
        title = title.removesuffix(" (1)")  # yt-dlp counts the players of a page
    if title and title != "video":
        return title
    return Path(unquote(urlsplit(link.url).path)).stem or link.media_id


def date_recording(info: Info) -> str | None:
    """Take the day of the broadcast, else of the publication, as ISO 8601.

    None for a plain file, that no page tells of: yt-dlp passes off its last change (`Last-Modified`) as the day it was
    published.
    """
    if info.get("direct") and _suffix(info.get("webpage_url")) == _suffix(info.get("url")):
        return None
    return read_day(info.get("release_date")) or read_day(info.get("upload_date"))


def _suffix(address: str | None) -> str:
    return Path(urlsplit(address or "").path).suffix.lower()
