"""The report of a run: one `Outcome` per post as a table for people or JSON for programs, and the exit code.

Fed by the pipeline, shown by the command line. Nothing is dropped silently: what failed, was done in part
or was left alone stands here with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from aligner import __version__
from aligner.model import Outcome, Status

FORMAT = "aligner.report"
VERSION = 1
FAILED_STATES = ("failed", "partial")


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """0 when every post is done, 1 when some failed or lack a recording."""
    return int(any(outcome.state in FAILED_STATES for outcome in outcomes))


def to_report(outcomes: Sequence[Outcome], seconds: float) -> dict[str, Any]:
    """The report as JSON-able data, documented in `docs/formats.md`."""
    states = [outcome.state for outcome in outcomes]
    return {
        "format": FORMAT,
        "version": VERSION,
        "aligner": __version__,
        "seconds": round(seconds, 3),
        "exit_code": exit_code(outcomes),
        "states": {state: states.count(state) for state in dict.fromkeys(states)},
        "posts": [asdict(outcome) for outcome in outcomes],
    }


def show_table(console: Console, outcomes: Sequence[Outcome]) -> None:
    """Print the summary table: a row a post, and below it what failed and what to try."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("post", overflow="fold", ratio=3)
    table.add_column("recording", overflow="fold", ratio=2)
    for name in ("passages", "spoken", "reworded", "uncertain", "not found"):
        table.add_column(name, justify="right")
    table.add_column("seconds", justify="right")
    table.add_column("state")
    for outcome in outcomes:
        counts = outcome.counts
        cells = [str(counts[key]) if counts else "–" for key in ("passages", *(status.value for status in Status))]
        table.add_row(
            Text(outcome.slug),
            Text(", ".join(outcome.recordings) or "–"),
            *cells,
            f"{outcome.seconds:.1f}",
            Text(outcome.state, style="red" if outcome.state in FAILED_STATES else ""),
        )
    console.print(table)
    for outcome in outcomes:
        if outcome.message and outcome.state != "unchanged":
            console.print(Text(f"{outcome.slug}: {outcome.message} {outcome.hint}".rstrip()), soft_wrap=True)
