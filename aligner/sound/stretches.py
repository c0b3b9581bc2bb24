"""Hear parts of a recording: only what was not heard before, in pieces, each kept as soon as it is heard.

Part of hearing, between `hear` (which parts, and what becomes of the words) and the engine (which words). Speech is
cut into pieces, many are decoded at once, and speech that was left without words is cut otherwise and heard again.
What is heard goes into the recording's journal at once: a run that was stopped repeats one batch at the most.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from aligner.model import Span, Word
from aligner.sound.guards import drop_loops, fit_to_speech, is_invented, join_parts
from aligner.sound.journal import Journal
from aligner.sound.pieces import PIECE_MS, cut_pieces, find_holes
from aligner.sound.speech import Speech
from aligner.timecode import format_clock

Progress = Callable[[int, int], None]
"""Called with the ms that are heard and the ms that are to be heard."""
Decode = Callable[[Sequence[Span]], Sequence[Sequence[Word]]]
"""The engine: the words of each of some pieces, with times in the recording."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the recording that was heard, for the `attempt`-th time after the first, and its words."""

    span: Span
    attempt: int
    words: tuple[Word, ...]


_Piece = tuple[Span, int]
"""A span that is to be heard, and for which time after the first."""


def hear_stretches(
    wanted: Sequence[Span], speech: Speech, journal: Journal, decode: Decode, at_once: int, progress: Progress
) -> list[Stretch]:
    """Hear what of the `wanted` spans the journal does not hold; returns all stretches in them, by time.

    Spans are apart and in order. `at_once` is how many pieces are decoded together. Raises what `decode` raises, and
    `DiskError`; what was heard until then is kept.
    """
    heard = {s.span: s for s in _read(journal) if _touches(s.span, wanted)}
    waiting = [(span, 0) for span in _unheard(wanted, speech, [s.span for s in heard.values() if not s.attempt])]
    total = sum(span[1] - span[0] for span, _ in waiting)
    waiting += [piece for stretch in heard.values() for piece in _again(stretch, speech) if piece[0] not in heard]
    progress(0, total)
    while waiting:
        # By time: a run that goes on where another was stopped decodes the same pieces together as that one would have.
        waiting.sort()
        batch, waiting = waiting[:at_once], waiting[at_once:]
        found = decode([span for span, _ in batch])
        stretches = [_guard(piece, words, speech) for piece, words in zip(batch, found, strict=True)]
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


def _guard(piece: _Piece, found: Iterable[Word], speech: Speech) -> Stretch:
    """Let pass what can have been said in this piece, where it can have been said."""
    span, attempt = piece
    words = drop_loops(join_parts(found))
    if is_invented(words):
        log.info("Dropped at %s what Whisper hears in silence: %s", _clock(span), " ".join(w.text for w in words))
        words = []
    return Stretch(span, attempt, tuple(fit_to_speech(words, speech.within(span), span)))


def _again(stretch: Stretch, speech: Speech) -> list[_Piece]:
    """The pieces of a stretch to hear again, each smaller than the last time."""
    attempt = stretch.attempt + 1
    if attempt == len(PIECE_MS):
        return []
    holes = find_holes(stretch.words, speech.within(stretch.span), stretch.span)
    return [(span, attempt) for hole in holes for span in cut_pieces(speech.within(hole), hole, PIECE_MS[attempt])]


def _clock(span: Span) -> str:
    return f"{format_clock(span[0])} to {format_clock(span[1])}"


def _write(journal: Journal, stretches: Iterable[Stretch]) -> None:
    """Write what was decoded together as one line: all of it is kept, or none."""
    journal.add(
        [
            [s.span, s.attempt, [[word.text, word.start_ms, word.end_ms, word.probability] for word in s.words]]
            for s in stretches
        ]
    )


def _read(journal: Journal) -> list[Stretch]:
    batches: list[Any] = journal.read()
    return [
        Stretch((span[0], span[1]), attempt, tuple(Word(*word) for word in words))
        for batch in batches
        for span, attempt, words in batch
    ]
