"""Quotes as people give them, with the truth about each: where it was said, or that it never was.

For `aligner find`. A quote is some published lines of a labelled set, altered as a memory or a newspaper alters them;
what was never said comes from other speeches and other poems, and from the generated sessions, where whole clauses of
it were said in other sentences. The held set is 100 + 50 quotes of the reading corpus; every third of its posts is left
out of it and serves, with the generated sessions of the variant `fit`, for tuning.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aligner.library import Library
from aligner.model import SPOKEN_KINDS, Media, Span, Transcript, Word
from aligner.sound.captions import read_captions
from aligner.store import Workspace, dump_json, write_atomic
from aligner.text.read import list_posts, read_post
from aligner.transcript_file import FOLDER, save_transcript
from tests.benchmark.cases import READING, ROOT, SAMPLE
from tests.benchmark.generated import make_set, make_transcript
from tests.benchmark.grammar import publish
from tests.benchmark.lexicon import TOPICS
from tests.benchmark.noise import hear_badly
from tests.benchmark.session import hold_session

POSTS = READING.parent / "posts"
"""Real posts, of whose words nothing is in any library here."""
READING_ID, SESSION_ID = "generic:lecture", "youtube:Seance00001"
TUNED = 3
"""Every so-many-th post of the reading corpus is not in the held set."""
FEWEST = 5
"""Words of an altered quote."""
WORD_MS, GRACE_MS = 750, 3_000
"""What a slow reader takes for a word, and what is added, where no later onset tells when a line ends."""

_SMALL = {
    "le": "ce", "la": "cette", "les": "ces", "un": "le", "une": "la", "des": "les", "ce": "le", "cette": "la",
    "ces": "les", "et": "puis", "mais": "et", "dans": "en", "en": "dans", "sur": "pour", "pour": "afin de",
    "qui": "et qui", "que": "comme", "nous": "on", "on": "nous", "mon": "ce", "ma": "cette", "son": "le", "sa": "la",
    "notre": "la", "nos": "les", "votre": "le", "vos": "les", "comme": "tel", "plus": "davantage", "où": "quand",
}  # fmt: skip
"""Small words that memory takes for one another."""
_ALIKE = {
    "grand": "immense", "grande": "immense", "petit": "modeste", "petite": "modeste", "commune": "ville",
    "ville": "commune", "projet": "dossier", "dossier": "projet", "budget": "financement", "école": "classe",
    "enfants": "élèves", "habitants": "citoyens", "travail": "ouvrage", "travaux": "chantier", "chantier": "travaux",
    "année": "période", "ans": "années", "argent": "crédits", "question": "sujet", "sujet": "point", "doit": "devra",
    "faut": "faudra", "veut": "souhaite", "beau": "joli", "belle": "jolie", "cœur": "âme", "coeur": "âme",
    "âme": "cœur", "ciel": "azur", "soleil": "jour", "nuit": "ombre", "mort": "fin", "yeux": "regards",
    "front": "visage", "femme": "dame", "homme": "humain", "hommes": "humains", "temps": "moment",
    "vieux": "ancien", "noir": "sombre",
    "noire": "sombre", "doux": "tendre", "douce": "tendre", "amour": "tendresse", "toujours": "sans cesse",
    "jamais": "à aucun moment", "souvent": "parfois", "monde": "univers", "mer": "océan", "vin": "cidre",
    "rues": "places", "rue": "place", "maison": "demeure", "malgré": "en dépit de", "proposons": "suggérons",
    "demandons": "réclamons", "refuse": "rejette", "réclame": "demande", "réclament": "demandent",
}  # fmt: skip
"""Words for which memory puts another."""

Alter = Callable[[list[str], Sequence[str], random.Random], list[str]]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote and its truth. `within` is where its words were said, in ms; None where they never were."""

    text: str
    kind: str
    """How it was altered, or where the words that were never said come from."""
    media_id: str | None = None
    within: Span | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    """Published words that were said, and where."""

    text: str
    media_id: str
    within: Span


# --- how quotes are altered ---------------------------------------------------------------------------


def _drop(words: list[str], _: Sequence[str], dice: random.Random) -> list[str]:
    return [word for word in words if dice.random() > 0.2]


def _change(words: list[str], others: Sequence[str], dice: random.Random) -> list[str]:
    return [dice.choice(others) if len(word) > 3 and dice.random() < 0.2 else word for word in words]


def _cut_short(words: list[str], _: Sequence[str], dice: random.Random) -> list[str]:
    count = max(FEWEST + 1, round(len(words) * dice.uniform(0.4, 0.7)))
    first = dice.randint(0, max(0, len(words) - count))
    return words[first : first + count]


def _remember(words: list[str], _: Sequence[str], dice: random.Random) -> list[str]:
    """From memory: other small words, words near in meaning, other endings, two words turned round, some forgotten."""
    kept: list[str] = []
    for word in words:
        bare, chance = word.lower().strip(".,;:!?"), dice.random()
        if bare in _ALIKE and chance < 0.6:
            kept += _ALIKE[bare].split()
        elif bare in _SMALL and chance < 0.35:
            kept += _SMALL[bare].split()
        elif chance < 0.08:
            continue
        elif len(bare) > 4 and chance < 0.2:
            kept.append(_inflect(word))
        else:
            kept.append(word)
    for index in range(len(kept) - 1):
        if dice.random() < 0.06:
            kept[index], kept[index + 1] = kept[index + 1], kept[index]
    return kept


