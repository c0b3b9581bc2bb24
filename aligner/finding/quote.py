"""A pasted quote as its parts: what of it claims to have been said, in order.

First step of finding. Quotes come from newspapers, posts and memory: over several lines, in any marks, with an
attribution in their middle ("« …, a dit le maire, … »"), words left out ("[…]") or put in ("[les élus]", "[sic]").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aligner.errors import UsageError
from aligner.text.normalise import tokenise
from aligner.text.quotes import find_quotes

MOST_CHARS = 4_000
"""Characters of a quote: some six hundred words, four minutes of speech."""
MOST_PARTS = 8
"""Parts that a quote is cut into; what is cut out beyond them is passed over."""
QUOTED_SHARE = 0.5
"""Share of the words from which those in quotation marks are the quote, and the others tell who said it."""

_HYPHENATED = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad]\n[ \t]*(?=[a-zà-ÿ])")
"""A word cut at the end of a printed line."""
_CUT = re.compile(r"[\[(]\s*(?:\.{2,}|…)\s*[\])]|(?:\.{3,}|…)|(?<=\s)[/|](?=\s)")
_PUT_IN = re.compile(r"\[[^\]\n]{0,80}\]|\((?:sic|ndlr[^)]{0,60}|rires?|applaudissements?)\)", re.IGNORECASE)
_INITIAL = re.compile(r"\[([^\W\d_])\](?=[^\W\d_])")
"""A letter that the newspaper made a capital or a small one: "[N]ous"."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What was pasted, and the parts of it that are to be found one after the other."""

    text: str
    """On one line, without the marks around it."""
    parts: tuple[str, ...]


def read_quote(pasted: str) -> Quote:
    """Take a pasted quote apart. Raises `UsageError` where it has no words or is too long."""
    if len(pasted) > MOST_CHARS:
        raise UsageError(
            f"The quote has {len(pasted):,} characters; {MOST_CHARS:,} can be looked for at once.",
            "Take the sentences that matter.",
        )
    text = " ".join(_HYPHENATED.sub("", pasted.replace("\r\n", "\n")).split())
    spoken = [_PUT_IN.sub(" ", _INITIAL.sub(r"\1", part)) for inside in _quoted(text) for part in _CUT.split(inside)]
    parts = [part for part in (" ".join(part.split()).strip(" «»“”„\"'‘’,;:-–—") for part in spoken) if tokenise(part)]
    if not parts:
        raise UsageError(
            "The quote has no words.", 'Give the words to be found: aligner find "nous voterons ce budget"'
        )
    return Quote(_bare(text), tuple(parts[:MOST_PARTS]))


def _quoted(text: str) -> list[str]:
    """The stretches in quotation marks where they are most of the text, else all of it."""
    spans, _ = find_quotes(text)
    inside = [text[start + 1 : end - 1] for start, end in spans]
    words = sum(len(tokenise(part)) for part in inside)
    return inside if inside and words >= QUOTED_SHARE * len(tokenise(text)) else [text]


def _bare(text: str) -> str:
    spans, _ = find_quotes(text)
    while spans == [(0, len(text))] and len(text) > 2:
        text = text[1:-1].strip()
        spans, _ = find_quotes(text)
    return text
