"""How the site stands: what leads to its moment, what waits, what somebody should listen to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, current_app, make_response, render_template
from flask.typing import ResponseReturnValue

from aligner.library import Library
from aligner.standing import PostStanding, PostState, Review, SessionStanding, Standing, Wait, WrongLink
from web.frame import the_library
from web.recordings import web_address

MOST = 50
"""Passages to look at that are listed; `aligner status --json` lists all."""
MOST_POSTS = 30
"""Texts that are listed; the list of texts tells the same of all."""

standing = Blueprint("standing", __name__)


@dataclass(frozen=True, slots=True)
class StandingPage:
    """All that the page shows."""

    standing: Standing
    per_cent: int | None
    """Of the passages that are linked, rounded down; None where there are none."""
    waiting: Sequence[PostStanding]
    """Posts that wait for something."""
    wrong: Sequence[tuple[PostStanding, WrongLink]]
    reviews: Sequence[tuple[PostStanding, Review]]
    more_reviews: int
    """Those that are not listed."""
    posts: Sequence[PostStanding]
    """Those of which least is linked."""
    titles: dict[str, str]
    """Of the recordings."""

    def name_of(self, wait: Wait) -> str:
        """The recording that something is said of."""
        return self.titles.get(wait.media_id or "") or wait.media_id or ""


@standing.get("/etat/")
def show_standing() -> ResponseReturnValue:
    """The state of all posts and recordings."""
    answer = make_response(render_template("standing.html", page=_lay(_look())))
    # it tells of the posts' files, too, whose changes the library does not see
    answer.cache_control.no_store = True
    return answer


def _look() -> Standing:
    look = cast("Callable[[Library], Standing]", current_app.config["GATHER"])
    return look(the_library())


def _lay(found: Standing) -> StandingPage:
    reviews = [(post, review) for post in found.posts for review in post.reviews]
    share = found.totals.share
    return StandingPage(
        standing=found,
        per_cent=None if share is None else int(100 * share + 1e-9),
        waiting=[post for post in found.posts if post.waits],
        wrong=[(post, link) for post in found.posts for link in post.links if web_address(link.url)],
        reviews=reviews[:MOST],
        more_reviews=max(0, len(reviews) - MOST),
        posts=sorted((post for post in found.posts if post.passages), key=_least_first)[:MOST_POSTS],
        titles=_titles(found.sessions),
    )


def _least_first(post: PostStanding) -> tuple[float, str]:
    return post.linked / post.passages, post.slug


def _titles(sessions: Iterable[SessionStanding]) -> dict[str, str]:
    return {session.media_id: session.title for session in sessions}


@standing.app_template_test("readable")
def is_readable(post: PostStanding) -> bool:
    """Whether a post has a page of its own here."""
    return post.state in (PostState.ALIGNED, PostState.EDITED, PostState.NO_POST)
