"""Judge what the recogniser made of a piece: pass it on, hear it another way, or give it up.

Part of hearing, between the engine's words and the transcript. Batched decoding uses none of Whisper's own guards.
The figures here were measured with Whisper base on the corpus (two hours of readers, 20 minutes of telephone
prompts), on English, Spanish, Italian and Russian voices, and on both with noise, music, echo and other voices.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from aligner.model import Span, Word
from aligner.sound.guards import clip_speech, drop_invented, drop_loops, drop_marks, fit_to_speech, join_parts
from aligner.sound.languages import language_name, written_language
from aligner.sound.tongue import CLEAR, DOUBTFUL, MIXED, OTHER, Tongue


class Verdict(StrEnum):
    """What is to become of a piece."""

    GOOD = "good"
    AGAIN = "again"  # it may come out better another way: in smaller pieces, then with other settings
    UNRELIABLE = "unreliable"  # no other way will help


@dataclass(frozen=True, slots=True)
class Figures:
    """What the recogniser tells of a piece besides its words."""

    avg_logprob: float
    """Mean of the logarithms of its tokens' probabilities: 0 is sure."""
    tongue: Tongue | None = None
    """None from a model that knows one language only."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What the recogniser makes of a piece: words, or parts of them, timed in the recording."""

    words: tuple[Word, ...]
    figures: Figures


@dataclass(frozen=True, slots=True)
class Checked:
    """A piece after the guards."""

    words: tuple[Word, ...]
    """What may be passed on as fact, also where the piece was to be heard again and came out no better."""
    verdict: Verdict
    reason: str = ""
    """Why it is not good, or what was left out of it: a few English words, for log and report."""


# Corpus: pieces of 9 to 29 s have -0.1 to -0.6, short ones down to -0.9. Below -1, Whisper's own limit, of French under
# noise and echo hardly a word is right.
_UNSURE = -1.0
_VOICELESS = -1.2  # music and noise have less, nearly always; words invented from English have -0.2 to -1.1
_PHRASE_MS = 2_000  # French of less, single words, may sound like anything (21 of 69 prompts); of 51 longer ones none
_ONE_WORD = -0.9  # so these pass, unless they are clearly another language, or less sure than this, as noise is
_REPETITIVE = 2.4  # Whisper's own limit; of 301 pieces one has more, telephone prompts that are much alike
_FASTEST = 30  # letters and digits in a second of speech; the corpus' readers have 12, 18 at the most
_EDGE_MS = 150  # what voice activity cuts off at each end of a piece
_BLIP_MS = 500  # nobody says anything to be found in less; music and noise give blips like this
_SHORT_MS = 9_000  # a piece of the smallest cut, with its padding: what is mixed in it cannot be parted any more
_SENTENCE = 15  # words; of 15,000 such stretches of the corpus, one ("nos quartiers, nos écoles…") is told as Spanish
_INVENTED = "what Whisper writes under silence was left out"
_LOOP = "a phrase over and over"
_MIXED = "two languages, or much noise"


def judge_piece(words: Sequence[Word], figures: Figures, speech: Sequence[Span], span: Span, language: str) -> Checked:
    """Judge the words of one piece, as the recogniser gives them: parts of words, with times in the recording.

    `speech` is where voice activity found some, `span` the piece, `language` the code that the recogniser was told.
    Words come out joined, without loops and inventions, fitted to the speech and inside the piece. A piece without
    words is good: what of its speech is left without any is a hole, found by `aligner.sound.pieces`.
    """
    speech = clip_speech(speech, span)
    spoken_ms = sum(end - start for start, end in speech)
    if reason := _other_tongue(figures, span, spoken_ms, language):
        return Checked((), Verdict.UNRELIABLE, reason)
    said = drop_marks(join_parts(words))
    true = drop_invented(said)
    kept = drop_loops(true)
    invented = _INVENTED if len(true) < len(said) else ""
    if not kept and not invented:
        return Checked((), Verdict.GOOD)
    if figures.tongue and figures.tongue.expected < DOUBTFUL and not _is_short(span):
        return Checked((), Verdict.AGAIN, _MIXED)
    if reason := _why_worthless(true, kept, figures, spoken_ms, language) if kept else invented:
        return Checked((), Verdict.AGAIN if spoken_ms >= _BLIP_MS else Verdict.UNRELIABLE, reason)
    fitted = tuple(fit_to_speech(kept, speech, span))
    if len(kept) < len(true):
        return Checked(fitted, Verdict.AGAIN, _LOOP)
    if figures.tongue and figures.tongue.expected < MIXED and not _is_short(span):
        return Checked(fitted, Verdict.AGAIN, _MIXED)
    return Checked(fitted, Verdict.GOOD, invented)


def _other_tongue(figures: Figures, span: Span, spoken_ms: int, language: str) -> str:
    """Say so if another language is spoken, or none that can be told."""
    tongue = figures.tongue
    if tongue is None or tongue.expected >= (DOUBTFUL if _is_short(span) else OTHER):
        return ""
    if spoken_ms < _PHRASE_MS and tongue.probability < CLEAR and figures.avg_logprob >= _ONE_WORD:
        return ""
    name = language_name(tongue.likeliest)
    if name and tongue.probability >= CLEAR and figures.avg_logprob >= _VOICELESS:
        return f"{name} is spoken"
    return f"no {language_name(language) or 'speech in the language asked for'} can be made out"


def _is_short(span: Span) -> bool:
    return span[1] - span[0] <= _SHORT_MS


def _written_otherwise(words: Sequence[Word], language: str) -> str | None:
    """Name another language that some of the words are written in: it may be a sentence amid French."""
    for first in range(0, max(1, len(words) - _SENTENCE + 1), _SENTENCE // 3):
        if name := written_language((word.text for word in words[first : first + _SENTENCE]), language):
            return name
    return None


def _why_worthless(true: Sequence[Word], kept: Sequence[Word], figures: Figures, spoken_ms: int, language: str) -> str:
    """Say why none of the words that are left can be passed on, if so: `kept` of the `true` ones, without loops."""
    if 2 * len(kept) < len(true):
        return _LOOP
    text = " ".join(word.text for word in kept)
    if written := _written_otherwise(kept, language):
        return f"written in {written}"
    if len(text.encode()) > _REPETITIVE * len(zlib.compress(text.encode())):
        return "text that repeats itself"
    if figures.avg_logprob < _UNSURE:
        return "the recogniser is unsure of it"
    if sum(letter.isalnum() for letter in text) * 1000 > _FASTEST * (spoken_ms + 2 * _EDGE_MS):
        return "more text than can be said in the time"
    return ""
