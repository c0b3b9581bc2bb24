"""A check for people, a line a thing with its cure below, and as JSON for programs (`docs/status.md`).

Last step of `aligner check`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from aligner import __version__
from aligner.checkup.examine import Examined
from aligner.checkup.findings import Area, Level, exit_code

FORMAT = "aligner.checkup"
VERSION = 1
_MARKS = {Level.OK: "ok  ", Level.NOTE: "note", Level.FAULT: "BAD "}


def to_document(examined: Examined) -> dict[str, Any]:
    """Lay it out as JSON-able data."""
    levels = [finding.level.value for finding in examined.findings]
    return {
        "format": FORMAT,
        "version": VERSION,
        "aligner": __version__,
        "exit_code": exit_code(examined.findings),
        "counts": {level.value: levels.count(level.value) for level in Level},
        "findings": [asdict(finding) for finding in examined.findings],
    }


def tell(examined: Examined, *, quiet: bool) -> Iterator[str]:
    """The lines to print; `quiet` tells faults only."""
    for area in Area:
        shown = [
            finding
            for finding in examined.findings
            if finding.area is area and (finding.level is Level.FAULT or not quiet)
        ]
        if shown and not quiet:
            yield f"{area.value}"
        for finding in shown:
            lacks = area is Area.MACHINE and finding.level is Level.FAULT
            yield f"  {'LACK' if lacks else _MARKS[finding.level]} {finding.name}: {finding.state}"
            if finding.cure and finding.level is not Level.OK:
                yield f"       → {finding.cure}"
