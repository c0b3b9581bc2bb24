"""The list of posts, and the page of each."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from aligner.errors import AlignerError
from web.frame import the_library
from web.layout import lay_out
from web.library import Broken, FinishedPost

posts = Blueprint("posts", __name__)


@posts.get("/")
def show_index() -> ResponseReturnValue:
    """The list of posts, newest first, and the files that could not be read."""
    posts, broken = the_library().entries()
    return render_template("index.html", posts=posts, broken=broken)


@posts.get("/<slug>/")
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
    entry = the_library().entry(slug) or abort(404)
    if isinstance(entry, Broken):
        raise AlignerError(entry.reason)
    return entry
