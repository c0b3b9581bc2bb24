"""Which moment of which recording a clip shows, and which words may stand under it.

First step of a clip. What a clip or a card shows as somebody's words must have been found in the recording with
confidence: any other passage is refused, with the reason. A recording must lie in the workspace, as nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aligner.errors import AlignerError, UsageError
from aligner.export import finished_alignments
from aligner.model import LINKED, SPOKEN_KINDS, Cue, Media, Span, Status
from aligner.output.clock import shift_cue
from aligner.output.cues import build_cues
from aligner.sound.fetch import load_media
from aligner.store import Workspace

Document = dict[str, Any]
"""An alignment, as its file has it (docs/formats.md)."""

_WHY = {
    Status.UNCERTAIN: "its place in the recording is uncertain",
    Status.NOT_FOUND: "it was not found in the linked recordings",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of one recording in which published words were said."""

    document: Document
    media_id: str
    passages: tuple[Document, ...]
    """Those that are shown, in the order of their time; the first is the one that was asked for."""
    span: Span
    """From the first word to the last, in ms."""

    @property
    def alone(self) -> Document:
        """The alignment as if the post had no other passages: no other word may stand in a cue."""
        return self.document | {"passages": list(self.passages)}


def find_quote(workspace: Workspace, passage_id: str, slug: str | None = None) -> tuple[Document, Document]:
    """The alignment and the passage that has this id, or had it before the post was edited.

    Raises `UsageError` when no post has it, or several have and `slug` does not say which; `AlignerError` when it
    may not be shown as said.
    """
    found = [
        (document, passage)
        for document in finished_alignments(workspace, (slug,) if slug else ())
        if (passage := _passage(document, passage_id))
    ]
    if not found:
        where = f"The post {slug} has" if slug else "No aligned post has"
        raise UsageError(
            f"{where} no passage {passage_id}." if slug else f"{where} a passage {passage_id}.",
            "A passage's id stands in its address in the viewer (?p=…) and in the alignment file.",
        )
    if len(found) > 1:
        slugs = ", ".join(document["post"]["slug"] for document, _ in found)
        raise UsageError(f"Several posts have a passage {passage_id}: {slugs}.", "Say which with --slug.")
    _refuse_unproven(*found[0])
    return found[0]


def find_moment(workspace: Workspace, passage_id: str, to: str | None = None, slug: str | None = None) -> Moment:
    """The moment of a passage, or from it to another one of the same post and recording.

    Raises as `find_quote` does, and `UsageError` when the two are not of one recording or stand in the wrong order.
    """
    document, passage = find_quote(workspace, passage_id, slug)
    if to is None:
        return Moment(document, passage["media_id"], (passage,), (passage["start_ms"], passage["end_ms"]))
    last = _passage(document, to)
    if last is None:
        raise UsageError(f"The post {document['post']['slug']} has no passage {to}.", "A clip shows one post's words.")
    _refuse_unproven(document, last)
    if last["media_id"] != passage["media_id"]:
        raise UsageError(f"{passage_id} and {to} were said in two recordings.", "Make a clip of each.")
    if last["start_ms"] < passage["start_ms"]:
        raise UsageError(f"{to} was said before {passage_id}.", "Name them the other way round.")
    span = passage["start_ms"], max(passage["end_ms"], last["end_ms"])
    between = [
        other
        for other in document["passages"]
        if _is_proven(other)
        and other["media_id"] == passage["media_id"]
        and span[0] <= other["start_ms"]
        and other["end_ms"] <= span[1]
    ]
    return Moment(document, passage["media_id"], tuple(sorted(between, key=lambda p: int(p["start_ms"]))), span)


def find_recording(workspace: Workspace, moment: Moment) -> Media:
    """The recording's record, with a sound or video file that is there.

    Raises `AlignerError` when nothing of it is kept here.
    """
    return local_recording(workspace, moment.document, moment.media_id)


def local_recording(workspace: Workspace, document: Document, media_id: str) -> Media:
    """As `find_recording`, for a recording of a post."""
    media = load_media(workspace.media_folder(media_id))
    if media is None or media.id != media_id:
        raise AlignerError(
            f"The recording {document['media'][media_id]['url']} does not lie in {workspace.media}.",
            "Keep a copy with `align --keep-video`, or give the file with `align --recording FILE`.",
        )
    return media


def file_of(workspace: Workspace, media: Media) -> Path:
    """The file of a recording that lies here: its video, or else its sound."""
    return workspace.media_folder(media.id) / (media.video or media.audio or "")


def cut_cues(moment: Moment, span: Span) -> list[Cue]:
    """The subtitles of a moment's passages, and of no others, on the clock of a clip that shows `span` (ms)."""
    return list(shift_cues(build_cues(moment.alone, moment.media_id), span))


def shift_cues(cues: Sequence[Cue], span: Span) -> Iterator[Cue]:
    """Cues as a clip of `span` shows them: its beginning is 0, and what lies outside is cut off."""
    for cue in cues:
        start, end = max(cue.start_ms, span[0]), min(cue.end_ms, span[1])
        if start < end:
            yield shift_cue(replace(cue, start_ms=start, end_ms=end), span[0])


def _passage(document: Document, passage_id: str) -> Document | None:
    passages: list[Document] = document["passages"]
    now = next((passage for passage in passages if passage["id"] == passage_id), None)
    return now or next((passage for passage in passages if passage_id in passage.get("former", ())), None)


def _is_proven(passage: Document) -> bool:
    return passage["kind"] in SPOKEN_KINDS and passage["status"] in LINKED


def _refuse_unproven(document: Document, passage: Document) -> None:
    if _is_proven(passage):
        return
    said = passage["text"] if len(passage["text"]) <= 60 else passage["text"][:59].rstrip() + "…"
    why = _WHY.get(Status(passage["status"])) if passage["kind"] in SPOKEN_KINDS else None
    raise AlignerError(
        f"“{said}” ({document['post']['slug']}) cannot be shown as said: "
        f"{why or 'it is no passage that claims to be somebody’s words'}.",
        "Only what was found with confidence is: see `aligner status`.",
    )
