from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.text.normalise import fold, tokenise


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("63,5 millions d’euros", "soixante trois virgule cinq millions d euros"),
        ("42,4 %", "quarante deux virgule quatre pour cent"),
        ("63\u00a0500 €", "soixante trois mille cinq cents euros"),
        ("63 500 euros", "soixante trois mille cinq cents euros"),
        ("2.500 habitants", "deux mille cinq cents habitants"),
        ("0,05", "zero virgule zero cinq"),
        ("en 1998", "en mille neuf cent quatre vingt dix huit"),
        ("le 1er septembre", "le premier septembre"),
        ("la 1ère fois, la 2nde", "la premiere fois la seconde"),
        ("le 16ème et le 16 ème", "le seizieme et le seizieme"),
        ("au XXIe siècle", "au vingt et unieme siecle"),
        ("à 18h30 ou 9 h", "a dix huit heures trente ou neuf heures"),
        ("05 49 00", "zero cinq quarante neuf zero zero"),
        ("la délibération n° 12", "la deliberation numero douze"),
        ("M. Martin et Mme Petit", "monsieur martin et madame petit"),
        ("élu·es, habitant.es, poitevin-e-s", "elus habitants poitevins"),
        ("chacun·e, citoyen·ne·s, agent(e)s", "chacun citoyens agents"),
        ("le C.C.A.S. et le CCAS", "le ccas et le ccas"),
        ("l’observe, peut-être, aujourd'hui", "l observe peut etre aujourd hui"),
        ("Œuvre, ex æquo, ÇA", "oeuvre ex aequo ca"),
        ("**gras** — « cité »… !", "gras cite"),
        ("12345678901234", "un deux trois quatre cinq six sept huit neuf zero un deux trois quatre"),
    ],
)
def test_french_is_read_as_it_is_spoken(text: str, forms: str) -> None:
    assert " ".join(token.form for token in tokenise(text)) == forms


def test_tokens_know_the_characters_they_come_from() -> None:
    text = "Soit 42,4 % d’élu·es."
    assert [(token.form, text[token.start : token.end]) for token in tokenise(text)] == [
        ("soit", "Soit"),
        ("quarante", "42,4"),
        ("deux", "42,4"),
        ("virgule", "42,4"),
        ("quatre", "42,4"),
        ("pour", "%"),
        ("cent", "%"),
        ("d", "d"),
        ("elus", "élu·es"),
    ]


@given(st.text(max_size=200))
def test_any_text_gives_ordered_tokens_inside_it(text: str) -> None:
    tokens = tokenise(text)
    for token in tokens:
        assert token.form
        assert token.form == fold(token.form)
        assert 0 <= token.start < token.end <= len(text)
    starts = [token.start for token in tokens]
    assert starts == sorted(starts)


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_a_number_in_digits_meets_the_same_number_in_words(number: int) -> None:
    from num2words import num2words

    in_words = [token.form for token in tokenise(num2words(number, lang="fr"))]
    assert [token.form for token in tokenise(str(number))] == in_words
