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

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A heading, paragraph, list item or quoted paragraph. `text` may be empty where a recording stood alone."""

    kind: str
    level: int
    content: PlainText

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
    references = environment.get("references", {})
    lines = [match.span() for match in _LINE.finditer(body)]
    blocks: list[TextBlock] = []
    for token, kind, level in _leaves(tokens):
        raw, places = _locate(token, body, lines)
        texts = read_inline(raw, [offset + place for place in places], references)
        blocks += [TextBlock(kind, level, text) for text in texts]
    return blocks


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").disable(["code", "fence"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def _leaves(tokens: list[Token]) -> Iterator[tuple[Token, str, int]]:
    """Every token that holds text, with the kind and level of its block."""
    containers: list[str] = []
    level = 0
    for token in tokens:
        if token.type in ("blockquote_open", "list_item_open"):
            containers.append("blockquote" if token.type == "blockquote_open" else "item")
        elif token.type in ("blockquote_close", "list_item_close"):
            containers.pop()
        elif token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = 0
        elif token.type in ("inline", "html_block"):
            kind = "heading" if level else containers[-1] if containers else "paragraph"
            yield token, kind, level


def _locate(token: Token, body: str, lines: list[tuple[int, int]]) -> tuple[str, list[int]]:
    """The token's text and the place of each of its characters in `body`.

    A token's lines are ends of source lines (list and quote marks and indentation stand before them); only the
    closing `#` of a heading stands after, hence the search from the right. Lines of nothing but odd spaces, which
    markdown-it-py strips from the top of a paragraph, are stepped over.
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
        line = min(line + 1, len(lines) - 1)
    return "".join(raw), places