def _inflect(word: str) -> str:
    bare = word.strip(".,;:!?")
    for ending, other in (("ons", "ions"), ("ez", "iez"), ("ait", "a"), ("ent", "aient"), ("er", "é"), ("s", "")):
        if bare.endswith(ending):
            return bare.removesuffix(ending) + other
    return bare + "s"


def _print(words: list[str], _: Sequence[str], dice: random.Random) -> list[str]:
    """As a newspaper: the middle cut out, a word put in, marks around, words dropped at the ends."""
    words = words[dice.randint(0, 1) :]
    if len(words) >= 14:
        first = dice.randint(5, len(words) - 8)
        words = [*words[:first], "[…]", *words[first + dice.randint(2, 3) :]]
    elif len(words) >= 7:
        words.insert(dice.randint(2, len(words) - 2), dice.choice(("[sic]", "[les élus]", "[l’an dernier]")))
    return ["«", *words, "»"]


ALTERATIONS: dict[str, Alter] = {
    "dropped": _drop,
    "changed": _change,
    "cut short": _cut_short,
    "from memory": _remember,
    "printed": _print,
}


def _alter(lines: Sequence[_Line], count: int, others: Sequence[str], dice: random.Random) -> list[Quoted]:
    quotes = []
    for number, line in enumerate(dice.sample(lines, count)):
        kind = list(ALTERATIONS)[number % len(ALTERATIONS)]
        words = line.text.split()
        while len(altered := ALTERATIONS[kind](list(words), others, dice)) < FEWEST:
            pass
        quotes.append(Quoted(" ".join(altered), kind, line.media_id, line.within))
    return quotes


# --- where they come from -----------------------------------------------------------------------------


def _read_reading(*, held: bool) -> tuple[list[_Line], list[str]]:
    """Runs of one to four lines that were said from a known onset on, and lines that were not."""
    labels: dict[str, list[dict[str, Any]]] = json.loads((READING / "truth.json").read_text("utf-8"))["posts"]
    said, unsaid = [], []
    for number, (_, lines) in enumerate(sorted(labels.items())):
        if (number % TUNED > 0) != held:
            continue
        said += list(_join_lines(lines))
        unsaid += [line["text"] for line in lines if line["status"] == "not_found"]
    return said, unsaid


def _join_lines(lines: Sequence[dict[str, Any]]) -> Iterator[_Line]:
    for first, line in enumerate(lines):
        if line["onset"] is None:
            continue
        size = 1 + first % 4
        run = [line]
        for other in lines[first + 1 : first + size]:
            if other["status"] == "not_found" or other["poem"] != line["poem"]:
                break
            run.append(other)
        text = " ".join(one["text"] for one in run)
        if len(text.split()) < FEWEST + 2:
            continue
        start_ms = round(line["onset"] * 1000)
        later = (o["onset"] for o in lines[first + len(run) :] if o["onset"] and o["onset"] > line["onset"])
        spoken = start_ms + WORD_MS * len(text.split()) + GRACE_MS
        end_ms = min(spoken, round(1000 * next(later, line["within"][1])))
        yield _Line(text, READING_ID, (start_ms, end_ms))


def _read_session(variant: str) -> list[_Line]:
    said = [one for one in hold_session(variant).said if len(one.sentence) >= FEWEST + 4 and one.speech >= 0]
    texts = [publish(one.sentence) for one in said]
    return [
        _Line(text, SESSION_ID, (one.start_ms, one.end_ms))
        for text, one in zip(texts, said, strict=True)
        if texts.count(text) == 1
    ]


def _read_sample() -> list[_Line]:
    """All sentences of the sample recording."""
    truth = json.loads((Workspace(ROOT).media_folder(SAMPLE) / "truth.json").read_text("utf-8"))
    return [
        _Line(one["text"], SAMPLE, (one["start_ms"], one["end_ms"]))
        for turn in truth["turns"]
        for one in turn["sentences"]
    ]


def _read_generated(name: str, variant: str) -> list[str]:
    return [label["text"] for labels in make_set(name, variant).labels.values() for label in labels]


def _read_posts(*, held: bool) -> list[str]:
    """Sentences of real speeches that no library here holds."""
    posts = [read_post(path, POSTS) for path in list_posts([POSTS])]
    texts = [p.text for number, post in enumerate(posts) if (number % 2 == 0) == held for p in post.passages
             if p.kind in SPOKEN_KINDS and 8 <= len(p.text.split()) <= 40]  # fmt: skip
    return list(dict.fromkeys(texts))


def _never(kind: str, texts: Sequence[str], count: int, dice: random.Random) -> list[Quoted]:
    fit = [text for text in texts if len(text.split()) >= FEWEST]
    return [Quoted(text, kind) for text in dice.sample(fit, min(count, len(fit)))]


