"""Labelled sets that the project makes itself: posts derived from an invented session by known operations.

Third step of the generated sets, after `session.py` has laid down what was said and when. Each set does one thing
to the published text or to the heard words, so that the table shows where the matcher is weak. Labels follow from
the operation, never from a search: a line is said if its sentence (edited or not) was said in that speech, there.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from aligner.model import Post, Transcript
from aligner.text.read import list_posts, read_post
from tests.benchmark.editing import Line, edit, keep, never_say, quote
from tests.benchmark.grammar import Pool, Sentence, Speaker, publish
from tests.benchmark.lexicon import TOPICS
from tests.benchmark.noise import hear_badly
from tests.benchmark.session import (
    FIGURES,
    PLAIN,
    QUOTES,
    REFRAINS,
    SEEDS,
    TWICE,
    TWINS,
    Said,
    Session,
    Speech,
    as_transcript,
    hold_session,
    transcribe,
)

URL = "https://youtu.be/MontcleryA1"
VARIANTS = ("fit", "report")
FAR = (29, 0, 7, 15)
"""Speeches that hold the far twin of a sentence of `TWINS`."""
UNLIKE_SAID = 0.4
"""An unsaid line has less than this of its words, in order, in common with any sentence that was said."""
LIKE_SAID = 0.6
"""The same for a look-alike; with more in common it would be no clear case of a line that was not said."""
QUIET = 0.0


@dataclass(frozen=True, slots=True)
class MadeSet:
    """One set: posts as read from Markdown, the labels of their lines by slug, and what was heard."""

    posts: tuple[Post, ...]
    labels: dict[str, list[dict[str, Any]]]
    transcript: Transcript


@dataclass(frozen=True, slots=True)
class Draft:
    """A post before it is written: paragraphs of lines; `lead` stands unlabelled before them."""

    slug: str
    title: str
    lead: str
    paragraphs: tuple[tuple[Line, ...], ...]
    hint_s: int | None


class Editor:
    """Makes the posts of one set from a session."""

    def __init__(self, name: str, session: Session) -> None:
        self.name, self.session = name, session
        self.dice = random.Random(f"{name}, {SEEDS[session.variant]}")
        self._said = [_bare(publish(said.sentence)) for said in session.said]

    def say_new(self, topic: int) -> Sentence:
        """A sentence about a topic that nobody said: the names and things of the session in other frames."""
        voice = Speaker(self.dice, self.session.variant, TOPICS[self.session.variant][topic], Pool.UNSAID)
        while True:
            sentence = voice.say()
            if len(sentence) >= 8 and self._likeness(sentence) < UNLIKE_SAID:
                return sentence

    def say_alike(self, topic: int) -> Sentence:
        """A sentence that nobody said, made of frames that were: of several, the one most like a sentence that was."""
        voice = Speaker(self.dice, self.session.variant, TOPICS[self.session.variant][topic])
        likeness: dict[Sentence, float] = {}
        while len(likeness) < 3:
            sentence = voice.say()
            if len(sentence) >= 8 and (near := self._likeness(sentence)) < LIKE_SAID:
                likeness[sentence] = near
        return max(likeness, key=lambda sentence: likeness[sentence])

    def quote_once(self, speech: Speech) -> Line:
        """A few words of a speech that were said nowhere else: of others nobody could tell whose they are."""
        while True:
            said = self.dice.choice([said for part in speech.paragraphs for said in part if len(said.sentence) > 10])
            line = quote(said, self.dice)
            if sum(f" {' '.join(_bare(line.text))} " in f" {' '.join(words)} " for words in self._said) == 1:
                return line

    def _likeness(self, sentence: Sentence) -> float:
        """The largest share of its words that it has in common, in order, with a sentence of the session."""
        words = _bare(publish(sentence))
        _, near, _ = process.extractOne(words, self._said, scorer=LCSseq.similarity)
        return float(near) / len(words)

    def hint(self, start_ms: int) -> int | None:
        """A link's offset in seconds: none, about right, or minutes off."""
        kind = self.dice.random()
        if kind < 0.35:
            return None
        off = self.dice.randint(-20, 5) if kind < 0.7 else self.dice.randint(-600, 600)
        return max(0, start_ms // 1000 + off)

    def speech_post(self, speech: Speech, paragraphs: Sequence[Sequence[Line]]) -> Draft:
        """A post that publishes one speech."""
        said = [line.start_ms for line in chain.from_iterable(paragraphs) if line.start_ms is not None]
        start_ms = said[0] if said else 0
        slug = f"{self.name.replace(' ', '-')}-{speech.number:02d}"
        lead = f"Prise de parole de {speech.speaker} :"
        kept = tuple(tuple(lines) for lines in paragraphs if lines)
        return Draft(slug, f"Le point de vue du groupe ({speech.number})", lead, kept, self.hint(start_ms))

    def speeches(self, numbers: Sequence[int]) -> list[Speech]:
        """The speeches of these numbers."""
        return [self.session.speeches[number] for number in numbers]


def _bare(text: str) -> list[str]:
    return re.findall(r"[^\s.,:;?!]+", text.lower())


def _each(
    editor: Editor, numbers: Sequence[int], publish_speech: Callable[[Speech], Sequence[Sequence[Line]]]
) -> list[Draft]:
    return [editor.speech_post(speech, publish_speech(speech)) for speech in editor.speeches(numbers)]


def _verbatim(editor: Editor, numbers: Sequence[int] = PLAIN) -> list[Draft]:
    return _each(editor, numbers, lambda speech: [[keep(said) for said in part] for part in speech.paragraphs])


def _edited(editor: Editor, dose: float) -> list[Draft]:
    words = sorted({piece.published for said in editor.session.said for piece in said.sentence if piece.is_plain})

    def publish_speech(speech: Speech) -> list[list[Line]]:
        return [[edit(said, dose, words, editor.dice) for said in part] for part in speech.paragraphs]

    return _each(editor, PLAIN, publish_speech)


def _cut(editor: Editor) -> list[Draft]:
    def publish_speech(speech: Speech) -> list[list[Line]]:
        gone = editor.dice.randrange(len(speech.paragraphs))
        parts = [part for number, part in enumerate(speech.paragraphs) if number != gone]
        return [[keep(said) for said in part if editor.dice.random() < 0.55] for part in parts]

    return _each(editor, PLAIN, publish_speech)


def _insert(editor: Editor, say: Callable[[int], Sentence], share: float = 0.4) -> list[Draft]:
    def slip_in(speech: Speech, part: Sequence[Said]) -> list[Line]:
        lines = []
        for said in part:
            lines.append(keep(said))
            if editor.dice.random() < share:
                lines.append(never_say(say(speech.topic)))
        return lines

    return _each(editor, PLAIN, lambda speech: [slip_in(speech, part) for part in speech.paragraphs])


def _reorder(editor: Editor) -> list[Draft]:
    def publish_speech(speech: Speech) -> list[list[Line]]:
        parts = [[keep(said) for said in part] for part in speech.paragraphs]
        return [parts[k] for k in editor.dice.choice(((2, 0, 3, 1), (3, 1, 0, 2), (1, 0, 3, 2), (3, 2, 1, 0)))]

    return _each(editor, PLAIN, publish_speech)


def _twins(editor: Editor) -> list[Draft]:
    """Speeches with near twins, published with a further twin that nobody said right after its brother.

    Its brother's place is taken by the brother, so it was said nowhere; alone in a post it would be an edit of it.
    """

    def publish_speech(speech: Speech) -> list[list[Line]]:
        unsaid = dict(speech.unsaid_twins)
        return [
            list(
                chain.from_iterable(
                    [keep(said), never_say(unsaid[said.sentence])] if said.sentence in unsaid else [keep(said)]
                    for said in part
                )
            )
            for part in speech.paragraphs
        ]

    return _each(editor, (*TWINS, *FAR), publish_speech)


def _quote_short(editor: Editor) -> list[Draft]:
    """Reports of the session: eight to twenty words of several speakers inside reported speech, one in five unsaid."""
    drafts = []
    for number in range(6):
        paragraphs = []
        for speech in editor.dice.sample(editor.speeches(PLAIN), 6):
            line = editor.quote_once(speech)
            if editor.dice.random() < 0.2:
                line = never_say(editor.say_new(speech.topic)[:16])
            paragraphs.append((_frame(line, speech.speaker, editor.dice),))
        first = next(line.start_ms for (line,) in paragraphs if line.start_ms is not None)
        hint = max(0, first // 1000 + editor.dice.randint(-600, 600))
        drafts.append(Draft(f"short-quotes-{number}", "Compte rendu du conseil municipal", "", tuple(paragraphs), hint))
    return drafts


def _frame(line: Line, speaker: str, dice: random.Random) -> Line:
    before, after = dice.choice(
        (
            ("{} rappelle que la commission a débattu longuement de ce dossier. La conclusion est nette : « ", " »."),
            ("{} regrette que la majorité refuse le débat et interpelle l'assemblée : « ", " ». La salle applaudit."),
            ("Pour {}, la question mérite d'être reposée : « ", " ». Le maire répond qu'il en prend acte."),
        )
    )
    return line.frame(before.format(speaker), after)


def _never_said(editor: Editor, say: Callable[[int], Sentence]) -> list[Draft]:
    """Posts of the same style that were not said at all; their opening formula, which others did say, has no label."""
    drafts = []
    for speech in editor.speeches(PLAIN):
        parts = tuple(tuple(never_say(say(speech.topic)) for _ in range(4)) for _ in range(4))
        draft = editor.speech_post(speech, parts)
        drafts.append(replace(draft, lead=f"{draft.lead} Monsieur le maire, chers collègues.", hint_s=3_000))
    return drafts


def _mixed(editor: Editor) -> list[Draft]:
    """What an editor does to a real speech, a little of everything: the posts of the noisy sets."""
    words = sorted({piece.published for said in editor.session.said for piece in said.sentence if piece.is_plain})

    def publish_part(speech: Speech, part: Sequence[Said]) -> list[Line]:
        lines = []
        for said in part:
            chance = editor.dice.random()
            if chance < 0.12:
                lines.append(never_say(editor.say_new(speech.topic)))
            if chance > 0.85:
                continue
            lines.append(edit(said, 0.12, words, editor.dice) if chance > 0.5 else keep(said))
        return lines

    return _each(editor, PLAIN, lambda speech: [publish_part(speech, part) for part in speech.paragraphs])


_SETS: dict[str, tuple[Callable[[Editor], list[Draft]], float]] = {
    "verbatim": (_verbatim, QUIET),
    "edits light": (lambda editor: _edited(editor, 0.10), QUIET),
    "edits heavy": (lambda editor: _edited(editor, 0.35), QUIET),
    "cuts": (_cut, QUIET),
    "insertions": (lambda editor: _insert(editor, editor.say_new), QUIET),
    "insertions alike": (lambda editor: _insert(editor, editor.say_alike), QUIET),
    "reordered": (_reorder, QUIET),
    "refrains": (lambda editor: _verbatim(editor, REFRAINS), QUIET),
    "near twins": (_twins, QUIET),
    "said twice": (lambda editor: _verbatim(editor, (*TWICE, *TWICE.values())), QUIET),
    "quoted": (lambda editor: _verbatim(editor, (*QUOTES, *QUOTES.values())), QUIET),
    "numbers and sigles": (lambda editor: _verbatim(editor, FIGURES), QUIET),
    "short quotes": (_quote_short, QUIET),
    "unrelated": (lambda editor: _never_said(editor, editor.say_new), QUIET),
    "unrelated alike": (lambda editor: _never_said(editor, editor.say_alike), QUIET),
    "noise 10": (_mixed, 0.10),
    "noise 30": (_mixed, 0.30),
    "noise 50": (_mixed, 0.50),
}
SETS = tuple(_SETS)
"""The names of the generated sets, in the order of the table."""
ALIKE = ("insertions alike", "unrelated alike")
"""Those summed up apart: whole clauses of their unsaid lines were said, in other sentences. Harder than real posts."""


@cache
def make_drafts(name: str, variant: str) -> tuple[Draft, ...]:
    """The posts of a set, before they are written."""
    return tuple(_SETS[name][0](Editor(name, hold_session(variant))))


def make_set(name: str, variant: str) -> MadeSet:
    """Make one of `SETS` for a variant, `fit` or `report`; the same whenever and wherever it is asked for."""
    drafts = make_drafts(name, variant)
    labels = {draft.slug: [line.label() for part in draft.paragraphs for line in part] for draft in drafts}
    return MadeSet(_read(drafts), labels, make_transcript(name, variant))


def make_transcript(name: str, variant: str) -> Transcript:
    """What was heard of the session in this set."""
    rate = _SETS[name][1]
    dice = random.Random(f"{name}, heard, {SEEDS[variant]}")
    words = hear_badly(transcribe(hold_session(variant), 0.5, dice), rate, dice)
    return as_transcript(words, f"{name} {variant}")


def _read(drafts: Sequence[Draft]) -> tuple[Post, ...]:
    with tempfile.TemporaryDirectory() as folder:
        for draft in drafts:
            (Path(folder) / f"{draft.slug}.md").write_text(_write(draft), encoding="utf-8")
        return tuple(read_post(path, Path(folder)) for path in list_posts([Path(folder)]))


def _write(draft: Draft) -> str:
    link = URL if draft.hint_s is None else f"{URL}?t={draft.hint_s}"
    body = [draft.lead, *(" ".join(line.printed for line in part) for part in draft.paragraphs), link]
    front = f'---\ntitle: "{draft.title}"\nslug: {draft.slug}\ndate: 2026-03-12\n---\n'
    return front + "\n" + "\n\n".join(text for text in body if text) + "\n"
