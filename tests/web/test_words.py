"""Single words: their moments as the page carries them, a click on any of them, the mark on the one being said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, Route, expect

from aligner.model import Block, Kind, Mark, Status, TimedWord
from tests.web.conftest import Draft, build, run_viewer, told
from tests.web.film import go_to, position, slow_down, wait_until_playing
from web.words import WORD, word_times

OpenPage = Callable[..., Page]
COUR = "La cour de l’école sera plantée de douze tilleuls."


def times(text: str, *words: tuple[str, int | None], start_ms: int = 1_000) -> str:
    heard = (TimedWord(word, start, None, word if start is not None else None) for word, start in words)
    return word_times(text, tuple(heard), start_ms)


# --- what the page carries ---------------------------------------------------------------------------


def test_each_word_tells_the_hundredths_since_the_heard_one_before_it() -> None:
    assert times("Nous planterons douze tilleuls.", ("Nous", 1_000), ("planterons", 1_310), ("tilleuls.", 1_995)) == (
        "0,31,,68"
    )


def test_what_rounding_takes_is_not_lost() -> None:
    words = [(name, 1_000 + 19 * number) for number, name in enumerate("abcdefghijk")]
    steps = times(" ".join("abcdefghijk"), *words).split(",")
    assert sum(map(int, steps)) == 19  # 190 ms after the first


def test_a_sign_between_spaces_is_said_with_its_word() -> None:
    text = "L’emploi\N{NO-BREAK SPACE}: 7\N{NARROW NO-BREAK SPACE}% des heures"
    said = ("L’emploi\N{NO-BREAK SPACE}:", 1_000), ("7\N{NARROW NO-BREAK SPACE}%", 1_400), ("des", 1_700)
    assert times(text, *said) == "0,0,40,0,30,"


def test_words_cut_finer_than_the_page_shows_them_count_once_with_the_earliest_time() -> None:
    assert times("dix-huit mois", ("dix", 1_200), ("huit", 1_400), ("mois", 1_600)) == "20,40"


def test_without_a_heard_word_nothing_is_carried() -> None:
    assert times("Nous planterons.", ("Nous", None), ("planterons.", None)) == ""
    assert times("Nous planterons.") == ""


def test_a_time_that_runs_backwards_is_not_told() -> None:
    assert times("un deux trois", ("un", 2_000), ("deux", 1_500), ("trois", 2_500)) == "100,,50"


@given(st.lists(st.tuples(st.text("abé’-", min_size=1, max_size=4), st.booleans()), min_size=1, max_size=12))
def test_there_is_one_entry_a_word_and_the_times_come_back(words: list[tuple[str, bool]]) -> None:
    text = " ".join(word for word, _ in words)
    heard = [(word, 1_000 + 250 * number if said else None) for number, (word, said) in enumerate(words)]
    carried = times(text, *heard)
    if not any(said for _, said in words):
        assert carried == ""
        return
    ms, found = 1_000, []
    for step in carried.split(","):
        ms += 10 * int(step or 0)
        found.append(ms if step else None)
    assert len(found) == len(WORD.findall(text))
    assert found == [start for _, start in heard]


# --- a reader with a real browser ----------------------------------------------------------------------


def woven_post() -> Draft:
    """A sentence with a quote inside it, bold words that cross into it, a line end and a link of the author's."""
    post = Draft("lavoir", "Le lavoir", date="2025-04-02")
    text = "Je le redis : « le lavoir est à nous » et nous le garderons, comme notre charte le veut."
    at = text.index

    def span(words: str) -> tuple[int, int]:
        return at(words), at(words) + len(words)

    marks = (
        Mark("strong", (at("redis"), at("lavoir") + len("lavoir"))),
        Mark("break", (at(" garderons"), at(" garderons") + 1)),
        Mark("link", span("charte"), "https://montclery.example/charte"),
    )
    post.blocks.append(Block("paragraph", 0, text, marks))
    words, _ = told(30_000, *re.findall(r"[\w’]+", text))
    post.passage(text, Status.SPOKEN, 30_000, 40_000, id="redis", words=words)
    quoted, _ = told(31_500, "le", "lavoir", "est", "à", "nous")
    post.passage("le lavoir est à nous", Status.SPOKEN, 31_500, 33_900, id="nous", kind=Kind.QUOTE, words=quoted)
    return post


