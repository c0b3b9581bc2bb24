"""Keeps finished answers, so that a page is made once for each state of the library and then only sent.

Around the views: a GET page is kept under its address, host and language and the library's revision, with its gzip
form and an ETag; a browser that has it already is told so (304). The ETag is of the content and not of the revision:
a page that an alignment did not touch stays good in the browsers, and a new version of the program is a new page.
Recordings and other files of the workspace are not kept; they are sent from the disk, in ranges.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass

from flask import Flask, Response, g, request

from web.frame import chosen_language, the_library

MOST_BYTES = 48 * 1024 * 1024
"""All kept answers together: a thousand posts of some 8 KB and a hundred sessions of some 60 KB, in gzip form, take a
third of it."""

LARGEST = 4 * 1024 * 1024
"""An answer longer than this is sent and not kept."""

_ZIP_FROM = 512
"""Bytes below which compressing costs more than it saves."""

_ZIPPED_TYPES = ("text/", "application/json", "application/javascript", "image/svg+xml")

Key = bytes
"""A digest of all that an answer depends on: what is asked may be as long as its asker likes, a key must not be."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A finished answer."""

    headers: tuple[tuple[str, str], ...]
    etag: str
    body: bytes
    zipped: bool
    """Whether the body is kept in gzip form. The few who do not take that get it unpacked, which costs little."""

    @property
    def size(self) -> int:
        """Bytes it takes, near enough."""
        return len(self.body) + 1000


class Shelf:
    """Kept answers up to a number of bytes; the one not asked for longest goes first. Threads share it."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Key) -> Kept | None:
        """The answer kept under this key, None when there is none (any more)."""
        with self._lock:
            kept = self._kept.get(key)
            if kept:
                self._kept.move_to_end(key)
            return kept

    def put(self, key: Key, kept: Kept) -> None:
        """Keep an answer, and let go of those that no longer fit."""
        if kept.size > min(LARGEST, self.most_bytes):
            return
        with self._lock:
            if known := self._kept.pop(key, None):
                self.bytes -= known.size
            self._kept[key] = kept
            self.bytes += kept.size
            while self.bytes > self.most_bytes:
                _, oldest = self._kept.popitem(last=False)
                self.bytes -= oldest.size


def keep_pages(app: Flask) -> Shelf:
    """Keep the answers of an application. To be called before any other hook is registered: it must run last."""
    shelf = Shelf()

    @app.before_request
    def look_up() -> Response | None:
        if request.method not in ("GET", "HEAD"):
            return None
        g.page_key = _key()
        g.kept_page = shelf.get(g.page_key)
        # what is sent is settled in `answer`, after the hooks of all others
        return Response() if g.kept_page else None

    @app.after_request
    def answer(response: Response) -> Response:
        kept: Kept | None = g.get("kept_page")
        if kept is None and "page_key" in g and _keepable(response):
            kept = _finish(response)
            # a HEAD answer has its body here, too: Werkzeug drops it later
            shelf.put(g.page_key, kept)
        return _send(kept) if kept else response

    return shelf


def _key() -> Key:
    library = the_library()
    library.refresh()
    # The host belongs to it: pages hold absolute addresses, and the host is whatever the asker says it is.
    depends_on = (request.host_url, request.path, request.query_string, chosen_language(), library.revision)
    return hashlib.sha256(repr(depends_on).encode()).digest()


def _keepable(response: Response) -> bool:
    fit = response.status_code == 200 and not response.direct_passthrough and not response.is_streamed
    return fit and not response.cache_control.no_store


def _finish(response: Response) -> Kept:
    body = response.get_data()
    response.vary.add("Accept-Encoding")
    # a weak one: the plain and the zipped form share it (RFC 9110, 8.8.1)
    response.set_etag(hashlib.sha256((response.content_type or "").encode() + body).hexdigest()[:20], weak=True)
    if not response.headers.get("Cache-Control"):
        response.headers["Cache-Control"] = "no-cache"
    zippable = len(body) >= _ZIP_FROM and (response.mimetype or "").startswith(_ZIPPED_TYPES)
    headers = tuple((name, value) for name, value in response.headers if name != "Content-Length")
    return Kept(headers, response.get_etag()[0] or "", gzip.compress(body, 6, mtime=0) if zippable else body, zippable)


def _send(kept: Kept) -> Response:
    if request.if_none_match.contains_weak(kept.etag):
        response = Response(status=304)
        response.headers.clear()
        response.headers.extend((name, value) for name, value in kept.headers if name != "Content-Type")
        return response
    unpack = kept.zipped and request.accept_encodings.quality("gzip") == 0
    body = gzip.decompress(kept.body) if unpack else kept.body
    response = Response(body)
    response.headers.clear()
    response.headers.extend(kept.headers)
    if kept.zipped and not unpack:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(body))
    return response
