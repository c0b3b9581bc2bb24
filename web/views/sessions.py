"""The recordings by date, and the page of each with all that was heard in it."""

from __future__ import annotations

import math
from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from web.frame import kept_language, poster_address, recording_address, the_library, whole_address, whole_files
from web.paging import PER_PAGE, asked_page, start_of, turn_to
from web.session import SessionPage, heard_share, lay_session
from web.structured import Clip, as_data_block, tell_video

sessions = Blueprint("sessions", __name__)

_LONGEST_MS = 1000 * 60 * 60 * 1000
"""No recording is a thousand hours long."""


@sessions.get("/seances/")
def show_sessions() -> ResponseReturnValue:
    """All recordings, newest first, a page at a time."""
    found = the_library().sessions()
    paging = turn_to(asked_page(), len(found))
    start = start_of(paging.number)
    shown = [(session, heard_share(session)) for session in found[start : start + PER_PAGE]]
    return render_template("sessions.html", sessions=shown, paging=paging)


# a recording's id may be an address, with its two slashes
@sessions.get("/seances/<path:media_id>/", merge_slashes=False)
def show_session(media_id: str) -> ResponseReturnValue:
    """One recording with everything heard in it, at `?t=` seconds if asked. Answers 404 for one nobody names."""
    library = the_library()
    session = library.session(media_id) or abort(404)
    page = lay_session(
        session,
        library,
        media_address=recording_address,
        poster_address=poster_address,
        at_ms=_asked_moment(),
    )
    # rows link to other moments of the same page and must keep its language
    before = f"?{urlencode(kept_language() | {'t': ''})}"
    return render_template(
        "session.html",
        page=page,
        session=session,
        heard=heard_share(session),
        before=before,
        structured=as_data_block([_video(page)]),
    )


def _video(page: SessionPage) -> dict[str, object] | None:
    """The recording for search engines, with each speech in it that is published."""
    if not current_app.config["KNOWS_ADDRESS"]:
        return None
    recording = replace(page.recording, media=replace(page.recording.media, date=page.session.date))
    speeches = page.timeline.speeches if page.timeline else ()
    clips = [Clip(speech.title, speech.start_ms, speech.end_ms) for speech in speeches]
    address = whole_address("sessions.show_session", media_id=page.session.media_id)
    return tell_video(recording, *whole_files(recording), clips, f"{address}?t=")


def _asked_moment() -> int | None:
    """The `?t=` of the address in milliseconds; None when there is none or it means nothing."""
    try:
        seconds = float(request.args.get("t", ""))
    except ValueError:
        return None
    ms = seconds * 1000
    return round(ms) if math.isfinite(ms) and 0 <= ms <= _LONGEST_MS else None
