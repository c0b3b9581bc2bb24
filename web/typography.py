"""French typography: the spaces that belong to a sign become no-break spaces of the right width.

Called where words are shown (`layout`, `cards`, `wording`), never by anything that keeps them: published text is not
changed. Every space is replaced by one other character, so that places counted in the one text are places in the other.
"""

from __future__ import annotations

import re

NARROW = "\u202f"
WIDE = "\u00a0"
_SPACE = f"[ \u2009{WIDE}{NARROW}]"
_UNITS = (
    "%|‰|°C?|[kM]?€|Mds?€|[$£]|[kcm]?m[²³23]?|km/h|ha|k?g|t|l|L|h|min|s|[kMGT]Wh|[kMG]W|dB|euros?|millions?|milliards?"
)
_BEFORE_HIGH_SIGN = re.compile(rf"{_SPACE}(?=[;!?])")
_BESIDE_SIGN = re.compile(rf"{_SPACE}(?=[:»])|(?<=«){_SPACE}")
_BEFORE_UNIT = re.compile(rf"(?<=\d){_SPACE}(?=(?:{_UNITS})(?![\w'’]))|(?<=\d{_SPACE}h){_SPACE}(?=\d\d(?!\d))")


def typeset(text: str) -> str:
    """Set a French text: U+202F before `; ! ?`, U+00A0 before `:` and `»`, after `«`, and between number and unit.

    Only spaces that are there are replaced, one by one; none is added, so that "10:30" and addresses stay as they are.
    """
    text = _BEFORE_HIGH_SIGN.sub(NARROW, text)
    return _BEFORE_UNIT.sub(WIDE, _BESIDE_SIGN.sub(WIDE, text))
