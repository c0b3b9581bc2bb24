"""What `aligner correct` prints: passages to review, proposals, and what became of a correction.

For people as a table, for programs as JSON, whose keys stand in docs/corrections.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from aligner.correcting import Desk, Document, Row, format_words
from aligner.model import Correction, Outcome, Proposal
from aligner.output.alignment_file import finding_to_json
from aligner.timecode import format_moment

FORMAT = "aligner.correct"
VERSION = 1
WIDE = 140
"""Columns of the table where it goes to a file or a pipe."""
SHOWN = 60
"""Characters of a passage that a table shows."""

_PASSAGE_KEYS = (
    "id",
    "kind",
    "speaker",
    "text",
    "status",
    "confidence",
    "reason",
    "media_id",
    "start_ms",
    "end_ms",
    "said",
)


def to_list_report(desk: Desk, rows: Sequence[Row], proposals: Sequence[Proposal]) -> dict[str, Any]:
    """The passages, those to review first, and the proposals, as JSON-able data."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "slug": desk.slug,
        "file": str(desk.file),
        "passages": [
            _passage(row.passage)
            | {"to_review": row.to_review, "corrections": [_correction(item) for item in row.corrections]}
            for row in rows
        ],
        "proposals": [asdict(proposal) for proposal in proposals],
    }


def to_change_report(desk: Desk, passage: Document, outcome: Outcome) -> dict[str, Any]:
    """What became of a passage that was corrected, as JSON-able data."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "slug": desk.slug,
        "file": str(desk.file),
        "state": outcome.state,
        "message": outcome.message,
        "hint": outcome.hint,
        "exit_code": outcome.code,
        "passage": _passage(passage),
        "findings": [finding_to_json(finding) for finding in outcome.findings],
    }


def _passage(passage: Document) -> dict[str, Any]:
    return {key: passage[key] for key in _PASSAGE_KEYS} | {"corrected": passage.get("corrected")}


def _correction(correction: Correction) -> dict[str, Any]:
    return asdict(correction)


def show_rows(console: Console, desk: Desk, rows: Sequence[Row]) -> None:
    """Print the passages of a post, those to review first."""
    if not console.is_terminal:
        console = Console(file=console.file, width=WIDE)
    review = sum(row.to_review for row in rows)
    corrected = sum(bool(row.corrections) for row in rows)
    console.print(
        Text(f"{desk.slug}: {len(rows)} passages, {review} to review, {corrected} corrected in {desk.file}"),
        soft_wrap=True,
    )
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column("", width=1)
    for name in ("passage", "verdict"):
        table.add_column(name)
    for name in ("sure", "at"):
        table.add_column(name, justify="right")
    table.add_column("corrected")
    table.add_column("words", overflow="ellipsis", no_wrap=True)
    for row in rows:
        passage = row.passage
        start_ms = passage["start_ms"]
        table.add_row(
            Text("!" if row.to_review else "", style="yellow"),
            Text(passage["id"]),
            passage["status"].replace("_", " "),
            f"{passage['confidence']:.2f}",
            "" if start_ms is None else format_moment(start_ms),
            Text(_tell_corrected(row)),
            Text(format_words(passage["text"], SHOWN)),
        )
    console.print(table)
    for row in rows:
        if why := row.passage.get("corrected", {}).get("why"):
            console.print(Text(f"{row.passage['id']}: {why}"), soft_wrap=True)


def _tell_corrected(row: Row) -> str:
    corrected = row.passage.get("corrected", {})
    actions = " ".join(correction.action.value for correction in row.corrections)
    return actions + (" (doubtful)" if corrected.get("doubtful") else "")


def show_proposals(console: Console, desk: Desk, proposals: Sequence[Proposal], *, ask: bool) -> None:
    """Print what readers proposed; that there is nothing only where it was asked for (`ask`)."""
    if ask and not proposals:
        console.print(f"Nobody proposed anything for {desk.slug}.")
    for proposal in proposals:
        shown = "nothing" if proposal.start_ms is None else format_moment(proposal.start_ms)
        rather = "not there" if proposal.suggested_ms is None else f"rather at {format_moment(proposal.suggested_ms)}"
        lines = [
            f"proposal {proposal.name} ({proposal.made})",
            f"  {proposal.passage_id} “{format_words(proposal.text, SHOWN)}”: shown {shown}, {rather}",
            *([f"  {proposal.note}"] if proposal.note else []),
        ]
        for line in lines:
            console.print(Text(line), soft_wrap=True)


def tell_passage(passage: Document) -> str:
    """A passage's id and first words."""
    return f"{passage['id']} “{format_words(passage['text'], SHOWN)}”"


def tell_verdict(passage: Document) -> str:
    """The verdict on a passage in one line: what, how sure, where, and why."""
    at = "" if passage["start_ms"] is None else f" at {format_moment(passage['start_ms'])} in {passage['media_id']}"
    return f"{passage['status'].replace('_', ' ')} ({passage['confidence']:.2f}){at}. {passage['reason']}"
