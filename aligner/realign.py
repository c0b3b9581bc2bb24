"""Realign: one post matched again from what is kept of its recordings. Nothing is fetched, nothing is heard.

Beside the pipeline, whose run it is, with another source of words: the transcripts that the post's alignment names.
The result is what `align` would write, so that the next run has nothing to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

from aligner.errors import AlignerError, PostError, UsageError
from aligner.export import read_finished
from aligner.matching.heard_text import HeardText
from aligner.model import Heard, Link, Media, Outcome, Post, Transcript
from aligner.output.alignment_file import read_known
from aligner.pipeline import Run
from aligner.recordings import Recordings, Request, Tools
from aligner.settings import Settings
from aligner.sound.captions import FROM_SITE
from aligner.sound.fetch import load_media
from aligner.store import Workspace
from aligner.text.former import carry_ids
from aligner.transcript_file import FOLDER, load_transcript


@dataclass(frozen=True, slots=True)
class Recalled:
    """A post, and what is kept of its recordings, ready to be matched."""

    path: Path
    post: Post
    """As its file is now, with the ids that its alignment tells it had before."""
    linked: tuple[str, ...]
    """The media ids of all its recordings."""
    recordings: tuple[tuple[Heard, HeardText], ...]


def realign(workspace: Workspace, slug: str, settings: Settings, post: Path | None = None) -> Outcome:
    """Match a post again; its file is found by its alignment, or is `post` where it lies outside the workspace.

    What cannot be done is a `failed` outcome, and the old alignment stays. Raises `UsageError` for a slug that nothing
    was aligned of, `AlignerError` for a broken alignment, `PostError` when the post's file is not where it was.
    """
    return next(_begin(workspace, slug, settings, post).outcomes())


def recall(workspace: Workspace, slug: str, settings: Settings, post: Path | None = None) -> Recalled:
    """What a post would be matched with again. Raises as `realign`, and `AlignerError` for what is no longer there."""
    return _begin(workspace, slug, settings, post).recall()


def _begin(workspace: Workspace, slug: str, settings: Settings, post: Path | None) -> _Again:
    target = workspace.aligned / f"{slug}.json"
    if not target.is_file():
        raise UsageError(f"There is no alignment of “{slug}” in {workspace.aligned}.", "Run `align` first.")
    document = read_finished(target)
    if document is None:
        raise AlignerError(f"{target} is no whole alignment.", "Run `align`, which makes it anew.")
    path = post or find_post(workspace, document)
    return _Again(
        Request((path,)),
        replace(_as_heard(settings, document), workspace=workspace.root),
        Tools(_refuse, _refuse),
        _Nobody(),
        document=document,
    )


def find_post(workspace: Workspace, document: dict[str, Any]) -> Path:
    """The file of an aligned post. Raises `PostError` when it is not where it was."""
    path: Path = workspace.posts / document["post"]["source"]
    if not path.is_file():
        raise PostError(
            f"The post {document['post']['source']} does not lie in {workspace.posts}.",
            "Name its file instead of its slug, or run `align` on it.",
        )
    return path


def _as_heard(settings: Settings, document: dict[str, Any]) -> Settings:
    """The settings with what decided what was heard: that stands, whatever they are now."""
    options = document["made_with"].get("options", {})
    return replace(settings, **{name: options[name] for name in settings.decisive if name in options})


class _Nobody:
    """Nobody watches: it takes no time."""

    def say(self, text: str) -> None:
        """Take a sentence."""

    def progress(self, what: str, done: int, total: int | None, unit: str) -> None:
        """Take a state."""


def _refuse() -> NoReturn:
    raise AlignerError("Something would have to be fetched or heard.", "Run `align`.")


@dataclass
class _Kept(Recordings):
    """The recordings of an aligned post, as they were heard for it."""

    document: dict[str, Any] = field(default_factory=dict)

    def hear_all(self, links: Sequence[Link]) -> tuple[list[Heard], list[AlignerError]]:
        """What was heard; raises when some of it is gone, as the post would lose its links to it."""
        heard, errors = super().hear_all(links)
        for error in errors:
            if isinstance(error, _GoneError):
                raise error
        return heard, errors

    def _take(self, link: Link) -> tuple[Media, Transcript, Transcript | None]:
        told = self.document["media"].get(link.media_id)
        if told is None:
            raise AlignerError(f"{link.url} has not been heard yet.", "Run `align`.")
        folder = self.workspace.media_folder(link.media_id)
        transcript = load_transcript(folder / FOLDER / f"{told['transcript']['fingerprint']}.json")
        if transcript is None:
            raise _GoneError(f"What was heard in {link.url} is no longer in {folder / FOLDER}.", "Run `align`.")
        # transcripts of earlier versions do not tell what they were heard from
        known = {name: value for name, value in told["transcript"].items() if name.endswith("_sha256")}
        transcript = replace(transcript, **known)
        held = load_media(folder) or Media(link.media_id, link.url, link.provider, told["title"], told["duration_ms"])
        media = replace(held, title=told["title"], date=told.get("date"))
        captions = self._read_captions(media) if self._has_witness(link.media_id) else None
        return media, transcript, captions if captions and captions.engine == FROM_SITE else None

    def _has_witness(self, media_id: str) -> bool:
        """Whether captions bore witness beside the transcript."""
        passages = self.document["passages"]
        told = any(p["media_id"] == media_id and p.get("agreed") is not None for p in passages)
        return told or "captions" in self.document["media"][media_id]


class _GoneError(AlignerError):
    """What a post was aligned with is gone: matched without it, it would lose its links."""


@dataclass
class _Again(Run):
    """A run over one post that was aligned before."""

    document: dict[str, Any] = field(default_factory=dict, kw_only=True)

    def __post_init__(self) -> None:
        """Begin with the recordings that were heard."""
        super().__post_init__()
        source = self._recordings
        self._recordings = _Kept(
            self.request,
            self.settings,
            self.tools,
            self.listener,
            source.drafted,
            source.upcoming,
            document=self.document,
        )

    def recall(self) -> Recalled:
        """The post and its recordings, as they would be matched."""
        (path,) = self.request.places
        post = self._read(path)
        if isinstance(post, AlignerError):
            raise post
        links = self._links(post)
        heard, errors = self._recordings.hear_all(links)
        if errors:
            raise errors[0]
        return Recalled(
            path,
            carry_ids(post, read_known(self.document)),
            tuple(dict.fromkeys(link.media_id for link in links)),
            tuple((item, self._recordings.prepared(item)) for item in heard),
        )

    def _links(self, post: Post) -> tuple[Link, ...]:
        """The post's links, or where none is of a recording that it was aligned with, those recordings themselves."""
        media = self.document["media"]
        if any(link.media_id in media for link in post.links):
            return post.links
        return tuple(Link(told["url"], name, told["provider"], None, None, (0, 0)) for name, told in media.items())