@pytest.fixture(scope="module")
def words_site(tmp_path_factory: pytest.TempPathFactory, video: Path) -> Iterator[str]:
    workspace = build(tmp_path_factory.mktemp("words"), video)
    woven_post().write(workspace)
    with run_viewer(workspace) as address:
        yield address


def point_at(page: Page, passage: str, words: str, where: float = 0.5) -> tuple[float, float]:
    """A point of the window on these words of a passage (they stand in one text node)."""
    found: dict[str, float] = page.evaluate(
        """([id, words, where]) => {
          for (const piece of document.querySelectorAll(`[data-passage="${id}"].passage`)) {
            const walker = document.createTreeWalker(piece, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
              const at = walker.currentNode.data.indexOf(words);
              if (at < 0) continue;
              const range = document.createRange();
              range.setStart(walker.currentNode, at);
              range.setEnd(walker.currentNode, at + words.length);
              piece.scrollIntoView({ block: "center", behavior: "instant" });
              const box = range.getClientRects()[0];
              return { x: box.left + box.width * where, y: box.top + box.height / 2 };
            }
          }
        }""",
        [passage, words, where],
    )
    return found["x"], found["y"]


def marked_word(page: Page) -> str | None:
    found: str | None = page.evaluate("() => [...CSS.highlights.get('word') ?? []].map(String)[0] ?? null")
    return found


@pytest.mark.browser
@pytest.mark.parametrize("where", [0.04, 0.5, 0.96])
@pytest.mark.parametrize(
    ("word", "start"),
    [("La", 10.0), ("cour", 10.5), ("l’école", 11.5), ("sera", 12.0), ("tilleuls.", 14.5)],
)
def test_a_click_on_a_word_plays_from_it(
    words_site: str, open_page: OpenPage, word: str, start: float, where: float
) -> None:
    page = open_page(f"{words_site}/cour-d-ecole/")
    slow_down(page)
    page.mouse.click(*point_at(page, "cour", word, where))
    wait_until_playing(page)
    assert position(page) == pytest.approx(start - 0.3, abs=0.15)
    assert page.url.endswith("#p=cour")
    assert marked_word(page) == word


@pytest.mark.browser
def test_a_word_that_was_not_heard_plays_from_the_one_heard_before_it(words_site: str, open_page: OpenPage) -> None:
    page = open_page(f"{words_site}/cour-d-ecole/")
    slow_down(page)
    page.mouse.click(*point_at(page, "cour", "douze"))
    wait_until_playing(page)
    assert position(page) == pytest.approx(12.2, abs=0.15)
    assert marked_word(page) == "plantée"


@pytest.mark.browser
def test_the_keyboard_plays_the_passage_from_its_start(words_site: str, open_page: OpenPage) -> None:
    page = open_page(f"{words_site}/cour-d-ecole/")
    slow_down(page)
    for key in ("Enter", "Space"):
        go_to(page, 70)
        page.get_by_text(COUR).focus()
        page.keyboard.press(key)
        page.wait_for_function("() => Math.abs(document.querySelector('video').currentTime - 9.7) < 0.15")
        assert page.evaluate("scrollY") == 0, "Space has scrolled the page"


@pytest.mark.browser
def test_the_word_being_said_is_marked_and_no_other(words_site: str, open_page: OpenPage) -> None:
    page = open_page(f"{words_site}/cour-d-ecole/")
    slow_down(page)
    page.get_by_text(COUR).focus()
    page.keyboard.press("Enter")
    wait_until_playing(page)
    for seconds, word in ((11.1, "de"), (12.55, "plantée"), (14.6, "tilleuls."), (20.1, "Nous"), (23.1, "avec")):
        go_to(page, seconds)
        page.wait_for_function("word => [...CSS.highlights.get('word') ?? []].map(String)[0] === word", arg=word)
        assert page.evaluate("CSS.highlights.get('word').size") == 1
    # words are said here that nobody published, and here nobody speaks
    for seconds in (22.2, 60.0):
        go_to(page, seconds)
        page.wait_for_function("() => !CSS.highlights.has('word')")


