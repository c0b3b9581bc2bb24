from __future__ import annotations

import json
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


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """A folder like the shared reading set, with one post and forty seconds of the sample."""
    truth = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))
    hearing.cut_out(FOLDER / "video.mp4", EXCERPT_MS, tmp_path / "session.wav")
    sentences = [s for turn in truth["turns"] for s in turn["sentences"]]
    inside = [s for s in sentences if EXCERPT_MS[0] <= s["start_ms"] and s["end_ms"] <= EXCERPT_MS[1]]
    timed = [((s["start_ms"] - EXCERPT_MS[0]) / 1000, (s["end_ms"] - EXCERPT_MS[0]) / 1000, s["text"]) for s in inside]
    segments = [{"start": start, "end": end, "text": text} for start, end, text in timed]
    (tmp_path / "session.whisper.json").write_text(json.dumps({"segments": segments}), encoding="utf-8")
    cues = "\n\n".join(f"00:{start:06.3f} --> 00:{end:06.3f}\n{text}" for start, end, text in timed)
    (tmp_path / "session.vtt").write_text(f"WEBVTT\n\n{cues}\n", encoding="utf-8")
    lines = [{"text": text, "status": "spoken", "within": [a, b], "onset": a} for a, b, text in timed]
    (tmp_path / "truth.json").write_text(
        json.dumps(
            {
                "recording": "session.wav",
                "captions": "session.vtt",
                "duration": 40,
                "video": "https://youtu.be/MontcleryA1",
                "posts": {"cantine": lines},
            }
        ),
        encoding="utf-8",
    )
    (tmp_path / "posts").mkdir()
    text = "\n\n".join(["https://youtu.be/MontcleryA1", *(text for *_, text in timed)])
    (tmp_path / "posts" / "cantine.md").write_text(f"---\ntitle: Cantine\n---\n\n{text}\n", encoding="utf-8")
    return tmp_path


@pytest.mark.model
def test_three_passages_are_heard_in_their_windows(labelled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "CACHE", labelled)  # nothing was heard there: the other tool's words stand in
    talk = run("windows", str(labelled))
    first, second = (line for line in talk.splitlines() if "will hear" in line)
    assert first == "1 posts in one run: captions place 8 passages in 1 window; will hear 0:40 of 0:40"
    assert second.startswith("three passages, ")
    assert "captions place 3 passages in 1 window" in second
    assert "session.whisper.json" in talk
    heads = ["Chaque jour, ", "Elle est ", "Le secret "]
    for row, onset in zip(rows(talk, *heads), ("6.13", "18.07", "33.39"), strict=True):
        said_at, mine, off, other, other_off = row[-5:]
        assert (said_at, mine, other) == (onset, "spoken", "spoken")
        assert abs(float(off)) < 0.3
        assert abs(float(other_off)) < 0.3
