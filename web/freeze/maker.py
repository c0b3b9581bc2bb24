"""Makes published pages: asks the viewer for each as a reader's browser would, and freezes the answer.

Between the crawl and the application. Pages do not depend on each other, so many are made by several processes, each
with an application and a library of its own.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from platformdirs import user_cache_path
from werkzeug.test import create_environ
from werkzeug.wrappers import Response

from aligner.errors import AlignerError
from aligner.library import FinishedPost, Library
from aligner.store import Workspace
from web import create_app
from web.freeze.addresses import ERROR_PAGE, place_of
from web.freeze.rewrite import Site, freeze_page
from web.freeze.shelves import shelves
from web.freeze.snapshot import Snapshot, program_print
from web.layout import FileAddress, LaidPost, lay_out

MANY = 300
"""Pages from which on more processes are worth their start, which takes each some seconds of work."""
BATCH = 32
"""Pages made in one go: four for each post, whose file is then read once."""


_CARD = re.compile(r"/cartes/([^/?]+)\.png")
_IN_FRAGMENT = "%!#$&'()*+,/:;=?@"


@dataclass(frozen=True, slots=True)
class Order:
    """What all pages of a run have in common."""

    workspace: Workspace
    site: Site
    with_media: bool


@dataclass(frozen=True, slots=True)
class Made:
    """A page as it is to be written."""

    ask: str
    data: bytes
    made_of: dict[str, str]
    """Questions to the library, each with the fingerprint of its answer."""
    links: tuple[str, ...]


class _Compiled(FileSystemBytecodeCache):
    """Templates as an earlier run of this very program compiled them, which takes longer than most changes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._program = program_print()

    def get_source_checksum(self, source: str) -> str:
        """Tell templates of another program from these: filters that it calls may have been worked into them."""
        return super().get_source_checksum(f"{self._program} {source}")

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, where there is room for it."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _open_compiled() -> _Compiled | None:
    """Where compiled templates are kept; None where this user has no such place."""
    folder = user_cache_path("aligner", appauthor=False) / "templates"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return _Compiled(folder)


class Maker:
    """An application, asked from within."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.library = Snapshot(order.workspace, with_media=order.with_media)
        self._laid: tuple[FinishedPost, LaidPost, set[str]] | None = None
        self.app = create_app(order.workspace, library=self.library)
        self.app.config.update(
            FROZEN=True,
            SENDS_RECORDINGS=order.with_media,
            KNOWS_ADDRESS=order.site.is_public,
            WHOLE_ADDRESS=order.site.whole,
            LAY_OUT=self._lay_out,
            GATHER=Snapshot.standing,
        )
        self.app.register_blueprint(shelves)
        self.app.jinja_env.bytecode_cache = _open_compiled()
        self._keep_addresses()
        self._environ = create_environ(base_url=order.site.root, headers={"Accept-Language": "fr"})

    def _keep_addresses(self) -> None:
        """Make each address once: all pages are asked for under one root, and a list has a hundred."""
        url_for = self.app.url_for
        base = lru_cache(maxsize=50_000)(url_for)

        def kept(endpoint: str, *, _anchor: str | None = None, **values: Any) -> str:
            address = base(endpoint, **values)
            # as Flask writes it; passages' own are on few pages
            return address if _anchor is None else f"{address}#{quote(_anchor, safe=_IN_FRAGMENT)}"

        self.app.url_for = kept  # type: ignore[method-assign]  # as Flask's docs say

    def _lay_out(self, post: FinishedPost, library: Library, **addresses: FileAddress) -> LaidPost:
        """Lay a post out once for its pages, which are made one after the other; each is made of the same answers."""
        if self._laid is None or self._laid[0] is not post:
            noted, self.library.asked = self.library.asked, set()
            laid = lay_out(post, library, **addresses)
            self._laid, self.library.asked = (post, laid, self.library.asked), noted
        self.library.asked |= self._laid[2]
        return self._laid[1]

    def make(self, ask: str) -> Made:
        """Make the page or file of an address. Raises `AlignerError` where the viewer has none."""
        self.library.asked = set()
        site = self.order.site
        path, _, query = ask.partition("?")
        asking = {**self._environ, "PATH_INFO": unquote(path).encode().decode("latin-1"), "QUERY_STRING": query}
        response = Response.from_app(self.app.wsgi_app, asking, buffered=True)
        asked, self.library.asked = self.library.asked, set()
        if response.status_code != (404 if ask == ERROR_PAGE else 200):
            raise AlignerError(
                f"The viewer answers {response.status_code} for {ask}.", "See that `aligner serve` shows it."
            )
        data, links = response.get_data(), tuple[str, ...]()
        if response.mimetype == "text/html":
            policy = _for_meta(response.headers.get("Content-Security-Policy", ""))
            page = freeze_page(data.decode(), place_of(ask), "en" if "lang=en" in ask else "", site, policy)
            data, links = page.text.encode(), page.links
        if card := _CARD.fullmatch(ask):
            # it shows of a post what its line tells; to be drawn takes as long as a page
            asked = {self.library.question("card", slug=unquote(card[1]))}
        made_of = {question: self.library.print_of(question) for question in sorted(asked)}
        return Made(ask, data, made_of, links)


def _for_meta(policy: str) -> str:
    """A content policy as a page may state it itself: what only a header may say is left out (CSP 3, 3.3)."""
    return "; ".join(part for part in policy.split("; ") if part and not part.startswith("frame-ancestors"))


def cores() -> int:
    """How many processes this machine runs at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Makers:
    """A maker here, and others in processes of their own once there is much to do. To be closed."""

    def __init__(self, order: Order, most: int) -> None:
        """At most `most` processes besides this one."""
        self.here = Maker(order)
        self._most = most
        self._pool: ProcessPoolExecutor | None = None

    def make(self, asks: Sequence[str]) -> Iterator[Made]:
        """Make pages, in the order of their addresses."""
        if self._most < 2 or len(asks) < (MANY if self._pool is None else 2 * self._most):
            return map(self.here.make, asks)
        if self._pool is None:
            # forked threads' locks would stay locked
            self._pool = ProcessPoolExecutor(self._most, get_context("spawn"), _start, (self.here.order,))
        size = min(BATCH, -(-len(asks) // (2 * self._most)))
        batches = [asks[start : start + size] for start in range(0, len(asks), size)]
        return chain.from_iterable(self._pool.map(_make_batch, batches))

    def close(self) -> None:
        """End the processes."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)


_maker: list[Maker] = []
"""The one of this process, if it is one of several."""


def _start(order: Order) -> None:
    _maker.append(Maker(order))
    # what is there now stays: looking through it for rubbish would take a fifth of the time
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _make_batch(asks: Sequence[str]) -> list[Made]:
    return [_maker[0].make(ask) for ask in asks]
