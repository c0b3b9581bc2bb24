from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from aligner.sound.audio import Sound
from aligner.store import Workspace
from tests.benchmark import hearing
from tests.benchmark.cases import ROOT, SAMPLE

FOLDER = Workspace(ROOT).media_folder(SAMPLE)
EXCERPT_MS = (149_000, 189_000)
"""The canteen speech, of which eight sentences are whole."""


def run(*words: str) -> str:
    return CliRunner().invoke(hearing.main, words, catch_exceptions=False).stdout


def rows(talk: str, *heads: str) -> list[list[str]]:
    lines = talk.splitlines()
    return [next(line for line in lines if line.startswith(head))[len(head) :].split() for head in heads]


@pytest.mark.model
def test_three_engines_hear_the_same_excerpt() -> None:
    talk = run("speed", "--minutes", "0.1", "--rounds", "1", str(FOLDER / "video.mp4"))
    assert talk.startswith("0.1 minutes, ")
    for wall, cpu, times, of_wall, of_cpu, words, wordless, megabytes in rows(talk, *hearing.ENGINES):
        assert min(map(float, (wall, cpu, times, of_wall, of_cpu))) > 0
        assert 8 <= int(words) <= 14  # "Mesdames et messieurs, chers collègues, il est dix-huit heures trente, je …"
        assert float(wordless) == 0
        assert 150 < int(megabytes) < 1_500
    assert rows(talk, hearing.BATCHED)[0][3:5] == ["1.00", "1.00"]


def test_hours_are_heard_with_an_engine_that_answers_at_once() -> None:
    short, long = rows(run("memory", "--hours", "0.005", "--hours", "0.01", str(FOLDER / "video.mp4")), "0.005", "0.01")
    assert 20 < int(short[0]) < int(long[0]) < 36 / 0.4  # 18 and 36 s, a word in 0.4 s
    assert 40 < int(long[2]) < 1_000


def test_a_recording_is_repeated_to_a_length_and_keeps_its_clock(tmp_path: Path) -> None:
    once = Sound(FOLDER / "video.mp4")
    twice = Sound(hearing.repeat(FOLDER / "video.mp4", 1.5 * once.duration_ms / 1000, tmp_path / "twice.mkv"))
    assert abs(twice.duration_ms - 1.5 * once.duration_ms) < 100
    first, second = (twice.read((start + 150_000, start + 152_000)) for start in (0, once.duration_ms))
    loud = [abs(part.reshape(100, -1)).max(axis=1) > 0.05 for part in (first, second)]
    assert (loud[0] != loud[1]).sum() <= 10  # of a hundred 20 ms
