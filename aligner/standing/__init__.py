"""How a workspace stands: what is aligned and how well, what waits for what, what somebody should look at.

Beside tell in the flow: it reads the library's index, the recordings' folders and the posts' files, and changes
nothing. `gather` makes one `Standing`, which `aligner status` prints and the viewer shows as a page.
"""

from __future__ import annotations

from aligner.standing.facts import (
    PostStanding,
    PostState,
    Review,
    SessionStanding,
    SoundState,
    Standing,
    Totals,
    Wait,
    WaitKind,
    WrongLink,
)
from aligner.standing.gather import Reader, gather

__all__ = [
    "PostStanding",
    "PostState",
    "Reader",
    "Review",
    "SessionStanding",
    "SoundState",
    "Standing",
    "Totals",
    "Wait",
    "WaitKind",
    "WrongLink",
    "gather",
]
