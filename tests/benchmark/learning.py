"""What corrections teach about the stated confidence: by how much it should be shifted, if they are enough to tell.

Last step of `calibrate.py`. Corrections are no fair sample. People look at uncertain passages first: so each reviewed
passage counts for all of its stratum (its verdict and tenth of stated confidence), reviewed or not. And people note
what is wrong rather than what is right: so a stratum teaches only when half of it was reviewed, and the table shows
between which bounds its share of right ones lies, whatever the rest of it is. Nothing but a shift of the logit is
fitted, for each kind of verdict: a slope would take many more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from aligner.matching.judge import BASE, BESIDE, SLOPE, surplus
from aligner.model import LINKED
from tests.benchmark.corrected import Review

WANTED_ERROR = 0.04
"""Standard error that a share of right places may have, at its worst (a half), to teach anything."""
ENOUGH = math.ceil(0.25 / WANTED_ERROR**2)
"""Reviewed passages that are asked for: the variance of a share of a half is 0.25 / n."""
REVIEWED_SHARE = 0.5
"""Share of a stratum that must have been reviewed."""
PRIOR = 1.0
"""Standard deviation of the shift before anything is known, in logits."""
TENTHS = 10

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stratum:
    """Passages of one kind of verdict and one tenth of stated confidence."""

    linked: bool
    tenth: int
    passages: int
    reviewed: int
    right: int
    stated: float
    """Mean confidence."""

    @property
    def teaches(self) -> bool:
        """Whether enough of it was reviewed."""
        return self.reviewed >= max(1, REVIEWED_SHARE * self.passages)

    @property
    def bounds(self) -> tuple[float, float]:
        """Between which shares its right ones lie, whatever those are that nobody reviewed."""
        unknown = self.passages - self.reviewed
        return self.right / self.passages, (self.right + unknown) / self.passages


@dataclass(frozen=True, slots=True)
class Shift:
    """What one kind of verdict teaches."""

    linked: bool
    reviewed: int
    """Passages of it that somebody reviewed."""
    counting: float
    """What those that teach are worth: as so many that count the same (Kish's effective size)."""
    logits: float | None
    """By how much the logit of the confidence should be shifted; None where they are not enough."""
    error: float | None
    """Standard error of the shift."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What all corrections teach."""

    strata: tuple[Stratum, ...]
    shifts: tuple[Shift, ...]


def learn(reviews: Sequence[Review]) -> Lesson:
    """Fit a shift for linked and for uncertain places, each where there is enough."""
    asked = [review for review in reviews if not review.evidence.repeats and not review.evidence.places]
    strata = [_gather(asked, linked, tenth) for linked in (True, False) for tenth in range(TENTHS)]
    kept = tuple(stratum for stratum in strata if stratum is not None)
    return Lesson(kept, tuple(_fit(asked, kept, linked) for linked in (True, False)))


def _place(review: Review) -> tuple[bool, int]:
    return review.match.status in LINKED, min(int(review.match.confidence * TENTHS), TENTHS - 1)


def _gather(reviews: Sequence[Review], linked: bool, tenth: int) -> Stratum | None:
    inside = [review for review in reviews if _place(review) == (linked, tenth)]
    if not inside:
        return None
    known = [review for review in inside if review.right is not None]
    stated = float(np.mean([review.match.confidence for review in inside]))
    return Stratum(linked, tenth, len(inside), len(known), sum(bool(review.right) for review in known), stated)


def _fit(reviews: Sequence[Review], strata: Sequence[Stratum], linked: bool) -> Shift:
    teaching = {(s.linked, s.tenth): s.passages / s.reviewed for s in strata if s.linked == linked and s.teaches}
    used = [review for review in reviews if review.right is not None and _place(review) in teaching]
    reviewed = sum(review.right is not None for review in reviews if (review.match.status in LINKED) == linked)
    weights = np.array([teaching[_place(review)] for review in used])
    counting = float(weights.sum() ** 2 / (weights**2).sum()) if used else 0.0
    if counting < ENOUGH:
        return Shift(linked, reviewed, counting, None, None)
    logits = np.array([_logit(review) for review in used])
    right = np.array([float(bool(review.right)) for review in used])
    shift, error = fit_shift(logits, right, weights * counting / weights.sum())
    return Shift(linked, reviewed, counting, shift, error)


def _logit(review: Review) -> float:
    """The logit that the matcher's logistic function gives, before its caps."""
    return BASE + BESIDE * review.evidence.follows + SLOPE * surplus(review.evidence)


def fit_shift(logits: Floats, right: Floats, weights: Floats) -> tuple[float, float]:
    """The shift of all logits that makes the outcomes the likeliest (Newton's method), and its standard error."""
    shift, curve = 0.0, 1.0
    for _ in range(50):
        stated = 1 / (1 + np.exp(-np.clip(logits + shift, -50, 50)))
        curve = float((weights * stated * (1 - stated)).sum()) + PRIOR**-2
        shift += (float((weights * (right - stated)).sum()) - shift * PRIOR**-2) / curve
    return shift, curve**-0.5


def show_lesson(console: Console, lesson: Lesson) -> None:
    """Print what corrections teach, or how many more it would take."""
    if not lesson.strata:
        console.print("corrections: there are none that tell where something was said.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("corrected", "stated", "passages", "reviewed", "right", "at least", "at most", "teaches"):
        table.add_column(column, justify="left" if column in ("corrected", "teaches") else "right")
    for stratum in lesson.strata:
        low, high = stratum.bounds
        share = f"{stratum.right / stratum.reviewed:.3f}" if stratum.reviewed else "–"
        table.add_row(
            "linked" if stratum.linked else "uncertain",
            f"{stratum.stated:.3f}",
            str(stratum.passages),
            str(stratum.reviewed),
            share,
            f"{low:.3f}",
            f"{high:.3f}",
            "yes" if stratum.teaches else "too few reviewed",
        )
    console.print(table)
    for shift in lesson.shifts:
        console.print(tell_shift(shift), soft_wrap=True)
    console.print(
        "People review uncertain passages first, and note what is wrong rather than what is right: each reviewed "
        f"passage stands for its stratum, and one that is not reviewed to {REVIEWED_SHARE:.0%} teaches nothing.",
        soft_wrap=True,
    )


def tell_shift(shift: Shift) -> str:
    """What one kind of verdict teaches, in a sentence."""
    kind = "linked" if shift.linked else "uncertain"
    if shift.logits is None or shift.error is None:
        return (
            f"{kind}: {shift.reviewed} corrected, counting as {shift.counting:.0f}; {ENOUGH} are needed, for a "
            f"standard error of {WANTED_ERROR} of the share that is right. The confidence stays as it is."
        )
    told = (
        f"{kind}: {shift.reviewed} corrected, counting as {shift.counting:.0f}: a shift of {shift.logits:+.2f} logits"
    )
    constant = f"; BASE = {BASE + shift.logits:.2f} (now {BASE:.2f})" if shift.linked else ""
    return f"{told} (standard error {shift.error:.2f}){constant}."
