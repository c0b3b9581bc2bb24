"""Correcting: one post on the desk, with its alignment, its corrections file, and what readers proposed.

Between the corrections' files and the command that asks for them: finds the passage that is meant, refuses what cannot
be meant before anything is written, tells what is worth a listen first. Realigning is the caller's next step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aligner.corrections import (
    add_correction,
    drop_proposal,
    list_proposals,
    path_of,
    read_corrections,
    remove_corrections,
)
from aligner.corrections.bind import bind
from aligner.errors import AlignerError, UsageError
from aligner.export import read_finished
from aligner.model import SPOKEN_KINDS, Correction, CorrectionAction, Proposal, Status
from aligner.output.alignment_file import read_known
from aligner.realign import find_post
from aligner.store import Workspace
from aligner.text.former import carry_ids
from aligner.text.normalise import tokenise
from aligner.text.read import read_post
from aligner.timecode import format_clock, format_moment

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """A post that is being corrected."""

    workspace: Workspace
    document: Document
    """Its alignment, as its file has it."""
    post: Path
    file: Path
    """Its corrections; there may be none yet."""

    @property
    def slug(self) -> str:
        """The post's slug."""
        slug: str = self.document["post"]["slug"]
        return slug


@dataclass(frozen=True, slots=True)
class Row:
    """A passage with what is to be known before it is corrected."""

    passage: Document
    """As the alignment has it."""
    corrections: tuple[Correction, ...]
    proposals: tuple[Proposal, ...]

    @property
    def to_review(self) -> bool:
        """Whether somebody should listen: the verdict is uncertain, a correction doubtful, or a reader objects."""
        doubtful = self.passage.get("corrected", {}).get("doubtful", False)
        return bool(doubtful or self.proposals or self.passage["status"] == Status.UNCERTAIN)


def lay_out(workspace: Workspace, name: str) -> Desk:
    """Put a post on the desk, by its slug or its file.

    Raises `UsageError` when nothing was aligned of it, `AlignerError` for a broken alignment, `PostError` when its file
    is not where it was.
    """
    path = Path(name) if name.endswith(".md") else None
    slug = read_post(path).slug if path else name
    target = workspace.aligned / f"{slug}.json"
    if not target.is_file():
        raise UsageError(f"There is no alignment of “{slug}” in {workspace.aligned}.", "Run `align` first.")
    document = read_finished(target)
    if document is None:
        raise AlignerError(f"{target} is no whole alignment.", "Run `align`, which makes it anew.")
    post = path or find_post(workspace, document)
    return Desk(workspace, document, post, path_of(post, slug))


def list_rows(desk: Desk) -> list[Row]:
    """The passages that claim to be somebody's words, or are corrected: those to review first, then as published."""
    corrections = _corrections_of(desk)
    proposals = list_proposals(desk.workspace, desk.slug)
    rows = [
        Row(passage, tuple(corrections.get(passage["id"], ())), tuple(_proposals_of(passage, proposals)))
        for passage in desk.document["passages"]
        if passage["kind"] in SPOKEN_KINDS or passage["id"] in corrections
    ]
    return sorted(rows, key=lambda row: not row.to_review)


def _corrections_of(desk: Desk) -> dict[str, list[Correction]]:
    """The corrections in the file, by the passages that they are of now."""
    post = carry_ids(read_post(desk.post), read_known(desk.document))
    found: dict[str, list[Correction]] = {}
    for item in bind(post, read_corrections(desk.file))[0]:
        found.setdefault(item.passage.id, []).append(item.correction)
    return found


