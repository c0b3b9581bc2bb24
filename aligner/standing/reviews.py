"""What a person should look at: wrong links, uncertain passages, doubtful corrections, readers' proposals.

Between the library, which keeps what the alignment files say, and `gather`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aligner.library import Origin
from aligner.standing.facts import Review, SessionStanding, WrongLink
from aligner.store import Workspace
from aligner.timecode import parse_time

PROPOSALS = "proposals"
"""Beside the posts: `<slug>/<name>.toml`, what readers say of a passage's moment. Never a change by itself."""
CORRECTIONS = ("doubtful_correction", "lost_correction")
"""The kinds of findings that are about a correction."""
_OFFSET, _EMPTY = "offset", "empty"
_STARTS = ("t", "start", "time_continue")


def wrong_links(origin: Origin, sessions: Mapping[str, SessionStanding]) -> Iterator[WrongLink]:
    """The links that the alignment found to lead elsewhere, each with its right address."""
    for remark in origin.remarks:
        session = sessions.get(remark.media_id or "")
        if session is None or remark.kind not in (_OFFSET, _EMPTY):
            continue
        at_ms = remark.said_ms if remark.kind == _OFFSET else None
        link_ms = remark.link_ms if remark.kind == _OFFSET else None
        yield WrongLink(session.media_id, address_at(session, at_ms), link_ms, at_ms)


def address_at(session: SessionStanding, at_ms: int | None) -> str:
    """The recording's address at a moment in whole seconds, as its site understands it; at its beginning for None."""
    seconds = None if at_ms is None else at_ms // 1000
    parts = urlsplit(session.url)
    if session.provider == "youtube":
        after = "" if seconds is None else f"?t={seconds}"
        return f"https://youtu.be/{session.media_id.partition(':')[2]}{after}"
    query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key not in _STARTS]
    plain = parts._replace(query=urlencode(query), fragment="")
    if seconds is None:
        return urlunsplit(plain)
    if session.provider in ("dailymotion", "peertube"):
        return urlunsplit(plain._replace(query=urlencode([*query, ("start", str(seconds))])))
    return urlunsplit(plain._replace(fragment=f"t={seconds}{'s' * (session.provider == 'vimeo')}"))


def find_reviews(origin: Origin, proposals: Mapping[str, list[Review]]) -> Iterator[Review]:
    """What there is to look at in a post: corrections first, then what readers say, then what the program doubts."""
    for remark in origin.remarks:
        if remark.kind in CORRECTIONS:
            yield Review(remark.kind, remark.passage_id, "", "", remark.media_id, remark.said_ms)
    yield from proposals.get(origin.slug, ())
    for doubt in origin.doubts:
        yield Review("uncertain", doubt.passage_id, doubt.text, doubt.why, doubt.media_id, doubt.start_ms)


def read_proposals(workspace: Workspace) -> dict[str, list[Review]]:
    """What readers proposed, by post; a file that cannot be read is one, too: somebody should look at it."""
    found: dict[str, list[Review]] = {}
    for path in sorted((workspace.posts / PROPOSALS).glob("*/*.toml")):
        found.setdefault(path.parent.name, []).append(_read_proposal(path))
    return found


def _read_proposal(path: Path) -> Review:
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return Review("proposal", None, "", f"{path.name}: {error}", None, None)
    texts = {key: value for key, value in told.items() if isinstance(value, str)}
    passage_id = texts.get("passage_id") or texts.get("passage")
    media_id = texts.get("media_id") or texts.get("recording")
    return Review("proposal", passage_id, texts.get("text", ""), texts.get("note", ""), media_id, _moment(told))


def _moment(told: Mapping[str, Any]) -> int | None:
    """The moment that the reader suggests, else the one that was shown."""
    for key in ("suggested_ms", "suggested", "start_ms", "start"):
        value = told.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and (ms := parse_time(value)) is not None:
            return ms
    return None
