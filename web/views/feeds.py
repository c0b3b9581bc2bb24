"""What programs read that follow a site: the feed of new moments (Atom, RFC 4287), the sitemap, robots.txt.

Beside the pages, live and published alike. Addresses in them are whole, as they are read elsewhere.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue

from aligner.model import LINKED, SPOKEN_KINDS, Match, Passage
from web.frame import the_library, whole_address
from web.sharing import summary_of
from web.views.posts import finished_post
from web.wording import Wording

LATEST = 20
"""Posts in the feed."""
MOMENTS = 5
"""Of each."""
NO_DAY = dt.date(1970, 1, 1)
MOST_IN_SITEMAP = 50_000
"""sitemaps.org; a library of that size would need several."""

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that no XML file may hold (XML 1.0, 2.2), and that a title may."""

feeds = Blueprint("feeds", __name__)


@feeds.get("/flux.xml")
def show_feed() -> ResponseReturnValue:
    """The latest posts, each with its first moments."""
    library = the_library()
    lines, _ = library.posts(limit=LATEST)
    entries = []
    for line in lines:
        post = finished_post(line.slug)
        address = whole_address("posts.show_post", slug=line.slug)
        moments = [(f"{address}#p={p.id}", p, m) for p, m in post.verdicts if _is_linked(p, m)]
        entries.append((line, address, summary_of(post), moments[:MOMENTS]))
    updated = max((line.day for line in lines if line.day), default=NO_DAY)
    page = render_template(
        "feed.xml",
        entries=entries,
        updated=updated,
        no_day=NO_DAY,
        say=Wording("fr"),
        own=whole_address("feeds.show_feed"),
        home=whole_address("posts.show_index"),
    )
    return Response(_NOT_XML.sub("", page), mimetype="application/atom+xml")


@feeds.get("/sitemap.xml")
def show_sitemap() -> ResponseReturnValue:
    """All pages that say something of their own, posts with their day."""
    pages = list(_pages())[:MOST_IN_SITEMAP]
    return Response(_NOT_XML.sub("", render_template("sitemap.xml", pages=pages)), mimetype="application/xml")


@feeds.get("/robots.txt")
def show_robots() -> ResponseReturnValue:
    """All is public; what only repeats it for programs or one reader need not be gone through."""
    lines = ["User-agent: *", *(f"Disallow: {current_app.url_for(view)}" for view in _REPEATED if not _frozen())]
    lines += ["Disallow:"] if _frozen() else []
    lines += [f"Sitemap: {whole_address('feeds.show_sitemap')}"] if current_app.config["KNOWS_ADDRESS"] else []
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


_REPEATED = ("api.list_routes", "search.show_search")


def _frozen() -> bool:
    return bool(current_app.config["FROZEN"])


def _is_linked(passage: Passage, match: Match) -> bool:
    return passage.kind in SPOKEN_KINDS and match.status in LINKED and match.start_ms is not None


def _pages() -> Iterator[tuple[str, dt.date | None]]:
    library = the_library()
    yield whole_address("posts.show_index"), None
    for line in library.posts()[0]:
        yield whole_address("posts.show_post", slug=line.slug), line.day
    for session in library.sessions():
        yield whole_address("sessions.show_session", media_id=session.media_id), None
    for person in library.speakers():
        yield whole_address("people.show_person", name=person.name), None
    for tag in library.tags():
        yield whole_address("people.show_topic", tag=tag.name), None
