"""Explaining tells the verdicts of matching, on real speech: the same for every passage, with demands that fit them."""

from __future__ import annotations

from pathlib import Path

import pytest

from aligner.matching.demands import FOR_LINK, Demand, Point, list_demands
from aligner.matching.explain import explain_match
from aligner.matching.heard_text import prepare
from aligner.matching.match import Recordings, match_post
from aligner.model import LINKED, SPOKEN_KINDS, Alignment, Heard, Media, Place, Post, Status, TriedPlace, Weighed
from aligner.sound.captions import read_captions
from aligner.text.read import list_posts, read_post

READING = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "reading"

Matched = list[tuple[Post, Recordings, Alignment]]


@pytest.fixture(scope="module")
def matched() -> Matched:
    """The posts of the reading set, matched with the transcript, and its captions as second witness."""
    words, captions = (read_captions(READING / name, "fr") for name in ("session.whisper.json", "session.fr.json3"))
    text = prepare(words, captions)
    found: Matched = []
    for path in list_posts([READING / "posts"]):
        post = read_post(path, READING / "posts")
        hints = tuple(link.start_ms for link in post.links if link.start_ms is not None)
        media = Media(post.links[0].media_id, post.links[0].url, "generic", "", words.duration_ms)
        recordings = [(Heard(media, words, hints, captions), text)]
        found.append((post, recordings, match_post(post, recordings)))
    return found


@pytest.mark.corpus
def test_what_was_asked_is_met_where_there_is_a_link_and_only_there(matched: Matched) -> None:
    seen = dict.fromkeys(Status, 0)
    for post, _, alignment in matched:
        for passage, match in zip(post.passages, alignment.matches, strict=True):
            assert (match.evidence is not None) is (passage.kind in SPOKEN_KINDS)
            if match.evidence is None:
                continue
            demands = {demand.point: demand for demand in list_demands(match.evidence)}
            met = bool(demands) and all(demands[point].met for point in FOR_LINK if point in demands)
            assert met is (match.status in LINKED), passage.text
            if match.status in LINKED:
                as_published = demands[Point.SPOKEN_SHARE].met and demands[Point.DECISIVE_WORD].met
                assert as_published is (match.status is Status.SPOKEN), passage.text
                place = match.evidence.places[0].place
                assert (place.media_id, place.start_ms, place.end_ms) == (match.media_id, match.start_ms, match.end_ms)
            seen[match.status] += 1
    assert seen[Status.SPOKEN] > 100
    assert seen[Status.NOT_FOUND] > 50


@pytest.mark.corpus
def test_every_passage_is_explained_with_its_own_verdict(matched: Matched) -> None:
    for post, recordings, alignment in matched[::4]:
        for passage, match in zip(post.passages, alignment.matches, strict=True):
            told = explain_match(post, recordings, passage.id)
            assert told.match == match
            assert len(told.places) == (len(match.evidence.places) if match.evidence else 0)
            for there in told.places:
                assert any(word.heard for word in there.words), passage.text
            if match.agreed:
                assert told.captions


def test_a_passage_that_is_not_there_is_a_key_error() -> None:
    post = Post("vide", "", None, "vide.md", None, (), (), ())
    with pytest.raises(KeyError):
        explain_match(post, [], "rien")


def weighed(nats: float, share: float, **more: object) -> Weighed:
    place = Place("youtube:Mc5Aulne001", 1_000, 2_000)
    return Weighed((TriedPlace(place, nats, share), TriedPlace(place, 9.0, 0.3)), **({"asked": 5.0} | more))  # type: ignore[arg-type]


def test_alone_a_passage_needs_a_lead_and_beside_neighbours_a_share() -> None:
    alone = {demand.point: demand for demand in list_demands(weighed(12.5, 0.3))}
    assert alone[Point.LEAD] == Demand(Point.LEAD, 4.0, 3.5, met=False)
    assert alone[Point.SHARE] == Demand(Point.SHARE, 0.22, 0.3, met=True)
    beside = {demand.point: demand for demand in list_demands(weighed(12.5, 0.3, follows=True))}
    assert Point.LEAD not in beside
    assert beside[Point.SHARE] == Demand(Point.SHARE, 0.45, 0.3, met=False)
    strong = {demand.point: demand for demand in list_demands(weighed(28.0, 0.3, follows=True))}
    assert strong[Point.SHARE].met
    hurried = {
        demand.point: demand for demand in list_demands(weighed(28.0, 0.9, pace=41.0, repeats=True, missing="pas"))
    }
    unmet = {point for point, demand in hurried.items() if not demand.met}
    assert unmet == {Point.PACE, Point.OWN_WORDS, Point.DECISIVE_WORD}
    assert list_demands(Weighed((), 192.0)) == ()
