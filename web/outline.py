"""The outline of a page: the levels of its headings, and its lists inside lists.

`layout` asks for the levels; the templates hand a group of items that it has laid out to `nest`. Both make sound HTML
of posts that number their headings and lists as they like.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aligner.model import Block

if TYPE_CHECKING:
    from web.layout import LaidBlock


@dataclass(frozen=True, slots=True)
class LaidItem:
    """One item: its paragraphs and the lists inside it, in order."""

    parts: tuple[LaidBlock | LaidList, ...]


@dataclass(frozen=True, slots=True)
class LaidList:
    """One list; `start` is the number of its first item, None for a list without numbers."""

    start: int | None
    items: tuple[LaidItem, ...]


def heading_levels(blocks: Sequence[Block]) -> list[int]:
    """HTML levels from 2 on without a gap, however the post numbers its own; 0 for blocks that are no headings."""
    levels, above = [], list[int]()
    for block in blocks:
        if block.kind != "heading" or not block.text.strip():
            levels.append(0)
            continue
        while above and above[-1] >= block.level:
            above.pop()
        above.append(block.level)
        levels.append(min(len(above) + 1, 6))
    return levels


def nest(blocks: Sequence[LaidBlock]) -> tuple[LaidList, ...]:
    """The lists that items in a row make. A list ends where the kind changes or the numbers do not go on."""
    items: list[list[LaidBlock]] = []
    for block in blocks:
        if items and (block.continues or block.depth > blocks[0].depth):
            items[-1].append(block)
        else:
            items.append([block])
    lists: list[list[list[LaidBlock]]] = []
    for item in items:
        if lists and _goes_on(lists[-1][-1][0].number, item[0].number):
            lists[-1].append(item)
        else:
            lists.append([item])
    return tuple(_lay_list(members) for members in lists)


def _lay_list(items: Sequence[Sequence[LaidBlock]]) -> LaidList:
    return LaidList(items[0][0].number, tuple(LaidItem(tuple(_parts(item))) for item in items))


def _goes_on(number: int | None, following: int | None) -> bool:
    return following == (None if number is None else number + 1)


def _parts(item: Sequence[LaidBlock]) -> Iterator[LaidBlock | LaidList]:
    for is_inner, group in itertools.groupby(item, key=lambda block: block.depth > item[0].depth):
        blocks = tuple(group)
        yield from nest(blocks) if is_inner else blocks
