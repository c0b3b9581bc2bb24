"""Match: a post and what was heard in its recordings become an `Alignment`.

The one door of this room. Only passages that claim to be somebody's words are looked for; the others get
their verdict without a search. The order of steps is locate, align words, place, recover, time, judge, check
the links.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from aligner.matching.candidates import Candidate, Sought, heard_share, weigh_best
from aligner.matching.heard_text import HeardText
from aligner.matching.judge import MARGIN_NATS, Evidence, Verdict, ask, judge, miss, set_aside
from aligner.matching.pair import check_links
from aligner.matching.pins import Pin, hold_pins, hold_time, is_kept_out, review_pins
from aligner.matching.place import NEAR, Placing, place
from aligner.matching.recover import recover_gaps, recover_readings
from aligner.matching.timing import Timed, measure_pace, split_words, time_words
from aligner.matching.word_alignment import SAME, Pair
from aligner.model import (
    SPOKEN_KINDS,
    Alignment,
    Heard,
    Match,
    Passage,
    Place,
    Post,
    Status,
    TimedWord,
    TriedPlace,
    Weighed,
    Word,
)
from aligner.text.normalise import Token, tokenise
from aligner.text.phonetic import sound_key
from aligner.text.readings import other_readings

NEGATIONS = frozenset(["pas", "jamais", "aucun", "aucune", "rien", "non", "ni", "sans", "personne", "guere"])
"""Words that turn the meaning of a sentence; "ne" is not one of them, as speakers leave it out."""

Recordings = Sequence[tuple[Heard, HeardText]]


@dataclass(frozen=True, slots=True)
class _Found:
    """A passage in its place, timed and judged."""

    passage: Passage
    recording: int
    verdict: Verdict
    timed: Timed
    elsewhere: tuple[Place, ...]
    weighed: Weighed


def match_post(post: Post, recordings: Recordings, pins: Mapping[str, Pin] = MappingProxyType({})) -> Alignment:
    """Find every passage of a post in its recordings. Pure: the same facts give the same alignment.

    `pins` hold what people say of passages, by id.
    """
    wanted = [passage for passage in post.passages if passage.kind in SPOKEN_KINDS]
    tokens = [tokenise(passage.text) for passage in wanted]
    texts = [text for _, text in recordings]
    sought = [[_read(passage_tokens, text) for passage_tokens in tokens] for text in texts]
    held = hold_pins(wanted, tokens, sought, recordings, pins)
    placings = place(held.sought, texts, [heard.hints_ms for heard, _ in recordings], held.fixed)
    if not recordings:
        placings = [Placing(None, (), repeats=False, follows=False) for _ in wanted]
    matches: dict[str, Match] = {}
    found: list[_Found] = []
    for number, (passage, placing) in enumerate(zip(wanted, placings, strict=True)):
        chosen = placing.chosen
        if number in held.apart:
            matches[passage.id] = held.apart[number]
            continue
        if chosen is None:
            tried = _try_others(placing.others, [row[number] for row in sought], recordings)
            matches[passage.id] = _unsaid(passage, miss(_best(placing.others)), _weigh_missed(tried))
            continue
        item = _find(passage, tokens[number], [row[number] for row in sought], chosen, placing, placings, recordings)
        if item.verdict.status is Status.NOT_FOUND:
            matches[passage.id] = _unsaid(passage, item.verdict, item.weighed)
        else:
            timed = hold_time(item.timed, pins[passage.id]) if chosen.fixed else item.timed
            found.append(replace(item, timed=timed))
    matches |= _tell(found, recordings)
    marked, doubts = review_pins(wanted, sought, placings, matches, recordings, pins, held)
    matches |= marked
    ordered = tuple(matches.get(passage.id) or _aside(passage) for passage in post.passages)
    heard = tuple(heard for heard, _ in recordings)
    told = [(p, m) for p, m in zip(post.passages, ordered, strict=True) if not is_kept_out(pins.get(p.id))]
    links = check_links([passage for passage, _ in told], heard, [match for _, match in told])
    return Alignment(post, heard, ordered, (*links, *doubts))


def _read(tokens: Sequence[Token], heard: HeardText) -> Sought:
    keys = tuple(sound_key(token.spelling) for token in tokens)
    return Sought(keys, heard.weigh([token.form for token in tokens], keys))


def _find(
    passage: Passage,
    tokens: Sequence[Token],
    readings: Sequence[Sought],
    chosen: Candidate,
    placing: Placing,
    placings: Sequence[Placing],
    recordings: Recordings,
) -> _Found:
    sought, text = readings[chosen.recording], recordings[chosen.recording][1]
    low, high = _bounds(chosen, placings, len(text.keys))
    pairs: Sequence[Pair] = chosen.pairs
    if len(pairs) < len(tokens):
        pairs = recover_readings(pairs, other_readings(passage.text), text, (low, high))
        pairs = recover_gaps(pairs, sought.keys, text, (low, high))
    timed = time_words(
        passage.text, tokens, pairs, text, text.transcript.words[text.word_of[low - 1]].end_ms if low else 0
    )
    nats = weigh_best(pairs, sought)
    equals = [other for other in placing.others if other.evidence > chosen.evidence - MARGIN_NATS]
    evidence = Evidence(
        nats=nats,
        share=heard_share(pairs, sought.nats),
        rival=_best(placing.others),
        places=len(equals),
        repeats=placing.repeats,
        follows=placing.follows,
        heard=sum(timed.whole),
        words=len(timed.words),
        missing=find_decisive(passage.text, tokens, pairs),
        pace=measure_pace(timed.words),
        pinned=chosen.fixed,
    )
    elsewhere = tuple(_place(other, recordings) for other in equals)
    own = Place(recordings[chosen.recording][0].media.id, timed.start_ms, timed.end_ms)
    weighed = _weigh(evidence, own, _try_others(placing.others, readings, recordings))
    return _Found(passage, chosen.recording, judge(evidence), timed, elsewhere, weighed)


def _weigh(evidence: Evidence, own: Place, others: Sequence[TriedPlace]) -> Weighed:
    return Weighed(
        places=(_tried(own, evidence.nats, evidence.share), *others[:1]),
        asked=round(ask(evidence.share, follows=evidence.follows), 3),
        follows=evidence.follows,
        repeats=evidence.repeats,
        missing=evidence.missing,
        pace=round(evidence.pace, 1),
    )


def _weigh_missed(tried: Sequence[TriedPlace]) -> Weighed:
    """What was weighed of a passage that has no place: where it is the least unlikely, it stands alone."""
    return Weighed(tuple(tried), round(ask(tried[0].share if tried else 0.0, follows=False), 3))


def _try_others(
    others: Sequence[Candidate], readings: Sequence[Sought], recordings: Recordings
) -> tuple[TriedPlace, ...]:
    """The two other places with the most evidence."""
    best = sorted(others, key=lambda other: other.evidence, reverse=True)[:2]
    return tuple(
        _tried(_place(one, recordings), one.evidence, heard_share(one.pairs, readings[one.recording].nats))
        for one in best
    )


def _tried(place: Place, nats: float, share: float) -> TriedPlace:
    return TriedPlace(place, round(nats, 3), round(share, 4))


def find_decisive(text: str, tokens: Sequence[Token], pairs: Sequence[Pair]) -> str | None:
    """The first word that was not heard and on which the meaning turns: a number or a negation.

    A unit beside a number is not: "60 %" is often just "soixante".
    """
    likeness = {pair.i: pair.likeness for pair in pairs}
    for index, token in enumerate(tokens):
        number = any(c.isdigit() for c in text[token.start : token.end])
        if likeness.get(index, 0.0) < SAME if number else index not in likeness and token.form in NEGATIONS:
            start, end = next(span for span in split_words(text) if token.start < span[1])
            return text[start:end].strip(" .,;:!?»«")
    return None


def _best(candidates: Sequence[Candidate]) -> float:
    return max((candidate.evidence for candidate in candidates), default=0.0)


def _bounds(own: Candidate, placings: Sequence[Placing], length: int) -> tuple[int, int]:
    """The heard tokens a placed passage may reach into: up to what its neighbours in the recording took."""
    others = [p.chosen for p in placings if p.chosen is not None and p.chosen is not own]
    others = [c for c in others if c.recording == own.recording]
    low = max((c.high + 1 for c in others if c.high < own.low), default=0)
    high = min((c.low for c in others if c.low > own.high), default=length)
    return low, high


def _place(candidate: Candidate, recordings: Recordings) -> Place:
    heard, text = recordings[candidate.recording]
    first, last = (text.transcript.words[text.word_of[j]] for j in (candidate.low, candidate.high))
    return Place(heard.media.id, first.start_ms, max(last.end_ms, first.start_ms + 1))


def _tell(found: Sequence[_Found], recordings: Recordings) -> dict[str, Match]:
    unpublished = _find_unpublished(found, recordings)
    return {
        item.passage.id: Match(
            passage_id=item.passage.id,
            status=item.verdict.status,
            confidence=item.verdict.confidence,
            reason=item.verdict.reason,
            media_id=recordings[item.recording][0].media.id,
            start_ms=item.timed.start_ms,
            end_ms=item.timed.end_ms,
            said=item.timed.said,
            words=item.timed.words,
            unpublished=unpublished[item.passage.id],
            elsewhere=item.elsewhere,
            agreed=_ask_witness(item.timed, recordings[item.recording][1]),
            evidence=item.weighed,
        )
        for item in found
    }


def _ask_witness(timed: Timed, text: HeardText) -> float | None:
    """Share of the words heard of a passage that the captions confirm."""
    confirmed = text.witness.confirms(text.transcript.words[index] for index in timed.heard) if text.witness else []
    return round(sum(confirmed) / len(confirmed), 3) if confirmed else None


def _find_unpublished(found: Sequence[_Found], recordings: Recordings) -> dict[str, tuple[Word, ...]]:
    """Words heard inside each passage, or between it and the next one in the recording, that no passage has."""
    unpublished: dict[str, tuple[Word, ...]] = {}
    for number, (_, text) in enumerate(recordings):
        here = sorted((item for item in found if item.recording == number), key=lambda item: item.timed.heard[0])
        claimed = {index for item in here for index in item.timed.heard}
        starts = [*(item.timed.heard[0] for item in here), 0]
        for item, following in zip(here, starts[1:], strict=True):
            end = item.timed.heard[-1] + 1
            if 0 <= following - end <= NEAR:
                end = following
            unpublished[item.passage.id] = tuple(
                text.transcript.words[index] for index in range(item.timed.heard[0], end) if index not in claimed
            )
    return unpublished


def _unsaid(passage: Passage, verdict: Verdict, weighed: Weighed) -> Match:
    words = tuple(TimedWord(passage.text[slice(*span)], None, None, None) for span in split_words(passage.text))
    return Match(passage.id, Status.NOT_FOUND, verdict.confidence, verdict.reason, words=words, evidence=weighed)


def _aside(passage: Passage) -> Match:
    verdict = set_aside(passage.kind)
    return Match(passage.id, verdict.status, verdict.confidence, verdict.reason)
