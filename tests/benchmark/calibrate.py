"""`python -m tests.benchmark.calibrate`: fit the confidence on the generated sets, and check it on the others.

What speaks for each passage (`judge.Evidence`) is taken from the matcher as it runs; whether its place is right is
known from the labels. Logistic regression gives the constants that stand in `aligner/matching/judge.py`; the table
shows by set how far the stated confidence is from the share that is right. What people corrected joins in at the end
(`learning.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from aligner.errors import AlignerError
from aligner.matching.heard_text import prepare
from aligner.matching.judge import Evidence, surplus
from aligner.model import LINKED, SPOKEN_KINDS, Heard, Match, Passage, Status
from aligner.store import Workspace
from aligner.text.normalise import tokenise
from tests.benchmark.cases import ROOT, Case, LeftOutError, list_recipes
from tests.benchmark.corrected import review_workspace
from tests.benchmark.learning import learn, show_lesson
from tests.benchmark.watching import match_and_watch

FAR_MS = 3_000
"""A place further from the known onset than this is wrong."""
RIDGE = 1.0
"""Weight of the prior that holds the slopes near zero."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """One passage with its evidence, its verdict, and whether its place is right."""

    family: str
    evidence: Evidence
    match: Match
    right: bool


def judge_case(case: Case, family: str) -> Iterator[Judged]:
    """Match every post of a set; yields the passages that have a place."""
    text = prepare(case.heard.transcript)
    for post in case.posts:
        if post.slug not in case.labels:
            continue
        hints = tuple(link.start_ms for link in post.links if link.start_ms is not None)
        heard = Heard(case.heard.media, case.heard.transcript, hints)
        matches, seen = match_and_watch(post, [(heard, text)])
        for passage, match in zip(post.passages, matches, strict=True):
            labels = _labels_of(passage, case.labels[post.slug])
            if passage.kind in SPOKEN_KINDS and match.start_ms is not None and labels:
                yield Judged(family, seen[match.reason, match.confidence], match, _is_right(match, labels))


def _labels_of(passage: Passage, labels: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The labelled lines that the passage holds."""
    text = _plain(passage.text)
    return [label for label in labels if _plain(label["text"]) in text]


@lru_cache(maxsize=10_000)
def _plain(text: str) -> str:
    return " ".join(token.form for token in tokenise(text))


def _is_right(match: Match, labels: Sequence[dict[str, Any]]) -> bool:
    start_ms = match.start_ms or 0
    said = [label for label in labels if label["status"] != "not_found"]
    first = said[0]["onset"] if said and said[0] is labels[0] else None
    if first is not None and abs(start_ms - first * 1000) > FAR_MS:
        return False
    return any(label["within"][0] - 1 <= start_ms / 1000 <= label["within"][1] + 1 for label in said)


def fit(judged: Sequence[Judged]) -> Floats:
    """Logistic regression by Newton's method: base, neighbours, surplus (in nats)."""
    facts = np.array([[1.0, float(j.evidence.follows), surplus(j.evidence)] for j in judged])
    right = np.array([float(j.right) for j in judged])
    weights = np.zeros(facts.shape[1])
    prior = np.diag([0.0, RIDGE, RIDGE])
    for _ in range(50):
        stated = 1 / (1 + np.exp(-facts @ weights))
        curve = (facts.T * (stated * (1 - stated))) @ facts + prior + 1e-9 * np.eye(len(weights))
        weights = weights + np.linalg.solve(curve, facts.T @ (right - stated) - prior @ weights)
    return weights


def calibration_error(judged: Sequence[Judged], bins: int = 10) -> float:
    """Expected calibration error of the confidence as it is stated now."""
    total = 0.0
    for number in range(bins):
        inside = [j for j in judged if min(int(j.match.confidence * bins), bins - 1) == number]
        if inside:
            gap = np.mean([j.match.confidence for j in inside]) - np.mean([j.right for j in inside])
            total += len(inside) / len(judged) * abs(float(gap))
    return total


def _collect(variant: str, families: Sequence[str]) -> list[Judged]:
    found: list[Judged] = []
    for recipe in list_recipes(variant):
        if recipe.family in families:
            try:
                found += judge_case(recipe.make(), recipe.family)
            except LeftOutError as error:
                Console(stderr=True).print(str(error))
    return found


@click.command()
@click.option(
    "--corrections",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=ROOT,
    help="The workspace whose corrections are asked, too.  [default: this checkout]",
)
def main(folder: Path) -> None:
    """Fit on the generated sets of the variant `fit`, print the constants and the errors on all others.

    Then what the corrections of a workspace tell, if they are enough to tell anything.
    """
    learnt = [j for j in _collect("fit", ["made"]) if not j.evidence.repeats and not j.evidence.places]
    base, beside, slope = fit(learnt)
    console = Console(width=120)
    console.print(f"fitted on {len(learnt)} passages: BASE = {base:.2f}, BESIDE = {beside:.2f}, SLOPE = {slope:.3f}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("set", "verdict", "passages", "stated", "right", "calibration error"):
        table.add_column(column, justify="left" if column in ("set", "verdict") else "right")
    checked = _collect("report", ["made", "alike", "reading", "sample"])
    for family in dict.fromkeys(j.family for j in checked):
        for name, statuses in (("linked", LINKED), ("uncertain", (Status.UNCERTAIN,))):
            rows = [j for j in checked if j.family == family and j.match.status in statuses]
            if rows:
                stated = np.mean([j.match.confidence for j in rows])
                right = np.mean([j.right for j in rows])
                error = calibration_error(rows)
                table.add_row(family, name, str(len(rows)), f"{stated:.3f}", f"{right:.3f}", f"{error:.3f}")
    console.print(table)
    try:
        show_lesson(console, learn(review_workspace(Workspace(folder))))
    except AlignerError as error:
        console.print(f"The corrections in {folder} cannot be asked: {error}", soft_wrap=True)


if __name__ == "__main__":
    main()
