"""The language that a sentence or two is written in."""

from __future__ import annotations

import pytest

from aligner.sound.languages import language_name, written_language


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("We have found another way, with a narrower path on the left bank of the river", "English"),
        ("De gemeente heeft een andere weg gevonden, en die is voor ons en het dorp niet te duur", "Dutch"),
        ("Wir haben einen anderen Weg gefunden, mit einer kleinen Brücke auf der linken Seite", "German"),
    ],
)
def test_a_sentence_of_another_language_is_told(text: str, name: str) -> None:
    assert written_language(text.split(), "fr") == name


@pytest.mark.parametrize(
    "text",
    [
        # What Whisper base makes of verses: French that is hardly any, but none is another language.
        "Et ta chambre a me prendre en faute, me dit son fils est la nuit de mai",
        "Un bessil de son empire, si nos efforts te délivraient, t'es baisé, réassuchitrait le cadavre de ton vampire",
        "Entre eux, en échangeant ma signe et ma clinement Dieu, on se regarde",
        # Names and borrowed words.
        "Le week-end du Montcléry Jazz Open Air, le food truck de Street Cooking est au parking du Kervadec Center",
        "We are the champions",
        "",
    ],
)
def test_french_is_not_taken_for_another_and_little_proves_nothing(text: str) -> None:
    assert written_language(text.split(), "fr") is None


def test_a_language_without_a_list_is_not_judged() -> None:
    text = "We have found another way, with a path on the left bank of the river"
    assert written_language([text], "fr") == "English"
    assert written_language([text], "br") is None


def test_languages_have_names() -> None:
    assert [language_name(code) for code in ("fr", "la", "br", "haw")] == ["French", "Latin", "Breton", None]
