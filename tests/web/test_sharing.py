"""Sharing what was said: the menu by mouse, keyboard and touch, quotes, addresses of passages, words and moments."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

import web
from aligner.store import Workspace
from tests.web.film import slow_down

OpenPage = Callable[..., Page]
STATIC = Path(web.__file__).parent / "static"
NBSP, FINE = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
HIVER = "Nous l’avons vue se fendre cet hiver."
COUR = "La cour de l’école sera plantée de douze tilleuls."
SOURCE = f"Conseil du 12 juin 2025, publié le 13{NBSP}juin 2025"


def clipboard(page: Page, kind: str = "text/plain") -> str:
    words: str = page.evaluate(
        """async (kind) => {
          const [item] = await navigator.clipboard.read();
          return (await item.getType(kind)).text();
        }""",
        kind,
    )
    return words


def wait_until_at(page: Page, seconds: float) -> None:
    page.wait_for_function(
        "seconds => Math.abs(document.querySelector('video').currentTime - seconds) < 0.2", arg=seconds
    )


def marked(page: Page, name: str = "extract") -> str | None:
    words: str | None = page.evaluate("name => [...CSS.highlights.get(name) ?? []].map(String)[0] ?? null", name)
    return words


def open_menu(page: Page, words: str) -> None:
    page.get_by_text(words, exact=True).hover()
    page.get_by_role("button", name="Partager ce passage").click()


def choose(page: Page, deed: str) -> None:
    page.get_by_role("button", name=deed, exact=True).click()
    expect(page.locator(".share .told-copy")).to_have_text("Copié.")


def select(page: Page, first: str, last: str) -> None:
    """Select from the beginning of some words to the end of others, as a reader's finger would."""
    page.evaluate(
        """([first, last]) => {
          const find = (words, edge) => {
            const walker = document.createTreeWalker(document.getElementById("text"), NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
              const at = walker.currentNode.data.indexOf(words);
              if (at >= 0) return [walker.currentNode, at + edge * words.length];
            }
          };
          getSelection().setBaseAndExtent(...find(first, 0), ...find(last, 1));
        }""",
        [first, last],
    )


# --- the menu ----------------------------------------------------------------------------------------


