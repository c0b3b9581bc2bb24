"""Watch: align what is waiting, then each post that comes, is edited or gets corrections; only what changed.

Each round is a `Run` of the pipeline over the posts that changed and those that share a recording with them, since
what is heard of a recording is planned for all its posts: after each round, plain `align` has nothing to do. What
failed is tried again when it changes, and after growing waits where it may pass. The engines stay loaded between
rounds, all else is let go.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

from aligner.corrections.file import ENDING
from aligner.errors import AlignerError, UsageError
from aligner.model import Outcome, Post
from aligner.pipeline import Run, check_request
from aligner.recordings import Listener, Request, Tools
from aligner.settings import FILE_NAME, Settings
from aligner.store import Workspace, one_run
from aligner.text.read import Sketch, list_posts, sketch_post
from aligner.watching.stamps import Stamps
from aligner.watching.wakes import wait_for_changes

LOOK_S = 5.0
"""Seconds between two looks at all files where nothing is told of them."""
LOOK_SHARE, RESTLESS_SHARE = 20, 4
"""A look that took long is followed by a pause so many times as long; the second while a file is being written."""
FIRST_WAIT_S, LONGEST_WAIT_S = 120.0, 3600.0
"""Seconds until a failure that may pass is tried again: doubled each time, an hour at the most."""

Tell = Callable[[Outcome, float | None], None]
"""Called with what became of a post, and in how many seconds it is tried again by itself (None: not before it changes).

An outcome may have the state `removed` here, besides those of a run: the post's file is gone.
"""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the command line gives a watch."""

    load: Callable[[], Settings]
    """Read the settings, also again after their file changed."""
    make_tools: Callable[[Settings], Tools]
    listen: Callable[[], AbstractContextManager[Listener]]
    """Whoever is told of progress while a round is at work."""
    say: Callable[[str], None]
    tell: Tell


@dataclass(frozen=True, slots=True)
class _Trouble:
    """A post that failed: how it was told, how often, and when it is tried again (None: not by itself)."""

    message: str
    tries: int
    due: float | None


