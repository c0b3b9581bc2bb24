"""The viewer's addresses: one function each, from a request to a page or a file.

Last step of the viewer: `library` reads, `layout` arranges, these answer. No state between requests,
no cookies; the language comes with each request (`?lang=`, else what the browser asks for).
"""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, abort, current_app, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import Range

from aligner.errors import AlignerError
from aligner.model import Status
from web.layout import clock, lay_out
from web.library import Broken, FinishedPost, Library
from web.recordings import LocalFile, find_playable, find_poster
from web.wording import LANGUAGES, Wording

EXTENSION = "aligner.library"
LARGEST_PART = 4 * 1024 * 1024
"""Bytes of a recording in one answer to a range request. Browsers ask for "the rest" and then read slowly; an
answer below waitress's 16 MB buffer frees its thread at once, a longer one holds it while the video is paused."""

SUBTITLE_TYPES = {".srt": "application/x-subrip; charset=utf-8", ".vtt": "text/vtt; charset=utf-8"}

pages = Blueprint("pages", __name__)


def the_library() -> Library:
    """The library of the application that answers this request."""
    return cast("Library", current_app.extensions[EXTENSION])


def chosen_language() -> str:
    """The language of this request: `?lang=`, else the browser's wish, else French."""
    wished = request.args.get("lang", "")
    return wished if wished in LANGUAGES else request.accept_languages.best_match(LANGUAGES, default="fr") or "fr"


@pages.app_context_processor
def template_words() -> dict[str, object]:
    """What every template may use: `say` (the wording), the statuses, and addresses that keep the language."""
    language = chosen_language()
    kept: dict[str, Any] = {"lang": language} if "lang" in request.args else {}
    other = next(name for name in LANGUAGES if name != language)
    return {
        "say": Wording(language),
        "statuses": tuple(Status),
        "clock": clock,
        "index_address": url_for("pages.show_index", **kept),
        "post_address": lambda slug: url_for("pages.show_post", slug=slug, **kept),
        "subtitle_address": subtitle_address,
        "other_language": other,
        "other_address": "?" + urlencode({**request.args, "lang": other}),
    }


def subtitle_address(name: str) -> str:
    """The address of an exported subtitle file."""
    slug, _, kind = name.rpartition(".")
    return url_for("pages.send_subtitles", slug=slug, kind=kind)


@pages.get("/")
def show_index() -> ResponseReturnValue:
    """The list of posts, newest first, and the files that could not be read."""
    posts, broken = the_library().entries()
    return render_template("index.html", posts=posts, broken=broken)


@pages.get("/<slug>/")
def show_post(slug: str) -> ResponseReturnValue:
    """A post's text beside its recordings. Answers 404 when there is none, 500 when its file is broken."""
    library = the_library()
    post = _finished(slug)
    laid = lay_out(
        post,
        library,
        media_address=lambda media_id: url_for("pages.send_recording", media_id=media_id),
        poster_address=lambda media_id: url_for("pages.send_poster", media_id=media_id),
    )
    return render_template("post.html", page=laid, post=post)


@pages.get("/posts/<slug>.json")
def send_alignment(slug: str) -> ResponseReturnValue:
    """The alignment file as it is."""
    return send_file(_finished(slug).path.absolute(), mimetype="application/json", conditional=True)


@pages.get("/<slug>.<any(srt, vtt):kind>")
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


@pages.get("/media/<path:media_id>")
def send_recording(media_id: str) -> ResponseReturnValue:
    """A recording's own file, whole or in ranges."""
    _shorten_range()
    return _send_local(find_playable(the_library().workspace, media_id))


@pages.get("/posters/<path:media_id>")
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


def _finished(slug: str) -> FinishedPost:
    entry = the_library().entry(slug) or abort(404)
    if isinstance(entry, Broken):
        raise AlignerError(entry.reason)
    return entry
