"""Read: what the markup of one block says about its words: bold, italics, links, line ends.

`inline.py` walks the Markdown, drops the markup and tells a `Marking` what it dropped; glyphs are counted there, and
`Marking.marks` turns their numbers into characters of the finished text. Damaged markup (bold that is never closed,
`****`) marks rather too little than too much: a mark that is missing harms nobody, half a post in bold does.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from urllib.parse import urlsplit

from aligner.model import Mark
from aligner.text.links import parse_link

_TAG = re.compile(r"<(?P<end>/)?(?P<name>[a-z][a-z0-9-]*)", re.IGNORECASE)
_HREF = re.compile(r"\shref\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+))", re.IGNORECASE)
_KINDS = {"b": "strong", "strong": "strong", "i": "em", "em": "em"}
_RUNS = {1: ("em",), 2: ("strong",), 3: ("em", "strong")}
"""What a run of so many `*` or `_` opens or closes."""


def link_address(address: str) -> str | None:
    """Return an address that readers may follow (http, https, mailto), None for any other and for recordings."""
    address = address.strip()
    if any(sign.isspace() or not sign.isprintable() for sign in address):
        return None
    scheme, _, rest = address.partition(":")
    if scheme.lower() == "mailto":
        return address if "@" in rest else None
    try:
        host = urlsplit(address).hostname if scheme.lower() in ("http", "https") else None
    except ValueError:  # for instance "https://["
        return None
    return address if host and not parse_link(address) else None


class Marking:
    """Gathers the marks of one block while its Markdown is walked; every `place` is a number of a glyph."""

    def __init__(self) -> None:
        self._found: list[tuple[str, int, int, str | None]] = []
        self._open: dict[tuple[str, str], int] = {}
        self._links: dict[str | int, tuple[int, str]] = {}
        self._breaks: list[int] = []
        self._paragraph = 0

    def read_emphasis(self, signs: str, before: str, after: str, place: int) -> None:
        """Take a run of `*` or `_` between two characters. Single `*` are paired by the reader: see `add`."""
        sign = signs[0]
        if signs == "*" or (sign == "_" and before.isalnum() and after.isalnum()):
            return
        if len(signs) % 4 == 0 and not after.isspace():
            return  # closes and opens again at once: "**Auré****lie**"
        for kind in _RUNS.get(len(signs), ("strong",)):
            may_open = len(signs) < 4 and not after.isspace() and not (sign == "_" and before.isalnum())
            self._toggle(kind, sign, place, may_open=may_open, must_open=may_open and before.isspace())

    def _toggle(self, kind: str, sign: str, place: int, *, may_open: bool, must_open: bool) -> None:
        begin = self._open.pop((kind, sign), None)
        if begin is not None and not must_open:
            self.add(kind, begin, place)
        elif may_open:
            self._open[kind, sign] = place

    def read_tag(self, tag: str, place: int) -> None:
        """Take an HTML tag, whatever it is."""
        found = _TAG.match(tag)
        name = found["name"].lower() if found else ""
        is_end = bool(found and found["end"])
        if name == "a" and is_end:
            self.close_link(name, place)
        elif name == "a":
            href = _HREF.search(tag)
            self.open_link(name, place, unescape(href[href.lastgroup or 0]) if href else None)
        elif name in _KINDS and is_end:
            begin = self._open.pop((_KINDS[name], name), None)
            self.add(_KINDS[name], place if begin is None else begin, place)
        elif name in _KINDS:
            self._open[_KINDS[name], name] = place

    def open_link(self, key: str | int, place: int, address: str | None) -> None:
        """Begin a link, which `close_link` ends by the same key; one that is not for readers is none."""
        self._links.pop(key, None)
        if address and (href := link_address(address)):
            self._links[key] = place, href

    def close_link(self, key: str | int, place: int) -> None:
        """End the link that was begun with this key, if there is one."""
        if opened := self._links.pop(key, None):
            self.add("link", opened[0], place, opened[1])

    def break_line(self, place: int) -> None:
        """Take the end of a line that was published as one."""
        self._breaks.append(place)

    def end_paragraph(self, place: int) -> None:
        """Take the end of a paragraph: what is open then stays without a mark."""
        self._open.clear()
        self._links.clear()
        self._paragraph = place

    def add(self, kind: str, begin: int, end: int, href: str | None = None) -> None:
        """Mark the glyphs from `begin` up to `end`, if one paragraph holds them."""
        if self._paragraph <= begin < end:
            self._found.append((kind, begin, end, href))

    def marks(self, text: str, numbers: Sequence[int]) -> tuple[Mark, ...]:
        """List the marks of one paragraph; `numbers[i]` is the number of the glyph that became `text[i]`, ascending."""
        found = [*self._stretches(text, numbers), *self._line_ends(text, numbers)]
        return tuple(sorted(_without_overlaps(found), key=lambda mark: (mark.chars[0], -mark.chars[1], mark.kind)))

    def _stretches(self, text: str, numbers: Sequence[int]) -> Iterator[Mark]:
        for kind, begin, end, href in self._found:
            start, stop = bisect_left(numbers, begin), bisect_left(numbers, end)
            stop -= len(text[start:stop]) - len(text[start:stop].rstrip())
            start += len(text[start:stop]) - len(text[start:stop].lstrip())
            if start < stop:
                yield Mark(kind, (start, stop), href)

    def _line_ends(self, text: str, numbers: Sequence[int]) -> Iterator[Mark]:
        """Line ends as the spaces they became; those at the ends of the paragraph were trimmed away."""
        places = {bisect_right(numbers, number) - 1 for number in self._breaks}
        for place in places:
            if 0 <= place < len(text) - 1 and text[place].isspace():
                yield Mark("break", (place, place + 1))


def _without_overlaps(marks: Iterable[Mark]) -> list[Mark]:
    """Join bold with bold and italics with italics where they touch; of links inside each other keep the outer."""
    kept: dict[str, list[Mark]] = {}
    for mark in sorted(marks, key=lambda mark: (mark.chars[0], -mark.chars[1])):
        same = kept.setdefault(mark.kind, [])
        if (
            not same
            or same[-1].chars[1] < mark.chars[0]
            or (mark.kind != "strong" and same[-1].chars[1] == mark.chars[0])
        ):
            same.append(mark)
        elif mark.href is None:
            start, end = same[-1].chars
            same[-1] = Mark(mark.kind, (start, max(end, mark.chars[1])))
    return [mark for same in kept.values() for mark in same]
