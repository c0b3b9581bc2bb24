"""Measures `aligner find`: how often it is right, and how long it takes over a thousand hours.

`python -m tests.benchmark.find` gives the figures of the held quotes (`quotes.py`); `--fit` fits the constants of
`aligner/finding/judge.py` on the tuning quotes; `--speed` builds, in the folder `--keep` or a temporary one, an index
of a thousand sessions of ten thousand words and times quotes against it, cold and warm.
"""

from __future__ import annotations

import math
import os
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import click
import numpy as np
from numpy.typing import NDArray

from aligner.finding import Found, find_quote
from aligner.finding import find as finding
from aligner.finding.align import Heard
from aligner.finding.judge import MOST_PROOF
from aligner.library import Library
from aligner.store import Workspace
from tests.benchmark.library import Size, build
from tests.benchmark.quotes import (
    ALTERATIONS,
    Quoted,
    held_quotes,
    keep_held,
    keep_sample,
    keep_tuning,
    sample_quotes,
    tuning_quotes,
)

SESSIONS, WORDS = 1_000, 10_000
"""A thousand hours: a session of 10,000 words is one hour."""
QUOTES = 200
NEVER_COUNTS = 3.0
"""A quote that was never said counts this many times in the fit: a wrong accusation is worse than a missed quote."""
RIDGE = 1e-2

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answer:
    """A quote with what was found of it."""

    quoted: Quoted
    found: Found

    @property
    def confidence(self) -> float:
        """Of the first place; 0 where there is none."""
        return max((place.confidence for place in (*self.found.places, *self.found.near)), default=0.0)

    @property
    def is_first(self) -> bool:
        """Whether the first place told, sure or not, is where the words were said."""
        told = (*self.found.places, *self.found.near)[:1]
        return any(is_right(self.quoted, place.media_id, place.start_ms, place.end_ms) for place in told)


def is_right(quoted: Quoted, media_id: str, start_ms: int, end_ms: int) -> bool:
    """Whether a place overlaps the one where a quote was said."""
    if quoted.within is None or media_id != quoted.media_id:
        return False
    return start_ms < quoted.within[1] and end_ms > quoted.within[0]


def ask(library: Library, quotes: Sequence[Quoted]) -> list[Answer]:
    """Look for all quotes."""
    return [Answer(quoted, find_quote(library, quoted.text)) for quoted in quotes]


def count(answers: Sequence[Answer]) -> dict[str, int]:
    """The figures of a set."""
    said = [answer for answer in answers if answer.quoted.within]
    never = [answer for answer in answers if not answer.quoted.within]
    return {
        "said": len(said),
        "first": sum(answer.is_first for answer in said),
        "first and sure": sum(answer.is_first and answer.found.is_said for answer in said),
        "never said": len(never),
        "accepted": sum(answer.confidence > 0.5 for answer in never),
    }


# --- fitting -------------------------------------------------------------------------------------------


def fit(folder: Path) -> tuple[Floats, int]:
    """The constants of `judge`: base, proof, share, hole, turned; and from how many quotes."""
    facts, right, weights = [], [], []
    for seed, noise in ((1, "noise 10"), (2, "noise 30"), (3, "verbatim")):
        library = keep_tuning(folder / noise, noise)
        library.refresh()
        for quoted in tuning_quotes(seed):
            best = _first_place(library, quoted)
            if best is None:
                continue
            heard, words = best
            proof = min(MOST_PROOF, heard.evidence - math.log(words))
            facts.append([1.0, proof, heard.share, heard.hole, float(heard.turned is not None)])
            same = heard.is_exact and quoted.within is not None
            right.append(same or is_right(quoted, heard.media_id, heard.start_ms, heard.end_ms))
            weights.append(1.0 if quoted.within else NEVER_COUNTS)
    return _regress(np.array(facts), np.array(right, dtype=float), np.array(weights)), len(right)


def _first_place(library: Library, quoted: Quoted) -> tuple[Heard, int] | None:
    """What `find_quote` judges first: what was heard in the place with the most evidence, and among how many words."""
    seen: list[tuple[Heard, int]] = []

    def watch(heard: Heard, words: int) -> float:
        seen.append((heard, words))
        return 0.0

    with patch.object(finding, "rate", watch):
        find_quote(library, quoted.text)
    return max(seen, key=lambda one: one[0].evidence, default=None)


def _regress(facts: Floats, right: Floats, weights: Floats) -> Floats:
    """Weighted logistic regression by Newton's method."""
    found = np.zeros(facts.shape[1])
    prior = RIDGE * np.eye(len(found))
    for _ in range(100):
        stated = 1 / (1 + np.exp(-facts @ found))
        curve = (facts.T * (weights * stated * (1 - stated))) @ facts + prior
        found = found + np.linalg.solve(curve, facts.T @ (weights * (right - stated)) - prior @ found)
    return found


