"""Bind: which passage of the post, as it is now, each correction is of.

By the passage's id, then by an id that it had before an edit, then by its words, as former ids are carried over
(`text/former.py`). A correction whose passage is gone is lost: it stays in the file, and is reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from aligner.corrections.tables import ABOUT
from aligner.model import Correction, KnownPassage, Passage, Post
from aligner.text.former import carry_ids
from aligner.text.normalise import tokenise

OPENING = 2
"""Words at the beginning of a passage that may have been changed while its time stays that of its first word."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A correction with its passage."""

    number: int
    """The correction's number in its file, from 1."""
    correction: Correction
    passage: Passage
    leads: bool
    """Whether the passage begins as it did when it was corrected: only then a time of its beginning is one still."""


def bind(post: Post, corrections: Sequence[Correction]) -> tuple[list[Bound], list[Correction]]:
    """The corrections that have a passage, and those that have none, each in the order of the file.

    Of several that come to be of one passage, in one matter, the first has it that names its id, else the first.
    """
    found: dict[int, Passage] = {}
    for matter in sorted(set(ABOUT.values())):
        asked = {number: c for number, c in enumerate(corrections, start=1) if ABOUT[c.action] == matter}
        found |= _find(post, asked)
    bound = [
        Bound(number, correction, found[number], _leads(correction, found[number]))
        for number, correction in enumerate(corrections, start=1)
        if number in found
    ]
    return bound, [c for number, c in enumerate(corrections, start=1) if number not in found]


def _find(post: Post, asked: dict[int, Correction]) -> dict[int, Passage]:
    """The passages of corrections in one matter, by the corrections' numbers."""
    found: dict[int, Passage] = {}
    taken: set[str] = set()
    by_id = {passage.id: passage for passage in post.passages}
    by_former = {name: passage for passage in reversed(post.passages) for name in passage.former}
    for known in (by_id, by_former):
        for number, correction in asked.items():
            passage = known.get(correction.passage_id)
            if number not in found and passage and passage.id not in taken:
                found[number] = passage
                taken.add(passage.id)
    left = {number: correction for number, correction in asked.items() if number not in found}
    for number, passage in _find_by_words(post, left, taken):
        if passage.id not in taken:
            found[number] = passage
            taken.add(passage.id)
    return found


def _find_by_words(post: Post, left: dict[int, Correction], taken: set[str]) -> Iterator[tuple[int, Passage]]:
    if not left:
        return
    free = tuple(replace(passage, former=()) for passage in post.passages if passage.id not in taken)
    known = [KnownPassage(f"{number}", correction.text, ()) for number, correction in left.items()]
    passages = {passage.id: passage for passage in post.passages}
    for carried in carry_ids(replace(post, passages=free), known).passages:
        for name in carried.former:
            yield int(name), passages[carried.id]


def _leads(correction: Correction, passage: Passage) -> bool:
    """Whether the beginnings are the same, but for a few words."""
    if correction.passage_id == passage.id or correction.text == passage.text:
        return True
    before, now = ([token.form for token in tokenise(text)] for text in (correction.text, passage.text))
    blocks = Levenshtein.opcodes(before, now)
    same = next((code for code in blocks if code.tag == "equal"), None)
    return same is not None and same.src_start <= OPENING and same.dest_start <= OPENING
