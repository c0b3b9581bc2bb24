from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.matching.heard_text import prepare
from aligner.matching.match import match_post
from aligner.model import Heard, Kind, Match, Post, Status, Transcript, Word
from tests.matching.invent import MEDIA, cut, hear_as, invent_others, invent_words, publish, speak

SESSION = invent_words(4_000, seed=1)
"""Twenty-seven minutes of an invented session: word k begins at 400 k ms."""


def align(post: Post, *transcripts: Transcript, hints: tuple[int, ...] = ()) -> tuple[Match, ...]:
    heard = [Heard(replace(MEDIA, id=f"m{n}"), transcript, hints) for n, transcript in enumerate(transcripts)]
    return match_post(post, [(item, prepare(item.transcript)) for item in heard]).matches


def statuses(matches: Sequence[Match]) -> list[str]:
    return [match.status.value for match in matches]


def test_a_speech_is_found_word_for_word_in_a_long_session() -> None:
    sentences = cut(SESSION[2_000:2_060], (12, 20, 8, 20))
    matches = align(publish(sentences), speak(SESSION))
    assert statuses(matches) == ["spoken"] * 4
    assert [match.start_ms for match in matches] == [400 * k for k in (2_000, 2_012, 2_032, 2_040)]
    assert matches[0].end_ms == 400 * 2_012 - 50
    assert [word.start_ms for word in matches[2].words] == [400 * k for k in range(2_032, 2_040)]
    assert matches[0].said == " ".join(SESSION[2_000:2_012])
    assert "12 mots sur 12 entendus" in matches[0].reason
    assert all(match.confidence > 0.9 for match in matches)


def test_sentences_may_be_published_in_another_order() -> None:
    sentences = cut(SESSION[500:560], (15, 15, 15, 15))
    matches = align(publish([sentences[2], sentences[0], sentences[3]]), speak(SESSION))
    assert [match.start_ms for match in matches] == [400 * 530, 400 * 500, 400 * 545]


def test_a_sentence_that_was_never_said_between_two_said_ones_is_not_linked() -> None:
    said = cut(SESSION[800:840], (20, 20))
    unsaid = cut(invent_words(14, seed=99), (14,))[0]
    matches = align(publish([said[0], unsaid, said[1]]), speak(SESSION))
    assert statuses(matches) == ["spoken", "not_found", "spoken"]
    assert (matches[1].media_id, matches[1].start_ms, matches[1].said) == (None, None, None)
    assert all(word.heard is None and word.start_ms is None for word in matches[1].words)


def test_words_that_everybody_says_prove_nothing() -> None:
    (match,) = align(publish(["Que nous vous et les des dans la."]), speak(SESSION))
    assert match.status in (Status.NOT_FOUND, Status.UNCERTAIN)


def test_a_formula_that_everybody_says_is_never_a_confident_link() -> None:
    formula = ["monsieur", "le", "maire", "mes", "chers", "collègues"]
    words = [word for k in range(0, 4_000, 400) for word in (*formula, *SESSION[k : k + 400])]
    (match,) = align(publish(["Monsieur le Maire, mes chers collègues,"]), speak(words))
    assert match.status is Status.UNCERTAIN
    assert "se disent souvent" in match.reason
    assert len(match.elsewhere) == 3


def test_a_number_or_a_negation_that_was_not_said_is_no_small_edit() -> None:
    said = [
        "Le",
        "conseil",
        "a",
        "voté",
        "douze",
        "logements",
        "sociaux",
        "rue",
        "des",
        "Forges",
        "avec",
        "l'appui",
        "de",
        "la",
        "préfecture",
    ]
    speech = speak([*SESSION[:300], *said, *SESSION[300:]])
    (twelve,) = align(publish([" ".join(said).replace("douze", "12") + "."]), speech)
    assert twelve.status is Status.SPOKEN
    (fifteen,) = align(publish([" ".join(said).replace("douze", "15") + "."]), speech)
    assert fifteen.status is Status.REWORDED
    assert "mais pas « 15 »" in fifteen.reason
    (never,) = align(publish([" ".join(said).replace("a voté", "n'a pas voté") + "."]), speech)
    assert never.status is Status.REWORDED
    assert "mais pas « pas »" in never.reason


def test_a_unit_that_was_not_said_is_no_change_of_meaning() -> None:
    said = [*SESSION[200:212], "soixante", *SESSION[212:220]]
    published = " ".join(said).replace("soixante", "60 %").capitalize() + "."
    (match,) = align(publish([published]), speak([*SESSION[:200], *said, *SESSION[220:]]))
    assert match.status is Status.SPOKEN
    assert "mais pas" not in match.reason


