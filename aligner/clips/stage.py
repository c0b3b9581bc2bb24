"""What the pictures of a clip look like: their size, where the recording's picture stands in them, the words below.

Second step of a clip, without any media file: plain arrays of brightness and colour (4:2:0, limited range, as video
is kept), so that the recording's own colours go through untouched. Words are set in the cards' font on a dark box,
which keeps them readable on any picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from aligner.model import Cue
from aligner.output.cards import load_font

SHAPES = ("asis", "wide", "square")
WIDE, SQUARE = (1280, 720), (1080, 1080)
LONGEST = 1920
"""Pixels of the longer side of a picture that keeps its shape; larger ones are made smaller."""

_GROUND, _LETTERS, _NO_COLOUR = 24, 232, 128
"""Brightness of bars and boxes, and of letters (16 is black, 235 white), and the colour of all."""
_BOX_ALPHA = 205
"""Of 255. Letters have a contrast of 8 : 1 on it over a white picture (WCAG 2.2 asks for 4.5)."""
_LETTER_SHARE = 0.06
"""Height of letters, of the picture's height; half of it fits 42 letters into the width."""
_WIDEST = 0.92
_LEADING = 1.25

Planes = npt.NDArray[np.uint8]
"""One picture as FFmpeg lays yuv420p out in an array: rows of brightness, then the two colours; shape (1.5 h, w)."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The size of a clip's picture, and the part of it that the recording's picture takes; even pixels."""

    size: tuple[int, int]
    box: tuple[int, int, int, int]
    """Left, top, width, height."""


@dataclass(frozen=True, slots=True)
class Caption:
    """The words of one cue, drawn: where they stand, and of each pixel its brightness and how much it covers."""

    left: int
    top: int
    light: npt.NDArray[np.uint8]
    cover: npt.NDArray[np.uint8]


def plan_stage(width: float | Fraction, height: float | Fraction, shape: str) -> Stage:
    """Place a picture of so many (square) pixels on a stage of a shape, whole, with bars where the shapes differ."""
    width, height = float(width), float(height)
    if shape == "asis":
        scale = min(1.0, LONGEST / max(width, height))
        size = _even(width * scale), _even(height * scale)
        return Stage(size, (0, 0, *size))
    size = SQUARE if shape == "square" else WIDE
    scale = min(size[0] / width, size[1] / height)
    inner = min(size[0], _even(width * scale)), min(size[1], _even(height * scale))
    return Stage(size, (_even((size[0] - inner[0]) / 2, 0), _even((size[1] - inner[1]) / 2, 0), *inner))


def draw_caption(cue: Cue, stage: Stage) -> Caption:
    """Draw a cue's lines: in the bar below the picture where they fit, else over the lower edge of the picture."""
    width, height = stage.size
    letters = max(10, round(min(height * _LETTER_SHARE, width * _WIDEST / 21)))
    while letters > 10 and max(load_font("Semibold", letters).getlength(line) for line in cue.lines) > width * _WIDEST:
        letters -= 1
    font, step = load_font("Semibold", letters), letters * _LEADING
    pad = letters * 0.45
    box_width = _even(min(width, max(font.getlength(line) for line in cue.lines) + 2 * pad))
    box_height = _even(step * len(cue.lines) + pad)
    text = Image.new("L", (box_width, box_height))
    pen = ImageDraw.Draw(text)
    for index, line in enumerate(cue.lines):
        pen.text((box_width / 2, pad / 2 + index * step + letters * 0.96), line, fill=255, font=font, anchor="ms")
    ground = Image.new("L", (box_width, box_height))
    ImageDraw.Draw(ground).rounded_rectangle((0, 0, box_width - 1, box_height - 1), pad / 2, fill=_BOX_ALPHA)
    ink = np.asarray(text, np.uint16)
    light = (_GROUND + (_LETTERS - _GROUND) * ink // 255).astype(np.uint8)
    left = _even((width - box_width) / 2, 0)
    return Caption(left, _caption_top(stage, box_height), light, np.maximum(np.asarray(ground), ink.astype(np.uint8)))


def _caption_top(stage: Stage, box_height: int) -> int:
    height = stage.size[1]
    foot = stage.box[1] + stage.box[3]
    if height - foot >= box_height * 1.2:
        return _even(foot + (height - foot - box_height) / 2, 0)
    return _even(height * 0.94 - box_height, 0)


def compose(picture: Planes, stage: Stage, caption: Caption | None) -> Planes:
    """Put a picture of the size of the stage's box on the stage, and the words over it."""
    left, top, width, height = stage.box
    canvas = blank(stage)
    for target, source in zip(_split(canvas, stage.size), _split(picture, (width, height)), strict=True):
        half = 1 if target.shape[1] == stage.size[0] else 2
        target[top // half : (top + height) // half, left // half : (left + width) // half] = source
    if caption:
        _lay_over(canvas, stage.size, caption)
    return canvas


def blank(stage: Stage) -> Planes:
    """An empty stage."""
    canvas = np.full((stage.size[1] * 3 // 2, stage.size[0]), _NO_COLOUR, np.uint8)
    canvas[: stage.size[1]] = _GROUND
    return canvas


def caption_at(cues: Sequence[Cue], ms: float) -> Cue | None:
    """The cue that is shown at a moment."""
    return next((cue for cue in cues if cue.start_ms <= ms < cue.end_ms), None)


def _lay_over(canvas: Planes, size: tuple[int, int], caption: Caption) -> None:
    for plane in _split(canvas, size):
        half = 1 if plane.shape[1] == size[0] else 2
        cover = caption.cover[::half, ::half].astype(np.uint16)
        light = caption.light if half == 1 else np.full_like(cover, _NO_COLOUR)
        top, left = caption.top // half, caption.left // half
        part = plane[top : top + cover.shape[0], left : left + cover.shape[1]]
        part[:] = (part * (255 - cover) + light.astype(np.uint16) * cover) // 255


def _split(planes: Planes, size: tuple[int, int]) -> tuple[Planes, Planes, Planes]:
    """Views of brightness and the two colours; the colours have half the width and height."""
    width, height = size
    colours = planes[height:].reshape(2, height // 2, width // 2)
    return planes[:height], colours[0], colours[1]


def _even(number: float, least: int = 2) -> int:
    return max(least, round(number / 2) * 2)
