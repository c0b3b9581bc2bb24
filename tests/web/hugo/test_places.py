"""Which words of a rendered page are a passage's: doubtful ones, quotes in quotes, the same words twice, raw HTML."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from aligner.model import Kind, Place, Status
from aligner.store import Workspace
from tests.web.conftest import TUBE, Draft, told
from tests.web.file_server import serving
from tests.web.hugo.conftest import build, make_site, publish

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]

REFRAIN = "Nous tiendrons parole."
POST = f"""---
title: Le refrain
---

<p class="lead">Le canal sera curé au printemps.</p>

{REFRAIN} Le pont sera repeint avant l'hiver.

{REFRAIN}

Le canal sera curé au printemps. La « berge *des tilleuls* » restera à tou·te·s.

La piste cyclable<br>ira jusqu&rsquo;à l&rsquo;e&#769;cole -- et au-del&agrave;. Oui. Ouistiti.

Karim Le Goff répond que "la commune n'a **pas** vendu la halle", et s'en va.
"""


@pytest.fixture
def page(tmp_path: Path, open_page: OpenPage) -> Page:
    workspace = Workspace(tmp_path / "workspace")
    post = Draft("refrain", "Le refrain", (TUBE,))
    post.block(f"{REFRAIN} Le pont sera repeint avant l’hiver.")
    post.passage(REFRAIN, Status.SPOKEN, 1_000, 2_000, id="un")
    post.passage(
        "Le pont sera repeint avant l’hiver.", Status.UNCERTAIN, 3_000, 4_000, id="pont", reason="deux endroits"
    )
    post.block(REFRAIN)
    post.passage(REFRAIN, Status.SPOKEN, 5_000, 6_000, id="deux", elsewhere=(Place(TUBE.id, 1_000, 2_000),))
    post.block("Le canal sera curé au printemps. La « berge des tilleuls » restera à tou·te·s.")
    post.passage("Le canal sera curé au printemps.", Status.SPOKEN, 7_000, 8_000, id="canal")
    post.passage("La « berge des tilleuls » restera à tou·te·s.", Status.REWORDED, 9_000, 11_000, id="berge")
    post.passage("berge des tilleuls", Status.SPOKEN, 9_500, 10_000, id="tilleuls", kind=Kind.QUOTE)
    post.block("La piste cyclable ira jusqu’à l’école – et au-delà. Oui. Ouistiti.")
    words, _ = told(12_000, "La", "piste", "cyclable", "ira", "jusqu’à", "-l’école", "–", "et", "au-delà.")
    post.passage(
        "La piste cyclable ira jusqu’à l’école – et au-delà.", Status.SPOKEN, 12_000, 17_000, id="piste", words=words
    )
    post.passage("Oui.", Status.SPOKEN, 18_000, 18_500, id="oui")
    post.block("Karim Le Goff répond que \"la commune n'a pas vendu la halle\", et s'en va.")
    post.passage("la commune n'a pas vendu la halle", Status.SPOKEN, 20_000, 21_000, id="halle", kind=Kind.QUOTE)
    post.write(workspace)
    site = make_site(tmp_path / "site")
    (site / "content" / "posts" / "refrain.md").write_text(POST, encoding="utf-8")
    publish(workspace, site)
    build(site).rename(tmp_path / "montclery")
    with serving(tmp_path) as address:
        opened = open_page(f"{address}/montclery/posts/refrain/")
        opened.wait_for_selector(".aligner-foot", state="attached")
    return opened


def words_of(page: Page, id_: str) -> list[str]:
    return page.locator(f".passage[data-passage={id_}]").all_inner_texts()


def test_words_are_found_whatever_became_of_their_signs(page: Page) -> None:
    (words,) = words_of(page, "piste")
    # the accent was written as a sign of its own
    assert unicodedata.normalize("NFC", words) == "La piste cyclable\nira jusqu’à l’école – et au-delà."
    assert words_of(page, "halle") == ["la commune n’a pas vendu la halle"]
    assert page.locator("[data-passage=halle] strong").inner_text() == "pas"


def test_the_times_of_words_go_with_the_words_of_the_page(page: Page) -> None:
    # the dash is a word in both; what was not said has no time
    assert page.locator("[data-passage=piste]").get_attribute("data-words") == "0,50,50,50,50,,,150,50"


def test_the_same_words_twice_are_two_passages_in_their_order(page: Page) -> None:
    places = page.locator("a.passage", has_text=REFRAIN)
    assert [place.get_attribute("data-passage") for place in places.all()] == ["un", "deux"]
    assert page.get_by_role("button", name="dit plusieurs fois").count() == 1


def test_words_that_stand_there_more_often_than_they_were_published_are_where_their_neighbours_are(page: Page) -> None:
    place = page.locator("[data-passage=canal]")
    assert place.count() == 1
    assert place.evaluate("piece => piece.parentElement.className") == ""  # and not the lead above the text


def test_a_quote_in_a_sentence_has_its_own_moment(page: Page) -> None:
    assert words_of(page, "tilleuls") == ["berge des tilleuls"]
    assert words_of(page, "berge") == ["La", "restera à tou·te·s."]
    assert page.locator("a a").count() == 0


def test_a_short_passage_is_never_found_inside_a_word(page: Page) -> None:
    assert words_of(page, "oui") == ["Oui."]


def test_what_is_uncertain_is_no_link_and_says_why(page: Page) -> None:
    doubt = page.locator(".passage.uncertain")
    assert doubt.evaluate("piece => piece.tagName") == "SPAN"
    toggle = page.get_by_role("button", name="≈ passage incertain")
    told_there = page.locator(f"[id='{toggle.get_attribute('aria-controls')}']")
    expect(told_there).to_be_hidden()
    toggle.click()
    expect(told_there).to_have_text("deux endroits écouter le passage possible (≈ 3 s)")
