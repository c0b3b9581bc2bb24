"""Reads a finished alignment file back as a post that a page can be made of.

First step of the library and of the viewer's pages. Every part of the file is checked, as it may have been written
by another program or another version: one that does not keep the contract raises an error, and the library tells of
it as a `Broken`; it never takes the viewer down.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aligner.errors import AlignerError
from aligner.library.origin import Origin, read_origin
from aligner.model import (
    Block,
    Corrected,
    CorrectionAction,
    Kind,
    Mark,
    Match,
    Media,
    Passage,
    Place,
    Span,
    Status,
    TimedWord,
    TriedPlace,
    Weighed,
    Word,
)
from aligner.output.alignment_file import read_alignment

LARGEST = 2**53
"""Larger whole numbers are not exact in a browser, and no time or place has them."""


@dataclass(frozen=True, slots=True)
class FinishedPost:
    """A post with its verdicts, as its alignment file tells it."""

    slug: str
    """The file's name without its ending: the post's address in the viewer."""
    path: Path
    title: str
    date: str | None
    url: str | None
    blocks: tuple[Block, ...]
    media: tuple[Media, ...]
    verdicts: tuple[tuple[Passage, Match], ...]
    """Every passage with its match, in the order of the file."""
    coverage: Mapping[str, int]
    """How many passages claim to be somebody's words (`passages`), and how many have each status."""
    tags: tuple[str, ...] = ()
    heard: Mapping[str, str] = field(default_factory=dict)
    """The fingerprint of the transcript that it was matched with, by media id."""
    heard_by: Mapping[str, str] = field(default_factory=dict)
    """What made that transcript, in words, by media id: `faster-whisper, whisper-base`."""
    version: str = ""
    """Of the program that made the file."""
    origin: Origin | None = field(default=None, compare=False, repr=False)
    """Where its file comes from."""

    @property
    def day(self) -> dt.date | None:
        """The day of publication, None when the post has none or writes it in a way we cannot read."""
        try:
            return dt.datetime.fromisoformat(self.date).date() if self.date else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Broken:
    """An alignment file that cannot be used."""

    slug: str
    reason: str


def read_post(path: Path) -> FinishedPost:
    """Read one alignment file. Raises `AlignerError` when any part of it does not keep the contract."""
    try:
        document = read_alignment(path)
        post = document["post"]
        blocks = tuple(_block(block) for block in post["blocks"])
        return FinishedPost(
            slug=path.stem,
            path=path,
            title=_text(post["title"]),
            date=_maybe_text(post.get("date")),
            url=_maybe_text(post.get("url")),
            blocks=blocks,
            media=tuple(_media(media_id, media) for media_id, media in document["media"].items()),
            verdicts=tuple(_verdict(passage, blocks) for passage in document["passages"]),
            coverage={key: _whole(document["coverage"][key]) for key in ("passages", *Status)},
            tags=tuple(_text(tag) for tag in post.get("tags", ())),
            heard={
                media_id: _text(media["transcript"]["fingerprint"])
                for media_id, media in document["media"].items()
                if media.get("transcript")
            },
            heard_by={
                media_id: ", ".join(filter(None, (_text(media["transcript"][key]) for key in ("engine", "model"))))
                for media_id, media in document["media"].items()
                if media.get("transcript")
            },
            version=_text(document["made_with"]["aligner"]),
            origin=_maybe_origin(path.stem, document),
        )
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise AlignerError(
            f"{path} does not keep the form of an alignment file ({type(error).__name__}: {error}).",
            "Run `align` again to make it anew.",
        ) from error


def _maybe_origin(slug: str, document: Mapping[str, Any]) -> Origin | None:
    try:
        return read_origin(slug, document)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None  # no page needs it


def _block(block: Mapping[str, Any]) -> Block:
    text = _text(block["text"])
    return Block(
        kind=_text(block["kind"]),
        level=_whole(block["level"]),
        text=text,
        marks=tuple(_mark(mark, len(text)) for mark in block.get("marks", ())),
        number=_maybe_whole(block.get("number")),
        continues=block.get("continues") is True,
    )


def _mark(mark: Mapping[str, Any], length: int) -> Mark:
    start, end = _span(mark["chars"])
    if not start < end <= length:
        raise ValueError(f"a mark at {start}–{end} of a block of {length} characters")
    return Mark(_text(mark["kind"]), (start, end), _maybe_text(mark.get("href")))


