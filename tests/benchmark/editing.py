"""What editors do to a sentence before it is published, each line keeping the truth about itself.

Used by `generated.py`. A line knows the words it publishes and, if it was said, the stretch that holds it and the
moment its first published word was said; where that word is an editor's own, the onset is unknown.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from aligner.model import Span
from tests.benchmark.grammar import Sentence, publish
from tests.benchmark.session import Said

FORMULA = 7
"""Sentences of fewer words are formulas ("Je vous remercie de votre attention.")."""


@dataclass(frozen=True, slots=True)
class Line:
    """One published line with its truth. Times in ms; None for a line that was never said."""

    text: str
    within: Span | None
    start_ms: int | None
    """When its first published word was said; None also when that word was not said."""
    before: str = ""
    after: str = ""

    @property
    def printed(self) -> str:
        """The line as it stands in the post, in the sentence that frames it."""
        return f"{self.before}{self.text}{self.after}"

    def frame(self, before: str, after: str) -> Line:
        """The same line between words of a report that are no part of it."""
        return replace(self, text=self.text.rstrip(".,"), before=before, after=after)

    def label(self) -> dict[str, Any]:
        """The line as truth files write it."""
        return {
            "text": self.text,
            "status": "not_found" if self.within is None else "spoken",
            "within": None if self.within is None else [self.within[0] / 1000, self.within[1] / 1000],
            "onset": None if self.start_ms is None else self.start_ms / 1000,
        }


def keep(said: Said) -> Line:
    """A sentence as it was said."""
    return Line(publish(said.sentence), (said.start_ms, said.end_ms), said.start_ms)


def never_say(sentence: Sentence) -> Line:
    """A sentence that nobody said."""
    return Line(publish(sentence), None, None)


def edit(said: Said, dose: float, words: Sequence[str], dice: random.Random) -> Line:
    """A sentence in which a share `dose` of the plain words was changed, dropped, or had another added before it.

    A formula of a few words stays as it is: with one changed, nobody could tell where it was said.
    """
    if len(said.sentence) < FORMULA:
        return keep(said)
    kept: list[str] = []
    is_own = False
    for index, piece in enumerate(said.sentence):
        if not piece.is_plain or dice.random() >= dose:
            kept.append(piece.published)
            continue
        tail = piece.published[len(piece.published.rstrip(".,")) :]
        other = dice.choice(words).rstrip(".,")
        kind = dice.choice(("change", "drop", "add"))
        is_own = is_own or index == 0
        if kind == "change":
            kept.append(other + tail)
        elif kind == "add":
            kept += [other, piece.published]
        elif tail and kept:
            kept[-1] = kept[-1].rstrip(".,") + tail
    text = " ".join(kept)
    start = None if is_own else said.start_ms
    return Line(text[0].upper() + text[1:], (said.start_ms, said.end_ms), start)


def quote(said: Said, dice: random.Random) -> Line:
    """Eight to twenty words out of a sentence, as said."""
    count = min(len(said.sentence), dice.randint(8, 20))
    first = dice.randint(0, len(said.sentence) - count)
    times = said.piece_times()[first : first + count]
    return Line(publish(said.sentence[first : first + count]), (times[0][0], times[-1][1]), times[0][0])
