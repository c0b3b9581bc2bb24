"""The lists: posts by page and year, the header of every page, sessions, people, topics; and when nothing is there."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from aligner.model import Status
from aligner.store import Workspace
from tests.web.conftest import LOCAL, TUBE, Draft, run_viewer
from tests.web.council import TEXTS, Text, hold_council, publish
from web import create_app
from web.paging import Paging

OpenPage = Callable[..., Page]


@pytest.fixture
def council(tmp_path: Path, video: Path) -> Workspace:
    return hold_council(tmp_path / "council", video)


@pytest.fixture
def reader(council: Workspace) -> FlaskClient:
    return create_app(council).test_client()


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory, video: Path) -> Iterator[str]:
    with run_viewer(hold_council(tmp_path_factory.mktemp("hall"), video)) as address:
        yield address


def read(client: FlaskClient, address: str, language: str = "fr") -> str:
    response = client.get(address, headers={"Accept-Language": language})
    assert response.status_code == 200, address
    return response.text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def plain(part: str) -> str:
    """A piece of a page as it is read."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", part)).strip())


def cards(page: str) -> list[str]:
    return [plain(title) for title in re.findall(r"<h2>(.*?)</h2>", page)]


@pytest.fixture
def many(tmp_path: Path) -> FlaskClient:
    """Sixty-five posts, of two years."""
    workspace = Workspace(tmp_path)
    for number in range(65):
        year, month = (2025, 1 + number % 6) if number < 50 else (2024, 12)
        draft = Draft(f"texte-{number:02}", f"Texte {number:02}", (), f"{year}-{month:02}-{1 + number % 28:02}")
        draft.block("Bonjour.").passage("Bonjour.", Status.NOT_FOUND).write(workspace)
    return create_app(workspace).test_client()


# --- posts by page and year --------------------------------------------------------------------------


def test_the_list_has_thirty_posts_a_page_newest_first(many: FlaskClient) -> None:
    pages = [read(many, address) for address in ("/", "/?page=2", "/?page=3")]
    assert [len(cards(page)) for page in pages] == [30, 30, 5]
    days = [day for page in pages for day in re.findall(r'<time datetime="([^"]*)"', page)]
    assert len(days) == 65
    assert days == sorted(days, reverse=True)
    assert len({title for page in pages for title in cards(page)}) == 65


def test_pages_are_told_to_readers_and_programs(many: FlaskClient) -> None:
    first, second, third = (read(many, address) for address in ("/", "/?page=2", "/?page=3"))
    assert '<link rel="next" href="/?page=2">' in first
    assert 'rel="prev"' not in first
    assert '<link rel="prev" href="/?page=1">' in second
    assert '<a rel="next" href="/?page=3">Page suivante</a>' in second
    assert "Page 2 sur 3" in second
    assert 'rel="next"' not in third
    assert "65 textes" in first


@pytest.mark.parametrize("page", ["4", "0", "-1", "abc", "", "1.5", "٣", "9" * 40])
def test_a_page_that_is_not_there_is_not_shown_empty(many: FlaskClient, page: str) -> None:
    assert many.get("/", query_string={"page": page}).status_code == 404


def test_a_year_can_be_chosen_and_keeps_its_pages(many: FlaskClient) -> None:
    page = read(many, "/?annee=2025")
    assert "50 textes" in page
    assert '<a rel="next" href="/?page=2&amp;annee=2025">' in page
    assert plain(page[page.index('class="years"') :].partition("</nav>")[0].partition(">")[2]) == (
        "Toutes les années 2025 50 2024 15"
    )
    assert '<a href="/?annee=2025" aria-current="page">' in page
    assert len(cards(read(many, "/?page=2&annee=2025"))) == 20
    assert len(cards(read(many, "/?annee=2024"))) == 15


@pytest.mark.parametrize("year", ["2023", "x", "0"])
def test_a_year_without_posts_is_not_there(many: FlaskClient, year: str) -> None:
    assert many.get(f"/?annee={year}").status_code == 404


def test_links_between_pages_keep_the_language(many: FlaskClient) -> None:
    page = read(many, "/?annee=2025&lang=en")
    assert '<a rel="next" href="/?lang=en&amp;page=2&amp;annee=2025">Next page</a>' in page
    assert 'href="?annee=2025&amp;lang=fr"' in page


@pytest.mark.parametrize(
    ("number", "total", "previous", "following", "last"),
    [(1, 0, None, None, 1), (1, 30, None, None, 1), (1, 31, None, 2, 2), (2, 60, 1, None, 2), (2, 61, 1, 3, 3)],
)
def test_what_stands_before_and_after_a_page(
    number: int, total: int, previous: int | None, following: int | None, last: int
) -> None:
    paging = Paging(number, total)
    assert (paging.previous, paging.following, paging.last) == (previous, following, last)


