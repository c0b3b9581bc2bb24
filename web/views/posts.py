"""The list of posts, and the page of each."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from aligner.errors import AlignerError
from aligner.library import Broken, FinishedPost
from aligner.model import LINKED, SPOKEN_KINDS
from web.frame import kept_language, poster_address, recording_address, the_library, whole_address, whole_files
from web.layout import LaidPost, lay_out
from web.paging import PER_PAGE, asked_number, asked_page, start_of, turn_to
from web.slugs import SlugConverter
from web.structured import Clip, as_data_block, tell_video

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
        media_address=recording_address,
        poster_address=poster_address,
    )
    return render_template(
        "post.html",
        page=laid,
        post=post,
        structured=as_data_block(_videos(post, laid)),
        # only here: in a frame on another site's page there is no room for the evidence
        proofs=url_for("proofs.show_proofs", slug=post.slug, **kept_language()),
    )


def _videos(post: FinishedPost, laid: LaidPost) -> Iterator[dict[str, object] | None]:
    """The post's recordings for search engines, each with the passages that were found in it."""
    several = len(laid.recordings) > 1
    for recording in laid.recordings:
        media_id = recording.media.id
        clips = [
            Clip(passage.text, match.start_ms, match.end_ms)
            for passage, match in post.verdicts
            if match.status in LINKED
            and passage.kind in SPOKEN_KINDS
            and match.media_id == media_id
            and match.start_ms is not None
            and match.end_ms is not None
        ]
        chosen = {"in": media_id} if several else {}
        page = whole_address("posts.show_post", slug=post.slug, **chosen)
        yield tell_video(recording, *whole_files(recording), clips, f"{page}{'&' if several else '?'}t=")


def finished_post(slug: str) -> FinishedPost:
    """The post of this address. Answers 404 when there is none, 500 when its file is broken."""
    entry = the_library().post(slug) or abort(404)
    if isinstance(entry, Broken):
        raise AlignerError(entry.reason)
    return entry
