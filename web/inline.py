"""Cuts published words where their markup changes: bold, italics, links, line ends.

Between the marks of a block, which may overlap in any way, and HTML, where elements must stand inside each other.
A page cuts a block at passages and links first (`layout`); what is left is cut into stretches of one look here.

A link that the author published keeps its words, also inside a passage that plays: it leads where it always led, and
the passage's own link, which HTML forbids around it, stands on the words before and after it. Only where it would
leave a passage no words to be played by, the published link gives way.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aligner.model import Block, Mark, Span
from web.recordings import web_address


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some published characters of one look."""

    text: str
    strong: bool = False
    em: bool = False
    ends_line: bool = False
    """Whether a new line begins after it."""


def published_links(block: Block) -> tuple[Mark, ...]:
    """The links of a block that may be followed; the file may have been written by anybody."""
    return tuple(mark for mark in block.marks if mark.kind == "link" and _is_safe(mark.href))


def link_at(links: Iterable[Mark], span: Span) -> str | None:
    """Where the published link around these characters leads, None where there is none."""
    return next((mark.href for mark in links if mark.chars[0] <= span[0] and span[1] <= mark.chars[1]), None)


def cut_stretches(text: str, span: Span, marks: Sequence[Mark]) -> Iterator[Stretch]:
    """Cut `text[span]` where bold, italics or a line end. `marks` are of the whole text."""
    touching = [mark for mark in marks if mark.chars[0] < span[1] and span[0] < mark.chars[1] and mark.kind != "link"]
    inside = (edge for mark in touching for edge in mark.chars if span[0] < edge < span[1])
    for start, end in itertools.pairwise(sorted({*span, *inside})):
        kinds = {mark.kind for mark in touching if mark.chars[0] <= start and end <= mark.chars[1]}
        yield Stretch(text[start:end], "strong" in kinds, "em" in kinds, "break" in kinds)


def _is_safe(href: str | None) -> bool:
    return web_address(href) is not None or (href or "").lower().startswith("mailto:")
