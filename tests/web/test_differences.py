"""What was said beside what was published: the runs, the page without script, and a reader with a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from aligner.model import Match, Status, TimedWord, Word
from aligner.output.differences import tell_apart
from aligner.store import Workspace
from tests.web.conftest import told

OpenPage = Callable[..., Page]
PATH = "/cour-d-ecole/"
LOCAL_ID = "generic:conseil-2025-06-12"


def runs(*words: str, start_ms: int = 0, end_ms: int = 60_000) -> list[tuple[str, str]]:
    timed, unpublished = told(start_ms, *words)
    match = Match("p", Status.REWORDED, 0.9, "", "m:1", start_ms, end_ms, "tout", timed, unpublished)
    return [(run.fate, run.text) for run in tell_apart(match)]


# --- the runs --------------------------------------------------------------------------------------


def test_words_cut_and_words_added_stand_where_they_belong() -> None:
    assert runs("+donc", "Nous", "-ferons", "-tout", "+demain", "+nous", "planterons.", "+merci") == [
        ("unpublished", "donc"),
        ("said", "Nous"),
        ("unsaid", "ferons tout"),
        ("unpublished", "demain nous"),
        ("said", "planterons."),
        ("unpublished", "merci"),
    ]


def test_words_heard_as_published_keep_their_spelling_and_others_are_told_as_heard() -> None:
    assert runs("«", "L’École=l'école", "coûte=coute", "63,5=soixante-trois", "+virgule", "millions.") == [
        ("said", "« L’École coute soixante-trois"),
        ("unpublished", "virgule"),
        ("said", "millions."),
    ]


def test_a_unit_that_was_not_said_is_not_told_as_said() -> None:
    assert runs(
        "contre",
        "60\N{NARROW NO-BREAK SPACE}%=60",
        "et",
        "7\N{NARROW NO-BREAK SPACE}%=7%.",
        "5,20\N{NARROW NO-BREAK SPACE}€=5,20",
    ) == [("said", "contre 60 et 7\N{NARROW NO-BREAK SPACE}% 5,20")]


def test_one_heard_word_that_stands_for_two_is_told_once() -> None:
    assert runs("un=imparticiants", "partisan=imparticiants", "de", "non", "non") == [
        ("said", "imparticiants de non non")
    ]


def test_words_said_after_the_passage_are_left_out() -> None:
    assert runs("Nous", "planterons.", "+Merci", "+bien", end_ms=900) == [("said", "Nous planterons.")]


def test_where_single_words_are_not_known_the_whole_is_told_as_it_is() -> None:
    match = Match("p", Status.REWORDED, 0.9, "", "m:1", 0, 900, "nous planterons")
    assert [(run.fate, run.text) for run in tell_apart(match)] == [("said", "nous planterons")]
    assert tell_apart(Match("p", Status.NOT_FOUND, 0.9, "")) == ()


def test_a_word_whose_time_is_an_estimate_was_not_said() -> None:
    words = (
        TimedWord("Nous", 0, 400, "nous"),
        TimedWord("y", 400, 500, None),
        TimedWord("allons.", 500, 900, "allons"),
    )
    match = Match("p", Status.REWORDED, 0.9, "", "m:1", 0, 900, "", words, (Word("ne", 420, 480),))
    assert [run.fate for run in tell_apart(match)] == ["said", "unsaid", "unpublished", "said"]


# --- the page without script -------------------------------------------------------------------------


def read(client: FlaskClient, path: str = PATH, language: str = "fr") -> str:
    response = client.get(path, headers={"Accept-Language": language})
    assert response.status_code == 200
    return response.text.replace("\N{NO-BREAK SPACE}", " ").replace("&#160;", " ")


def seen(page: str) -> str:
    """The page without what only screen readers are told."""
    return re.sub(r'<span class="unseen"[^>]*>.*?</span>', "", page)


def buttons(page: str) -> list[tuple[str, str]]:
    return re.findall(r'aria-controls="about-([^"]*)">([^<]*)</button>', page)


def test_each_passage_with_something_to_tell_has_one_button_and_a_filler_word_has_none(client: FlaskClient) -> None:
    assert buttons(read(client)) == [
        ("cour", "dit autrement"),
        ("enfants", "dit en plus"),
        ("jardin", "dit plusieurs fois"),
        ("engagement", "≈ passage incertain"),
    ]
    assert [name for _, name in buttons(read(client, language="en"))] == [
        "said otherwise",
        "also said",
        "said several times",
        "≈ uncertain passage",
    ]


def test_differences_are_marked_inside_the_words_that_were_said(client: FlaskClient) -> None:
    page = seen(read(client))
    assert 'dit : <span lang="fr">« La cour de notre école sera plantée <del>de douze</del> <ins>d’arbres</ins>' in page
    assert "« Nous le ferons <ins>je vous l’assure</ins> avec les enfants. »" in page


def test_those_who_hear_the_page_are_told_the_marks_in_words(client: FlaskClient) -> None:
    page = re.sub("<[^>]*>", "", read(client))
    assert "sera plantée (non dit : de douze) (non publié : d’arbres) tilleuls." in page
    english = re.sub("<[^>]*>", "", read(client, language="en"))
    assert "(not said: de douze) (not published: d’arbres)" in english


def test_the_legend_explains_the_marks_where_there_are_some(client: FlaskClient) -> None:
    assert '<del class="sample">Barré</del> :</dt> <dd>publié, mais non dit.</dd>' in read(client)
    assert '<ins class="sample">En gras</ins> :</dt> <dd>dit, mais non publié.</dd>' in read(client)
    assert "<del" not in read(client, "/marche-couvert/")


def test_other_places_are_ordinary_links_to_their_moments(client: FlaskClient) -> None:
    page = read(client)
    links = re.findall(r'<a class="possible" title="([^"]*)" href="([^"]*)"[^>]*>([^<]*)</a>', page)
    file = "/media/generic:conseil-2025-06-12"
    assert links == [
        ("Enregistrement 1, aller à 50 s", f"{file}#t=49.7", "50 s (enregistrement 1)"),
        (
            "Enregistrement 2, aller à 1 h 2 min 3 s",
            "https://youtu.be/Mc5Aulne001?t=3723",
            "1 h 2 min 3 s (enregistrement 2)",
        ),
        ("Enregistrement 1, aller à 1 min 10 s", f"{file}#t=69.7", "1 min 10 s (enregistrement 1)"),
        ("Enregistrement 1, aller à 40 s", f"{file}#t=39.7", "écouter le passage possible (≈ 0:40)"),
        ("Enregistrement 1, aller à 1 min 20 s", f"{file}#t=79.7", "1 min 20 s (enregistrement 1)"),
    ]
    assert page.count("Dit aussi à <a") == 2
    assert page.count("(≈ 0:40)</a> ou à <a") == 1


def test_with_one_recording_the_time_alone_is_the_link(client: FlaskClient, workspace: Workspace) -> None:
    change(workspace, "marche-couvert", 7, elsewhere=[{"media_id": LOCAL_ID, "start_ms": 75_000, "end_ms": 76_000}])
    page = read(client, "/marche-couvert/")
    assert ("halle", "dit plusieurs fois") in buttons(page)
    assert re.search(r'Dit aussi à <a class="possible" title="Aller à 1 min 15 s"[^>]*>1 min 15 s</a>\.', page)


def change(workspace: Workspace, slug: str, passage: int, **values: Any) -> None:
    path = workspace.aligned / f"{slug}.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["passages"][passage] |= values
    path.write_text(json.dumps(document), encoding="utf-8")


def test_a_place_in_a_recording_that_is_not_there_is_no_link(client: FlaskClient, workspace: Workspace) -> None:
    change(workspace, "cour-d-ecole", 3, elsewhere=[{"media_id": "generic:rien", "start_ms": 1, "end_ms": 2}])
    assert "jardin" not in dict(buttons(read(client)))


def test_a_file_without_these_keys_is_shown_as_ever(client: FlaskClient, workspace: Workspace) -> None:
    path = workspace.aligned / "cour-d-ecole.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    for passage in document["passages"]:
        del passage["unpublished"], passage["elsewhere"]
    path.write_text(json.dumps(document), encoding="utf-8")
    assert buttons(read(client)) == [("cour", "dit autrement"), ("engagement", "≈ passage incertain")]


@pytest.mark.parametrize(
    "damage",
    [
        {"elsewhere": [{"media_id": LOCAL_ID, "start_ms": "12", "end_ms": 13}]},
        {"elsewhere": [{"media_id": LOCAL_ID}]},
        {"unpublished": [{"text": None, "start_ms": 1, "end_ms": 2}]},
        {"words": [{"text": "La", "start_ms": -1, "end_ms": 2, "heard": "la"}]},
        {"words": [{"text": "La"}]},
    ],
    ids=str,
)
def test_damage_gives_no_page_rather_than_a_wrong_one(
    client: FlaskClient, workspace: Workspace, damage: dict[str, Any]
) -> None:
    change(workspace, "cour-d-ecole", 0, **damage)
    assert client.get(PATH).status_code == 500


# --- a reader with a real browser ----------------------------------------------------------------------


@pytest.mark.browser
def test_the_keyboard_opens_what_was_said_and_plays_another_place(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}{PATH}")
    page.locator("video").evaluate("video => { video.playbackRate = video.defaultPlaybackRate = 0.0625; }")
    cut, added, again = page.locator("#text del"), page.get_by_text("d’arbres"), page.get_by_role("link", name="50 s")
    expect(cut).to_be_hidden()
    page.get_by_text("La cour de l’école").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="dit autrement")).to_be_focused()
    page.keyboard.press("Space")
    expect(cut).to_be_visible()
    expect(added).to_have_css("font-weight", "700")
    expect(cut).to_have_css("text-decoration-line", "line-through")
    page.keyboard.press("Tab")
    expect(again).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_function("() => { const v = document.querySelector('video'); return !v.paused && v.readyState > 2; }")
    assert abs(page.locator("video").evaluate("video => video.currentTime") - 49.7) < 0.5
    expect(page.locator(".current")).to_have_count(0)  # only the chosen place of a passage is marked


@pytest.mark.browser
def test_another_place_in_another_recording_brings_that_recording(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}{PATH}")
    page.get_by_role("button", name="dit autrement").click()
    page.get_by_role("link", name="enregistrement 2").click()
    expect(page.get_by_role("button", name="Charger le lecteur YouTube")).to_be_focused()
    expect(page.locator("video")).to_be_hidden()


@pytest.mark.browser
def test_without_script_all_is_told_and_the_links_are_right(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}{PATH}", java_script_enabled=False)
    for words in ("de douze", "d’arbres", "je vous l’assure"):
        expect(page.locator("#text del, #text ins").filter(has_text=words)).to_be_visible()
    expect(page.get_by_role("link", name="1 h 2 min 3 s")).to_have_attribute(
        "href", "https://youtu.be/Mc5Aulne001?t=3723"
    )
    expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)
