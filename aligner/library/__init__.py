"""The library: all posts and recordings of a workspace, listed and searched.

Beside tell in the flow: it reads what `align` has finished (alignment files, transcripts) and changes none of it.
A derived SQLite index answers; it is brought up to date from the files and never trusted over them. Used by the
viewer; imports nothing that fetches, hears or matches.
"""

from __future__ import annotations

from aligner.library.finished import Broken, FinishedPost, read_post
from aligner.library.library import Library
from aligner.library.origin import Doubt, Hearing, MadeFrom, Origin, Remark
from aligner.library.records import Hit, Moment, PostLine, Results, Row, SessionLine, SpeakerLine, TagLine

__all__ = [
    "Broken",
    "Doubt",
    "FinishedPost",
    "Hearing",
    "Hit",
    "Library",
    "MadeFrom",
    "Moment",
    "Origin",
    "PostLine",
    "Remark",
    "Results",
    "Row",
    "SessionLine",
    "SpeakerLine",
    "TagLine",
    "read_post",
]
