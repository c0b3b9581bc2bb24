"""A session's page: what was heard as rows, the published speeches along it, following, finding, nine thousand rows."""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from aligner.library import Moment, Row
from aligner.model import Status
from aligner.store import Workspace
from tests.web.conftest import LOCAL, TUBE, run_viewer
from tests.web.council import (
    SENTENCES,
    TEXTS,
    Text,
    hear,
    hold_council,
    hold_long_council,
    publish,
    start_of,
)
from tests.web.film import go_to, position, slow_down, wait_until_playing
from web import create_app
from web.published import link_rows
from web.timeline import draw_timeline, gather_speeches

OpenPage = Callable[..., Page]
ADDRESS = f"/seances/{LOCAL.id}/"
LONG = 9_000


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


@pytest.fixture(scope="module")
def long_workspace(tmp_path_factory: pytest.TempPathFactory, video: Path) -> Workspace:
    return hold_long_council(tmp_path_factory.mktemp("long"), video, LONG, speeches=30)


@pytest.fixture(scope="module")
def long_hall(long_workspace: Workspace) -> Iterator[str]:
    with run_viewer(long_workspace) as address:
        yield address


def read(client: FlaskClient, address: str) -> str:
    response = client.get(address, headers={"Accept-Language": "fr"})
    assert response.status_code == 200, address
    return response.text


def rows_of(page: str) -> list[tuple[str, str, str]]:
    """Address, time and words of every row."""
    box = page[page.index('class="rows"') :].partition('<span id="after"')[0]
    rows = re.findall(r'<p[^>]*><a href="([^"]*)"[^>]*>([^<]*)</a> (.*?)(?=<p|</div>)', box, re.DOTALL)
    return [(html.unescape(at), clock, html.unescape(re.sub(r"<[^>]*>", "", words))) for at, clock, words in rows]


# --- the page as a browser without script gets it ---------------------------------------------------------


def test_everything_heard_is_there_each_row_a_link_to_its_moment(reader: FlaskClient) -> None:
    rows = rows_of(read(reader, ADDRESS))
    assert [words for _, _, words in rows] == list(SENTENCES)
    assert rows[3][:2] == ("?t=13", "0:13")
    assert rows[20][:2] == ("?t=81", "1:21")


def test_published_words_link_to_their_text_and_no_others(reader: FlaskClient) -> None:
    page = read(reader, ADDRESS)
    links = re.findall(r'</a> <a href="(/[^"]*)">([^<]*)</a>', page[page.index('class="rows"') :])
    published = [(text.slug, number) for text in TEXTS for number in text.sentences]
    assert [(address, html.unescape(words)) for address, words in links] == [
        (f"/{slug}/#p={slug}-{number}", SENTENCES[number]) for slug, number in sorted(published, key=lambda one: one[1])
    ]


def test_the_page_opens_at_the_moment_it_is_asked_for(reader: FlaskClient) -> None:
    page = read(reader, f"{ADDRESS}?t=34.5")
    current = re.findall(r'<p class="current" aria-current="true"><a href="([^"]*)" autofocus>', page)
    assert current == ["?t=33"]
    assert f'src="/media/{LOCAL.id}#t=34.2"' in page
    assert "Ouvert à 34\N{NO-BREAK SPACE}s." in page


@pytest.mark.parametrize("moment", ["", "x", "-1", "nan", "inf", "1e99"])
def test_a_moment_that_means_nothing_opens_the_page_as_usual(reader: FlaskClient, moment: str) -> None:
    page = read(reader, f"{ADDRESS}?t={moment}")
    assert 'class="current"' not in page
    assert "Ouvert à" not in page


def test_rows_keep_the_language_that_was_chosen(reader: FlaskClient) -> None:
    assert rows_of(read(reader, f"{ADDRESS}?lang=en"))[3][0] == "?lang=en&t=13"
    assert rows_of(read(reader, f"{ADDRESS}?lang=%22%3E"))[3][0] == "?t=13"


