"""Read: which quotation marks of a text belong together, through all that real posts do with them.

`"` opens or closes by its neighbours, with French spaces inside or not; marks nest, cross (`"… ».`) and go
missing; a speech opens its marks in one paragraph and closes them many paragraphs later. `passages.py` decides
what a quotation means.
"""

from __future__ import annotations

from aligner.model import Span

_OPENERS = "«“"
_OPENER_OF = {"»": "«", "”": "“", '"': '"'}
_MARKS = '«»“”"'
_BEFORE_OPENER = "([«“'’—–-"
_AFTER_CLOSER = ".,;:!?…)]»”'’"


def find_quotes(text: str, start: int = 0) -> tuple[list[Span], int | None]:
    """The outermost quotations in `text[start:]`, marks included, and the place of a mark that stays open, or None.

    Where an outer mark is never closed but inner ones are, the last of them is taken for the missing one too;
    the place of the open mark is told all the same, since the words may go on in the next paragraph.
    """
    found: list[Span] = []
    open_marks: list[int] = []
    last_close = None
    for place in _marks(text, start):
        if _opens(text, place, open_marks):
            open_marks.append(place)
        elif open_marks:
            _close(text, place, open_marks, found)
            last_close = place + 1
    if not open_marks:
        return found, None
    if last_close is not None and last_close > open_marks[0]:
        found.append((open_marks[0], last_close))
    return found, open_marks[0]


def find_closing(text: str, mark: str) -> int | None:
    """Where a quotation that `mark` opened in an earlier paragraph closes in this one, or None.

    A mark of the same kind that stands first only says that the quotation goes on (French practice).
    """
    virtual = mark + text
    open_marks = [0]
    first_word = next((i for i, character in enumerate(virtual) if i and character.isalnum()), len(virtual))
    for place in _marks(virtual, 1):
        if place < first_word and virtual[place] in _OPENERS:
            continue
        if _opens(virtual, place, open_marks):
            open_marks.append(place)
        else:
            _close(virtual, place, open_marks, [])
        if not open_marks:
            return place - 1
    return None


def opens_with_quote(text: str, start: int = 0) -> bool:
    """Whether the first sign of `text[start:]` that is no space is an opening quotation mark."""
    stripped = text[start:].lstrip()
    return bool(stripped) and (stripped[0] in _OPENERS or stripped[0] == '"')


def _marks(text: str, start: int) -> list[int]:
    return [place for place in range(start, len(text)) if text[place] in _MARKS]


def _opens(text: str, place: int, open_marks: list[int]) -> bool:
    mark = text[place]
    if mark != '"':
        return mark in _OPENERS
    before = text[place - 1] if place else " "
    after = text[place + 1] if place + 1 < len(text) else " "
    may_open = before.isspace() or before in _BEFORE_OPENER
    may_close = after.isspace() or after in _AFTER_CLOSER
    if may_open == may_close:  # spaces on both sides, or on neither
        return not any(text[other] == '"' for other in open_marks)
    return may_open


def _close(text: str, place: int, open_marks: list[int], found: list[Span]) -> None:
    """Close the innermost mark of this kind and all inside it; a mark of another kind when there is none."""
    kinds = [text[other] for other in open_marks]
    wanted = _OPENER_OF[text[place]]
    depth = len(kinds) - 1 - kinds[::-1].index(wanted) if wanted in kinds else len(kinds) - 1
    opening = open_marks[depth]
    del open_marks[depth:]
    if not open_marks:
        found.append((opening, place + 1))
