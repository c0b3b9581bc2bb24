"""Read: a Markdown file becomes a `Post`, the first stage of the flow.

`list_posts` finds the files, `read_post` reads one, `parse_post` reads text. All character ranges count the characters
of the file decoded as UTF-8, as they stand: a byte order mark and each sign of a CRLF count as one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from aligner.errors import PostError, UsageError
from aligner.model import Block, Link, Post
from aligner.store import find_posts
from aligner.text.front_matter import FrontMatter, split_front_matter
from aligner.text.links import find_links, find_metadata_links
from aligner.text.markdown import find_blocks
from aligner.text.passages import find_passages

_REPORT = re.compile(r"\bcomptes?[- ]?rendus?\b|\bretours? sur\b|\bsynthèse\b|\bproc[eè]s[- ]verbal", re.IGNORECASE)
_URL_KEYS = ("url", "permalink", "canonical")
_LONGEST_SLUG = 200  # bytes of UTF-8; a file name holds 255, and suffixes follow


def read_post(path: Path, root: Path | None = None) -> Post:
    """Read a Markdown file as a post; `root` is the folder that `source` is told relative to.

    A post without links or without text below its front matter is no error here. Raises `PostError`, naming file
    and line, when the file cannot be read, is no UTF-8, is empty, or has broken front matter.
    """
    return _parse(*_open(path, root))


def parse_post(source: str, name: str) -> Post:
    """Read Markdown text as a post. `name` is its file's, or what that would be called: the slug where none is given.

    Raises `PostError` as `read_post` does.
    """
    return _parse(name, *_split(source, name))


def _parse(name: str, front: FrontMatter, body: str) -> Post:
    found = find_blocks(body, front.body)
    blocks = tuple(
        Block(block.kind, block.level, block.text, block.content.marks, block.number, block.continues)
        for block in found
        if block.text
    )
    slug = make_slug(_text(front.values.get("slug")), PurePosixPath(name).stem)
    title = _text(front.values.get("title")) or next((b.text for b in blocks if b.kind == "heading"), slug)
    links = find_metadata_links(front.values, front.text, front.start) + find_links(body, front.body)
    return Post(
        slug=slug,
        title=title,
        date=_date(front.values.get("date")),
        source=name,
        url=_url(front.values),
        blocks=blocks,
        passages=find_passages(found, title, _is_report(title, front.values)),
        links=tuple(links),
        tags=tuple(_texts(front.values.get("tags"))),
    )


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a post says of itself before its text is read: a twentieth of the work."""

    slug: str
    title: str
    """Empty where the front matter has none."""
    date: str | None
    links: tuple[Link, ...]


def sketch_post(path: Path, root: Path | None = None) -> Sketch:
    """Read the front matter and the links of a post. Raises `PostError` as `read_post` does."""
    name, front, body = _open(path, root)
    return Sketch(
        slug=make_slug(_text(front.values.get("slug")), PurePosixPath(name).stem),
        title=_text(front.values.get("title")),
        date=_date(front.values.get("date")),
        links=(*find_metadata_links(front.values, front.text, front.start), *find_links(body, front.body)),
    )


def list_posts(places: Sequence[Path]) -> list[Path]:
    """The posts among files and folders, sorted, each once.

    Folders give their `*.md` files at any depth, without README.md, `_index.md`, hidden files and folders, and what
    stands below a folder named `aligned`. Raises `UsageError` when a place is missing or a file is no Markdown.
    """
    found: dict[Path, Path] = {}
    for place in places:
        if place.is_dir():
            posts = list(find_posts(place))
        elif place.suffix.lower() == ".md" and place.is_file():
            posts = [place]
        elif place.exists():
            raise UsageError(f"{place} is no Markdown post.", "Name *.md files, or folders that hold some.")
        else:
            raise UsageError(f"{place} does not exist.", "Name posts (*.md) or folders that hold some.")
        for path in posts:
            found.setdefault(path.resolve(), path)
    return sorted(found.values())


def _relative(path: Path, root: Path | None) -> str:
    if root is not None and path.resolve().is_relative_to(root.resolve()):
        return path.resolve().relative_to(root.resolve()).as_posix()
    return path.name if path.is_absolute() else path.as_posix()


def _decode(path: Path, name: str) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PostError(f"{name} cannot be read: {error.strerror}.", "Check the file and its permissions.") from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PostError(
            f"{name}, line {line}: the file is no UTF-8 text (byte 0x{data[error.start]:02x}).",
            "Save it again with the encoding UTF-8.",
        ) from error


def make_slug(*wishes: str) -> str:
    """The name of a post's files, made of the first wish that has a letter or a digit."""
    for text in wishes:
        plain = unicodedata.normalize("NFC", unquote(text))
        # no dots: `<slug>.2.srt` is the second recording's subtitles, not the post "<slug>.2"
        safe = re.sub(r"-{2,}", "-", re.sub(r"[^\w-]+", "-", plain)).strip("-")
        if safe := safe.encode()[:_LONGEST_SLUG].decode(errors="ignore"):
            return safe
    return "post"


def _date(value: Any) -> str | None:
    """The date as published when it is ISO 8601, else None."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    text = _text(value)
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return text


def _url(values: Mapping[str, Any]) -> str | None:
    addresses = [_text(values.get(key)) for key in _URL_KEYS]
    return next((address for address in addresses if address.lower().startswith(("http://", "https://"))), None)


def _open(path: Path, root: Path | None) -> tuple[str, FrontMatter, str]:
    """A post's source name, its front matter, and the text below."""
    name = _relative(path, root)
    return name, *_split(_decode(path, name), name)


def _split(source: str, name: str) -> tuple[FrontMatter, str]:
    front = split_front_matter(source, name)
    body = source[front.body :]
    if not front.values and not body.strip():
        raise PostError(f"{name} is empty.", "Write the post, or remove the file.")
    return front, body


def _is_report(title: str, values: Mapping[str, Any]) -> bool:
    """Whether a post calls itself a report, in its title or among its categories."""
    return any(_REPORT.search(text) for text in [title, *_texts(values.get("categories"))])


def _text(value: Any) -> str:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in str(value)).split(" ")).strip()


def _texts(value: Any) -> list[str]:
    return [text for text in map(_text, value if isinstance(value, list) else [value]) if text]
