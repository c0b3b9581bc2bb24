"""Words: folding, stems, and what the stem finds of French forms, counted against other ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.library.words import fold, folded_words, stem, tokens
from tests.library.word_forms import (
    FORMS,
    STRANGERS,
    UNSEEN_FORMS,
    UNSEEN_STRANGERS,
    count,
    same_snowball,
    same_stem,
    starts,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L’élu·e d’Œuilly", ["l", "elu", "e", "d", "oeuilly"]),
        ("l'École", ["l", "ecole"]),
        ("e\u0301lus déc\u0327us", ["elus", "decus"]),
        ("dix-huit, 63,5 % — et_cætera…", ["dix", "huit", "63", "5", "et", "caetera"]),
        ("« ÇA ! »", ["ca"]),
        ("\ue000 \ue001mot", ["mot"]),
    ],
)
def test_words_are_folded(text: str, words: list[str]) -> None:
    assert [token.folded for token in tokens(text)] == words
    assert folded_words(text) == words


def test_a_word_knows_its_characters() -> None:
    text = "L’élu·e d’Œuilly"
    assert [text[slice(*token.chars)] for token in tokens(text)] == ["L", "élu", "e", "d", "Œuilly"]


@given(st.text())
def test_folded_words_are_letters_and_digits_only(text: str) -> None:
    assert all(word.isalnum() and fold(word) == word for word in folded_words(text))


@pytest.mark.parametrize(
    ("word", "other"),
    [("élu", "élues"), ("budget", "budgets"), ("financer", "financement"), ("journal", "journaux"), ("ELU", "élus")],
)
def test_forms_of_a_word_share_a_stem(word: str, other: str) -> None:
    assert stem(fold(word)) == stem(fold(other))


@pytest.mark.parametrize(("word", "other"), [("budget", "budgétaire"), ("commune", "communication"), ("an", "âne")])
def test_strangers_do_not(word: str, other: str) -> None:
    assert stem(fold(word)) != stem(fold(other))


def test_the_figures_of_the_docs() -> None:
    ways = (starts, same_snowball, same_stem)
    assert [count(way, FORMS) for way in ways] == [43, 64, 73]
    assert [count(way, STRANGERS) for way in ways] == [8, 6, 5]
    assert [count(way, UNSEEN_FORMS) for way in ways] == [12, 22, 24]
    assert [count(way, UNSEEN_STRANGERS) for way in ways] == [4, 2, 3]
    assert [len(pairs) for pairs in (FORMS, STRANGERS, UNSEEN_FORMS, UNSEEN_STRANGERS)] == [81, 25, 28, 12]
