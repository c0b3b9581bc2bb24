"""French typography: which spaces become no-break spaces, and that nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.output.typography import typeset

SPACES = " \u00a0\u2009\u202f"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Oui ! Non ? Bien ; voici : « là ».", "Oui\u202f! Non\u202f? Bien\u202f; voici\u00a0: «\u00a0là\u00a0»."),
        ("Oui\u00a0! Non\u2009? Ici\u202f: «\u202flà\u2009».", "Oui\u202f! Non\u202f? Ici\u00a0: «\u00a0là\u00a0»."),
        ("42,4 % et 63 500 € ou 3,6 M€, 12 euros", "42,4\u00a0% et 63 500\u00a0€ ou 3,6\u00a0M€, 12\u00a0euros"),
        ("3 km, 4 t, 5 m², 20 °C, 2 millions", "3\u00a0km, 4\u00a0t, 5\u00a0m², 20\u00a0°C, 2\u00a0millions"),
        ("18 h 30, 18 h, à 18h30, de 10:30 à 11:45", "18\u00a0h\u00a030, 18\u00a0h, à 18h30, de 10:30 à 11:45"),
        ("5 l’eau, 3 maisons, 4 heures, 7 tonnes", "5 l’eau, 3 maisons, 4 heures, 7 tonnes"),
        ("Oui!Non?«là»:rien", "Oui!Non?«là»:rien"),  # no space is added
        ("https://montclery.example/?a=1;b", "https://montclery.example/?a=1;b"),
    ],
)  # fmt: skip
def test_the_space_that_belongs_to_a_sign_does_not_break(text: str, shown: str) -> None:
    assert typeset(text) == shown


@given(st.text(st.sampled_from(f"{SPACES}ab1h!?;:«»%€km\n"), max_size=30) | st.text(max_size=30))
def test_only_spaces_change_and_each_into_one(text: str) -> None:
    shown = typeset(text)
    assert len(shown) == len(text)
    assert all(a == b or (a in SPACES and b in "\u00a0\u202f") for a, b in zip(text, shown, strict=True))
    assert typeset(shown) == shown