@pytest.mark.browser
def test_the_mouse_copies_a_quote_with_all_that_one_must_know(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/", **CLIPBOARD)
    open_menu(page, HIVER)
    choose(page, "Copier la citation")
    address = f"{site}/marche-couvert/#p=hiver"
    words = f"«{NBSP}{HIVER}{NBSP}»"
    assert clipboard(page) == f"{words} — Jeanne Morel, {SOURCE}, {address}"
    html = re.sub(r' style="[^"]*"', "", clipboard(page, "text/html")).replace("&nbsp;", NBSP)
    assert f'<a href="{address}">{address}</a>' in html
    assert f"<p>{words}</p></blockquote>" in html


@pytest.mark.browser
def test_a_quote_never_makes_more_of_the_words_than_was_proven(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/", **CLIPBOARD)
    open_menu(page, f"Sa charpente nous raconte la ville{FINE}; elle mérite mieux qu’une bâche.")
    choose(page, "Copier la citation")
    assert f"{SOURCE} (texte publié, dit en d’autres mots), {site}" in clipboard(page)
    page.keyboard.press("Escape")
    select(page, "Le budget", "Le budget est tenu.")
    page.get_by_role("button", name="Partager cet extrait").click()
    expect(page.get_by_role("button", name="Écouter dans le contexte")).to_be_hidden()
    choose(page, "Copier la citation")
    assert clipboard(page) == (
        f"«{NBSP}Le budget est tenu.{NBSP}» — Jeanne Morel, Rénover le marché couvert "
        f"(texte publié, sans preuve dans l’enregistrement), {site}/marche-couvert/#p=budget&w=1-4"
    )


@pytest.mark.browser
def test_the_keyboard_reaches_the_menu_from_the_passage_and_comes_back(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/", **CLIPBOARD)
    page.get_by_text(HIVER).focus()
    page.keyboard.press("Tab")
    opener = page.get_by_role("button", name="Partager ce passage")
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Copier le lien", exact=True)).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".share .told-copy")).to_have_text("Copié.")
    assert clipboard(page) == f"{site}/marche-couvert/#p=hiver"
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    expect(page.locator(".share-menu")).to_be_hidden()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_text(HIVER)).to_be_focused()


@pytest.mark.browser
def test_a_finger_reaches_the_menu_and_it_stays_on_the_screen(site: str, open_page: OpenPage) -> None:
    phone: dict[str, Any] = {"viewport": {"width": 375, "height": 700}, "has_touch": True, "is_mobile": True}
    page = open_page(f"{site}/marche-couvert/", **phone, **CLIPBOARD)
    slow_down(page)
    expect(page.locator(".share")).to_be_hidden()
    page.get_by_text(HIVER).tap()
    page.get_by_role("button", name="Partager ce passage").tap()
    box = page.locator(".share-menu").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 375
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    page.get_by_role("button", name="Copier le lien", exact=True).tap()
    expect(page.locator(".share .told-copy")).to_have_text("Copié.")
    page.get_by_role("heading", level=1).tap()
    expect(page.locator(".share-menu")).to_be_hidden()


@pytest.mark.browser
def test_in_context_begins_ten_seconds_earlier(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/")
    slow_down(page)
    open_menu(page, "une charpente refaite en chêne local ;".replace(" ;", f"{FINE};"))
    page.get_by_role("button", name="Écouter dans le contexte").click()
    wait_until_at(page, 19.7)
    assert not page.locator("video").evaluate("video => video.paused")


@pytest.mark.browser
def test_the_devices_own_way_of_sharing_is_offered_where_there_is_one(site: str, open_page: OpenPage) -> None:
    ways = "navigator.share = async (what) => { window.shared = what; };"
    page = open_page(f"{site}/marche-couvert/", lambda page: page.add_init_script(ways))
    open_menu(page, HIVER)
    page.get_by_role("button", name="Envoyer…").click()
    assert HIVER in page.evaluate("shared.text")
    assert page.evaluate("shared.url") == f"{site}/marche-couvert/?p=hiver#p=hiver"
    without = open_page(
        f"{site}/marche-couvert/", lambda page: page.add_init_script("delete Navigator.prototype.share;")
    )
    open_menu(without, HIVER)
    expect(without.get_by_role("button", name="Envoyer…")).to_be_hidden()


@pytest.mark.browser
@pytest.mark.parametrize(
    "refusal", ["delete Navigator.prototype.clipboard;", "Clipboard.prototype.write = () => 0[0]();"]
)
def test_where_copying_is_refused_the_words_lie_selected_in_a_field(
    site: str, open_page: OpenPage, refusal: str
) -> None:
    page = open_page(f"{site}/marche-couvert/", lambda page: page.add_init_script(refusal))
    open_menu(page, HIVER)
    page.get_by_role("button", name="Copier la citation").click()
    field = page.get_by_role("textbox", name="Texte à copier")
    expect(field).to_be_focused()
    assert (
        page.evaluate(
            "() => { const f = document.activeElement; return f.value.slice(f.selectionStart, f.selectionEnd); }"
        )
        == field.input_value()
    )
    assert HIVER in field.input_value()
    expect(page.locator(".share .told-copy")).to_have_text(re.compile("ne permet pas de copier"))


# --- stretches of words --------------------------------------------------------------------------------


@pytest.mark.browser
def test_words_selected_with_the_mouse_are_shared_and_do_not_play(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/cour-d-ecole/", **CLIPBOARD)
    boxes: list[list[float]] = page.evaluate(
        """() => ["sera", "plantée"].map((word) => {
          const node = document.getElementById("p=cour").firstChild;
          const range = document.createRange();
          const at = node.data.indexOf(word);
          range.setStart(node, at);
          range.setEnd(node, at + word.length);
          const box = range.getBoundingClientRect();
          return [box.left + box.width / 2, box.top + box.height / 2];
        })"""
    )
    page.mouse.move(*boxes[0])
    page.mouse.down()
    page.mouse.move(*boxes[1], steps=5)
    page.mouse.up()
    page.get_by_role("button", name="Partager cet extrait").click()
    choose(page, "Copier la citation")
    assert clipboard(page).startswith(f"«{NBSP}[…] sera plantée […]{NBSP}» — Jeanne Morel")
    choose(page, "Copier le lien")
    assert clipboard(page) == f"{site}/cour-d-ecole/#p=cour&w=5-6"
    assert page.locator("video").evaluate("video => video.paused")
    assert page.evaluate("getSelection().toString()") != "", "the words are no longer selected"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("address", "words", "start"),
    [
        ("#p=cour&w=5-6", "sera plantée", 12.0),
        ("#p=cour&w=7-9", "de douze tilleuls.", 12.5),  # from the word heard before them
        ("#p=enfants&w=4-6", "avec les enfants.", 23.0),
        ("?p=cour&w=5-6", "sera plantée", 12.0),
    ],
)
def test_an_address_of_words_marks_exactly_them_and_waits_at_the_first(
    site: str, open_page: OpenPage, address: str, words: str, start: float
) -> None:
    page = open_page(f"{site}/cour-d-ecole/{address}")
    wait_until_at(page, start - 0.3)
    assert marked(page) == words
    assert page.locator("video").evaluate("video => video.paused")
    page.evaluate("location.hash = 'p=jardin'")
    page.wait_for_function("() => !CSS.highlights.has('extract')")


@pytest.mark.browser
def test_words_of_several_passages_have_an_address_too(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/cour-d-ecole/", **CLIPBOARD)
    select(page, "tilleuls.", "Nous le")
    page.get_by_role("button", name="Partager cet extrait").click()
    choose(page, "Copier la citation")
    assert clipboard(page).startswith(f"«{NBSP}[…] tilleuls. Nous le […]{NBSP}»")
    choose(page, "Copier le lien")
    assert clipboard(page) == f"{site}/cour-d-ecole/#p=cour&w=9-2&to=enfants"
    other = open_page(clipboard(page))
    wait_until_at(other, 14.2)
    text: str = other.evaluate(
        """() => {
          const copy = [...CSS.highlights.get("extract")][0].cloneContents();
          for (const ours of copy.querySelectorAll(".aside")) ours.remove();
          return copy.textContent.replace(/\\s+/g, " ");
        }"""
    )
    assert text == "tilleuls. Nous le"


@pytest.mark.browser
@pytest.mark.parametrize("address", ["#p=cour&w=0-3", "#p=cour&w=5-40", "#p=cour&w=6-5", "#p=cour&w=a-b", "#p=cour&w="])
def test_an_address_of_no_words_opens_the_passage(site: str, open_page: OpenPage, address: str) -> None:
    page = open_page(f"{site}/cour-d-ecole/{address}")
    expect(page.locator(".current")).to_have_text(COUR)
    assert marked(page) is None
    wait_until_at(page, 9.7)


@pytest.mark.browser
def test_a_browser_that_cannot_mark_words_selects_them(site: str, open_page: OpenPage) -> None:
    old = "delete window.Highlight; delete CSS.highlights;"
    page = open_page(f"{site}/cour-d-ecole/#p=cour&w=5-6", lambda page: page.add_init_script(old))
    page.wait_for_function("() => getSelection().toString() === 'sera plantée'")


# --- addresses -------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_an_address_of_a_passage_that_is_gone_says_so_and_shows_where_to_search(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/#p=disparu")
    expect(page.get_by_text("Ce passage a changé ou a été retiré")).to_be_visible()
    expect(page.get_by_role("link", name="Chercher ses mots")).to_have_attribute("href", "/recherche/")
    expect(page.locator(".current")).to_have_count(0)
    page.evaluate("location.hash = 'p=hiver'")
    expect(page.locator(".changed")).to_be_hidden()
    expect(page.locator(".current")).to_have_text(HIVER)


@pytest.mark.browser
def test_an_address_given_before_the_text_was_edited_opens_what_became_of_it(
    workspace: Workspace, own_site: str, open_page: OpenPage
) -> None:
    path = workspace.aligned / "marche-couvert.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["passages"][4]["former"] = ["ancien", "plusancien"]
    path.write_text(json.dumps(document), encoding="utf-8")
    for old in ("ancien", "plusancien"):
        page = open_page(f"{own_site}/marche-couvert/#p={old}&w=1-2")
        expect(page.locator(".current")).to_have_text(HIVER)
        expect(page.get_by_text("Ce passage a été modifié")).to_be_visible()
        wait_until_at(page, 14.2)
        assert marked(page) is None, "the words were counted in another sentence"


@pytest.mark.browser
@pytest.mark.parametrize(("seconds", "passage"), [("32", "chene"), ("28", "chene"), ("19", "hiver"), ("47.5", "chene")])
def test_a_moment_opens_at_the_passage_nearest_to_it(
    site: str, open_page: OpenPage, seconds: str, passage: str
) -> None:
    page = open_page(f"{site}/marche-couvert/?t={seconds}", viewport={"width": 1000, "height": 420})
    wait_until_at(page, float(seconds) - 0.3)
    expect(page.locator(f"[id='p={passage}']")).to_be_in_viewport()


@pytest.mark.browser
def test_the_moment_being_heard_can_be_copied_and_opened(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/deux-seances/", **CLIPBOARD)
    slow_down(page)
    button = page.get_by_role("button", name="Copier le lien à cet instant")
    expect(button).to_be_hidden()
    page.get_by_text("Nous avons commencé en juin.").click()
    wait_until_at(page, 19.7)
    page.locator("video").evaluate("video => { video.currentTime = 42.4; }")
    button.click()
    expect(page.locator(".moment .told-copy")).to_have_text("Copié.")
    address = clipboard(page)
    assert address == f"{site}/deux-seances/?t=42&in=generic%3Aconseil-2025-06-12"
    other = open_page(address)
    wait_until_at(other, 41.7)


@pytest.mark.browser
def test_a_moment_of_another_recording_brings_that_recording(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/deux-seances/?t=3726&in=youtube:Mc5Aulne001")
    expect(page.get_by_text("La phrase choisie sera jouée aussitôt.")).to_be_visible()
    expect(page.locator(".current")).to_have_text("Nous finissons à l’automne.")


# --- the keyboard ----------------------------------------------------------------------------------------


@pytest.mark.browser
def test_alt_and_arrows_go_from_passage_to_passage(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("[id='p=cent-ans']")).to_be_focused()
    for passage in ("charpente", "hiver", "chene", "halle", "merci", "merci"):
        page.keyboard.press("Alt+ArrowDown")
        expect(page.locator(f"[id='p={passage}']")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[id='p=halle']")).to_be_focused()


@pytest.mark.browser
def test_the_legend_tells_the_keys_in_both_languages(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/")
    page.get_by_text("Raccourcis").click()
    expect(page.get_by_text("passage précédent, suivant")).to_be_visible()
    page.goto(f"{site}/marche-couvert/?lang=en")
    page.get_by_text("Keyboard").click()
    expect(page.get_by_text("previous, next passage")).to_be_visible()


# --- the page --------------------------------------------------------------------------------------------


def test_the_page_names_its_own_address_without_language_or_moment(client: FlaskClient) -> None:
    page = client.get("/marche-couvert/?lang=en&t=12&p=hiver").text
    assert re.findall(r'<link rel="canonical" href="([^"]*)">', page) == ["http://localhost/marche-couvert/"]


def test_all_modules_are_asked_for_at_once(client: FlaskClient) -> None:
    page = client.get("/marche-couvert/").text
    asked = set(re.findall(r'<link rel="modulepreload" href="/static/([^"?]*)', page))
    reached, waiting = set[str](), ["page.js"]
    while waiting:
        path = STATIC / waiting.pop()
        for address in re.findall(r'(?:from|import) "(\.[^"]*)"', path.read_text(encoding="utf-8")):
            name = (path.parent / address).resolve().relative_to(STATIC.resolve()).as_posix()
            if name not in reached:
                reached.add(name)
                waiting.append(name)
    assert asked == reached


def test_page_style_and_script_stay_small(client: FlaskClient) -> None:
    """The budget of issue 5: a post's page with all of ours that it loads, under 60 KB compressed."""
    page = client.get("/longue-seance/").text
    files = re.findall(r'(?:href|src)="(/static/[^"]*\.(?:css|js)[^"]*)"', page)
    assert len(files) > 12
    sizes = [len(gzip.compress(client.get(address).data)) for address in files]
    assert len(gzip.compress(page.encode())) + sum(sizes) < 60_000


@pytest.mark.browser
def test_a_text_without_recordings_hides_nothing_behind_buttons(
    workspace: Workspace, own_site: str, open_page: OpenPage
) -> None:
    path = workspace.aligned / "marche-couvert.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["media"] = {}
    path.write_text(json.dumps(document), encoding="utf-8")
    page = open_page(f"{own_site}/marche-couvert/")
    expect(page.get_by_text("deux endroits conviennent")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)


@pytest.mark.browser
def test_on_paper_every_link_has_its_time_and_the_page_its_address(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/")
    page.emulate_media(media="print")
    times: list[str] = page.eval_on_selector_all(
        "a.passage", "found => found.map(one => getComputedStyle(one, '::after').content)"
    )
    assert times[:2] == [f'"{FINE}(0:05)"', f'"{FINE}(0:09)"']
    expect(page.get_by_text(f"{site}/marche-couvert/")).to_be_visible()
    for ours in (".stage", ".time", ".share", ".site-search", ".toggle"):
        expect(page.locator(ours).first).to_be_hidden()
