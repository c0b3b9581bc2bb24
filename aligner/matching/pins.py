"""Pins: what a person says of a passage's place, held against what was heard there.

Beside match, which asks it before placing and after. A passage that is never to be linked is not looked for, and its
words are free for others. One that begins at a given time is looked for there alone, and where its words are heard it
vouches for its neighbours; where other words are heard, the pin is doubtful: it moves nothing, and is reported.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from aligner.matching.candidates import Candidate, Sought, align_window, find_candidates, heard_share, make_candidate
from aligner.matching.heard_text import HeardText
from aligner.matching.judge import HAND, LINKED_SHARE, MARGIN_NATS, SPOKEN_SHARE, STRONG_SHARE, ask
from aligner.matching.locate import Window
from aligner.matching.place import Placing, overlap
from aligner.matching.recover import recover_gaps, recover_readings
from aligner.matching.timing import Timed, split_words
from aligner.model import (
    Corrected,
    Correction,
    CorrectionAction,
    Finding,
    FindingKind,
    Heard,
    Match,
    Passage,
    Place,
    Span,
    Status,
    TimedWord,
)
from aligner.text.normalise import Token
from aligner.text.readings import other_readings
from aligner.timecode import format_clock

BEFORE_MS = 1_000
"""Words are looked for from so long before the time that a hand gave: people press a key late, seldom early."""
OFF_MS = 2_000
"""A hand's time so far from the moment at which the passage was heard to begin is doubtful."""
WORD_MS = 350
"""A word lasts so long, more or less: to tell where a passage begins whose first words were not heard."""
SLOW_MS, FAST_MS = 100, 50
"""Each letter of a passage lasts so long in slow and in fast speech: 10 and 20 a second."""
ROOM_MS = 4_000
"""Given besides to words that nobody published: a hesitation, an interruption."""
FEW = 4
"""One word heard for so many published ones, or fewer, is no speech that could speak against a hand."""
SHOWN_WORDS = 12
"""Heard words that a sentence about a doubtful pin shows."""
DOUBTED = 0.3
"""How sure a place is that a hand gave and the sound speaks against. An assumption: there are no data yet."""
UNKNOWN = 0.5
"""How sure it is that a passage was not said, of which the recording could not be had."""

_NOTHING = Sought((), ())


@dataclass(frozen=True, slots=True)
class Pin:
    """What a correction says of the place of one passage."""

    correction: Correction
    """Of the actions `start`, `unsaid`, `recording` or `never`; with a media id if it needs one."""
    leads: bool = True
    """Whether its time is that of the passage's first word: not where the passage's beginning was edited since."""


def is_kept_out(pin: Pin | None) -> bool:
    """Whether a passage is not to be linked whatever was said, so that it tells nothing of the post's links."""
    return pin is not None and pin.correction.action is CorrectionAction.NEVER


@dataclass(slots=True)
class Held:
    """The pins of a post, held against the sound. Passages are numbered as they are looked for."""

    sought: list[list[Sought]]
    """What placing is to look for: nothing of passages that are set apart."""
    fixed: dict[int, Candidate] = field(default_factory=dict)
    """The places that hands gave and in which words were heard."""
    apart: dict[int, Match] = field(default_factory=dict)
    """Those that placing has nothing to do with."""
    doubted: set[int] = field(default_factory=set)
    """Of these, the ones where a hand gave a time at which other words were heard."""


Recordings = Sequence[tuple[Heard, HeardText]]


def hold_pins(
    passages: Sequence[Passage],
    tokens: Sequence[Sequence[Token]],
    sought: Sequence[Sequence[Sought]],
    recordings: Recordings,
    pins: Mapping[str, Pin],
) -> Held:
    """Before placing: what is fixed, what is set apart, what is left to look for, and where."""
    held = Held([list(row) for row in sought])
    media_ids = [heard.media.id for heard, _ in recordings]
    for index, passage in enumerate(passages):
        pin = pins.get(passage.id)
        if pin is None:
            continue
        apart = _set_apart(passage, pin.correction, media_ids)
        if apart:
            held.apart[index] = apart
            continue
        for media_id, row in zip(media_ids, held.sought, strict=True):
            if media_id != pin.correction.media_id:
                row[index] = _NOTHING
        if pin.correction.action is CorrectionAction.START:
            _hold_start(held, index, passage, tokens[index], [row[index] for row in sought], recordings, pin)
    for index in held.apart:
        for row in held.sought:
            row[index] = _NOTHING
    return held


