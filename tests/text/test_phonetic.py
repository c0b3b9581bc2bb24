from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from aligner.text.phonetic import sound_key


@pytest.mark.parametrize(
    "words",
    [
        ["eau", "haut", "o"],
        ["et", "est"],
        ["mais", "mai"],
        ["parle", "parles"],
        ["vert", "verts"],
        ["conseil", "conseils"],
        ["saint", "sain"],
        ["quand", "quant"],
        ["cent", "sans", "sang"],
        ["cou", "coup"],
        ["balle", "bal"],
    ],
)
def test_homophones_have_one_key(words: list[str]) -> None:
    assert len({sound_key(word) for word in words}) == 1


@pytest.mark.parametrize(
    ("heard", "said"), [("partisan", "partizan"), ("filosofie", "philosophie"), ("kestion", "question")]
)
def test_another_spelling_of_the_sound_is_near(heard: str, said: str) -> None:
    assert Levenshtein.normalized_similarity(sound_key(heard), sound_key(said)) >= 0.8


@pytest.mark.parametrize(("one", "other"), [("ville", "vie"), ("cantine", "commune"), ("budget", "logement")])
def test_other_words_have_other_keys(one: str, other: str) -> None:
    assert sound_key(one) != sound_key(other)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=25))
def test_every_word_has_a_key(word: str) -> None:
    assert sound_key(word)
