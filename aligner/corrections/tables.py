"""The tables of a corrections file: what each key may hold, and what is wrong with it, in one sentence.

Below `file`, which finds the tables in the text. A sentence about a table names it by its number in the file, from 1.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

from aligner.errors import CorrectionsError
from aligner.model import Correction, CorrectionAction
from aligner.timecode import format_moment, parse_time

ABOUT = {
    CorrectionAction.START: "place",
    CorrectionAction.UNSAID: "place",
    CorrectionAction.RECORDING: "place",
    CorrectionAction.NEVER: "place",
    CorrectionAction.SPEAKER: "speaker",
}
"""What of a passage an action is about; of each matter the file says one thing."""
_OWN = {
    CorrectionAction.START: ("start", "end", "recording"),
    CorrectionAction.UNSAID: (),
    CorrectionAction.RECORDING: ("recording",),
    CorrectionAction.SPEAKER: ("speaker",),
    CorrectionAction.NEVER: (),
}
"""The keys that an action takes beside those of all."""
_NEEDED = {
    CorrectionAction.START: "start",
    CorrectionAction.RECORDING: "recording",
    CorrectionAction.SPEAKER: "speaker",
}
KEYS = ("passage", "text", "action", "start", "end", "recording", "speaker", "sure", "note", "by", "date")
"""All keys of a table, in the order in which they are written."""
TOP_KEYS = ("format", "version", "correction")
_EXAMPLE = "1:02:03.4"


@dataclass(frozen=True, slots=True)
class _Table:
    """One table while it is read."""

    path: Path
    number: int
    values: Mapping[str, Any]

    def refuse(self, what: str, hint: str) -> NoReturn:
        raise CorrectionsError(f"{self.path}, correction {self.number}: {what}", hint)

    def text(self, key: str) -> str | None:
        """A text that says something; None where there is none."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, str):
            self.refuse(f"“{key}” is no text.", f'Write it in quotes: {key} = "…"')
        return value if value and value.strip() else None

    def time(self, key: str) -> int | None:
        value = self.values.get(key)
        if value is None:
            return None
        ms = parse_time(value) if isinstance(value, str) else None
        if ms is None:
            self.refuse(f"“{key}” is {value!r}, which is no time.", f'Write it so: {key} = "{_EXAMPLE}"')
        return ms

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.refuse(f"“{key}” is {value!r}.", "It is true or false.")
        return value

    def day(self, key: str) -> str | None:
        value = self.values.get(key)
        return value.isoformat() if isinstance(value, date | datetime) else self.text(key)


def parse_corrections(path: Path, document: Mapping[str, Any]) -> tuple[Correction, ...]:
    """The corrections of a parsed file. Raises `CorrectionsError`."""
    for key in document:
        if key not in TOP_KEYS:
            hint = _suggest(key, TOP_KEYS) or "What is said of a passage stands below a line [[correction]]."
            raise CorrectionsError(f"{path} has a key “{key}”, which there is none of.", hint)
    tables = document.get("correction", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise CorrectionsError(f"{path}: “correction” is no list of tables.", "Begin each with a line [[correction]].")
    found: list[Correction] = []
    said: dict[tuple[str, str], int] = {}
    for number, values in enumerate(tables, start=1):
        table = _Table(path, number, values)
        correction = _read(table)
        matter = correction.passage_id, ABOUT[correction.action]
        if matter in said:
            table.refuse(
                f"it says of the passage {correction.passage_id} what correction {said[matter]} says otherwise.",
                "Keep one of the two.",
            )
        said[matter] = number
        found.append(correction)
    return tuple(found)


def _read(table: _Table) -> Correction:
    for key in table.values:
        if key not in KEYS:
            table.refuse(f"there is no key “{key}”.", _suggest(key, KEYS) or f"The keys are: {', '.join(KEYS)}.")
    passage_id, text = table.text("passage"), table.text("text")
    if passage_id is None or text is None:
        missing = "passage" if passage_id is None else "text"
        table.refuse(f"“{missing}” is missing.", "Each says which passage it is of (passage), and its words (text).")
    action = _read_action(table)
    for key in ("start", "end", "recording", "speaker"):
        if key in table.values and key not in _OWN[action]:
            table.refuse(f"“{key}” says nothing beside the action “{action}”.", "Take out one of the two.")
    needed = _NEEDED.get(action)
    if needed and table.values.get(needed) in (None, ""):
        table.refuse(f"the action “{action}” needs “{needed}”.", "docs/corrections.md has an example of each.")
    start, end = table.time("start"), table.time("end")
    if start is not None and end is not None and end <= start:
        table.refuse("“end” is not after “start”.", "Correct one of the two, or leave “end” out.")
    return Correction(
        passage_id,
        text,
        action,
        start,
        end,
        table.text("recording"),
        table.text("speaker"),
        table.flag("sure"),
        table.text("note"),
        table.text("by"),
        table.day("date"),
    )


def _read_action(table: _Table) -> CorrectionAction:
    value = table.values.get("action")
    try:
        return CorrectionAction(str(value))
    except ValueError:
        names = [action.value for action in CorrectionAction]
        hint = _suggest(str(value), names) or f"The actions are: {', '.join(names)}."
        table.refuse("“action” is missing." if value is None else f"there is no action “{value}”.", hint)


def _suggest(word: str, names: tuple[str, ...] | list[str]) -> str:
    near = difflib.get_close_matches(word, names, 1)
    return f"Did you mean “{near[0]}”?" if near else ""


def to_table(correction: Correction) -> dict[str, str | bool]:
    """A correction as a table's values, by key; what says nothing is left out."""
    moment: Callable[[int | None], str | None] = lambda ms: None if ms is None else format_moment(ms)  # noqa: E731
    values: dict[str, str | bool | None] = {
        "passage": correction.passage_id,
        "text": correction.text,
        "action": correction.action.value,
        "start": moment(correction.start_ms),
        "end": moment(correction.end_ms),
        "recording": correction.media_id,
        "speaker": correction.speaker,
        "sure": correction.sure or None,
        "note": correction.note,
        "by": correction.by,
        "date": correction.date,
    }
    return {key: value for key, value in values.items() if value is not None}
