"""A reader with a real browser and a recording of ours: clicking, following, deep links, a phone, no script."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from aligner.model import Media, Status
from aligner.store import Workspace
from tests.web.conftest import Draft
from tests.web.film import go_to, position, slow_down, wait_until_playing

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
HIVER = "Nous l’avons vue se fendre cet hiver."
CENT_ANS = "Le marché couvert de Montcléry-sur-Aulne a plus de cent ans."


def current(page: Page) -> list[str | None]:
    return list(page.eval_on_selector_all("[aria-current].passage, .current", "found => found.map(one => one.id)"))


def in_view(page: Page, number: int) -> bool:
    """Whether a sentence of the long post can be seen, whole and not under the player."""
    return bool(
        page.evaluate(
            """id => {
              const box = document.getElementById(id).getBoundingClientRect();
              const seen = document.elementFromPoint(box.left + 3, box.top + 3);
              return box.top >= 0 && box.bottom <= innerHeight && seen?.id === id;
            }""",
            f"p=n{number}",
        )
    )


# --- clicking --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "start"), [(HIVER, 14.5), (CENT_ANS, 5.0), ("Merci à toutes et à tous.", 80.0)])
def test_a_click_plays_the_sentence(site: str, open_page: OpenPage, words: str, start: float) -> None:
    page = open_page(f"{site}/marche-couvert/")
    slow_down(page)
    page.get_by_text(words, exact=True).click()
    wait_until_playing(page)
    assert start - 0.5 <= position(page) <= start + 0.5
    assert page.url.startswith(f"{site}/marche-couvert/#p=")


def test_enter_plays_the_focused_sentence(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/")
    slow_down(page)
    page.get_by_text(HIVER, exact=True).focus()
    page.keyboard.press("Enter")
    wait_until_playing(page)
    assert abs(position(page) - 14.2) < 0.5
    expect(page.get_by_text(HIVER, exact=True)).to_be_focused()


def test_a_margin_time_plays_its_paragraph(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/")
    slow_down(page)
    page.get_by_role("link", name="Aller à 30 s").first.click()
    wait_until_playing(page)
    assert abs(position(page) - 29.7) < 0.5


def test_a_click_with_a_modifier_is_left_to_the_browser(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/")
    with page.context.expect_page() as opened:
        page.get_by_text(HIVER, exact=True).click(modifiers=["Control"])
    assert opened.value.url == f"{site}/media/generic:conseil-2025-06-12#t=14.2"
    assert page.locator("video").evaluate("video => video.paused")


def test_the_possible_place_of_an_uncertain_passage_plays_but_is_never_marked(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/")
    slow_down(page)
    expect(page.get_by_text("deux endroits conviennent")).to_be_hidden()
    page.get_by_role("button", name="≈ passage incertain").click()
    expect(page.get_by_text("deux endroits conviennent")).to_be_visible()
    page.get_by_role("link", name="écouter le passage possible").click()
    wait_until_playing(page)
    assert abs(position(page) - 40.7) < 0.5
    assert current(page) == []


def test_the_words_that_were_said_open_and_close(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/")
    said, button = page.get_by_text("cette charpente elle raconte"), page.get_by_role("button", name="dit autrement")
    expect(said).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(said).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Enter")
    expect(said).to_be_hidden()


# --- marking and following ---------------------------------------------------------------------------


def test_one_passage_at_a_time_is_marked_while_it_plays(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/")
    slow_down(page)
    page.get_by_text(CENT_ANS, exact=True).click()
    expect(page.locator("[aria-current='true'].passage")).to_have_text(CENT_ANS)
    assert current(page) == ["p=cent-ans"]
    for seconds, passage in ((10.0, "p=charpente"), (15.0, "p=hiver"), (31.0, "p=chene"), (61.0, "p=halle")):
        go_to(page, seconds)
        page.wait_for_function("id => document.querySelector('.current')?.id === id", arg=passage)
        assert current(page) == [passage]


def test_nothing_is_marked_where_nothing_published_is_said(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/")
    slow_down(page)
    page.get_by_text(CENT_ANS, exact=True).click()
    expect(page.locator(".current")).to_have_count(1)
    go_to(page, 24.0)
    expect(page.locator(".current")).to_have_count(0)


def test_the_text_follows_until_the_reader_scrolls_and_again_when_asked(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/longue-seance/")
    slow_down(page)
    follow = page.locator(".follow")
    expect(follow).to_be_hidden()
    page.locator("a.passage").first.click()
    expect(follow).to_have_text("Suspendre le suivi")
    go_to(page, 40 * 1.4 + 0.2)
    page.wait_for_function("() => document.querySelector('.current')?.id === 'p=n40'")
    page.wait_for_function("() => document.querySelector('.current').getBoundingClientRect().bottom < innerHeight")
    assert in_view(page, 40)
    page.mouse.move(300, 400)
    page.mouse.wheel(0, -600)
    expect(follow).to_have_text("Reprendre le suivi")
    page.wait_for_timeout(400)  # the wheel's own scrolling comes to rest
    before = page.evaluate("scrollY")
    go_to(page, 5 * 1.4 + 0.2)
    page.wait_for_function("() => document.querySelector('.current')?.id === 'p=n5'")
    page.wait_for_timeout(400)
    assert page.evaluate("scrollY") == before
    follow.click()
    expect(follow).to_have_text("Suspendre le suivi")
    page.wait_for_function("() => document.querySelector('.current').getBoundingClientRect().top >= 0")
    assert in_view(page, 5)


def test_following_can_be_stopped_without_scrolling(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/longue-seance/")
    slow_down(page)
    page.locator("a.passage").first.click()
    page.get_by_role("button", name="Suspendre le suivi").click()
    go_to(page, 40 * 1.4 + 0.2)
    page.wait_for_function("() => document.querySelector('.current')?.id === 'p=n40'")
    page.wait_for_timeout(400)
    assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize(("wish", "behavior"), [("reduce", "instant"), ("no-preference", "smooth")])
def test_following_jumps_for_readers_who_want_little_motion(
    site: str, open_page: OpenPage, wish: str, behavior: str
) -> None:
    record = "window.moves = []; window.scrollTo = options => window.moves.push(options.behavior);"
    page = open_page(f"{site}/longue-seance/", lambda page: page.add_init_script(record), reduced_motion=wish)
    slow_down(page)
    page.locator("a.passage").first.click()
    go_to(page, 40 * 1.4 + 0.2)
    page.wait_for_function("() => document.querySelector('.current')?.id === 'p=n40'")
    assert page.evaluate("moves") == [behavior]


# --- addresses that say where to start -----------------------------------------------------------------


@pytest.mark.parametrize("address", ["#p=n40", "?t=56"])
def test_a_deep_link_marks_its_passage_and_waits_there(site: str, open_page: OpenPage, address: str) -> None:
    page = open_page(f"{site}/longue-seance/{address}")
    page.wait_for_function("() => document.querySelector('.current')?.id === 'p=n40'")
    page.wait_for_function("() => document.querySelector('video').currentTime > 0")
    assert in_view(page, 40)
    assert abs(position(page) - 55.7) < 0.5
    assert page.locator("video").evaluate("video => video.paused")
    page.locator("video").evaluate("video => { video.playbackRate = 0.0625; return video.play(); }")
    wait_until_playing(page)
    assert abs(position(page) - 55.7) < 0.5


@pytest.mark.parametrize("address", ["#p=rien", "#p=%E0%A4%A", "?t=", "?t=-5", "?t=abc", "#autre", "?t=1e9"])
def test_an_address_that_means_nothing_opens_the_page_as_usual(site: str, open_page: OpenPage, address: str) -> None:
    page = open_page(f"{site}/marche-couvert/{address}")
    expect(page.locator("video")).to_be_visible()
    assert current(page) == []


def test_a_deep_link_followed_on_the_same_page_moves_there(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/longue-seance/")
    page.evaluate("location.hash = 'p=n40'")
    page.wait_for_function("() => document.querySelector('.current')?.id === 'p=n40'")
    assert abs(position(page) - 55.7) < 0.5


# --- several recordings, recordings that fail ------------------------------------------------------------


def test_a_click_on_a_quote_brings_its_recording(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/deux-seances/")
    facade = page.get_by_role("button", name="Charger le lecteur YouTube")
    expect(page.locator("video")).to_be_visible()
    expect(facade).to_be_hidden()
    page.get_by_text("Nous avons commencé en juin.").click()
    wait_until_playing(page)
    page.get_by_text("Nous finissons à l’automne.").click()
    expect(facade).to_be_visible()
    expect(page.locator("video")).to_be_hidden()
    assert page.locator("video").evaluate("video => video.paused")
    assert current(page) == []
    page.get_by_role("link", name="1 Conseil du 12 juin 2025").click()
    expect(page.locator("video")).to_be_visible()
    expect(page.locator(".choose[aria-current]")).to_have_text("1 Conseil du 12 juin 2025")


def test_a_file_the_browser_cannot_play_says_so_and_leaves_links(
    workspace: Workspace, own_site: str, open_page: OpenPage
) -> None:
    (workspace.media_folder("generic:conseil-2025-06-12") / "video.mp4").write_bytes(b"no film at all")
    page = open_page(f"{own_site}/marche-couvert/")
    expect(page.get_by_text("Votre navigateur ne peut pas lire ce fichier.")).to_be_visible()
    expect(page.locator("video")).to_be_hidden()
    # the answer to a click is the browser's own again (stopped here, else it would save the file)
    page.evaluate(
        """() => document.addEventListener("click", event => {
          window.taken = event.defaultPrevented;
          event.preventDefault();
        })"""
    )
    page.get_by_text(HIVER, exact=True).click()
    assert page.evaluate("taken") is False


def test_a_recording_that_does_not_play_here_has_plain_links(
    workspace: Workspace, own_site: str, open_page: OpenPage
) -> None:
    archive = Media("generic:archives-12", "https://archives.example/film.html", "generic", "Archives", 600_000)
    post = Draft("archives", "Un film des archives", (archive,)).block("Bonsoir à toutes et à tous.")
    post.passage("Bonsoir à toutes et à tous.", Status.SPOKEN, 61_200, 64_000, id="bonsoir").write(workspace)
    page = open_page(f"{own_site}/archives/#p=bonsoir")
    expect(page.get_by_text("Cet enregistrement ne se lit pas sur cette page")).to_be_visible()
    assert current(page) == ["p=bonsoir"]
    page.route("https://archives.example/**", lambda route: route.fulfill(body="film", content_type="text/plain"))
    page.locator("a.passage").click()
    page.wait_for_url("https://archives.example/film.html#t=60")


def test_a_sound_recording_plays_too(workspace: Workspace, own_site: str, open_page: OpenPage) -> None:
    info = workspace.media_folder("generic:conseil-2025-06-12") / "info.json"
    info.with_name("sound.m4a").write_bytes(info.with_name("video.mp4").read_bytes())
    info.write_text('{"id": "generic:conseil-2025-06-12", "audio": "sound.m4a"}', encoding="utf-8")
    page = open_page(f"{own_site}/marche-couvert/")
    page.get_by_text(HIVER, exact=True).click()
    page.wait_for_function(
        "() => { const a = document.querySelector('audio'); return !a.paused && a.currentTime > 14; }"
    )


# --- without script, on a phone --------------------------------------------------------------------------


def test_without_script_the_page_is_whole_and_its_links_are_right(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/", java_script_enabled=False)
    expect(page.get_by_text("cette charpente elle raconte")).to_be_visible()
    expect(page.get_by_text("deux endroits conviennent")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)
    expect(page.locator("video")).to_be_visible()
    page.get_by_text(HIVER, exact=True).click()
    page.wait_for_url(f"{site}/media/generic:conseil-2025-06-12#t=14.2")


def test_without_script_all_recordings_are_shown_and_youtube_is_a_link(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/deux-seances/", java_script_enabled=False)
    expect(page.locator("video")).to_be_visible()
    expect(page.get_by_text("Le lecteur intégré a besoin de JavaScript")).to_be_visible()
    expect(page.get_by_text("Nous finissons à l’automne.")).to_have_attribute(
        "href", "https://youtu.be/Mc5Aulne001?t=3725"
    )


@pytest.mark.parametrize(
    "path",
    ["/", "/marche-couvert/", "/place-du-lavoir/", "/cour-d-ecole/", "/deux-seances/", "/reunion-publique/", "/rien/"],
)
def test_a_phone_never_scrolls_sideways(site: str, open_page: OpenPage, path: str) -> None:
    page = open_page(f"{site}{path}", viewport={"width": 360, "height": 640})
    for toggle in page.locator(".toggle").all():
        toggle.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize(("width", "height", "stuck"), [(360, 640, True), (375, 667, True), (1280, 720, False)])
def test_the_player_stays_and_never_covers_the_focused_link(
    site: str, open_page: OpenPage, width: int, height: int, stuck: bool
) -> None:
    page = open_page(f"{site}/longue-seance/", viewport={"width": width, "height": height})
    slow_down(page)
    page.locator("a.passage").nth(40).click()
    page.get_by_role("button", name="Suspendre le suivi").click()
    page.locator("a.passage").nth(40).focus()
    seen: list[Any] = []
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        seen.append(
            page.evaluate(
                """() => {
                  const box = document.activeElement.getClientRects()[0];
                  const top = document.elementFromPoint(box.left + 3, box.top + 3);
                  const stage = document.querySelector(".stage").getBoundingClientRect();
                  const stuck = Math.round(stage.top) === 0 && stage.left === 0;
                  const small = stage.height < innerHeight * 0.5;
                  return [document.activeElement.contains(top), stage.top >= 0, stuck, small];
                }"""
            )
        )
    assert seen == [[True, True, stuck, True]] * 40


def test_skip_links_lead_to_the_text_and_to_the_recording(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au texte")).to_be_focused()
    expect(page.get_by_role("link", name="Aller au texte")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller à 5 s").first).to_be_focused()


def test_targets_that_are_no_words_of_a_sentence_are_large_enough(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/", viewport={"width": 360, "height": 640})
    page.locator("a.passage").first.click()
    expect(page.locator(".follow")).to_be_visible()
    heights = page.eval_on_selector_all(
        "button, summary, .site a, .choose, .outside",
        "found => found.map(one => one.getBoundingClientRect().height).filter(height => height > 0)",
    )
    assert len(heights) >= 6
    assert min(heights) >= 24


def test_the_shown_text_is_the_published_text_to_the_letter(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/")
    shown = page.evaluate(
        """() => [...document.querySelectorAll("#text h2, #text p, #text li")].map(block => {
          const copy = block.cloneNode(true);
          for (const ours of copy.querySelectorAll(".aside, .note, .time")) ours.remove();
          return copy.textContent.replace(/\\s+$/, "").replace(/^\\s+/, "").replaceAll(/  +/g, " ");
        })"""
    )
    document = page.request.get(f"{site}/posts/marche-couvert.json").json()
    # French spacing is the page's; the words and signs are the author's
    published = [re.sub(r"[\u00a0\u202f]", " ", block["text"]) for block in document["post"]["blocks"]]
    assert [re.sub(r"[\u00a0\u202f]", " ", text) for text in shown] == published
