"""Whatever is published and whatever was heard: a match comes out, and nothing in it is nonsense."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aligner.errors import AlignerError
from aligner.matching.heard_text import prepare
from aligner.matching.match import match_post
from aligner.matching.timing import split_words
from aligner.model import LINKED, Alignment, Heard, Match, Status, Transcript, Word
from aligner.output.alignment_file import to_json
from aligner.output.formats import FORMATS, render
from aligner.output.tracks import published_track
from tests.matching.invent import MEDIA, cut, invent_words, publish, speak

SPEECH = invent_words(400, seed=1)
SENTENCES = cut(SPEECH, [20] * 20)
HARD = (
    *("§", "%", "@", "€", "&", "+", "-", "/", "–", "…", "!", "«", "»", "°", "3", "-3", "0", "00", "12,5", "2025"),
    *("18h30", "2h–3h", "1er", "XXIe", "1/2", "n°", "M.", "CCAS", "Dupont", "élu·es", "(e)s", "l’eau", "pas", "merci"),
    *("12/06/2025", "32/13/2020", "05 49 30 20 20", "63 M€", "5,20 €", "1 million", "1.000.000,55", "km/h", "p. ex."),
    *("😀", "👩‍👧", "\u00ad", "\u0301", "²", "٣", "½", "ŉ", "ﬁ", "İ", "ß", "市議会", "مرحبا", "\x00"),
)
texts = st.lists(st.one_of(st.sampled_from(HARD), st.text(max_size=6)), max_size=25).map(" ".join)
lengths = st.sampled_from((0, 1, 200, 5_000))
steps = st.sampled_from((0, 0, 1, 100, 400, 60_000))
slips = st.lists(st.tuples(st.one_of(st.sampled_from(HARD), st.text(max_size=5)), steps, lengths), max_size=40)


def hear(words: Sequence[Word], name: str = "generic:session") -> Heard:
    # A recording ends after the start of its last word; a word of no length takes the millisecond that it has.
    end = max((max(word.end_ms, word.start_ms + 1) for word in words), default=0)
    return Heard(replace(MEDIA, id=name), Transcript("test", "test", "fr", end, tuple(words), name))


def align(sentences: Sequence[str], *recordings: Heard) -> Alignment:
    """Match, check that what comes out is possible, and that it can be told."""
    alignment = match_post(publish(sentences), [(heard, prepare(heard.transcript)) for heard in recordings])
    ends = {heard.media.id: heard.transcript.duration_ms for heard in recordings}
    for sentence, match in zip(sentences, alignment.matches, strict=True):
        check(match, sentence, ends)
    document = to_json(alignment, "test")
    for media_id in ends:
        track = published_track(document, media_id)
        for name in FORMATS:
            with suppress(AlignerError):  # chapters are refused where there are too few
                render(track, name)
    return alignment


def check(match: Match, sentence: str, ends: dict[str, int]) -> None:
    assert 0 <= match.confidence <= 1
    assert " ".join(word.text for word in match.words).split() == sentence.split()
    if match.status in LINKED:
        assert any(word.heard for word in match.words)
    places = list(match.elsewhere)
    assert all(0 <= place.start_ms < place.end_ms <= ends[place.media_id] for place in places)
    if match.media_id is None or match.start_ms is None or match.end_ms is None:
        assert match.status is Status.NOT_FOUND
        assert all(word.start_ms is None and word.heard is None for word in match.words)
        return
    assert 0 <= match.start_ms < match.end_ms <= ends[match.media_id]
    starts = [word.start_ms for word in match.words if word.start_ms is not None]
    assert starts == sorted(starts)
    for word in match.words:
        if word.start_ms is not None and word.end_ms is not None:
            assert match.start_ms <= word.start_ms <= word.end_ms <= match.end_ms


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(sentences=st.lists(texts, max_size=6), noise=slips, data=st.data())
def test_nothing_published_or_heard_makes_nonsense(
    sentences: list[str], noise: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    heard = list(noise)
    for sentence in data.draw(st.permutations(sentences)):
        at = data.draw(st.integers(0, len(heard)))
        heard[at:at] = [(word, data.draw(steps), data.draw(lengths)) for word in sentence.split(" ")]
    words, now = [], 0
    for text, step, length in heard:
        now += step
        words.append(Word(text, now, now + length))
    align(sentences, hear(words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("%", ["%"]),
        ("§ @", ["§ @"]),
        ("Oui (", ["Oui ("]),
        ("« Oui » – enfin", ["« Oui »", "– enfin"]),
        ("3 - § 3", ["3", "- § 3"]),
        (" … ", ["…"]),
        ("", []),
    ],
)
def test_every_published_mark_belongs_to_one_word(text: str, words: list[str]) -> None:
    assert [text[slice(*span)].strip() for span in split_words(text)] == words


def test_a_passage_of_signs_that_are_said_is_placed() -> None:
    said = [*SPEECH[:50], *("paragraphe", "arobase", "pour", "mille"), *("arobase", "paragraphe", "pour", "mille")]
    said += SPEECH[50:]
    (match,) = align(["§ @ ‰ @ § ‰"], hear(speak(said).words)).matches
    assert (match.status, match.start_ms, match.end_ms) == (Status.SPOKEN, 20_000, 23_150)


def test_words_that_all_have_one_time_keep_it() -> None:
    for match in align(SENTENCES, hear([Word(word, 1_000, 1_000) for word in SPEECH])).matches:
        assert (match.start_ms, match.end_ms) in ((1_000, 1_001), (None, None))


def test_words_that_share_a_time_end_before_the_next_begins() -> None:
    begins = [0, 0, 0, 100, 100, 400, 500]
    words = [Word(word, start, start + 200) for word, start in zip(SPEECH[100:107], begins, strict=True)]
    far = [Word(word, 60_000 + 400 * k, 60_300 + 400 * k) for k, word in enumerate(SPEECH[:100])]
    (match,) = align(cut(SPEECH[100:], [7]), hear([*words, *far])).matches
    times = [(word.text, word.start_ms, word.end_ms) for word in match.words]
    assert times == [  # by letters: 4, 5 and 3 of them share 100 ms, 4 and 6 share 200 ms
        *(("Plus", 0, 33), ("nilou", 33, 75), ("des", 75, 100)),
        *(("plus", 100, 180), ("kimafa", 180, 300), ("tédankijé", 400, 500), ("une.", 500, 700)),
    ]


@pytest.mark.parametrize("count", [1, 2, 9])
def test_the_same_recording_under_several_names(count: int) -> None:
    recordings = [hear(speak(SPEECH).words, f"generic:s{number}") for number in range(count)]
    matches = align(SENTENCES, *recordings).matches
    assert {match.status for match in matches} == {Status.SPOKEN}
    assert len({match.media_id for match in matches}) == 1


def test_a_speech_spread_over_nine_recordings() -> None:
    parts = [hear(speak(SPEECH[40 * number : 40 * number + 40]).words, f"generic:s{number}") for number in range(9)]
    matches = align(SENTENCES[:18], *parts).matches
    assert [match.media_id for match in matches] == [f"generic:s{number // 2}" for number in range(18)]
    assert {match.status for match in matches} == {Status.SPOKEN}


def test_a_post_of_five_thousand_words() -> None:
    words = invent_words(5_000, seed=2)
    matches = align(cut(words, [20] * 250), hear(speak(words).words)).matches
    assert [(match.status, match.start_ms) for match in matches] == [(Status.SPOKEN, 8_000 * n) for n in range(250)]


def test_numbers_only() -> None:
    numbers = [str(number) for number in range(1_000, 1_200)]
    matches = align([" ".join(numbers[at : at + 20]) for at in range(0, 200, 20)], hear(speak(numbers).words)).matches
    assert [(match.status, match.start_ms) for match in matches] == [(Status.SPOKEN, 8_000 * n) for n in range(10)]


def test_of_many_equal_passages_said_once_one_is_linked() -> None:
    matches = align([SENTENCES[3]] * 50, hear(speak(SPEECH).words)).matches
    assert [match.status for match in matches].count(Status.SPOKEN) == 1
    assert {match.status for match in matches} == {Status.SPOKEN, Status.UNCERTAIN}


def test_a_sentence_that_is_said_all_the_time_is_not_called_unsaid() -> None:
    said = [word for number in range(10) for word in (*SPEECH[:20], *invent_words(100, seed=number))]
    for match in align([SENTENCES[0]] * 10, hear(speak(said).words)).matches:
        assert match.status is Status.UNCERTAIN


@pytest.mark.parametrize("sentence", ["", " ", "…", "« »", "😀", "%", "Merci.", "42"])
def test_a_post_of_next_to_nothing(sentence: str) -> None:
    for words in ((), speak(["bonjour"]).words, speak(SPEECH).words):
        (match,) = align([sentence], hear(words)).matches
        assert match.status is Status.NOT_FOUND


def test_without_a_recording_nothing_is_found() -> None:
    assert {match.status for match in align(SENTENCES).matches} == {Status.NOT_FOUND}
