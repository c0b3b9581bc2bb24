"""Match: a post and what was heard in its recordings become an `Alignment`.

The one door of this room. Only passages that claim to be somebody's words are looked for; the others get
their verdict without a search. The order of steps is locate, align words, place, time, judge.
"""

from __future__ import annotations

from collections.abc import Sequence

from aligner.matching.heard_text import HeardText
from aligner.matching.judge import Verdict, judge, set_aside
from aligner.matching.place import Candidate, Placing, Reading, place
from aligner.matching.recover import recover_gaps
from aligner.matching.timing import Timed, split_words, time_words
from aligner.model import SPOKEN_KINDS, Alignment, Heard, Match, Passage, Post, Status, TimedWord
from aligner.text.normalise import Token, tokenise
from aligner.text.phonetic import sound_key


def match_post(post: Post, recordings: Sequence[tuple[Heard, HeardText]]) -> Alignment:
    """Find every passage of a post in its recordings. Pure: the same facts give the same alignment."""
    wanted = [passage for passage in post.passages if passage.kind in SPOKEN_KINDS]
    tokens = [tokenise(passage.text) for passage in wanted]
    texts = [text for _, text in recordings]
    readings = [[_read(passage_tokens, text) for passage_tokens in tokens] for text in texts]
    placings = place(readings, texts, [heard.hints_ms for heard, _ in recordings])
    if not recordings:
        placings = [Placing(None, None, follows=False) for _ in wanted]
    found: dict[str, Match] = {}
    for number, (passage, placing) in enumerate(zip(wanted, placings, strict=True)):
        if placing.chosen is None:
            found[passage.id] = _unsaid(passage, judge(placing, (), (), (0, 0)))
        else:
            reading = readings[placing.chosen.recording][number]
            found[passage.id] = _match(passage, tokens[number], reading, placing.chosen, number, placings, recordings)
    matches = tuple(found.get(passage.id) or _aside(passage) for passage in post.passages)
    return Alignment(post=post, heard=tuple(heard for heard, _ in recordings), matches=matches)


def _read(tokens: Sequence[Token], heard: HeardText) -> Reading:
    return Reading(tuple(sound_key(token.form) for token in tokens), tuple(heard.nats(token.form) for token in tokens))


def _match(
    passage: Passage,
    tokens: Sequence[Token],
    reading: Reading,
    chosen: Candidate,
    number: int,
    placings: Sequence[Placing],
    recordings: Sequence[tuple[Heard, HeardText]],
) -> Match:
    heard, text = recordings[chosen.recording]
    low, high = _bounds(chosen, placings, len(text.keys))
    pairs = recover_gaps(chosen.pairs, reading.keys, text, (low, high))
    floor_ms = text.transcript.words[text.word_of[low - 1]].end_ms if low else 0
    timed = time_words(passage.text, tokens, pairs, text, floor_ms)
    counts = (timed.whole_words, len(timed.words))
    verdict = judge(placings[number], reading.nats, timed.heard_tokens, counts)
    return _unsaid(passage, verdict) if verdict.status is Status.NOT_FOUND else _said(passage, verdict, timed, heard)


def _bounds(own: Candidate, placings: Sequence[Placing], length: int) -> tuple[int, int]:
    """The heard tokens a placed passage may reach into: up to what its neighbours in the recording took."""
    others = [p.chosen for p in placings if p.chosen is not None and p.chosen is not own]
    others = [c for c in others if c.recording == own.recording]
    low = max((c.high + 1 for c in others if c.high < own.low), default=0)
    high = min((c.low for c in others if c.low > own.high), default=length)
    return low, high


def _said(passage: Passage, verdict: Verdict, timed: Timed, heard: Heard) -> Match:
    return Match(
        passage_id=passage.id,
        status=verdict.status,
        confidence=verdict.confidence,
        reason=verdict.reason,
        media_id=heard.media.id,
        start_ms=timed.start_ms,
        end_ms=timed.end_ms,
        said=timed.said,
        words=timed.words,
    )


def _unsaid(passage: Passage, verdict: Verdict) -> Match:
    words = tuple(TimedWord(passage.text[slice(*span)], None, None, None) for span in split_words(passage.text))
    return Match(passage.id, Status.NOT_FOUND, verdict.confidence, verdict.reason, words=words)


def _aside(passage: Passage) -> Match:
    verdict = set_aside(passage.kind)
    return Match(passage.id, verdict.status, verdict.confidence, verdict.reason)
