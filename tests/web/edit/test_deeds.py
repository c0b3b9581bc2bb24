"""What each answer writes, in which order passages come, and where one listens for a passage without a place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from aligner.corrections import add_correction, list_proposals, read_corrections, write_proposal
from aligner.library import FinishedPost, read_post
from aligner.model import Corrected, Correction, CorrectionAction, Match, Passage, Place, Proposal, Status
from aligner.store import Workspace
from tests.web.conftest import LOCAL, TUBE, Draft, council_post, two_recordings_post
from web.edit.deeds import Misread, do
from web.edit.review import Call, Item, list_items, lost_proposals, queue
from web.edit.seat import Seat, lay_seat
from web.layout import Recording, lay_recording


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "post.corrections.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "folder")


def finished(folder: Workspace, draft: Draft) -> FinishedPost:
    return read_post(draft.write(folder))


def item_of(post: FinishedPost, passage_id: str, *proposals: Proposal) -> Item:
    (item,) = [item for item in list_items(post, proposals) if item.passage.id == passage_id]
    return item


# --- deeds --------------------------------------------------------------------------------------


def test_with_several_recordings_a_start_says_in_which(folder: Workspace, path: Path) -> None:
    post = finished(folder, two_recordings_post())
    item = item_of(post, "juin")
    assert do(folder, path, post, item, {"action": "start", "start": "1:02:03.4", "recording": TUBE.id})
    (written,) = read_corrections(path)
    assert (written.action, written.start_ms, written.media_id) == (CorrectionAction.START, 3_723_400, TUBE.id)
    assert (written.text, written.sure, written.note) == ("Nous avons commencé en juin.", False, None)
    with pytest.raises(Misread, match="edit_no_recording"):  # which of the two is not said
        do(folder, path, post, item, {"action": "start", "start": "5"})
    with pytest.raises(Misread, match="edit_too_late"):
        do(folder, path, post, item, {"action": "start", "start": "90", "recording": LOCAL.id})
    assert do(folder, path, post, item, {"action": "recording", "recording": LOCAL.id})
    assert [(one.action, one.media_id) for one in read_corrections(path)] == [("recording", LOCAL.id)]


def test_with_one_recording_a_start_does_not_name_it(folder: Workspace, path: Path) -> None:
    post = finished(folder, council_post())
    assert do(folder, path, post, item_of(post, "etals"), {"action": "start", "start": "42", "note": " au  fond\n"})
    (written,) = read_corrections(path)
    assert (written.start_ms, written.media_id, written.note) == (42_000, None, "au fond")


def test_an_answer_replaces_what_was_said_under_a_former_id(folder: Workspace, path: Path) -> None:
    post = finished(folder, council_post())
    item = item_of(post, "etals")
    item = replace(item, passage=replace(item.passage, former=("jadis",)))
    add_correction(path, Correction("jadis", "des étals ouverts.", CorrectionAction.NEVER))
    add_correction(path, Correction("autre", "Autre phrase.", CorrectionAction.NEVER))
    do(folder, path, post, item, {"action": "unsaid"})
    assert [(one.passage_id, one.action) for one in read_corrections(path)] == [("autre", "never"), ("etals", "unsaid")]
    do(folder, path, post, item, {"action": "undo"})
    assert [one.passage_id for one in read_corrections(path)] == ["autre"]


@pytest.mark.parametrize(("action", "left"), [("unsaid", 0), ("never", 0), ("speaker", 1)])
def test_what_is_answered_waits_no_more(folder: Workspace, path: Path, action: str, left: int) -> None:
    post = finished(folder, council_post())
    write_proposal(folder, Proposal(post.slug, "hiver", "", LOCAL.id, 14_500))
    write_proposal(folder, Proposal(post.slug, "halle", "", LOCAL.id, 60_000))
    item = item_of(post, "hiver", *list_proposals(folder))
    do(folder, path, post, item, {"action": action, "speaker": "Jeanne Morel"})
    assert [one.passage_id for one in list_proposals(folder)].count("hiver") == left
    assert [one.passage_id for one in list_proposals(folder)].count("halle") == 1


# --- the order ---------------------------------------------------------------------------------------


def doubted(post: FinishedPost, passage_id: str) -> FinishedPost:
    def change(match: Match) -> Match:
        doubt = Corrected(CorrectionAction.START, doubtful=True, why="on entend autre chose")
        return replace(match, status=Status.UNCERTAIN, corrected=doubt) if match.passage_id == passage_id else match

    return replace(post, verdicts=tuple((passage, change(match)) for passage, match in post.verdicts))


def test_uncertain_ones_come_first_then_doubts_then_reports(folder: Workspace) -> None:
    post = doubted(finished(folder, council_post()), "cent-ans")
    told = [Proposal(post.slug, one, "", LOCAL.id, 0, name=one) for one in ("hiver", "cent-ans", "disparu")]
    items = list_items(post, told)
    assert [(item.passage.id, item.call) for item in queue(items)] == [
        ("etals", Call.UNCERTAIN),
        ("cent-ans", Call.DOUBTFUL),
        ("hiver", Call.PROPOSED),
    ]
    assert [one.passage_id for one in lost_proposals(post, items, told)] == ["disparu"]
    assert {item.passage.id for item in items}.isdisjoint({"intro", "titre"})  # nobody's words


# --- the seat ------------------------------------------------------------------------------------------


def sit(folder: Workspace, post: FinishedPost, passage_id: str, *order: str, following: str | None = None) -> Seat:
    recordings: list[Recording] = [
        lay_recording(number, media, folder, lambda media_id: media_id, lambda media_id: media_id)
        for number, media in enumerate(post.media, start=1)
    ]
    items = [item_of(post, one) for one in order]
    return lay_seat(post, items, item_of(post, passage_id), recordings, (), following)


def ids(*passages: Passage | None) -> tuple[str | None, ...]:
    return tuple(passage.id if passage else None for passage in passages)


def test_what_was_just_answered_still_has_its_neighbours(folder: Workspace) -> None:
    post = finished(folder, council_post())
    seat = sit(folder, post, "hiver", "cent-ans", "hiver", "halle")
    assert (seat.number, seat.total, ids(seat.previous, seat.following)) == (2, 3, ("cent-ans", "halle"))
    seat = sit(folder, post, "hiver", "cent-ans", "halle", following="halle")
    assert (seat.number, seat.total, ids(seat.previous, seat.following)) == (0, 2, ("cent-ans", "halle"))
    seat = sit(folder, post, "hiver", "cent-ans", following="gone")
    assert ids(seat.previous, seat.following) == (None, "cent-ans")
    seat = sit(folder, post, "hiver")
    assert ids(seat.previous, seat.following) == (None, None)


def test_one_listens_for_an_unplaced_passage_behind_the_one_before_it(folder: Workspace) -> None:
    post = finished(folder, council_post())
    seat = sit(folder, post, "travaux", "travaux")
    assert (seat.is_placed, seat.start_ms, seat.end_ms, seat.spots) == (False, 63_000, None, ())
    assert seat.recording
    assert seat.recording.media == LOCAL
    first = Draft("debut", "Début").block("Bonsoir. Merci.")
    first.passage("Bonsoir.", Status.NOT_FOUND, id="bonsoir").passage("Merci.", Status.SPOKEN, 20_000, 21_000, id="m")
    assert sit(folder, finished(folder, first), "bonsoir", "bonsoir").start_ms == 12_000


def test_the_places_to_choose_from_begin_with_the_present_one(folder: Workspace) -> None:
    draft = Draft("vote", "Le vote", (LOCAL, TUBE)).block("Qui est pour ?")
    elsewhere = tuple(Place(TUBE.id, 1_000 * second, 1_000 * second + 500) for second in range(20))
    draft.passage("Qui est pour ?", Status.UNCERTAIN, 70_000, 71_000, id="vote", elsewhere=elsewhere)
    seat = sit(folder, finished(folder, draft), "vote", "vote")
    assert [spot.number for spot in seat.spots] == list(range(1, 10))
    assert [(spot.recording.number, spot.is_current) for spot in seat.spots[:2]] == [(1, True), (2, False)]
    assert seat.spots[2].href == "https://youtu.be/Mc5Aulne001?t=0"
