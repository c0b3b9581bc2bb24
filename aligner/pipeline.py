"""The whole road: read → hear → match → tell, for a folder of posts. The only module that knows all stages.

Each post goes its way alone: what fails becomes an `Outcome` and the next post is taken. Every finished
stage is a file named by what it was made from, so a run that was stopped anywhere goes on where it stopped,
and a run with nothing new to do does nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Protocol

from aligner.errors import AlignerError, AudioError, MissingError, PostError, UsageError
from aligner.export import is_told, read_finished, write_results
from aligner.matching.heard_text import HeardText, prepare
from aligner.matching.match import match_post
from aligner.model import Heard, Link, Media, Outcome, Post, Transcript
from aligner.output import alignment_file
from aligner.settings import Settings
from aligner.sound.captions import read_captions
from aligner.sound.fetch import Fetcher, load_media, obtain_media
from aligner.sound.hear import adopt_recording, hear
from aligner.sound.whisper import Transcriber
from aligner.store import Workspace, fingerprint, hash_file, sweep
from aligner.text.read import list_posts, read_post

log = logging.getLogger(__name__)

PREPARED = 4
"""Recordings whose prepared text is kept in memory: a five-hour session takes some 25 MB."""


class Listener(Protocol):
    """Whoever watches a run: the command line's progress display, or nobody."""

    def say(self, text: str) -> None:
        """Take a sentence about what begins."""

    def progress(self, what: str, done: int, total: int | None, unit: str) -> None:
        """Take a state: `done` of `total` (None when unknown) in bytes (`unit` "B") or ms of audio (`unit` "ms")."""


@dataclass(frozen=True, slots=True)
class Request:
    """What one run is asked to do."""

    places: tuple[Path, ...]
    recording: Path | None = None
    captions: Path | None = None
    only: tuple[str, ...] = ()
    force: str | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Tools:
    """The engines, made on first use: a run with nothing to fetch or hear loads none."""

    fetcher: Callable[[], Fetcher]
    transcriber: Callable[[], Transcriber]


