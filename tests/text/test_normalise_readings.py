from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.text.normalise import fold, tokenise
from aligner.text.phonetic import sound_key
from aligner.text.readings import other_readings


def say(text: str) -> dict[str, list[str]]:
    """What may be said otherwise: the default forms, and the alternatives to them."""
    forms = [token.form for token in tokenise(text)]
    said: dict[str, list[str]] = {}
    for reading in other_readings(text):
        said.setdefault(" ".join(forms[reading.first : reading.last]), []).append(" ".join(reading.forms))
    return said


@pytest.mark.parametrize(
    ("text", "default", "alternatives"),
    [
        (
            "en 1998",
            "mille neuf cent quatre vingt dix huit",
            ["dix neuf cent quatre vingt dix huit", "quatre vingt dix huit"],
        ),
        ("en 2026", "deux mille vingt six", ["vingt vingt six"]),
        ("2020-2021", "deux mille vingt deux mille vingt et un", ["deux mille vingt à deux mille vingt et un"]),
        (
            "élu·es",
            "elus",
            ["élues", "élus et élues", "élues et élus", "élus élues", "élus ou élues", "élues ou élus"],
        ),
        ("les élu·es", "les elus", ["les élus et les élues", "les élues et les élus"]),
        ("le CCAS", "ccas", ["cé cé a esse"]),
        ("le C.C.A.S.", "ccas", ["cé cé a esse"]),
        ("le PLUi", "plui", ["pé elle u i"]),
        (
            "18h30",
            "dix huit heures trente",
            ["dix huit heures et demie", "six heures trente", "six heures et demie", "dix huit trente"],
        ),
        ("à 12h", "douze heures", ["midi"]),
        (
            "20h45",
            "vingt heures quarante cinq",
            [
                "huit heures quarante cinq",
                "vingt quarante cinq",
                "vingt et une heures moins le quart",
                "neuf heures moins le quart",
            ],
        ),
        (
            "1,5 million d’euros",
            "un virgule cinq million d euros",
            ["un million et demi d euros", "un million cinq d euros", "un million cinq cent mille euros"],
        ),
        (
            "63,5 M€",
            "soixante trois virgule cinq millions d euros",
            [
                "soixante trois virgule cinq millions",
                "soixante trois virgule cinq millions euros",
                "soixante trois millions et demi d euros",
                "soixante trois millions cinq d euros",
                "soixante trois millions cinq cent mille euros",
            ],
        ),
        ("12 k€", "douze mille euros", ["douze k euros", "douze kilo euros"]),
        (
            "5,20 €",
            "cinq euros vingt",
            [
                "cinq virgule vingt euros",
                "cinq virgule vingt",
                "cinq euros et vingt centimes",
                "cinq euros vingt centimes",
            ],
        ),
        (
            "05 49 30 20 20",
            "zero cinq quarante neuf trente vingt vingt",
            ["zéro cinq quatre neuf trois zéro deux zéro deux zéro"],
        ),
        ("3,14", "trois virgule quatorze", ["trois virgule un quatre", "trois point quatorze"]),
        ("le 2e tour", "deuxieme", ["second", "seconde"]),
        ("n° 12", "numero douze", ["douze"]),
        ("12 km/h", "kilometres heure", ["kilomètres à l heure", "kilomètres par heure"]),
        ("12/06/2025", "douze juin deux mille vingt cinq", ["douze zéro six deux mille vingt cinq", "douze juin"]),
    ],
)
def test_the_other_ways_to_say_it(text: str, default: str, alternatives: list[str]) -> None:
    assert say(text)[default] == alternatives


@pytest.mark.parametrize(
    "text", ["Les élus de Montcléry-sur-Aulne.", "M. Martin et Mme Petit", "12 élus", "peut-être", "Le 3 mai"]
)
def test_plain_words_have_one_reading(text: str) -> None:
    assert other_readings(text) == []


@pytest.mark.parametrize(
    ("feminine", "text"),
    [
        ("habitantes", "habitant·es"),
        ("habitantes", "habitant.e.s"),
        ("poitevines", "poitevin-e-s"),
        ("citoyennes", "citoyen(ne)s"),
        ("toutes", "tou·te·s"),
        ("toutes", "tous·tes"),
        ("celles", "ceux·celles"),
        ("actrices", "acteur·rice·s"),
        ("collaboratrices", "collaborateur.trice.s"),
        ("conseillères", "conseiller·ère·s"),
        ("premières", "premier·e·s"),
        ("nombreuses", "nombreux·ses"),
        ("sportives", "sportif·ves"),
        ("danseuses", "danseur·euses"),
        ("danseuses", "danseur·ses"),
        ("une", "un·e"),
        ("élue", "élu/e"),
    ],
)
def test_the_feminine_of_an_inclusive_spelling(feminine: str, text: str) -> None:
    assert other_readings(text)[0].forms == (feminine,)


NUMBERS = ["1998", "2020-2026", "1,5", "63,5", "12", "05 49 30 20 20", "3,14", "12/06/2025", "-3", "XIV", "2e", "1er"]
WITH_NUMBERS = [
    "million",
    "milliards",
    "d’euros",
    "M€",
    "k€",
    "€",
    "%",
    "km/h",
    "n°",
    "+",
    "&",
    "18h30",
    "12h",
    "0,25€",
]
PIECES = st.sampled_from([*NUMBERS, *WITH_NUMBERS, "élu·es", "les", "CCAS", "C.C.A.S.", "ville"])


@given(st.lists(PIECES, max_size=12).map(" ".join) | st.text(max_size=80))
def test_readings_stand_for_tokens_of_the_text_and_say_something_else(text: str) -> None:
    tokens = tokenise(text)
    readings = other_readings(text)
    for reading in readings:
        assert 0 <= reading.first < reading.last <= len(tokens)
        assert reading.forms
        assert all(fold(form) and sound_key(form) for form in reading.forms)
        default = [token.form for token in tokens[reading.first : reading.last]]
        assert [fold(form) for form in reading.forms] != default
    assert len(set(readings)) == len(readings)
    assert [reading.first for reading in readings] == sorted(reading.first for reading in readings)