# --- the header of every page --------------------------------------------------------------------------


def sections(page: str) -> list[tuple[str, str]]:
    nav = page[page.index('class="sections"') :].partition("</nav>")[0]
    return re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', nav)


def test_the_header_leads_to_the_parts_that_have_content(reader: FlaskClient) -> None:
    everywhere = [("/", "Textes"), ("/seances/", "Séances"), ("/personnes/", "Personnes"), ("/themes/", "Thèmes")]
    for address in ("/", "/seances/", "/marche/", "/personnes/Jeanne%20Morel/"):
        assert sections(read(reader, address)) == everywhere


def test_the_header_leaves_out_what_would_be_empty(council: Workspace, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "bare")
    publish(workspace, replace(TEXTS[0], speaker=None, tags=()))
    assert sections(read(create_app(workspace).test_client(), "/")) == [("/", "Textes"), ("/seances/", "Séances")]
    assert 'class="sections"' not in read(create_app(Workspace(tmp_path / "nothing")).test_client(), "/")


def test_the_header_says_where_one_is(reader: FlaskClient) -> None:
    assert '<a href="/seances/" aria-current="page">' in read(reader, "/seances/")
    assert '<a href="/seances/" aria-current="true">' in read(reader, f"/seances/{LOCAL.id}/")
    assert "aria-current" not in read(reader, "/marche/").partition("<main")[0]


def test_the_search_of_the_header_is_a_plain_form_that_keeps_the_language(reader: FlaskClient) -> None:
    form = read(reader, "/seances/?lang=en").partition("<form")[2].partition("</form>")[0]
    assert 'action="/recherche/"' in form
    assert "method" not in form
    assert 'name="q" aria-label="Search the texts and sessions"' in form
    assert '<input type="hidden" name="lang" value="en">' in form
    assert 'name="lang"' not in read(reader, "/seances/").partition("<main")[0]


# --- sessions ------------------------------------------------------------------------------------------


def test_sessions_are_listed_by_date_with_what_was_heard_and_placed(reader: FlaskClient) -> None:
    entries = [
        plain(entry) for entry in re.findall(r'<li class="card">(.*?)</li>', read(reader, "/seances/"), re.DOTALL)
    ]
    # these recordings have no date of their own: that of the earliest post, named so
    march, november = "texte publié le 1er mars 2025 · 1 h 30 min", "texte publié le 2 novembre 2024 · 2 min"
    assert entries == [
        f"{march} Conseil filmé 1 passage publié retrouvé, 1 texte · pas encore entendu",
        f"{november} Conseil du 12 juin 2025 8 passages publiés retrouvés, 3 textes · entendu à 55 %",
        "Sans date · 10 min Enregistrement sans titre aucun passage publié retrouvé · pas encore entendu",
    ]


# --- people --------------------------------------------------------------------------------------------


def test_people_are_listed_with_their_texts_passages_and_time(reader: FlaskClient) -> None:
    entries = [plain(entry) for entry in re.findall(r"<li>\s*(<a.*?)</li>", read(reader, "/personnes/"), re.DOTALL)]
    assert "Karim Le Goff 1 texte · 3 passages publiés retrouvés · 7 s de parole retrouvée" in entries
    assert "Jeanne Morel 4 textes · 6 passages publiés retrouvés · 15 s de parole retrouvée" in entries


