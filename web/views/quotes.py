"""The page of one quote: where it was said, or that it never was. Its address is made to be shared."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web.frame import chosen_language, whole_address
from web.quotes import Answer, ask_again, lay_answer, media_of, seek, tell_verdict
from web.views.search import lay_recordings
from web.wording import Wording

quotes = Blueprint("quotes", __name__)


@dataclass(frozen=True, slots=True)
class Shared:
    """What other sites show of a link to the answer (Open Graph, ogp.me)."""

    title: str
    description: str
    url: str


@quotes.get("/trouver/")
def show_quote() -> ResponseReturnValue:
    """A field for a quote; with `?q=` the answer. Answers 400 for what is no quote."""
    pasted = request.args.get("q", "").strip()
    if not pasted:
        return render_template("quote.html", answer=None, recordings=(), shared=None, pasted="")
    say = Wording(chosen_language())
    found = seek(pasted, speaker=request.args.get("speaker") or None)
    recordings = lay_recordings(media_of(found))
    answer = lay_answer(found, recordings, say)
    return render_template(
        "quote.html", answer=answer, recordings=tuple(recordings.values()), shared=_share(answer), pasted=pasted
    )


def _share(answer: Answer) -> Shared:
    # previews are in French, as those of the other pages
    found, say = answer.found, Wording("fr")
    words = f"«\N{NO-BREAK SPACE}{found.quote}\N{NO-BREAK SPACE}»"
    said = (
        f" – {say('answer_heard')} «\N{NO-BREAK SPACE}{found.places[0].said}\N{NO-BREAK SPACE}»" if found.places else ""
    )
    return Shared(tell_verdict(found, say), words + said, whole_address("quotes.show_quote", **ask_again(found)))
