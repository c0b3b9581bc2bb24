"""Guards after the fact: each against a defect seen in what Whisper gives out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.model import Word
from aligner.sound.guards import drop_invented, drop_loops, fit_to_speech, join_parts, put_in_order


def words_of(text: str, step_ms: int = 300) -> list[Word]:
    return [Word(form, k * step_ms, k * step_ms + step_ms) for k, form in enumerate(text.split())]


def texts(words: list[Word]) -> list[str]:
    return [word.text for word in words]


def test_parts_of_one_word_are_joined_with_their_times() -> None:
    parts = [
        Word(" C", 0, 100, 0.9),
        Word("'est", 100, 300, 0.5),
        Word(" 63", 400, 700, 0.8),
        Word(",5", 700, 900, 0.9),
        Word(" celui", 1000, 1200),
        Word("-ci.", 1200, 1400),
        Word(" ", 1400, 1400),
        Word(" l", 1500, 1600),
        Word(" 'albatros", 1600, 2000),
    ]
    assert join_parts(parts) == [
        Word("C'est", 0, 300, 0.5),
        Word("63,5", 400, 900, 0.8),
        Word("celui-ci.", 1000, 1400, None),
        Word("l'albatros", 1500, 2000, None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Sous-titres réalisés par la communauté d'Amara.org",
        "Sous-titres réalisés para la communauté d’Amara.org",
        "Sous-titrage ST' 501",
        "Sous-titrage Société Radio-Canada Sous-titrage Société Radio-Canada",
        "Merci d'avoir regardé cette vidéo !",
    ],
)
def test_what_whisper_hears_in_silence_is_known(text: str) -> None:
    assert drop_invented(words_of(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Merci d'avoir regardé cette vidéo avec nous, dit le maire.",
        "Le sous-titrage des séances sera confié à une société.",
    ],
)
def test_what_people_say_is_not_taken_for_invented(text: str) -> None:
    assert drop_invented(words_of(text)) == words_of(text)


def test_of_a_phrase_repeated_over_and_over_one_is_left() -> None:
    loop = "La délibération " + "est adoptée à l'unanimité, " * 20 + "merci."
    assert texts(drop_loops(words_of(loop))) == ["La", "délibération", "est", "adoptée", "à", "l'unanimité,", "merci."]


def test_a_loop_is_seen_through_its_punctuation() -> None:
    assert texts(drop_loops(words_of("oui, Oui. oui " * 8))) == ["oui,"]


@pytest.mark.parametrize(
    "text",
    [
        "non, non, non, non, je ne peux pas",
        "très bien, très bien, très bien, très bien, on continue",
        "pour " * 11 + "contre",
    ],
)
def test_what_people_repeat_stays(text: str) -> None:
    assert drop_loops(words_of(text)) == words_of(text)


def test_a_word_stretched_over_a_pause_goes_to_its_speech() -> None:
    speech = ((0, 600), (6_500, 9_000))
    words = [Word("Tu", 580, 6_750), Word("ressembles", 6_750, 7_300)]
    assert fit_to_speech(words, speech, (0, 9_000)) == [Word("Tu", 6_500, 6_750), Word("ressembles", 6_750, 7_300)]


def test_a_word_that_trails_into_silence_ends_with_the_speech() -> None:
    assert fit_to_speech([Word("voix.", 1_000, 4_000)], ((0, 1_600),), (0, 9_000)) == [Word("voix.", 1_000, 1_600)]


def test_short_silences_and_edges_move_nothing() -> None:
    words = [Word("des", 950, 1_200), Word("enfants", 1_200, 1_900)]
    assert fit_to_speech(words, ((1_000, 1_500), (1_700, 1_850)), (0, 9_000)) == words


def test_words_are_clamped_to_their_piece() -> None:
    words = [Word("a", -40, 200), Word("b", 9_900, 10_700), Word("c", 10_200, 10_400)]
    fitted = fit_to_speech(words, (), (0, 10_000))
    assert fitted == [Word("a", 0, 200), Word("b", 9_900, 10_000), Word("c", 10_000, 10_000)]


def test_words_without_length_are_mended_as_little_as_that_takes() -> None:
    words = [Word("a", 100, 300), Word("b", 300, 300), Word("c", 300, 500), Word("d", 700, 700), Word("e", 900, 950)]
    assert put_in_order(words, 2_000) == (
        Word("a", 100, 300),
        Word("b", 300, 320),
        Word("c", 320, 500),
        Word("d", 700, 720),
        Word("e", 900, 950),
    )


def test_words_behind_the_end_are_clamped_not_rescaled() -> None:
    words = [Word("a", 0, 400), Word("b", 960, 1_300), Word("c", 1_300, 1_500)]
    assert put_in_order(words, 1_000) == (Word("a", 0, 400), Word("b", 960, 980), Word("c", 980, 1_000))


times = st.integers(-500, 40_000)


@given(st.lists(st.tuples(times, times), max_size=80), st.integers(2_000, 30_000))
def test_words_come_out_in_order_and_inside(spans: list[tuple[int, int]], duration: int) -> None:
    words = put_in_order((Word("mot", a, b) for a, b in spans), duration)
    assert len(words) == len(spans)
    assert all(word.start_ms >= 0 and word.end_ms <= duration for word in words)
    assert all(word.end_ms - word.start_ms >= 20 for word in words)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(words))
    assert put_in_order(words, duration) == words


@given(st.lists(st.tuples(st.integers(20, 900), st.integers(0, 900)), max_size=50))
def test_words_that_stand_right_are_left_as_they_are(steps: list[tuple[int, int]]) -> None:
    time = 0
    words = []
    for length, gap in steps:
        words.append(Word("mot", time + gap, time + gap + length))
        time += gap + length
    assert put_in_order(words, time) == tuple(words)
