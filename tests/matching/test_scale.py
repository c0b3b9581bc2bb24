"""A session of ten hours costs no more than its length says: counted in work and in memory, never in wall time."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from aligner.matching import candidates
from aligner.matching.heard_text import HeardText, prepare
from aligner.matching.match import match_post
from aligner.matching.word_alignment import Pair, align_words
from aligner.model import Post, Status
from tests.matching.invent import cut, hear_as, invent_words, publish, speak

HOUR = 9_000
"""Words of an hour of speech, at 400 ms each."""
SPEECH = 4_000
"""Where the post's words begin, in both sessions."""
MOST_MB = 300
IN_TEN_HOURS = """
import resource
from pathlib import Path

from aligner.matching.heard_text import prepare
from tests.matching.invent import speak
from tests.matching.test_scale import hear_post, make_post, ten_hours
assert hear_post(make_post(), prepare(speak(ten_hours()))) == 25
# ru_maxrss counts what the process that started this one had; VmHWM does not.
status = Path("/proc/self/status")
kilobytes = (
    int(status.read_text().split("VmHWM:")[1].split()[0])
    if status.exists()
    else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
)
print(kilobytes // 1024)
"""


@cache
def ten_hours() -> list[str]:
    """The words of the session."""
    return invent_words(10 * HOUR, seed=31)


def make_post() -> Post:
    """Five hundred words of it, in 25 sentences."""
    return publish(cut(ten_hours()[SPEECH : SPEECH + 500], (20,) * 25))


def hear_post(post: Post, heard: HeardText) -> int:
    """Match a post and count the passages that are where they were said."""
    matches = match_post(post, [(hear_as(heard.transcript), heard)]).matches
    return sum(
        match.status is Status.SPOKEN and match.start_ms == 400 * (SPEECH + 20 * number)
        for number, match in enumerate(matches)
    )


@pytest.fixture(scope="module")
def sessions() -> tuple[HeardText, HeardText]:
    """The first hour of a session, and all ten."""
    return prepare(speak(ten_hours()[:HOUR])), prepare(speak(ten_hours()))


def test_a_post_is_found_in_ten_hours_as_in_one(sessions: tuple[HeardText, HeardText]) -> None:
    assert [hear_post(make_post(), heard) for heard in sessions] == [25, 25]


def test_ten_hours_ask_for_no_more_than_ten_times_the_alignment(
    sessions: tuple[HeardText, HeardText], monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = 0

    def count(keys: Sequence[str], nats: Sequence[float], heard: Sequence[str], begins: Sequence[int]) -> list[Pair]:
        nonlocal cells
        cells += len(keys) * len(heard)
        return align_words(keys, nats, heard, begins)

    monkeypatch.setattr(candidates, "align_words", count)
    work = []
    for heard in sessions:
        cells = 0
        hear_post(make_post(), heard)
        work.append(cells)
    assert 0 < work[1] <= 10 * work[0]
    assert work[1] < 500 * 10 * HOUR / 10  # a tenth of the full matrix


def test_ten_hours_take_no_more_than_linearly_longer(sessions: tuple[HeardText, HeardText]) -> None:
    post = make_post()
    one, ten = (min(_seconds(post, heard) for _ in range(3)) for heard in sessions)
    assert ten <= 20 * one  # ten times the words, and as much again for a busy machine


def _seconds(post: Post, heard: HeardText) -> float:
    began = time.process_time()
    hear_post(post, heard)
    return time.process_time() - began


def test_ten_hours_fit_into_three_hundred_megabytes() -> None:
    """The whole program's memory, interpreter and libraries included."""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", IN_TEN_HOURS], cwd=root, capture_output=True, text=True, check=True)
    assert int(done.stdout) < MOST_MB
