"""A reader of the site's own posts, in a real browser: sentences play, dead embeds are players again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.film import position, slow_down, wait_until_playing
from tests.web.hugo.conftest import COUNCIL, LAVOIR
from tests.web.test_youtube import Tube

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
READY = ".aligner-foot"


def passages(page: Page) -> list[str]:
    return page.locator("a.passage").all_inner_texts()


@pytest.fixture
def council(host: str, open_page: OpenPage) -> Page:
    page = open_page(f"{host}/posts/{COUNCIL}/")
    page.wait_for_selector(READY, state="attached")
    slow_down(page)
    return page


@pytest.fixture
def tube(host: str) -> Tube:
    return Tube(host)


@pytest.fixture
def lavoir(host: str, open_page: OpenPage, tube: Tube) -> Page:
    page = open_page(f"{host}/posts/{LAVOIR}/", tube.prepare)
    page.wait_for_selector(READY, state="attached")
    return page


# --- the text ------------------------------------------------------------------------------------------


def test_each_sentence_that_was_said_is_a_link_around_its_own_words(council: Page) -> None:
    assert passages(council) == [
        "Le marché couvert de Montcléry-sur-Aulne a plus de cent ans.",
        "Sa charpente raconte la ville ; elle mérite mieux qu’une bâche.",
        "Nous l’avons vue se fendre cet hiver , au-dessus des étals…",
        "Nous proposons d’abord de refaire toute la charpente en chêne local , avec les compagnons de la vallée.",
        "Nous proposons ensuite d’ouvrir des étals aux productrices et producteurs",
        "Une charpente neuve, posée par des apprentis du lycée ;",
        "Nous ne laisserons pas la halle fermer ses portes !",
    ]
    assert council.locator("a.passage.reworded").all_inner_texts() == [passages(council)[1]]
    assert council.locator(".passage.not_found").all_inner_texts() == [
        "des étals ouverts le soir.",
        "Les travaux dureront dix-huit mois, et la grue jaune restera jusqu’au printemps.",
    ]
    # bold and italics stay where they were
    assert council.locator("a.passage strong").all_inner_texts() == ["cent ans.", "Sa charpente", "chêne local"]
    assert council.locator("a.passage em").all_inner_texts() == ["cet hiver"]


def test_the_words_on_the_page_stay_what_they_were(host: str, council: Page, open_page: OpenPage) -> None:
    plain = open_page(f"{host}/posts/{COUNCIL}/", java_script_enabled=False).locator(".post-content").inner_text()
    # what we have put between the words is no part of them
    for ours in council.locator(".aligner-note, .aligner-embed, .aside, .post-content .time").all():
        ours.evaluate("element => { element.style.display = 'none'; }")
    embed = "[embed]https://montclery-sur-aulne.example/videos/conseil-2025-06-12.mp4?t=3[/embed]"
    assert embed in plain
    dressed = council.locator(".post-content").inner_text()
    assert "".join(dressed.split()) == "".join(plain.replace(embed, "").split())
    assert dressed.count("\n\n") == plain.count("\n\n") - 1  # its own paragraph is gone


def test_words_that_the_author_made_a_link_lead_where_they_always_led(council: Page) -> None:
    links = council.locator(".post-content a[href^='https://www.example.org']")
    assert links.all_inner_texts() == [
        "de la vallée de l’Aulne",
        "Merci aux élu·es qui ont voté ce budget de 63 500 euros.",
    ]
    assert council.locator("a a").count() == 0
    # a sentence that is such a link as a whole has its moment behind it
    council.locator(".post-content a.time").click()
    wait_until_playing(council)
    assert position(council) == pytest.approx(79.7, abs=0.5)


def test_a_sentence_said_otherwise_shows_the_words_that_were_said(council: Page) -> None:
    toggle = council.get_by_role("button", name="dit autrement")
    told = council.locator(f"[id='{toggle.get_attribute('aria-controls')}']")
    expect(told).to_be_hidden()
    toggle.press("Enter")
    expect(told).to_be_visible()
    assert "pauvre" in told.inner_text()
    assert "raconte" in told.locator("del").all_inner_texts()[0]
    assert toggle.get_attribute("aria-expanded") == "true"


# --- playing -------------------------------------------------------------------------------------------


def test_a_click_plays_the_sentence_at_its_time(council: Page) -> None:
    expect(council.locator(READY)).to_be_hidden()
    council.locator("a.passage").last.click()
    wait_until_playing(council)
    expect(council.locator(READY)).to_be_visible()
    council.wait_for_selector("a.passage.current")
    assert council.locator("a.passage.current").inner_text() == "Nous ne laisserons pas la halle fermer ses portes !"
    assert 59 <= position(council) < 63
    assert council.url.endswith("#p=" + (council.locator("a.passage").last.get_attribute("data-passage") or "?"))
    council.get_by_role("button", name="Fermer le lecteur").click()
    expect(council.locator(READY)).to_be_hidden()
    assert council.locator("video").evaluate("video => video.paused")


def test_a_click_on_a_word_plays_from_that_word(council: Page) -> None:
    council.locator("a.passage strong", has_text="chêne local").click(position={"x": 5, "y": 5})
    wait_until_playing(council)
    # the caption's words share its five seconds by their length: « chêne » comes after more than half of it
    assert 32 < position(council) < 34


def test_by_keyboard_alone(council: Page) -> None:
    council.locator("a.passage").first.focus()
    council.keyboard.press("Alt+ArrowDown")
    council.keyboard.press("Alt+ArrowDown")
    assert council.evaluate("document.activeElement.textContent").startswith("Nous l’avons vue")
    council.keyboard.press("Space")
    wait_until_playing(council)
    assert position(council) == pytest.approx(14.2, abs=0.5)
    council.keyboard.press("Escape")
    expect(council.locator(READY)).to_be_hidden()
    assert council.evaluate("document.activeElement.textContent").startswith("Nous l’avons vue")


def test_an_address_of_a_passage_opens_there_and_waits(host: str, council: Page, open_page: OpenPage) -> None:
    id_ = council.locator("a.passage").last.get_attribute("data-passage")
    page = open_page(f"{host}/posts/{COUNCIL}/#p={id_}", viewport={"width": 800, "height": 500})
    page.wait_for_selector("a.passage.current")
    expect(page.locator("a.passage.current")).to_be_in_viewport()
    page.wait_for_function("() => document.querySelector('video').currentTime > 59")
    assert page.locator("video").evaluate("video => video.paused")


def test_an_address_of_a_passage_that_is_gone_says_so(host: str, open_page: OpenPage) -> None:
    page = open_page(f"{host}/posts/{COUNCIL}/#p=perdu")
    expect(page.get_by_text("Ce passage a changé ou a été retiré")).to_be_visible()


def test_the_recording_goes_along_at_the_foot_while_its_place_is_out_of_sight(host: str, open_page: OpenPage) -> None:
    page = open_page(f"{host}/posts/{COUNCIL}/", viewport={"width": 800, "height": 500})
    page.wait_for_selector(READY, state="attached")
    slow_down(page)
    video = page.locator("video")
    page.evaluate("scrollTo(0, 0)")
    page.locator("a.passage").last.click()
    wait_until_playing(page)
    expect(video).to_be_in_viewport()
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_selector(".aligner-embed .screen:not(.floating)")
    expect(video).to_be_in_viewport()


# --- what comes from elsewhere -------------------------------------------------------------------------


def test_a_dead_embed_is_a_player_that_asks_first(lavoir: Page, tube: Tube) -> None:
    text = lavoir.locator(".post-content")
    assert "[embed]" not in text.inner_text()
    assert "[/embed]" not in text.inner_text()
    load = text.get_by_role("button", name="Charger le lecteur YouTube")
    expect(load).to_be_visible()
    assert lavoir.locator(".facade img").evaluate("image => image.naturalWidth") == 64
    lavoir.locator("a.passage").press("Enter")
    expect(lavoir.get_by_text("La phrase choisie sera jouée aussitôt.")).to_be_visible()
    assert tube.outside == []
    load.click()
    lavoir.wait_for_function("() => window.player && window.calls.length > 1")
    assert lavoir.evaluate("window.calls.slice(0, 2)") == [["seekTo", 753.7, True], ["playVideo"]]
    assert (
        text.locator("iframe")
        .get_attribute("src", timeout=1000)
        .startswith(  # type: ignore[union-attr]
            "https://www.youtube-nocookie.com/embed/Mc5Aulne001?"
        )
    )


def test_it_begins_where_the_words_of_the_post_begin_whatever_the_link_says(lavoir: Page) -> None:
    lavoir.get_by_role("button", name="Charger le lecteur YouTube").click()
    lavoir.wait_for_function("() => window.player && window.calls.length > 1")
    assert lavoir.evaluate("window.calls[0]") == ["seekTo", 753.7, True]


def test_a_second_embed_of_the_same_recording_leads_to_the_same_player(lavoir: Page) -> None:
    again = lavoir.get_by_role("link", name="Écouter à 1 h 7 min 31 s")
    assert again.get_attribute("href") == "https://youtu.be/Mc5Aulne001"
    again.click()
    lavoir.get_by_role("button", name="Charger le lecteur YouTube").click()
    lavoir.wait_for_function("() => window.player && window.calls.length > 1")
    assert lavoir.evaluate("window.calls[0]") == ["seekTo", 4050.7, True]


def test_a_post_without_alignment_has_its_embed_back_and_nothing_else(
    host: str, open_page: OpenPage, tube: Tube
) -> None:
    page = open_page(f"{host}/posts/2021-12-06-voeux/", tube.prepare)
    page.wait_for_selector(READY, state="attached")
    assert "[arve" not in page.locator(".post-content").inner_text()
    expect(page.locator(".aligner-note")).to_be_hidden()
    page.get_by_role("button", name="Charger le lecteur YouTube").click()
    page.wait_for_selector("iframe[src^='https://www.youtube-nocookie.com/embed/Mc5Aulne009']")


def test_a_post_without_recording_gets_nothing(host: str, open_page: OpenPage) -> None:
    page = open_page(f"{host}/posts/2024-09-01-rentree/")
    assert "aligner" not in page.content()


# --- readers -------------------------------------------------------------------------------------------


def test_without_script_a_list_of_links(host: str, open_page: OpenPage) -> None:
    page = open_page(f"{host}/posts/{COUNCIL}/", java_script_enabled=False)
    links = page.locator(".aligner-list a")
    assert links.count() == 8
    last = links.last.get_attribute("href") or ""
    assert last.startswith("/montclery/aligner/media/")
    assert last.endswith(".mp4#t=59.7")
    assert page.request.head(host.removesuffix("/montclery") + last.partition("#")[0]).status == 200


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_no_fault_and_nothing_is_wider_than_the_window(host: str, open_page: OpenPage, width: int) -> None:
    for slug in (COUNCIL, LAVOIR):
        page = open_page(f"{host}/posts/{slug}/", viewport={"width": width, "height": 780})
        page.wait_for_selector(READY, state="attached")
        page.locator("a.passage").first.click()
        expect(page.locator(READY)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
