"""Matching, watched: what spoke for each passage beside the verdict on it.

Used by `calibrate.py` and `corrected.py`. The evidence is taken from the matcher as it runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from unittest.mock import patch

from aligner.matching import match as matching
from aligner.matching.heard_text import HeardText
from aligner.matching.judge import Evidence, Verdict, judge
from aligner.matching.match import match_post
from aligner.model import Heard, Match, Post

Seen = Mapping[tuple[str, float], Evidence]
"""Evidence by the reason and the confidence of the verdict that it led to."""


def match_and_watch(post: Post, recordings: Sequence[tuple[Heard, HeardText]]) -> tuple[Sequence[Match], Seen]:
    """The matches of a post, and what spoke for those that have a place."""
    seen: dict[tuple[str, float], Evidence] = {}

    def watch(evidence: Evidence) -> Verdict:
        verdict = judge(evidence)
        seen[verdict.reason, verdict.confidence] = evidence
        return verdict

    with patch.object(matching, "judge", watch):
        return match_post(post, recordings).matches, seen
