"""The page of a post's evidence: what it tells from the alignment file, and that both places play."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from aligner.model import Corrected, CorrectionAction, Place, Status, TriedPlace, Weighed
from aligner.store import Workspace, dump_json, write_atomic
from tests.web.conftest import LOCAL, TUBE, Draft, run_viewer, told
from web import create_app

Open = Callable[..., Page]


def well_post() -> Draft:
    """A sentence in every state, with what was weighed for it."""
    post = Draft("puits", "Le puits de la place", (LOCAL, TUBE), date="2025-04-02")
    post.block("Le puits sera rouvert. Son eau est bonne. Nous le promettons. Il n’a jamais été sec.")
    words, unpublished = told(10_000, "Le", "puits", "sera", "+enfin", "-rouvert.")
    post.passage(
        "Le puits sera rouvert.",
        Status.REWORDED,
        10_000,
        12_400,
        id="puits",
        words=words,
        unpublished=unpublished,
        reason="3 mots sur 4 entendus, à sa place dans le discours.",
        agreed=0.75,
        evidence=Weighed(
            (
                TriedPlace(Place(LOCAL.id, 10_000, 12_400), 31.04, 0.7),
                TriedPlace(Place(TUBE.id, 61_000, 62_000), 8.5, 0.2),
            ),
            asked=5.61,
            follows=True,
        ),
    )
    post.passage(
        "Son eau est bonne.",
        Status.UNCERTAIN,
        20_000,
        21_900,
        id="eau",
        reason="4 mots sur 4 entendus, mais de tels mots se disent souvent.",
        elsewhere=(Place(LOCAL.id, 50_000, 51_900),),
        evidence=Weighed(
            (
                TriedPlace(Place(LOCAL.id, 20_000, 21_900), 9.0, 1.0),
                TriedPlace(Place(LOCAL.id, 50_000, 51_900), 8.0, 1.0),
            ),
            asked=12.0,
        ),
    )
    post.passage(
        "Nous le promettons.",
        Status.SPOKEN,
        30_000,
        31_000,
        id="promesse",
        corrected=Corrected(CorrectionAction.START, doubtful=True, why="On y entend « nous y pensons »."),
    )
    return post.passage(
        "Il n’a jamais été sec.",
        Status.NOT_FOUND,
        id="sec",
        evidence=Weighed((TriedPlace(Place(LOCAL.id, 70_000, 71_000), 6.3, 0.1),), asked=174.0),
    )


@pytest.fixture
def well(workspace: Workspace) -> Workspace:
    well_post().write(workspace)
    return workspace


def sections(workspace: Workspace, address: str) -> dict[str, str]:
    """The words of each passage's section, by its id, as a reader without script gets them."""
    answer = create_app(workspace).test_client().get(address, headers={"Accept-Language": "fr"})
    assert answer.status_code == 200
    found = re.findall(r'<section class="proof" id="p=([^"]+)".*?</section>', answer.text, re.DOTALL)
    bodies = re.findall(r'<section class="proof" id="p=[^"]+"(.*?)</section>', answer.text, re.DOTALL)
    return {
        name: " ".join(html.unescape(re.sub(r"<[^>]+>", "", body.partition(">")[2])).split())
        for name, body in zip(found, bodies, strict=True)
    }


def test_each_sentence_is_told_with_its_places_and_what_vouches_for_it(well: Workspace) -> None:
    shown = sections(well, "/puits/preuves/")
    assert list(shown) == ["puits", "eau", "promesse", "sec"]
    assert shown["puits"].startswith("Le puits sera rouvert. Dit autrement ou en partie · confiance 90 sur 100")
    assert "« Le puits sera (non dit : rouvert.) (non publié : enfin) »" in shown["puits"]
    assert "Dit à : 10 s (Enregistrement 1). Poids 31,0 (demandé : 5,6) ; 70 % de la phrase." in shown["puits"]
    assert "Deuxième meilleur endroit : 1 min 1 s (Enregistrement 2). Poids 8,5 ; 20 % de la phrase." in shown["puits"]
    assert shown["puits"].endswith(
        "Ses voisines ont été entendues juste à côté. Les sous-titres ont 75 % de ces mots au même moment."
    )
    assert "Peut-être à : 20 s (Enregistrement 1). Poids 9,0 (demandé : 12,0)" in shown["eau"]
    assert shown["eau"].endswith("1 autre endroit convient presque aussi bien.")
    assert "Moment indiqué à l’écoute par l’auteur. On y entend « nous y pensons »." in shown["promesse"]
    assert "Endroit le moins improbable : 1 min 10 s" in shown["sec"]


def test_english_readers_get_their_own_words_and_numbers(well: Workspace) -> None:
    shown = sections(well, "/puits/preuves/?lang=en")
    assert "Weight 31.0 (asked: 5.6); 70% of the sentence." in shown["puits"]


def test_files_without_evidence_are_shown_as_far_as_they_tell(client: FlaskClient) -> None:
    page = client.get("/cour-d-ecole/preuves/", headers={"Accept-Language": "fr"}).text
    assert "par une version qui ne notait pas encore" in page
    assert "Dit à" in page
    assert "Poids" not in page


def test_broken_evidence_is_a_broken_file(well: Workspace) -> None:
    path = well.aligned / "puits.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["passages"][0]["evidence"]["places"][0]["nats"] = "31"
    write_atomic(path, dump_json(document))
    client = create_app(well).test_client()
    assert client.get("/puits/preuves/").status_code == 500
    assert client.get("/inconnu/preuves/").status_code == 404


def test_a_post_leads_to_its_evidence_and_frames_do_not(well: Workspace) -> None:
    client = create_app(well).test_client()
    page = client.get("/puits/?lang=en").text
    links = re.findall(r'<a class="proof-link" href="([^"]*)"', page)
    assert links == [
        "/puits/preuves/?lang=en#p=puits",
        "/puits/preuves/?lang=en#p=eau",
        "/puits/preuves/?lang=en#p=sec",
        "/puits/preuves/?lang=en",  # of the menu; script adds the sentence
    ]
    assert "preuves" not in client.get("/embed/puits/").text


@pytest.mark.browser
def test_both_places_play_and_the_sentence_is_marked(well: Workspace, open_page: Open) -> None:
    with run_viewer(well) as site:
        page = open_page(f"{site}/puits/preuves/#p=eau")
        places = page.locator("[id='p=eau'] .proof-places a")
        expect(places).to_have_count(2)
        for number, start in enumerate((20, 50)):
            places.nth(number).click()
            page.wait_for_function(
                "([video, start]) => !video.paused && video.currentTime >= start - 0.5",
                arg=[page.locator("video").element_handle(), start],
            )
            assert page.locator("video").evaluate("video => video.currentTime") < start + 15
        page.locator("[id='p=puits'] h2 a").click()
        page.wait_for_selector("[id='p=puits'] .passage.current")
        assert page.evaluate("location.hash") == "#p=puits"


@pytest.mark.browser
def test_the_menu_of_a_sentence_leads_to_its_evidence(well: Workspace, open_page: Open) -> None:
    with run_viewer(well) as site:
        page = open_page(f"{site}/puits/")
        page.locator("a.passage.reworded").focus()
        page.get_by_role("button", name="Partager ce passage").click()
        page.get_by_role("link", name="Pourquoi ce moment ?").click()
        page.wait_for_url(f"{site}/puits/preuves/#p=puits")
        expect(page.locator("[id='p=puits']")).to_be_in_viewport()
