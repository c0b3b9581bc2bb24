"""Hear parts of a recording: only what was not heard before, in pieces, each kept as soon as it is heard.

Part of hearing, between `hear` (which parts, and what becomes of the words) and the engine (which words). Speech is
cut into pieces, many are decoded at once, and speech that was left without words is cut otherwise and heard again.
What is heard goes into the recording's journal at once: a run that was stopped repeats one batch at the most.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aligner.model import Span, Unheard, Word
from aligner.sound.journal import Journal
from aligner.sound.judging import Decoded, Verdict, judge_piece
from aligner.sound.pieces import PIECE_MS, cut_pieces, find_holes
from aligner.sound.speech import Speech
from aligner.timecode import format_clock

Progress = Callable[[int, int], None]
"""Called with the ms that are heard and the ms that are to be heard."""
Decode = Callable[[Sequence[Span]], Sequence[Decoded]]
"""The engine: what it makes of some pieces."""
NOTHING = "nothing could be made out"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the recording that was heard, for the `attempt`-th time after the first, and its words."""

    span: Span
    attempt: int
    words: tuple[Word, ...]
    reason: str = ""
    """Why it has no words, or not all that the engine gave."""
    given_up: bool = False
    """No other way of hearing it will help."""


_Piece = tuple[Span, int]
"""A span that is to be heard, and for which time after the first."""


def hear_stretches(
    wanted: Sequence[Span],
    speech: Speech,
    journal: Journal,
    decode: Decode,
    *,
    at_once: int,
    language: str,
    progress: Progress,
) -> list[Stretch]:
    """Hear what of the `wanted` spans the journal does not hold; returns all stretches in them, by time.

    Spans are apart and in order; `at_once` is how many pieces are decoded together, `language` a code. Raises what
    `decode` raises, and `DiskError`; what was heard until then is kept.
    """
    heard = {s.span: s for s in read_stretches(journal) if _touches(s.span, wanted)}
    waiting = [(span, 0) for span in _unheard(wanted, speech, [s.span for s in heard.values() if not s.attempt])]
    total = sum(span[1] - span[0] for span, _ in waiting)
    waiting += [piece for stretch in heard.values() for piece in _again(stretch, speech) if piece[0] not in heard]
    progress(0, total)
    while waiting:
        # By time: a run that goes on where another was stopped decodes the same pieces together as that one would have.
        waiting.sort()
        batch, waiting = waiting[:at_once], waiting[at_once:]
        found = decode([span for span, _ in batch])
        stretches = [_guard(piece, decoded, speech, language) for piece, decoded in zip(batch, found, strict=True)]
        _write(journal, stretches)
        heard |= {s.span: s for s in stretches}
        waiting += [piece for stretch in stretches for piece in _again(stretch, speech) if piece[0] not in heard]
        progress(total - sum(span[1] - span[0] for span, attempt in waiting if not attempt), total)
    return sorted(heard.values(), key=lambda stretch: (stretch.span, stretch.attempt))


def _touches(span: Span, wanted: Iterable[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in wanted)


def _unheard(wanted: Sequence[Span], speech: Speech, heard: Sequence[Span]) -> list[Span]:
    """Pieces of the wanted spans that lie in none of those that were heard."""
    pieces: list[Span] = []
    for span in wanted:
        start = span[0]
        for low, high in [*sorted(h for h in heard if _touches(h, [span])), (span[1], span[1])]:
            if start < low:
                pieces += cut_pieces(speech.within((start, low)), (start, low), PIECE_MS[0])
            start = max(start, high)
    return pieces


def _guard(piece: _Piece, decoded: Decoded, speech: Speech, language: str) -> Stretch:
    """Let pass what can have been said in this piece; what may come out better in smaller ones waits for them."""
    span, attempt = piece
    checked = judge_piece(decoded.words, decoded.figures, speech.within(span), span, language)
    if checked.reason:
        log.debug("%s: %s.", _clock(span), checked.reason)
    given_up = checked.verdict is Verdict.UNRELIABLE
    stretch = Stretch(span, attempt, checked.words, checked.reason, given_up)
    wordless = replace(stretch, words=())
    smaller = checked.verdict is Verdict.AGAIN and [again for again, _ in _again(wordless, speech)]
    return wordless if smaller and smaller != [span] else stretch


def _again(stretch: Stretch, speech: Speech) -> list[_Piece]:
    """The pieces of a stretch to hear again, each smaller than the last time."""
    attempt = stretch.attempt + 1
    if attempt == len(PIECE_MS) or stretch.given_up:
        return []
    holes = find_holes(stretch.words, speech.within(stretch.span), stretch.span)
    return [(span, attempt) for hole in holes for span in cut_pieces(speech.within(hole), hole, PIECE_MS[attempt])]


def find_unheard(stretches: Sequence[Stretch], words: Sequence[Word], span: Span, speech: Speech) -> list[Unheard]:
    """The speech of a span that no word covers, each part with the reason of the last hearing of it."""
    unheard: list[Unheard] = []
    for hole in find_holes(words, speech.within(span), span):
        reasons = [stretch.reason for stretch in stretches if stretch.reason and _touches(stretch.span, [hole])]
        unheard.append(Unheard(*hole, reasons[-1] if reasons else NOTHING))
    return unheard


def _clock(span: Span) -> str:
    return f"{format_clock(span[0])} to {format_clock(span[1])}"


def _write(journal: Journal, stretches: Iterable[Stretch]) -> None:
    """Write what was decoded together as one line: all of it is kept, or none."""
    journal.add(
        [
            [
                s.span,
                s.attempt,
                [[word.text, word.start_ms, word.end_ms, word.probability] for word in s.words],
                s.reason,
                s.given_up,
            ]
            for s in stretches
        ]
    )


def read_stretches(journal: Journal) -> list[Stretch]:
    """All that a journal says was heard, in the order it was."""
    batches: list[Any] = journal.read()
    return [
        Stretch((span[0], span[1]), attempt, tuple(Word(*word) for word in words), reason, given_up)
        for batch in batches
        for span, attempt, words, reason, given_up in batch
    ]