# --- speed ---------------------------------------------------------------------------------------------


def make_quotes(library: Library, number: int, dice: random.Random) -> list[str]:
    """Quotes of one to four rows of what was heard, one word in seven left out; every fourth is shuffled words."""
    sessions = [line.media_id for line in library.sessions()]
    quotes = []
    for turn in range(number):
        rows = library.rows(dice.choice(sessions))
        first = dice.randrange(len(rows) - 4)
        words = " ".join(row.text for row in rows[first : first + dice.randint(1, 4)]).split()
        kept = [word for word in words if dice.random() > 1 / 7]
        if turn % 4 == 3:
            dice.shuffle(kept)
        quotes.append(" ".join(kept))
    return quotes


def time_quotes(root: Path) -> Iterator[str]:
    """Lines that tell how long quotes take, warm, cold for the program, and cold for the machine."""
    library = Library(Workspace(root))
    library.refresh()
    quotes = make_quotes(library, QUOTES, random.Random(7))
    total = library.heard()
    yield f"{total.sessions:,} sessions, {total.words:,} words in {total.rows:,} rows"
    for quote in quotes[: QUOTES // 4]:
        find_quote(library, quote)
    yield _tell_times("warm", [_time(library, quote) for quote in quotes])
    fresh = []
    for quote in quotes[::10]:
        other = Library(Workspace(root))
        other.refresh()
        fresh.append(_time(other, quote))
    yield _tell_times("first quote of a program", fresh)
    cold = []
    for quote in quotes[5::10]:
        other = Library(Workspace(root))
        other.refresh()
        if not _forget_pages(root):
            return
        cold.append(_time(other, quote))
    yield _tell_times("the same, nothing of the index in memory", cold)


def _time(library: Library, quote: str) -> tuple[float, float]:
    clock, work = time.perf_counter(), time.process_time()
    find_quote(library, quote)
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - work)


def _tell_times(name: str, times: Sequence[tuple[float, float]]) -> str:
    clock, work = (sorted(values) for values in zip(*times, strict=True))
    middle, most = len(times) // 2, len(times) * 95 // 100
    return (
        f"{name}: {len(times)} quotes, p50 {clock[middle]:.0f} ms and p95 {clock[most]:.0f} ms on the clock, "
        f"{work[middle]:.0f} and {work[most]:.0f} of work"
    )


def _forget_pages(root: Path) -> bool:
    """Let the system forget what it keeps of the index in memory; False where that cannot be asked for."""
    if not hasattr(os, "posix_fadvise"):
        return False
    for path in Workspace(root).aligned.glob(".library.sqlite*"):
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)
    return True


# --- the command ---------------------------------------------------------------------------------------


def _report(name: str, answers: Sequence[Answer], *, verbose: bool) -> None:
    click.echo(f"{name}: {', '.join(f'{key} {value}' for key, value in count(answers).items())}")
    for kind in ALTERATIONS:
        of_kind = [answer for answer in answers if answer.quoted.kind == kind]
        click.echo(f"  {kind}: {sum(answer.is_first for answer in of_kind)} of {len(of_kind)} first")
    for answer in answers:
        wrong = not answer.is_first if answer.quoted.within else answer.confidence > 0.5
        if verbose and (wrong or (answer.quoted.within and not answer.found.is_said)):
            told = (*answer.found.places, *answer.found.near)[:1]
            said = told[0].said if told else "–"
            click.echo(f"  {answer.confidence:.2f} {answer.quoted.kind}: {answer.quoted.text}\n       heard: {said}")


@click.command()
@click.option("--fit", "do_fit", is_flag=True, help="Fit the constants on the tuning quotes.")
@click.option("--speed", is_flag=True, help="Time quotes over a thousand hours.")
@click.option("--keep", type=click.Path(path_type=Path), help="Make that index here, or use the one that is here.")
@click.option("-v", "--verbose", is_flag=True, help="Show what went wrong.")
def main(do_fit: bool, speed: bool, keep: Path | None, verbose: bool) -> None:
    """Measure finding."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if do_fit:
            found, quotes = fit(work)
            names = ("BASE", "PROOF", "SHARE", "HOLE", "TURNED")
            click.echo(f"from {quotes} quotes: {', '.join(f'{n} {v:.2f}' for n, v in zip(names, found, strict=True))}")
        elif speed:
            root = keep or work
            if not Workspace(root).aligned.is_dir():
                build(root, Size(SESSIONS, SESSIONS, WORDS))
            for line in time_quotes(root):
                click.echo(line)
        else:
            _report("held", ask(keep_held(work / "held"), held_quotes()), verbose=verbose)
            _report("sample", ask(keep_sample(work / "sample"), sample_quotes()), verbose=verbose)


if __name__ == "__main__":
    main()
