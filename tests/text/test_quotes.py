"""Which quotation marks belong together."""

from __future__ import annotations

import pytest

from aligner.text.quotes import find_closing, find_quotes, opens_with_quote


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("Elle dit « oui » et “non”.", ["« oui »", "“non”"]),
        ('Il parle de "hold-up" et d\'"Humanités".', ['"hold-up"', '"Humanités"']),
        ('Elle dit : " nous verrons " et part.', ['" nous verrons "']),
        ('("ici"), "là".', ['"ici"', '"là"']),
        ('Il dit "un « deux » trois".', ['"un « deux » trois"']),
        ('"Nous fermons. ». Voilà.', ['"Nous fermons. »']),
        ("« Un : « Deux », fin. »", ["« Un : « Deux », fin. »"]),
        ("Elle dit : « Un : « Deux ! ». Voilà.", ["« Un : « Deux ! »"]),
        ("Une fermeture seule » et rien.", []),
        ('Quitter le "bon "chemin" gris".', ['"bon "chemin" gris"']),
    ],
)
def test_outermost_quotations(text: str, quotes: list[str]) -> None:
    assert [text[start:end] for start, end in find_quotes(text)[0]] == quotes


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Elle dit « oui ».", None),
        ("Prise de parole : « Chers collègues,", 18),
        ('"Bref, la fin du "bon chemin" : celui', 0),
        ("« Un : « Deux ! ». Voilà.", 0),
        ("fini » et « repris", 10),
    ],
)
def test_a_mark_that_stays_open_is_told(text: str, place: int | None) -> None:
    assert find_quotes(text)[1] == place


@pytest.mark.parametrize(
    ("text", "mark", "place"),
    [
        ("Rien ici.", '"', None),
        ('Et le plus beau reste à faire."', '"', 30),
        ('Un "terme" puis fin".', '"', 19),
        ("« On continue, « même », encore. »", "«", 33),
        ("Un « terme » seul", "«", None),
        ("Une fin mêlée. »", '"', 15),
        ("fin” suite", "“", 3),
    ],
)
def test_where_quoted_paragraphs_end(text: str, mark: str, place: int | None) -> None:
    assert find_closing(text, mark) == place


def test_opening_marks_at_the_start() -> None:
    assert opens_with_quote("  « Oui")
    assert opens_with_quote('X : "Oui', 3)
    assert not opens_with_quote("» Oui")
    assert not opens_with_quote("")
