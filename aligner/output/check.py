"""Measures finished cues against the limits of subtitles, and says of each breach why it is there.

After `tracks`, for `aligner export --check`. Laying out aims at the limits; this looks at its result as a stranger
would, from the times and the text alone. Breaches of the hard limits are faults of the file; the others are often
speech's own doing, and their reason says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from aligner.model import Cue
from aligner.output.limits import (
    CLOSED_GAP_MS,
    GAP_MS,
    LINGER_MS,
    MAX_LINES,
    MAX_MS,
    MIN_MS,
    MOST_CPS,
    WARN_CPS,
    WEB,
    Profile,
    reading_speed,
)


class Limit(StrEnum):
    """What can be exceeded."""

    LENGTH = "length"
    LINES = "lines"
    SPEED = "speed"
    DURATION = "duration"
    GAP = "gap"
    OVERLAP = "overlap"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Breach:
    """A cue beyond a limit."""

    cue: int
    """Counted from 1, as in a SubRip file."""
    limit: Limit
    value: float
    """Characters, lines, characters a second, or milliseconds."""
    allowed: float
    hard: bool
    """Whether it must not be in a file: length, lines, gap under 80 ms, overlap, order."""
    reason: str
    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What measuring one track against the limits gave."""

    name: str
    """What its files' names begin with."""
    cues: int
    breaches: tuple[Breach, ...]

    @property
    def is_sound(self) -> bool:
        """Whether no hard limit is broken."""
        return not any(breach.hard for breach in self.breaches)

    @property
    def counts(self) -> dict[str, int]:
        """How many breaches there are of each limit."""
        limits = [breach.limit for breach in self.breaches]
        return {limit.value: limits.count(limit) for limit in Limit}


def check_cues(cues: Sequence[Cue], profile: Profile = WEB) -> list[Breach]:
    """All breaches of the limits, in order of the cues."""
    found: list[Breach] = []
    neighbours = zip([None, *cues[:-1]], cues, [*cues[1:], None], strict=True) if cues else ()
    for number, (before, cue, following) in enumerate(neighbours, 1):
        for limit, value, allowed, hard, reason in (
            *_space(cue, profile),
            *_time(cue, following),
            *_neighbour(cue, before),
        ):
            text = " / ".join(cue.lines)
            found.append(Breach(number, limit, value, allowed, hard, reason, cue.start_ms, cue.end_ms, text))
    return found


_Measure = tuple[Limit, float, float, bool, str]
"""What of a `Breach` does not depend on where it stands: limit, value, allowed, hard, reason."""


def _space(cue: Cue, profile: Profile) -> Iterator[_Measure]:
    for line in cue.lines:
        if len(line) > profile.max_chars:
            why = "more than one word" if " " in line else "a single word, and words are never cut"
            yield Limit.LENGTH, len(line), profile.max_chars, True, f"The line holds {why}."
    if len(cue.lines) > MAX_LINES:
        yield Limit.LINES, len(cue.lines), MAX_LINES, True, "The text was not parted."


def _time(cue: Cue, following: Cue | None) -> Iterator[_Measure]:
    shown_ms = cue.end_ms - cue.start_ms
    if shown_ms <= 0:
        yield Limit.ORDER, shown_ms, 1, True, "It ends before it begins."
        return
    speed = round(reading_speed(len(" ".join(cue.lines)), shown_ms), 1)
    if speed > WARN_CPS:
        yield Limit.SPEED, speed, MOST_CPS if speed > MOST_CPS else WARN_CPS, False, _why_fast(cue, following)
    if shown_ms < MIN_MS:
        yield Limit.DURATION, shown_ms, MIN_MS, False, _why_short(following)
    if shown_ms > MAX_MS:
        yield Limit.DURATION, shown_ms, MAX_MS, False, "Its words last that long."


def _why_fast(cue: Cue, following: Cue | None) -> str:
    unsaid = sum(len(word.text) + 1 for word in cue.words if word.heard is None and word.start_ms is None)
    if unsaid * 4 >= len(" ".join(cue.lines)):
        return f"{unsaid} of its characters were not said: they take no time of their own."
    if following is not None and following.start_ms - cue.end_ms < CLOSED_GAP_MS:
        return "The words are said that fast, and the next cue follows at once."
    return f"The words are said that fast; a cue stays {LINGER_MS / 1000:g} s after its last word, no longer."


def _why_short(following: Cue | None) -> str:
    if following is None:
        return "The recording ends."
    return "The next words are said so soon, and one cue does not hold both."


def _neighbour(cue: Cue, before: Cue | None) -> Iterator[_Measure]:
    if before is None:
        return
    if cue.start_ms < before.start_ms:
        yield Limit.ORDER, cue.start_ms - before.start_ms, 0, True, "It begins before the cue before it."
    elif cue.start_ms < before.end_ms:
        yield Limit.OVERLAP, before.end_ms - cue.start_ms, 0, True, "The cue before it is still shown."
    elif cue.start_ms - before.end_ms < GAP_MS:
        yield Limit.GAP, cue.start_ms - before.end_ms, GAP_MS, True, "The cue before it has only just gone."
    elif GAP_MS < cue.start_ms - before.end_ms < CLOSED_GAP_MS:
        why = f"Closing it would show the cue before for over {MAX_MS / 1000:g} s."
        yield Limit.GAP, cue.start_ms - before.end_ms, CLOSED_GAP_MS, False, why