def test_the_time_bar_has_a_lane_for_each_speaker_and_the_same_as_a_list(reader: FlaskClient) -> None:
    page = read(reader, ADDRESS)
    assert re.findall(r'<text class="speaker"[^>]*>([^<]*)<', page) == ["Jeanne Morel", "Karim Le Goff"]
    strokes = re.findall(r'<a class="stroke" href="([^"]*)" data-start="(\d+)" aria-label="([^"]*)"', page)
    assert [(address, start) for address, start, _ in strokes] == [
        ("/marche/#p=marche-2", "9000"),
        ("/piste/#p=piste-16", "65000"),
        ("/cour-d-ecole/#p=cour-d-ecole-8", "33000"),
    ]
    assert strokes[0][2] == "9\N{NO-BREAK SPACE}s, Jeanne Morel, Le marché couvert"
    listed = page.partition('class="speeches"')[2]
    assert re.findall(r'class="at" href="([^"]*)"', listed) == ["?t=9.0", "?t=33.0", "?t=65.0"]
    assert "3\N{NO-BREAK SPACE}passages" in listed


def test_a_recording_that_was_never_heard_says_so(reader: FlaskClient) -> None:
    page = read(reader, f"/seances/{TUBE.id}/")
    assert "Cet enregistrement n’a pas encore été entendu" in page
    assert 'class="rows"' not in page
    assert 'class="find"' not in page
    assert "/place-du-lavoir/#p=tilleuls" in page
    assert 'data-video="Mc5Aulne001"' in page


def test_a_recording_that_is_gone_and_has_no_title_still_has_a_page(reader: FlaskClient) -> None:
    page = read(reader, "/seances/generic:page/")
    assert "Enregistrement sans titre" in page
    assert "Cet enregistrement n’est plus disponible." in page
    assert 'class="timeline"' not in page
    assert "ftp:" not in page


def test_a_moment_of_a_recording_elsewhere_is_a_plain_link(reader: FlaskClient) -> None:
    page = read(reader, f"/seances/{TUBE.id}/?t=754.8")
    assert '<a href="https://youtu.be/Mc5Aulne001?t=754">Voir ce moment sur YouTube</a>' in page


@pytest.mark.parametrize(
    "media_id",
    ["generic:https://montclery.example/séance 1/a?b=c&d#e.mp4", "x:50%25", "x:<b>&\"'", "x:a//b///c", "x:ü+ö"],
)
def test_ids_of_recordings_may_hold_anything(tmp_path: Path, media_id: str) -> None:
    workspace = Workspace(tmp_path)
    media = replace(LOCAL, id=media_id)
    publish(workspace, TEXTS[0], media)
    hear(workspace, media, SENTENCES)
    client = create_app(workspace).test_client()
    (address,) = re.findall(r'<h2><a href="([^"]*)"', read(client, "/seances/"))
    assert len(rows_of(read(client, html.unescape(address)))) == len(SENTENCES)
    assert "<b>" not in read(client, html.unescape(address))


