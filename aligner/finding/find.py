"""Find a quote in all that was heard: the one door of this room.

quote → vote → align → judge, then what the library knows of each place: the session, who speaks, where it is
published.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from difflib import get_close_matches

from aligner.errors import UsageError
from aligner.finding.align import Heard, Part, Sketch, align, read_part, sketch
from aligner.finding.judge import name_manner, rate
from aligner.finding.quote import Quote, read_quote
from aligner.finding.records import SURE, Found, FoundPlace, PublishedAt
from aligner.finding.vote import name_runs, vote
from aligner.library import Library, Moment
from aligner.library.places import HeardTotal, moments_at, rows_of, session_at
from aligner.library.sounds import read_rows, sounds_of
from aligner.library.words import fold, folded_words

SPARE = 4
"""Stretches looked at beyond the places asked for: the first look mistakes some."""
WORTH_ALIGNING = 0.5
"""Share of the best first look's evidence from which a place is looked at closely."""
MOST_NEAR = 3
"""Places told that are not likely ones."""
LEAST_NEAR = 0.02
"""Confidence below which a place has nothing to do with the quote."""


def find_quote(library: Library, quote: str, *, speaker: str | None = None, limit: int = 10) -> Found:
    """Find where a pasted quote was said, in everything that was heard; up to `limit` places, the best first.

    With `speaker` only words that a published passage gives to this person. Raises `UsageError` for a quote without
    words, one that is too long, and a name that nobody has; `DiskError` as the library does.
    """
    read = read_quote(quote)
    library.refresh()
    name = choose_speaker(library, speaker) if speaker is not None else None
    total = library.heard()
    parts, heard = _look(library, read, total, name, limit)
    words = sum(len(part.text.split()) for part in parts)
    places = [(rate(one, total.words), one) for one in heard]
    ranked = sorted(places, key=lambda pair: (-pair[0], -pair[1].evidence))
    told = [(sure, one) for sure, one in ranked if sure >= SURE]
    near = [(sure, one) for sure, one in ranked if LEAST_NEAR <= sure < SURE][:MOST_NEAR]
    return Found(
        quote=read.text,
        parts=read.parts,
        speaker=name,
        places=tuple(_tell(library, read, one, sure, words, name) for sure, one in told[:limit]),
        near=tuple(_tell(library, read, one, sure, words, name) for sure, one in near),
        more=len(told) > limit,
        sessions=total.sessions,
        heard_ms=total.heard_ms,
        words=total.words,
    )


def choose_speaker(library: Library, name: str) -> str:
    """The one person who is meant by a name or a part of it. Raises `UsageError` where nobody or several are."""
    names = [line.name for line in library.speakers()]
    wanted = set(folded_words(name))
    same = [other for other in names if fold(other) == fold(name)]
    meant = same or [other for other in names if wanted and wanted <= set(folded_words(other))]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise UsageError(f"“{name}” may be {', '.join(meant)}.", "Give the whole name.")
    near = get_close_matches(name, names, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else "The viewer's page of people lists all names."
    raise UsageError(f"No published passage gives words of “{name}”.", hint)


def _look(
    library: Library, read: Quote, total: HeardTotal, speaker: str | None, limit: int
) -> tuple[list[Part], list[Heard]]:
    """The quote's parts, and what was heard of them in the best places, in no order."""
    sounds = [sounds_of(part) for part in read.parts]
    counts = library.count_sounds(name_runs(sounds))
    parts = [read_part(part, library.count_sounds, total.words) for part in read.parts]

    def look(db: sqlite3.Connection) -> list[Heard]:
        within = rows_of(db, speaker) if speaker is not None else None
        stretches = vote(db, sounds, counts, total.rows, most=limit + SPARE, within=within)
        first = [one for s in stretches for one in sketch(parts, read_rows(db, s.first, s.last))]
        heard = [found for one in _choose(first, limit + 1) if (found := align(parts, one.rows))]
        if speaker is None:
            return heard
        return [one for one in heard if any(moment.speaker == speaker for moment in _moments(db, one))]

    return parts, _without_doubles(library.ask(look))


def _choose(sketches: Sequence[Sketch], most: int) -> list[Sketch]:
    """Those that are worth a close look, each place once: stretches overlap."""
    best = max((one.evidence for one in sketches), default=0.0)
    chosen: list[Sketch] = []
    for one in sorted(sketches, key=lambda one: -one.evidence):
        if len(chosen) == most or one.evidence < WORTH_ALIGNING * best:
            break
        if all(one.core[0] > other.core[1] or one.core[1] < other.core[0] for other in chosen):
            chosen.append(one)
    return chosen


def _moments(db: sqlite3.Connection, heard: Heard) -> list[Moment]:
    return moments_at(db, heard.media_id, heard.start_ms, heard.end_ms)


def _without_doubles(heard: Sequence[Heard]) -> list[Heard]:
    """Each place once: stretches overlap."""
    kept: list[Heard] = []
    for one in sorted(heard, key=lambda one: -one.evidence):
        if not any(
            one.media_id == other.media_id and one.start_ms < other.end_ms and other.start_ms < one.end_ms
            for other in kept
        ):
            kept.append(one)
    return kept


def _tell(
    library: Library, read: Quote, heard: Heard, confidence: float, words: int, speaker: str | None
) -> FoundPlace:
    session, moments = library.ask(lambda db: (session_at(db, heard.media_id), _moments(db, heard)))
    return FoundPlace(
        media_id=heard.media_id,
        title=session.title,
        url=session.url,
        provider=session.provider,
        day=session.day,
        start_ms=heard.start_ms,
        end_ms=heard.end_ms,
        said=heard.said,
        runs=heard.runs,
        manner=name_manner(heard, words),
        share=round(heard.share, 3),
        confidence=confidence,
        turned=heard.turned,
        speaker=speaker or next((moment.speaker for moment in moments if moment.speaker), None),
        published=tuple(_publication(moment, read.parts) for moment in moments),
    )


def _publication(moment: Moment, parts: Sequence[str]) -> PublishedAt:
    return PublishedAt(
        slug=moment.slug,
        title=moment.title,
        passage_id=moment.passage_id,
        text=moment.text,
        speaker=moment.speaker,
        status=moment.status,
        quoted=any(_holds(moment.text, part) or _holds(part, moment.text) for part in parts),
    )


def _holds(text: str, words: str) -> bool:
    return f" {' '.join(folded_words(words))} " in f" {' '.join(folded_words(text))} "