def _set_apart(passage: Passage, correction: Correction, media_ids: Sequence[str]) -> Match | None:
    """The match of a passage that is not to be looked for, or cannot be; None for the others."""
    if correction.action is CorrectionAction.UNSAID:
        return _unlinked(passage, 1.0, "Vérifié à l’écoute : pas dit.")
    if correction.action is CorrectionAction.NEVER:
        return _unlinked(passage, 1.0, "L’auteur ne souhaite pas relier ce passage à l’enregistrement.")
    if correction.media_id not in media_ids:
        return _unlinked(passage, UNKNOWN, "L’enregistrement indiqué n’a pas pu être entendu.")
    return None


def _hold_start(
    held: Held,
    index: int,
    passage: Passage,
    tokens: Sequence[Token],
    sought: Sequence[Sought],
    recordings: Recordings,
    pin: Pin,
) -> None:
    """Fix a passage where a hand put it, or set it apart there; `sought` is the passage as each recording weighs it."""
    number = next(n for n, (heard, _) in enumerate(recordings) if heard.media.id == pin.correction.media_id)
    heard, text = recordings[number]
    candidate = _catch(index, number, passage, sought, recordings, pin)
    if candidate is not None:
        held.fixed[index] = candidate
        return
    start_ms, end_ms = _span(passage, pin.correction, heard)
    words = [word for word in text.transcript.words if start_ms - BEFORE_MS <= word.start_ms < end_ms]
    if len(words) < max(1, len(tokens) // FEW) and (pin.correction.sure or not _stands_alone(sought, recordings)):
        status, sure, reason = Status.REWORDED, HAND, "Placé à l’écoute : la reconnaissance n’y a rien entendu."
    else:
        held.doubted.add(index)
        status, sure, reason = (
            Status.UNCERTAIN,
            DOUBTED,
            "Placé à l’écoute, mais la reconnaissance y a entendu autre chose.",
        )
        if pin.correction.sure:
            status, sure = Status.REWORDED, HAND
            reason = "Placé et confirmé à l’écoute, bien que la reconnaissance y ait entendu autre chose."
    held.apart[index] = replace(
        _unlinked(passage, sure, reason),
        status=status,
        media_id=heard.media.id,
        start_ms=start_ms,
        end_ms=end_ms,
        said=" ".join(word.text for word in words if word.end_ms > start_ms),
    )


def _catch(
    index: int, number: int, passage: Passage, sought: Sequence[Sought], recordings: Recordings, pin: Pin
) -> Candidate | None:
    """What the passage caught at its pin; None where other words are there, or its own begin at another time."""
    text, own = recordings[number][1], sought[number]
    if not own.keys:
        return None
    low, high = _reach(passage, pin, text, BEFORE_MS)
    candidate = _align(index, number, own, text, (low, high))
    if candidate is None:
        return None
    recovered = recover_readings(candidate.pairs, other_readings(passage.text), text, (low, high))
    recovered = recover_gaps(recovered, own.keys, text, (low, high))
    share = heard_share(recovered, own.nats)
    if share < STRONG_SHARE:
        return None
    if not pin.correction.sure:
        if pin.leads and _begins_elsewhere(candidate, passage, own, text, pin):
            return None
        if share < LINKED_SHARE:  # some of its words may be there by chance: are all of them somewhere else?
            elsewhere = _stands_alone(sought, recordings)
            if elsewhere and (elsewhere.recording != number or elsewhere.low > high or elsewhere.high < low):
                return None
    return replace(candidate, fixed=True)


def _align(index: int, number: int, own: Sought, text: HeardText, within: Span) -> Candidate | None:
    """The passage's candidate among the heard tokens `within`, whatever the rest of the post."""
    low, high = within
    pairs = align_window(Window(low, high, 0, 0), range(1), [own], text).get(0, ()) if high > low else ()
    return make_candidate(index, number, pairs, own, text, ())


def _begins_elsewhere(near: Candidate, passage: Passage, own: Sought, text: HeardText, pin: Pin) -> bool:
    """Whether the passage begins long after the hand's time, or before it."""
    start_ms = pin.correction.start_ms or 0
    begins_ms, slack_ms = _beginning(near, text)
    if begins_ms - start_ms > OFF_MS + slack_ms:
        return True
    lasts = SLOW_MS * len(passage.text)
    wide = _align(near.passage, near.recording, own, text, _reach(passage, pin, text, BEFORE_MS + lasts))
    if wide is None or wide.evidence < near.evidence + MARGIN_NATS:
        return False
    begins_ms, slack_ms = _beginning(wide, text)
    return start_ms - begins_ms > OFF_MS + slack_ms


def _beginning(candidate: Candidate, text: HeardText) -> tuple[int, int]:
    """When a passage begins by the first of its words that was heard, and how far off that may be, in ms."""
    first = candidate.pairs[0]
    heard_ms = text.transcript.words[text.word_of[first.j]].start_ms
    return heard_ms - WORD_MS * first.i, WORD_MS * first.i // 2


def _reach(passage: Passage, pin: Pin, text: HeardText, before_ms: int) -> Span:
    """The heard tokens that may be the passage's, `[low, high)`, from so long before the hand's time."""
    start_ms = pin.correction.start_ms or 0
    lasts = SLOW_MS * len(passage.text) + ROOM_MS
    since = start_ms - before_ms - (0 if pin.leads else lasts)
    until = start_ms + lasts
    if pin.correction.end_ms is not None and pin.leads:
        until = pin.correction.end_ms + BEFORE_MS
    words = text.transcript.words
    first = bisect_left(words, since, key=lambda word: word.start_ms)
    last = bisect_left(words, until, key=lambda word: word.start_ms)
    return bisect_left(text.word_of, first), bisect_left(text.word_of, last)


def _span(passage: Passage, correction: Correction, heard: Heard) -> tuple[int, int]:
    """From the time that a hand gave to the end that it gave, or to where fast speech would end, in ms."""
    start_ms = correction.start_ms or 0
    end_ms = correction.end_ms
    if end_ms is None:
        ends = max(heard.media.duration_ms or 0, heard.transcript.duration_ms)
        end_ms = min(start_ms + max(1_000, FAST_MS * len(passage.text)), max(ends, start_ms + 1))
    return start_ms, end_ms


def hold_time(timed: Timed, pin: Pin) -> Timed:
    """The words of a fixed passage, with the hand's time as its beginning (and its end, if it gave one)."""
    start_ms, end_ms = pin.correction.start_ms, pin.correction.end_ms
    if start_ms is None or not pin.leads:
        return timed
    words = tuple(_not_before(word, start_ms) for word in timed.words)
    return replace(timed, words=words, start_ms=start_ms, end_ms=max(end_ms or timed.end_ms, start_ms + 1))


def _not_before(word: TimedWord, start_ms: int) -> TimedWord:
    if word.start_ms is None or word.end_ms is None or word.start_ms >= start_ms:
        return word
    return replace(word, start_ms=start_ms, end_ms=max(word.end_ms, start_ms + 1))


def review_pins(
    passages: Sequence[Passage],
    sought: Sequence[Sequence[Sought]],
    placings: Sequence[Placing],
    matches: Mapping[str, Match],
    recordings: Recordings,
    pins: Mapping[str, Pin],
    held: Held,
) -> tuple[dict[str, Match], list[Finding]]:
    """After placing: the matches of pinned passages with what became of their pins, and findings of doubtful ones."""
    marked: dict[str, Match] = {}
    findings: list[Finding] = []
    for index, passage in enumerate(passages):
        pin = pins.get(passage.id)
        if pin is None:
            continue
        match, action = matches[passage.id], pin.correction.action
        doubt = None
        if index in held.doubted or (match.status is Status.NOT_FOUND and action in _ASKS):
            others = [p.chosen for number, p in enumerate(placings) if p.chosen is not None and number != index]
            best = _stands_alone([row[index] for row in sought], recordings, others)
            told = _tell_place(best, recordings) if best else None
            doubt = _doubt_time(match, told) if index in held.doubted else _doubt_absence(told, pin)
        marked[passage.id] = replace(match, corrected=Corrected(action, doubt is not None, doubt.why if doubt else ""))
        if doubt and doubt.instead:
            marked[passage.id] = replace(marked[passage.id], elsewhere=(doubt.instead,))
        if doubt:
            findings.append(replace(doubt.finding, passage_id=passage.id))
    return marked, findings


_ASKS = (CorrectionAction.UNSAID, CorrectionAction.RECORDING)
"""The actions that the sound speaks against when it holds, somewhere else or at all, what was not found."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A place in words."""

    place: Place
    when: str
    """The time, and of several recordings the one."""
    said: str


@dataclass(frozen=True, slots=True)
class _Doubt:
    """What speaks against a pin, for readers in French, and as a finding."""

    why: str
    finding: Finding
    instead: Place | None = None
    """Where the passage may have been said, if not where the pin puts it."""


def _doubt_time(match: Match, told: _Told | None) -> _Doubt:
    """Other words were heard at the time that a hand gave; `told` is where the passage's own are."""
    at = format_clock(match.start_ms or 0)
    heard = _shorten((match.said or "").split())
    french, english = "aucun autre endroit n’est sûr", "no other place is sure"
    if told:
        french, english = f"ces mots sont plutôt à {told.when}", f"its words are rather at {told.when}"
    finding = Finding(
        FindingKind.DOUBTFUL_CORRECTION,
        match.media_id,
        match.start_ms,
        told.place.start_ms if told else None,
        why=f"At {at} {f'“{heard}”' if heard else 'nothing'} is heard; {english}.",
    )
    return _Doubt(
        f"À {at}, on {f'entend « {heard} »' if heard else 'n’entend rien'} ; {french}.",
        finding,
        told.place if told else None,
    )


def _doubt_absence(told: _Told | None, pin: Pin) -> _Doubt | None:
    """The words of a passage that was not said, or not there, were heard after all, whole and at one place only."""
    if told is None or told.place.media_id == pin.correction.media_id:
        return None
    finding = Finding(
        FindingKind.DOUBTFUL_CORRECTION,
        told.place.media_id,
        None,
        told.place.start_ms,
        why=f"Yet at {told.when} “{told.said}” is heard.",
    )
    return _Doubt(f"On entend pourtant, à {told.when} : « {told.said} ».", finding)


def _tell_place(candidate: Candidate, recordings: Recordings) -> _Told:
    heard, text = recordings[candidate.recording]
    words = text.transcript.words[text.word_of[candidate.low] : text.word_of[candidate.high] + 1]
    when = format_clock(words[0].start_ms) + (f" ({heard.media.id})" if len(recordings) > 1 else "")
    place = Place(heard.media.id, words[0].start_ms, max(words[-1].end_ms, words[0].start_ms + 1))
    return _Told(place, when, _shorten([word.text for word in words]))


def _shorten(words: Sequence[str]) -> str:
    shown = " ".join(words[:SHOWN_WORDS]).strip(" .,;:")
    return f"{shown} …" if len(words) > SHOWN_WORDS else shown


def _stands_alone(
    sought: Sequence[Sought], recordings: Recordings, others: Sequence[Candidate] = ()
) -> Candidate | None:
    """The place in which a passage would be linked by itself: heard as published, and nowhere else.

    Where `others`, the places of other passages, have most of its words, they are not its own.
    """
    found = [
        candidate
        for number, (heard, text) in enumerate(recordings)
        for candidate in find_candidates(number, [sought[number]], text, heard.hints_ms)
    ]
    best = max(found, key=lambda candidate: candidate.evidence, default=None)
    if best is None or any(overlap(best, other) for other in others):
        return None
    rival = max((candidate.evidence for candidate in found if not _touch(best, candidate)), default=0.0)
    share = heard_share(best.pairs, sought[best.recording].nats)
    alone = share >= SPOKEN_SHARE and best.evidence >= ask(share, follows=False)
    return best if alone and best.evidence - rival >= MARGIN_NATS else None


def _touch(one: Candidate, other: Candidate) -> bool:
    return one.recording == other.recording and one.low <= other.high and other.low <= one.high


def _unlinked(passage: Passage, confidence: float, reason: str) -> Match:
    words = tuple(TimedWord(passage.text[slice(*span)], None, None, None) for span in split_words(passage.text))
    return Match(passage.id, Status.NOT_FOUND, confidence, reason, words=words)
