"""What must hold of every match, whatever the text: shown on invented sessions, of which every moment is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aligner.matching.heard_text import HeardText, prepare
from aligner.matching.match import match_post
from aligner.model import LINKED, Heard, Match, Place, Post, Status, Transcript, Weighed, Word
from tests.matching.invent import (
    MEDIA,
    cut,
    hear_as,
    invent_others,
    invent_words,
    mishear,
    publish,
    publish_paragraphs,
    speak,
)

SESSION = invent_words(3_000, seed=21)
"""Twenty minutes of an invented session: word k begins at 400 k ms."""
CLEAN = prepare(speak(SESSION))
quickly = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
sizes = st.lists(st.integers(4, 25), min_size=0, max_size=5)
places = st.integers(0, len(SESSION) - 200)


def align(post: Post, heard: HeardText, *hints_ms: int) -> tuple[Match, ...]:
    return match_post(post, [(hear_as(heard.transcript, tuple(hints_ms)), heard)]).matches


# --- any text is found in its own words ------------------------------------------------------------------


@quickly
@given(start=places, long=st.integers(15, 40), others=sizes)
def test_any_text_is_found_in_its_own_words(start: int, long: int, others: list[int]) -> None:
    lengths = [long, *others]
    at = start
    for match, length in zip(align(publish(cut(SESSION[start:], lengths)), CLEAN), lengths, strict=True):
        assert match.status is Status.SPOKEN
        assert (match.start_ms, match.end_ms) == (400 * at, 400 * (at + length) - 50)
        assert [word.heard for word in match.words] == SESSION[at : at + length]
        at += length


@quickly
@given(starts=st.lists(st.integers(0, 70), min_size=1, max_size=5, unique=True), length=st.integers(15, 40))
def test_sentences_from_anywhere_in_any_order_are_found_in_their_own_words(starts: list[int], length: int) -> None:
    begins = [40 * start for start in starts]
    sentences = [cut(SESSION[begin:], (length,))[0] for begin in begins]
    matches = align(publish_paragraphs(sentences), CLEAN)
    assert [(match.status, match.start_ms) for match in matches] == [(Status.SPOKEN, 400 * begin) for begin in begins]


# --- order inside a speech is never reversed ---------------------------------------------------------------


@quickly
@given(
    verses=st.lists(st.integers(10, 30), min_size=2, max_size=6),
    refrain=st.integers(4, 15),
)
def test_a_refrain_that_was_heard_well_is_placed_each_time_it_was_said(verses: list[int], refrain: int) -> None:
    speech, lengths = _with_refrain(verses, refrain)
    matches = align(publish(cut(speech, lengths)), prepare(speak([*SESSION[1_000:], *speech])))
    begins = [0, *accumulate(lengths)][:-1]
    assert [match.start_ms for match in matches] == [400 * (2_000 + begin) for begin in begins]
    assert all(match.status is Status.SPOKEN for match in matches)


@quickly
@given(
    verses=st.lists(st.integers(10, 30), min_size=2, max_size=6),
    refrain=st.integers(4, 15),
    rate=st.sampled_from((0.1, 0.3, 0.5)),
    seed=st.integers(0, 10_000),
)
@example(verses=[10, 10], refrain=5, rate=0.1, seed=0)
@example(verses=[10, 10, 13, 13, 10], refrain=6, rate=0.5, seed=525)
def test_what_was_said_in_order_is_placed_in_order(verses: list[int], refrain: int, rate: float, seed: int) -> None:
    linked = _hear_refrains(verses, refrain, rate, seed)
    starts = [match.start_ms for match in linked if match.start_ms is not None]
    assert starts == sorted(starts)


def test_no_passage_reaches_over_the_next_one() -> None:
    linked = _hear_refrains([10, 10, 13, 13, 10], refrain=6, rate=0.5, seed=525)
    times = [time for match in linked for time in (match.start_ms, match.end_ms) if time is not None]
    assert times == sorted(times)


def _hear_refrains(verses: Sequence[int], refrain: int, rate: float, seed: int) -> list[Match]:
    """The linked passages of a speech with a refrain, in published order."""
    speech, lengths = _with_refrain(verses, refrain)
    session = [*SESSION[1_000:2_000], *speech, *SESSION[2_000:]]
    matches = align(publish(cut(speech, lengths)), prepare(mishear(speak(session), rate, seed)))
    return [match for match in matches if match.status in LINKED]


def _with_refrain(verses: Sequence[int], refrain: int) -> tuple[list[str], list[int]]:
    words: list[str] = []
    lengths: list[int] = []
    at = 100
    for verse in verses:
        words += [*SESSION[at : at + verse], *SESSION[:refrain]]
        lengths += [verse, refrain]
        at += verse
    return words, lengths


# --- time is relative -----------------------------------------------------------------------------------------


@quickly
@given(
    start=places,
    lengths=st.lists(st.integers(4, 25), min_size=1, max_size=5),
    shift=st.integers(1, 36_000_000),
    hint=st.integers(1, 1_200_000),
    rate=st.sampled_from((0.0, 0.2)),
)
def test_shifting_all_word_times_shifts_all_results_and_nothing_else(
    start: int, lengths: list[int], shift: int, hint: int, rate: float
) -> None:
    post = publish([*cut(SESSION[start:], lengths), "Jamais dit par personne ici."])
    heard = mishear(speak(SESSION), rate, seed=start)
    later = _move(heard, shift)
    plain = align(post, prepare(heard), hint)
    moved = align(post, prepare(later), hint + shift)
    assert moved == tuple(_move_match(match, shift) for match in plain)


def _move(transcript: Transcript, shift: int) -> Transcript:
    words = tuple(_move_word(word, shift) for word in transcript.words)
    return replace(transcript, words=words, duration_ms=transcript.duration_ms + shift)


def _move_word(word: Word, shift: int) -> Word:
    return replace(word, start_ms=word.start_ms + shift, end_ms=word.end_ms + shift)


def _move_place(place: Place, shift: int) -> Place:
    return replace(place, start_ms=place.start_ms + shift, end_ms=place.end_ms + shift)


def _move_weighed(weighed: Weighed, shift: int) -> Weighed:
    return replace(weighed, places=tuple(replace(p, place=_move_place(p.place, shift)) for p in weighed.places))


def _move_match(match: Match, shift: int) -> Match:
    def move(time_ms: int | None) -> int | None:
        return None if time_ms is None else time_ms + shift

    return replace(
        match,
        start_ms=move(match.start_ms),
        end_ms=move(match.end_ms),
        words=tuple(replace(w, start_ms=move(w.start_ms), end_ms=move(w.end_ms)) for w in match.words),
        unpublished=tuple(_move_word(word, shift) for word in match.unpublished),
        elsewhere=tuple(_move_place(place, shift) for place in match.elsewhere),
        evidence=match.evidence and _move_weighed(match.evidence, shift),
    )


# --- a verdict does not depend on unrelated passages -----------------------------------------------------------


@quickly
@given(
    start=places,
    lengths=st.lists(st.integers(4, 25), min_size=1, max_size=5),
    others=st.lists(st.tuples(st.integers(0, 5), st.integers(3, 60)), min_size=1, max_size=4),
    rate=st.sampled_from((0.0, 0.2)),
    seed=st.integers(0, 1_000),
)
def test_unrelated_paragraphs_before_after_and_between_change_nothing(
    start: int, lengths: list[int], others: list[tuple[int, int]], rate: float, seed: int
) -> None:
    related = cut(SESSION[start:], lengths)
    mixed = list(related)
    for place, length in others:
        mixed.insert(min(place, len(mixed)), cut(invent_others(length, seed + place), (length,))[0])
    heard = prepare(mishear(speak(SESSION), rate, seed))
    alone = dict(zip(related, align(publish_paragraphs(related), heard), strict=True))
    among = dict(zip(mixed, align(publish_paragraphs(mixed), heard), strict=True))
    for text, match in among.items():
        if text in alone:
            # The end may differ: of "plus plus", heard for "plus", either may be the word that was published.
            assert _verdict(match) == _verdict(alone[text])
        else:
            assert match.status is Status.NOT_FOUND


def _verdict(match: Match) -> tuple[object, ...]:
    return match.status, match.confidence if match.status in LINKED else None, match.media_id, match.start_ms


def test_an_unrelated_paragraph_does_not_part_two_words_from_the_sentence_before_them() -> None:
    related = cut(SESSION, (2, 7, 2))
    unrelated = cut(invent_others(1, seed=0), (1,))[0]
    alone = align(publish_paragraphs(related), CLEAN)
    among = align(publish_paragraphs([*related[:2], unrelated, related[2]]), CLEAN)
    assert [match.start_ms for match in alone] == [0, 800, 3_600]
    assert [match.start_ms for match in among] == [0, 800, None, 3_600]


@quickly
@given(start=places, length=st.integers(4, 30), seed=st.integers(0, 1_000))
def test_an_unrelated_recording_changes_nothing(start: int, length: int, seed: int) -> None:
    post = publish(cut(SESSION[start:], (length, 15)))
    other = prepare(speak(invent_others(800, seed)))
    heard = (hear_as(CLEAN.transcript), CLEAN)
    unrelated = (Heard(replace(MEDIA, id="generic:autre"), other.transcript), other)
    alone = match_post(post, [heard]).matches
    assert match_post(post, [unrelated, heard]).matches == alone
    assert match_post(post, [heard, unrelated]).matches == alone
