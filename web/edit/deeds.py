"""What a person can do to the passage on the bench: each button's form turned into the corrections file.

Between the bench's POST and `aligner.corrections`. A form that cannot be used is a `Misread`, which the page tells in a
sentence; a file that cannot be written is an `AlignerError`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from aligner.corrections import add_correction, drop_proposal, read_corrections, remove_corrections
from aligner.errors import UsageError
from aligner.library import FinishedPost
from aligner.model import Correction, CorrectionAction, Media
from aligner.store import Workspace
from aligner.timecode import parse_time
from web.edit.review import Item, is_about

LONGEST_NAME = 200
LONGEST_NOTE = 500
LATEST_MS = 100 * 3_600_000
"""No recording is longer."""

Form = Mapping[str, str]


class Misread(Exception):  # noqa: N818 -- no error of the program
    """A form that says nothing that can be done; `key` is the sentence."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


def do(workspace: Workspace, path: Path, post: FinishedPost, item: Item, form: Form) -> bool:
    """Do what a form asks; `path` is the corrections file. Returns whether the post must be matched again.

    Raises `Misread` and what writing the files raises.
    """
    name = form.get("action", "")
    if name == "drop":
        _drop(workspace, post.slug, form.get("proposal", ""))
        return False
    if name == "undo":
        return _undo(path, item)
    make = _MAKERS.get(name)
    if make is None:
        raise Misread("edit_no_action")
    correction = make(post, item, form)
    for old in _written(path, item):
        if old.passage_id != item.passage.id:  # the same passage under a former id: the file says one thing of it
            remove_corrections(path, old.passage_id)
    add_correction(path, correction)
    if correction.action is not CorrectionAction.SPEAKER:
        for proposal in item.proposals:  # they are answered
            with suppress(UsageError):  # by somebody else already
                drop_proposal(workspace, post.slug, proposal.name)
    return True


def _drop(workspace: Workspace, slug: str, name: str) -> None:
    with suppress(UsageError):  # gone already: that is what was wanted
        drop_proposal(workspace, slug, name)


def _undo(path: Path, item: Item) -> bool:
    removed = [remove_corrections(path, one) for one in {old.passage_id for old in _written(path, item)}]
    if not any(removed):
        raise Misread("edit_nothing_to_undo")
    return True


def _written(path: Path, item: Item) -> list[Correction]:
    return [old for old in read_corrections(path) if is_about(item.passage, old.passage_id, old.text)]


def _start(post: FinishedPost, item: Item, form: Form) -> Correction:
    text = form.get("start", "")
    start_ms = parse_time(text)
    if start_ms is None or start_ms > LATEST_MS:
        raise Misread("edit_no_time", given=text[:40])
    media = _media(post, form)
    if media is None:
        raise Misread("edit_no_recording")
    if media.duration_ms and start_ms >= media.duration_ms:
        raise Misread("edit_too_late", given=text[:40])
    several = len(post.media) > 1
    return _new(
        item,
        form,
        CorrectionAction.START,
        start_ms=start_ms,
        media_id=media.id if several else None,
        sure=form.get("sure") == "1",
    )


def _recording(post: FinishedPost, item: Item, form: Form) -> Correction:
    media = _media(post, form)
    if media is None:
        raise Misread("edit_no_recording")
    return _new(item, form, CorrectionAction.RECORDING, media_id=media.id)


def _speaker(_post: FinishedPost, item: Item, form: Form) -> Correction:
    name = " ".join(form.get("speaker", "").split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Misread("edit_no_speaker")
    return _new(item, form, CorrectionAction.SPEAKER, speaker=name)


def _unsaid(_post: FinishedPost, item: Item, form: Form) -> Correction:
    return _new(item, form, CorrectionAction.UNSAID, sure=form.get("sure") == "1")


def _never(_post: FinishedPost, item: Item, form: Form) -> Correction:
    return _new(item, form, CorrectionAction.NEVER)


_MAKERS: dict[str, Callable[[FinishedPost, Item, Form], Correction]] = {
    "start": _start,
    "recording": _recording,
    "speaker": _speaker,
    "unsaid": _unsaid,
    "never": _never,
}
ACTIONS = frozenset((*_MAKERS, "undo", "drop"))
"""What a button may ask for."""


def _new(
    item: Item,
    form: Form,
    action: CorrectionAction,
    *,
    start_ms: int | None = None,
    media_id: str | None = None,
    speaker: str | None = None,
    sure: bool = False,
) -> Correction:
    note = " ".join(form.get("note", "").split())[:LONGEST_NOTE]
    today = dt.date.today().isoformat()  # noqa: DTZ011 -- the day of the person who sits here
    return Correction(
        item.passage.id,
        item.passage.text,
        action,
        start_ms=start_ms,
        media_id=media_id,
        speaker=speaker,
        sure=sure,
        note=note or None,
        date=today,
    )


def _media(post: FinishedPost, form: Form) -> Media | None:
    """The recording that a form names; the only one where it names none."""
    wanted = form.get("recording", "")
    if not wanted and len(post.media) == 1:
        return post.media[0]
    return next((media for media in post.media if media.id == wanted), None)
