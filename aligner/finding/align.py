"""A quote beside what was heard in one stretch: word by word, on the post matcher's own footing.

Third step of finding, after `vote`. The stretch is read and aligned as a post of a few passages is: the same sounds,
gaps and evidence in nats (`aligner.matching`); only how rare a word is comes from all that was heard instead of one
recording.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise

from aligner.library.sounds import HeardRow, name_run, sounds_of_word
from aligner.matching.candidates import Sought, align_window, densest, heard_share, make_candidate, weigh_best
from aligner.matching.heard_text import HeardText, prepare, prove, smooth
from aligner.matching.locate import Window
from aligner.matching.match import find_decisive
from aligner.matching.recover import recover_gaps, recover_readings
from aligner.matching.timing import Timed, time_words
from aligner.matching.word_alignment import SAME, Pair, align_words
from aligner.model import Match, Span, Status, Transcript, Word
from aligner.output.differences import SAID, Run, tell_apart
from aligner.text.normalise import Token, tokenise
from aligner.text.phonetic import sound_key
from aligner.text.readings import Reading, other_readings

BESIDE = 3
"""Rows on either side of what a first look saw that are looked at again."""
NEXT_PART = 6.0
"""Nats asked of each further part of a cut quote: it may stand anywhere in the minutes after the one before."""
CUT = "[…]"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a quote, read: its words as tokens, its sounds with what they prove, and how else it may be said."""

    text: str
    tokens: tuple[Token, ...]
    sought: Sought
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """A quote in one place, as far as it was heard there."""

    media_id: str
    start_ms: int
    end_ms: int
    evidence: float
    """Nats by which the words heard here exceed chance."""
    share: float
    """Share of the quote that was heard, weighed by what its words prove."""
    said: str
    runs: tuple[Run, ...]
    hole: float
    """The longest run of its words that was not heard, as a share of what all its words prove."""
    extra: int
    """Words heard among the quote's that it has not."""
    turned: str | None
    """The first word of the quote that was not heard and on which its meaning turns."""
    is_exact: bool
    """Whether it was heard word for word, nothing between."""


def read_part(text: str, count: Callable[[Sequence[str]], Mapping[str, int]], heard_words: int) -> Part:
    """Read a part of a quote; `count` tells how many rows hold runs of sounds, of `heard_words` words in all."""
    tokens = tuple(tokenise(text))
    keys = tuple(sound_key(token.spelling) for token in tokens)
    single = [name_run(key) for key in keys]
    double = [name_run(one, two) for one, two in pairwise(keys)]
    counts = count([*dict.fromkeys([*single, *double])])
    seen = [[counts[run] for run in runs] for runs in (single, double)]
    shares = [smooth(token.form, counted, heard_words) for token, counted in zip(tokens, seen[0], strict=True)]
    return Part(text, tokens, Sought(keys, prove(shares, seen)), tuple(other_readings(text)))


@dataclass(frozen=True, slots=True)
class Sketch:
    """A first look at a stretch: its rows that matter, all of one recording, and the evidence in them."""

    rows: tuple[HeardRow, ...]
    core: Span
    """Ids of the first and the last row that hold words of the quote."""
    evidence: float


def sketch(parts: Sequence[Part], rows: Sequence[HeardRow]) -> Iterator[Sketch]:
    """Look at a stretch of rows, once for each recording that these are of.

    Words are read one by one, and each but once for all stretches: that is quick, and reads no number of several words.
    """
    keys = [key for part in parts for key in part.sought.keys]
    nats = [value for part in parts for value in part.sought.nats]
    begins = [0, *accumulate(len(part.tokens) for part in parts)]
    for _, of_one in groupby(rows, key=lambda row: row.media_id):
        own = tuple(of_one)
        heard = [(key, k) for k, row in enumerate(own) for word in row.words for key in sounds_of_word(word.text)]
        runs: list[Pair] = []
        evidence = 0.0
        pairs = align_words(keys, nats, [key for key, _ in heard], begins[:-1])
        for first, last in pairwise(begins):
            run, proved = densest([pair for pair in pairs if first <= pair.i < last], nats)
            runs += run
            evidence += proved
        if runs:
            low, high = heard[runs[0].j][1], heard[runs[-1].j][1]
            yield Sketch(own[max(0, low - BESIDE) : high + BESIDE + 1], (own[low].id, own[high].id), evidence)