def test_a_few_words_said_in_one_place_alone_are_linked_and_part_of_them_is_not() -> None:
    few = SESSION[400:407]
    (match,) = align(publish([" ".join(few)]), speak(SESSION))
    assert (match.status, match.start_ms) == (Status.SPOKEN, 160_000)
    part = [*few[:4], *invent_others(3, seed=5)]
    assert statuses(align(publish([" ".join(part)]), speak(SESSION))) == ["uncertain"]


def test_words_timed_faster_than_anybody_speaks_make_no_link() -> None:
    speech = publish(cut(SESSION[300:330], (15, 15)))
    assert statuses(align(speech, speak(SESSION))) == ["spoken", "spoken"]
    hasty = align(speech, speak(SESSION, each_ms=60))
    assert statuses(hasty) == ["uncertain", "uncertain"]
    assert "plus vite qu’on ne parle" in hasty[0].reason
    assert hasty[0].confidence <= 0.5


def test_what_was_said_in_another_reading_of_the_text_is_heard() -> None:
    before, after = SESSION[:300], SESSION[300:]
    said = "les élues et élus du cé cé a esse réunis en dix-neuf cent quatre-vingt-dix-huit à dix-huit heures et demie"
    published = "Les élu·es du CCAS réunis en 1998 à 18h30."
    (match,) = align(publish([published]), speak([*before, *said.split(), *after]))
    assert match.status is Status.SPOKEN
    assert match.reason.startswith("9 mots sur 9 entendus")


def test_all_places_of_what_was_said_twice_are_kept_the_likelier_first() -> None:
    words = [*SESSION[:1_000], *SESSION[300:315], *SESSION[1_000:]]
    sentences = cut([*SESSION[985:1_000], *SESSION[300:315]], (15, 15))
    matches = align(publish(sentences), speak(words))
    assert statuses(matches) == ["spoken", "spoken"]
    assert matches[1].start_ms == 400 * 1_000
    assert [place.start_ms for place in matches[1].elsewhere] == [400 * 300]
    assert "dit 2 fois" in matches[1].reason


def test_words_that_were_said_and_not_published_are_kept() -> None:
    matches = align(publish(cut([*SESSION[100:115], *SESSION[118:130], *SESSION[135:150]], (27, 15))), speak(SESSION))
    assert [word.text for word in matches[0].unpublished] == [*SESSION[115:118], *SESSION[130:135]]
    assert matches[1].unpublished == ()


def test_text_said_twice_is_not_a_confident_link() -> None:
    words = [*SESSION[:1_000], *SESSION[300:315], *SESSION[1_000:]]
    sentence = cut(SESSION[300:315], (15,))[0]
    (match,) = align(publish([sentence]), speak(words))
    assert match.status is Status.UNCERTAIN
    assert "un autre endroit" in match.reason
    assert match.confidence <= 0.5


def test_the_neighbours_decide_between_two_places() -> None:
    words = [*SESSION[:1_000], *SESSION[300:315], *SESSION[1_000:]]
    sentences = cut(SESSION[280:330], (20, 15, 15))
    matches = align(publish(sentences), speak(words))
    assert statuses(matches) == ["spoken"] * 3
    assert matches[1].start_ms == 400 * 300


def test_a_refrain_stays_in_order() -> None:
    refrain = SESSION[100:112]
    words = [*SESSION[1_000:1_030], *refrain, *SESSION[1_030:1_060], *refrain, *SESSION[1_060:1_090], *refrain]
    session = [*SESSION[2_000:3_000], *words, *SESSION[3_000:]]
    sentences = cut(words, (30, 12, 30, 12, 30, 12))
    matches = align(publish(sentences), speak(session))
    assert [match.start_ms for match in matches] == [400 * (1_000 + k) for k in (0, 30, 42, 72, 84, 114)]


def test_edits_are_seen_word_by_word() -> None:
    words = SESSION[600:620]
    published = [*words[:5], "vachement", *words[6:12], *words[14:]]
    (match,) = align(publish([" ".join(published) + "."]), speak(SESSION))
    assert match.status is Status.SPOKEN
    assert match.words[5].heard is None
    assert match.words[5].text == "vachement"
    heard = [word.heard for word in match.words]
    assert heard == [*words[:5], None, *words[6:12], *words[14:]]


@pytest.mark.parametrize(("said", "status"), [(16, Status.REWORDED), (12, Status.UNCERTAIN)])
def test_most_of_a_sentence_is_said_otherwise_and_half_of_it_alone_may_be_another(said: int, status: Status) -> None:
    other = invent_words(24 - said, seed=5)
    (match,) = align(publish([" ".join([*SESSION[700 : 700 + said], *other]) + "."]), speak(SESSION))
    assert match.status is status
    assert match.start_ms == 400 * 700


def test_numbers_meet_however_they_are_written() -> None:
    words = [
        *SESSION[:200],
        *["soixante-trois", "virgule", "cinq", "millions", "d'", "euros", "pour", "la", "vélorution"],
        *SESSION[200:],
    ]
    (match,) = align(publish(["63,5 millions d’euros pour la vélorution."]), speak(words))
    assert match.status is Status.SPOKEN
    assert match.start_ms == 400 * 200
    assert match.words[0].heard == "soixante-trois virgule cinq"


