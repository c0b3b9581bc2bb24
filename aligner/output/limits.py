"""The numbers that subtitles keep to, each in one place: laying out (`layout`) aims at them, `check` measures them.

They are those of CONVENTIONS.md, “Subtitles”: line length after Netflix's French guide and, for `fr-sdh`, French
practice for deaf and hard-of-hearing readers; speed after the CSA's charter (15) and Netflix (17). Times are whole
milliseconds, speeds characters a second with the spaces counted.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_CHARS = 42
"""Characters a line; a single longer word stands on a line of its own."""
MAX_LINES = 2
MIN_MS = 1000
MAX_MS = 7000
GAP_MS = 80
"""The least time between two cues."""
CLOSED_GAP_MS = 500
"""A gap shorter than this is closed to `GAP_MS`."""
LINGER_MS = 500
"""How long a cue may stay after its last word (longer only to last `MIN_MS`)."""
AIM_CPS = 15
WARN_CPS = 17
MOST_CPS = 20


@dataclass(frozen=True, slots=True)
class Profile:
    """For whom subtitles are laid out."""

    name: str
    max_chars: int
    """Characters a line."""


WEB = Profile("web", MAX_CHARS)
FR_SDH = Profile("fr-sdh", 36)
PROFILES = {profile.name: profile for profile in (WEB, FR_SDH)}


def reading_speed(chars: int, shown_ms: int) -> float:
    """Characters a second; a cue that is not shown at all counts as shown for a millisecond."""
    return chars * 1000 / max(1, shown_ms)
