"""The files of the workspace that readers may have: recordings, pictures, subtitles, alignments."""

from __future__ import annotations

from flask import Blueprint, abort, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import Range

from web.frame import the_library
from web.recordings import LocalFile, find_playable, find_poster
from web.views.posts import finished_post

LARGEST_PART = 4 * 1024 * 1024
"""Bytes of a recording in one answer to a range request. Browsers ask for "the rest" and then read slowly; an
answer below waitress's 16 MB buffer frees its thread at once, a longer one holds it while the video is paused."""

SUBTITLE_TYPES = {".srt": "application/x-subrip; charset=utf-8", ".vtt": "text/vtt; charset=utf-8"}

files = Blueprint("files", __name__)


@files.get("/posts/<slug>.json")
def send_alignment(slug: str) -> ResponseReturnValue:
    """The alignment file as it is."""
    return send_file(finished_post(slug).path.absolute(), mimetype="application/json", conditional=True)


@files.get("/<slug>.<any(srt, vtt):kind>")
def send_subtitles(slug: str, kind: str) -> ResponseReturnValue:
    """An exported subtitle file, offered for saving."""
    path = the_library().subtitle(f"{slug}.{kind}") or abort(404)
    return send_file(
        path.absolute(),
        mimetype=SUBTITLE_TYPES[path.suffix],
        as_attachment=True,
        download_name=path.name,
        conditional=True,
    )


@files.get("/media/<path:media_id>")
def send_recording(media_id: str) -> ResponseReturnValue:
    """A recording's own file, whole or in ranges."""
    _shorten_range()
    return _send_local(find_playable(the_library().workspace, media_id))


@files.get("/posters/<path:media_id>")
def send_poster(media_id: str) -> ResponseReturnValue:
    """A recording's still picture."""
    return _send_local(find_poster(the_library().workspace, media_id))


def _send_local(file: LocalFile | None) -> ResponseReturnValue:
    file = file or abort(404)
    return send_file(file.path, mimetype=file.mimetype, conditional=True)


def _shorten_range() -> None:
    """Ask ourselves for no more than `LARGEST_PART` of an open or very long range (RFC 9110, 15.3.7 allows less)."""
    asked = request.range
    if asked is None or len(asked.ranges) != 1:
        return
    start, end = asked.ranges[0]
    if start >= 0 and (end is None or end - start > LARGEST_PART):
        request.environ["HTTP_RANGE"] = Range(asked.units, [(start, start + LARGEST_PART)]).to_header()
