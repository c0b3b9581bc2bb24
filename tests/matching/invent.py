"""Build the answer first, then the input: invented sessions whose every word has a known moment."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from aligner.model import Block, Heard, Kind, Media, Passage, Post, Transcript, Word

SYLLABLES = [a + b for a, b in product("bdfgjklmnprstv", ("a", "i", "o", "ou", "é", "an"))]
COMMON = [
    "de",
    "la",
    "le",
    "et",
    "les",
    "des",
    "un",
    "une",
    "que",
    "qui",
    "dans",
    "pour",
    "nous",
    "vous",
    "est",
    "sur",
    "ce",
    "pas",
    "plus",
    "au",
    "du",
    "en",
]
OTHER_SYLLABLES = [a + b for a, b in product(("z", "ch", "gn"), ("u", "on", "in", "eu"))]
"""Syllables that share no sound with the others."""
MEDIA = Media("generic:session", "https://montclery-sur-aulne.example/s.mp4", "generic", "Séance", None)


def invent_words(count: int, seed: int) -> list[str]:
    """Running text of an invented language: two words in five are French function words, the rest long and rare."""
    dice = random.Random(seed)
    words = []
    for _ in range(count):
        if dice.random() < 0.4:
            words.append(dice.choice(COMMON))
        else:
            words.append("".join(dice.choice(SYLLABLES) for _ in range(dice.choice((2, 3, 4)))))
    return words


def invent_others(count: int, seed: int) -> list[str]:
    """Words that no invented session can hold, nor any that sound like them; never a function word."""
    dice = random.Random(seed)
    return ["".join(dice.choice(OTHER_SYLLABLES) for _ in range(dice.choice((2, 3, 4)))) for _ in range(count)]


def speak(words: Sequence[str], start_ms: int = 0, each_ms: int = 400) -> Transcript:
    """A transcript in which word k begins at `start_ms + k * each_ms`."""
    timed = tuple(
        Word(word, start_ms + k * each_ms, start_ms + k * each_ms + each_ms - 50, 0.9) for k, word in enumerate(words)
    )
    return Transcript("test", "test", "fr", start_ms + len(words) * each_ms, timed, "test")


def mishear(transcript: Transcript, rate: float, seed: int) -> Transcript:
    """What a poor recogniser hears: about this share of the words as others, or not at all, or with others."""
    dice = random.Random(seed)
    others = invent_words(len(transcript.words), seed + 1)
    heard: list[Word] = []
    for word, other in zip(transcript.words, others, strict=True):
        slip = dice.choice(("another", "nothing", "more")) if dice.random() < rate else ""
        middle = (word.start_ms + word.end_ms) // 2
        if slip == "":
            heard.append(word)
        elif slip == "another":
            heard.append(replace(word, text=other, probability=0.3))
        elif slip == "more":
            heard += [replace(word, end_ms=middle), replace(word, text=other, start_ms=middle, probability=0.3)]
    return replace(transcript, words=tuple(heard))


def publish_paragraphs(paragraphs: Sequence[str]) -> Post:
    """A post of one-sentence paragraphs; passage ids are "p0", "p1" and so on."""
    spans = [(0, len(text)) for text in paragraphs]
    passages = [
        Passage(f"p{n}", Kind.SPEECH, text, None, None, n, span, span)
        for n, (text, span) in enumerate(zip(paragraphs, spans, strict=True))
    ]
    blocks = tuple(Block("paragraph", 0, text) for text in paragraphs)
    return Post("post", "Post", None, "post.md", None, blocks, tuple(passages), ())


def publish(sentences: Sequence[str], kinds: Sequence[Kind] | None = None) -> Post:
    """A post of one paragraph; passage ids are "p0", "p1" and so on."""
    passages, at = [], 0
    for number, sentence in enumerate(sentences):
        kind = kinds[number] if kinds else Kind.SPEECH
        span = (at, at + len(sentence))
        passages.append(Passage(f"p{number}", kind, sentence, None, None, 0, span, span))
        at += len(sentence) + 1
    block = Block("paragraph", 0, " ".join(sentences))
    return Post("post", "Post", None, "post.md", None, (block,), tuple(passages), ())


def hear_as(transcript: Transcript, hints_ms: tuple[int, ...] = ()) -> Heard:
    return Heard(MEDIA, transcript, hints_ms)


def cut(words: Sequence[str], sizes: Sequence[int]) -> list[str]:
    """Cut running words into sentences of these sizes."""
    sentences, at = [], 0
    for size in sizes:
        sentences.append(" ".join(words[at : at + size]).capitalize() + ".")
        at += size
    return sentences
