"""Every sentence the viewer says to its readers, in French and in English.

Beside the pages: templates ask a `Wording` for a key and never hold words of their own. French is the
default. French is written here with plain spaces; `typeset` puts the narrow and fixed ones where French
typography wants them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from aligner.model import Status
from aligner.output.typography import name_day, typeset
from aligner.timecode import format_french
from web.wording import frame, lists, proofs, reading, search, sharing, standing

LANGUAGES = ("fr", "en")

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"


PARTS = (frame, reading, lists, sharing, search, proofs, standing)
"""One module for each kind of page; a key stands in one of them only."""
FRENCH: dict[str, str] = {key: text for part in PARTS for key, text in part.FRENCH.items()}
ENGLISH: dict[str, str] = {key: text for part in PARTS for key, text in part.ENGLISH.items()}
CATALOGUE: dict[str, dict[str, str]] = {"fr": {key: typeset(text) for key, text in FRENCH.items()}, "en": ENGLISH}


@dataclass(frozen=True, slots=True)
class Wording:
    """The viewer's voice in one language."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of this key, with its values filled in. Raises `KeyError` for a key that is not there."""
        return CATALOGUE[self.language][key].format(**values)

    def count(self, key: str, n: int) -> str:
        """The sentence of this key in singular or plural; French counts nought as singular."""
        singular = n < 2 if self.language == "fr" else n == 1
        sentence = CATALOGUE[self.language][f"{key}_{'one' if singular else 'many'}"]
        return sentence.replace("{n} ", f"{n}\N{NO-BREAK SPACE}").format(n=n)

    def day(self, day: dt.date) -> str:
        """A date in words: "1er mars 2024", "1 March 2024"."""
        if self.language == "fr":
            return name_day(day)
        return f"{day.day}\N{NO-BREAK SPACE}{_MONTHS.split('|')[day.month - 1]} {day.year}"

    def time(self, ms: int) -> str:
        """A moment in words, the same in both languages: "1 h 23 min 45 s"."""
        return format_french(ms).replace(" ", "\N{NO-BREAK SPACE}")

    def duration(self, ms: int) -> str:
        """A length in words, to the minute: "1 h 52 min", "3 h", and below one minute "45 s"."""
        if ms < 60_000:
            return self.time(ms)
        hours, minutes = divmod(round(ms / 60_000), 60)
        return "\N{NO-BREAK SPACE}".join(
            [f"{hours}\N{NO-BREAK SPACE}h"] * bool(hours) + [f"{minutes}\N{NO-BREAK SPACE}min"] * bool(minutes)
        )

    def coverage(self, counts: Mapping[str, int]) -> str:
        """How much of a post was found, as one sentence; verdicts nobody got are left out."""
        if not counts["passages"]:
            return self("no_passages")
        parts = [self.count(key, counts[key]) for key in Status if counts[key]]
        return self("coverage", passages=self.count("passages", counts["passages"]), parts=", ".join(parts))
