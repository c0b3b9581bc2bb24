"""A person at the bench, with a real browser: by keys alone, by the mouse, without script; and a reader's report."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from aligner.corrections import list_proposals, path_of, read_corrections
from aligner.model import Correction, CorrectionAction
from aligner.store import Workspace
from tests.web.edit.conftest import run_bench
from tests.web.edit.sample import MEDIA, SLUG
from tests.web.film import position, slow_down

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
LENTILLES, CAROTTE, SECRET, JOUR = "zntcxefffv", "zzcvlmllrc", "tbai5owpqd", "7lwncamazq"


def written(workspace: Workspace) -> tuple[Correction, ...]:
    return read_corrections(path_of(workspace.posts / f"{SLUG}.md", SLUG))


def passage(workspace: Workspace, passage_id: str) -> dict[str, Any]:
    document = json.loads((workspace.aligned / f"{SLUG}.json").read_text(encoding="utf-8"))
    (found,) = [one for one in document["passages"] if one["id"] == passage_id]
    return dict(found)


def sit_down(open_page: OpenPage, bench: str, query: str = "", **options: Any) -> Page:
    page = open_page(f"{bench}/edit/{SLUG}/{query}", **options)
    page.wait_for_selector("#wave[data-ready]")
    return page


def told(page: Page) -> str:
    return re.sub(r"\s+", " ", page.locator("#seat .outcome").inner_text())


# --- by keys ---------------------------------------------------------------------------------------


def test_by_keys_alone_a_start_is_moved_and_accepted(council: Workspace, bench: str, open_page: OpenPage) -> None:
    page = sit_down(open_page, bench)
    slow_down(page)
    expect(page.locator("#seat-name")).to_have_text("À écouter : 1 sur 2")
    expect(page.locator(".seat .words").first).to_contain_text("On nous avait dit")
    expect(page.locator("#start")).to_have_value("2:53.53")
    for key in ("ArrowRight", "Shift+ArrowRight", "ArrowLeft", "Shift+ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    expect(page.locator("#start")).to_have_value("2:53.43")
    page.wait_for_function("() => Math.abs(document.querySelector('video').currentTime - 173.43) < 0.3")
    assert written(council) == ()
    page.keyboard.press("Enter")
    expect(page.locator("#seat .done")).to_contain_text("le début est corrigé")
    (correction,) = written(council)
    assert (correction.passage_id, correction.action, correction.start_ms) == (
        LENTILLES,
        CorrectionAction.START,
        173_430,
    )
    now = passage(council, LENTILLES)
    assert now["corrected"]["action"] == "start"
    assert (
        page.locator("#seat .verdict").inner_text()
        == {"uncertain": "≈ incertain", "reworded": "dit autrement"}[now["status"]]
    )


def test_what_is_accepted_against_the_sound_is_doubted_and_can_be_confirmed(
    council: Workspace, bench: str, open_page: OpenPage
) -> None:
    page = sit_down(open_page, bench, f"?p={JOUR}&tout=1")
    page.locator("#start").fill("3:40")  # where a furnace is spoken of
    page.keyboard.press("Enter")
    expect(page.locator("#seat .corrected.doubtful")).to_contain_text("Correction douteuse.")
    assert passage(council, JOUR)["status"] == "uncertain"
    expect(page.locator(".spot").nth(1)).to_have_text(re.compile("2 2:35 où la machine l’entend"))
    page.get_by_role("button", name="J’ai bien entendu").click()
    expect(page.locator("#seat .corrected")).to_contain_text("confirmé à l’oreille")
    (correction,) = written(council)
    assert (correction.start_ms, correction.sure) == (220_000, True)
    assert passage(council, JOUR)["start_ms"] == 220_000
    assert passage(council, JOUR)["status"] in ("spoken", "reworded")


def test_unsaid_stays_after_a_reload_and_can_be_taken_back(council: Workspace, bench: str, open_page: OpenPage) -> None:
    page = sit_down(open_page, bench)
    page.keyboard.press("n")
    expect(page.locator("#seat .verdict")).to_have_text("non retrouvé dans l’enregistrement")
    assert passage(council, LENTILLES)["status"] == "not_found"
    page.reload()
    expect(page.locator("#seat .verdict")).to_have_text("non retrouvé dans l’enregistrement")
    expect(page.locator("#seat .corrected")).to_contain_text("Corrigé : pas dit.")
    page.wait_for_selector("#wave[data-ready]")
    page.keyboard.press("u")
    expect(page.locator("#seat .done")).to_contain_text("La correction est retirée")
    expect(page.locator("#seat .verdict")).to_have_text("≈ incertain")
    assert written(council) == ()
    page.keyboard.press("x")
    expect(page.locator("#seat .corrected")).to_contain_text("jamais relié")
    assert [one.action for one in written(council)] == ["never"]


def test_j_and_k_go_through_what_is_to_be_heard(council: Workspace, bench: str, open_page: OpenPage) -> None:
    page = sit_down(open_page, bench)
    words = page.locator(".seat .words").first
    page.keyboard.press("j")
    expect(words).to_contain_text("Une carotte")
    page.keyboard.press("k")
    expect(words).to_contain_text("On nous avait dit")
    page.keyboard.press("n")  # it leaves the list: the next one is still the next one
    expect(page.locator("#seat .done")).to_be_visible()
    page.keyboard.press("j")
    expect(words).to_contain_text("Une carotte")
    page.keyboard.press("n")
    expect(page.locator("#seat .done")).to_contain_text("Tout ce texte est écouté")
    page.go_back()
    expect(words).to_contain_text("On nous avait dit")


def test_the_list_of_keys_opens_and_the_keys_can_be_turned_off(bench: str, open_page: OpenPage) -> None:
    page = sit_down(open_page, bench)
    page.keyboard.press("?")
    expect(page.get_by_text("ne jamais relier", exact=True)).to_be_visible()
    page.get_by_label("Touches actives").uncheck()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#start")).to_have_value("2:53.53")
    page.reload()
    page.wait_for_selector("#wave[data-ready]")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#start")).to_have_value("2:53.53")
    page.get_by_text("Clavier").click()
    page.get_by_label("Touches actives").check()
    page.locator("#seat").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#start")).to_have_value("2:53.63")


def test_keys_are_letters_where_one_writes(council: Workspace, bench: str, open_page: OpenPage) -> None:
    page = sit_down(open_page, bench)
    page.get_by_text("Autres corrections").click()
    page.get_by_label("Note").press_sequentially("nux 1j")
    expect(page.get_by_label("Note")).to_have_value("nux 1j")
    assert written(council) == ()
    page.keyboard.press("Enter")
    expect(page.locator("#seat .done")).to_be_visible()
    assert written(council)[0].note == "nux 1j"


# --- the sound -------------------------------------------------------------------------------------


def test_the_wave_shows_the_sound_and_the_words_at_their_times(bench: str, open_page: OpenPage) -> None:
    page = sit_down(open_page, bench, f"?p={SECRET}&tout=1")
    inked = page.locator(".wave-canvas").evaluate(
        "c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        "       let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n / (d.length / 4); }"
    )
    assert 0.1 < inked < 0.9
    own = page.locator(".wave-words .own").all_inner_texts()
    assert [word.strip() for word in own][:4] == ["Le", "secret", "n'est", "pas"]
    assert page.locator(".wave-words", has_text="lentilles.").count() == 1  # the neighbour's
    boxes = [page.locator(".wave-words .own").nth(place).bounding_box() for place in (0, len(own) - 1)]
    lefts = [box["x"] for box in boxes if box]
    assert 220 < lefts[1] - lefts[0] < 280  # "poubelle." two seconds and a half after "Le", at 96 points each


def test_a_click_in_the_wave_plays_from_there(bench: str, open_page: OpenPage) -> None:
    page = sit_down(open_page, bench, f"?p={SECRET}&tout=1")
    slow_down(page)
    start = page.locator(".wave-start").bounding_box()
    assert start
    page.mouse.click(start["x"] + 192, start["y"] + 50)
    page.wait_for_function("() => !document.querySelector('video').paused")
    assert abs(position(page) - (182.39 + 2)) < 0.15
    page.keyboard.press("d")  # it begins here
    expect(page.locator("#start")).to_have_value(re.compile(r"^3:04\.[3-9]"))


def test_space_plays_around_and_stops(bench: str, open_page: OpenPage) -> None:
    page = sit_down(open_page, bench, f"?p={SECRET}&tout=1")
    slow_down(page)
    page.keyboard.press("Space")
    page.wait_for_function("() => !document.querySelector('video').paused")
    assert abs(position(page) - 180.39) < 0.2
    expect(page.locator(".around")).to_have_text("Arrêter")
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('video').paused")
    expect(page.locator(".around")).to_have_text("Écouter autour")


def test_another_place_is_taken_by_its_number(council: Workspace, bench: str, open_page: OpenPage) -> None:
    slug, thanks = "2025-06-12-commande-publique", "tebng5ajne"
    page = open_page(f"{bench}/edit/{slug}/?p={thanks}&tout=1")
    page.wait_for_selector("#wave[data-ready]")
    first, second = page.locator(".spot").all()
    expect(first).to_contain_text("où il est maintenant")
    seconds = int(second.get_attribute("data-start") or 0) / 1000
    slow_down(page)
    page.keyboard.press("2")
    page.wait_for_function("s => Math.abs(document.querySelector('video').currentTime - s) < 0.3", arg=seconds)
    page.keyboard.press("Enter")
    expect(page.locator("#seat .done")).to_be_visible()
    (correction,) = read_corrections(path_of(council.posts / f"{slug}.md", slug))
    assert correction.start_ms == round(seconds * 1000)


def test_a_recording_without_sound_here_is_said_and_its_words_stand_there(
    council: Workspace, bench: str, open_page: OpenPage
) -> None:
    folder = council.media_folder(MEDIA)
    (folder / "video.mp4").rename(folder / "elsewhere.mp4")
    page = sit_down(open_page, bench)
    expect(page.locator(".wave-nosound")).to_contain_text("n’est pas sur cette machine")
    expect(page.locator(".wave-words")).to_contain_text("enfants")
    expect(page.locator(".no-player")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#seat .done")).to_be_visible()
    assert written(council)[0].start_ms == 173_630


def test_a_recording_elsewhere_waits_for_consent(workspace: Workspace, open_page: OpenPage) -> None:
    asked: list[str] = []
    with run_bench(workspace) as address:
        page = open_page(
            f"{address}/edit/place-du-lavoir/?tout=1&p=traversent",
            lambda page: page.on("request", lambda request: asked.append(request.url)),
        )
        page.wait_for_selector("#wave[data-ready]")
        expect(page.locator(".wave-nosound")).to_be_visible()
        page.keyboard.press("Space")
        expect(page.get_by_role("button", name="Charger le lecteur YouTube")).to_be_focused()
        assert all(url.startswith(address) for url in asked)


# --- without script; who speaks -----------------------------------------------------------------------


def test_without_script_the_same_forms_do_it(council: Workspace, bench: str, open_page: OpenPage) -> None:
    page = open_page(f"{bench}/edit/", java_script_enabled=False)
    page.get_by_role("link", name=re.compile("Cantine")).first.click()
    page.locator("#start").fill("2:54,2")
    page.get_by_role("button", name="C’est bien là").click()
    assert "le début est corrigé" in told(page)
    assert written(council)[0].start_ms == 174_200
    page.locator("#start").fill("bientôt")
    page.get_by_role("button", name="C’est bien là").click()
    assert "« bientôt » n’est pas un moment" in told(page).replace("\u00a0", " ")
    page.get_by_role("link", name="Suivant").click()
    expect(page.locator(".seat .words").first).to_contain_text("Une carotte")


def test_who_speaks_is_changed_everywhere(council: Workspace, bench: str, open_page: OpenPage) -> None:
    page = sit_down(open_page, bench, f"?p={SECRET}&tout=1")
    page.get_by_text("Autres corrections").click()
    page.get_by_label("Qui parle").fill("Étienne Valbrun")
    page.get_by_role("button", name="Changer").click()
    expect(page.locator("#seat .facts", has_text="Dit par Étienne Valbrun")).to_be_visible()
    assert passage(council, SECRET)["speaker"] == "Étienne Valbrun"


def test_a_stale_page_says_so_and_writes_nothing(council: Workspace, open_page: OpenPage) -> None:
    with run_bench(council) as first:
        page = sit_down(open_page, first)
    with run_bench(council) as second:
        page.route("**/*", lambda route: route.continue_(url=route.request.url.replace(first, second)))
        page.keyboard.press("n")
        expect(page.locator("#seat .trouble")).to_be_visible()
    assert written(council) == ()


# --- readers ---------------------------------------------------------------------------------------------


def report(page: Page, note: str) -> None:
    page.get_by_text("Le secret n’est pas").first.click()
    page.get_by_role("button", name="Partager ce passage").click()
    page.get_by_role("button", name="Ce n’est pas le bon moment").click()
    page.get_by_label("Une remarque").fill(note)


def test_a_report_becomes_a_proposal_is_shown_on_the_bench_and_accepted(
    council: Workspace, bench: str, open_page: OpenPage
) -> None:
    before = (council.aligned / f"{SLUG}.json").read_bytes()
    page = open_page(f"{bench}/{SLUG}/")
    slow_down(page)
    report(page, "Elle commence plus tard.")
    page.locator("video").evaluate("video => { video.pause(); video.currentTime = 183.2; }")
    page.get_by_label("Le bon moment est là où en est le lecteur").check()
    expect(page.locator(".report-panel output")).to_have_text("3:03")
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.get_by_text("Merci ! Votre signalement sera écouté.")).to_be_visible()
    (proposal,) = list_proposals(council, SLUG)
    assert (proposal.passage_id, proposal.suggested_ms, proposal.note) == (SECRET, 183_200, "Elle commence plus tard.")
    assert (council.aligned / f"{SLUG}.json").read_bytes() == before
    assert written(council) == ()
    page = open_page(f"{bench}/edit/")
    expect(page.locator(".call.proposed")).to_have_text("1 passage signalé")
    page = sit_down(open_page, bench, f"?p={SECRET}")
    expect(page.locator(".proposed")).to_contain_text("Elle commence plus tard.")
    page.get_by_role("button", name="Accepter 3:03.2").click()
    expect(page.locator("#seat .done")).to_contain_text("le début est corrigé")
    assert list_proposals(council) == ()
    (correction,) = written(council)
    assert (correction.start_ms, correction.note) == (183_200, "Elle commence plus tard.")
    assert passage(council, SECRET)["start_ms"] == 183_200


def test_a_report_can_be_dismissed(council: Workspace, bench: str, open_page: OpenPage) -> None:
    page = open_page(f"{bench}/{SLUG}/", viewport={"width": 375, "height": 740})
    report(page, "Non.")
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.get_by_text("Merci !")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".report-panel")).to_be_hidden()
    page = sit_down(open_page, bench, f"?p={SECRET}")
    page.get_by_role("button", name="Écarter").click()
    expect(page.locator("#seat .done")).to_contain_text("écarté")
    assert (list_proposals(council), written(council)) == ((), ())


def test_a_report_without_script(council: Workspace, bench: str, open_page: OpenPage) -> None:
    page = open_page(f"{bench}/{SLUG}/", java_script_enabled=False)
    page.get_by_role("link", name="Signaler un mauvais moment").click()
    page.get_by_label("Quelle phrase ?").select_option(SECRET)
    page.get_by_label("Le bon moment, si vous le connaissez").fill("3:03,5")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Merci !")).to_be_visible()
    assert [(one.passage_id, one.suggested_ms) for one in list_proposals(council)] == [(SECRET, 183_500)]


def test_the_readers_page_leads_to_the_bench(bench: str, open_page: OpenPage) -> None:
    page = open_page(f"{bench}/{SLUG}/")
    page.wait_for_function("() => document.querySelector('video').readyState > 0")
    page.get_by_role("link", name="Corriger ce passage").nth(6).click()
    expect(page.locator(".seat .words").first).to_contain_text("Le secret n’est pas")
    page.wait_for_selector("#wave[data-ready]")


# --- everybody ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def busy_bench(aligned: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with run_bench(Workspace(aligned)) as address:
        yield address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize(
    "path", ["/edit/", f"/edit/{SLUG}/", f"/edit/{SLUG}/?lang=en&tout=1", f"/signaler/{SLUG}/", f"/{SLUG}/"]
)
def test_axe_finds_no_fault(busy_bench: str, open_page: OpenPage, path: str, width: int, scheme: str) -> None:
    page = open_page(f"{busy_bench}{path}", color_scheme=scheme, viewport={"width": width, "height": 740})
    if path.startswith("/edit/2"):
        page.wait_for_selector("#wave[data-ready]")
        for summary in page.locator("summary:visible").all():
            summary.click()
    if path == f"/{SLUG}/":
        page.get_by_text("Le secret n’est pas").first.click()
        page.get_by_role("button", name="Partager ce passage").click()
        page.get_by_role("button", name="Ce n’est pas le bon moment").click()
        page.locator("video").evaluate("video => video.pause()")
        page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    results = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}})
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
