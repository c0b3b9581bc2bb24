"""Publishes the viewer as files: asks it for each page as a reader's browser would, and follows its links.

Face of this package, called by `aligner publish`. Pages come from the very application that `aligner serve` runs; only
their addresses are changed (`rewrite`). A page none of whose answers changed since the last run is not made again.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby, starmap
from pathlib import Path
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException

from aligner.errors import AlignerError, UsageError
from aligner.library.scan import Stamp, scan, stamp_of
from aligner.store import Workspace, find_posts, fingerprint
from web.freeze.addresses import DEFAULT_LANGUAGE, ERROR_PAGE, Place, place_of
from web.freeze.check import Fault, find_faults
from web.freeze.index import FOLDER, freeze_index
from web.freeze.maker import Makers, Order
from web.freeze.manifest import Folder, Page, open_folder
from web.freeze.rewrite import Site
from web.freeze.snapshot import program_print
from web.public import read_address
from web.recordings import find_playable
from web.wording import LANGUAGES

COLLECT_EVERY = 300
"""Pages, after which what they left in memory is let go."""
NOWHERE = "http://viewer.invalid/"
"""What stands before addresses while the viewer is asked, where readers' address is not known."""

LIVE_ONLY = ("edit/", "report.")
"""How the names of scripts and styles begin that no published page has: they need a server."""


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
    workspace: Workspace,
    out: Path,
    *,
    public_url: str = "",
    with_media: bool = False,
    check: bool = False,
    workers: int = 1,
) -> Report:
    """Write the viewer of a workspace into the folder `out`; what lies there of an earlier run is brought up to date.

    `public_url` is where readers will reach it: without, what needs whole addresses is left out (canonical addresses,
    previews, feed, sitemap). `with_media` publishes the recordings' own files, too. `workers`: processes where
    there is much to do; they import the main module, which must bear that. Raises `UsageError`, `DiskError`,
    and `AlignerError` where a page cannot be made.
    """
    if public_url:
        read_address(public_url)
    _refuse_own_folders(out.resolve(), workspace)
    site = Site(f"{public_url.rstrip('/')}/" if public_url else NOWHERE, bool(public_url))
    folder = open_folder(out, program_print(site.root, with_media))
    recordings = list(_look_at(workspace)) if with_media else []
    state = fingerprint(folder.program, scan(workspace).fingerprint, _look_at_posts(workspace), recordings)
    if folder.same_program and folder.state == state and all(starmap(folder.holds, folder.before.items())):
        return Report(len(folder.before), 0, 0, 0, _check(out, folder.before, public_url) if check else ())
    makers = Makers(Order(workspace, site, with_media), workers)
    run = _Run(makers, folder)
    was_collecting = gc.isenabled()
    gc.disable()  # a quarter of the time would go into looking for rubbish; `_Run` does so now and then
    try:
        run.crawl()
        freeze_index(makers.here.app, makers.here.library, folder)
        removed = folder.finish(state)
    except BaseException:
        if out.is_dir():
            folder.note()  # what is done is ours, whatever comes between
        raise
    finally:
        makers.close()
        if was_collecting:
            gc.enable()
    faults = _check(out, folder.now, public_url) if check else ()
    return Report(len(folder.now), run.made, folder.written, removed, faults)


def _refuse_own_folders(out: Path, workspace: Workspace) -> None:
    root = workspace.root.resolve()
    within = next((one for one in (workspace.posts, workspace.media) if out.is_relative_to(one.resolve())), None)
    if out != root and within is None:
        return
    where = "is the workspace itself" if out == root else f"lies in {within}, where the workspace keeps its own files"
    raise UsageError(f"{out} {where}.", f"Publish into a folder of its own, such as {root / 'public'}.")


def _check(out: Path, files: Collection[str], public_url: str) -> tuple[Fault, ...]:
    return tuple(find_faults(out, files, urlsplit(public_url).path.rstrip("/") + "/"))


