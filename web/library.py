"""Reads the finished alignments of a workspace back as posts a page can be made of.

First step of the viewer. Files come and go while it runs, so each is read again when its stamp
(time, size, inode) changes, and kept in memory until then. A file that cannot be used is a
`Broken` that the index names; it never takes the viewer down.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aligner.errors import AlignerError
from aligner.model import Block, Kind, Match, Media, Passage, Place, Span, Status, TimedWord, Word
from aligner.output.alignment_file import read_alignment
from aligner.store import Workspace

SUBTITLES = (".srt", ".vtt")


@dataclass(frozen=True, slots=True)
class FinishedPost:
    """A post with its verdicts, as its alignment file tells it (single words only where the page may show them)."""

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


class Library:
    """The finished alignments of one workspace, always as they are on disk now."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._read: dict[Path, tuple[tuple[int, int, int], FinishedPost | Broken]] = {}

    def entries(self) -> tuple[list[FinishedPost], list[Broken]]:
        """All posts, newest first (undated ones last), and all files that could not be read, by name."""
        found = [entry for path in self._files(".json") if (entry := self._entry(path))]
        posts = [entry for entry in found if isinstance(entry, FinishedPost)]
        posts.sort(key=lambda post: post.title)
        posts.sort(key=lambda post: post.day or dt.date.min, reverse=True)
        return posts, [entry for entry in found if isinstance(entry, Broken)]

    def entry(self, slug: str) -> FinishedPost | Broken | None:
        """The post of this address; None when there is no such file."""
        # Compared with the names that are there, never joined to a path: a slug comes from the reader.
        return next((self._entry(path) for path in self._files(".json") if path.stem == slug), None)

    def subtitle(self, name: str) -> Path | None:
        """The exported subtitle file of this name, ending included."""
        return next((path for path in self._files(*SUBTITLES) if path.name == name), None)

    def subtitles(self, slug: str) -> list[Path]:
        """The exported subtitle files of one post: `<slug>.srt`, `<slug>.2.vtt` and the like."""
        longer = [other for path in self._files(".json") if (other := path.stem).startswith(f"{slug}.")]
        return [
            path
            for path in self._files(*SUBTITLES)
            if path.name.startswith(f"{slug}.") and not any(path.name.startswith(f"{other}.") for other in longer)
        ]

    def _files(self, *suffixes: str) -> list[Path]:
        files = (path for suffix in suffixes for path in self.workspace.aligned.glob(f"*{suffix}"))
        return sorted(path for path in files if not path.name.startswith("."))

    def _entry(self, path: Path) -> FinishedPost | Broken | None:
        try:
            status = path.stat()
        except OSError:  # removed between the listing and now
            return None
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        known = self._read.get(path)
        if known and known[0] == stamp:
            return known[1]
        try:
            entry: FinishedPost | Broken = read_post(path)
        except AlignerError as error:
            entry = Broken(path.stem, error.message)
        self._read[path] = stamp, entry
        return entry


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
        )
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise AlignerError(
            f"{path} does not keep the form of an alignment file ({type(error).__name__}: {error}).",
            "Run `align` again to make it anew.",
        ) from error


def _block(block: Mapping[str, Any]) -> Block:
    return Block(kind=_text(block["kind"]), level=_whole(block["level"]), text=_text(block["text"]))


def _media(media_id: str, media: Mapping[str, Any]) -> Media:
    duration = media.get("duration_ms")
    return Media(
        id=_text(media_id),
        url=_text(media["url"]),
        provider=_text(media["provider"]),
        title=_text(media["title"]),
        duration_ms=None if duration is None else _whole(duration),
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
    )
    # A link on the wrong words would be a wrong link: better no page than that.
    if blocks[read.block].text[slice(*read.chars)] != read.text:
        raise ValueError(f"passage {read.id} is not at its place in block {read.block}")
    status = Status(passage["status"])
    unpublished = tuple(_word(word) for word in passage.get("unpublished", ()))
    # A session has some hundred thousand words: they are kept only where they may differ from what was said.
    differs = status is Status.REWORDED or bool(unpublished)
    match = Match(
        passage_id=read.id,
        status=status,
        confidence=float(passage["confidence"]),
        reason=_text(passage["reason"]),
        media_id=_maybe_text(passage.get("media_id")),
        start_ms=_maybe_whole(passage.get("start_ms")),
        end_ms=_maybe_whole(passage.get("end_ms")),
        said=_maybe_text(passage.get("said")),
        words=tuple(_timed_word(word) for word in passage["words"]) if differs else (),
        unpublished=unpublished,
        elsewhere=tuple(_place(place) for place in passage.get("elsewhere", ())),
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


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {value!r:.40}")
    value.encode()  # half a surrogate pair would break the page that shows it
    return value


def _maybe_text(value: Any) -> str | None:
    return None if value is None else _text(value)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"whole number expected, not {value!r:.40}")
    return value


def _maybe_whole(value: Any) -> int | None:
    return None if value is None else _whole(value)


def _span(value: Any) -> Span:
    start, end = value
    return _whole(start), _whole(end)