def test_a_person_has_passages_and_texts(reader: FlaskClient) -> None:
    page = read(reader, "/personnes/Karim%20Le%20Goff/")
    assert '<h1 lang="fr">Karim Le Goff</h1>' in page
    quotes = [plain(quote) for quote in re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", page, re.DOTALL)]
    assert len(quotes) == 3
    assert "La cour de l'école sera plantée de douze tilleuls cet automne." in quotes
    assert 'href="/cour-d-ecole/#p=cour-d-ecole-8"' in page
    assert f'href="/seances/{LOCAL.id}/?t=33"' in page
    assert "Rénover" not in page


def test_a_person_with_many_passages_has_pages(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    for number in range(4):
        publish(workspace, Text(f"texte-{number}", f"Texte {number}", "Ana Díaz", (), tuple(range(10))))
    client = create_app(workspace).test_client()
    first, second = (read(client, f"/personnes/{quote('Ana Díaz')}/?page={page}") for page in (1, 2))
    assert (first.count("<blockquote"), second.count("<blockquote")) == (30, 10)
    assert f'<a rel="next" href="/personnes/{quote("Ana Díaz")}/?page=2">' in first
    assert client.get(f"/personnes/{quote('Ana Díaz')}/?page=3").status_code == 404


@pytest.mark.parametrize("name", ["A/B", "Zoé // Ö", "50 % d’eau ?", "C# & co", "«Le Lavoir»", "a+b", "<i>x</i>"])
def test_names_and_tags_are_free_text(tmp_path: Path, name: str) -> None:
    workspace = Workspace(tmp_path)
    publish(workspace, Text("texte", "Texte", name, (name,), (1,)))
    client = create_app(workspace).test_client()
    for part in ("personnes", "themes"):
        listed = read(client, f"/{part}/")
        found = re.findall(rf'href="(/{part}/[^"]+)"', listed.partition("<main")[2])
        assert len(found) == 1
        page = read(client, html.unescape(found[0]))
        assert "Texte" in page
        assert "<i>x" not in page


@pytest.mark.parametrize(
    "address", ["/personnes/Personne/", "/themes/rien/", "/seances/youtube:Rien/", "/seances/x/y/"]
)
def test_what_nobody_knows_is_not_there(reader: FlaskClient, address: str) -> None:
    assert reader.get(address).status_code == 404


# --- topics --------------------------------------------------------------------------------------------


def test_topics_are_the_tags_of_the_posts(reader: FlaskClient) -> None:
    page = read(reader, "/themes/")
    names = [plain(entry) for entry in re.findall(r"<li>\s*(<a.*?)</li>", page.partition("<main")[2], re.DOTALL)]
    assert names == ["budget 2 textes", "école 1 texte", "mobilités 1 texte", "patrimoine 1 texte"]
    assert cards(read(reader, "/themes/budget/")) == ["Planter la cour d’école", "Le marché couvert"]
    assert cards(read(reader, f"/themes/{quote('école')}/")) == ["Planter la cour d’école"]


# --- nothing there ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("address", ["/", "/seances/", "/personnes/", "/themes/"])
def test_an_empty_list_says_so_in_a_sentence(tmp_path: Path, address: str, language: str) -> None:
    page = read(create_app(Workspace(tmp_path)).test_client(), address, language)
    empty = plain(page.partition('<div class="empty">')[2].partition("</div>")[0])
    assert empty.endswith(".")
    assert len(empty) > 20


# --- in a browser ----------------------------------------------------------------------------------------

PATHS = ("/", "/seances/", "/personnes/", "/personnes/Jeanne Morel/", "/themes/", "/themes/budget/", "/?annee=2025")
OPTIONS = {"rules": {"target-size": {"enabled": True}}}


@pytest.mark.browser
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 375)])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_no_fault(hall: str, open_page: OpenPage, path: str, width: int, scheme: str, language: str) -> None:
    page = open_page(f"{hall}{path}", color_scheme=scheme, viewport={"width": width, "height": 740}, locale=language)
    results = Axe().run(page, options=OPTIONS)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.browser
def test_the_header_is_two_lines_on_a_phone_and_one_on_a_desk(hall: str, open_page: OpenPage) -> None:
    for width, lines in ((375, 2), (1280, 1)):
        page = open_page(f"{hall}/", viewport={"width": width, "height": 740})
        rows = page.eval_on_selector_all(
            ".site-name, .sections a, .site-search, .language",
            "found => new Set(found.map(one => Math.round((one.getBoundingClientRect().top + "
            "one.getBoundingClientRect().bottom) / 20))).size",
        )
        assert rows == lines


@pytest.mark.browser
def test_a_keyboard_walk_goes_through_the_list_in_order(hall: str, open_page: OpenPage) -> None:
    page = open_page(f"{hall}/themes/")
    walk = []
    for _ in range(12):
        page.keyboard.press("Tab")
        walk.append(
            page.evaluate(
                "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()"
            )
        )
    assert walk == [
        "Aller au contenu",
        "Prises de parole",
        "Textes",
        "Séances",
        "Personnes",
        "Thèmes",
        "Chercher dans les textes et les séances",
        "Chercher",
        "English",
        "budget",
        "école",
        "mobilités",
    ]


@pytest.mark.browser
def test_the_search_of_the_header_works_without_script(hall: str, open_page: OpenPage) -> None:
    page = open_page(f"{hall}/personnes/", java_script_enabled=False)
    page.get_by_role("searchbox").fill("tilleuls")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url(f"{hall}/recherche/?q=tilleuls")
    expect(page.get_by_text("douze tilleuls").first).to_be_visible()


@pytest.mark.browser
def test_a_session_of_youtube_is_one_click_from_the_list(hall: str, open_page: OpenPage) -> None:
    page = open_page(f"{hall}/seances/")
    page.get_by_role("link", name="Conseil filmé").click()
    page.wait_for_url(f"{hall}/seances/{TUBE.id}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Conseil filmé")
