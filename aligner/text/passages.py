"""Read: blocks of text become passages, each with its kind, speaker and heading.

A section (what stands under one heading) is judged as a whole: first `frames.py` takes out the words given to
somebody outright, then the signs in the rest (`voices.py`) say whether it reports or speaks for itself. In a report
the real quotations become passages of their own; pointers and captions (`boilerplate.py`) are set aside in both.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from aligner.model import Kind, Passage, Span
from aligner.text.boilerplate import is_boilerplate, is_caption, is_signature, opens_tail
from aligner.text.frames import Part, find_frames
from aligner.text.markdown import TextBlock
from aligner.text.quotes import find_quotes
from aligner.text.sentences import has_words, split_sentences
from aligner.text.voices import (
    find_credit,
    find_reporters,
    find_speaker,
    is_name,
    is_summary,
    only,
    weigh,
)

_REPORT_BELOW = re.compile(r"\bcomptes?[- ]rendus?\b[^.!?]*:", re.IGNORECASE)
_SPEECH_TITLE = re.compile(r"[\W_]*(?:intervention|prise de parole|discours|propos)\b", re.IGNORECASE)
_HOLE = re.compile(r"[\[(]\s*(?:…|\.\.\.)\s*[\])]")
_SHORTEST_QUOTE = 4  # words; a shorter one is a term or a title
_SHORTEST_INTRODUCED_QUOTE = 3  # words, after ":"
_LONG_QUOTE = 8  # words; no title or term of the real posts is as long
_UTTERANCE = re.compile(
    r"\b(?:je|j|nous|on|vous|il|elle|ils|elles|c|est|sont|était|étaient|a|ont|avons|sommes|suis|faut|pas|ne|n)\b",
    re.IGNORECASE,
)
_KEPT_BEFORE = '«“"‘('
_DROPPED_AFTER = "«“‘([—–-"


@dataclass(frozen=True, slots=True)
class _Section:
    heading: str | None
    blocks: tuple[int, ...]
    in_report: bool


def find_passages(blocks: Sequence[TextBlock], title: str, in_report: bool) -> tuple[Passage, ...]:
    """Cut a post's blocks (empty ones included) into passages; block numbers count only the blocks with text.

    `in_report` says that the post calls itself a report ("Compte-rendu", "Retour sur le conseil").
    """
    visible = [block for block in blocks if block.text]
    captions = _find_captions(blocks)
    passages: list[Passage] = []
    seen: Counter[str] = Counter()
    post_speaker = find_speaker(title) if _SPEECH_TITLE.match(title) else None
    for section in _sections(visible, in_report):
        reader = _SectionReader(section, visible, captions, post_speaker)
        made = (_make_passage(part, visible, section.heading, seen) for part in reader.read())
        passages += [passage for passage in made if passage]
        post_speaker = post_speaker or (reader.label_speaker if section.heading is None else None)
    return tuple(passages)


def identify(text: str) -> str:
    """The id of a passage, made from its letters and digits only: commas, markup and neighbours do not count."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    digest = sha256(" ".join(re.findall(r"[^\W_]+", plain)).encode()).digest()
    return base64.b32encode(digest).decode().lower()[:10]


def _make_passage(part: Part, blocks: Sequence[TextBlock], heading: str | None, seen: Counter[str]) -> Passage | None:
    block = blocks[part.block]
    start, end = _trim(block.text, part.start, part.end)
    if start >= end or part.kind is None:
        return None
    text = block.text[start:end]
    key = identify(text)
    seen[key] += 1
    return Passage(
        id=key if seen[key] == 1 else f"{key}-{seen[key]}",
        kind=part.kind,
        text=text,
        speaker=part.speaker and part.speaker.replace("'", "’"),  # one person, however the posts type the name
        heading=None if part.kind is Kind.HEADING else heading,
        block=part.block,
        chars=(start, end),
        source_chars=block.content.source_chars(start, end),
    )


def _trim(text: str, start: int, end: int) -> Span:
    """Leave out spaces, lost emoji and stray punctuation around a passage; its own final punctuation stays."""
    while start < end and not text[start].isalnum() and text[start] not in _KEPT_BEFORE:
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in _DROPPED_AFTER):
        end -= 1
    return (start, end) if has_words(text[start:end]) else (end, end)