def test_words_cut_otherwise_are_recovered_by_their_sound() -> None:
    heard = [*SESSION[:300], "nous", "sommes", "imparticiants", "de", "la", "belle", "époque", *SESSION[300:]]
    sentence = " ".join([*SESSION[294:300], "nous sommes un partisan de la belle époque"])
    (match,) = align(publish([sentence]), speak(heard))
    assert [word.heard for word in match.words][8:10] == ["imparticiants", "imparticiants"]


def test_the_right_recording_of_several_is_named() -> None:
    first, second = SESSION[:2_000], SESSION[2_000:]
    sentences = cut([*second[100:130], *first[50:80]], (30, 30))
    matches = align(publish(sentences), speak(first), speak(second))
    assert [(match.media_id, match.start_ms) for match in matches] == [("m1", 400 * 100), ("m0", 400 * 50)]


def test_a_hint_helps_but_is_never_believed() -> None:
    sentence = cut(SESSION[1_500:1_520], (20,))[0]
    (match,) = align(publish([sentence]), speak(SESSION), hints=(0,))
    assert match.start_ms == 400 * 1_500


def test_only_words_that_claim_to_be_spoken_are_looked_for() -> None:
    sentences = cut(SESSION[100:160], (20, 20, 20))
    post = publish(sentences, (Kind.SUMMARY, Kind.HEADING, Kind.BOILERPLATE))
    matches = align(post, speak(SESSION))
    assert statuses(matches) == ["not_found"] * 3
    assert all(match.reason for match in matches)


def test_a_post_without_any_recording_is_told_so() -> None:
    assert statuses(match_post(publish(["Bonjour à tous."]), []).matches) == ["not_found"]


def test_an_empty_transcript_gives_no_link() -> None:
    assert statuses(align(publish(["Bonjour à tous."]), speak([]))) == ["not_found"]


@pytest.mark.parametrize("error_rate", [0.1, 0.3])
def test_a_recogniser_that_mishears_does_not_lose_the_place(error_rate: float) -> None:
    dice = random.Random(7)
    other = invent_words(4_000, seed=8)
    heard = [other[k] if dice.random() < error_rate else word for k, word in enumerate(SESSION)]
    sentences = cut(SESSION[2_500:2_600], (20,) * 5)
    matches = align(publish(sentences), speak(heard))
    assert all(match.status in (Status.SPOKEN, Status.REWORDED) for match in matches)
    for number, match in enumerate(matches):
        assert match.start_ms is not None
        assert abs(match.start_ms - 400 * (2_500 + 20 * number)) <= 1_200


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 3_900), st.lists(st.integers(8, 25), min_size=1, max_size=4))
def test_any_stretch_is_found_in_its_own_words(start: int, sizes: list[int]) -> None:
    start = min(start, len(SESSION) - sum(sizes))
    matches = align(publish(cut(SESSION[start:], sizes)), speak(SESSION))
    at = start
    for match, size in zip(matches, sizes, strict=True):
        assert match.start_ms == 400 * at
        at += size


@settings(deadline=None, max_examples=15)
@given(st.integers(1, 3_600_000))
def test_shifting_all_word_times_shifts_all_results(shift: int) -> None:
    post = publish([*cut(SESSION[40:100], (20, 20, 20)), "Jamais dit par personne ici."])
    plain, shifted = align(post, speak(SESSION[:400])), align(post, speak(SESSION[:400], start_ms=shift))
    for before, after in zip(plain, shifted, strict=True):
        assert (before.status, before.confidence, before.said) == (after.status, after.confidence, after.said)
        if before.start_ms is not None:
            assert (after.start_ms, after.end_ms) == (before.start_ms + shift, (before.end_ms or 0) + shift)


def test_word_times_go_forward_and_stay_inside_the_recording() -> None:
    transcript = speak(SESSION[:600])
    slow = Word("longtemps", 240_000, 300_000, 0.2)
    transcript = replace(transcript, words=(*transcript.words, slow), duration_ms=300_000)
    matches = align(publish([*cut(SESSION[560:600], (20, 20)), "longtemps."]), transcript)
    for match in matches:
        times = [t for word in match.words if word.start_ms is not None for t in (word.start_ms, word.end_ms or 0)]
        assert times == sorted(times)
        assert all(0 <= t <= 300_000 for t in times)


def test_the_same_facts_give_the_same_alignment() -> None:
    post = publish(cut(SESSION[10:90], (20, 20, 20, 20)))
    heard = hear_as(speak(SESSION))
    assert match_post(post, [(heard, prepare(heard.transcript))]) == match_post(
        post, [(heard, prepare(heard.transcript))]
    )
