"""What is told to an author about links: offsets far off, recordings that hold nothing; and nothing unsure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from aligner.matching.heard_text import prepare
from aligner.matching.match import match_post
from aligner.matching.pair import check_links
from aligner.model import Finding, FindingKind, Heard, Kind, Match, Media, Place, Post, Status, TimedWord
from aligner.sound.captions import read_captions
from aligner.text.read import read_post
from tests.matching.invent import MEDIA, cut, invent_words, publish, speak

READING = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "reading"
SESSION = invent_words(4_000, seed=1)
"""Twenty-seven minutes of an invented session: word k begins at 400 k ms."""
OTHER = replace(MEDIA, id="generic:autre")
MINUTE = 60_000


def heard(*hints_ms: int, media: Media = MEDIA) -> Heard:
    return Heard(media, speak(()), hints_ms)


def placed(*starts_min: float, media: Media = MEDIA, status: Status = Status.SPOKEN) -> list[Match]:
    """Matches of ten seconds each, by the minute they begin at."""
    return [
        Match(f"p{n}", status, 0.9, "", media.id, round(start * MINUTE), round(start * MINUTE) + 10_000)
        for n, start in enumerate(starts_min)
    ]


def judge(matches: Sequence[Match], *recordings: Heard) -> list[tuple[str, int | None, int | None]]:
    """Findings in short: what, and the minutes of the link and of the words."""
    passages = publish(["Dix mots publiés par la commune et cherchés partout ici."] * max(2, len(matches))).passages
    found = check_links(passages[: len(matches)], recordings, matches)
    return [(f.kind.value, f.link_ms and f.link_ms // MINUTE, f.said_ms and f.said_ms // MINUTE) for f in found]


# --- offsets ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("minute", [8.1, 9.9, 10.0, 10.9])
def test_an_offset_at_the_introduction_or_the_first_words_is_in_order(minute: float) -> None:
    assert judge(placed(10, 10.2, 10.4), heard(round(minute * MINUTE))) == []


@pytest.mark.parametrize("minute", [1, 7, 12, 60])
def test_an_offset_far_from_the_first_words_is_told_with_both_times(minute: int) -> None:
    assert judge(placed(10, 10.2, 10.4, 10.6, 10.8), heard(minute * MINUTE)) == [("offset", minute, 10)]


def test_an_offset_of_nought_says_nothing() -> None:
    assert judge(placed(10, 10.2), heard(0)) == []


def test_a_link_may_point_at_any_run_of_passages_and_is_held_against_the_nearest() -> None:
    runs = placed(10, 10.2, 30, 30.2, 20)
    assert judge(runs, heard(10 * MINUTE, 20 * MINUTE, 30 * MINUTE)) == []
    assert judge(runs, heard(14 * MINUTE, 26 * MINUTE)) == [("offset", 14, 10), ("offset", 26, 30)]


def test_of_several_links_into_one_speech_only_the_first_need_point_at_its_beginning() -> None:
    speech = placed(*(10 + k / 5 for k in range(40)))
    assert judge(speech, heard(10 * MINUTE, 14 * MINUTE, 17 * MINUTE)) == []
    assert judge(speech, heard(14 * MINUTE)) == [("offset", 14, 10)]


def test_a_link_to_a_place_that_fits_as_well_is_in_order() -> None:
    said_twice = replace(placed(10)[0], elsewhere=(Place(MEDIA.id, 25 * MINUTE, 26 * MINUTE),))
    assert judge([said_twice], heard(25 * MINUTE)) == []
    assert judge([said_twice, *placed(40, status=Status.UNCERTAIN)], heard(40 * MINUTE)) == []
    assert judge([said_twice], heard(33 * MINUTE)) == [("offset", 33, 10)]


def test_doubtful_places_alone_prove_nothing_about_an_offset() -> None:
    assert judge(placed(10, 10.2, status=Status.UNCERTAIN), heard(30 * MINUTE)) == [("empty", None, None)]


def test_each_recording_has_its_own_offsets() -> None:
    matches = [*placed(10), *placed(20, media=OTHER)]
    assert judge(matches, heard(10 * MINUTE), heard(10 * MINUTE, media=OTHER)) == [("offset", 10, 20)]


# --- recordings that hold nothing --------------------------------------------------------------------


def align(post: Post, *recordings: Heard) -> list[tuple[str, str | None]]:
    alignment = match_post(post, [(item, prepare(item.transcript)) for item in recordings])
    return [(f.kind.value, f.media_id) for f in check_links(post.passages, recordings, alignment.matches)]


def test_the_one_recording_of_several_that_holds_nothing_is_named() -> None:
    full, empty = Heard(MEDIA, speak(SESSION)), Heard(OTHER, speak(invent_words(2_000, seed=9)))
    post = publish(cut(SESSION[500:560], (20, 20, 20)))
    assert align(post, full, empty) == [("empty", OTHER.id)]
    assert align(post, empty) == [("empty", OTHER.id)]
    assert align(post, full) == []


def test_a_short_quote_that_is_not_found_proves_nothing() -> None:
    empty = Heard(OTHER, speak(invent_words(2_000, seed=9)))
    assert align(publish(cut(SESSION[500:519], (19,))), empty) == []
    assert align(publish(cut(SESSION[500:520], (20,))), empty) == [("empty", OTHER.id)]


def test_a_recording_that_a_post_reports_on_is_not_called_empty() -> None:
    post = publish(cut(SESSION[500:600], (40, 60)), (Kind.SPEECH, Kind.SUMMARY))
    assert align(post, Heard(MEDIA, speak(SESSION)), Heard(OTHER, speak(invent_words(2_000, seed=9)))) == []


def test_a_post_of_which_nothing_is_looked_for_makes_no_recording_empty() -> None:
    post = publish(cut(SESSION[500:600], (40, 60)), (Kind.HEADING, Kind.BOILERPLATE))
    assert align(post, Heard(MEDIA, speak(SESSION))) == []


@pytest.mark.parametrize(("words", "found"), [(1, [("empty", None, None)]), (5, [])])
def test_doubtful_words_speak_against_an_empty_recording_when_they_are_many(
    words: int, found: list[tuple[str, None, None]]
) -> None:
    spoken = tuple(TimedWord("mot", 0, 100, "mot" if k < words else None) for k in range(10))
    doubtful = [replace(match, words=spoken) for match in placed(10, 20, status=Status.UNCERTAIN)]
    assert judge(doubtful, heard()) == found


def test_the_same_words_in_a_second_recording_are_not_nothing() -> None:
    spoken = tuple(TimedWord("mot", 0, 100, "mot") for _ in range(10))
    twice = [replace(m, words=spoken, elsewhere=(Place(OTHER.id, 0, 9_000),)) for m in placed(10, 10.2)]
    assert judge(twice, heard(), heard(media=OTHER)) == []


# --- real speech -------------------------------------------------------------------------------------

LATE = {"edited-022": (3622, 3399), "edited-046": (532, 171), "edited-056": (3119, 2971), "edited-104": (3478, 3119)}
"""Posts whose link is more than a minute late: its offset and where its text is read out, title first, in seconds."""


@pytest.mark.corpus
@pytest.mark.skipif(not READING.is_dir(), reason="the reading set does not lie beside this checkout")
def test_on_real_speech_wrong_offsets_are_told_and_right_ones_are_not() -> None:
    transcript = read_captions(READING / "session.whisper.json", "fr")
    text = prepare(transcript)
    told: dict[str, tuple[Finding, ...]] = {}
    for path in sorted((READING / "posts").glob("*.md")):
        post = read_post(path, READING / "posts")
        link = post.links[0]
        media = Media(link.media_id, link.url, link.provider, "", transcript.duration_ms)
        hints = tuple(link.start_ms for link in post.links if link.start_ms is not None)
        recording = Heard(media, transcript, hints)
        told[post.slug] = check_links(post.passages, (recording,), match_post(post, [(recording, text)]).matches)
    assert {slug: [f.kind for f in found] for slug, found in told.items() if found} == {
        **{slug: [FindingKind.OFFSET] for slug in LATE},
        **{slug: [FindingKind.EMPTY] for slug in told if slug.startswith("absent-")},
    }
    for slug, (link_s, said_s) in LATE.items():
        (finding,) = told[slug]
        assert finding.link_ms == link_s * 1000
        # The given transcript lacks the first 25 s of one of them.
        assert abs((finding.said_ms or 0) - said_s * 1000) < 30_000