def _find_captions(blocks: Sequence[TextBlock]) -> set[int]:
    """The numbers, among the blocks with text, of the captions right below a recording."""
    captions: set[int] = set()
    number = 0
    for before, block in zip([None, *blocks], blocks, strict=False):
        if block.text:
            below = before is not None and not before.text
            if below and block.kind == "paragraph" and is_caption(block.text) and not weigh(block.text).singular:
                captions.add(number)
            number += 1
    return captions


def _sections(blocks: Sequence[TextBlock], in_report: bool) -> Iterator[_Section]:
    """Split at headings, and where a paragraph announces a report that follows."""
    heading: str | None = None
    members: list[int] = []
    reports = in_report
    for number, block in enumerate(blocks):
        is_heading = block.kind == "heading"
        if is_heading or (_REPORT_BELOW.search(block.text) and not reports):
            yield _Section(heading, tuple(members), reports)
            members = []
            heading, reports = (block.text, in_report) if is_heading else (heading, True)
        members.append(number)
    yield _Section(heading, tuple(members), reports)


class _SectionReader:
    """Decides the kind of everything in one section. `label_speaker` is whom a label in it names."""

    def __init__(
        self, section: _Section, blocks: Sequence[TextBlock], captions: set[int], post_speaker: str | None
    ) -> None:
        self.section = section
        self.blocks = blocks
        self.captions = captions
        self.reporters: list[str] = []
        self.lead = ""
        self.label_speaker: str | None = None
        self.heading_speaker = (find_speaker(section.heading) if section.heading else None) or post_speaker

    def read(self) -> Iterator[Part]:
        """All parts of the section, in order, with their kinds; parts without a letter or digit may be among them."""
        numbers = list(self.section.blocks)
        if numbers and self.blocks[numbers[0]].kind == "heading":
            number = numbers.pop(0)
            yield Part(number, 0, len(self.blocks[number].text), Kind.HEADING)
        parts = find_frames([(number, self.blocks[number]) for number in numbers])
        self.label_speaker = next((part.speaker for part in parts if part.is_attributed), None)
        summary = self._is_summary(parts)
        in_tail = False
        for part in parts:
            for piece in self._decide(part, summary, parts):
                in_tail = in_tail or (piece.kind is Kind.BOILERPLATE and opens_tail(self._text(piece)))
                yield replace(piece, kind=Kind.BOILERPLATE, speaker=None) if in_tail else piece

    def _text(self, part: Part) -> str:
        return self.blocks[part.block].text[part.start : part.end]

    def _is_summary(self, parts: Sequence[Part]) -> bool:
        plain = [part for part in parts if part.kind is None]
        quoted = any(part.kind is Kind.SPEECH for part in parts)
        text = "\n".join([self.section.heading or "", *map(self._own_words, plain)])
        attributed = any(part.is_attributed for part in plain)
        return is_summary(weigh(text), self.section.in_report or quoted, attributed)

    def _own_words(self, part: Part) -> str:
        """A part without the sentences that only point at something and without its quotations."""
        block = self.blocks[part.block].text
        hidden = [(part.start + start, part.start + end) for start, end in _quotations(self._text(part))]
        pieces = [piece for piece in self._sentences(part, None) if piece.kind is None]
        kept = (i for piece in pieces for i in range(piece.start, piece.end + 1))
        return "".join(block[i : i + 1] for i in kept if not any(start <= i < end for start, end in hidden))

    def _decide(self, part: Part, summary: bool, parts: Sequence[Part]) -> Iterator[Part]:
        if part.kind is not Kind.BOILERPLATE and is_name(self._text(part)):
            yield replace(part, kind=Kind.BOILERPLATE, speaker=None)
        elif part.kind is Kind.SPEECH:
            yield from self._sentences(replace(part, speaker=part.speaker or self.heading_speaker), part.kind)
        elif part.kind is not None:
            yield part
        elif part.block in self.captions or self._is_signature(part):
            yield replace(part, kind=Kind.BOILERPLATE, speaker=None)
        elif summary:
            yield from self._read_report(part)
        else:
            yield from self._read_speech(part, is_alone=len(parts) == 1)

    def _is_signature(self, part: Part) -> bool:
        return part.block == len(self.blocks) - 1 and not part.start and is_signature(self._text(part))

    def _sentences(self, part: Part, kind: Kind | None) -> Iterator[Part]:
        """The sentences of a part as `kind`, those that only point at something as boilerplate."""
        block = self.blocks[part.block]
        for start, end in split_sentences(block.text, part.start, part.end):
            points = part.kind is None and is_boilerplate(block.text[start:end], block.content.linked[start:end])
            speaker = part.speaker if kind is Kind.SPEECH and not points else None
            yield replace(part, start=start, end=end, kind=Kind.BOILERPLATE if points else kind, speaker=speaker)

    def _read_speech(self, part: Part, is_alone: bool) -> Iterator[Part]:
        """Plain text that speaks for itself; a paragraph that is nothing but a quotation is one, unless it is all."""
        text = self._text(part)
        quotes, _ = find_quotes(text)
        outside = _outside(quotes, len(text))
        words = "".join(text[start:end] for start, end in outside)
        credit = find_credit(text, quotes[-1][1]) if quotes else None
        named = credit is not None and not has_words(words.replace(credit[0], ""))
        if quotes and (named or not has_words(words)):
            if is_alone and not named:
                inside = replace(part, start=part.start + quotes[0][0] + 1, end=part.start + quotes[-1][1] - 1)
                yield from self._sentences(replace(inside, speaker=self.heading_speaker), Kind.SPEECH)
            else:
                yield from self._cut_quotes(part, quotes, Kind.BOILERPLATE)
            return
        speaker = part.speaker or self.heading_speaker
        yield from self._sentences(replace(part, speaker=speaker), Kind.SPEECH)

    def _read_report(self, part: Part) -> Iterator[Part]:
        """Reported speech: the real quotations are passages of their own, the rest is summary."""
        text = self._text(part)
        yield from self._cut_quotes(part, _quotations(text), Kind.SUMMARY)
        self.reporters += [name for name, _ in find_reporters(text)]
        self.lead = next((text[start:end] for start, end in reversed(split_sentences(text))), "")

    def _cut_quotes(self, part: Part, quotes: Sequence[Span], rest: Kind) -> Iterator[Part]:
        text = self._text(part)
        pieces = [(span, True) for span in quotes] + [(span, False) for span in _outside(quotes, len(text))]
        for (start, end), is_quote in sorted(pieces):
            piece = replace(part, start=part.start + start, end=part.start + end, kind=None)
            if is_quote:
                speaker = self._find_speaker(text, (start, end))
                for first, last in _split_holes(text, start + 1, end - 1):
                    yield Part(part.block, part.start + first, part.start + last, Kind.QUOTE, speaker)
            else:
                yield from self._sentences(piece, rest)

    def _find_speaker(self, text: str, quote: Span) -> str | None:
        if credit := find_credit(text, quote[1]):
            return credit[0]
        sentences = split_sentences(text, 0, quote[0])
        lead = self.lead if self.lead.endswith(":") else ""
        introduction = text[sentences[-1][0] : quote[0]] if sentences else lead
        near = [name for name, _ in find_reporters(introduction)]
        before = self.reporters + [name for name, place in find_reporters(text) if place < quote[0]]
        return only(near) or (only(before) if before else self.heading_speaker)


def _quotations(text: str) -> list[Span]:
    return [quote for quote in find_quotes(text)[0] if _is_quotation(text, quote)]


def _is_quotation(text: str, quote: Span) -> bool:
    """Whether quoted words are somebody's own, and not a title, a name or a single term."""
    words = len(re.findall(r"\w+", text[slice(*quote)]))
    if text[: quote[0]].rstrip().endswith(":") or find_credit(text, quote[1]):
        return words >= _SHORTEST_INTRODUCED_QUOTE
    is_whole = not has_words(text[: quote[0]] + text[quote[1] :])
    is_utterance = is_whole or _UTTERANCE.search(text[slice(*quote)]) is not None
    return words >= _LONG_QUOTE or (words >= _SHORTEST_QUOTE and is_utterance)


def _outside(quotes: Sequence[Span], length: int) -> list[Span]:
    """What the quotations leave of a text."""
    edges = [0, *(edge for quote in quotes for edge in quote), length]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]


def _split_holes(text: str, start: int, end: int) -> list[Span]:
    """Cut a quotation where words were left out (`[…]`)."""
    spans = []
    for hole in _HOLE.finditer(text, start, end):
        spans.append((start, hole.start()))
        start = hole.end()
    return [*spans, (start, end)]
