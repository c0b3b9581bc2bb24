"""What corrections may teach, and what not: pretended reviewers whose habits are known."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from rich.console import Console

from aligner.matching.judge import BASE, BESIDE, BESIDE_NATS, SLOPE, Evidence
from aligner.model import Match, Status
from tests.benchmark.corrected import Review
from tests.benchmark.learning import ENOUGH, Lesson, Shift, learn, show_lesson

TRUTH = 1.2
"""By so many logits the pretended matcher is surer than it says."""


def sigmoid(logit: float) -> float:
    return float(1 / (1 + 2.718281828459045**-logit))


def pretend(count: int, linked: bool, dice: random.Random) -> list[Review]:
    """Passages as the matcher states them, all with the truth known."""
    found = []
    for number in range(count):
        surplus = dice.uniform(-25, 20) if linked else dice.uniform(-60, -15)
        logit = BASE + BESIDE + SLOPE * surplus
        evidence = Evidence(surplus + BESIDE_NATS, 1.0, 0, 0, False, True, 5, 5, None, 10.0)
        stated = sigmoid(logit) if linked else min(0.5, sigmoid(logit))
        status = Status.SPOKEN if linked else Status.UNCERTAIN
        match = Match(f"p{number}", status, stated, "", "m0", 0, 1, "")
        found.append(Review(match, evidence, dice.random() < sigmoid(logit + TRUTH)))
    return found


def review(found: Sequence[Review], habit: Callable[[Review], bool]) -> list[Review]:
    """Forget the truth of those that a reviewer leaves out."""
    return [item if habit(item) else replace(item, right=None) for item in found]


def shift_of(lesson: Lesson, linked: bool) -> Shift:
    return next(shift for shift in lesson.shifts if shift.linked == linked)


@pytest.mark.parametrize("seed", range(4))
def test_who_looks_at_uncertain_ones_first_teaches_what_is_so(seed: int) -> None:
    dice = random.Random(seed)
    found = [*pretend(500, True, dice), *pretend(600, False, dice)]
    lesson = learn(review(found, lambda item: dice.random() < 1.1 - item.match.confidence / 2))
    for linked in (True, False):
        shift = shift_of(lesson, linked)
        assert shift.logits is not None
        assert shift.error is not None
        assert 0.05 < shift.error < 0.3
        assert abs(shift.logits - TRUTH) < 3 * shift.error


def test_the_weights_undo_that_some_confidences_are_reviewed_more_than_others() -> None:
    dice = random.Random(5)
    found = pretend(3_000, False, dice)
    lesson = learn(review(found, lambda item: dice.random() < (1.0 if item.match.confidence < 0.2 else 0.55)))
    strata = [stratum for stratum in lesson.strata if not stratum.linked]
    assert {stratum.teaches for stratum in strata} == {True}
    assert min(s.reviewed / s.passages for s in strata) < 0.7
    shift = shift_of(lesson, linked=False)
    assert shift.counting < shift.reviewed  # unequal weights are worth less
    assert shift.counting > 0.8 * shift.reviewed


def test_who_notes_only_what_is_wrong_teaches_nothing() -> None:
    """Nine links in ten are right; a reviewer who corrects the wrong ones says that all are wrong."""
    found = pretend(2_000, True, random.Random(7))
    lesson = learn(review(found, lambda item: not item.right))
    assert shift_of(lesson, linked=True).reviewed > 100
    sure = [stratum for stratum in lesson.strata if stratum.stated > 0.5]
    assert {stratum.teaches for stratum in sure} == {False}
    assert shift_of(lesson, linked=True).logits is None
    for stratum in sure:
        low, high = stratum.bounds
        assert low == 0
        assert stratum.stated < high < 1


def test_too_few_say_how_many_it_would_take() -> None:
    found = pretend(ENOUGH - 1, True, random.Random(1))
    lesson = learn([*found, *review(pretend(40, False, random.Random(2)), lambda _: False)])
    assert shift_of(lesson, linked=True).logits is None
    assert shift_of(lesson, linked=False) == Shift(False, 0, 0.0, None, None)
    told = printed(lesson)
    assert f"linked: {ENOUGH - 1} corrected, counting as {ENOUGH - 1}; 157 are needed" in told
    assert "uncertain: 0 corrected, counting as 0; 157 are needed" in told
    assert "The confidence stays as it is." in told
    one_more = learn(pretend(ENOUGH, True, random.Random(1)))
    assert shift_of(one_more, linked=True).logits is not None
    assert "BASE = " in printed(one_more)


def test_places_that_share_their_claim_teach_nothing() -> None:
    found = pretend(400, True, random.Random(3))
    doubled = [replace(item, evidence=replace(item.evidence, places=1)) for item in found]
    assert learn(doubled).strata == ()
    assert "there are none" in printed(learn(doubled))


def printed(lesson: Lesson) -> str:
    console = Console(file=io.StringIO(), width=160)
    show_lesson(console, lesson)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()
