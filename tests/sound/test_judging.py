"""What becomes of a piece: passed on, heard another way, or given up. Words and figures as Whisper base gave them."""

from __future__ import annotations

import pytest

from aligner.model import Span, Word
from aligner.sound.judging import Checked, Figures, Verdict, judge_piece
from aligner.sound.tongue import Tongue

SPAN: Span = (60_000, 80_000)
SPEECH: tuple[Span, ...] = ((60_400, 69_000), (69_500, 79_600))
SENTENCE = "Nous proposons de porter la subvention des associations à 63,5 millions d'euros sur trois ans"
FRENCH = Tongue(0.98, "fr", 0.98)
SURE = Figures(-0.3, FRENCH)


def parts_of(text: str, start_ms: int = 61_000, step_ms: int = 400) -> list[Word]:
    """Words as the recogniser gives them: each with the space before it."""
    return [
        Word(" " + form, start_ms + k * step_ms, start_ms + (k + 1) * step_ms, 0.8)
        for k, form in enumerate(text.split())
    ]


def judge(text: str, figures: Figures = SURE, speech: tuple[Span, ...] = SPEECH, span: Span = SPAN) -> Checked:
    return judge_piece(parts_of(text, span[0] + 1_000), figures, speech, span, "fr")


def texts(checked: Checked) -> str:
    return " ".join(word.text for word in checked.words)


def test_speech_is_passed_on_joined_and_fitted() -> None:
    words = [Word(" L", 60_000, 60_900, 0.9), Word("'eau", 60_900, 61_200, 0.7), Word(" ...", 61_200, 61_900, 0.2)]
    checked = judge_piece(words, SURE, SPEECH, SPAN, "fr")
    assert checked == Checked((Word("L'eau", 60_400, 61_200, 0.7),), Verdict.GOOD, "")


def test_words_past_the_end_are_clamped() -> None:
    checked = judge_piece([Word(" fin", 79_300, 80_900, 0.9)], SURE, ((60_400, 80_500),), SPAN, "fr")
    assert checked.words == (Word("fin", 79_300, 80_000, 0.9),)


def test_a_word_ends_after_two_seconds() -> None:
    checked = judge_piece([Word(" l'été", 60_500, 68_800, 0.9)], SURE, SPEECH, SPAN, "fr")
    assert checked.words == (Word("l'été", 60_500, 62_500, 0.9),)


def test_no_words_are_a_hole_and_no_fault() -> None:
    assert judge("") == Checked((), Verdict.GOOD, "")
    assert judge("... ... ... ... ...") == Checked((), Verdict.GOOD, "")


# --- language ---------------------------------------------------------------------------------------


def test_french_made_of_english_is_given_up() -> None:
    checked = judge(
        "Bonne journée, tout le monde et merci de vous accueillir", Figures(-0.47, Tongue(0.0003, "en", 0.996))
    )
    assert checked == Checked((), Verdict.UNRELIABLE, "English is spoken")


@pytest.mark.parametrize(
    ("tongue", "logprob"),
    [
        (Tongue(0.005, "nn", 0.81), -1.0),  # applause: "C'est la première fois qu'il y a de la première fois."
        (Tongue(0.014, "en", 0.72), -1.54),  # music
        (Tongue(0.018, "ja", 0.25), -0.49),  # a voice without words: "oh oh oh oh"
        (Tongue(0.009, "pt", 0.34), -0.8),  # a sentence of Spanish
    ],
)
def test_noise_is_not_called_by_a_language(tongue: Tongue, logprob: float) -> None:
    checked = judge("C'est la première fois.", Figures(logprob, tongue))
    assert checked == Checked((), Verdict.UNRELIABLE, "no French can be made out")


def test_two_languages_in_a_long_piece_are_parted_by_smaller_ones() -> None:
    little = judge(SENTENCE, Figures(-0.4, Tongue(0.2, "en", 0.79)))
    assert little == Checked((), Verdict.AGAIN, "two languages, or much noise")
    half = judge(SENTENCE, Figures(-0.4, Tongue(0.87, "fr", 0.87)))
    assert (half.verdict, half.reason) == (Verdict.AGAIN, "two languages, or much noise")
    assert len(half.words) == 15


