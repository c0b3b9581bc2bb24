"""Who speaks and about what: the people whose words are published, and the topics of the posts."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from web.frame import the_library
from web.paging import PER_PAGE, asked_page, start_of, turn_to

people = Blueprint("people", __name__)


@people.get("/personnes/")
def show_people() -> ResponseReturnValue:
    """All whose words are published, by name."""
    return render_template("people.html", people=the_library().speakers())


# names and tags are free text: a slash in one is part of it, two are two
@people.get("/personnes/<path:name>/", merge_slashes=False)
def show_person(name: str) -> ResponseReturnValue:
    """A person's placed passages, newest first, a page at a time; on the first their posts. 404 for a stranger."""
    library = the_library()
    person = library.speaker(name) or abort(404)
    paging = turn_to(asked_page(), person.passages)
    moments = library.moments(speaker=name, limit=PER_PAGE, offset=start_of(paging.number))
    posts = library.posts(speaker=name)[0] if paging.number == 1 else []
    titles = {media_id: library.session_title(media_id) for media_id in {moment.media_id for moment in moments}}
    return render_template(
        "person.html", person=person, moments=moments, posts=posts, paging=paging, session_titles=titles
    )


@people.get("/themes/")
def show_topics() -> ResponseReturnValue:
    """All tags of the posts, by name."""
    return render_template("topics.html", topics=the_library().tags())


@people.get("/themes/<path:tag>/", merge_slashes=False)
def show_topic(tag: str) -> ResponseReturnValue:
    """The posts with this tag, newest first, a page at a time. Answers 404 for a tag no post has."""
    page = asked_page()
    posts, total = the_library().posts(tag=tag, limit=PER_PAGE, offset=start_of(page))
    if not total:
        abort(404)
    return render_template("topic.html", tag=tag, posts=posts, paging=turn_to(page, total))
