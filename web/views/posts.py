"""The list of posts, and the page of each."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from aligner.errors import AlignerError
from aligner.library import Broken, FinishedPost
from web.frame import the_library
from web.layout import lay_out
from web.paging import PER_PAGE, asked_number, asked_page, start_of, turn_to
from web.slugs import SlugConverter

posts = Blueprint("posts", __name__)
posts.record_once(lambda state: state.app.url_map.converters.update(slug=SlugConverter))


@posts.get("/")
def show_index() -> ResponseReturnValue:
    """The list of posts, newest first, a page at a time, `?annee=` those of a year; and the files nobody could read."""
    library = the_library()
    page, year = asked_page(), asked_number("annee")
    lines, total = library.posts(year=year, limit=PER_PAGE, offset=start_of(page))
    if year and not total:
        abort(404)
    return render_template(
        "index.html",
        posts=lines,
        broken=library.broken() if page == 1 and not year else [],
        years=library.years(),
        year=year,
        paging=turn_to(page, total),
    )


@posts.get("/<slug:slug>/")
def show_post(slug: str) -> ResponseReturnValue:
    """A post's text beside its recordings. Answers 404 when there is none, 500 when its file is broken."""
    library = the_library()
    post = finished_post(slug)
    laid = lay_out(
        post,
        library,
        media_address=lambda media_id: url_for("files.send_recording", media_id=media_id),
        poster_address=lambda media_id: url_for("files.send_poster", media_id=media_id),
    )
    return render_template("post.html", page=laid, post=post)


def finished_post(slug: str) -> FinishedPost:
    """The post of this address. Answers 404 when there is none, 500 when its file is broken."""
    entry = the_library().post(slug) or abort(404)
    if isinstance(entry, Broken):
        raise AlignerError(entry.reason)
    return entry