def test_what_was_heard_is_never_markup(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    hear(workspace, LOCAL, ["il a dit <script>alert(1)</script> & puis rien", "la suite"])
    publish(workspace, Text("t", "T", "A", (), (1,)), sentences=["", "la suite"])
    page = read(create_app(workspace).test_client(), ADDRESS)
    assert "<script>" not in page
    assert rows_of(page)[0][2] == "il a dit <script>alert(1)</script> & puis rien"


# --- which words are published -------------------------------------------------------------------------------


def moment(text: str, start_ms: int, end_ms: int, name: str = "p", **more: object) -> Moment:
    return Moment(
        **{
            "slug": "texte",
            "title": "Texte",
            "passage_id": name,
            "text": text,
            "speaker": "Jeanne Morel",
            "status": Status.SPOKEN,
            "confidence": 0.9,
            "media_id": LOCAL.id,
            "start_ms": start_ms,
            "end_ms": end_ms,
            "day": None,
        }
        | more  # type: ignore[arg-type]
    )


ROWS = [
    Row(0, 0, 4_000, "alors nous disons que le marché couvert"),
    Row(1, 4_000, 8_000, "a plus de cent ans et que sa charpente"),
    Row(2, 9_000, 12_000, "mérite mieux"),
]


def linked(moments: list[Moment], said: dict[tuple[str, str], str] | None = None) -> list[list[tuple[str, str]]]:
    shown = link_rows(ROWS, moments, said or {})
    for row, one in zip(ROWS, shown, strict=True):
        assert "".join(part.text for part in one.parts) == row.text
    return [[(part.text, part.moment.passage_id) for part in one.parts if part.moment] for one in shown]


def test_a_passage_across_two_rows_is_linked_in_both() -> None:
    found = linked(
        [moment("Le marché couvert a plus de cent ans.", 1_500, 6_000)],
        {("texte", "p"): "le marché couvert a plus de cent ans"},
    )
    assert found == [[("le marché couvert", "p")], [("a plus de cent ans", "p")], []]


def test_words_heard_by_another_transcript_are_found_by_likeness() -> None:
    found = linked([moment("", 1_500, 6_000)], {("texte", "p"): "le marchée couverts à plus de 100 ans"})
    assert found == [[("le marché couvert", "p")], [("a plus de cent ans", "p")], []]


def test_words_that_were_not_said_there_are_not_linked() -> None:
    assert linked([moment("La piste cyclable longera la rivière.", 1_500, 6_000)]) == [[], [], []]
    assert linked([moment("Le marché couvert a plus de cent ans.", 9_000, 12_000)]) == [[], [], []]


def test_a_few_words_are_linked_as_they_were_said_or_not_at_all() -> None:
    assert linked([moment("mériter", 9_000, 12_000)]) == [[], [], []]
    assert linked([moment("le lycée couvert", 1_500, 6_000)]) == [[], [], []]
    assert linked([moment("MERITE MIEUX", 9_000, 12_000)]) == [[], [], [("mérite mieux", "p")]]


def test_two_passages_never_share_words() -> None:
    said = {("texte", "a"): "le marché couvert a plus de cent ans", ("texte", "b"): "cent ans et que sa charpente"}
    found = linked([moment("", 1_500, 6_000, "a"), moment("", 5_000, 8_000, "b")], said)
    assert found == [[("le marché couvert", "a")], [("a plus de cent ans", "a"), (" et que sa charpente", "b")], []]


# --- the time bar --------------------------------------------------------------------------------------------


def test_passages_of_one_post_and_person_that_follow_each_other_are_one_speech() -> None:
    speeches = gather_speeches(
        [
            moment("", 10_000, 20_000, "a"),
            moment("", 30_000, 40_000, "c"),
            moment("", 22_000, 25_000, "b", speaker="Karim Le Goff"),
            moment("", 35_000, 39_000, "d"),
            moment("", 100_000, 110_000, "e"),
        ]
    )
    assert [(one.passage_id, one.start_ms, one.end_ms, one.passages) for one in speeches] == [
        ("a", 10_000, 40_000, 3),
        ("b", 22_000, 25_000, 1),
        ("e", 100_000, 110_000, 1),
    ]


def test_three_hundred_passages_of_many_people_share_one_lane_and_stay_inside_it() -> None:
    moments = [
        moment("", 60_000 * n, 60_000 * n + 5_000, f"p{n}", speaker=f"Personne {n % 9}", slug=f"t{n}")
        for n in range(300)
    ]
    timeline = draw_timeline(moments, 18_000_000)
    assert len(timeline.lanes) == 1
    assert len(timeline.speeches) == len(timeline.lanes[0].strokes) == 300
    assert timeline.people == 9
    assert not timeline.named
    assert all(one.left >= 0 and one.left + one.width <= 100.001 for one in timeline.lanes[0].strokes)
    assert [tick.clock for tick in timeline.ticks] == ["0:00", "1:00:00", "2:00:00", "3:00:00", "4:00:00", "5:00:00"]


def test_a_recording_shorter_than_said_makes_no_bar_longer_than_a_hundred() -> None:
    timeline = draw_timeline([moment("", 0, 500_000), moment("", 590_000, 600_000, "z", slug="u")], 0)
    assert timeline.length_ms == 600_000
    assert timeline.lanes[0].strokes[1].left + timeline.lanes[0].strokes[1].width == 100
    assert timeline.named


def test_nine_thousand_rows_weigh_less_than_a_megabyte(long_workspace: Workspace) -> None:
    answer = create_app(long_workspace).test_client().get(ADDRESS)
    assert answer.text.count('<p><a href="?t=') == LONG
    assert len(answer.data) < 1_000_000
    assert len(gzip.compress(answer.data, 6)) < 300_000
    # what a row costs beside its words
    words = sum(len(SENTENCES[number % len(SENTENCES)].encode()) for number in range(LONG))
    assert (len(answer.data) - words) / LONG < 45


# --- in a browser: playing and following ----------------------------------------------------------------------


def current(page: Page) -> list[int]:
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll(".rows p")].flatMap((row, index) =>
              row.matches(".current") && row.getAttribute("aria-current") === "true" ? [index] : [])"""
        )
    )


def wait_for_row(page: Page, number: int) -> None:
    page.wait_for_function("n => document.querySelectorAll('.rows p')[n].matches('.current')", arg=number)


def in_box(page: Page, number: int) -> bool:
    return bool(
        page.evaluate(
            """n => {
              const box = document.querySelector(".rows").getBoundingClientRect();
              const row = document.querySelectorAll(".rows p")[n].getBoundingClientRect();
              return row.top >= box.top && row.bottom <= box.bottom;
            }""",
            number,
        )
    )


@pytest.mark.browser
def test_a_click_on_a_row_plays_it_and_marks_it_alone(hall: str, open_page: OpenPage) -> None:
    page = open_page(f"{hall}{ADDRESS}")
    slow_down(page)
    page.locator(".rows p").nth(6).click()
    wait_until_playing(page)
    assert abs(position(page) - start_of(6) / 1000) <= 0.5
    assert current(page) == [6]
    assert page.url.endswith("#t=25")
    go_to(page, 30.0)
    wait_for_row(page, 7)
    assert current(page) == [7]


@pytest.mark.browser
def test_a_link_to_a_text_in_a_row_leads_there(hall: str, open_page: OpenPage) -> None:
    page = open_page(f"{hall}{ADDRESS}")
    page.get_by_role("link", name=SENTENCES[8]).click()
    page.wait_for_url(f"{hall}/cour-d-ecole/#p=cour-d-ecole-8")


@pytest.mark.browser
def test_the_box_follows_until_the_reader_scrolls_and_again_when_asked(long_hall: str, open_page: OpenPage) -> None:
    page = open_page(f"{long_hall}{ADDRESS}")
    slow_down(page)
    follow = page.locator(".follow")
    expect(follow).to_be_hidden()
    page.locator(".rows p").nth(1).click()
    expect(follow).to_have_text("Suspendre le suivi")
    go_to(page, start_of(18) / 1000 + 0.5)
    wait_for_row(page, 18)
    page.wait_for_function("() => document.querySelector('.rows').scrollTop > 0")
    page.locator(".rows").hover()
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, 3000)
    expect(follow).to_have_text("Reprendre le suivi")
    page.wait_for_timeout(400)  # the wheel's own scrolling comes to rest
    place = page.evaluate("document.querySelector('.rows').scrollTop")
    go_to(page, start_of(3) / 1000 + 0.5)
    wait_for_row(page, 3)
    page.wait_for_timeout(300)
    assert page.evaluate("document.querySelector('.rows').scrollTop") == place
    assert not in_box(page, 3)
    follow.click()
    page.wait_for_timeout(600)
    assert in_box(page, 3)
    assert page.evaluate("scrollY") == before  # the box moves, not the page


@pytest.mark.browser
@pytest.mark.parametrize("address", ["?t=61.5", "#t=61.5"])
def test_an_address_opens_at_its_moment_and_waits(hall: str, open_page: OpenPage, address: str) -> None:
    page = open_page(f"{hall}{ADDRESS}{address}")
    wait_for_row(page, 15)
    page.wait_for_function("() => document.querySelector('video').currentTime > 0")
    assert abs(position(page) - 61.2) < 0.5
    assert page.locator("video").evaluate("video => video.paused")
    assert current(page) == [15]
    assert in_box(page, 15)


@pytest.mark.browser
def test_an_address_far_into_a_long_session_finds_its_row(tmp_path: Path, open_page: OpenPage) -> None:
    with run_viewer(hold_long_council(tmp_path, None, LONG)) as address:
        page = open_page(f"{address}{ADDRESS}#t={start_of(7_777) / 1000}")
        wait_for_row(page, 7_777)
        page.wait_for_timeout(500)
        assert current(page) == [7_777]
        assert in_box(page, 7_777)


@pytest.mark.browser
def test_without_script_a_row_leads_to_the_page_at_its_moment(hall: str, open_page: OpenPage) -> None:
    page = open_page(f"{hall}{ADDRESS}", java_script_enabled=False)
    expect(page.locator(".find")).to_be_hidden()
    page.get_by_role("link", name="0:33").first.click()
    page.wait_for_url(f"{hall}{ADDRESS}?t=33")
    expect(page.locator(".rows .current")).to_contain_text(SENTENCES[8])
    expect(page.locator(".rows .current > a").first).to_be_focused()
    expect(page.locator("video")).to_have_attribute("src", f"/media/{LOCAL.id}#t=32.7")


@pytest.mark.browser
def test_before_consent_a_moment_is_remembered_and_nothing_is_asked_elsewhere(hall: str, open_page: OpenPage) -> None:
    asked: list[str] = []
    page = open_page(f"{hall}/seances/{TUBE.id}/", lambda page: page.on("request", lambda one: asked.append(one.url)))
    page.locator(".speeches .at").click()
    expect(page.locator(".remembered")).to_contain_text("La phrase choisie sera jouée")
    expect(page.get_by_role("button", name="Charger le lecteur YouTube")).to_be_focused()
    assert [url for url in asked if not url.startswith(hall)] == []


# --- the time bar, the keyboard ---------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_stroke_plays_its_speech_and_the_arrows_go_from_one_to_the_next(hall: str, open_page: OpenPage) -> None:
    page = open_page(f"{hall}{ADDRESS}")
    slow_down(page)
    page.locator(".stroke").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.start") == "33000"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.dataset.start") == "65000"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    wait_until_playing(page)
    assert abs(position(page) - 32.7) < 0.5
    assert current(page) == [8]
    assert page.url.startswith(f"{hall}{ADDRESS}")
    share = float(page.locator(".now").get_attribute("x1").removesuffix("%"))  # type: ignore[union-attr]
    assert abs(share - 100 * 33 / 90) < 1


@pytest.mark.browser
def test_the_tab_key_meets_one_row_and_one_stroke_and_the_arrows_the_others(
    long_hall: str, open_page: OpenPage
) -> None:
    page = open_page(f"{long_hall}{ADDRESS}")
    assert page.locator('.rows p > a:first-child:not([tabindex="-1"])').count() == 1
    assert page.locator('.stroke:not([tabindex="-1"])').count() == 1
    slow_down(page)
    page.locator(".rows").focus()
    page.keyboard.press("Tab")
    for _ in range(30):
        page.keyboard.press("ArrowDown")
    focused = page.evaluate(
        """() => {
          const row = document.activeElement.parentElement;
          const box = document.querySelector(".rows").getBoundingClientRect();
          const place = row.getBoundingClientRect();
          const number = [...document.querySelectorAll(".rows p")].indexOf(row);
          return [number, place.top >= box.top - 1, place.bottom <= box.bottom + 1];
        }"""
    )
    assert focused == [30, True, True]
    page.keyboard.press("ArrowUp")
    for _ in range(26):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    wait_until_playing(page)
    assert current(page) == [3]


# --- finding ------------------------------------------------------------------------------------------------------


def marked(page: Page, name: str = "found") -> list[str]:
    """The words that a highlight marks."""
    return list(
        page.evaluate(
            """name => [...(CSS.highlights.get(name) ?? [])].map((one) => {
              const range = document.createRange();
              range.setStart(one.startContainer, one.startOffset);
              range.setEnd(one.endContainer, one.endOffset);
              return range.toString();
            })""",
            name,
        )
    )


@pytest.mark.browser
@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("ECOLE", ["école", "école"]),
        ("coeur du", ["cœur du"]),
        ("l’aulne", ["l'Aulne"]),
        ("  deliberation ", ["délibération", "délibération"]),
        ("douze tilleuls", ["douze tilleuls"]),
    ],
)
def test_finding_is_blind_to_accents_case_and_kinds_of_apostrophe(
    hall: str, open_page: OpenPage, wanted: str, words: list[str]
) -> None:
    page = open_page(f"{hall}{ADDRESS}")
    page.get_by_role("searchbox", name="Chercher dans cette séance").fill(wanted)
    expect(page.locator(".hits")).to_have_text(f"1 sur {len(words)}")
    page.wait_for_function("n => CSS.highlights.get('found')?.size === n", arg=len(words))
    assert marked(page) == words
    assert marked(page, "found-here") == words[:1]


@pytest.mark.browser
def test_a_phrase_across_two_rows_is_found(hall: str, open_page: OpenPage) -> None:
    page = open_page(f"{hall}{ADDRESS}")
    page.locator(".find input").fill("est ouverte nous commençons")
    expect(page.locator(".hits")).to_have_text("1 sur 1")
    assert marked(page) == ["est ouverte", "nous commençons"]


@pytest.mark.browser
def test_one_goes_from_hit_to_hit_and_round(long_hall: str, open_page: OpenPage) -> None:
    page = open_page(f"{long_hall}{ADDRESS}")
    field, hits = page.locator(".find input"), page.locator(".hits")
    field.fill("tilleuls")
    total = sum("tilleuls" in SENTENCES[number % len(SENTENCES)] for number in range(LONG))
    expect(hits).to_have_text(f"1 sur {total}")
    field.press("Enter")
    expect(hits).to_have_text(f"2 sur {total}")
    page.get_by_role("button", name="Résultat précédent").click()
    page.get_by_role("button", name="Résultat précédent").click()
    expect(hits).to_have_text(f"{total} sur {total}")
    last = max(number for number in range(LONG) if "tilleuls" in SENTENCES[number % len(SENTENCES)])
    page.wait_for_timeout(500)
    assert in_box(page, last)
    page.wait_for_function("() => CSS.highlights.get('found').size > 0")
    assert marked(page, "found-here") == ["tilleuls"]
    assert len(marked(page)) < 100  # those in sight
    page.get_by_role("button", name="Résultat suivant").click()
    expect(hits).to_have_text(f"1 sur {total}")


@pytest.mark.browser
def test_nothing_found_is_said_and_an_empty_field_marks_nothing(hall: str, open_page: OpenPage) -> None:
    page = open_page(f"{hall}{ADDRESS}")
    field, hits = page.locator(".find input"), page.locator(".hits")
    field.fill("xylophone")
    expect(hits).to_have_text("Aucun résultat")
    expect(page.get_by_role("button", name="Résultat suivant")).to_be_disabled()
    field.fill("")
    expect(hits).to_have_text("")
    assert marked(page) == []


# --- nine thousand rows -------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_while_it_plays_one_class_moves_and_no_row_is_made_anew(long_hall: str, open_page: OpenPage) -> None:
    page = open_page(f"{long_hall}{ADDRESS}")
    slow_down(page)
    page.locator(".rows p").nth(2).click()
    wait_until_playing(page)
    page.evaluate(
        """() => {
          window.changes = [];
          const tell = ({ type, attributeName, target }) => changes.push([type, attributeName, target.nodeName]);
          const all = { subtree: true, childList: true, attributes: true, characterData: true };
          new MutationObserver((found) => found.forEach(tell)).observe(document.querySelector(".rows"), all);
        }"""
    )
    go_to(page, start_of(12) / 1000 + 0.5)
    wait_for_row(page, 12)
    page.wait_for_timeout(300)
    changes = page.evaluate("changes")
    assert sorted(map(tuple, changes)) == sorted(
        [("attributes", name, "P") for name in ("class", "class", "aria-current", "aria-current")]
    )


@pytest.mark.browser
def test_rows_out_of_sight_are_not_laid_out(long_hall: str, open_page: OpenPage) -> None:
    page = open_page(f"{long_hall}{ADDRESS}")
    seen = page.evaluate(
        """() => [...document.querySelectorAll(".rows > div")]
          .filter((part) => part.firstElementChild.checkVisibility({ contentVisibilityAuto: true })).length"""
    )
    assert 1 <= seen <= 10
    assert page.locator(".rows > div").count() == LONG / 25


# --- everybody ------------------------------------------------------------------------------------------------------

OPTIONS = {"rules": {"target-size": {"enabled": True}}}


@pytest.mark.browser
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 375)])
@pytest.mark.parametrize("path", [ADDRESS, f"/seances/{TUBE.id}/?t=60", "/seances/generic:page/"])
def test_axe_finds_no_fault(hall: str, open_page: OpenPage, path: str, width: int, scheme: str, language: str) -> None:
    page = open_page(f"{hall}{path}", color_scheme=scheme, viewport={"width": width, "height": 740}, locale=language)
    if path == ADDRESS:
        page.locator(".rows p").nth(1).click()
        page.locator(".find input").fill("école")
    results = Axe().run(page, options=OPTIONS)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == width
