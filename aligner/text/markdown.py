"""Read: the body of a post becomes blocks of plain text, every character of which knows its place in the source.

markdown-it-py (CommonMark) finds the blocks and their lines; `inline.py` reads the text inside them. Indented
and fenced code are read as paragraphs, since posts are prose and exports indent at random.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from aligner.text.inline import PlainText, read_inline

_DEEPEST = 6
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A heading, paragraph, list item or quoted paragraph. `text` may be empty where a recording stood alone."""

    kind: str
    level: int
    """1–6 for a heading; for an item how deep its list stands, from 1; else 0."""
    content: PlainText
    number: int | None = None
    """What an item of an ordered list is numbered; on its first paragraph with text."""
    continues: bool = False
    """Whether it is a further paragraph of an item."""

    @property
    def text(self) -> str:
        """The published words without markup."""
        return self.content.text


def find_blocks(body: str, offset: int) -> list[TextBlock]:
    """Split Markdown into blocks, in order; `offset` is where `body` begins in the source file.

    Blocks without text are left out, unless a recording stood in them alone.
    """
    body = body.replace("\0", "\ufffd")  # as CommonMark asks, and as markdown-it-py does
    environment: dict[str, Any] = {}
    tokens = _parser().parse(body, environment)
    references = {label: entry["href"] for label, entry in environment.get("references", {}).items()}
    lines = [match.span() for match in _LINE.finditer(body)]
    blocks: list[TextBlock] = []
    told: set[_Item] = set()
    for token, kind, level, item in _leaves(tokens):
        raw, places = _locate(token, body, lines)
        for text in read_inline(raw, [offset + place for place in places], references):
            continues = item in told
            number = item.number if item and text.text and not continues else None
            blocks.append(TextBlock(kind, level, text, number, continues))
            told |= {item} if item and text.text else set()
    return blocks


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").disable(["code", "fence"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


@dataclass(frozen=True, slots=True, eq=False)
class _Item:
    """One item of a list; compared by identity."""

    number: int | None


def _leaves(tokens: list[Token]) -> Iterator[tuple[Token, str, int, _Item | None]]:
    """Every token that holds text, with the kind and level of its block and the item that it is of, if any."""
    containers: list[_Item | None] = []  # None for a quotation
    numbers: list[int | None] = []  # the next one of each list that is open; None for lists without
    level = 0
    for token in tokens:
        if token.type == "blockquote_open":
            containers.append(None)
        elif token.type in ("ordered_list_open", "bullet_list_open"):
            numbers.append(int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else None)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            numbers.pop()
        elif token.type == "list_item_open":
            number = numbers[-1]
            containers.append(_Item(number))
            numbers[-1] = None if number is None else number + 1  # as pages count, whatever the source repeats
        elif token.type in ("blockquote_close", "list_item_close"):
            containers.pop()
        elif token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = 0
        elif token.type in ("inline", "html_block"):
            item = None if level or not containers else containers[-1]
            kind = "heading" if level else "paragraph" if not containers else "item" if item else "blockquote"
            depth = sum(container is not None for container in containers)
            yield token, kind, min(depth, _DEEPEST) if item else level, item


def _locate(token: Token, body: str, lines: list[tuple[int, int]]) -> tuple[str, list[int]]:
    """The token's text and the place of each of its characters in `body`.

    A token's lines are ends of source lines (list and quote marks and indentation stand before them); only the
    closing `#` of a heading stands after, hence the search from the right. Lines of nothing but odd spaces, which
    markdown-it-py strips from the top of a paragraph, are stepped over. Two spaces after a line say that it ends there,
    and stay; all other space around lines is dropped.
    """
    raw: list[str] = []
    places: list[int] = []
    line, last = token.map or (0, len(lines))
    for number, content in enumerate(token.content.split("\n")):
        text = content.strip(" \t")
        while body.rfind(text, *lines[line]) < 0 and line + 1 < last:
            line += 1
        start, end = lines[line]
        place = body.rfind(text, start, end)
        if number:
            raw.append("\n")
            places.append(start - 1)
        raw.append(text)
        places += range(place, place + len(text))
        if token.type == "inline" and content.endswith("  ") and text:
            raw.append("  ")
            places += range(place + len(text), place + len(text) + 2)
        line = min(line + 1, len(lines) - 1)
    return "".join(raw), places
