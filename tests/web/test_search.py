"""The search page as it is sent: what it shows of each hit, its pages, what is typed wrong, addresses that are gone."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page

from aligner.store import Workspace
from tests.web.conftest import LOCAL
from tests.web.heard import furnish
from web.errors import words_of
from web.views.search import cut_at_marks

OpenPage = Callable[..., Page]


@pytest.fixture
def furnished(client: FlaskClient, workspace: Workspace) -> FlaskClient:
    furnish(workspace)
    return client


def text_of(html: str) -> str:
    words = unescape(re.sub(r"<[^>]+>", "", html)).replace("\N{NO-BREAK SPACE}", " ")
    return " ".join(words.replace("\N{NARROW NO-BREAK SPACE}", " ").split())


def hits_of(page: str) -> list[str]:
    return [text_of(hit) for hit in re.findall(r'<li class="hit.*?</li>', page, re.DOTALL)]


# --- without script ----------------------------------------------------------------------------------


def test_nothing_asked_is_answered_with_a_field_and_hints(client: FlaskClient) -> None:
    page = client.get("/recherche/").text
    assert '<input type="search" id="q" name="q" value=""' in page
    assert "les mots sont cherchés tels quels : « plan vélo »" in text_of(page)
    assert "« logement » trouve aussi « logements »" in text_of(page)
    assert page.count('type="search"') == 1  # not a second one in the header
    assert 'type="search"' in client.get("/").text


def test_a_hit_shows_its_sentence_marked_with_speaker_post_date_and_verdict(client: FlaskClient) -> None:
    page = client.get("/recherche/?q=chene").text
    (hit,) = hits_of(page)
    assert hit == (
        "0:30 une charpente refaite en chêne local ; "
        "Jeanne Morel · Rénover le marché couvert · 13 juin 2025 · dit tel quel"
    )
    assert "en <mark>chêne</mark> local" in page
    assert 'href="/marche-couvert/#p=chene"' in page
    assert f'href="/media/{LOCAL.id}#t=29.7"' in page
    assert 'value="chene"' in page


def test_heard_words_show_their_session(furnished: FlaskClient) -> None:
    page = furnished.get("/recherche/?q=passerelle+reconstruite").text
    (hit,) = hits_of(page)
    assert "Conseil du 12 juin 2025" in hit
    assert hit.endswith("entendu en séance")
    assert f'href="/seances/{LOCAL.id}/?t=50"' in page


def test_an_unsure_hit_is_never_offered_as_said(client: FlaskClient) -> None:
    page = client.get("/recherche/?q=productrices").text
    (hit,) = hits_of(page)
    assert "≈ incertain · écouter le passage possible (≈ 0:41)" in hit
    assert 'class="listen"' not in page
    assert 'class="play-all"' not in page


def test_what_was_not_found_has_no_link_to_a_moment(client: FlaskClient) -> None:
    page = client.get("/recherche/?q=travaux+dureront").text
    (hit,) = hits_of(page)
    assert hit.endswith("non retrouvé dans l’enregistrement")
    assert "data-start" not in page


def test_a_mistyped_word_is_told_with_what_was_searched(client: FlaskClient) -> None:
    page = client.get("/recherche/?q=charpante").text
    assert "Résultats pour charpente (rien pour charpante)" in text_of(page)
    assert len(hits_of(page)) == 2


def test_nothing_found_is_told_with_advice(client: FlaskClient) -> None:
    assert "Rien ne correspond à « zyzzyva »." in text_of(client.get("/recherche/?q=zyzzyva").text)
    quoted = text_of(client.get('/recherche/?q="halle+la"').text)
    assert "Sans les guillemets" in quoted


def test_results_come_twenty_a_page(furnished: FlaskClient) -> None:
    first = furnished.get("/recherche/?q=peuplier").text
    assert "30 résultats" in text_of(first)
    assert len(hits_of(first)) == 20
    assert '<a rel="next" href="/recherche/?page=2&amp;q=peuplier">Page suivante</a>' in first
    second = furnished.get("/recherche/?q=peuplier&page=2").text
    assert len(hits_of(second)) == 10
    assert '<ol class="hits" start="21">' in second
    assert set(hits_of(first)).isdisjoint(hits_of(second))
    assert furnished.get("/recherche/?q=peuplier&page=3").status_code == 404
    assert furnished.get("/recherche/?q=peuplier&page=x").status_code == 404


@pytest.mark.parametrize(
    "query", ['"', "<script>alert(1)</script>", "a OR b", "NEAR(", "*", "«", "%00", "-", "a" * 5000]
)
def test_whatever_is_typed_is_text(client: FlaskClient, query: str) -> None:
    answer = client.get("/recherche/", query_string={"q": query})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_the_results_alone_are_the_part_that_the_page_holds(furnished: FlaskClient) -> None:
    whole = furnished.get("/recherche/?q=passerelle").text
    part = furnished.get("/recherche/resultats/?q=passerelle").text
    assert "<html" not in part
    assert part.strip() in whole


def test_the_language_is_kept(client: FlaskClient) -> None:
    page = client.get("/recherche/?q=halle&lang=en").text
    assert '<input type="hidden" name="lang" value="en">' in page
    assert 'href="/marche-couvert/?lang=en#p=halle"' in page


@given(st.text(max_size=40), st.lists(st.integers(0, 40), max_size=8))
def test_cutting_at_marks_loses_nothing(text: str, places: list[int]) -> None:
    edges = sorted({min(place, len(text)) for place in places})
    marks = [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False) if start < end]
    runs = list(cut_at_marks(text, marks))
    assert "".join(run for run, _ in runs) == text
    assert [run for run, marked in runs if marked] == [text[start:end] for start, end in marks]
    assert all(run for run, _ in runs)


# --- an address that is not there --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/la-halle-2024.html", "la halle 2024"),
        ("/2024/03/place_du_lavoir/", "2024 place du lavoir"),
        ("/école/d’été/", "école d été"),
        ("/", ""),
        ("/marche-couvert-3f9a1c2b/", "marche couvert"),
    ],
)
def test_the_words_of_an_address(path: str, words: str) -> None:
    assert words_of(path) == words


def test_a_missing_page_offers_to_search_its_words(client: FlaskClient) -> None:
    answer = client.get("/le-marche-couvert/")
    assert answer.status_code == 404
    assert 'action="/recherche/"' in answer.text
    assert 'value="le marche couvert"' in answer.text
    assert "value=" not in client.get("/posts/rien.json").text
