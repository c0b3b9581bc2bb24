"""Read: the ids that a post's passages had before it was edited, so that addresses given away still lead somewhere.

A passage's id is made from its words, and an edited sentence has another. The pipeline hands over the passages of the
alignment file it is about to replace; those whose id is gone are looked for among the passages that are new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from aligner.model import KnownPassage, Post
from aligner.text.normalise import tokenise

# Measured on the 1,858 passages of the 72 posts of the corpus, in words. Of those with a fifth of their words changed,
# dropped or added, 95 % are like themselves by 73 or more; the most like of all other passages of the same post, from
# four words on, by at most 62. Halves of sentences occur in them by 100, with 15 % of their words edited by 90 in the
# middle; of sentences of seven words or more, the most that occurs in another one is 86.
SAME = 70
"""From this likeness on (0 to 100) two passages are one, before and after an edit."""
SHORTEST = 4
"""Words; a shorter passage that was changed could be any other."""
PART = 90
"""From this share on (0 to 100) the words of the shorter passage are a part of the longer one."""
SHORTEST_PART = 7
"""Words."""
_SHARED = 0.4
"""Two passages that are like each other share more than this part of the different words of the shorter one."""


def carry_ids(post: Post, known: Sequence[KnownPassage]) -> Post:
    """Give each passage the former ids that `known`, the passages before the edit, tell of it.

    A passage that is gone and is not clearly a passage of now, or a part of one, is forgotten with all its ids.
    """
    now = {passage.id for passage in post.passages}
    then = {passage.id for passage in known}
    new = _Passages({number: _words(p.text) for number, p in enumerate(post.passages) if p.id not in then})
    places = {passage.id: number for number, passage in enumerate(post.passages)}
    carried: dict[int, list[str]] = {}
    for number, old in enumerate(known):
        place = places.get(old.id)
        if place is None:
            place = places.get(_first_of_its_words(old.id))
        if place is None:
            place = new.find(_words(old.text), number)
        if place is not None:
            carried.setdefault(place, []).extend(name for name in (old.id, *old.former) if name not in now)
    passages = [
        replace(passage, former=tuple(dict.fromkeys(carried.get(number, ()))))
        for number, passage in enumerate(post.passages)
    ]
    return replace(post, passages=tuple(passages))


def _first_of_its_words(name: str) -> str:
    """The id without the count that a passage has whose words stand in the post more than once."""
    return name.partition("-")[0]


def _words(text: str) -> tuple[str, ...]:
    return tuple(token.form for token in tokenise(text))


class _Passages:
    """The words of passages by their places in the post, to be searched."""

    def __init__(self, words: Mapping[int, Sequence[str]]) -> None:
        self._words = words
        self._places: dict[str, list[int]] = {}
        for place, own in words.items():
            for word in set(own):
                self._places.setdefault(word, []).append(place)

    def find(self, words: Sequence[str], number: int) -> int | None:
        """The passage that is, or holds, or is held by these words; of equally good ones the nearest to `number`."""
        different = set(words)
        shared = Counter(place for word in different for place in self._places.get(word, ()))
        likeness: dict[int, float] = {}
        for place, count in shared.items():
            others = self._words[place]
            if count >= _SHARED * min(len(different), len(set(others))):  # comparing all would take a minute
                likeness[place] = _compare(words, others)
        best = max(likeness, key=lambda place: (likeness[place], -abs(place - number)), default=None)
        return best if best is not None and likeness[best] else None


def _compare(words: Sequence[str], others: Sequence[str]) -> float:
    """How surely two passages are the same: over 100 for the same one, up to 100 for a part of it, 0 for another."""
    shorter = min(len(words), len(others))
    same = fuzz.ratio(words, others, score_cutoff=SAME) if shorter >= SHORTEST else 0
    if same:
        return 100 + same
    return fuzz.partial_ratio(words, others, score_cutoff=PART) if shorter >= SHORTEST_PART else 0
