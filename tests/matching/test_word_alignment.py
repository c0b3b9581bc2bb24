from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from aligner.matching.word_alignment import Pair, align_words

WORDS = [f"{a}{b}{c}" for a in "bdfgklmprstv" for b in "aio" for c in "bdgklmnprt"]
"""Invented sounds, all unlike enough that none is taken for another's bad hearing."""


def _pairs(published: list[str], heard: list[str]) -> list[tuple[int, int]]:
    return [(pair.i, pair.j) for pair in align_words(published, [5.0] * len(published), heard)]


def test_a_known_path_is_recovered() -> None:
    published = ["solidarite", "kantine", "bisiklet", "eskalie", "promes", "vilaj", "montagn"]
    heard = ["bonjur", "solidarite", "kantine", "donk", "bisiklet", "promes", "vilaj", "merci"]
    assert _pairs(published, heard) == [(0, 1), (1, 2), (2, 4), (4, 5), (5, 6)]


def test_a_word_heard_badly_is_paired_with_its_likeness() -> None:
    pairs = align_words(["kantine", "partizA", "vilaj"], [5.0] * 3, ["kantine", "partiziA", "vilaj"])
    assert [(pair.i, pair.j) for pair in pairs] == [(0, 0), (1, 1), (2, 2)]
    assert pairs[0].likeness == 1.0
    assert 0.6 <= pairs[1].likeness < 1.0


def test_nothing_alike_gives_no_pair() -> None:
    assert _pairs(["kantine"], ["zzzz", "ooo"]) == []
    assert align_words([], [], ["a"]) == []
    assert align_words(["a"], [1.0], []) == []


def test_an_unsaid_paragraph_is_stepped_over() -> None:
    said, unsaid, rest = WORDS[:20], WORDS[100:160], WORDS[20:40]
    pairs = _pairs([*said, *unsaid, *rest], [*said, *rest])
    assert pairs == [(k, k) for k in range(20)] + [(80 + k, 20 + k) for k in range(20)]


def test_a_long_interruption_is_stepped_over() -> None:
    said, other, rest = WORDS[:20], WORDS[100:300], WORDS[20:40]
    pairs = _pairs([*said, *rest], [*said, *other, *rest])
    assert pairs == [(k, k) for k in range(20)] + [(20 + k, len(said) + len(other) + k) for k in range(20)]


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=30), st.lists(st.sampled_from(WORDS), max_size=40))
def test_pairs_always_go_forward_on_both_sides(published: list[str], heard: list[str]) -> None:
    pairs: list[Pair] = align_words(published, [4.0] * len(published), heard)
    assert all(a.i < b.i and a.j < b.j for a, b in itertools.pairwise(pairs))
    assert all(0 <= p.i < len(published) and 0 <= p.j < len(heard) and p.likeness >= 0.6 for p in pairs)


@given(st.lists(st.sampled_from(WORDS), min_size=3, max_size=40, unique=True), st.integers(0, 30))
def test_any_text_is_found_whole_in_its_own_words(published: list[str], before: int) -> None:
    heard = [*("zuzu" for _ in range(before)), *published]
    assert _pairs(published, heard) == [(k, before + k) for k in range(len(published))]