def _media(media_id: str, media: Mapping[str, Any]) -> Media:
    duration = media.get("duration_ms")
    return Media(
        id=_text(media_id),
        url=_text(media["url"]),
        provider=_text(media["provider"]),
        title=_text(media["title"]),
        duration_ms=None if duration is None else _whole(duration),
        date=_maybe_text(media.get("date")),
    )


def _verdict(passage: Mapping[str, Any], blocks: tuple[Block, ...]) -> tuple[Passage, Match]:
    read = Passage(
        id=_text(passage["id"]),
        kind=Kind(passage["kind"]),
        text=_text(passage["text"]),
        speaker=_maybe_text(passage.get("speaker")),
        heading=_maybe_text(passage.get("heading")),
        block=_whole(passage["block"]),
        chars=_span(passage["block_chars"]),
        source_chars=_span(passage["source_chars"]),
        former=tuple(_text(old) for old in passage.get("former", ())),
    )
    # A link on the wrong words would be a wrong link: better no page than that.
    if blocks[read.block].text[slice(*read.chars)] != read.text:
        raise ValueError(f"passage {read.id} is not at its place in block {read.block}")
    status = Status(passage["status"])
    match = Match(
        passage_id=read.id,
        status=status,
        confidence=_share(passage["confidence"]),
        reason=_text(passage["reason"]),
        media_id=_maybe_text(passage.get("media_id")),
        start_ms=_maybe_whole(passage.get("start_ms")),
        end_ms=_maybe_whole(passage.get("end_ms")),
        said=_maybe_text(passage.get("said")),
        words=tuple(_timed_word(word) for word in passage["words"]),
        unpublished=tuple(_word(word) for word in passage.get("unpublished", ())),
        elsewhere=tuple(_place(place) for place in passage.get("elsewhere", ())),
        agreed=None if passage.get("agreed") is None else _share(passage["agreed"]),
        evidence=_weighed(passage["evidence"]) if passage.get("evidence") else None,
        corrected=_corrected(passage["corrected"]) if passage.get("corrected") else None,
    )
    return read, match


def _timed_word(word: Mapping[str, Any]) -> TimedWord:
    return TimedWord(
        text=_text(word["text"]),
        start_ms=_maybe_whole(word["start_ms"]),
        end_ms=_maybe_whole(word["end_ms"]),
        heard=_maybe_text(word["heard"]),
    )


def _word(word: Mapping[str, Any]) -> Word:
    return Word(_text(word["text"]), _whole(word["start_ms"]), _whole(word["end_ms"]))


def _place(place: Mapping[str, Any]) -> Place:
    return Place(_text(place["media_id"]), _whole(place["start_ms"]), _whole(place["end_ms"]))


def _weighed(evidence: Mapping[str, Any]) -> Weighed:
    return Weighed(
        places=tuple(
            TriedPlace(_place(place), _amount(place["nats"]), _amount(place["share"])) for place in evidence["places"]
        ),
        asked=_amount(evidence["asked"]),
        follows=evidence["follows"] is True,
        repeats=evidence["repeats"] is True,
        missing=_maybe_text(evidence["missing"]),
        pace=_amount(evidence["pace"]),
    )


def _corrected(corrected: Mapping[str, Any]) -> Corrected:
    return Corrected(
        CorrectionAction(corrected["action"]), corrected.get("doubtful") is True, _text(corrected.get("why", ""))
    )


def _amount(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST:
        raise TypeError(f"number expected, not {value!r:.40}")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {value!r:.40}")
    value.encode()  # half a surrogate pair would break the page that shows it
    return value


def _maybe_text(value: Any) -> str | None:
    return None if value is None else _text(value)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST:
        raise TypeError(f"whole number expected, not {value!r:.40}")
    return value


def _maybe_whole(value: Any) -> int | None:
    return None if value is None else _whole(value)


def _share(value: Any) -> float:
    if not 0 <= (share := float(value)) <= 1:
        raise ValueError(f"a probability expected, not {value!r:.40}")
    return share


def _span(value: Any) -> Span:
    start, end = value
    return _whole(start), _whole(end)