def align(parts: Sequence[Part], rows: Sequence[HeardRow]) -> Heard | None:
    """The quote in some rows of one recording; None where nothing of it is there."""
    text = prepare(Transcript("", "", "", 0, tuple(word for row in rows for word in row.words), ""))
    return _align(parts, rows[0].media_id, text) if text.keys else None


def _align(parts: Sequence[Part], media_id: str, text: HeardText) -> Heard | None:
    sought = [part.sought for part in parts]
    window = Window(0, len(text.keys), 0, len(parts) - 1)
    caught = align_window(window, range(len(parts)), sought, text)
    placed: list[tuple[Part, list[Pair]]] = []
    reached = 0
    for index, part in enumerate(parts):
        candidate = make_candidate(index, 0, caught.get(index, ()), part.sought, text, ())
        if candidate and candidate.low >= reached:
            pairs = _recover(part, candidate.pairs, text, reached)
            placed.append((part, pairs))
            reached = max(reached, pairs[-1].j + 1)
    if not placed:
        return None
    return _tell(parts, placed, media_id, text)


def _recover(part: Part, pairs: Sequence[Pair], text: HeardText, low: int) -> list[Pair]:
    found = list(pairs)
    if len(found) < len(part.tokens):
        bounds = low, len(text.keys)
        found = recover_readings(found, part.readings, text, bounds)
        found = recover_gaps(found, part.sought.keys, text, bounds)
    return found


def _tell(
    parts: Sequence[Part], placed: Sequence[tuple[Part, Sequence[Pair]]], media_id: str, text: HeardText
) -> Heard:
    spoken = text.transcript.words
    evidence, got, all_nats = -NEXT_PART * (len(placed) - 1), 0.0, sum(sum(part.sought.nats) for part in parts)
    timed: list[Timed] = []
    runs: list[Run] = []
    caught = {id(part): {pair.i for pair in pairs} for part, pairs in placed}
    hole = max(_longest_hole(part, caught.get(id(part), set())) for part in parts)
    extra, exact = 0, len(placed) == len(parts)
    for part, pairs in placed:
        evidence += weigh_best(pairs, part.sought)
        got += heard_share(pairs, part.sought.nats) * sum(part.sought.nats)
        place = time_words(part.text, part.tokens, pairs, text, 0)
        others = _others(place, spoken)
        extra += len(others)
        exact = exact and not others and len(pairs) == len(part.tokens) and all(p.likeness >= SAME for p in pairs)
        runs += ([Run(CUT, SAID)] if runs else []) + _compare(place, others, spoken)
        timed.append(place)
    return Heard(
        media_id=media_id,
        start_ms=timed[0].start_ms,
        end_ms=max(place.end_ms for place in timed),
        evidence=evidence,
        share=got / max(1e-9, all_nats),
        said=f" {CUT} ".join(place.said for place in timed),
        runs=tuple(runs),
        hole=hole / max(1e-9, all_nats),
        extra=extra,
        turned=next((word for part, pairs in placed if (word := find_decisive(part.text, part.tokens, pairs))), None),
        is_exact=exact,
    )


def _longest_hole(part: Part, caught: Container[int]) -> float:
    longest = run = 0.0
    for index, nats in enumerate(part.sought.nats):
        run = 0.0 if index in caught else run + nats
        longest = max(longest, run)
    return longest


def _others(place: Timed, spoken: Sequence[Word]) -> list[Word]:
    """Words heard inside the place that the quote has not."""
    return [spoken[k] for k in range(place.heard[0], place.heard[-1] + 1) if k not in set(place.heard)]


def _compare(place: Timed, others: Sequence[Word], spoken: Sequence[Word]) -> list[Run]:
    """What both have, what only the quote has, and what only was said.

    A word that was said in part ("moins" for "moins-disant", "7 %" for "12 %") is another word.
    """
    words, added = [], list(others)
    for word, whole in zip(place.words, place.whole, strict=True):
        if word.heard is None or whole:
            words.append(word)
            continue
        words.append(replace(word, heard=None))
        heard = (spoken[k] for k in place.heard)
        added += [one for one in heard if (word.start_ms or 0) <= one.start_ms < (word.end_ms or 0)]
    match = Match(
        "",
        Status.REWORDED,
        0.0,
        "",
        start_ms=place.start_ms,
        end_ms=place.end_ms,
        said=place.said,
        words=tuple(words),
        unpublished=tuple(dict.fromkeys(added)),
    )
    return list(tell_apart(match))
