"""Draws a quote, or a post's title, as a picture: for previews of shared links, for `aligner card`, for clips of sound.

Beside the views and `clips`, which decide which words may be shown as said; this module only sets them, in the
viewer's light colours and French typography. The font is Source Serif Pro (SIL OFL 1.1) from the registry's package
`font-source-serif-pro`; Pillow's own font has no accents. 1200 x 630 is what Open Graph readers crop least.
"""

from __future__ import annotations

import functools
import io
import re
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

import font_source_serif_pro
from PIL import Image, ImageColor, ImageDraw, ImageFont

from aligner.output.typography import typeset

SIZE = (1200, 630)
SITE = "Prises de parole"
"""What a card is signed with, as the viewer is."""
REWORDED = "dit autrement"
"""What must stand beside a quote that was said in other words."""

_PAPER, _INK, _QUIET, _ACCENT, _THREAD = "#fbfaf7", "#1f1e1b", "#5d5952", "#175e54", "#c6dad5"
_SHADES = 12
"""Of each ink."""
_LEADING = 1.32
_SIZES = range(68, 38, -4)
"""Heights of letters tried for the words, the largest first: a short quote fills its picture, a long one stays legible
on a phone."""
_MOST = 1_500
"""Characters of which no picture, nor any line of one, has room for more than a part. Setting a whole session's words
to find that out would take minutes."""
_ELLIPSIS = "…"
_CUT_OFF = " ,;:.–—\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
"""What does not stand before it."""
_SPACES = re.compile(r"[^\S\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]+")


@dataclass(frozen=True, slots=True)
class Card:
    """What a picture says, each part as plain text."""

    words: str
    """A quote without its quotation marks, or a post's title."""
    quoted: bool
    """Whether the words are shown as said, between « »."""
    speaker: str
    """Empty where nobody is named."""
    title: str
    """Under a quote: the post's title; empty on a title's own card."""
    day: str
    """The date in words, empty where there is none."""
    site: str
    note: str = ""
    """What must be told with the quote, beside the speaker's name."""


@dataclass(frozen=True, slots=True)
class _Room:
    """Where on a picture the words stand, in pixels: from `top` to `foot`, where the lines of names begin."""

    left: int
    right: int
    top: int
    foot: int

    @property
    def width(self) -> int:
        return self.right - self.left


def draw_card(card: Card) -> bytes:
    """Draw a card as a PNG of `SIZE`. Words too many for it end at a word with "…"."""
    return to_png(paint_card(card))


def paint_card(card: Card, size: tuple[int, int] = SIZE, band: int = 0) -> Image.Image:
    """Draw a card of any size (pixels; made for 1,080 and more of width), its last `band` pixels left empty."""
    room = _room(size, band)
    picture = Image.new("RGB", size, _PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, 16, size[1]), fill=_ACCENT)
    weight = "Regular" if card.quoted else "Semibold"
    height, lines = fit_words(card.words, weight, quoted=card.quoted, size=size, band=band)
    font, step = load_font(weight, height), height * _LEADING
    top = room.top + (room.foot - room.top - step * len(lines)) / 2
    for index, line in enumerate(lines):
        # « hangs in the margin, so that the lines themselves stand flush
        left = room.left - (font.getlength("«\N{NO-BREAK SPACE}") if card.quoted and index == 0 else 0)
        pen.text((left, top + index * step + height), line, fill=_INK, font=font, anchor="ls")
    _draw_foot(pen, card, room)
    return picture


def fit_words(
    words: str, weight: str, *, quoted: bool, size: tuple[int, int] = SIZE, band: int = 0
) -> tuple[int, list[str]]:
    """Choose the largest height at which the words fit, and break them into lines; quotation marks are put on here."""
    room = _room(size, band)
    words = _on_one_line(words)
    for height in _SIZES if len(words) < _MOST else ():
        lines = _break(_quote(words, quoted=quoted), load_font(weight, height), room.width)
        if len(lines) * height * _LEADING <= room.foot - room.top:
            return height, lines
    height = _SIZES[-1]
    font = load_font(weight, height)
    most = int((room.foot - room.top) / (height * _LEADING))
    every = words.split(" ")

    def break_first(count: int) -> list[str]:
        return _break(_shortened(every[:count], quoted=quoted), font, room.width)

    fitting = bisect_right(range(1, len(every)), most, key=lambda count: len(break_first(count)))
    return height, break_first(max(1, fitting))[:most]


