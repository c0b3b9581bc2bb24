"""The bar under the player, and recordings of ours that fail, in a real browser with a real recording."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from aligner.store import Workspace
from tests.web.film import go_to, position, wait_until_playing
from tests.web.test_embeds import PEER, VIMEO, Abroad, inside, load, publish

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


def speed(page: Page) -> float:
    return float(page.locator("video").evaluate("video => video.playbackRate"))


# --- the bar ---------------------------------------------------------------------------------------


def test_five_seconds_back_and_on_without_starting_a_recording_that_rests(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/")
    go_to(page, 20)
    page.get_by_role("button", name="Avancer de 5 secondes").click()
    assert position(page) == 25
    page.get_by_role("button", name="Reculer de 5 secondes").click(click_count=2)
    assert position(page) == 15
    go_to(page, 3)
    page.get_by_role("button", name="Reculer de 5 secondes").click()
    assert position(page) == 0
    assert page.locator("video").evaluate("video => video.paused")


def test_the_button_tells_whether_it_plays_or_pauses(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/")
    page.get_by_role("button", name="Lire", exact=True).click()
    wait_until_playing(page)
    page.get_by_role("button", name="Mettre en pause").click()
    expect(page.get_by_role("button", name="Lire", exact=True)).to_be_visible()
    assert page.locator("video").evaluate("video => video.paused")
    page.locator("video").evaluate("video => video.play()")  # by its own controls
    expect(page.get_by_role("button", name="Mettre en pause")).to_be_visible()


def test_the_keyboard_reaches_and_works_the_whole_bar(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/")
    page.wait_for_selector(".controls.ready")
    go_to(page, 20)
    page.get_by_role("button", name="Reculer de 5 secondes").focus()
    page.keyboard.press("Enter")
    assert position(page) == 15
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    wait_until_playing(page)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Lire", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Avancer de 5 secondes")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("combobox", name="Vitesse de lecture")).to_be_focused()
    page.keyboard.press("ArrowDown")
    assert speed(page) == 1.25
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Plein écran")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.fullscreenElement?.matches('video')")


def test_the_speeds_are_named_in_the_reader_s_language(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/")
    shown = [text.replace("\N{NO-BREAK SPACE}", " ") for text in page.locator(".speed option").all_inner_texts()]
    assert shown == ["0,75 ×", "1 ×", "1,25 ×", "1,5 ×", "2 ×"]
    page = open_page(f"{site}/marche-couvert/?lang=en")
    assert page.locator(".speed option").first.inner_text() == "0.75\N{NO-BREAK SPACE}×"


def test_a_speed_chosen_in_the_browser_s_own_menu_is_shown(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/")
    page.locator("video").evaluate("video => { video.playbackRate = 1.5; }")
    expect(page.locator(".speed")).to_have_value("1.5")


def test_the_speed_stays_for_the_next_recording_and_not_for_the_next_page(
    workspace: Workspace, own_site: str, open_page: OpenPage
) -> None:
    abroad = Abroad(own_site)
    page = open_page(f"{own_site}/deux-seances/", abroad.prepare)
    page.locator(".speed").select_option("1.5")
    path = publish(workspace, PEER, VIMEO)
    page.goto(own_site + path)
    load(page, "PeerTube")
    page.wait_for_selector(".controls.ready")
    expect(page.locator(".speed")).to_have_value("1")
    page.locator(".speed").select_option("2")
    peer = inside(page, "tube.montclery.example")
    peer.wait_for_function("() => window.calls.length > 0")
    assert peer.evaluate("calls") == [["setPlaybackRate", 2]]
    page.locator(".choose").nth(1).click()
    load(page, "Vimeo")
    vimeo = inside(page, "player.vimeo.com")
    vimeo.wait_for_function("() => window.calls.length > 0")
    assert vimeo.evaluate("calls") == [["setPlaybackRate", 2]]
    expect(page.locator(".speed")).to_have_value("2")


def test_a_speed_that_the_other_site_refuses_is_not_shown(
    workspace: Workspace, own_site: str, open_page: OpenPage
) -> None:
    page = open_page(own_site + publish(workspace, VIMEO), Abroad(own_site).prepare)
    load(page, "Vimeo")
    inside(page, "player.vimeo.com").evaluate("window.basic = true")
    page.wait_for_selector(".controls.ready")
    page.locator(".speed").select_option("2")
    expect(page.locator(".speed")).to_have_value("1")


def test_the_bar_steers_a_frame_as_it_steers_a_file(workspace: Workspace, own_site: str, open_page: OpenPage) -> None:
    page = open_page(own_site + publish(workspace, PEER), Abroad(own_site).prepare)
    expect(page.locator(".controls")).to_be_hidden()
    page.locator("a.passage").first.click()
    load(page, "PeerTube")
    frame = inside(page, "tube.montclery.example")
    page.get_by_role("button", name="Mettre en pause").click()
    expect(page.get_by_role("button", name="Lire", exact=True)).to_be_visible()
    page.get_by_role("button", name="Avancer de 5 secondes").click()
    frame.wait_for_function("() => window.calls.length > 3")
    (_, start), _, _, (method, seconds) = frame.evaluate("calls")
    assert (start, method) == (61, "seek")
    assert 66 <= seconds <= 68  # what was played before the pause, and five seconds
    page.get_by_role("button", name="Plein écran").click()
    page.wait_for_function("() => document.fullscreenElement?.matches('iframe')")


def test_a_sound_has_no_whole_screen(workspace: Workspace, own_site: str, open_page: OpenPage) -> None:
    info = workspace.media_folder("generic:conseil-2025-06-12") / "info.json"
    info.with_name("sound.m4a").write_bytes(info.with_name("video.mp4").read_bytes())
    info.write_text('{"id": "generic:conseil-2025-06-12", "audio": "sound.m4a"}', encoding="utf-8")
    page = open_page(f"{own_site}/marche-couvert/")
    expect(page.get_by_role("button", name="Avancer de 5 secondes")).to_be_visible()
    expect(page.get_by_role("button", name="Plein écran")).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 375, 320])
def test_the_bar_s_targets_are_large_enough_and_stay_on_the_page(site: str, open_page: OpenPage, width: int) -> None:
    page = open_page(f"{site}/marche-couvert/", viewport={"width": width, "height": 700})
    page.wait_for_selector(".controls.ready")
    boxes = [one.bounding_box() for one in page.locator(".controls > *").all()]
    assert len(boxes) == 5
    for box in boxes:
        assert box
        assert min(box["width"], box["height"]) >= 24
        assert box["x"] + box["width"] <= width


# --- recordings of ours that fail ------------------------------------------------------------------


def test_a_file_taken_away_after_the_page_was_loaded_says_so(
    workspace: Workspace, own_site: str, open_page: OpenPage
) -> None:
    def take_away(route: Route) -> None:
        film.unlink(missing_ok=True)
        route.continue_()

    film = workspace.media_folder("generic:conseil-2025-06-12") / "video.mp4"
    page = open_page(f"{own_site}/marche-couvert/", lambda page: page.route("**/media/**", take_away))
    expect(page.get_by_text("Ce fichier n’est plus là.")).to_be_visible()
    expect(page.locator("video")).to_be_hidden()
    expect(page.get_by_role("button", name="Réessayer")).to_be_hidden()
    page.wait_for_timeout(1_100)  # the library looks at a recording's folder once a second
    page.get_by_role("link", name="Recharger la page").click()
    expect(page.get_by_text("Cet enregistrement ne se lit pas sur cette page")).to_be_visible()
    expect(page.locator("a.passage").first).to_have_attribute("href", "https://montclery.example/conseil.mp4#t=4")


def test_a_file_that_stops_coming_can_be_tried_again(site: str, open_page: OpenPage) -> None:
    cut = True

    def answer(route: Route) -> None:
        if cut:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page = open_page(f"{site}/marche-couvert/", lambda page: page.route("**/media/**", answer))
    expect(page.get_by_text("Le fichier n’arrive plus")).to_be_visible()
    expect(page.locator("video")).to_be_hidden()
    cut = False
    page.get_by_role("button", name="Réessayer").click()
    expect(page.get_by_text("Le fichier n’arrive plus")).to_be_hidden()
    page.locator("a.passage").first.click()
    wait_until_playing(page)
    assert abs(position(page) - 4.7) < 1
