"""Where a quote may have been said: stretches of rows that hold what is rare in it.

Second step of finding, after `quote`. The quote's sounds, alone and two in a row, vote for the rows that hold them,
the rarer the more; where all of them are common, several in a row are asked for together. What is alike only by its
frequent words gets no look: a place needs a few of the rare ones, or the frequent ones in the quote's own order.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from aligner.library.sounds import find_rows, name_run

MOST_ROWS = 1_000
"""Rows that one run may vote for; one that stands in more is asked for only together with its neighbours."""
MOST_VOTES = 12_000
"""Votes that are cast, those of the rarest runs first."""
LONGEST_JOIN = 5
"""Common runs that are asked for together."""
COVERED = 0.6
"""Share of the quote's words that rare runs must hold; else common ones are joined."""
ROW_WORDS = 9
"""Words of a row, rather too few."""
WORTH_A_LOOK = 0.25
"""Share of the best stretch's votes from which another is looked at."""
PART_REACH = 60
"""Rows within which the parts of a cut quote are looked for: some five minutes."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows `first` to `last` (ids, inclusive) that are worth a look, with the votes they got, in nats."""

    first: int
    last: int
    votes: float


@dataclass(frozen=True, slots=True)
class _Ballot:
    """The rows that some runs in a row vote for."""

    rows: Sequence[int]
    nats: float


def name_runs(parts: Sequence[Sequence[str]]) -> list[str]:
    """What a vote asks for of a quote's parts, given as sounds: each run once."""
    runs = (run for sounds in parts for pair in _runs(sounds) for run in pair)
    return list(dict.fromkeys(runs))


def _runs(sounds: Sequence[str]) -> tuple[list[str], list[str]]:
    """The sounds by name, and each two in a row."""
    return [name_run(sound) for sound in sounds], [name_run(one, two) for one, two in pairwise(sounds)]


def vote(
    db: sqlite3.Connection,
    parts: Sequence[Sequence[str]],
    counts: Mapping[str, int],
    rows: int,
    *,
    most: int,
    within: Sequence[int] | None = None,
) -> list[Stretch]:
    """The stretches that may hold a quote, best first, `most` of them at the most.

    `counts` tells how many of the `rows` hold each of its runs; with `within` only these rows (ids, in order) count.
    """
    ballots = [ballot for sounds in parts for ballot in _cast(db, sounds, counts, rows)]
    width = -(-sum(map(len, parts)) // ROW_WORDS) + 2 + (PART_REACH if len(parts) > 1 else 0)
    if within is not None:
        ballots = [_Ballot(_keep(ballot.rows, within), ballot.nats) for ballot in ballots]
    return _count_votes([ballot for ballot in ballots if len(ballot.rows)], width, most)


def _keep(rows: Sequence[int], within: Sequence[int]) -> Sequence[int]:
    kept: list[int] = np.intersect1d(np.asarray(rows, dtype=np.int64), np.asarray(within, dtype=np.int64)).tolist()
    return kept


def _cast(db: sqlite3.Connection, sounds: Sequence[str], counts: Mapping[str, int], rows: int) -> Iterator[_Ballot]:
    single, double = _runs(sounds)
    # the words that each run holds
    held = {run: {k for k, other in enumerate(single) if other == run} for run in single}
    for k, run in enumerate(double):
        held.setdefault(run, set()).update((k, k + 1))
    rare = sorted((run for run in held if 0 < counts[run] <= MOST_ROWS), key=lambda run: counts[run])
    votes, covered = 0, set[int]()
    for run in rare:
        votes += counts[run]
        if votes > MOST_VOTES:
            break
        covered |= held[run]
        yield _Ballot(find_rows(db, [run], MOST_ROWS), math.log(rows / counts[run]))
    if len(covered) < COVERED * len(single):
        yield from _join_common(db, double or single, counts, rows)


def _join_common(
    db: sqlite3.Connection, runs: Sequence[str], counts: Mapping[str, int], rows: int
) -> Iterator[_Ballot]:
    """Common runs, as many of them together as it takes to name few rows."""
    for first in range(len(runs)):
        for last in range(first + 1, min(len(runs), first + LONGEST_JOIN) + 1):
            joined = runs[first:last]
            if not all(counts[run] for run in joined):
                break
            if len(joined) == 1 and counts[joined[0]] > MOST_ROWS and last < len(runs):
                continue
            found = find_rows(db, list(dict.fromkeys(joined)), MOST_ROWS)
            if len(found) < MOST_ROWS or last == min(len(runs), first + LONGEST_JOIN):
                if found:
                    yield _Ballot(found, math.log(rows / len(found)))
                break


def _count_votes(ballots: Sequence[_Ballot], width: int, most: int) -> list[Stretch]:
    """Stretches `width` rows long by their votes; a run that stands in one several times votes for it once."""
    if not ballots:
        return []
    ids = np.concatenate([np.asarray(ballot.rows, dtype=np.int64) for ballot in ballots])
    voters = np.repeat(np.arange(len(ballots)), [len(ballot.rows) for ballot in ballots])
    nats = np.array([ballot.nats for ballot in ballots])
    # Two rows of cells, one shifted by half: a quote lies wholly in one of either, or nearly so.
    stretches = [s for shift in (0, width // 2) for s in _fill_cells(ids, voters, nats, width, shift)]
    stretches = sorted(stretches, key=lambda s: (-s.votes, s.first))[: 4 * most]
    chosen: list[Stretch] = []
    for stretch in stretches:
        if len(chosen) == most or stretch.votes < WORTH_A_LOOK * stretches[0].votes:
            break
        if all(abs(stretch.first - other.first) >= width for other in chosen):
            chosen.append(stretch)
    margin = max(2, width // 2)
    return [Stretch(s.first - margin, s.last + margin, s.votes) for s in chosen]


def _fill_cells(ids: Numbers, voters: Numbers, nats: NDArray[np.float64], width: int, shift: int) -> Iterator[Stretch]:
    """The stretches of one row of cells that got votes worth a look."""
    cells = (ids + shift) // width
    once = np.unique(cells * len(nats) + voters)
    of_cell, numbers = np.unique(once // len(nats), return_inverse=True)
    votes = np.bincount(numbers, weights=nats[once % len(nats)])
    for index in np.flatnonzero(votes >= WORTH_A_LOOK * votes.max()).tolist():
        first = int(of_cell[index]) * width - shift
        yield Stretch(first, first + width - 1, float(votes[index]))