@pytest.mark.browser
def test_words_are_marked_between_the_players_own_times(words_site: str, open_page: OpenPage) -> None:
    """Played at its own speed, no word is left out although the player tells its time more rarely than they come."""
    page = open_page(f"{words_site}/cour-d-ecole/")
    page.evaluate(
        """() => {
          window.seen = [];
          const set = CSS.highlights.set.bind(CSS.highlights);
          CSS.highlights.set = (name, mark) => {
            if (name === "word") seen.push(String([...mark][0]));
            return set(name, mark);
          };
          // the player keeps silent: only looking at its time shows a word
          window.addEventListener("timeupdate", (event) => event.stopImmediatePropagation(), true);
        }"""
    )
    page.mouse.click(*point_at(page, "cour", "La"))
    page.wait_for_function("() => document.querySelector('video').currentTime > 12.8")
    assert page.evaluate("seen") == ["La", "cour", "de", "l’école", "sera", "plantée"]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("passage", "words", "start"),
    [
        ("redis", "Je le", 30.0),
        ("nous", "lavoir", 32.0),
        ("nous", "nous", 33.5),
        ("redis", "et", 34.0),
        ("redis", "garderons", 35.5),
        ("redis", "veut", 38.0),
    ],
)
def test_words_keep_their_times_around_quotes_bold_line_ends_and_links(
    words_site: str, open_page: OpenPage, passage: str, words: str, start: float
) -> None:
    page = open_page(f"{words_site}/lavoir/")
    slow_down(page)
    page.mouse.click(*point_at(page, passage, words, 0.1))
    wait_until_playing(page)
    assert position(page) == pytest.approx(start - 0.3, abs=0.15)


@pytest.mark.browser
def test_a_list_of_times_that_does_not_fit_the_words_is_not_believed(words_site: str, open_page: OpenPage) -> None:
    def spoil(route: Route) -> None:
        answer = route.fetch()
        body = answer.text().replace('data-words="0,', 'data-words="0,10,')
        assert body != answer.text()
        route.fulfill(response=answer, body=body)

    page = open_page(f"{words_site}/cour-d-ecole/", lambda page: page.route("**/cour-d-ecole/", spoil))
    slow_down(page)
    page.mouse.click(*point_at(page, "cour", "tilleuls."))
    wait_until_playing(page)
    assert position(page) == pytest.approx(9.7, abs=0.15)
    assert marked_word(page) is None


@pytest.mark.browser
def test_a_browser_that_cannot_mark_words_still_plays_them(words_site: str, open_page: OpenPage) -> None:
    old = "delete window.Highlight; delete CSS.highlights; delete Document.prototype.caretPositionFromPoint;"
    page = open_page(f"{words_site}/cour-d-ecole/", lambda page: page.add_init_script(old))
    slow_down(page)
    page.mouse.click(*point_at(page, "cour", "sera"))
    wait_until_playing(page)
    assert position(page) == pytest.approx(11.7, abs=0.15)
    expect(page.locator(".current")).to_have_text(COUR)


@pytest.mark.browser
def test_playing_through_a_long_text_changes_nothing_but_the_mark(words_site: str, open_page: OpenPage) -> None:
    page = open_page(f"{words_site}/longue-seance/")
    page.locator("video").evaluate("video => { video.playbackRate = video.defaultPlaybackRate = 8; }")
    page.evaluate(
        """() => {
          window.changes = [];
          new MutationObserver((found) => changes.push(...found.map((one) => one.attributeName ?? one.type))).observe(
            document.getElementById("text"), { subtree: true, childList: true, characterData: true, attributes: true });
        }"""
    )
    go_to(page, 1.5)
    page.locator("video").evaluate("video => video.play()")
    page.wait_for_function("() => document.querySelector('video').currentTime > 57")
    assert page.locator(".current").count() == 1
    changes: list[Any] = page.evaluate("changes")
    assert set(changes) == {"class", "aria-current"}
    assert len(changes) <= 4 * 40  # at most two on the passage that was left, and two on the next
