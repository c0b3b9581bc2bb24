"""The report of a run: one `Outcome` per post as a table for people or JSON for programs, and the exit code.

Fed by the pipeline, shown by the command line. Nothing is dropped silently: what failed, was done in part
or was left alone stands here with its reason. What a post's author should know about its links is no failure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from aligner import __version__
from aligner.model import Finding, FindingKind, Outcome, Status
from aligner.output.alignment_file import finding_to_json
from aligner.output.check import Checked
from aligner.timecode import format_clock, format_french

FORMAT = "aligner.report"
VERSION = 1
FAILED_STATES = ("failed", "partial")
WIDE = 160
"""Columns of the table where it goes to a file or a pipe."""


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """0 when all is done, 1 when posts failed or none links a recording, 3 when something is missing here."""
    nothing = bool(outcomes) and all(outcome.state == "skipped" for outcome in outcomes)
    return max([int(nothing), *(outcome.code for outcome in outcomes)])


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
        "posts": [
            asdict(outcome) | {"findings": [finding_to_json(finding) for finding in outcome.findings]}
            for outcome in outcomes
        ],
    }


def show_table(console: Console, outcomes: Sequence[Outcome]) -> None:
    """Print the summary table: a row a post with its recordings below it; then failures and findings in sentences."""
    if not console.is_terminal:
        console = Console(file=console.file, width=WIDE)
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column("post and recording", overflow="fold", min_width=24)
    for name in ("passages", "spoken", "reworded", "uncertain", "not found"):
        table.add_column(name, justify="right")
    table.add_column("seconds", justify="right")
    table.add_column("state")
    for outcome in outcomes:
        counts = outcome.counts
        cells = [str(counts[key]) if counts else "–" for key in ("passages", *(status.value for status in Status))]
        table.add_row(
            Text("\n  ".join((outcome.slug, *outcome.recordings))),
            *cells,
            f"{outcome.seconds:.1f}",
            Text(outcome.state, style="red" if outcome.state in FAILED_STATES else ""),
        )
    console.print(table)
    told: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.message:
            told.setdefault(f"{outcome.message} {outcome.hint}".rstrip(), []).append(outcome.slug)
    for sentence, slugs in told.items():
        console.print(Text(f"{', '.join(slugs)}: {sentence}"), soft_wrap=True)
    for outcome in outcomes:
        for finding in outcome.findings:
            console.print(Text(f"{outcome.slug}: {_say(finding, outcome)}"), soft_wrap=True)


def _say(finding: Finding, outcome: Outcome) -> str:
    """A finding in one sentence; of several recordings, it names the one it is about."""
    if finding.kind is FindingKind.EMPTY:
        return f"{finding.media_id} holds nothing of this post."
    if finding.passage_id:
        lost = "lost" if finding.kind is FindingKind.LOST_CORRECTION else "doubtful"
        return f"the correction of {finding.passage_id} is {lost}. {finding.why}"
    link_ms, said_ms = finding.link_ms or 0, finding.said_ms or 0
    where = f" in {finding.media_id}" if len(outcome.recordings) > 1 else ""
    off = f"{format_french(abs(link_ms - said_ms))} {'late' if link_ms > said_ms else 'early'}"
    return f"the link's offset{where} ({format_clock(link_ms)}) is {off}: the words begin at {format_clock(said_ms)}."


CHECK_FORMAT = "aligner.check"
CHECK_VERSION = 1


def to_check_report(checked: Sequence[Checked], exit_code: int) -> dict[str, Any]:
    """What `aligner export --check` found as JSON-able data, documented in `docs/subtitles.md`."""
    return {
        "format": CHECK_FORMAT,
        "version": CHECK_VERSION,
        "exit_code": exit_code,
        "tracks": [
            {
                "name": track.name,
                "cues": track.cues,
                "counts": track.counts,
                "breaches": [asdict(breach) for breach in track.breaches],
            }
            for track in checked
        ],
    }


def show_check(console: Console, checked: Sequence[Checked]) -> None:
    """Print what was found: a row a cue beyond a limit with its reason, then how many there are of each."""
    if not console.is_terminal:
        console = Console(file=console.file, width=WIDE)
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    for name in ("track", "cue", "at", "limit", "is", "allowed"):
        table.add_column(name, justify="right" if name in ("cue", "at", "is", "allowed") else "left")
    table.add_column("why", overflow="fold")
    for track in checked:
        for breach in track.breaches:
            table.add_row(
                Text(track.name),
                str(breach.cue),
                format_clock(breach.start_ms),
                Text(breach.limit, style="bold red" if breach.hard else ""),
                f"{breach.value:g}",
                f"{breach.allowed:g}",
                Text(breach.reason),
            )
    if table.row_count:
        console.print(table)
    for track in checked:
        told = ", ".join(f"{limit} {number}" for limit, number in track.counts.items() if number) or "nothing"
        console.print(Text(f"{track.name}: {track.cues} cues; beyond a limit: {told}."), soft_wrap=True)
