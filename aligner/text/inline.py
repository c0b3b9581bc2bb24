"""Read: one paragraph's Markdown becomes plain text in which every character knows its place in the source.

Written by us because markdown-it-py gives inline tokens no positions, and because the real posts need more than
CommonMark: bold cut mid-sentence leaves `**` behind, `[embed]`, `[arve …]` and Hugo shortcodes stand in the text,
and a whole article may stand on one line. `markdown.py` finds the paragraphs and calls `read_inline`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from aligner.model import Mark, Span
from aligner.text.links import ADDRESS, find_links, parse_link, trim_address
from aligner.text.marks import Marking

_BLOCK_TAGS = (
    "p|div|li|ul|ol|dl|dt|dd|h[1-6]|section|article|aside|header|footer|main|blockquote|figure|figcaption|hr|"
    "table|thead|tbody|tr|td|th|details|summary"
)
_SHORTCODES = "embed|arve|gallery|video|audio|playlist|caption|youtube|vimeo"
_TOKEN = re.compile(
    rf"""
      (?P<hidden>    <!--.*?--> | <(?P<element>script|style)\b.*?</(?P=element)\s*> | \{{\{{[<%].*?[%>]\}}\}}
                   | \[embed\].*?\[/embed\] | (?-i:\[/?(?:{_SHORTCODES})(?:\s[^\]]*)?\])
                   | \[/?\w+(?:\s+[\w-]+=(?:"[^"]*"|'[^']*'|[^\s\]"']+))+\s*/?\] )
    | (?P<newline>   (?:\\|[ \t]+)?\n[ \t]* | <br\s*/?> )
    | (?P<address>   <?{ADDRESS.pattern}>? )
    | (?P<block_tag> </?(?:{_BLOCK_TAGS})(?:\s[^<>]*)?/?> )
    | (?P<tag>       </?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?> )
    | (?P<escape>    \\[!-/:-@\[-`{{-~] )
    | (?P<entity>    &(?:\#[0-9]{{1,7}}|\#x[0-9a-f]{{1,6}}|[a-z][a-z0-9]{{1,31}}); )
    | (?P<code>      (?P<ticks>`+)(?!`)(?P<inside>.+?)(?<!`)(?P=ticks)(?!`) )
    | (?P<image>     !\[ )
    | (?P<opening>   \[ )
    | (?P<closing>   \] )
    | (?P<emphasis>  \*+ | _+ )
    | (?P<gap>       [ \t]{{3,}} )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_TARGET = re.compile(
    r"""\(\s*(?:<(?P<angled>[^<>\n]*)>|(?P<bare>(?:[^\s()<>]|\([^\s()]*\))*))(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*\)""",
    re.DOTALL,
)
_IMAGE_TARGET = re.compile(r"\([^()\n]*\)")  # file names with spaces, which CommonMark forbids and exports contain
_REFERENCE = re.compile(r"\[([^\[\]]*)\]")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_BRACKET = re.compile(r"\\.|[\[\]]", re.DOTALL)
_SPACES = " \t\n"
_ONE_LETTER_WORDS = "àayôo0123456789"


@dataclass(frozen=True, slots=True)
class PlainText:
    """A stretch of published text. `spans[i]` is the place of `text[i]` in the source, `linked[i]` whether it links."""

    text: str
    spans: tuple[Span, ...]
    linked: tuple[bool, ...]
    has_recording: bool
    """A recording's address or player stood here; it is no part of the text."""
    marks: tuple[Mark, ...] = ()
    """Its bold and italic stretches, links and line ends."""

    def source_chars(self, start: int, end: int) -> Span:
        """The source range of the characters from `start` up to `end`."""
        return self.spans[start][0], self.spans[end - 1][1]


class _Glyph(NamedTuple):
    text: str  # one character, or "" where a paragraph ends
    start: int
    end: int
    linked: bool


def read_inline(
    raw: str, places: Sequence[int], references: Mapping[str, str] = MappingProxyType({})
) -> list[PlainText]:
    """Read the Markdown of one block; `places[i]` is the place of `raw[i]` in the source.

    Returns more than one text where the block holds several paragraphs: at HTML block tags, and at runs of three
    spaces or more, which is what an export made of the blank lines of articles that stand on one line. A text may
    be empty when a recording stood there alone. `references` are the addresses of the post's link definitions, by
    their labels.
    """
    reader = _Reader(raw, references)
    reader.read()
    texts = []
    for numbers, has_recording in reader.paragraphs():
        text = _collect(reader, numbers, places, has_recording)
        if text.text or has_recording:
            texts.append(text)
    return texts


def _normalise_label(label: str) -> str:
    """Write a link reference's label as markdown-it-py keys it."""
    return re.sub(r"\s+", " ", label.strip()).lower().upper()


def _collect(reader: _Reader, numbers: Sequence[int], places: Sequence[int], has_recording: bool) -> PlainText:
    """Collapse white space as a page does (no-break spaces stay), trim, and place each character in the source.

    `numbers` are the glyphs of the paragraph.
    """
    kept: list[_Glyph] = []
    kept_numbers: list[int] = []
    for number in numbers:
        glyph = reader.glyphs[number]
        if glyph.text in _SPACES:
            if not kept or kept[-1].text == " ":
                continue
            glyph = glyph._replace(text=" ")
        kept.append(glyph)
        kept_numbers.append(number)
    first, last = 0, len(kept)
    while last and kept[last - 1].text.isspace():
        last -= 1
    while first < last and kept[first].text.isspace():
        first += 1
    kept, kept_numbers = kept[first:last], kept_numbers[first:last]
    text = "".join(glyph.text for glyph in kept)
    spans = tuple((places[glyph.start], places[glyph.end - 1] + 1) for glyph in kept)
    marks = reader.marking.marks(text, kept_numbers)
    return PlainText(text, spans, tuple(glyph.linked for glyph in kept), has_recording, marks)


def _pair_brackets(raw: str) -> dict[int, int]:
    """The place of each "[" that is closed, with the place of its "]"."""
    pairs: dict[int, int] = {}
    open_places: list[int] = []
    for match in _BRACKET.finditer(raw):
        if match[0] == "[":
            open_places.append(match.start())
        elif match[0] == "]" and open_places:
            pairs[open_places.pop()] = match.start()
    return pairs


class _Reader:
    """Walks the raw Markdown once, from token to token; each kind of token has a method that returns where it ends."""

    def __init__(self, raw: str, references: Mapping[str, str]) -> None:
        self.raw = raw
        self.references = references
        self.glyphs: list[_Glyph] = []
        self.marking = Marking()
        self.recordings: set[int] = set()  # indices into `glyphs` before which a recording stood
        self.closings = _pair_brackets(raw)
        self.link_ends: dict[int, int] = {}  # place of a link's "]" -> where the whole link ends
        self.stars: list[int] = []  # indices into `glyphs` of single "*", emphasis only in pairs
        self.dropped: set[int] = set()
        self.is_bold = False
        self.handlers: dict[str, Callable[[re.Match[str]], int]] = {
            "hidden": self._hide,
            "newline": self._break_line,
            "address": self._read_address,
            "block_tag": self._break_paragraph,
            "tag": self._read_tag,
            "escape": self._read_escape,
            "entity": self._read_entity,
            "code": self._read_code,
            "image": self._skip_image,
            "opening": self._open_link,
            "closing": self._close_link,
            "emphasis": self._read_emphasis,
            "gap": self._read_gap,
        }

    def read(self) -> None:
        position = 0
        while match := _TOKEN.search(self.raw, position):
            self._keep(position, match.start())
            kind = match.lastgroup or ""
            position = self.handlers[kind](match)
        self._keep(position, len(self.raw))

    def paragraphs(self) -> list[tuple[list[int], bool]]:
        """The numbers of the glyphs that stay, paragraph by paragraph, each with whether a recording stood in it."""
        ends = [index for index, glyph in enumerate(self.glyphs) if not glyph.text]
        found = []
        for before, end in pairwise([-1, *ends, len(self.glyphs)]):
            numbers = [i for i in range(before + 1, end) if i not in self.dropped]
            found.append((numbers, any(before < place <= end for place in self.recordings)))
        return found

    @property
    def _in_link(self) -> bool:
        return bool(self.link_ends)

    def _keep(self, start: int, end: int) -> None:
        linked = self._in_link
        self.glyphs += [_Glyph(self.raw[i], i, i + 1, linked) for i in range(start, end)]

    def _put(self, text: str, start: int, end: int) -> int:
        self.glyphs += [_Glyph(character, start, end, self._in_link) for character in text]
        return end

    def _hide(self, match: re.Match[str]) -> int:
        if find_links(match[0], 0):
            self.recordings.add(len(self.glyphs))
        return match.end()

    def _read_tag(self, match: re.Match[str]) -> int:
        """Drop a tag, and remember what those for bold, italics and links say."""
        self.marking.read_tag(match[0], len(self.glyphs))
        return self._hide(match)

    def _break_line(self, match: re.Match[str]) -> int:
        if match[0].startswith(("\\", "  ", "<")):  # a newline alone ends only the source's line
            self.marking.break_line(len(self.glyphs))
        return self._put(" ", match.start(), match.end())

    def _break_paragraph(self, match: re.Match[str]) -> int:
        self.marking.end_paragraph(len(self.glyphs))
        self.glyphs.append(_Glyph("", match.start(), match.end(), False))
        return match.end()

    def _read_gap(self, match: re.Match[str]) -> int:
        at_edge = match.start() == 0 or match.end() == len(self.raw)
        return self._put(" ", *match.span()) if at_edge else self._break_paragraph(match)

    def _read_address(self, match: re.Match[str]) -> int:
        """A recording's address is no text; any other stays as published."""
        start = match.start() + match[0].startswith("<")
        bare = match[0].removeprefix("<").removesuffix(">")
        address = bare if match[0].endswith(">") else trim_address(bare)
        if any(parse_link(text) for text in (address, address.rstrip("_"))):
            self.recordings.add(len(self.glyphs))
        else:
            # without a scheme on the hosts that we know; "//" may stand in "et//ou"
            self.marking.open_link("", len(self.glyphs), address if "//" in address else f"https://{address}")
            self.glyphs += [_Glyph(self.raw[i], i, i + 1, True) for i in range(start, start + len(address))]
            self.marking.close_link("", len(self.glyphs))
        closed = match[0].startswith("<") and match[0].endswith(">")
        return match.end() if closed else start + len(address)

    def _read_escape(self, match: re.Match[str]) -> int:
        return self._put(match[0][1], match.start(), match.end())

    def _read_entity(self, match: re.Match[str]) -> int:
        return self._put(unescape(match[0]), match.start(), match.end())

    def _read_code(self, match: re.Match[str]) -> int:
        self._keep(*match.span("inside"))
        return match.end()

    def _skip_image(self, match: re.Match[str]) -> int:
        close = self.closings.get(match.end() - 1)
        if close is None:
            return self._put("!", match.start(), match.start() + 1)
        target = _TARGET.match(self.raw, close + 1) or _IMAGE_TARGET.match(self.raw, close + 1)
        end = target.end() if target else self._find_link_end(match.end() - 1, close)
        return end or self._put("!", match.start(), match.start() + 1)

    def _open_link(self, match: re.Match[str]) -> int:
        close = self.closings.get(match.start())
        end = None if close is None else self._find_link_end(match.start(), close)
        if close is None or end is None:
            return self._put("[", match.start(), match.end())
        address = ADDRESS.search(self.raw, close, end)
        if address and parse_link(trim_address(address[0])):
            self.recordings.add(len(self.glyphs))
        self.marking.open_link(close, len(self.glyphs), self._read_target(match.start(), close))
        self.link_ends[close] = end
        return match.end()

    def _close_link(self, match: re.Match[str]) -> int:
        end = self.link_ends.pop(match.start(), None)
        self.marking.close_link(match.start(), len(self.glyphs))
        return self._put("]", match.start(), match.end()) if end is None else end

    def _find_link_end(self, opening: int, close: int) -> int | None:
        """Where the link whose text stands between two brackets ends; None when the brackets are only brackets."""
        if target := _TARGET.match(self.raw, close + 1):
            return target.end()
        if self._label(opening, close) not in self.references:
            return None
        named = _REFERENCE.match(self.raw, close + 1)
        return named.end() if named else close + 1

    def _label(self, opening: int, close: int) -> str:
        named = _REFERENCE.match(self.raw, close + 1)
        return _normalise_label(named[1] if named and named[1] else self.raw[opening + 1 : close])

    def _read_target(self, opening: int, close: int) -> str:
        """The address that a link leads to."""
        if target := _TARGET.match(self.raw, close + 1):
            return _ESCAPE.sub(r"\1", unescape(target["angled"] or target["bare"] or ""))
        return self.references[self._label(opening, close)]

    def _read_emphasis(self, match: re.Match[str]) -> int:
        """Drop emphasis marks: all runs of two or more (damage included), the single ones that can be emphasis."""
        marks = match[0]
        before = self.raw[match.start() - 1 : match.start()] or " "
        after = self.raw[match.end() : match.end() + 1] or " "
        self.marking.read_emphasis(marks, before, after, len(self.glyphs))
        if marks == "**":
            self._open_or_close_bold(match, before, after)
        elif marks == "****" and before.isalpha() and after.isdigit():
            self._put(" ", *match.span())
        if marks == "*":
            self._pair_star(before, after)
        is_inside_word = before.isalnum() and after.isalnum()
        if marks == "*" or (marks == "_" and (is_inside_word or (before.isspace() and after.isspace()))):
            self._keep(*match.span())
        return match.end()

    def _open_or_close_bold(self, match: re.Match[str], before: str, after: str) -> None:
        """Give back the space that exports lose before bold ("à**3,6 millions** ,"), but not inside "d**ès**"."""
        opens = before.isspace() or (not self.is_bold and not after.isspace())
        self.is_bold = opens
        word = re.search(r"\w*$", self.raw[max(0, match.start() - 2) : match.start()])
        is_cut = word is not None and len(word[0]) == 1 and word[0].lower() not in _ONE_LETTER_WORDS
        if opens and (before.isalnum() or before in ",;:.!?)»") and after.isalnum() and not is_cut:
            self._put(" ", *match.span())

    def _pair_star(self, before: str, after: str) -> None:
        place = len(self.glyphs)
        if self.stars and not before.isspace():
            begin = self.stars.pop()
            self.dropped |= {begin, place}
            self.marking.add("em", begin, place)
        elif not after.isspace():
            self.stars.append(place)
