"""Draws a quote, or a post's title, as the picture that other sites show beside a shared link.

Beside the views: `views/cards.py` decides which words may be shown as said, this module only sets them, in the
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
from PIL import Image, ImageDraw, ImageFont

from web.typography import typeset

SIZE = (1200, 630)

_PAPER, _INK, _QUIET, _ACCENT, _THREAD = "#fbfaf7", "#1f1e1b", "#5d5952", "#175e54", "#c6dad5"
_LEFT, _RIGHT, _TOP = 112, 1112, 84
_FOOT = 486
"""Where the words end and the line of names begins, in pixels from the top."""
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


def draw_card(card: Card) -> bytes:
    """Draw a card as a PNG of `SIZE`. Words too many for it end at a word with "…"."""
    picture = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, 16, SIZE[1]), fill=_ACCENT)
    weight = "Regular" if card.quoted else "Semibold"
    size, lines = fit_words(card.words, weight, quoted=card.quoted)
    font, step = _font(weight, size), size * _LEADING
    top = _TOP + (_FOOT - _TOP - step * len(lines)) / 2
    for index, line in enumerate(lines):
        # « hangs in the margin, so that the lines themselves stand flush
        left = _LEFT - (font.getlength("«\N{NO-BREAK SPACE}") if card.quoted and index == 0 else 0)
        pen.text((left, top + index * step + size), line, fill=_INK, font=font, anchor="ls")
    _draw_foot(pen, card)
    return _png(picture)


def fit_words(words: str, weight: str, *, quoted: bool) -> tuple[int, list[str]]:
    """Choose the largest size at which the words fit, and break them into lines; quotation marks are put on here."""
    words = _on_one_line(words)
    for size in _SIZES if len(words) < _MOST else ():
        lines = _break(_quote(words, quoted=quoted), _font(weight, size))
        if len(lines) * size * _LEADING <= _FOOT - _TOP:
            return size, lines
    size = _SIZES[-1]
    most = int((_FOOT - _TOP) / (size * _LEADING))
    every, font = words.split(" "), _font(weight, size)

    def break_first(count: int) -> list[str]:
        return _break(_shortened(every[:count], quoted=quoted), font)

    fitting = bisect_right(range(1, len(every)), most, key=lambda count: len(break_first(count)))
    return size, break_first(max(1, fitting))[:most]


def _draw_foot(pen: ImageDraw.ImageDraw, card: Card) -> None:
    pen.line((_LEFT, _FOOT + 18, _RIGHT, _FOOT + 18), fill=_THREAD, width=2)
    named, plain = _font("Semibold", 32), _font("Regular", 27)
    site = plain.getlength(card.site)
    pen.text((_RIGHT - site, _FOOT + 102), card.site, fill=_ACCENT, font=plain, anchor="ls")
    # the icon's triangle: this can be heard
    middle = _RIGHT - site - 26
    pen.polygon([(middle - 9, _FOOT + 83), (middle - 9, _FOOT + 103), (middle + 8, _FOOT + 93)], fill=_ACCENT)
    room = middle - 40 - _LEFT
    first = _on_one_line(card.speaker or card.title)
    note = f" · {card.note}" if card.note else ""
    first = _one_line(first, named, _RIGHT - _LEFT - plain.getlength(note))
    pen.text((_LEFT, _FOOT + 62), first, fill=_INK, font=named, anchor="ls")
    pen.text((_LEFT + named.getlength(first), _FOOT + 62), note, fill=_QUIET, font=plain, anchor="ls")
    # a long title gives way to its date
    title = _on_one_line(card.title) if card.speaker else ""
    day = f" · {card.day}" if title and card.day else card.day
    title = _one_line(title, plain, room - plain.getlength(day))
    pen.text((_LEFT, _FOOT + 102), title + day, fill=_QUIET, font=plain, anchor="ls")


def _on_one_line(words: str) -> str:
    """Words as the picture sets them: French spaces, no line ends (Pillow measures none), no more than it may show."""
    return typeset(_SPACES.sub(" ", words).strip()[:_MOST])


def _quote(words: str, *, quoted: bool) -> str:
    return f"«\N{NO-BREAK SPACE}{words}\N{NO-BREAK SPACE}»" if quoted else words


def _shortened(words: list[str], *, quoted: bool) -> str:
    return _quote(" ".join(words).rstrip(_CUT_OFF) + _ELLIPSIS, quoted=quoted)


def _break(words: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Break words into lines at their plain spaces; a word longer than a line is cut where the line ends."""
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".lstrip(" ")
        if font.getlength(longer) <= _RIGHT - _LEFT:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if font.getlength(lines[-1] + letter) > _RIGHT - _LEFT:
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
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    folder = Path(font_source_serif_pro.font_directory)
    return ImageFont.truetype(folder / f"SourceSerifPro-{weight}.otf", size)


def _png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    # Few colours: a palette makes a fifth of the file, and nobody sees the difference.
    picture.quantize(32).save(written, "PNG", optimize=True)
    return written.getvalue()
