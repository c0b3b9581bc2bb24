"""A standing as JSON, `aligner status --json`: documented in `docs/status.md`.

Last step of the status command, beside `show`. Readers ignore keys they do not know; a breaking change raises
`VERSION`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aligner import __version__
from aligner.standing.facts import PostStanding, SessionStanding, Standing

FORMAT = "aligner.status"
VERSION = 1


def to_document(standing: Standing, exit_code: int = 0) -> dict[str, Any]:
    """Lay a standing out; enumerations become their values."""
    totals = standing.totals
    return {
        "format": FORMAT,
        "version": VERSION,
        "aligner": __version__,
        "exit_code": exit_code,
        "totals": {**asdict(totals), "share": None if totals.share is None else round(totals.share, 4)},
        "posts": [_post(post) for post in standing.posts],
        "recordings": [_session(session) for session in standing.sessions],
    }


def _post(post: PostStanding) -> dict[str, Any]:
    return {
        **asdict(post),
        "coverage": None if post.coverage is None else dict(post.coverage),
        "linked": post.linked,
    }


def _session(session: SessionStanding) -> dict[str, Any]:
    return asdict(session)
