"""The search over published texts and heard words: its page, and the part of it that changes as one types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aligner.library import Hit, Results
from aligner.model import LINKED, Span, Status
from web.frame import chosen_language, kept_language, poster_address, recording_address, the_library
from web.layout import Recording, lay_recording
from web.paging import Paging, asked_page
from web.policy import framed
from web.quotes import LONGEST_QUOTE, Answer, lay_answer, media_of, seek_pasted
from web.recordings import find_embed
from web.views.api import LONGEST_QUERY, as_media
from web.wording import Wording

search = Blueprint("search", __name__)

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class FoundHit:
    """One thing found, as the page shows it."""

    hit: Hit
    runs: tuple[tuple[str, bool], ...]
    """Its text cut where the marks begin and end; True for what matched."""
    page: str | None
    """Where it can be read in its place: the post, or the session."""
    recording: Recording | None
    """What it plays from; None where it has no place in a recording."""
    href: str | None
    """The ordinary link to its moment."""
    sure: bool
    """Whether its place is certain: only then is it played with the others."""

    @property
    def verdict(self) -> str:
        """The key of the quiet word about it, empty where there is nothing to say."""
        return "found_heard" if self.hit.source == "heard" else f"found_{self.hit.status}" if self.hit.status else ""


@dataclass(frozen=True, slots=True)
class FoundPage:
    """One page of what was found."""

    query: str
    results: Results
    hits: tuple[FoundHit, ...]
    recordings: tuple[Recording, ...]
    """Those that its hits play from, each once, numbered from 1."""
    paging: Paging
    answer: Answer | None = None
    """What is known of the quote, where one was pasted."""

    @property
    def first(self) -> int:
        """The number of the first hit on this page, among all."""
        return (self.paging.number - 1) * PER_PAGE + 1

    @property
    def playable(self) -> int:
        """How many hits of this page can be played one after the other."""
        return sum(hit.sure and hit.recording is not None and hit.recording.steerable for hit in self.hits)


@search.get("/recherche/")
def show_search() -> ResponseReturnValue:
    """The search page; with `?q=` what was found, twenty a page. Answers 404 for a page that is not there."""
    # what one types later may lead to any recording, and a page's policy is told once
    for line in the_library().sessions():
        if embed := find_embed(as_media(line)):
            framed(embed)
    return render_template("search.html", found=_find())


@search.get("/recherche/resultats/")
def show_results() -> ResponseReturnValue:
    """Only what was found, as the part of the search page that script puts in place."""
    return render_template("results.html", found=_find())


def _find() -> FoundPage:
    pasted, number = request.args.get("q", "").strip()[:LONGEST_QUOTE], asked_page()
    query = pasted[:LONGEST_QUERY]
    results = Results(query, (), 0)
    if query:
        results = the_library().search(query, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    paging = Paging(number, results.total, PER_PAGE)
    if number > paging.last:
        abort(404)
    found = seek_pasted(pasted) if number == 1 else None
    media = [hit.media_id for hit in results.hits if hit.media_id is not None]
    recordings = lay_recordings([*media, *(media_of(found) if found else ())])
    answer = lay_answer(found, recordings, Wording(chosen_language())) if found else None
    hits = tuple(_lay(hit, recordings.get(hit.media_id or "")) for hit in results.hits)
    return FoundPage(pasted, results, hits, tuple(recordings.values()), paging, answer)


def lay_recordings(media_ids: Iterable[str]) -> dict[str, Recording]:
    """Recordings as a page shows them, by id, numbered from 1; those that are not there are left out."""
    found = dict[str, Recording]()
    for media_id in dict.fromkeys(media_ids):
        if not (line := the_library().session(media_id)):
            continue
        found[media_id] = lay_recording(
            len(found) + 1,
            as_media(line),
            the_library().workspace,
            media_address=recording_address,
            poster_address=poster_address,
        )
    return found


def _lay(hit: Hit, recording: Recording | None) -> FoundHit:
    kept, page = kept_language(), None
    if hit.slug:
        anchor = f"p={hit.passage_id}" if hit.passage_id else None
        page = url_for("posts.show_post", slug=hit.slug, _anchor=anchor, **kept)
    elif hit.media_id:
        moment = (hit.start_ms or 0) // 1000
        page = url_for("sessions.show_session", media_id=hit.media_id, t=moment, **kept)
    placed = recording and hit.start_ms is not None and hit.status is not Status.NOT_FOUND
    return FoundHit(
        hit=hit,
        runs=tuple(cut_at_marks(hit.text, hit.marks)),
        page=page,
        recording=recording if placed else None,
        href=recording.address(hit.start_ms) if placed and recording and hit.start_ms is not None else None,
        sure=hit.source == "heard" or hit.status in LINKED,
    )


def cut_at_marks(text: str, marks: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    """Cut a text where its marks begin and end; no piece is empty, and together they are the text."""
    done = 0
    for start, end in marks:
        if done < start:
            yield text[done:start], False
        yield text[start:end], True
        done = end
    if done < len(text):
        yield text[done:], False
