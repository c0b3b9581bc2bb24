"""Readers' reports: « Ce n’est pas le bon moment ». Each becomes a proposal file for the author, never a change.

Beside the posts' pages, in the live viewer alone. Anybody may send one, without script too; so only our own pages may
(`web.guards`), each is small, and nobody may send many. Nothing is kept of who sent it.
"""

from __future__ import annotations

import threading
import time
from collections import deque

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aligner.corrections import write_proposal
from aligner.errors import CorrectionsError
from aligner.library import FinishedPost
from aligner.model import SPOKEN_KINDS, Match, Media, Passage, Proposal
from aligner.timecode import parse_time
from web.errors import BadParameter, Refused
from web.frame import kept_language, poster_address, recording_address, the_library
from web.guards import is_our_own
from web.layout import Recording, lay_recording
from web.views.posts import finished_post

LONGEST_NOTE = 500
"""Characters of a reader's note."""
LARGEST = 8 * 1024
"""Bytes of a form: a note of the longest in signs of four bytes, each written as twelve letters, and room."""
MOST_FROM_ONE = 20
"""Reports that one address may send in an hour."""
MOST_FROM_ALL = 200
"""Reports taken in an hour. Behind a web server all have its address, so that there this alone counts."""
HOUR_S = 3_600.0
GATE = "aligner.gate"

reports = Blueprint("reports", __name__, url_prefix="/signaler")


class Gate:
    """Counts what was sent in the last hour, by address; kept in memory only. Threads share it."""

    def __init__(self, most_from_one: int = MOST_FROM_ONE, most_from_all: int = MOST_FROM_ALL) -> None:
        self._most = most_from_one, most_from_all
        self._sent: deque[tuple[float, str]] = deque()
        self._lock = threading.Lock()

    def lets_in(self, address: str, now: float | None = None) -> bool:
        """Whether one more may come from this address (empty: not known); it is counted then."""
        now = time.monotonic() if now is None else now
        with self._lock:
            while self._sent and self._sent[0][0] <= now - HOUR_S:
                self._sent.popleft()
            own = sum(sender == address for _, sender in self._sent) if address else 0
            if own >= self._most[0] or len(self._sent) >= self._most[1]:
                return False
            self._sent.append((now, address))
            return True


reports.record_once(lambda state: state.app.extensions.update({GATE: Gate()}))


@reports.get("/<slug:slug>/")
def show_form(slug: str) -> ResponseReturnValue:
    """The form for a passage (`?p=`), or for one to be chosen; `?merci=1` after it was sent."""
    return _page(finished_post(slug))


@reports.post("/<slug:slug>/")
def take_report(slug: str) -> ResponseReturnValue:
    """Keep a report as a proposal, and say thank you."""
    request.max_content_length = LARGEST
    if not is_our_own():
        raise Refused("report_foreign")
    post = finished_post(slug)
    passage, match = _find(post, request.form.get("p", "")) or abort(404)
    media = next((one for one in post.media if one.id == match.media_id), None)
    note = request.form.get("note", "").strip()
    if len(note) > LONGEST_NOTE:
        raise BadParameter("report_long", most=LONGEST_NOTE)
    suggested_ms = _moment(request.form.get("moment", ""), media)
    sender = "" if current_app.config["PUBLIC_URL"] else request.remote_addr or ""
    if not current_app.extensions[GATE].lets_in(sender):
        raise Refused("report_often", code=429)
    proposal = Proposal(
        slug, passage.id, passage.text, match.media_id, match.start_ms, suggested_ms=suggested_ms, note=note
    )
    try:
        write_proposal(the_library().workspace, proposal)
    except CorrectionsError as error:
        current_app.logger.warning("%s", error)
        raise Refused("report_full", code=503) from error
    return redirect(url_for("reports.show_form", slug=slug, p=passage.id, merci="1", **kept_language()), 303)


def _page(post: FinishedPost) -> str:
    wanted = request.args.get("p")
    chosen = (_find(post, wanted) or abort(404)) if wanted else None
    return render_template(
        "report.html",
        post=post,
        choices=[passage for passage, match in post.verdicts if _is_placed(passage, match)],
        chosen=chosen,
        recording=_recording(post, chosen[1]) if chosen else None,
        thanks=request.args.get("merci") == "1",
        longest=LONGEST_NOTE,
    )


def _find(post: FinishedPost, passage_id: str) -> tuple[Passage, Match] | None:
    """The placed passage of this id; one that was given no moment has none that could be wrong."""
    placed = [(passage, match) for passage, match in post.verdicts if _is_placed(passage, match)]
    return next((pair for pair in placed if passage_id == pair[0].id), None)


def _is_placed(passage: Passage, match: Match) -> bool:
    return passage.kind in SPOKEN_KINDS and match.start_ms is not None and match.media_id is not None


def _recording(post: FinishedPost, match: Match) -> Recording | None:
    numbered = enumerate(post.media, start=1)
    workspace = the_library().workspace
    return next(
        (
            lay_recording(number, media, workspace, recording_address, poster_address)
            for number, media in numbered
            if media.id == match.media_id
        ),
        None,
    )


def _moment(text: str, media: Media | None) -> int | None:
    """The better moment in ms, as somebody writes it or as the player's clock tells it in seconds."""
    if not text.strip():
        return None
    ms = parse_time(text)
    if ms is None or (media and media.duration_ms and ms > media.duration_ms):
        raise BadParameter("report_no_time", given=text[:40])
    return ms
