"""What the viewer says: both languages complete, French typography, numbers and dates in words."""

from __future__ import annotations

import datetime as dt
import re
import string
from pathlib import Path

import pytest

import web
from web.wording import CATALOGUE, ENGLISH, FRENCH, LANGUAGES, Wording


def test_both_languages_say_the_same_things() -> None:
    assert set(CATALOGUE) == set(LANGUAGES) == {"fr", "en"}
    assert FRENCH.keys() == ENGLISH.keys()


def test_both_languages_fill_in_the_same_values() -> None:
    def names(text: str) -> set[str | None]:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}

    assert {key: names(text) for key, text in FRENCH.items()} == {key: names(text) for key, text in ENGLISH.items()}


def test_every_sentence_the_templates_ask_for_is_there() -> None:
    folder = Path(web.__file__).parent / "templates"
    templates = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.html"))
    asked = set(re.findall(r'say\("(\w+)"', templates))
    counted = set(re.findall(r'say\.count\("(\w+)"', templates))
    assert len(asked) > 20
    assert asked <= FRENCH.keys()
    assert {f"{key}_{form}" for key in counted for form in ("one", "many")} <= FRENCH.keys()


def test_no_french_sentence_breaks_before_its_punctuation() -> None:
    for key, text in CATALOGUE["fr"].items():
        assert not re.search(r" [;!?:»]|« ", text), key
        assert "'" not in text, f"{key} has a typewriter apostrophe"


@pytest.mark.parametrize(
    ("language", "n", "words"),
    [
        ("fr", 0, "0 passage"),
        ("fr", 1, "1 passage"),
        ("fr", 2, "2 passages"),
        ("en", 0, "0 passages"),
        ("en", 1, "1 passage"),
    ],
)
def test_counts_know_singular_and_plural_and_keep_number_and_noun_together(language: str, n: int, words: str) -> None:
    assert Wording(language).count("passages", n) == words.replace(" ", "\N{NO-BREAK SPACE}")


def test_dates_in_words() -> None:
    french, english = Wording("fr"), Wording("en")
    assert french.day(dt.date(2024, 3, 1)) == "1er\N{NO-BREAK SPACE}mars 2024"
    assert french.day(dt.date(2024, 8, 12)) == "12\N{NO-BREAK SPACE}août 2024"
    assert english.day(dt.date(2024, 3, 1)) == "1\N{NO-BREAK SPACE}March 2024"


@pytest.mark.parametrize(
    ("ms", "words"),
    [(45_000, "45 s"), (60_000, "1 min"), (3_600_000, "1 h"), (6_720_000, "1 h 52 min"), (3_599_999, "1 h")],
)
def test_lengths_in_words(ms: int, words: str) -> None:
    assert Wording("fr").duration(ms).replace("\N{NO-BREAK SPACE}", " ") == words


def test_coverage_leaves_out_verdicts_nobody_got() -> None:
    counts = {"passages": 3, "spoken": 2, "reworded": 0, "uncertain": 1, "not_found": 0}
    assert Wording("en").coverage(counts).replace("\N{NO-BREAK SPACE}", " ") == (
        "3 passages: 2 said as published, 1 uncertain."
    )
    assert Wording("fr").coverage(dict.fromkeys(counts, 0)) == "Aucune parole à retrouver dans ce texte."