def _proposals_of(passage: Document, proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    names = {passage["id"], *passage.get("former", ())}
    return (proposal for proposal in proposals if proposal.passage_id in names)


def find_passage(desk: Desk, wanted: str) -> Document:
    """The passage with this id, now or before an edit, else the only one that has these words in it.

    Raises `UsageError` when there is none, or several have the words.
    """
    passages: list[Document] = desk.document["passages"]
    for names in (lambda p: (p["id"],), lambda p: p.get("former", ())):
        if found := [passage for passage in passages if wanted in names(passage)]:
            return found[0]
    words = _plain(wanted)
    found = [passage for passage in passages if words and words in _plain(passage["text"])]
    if len(found) > 1:
        told = ", ".join(f"{passage['id']} ({format_words(passage['text'], 40)})" for passage in found)
        raise UsageError(f"Several passages of {desk.slug} have “{wanted}” in them: {told}.", "Give one of these ids.")
    if not found:
        raise UsageError(
            f"The post {desk.slug} has no passage “{wanted}”, by id or by its words.",
            f"See its passages: aligner correct {desk.slug}",
        )
    return found[0]


def find_again(desk: Desk, passage: Document) -> Document:
    """A passage as it is after the post was matched again. Raises `AlignerError` when an edit took it out meanwhile."""
    for now in desk.document["passages"]:
        if passage["id"] in (now["id"], *now.get("former", ())):
            found: Document = now
            return found
    raise AlignerError(
        f"The post was edited since it was aligned, and {passage['id']} is no longer in it.",
        f"The correction stays in {desk.file}, in case it comes back.",
    )


def _plain(text: str) -> str:
    """A text's words, as they are compared, each between spaces."""
    forms = [token.form for token in tokenise(text)]
    return f" {' '.join(forms)} " if forms else ""


def correct(desk: Desk, passage: Document, correction: Correction) -> Correction:
    """Write a correction of a passage of the desk's post; returns it as it was written.

    Raises `UsageError` for what cannot be meant, before anything is written, and as `add_correction` does.
    """
    whole = replace(correction, passage_id=passage["id"], text=passage["text"])
    whole = _complete(desk, passage, whole)
    add_correction(desk.file, whole, _names(desk, passage))
    return whole


def undo(desk: Desk, passage: Document) -> tuple[Correction, ...]:
    """Take what is said of a passage out of the file. Raises `UsageError` when nothing is."""
    removed = remove_corrections(desk.file, *_names(desk, passage))
    if not removed:
        raise UsageError(f"There is no correction of {passage['id']} in {desk.file}.", "There is nothing to undo.")
    return removed


def accept(desk: Desk, name: str, by: str | None, day: str) -> tuple[Document, Correction]:
    """Make a correction of a reader's proposal, and drop it. Raises `UsageError` when it does not say where."""
    proposal = find_proposal(desk, name)
    if proposal.suggested_ms is None:
        raise UsageError(
            f"The proposal {name} says that the moment is wrong, but not which is right.",
            f"Listen, then: aligner correct {desk.slug} {proposal.passage_id} --start TIME "
            f"(or --unsaid), and: aligner correct {desk.slug} --drop {name}",
        )
    passage = find_passage(desk, proposal.passage_id)
    wanted = Correction(
        "", "", CorrectionAction.START, proposal.suggested_ms, media_id=proposal.media_id, note=proposal.note or None,
        by=by, date=day,
    )  # fmt: skip
    done = correct(desk, passage, wanted)
    drop_proposal(desk.workspace, desk.slug, name)
    return passage, done


def find_proposal(desk: Desk, name: str) -> Proposal:
    """The proposal of this name. Raises `UsageError`."""
    found = next((p for p in list_proposals(desk.workspace, desk.slug) if p.name == name), None)
    if found is None:
        raise UsageError(
            f"There is no proposal “{name}” for {desk.slug}.", f"See them: aligner correct {desk.slug} --proposals"
        )
    return found


def _names(desk: Desk, passage: Document) -> set[str]:
    """The ids by which the file may name a passage."""
    bound = _corrections_of(desk).get(passage["id"], ())
    return {passage["id"], *passage.get("former", ()), *(correction.passage_id for correction in bound)}


def _complete(desk: Desk, passage: Document, correction: Correction) -> Correction:
    """The correction with its recording. Raises `UsageError` for what cannot be meant."""
    if correction.action not in (CorrectionAction.START, CorrectionAction.RECORDING):
        return correction
    if passage["kind"] not in SPOKEN_KINDS:
        raise UsageError(
            f"The passage {passage['id']} is a {passage['kind']}: it is not looked for in the recording.",
            "Correct a sentence or a quote.",
        )
    media: dict[str, Any] = desk.document["media"]
    media_id = correction.media_id or _only(media) or passage["media_id"]
    if media_id is None:
        raise UsageError(f"The post {desk.slug} has {len(media)} recordings.", f"Say which: {_flags(media)}")
    if media_id not in media:
        raise UsageError(f"The post {desk.slug} has no recording {media_id}.", f"It has: {', '.join(media)}.")
    lasts = media[media_id]["duration_ms"]
    if correction.start_ms is not None and correction.start_ms >= lasts:
        raise UsageError(
            f"{format_moment(correction.start_ms)} is beyond the end of {media_id}.",
            f"It lasts {format_clock(lasts)}.",
        )
    if correction.end_ms is not None and correction.end_ms <= (correction.start_ms or 0):
        raise UsageError(
            f"{format_moment(correction.end_ms)} is no end: it is not after the start.", "Correct one of them."
        )
    return replace(correction, media_id=media_id)


def _only(media: dict[str, Any]) -> str | None:
    return next(iter(media)) if len(media) == 1 else None


def _flags(media: dict[str, Any]) -> str:
    return " or ".join(f"--recording {name}" for name in media)


def format_words(text: str, longest: int) -> str:
    """The beginning of a text, on one line."""
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"