def test_in_a_short_piece_they_cannot_be_parted_any_more() -> None:
    span = (60_000, 66_000)
    speech = ((60_400, 65_600),)
    verse = judge("Et ta chambre à me prendre", Figures(-0.5, Tongue(0.43, "fr", 0.43)), speech, span)
    assert verse.verdict is Verdict.GOOD
    latin = judge("Si c'est possible de bénéficier", Figures(-0.5, Tongue(0.226, "la", 0.24)), speech, span)
    assert latin == Checked((), Verdict.UNRELIABLE, "no French can be made out")


@pytest.mark.parametrize(
    ("tongue", "logprob", "verdict"),
    [
        (Tongue(0.01, "ja", 0.44), -0.7, Verdict.GOOD),  # "Minute." by a French voice
        (Tongue(0.01, "en", 0.81), -0.7, Verdict.UNRELIABLE),  # "Number." by an English one
        (Tongue(0.06, "es", 0.22), -0.98, Verdict.UNRELIABLE),  # an echo
        (Tongue(0.97, "fr", 0.97), -0.8, Verdict.GOOD),
    ],
)
def test_a_single_word_need_not_sound_french(tongue: Tongue, logprob: float, verdict: Verdict) -> None:
    checked = judge("Minute.", Figures(logprob, tongue), ((61_000, 61_600),), (60_600, 62_000))
    assert checked.verdict is verdict


def test_french_written_down_in_english_is_heard_again() -> None:
    english = "We would like to talk about the new cycling path between the station and the market square"
    assert judge(english) == Checked((), Verdict.AGAIN, "written in English")
    checked = judge(f"{SENTENCE} {english}")
    assert checked == Checked((), Verdict.AGAIN, "written in English")


def test_a_model_of_one_language_is_judged_by_its_words() -> None:
    words = parts_of("We would like to talk about the new path between the station and the market square")
    checked = judge_piece(words, Figures(-0.3), SPEECH, SPAN, "en")
    assert (checked.verdict, len(checked.words)) == (Verdict.GOOD, 16)


# --- words ------------------------------------------------------------------------------------------


def test_a_loop_behind_speech_leaves_the_speech() -> None:
    checked = judge(SENTENCE + " est adoptée" * 6)
    assert checked.verdict is Verdict.AGAIN
    assert checked.reason == "a phrase over and over"
    assert texts(checked).endswith("trois ans est adoptée")


@pytest.mark.parametrize("loop", ["C'est ce que l'on fait. " * 6, "Il y a un moment où " * 8, "bravo " * 58])
def test_nothing_but_a_loop_leaves_nothing(loop: str) -> None:
    assert judge(loop) == Checked((), Verdict.AGAIN, "a phrase over and over")


def test_text_that_goes_in_circles_is_heard_again() -> None:
    circles = (
        "il y a un moment où la vie de la commune est une vie de commune, "
        "et il y a un moment où la commune de la vie est une vie de la commune, "
    )
    assert judge(circles * 3) == Checked((), Verdict.AGAIN, "text that repeats itself")


def test_what_the_engine_is_unsure_of_is_heard_again() -> None:
    checked = judge("C'est ce qu'il y a, de l'étrier au domaine", Figures(-1.1, Tongue(0.8, "fr", 0.8)))
    assert checked == Checked((), Verdict.AGAIN, "the recogniser is unsure of it")


def test_more_text_than_can_be_said_is_heard_again() -> None:
    checked = judge(SENTENCE, speech=((70_000, 71_000),))
    assert checked == Checked((), Verdict.AGAIN, "more text than can be said in the time")


def test_in_a_blip_of_speech_nothing_is_tried_again() -> None:
    checked = judge(SENTENCE, speech=((70_000, 70_300),))
    assert checked == Checked((), Verdict.UNRELIABLE, "more text than can be said in the time")


def test_a_credit_behind_speech_is_taken_off() -> None:
    checked = judge(SENTENCE + " Sous-titrage ST' 501")
    assert texts(checked).endswith("trois ans")
    assert (checked.verdict, checked.reason) == (Verdict.GOOD, "what Whisper writes under silence was left out")


def test_a_credit_alone_is_heard_again() -> None:
    checked = judge("Sous-titrage Société Radio-Canada")
    assert checked == Checked((), Verdict.AGAIN, "what Whisper writes under silence was left out")
