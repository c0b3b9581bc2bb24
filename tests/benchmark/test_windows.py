from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from aligner.store import Workspace
from tests.benchmark import hearing, windows
from tests.benchmark.cases import ROOT, SAMPLE

FOLDER = Workspace(ROOT).media_folder(SAMPLE)
EXCERPT_MS = (149_000, 189_000)
"""The canteen speech, of which eight sentences are whole."""


def run(*words: str) -> str:
    return CliRunner().invoke(windows.main, words, catch_exceptions=False).stdout


def row(talk: str, head: str) -> list[str]:
    return next(line for line in talk.splitlines() if line.startswith(head))[len(head) :].split()


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
def test_windows_are_told_against_everything_and_measured_once(labelled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "CACHE", labelled / "kept")
    talk = run("--whole", str(labelled))
    first, second = (line for line in talk.splitlines() if "will hear" in line)
    assert first == "1 posts in one run: captions place 8 passages in 1 window; will hear 0:40 of 0:40"
    assert second.startswith("three passages, ")
    assert "captions place 3 passages in 1 window" in second
    for name in ("windows", "everything"):
        decoded, wall, *figures = row(talk, name)
        assert decoded in ("0:39", "0:40")
        assert wall.startswith("0:")
        assert figures[:3] == ["1.000", "0.000", "0.000"]
    for head, onset in zip(("Chaque jour, ", "Elle est ", "Le secret "), ("6.13", "18.07", "33.39"), strict=True):
        said_at, mine, off, whole, whole_off = row(talk, head)[-5:]
        assert (said_at, mine, whole) == (onset, "spoken", "spoken")
        assert abs(float(off)) < 0.3
        assert abs(float(whole_off)) < 0.3
    monkeypatch.setattr(windows, "run_align", None)  # nothing is measured again
    monkeypatch.setattr(windows, "tell_three_passages", lambda *given, **asked: None)
    again = run(str(labelled))
    assert again.splitlines()[1:] == talk.splitlines()[1 : len(again.splitlines())]


def test_without_the_corpus_it_says_so(tmp_path: Path) -> None:
    result = CliRunner().invoke(windows.main, [str(tmp_path / "nothing")])
    assert result.exit_code == 0
    assert "left out, the shared corpus is not here" in result.stderr
