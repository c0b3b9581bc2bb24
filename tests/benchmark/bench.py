"""`make bench`: how well and how fast the matcher does, on labelled sets, in one table.

Sets: the project's own sample (heard with the real model, cached), the shared reading set where it lies beside the
checkout, the sets that `generated.py` makes, and what people corrected in a workspace (without applying it: `placed`
tells how much of it the matcher finds by itself). Each set runs in a process of its own, so that its peak memory (the
kernel's VmHWM, the interpreter and its libraries included) is its own; seconds are processor time, of preparing the
words and matching all posts, so that a busy machine does not blur them.
"""

from __future__ import annotations

import json
import math
import multiprocessing
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from aligner.errors import AlignerError
from aligner.store import Workspace
from tests.benchmark.cases import ROOT, Case, LeftOutError, Recipe, list_recipes, run
from tests.benchmark.corrected import score_workspace
from tests.benchmark.generated import VARIANTS
from tests.benchmark.score import Line, summarise

__all__ = ["Case", "Figures", "measure", "run"]

CORRECTED = "corrected, kept"
"""What `--only` searches for the set that corrections are."""
COLUMNS = ("placed", "wrong", "unsaid linked", "onset median", "onset p90", "onset p95", "calibration")


@dataclass(frozen=True, slots=True)
class Figures:
    """One row of the table. `counts` holds lines, said, unsaid, linked, wrong and unsaid linked as numbers of lines."""

    family: str
    name: str
    source: str
    figures: dict[str, float]
    counts: dict[str, int]
    seconds: float
    peak_mb: float
    """Peak memory of the process that ran this set; NaN where the kernel does not tell."""


def measure(name: str, source: str, variant: str) -> tuple[Figures, list[Line]]:
    """Make and run one set in this process; returns its row and its scored lines. Raises `LeftOutError`."""
    recipe = _find(name, source, variant)
    lines, seconds = run(recipe.make())
    return _row(recipe.family, name, source, lines, seconds, peak_mb()), lines


def hear_first(name: str, source: str, variant: str) -> None:
    """Make a set so that what is heard of it lies in its cache; raises `LeftOutError`."""
    _find(name, source, variant).make()


def _find(name: str, source: str, variant: str) -> Recipe:
    return next(r for r in list_recipes(variant, hear_all=True) if (r.name, r.source) == (name, source))


def measure_corrections(folder: Path) -> tuple[Figures, list[Line]]:
    """Score the corrections of a workspace in this process, without applying them. Raises `LeftOutError`."""
    try:
        lines, seconds = score_workspace(Workspace(folder))
    except AlignerError as error:
        raise LeftOutError(f"The corrections in {folder} cannot be asked: {error.message}", error.hint) from error
    if not lines:
        raise LeftOutError(f"There are no corrections in {folder} that tell where something was said.")
    return _row("corrected", "corrected", "kept", lines, seconds, peak_mb()), lines


def _row(family: str, name: str, source: str, lines: Sequence[Line], seconds: float, peak_mb: float) -> Figures:
    linked = [line for line in lines if line.start is not None]
    counts = {
        "lines": len(lines),
        "said": sum(line.said for line in lines),
        "unsaid": sum(not line.said for line in lines),
        "linked": len(linked),
        "wrong": sum(not line.right for line in linked),
        "unsaid linked": sum(not line.said for line in linked),
    }
    return Figures(family, name, source, summarise(lines), counts, seconds, peak_mb)


def peak_mb() -> float:
    """The most memory this process has had, in MB; not a number where the kernel does not tell."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return float("nan")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def run_all(
    recipes: Sequence[Recipe], variant: str, console: Console, corrections: Path | None = None
) -> list[Figures]:
    """Run sets one after the other, each in a fresh process; ends with a row per family that has several.

    The `corrections` of that workspace are one set more.
    """
    rows: list[Figures] = []
    families: dict[str, list[Line]] = {}
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, max_tasks_per_child=1) as fresh:
        for recipe in recipes:
            console.print(f"[dim]{recipe.title} …[/dim]")
            try:
                if recipe.hears:  # in a process of its own, too: the speech model's memory is not the matcher's
                    fresh.submit(hear_first, recipe.name, recipe.source, variant).result()
                row, lines = fresh.submit(measure, recipe.name, recipe.source, variant).result()
            except LeftOutError as error:
                console.print(f"left out: {recipe.title}: {error}")
                continue
            rows.append(row)
            families.setdefault(row.family, []).extend(lines)
        if corrections:
            try:
                row, lines = fresh.submit(measure_corrections, corrections).result()
                rows.append(row)
                families.setdefault(row.family, []).extend(lines)
            except LeftOutError as error:
                console.print(f"left out: corrected: {error}")
    return rows + [_sum_up(family, lines, rows) for family, lines in families.items()]


def _sum_up(family: str, lines: Sequence[Line], rows: Sequence[Figures]) -> Figures:
    members = [row for row in rows if row.family == family]
    seconds, peak = sum(row.seconds for row in members), max(row.peak_mb for row in members)
    return _row("sum", f"all {family}", f"{len(members)} sets", lines, seconds, peak)


def draw_table(rows: Sequence[Figures]) -> Table:
    """The rows as a table, sums below a line."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("set")
    table.add_column("words")
    for column in ("lines", *COLUMNS, "seconds", "peak MB"):
        table.add_column(column, justify="right")
    for index, row in enumerate(rows):
        if row.family == "sum" and rows[index - 1].family != "sum":
            table.add_section()
        cells = [f"{row.figures[column]:.3f}" for column in COLUMNS]
        table.add_row(
            row.name, row.source, str(row.counts["lines"]), *cells, f"{row.seconds:.2f}", f"{row.peak_mb:.0f}"
        )
    return table


def _as_json(row: Figures) -> dict[str, Any]:
    """The row as plain values; a figure that is not known (NaN, which JSON has not) is null."""
    document = asdict(row)
    document["figures"] = {name: None if math.isnan(value) else value for name, value in row.figures.items()}
    document["peak_mb"] = None if math.isnan(row.peak_mb) else row.peak_mb
    return document


@click.command()
@click.option("--only", default="", metavar="SUBSTR", help="Run the sets whose name or source of words holds SUBSTR.")
@click.option("--variant", type=click.Choice(VARIANTS), default="report", help="Which of the two generated worlds.")
@click.option(
    "--hear", "hear_all", is_flag=True, help="Hear the reading set by ourselves, too: some seven minutes, once."
)
@click.option(
    "--corrections",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=ROOT,
    help="The workspace whose corrections are a set, too.  [default: this checkout]",
)
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write all figures to this file, too.")
def main(only: str, variant: str, hear_all: bool, folder: Path, file: Path | None) -> None:
    """Run the benchmark and print its table."""
    talk = Console(stderr=True)
    chosen = [recipe for recipe in list_recipes(variant, hear_all=hear_all) if only in recipe.title]
    corrections = folder if only in CORRECTED else None
    if not chosen and not corrections:
        raise click.UsageError(f"No set's name or source holds {only!r}.")
    rows = run_all(chosen, variant, talk, corrections)
    if file:
        file.write_text(json.dumps([_as_json(row) for row in rows], ensure_ascii=False, indent=1) + "\n", "utf-8")
    if rows:
        Console(width=150 if not sys.stdout.isatty() else None).print(draw_table(rows))


if __name__ == "__main__":
    main()