def _look_at_posts(workspace: Workspace) -> list[tuple[str, Stamp | None]]:
    """The stamps of what people write: posts and proposals, of which the page of the site's state tells."""
    written = [*find_posts(workspace.posts), *(workspace.posts / "proposals").glob("*/*.toml")]
    return sorted((path.as_posix(), stamp_of(path)) for path in written)


def _look_at(workspace: Workspace) -> Iterator[tuple[str, str, Stamp | None]]:
    """The stamps of all files beside recordings, which may be written over where they are."""
    for folder in sorted(path for path in workspace.media.glob("*") if path.is_dir()):
        yield from ((folder.name, path.name, stamp_of(path)) for path in sorted(folder.iterdir()) if path.is_file())


class _Run:
    def __init__(self, makers: Makers, folder: Folder) -> None:
        self.made = 0
        self._makers, self._folder = makers, folder
        self._app, self._library = makers.here.app, makers.here.library
        self._owners: dict[str, str] = {}

    def crawl(self) -> None:
        """Bring every page up to date that can be reached, those a link away after those that lead there."""
        wave = list(dict.fromkeys(self._seeds()))
        seen = set(wave)
        while wave:
            links: dict[str, None] = {}
            to_make = []
            self._folder.claim(place_of(ask).file for ask in wave)
            for ask in wave:
                place = self._claim(ask)
                known = self._folder.before.get(place.file)
                if ask.startswith("/media/"):
                    self._copy(place)
                elif known and self._is_same(known) and self._folder.holds(place.file, known):
                    self._folder.now[place.file] = known
                    links.update(dict.fromkeys(known.links))
                else:
                    to_make.append(ask)
            for made in self._makers.make(to_make):
                self._folder.put(place_of(made.ask).file, made.data, made.made_of, made.links)
                links.update(dict.fromkeys(made.links))
                self.made += 1
                if self.made % COLLECT_EVERY == 0:
                    gc.collect()
            wave = [link for link in links if link not in seen and not link.startswith(f"/{FOLDER}/")]
            seen.update(wave)
            # the languages of a page one after the other: what they are made of is read once
            wave.sort(key=lambda ask: (ask.partition("?")[0], ask))

    def _claim(self, ask: str) -> Place:
        """The place of an address; no two addresses have one."""
        place = place_of(ask)
        owner = self._owners.setdefault(place.file, ask)
        if owner != ask:
            raise AlignerError(
                f"The addresses {owner} and {ask} would be one file, {place.file}.",
                "Rename the person, topic or recording of one of them.",
            )
        return place

    def _seeds(self) -> Iterator[str]:
        # each post's pages one after the other: its file is read once for all of them
        with self._app.test_request_context():
            yield from list(self._posts_and_sessions())
        yield from ("/", ERROR_PAGE, "/recherche/", "/recherche/?lang=en", "/robots.txt")
        yield from ("/recherche/lecteurs.html", "/recherche/lecteurs.html?lang=en")
        if self._makers.here.order.site.is_public:
            yield from ("/sitemap.xml", "/flux.xml")
        static = Path(self._app.static_folder or "")
        for path in sorted(static.rglob("*")):
            name = path.relative_to(static).as_posix()
            if path.is_file() and not name.startswith(LIVE_ONLY):
                yield f"/static/{name}"

    def _posts_and_sessions(self) -> Iterator[str]:
        # posts of one recording stand together, and its own page after them: it is made of the same files
        by_recording = groupby(self._library.posts()[0], key=lambda line: line.media_ids[:1])
        for media_ids, lines in by_recording:
            for line in lines:
                for view in ("posts.show_post", "embed.show_embed"):
                    yield from self._in_all_languages(view, slug=line.slug)
            for media_id in media_ids:
                yield from self._in_all_languages("sessions.show_session", media_id=media_id)

    def _in_all_languages(self, view: str, **values: str) -> Iterator[str]:
        address = self._app.url_for(view, **values, _external=False)
        return (address if language == DEFAULT_LANGUAGE else f"{address}?lang={language}" for language in LANGUAGES)

    def _is_same(self, page: Page) -> bool:
        """Whether all that a page was made of is as it was: the program, and the library's answers if it asked any."""
        return self._folder.same_program and self._library.still_gives(page.made_of)

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
