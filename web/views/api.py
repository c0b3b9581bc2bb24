"""The library as JSON, for other programs: everything the pages show, with stable ids and absolute addresses.

Documented in docs/api.md; a test holds the two together. GET only; a parameter that is not known or cannot be used is
an error (400), never silently ignored. Any site's script may read it: nothing here is anybody's secret.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, Response, abort, current_app, request, url_for
from werkzeug.routing import Rule

from aligner.library import Hit, PostLine, SessionLine
from aligner.model import LINKED, SPOKEN_KINDS, Match, Media, Passage, Status
from aligner.store import dump_json
from web.errors import BadParameter
from web.frame import the_library
from web.quotes import PLACES, seek_facts
from web.recordings import file_fragment, find_playable, timed_address
from web.sharing import find_passage
from web.views.posts import finished_post

LIMIT = 20
MOST = 100
"""Entries in one answer: when nothing is asked for, and at most."""
FURTHEST = 1_000_000
LONGEST_QUERY = 200
"""Characters of a search."""

api = Blueprint("api", __name__, url_prefix="/api")

Facts = dict[str, Any]


@api.after_app_request
def let_other_sites_read(response: Response) -> Response:
    """Allow scripts of other sites to read the API and oEmbed, errors included."""
    if f"{request.path}/".startswith(("/api/", "/oembed/")):
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


# --- the routes ----------------------------------------------------------------------------------


@api.get("/")
def list_routes() -> Response:
    """The routes of this API."""
    _asked()
    rules = sorted((rule.rule, rule) for rule in current_app.url_map.iter_rules() if rule.endpoint.startswith("api."))
    return _answer({"routes": [_route(rule) for _, rule in rules]})


@api.get("/posts")
def list_posts() -> Response:
    """Posts, newest first."""
    asked = _asked("limit", "offset", "speaker", "tag", "year")
    limit, offset = _page()
    year = _whole("year", 1, 9999) if "year" in asked else None
    lines, total = the_library().posts(
        speaker=asked.get("speaker"), tag=asked.get("tag"), year=year, limit=limit, offset=offset
    )
    return _answer(_paged(total, limit, offset) | {"posts": [_post_line(line) for line in lines]})


@api.get("/posts/<slug>")
def show_post(slug: str) -> Response:
    """One post: its facts, its recordings, and the verdict on each passage."""
    _asked()
    post = finished_post(slug)
    media = {medium.id: medium for medium in post.media}
    return _answer(
        _post_facts(slug, post.title, post.date)
        | {
            "original_url": post.url,
            "tags": list(post.tags),
            "coverage": dict(post.coverage),
            "media": [_medium(medium) for medium in post.media],
            "passages": [_passage(slug, passage, match, media) for passage, match in post.verdicts],
        }
    )


@api.get("/passages/<slug>/<passage_id>")
def show_passage(slug: str, passage_id: str) -> Response:
    """One passage with its words; also under an id that it had before the post was edited."""
    _asked()
    post = finished_post(slug)
    passage, match = find_passage(post, passage_id) or abort(404)
    media = {medium.id: medium for medium in post.media}
    return _answer(
        {
            "post": _post_facts(slug, post.title, post.date),
            "passage": _passage(slug, passage, match, media)
            | {
                "share_url": url_for("posts.show_post", slug=slug, p=passage.id, _external=True),
                "words": [
                    {"text": word.text, "start_ms": word.start_ms, "end_ms": word.end_ms, "heard": word.heard}
                    for word in match.words
                ],
            },
        }
    )


@api.get("/sessions")
def list_sessions() -> Response:
    """Recordings, newest first."""
    _asked("limit", "offset")
    limit, offset = _page()
    lines = the_library().sessions()
    shown = lines[offset : offset + limit]
    return _answer(_paged(len(lines), limit, offset) | {"sessions": [_session(line) for line in shown]})


# a recording's id may be an address, with its two slashes
@api.get("/sessions/<path:media_id>", merge_slashes=False)
def show_session(media_id: str) -> Response:
    """One recording, and the passages that were placed in it, in the order of its time."""
    _asked()
    line = the_library().session(media_id) or abort(404)
    moments = [
        {
            "id": moment.passage_id,
            "slug": moment.slug,
            "text": moment.text,
            "speaker": moment.speaker,
            "status": moment.status.value,
            "confidence": moment.confidence,
            "start_ms": moment.start_ms,
            "end_ms": moment.end_ms,
            "url": _passage_url(moment.slug, moment.passage_id),
        }
        for moment in the_library().moments(media_id=media_id)
    ]
    return _answer(_session(line) | {"moments": moments})


@api.get("/sessions/<path:media_id>/transcript", merge_slashes=False)
def show_transcript(media_id: str) -> Response:
    """Everything heard in one recording, in rows."""
    _asked()
    line = the_library().session(media_id) or abort(404)
    rows = [
        {"number": row.number, "start_ms": row.start_ms, "end_ms": row.end_ms, "text": row.text}
        for row in the_library().rows(media_id)
    ]
    return _answer({"id": line.media_id, "title": line.title, "rows": rows})


@api.get("/people")
def list_people() -> Response:
    """Everybody whose words are published, by name."""
    _asked()
    people = [
        {
            "name": line.name,
            "posts": line.posts,
            "passages": line.passages,
            "spoken_ms": line.spoken_ms,
            "url": url_for("people.show_person", name=line.name, _external=True),
            "posts_url": url_for("api.list_posts", speaker=line.name, _external=True),
        }
        for line in the_library().speakers()
    ]
    return _answer({"people": people})


@api.get("/topics")
def list_topics() -> Response:
    """The tags of the posts, by name."""
    _asked()
    topics = [
        {
            "name": line.name,
            "posts": line.posts,
            "url": url_for("people.show_topic", tag=line.name, _external=True),
            "posts_url": url_for("api.list_posts", tag=line.name, _external=True),
        }
        for line in the_library().tags()
    ]
    return _answer({"topics": topics})


@api.get("/search")
def search() -> Response:
    """Published passages and heard words that match a search, the best first."""
    asked = _asked("q", "limit", "offset", "speaker", "session")
    query = asked.get("q", "").strip()
    if not query:
        raise BadParameter("parameter_missing", name="q")
    if len(query) > LONGEST_QUERY:
        raise BadParameter("parameter_too_long", name="q", most=LONGEST_QUERY)
    limit, offset = _page()
    results = the_library().search(
        query, limit=limit, offset=offset, speaker=asked.get("speaker"), media_id=asked.get("session")
    )
    return _answer(
        _paged(results.total, limit, offset)
        | {
            "query": results.query,
            "meant": [{"typed": typed, "searched": searched} for typed, searched in results.meant],
            "hits": [_hit(hit) for hit in results.hits],
        }
    )


@api.get("/find")
def find() -> Response:
    """Where a quote was said, or that it never was, in all that was heard."""
    asked = _asked("q", "limit", "speaker")
    quote = asked.get("q", "").strip()
    if not quote:
        raise BadParameter("parameter_missing", name="q")
    facts = seek_facts(quote, speaker=asked.get("speaker"), limit=_whole("limit", 1, MOST, PLACES))
    for place in (*facts["places"], *facts["near"]):
        _add_addresses(place, sure=place in facts["places"])
    return _answer(facts | {"url": url_for("quotes.show_quote", q=facts["quote"], _external=True)})


# --- what they tell ------------------------------------------------------------------------------


def _answer(facts: Facts) -> Response:
    return Response(dump_json({"ok": True} | facts), mimetype="application/json")


def _route(rule: Rule) -> Facts:
    view = cast("Callable[..., Response]", current_app.view_functions[rule.endpoint])
    # the converters' own names are nothing to a reader
    return {"path": rule.rule.replace("<path:", "<"), "about": (view.__doc__ or "").strip()}


def _paged(total: int, limit: int, offset: int) -> Facts:
    following = None
    if offset + limit < total:
        values = request.args.to_dict() | {"limit": str(limit), "offset": str(offset + limit)}
        following = url_for(request.endpoint or "", _external=True, **cast("dict[str, Any]", values))
    return {"total": total, "limit": limit, "offset": offset, "next": following}


def _post_facts(slug: str, title: str, date: str | None) -> Facts:
    return {
        "slug": slug,
        "title": title,
        "date": date,
        "url": url_for("posts.show_post", slug=slug, _external=True),
        "api_url": url_for("api.show_post", slug=slug, _external=True),
    }


def _post_line(line: PostLine) -> Facts:
    return _post_facts(line.slug, line.title, line.date) | {
        "speakers": list(line.speakers),
        "tags": list(line.tags),
        "coverage": dict(line.coverage),
        "media_ids": list(line.media_ids),
    }


def _medium(medium: Media) -> Facts:
    return {
        "id": medium.id,
        "title": medium.title,
        "provider": medium.provider,
        "source_url": medium.url,
        "duration_ms": medium.duration_ms,
        "api_url": url_for("api.show_session", media_id=medium.id, _external=True),
    }


def _passage(slug: str, passage: Passage, match: Match, media: dict[str, Media]) -> Facts:
    judged = passage.kind in SPOKEN_KINDS
    medium = media.get(match.media_id or "")
    return {
        "id": passage.id,
        "former": list(passage.former),
        "kind": passage.kind.value,
        "speaker": passage.speaker,
        "heading": passage.heading,
        "text": passage.text,
        "status": match.status.value if judged else None,
        "confidence": match.confidence if judged else None,
        "reason": match.reason if judged else None,
        "media_id": match.media_id,
        "start_ms": match.start_ms,
        "end_ms": match.end_ms,
        "said": match.said,
        "elsewhere": [
            {"media_id": place.media_id, "start_ms": place.start_ms, "end_ms": place.end_ms}
            for place in match.elsewhere
        ],
        "url": _passage_url(slug, passage.id),
        "listen_url": _listen_url(medium, match.start_ms) if judged and match.status in LINKED else None,
    }


def _session(line: SessionLine) -> Facts:
    return {
        "id": line.media_id,
        "title": line.title,
        "provider": line.provider,
        "source_url": line.url,
        "date": line.date,
        "duration_ms": line.duration_ms,
        "words": line.words,
        "heard_ms": line.heard_ms,
        "posts": line.posts,
        "passages": line.passages,
        "url": url_for("sessions.show_session", media_id=line.media_id, _external=True),
        "api_url": url_for("api.show_session", media_id=line.media_id, _external=True),
        "transcript_url": url_for("api.show_transcript", media_id=line.media_id, _external=True),
    }


def _add_addresses(place: Facts, *, sure: bool) -> None:
    """Give a place of a quote the addresses of its moment, and those of the passages that publish it."""
    media_id, start_ms = place["media_id"], place["start_ms"]
    session = the_library().session(media_id)
    place["url"] = url_for("sessions.show_session", media_id=media_id, t=start_ms // 1000, _external=True)
    # a place that is not sure gets no address to listen: it would look like one that is
    place["listen_url"] = _listen_url(as_media(session), start_ms) if session and sure else None
    for one in place["published"]:
        one["url"] = _passage_url(one["slug"], one["passage_id"])


def _hit(hit: Hit) -> Facts:
    url = None
    if hit.slug and hit.passage_id:
        url = _passage_url(hit.slug, hit.passage_id)
    elif hit.media_id:
        url = url_for("sessions.show_session", media_id=hit.media_id, t=(hit.start_ms or 0) // 1000, _external=True)
    session = the_library().session(hit.media_id) if hit.media_id else None
    # a place that is not sure gets no address: it would look like one that is
    sure = hit.status in LINKED or hit.source == "heard"
    return {
        "source": hit.source,
        "text": hit.text,
        "marks": [list(mark) for mark in hit.marks],
        "slug": hit.slug,
        "title": hit.title,
        "passage_id": hit.passage_id,
        "speaker": hit.speaker,
        "date": hit.day.isoformat() if hit.day else None,
        "status": Status(hit.status).value if hit.status else None,
        "media_id": hit.media_id,
        "media_title": hit.media_title,
        "start_ms": hit.start_ms,
        "end_ms": hit.end_ms,
        "url": url,
        "listen_url": _listen_url(as_media(session), hit.start_ms) if session and sure else None,
    }


def as_media(line: SessionLine) -> Media:
    """A recording of the library's lists as the facts that players and addresses are made from."""
    return Media(line.media_id, line.url, line.provider, line.title, line.duration_ms)


