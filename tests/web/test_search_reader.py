"""The search page with a reader: results as one types, without script, playing one hit or all, for everybody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.web.conftest import LOCAL, build, run_viewer, write_info
from tests.web.heard import furnish

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


# --- as one types ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, video: Path) -> Iterator[str]:
    """A running viewer with much to find."""
    with run_viewer(furnish(build(tmp_path_factory.mktemp("search"), video))) as address:
        yield address


def type_in(page: Page, words: str) -> None:
    page.locator("#q").press_sequentially(words, delay=10)


def test_results_come_as_one_types_and_the_address_keeps_them(shop: str, open_page: OpenPage) -> None:
    page = open_page(f"{shop}/recherche/")
    expect(page.locator("#q")).to_be_focused()
    type_in(page, "passerelle")
    expect(page.locator(".hit")).to_have_count(2)
    expect(page.locator("#told")).to_have_text("2\u00a0résultats")
    expect(page.locator("#q")).to_be_focused()
    assert page.url == f"{shop}/recherche/?q=passerelle"
    assert page.title() == "passerelle · Recherche · Prises de parole"
    page.reload()
    expect(page.locator(".hit")).to_have_count(2)
    page.fill("#q", "")
    expect(page.locator(".tips")).to_be_visible()
    assert page.url == f"{shop}/recherche/"


def test_the_other_language_asks_what_was_typed(shop: str, open_page: OpenPage) -> None:
    page = open_page(f"{shop}/recherche/?q=halle&lang=fr")
    page.fill("#q", "passerelle")
    expect(page.locator(".hit")).to_have_count(2)
    page.get_by_role("link", name="English").click()
    expect(page.locator(".hit")).to_have_count(2)
    expect(page.locator("h1")).to_have_text("Search")
    page.fill("#q", "")
    expect(page.locator(".tips")).to_be_visible()
    assert page.url == f"{shop}/recherche/?lang=en"


def test_one_question_is_asked_for_a_word_typed_quickly(shop: str, open_page: OpenPage) -> None:
    asked: list[str] = []
    page = open_page(f"{shop}/recherche/", lambda page: page.on("request", lambda r: asked.append(r.url)))
    type_in(page, "passerelle")
    expect(page.locator(".hit")).to_have_count(2)
    assert len([url for url in asked if "/resultats/" in url]) <= 3


def test_an_old_answer_never_covers_a_newer_one(shop: str, open_page: OpenPage) -> None:
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if "q=peuplier" in route.request.url:
            held.append(route)  # answered at the very end
        else:
            route.continue_()

    page = open_page(f"{shop}/recherche/", lambda page: page.route("**/resultats/**", hold_the_first))
    page.fill("#q", "peuplier")
    page.wait_for_timeout(400)
    assert held
    page.fill("#q", "passerelle")
    expect(page.locator(".hit")).to_have_count(2)
    for route in held:
        route.continue_()
    page.wait_for_timeout(400)
    expect(page.locator(".hit")).to_have_count(2)
    assert page.url.endswith("?q=passerelle")


def test_when_the_server_fails_the_button_sends_the_form_as_ever(shop: str, open_page: OpenPage) -> None:
    page = open_page(f"{shop}/recherche/", lambda page: page.route("**/resultats/**", lambda route: route.abort()))
    type_in(page, "passerelle")
    page.wait_for_function("() => 'plain' in document.querySelector('.seek').dataset")
    page.get_by_role("button", name="Chercher").click()
    expect(page.locator(".hit")).to_have_count(2)


def test_it_works_without_script(shop: str, open_page: OpenPage) -> None:
    page = open_page(f"{shop}/", java_script_enabled=False)
    page.get_by_role("searchbox").fill("passerelle")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator(".hit")).to_have_count(2)
    expect(page.locator(".play-all")).to_be_hidden()
    expect(page.locator("#dock")).to_be_hidden()
    links = [link.get_attribute("href") for link in page.locator(".listen").all()]
    assert sorted(links, key=str) == [f"/media/{LOCAL.id}#t=49.7", f"/media/{LOCAL.id}#t=69.7"]


# --- playing -----------------------------------------------------------------------------------------


def position(page: Page) -> float:
    return float(page.locator("#dock video").evaluate("video => video.currentTime"))


def slow_down(page: Page) -> None:
    page.add_init_script(
        "addEventListener('play', ({ target }) => { target.playbackRate = 0.0625; }, true);",
    )


def test_a_hit_plays_in_place(shop: str, open_page: OpenPage) -> None:
    page = open_page(f"{shop}/recherche/?q=passerelle", slow_down)
    assert page.locator("video").count() == 0  # no film is loaded before one is wanted
    page.get_by_role("link", name="Écouter à 1 min 10 s").click()
    page.wait_for_function("() => document.querySelector('#dock video')?.currentTime > 60")
    assert abs(position(page) - 70) < 0.5
    assert page.url == f"{shop}/recherche/?q=passerelle"
    expect(page.locator(".hit.current")).to_contain_text("je vous parle encore")
    page.get_by_role("button", name="Arrêter").click()
    expect(page.locator("#dock")).to_be_hidden()
    expect(page.locator(".hit.current")).to_have_count(0)
    expect(page.get_by_role("link", name="Écouter à 1 min 10 s")).to_be_focused()


def test_all_hits_play_one_after_the_other(shop: str, open_page: OpenPage) -> None:
    faster = "addEventListener('play', ({ target }) => { target.playbackRate = 4; }, true);"
    record = "window.heard = []; setInterval(() => { const now = document.querySelector('.hit.current .listen');"
    record += " if (now && now.dataset.start !== heard.at(-1)) heard.push(now.dataset.start); }, 20);"
    page = open_page(f"{shop}/recherche/?q=passerelle", lambda page: page.add_init_script(faster + record))
    page.get_by_role("button", name="Tout écouter").click()
    expect(page.locator(".dock-place")).to_have_text("1 sur 2")
    expect(page.locator(".dock-place")).to_have_text("2 sur 2")
    page.wait_for_function("() => document.querySelector('#dock video').paused")
    assert sorted(page.evaluate("heard")) == ["50000", "70000"]
    assert 71 < position(page) < 76 or 51 < position(page) < 56  # where the last of them ends


def test_the_next_can_be_asked_for_and_the_last_has_none(shop: str, open_page: OpenPage) -> None:
    page = open_page(f"{shop}/recherche/?q=passerelle", slow_down)
    page.get_by_role("button", name="Tout écouter").click()
    first = page.locator(".hit.current").inner_text()
    page.get_by_role("button", name="Suivant").click()
    expect(page.locator(".dock-place")).to_have_text("2 sur 2")
    expect(page.get_by_role("button", name="Suivant")).to_be_hidden()
    assert page.locator(".hit.current").inner_text() != first
    page.keyboard.press("Escape")
    expect(page.locator("#dock")).to_be_hidden()


def test_playing_goes_on_while_something_else_is_searched(shop: str, open_page: OpenPage) -> None:
    page = open_page(f"{shop}/recherche/?q=passerelle", slow_down)
    page.get_by_role("button", name="Tout écouter").click()
    page.wait_for_function("() => document.querySelector('#dock video')?.currentTime > 40")
    before = position(page)
    page.fill("#q", "chene")
    expect(page.locator(".hit")).to_have_count(1)
    expect(page.locator("#dock")).to_be_visible()
    assert not page.locator("#dock video").evaluate("video => video.paused")
    assert abs(position(page) - before) < 1
    page.get_by_role("button", name="Suivant").click()
    expect(page.locator(".dock-title")).to_contain_text("passerelle")
    page.locator(".listen").click()
    page.wait_for_function("() => document.querySelector('#dock video').currentTime < 31")
    assert page.locator("#dock video").count() == 1  # the same film


def test_nothing_leaves_the_site_before_consent(shop: str, open_page: OpenPage) -> None:
    asked: list[str] = []
    page = open_page(f"{shop}/recherche/?q=tilleuls", lambda page: page.on("request", lambda r: asked.append(r.url)))
    page.locator(".hit", has_text="Nous y planterons").locator(".listen").click()
    button = page.get_by_role("button", name="Charger le lecteur YouTube")
    expect(button).to_be_focused()
    expect(page.locator("#dock .remembered")).not_to_be_empty()
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith(shop)] == []


def test_after_consent_the_hit_that_was_clicked_is_asked_for(shop: str, open_page: OpenPage) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>YouTube</title>")

    def prepare(page: Page) -> None:
        page.route("https://www.youtube-nocookie.com/**", answer)
        page.route("https://www.youtube.com/**", lambda route: route.fulfill(content_type="text/javascript", body=""))

    page = open_page(f"{shop}/recherche/?q=tilleuls", prepare)
    page.locator(".hit", has_text="Nous y planterons").locator(".listen").click()
    page.get_by_role("button", name="Charger le lecteur YouTube").click()
    expect(page.locator("#dock iframe")).to_have_attribute(
        "src", re.compile(r"^https://www\.youtube-nocookie\.com/embed/Mc5Aulne001\?")
    )
    page.wait_for_timeout(200)
    assert len(asked) == 1


def test_a_recording_that_cannot_be_read_here_is_passed_over(tmp_path: Path, video: Path, open_page: OpenPage) -> None:
    workspace = furnish(build(tmp_path, video))
    folder = write_info(workspace, LOCAL, video="video.mp4")
    (folder / "video.mp4").write_bytes(b"no film")
    with run_viewer(workspace) as address:
        page = open_page(f"{address}/recherche/?q=passerelle")
        page.locator(".listen").first.click()
        expect(page.locator("#dock .failure")).to_be_visible()
        expect(page.locator("#dock video")).to_be_hidden()


# --- for everybody -----------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/recherche/", "/recherche/?q=nous", "/recherche/?q=zyzzyva&lang=en", "/une-halle/"])
def test_axe_finds_no_fault(shop: str, open_page: OpenPage, path: str, width: int, scheme: str) -> None:
    page = open_page(f"{shop}{path}", color_scheme=scheme, viewport={"width": width, "height": 740})
    if "nous" in path:
        page.get_by_role("button", name="Tout écouter").click()
        expect(page.locator("#dock")).to_be_visible()
    results = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}})
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 375])
def test_the_keyboard_reaches_everything_and_nothing_ends_under_the_player(
    shop: str, open_page: OpenPage, width: int
) -> None:
    page = open_page(f"{shop}/recherche/?q=peuplier", slow_down, viewport={"width": width, "height": 740})
    page.get_by_role("button", name="Tout écouter").press("Enter")
    expect(page.locator("#dock")).to_be_visible()
    page.locator("#q").focus()
    reached = []
    for _ in range(70):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
              const one = document.activeElement;
              const box = one.getBoundingClientRect();
              const dock = document.getElementById("dock");
              const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
              const free = dock.contains(one) || !dock.contains(top);
              return [one.className, free && box.top >= 0 && box.bottom <= innerHeight];
            }"""
        )
        reached.append(seen)
        if seen[0] == "dock-stop":
            break
    names = [name for name, _ in reached]
    assert names.count("listen") == 20
    assert {"play-all", "dock-next", "dock-stop"} <= set(names)
    assert [name for name, free in reached if not free] == []
