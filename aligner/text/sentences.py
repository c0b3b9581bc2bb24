"""Read: published French text is cut into sentences, as character ranges.

Our own splitter: on the real posts `sentencex` (named by the conventions) cut after "M.", "art.", "J.-F." and
"1.", and missed the ends that lost their space ("terminé.Les"). A doubtful place is no end: a long passage is
easier to find in a recording than two halves.
"""

from __future__ import annotations

import re

from aligner.model import Span

_BEFORE_NAMES = re.compile("mm?|mr|mmes?|mlles?|dr|prof|pr|me|mgr|ste?s?|cf|av|bd|boul", re.IGNORECASE)
_BEFORE_NUMBERS = re.compile("art|al|pp?|no?|vol|fig|chap|ch|t|tél|env|réf", re.IGNORECASE)
_LETTER = r"[^\W\d_]"
_CLOSERS = r"(?:[\u00a0\u202f ]?[»”]|[\"’')\]])*"
_END = re.compile(rf"(?P<marks>[.!?…]+){_CLOSERS}(?P<gap>\s*)")
_STARTER = re.compile(
    r"""(?:\?\s)?  # an emoji that an export lost
        [«“"‘'(\[–—•\-\s]*
        (?: (?<=\[)(?:\.{3}|…)\] | (?<=[«“]) | (?<=[«“]\s) | (?=[^\W\d_])[^a-zà-öø-ÿœ] | \d
          | [^\w\s.,;:!?…»”"')\]«“‘(\[–—•-] )""",
    re.VERBOSE,
)
_GLUED = re.compile(rf"{_LETTER}{{3}}[»”\")]?[.!?…]+[»”\")]?$")
_CAPITALISED = re.compile(r"[«“\"]?[A-ZÀ-ÖØ-ÝŒ](?:[a-zà-öø-ÿœ]|[’'][a-zà-öø-ÿœA-ZÀ-Ý])")
_LAST_WORD = re.compile(rf"(?:^|[\s(«“\"’'\u00a0\u202f-])({_LETTER}+|\d+)$")
_ENUMERATOR = re.compile(r"[\W_]*(?:\d{1,2}|[IVXLC]{1,5}|[A-Z])[.)]*")


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Cut `text[start:end]` into sentences without leading or trailing space; pieces without a letter join the next."""
    end = len(text) if end is None else end
    spans: list[Span] = []
    begin = start
    for match in _END.finditer(text, start, end):
        if match.end() < end and _is_end(text, begin, match):
            spans.append(_trim(text, begin, match.end()))
            begin = match.end()
    last = _trim(text, begin, end)
    if last[0] < last[1]:
        spans.append(last)
    return spans


def has_words(text: str) -> bool:
    """Whether a text holds a letter or a digit."""
    return any(character.isalnum() for character in text)


def _is_end(text: str, begin: int, match: re.Match[str]) -> bool:
    before = text[begin : match.end("marks")]
    if not has_words(before) or _ENUMERATOR.fullmatch(before):
        return False
    if not match["gap"]:
        return bool(_GLUED.search(text[begin : match.end()]) and _CAPITALISED.match(text, match.end()))
    if match["marks"] == "." and _is_abbreviation(text[begin : match.start()], text[match.end()]):
        return False
    return _STARTER.match(text, match.end()) is not None


def _is_abbreviation(before: str, after: str) -> bool:
    """Whether the point after `before` belongs to its last word ("M. Roy", "art. 3", "J. Roy") and ends no sentence."""
    found = _LAST_WORD.search(before)
    word = found[1] if found else ""
    if after.isdigit():
        return _BEFORE_NUMBERS.fullmatch(word) is not None
    return _BEFORE_NAMES.fullmatch(word) is not None or (len(word) == 1 and word.isupper())


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
