"""Make what somebody wants to share of a passage: a clip of its moment, or its card.

Brings the steps of this package together: `moment` finds it, `cards` draws, `cut` writes. Nothing but the files asked
for is written, and a recording is never written over.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from aligner.clips.cut import Look, write_clip
from aligner.clips.moment import Document, Moment, cut_cues, file_of, find_moment, find_quote, find_recording
from aligner.clips.stage import SQUARE, WIDE
from aligner.clips.timed_text import TextTrack
from aligner.errors import UsageError
from aligner.model import Cue, Media, Span, Status
from aligner.output.cards import REWORDED, SITE, Card, draw_card, paint_card
from aligner.output.formats import render
from aligner.output.tracks import published_track
from aligner.output.typography import name_day
from aligner.sound.audio import inspect_sound
from aligner.store import Workspace, write_atomic

FORMATS = ("mp4", "m4a")
SUBTITLES = ("burned", "soft", "none")
BEFORE_MS, AFTER_MS = 300, 500
"""What a clip shows before the first word and after the last: as the viewer plays a passage, and a breath."""
BAND = 176
"""Pixels below a still card that are left for two lines of subtitles."""
TRACK = "Texte publié"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a clip is to be. None leaves it to the recording."""

    passage_id: str
    slug: str | None = None
    to: str | None = None
    before_ms: int = BEFORE_MS
    after_ms: int = AFTER_MS
    format: str | None = None
    shape: str = "asis"
    subtitles: str | None = None
    out: Path | None = None


def make_clip(workspace: Workspace, wish: Wish) -> list[Path]:
    """Cut a clip; returns the files written: the clip, and for sound with soft subtitles a `.vtt` beside it.

    Raises `UsageError` for a wish that contradicts itself, `AlignerError` when the passage may not be shown as said or
    its recording is not here, and what `write_clip` raises.
    """
    moment = find_moment(workspace, wish.passage_id, wish.to, wish.slug)
    media = find_recording(workspace, moment)
    source = file_of(workspace, media)
    contents = inspect_sound(source)
    form = _choose_format(wish, has_picture=contents.has_picture)
    subtitles = wish.subtitles or ("burned" if form == "mp4" else "none")
    target = wish.out or Path(f"{moment.document['post']['slug']}-{moment.passages[0]['id']}.{form}")
    if target.exists() and target.samefile(source):
        raise UsageError(f"{target} is the recording itself.", "Give another name with --out.")
    span = _widen(moment.span, wish, contents.duration_ms)
    cues = cut_cues(moment, span) if subtitles != "none" else []
    if subtitles != "none" and not cues:
        log.warning("No word of %s has a time of its own, so the clip has no subtitles.", wish.passage_id)
    look = None
    if form == "mp4":
        look = _look(moment, wish.shape, cues if subtitles == "burned" else [], has_picture=contents.has_picture)
    track = TextTrack(TRACK, cues) if subtitles == "soft" and form == "mp4" and cues else None
    write_clip(target, source, span, look=look, track=track, title=_title(moment))
    return [target, *_write_beside(target, moment, media, cues if subtitles == "soft" and form == "m4a" else [])]


def make_card(workspace: Workspace, passage_id: str, out: Path, slug: str | None = None) -> None:
    """Write the card of a quote as PNG: the same picture that the viewer shows other sites.

    Raises `UsageError` and `AlignerError` as `find_quote` does, `DiskError`.
    """
    write_atomic(out, draw_card(_quote_card(*find_quote(workspace, passage_id, slug))))


def _choose_format(wish: Wish, *, has_picture: bool) -> str:
    named = wish.out.suffix.lower().removeprefix(".") if wish.out else ""
    form = wish.format or (named if named in FORMATS else "mp4" if has_picture else "m4a")
    if wish.out and named != form:
        raise UsageError(f"{wish.out} does not end with .{form}.", "Clips are .mp4, or .m4a for the sound alone.")
    if form == "m4a" and (wish.subtitles == "burned" or wish.shape != "asis"):
        raise UsageError(
            "A clip of the sound alone (m4a) has no picture to be shaped or written on.",
            "Take --format mp4: without a video it shows the quote's card.",
        )
    return form


def _widen(span: Span, wish: Wish, duration_ms: int | None) -> Span:
    end = span[1] + wish.after_ms
    return max(0, span[0] - wish.before_ms), min(end, duration_ms) if duration_ms else end


def _look(moment: Moment, shape: str, burned: Sequence[Cue], *, has_picture: bool) -> Look:
    if has_picture:
        return Look(shape, burned)
    size = SQUARE if shape == "square" else WIDE
    if len(moment.passages) == 1:  # the words stand on the card already
        return Look("asis", (), paint_card(_quote_card(moment.document, moment.passages[0]), size))
    return Look("asis", burned, _still_of_post(moment, size, bool(burned)))


def _still_of_post(moment: Moment, size: tuple[int, int], with_words: bool) -> Image.Image:
    post = moment.document["post"]
    card = Card(
        post["title"] or SITE, quoted=False, speaker=_speakers(moment), title="", day=_day(post["date"]), site=SITE
    )
    return paint_card(card, size, BAND if with_words else 0)


def _quote_card(document: Document, passage: Document) -> Card:
    post = document["post"]
    return Card(
        passage["text"],
        quoted=True,
        speaker=passage["speaker"] or "",
        title=post["title"],
        day=_day(post["date"]),
        site=SITE,
        note=REWORDED if passage["status"] == Status.REWORDED else "",
    )


def _speakers(moment: Moment) -> str:
    return ", ".join(dict.fromkeys(passage["speaker"] for passage in moment.passages if passage["speaker"]))


def _day(date: str | None) -> str:
    try:
        return name_day(dt.datetime.fromisoformat(date).date()) if date else ""
    except ValueError:
        return ""


def _title(moment: Moment) -> str:
    return " · ".join(filter(None, (_speakers(moment), moment.document["post"]["title"])))


def _write_beside(target: Path, moment: Moment, media: Media, cues: Sequence[Cue]) -> Iterator[Path]:
    if cues:
        path = target.with_suffix(".vtt")
        write_atomic(path, render(replace(published_track(moment.alone, media.id), cues=tuple(cues)), "vtt"))
        yield path
