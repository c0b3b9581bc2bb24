"""Publishes the viewer as files: asks it for each page as a reader's browser would, and follows its links.

Face of this package, called by `aligner publish`. Pages come from the very application that `aligner serve` runs; only
their addresses are changed (`rewrite`). A page none of whose answers changed since the last run is not made again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from aligner.errors import AlignerError, UsageError
from aligner.store import Workspace
from web import create_app
from web.freeze.addresses import ERROR_PAGE, Place, place_of
from web.freeze.check import Fault, find_faults
from web.freeze.index import FOLDER, freeze_index
from web.freeze.manifest import Folder, Page, open_folder
from web.freeze.rewrite import Site, freeze_page
from web.freeze.shelves import shelves
from web.freeze.snapshot import Snapshot, program_print
from web.public import read_address
from web.recordings import find_playable

NOWHERE = "http://viewer.invalid/"
"""What stands before addresses while the viewer is asked, where readers' address is not known."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did."""

    files: int
    """Of the whole site."""
    made: int
    """Pages and files that were made anew."""
    written: int
    """Those that were not there, or were another."""
    removed: int
    faults: tuple[Fault, ...]
    """Links that lead nowhere, where that was asked for."""


def publish(
    workspace: Workspace, out: Path, *, public_url: str = "", with_media: bool = False, check: bool = False
) -> Report:
    """Write the viewer of a workspace into the folder `out`; what lies there of an earlier run is brought up to date.

    `public_url` is where readers will reach it: without, what needs whole addresses is left out (canonical addresses,
    previews, feed, sitemap). `with_media` publishes the recordings' own files, too. Raises `UsageError`, `DiskError`,
    and `AlignerError` where a page cannot be made.
    """
    if public_url:
        read_address(public_url)
    if out.resolve() in (workspace.root.resolve(), workspace.posts.resolve(), workspace.media.resolve()):
        raise UsageError(f"{out} is a folder of the workspace itself.", "Publish into a folder of its own.")
    site = Site(f"{public_url.rstrip('/')}/" if public_url else NOWHERE, bool(public_url))
    library = Snapshot(workspace, with_media=with_media)
    folder = open_folder(out, program_print(site.root, with_media))
    app = _make_app(workspace, library, site, with_media=with_media)
    run = _Run(app, library, folder, site)
    try:
        run.crawl()
        freeze_index(app, library, folder)
        removed = folder.finish()
    except BaseException:
        if out.is_dir():
            folder.note()  # what is done is ours, whatever comes between
        raise
    faults = tuple(find_faults(out, folder.now, urlsplit(public_url).path.rstrip("/") + "/")) if check else ()
    return Report(len(folder.now), run.made, folder.written, removed, faults)


def _make_app(workspace: Workspace, library: Snapshot, site: Site, *, with_media: bool) -> Flask:
    app = create_app(workspace, library=library)
    app.config.update(FROZEN=True, SENDS_RECORDINGS=with_media, KNOWS_ADDRESS=site.is_public, WHOLE_ADDRESS=site.whole)
    app.register_blueprint(shelves)
    return app


class _Run:
    def __init__(self, app: Flask, library: Snapshot, folder: Folder, site: Site) -> None:
        self.made = 0
        self._app, self._library, self._folder, self._site = app, library, folder, site
        self._client: FlaskClient = app.test_client()
        self._owners: dict[str, str] = {}

    def crawl(self) -> None:
        """Make every page that can be reached."""
        waiting = deque(self._seeds())
        seen = set(waiting)
        while waiting:
            ask = waiting.popleft()
            place = place_of(ask)
            owner = self._owners.setdefault(place.file, place.ask)
            if owner != place.ask:
                raise AlignerError(
                    f"The addresses {owner} and {place.ask} would be one file, {place.file}.",
                    "Rename the person, topic or recording of one of them.",
                )
            for link in self._take(place):
                if link not in seen and not link.startswith(f"/{FOLDER}/"):
                    seen.add(link)
                    waiting.append(link)

    def _seeds(self) -> Iterator[str]:
        # each post's pages one after the other: its file is read once for all of them
        for line in self._library.posts()[0]:
            with self._app.test_request_context():
                address = self._app.url_for("posts.show_post", slug=line.slug, _external=False)
            yield from (address, f"{address}?lang=en", f"/embed/{quote(line.slug)}/")
        yield from ("/", ERROR_PAGE, "/recherche/", "/recherche/?lang=en", "/robots.txt")
        yield from ("/recherche/lecteurs.html", "/recherche/lecteurs.html?lang=en")
        if self._site.is_public:
            yield from ("/sitemap.xml", "/flux.xml")
        static = Path(self._app.static_folder or "")
        for path in sorted(static.rglob("*")):
            if path.is_file():
                yield f"/static/{path.relative_to(static).as_posix()}"

    def _take(self, place: Place) -> tuple[str, ...]:
        """Bring one file up to date; the addresses that it leads to."""
        known = self._folder.before.get(place.file)
        if known and self._is_same(known) and self._folder.holds(place.file, known):
            self._folder.now[place.file] = known
            return known.links
        if place.ask.startswith("/media/"):
            self._copy(place)
            return ()
        return self._make(place)

    def _is_same(self, page: Page) -> bool:
        """Whether all that a page was made of is as it was. What was made of no answers is quickly made again."""
        same = (self._library.print_of(question) == answer for question, answer in page.made_of.items())
        return self._folder.same_program and bool(page.made_of) and all(same)

    def _make(self, place: Place) -> tuple[str, ...]:
        self._library.asked = set()
        response = self._client.get(place.ask, base_url=self._site.root, headers={"Accept-Language": "fr"})
        asked, self._library.asked = self._library.asked, set()
        if response.status_code != (404 if place.ask == ERROR_PAGE else 200):
            raise AlignerError(
                f"The viewer answers {response.status_code} for {place.ask}.", "See that `aligner serve` shows it."
            )
        data, links = response.get_data(), tuple[str, ...]()
        if response.mimetype == "text/html":
            language = "en" if "lang=en" in place.ask else ""
            policy = _for_meta(response.headers.get("Content-Security-Policy", ""))
            page = freeze_page(data.decode(), place, language, self._site, policy)
            data, links = page.text.encode(), page.links
        response.close()
        made_of = {question: self._library.print_of(question) for question in sorted(asked)}
        self._folder.put(place.file, data, made_of, links)
        self.made += 1
        return links

    def _copy(self, place: Place) -> None:
        try:
            _, values = self._app.url_map.bind("viewer.invalid").match(place.ask.partition("?")[0])
        except HTTPException as error:
            raise AlignerError(f"No recording is at {place.ask}.") from error
        file = find_playable(self._library.workspace, values["media_id"])
        if file is None:
            raise AlignerError(f"The recording at {place.ask} is gone.", "Run again.")
        self._folder.copy(place.file, file.path)
        self.made += 1


def _for_meta(policy: str) -> str:
    """A content policy as a page may state it itself: what only a header may say is left out (CSP 3, 3.3)."""
    return "; ".join(part for part in policy.split("; ") if part and not part.startswith("frame-ancestors"))
