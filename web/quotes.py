"""A quote that a reader pastes: whether what was typed is one, and the answer as the pages show it.

Between `aligner.finding` and the views of the search, of an answer's own page, and of the API.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for

from aligner.errors import UsageError
from aligner.library.words import folded_words
from web.errors import BadParameter
from web.frame import kept_language, the_library
from web.layout import Recording
from web.wording import Wording

if TYPE_CHECKING:
    from aligner.finding import Found, FoundPlace, PublishedAt

LONGEST_QUOTE = 4_000
"""Characters: as many as can be looked for (`aligner.finding.quote.MOST_CHARS`)."""
FEWEST_WORDS = 6
"""Words from which what is typed into the search may be a quote, to be looked for as one."""
PLACES = 10


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """A place as a page shows it."""

    place: FoundPlace
    headline: str
    """Who said it, when, at what time."""
    session: str
    """Address of the recording's page at the moment."""
    recording: Recording | None
    """What it plays from."""
    href: str | None
    """The ordinary link to the moment."""
    posts: tuple[tuple[PublishedAt, str], ...]
    """The passages that publish it, each with its address."""

    @property
    def start_ms(self) -> int:
        """When it begins."""
        return self.place.start_ms


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a quote, as a page shows it."""

    found: Found
    verdict: str
    """The answer in one sentence."""
    places: tuple[ShownPlace, ...]
    near: ShownPlace | None
    """Of a quote that was never said: the words nearest to it."""
    address: str
    """Its own page, in the language that was chosen."""


def seek_pasted(query: str) -> Found | None:
    """What is known of the quote that was pasted into the search; None where what was typed is none."""
    if len(folded_words(query)) < FEWEST_WORDS:
        return None
    try:
        found = seek(query)
    except BadParameter:
        return None
    return found if found.sessions else None


def seek(quote: str, *, speaker: str | None = None, limit: int = PLACES) -> Found:
    """Find a quote. Answers 400 where it has no words, is too long, or the person is nobody's name."""
    if len(quote) > LONGEST_QUOTE:
        raise BadParameter("parameter_too_long", name="q", most=LONGEST_QUOTE)
    if speaker is not None and not the_library().speaker(speaker):
        raise BadParameter("parameter_nobody", name="speaker")
    from aligner.finding import find_quote  # with the first quote: numpy and the matcher are not needed before

    try:
        return find_quote(the_library(), quote, speaker=speaker, limit=limit)
    except UsageError:
        raise BadParameter("parameter_no_words", name="q") from None


def seek_facts(quote: str, *, speaker: str | None, limit: int) -> dict[str, Any]:
    """The same as plain values."""
    from aligner.finding import to_facts

    return to_facts(seek(quote, speaker=speaker, limit=limit))


def media_of(found: Found) -> list[str]:
    """The recordings that an answer's places are in."""
    shown = found.places or found.near[:1]
    return list(dict.fromkeys(place.media_id for place in shown))


def lay_answer(found: Found, recordings: Mapping[str, Recording], say: Wording) -> Answer:
    """Arrange an answer for a page; `recordings` are those of its places that can be shown."""
    near = None if found.places or not found.near else _lay(found.near[0], recordings, say)
    return Answer(
        found=found,
        verdict=tell_verdict(found, say),
        places=tuple(_lay(place, recordings, say) for place in found.places),
        near=near,
        address=url_for("quotes.show_quote", **ask_again(found), **kept_language()),
    )


def ask_again(found: Found) -> dict[str, Any]:
    """What an answer's own address asks for."""
    return {"q": found.quote} | ({"speaker": found.speaker} if found.speaker else {})


def headline(place: FoundPlace, say: Wording) -> str:
    """Who said it, when and at what time of the recording, in words; what is not known is said to be so."""
    key = f"answer_by{'_who' if place.speaker else ''}{'_day' if place.day else ''}"
    day = say.day(place.day) if place.day else ""
    return say(key, who=place.speaker or "", day=day, time=say.time(place.start_ms))


def tell_verdict(found: Found, say: Wording) -> str:
    """The answer in one sentence: the best place, or that it was never said, and in how much."""
    if found.places:
        return headline(found.places[0], say)
    if not found.sessions:
        return say("answer_nothing")
    sessions = say.count("answer_sessions", found.sessions)
    heard = say.duration(found.heard_ms)
    if found.speaker:
        return say("answer_never_by", who=found.speaker, heard=heard, sessions=sessions)
    return say("answer_never", heard=heard, sessions=sessions)


def _lay(place: FoundPlace, recordings: Mapping[str, Recording], say: Wording) -> ShownPlace:
    recording, kept = recordings.get(place.media_id), kept_language()
    return ShownPlace(
        place=place,
        headline=headline(place, say),
        session=url_for("sessions.show_session", media_id=place.media_id, t=place.start_ms // 1000, **kept),
        recording=recording,
        href=recording.address(place.start_ms) if recording else None,
        posts=tuple(
            (one, url_for("posts.show_post", slug=one.slug, _anchor=f"p={one.passage_id}", **kept))
            for one in place.published
        ),
    )
