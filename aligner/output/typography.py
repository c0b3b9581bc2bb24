"""French typography of what is shown: the spaces that belong to a sign become no-break spaces; dates in words.

For what is shown: the viewer's pages, the cards of quotes; never for anything that keeps words, as published text is
not changed. Every space is replaced by one other character, so that places counted in the one text are places in the
other.
"""

from __future__ import annotations

import datetime as dt
import re

NARROW = "\u202f"
WIDE = "\u00a0"
_SPACE = f"[ \u2009{WIDE}{NARROW}]"
_UNITS = (
    "%|‰|°C?|[kM]?€|Mds?€|[$£]|[kcm]?m[²³23]?|km/h|ha|k?g|t|l|L|h|min|s|[kMGT]Wh|[kMG]W|dB|euros?|millions?|milliards?"
)
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_BEFORE_HIGH_SIGN = re.compile(rf"{_SPACE}(?=[;!?])")
_BESIDE_SIGN = re.compile(rf"{_SPACE}(?=[:»])|(?<=«){_SPACE}")
_BEFORE_UNIT = re.compile(rf"(?<=\d){_SPACE}(?=(?:{_UNITS})(?![\w'’]))|(?<=\d{_SPACE}h){_SPACE}(?=\d\d(?!\d))")


def typeset(text: str) -> str:
    """Set a French text: U+202F before `; ! ?`, U+00A0 before `:` and `»`, after `«`, and between number and unit.

    Only spaces that are there are replaced, one by one; none is added, so that "10:30" and addresses stay as they are.
    """
    text = _BEFORE_HIGH_SIGN.sub(NARROW, text)
    return _BEFORE_UNIT.sub(WIDE, _BESIDE_SIGN.sub(WIDE, text))


def name_day(day: dt.date) -> str:
    """A date in French words: "1er mars 2024"."""
    return f"{day.day}{'er' * (day.day == 1)}{WIDE}{_MONTHS.split('|')[day.month - 1]} {day.year}"
