"""Cutting a recording for the recogniser, and finding what it left without words."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.model import Span, Word
from aligner.sound.pieces import PADDING_MS, cut_pieces, find_holes
from aligner.sound.speech import find_speech
from tests.sound.sounds import silence, tone


@st.composite
def speech_of_a_recording(draw: st.DrawFn) -> tuple[tuple[Span, ...], int]:
    """Stretches of speech, as a detector gives them, and the length of the recording."""
    time = 0
    stretches: list[Span] = []
    for gap, length in draw(st.lists(st.tuples(st.integers(0, 4_000), st.integers(30, 29_000)), max_size=60)):
        stretches.append((time + gap, time + gap + length))
        time += gap + length
    return tuple(stretches), time + draw(st.integers(0, 3_000))


@given(speech_of_a_recording(), st.sampled_from([29_000, 15_000, 6_000]))
def test_pieces_hold_all_speech_in_order_without_overlap(recording: tuple[tuple[Span, ...], int], longest: int) -> None:
    speech, duration = recording

    pieces = cut_pieces(speech, (0, duration), longest)

    assert all(0 <= start < end <= duration for start, end in pieces)
    assert all(before[1] <= after[0] for before, after in pairwise(pieces))
    assert all(start % 10 == end % 10 == 0 for start, end in pieces)
    too_long = [end - start for start, end in speech if end - start > longest]
    assert all(end - start <= max([longest, *too_long]) + 2 * PADDING_MS for start, end in pieces)
    held = sum(max(0, min(end, b) - max(start, a)) for start, end in pieces for a, b in speech)
    assert held >= sum(b - a for a, b in speech) - 20 * len(pieces)


def test_a_long_pause_ends_a_piece() -> None:
    speech = ((1_000, 4_000), (4_500, 8_000), (10_000, 12_000))
    assert cut_pieces(speech, (0, 14_000), 29_000) == ((600, 8_400), (9_600, 12_400))


def test_a_full_piece_ends_at_its_longest_late_silence() -> None:
    speech = ((0, 9_000), (9_900, 20_000), (20_200, 24_000), (24_800, 27_000), (27_200, 35_000))
    assert cut_pieces(speech, (0, 35_000), 29_000) == ((0, 24_400), (24_400, 35_000))


def test_pieces_stay_within_their_bounds() -> None:
    assert cut_pieces(((0, 10_000),), (4_000, 7_000), 29_000) == ((4_000, 7_000),)


def test_no_speech_gives_no_pieces() -> None:
    assert cut_pieces((), (0, 60_000), 29_000) == ()


def words_at(*spans: Span) -> list[Word]:
    return [Word("mot", start, end) for start, end in spans]


SPEECH = ((1_000, 9_000), (9_500, 14_000), (20_000, 26_000))


@pytest.mark.parametrize(
    ("spans", "holes"),
    [
        ([(k, k + 400) for k in range(1_000, 26_000, 500)], ()),
        ([], ((600, 26_400),)),
        # the recogniser stopped early, as it does after "Fin du poème"
        ([(k, k + 400) for k in range(1_000, 9_000, 500)], ((8_900, 26_400),)),
        # it began late
        ([(k, k + 400) for k in range(9_500, 26_000, 500)], ((600, 9_400),)),
        # one word stretched over all that is lacking hides nothing
        ([(k, k + 400) for k in range(1_000, 6_000, 500)] + [(6_000, 26_000)], ((7_500, 26_400),)),
        # silence without words is no hole, nor are three seconds of speech
        ([(k, k + 400) for k in (*range(1_000, 11_000, 500), *range(20_000, 26_000, 500))], ((10_900, 14_400),)),
        ([(k, k + 400) for k in (*range(1_000, 11_500, 500), *range(20_000, 26_000, 500))], ()),
    ],
)
def test_holes_are_speech_that_no_word_covers(spans: list[Span], holes: tuple[Span, ...]) -> None:
    assert find_holes(words_at(*spans), SPEECH, (0, 30_000)) == holes


def test_silence_and_tones_are_no_speech() -> None:
    assert find_speech(silence(3, 16_000)) == ()
    assert find_speech(tone(3, 16_000)) == ()
    assert find_speech(silence(0, 16_000)) == ()
