"""The evidence of a post: why each of its sentences has its verdict."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.frame import poster_address, recording_address, the_library
from web.proofs import lay_proofs
from web.views.posts import finished_post

proofs = Blueprint("proofs", __name__)


@proofs.get("/<slug:slug>/preuves/")
def show_proofs(slug: str) -> ResponseReturnValue:
    """What was heard of each passage, where, and what it weighs. Answers as the post's own page does."""
    post = finished_post(slug)
    page = lay_proofs(post, the_library(), media_address=recording_address, poster_address=poster_address)
    return render_template("proofs.html", page=page, post=post)
