"""Explain: the evidence for one passage's verdict, matched again from the same facts.

The other door of this room, beside `match`. The verdict is that of `match_post` itself; what is added are the words
that were heard in each place that was tried, and what the captions have at the first of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from aligner.matching.demands import Demand, list_demands
from aligner.matching.heard_text import HeardText
from aligner.matching.match import Recordings, match_post
from aligner.matching.pins import Pin
from aligner.matching.recover import recover_gaps
from aligner.matching.timing import time_words
from aligner.matching.word_alignment import Pair, align_words
from aligner.model import Match, Passage, Place, Post, TimedWord, Word
from aligner.text.normalise import tokenise
from aligner.text.phonetic import sound_key


@dataclass(frozen=True, slots=True)
class HeardThere:
    """What was heard of a passage in one place."""

    words: tuple[TimedWord, ...]
    """Every published word."""
    unpublished: tuple[Word, ...]
    """Words heard between them."""


@dataclass(frozen=True, slots=True)
class PassageEvidence:
    """All that speaks for or against one passage."""

    passage: Passage
    match: Match
    demands: tuple[Demand, ...]
    places: tuple[HeardThere, ...]
    """One for each of `match.evidence.places`."""
    captions: tuple[Word, ...]
    """What the second witness has at the first place; nothing where there is none."""


def explain_match(
    post: Post, recordings: Recordings, passage_id: str, pins: Mapping[str, Pin] = MappingProxyType({})
) -> PassageEvidence:
    """Match a post, as `match_post` does, and tell the evidence for one of its passages.

    Raises `KeyError` when it has no such passage.
    """
    pairs = zip(post.passages, match_post(post, recordings, pins).matches, strict=True)
    passage, match = {passage.id: (passage, match) for passage, match in pairs}[passage_id]
    weighed = match.evidence
    if weighed is None or not weighed.places:
        return PassageEvidence(passage, match, (), (), ())
    by_media = {heard.media.id: (heard, text) for heard, text in recordings}
    places = [_listen(passage, tried.place, by_media[tried.place.media_id][1]) for tried in weighed.places]
    if match.media_id is not None:
        places[0] = HeardThere(match.words, _between(match.unpublished, weighed.places[0].place))
    captions = by_media[weighed.places[0].place.media_id][0].captions
    witnessed = _between(captions.words, weighed.places[0].place) if captions else ()
    return PassageEvidence(passage, match, list_demands(weighed), tuple(places), witnessed)


def _between(words: Sequence[Word], place: Place) -> tuple[Word, ...]:
    return tuple(word for word in words if place.start_ms <= word.start_ms < place.end_ms)


def _listen(passage: Passage, place: Place, text: HeardText) -> HeardThere:
    """Pair a passage's words with those heard in a place."""
    spoken = text.transcript.words
    inside = [j for j, index in enumerate(text.word_of) if place.start_ms <= spoken[index].start_ms < place.end_ms]
    low, high = (inside[0], inside[-1] + 1) if inside else (0, 0)
    tokens = tokenise(passage.text)
    keys = [sound_key(token.spelling) for token in tokens]
    nats = text.weigh([token.form for token in tokens], keys)
    pairs = [Pair(p.i, low + p.j, p.likeness) for p in align_words(keys, nats, text.keys[low:high])]
    if not pairs:
        return HeardThere((), _between(spoken, place))
    timed = time_words(passage.text, tokens, recover_gaps(pairs, keys, text, (low, high)), text, place.start_ms)
    heard = range(timed.heard[0], timed.heard[-1] + 1)
    return HeardThere(timed.words, tuple(spoken[index] for index in heard if index not in timed.heard))
