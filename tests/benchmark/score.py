"""Score alignment documents against labelled lines.

A truth file lists, for each post, its published lines in order: whether each was said (`status`), the stretch
of the recording that holds it (`within`, seconds) and, where it is known, the second it begins (`onset`).
A said line is linked when its first timed word stands in a passage judged spoken or reworded; a line that was
never said counts as linked only when such a passage claims to have heard at least `CLAIM` of its words.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import Opcodes
from rapidfuzz.distance.Levenshtein import opcodes

from aligner.text.normalise import tokenise

CLAIM = 0.4
"""Share of an unsaid line's words that must be claimed as heard for it to count as linked."""
SLACK_S = 1.0
"""How far outside its stretch, or from its known onset, a line may start and still be placed."""
FAR_S = 3.0
"""Beyond this distance from the known onset a link is wrong."""
LINKED = ("spoken", "reworded")


@dataclass(frozen=True, slots=True)
class Line:
    """One published line with its label and what an alignment says of it."""

    slug: str
    said: bool
    within: tuple[float, float] | None
    onset: float | None
    start: float | None
    """Seconds at which the alignment starts it; None when it is not linked."""
    confidence: float

    @property
    def right(self) -> bool:
        """Whether its link, if any, leads where the line is said."""
        if self.start is None or not self.said or self.within is None:
            return False
        inside = self.within[0] - SLACK_S <= self.start <= self.within[1] + SLACK_S
        return inside and (self.onset is None or abs(self.start - self.onset) <= FAR_S)

    @property
    def placed(self) -> bool:
        """Whether it is linked right, and within a second where its onset is known."""
        return self.right and (self.onset is None or abs((self.start or 0.0) - self.onset) <= SLACK_S)


@dataclass(frozen=True, slots=True)
class _Heard:
    form: str
    start: float | None
    linked: bool
    claimed: bool
    confidence: float


def score_lines(labels: Sequence[dict[str, Any]], document: dict[str, Any]) -> list[Line]:
    """Join a post's labelled lines with its alignment document, word by word."""
    wanted: list[str] = []
    owner: list[int] = []
    for number, label in enumerate(labels):
        forms = [token.form for token in tokenise(label["text"])]
        wanted += forms
        owner += [number] * len(forms)
    have = _flatten(document)
    first: dict[int, _Heard] = {}
    claims = [0] * len(labels)
    for wanted_at, have_at in _equal(opcodes(wanted, [word.form for word in have])):
        found, number = have[have_at], owner[wanted_at]
        claims[number] += found.claimed
        if number not in first and found.start is not None and found.linked:
            first[number] = found
    lines = []
    for number, label in enumerate(labels):
        said = label["status"] != "not_found"
        word: _Heard | None = first.get(number)
        if not said and claims[number] < CLAIM * max(1, owner.count(number)):
            word = None
        within = tuple(label["within"]) if label["within"] else None
        lines.append(
            Line(
                document["post"]["slug"],
                said,
                within,
                label["onset"],
                word.start if word else None,
                word.confidence if word else 0.0,
            )
        )
    return lines


def _equal(codes: Opcodes) -> list[tuple[int, int]]:
    return [
        (code.src_start + k, code.dest_start + k)
        for code in codes
        if code.tag == "equal"
        for k in range(code.src_end - code.src_start)
    ]


def _flatten(document: dict[str, Any]) -> list[_Heard]:
    words = []
    for passage in document["passages"]:
        linked, confidence = passage["status"] in LINKED, passage["confidence"]
        for word in passage["words"] or [{"text": passage["text"], "start_ms": None, "heard": None}]:
            start = None if word["start_ms"] is None else word["start_ms"] / 1000
            claimed = linked and word["heard"] is not None
            words += [_Heard(token.form, start, linked, claimed, confidence) for token in tokenise(word["text"])]
    return words


def summarise(lines: Sequence[Line]) -> dict[str, float]:
    """The figures of one set: shares from 0 to 1, onset errors in seconds (NaN where none is known)."""
    said = [line for line in lines if line.said]
    unsaid = [line for line in lines if not line.said]
    linked = [line for line in lines if line.start is not None]
    errors = sorted(abs((line.start or 0.0) - line.onset) for line in said if line.right and line.onset is not None)
    return {
        "lines": len(lines),
        "placed": _share(sum(line.placed for line in said), len(said)),
        "wrong": _share(sum(not line.right for line in linked), len(linked)),
        "unsaid linked": _share(sum(line.start is not None for line in unsaid), len(unsaid)),
        "onset median": statistics.median(errors) if errors else float("nan"),
        "onset p90": _quantile(errors, 0.90),
        "onset p95": _quantile(errors, 0.95),
        "calibration": calibration_error(linked),
    }


def calibration_error(linked: Sequence[Line], bins: int = 10) -> float:
    """Expected calibration error: mean distance of stated confidence from the share that is right, by bin."""
    total = 0.0
    for number in range(bins):
        inside = [line for line in linked if min(int(line.confidence * bins), bins - 1) == number]
        if inside:
            stated = statistics.mean(line.confidence for line in inside)
            right = statistics.mean(line.right for line in inside)
            total += len(inside) / len(linked) * abs(stated - right)
    return total


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _quantile(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))] if values else float("nan")
