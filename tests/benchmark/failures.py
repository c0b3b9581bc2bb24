"""`python -m tests.benchmark.failures SUBSTR`: the lines that the matcher gets wrong, in the sets named so.

For each line: what happened, where it was said, where it is linked, and what the alignment says of the passage that
holds it. Lines are grouped by what happened, so that causes show.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import click
from rapidfuzz.distance import LCSseq
from rich.console import Console
from rich.markup import escape

from aligner.timecode import format_clock
from tests.benchmark.cases import Case, align, list_recipes
from tests.benchmark.generated import VARIANTS
from tests.benchmark.score import Line, score_lines

KINDS = {
    "unsaid": "never said, and linked",
    "elsewhere": "linked elsewhere",
    "late": "linked there, over a second off",
    "missed": "said, not linked",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """A line that the matcher got wrong. `kind` is a key of `KINDS`."""

    kind: str
    text: str
    line: Line
    passage: dict[str, Any]
    """The passage of the alignment document that holds the line."""


def find_failures(case: Case) -> Iterator[Failure]:
    """All lines of a set that are linked wrong, or said and not placed."""
    documents, _ = align(case)
    for document in documents:
        labels = case.labels.get(document["post"]["slug"], ())
        for label, line in zip(labels, score_lines(labels, document), strict=True):
            if kind := _classify(line):
                yield Failure(kind, label["text"], line, _find_passage(label["text"], document["passages"]))


def _classify(line: Line) -> str | None:
    if not line.said:
        return "unsaid" if line.start is not None else None
    if line.placed:
        return None
    if line.start is None:
        return "missed"
    return "late" if line.right else "elsewhere"


def _find_passage(text: str, passages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    words = text.split()
    return max(passages, key=lambda passage: LCSseq.similarity(words, passage["text"].split()))


def _tell(failure: Failure, console: Console) -> None:
    line, passage = failure.line, failure.passage
    where = "" if line.within is None else f"  said {_clock(line.within[0])}–{_clock(line.within[1])}"
    linked = "" if line.start is None else f"  linked {_clock(line.start)} ({line.confidence:.2f})"
    console.print(f"[bold]{line.slug}[/bold]{where}{linked}")
    console.print(f"    {escape(failure.text)}")
    console.print(
        f"    [dim]{passage['status']}: {escape(passage['reason'])} « {escape(passage['said'] or '')} »[/dim]"
    )


def _clock(seconds: float) -> str:
    return format_clock(round(seconds * 1000))


@click.command()
@click.argument("substr")
@click.option("--variant", type=click.Choice(VARIANTS), default="report", help="Which of the two generated worlds.")
@click.option("--most", type=click.IntRange(1), default=5, help="Lines shown of each kind and set.")
def main(substr: str, variant: str, most: int) -> None:
    """List the lines that the matcher gets wrong."""
    console = Console(soft_wrap=True, highlight=False)
    for recipe in list_recipes(variant):
        if substr not in recipe.title:
            continue
        groups: dict[str, list[Failure]] = defaultdict(list)
        for failure in find_failures(recipe.make()):
            groups[failure.kind].append(failure)
        console.print(f"\n[bold underline]{recipe.title}[/bold underline]: {sum(map(len, groups.values()))} lines")
        for kind, title in KINDS.items():
            if groups[kind]:
                console.print(f"\n{title}: {len(groups[kind])}")
            for failure in groups[kind][:most]:
                _tell(failure, console)


if __name__ == "__main__":
    main()