@dataclass
class Run:
    """One run over many posts; what was had of a recording serves every post that links it."""

    request: Request
    settings: Settings
    tools: Tools
    listener: Listener
    _media: dict[str, Media | AlignerError] = field(default_factory=dict)
    _transcripts: dict[str, Transcript | AlignerError] = field(default_factory=dict)
    _texts: dict[str, HeardText] = field(default_factory=dict)
    _slugs: dict[str, Path] = field(default_factory=dict)
    _posts: dict[Path, Post | AlignerError] = field(default_factory=dict)
    _stand_in: Link | None = None

    @property
    def workspace(self) -> Workspace:
        """The workspace of the settings."""
        return Workspace(self.settings.workspace)

    def outcomes(self) -> Iterator[Outcome]:
        """Take the posts one after another; yields the outcome of each as it is there.

        Raises `UsageError` when the request itself cannot be met, before anything is done.
        """
        check_request(self.request)
        places = self.request.places or (self.workspace.posts,)
        if not self.request.places and not self.workspace.posts.is_dir():
            raise UsageError(
                f"The workspace {self.workspace.root.resolve()} has no transcripts/ folder with posts.",
                "Make it, name a post or a folder of posts, or point --workspace elsewhere.",
            )
        paths = list_posts(places)
        if not paths:
            raise UsageError(
                f"There are no posts (*.md) in {', '.join(str(place) for place in places)}.",
                "Name a post or a folder of posts, or put posts into the workspace's transcripts/ folder.",
            )
        self._check_only(paths)
        self._stand_in = self._find_stand_in(paths)
        if not self.request.dry_run:
            sweep(self.workspace.aligned)
        for path in paths:
            outcome = self._take(path, named=path in places)
            if outcome is not None:
                yield outcome

    def _check_only(self, paths: Sequence[Path]) -> None:
        if not self.request.only:
            return
        there = {post.slug for post in map(self._read, paths) if isinstance(post, Post)}
        if unknown := [slug for slug in self.request.only if slug not in there]:
            raise UsageError(f"No post has the slug {' or '.join(unknown)}.", "Slugs stand in front matter.")

    def _take(self, path: Path, *, named: bool) -> Outcome | None:
        began = time.monotonic()
        post = self._read(path)
        slug = path.stem if isinstance(post, AlignerError) else post.slug
        if not self._wanted(slug):
            return None
        if isinstance(post, AlignerError):
            return Outcome(slug, "failed", post.message, post.hint, code=post.exit_code)
        try:
            self._claim(slug, path)
            outcome = self._align(post, path, named=named)
        except AlignerError as error:
            outcome = Outcome(slug, "failed", error.message, error.hint, code=error.exit_code)
        except Exception as error:
            log.debug("unexpected", exc_info=True)
            message = f"{path} could not be aligned: an unexpected {type(error).__name__} ({error})."
            outcome = Outcome(slug, "failed", message, "Run with -v for the traceback, and report it.", code=1)
        return replace(outcome, seconds=round(time.monotonic() - began, 3))

    def _root(self, path: Path) -> Path:
        """The folder that a post's `source` is told from: the workspace's posts, else the one that was named."""
        posts = self.workspace.posts.resolve()
        if path.resolve().is_relative_to(posts):
            return path.parents[len(path.resolve().relative_to(posts).parts) - 1]
        return next((p for p in self.request.places if p.is_dir() and path.is_relative_to(p)), path.parent)

    def _claim(self, slug: str, path: Path) -> None:
        other = self._slugs.setdefault(slug.casefold(), path)  # some disks hold Foo and foo as one file
        if other != path:
            raise PostError(
                f"{path} has the same slug “{slug}” as {other}; one would overwrite the other.",
                "Give one of them another slug in its front matter.",
            )

    def _align(self, post: Post, path: Path, *, named: bool) -> Outcome:
        links = self._links(post)
        if not links:
            message = f"{path} links no recording, so there is nothing to align it with."
            hint = "Add the video's address to the post, or give the recording with --recording FILE."
            return Outcome(post.slug, "failed" if named else "skipped", message, hint, code=int(named))
        media_ids = tuple(dict.fromkeys(link.media_id for link in links))
        if self.request.dry_run:
            return Outcome(post.slug, "planned", self._plan(links), recordings=media_ids)
        heard, errors = self._hear_all(links)
        if not heard:
            first = errors[0]
            code = max(error.exit_code for error in errors)
            return Outcome(post.slug, "failed", first.message, first.hint, media_ids, code=code)
        outcome = self._match(post, path, heard)
        if errors:
            lost = " ".join(str(error) for error in errors)
            return replace(outcome, state="partial", message=f"Without {len(errors)} of its recordings: {lost}", code=1)
        return outcome

    def _links(self, post: Post) -> tuple[Link, ...]:
        """The recordings to use: the post's own, or the one that the local file is."""
        if self._stand_in is None:
            return post.links
        own = tuple(link for link in post.links if link.media_id == self._stand_in.media_id)
        return own or (self._local_link(),)  # a link is never given to a post whose author did not make it

    def _local_link(self) -> Link:
        given = self.request.recording or self.request.captions or Path()
        return Link(given.name, local_id(given), "file", None, None, (0, 0))

    def _find_stand_in(self, paths: Sequence[Path]) -> Link | None:
        """What a local recording, or captions, are of: the one recording that all posts of the run link.

        Where they link several, nobody has said which of them it is, and a guess would send readers to the wrong video:
        then it is a recording of its own.
        """
        given = self.request.recording or self.request.captions
        if given is None:
            return None
        posts = [post for post in map(self._read, paths) if isinstance(post, Post) and self._wanted(post.slug)]
        linked = {link.media_id: link for post in posts for link in post.links}
        if len(linked) == 1:
            (link,) = linked.values()
            return replace(link, start_ms=None, end_ms=None)
        if linked:
            self.listener.say(
                f"The posts link {len(linked)} recordings, and nothing says which of them {given} is: it counts as one "
                "of its own, without an address. Name the posts of one recording to link them to it."
            )
        return self._local_link()

    def _read(self, path: Path) -> Post | AlignerError:
        if path not in self._posts:
            try:
                self._posts[path] = read_post(path, self._root(path))
            except AlignerError as error:
                self._posts[path] = error
            except Exception as error:
                log.debug("unexpected", exc_info=True)
                message = f"{path} could not be read: an unexpected {type(error).__name__} ({error})."
                self._posts[path] = PostError(message, "Run with -v for the traceback, and report it.")
        return self._posts[path]

    def _wanted(self, slug: str) -> bool:
        return not self.request.only or slug in self.request.only

    # --- hear -----------------------------------------------------------------------------------

    def _hear_all(self, links: Sequence[Link]) -> tuple[list[Heard], list[AlignerError]]:
        heard: list[Heard] = []
        errors: list[AlignerError] = []
        for media_id in dict.fromkeys(link.media_id for link in links):
            own = [link for link in links if link.media_id == media_id]
            hints = tuple(sorted({link.start_ms for link in own if link.start_ms is not None}))
            media, transcript = self._obtain(own[0])
            if isinstance(media, AlignerError):
                errors.append(media)
            elif isinstance(transcript, AlignerError):
                errors.append(transcript)
            else:
                heard.append(Heard(media, transcript, hints))
        return heard, errors

    def _obtain(self, link: Link) -> tuple[Media | AlignerError, Transcript | AlignerError]:
        """Fetch and hear a recording once in a run; an error is kept too, and told to every post that needs it."""
        if link.media_id not in self._media:
            try:
                self._media[link.media_id] = self._fetch(link)
            except AlignerError as error:
                self._media[link.media_id] = error
        media = self._media[link.media_id]
        if isinstance(media, AlignerError):
            return media, media
        if media.id not in self._transcripts:
            try:
                self._transcripts[media.id] = self._hear(media)
            except AlignerError as error:
                self._transcripts[media.id] = error
        return media, self._transcripts[media.id]

    def _fetch(self, link: Link) -> Media:
        if self.request.recording:
            return adopt_recording(self.request.recording, link)
        if self.request.captions:
            held = load_media(self.workspace.media_folder(link.media_id))
            return held or Media(link.media_id, link.url, link.provider, link.url, None)
        return obtain_media(
            link,
            self.workspace,
            _Lazily(self.tools.fetcher),
            keep_video=self.settings.keep_video,
            force=self.request.force == "fetch",
            progress=lambda done, total: self.listener.progress(f"fetching {link.url}", done, total, "B"),
        )

    def _hear(self, media: Media) -> Transcript:
        if not self.request.captions:
            transcript = self._listen(media)
            if transcript.words:
                return transcript
            raise AlignerError(
                f"No speech was heard in {media.url}.", "Check that it is the right recording and that it has sound."
            )
        captions = read_captions(self.request.captions, self.settings.language)
        if not media.audio and not media.video:
            return captions
        try:
            return self._listen(media, captions)
        except (AudioError, MissingError) as error:
            given = self.request.captions
            self.listener.say(f"The words of {given} keep their own times, and what they leave out: {error.message}")
            return captions

    def _listen(self, media: Media, known: Transcript | None = None) -> Transcript:
        return hear(
            media,
            self.workspace.media_folder(media.id),
            self.tools.transcriber,
            language=self.settings.language,
            known=known,
            force=self.request.force in ("fetch", "hear"),
            progress=lambda done, total: self.listener.progress(f"hearing {media.title}", done, total, "ms"),
        )

    # --- match and tell -------------------------------------------------------------------------

    def _match(self, post: Post, path: Path, heard: Sequence[Heard]) -> Outcome:
        media_ids = tuple(item.media.id for item in heard)
        made_from = fingerprint(
            hash_file(path),
            post.source,
            [(item.media.id, item.media.title, item.transcript.fingerprint, item.hints_ms) for item in heard],
            code_fingerprint(),
        )
        target = self.workspace.aligned / f"{post.slug}.json"
        old = read_finished(target)
        if old and old["post"]["source"] != post.source and (self.workspace.posts / old["post"]["source"]).is_file():
            raise PostError(
                f"{path} has the slug “{post.slug}”, which belongs to {self.workspace.posts / old['post']['source']}.",
                "Give one of them another slug in its front matter.",
            )
        if old and not self.request.force and old["made_with"]["settings"] == made_from and is_told(target, old):
            findings = alignment_file.read_findings(old)
            return Outcome(post.slug, "unchanged", recordings=media_ids, counts=old["coverage"], findings=findings)
        alignment = match_post(post, [(item, self._text(item.transcript)) for item in heard])
        write_results(target, alignment, made_from)
        counts = alignment_file.coverage(alignment)
        return Outcome(post.slug, "done", recordings=media_ids, counts=counts, findings=alignment.findings)

    def _text(self, transcript: Transcript) -> HeardText:
        if transcript.fingerprint not in self._texts:
            while len(self._texts) >= PREPARED:
                del self._texts[next(iter(self._texts))]
            self._texts[transcript.fingerprint] = prepare(transcript)
        return self._texts[transcript.fingerprint]

    def _plan(self, links: Sequence[Link]) -> str:
        if self.request.captions:
            recording = self.request.recording
            more = f", hear in {recording} what they leave out," if recording else ""
            return f"Would read the words of {self.request.captions}{more} and match."
        if self.request.recording:
            return f"Would hear {self.request.recording} where it was not heard before, and match."
        held = {link.media_id: load_media(self.workspace.media_folder(link.media_id)) for link in links}
        missing = [media_id for media_id, media in held.items() if media is None]
        fetch = f"fetch {', '.join(missing)}, " if missing else ""
        return f"Would {fetch}hear what was not heard before, and match."