@dataclass
class Watch:
    """Follows the posts of a request until `stop` is set. `busy` tells whether a round is at work."""

    request: Request
    around: Surroundings
    stop: Event = field(default_factory=Event)
    busy: bool = False
    _settings: Settings = field(init=False)
    _tools: Tools = field(init=False)
    _stamps: Stamps = field(default_factory=Stamps)
    _slugs: dict[Path, str] = field(default_factory=dict)
    _keys: dict[Path, frozenset[str]] = field(default_factory=dict)
    """What ties a post to others: the recordings it links, and its slug."""
    _troubles: dict[str, _Trouble] = field(default_factory=dict)
    _missing: bool = False

    def __post_init__(self) -> None:
        """Read the settings. Raises `UsageError`."""
        self._settings = self.around.load()
        self._tools = self.around.make_tools(self._settings)

    def follow(self) -> None:
        """Do what is waiting, then follow. Raises `UsageError` where the request cannot be met."""
        check_request(self.request)
        posts = self._list_posts()
        self._stamps.take(self._files(posts))
        if posts:
            self._round(None, None)
        self.request = replace(self.request, force=None)
        if not self.stop.is_set():
            number = f"{len(posts)} post{'s' * (len(posts) != 1)}"
            self.around.say(f"Watching {', '.join(map(str, self._places))}: {number}. Ctrl-C stops.")
        next_look = 0.0
        for told in wait_for_changes(self._places, self.stop, self.around.say):
            began = time.monotonic()
            if told or began >= next_look:
                self._look(began)
                took = time.monotonic() - began
                pause_s = RESTLESS_SHARE * took if self._stamps.restless else max(LOOK_S, LOOK_SHARE * took)
                next_look = time.monotonic() + pause_s

    # --- what there is --------------------------------------------------------------------------

    @property
    def _places(self) -> tuple[Path, ...]:
        return self.request.places or (Workspace(self._settings.workspace).posts,)

    @property
    def _shared(self) -> set[Path]:
        """Files on which all posts stand: the settings, a recording or captions that were given."""
        given = (self._settings.workspace / FILE_NAME, self.request.recording, self.request.captions)
        return {path for path in given if path is not None}

    def _list_posts(self) -> list[Path]:
        return list_posts(self._places)

    def _files(self, posts: Iterable[Path]) -> set[Path]:
        """The files to keep an eye on: posts, the corrections beside them, and what all stand on."""
        posts = set(posts)
        folders = {path.parent for path in posts}
        return {*posts, *self._shared, *(path for folder in folders for path in folder.glob(f"*{ENDING}"))}

    # --- what changed ---------------------------------------------------------------------------

    def _look(self, now: float) -> None:
        """Find what changed and came to rest, and do it."""
        try:
            posts = set(self._list_posts())
        except UsageError as error:  # a share that is not mounted at the moment, a folder that is replaced
            if not self._missing:
                self.around.say(f"{error.message} Waiting for it to come back; nothing is forgotten.")
            self._missing = True
            return
        self._missing = False
        settled = self._stamps.find_settled(self._files(posts), now)
        due = {slug for slug, trouble in self._troubles.items() if trouble.due is not None and trouble.due <= now}
        gone = settled - posts & self._slugs.keys()
        if settled & self._shared and self._reload():
            self._troubles.clear()
            self._round_again(None, None)
            for path in gone:
                self._tell_removed(path)
            return
        direct = {path for path in settled if path in posts} | self._corrected(settled, posts)
        for path in direct:
            self._troubles.pop(self._slugs.get(path, path.stem), None)
        direct |= {path for path, slug in self._slugs.items() if slug in due and path in posts}
        if direct or gone:
            self._take(direct, gone)

    def _corrected(self, settled: Iterable[Path], posts: set[Path]) -> set[Path]:
        """The posts whose corrections changed."""
        found = set()
        for path in settled:
            if path.name.endswith(ENDING):
                slug = path.name.removesuffix(ENDING)
                own = {post for post in posts if post.parent == path.parent and self._slugs.get(post) == slug}
                if not own and path.is_file():
                    self.around.say(f"{path} belongs to no post: none beside it has the slug “{slug}”.")
                found |= own
        return found

    def _reload(self) -> bool:
        """Read the settings again; false where they cannot be used: then those from before stay."""
        try:
            settings = self.around.load()
            check_request(self.request)
        except AlignerError as error:
            self.around.say(f"Error: {error} What was set before stays in use.")
            return False
        if settings != self._settings:
            self._settings, self._tools = settings, self.around.make_tools(settings)
            self.around.say("The settings changed; all posts are looked at again.")
        return True

    def _take(self, direct: set[Path], gone: set[Path]) -> None:
        """Do some posts, and those that share a recording with them or with a post that is gone."""
        touched = {key for path in direct | gone for key in self._keys.get(path, frozenset())}
        for path in direct:
            self._read(path)
            touched |= self._keys[path]
        for path in gone:
            self._tell_removed(path)
        given = self.request.recording or self.request.captions  # which the links of all posts tell what they are of
        taken = None if given else frozenset(self._reach(touched) | direct)
        slugs = {self._slugs[path] for path in direct}
        if taken is None or taken:
            self._round_again(taken, slugs)

    def _reach(self, touched: set[str]) -> set[Path]:
        """The posts that share one of these keys, or one with such a post, and so on."""
        reached: set[Path] = set()
        grown = True
        while grown:
            new = {path for path, keys in self._keys.items() if path not in reached and keys & touched}
            touched = touched.union(*(self._keys[path] for path in new))
            reached |= new
            grown = bool(new)
        return reached

    def _tell_removed(self, path: Path) -> None:
        slug = self._slugs.pop(path)
        del self._keys[path]
        self._troubles.pop(slug, None)
        alignment = Workspace(self._settings.workspace).aligned / f"{slug}.json"
        if slug in self._slugs.values():  # the post was moved
            return
        stays = f" Its alignment stays: {alignment}." if alignment.is_file() else ""
        self.around.tell(Outcome(slug, "removed", f"{path} is gone.{stays}"), None)

    def _read(self, path: Path) -> None:
        try:
            self._note({path: sketch_post(path)})
        except Exception:  # noqa: BLE001 - the run reads it once more, and tells what is wrong
            self._note({path: AlignerError("")})

    def _note(self, posts: Mapping[Path, Post | Sketch | AlignerError]) -> None:
        """Note what ties posts to others."""
        for path, post in posts.items():
            links = () if isinstance(post, AlignerError) else post.links
            self._slugs[path] = path.stem if isinstance(post, AlignerError) else post.slug
            slug = f"slug {self._slugs[path].casefold()}"
            self._keys[path] = frozenset({slug, *(link.media_id for link in links)})

    # --- what is done ---------------------------------------------------------------------------

    def _round(self, taken: frozenset[Path] | None, direct: set[str] | None) -> None:
        """One run over these posts (None is all). Of those not in `direct` only what is new is told."""
        self.busy = True
        try:
            with one_run(Workspace(self._settings.workspace), self._make_patience()) as held:
                if held:
                    self._run(taken, direct)
        finally:
            self.busy = False
            gc.collect()  # transcripts hang in circles of references; tens of MB a session would lie about until later

    def _round_again(self, taken: frozenset[Path] | None, direct: set[str] | None) -> None:
        """A round after the first: what keeps it from being done at all is told, and it is tried again later."""
        try:
            self._round(taken, direct)
        except AlignerError as error:
            for slug in set(self._slugs.values()) if direct is None else direct:
                self._deal(Outcome(slug, "failed", error.message, error.hint, may_pass=True), direct)

    def _run(self, taken: frozenset[Path] | None, direct: set[str] | None) -> None:
        with self.around.listen() as listener:
            run = Run(replace(self.request, taken=taken), self._settings, self._tools, listener)
            for outcome in run.outcomes():
                self._deal(outcome, direct)
                if self.stop.is_set():
                    break
            self._note(run.posts)

    def _make_patience(self) -> Callable[[], bool]:
        """Wait for another run, telling so once, until this one is to stop."""
        told = False

        def may_wait() -> bool:
            nonlocal told
            if not told:
                self.around.say("Another run is at work on this workspace; waiting for it.")
                told = True
            return not self.stop.is_set()

        return may_wait

    def _deal(self, outcome: Outcome, direct: set[str] | None) -> None:
        """Tell an outcome, and note when it is to be tried again."""
        before = self._troubles.pop(outcome.slug, None)
        wait_s: float | None = None
        if outcome.state in ("failed", "partial"):
            tries = before.tries + 1 if before else 1
            wait_s = min(FIRST_WAIT_S * 2 ** (tries - 1), LONGEST_WAIT_S) if outcome.may_pass else None
            due = None if wait_s is None else time.monotonic() + wait_s
            self._troubles[outcome.slug] = _Trouble(outcome.message, tries, due)
            if before and before.message == outcome.message and direct is not None and outcome.slug not in direct:
                return
        elif outcome.state == "unchanged" or (
            outcome.state == "skipped" and direct is not None and outcome.slug not in direct
        ):
            return
        self.around.tell(outcome, wait_s)
