"""A post, or one passage of it, inside another site's page; and how that site finds it (oEmbed, oembed.com 1.0).

The only pages that other sites may frame. They keep the viewer's promises there: no cookie, and nothing from any
third site before the reader's consent.
"""

from __future__ import annotations

import html
from urllib.parse import parse_qs, unquote, urlsplit

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from aligner.library import FinishedPost
from aligner.output.cards import SIZE
from aligner.store import dump_json
from web.errors import BadParameter, NotOffered
from web.layout import LaidBlock
from web.sharing import Quote, find_passage, find_quote, speakers_of
from web.views.posts import finished_post, laid_post
from web.wording import Wording

WIDTH, HEIGHT, QUOTE_HEIGHT = 640, 720, 560
"""Pixels of the frame that is offered, for a text and for a single passage."""
NARROWEST = 240
CACHE_SECONDS = 24 * 60 * 60
_FRAMED_POSTS = ("posts.show_post", "embed.show_embed")

embed = Blueprint("embed", __name__)


@embed.after_app_request
def let_other_sites_frame(response: Response) -> Response:
    """Take the limit on who may frame it off the embedded page, and off no other."""
    policy = response.headers.get("Content-Security-Policy", "")
    if request.endpoint == "embed.show_embed" and response.status_code == 200:
        parts = (part for part in policy.split("; ") if not part.startswith("frame-ancestors"))
        response.headers["Content-Security-Policy"] = "; ".join(parts)
    return response


@embed.get("/embed/<slug>/")
def show_embed(slug: str) -> ResponseReturnValue:
    """A post with its player, made for a frame; `?p=` shows the paragraph of that passage only."""
    post = finished_post(slug)
    laid = laid_post(post)
    asked = request.args.get("p", "")
    found = find_passage(post, asked) if asked else None
    groups = laid.groups
    if found:
        groups = tuple((kind, kept) for kind, blocks in groups if (kept := _blocks_with(found[0].id, blocks)))
    return render_template(
        "embed.html",
        page=laid,
        post=post,
        groups=groups,
        passage=found[0].id if found else None,
        missing=bool(asked) and found is None,
    )


@embed.get("/oembed")
def send_oembed() -> Response:
    """The frame to show for an address of ours. Answers 400 without one, 404 for any other, 501 for XML."""
    url = request.args.get("url") or None
    if url is None:
        raise BadParameter("parameter_missing", name="url")
    if request.args.get("format", "json") != "json":
        raise NotOffered("oembed_format")
    post, passage_id = _find(url) or abort(404)
    quote = find_quote(post, passage_id)
    width = min(_most("maxwidth"), WIDTH)
    height = min(_most("maxheight"), QUOTE_HEIGHT if quote else HEIGHT)
    return Response(dump_json(_tell(post, quote, width, height)), mimetype="application/json")


def _tell(post: FinishedPost, quote: Quote | None, width: int, height: int) -> dict[str, object]:
    say = Wording("fr")
    title = post.title or say("site")
    if quote:
        source = url_for("embed.show_embed", slug=post.slug, p=quote.passage_id, _external=True)
        picture = url_for("cards.send_quote_card", slug=post.slug, passage_id=quote.passage_id, _external=True)
    else:
        source = url_for("embed.show_embed", slug=post.slug, _external=True)
        picture = url_for("cards.send_post_card", slug=post.slug, _external=True)
    author = quote.speaker if quote else speakers_of(post)
    told: dict[str, object] = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": say("site"),
        "provider_url": url_for("posts.show_index", _external=True),
        "cache_age": CACHE_SECONDS,
        "thumbnail_url": picture,
        "thumbnail_width": SIZE[0],
        "thumbnail_height": SIZE[1],
        "html": make_frame(source, title, width, height),
        "width": width,
        "height": height,
    }
    return told | ({"author_name": author} if author else {})


def make_frame(source: str, title: str, width: int, height: int) -> str:
    """The snippet that shows an embedded page, with the rights and the referrer that the players in it need."""
    return (
        f'<iframe src="{html.escape(source)}" title="{html.escape(title)}" width="{width}" height="{height}" '
        'loading="lazy" referrerpolicy="strict-origin-when-cross-origin" '
        'allow="autoplay; clipboard-write; encrypted-media; fullscreen; picture-in-picture"></iframe>'
    )


def _find(url: str) -> tuple[FinishedPost, str] | None:
    """The post, and the passage's id or "", that one of our addresses means; None for any other address."""
    try:
        parts = urlsplit(url)
        path = unquote(parts.path)
        is_ours = parts.netloc.lower() == request.host.lower() and path.startswith(f"{request.script_root}/")
        if parts.scheme not in ("http", "https") or not is_ours:
            return None
        inside = path.removeprefix(request.script_root)
        endpoint, values = current_app.url_map.bind(request.host).match(inside, "GET")
    except (ValueError, HTTPException):
        return None
    if endpoint not in _FRAMED_POSTS:
        return None
    asked = parse_qs(parts.fragment).get("p") or parse_qs(parts.query).get("p") or [""]
    return finished_post(values["slug"]), asked[0]


def _blocks_with(passage_id: str, blocks: tuple[LaidBlock, ...]) -> tuple[LaidBlock, ...]:
    return tuple(block for block in blocks if any(piece.passage == passage_id for piece in block.pieces))


def _most(name: str) -> int:
    text = request.args.get(name)
    if text is None:
        return max(WIDTH, HEIGHT)
    if not (text.isascii() and text.isdigit() and len(text) <= 6) or int(text) < NARROWEST:
        raise BadParameter("parameter_not_whole", name=name, least=NARROWEST, most=999_999)
    return int(text)