def _room(size: tuple[int, int], band: int) -> _Room:
    return _Room(left=112, right=size[0] - 88, top=84, foot=size[1] - 144 - band)


def _draw_foot(pen: ImageDraw.ImageDraw, card: Card, room: _Room) -> None:
    pen.line((room.left, room.foot + 18, room.right, room.foot + 18), fill=_THREAD, width=2)
    named, plain = load_font("Semibold", 32), load_font("Regular", 27)
    site = plain.getlength(card.site)
    pen.text((room.right - site, room.foot + 102), card.site, fill=_ACCENT, font=plain, anchor="ls")
    # the icon's triangle: this can be heard
    middle = room.right - site - 26
    corners = [(middle - 9, room.foot + 83), (middle - 9, room.foot + 103), (middle + 8, room.foot + 93)]
    pen.polygon(corners, fill=_ACCENT)
    first = _on_one_line(card.speaker or card.title)
    note = f" · {card.note}" if card.note else ""
    first = _one_line(first, named, room.width - plain.getlength(note))
    pen.text((room.left, room.foot + 62), first, fill=_INK, font=named, anchor="ls")
    pen.text((room.left + named.getlength(first), room.foot + 62), note, fill=_QUIET, font=plain, anchor="ls")
    # a long title gives way to its date
    title = _on_one_line(card.title) if card.speaker else ""
    day = f" · {card.day}" if title and card.day else card.day
    title = _one_line(title, plain, middle - 40 - room.left - plain.getlength(day))
    pen.text((room.left, room.foot + 102), title + day, fill=_QUIET, font=plain, anchor="ls")


def _on_one_line(words: str) -> str:
    """Words as the picture sets them: French spaces, no line ends (Pillow measures none), no more than it may show."""
    return typeset(_SPACES.sub(" ", words).strip()[:_MOST])


def _quote(words: str, *, quoted: bool) -> str:
    return f"«\N{NO-BREAK SPACE}{words}\N{NO-BREAK SPACE}»" if quoted else words


def _shortened(words: list[str], *, quoted: bool) -> str:
    return _quote(" ".join(words).rstrip(_CUT_OFF) + _ELLIPSIS, quoted=quoted)


def _break(words: str, font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    """Break words into lines at their plain spaces; a word longer than a line is cut where the line ends."""
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".lstrip(" ")
        if font.getlength(longer) <= room:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if font.getlength(lines[-1] + letter) > room:
                lines.append("")
            lines[-1] += letter
    return lines


def _one_line(words: str, font: ImageFont.FreeTypeFont, room: float) -> str:
    if font.getlength(words) <= room:
        return words
    every = words.split(" ")
    fitting = bisect_right(
        range(1, len(every)), room, key=lambda count: font.getlength(_shortened(every[:count], quoted=False))
    )
    shortened = _shortened(every[: max(1, fitting)], quoted=False)
    while font.getlength(shortened) > room:
        shortened = shortened[:-2] + _ELLIPSIS
    return shortened


@functools.cache
def load_font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    """The cards' font in a weight (`Regular`, `Semibold`, …) and a height of letters in pixels."""
    folder = Path(font_source_serif_pro.font_directory)
    return ImageFont.truetype(folder / f"SourceSerifPro-{weight}.otf", size)


def to_png(picture: Image.Image) -> bytes:
    """Write a card as a PNG file."""
    written = io.BytesIO()
    # Few colours: a palette makes a third of the file, and nobody sees the difference. To find the best one for each
    # picture, or the last tenth of its bytes, would take ten times as long as painting it.
    picture.quantize(palette=_palette(), dither=Image.Dither.NONE).save(written, "PNG")
    return written.getvalue()


@functools.cache
def _palette() -> Image.Image:
    """The colours of a card: each ink, and what the edges of letters mix of it and the paper."""
    paper, thread = ImageColor.getrgb(_PAPER), ImageColor.getrgb(_THREAD)
    colours = [
        tuple(round(below + (above - below) * step / _SHADES) for below, above in zip(paper, ink, strict=True))
        for ink in map(ImageColor.getrgb, (_INK, _QUIET, _ACCENT))
        for step in range(1, _SHADES + 1)
    ]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in (paper, thread, *colours) for part in colour])
    return palette
