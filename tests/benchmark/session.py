"""An invented council session of some ninety minutes, of which every word has an exact moment.

Second step of the generated sets: speeches by several people about several topics, with the mayor's formulas between
them. Some speeches are made to be hard (a refrain, near twins, figures, a sentence said twice or quoted by another
speaker). `transcribe` gives the words as a perfect recogniser would, before `noise.py` spoils them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from aligner.model import Span, Transcript, Word
from tests.benchmark.grammar import Sentence, Speaker, parse
from tests.benchmark.lexicon import CHATTER, CLOSINGS, OPENINGS, SPEAKERS, TOPICS

REFRAINS = (10, 16, 28)
"""Numbers of the speeches that come back to one sentence."""
TWINS = (11, 13, 17, 19)
FIGURES = (12, 14, 18)
TWICE = {20: 3, 21: 5, 22: 8, 24: 1}
"""Speech by number, and the earlier one of which it happens to say two sentences again."""
QUOTES = {23: 4, 25: 6, 26: 9, 27: 2}
"""Speech by number, and the earlier one that it quotes."""
PLAIN = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
"""The others, of which most sets are made; in some a sentence stands that is said again later in the session."""
SPEECHES = 30
SEEDS = {"fit": 20_250_612, "report": 20_260_311}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in the session: where, and the moment of every spoken word, in ms."""

    sentence: Sentence
    speech: int
    """Number of the speech; -1 for what the mayor says between."""
    times: tuple[Span, ...]

    @property
    def start_ms(self) -> int:
        """Onset of the first word."""
        return self.times[0][0]

    @property
    def end_ms(self) -> int:
        """End of the last word."""
        return self.times[-1][1]

    def piece_times(self) -> list[Span]:
        """The moment of every piece: from its first spoken word to the end of its last."""
        spans, at = [], 0
        for piece in self.sentence:
            spans.append((self.times[at][0], self.times[at + len(piece.spoken) - 1][1]))
            at += len(piece.spoken)
        return spans


@dataclass(frozen=True, slots=True)
class Speech:
    """One person's speech, in paragraphs, with sentences like its own that nobody said."""

    number: int
    speaker: str
    topic: int
    paragraphs: tuple[tuple[Said, ...], ...]
    unsaid_twins: tuple[tuple[Sentence, Sentence], ...] = ()
    """Said sentence and its near twin that nobody said."""
    marked: tuple[Sentence, ...] = ()
    """The sentences that make it hard: the refrain, those said again or quoted, those with a twin elsewhere."""


@dataclass(frozen=True, slots=True)
class Session:
    """The whole session; `said` holds everything in spoken order."""

    variant: str
    speeches: tuple[Speech, ...]
    said: tuple[Said, ...]


@dataclass(slots=True)
class _Draft:
    speaker: str
    topic: int
    paragraphs: list[list[Sentence]]
    unsaid_twins: list[tuple[Sentence, Sentence]]
    marked: list[Sentence]


@cache
def hold_session(variant: str) -> Session:
    """The session of a variant, `fit` or `report`: the same whenever it is asked for."""
    dice = random.Random(SEEDS[variant])
    drafts = [_draft(number, variant, dice) for number in range(SPEECHES)]
    for later, earlier in (TWICE | QUOTES).items():
        _repeat(drafts[earlier], drafts[later], later in QUOTES, dice)
    for ours, theirs in zip(TWINS, (29, 0, 7, 15), strict=True):
        near, far, _ = _voice(drafts[ours], variant, dice).say_twins()
        drafts[ours].paragraphs[1].insert(2, near)
        drafts[theirs].paragraphs[1].insert(2, far)
        drafts[ours].marked.append(near)
        drafts[theirs].marked.append(far)
    return _time(drafts, variant, dice)


def _voice(draft: _Draft, variant: str, dice: random.Random) -> Speaker:
    return Speaker(dice, variant, TOPICS[variant][draft.topic])


