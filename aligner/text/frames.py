"""Read: words that a section gives to somebody outright.

A label ("Prise de parole de X : …", "X : « …"), quotation marks that open in one paragraph and close many
paragraphs later, a quoted block: what stands inside is that person's speech, what stands around it is not.
`passages.py` decides about everything that is left plain here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aligner.model import Kind, Span
from aligner.text.markdown import TextBlock
from aligner.text.quotes import find_closing, find_quotes, opens_with_quote
from aligner.text.sentences import has_words, split_sentences
from aligner.text.voices import find_names, find_speaker, weigh

_NOUNS = (
    r"(?:Prises? de parole|Interventions?|Discours|Propos(?: liminaires?)?|Allocution|Déclaration|Introduction|"
    r"Conclusion|Réponse|Verbatim)"
)
_LABEL = re.compile(rf"[\W_]*{_NOUNS}\b[^.!?:«“\"]{{0,150}}:\s*", re.IGNORECASE)
_LABEL_LINE = re.compile(
    rf"[\W_]*{_NOUNS}\s+(?:de\s|d[’']|du\s|des\s|par\s)[^!?:«“\"]{{2,160}}(?<![.…])$", re.IGNORECASE
)
_AFTER_NAME = re.compile(r"(?:\s*,[^.,!?:«“\"]{1,60},?|\s*\([^()]{1,60}\))?\s*:\s*(?=[«“\"])")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of one block. `kind` is None while nothing is decided about it."""

    block: int
    start: int
    end: int
    kind: Kind | None
    speaker: str | None = None
    is_attributed: bool = False
    """A label above says whose words these plain ones are."""


@dataclass(frozen=True, slots=True)
class _Label:
    end: int
    speaker: str | None


@dataclass(frozen=True, slots=True)
class _Region:
    """Quoted words: from the mark at `opening` in the first block to the mark at `closing` in the block `last`."""

    opening: int
    last: int
    closing: int


def find_frames(blocks: Sequence[tuple[int, TextBlock]]) -> list[Part]:
    """Cut the blocks of one section, given with their numbers, into attributed and plain parts, in order."""
    parts: list[Part] = []
    label: _Label | None = None
    index, start = 0, 0
    while index < len(blocks):
        number, block = blocks[index]
        if not start and (found := _read_label(block.text)):
            label, start = found, found.end
            parts.append(Part(number, 0, start, Kind.BOILERPLATE))
        if block.kind == "blockquote" and not start and not weigh(block.text).people:
            speaker = _lead_into_quote(parts, dict(blocks), number)
            parts.append(Part(number, *_inside_marks(block.text), Kind.SPEECH, speaker))
        elif region := _find_region(blocks, index, start, label is not None and _is_expected(parts, blocks, index)):
            parts.append(Part(number, start, region.opening, None))
            parts += _cut_region(blocks, index, region, label.speaker if label else _lead_in(parts, blocks))
            index, start, label = region.last, region.closing + 1, None
            if start < len(blocks[index][1].text):
                continue
        elif start < len(block.text):
            parts.append(
                Part(number, start, len(block.text), None, label.speaker if label else None, label is not None)
            )
        index, start = index + 1, 0
    return [part for part in parts if part.start < part.end]


def _read_label(text: str) -> _Label | None:
    if line := _LABEL_LINE.match(text):
        return _Label(line.end(), find_speaker(text))
    if (label := _LABEL.match(text)) and (
        opens_with_quote(text, label.end()) or label.end() == len(text) or find_speaker(label[0])
    ):
        return _Label(label.end(), find_speaker(label[0]))
    for name, (start, end) in find_names(text)[:1]:
        if (colon := _AFTER_NAME.match(text, end)) and not has_words(text[:start]):
            return _Label(colon.end(), name)
    return None


def _is_expected(parts: Sequence[Part], blocks: Sequence[tuple[int, TextBlock]], index: int) -> bool:
    """Whether nothing stands between the label and this place."""
    return (
        bool(parts)
        and parts[-1].kind is Kind.BOILERPLATE
        and parts[-1].block
        in (
            blocks[index][0],
            blocks[index - 1][0],
        )
    )


def _find_region(blocks: Sequence[tuple[int, TextBlock]], index: int, start: int, is_expected: bool) -> _Region | None:
    """The quoted words that begin in this block, if they are a speech and not a quotation inside a sentence."""
    text = blocks[index][1].text
    quotes, open_at = find_quotes(text, start)
    opening = next((i for i in range(start, len(text)) if not text[i].isspace()), start)
    is_first = opens_with_quote(text, start)
    if open_at is not None and (open_at == opening or text[:open_at].rstrip().endswith(":")):
        for last in range(index + 1, len(blocks)):
            closing = find_closing(blocks[last][1].text, text[open_at])
            if closing is not None:
                return _Region(open_at, last, closing)
    if is_expected and is_first:
        for quote_start, quote_end in quotes:
            is_whole = bool(start) or not has_words(text[quote_end:])
            if quote_start == opening and is_whole:
                return _Region(opening, index, quote_end - 1)
    return None


def _cut_region(
    blocks: Sequence[tuple[int, TextBlock]], index: int, region: _Region, speaker: str | None
) -> list[Part]:
    parts = []
    for place in range(index, region.last + 1):
        number, block = blocks[place]
        start = region.opening + 1 if place == index else 0
        end = region.closing if place == region.last else len(block.text)
        parts.append(Part(number, start, end, Kind.SPEECH, speaker))
    return parts


def _lead_into_quote(parts: list[Part], blocks: Mapping[int, TextBlock], number: int) -> str | None:
    """The speaker of the block quotation `number`, named by the sentence before it ("La conclusion de X :").

    That sentence is cut off as a label. A block that goes on with the quotation has the same speaker.
    """
    if not parts:
        return None
    before = parts[-1]
    if before.kind is Kind.SPEECH and before.block == number - 1 and blocks[before.block].kind == "blockquote":
        return before.speaker
    text = blocks[before.block].text
    sentences = split_sentences(text, before.start, before.end)
    lead = text[sentences[-1][0] : before.end] if sentences else ""
    speaker = find_speaker(lead)
    if before.kind is None and speaker and lead.rstrip().endswith(":"):
        parts[-1] = replace(before, end=sentences[-1][0])
        parts.append(Part(before.block, sentences[-1][0], before.end, Kind.BOILERPLATE))
    return speaker


def _inside_marks(text: str) -> Span:
    quotes, _ = find_quotes(text)
    return (1, len(text) - 1) if quotes == [(0, len(text))] else (0, len(text))


def _lead_in(parts: Sequence[Part], blocks: Sequence[tuple[int, TextBlock]]) -> str | None:
    """The speaker that the plain paragraph before quoted words names ("l'occasion pour X d'une prise de parole")."""
    texts = dict(blocks)
    before = next((part for part in reversed(parts) if part.kind is None and part.start < part.end), None)
    return find_speaker(texts[before.block].text[before.start : before.end]) if before else None
