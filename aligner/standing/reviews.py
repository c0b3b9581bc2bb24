"""What a person should look at: wrong links, uncertain passages, doubtful corrections, readers' proposals.

Between the library, which keeps what the alignment files say, and `gather`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aligner.corrections import list_proposals
from aligner.library import Origin
from aligner.model import FindingKind
from aligner.standing.facts import Review, SessionStanding, WrongLink
from aligner.store import Workspace

_CORRECTIONS = (FindingKind.DOUBTFUL_CORRECTION, FindingKind.LOST_CORRECTION)
_STARTS = ("t", "start", "time_continue")


def wrong_links(origin: Origin, sessions: Mapping[str, SessionStanding]) -> Iterator[WrongLink]:
    """The links that the alignment found to lead elsewhere, each with its right address."""
    for remark in origin.remarks:
        session = sessions.get(remark.media_id or "")
        if session is None or remark.kind not in (FindingKind.OFFSET, FindingKind.EMPTY):
            continue
        at_ms = remark.said_ms if remark.kind == FindingKind.OFFSET else None
        link_ms = remark.link_ms if remark.kind == FindingKind.OFFSET else None
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
    """What there is to look at in a post: corrections first, then what readers say, then what the program doubts.

    A passage whose correction is doubtful is itself uncertain; that is not told twice.
    """
    told = {remark.passage_id for remark in origin.remarks if remark.kind in _CORRECTIONS}
    for remark in origin.remarks:
        if remark.kind in _CORRECTIONS:
            yield Review(remark.kind, remark.passage_id, "", remark.why, remark.media_id, remark.link_ms)
    yield from proposals.get(origin.slug, ())
    for doubt in origin.doubts:
        if doubt.passage_id not in told:
            yield Review("uncertain", doubt.passage_id, doubt.text, doubt.why, doubt.media_id, doubt.start_ms)


def read_proposals(workspace: Workspace) -> dict[str, list[Review]]:
    """What readers proposed, by post."""
    found: dict[str, list[Review]] = {}
    for one in list_proposals(workspace):
        at_ms = one.start_ms if one.suggested_ms is None else one.suggested_ms
        review = Review("proposal", one.passage_id, one.text, one.note, one.media_id, at_ms)
        found.setdefault(one.slug, []).append(review)
    return found