def _draft(number: int, variant: str, dice: random.Random) -> _Draft:
    topic = number % len(TOPICS[variant])
    speaker = SPEAKERS[variant][(number * 3) % len(SPEAKERS[variant])]
    voice = Speaker(dice, variant, TOPICS[variant][topic])
    figured = 0.9 if number in FIGURES else 0.08
    paragraphs = [[voice.say(figured=figured) for _ in range(dice.randint(4, 6))] for _ in range(4)]
    draft = _Draft(speaker, topic, paragraphs, [], [])
    if number in REFRAINS:
        refrain = voice.say(figured=0)
        draft.marked.append(refrain)
        for paragraph in paragraphs:
            paragraph.append(refrain)
    if number in TWINS:
        for left, right in ((0, 2), (1, 3)):
            first, second, unsaid = voice.say_twins()
            paragraphs[left].insert(2, first)
            paragraphs[right].insert(1, second)
            draft.unsaid_twins.append((second, unsaid))
        yes, no = voice.say_and_deny()
        paragraphs[3].append(yes)
        draft.unsaid_twins.append((yes, no))
    paragraphs[0].insert(0, parse(dice.choice(OPENINGS)))
    paragraphs[-1].append(parse(dice.choice(CLOSINGS)))
    return draft


def _repeat(earlier: _Draft, later: _Draft, is_quoted: bool, dice: random.Random) -> None:
    for paragraph in (1, 2):
        sentence = dice.choice(earlier.paragraphs[paragraph][1:3])
        place = later.paragraphs[paragraph]
        if is_quoted:
            title, *_, family = earlier.speaker.split()
            place.insert(2, parse(f"Vous avez dit tout à l'heure, {title} {family}, et je vous cite mot pour mot :"))
        place.insert(3 if is_quoted else 2, sentence)
        earlier.marked.append(sentence)
        later.marked.append(sentence)


def _time(drafts: Sequence[_Draft], variant: str, dice: random.Random) -> Session:
    said: list[Said] = []
    clock = _Clock(dice)
    speeches = []
    for number, draft in enumerate(drafts):
        mayor = _voice(draft, variant, dice)
        for template in dice.sample(CHATTER, dice.randint(3, 7)):
            said.append(clock.say(mayor.fill("", template), -1))
            clock.rest(900, 2_500)
        clock.rest(800, 4_000)
        paragraphs = []
        for sentences in draft.paragraphs:
            paragraphs.append(tuple(clock.say(sentence, number) for sentence in sentences))
            clock.rest(500, 1_200)
            said += paragraphs[-1]
        speeches.append(
            Speech(
                number, draft.speaker, draft.topic, tuple(paragraphs), tuple(draft.unsaid_twins), tuple(draft.marked)
            )
        )
    return Session(variant, tuple(speeches), tuple(said))


class _Clock:
    """Gives spoken words their moments: about 160 words a minute, with pauses at commas and full stops."""

    def __init__(self, dice: random.Random) -> None:
        self._dice, self._now = dice, 4_000

    def rest(self, low: int, high: int) -> None:
        self._now += self._dice.randint(low, high)

    def say(self, sentence: Sentence, speech: int) -> Said:
        times = []
        for word in chain.from_iterable(piece.spoken for piece in sentence):
            lasting = 80 + 46 * sum(c.isalnum() for c in word) + self._dice.randint(-25, 40)
            times.append((self._now, self._now + lasting))
            self._now += lasting + self._dice.choice((0, 0, 0, 20, 40))
            if word[-1] in ",:":
                self.rest(120, 380)
        self.rest(320, 900)
        return Said(sentence, speech, tuple(times))


def transcribe(session: Session, digits: float, dice: random.Random) -> list[Word]:
    """Every word at its exact moment; a share `digits` of the figures is written in digits, as recognisers do."""
    return [word for said in session.said for word in _write(said, digits, dice)]


def _write(said: Said, digits: float, dice: random.Random) -> Iterator[Word]:
    at = 0
    for piece in said.sentence:
        times = said.times[at : at + len(piece.spoken)]
        at += len(piece.spoken)
        if piece.written == piece.spoken or dice.random() >= digits:
            yield from (Word(text, *time, 0.9) for text, time in zip(piece.spoken, times, strict=True))
            continue
        low, high, count = times[0][0], times[-1][1], len(piece.written)
        for k, text in enumerate(piece.written):
            yield Word(text, low + (high - low) * k // count, low + (high - low) * (k + 1) // count, 0.9)


def as_transcript(words: Sequence[Word], fingerprint: str) -> Transcript:
    """The words as a transcript that ends a few seconds after the last one."""
    return Transcript("made", "made", "fr", words[-1].end_ms + 5_000, tuple(words), fingerprint)
