"""The listening plan: windows where captions place a post, wider where they do not tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aligner.listening import Plan, plan_windows, tell_plan
from aligner.matching.heard_text import prepare
from aligner.matching.match import match_post
from aligner.matching.witnesses import measure_agreement, summon
from aligner.model import Alignment, Heard, Media, Transcript
from aligner.text.normalise import tokenise
from tests.matching.invent import MEDIA, cut, invent_others, invent_words, mishear, publish, speak

SESSION = invent_words(24_000, seed=3)
"""Two hours and forty minutes: word k begins at 400 k ms."""
CAPTIONS = speak(SESSION)
TEXT = prepare(CAPTIONS)
LENGTH_MS = CAPTIONS.duration_ms
OTHER = Media("generic:other", "https://montclery-sur-aulne.example/o.mp4", "generic", "Autre séance", None)


def draft(sentences: list[str], hints_ms: tuple[int, ...] = (), media: Media = MEDIA, slug: str = "post") -> Alignment:
    post = replace(publish(sentences), slug=slug)
    return match_post(post, [(Heard(media, CAPTIONS, hints_ms), TEXT)])


def said(start: int, *sizes: int) -> list[str]:
    return cut(SESSION[start : start + sum(sizes)], sizes)


def plan(*drafts: Alignment) -> Plan:
    return plan_windows(MEDIA.id, LENGTH_MS, drafts, CAPTIONS)


def test_a_speech_in_a_long_session_is_a_window_with_a_margin() -> None:
    found = plan(draft(said(9_000, 15, 15, 15)))
    assert found.windows == ((3_600_000 - 12_000, 3_600_000 + 45 * 400 - 50 + 12_000),)
    assert tell_plan(found, LENGTH_MS) == "captions place 3 passages in 1 window; will hear 0:41 of 2:40:00"


def test_windows_of_several_posts_are_merged() -> None:
    near, far = draft(said(9_060, 20, 20), slug="near"), draft(said(15_000, 20, 20), slug="far")
    found = plan(draft(said(9_000, 20, 20)), near, far)
    assert found.windows is not None
    assert len(found.windows) == 2
    assert found.windows[0] == (3_588_000, 3_624_000 + 40 * 400 - 50 + 12_000)


def test_sentences_that_the_captions_lost_are_given_room_beside_the_others() -> None:
    lost = " ".join(invent_others(20, seed=1)).capitalize() + "."
    before, after = plan(draft([lost, *said(9_000, 20, 20)])), plan(draft([*said(9_000, 20, 20), lost]))
    assert before.windows == ((3_600_000 - 20 * 600 - 10_000 - 12_000, 3_616_000 - 50 + 12_000),)
    assert after.windows == ((3_588_000, 3_616_000 - 50 + 20 * 600 + 10_000 + 12_000),)


def test_what_lies_between_two_placed_passages_is_heard_whole_if_one_is_lost_there() -> None:
    lost = " ".join(invent_others(20, seed=1)).capitalize() + "."
    apart = [*said(9_000, 20), *said(9_300, 20)]
    assert len(plan(draft(apart)).windows or ()) == 2
    found = plan(draft([apart[0], lost, apart[1]]))
    assert found.windows == ((3_588_000, 3_720_000 + 20 * 400 - 50 + 12_000),)


def test_a_post_that_the_captions_do_not_hold_is_looked_for_around_its_link() -> None:
    absent = cut(invent_others(60, seed=2), (20, 20, 20))
    found = plan(draft(absent, hints_ms=(5_000_000,), slug="absent"))
    assert found.windows == ((4_400_000, 5_600_000),)
    assert found.lost == ("absent",)
    assert tell_plan(found, LENGTH_MS) == (
        "captions place 0 passages in 1 window and hardly anything of absent; will hear 20:00 of 2:40:00"
    )


def test_where_captions_say_nothing_a_post_may_have_been_said_that_they_do_not_hold() -> None:
    absent = draft(cut(invent_others(60, seed=2), (20, 20, 20)), slug="absent")
    silent = replace(CAPTIONS, words=(*CAPTIONS.words[:1_000], *CAPTIONS.words[1_100:]))
    assert plan_windows(MEDIA.id, LENGTH_MS, [absent], silent).windows == ((394_950, 445_000),)
    assert plan_windows(MEDIA.id, LENGTH_MS, [draft(said(9_000, 15))], silent).windows == ((3_588_000, 3_617_950),)


def test_captions_that_place_nothing_are_put_to_the_test() -> None:
    absent = cut(invent_others(60, seed=2), (20, 20, 20))
    found = plan(draft(absent, slug="absent"))
    assert found.windows == ((4_770_000, 4_830_000),)
    assert found.lost == ("absent",)


def test_what_was_said_elsewhere_needs_no_hearing_here() -> None:
    found = plan(draft(said(9_000, 20, 20), media=OTHER))
    assert found == Plan((), "captions place 0 passages in 0 windows")
    assert tell_plan(found, None) == "captions place 0 passages in 0 windows; will hear nothing of it"


def test_both_places_of_what_was_said_twice_are_heard() -> None:
    words = [*SESSION[:9_000], *SESSION[2_000:2_020], *SESSION[9_000:]]
    captions = speak(words)
    post = publish(cut(SESSION[2_000:2_020], (20,)))
    found = plan(match_post(post, [(Heard(MEDIA, captions, ()), prepare(captions))]))
    assert found.windows is not None
    assert [start // 1000 for start, _ in found.windows] == [788, 3_588]


def test_windows_lie_in_the_recording() -> None:
    found = plan(draft(said(0, 20)), draft(said(len(SESSION) - 20, 20), slug="last"))
    assert found.windows is not None
    assert (found.windows[0][0], found.windows[-1][1]) == (0, LENGTH_MS)


def retimed(transcript: Transcript) -> Transcript:
    """The same words, heard by another: no time is quite the same."""
    words = tuple(replace(word, start_ms=word.start_ms + 70, end_ms=word.end_ms + 70) for word in transcript.words)
    return replace(transcript, words=words)


@pytest.mark.parametrize(
    ("rate", "low", "high"), [(0.0, 1.0, 1.0), (0.3, 0.65, 0.85), (0.9, 0.3, 0.45)]
)  # a third of the slips keeps the word
def test_agreement_of_two_transcripts_falls_with_their_errors(rate: float, low: float, high: float) -> None:
    other = mishear(retimed(CAPTIONS), rate, seed=4)
    agreement = measure_agreement(CAPTIONS, other, [(0, 400_000), (2_000_000, 2_400_000)])
    assert agreement is not None
    assert low <= agreement <= high


def test_too_few_words_tell_nothing_of_the_captions() -> None:
    few = Transcript("test", "test", "fr", 60_000, CAPTIONS.words[:12], "few")
    assert measure_agreement(few, CAPTIONS, [(0, 60_000)]) is None


def test_words_taken_from_the_captions_are_no_second_opinion() -> None:
    heard = CAPTIONS.words[100:140]
    again = [replace(word, start_ms=word.start_ms + 30) for word in heard[:20]]
    witness = summon(CAPTIONS)
    assert witness.confirms(heard) == []
    assert all(witness.confirms([*again, *heard[20:]]))
    assert len(witness.confirms([*again, *heard[20:]])) == len(tokenise(" ".join(word.text for word in again)))
    elsewhere = [replace(word, start_ms=word.start_ms + 4_000_000) for word in heard]
    assert sum(witness.confirms(elsewhere, 4)) < len(witness.confirms(elsewhere, 4)) / 4


def test_the_share_that_both_witnesses_heard_stands_in_the_match() -> None:
    post = publish(said(9_000, 20, 20))
    other = mishear(retimed(CAPTIONS), 0.4, seed=9)
    match, _ = match_post(post, [(Heard(MEDIA, CAPTIONS, (), other), prepare(CAPTIONS, other))]).matches
    assert match.agreed is not None
    assert 0.6 < match.agreed < 0.95
    assert match_post(post, [(Heard(MEDIA, CAPTIONS, ()), TEXT)]).matches[0].agreed is None
