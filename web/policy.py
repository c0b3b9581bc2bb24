"""What a page may fetch, and from whom: the Content-Security-Policy of each answer.

Beside the views. The sites whose players a reader may let in are the same for every page, but for PeerTube, which
anybody can run: a template that shows such a recording says so (`framed`), and only that page may frame that host.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import g

from web.recordings import DAILYMOTION, VIMEO, Embed

_YOUTUBE = "https://www.youtube-nocookie.com"
_POLICY = {
    "default-src": "'self'",
    # The API's script comes from youtube.com even for the nocookie player; it is asked for only after consent.
    "script-src": "'self' https://www.youtube.com",
    "img-src": "'self' data:",
    "style-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}


def framed(embed: Embed) -> str:
    """The address of another site's player, which the page that is being made may frame from now on."""
    if embed.player == "peertube":
        parts = urlsplit(embed.source)
        g.setdefault("framed_hosts", set()).add(f"{parts.scheme}://{parts.netloc}")
    return embed.source


def content_policy() -> str:
    """The policy of the answer to this request."""
    frames = (_YOUTUBE, VIMEO, DAILYMOTION, *sorted(g.get("framed_hosts", ())))
    return "; ".join(f"{kind} {sources}" for kind, sources in (_POLICY | {"frame-src": " ".join(frames)}).items())