class _Lazily:
    """A fetcher that is made when it is first needed: loading the real one takes most of a second."""

    def __init__(self, make: Callable[[], Fetcher]) -> None:
        self._make = make

    def fetch(
        self, link: Link, folder: Path, *, keep_video: bool, progress: Callable[[int, int | None], None]
    ) -> Media:
        return self._make().fetch(link, folder, keep_video=keep_video, progress=progress)


def check_request(request: Request) -> None:
    """Raise `UsageError` for a request that names files that are not there."""
    for option, path in (("--recording", request.recording), ("--captions", request.captions)):
        if path is not None and not path.is_file():
            raise UsageError(f"{option} names {path}, which is no file.", "Check the path.")


def local_id(path: Path) -> str:
    """The media id of a recording that no post links: its name and a hash of its content."""
    return f"file:{path.stem}-{hash_file(path)[:8]}"


@lru_cache(maxsize=1)
def code_fingerprint() -> str:
    """Hash of the code that makes an alignment: a change of the program makes every alignment anew."""
    root = resources.files("aligner")
    files = [root / "model.py", root / "timecode.py"]
    for room in ("text", "matching", "output"):
        files += sorted((f for f in (root / room).iterdir() if f.name.endswith(".py")), key=lambda f: f.name)
    return fingerprint([file.read_text(encoding="utf-8") for file in files])