def _passage_url(slug: str, passage_id: str) -> str:
    return url_for("posts.show_post", slug=slug, _anchor=f"p={passage_id}", _external=True)


def _listen_url(medium: Media | None, start_ms: int | None) -> str | None:
    """Where a moment can be heard: the recording's own address, or our file of it."""
    if medium is None or start_ms is None:
        return None
    if find_playable(the_library().workspace, medium.id):
        return url_for("files.send_recording", media_id=medium.id, _external=True) + file_fragment(start_ms)
    return timed_address(medium, start_ms)


# --- what is asked -------------------------------------------------------------------------------


def _asked(*names: str) -> dict[str, str]:
    """The request's parameters. Answers 400 where one is not known or given twice."""
    for name, values in request.args.lists():
        if name not in (*names, "lang"):
            raise BadParameter("parameter_unknown", name=name[:40], known=", ".join(names) or "–")
        if len(values) > 1:
            raise BadParameter("parameter_twice", name=name)
    return request.args.to_dict()


def _page() -> tuple[int, int]:
    return _whole("limit", 1, MOST, LIMIT), _whole("offset", 0, FURTHEST, 0)


def _whole(name: str, least: int, most: int, default: int = 0) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1
    if not least <= number <= most:
        raise BadParameter("parameter_not_whole", name=name, least=least, most=most)
    return number
