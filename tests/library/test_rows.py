"""Rows: cut where the speaker pauses, none lost, none across a silence."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from aligner.library.rows import FEWEST, MOST, SENTENCE, SILENCE_MS, cut_rows
from aligner.model import Word

TEXTS = st.sampled_from(["oui", "marché,", "halle.", "« budget »", "non !"])
SPOKEN = st.lists(st.tuples(TEXTS, st.integers(0, 3_000), st.integers(1, 800)), max_size=120)


def speak(spoken: list[tuple[str, int, int]]) -> list[Word]:
    words, now = [], 0
    for text, pause, lasting in spoken:
        now += pause
        words.append(Word(text, now, now + lasting))
        now += lasting
    return words


def test_a_row_ends_with_its_sentence() -> None:
    text = "Mes chers collègues, nous voilà réunis ce soir en séance publique. Le marché est ouvert."
    rows = cut_rows(speak([(word, 20, 300) for word in text.split()]))
    assert [row.text for row in rows] == [
        "Mes chers collègues, nous voilà réunis ce soir en séance publique.",
        "Le marché est ouvert.",
    ]
    assert [(row.number, row.start_ms, row.end_ms) for row in rows] == [(0, 20, 3_520), (1, 3_540, 4_800)]


def test_without_full_stops_a_row_ends_at_the_longest_pause() -> None:
    spoken = [("mot", 300 if number == 11 else 20, 200) for number in range(20)]
    assert [len(row.text.split()) for row in cut_rows(speak(spoken))] == [11, 9]


def test_a_silence_cuts_even_after_one_word() -> None:
    rows = cut_rows(speak([("Bonsoir.", 0, 400), ("Bien.", SILENCE_MS, 300)]))
    assert [row.text for row in rows] == ["Bonsoir.", "Bien."]


def test_of_nothing_there_are_no_rows() -> None:
    assert cut_rows([]) == []


@given(SPOKEN)
def test_every_word_stands_in_one_row(spoken: list[tuple[str, int, int]]) -> None:
    words = speak(spoken)
    rows = cut_rows(words)
    assert " ".join(row.text for row in rows) == " ".join(word.text for word in words)
    assert [row.number for row in rows] == list(range(len(rows)))
    starts = {word.start_ms for word in words}
    assert all(row.start_ms in starts and row.start_ms < row.end_ms for row in rows)
    single = len([word for word in words if word.text in {"oui", "marché,", "halle."}]) == len(words)
    if single:
        assert all(len(row.text.split()) <= MOST for row in rows)


@given(SPOKEN)
def test_a_short_row_has_a_reason(spoken: list[tuple[str, int, int]]) -> None:
    words = speak(spoken)
    rows = cut_rows(words)
    by_start = {word.start_ms: index for index, word in enumerate(words)}
    for row, after in itertools.pairwise(rows):
        at, following = by_start[row.start_ms], by_start[after.start_ms]
        if following - at < FEWEST:
            is_sentence = following - at >= SENTENCE and words[following - 1].text in ("halle.", "non !")
            assert is_sentence or words[following].start_ms - words[following - 1].end_ms >= SILENCE_MS