def _plain_words(lines: Sequence[_Line]) -> list[str]:
    """Words to put in the place of others."""
    return sorted({word for line in lines for word in re.findall(r"[^\W\d_]{4,}", line.text.lower())})


# --- the sets -----------------------------------------------------------------------------------------


def held_quotes() -> list[Quoted]:
    """100 altered quotes of the reading corpus and 50 that were never said: the set that figures are given on."""
    dice = random.Random(20_261_123)
    said, unsaid = _read_reading(held=True)
    topics = " ".join(name for topic in TOPICS["report"] for name in re.findall(r"[^\W\d_]{4,}", str(topic)))
    others = [*_plain_words(said), *topics.split()]
    return [
        *_alter(said, 100, others, dice),
        *_never("other poems", _pair_up(unsaid), 15, dice),
        *_never("council, alike", _read_generated("unrelated alike", "report"), 10, dice),
        *_never("council", _read_generated("unrelated", "report"), 10, dice),
        *_never("real posts", _read_posts(held=True), 15, dice),
    ]


def tuning_quotes(seed: int, *, corpus: bool = True) -> list[Quoted]:
    """Quotes to tune on: of the generated session `fit`, and of the part of the corpus that is not held."""
    dice = random.Random(seed)
    council = _read_session("fit")
    quotes = [
        *_alter(council, 100, _plain_words(council), dice),
        *_never("council, alike", _read_generated("unrelated alike", "fit"), 60, dice),
        *_never("council", _read_generated("unrelated", "fit"), 60, dice),
    ]
    if corpus and READING.is_dir():
        said, unsaid = _read_reading(held=False)
        quotes += _alter(said, min(60, len(said)), _plain_words(said), dice)
        quotes += _never("other poems", _pair_up(unsaid), 40, dice)
        quotes += _never("real posts", _read_posts(held=False), 60, dice)
    return quotes


def sample_quotes() -> list[Quoted]:
    """30 altered quotes of the sample, and 20 of its kind that were never said: needs nothing but the checkout."""
    dice = random.Random(12_062_025)
    said = [line for line in _read_sample() if len(line.text.split()) >= FEWEST + 3]
    return [
        *_alter(said, 30, _plain_words(said), dice),
        *_never("council, alike", _read_generated("unrelated alike", "report"), 10, dice),
        *_never("council", _read_generated("unrelated", "report"), 10, dice),
    ]


def _pair_up(lines: Sequence[str]) -> list[str]:
    """Lines of verse two by two."""
    return [f"{one} {two}" for one, two in zip(lines[::2], lines[1::2], strict=False)]


# --- what they are looked for in ----------------------------------------------------------------------


def keep_held(root: Path) -> Library:
    """A library of the reading corpus as it was heard, with the sample and a council session of the same topics."""
    workspace = Workspace(root)
    _keep(workspace, READING_ID, "Lecture", read_captions(READING / "session.whisper.json", "fr"))
    _keep(workspace, SESSION_ID, "Conseil municipal", make_transcript("noise 10", "report"))
    _keep_sample(workspace)
    return Library(workspace)


def keep_tuning(root: Path, noise: str = "noise 10", *, corpus: bool = True) -> Library:
    """A library for `tuning_quotes`; `noise` is the generated set whose hearing it takes."""
    workspace = Workspace(root)
    if corpus and READING.is_dir():
        _keep(workspace, READING_ID, "Lecture", read_captions(READING / "session.whisper.json", "fr"))
    _keep(workspace, SESSION_ID, "Conseil municipal", make_transcript(noise, "fit"))
    return Library(workspace)


def keep_sample(root: Path) -> Library:
    """A library of the sample, heard somewhat badly, and of a generated council session."""
    workspace = Workspace(root)
    _keep(workspace, SESSION_ID, "Conseil municipal", make_transcript("noise 10", "report"))
    _keep_sample(workspace)
    return Library(workspace)


def _keep_sample(workspace: Workspace) -> None:
    words = []
    for line in _read_sample():
        pieces = line.text.split()
        start_ms, end_ms = line.within
        times = [start_ms + (end_ms - start_ms) * k // len(pieces) for k in range(len(pieces) + 1)]
        words += [Word(text, times[k], times[k + 1], 0.9) for k, text in enumerate(pieces)]
    heard = tuple(hear_badly(words, 0.1, random.Random(1)))
    _keep(workspace, SAMPLE, "Conseil du 12 juin 2025", Transcript("made", "made", "fr", 900_000, heard, "5" * 16))


def _keep(workspace: Workspace, media_id: str, title: str, transcript: Transcript) -> None:
    folder = workspace.media_folder(media_id)
    media = Media(media_id, "https://montclery.example/film.mp4", "generic", title, transcript.duration_ms)
    info = {key: getattr(media, key) for key in ("id", "url", "provider", "title", "duration_ms", "date")}
    write_atomic(folder / "info.json", dump_json(info))
    name = "a" * 16
    words = tuple(sorted(transcript.words, key=lambda word: word.start_ms))
    save_transcript(
        folder / FOLDER / f"{name}.json", Transcript("file", "made", "fr", transcript.duration_ms, words, name)
    )
