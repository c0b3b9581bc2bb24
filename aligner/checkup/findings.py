"""What a check finds, as facts: one thing that was looked at, how it is, and what helps.

Made by `machine`, `settings` and `workspace`; shown by `show`, and as JSON (`docs/status.md`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from aligner.errors import MissingError


class Area(StrEnum):
    """Where one looks."""

    MACHINE = "machine"
    SETTINGS = "settings"
    WORKSPACE = "workspace"


class Level(StrEnum):
    """What a finding means."""

    OK = "ok"
    NOTE = "note"  # good to know; nothing is wrong
    FAULT = "fault"  # on the machine something is missing; in settings and workspace something does not agree


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    area: Area
    name: str
    """What kind of thing, always in the same words: `speech model`, `alignment without a post`."""
    level: Level
    state: str
    """How it is, in a sentence or a few words."""
    cure: str = ""
    """What helps, in one sentence, a command wherever there is one."""
    path: str | None = None
    """The file or folder that it is about."""


INCONSISTENT = 1


def exit_code(findings: Iterable[Finding]) -> int:
    """3 when this machine lacks something, else 1 when settings or workspace are at fault, else 0."""
    faults = {finding.area for finding in findings if finding.level is Level.FAULT}
    return MissingError.exit_code if Area.MACHINE in faults else INCONSISTENT if faults else 0
