"""What people say of a passage's place: it counts, it helps the neighbours, and the sound may speak against it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.matching.heard_text import prepare
from aligner.matching.match import match_post
from aligner.matching.pins import Pin
from aligner.model import (
    Alignment,
    Corrected,
    Correction,
    CorrectionAction,
    Finding,
    FindingKind,
    Heard,
    Match,
    Post,
    Status,
    Transcript,
)
from tests.matching.invent import MEDIA, cut, invent_others, invent_words, publish, speak

SESSION = invent_words(4_000, seed=1)
"""Word k begins at 400 k ms."""
TWICE = [*SESSION[:1_000], *SESSION[300:315], *SESSION[1_000:]]
"""The same with fifteen words said a second time, from the word 1 000 on."""
START, UNSAID, RECORDING, SPEAKER, NEVER = CorrectionAction


def pin(action: CorrectionAction, at: int | None = None, *, leads: bool = True, **values: object) -> Pin:
    """A pin; `at` is a place in words."""
    start_ms = None if at is None else 400 * at
    media_id = "m0" if action in (START, RECORDING) else None
    correction = Correction("p", "texte", action, start_ms, media_id=media_id)
    return Pin(replace(correction, **values), leads)  # type: ignore[arg-type]


def align(post: Post, *transcripts: Transcript, pins: dict[str, Pin] | None = None) -> Alignment:
    heard = [Heard(replace(MEDIA, id=f"m{n}"), transcript) for n, transcript in enumerate(transcripts)]
    return match_post(post, [(item, prepare(item.transcript)) for item in heard], pins or {})


def doubts(alignment: Alignment) -> list[Finding]:
    return [finding for finding in alignment.findings if finding.kind is FindingKind.DOUBTFUL_CORRECTION]


def statuses(alignment: Alignment) -> list[str]:
    return [match.status.value for match in alignment.matches]


def starts(alignment: Alignment) -> list[int | None]:
    return [None if match.start_ms is None else match.start_ms // 400 for match in alignment.matches]


@pytest.mark.parametrize(("at", "other"), [(300, 1_000), (1_000, 300)])
def test_of_two_places_that_fit_the_hand_decides(at: int, other: int) -> None:
    post = publish(cut(SESSION[300:315], (15,)))
    assert statuses(align(post, speak(TWICE))) == ["uncertain"]
    found = align(post, speak(TWICE), pins={"p0": pin(START, at)})
    (match,) = found.matches
    assert (match.status, match.start_ms) == (Status.SPOKEN, 400 * at)
    assert match.reason == "15 mots sur 15 entendus, au moment indiqué à l’écoute."
    assert match.confidence >= 0.9
    assert [place.start_ms for place in match.elsewhere] == [400 * other]
    assert match.corrected == Corrected(START)
    assert found.findings == ()


def test_a_passage_that_a_hand_placed_vouches_for_its_neighbours() -> None:
    sentences = cut(SESSION[300:330], (15, 5, 10))[:2]
    words = [*TWICE, *SESSION[315:320]]  # five words that were said twice, too
    post = publish(sentences)
    assert statuses(align(post, speak(TWICE))) == ["spoken", "spoken"]
    assert "uncertain" in statuses(align(publish(sentences[:1]), speak(words)))
    before = [*SESSION[:1_000], *SESSION[300:320], *SESSION[1_000:]]  # both sentences twice: nothing decides
    assert "spoken" not in statuses(align(post, speak(before)))
    found = align(post, speak(before), pins={"p0": pin(START, 1_000)})
    assert (statuses(found), starts(found)) == (["spoken", "spoken"], [1_000, 1_015])


def test_the_hand_s_time_is_the_beginning_and_words_keep_theirs() -> None:
    post = publish(cut(SESSION[500:540], (20, 20)))
    early, late = (align(post, speak(SESSION), pins={"p1": pin(START, 520, start_ms=ms)}) for ms in (207_900, 208_250))
    assert [early.matches[1].start_ms, late.matches[1].start_ms] == [207_900, 208_250]
    assert [word.start_ms for word in early.matches[1].words][:2] == [208_000, 208_400]
    assert [word.start_ms for word in late.matches[1].words][:3] == [208_250, 208_400, 208_800]
    assert late.matches[1].words[0].end_ms == 208_350
    assert early.matches[0] == align(post, speak(SESSION)).matches[0]
    ended = align(post, speak(SESSION), pins={"p1": pin(START, 520, end_ms=217_000)})
    assert (ended.matches[1].start_ms, ended.matches[1].end_ms) == (208_000, 217_000)


def test_a_time_of_another_beginning_guides_and_no_more() -> None:
    post = publish(cut(SESSION[290:315], (25,)))  # ten words were put before the corrected ones
    words = [*SESSION[:1_000], *SESSION[290:315], *SESSION[1_000:]]
    assert statuses(align(post, speak(words))) == ["uncertain"]
    found = align(post, speak(words), pins={"p0": pin(START, 1_010, leads=False)})
    assert (statuses(found), starts(found)) == (["spoken"], [1_000])


def test_a_time_at_which_other_words_are_heard_is_doubtful_and_moves_nothing() -> None:
    post = publish(cut(SESSION[500:560], (20, 20, 20)))
    plain = align(post, speak(SESSION))
    found = align(post, speak(SESSION), pins={"p1": pin(START, 900)})
    match = found.matches[1]
    assert (match.status, match.start_ms, match.media_id) == (Status.UNCERTAIN, 360_000, "m0")
    assert match.confidence <= 0.5
    assert match.said is not None
    assert match.said.startswith(" ".join(SESSION[900:905]))
    assert [word.heard for word in match.words] == [None] * 20
    assert [(place.media_id, place.start_ms) for place in match.elsewhere] == [("m0", 208_000)]
    heard = " ".join(SESSION[900:912])
    assert match.corrected == Corrected(START, True, f"À 6:00, on entend « {heard} … » ; ces mots sont plutôt à 3:28.")
    why = f"At 6:00 “{heard} …” is heard; its words are rather at 3:28."
    assert found.findings == (Finding(FindingKind.DOUBTFUL_CORRECTION, "m0", 360_000, 208_000, "p1", why),)
    assert (found.matches[0], found.matches[2]) == (
        replace(plain.matches[0], unpublished=found.matches[0].unpublished),
        plain.matches[2],
    )


def test_who_is_sure_gets_the_link_and_the_finding() -> None:
    post = publish([" ".join(invent_others(15, seed=3))])
    found = align(post, speak(SESSION), pins={"p0": pin(START, 900, sure=True)})
    (match,) = found.matches
    assert (match.status, match.start_ms) == (Status.REWORDED, 360_000)
    assert "bien que la reconnaissance y ait entendu autre chose" in match.reason
    assert match.corrected is not None
    assert match.corrected.why.endswith("aucun autre endroit n’est sûr.")
    assert [finding.kind for finding in found.findings] == [FindingKind.DOUBTFUL_CORRECTION]
    assert found.findings[0].why.endswith("no other place is sure.")


def test_some_of_its_words_by_chance_do_not_outweigh_all_of_them_elsewhere() -> None:
    sentence = SESSION[500:520]
    chance = [*SESSION[2_000:2_010], *sentence[3:11], *SESSION[2_010:]]
    words = [*SESSION[:2_000], *chance]
    post = publish([" ".join(sentence) + "."])
    (match,) = align(post, speak(words), pins={"p0": pin(START, 2_007)}).matches
    assert match.status is Status.UNCERTAIN
    assert match.corrected is not None
    assert match.corrected.doubtful
    (sure,) = align(post, speak(words), pins={"p0": pin(START, 2_007, sure=True)}).matches
    assert (sure.status, sure.start_ms) == (Status.REWORDED, 400 * 2_007)


def test_where_nothing_was_heard_the_hand_s_word_counts() -> None:
    spoken = speak(SESSION)
    words = tuple(word for word in spoken.words if not 400 * 2_000 <= word.start_ms < 400 * 2_050)
    post = publish([" ".join(invent_others(15, seed=3))])
    found = align(post, replace(spoken, words=words), pins={"p0": pin(START, 2_010)})
    (match,) = found.matches
    assert (match.status, match.start_ms, match.said, match.confidence) == (Status.REWORDED, 804_000, "", 0.9)
    assert match.end_ms is not None
    assert 804_000 < match.end_ms < 815_000
    assert match.reason == "Placé à l’écoute : la reconnaissance n’y a rien entendu."
    assert match.corrected == Corrected(START)
    assert found.findings == ()


def test_a_time_at_the_very_end_stays_inside_the_recording() -> None:
    spoken = speak(SESSION)
    post = publish([" ".join(invent_others(15, seed=3))])
    (match,) = align(post, spoken, pins={"p0": pin(START, 3_999, sure=True)}).matches
    assert match.start_ms == 400 * 3_999
    assert match.end_ms == spoken.duration_ms


@pytest.mark.parametrize("action", [UNSAID, NEVER])
def test_what_is_not_to_be_linked_leaves_its_place_to_others(action: CorrectionAction) -> None:
    words = SESSION[700:720]
    twin = [*words[:19], "autrement"]
    sentences = [" ".join(words) + ".", " ".join(twin) + "."]
    plain = align(publish(sentences), speak(SESSION))
    assert plain.matches[0].status is Status.SPOKEN
    assert plain.matches[1].status is Status.UNCERTAIN
    found = align(publish(sentences), speak(SESSION), pins={"p0": pin(action)})
    assert (statuses(found), starts(found)) == (["not_found", "spoken"], [None, 700])
    assert (found.matches[0].confidence, found.matches[0].corrected) == (1.0, Corrected(action))
    assert found.findings == ()  # its words are the other's


def test_unsaid_is_said_by_ear_and_reported_where_it_was_heard_whole() -> None:
    post = publish(cut(SESSION[700:760], (20, 20, 20)))
    found = align(post, speak(SESSION), pins={"p1": pin(UNSAID)})
    match = found.matches[1]
    assert (match.status, match.reason) == (Status.NOT_FOUND, "Vérifié à l’écoute : pas dit.")
    assert (match.media_id, match.start_ms, match.said) == (None, None, None)
    heard = " ".join(SESSION[720:732])
    assert match.corrected == Corrected(UNSAID, True, f"On entend pourtant, à 4:48 : « {heard} … ».")
    why = f"Yet at 4:48 “{heard} …” is heard."
    assert found.findings == (Finding(FindingKind.DOUBTFUL_CORRECTION, "m0", None, 288_000, "p1", why),)
    never = align(post, speak(SESSION), pins={"p1": pin(NEVER)})
    assert never.findings == ()
    assert never.matches[1].reason == "L’auteur ne souhaite pas relier ce passage à l’enregistrement."


def test_unsaid_is_not_doubted_for_half_a_sentence() -> None:
    post = publish([" ".join([*SESSION[700:710], *invent_others(10, seed=7)]) + "."])
    found = align(post, speak(SESSION), pins={"p0": pin(UNSAID)})
    assert doubts(found) == []
    assert [finding.kind for finding in found.findings] == [FindingKind.EMPTY]  # somebody has listened
    assert align(post, speak(SESSION), pins={"p0": pin(NEVER)}).findings == ()  # nobody has


def test_a_passage_is_looked_for_in_its_recording_only() -> None:
    other = invent_words(2_000, seed=2)
    both = speak([*other[:500], *SESSION[700:720], *other[500:]])
    post = publish(cut(SESSION[700:720], (20,)))
    for name, at in (("m0", 700), ("m1", 500)):
        (match,) = align(post, speak(SESSION), both, pins={"p0": pin(RECORDING, media_id=name)}).matches
        assert (match.media_id, match.start_ms, match.status) == (name, 400 * at, Status.SPOKEN)
        assert match.corrected == Corrected(RECORDING)


def test_a_recording_that_does_not_hold_it_is_doubtful_where_another_does() -> None:
    other = invent_words(2_000, seed=2)
    post = publish(cut(SESSION[700:720], (20,)))
    found = align(post, speak(SESSION), speak(other), pins={"p0": pin(RECORDING, media_id="m1")})
    assert statuses(found) == ["not_found"]
    (finding,) = doubts(found)
    assert (finding.media_id, finding.said_ms, finding.passage_id) == ("m0", 280_000, "p0")
    assert finding.why.startswith("Yet at 4:40 (m0) “")
    neither = align(
        publish([" ".join(invent_others(15, seed=3))]), speak(SESSION), speak(other),
        pins={"p0": pin(RECORDING, media_id="m1")},
    )  # fmt: skip
    assert doubts(neither) == []


@pytest.mark.parametrize("action", [START, RECORDING])
def test_a_recording_that_could_not_be_had_gives_no_link_elsewhere(action: CorrectionAction) -> None:
    post = publish(cut(SESSION[700:720], (20,)))
    (match,) = align(post, speak(SESSION), pins={"p0": pin(action, 700, media_id="youtube:gone")}).matches
    assert (match.status, match.confidence) == (Status.NOT_FOUND, 0.5)
    assert match.reason == "L’enregistrement indiqué n’a pas pu être entendu."


def test_a_hand_may_break_the_published_order_and_put_two_passages_in_one_place() -> None:
    post = publish(cut(SESSION[500:560], (20, 20, 20)))
    shuffled = [*SESSION[:1_000], *SESSION[520:540], *SESSION[1_000:]]
    found = align(post, speak(shuffled), pins={"p1": pin(START, 1_000)})
    assert (statuses(found), starts(found)) == (["spoken"] * 3, [500, 1_000, 540])
    twins = publish(cut([*SESSION[500:520], *SESSION[500:520]], (20, 20)))
    both = align(twins, speak(SESSION), pins={"p0": pin(START, 500), "p1": pin(START, 500)})
    assert (statuses(both), starts(both)) == (["spoken", "spoken"], [500, 500])


def test_a_pin_of_a_refrain_holds_against_its_order() -> None:
    refrain = SESSION[100:112]
    words = [*SESSION[1_000:1_030], *refrain, *SESSION[1_030:1_060], *refrain, *SESSION[1_060:1_090]]
    post = publish(cut(words, (30, 12, 30, 12, 30)))
    session = [*SESSION[2_000:3_000], *words, *SESSION[3_000:]]
    found = align(post, speak(session), pins={"p1": pin(START, 1_072)})
    assert (found.matches[1].status, found.matches[1].start_ms) == (Status.SPOKEN, 400 * 1_072)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 3_900), st.lists(st.integers(5, 25), min_size=2, max_size=4), st.data())
def test_pins_that_say_what_is_so_change_no_place(first: int, sizes: list[int], data: st.DataObject) -> None:
    first = min(first, 4_000 - sum(sizes))
    post = publish(cut(SESSION[first:], sizes))
    plain = align(post, speak(SESSION))
    pinned = data.draw(st.sets(st.sampled_from(range(len(sizes)))))
    edges = [first + sum(sizes[:n]) for n in range(len(sizes))]
    found = align(post, speak(SESSION), pins={f"p{n}": pin(START, edges[n]) for n in pinned})
    for number, (before, after) in enumerate(zip(plain.matches, found.matches, strict=True)):
        if number in pinned or before.status is Status.SPOKEN:
            assert after.start_ms == 400 * edges[number]
            assert after.status is Status.SPOKEN
    assert found.findings == ()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 4_200), min_size=3, max_size=3), st.sampled_from(list(CorrectionAction)))
def test_whatever_is_pinned_the_file_s_contract_holds(places: list[int], action: CorrectionAction) -> None:
    if action is SPEAKER:
        action = START
    post = publish(cut(SESSION[500:560], (20, 20, 20)))
    found = align(post, speak(SESSION), pins={f"p{n}": pin(action, at) for n, at in enumerate(places)})
    for match in found.matches:
        assert_whole(match)


def assert_whole(match: Match) -> None:
    assert 0 <= match.confidence <= 1
    if match.status is Status.NOT_FOUND:
        assert (match.media_id, match.start_ms, match.end_ms, match.said) == (None,) * 4
        return
    assert match.media_id == "m0"
    assert match.said is not None
    assert match.start_ms is not None
    assert match.end_ms is not None
    assert match.start_ms < match.end_ms
    times = [(word.start_ms, word.end_ms) for word in match.words if word.start_ms is not None]
    assert all(start >= match.start_ms and end is not None and end >= start for start, end in times)
