"""Pictures and facts for previews: what another site shows where a reader shares a link to a post or a quote.

A quote's card is drawn only for words that were found in a recording (`sharing.find_quote`); the address of any
other passage has no card, and its page is previewed as the post.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, abort, request, url_for

from aligner.library import FinishedPost
from aligner.output.cards import SIZE, Card, draw_card
from web.sharing import find_quote, speakers_of, summary_of
from web.views.posts import finished_post
from web.wording import Wording

cards = Blueprint("cards", __name__)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a page tells other sites about itself (Open Graph, ogp.me; oEmbed discovery)."""

    title: str
    description: str
    url: str
    image: str
    image_words: str
    """What the picture says."""
    width: int
    height: int
    oembed: str


@cards.get("/cartes/<slug>.png")
def send_post_card(slug: str) -> Response:
    """The picture of a post's title."""
    post, say = finished_post(slug), Wording("fr")
    words = post.title or say("site")
    return _png(Card(words, quoted=False, speaker=speakers_of(post), title="", day=_day(post, say), site=say("site")))


@cards.get("/cartes/<slug>/<passage_id>.png")
def send_quote_card(slug: str, passage_id: str) -> Response:
    """The picture of a quote. Answers 404 for what is not there, and for what was not found in a recording."""
    post, say = finished_post(slug), Wording("fr")
    quote = find_quote(post, passage_id) or abort(404)
    return _png(
        Card(
            quote.words,
            quoted=True,
            speaker=quote.speaker or "",
            title=post.title,
            day=_day(post, say),
            site=say("site"),
            note=say("reworded_toggle") if quote.reworded else "",
        )
    )


@cards.app_context_processor
def offer_preview() -> dict[str, Callable[[FinishedPost], Preview]]:
    """Let templates ask for the preview of a post's page, as the address of this request means it."""
    return {"preview_of": preview_of}


def preview_of(post: FinishedPost) -> Preview:
    """The preview of a post's page; with `?p=` that of the quote, if it may be shown as one."""
    quote = find_quote(post, request.args.get("p", ""))
    say = Wording("fr")
    width, height = SIZE
    if quote is None:
        url = url_for("posts.show_post", slug=post.slug, _external=True)
        image = url_for("cards.send_post_card", slug=post.slug, _external=True)
        title, description, words = post.title or say("site"), summary_of(post), post.title
    else:
        # A reader of links keeps what it finds at og:url, so this is the address that leads back to the quote.
        url = url_for("posts.show_post", slug=post.slug, p=quote.passage_id, _external=True)
        image = url_for("cards.send_quote_card", slug=post.slug, passage_id=quote.passage_id, _external=True)
        words = f"«\N{NO-BREAK SPACE}{quote.words}\N{NO-BREAK SPACE}»"
        title = " · ".join(filter(None, (quote.speaker, post.title))) or say("site")
        description = f"{words} ({say('reworded_toggle')})" if quote.reworded else words
    oembed = url_for("embed.send_oembed", url=url, format="json", _external=True)
    return Preview(title, description, url, image, words, width, height, oembed)


def _day(post: FinishedPost, say: Wording) -> str:
    return say.day(post.day) if post.day else ""


def _png(card: Card) -> Response:
    return Response(draw_card(card), mimetype="image/png")
