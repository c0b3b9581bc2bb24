"""A reader's browser before a bare file server: clicks, plays, searches, and is told when something cannot be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


def watch(broken: list[str]) -> Callable[[Page], None]:
    """Notes what the page asks for and does not get."""

    def prepare(page: Page) -> None:
        page.on("response", lambda answer: broken.append(answer.url) if answer.status >= 400 else None)

    return prepare


def test_from_the_list_to_a_post_to_its_moment(host: str, open_page: OpenPage) -> None:
    broken: list[str] = []
    page = open_page(f"{host}/", watch(broken))
    page.get_by_role("link", name="Rénover le marché couvert").click()
    page.wait_for_url(f"{host}/marche-couvert/")
    page.locator("a.passage").nth(2).click()
    page.wait_for_function("() => document.querySelector('video').currentTime > 13")
    page.wait_for_selector(".passage.current")
    page.get_by_role("link", name="English").click()
    page.wait_for_url(f"{host}/en/marche-couvert/")
    page.get_by_role("link", name="Sessions").click()
    page.wait_for_url(f"{host}/en/seances/")
    page.get_by_role("link", name="Conseil du 12 juin 2025").click()
    page.locator(".rows p > a").nth(1).click()
    page.wait_for_function("() => document.querySelector('video').currentTime > 60")
    assert broken == []


def test_an_address_of_a_passage_opens_there(host: str, open_page: OpenPage) -> None:
    page = open_page(f"{host}/place-du-lavoir/#p=tilleuls")
    page.wait_for_selector(".passage.current")
    assert page.locator(".passage.current").inner_text() == "Nous y planterons douze tilleuls."


def test_a_filmed_session_asks_first(host: str, open_page: OpenPage) -> None:
    page = open_page(f"{host}/place-du-lavoir/")
    expect(page.get_by_role("button", name="Charger le lecteur")).to_be_visible()
    assert page.locator("iframe").count() == 0
    assert page.locator(".facade img").evaluate("image => image.naturalWidth") == 64


@pytest.mark.parametrize("language", ["", "en/"])
@pytest.mark.parametrize(
    ("slug", "asked"),
    [
        ("marche-couvert", "charpente"),
        ("marche-couvert", "chene"),
        ("marche-couvert", "ancien"),
        ("deux-seances", "juin"),
    ],
)
def test_a_frame_shows_the_passage_that_it_is_asked_for(
    host: str, site: str, open_page: OpenPage, language: str, slug: str, asked: str
) -> None:
    framed = open_page(f"{host}/{language}embed/{slug}/?p={asked}")
    live = open_page(f"{site}/embed/{slug}/?p={asked}{'&lang=en' if language else ''}")
    expect(framed.locator("#text")).to_have_text(live.locator("#text").inner_text(), use_inner_text=True)
    assert framed.locator("#text").inner_text().split() == live.locator("#text").inner_text().split()
    # what is gone is told, and the text shown
    expect(framed.get_by_text("Ce passage n’est plus" if not language else "This passage is no longer")).to_have_count(
        1
    )
    shown = framed.locator(".missing").is_visible()
    assert shown == (live.locator("article > .no-recording").count() == 1) == (asked == "ancien")
    address = framed.locator("a.whole").evaluate("link => link.href")
    assert address == f"{host}/{language}{slug}/" + (f"#p={asked}" if asked != "ancien" else "")


# --- search --------------------------------------------------------------------------------------------


def found(page: Page) -> list[str]:
    page.wait_for_selector("#found .results")
    return [" ".join(text.split()) for text in page.locator(".hit").all_inner_texts()]


def test_the_search_of_the_header_leads_to_what_was_found(host: str, open_page: OpenPage) -> None:
    broken: list[str] = []
    page = open_page(f"{host}/marche-couvert/", watch(broken))
    page.get_by_role("searchbox").fill("CHENE")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url(f"{host}/recherche/?q=CHENE")
    page.wait_for_selector(".hit")
    (hit,) = found(page)
    assert hit == (
        "0:30 une charpente refaite en chêne local ; "
        "Jeanne Morel · Rénover le marché couvert · 13 juin 2025 · dit tel quel"
    )
    assert page.locator(".hit mark").all_inner_texts() == ["chêne"]
    assert page.locator(".count").inner_text() == "1\u00a0résultat"
    page.locator("a.listen").click()
    page.wait_for_function("() => document.querySelector('.dock video').currentTime > 29")
    page.get_by_role("link", name="Rénover le marché couvert").click()
    page.wait_for_url(f"{host}/marche-couvert/#p=chene")
    assert broken == []


@pytest.mark.parametrize(
    ("typed", "total"),
    [
        ("charpentes", 2),  # a form that stands nowhere
        ("passerelle", 2),  # heard twice, published nowhere
        ("charpente chêne", 1),
        ("lavoi", 1),  # a word that is only begun
        ('"la passerelle du lavoir"', 1),
        ('"lavoir du la passerelle"', 0),
        ("introuvablissime", 0),
        ("peuplier", 30),
        ("productrices", 1),
    ],
)
def test_the_same_is_found_as_live(host: str, site: str, open_page: OpenPage, typed: str, total: int) -> None:
    page = open_page(f"{host}/recherche/")
    page.locator("#q").fill(typed)
    page.wait_for_function("() => new URLSearchParams(location.search).get('q')")
    page.wait_for_selector(".count" if total else ".none")
    if total:
        assert page.locator(".count").inner_text().split("\u00a0")[0] == str(total)
    published = sorted(found(page))
    other = open_page(f"{site}/recherche/")
    other.goto(f"{site}/recherche/?q={typed}")
    if total < 20:  # of more, the order may differ
        assert published == sorted(found(other))
    else:
        assert len(published) == len(found(other)) == 20


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chrapente", "charpente"),  # two letters turned round
        ("passrelle", "passerelle"),  # one left out
        ("reconstriute lavoir", "reconstruite"),  # beside a word that is right
        ("charpente chene", None),  # few hits, no mistake
        ("halel", "halle"),
    ],
)
def test_a_mistyped_word_is_guessed_as_live(
    host: str, site: str, open_page: OpenPage, typed: str, meant: str | None
) -> None:
    page = open_page(f"{host}/recherche/?q={typed}")
    page.wait_for_selector(".hit")
    published = sorted(found(page))
    live = open_page(f"{site}/recherche/?q={typed}")
    assert published == sorted(found(live))
    for one in (page, live):
        said = one.locator(".meant").all_inner_texts()
        assert said == ([f"Résultats pour {meant} (rien pour {typed.split()[0]})"] if meant else [])


def test_more_than_a_page(host: str, open_page: OpenPage) -> None:
    page = open_page(f"{host}/recherche/?q=peuplier")
    page.wait_for_selector(".hit")
    page.get_by_role("link", name="Page suivante").or_(page.locator(".paging a[rel=next]")).first.click()
    page.wait_for_url("**/recherche/?q=peuplier&page=2")
    page.wait_for_selector(".hit")
    assert len(found(page)) == 10
    assert page.locator(".hits").get_attribute("start") == "21"


def test_an_unsure_hit_is_never_offered_as_said(host: str, open_page: OpenPage) -> None:
    page = open_page(f"{host}/recherche/?q=productrices")
    page.wait_for_selector(".hit")
    assert "≈ incertain · écouter le passage possible (≈ 0:41)" in found(page)[0].replace("\u00a0", " ")
    assert page.locator("a.listen").count() == 0


def test_in_english(host: str, open_page: OpenPage) -> None:
    page = open_page(f"{host}/en/recherche/?q=halle")
    page.wait_for_selector(".hit")
    assert "13\u00a0June 2025" in page.locator(".hit").first.inner_text()
    page.get_by_role("link", name="Français").click()
    page.wait_for_url(f"{host}/recherche/?q=halle")
    page.wait_for_selector(".hit")
    page.locator(".hit-from a").first.click()
    page.wait_for_url(f"{host}/marche-couvert/#p=halle")


def test_what_cannot_be_searched_is_said(host: str, open_page: OpenPage) -> None:
    page = open_page(f"{host}/recherche/?q=nous")
    expect(page.locator(".none")).to_contain_text("trop courants")
    page = open_page(f"{host}/recherche/", lambda page: page.route("**/index/*.json", lambda route: route.abort()))
    page.locator("#q").fill("halle")
    expect(page.locator(".none")).to_contain_text("n’a pas pu charger son index")
    page = open_page(f"{host}/recherche/?q=halle", java_script_enabled=False)
    expect(page.get_by_text("elle a besoin de JavaScript")).to_be_visible()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/en/",
        "/marche-couvert/",
        "/recherche/",
        "/recherche/?q=peuplier",
        "/recherche/?q=passrelle",
        "/seances/",
        "/seances/generic_conseil-2025-06-12/",
        "/personnes/",
        "/personnes/Jeanne Morel/",
        "/embed/place-du-lavoir/?p=traversent",
        "/404.html",
    ],
)
def test_axe_finds_no_fault(host: str, open_page: OpenPage, path: str) -> None:
    page = open_page(f"{host}{path}")
    if "q=" in path:
        page.wait_for_selector(".hit")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_shares_name_the_published_page(host: str, open_page: OpenPage) -> None:
    page = open_page(f"{host}/marche-couvert/#p=halle")
    script = "import('../static/address.js?' + Math.random()).then((m) => m.passageAddress({ id: 'halle' }))"
    assert page.evaluate(script) == f"{host}/marche-couvert/#p=halle"
