"""The whole road: read → hear → match → tell, for a folder of posts. The only module that knows all stages.

Each post goes its way alone: what fails becomes an `Outcome` and the next post is taken. Every finished
stage is a file named by what it was made from, so a run that was stopped anywhere goes on where it stopped,
and a run with nothing new to do does nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from aligner.corrections import path_of, read_corrections
from aligner.corrections.apply import apply_corrections
from aligner.errors import AlignerError, PostError, UsageError
from aligner.export import is_told, read_finished, write_results
from aligner.matching.match import match_post
from aligner.model import Correction, Heard, Link, Outcome, Post
from aligner.output import alignment_file
from aligner.recordings import Listener, Recordings, Request, Tools
from aligner.settings import Settings
from aligner.store import Workspace, fingerprint, hash_file, locked, sweep
from aligner.text.former import carry_ids
from aligner.text.read import list_posts, read_post

log = logging.getLogger(__name__)


@dataclass
class Run:
    """One run over many posts; what was had of a recording serves every post that links it."""

    request: Request
    settings: Settings
    tools: Tools
    listener: Listener
    _slugs: dict[str, Path] = field(default_factory=dict)
    _posts: dict[Path, Post | AlignerError] = field(default_factory=dict)
    _stand_in: Link | None = None
    _recordings: Recordings = field(init=False)

    def __post_init__(self) -> None:
        """Begin with no recording."""
        self._recordings = Recordings(
            self.request, self.settings, self.tools, self.listener, self._drafted, self._upcoming
        )

    @property
    def workspace(self) -> Workspace:
        """The workspace of the settings."""
        return Workspace(self.settings.workspace)

    @property
    def posts(self) -> Mapping[Path, Post | AlignerError]:
        """The posts that were read, or why they could not be."""
        return self._posts

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
        if self.request.taken is not None:
            paths = [path for path in paths if path in self.request.taken]
        self._check_only(paths)
        for path in paths:
            self._read(path)
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
            outcome = Outcome(slug, "failed", error.message, error.hint, code=error.exit_code, may_pass=error.may_pass)
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
        corrected = path_of(path, post.slug)
        read_corrections(corrected)  # a broken file is told before hearing, which may take hours
        if self.request.dry_run:
            return Outcome(post.slug, "planned", self._recordings.tell_plans(links), recordings=media_ids)
        heard, errors = self._recordings.hear_all(links)
        may_pass = any(error.may_pass for error in errors)
        if not heard:
            first = errors[0]
            code = max(error.exit_code for error in errors)
            return Outcome(post.slug, "failed", first.message, first.hint, media_ids, code=code, may_pass=may_pass)
        # A correction may be made while a run goes on: of two at once, the later one matches by all of them.
        with locked(self.workspace.aligned):
            outcome = self._match(post, path, heard, read_corrections(corrected))
        if errors:
            lost = " ".join(str(error) for error in errors)
            message = f"Without {len(errors)} of its recordings: {lost}"
            return replace(outcome, state="partial", message=message, code=1, may_pass=may_pass)
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

    def _drafted(self, media_id: str) -> list[tuple[Post, tuple[Link, ...]]]:
        """The posts of this run that link a recording, with all their links."""
        posts = [post for post in self._posts.values() if isinstance(post, Post) and self._wanted(post.slug)]
        linked = [(post, self._links(post)) for post in posts]
        return [(post, links) for post, links in linked if any(link.media_id == media_id for link in links)]

    def _upcoming(self) -> Iterator[Link]:
        """The links of all posts of this run, in their order."""
        for post in self._posts.values():
            if isinstance(post, Post) and self._wanted(post.slug):
                yield from self._links(post)

    def _wanted(self, slug: str) -> bool:
        return not self.request.only or slug in self.request.only

    # --- match and tell -------------------------------------------------------------------------

    def _match(self, post: Post, path: Path, heard: Sequence[Heard], corrections: Sequence[Correction]) -> Outcome:
        media_ids = tuple(item.media.id for item in heard)
        made_of = self._made_of(post, path)
        made_from = fingerprint(
            made_of["post_sha256"],
            post.source,
            [
                (item.media.id, item.media.title, item.media.date, item.transcript.fingerprint, item.hints_ms)
                for item in heard
            ],
            made_of["options"],
            [asdict(correction) for correction in corrections],
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
        if old:
            post = carry_ids(post, alignment_file.read_known(old))
        linked = tuple(dict.fromkeys(link.media_id for link in self._links(post)))
        applied = apply_corrections(path_of(path, post.slug), corrections, post, linked, heard)
        recordings = [(item, self._recordings.prepared(item)) for item in heard]
        alignment = applied.complete(match_post(applied.post, recordings, applied.pins))
        write_results(target, alignment, made_from, made_of)
        counts = alignment_file.coverage(alignment)
        return Outcome(post.slug, "done", recordings=media_ids, counts=counts, findings=alignment.findings)

    def _made_of(self, post: Post, path: Path) -> dict[str, Any]:
        """What the alignment of a post is made from beside its recordings, for its file to tell."""
        corrections = path_of(path, post.slug)
        by_hand = {"corrections_sha256": hash_file(corrections)} if corrections.is_file() else {}
        return {"post_sha256": hash_file(path), **by_hand, "options": self.settings.decisive}


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
    for room in ("text", "matching", "corrections", "output"):
        files += sorted((f for f in (root / room).iterdir() if f.name.endswith(".py")), key=lambda f: f.name)
    return fingerprint([file.read_text(encoding="utf-8") for file in files])
