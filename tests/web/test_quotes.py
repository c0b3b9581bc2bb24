"""A pasted quote in the viewer: its own page, the answer above the search's results, the API, the player."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from aligner.finding.quote import MOST_CHARS
from aligner.store import Workspace
from tests.web.conftest import LOCAL, build, run_viewer
from tests.web.heard import write_transcript
from web.quotes import LONGEST_QUOTE

OpenPage = Callable[..., Page]

SAID = "le vieux marché couvert a plus de cent ans et ses murs tiennent debout"
NEVER = "les pompiers de Brévilliers achèteront trois hélicoptères japonais"


def tell(workspace: Workspace) -> None:
    write_transcript(
        workspace,
        LOCAL,
        (5_000, "alors le marché couvert a plus de cent ans et ses murs tiennent encore debout"),
        (70_000, "la séance est levée mes chers collègues à bientôt"),
    )


@pytest.fixture
def heard(client: FlaskClient, workspace: Workspace) -> FlaskClient:
    tell(workspace)
    return client


def text_of(html: str) -> str:
    words = unescape(re.sub(r"<[^>]+>", "", html)).replace("\N{NO-BREAK SPACE}", " ")
    return " ".join(words.replace("\N{NARROW NO-BREAK SPACE}", " ").split())


def answer_of(page: str) -> str:
    found = re.search(r'<section class="answer.*?</section>', page, re.DOTALL)
    assert found
    return found.group()


def test_a_found_quote_has_a_page_with_who_when_where_and_the_differences(heard: FlaskClient) -> None:
    page = heard.get("/trouver/", query_string={"q": f"« {SAID} »"}).text
    answer = answer_of(page)
    assert "Dit par Jeanne Morel, à 5 s (date inconnue) :" in text_of(answer)
    assert re.search(r"<del>.*?</span>vieux<span.*?</del>", answer)
    assert re.search(r"<ins>.*?</span>encore<span.*?</ins>", answer)
    assert "à peu de mots près" in answer
    assert f'href="/seances/{LOCAL.id}/?t=5"' in answer
    assert 'href="/marche-couvert/#p=' in answer
    assert f'href="/media/{LOCAL.id}#t=5.0"' in answer


def test_what_was_never_said_has_a_page_that_can_be_shared_as_well(heard: FlaskClient) -> None:
    page = heard.get("/trouver/", query_string={"q": NEVER}).text
    told = text_of(answer_of(page))
    assert re.search(r"Jamais dit dans les \d+ s entendues \(1 séance\)\.", told)
    assert "une séance qui manque ici" in told
    assert "listen" not in answer_of(page)
    assert '<meta property="og:title" content="Jamais dit dans les' in page
    assert f'<meta property="og:description" content="« {NEVER} »">' in page.replace("\N{NO-BREAK SPACE}", " ")


def test_the_address_told_to_others_is_one_for_all_ways_to_paste_the_same(heard: FlaskClient) -> None:
    def canonical(query: dict[str, str]) -> str:
        page = heard.get("/trouver/", query_string=query).text
        (address,) = re.findall(r'<link rel="canonical" href="([^"]+)">', page)
        assert f'<meta property="og:url" content="{address}">' in page
        assert '<meta name="robots" content="noindex">' in page
        return unescape(address)

    plain = canonical({"q": SAID})
    assert plain.startswith("http://localhost/trouver/?q=le+vieux+march")
    assert canonical({"q": f"«\u00a0{SAID}\u00a0»", "lang": "en", "utm": "x"}) == plain
    assert answer_of(heard.get(plain).text) == answer_of(heard.get("/trouver/", query_string={"q": SAID}).text)


def test_an_empty_field_asks_for_a_quote_and_what_is_none_is_refused_in_words(heard: FlaskClient) -> None:
    page = heard.get("/trouver/").text
    assert '<textarea id="q" name="q"' in page
    assert "canonical" not in page
    refused = heard.get("/trouver/?q=%5B%E2%80%A6%5D")
    assert refused.status_code == 400
    assert "ne contient aucun mot" in text_of(refused.text)


def test_a_sentence_pasted_into_the_search_is_answered_above_what_is_found(heard: FlaskClient) -> None:
    page = heard.get("/recherche/", query_string={"q": "le marché couvert a plus de cent ans"}).text
    assert page.index('<section class="answer') < page.index('<li class="hit"')
    assert 'href="/trouver/?q=le+march%C3%A9+couvert+a+plus+de+cent+ans"' in answer_of(page)
    part = heard.get("/recherche/resultats/", query_string={"q": NEVER}).text
    assert "Jamais dit" in text_of(answer_of(part))
    assert "Rien ne correspond" not in text_of(part)
    assert 'data-told="Jamais dit' in part


@pytest.mark.parametrize("query", ["marché couvert", "a b c d e", "[un deux trois quatre cinq six]"])
def test_a_few_words_are_a_search_and_no_quote(heard: FlaskClient, query: str) -> None:
    answer = heard.get("/recherche/", query_string={"q": query})
    assert answer.status_code == 200
    assert 'class="answer' not in answer.text


def test_a_quote_may_be_as_long_as_it_can_be_looked_for(heard: FlaskClient) -> None:
    assert LONGEST_QUOTE == MOST_CHARS
    assert heard.get("/trouver/", query_string={"q": "mot " * 1_000}).status_code == 200
    assert heard.get("/trouver/", query_string={"q": "mot " * 1_000 + "fin"}).status_code == 400


def test_where_nothing_was_heard_the_search_says_nothing_of_quotes(client: FlaskClient) -> None:
    assert 'class="answer' not in client.get("/recherche/", query_string={"q": NEVER}).text
    page = client.get("/trouver/", query_string={"q": NEVER}).text
    assert "Rien n’a encore été entendu ici" in text_of(answer_of(page))


def test_the_api_gives_a_place_its_addresses_and_none_to_listen_to_what_is_not_sure(heard: FlaskClient) -> None:
    told = json.loads(heard.get("/api/find", query_string={"q": SAID}).data)
    assert told["said"] is True
    assert told["url"].startswith("http://localhost/trouver/?q=le+vieux")
    (place,) = told["places"]
    assert place["url"] == f"http://localhost/seances/{LOCAL.id}/?t=5"
    assert place["listen_url"] == f"http://localhost/media/{LOCAL.id}#t=5.0"
    assert place["published"][0]["url"].startswith("http://localhost/marche-couvert/#p=")
    near = json.loads(heard.get("/api/find", query_string={"q": "ses murs tiennent mal et tombent sur nos têtes"}).data)
    assert near["said"] is False
    assert [one["listen_url"] for one in near["near"]] == [None] * len(near["near"])


# --- in a browser ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, video: Path) -> Iterator[str]:
    workspace = build(tmp_path_factory.mktemp("quotes"), video)
    tell(workspace)
    with run_viewer(workspace) as address:
        yield address


@pytest.mark.parametrize("path", ["trouver", "recherche"])
def test_a_place_plays_in_the_page(shop: str, open_page: OpenPage, path: str) -> None:
    page = open_page(f"{shop}/{path}/?{urlencode({'q': SAID})}")
    page.locator(".answer a.listen").click()
    expect(page.locator("#dock")).to_be_visible()
    page.wait_for_function("document.querySelector('#dock video').currentTime > 4.5")
    assert f"/{path}/" in page.url


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("quote", [SAID, NEVER])
def test_axe_finds_no_fault(shop: str, open_page: OpenPage, quote: str, width: int) -> None:
    page = open_page(f"{shop}/trouver/?{urlencode({'q': quote})}", viewport={"width": width, "height": 740})
    results = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}})
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
