"""Measuring cues against the limits of subtitles."""

from __future__ import annotations

import pytest

from aligner.model import Cue, TimedWord
from aligner.output.check import Breach, Limit, check_cues
from aligner.output.limits import FR_SDH


def cue(start_ms: int, end_ms: int, *lines: str, unsaid: int = 0) -> Cue:
    """A cue whose last `unsaid` words were not said."""
    words = [word for line in lines for word in line.split()]
    told = len(words) - unsaid
    timed = [TimedWord(word, start_ms, end_ms, word) for word in words[:told]]
    return Cue(
        start_ms, end_ms, lines, "p", None, (*timed, *(TimedWord(word, None, None, None) for word in words[told:]))
    )


def found(*cues: Cue) -> list[tuple[int, str, float, float, bool]]:
    return [(item.cue, item.limit.value, item.value, item.allowed, item.hard) for item in check_cues(cues)]


def test_cues_within_all_limits() -> None:
    line = "x" * 42
    assert found(cue(0, 5667, line, line), cue(5747, 6747, "Oui."), cue(7247, 14_247, "Non.")) == []
    assert found() == []


@pytest.mark.parametrize(
    ("cues", "breaches"),
    [
        ([cue(0, 4000, "x" * 43)], [(1, "length", 43, 42, True)]),
        ([cue(0, 4000, "un", "deux", "trois")], [(1, "lines", 3, 2, True)]),
        ([cue(0, 2000, "x" * 35)], [(1, "speed", 17.5, 17, False)]),
        ([cue(0, 2000, "x" * 20, "x" * 20)], [(1, "speed", 20.5, 20, False)]),
        ([cue(0, 999, "Oui.")], [(1, "duration", 999, 1000, False)]),
        ([cue(0, 7001, "Oui.")], [(1, "duration", 7001, 7000, False)]),
        ([cue(0, 2000, "Oui."), cue(2079, 4000, "Non.")], [(2, "gap", 79, 80, True)]),
        ([cue(0, 2000, "Oui."), cue(2499, 4000, "Non.")], [(2, "gap", 499, 500, False)]),
        ([cue(0, 2000, "Oui."), cue(1999, 4000, "Non.")], [(2, "overlap", 1, 0, True)]),
        ([cue(100, 2000, "Oui."), cue(0, 4000, "Non.")], [(2, "order", -100, 0, True)]),
        ([cue(100, 100, "Oui.")], [(1, "order", 0, 1, True)]),
    ],
)
def test_each_limit(cues: list[Cue], breaches: list[tuple[int, str, float, float, bool]]) -> None:
    assert found(*cues) == breaches


def test_a_breach_says_where_it_is_and_why() -> None:
    fast = "Dix mots dits bien trop vite pour être lus."
    assert check_cues([cue(1000, 2900, fast[:33], fast[34:])], FR_SDH) == [
        Breach(
            1,
            Limit.SPEED,
            22.6,
            20,
            False,
            "The words are said that fast; a cue stays 0.5 s after its last word, no longer.",
            1000,
            2900,
            "Dix mots dits bien trop vite pour / être lus.",
        )
    ]


def test_reasons_tell_speech_from_text() -> None:
    text = "Nous voterons contre, évidemment."
    (first, *_), (second, *_) = (
        check_cues([cue(0, 1500, text), cue(1580, 3000, "Merci.")]),
        check_cues([cue(0, 1500, text, unsaid=1)]),
    )
    assert first.reason == "The words are said that fast, and the next cue follows at once."
    assert second.reason == "12 of its characters were not said: they take no time of their own."
    (short,) = check_cues([cue(0, 500, "Oui.")])
    assert short.reason == "The recording ends."


def test_the_profile_sets_the_line_length() -> None:
    assert [item.limit for item in check_cues([cue(0, 4000, "x" * 37)], FR_SDH)] == [Limit.LENGTH]
    assert check_cues([cue(0, 4000, "x" * 36)], FR_SDH) == []
