"""Finds what can be played: a recording's own file and picture, or another site's player.

Beside `library`, which knows the posts. A recording's folder is trusted no further than needed: only the
files that its `info.json` names are served, only under names that a browser can play or show, and a
relative name never leads out of the folder. Addresses of moments are made by `aligner.output.addresses`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from aligner.model import Media
from aligner.output.addresses import LEAD_MS as LEAD_MS
from aligner.output.addresses import file_fragment as file_fragment
from aligner.output.addresses import outside_address as outside_address
from aligner.output.addresses import timed_address as timed_address
from aligner.output.addresses import web_address as web_address
from aligner.output.addresses import youtube_video as youtube_video
from aligner.store import Workspace, read_json

VIMEO = "https://player.vimeo.com"
DAILYMOTION = "https://geo.dailymotion.com"
SERVICES = {"youtube": "YouTube", "vimeo": "Vimeo", "dailymotion": "Dailymotion"}

_PLAYABLE = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".webm": "video/webm",
    ".ogv": "video/ogg",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".wav": "audio/wav",
}
_PICTURES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
_VIMEO_PATH = re.compile(r"/(\d+)(?:/([0-9a-f]+))?/?")
_DAILYMOTION_PATH = re.compile(r"/video/([A-Za-z0-9]+)/?")
_PEERTUBE_PATH = re.compile(r"/(?:w|videos/watch|videos/embed)/([A-Za-z0-9-]{1,40})/?")
_HOST = re.compile(r"[a-z0-9.-]+(?::\d{1,5})?")


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file of a recording that may be sent to the reader."""

    path: Path
    mimetype: str


def find_playable(workspace: Workspace, media_id: str) -> LocalFile | None:
    """The recording's own file: its video, or else its audio; None when neither is there or playable."""
    info = _read_info(workspace, media_id)
    video = _named_file(workspace, media_id, info.get("video"), _PLAYABLE)
    audio = _named_file(workspace, media_id, info.get("audio"), _PLAYABLE | {".webm": "audio/webm"})
    return video or audio


def find_poster(workspace: Workspace, media_id: str) -> LocalFile | None:
    """The recording's still picture, None when there is none."""
    return _named_file(workspace, media_id, _read_info(workspace, media_id).get("thumbnail"), _PICTURES)


def _read_info(workspace: Workspace, media_id: str) -> dict[str, Any]:
    folder = workspace.media_folder(media_id)
    if folder.parent != workspace.media or folder.name in ("", ".", ".."):
        return {}
    try:
        info = read_json(folder / "info.json")
    except (RecursionError, ValueError):
        return {}
    # Two ids can share one folder name; the file says whose it is.
    return info if isinstance(info, dict) and info.get("id") == media_id else {}


def _named_file(workspace: Workspace, media_id: str, name: Any, types: dict[str, str]) -> LocalFile | None:
    if not isinstance(name, str) or not name or "\0" in name:
        return None
    path = Path(name)
    if not path.is_absolute():
        parts = PurePosixPath(name).parts + PureWindowsPath(name).parts
        if ".." in parts:
            return None
        path = workspace.media_folder(media_id) / path
    mimetype = types.get(path.suffix.lower())
    return LocalFile(path.absolute(), mimetype) if mimetype and path.is_file() else None


@dataclass(frozen=True, slots=True)
class Embed:
    """Another site's own player for a recording. Nothing of it may be asked for before the reader's consent."""

    player: str
    """`youtube`, `vimeo`, `dailymotion` or `peertube`: which of our players drives it."""
    service: str
    """Who receives the reader's data: the same as `player`, but for PeerTube the host, for anybody can run one."""
    source: str
    """The address of its frame; YouTube's id for `youtube`, whose address our script makes."""

    @property
    def name(self) -> str:
        """The service as a reader knows it."""
        return SERVICES.get(self.service, self.service)


def find_embed(media: Media) -> Embed | None:
    """The player of the site where a recording lies; None when we know none, or cannot be sure of the address."""
    if video := youtube_video(media):
        return Embed("youtube", "youtube", video)
    try:
        parts = urlsplit(media.url)
    except ValueError:
        return None
    make = _EMBEDS.get(media.provider)
    return make(parts) if make and parts.scheme in ("http", "https") else None


def _embed_vimeo(parts: SplitResult) -> Embed | None:
    """`dnt`: Vimeo keeps no record of the session. `h` opens an unlisted video (developer.vimeo.com, player SDK)."""
    match = _VIMEO_PATH.fullmatch(parts.path) if parts.netloc in ("vimeo.com", "www.vimeo.com") else None
    if not match:
        return None
    options = {"h": match[2]} if match[2] else {}
    query = urlencode(options | {"dnt": "1", "playsinline": "1"})
    return Embed("vimeo", "vimeo", f"{VIMEO}/video/{match[1]}?{query}")


def _embed_dailymotion(parts: SplitResult) -> Embed | None:
    """Its frame takes `startTime` and `autoplay` (developers.dailymotion.com, Web SDK runtime parameters).

    Since 28 September 2026 Dailymotion may leave a frame blank that names no player of the publisher's own
    (its changelog: "Player ID required in embed URLs"); the page therefore offers the outside link beside it.
    """
    match = _DAILYMOTION_PATH.fullmatch(parts.path) if parts.netloc == "www.dailymotion.com" else None
    return Embed("dailymotion", "dailymotion", f"{DAILYMOTION}/player.html?video={match[1]}") if match else None


def _embed_peertube(parts: SplitResult) -> Embed | None:
    """`api`: it answers messages. `p2p=0`: the reader's address is not told to other viewers, so no warning is due."""
    match, host = _PEERTUBE_PATH.fullmatch(parts.path), parts.netloc.lower()
    if not match or not _HOST.fullmatch(host):
        return None
    return Embed("peertube", host, f"https://{host}/videos/embed/{match[1]}?api=1&p2p=0&warningTitle=0")


_EMBEDS: dict[str, Callable[[SplitResult], Embed | None]] = {
    "vimeo": _embed_vimeo,
    "dailymotion": _embed_dailymotion,
    "peertube": _embed_peertube,
}
