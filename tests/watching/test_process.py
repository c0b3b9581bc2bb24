"""The real command in a real process: it is waited for by looking at what it writes, for as long as it takes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from aligner.sound.audio import Sound
from aligner.store import TEMPORARY, Workspace, one_run
from tests.conftest import ROOT

GENEROUS_S = 180
SAMPLE = Workspace(ROOT).media_folder("generic:conseil-2025-06-12-8d69b5f0")
SENTENCE = "Le jardin partagé de la rue des Tanneurs ouvrira ses portes au printemps prochain."
OTHER = "La médiathèque prêtera désormais des instruments de musique aux collégiens de Montcléry."


class Process:
    """`align …` at work, with what it wrote until now."""

    def __init__(self, folder: Path, *words: object) -> None:
        folder.mkdir(exist_ok=True)
        self.out, self.err = folder / "stdout.txt", folder / "stderr.txt"
        with self.out.open("wb") as out, self.err.open("wb") as err:
            command = [sys.executable, "-m", "aligner", "align", *map(str, words)]
            self.process = subprocess.Popen(command, stdout=out, stderr=err, cwd=ROOT, env=os.environ | {"TZ": "UTC"})

    @property
    def told(self) -> list[str]:
        """The lines on stdout, without their times."""
        return [line.partition(" ")[2] for line in self.out.read_text(encoding="utf-8").splitlines()]

    def wait(self, what: Callable[[], object]) -> None:
        """Wait until something holds that the process brings about."""
        deadline = time.monotonic() + GENEROUS_S
        while not what():
            assert self.process.poll() is None, self.err.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, (self.told, self.err.read_text(encoding="utf-8"))
            time.sleep(0.05)

    def wait_for(self, path: Path, holds: Callable[[dict[str, Any]], object] = bool) -> dict[str, Any]:
        """Wait for a JSON file about which something holds."""
        self.wait(lambda: path.is_file() and holds(json.loads(path.read_text(encoding="utf-8"))))
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return document

    def end(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end."""
        self.process.send_signal(number)
        return self.process.wait(GENEROUS_S)


@contextmanager
def running(folder: Path, *words: object) -> Iterator[Process]:
    started = Process(folder, *words)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.process.kill()
            started.process.wait()


@pytest.fixture
def captions(tmp_path: Path) -> Path:
    path = tmp_path / "captions.srt"
    cues = f"1\n00:00:05,000 --> 00:00:12,000\n{SENTENCE}\n\n2\n00:00:15,000 --> 00:00:22,000\n{OTHER}\n"
    path.write_text(cues, encoding="utf-8")
    return path


def write(workspace: Workspace, slug: str, text: str) -> Path:
    path = workspace.posts / f"{slug}.md"
    path.write_text(f"# {slug}\n\nhttps://youtu.be/MontcleryA1\n\n{text}\n", encoding="utf-8")
    return path


def place_excerpt(workspace: Workspace) -> None:
    """Forty seconds of the sample's canteen speech, as the recording that its post links."""
    folder = workspace.media / SAMPLE.name
    folder.mkdir()
    samples = Sound(SAMPLE / "video.mp4").read((149_000, 189_000))
    with wave.open(str(folder / "audio.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes((samples * 32_767).astype("<i2").tobytes())
    record = json.loads((SAMPLE / "info.json").read_text(encoding="utf-8"))
    record |= {"audio": "audio.wav", "video": None, "thumbnail": None, "duration_ms": 40_000}
    (folder / "info.json").write_text(json.dumps(record), encoding="utf-8")


def test_posts_are_aligned_as_they_come_and_a_signal_ends_it(
    tmp_path: Path, workspace: Workspace, captions: Path
) -> None:
    aligned = workspace.aligned
    write(workspace, "jardin", SENTENCE)
    with running(tmp_path, "--watch", "--workspace", workspace.root, "--captions", captions) as align:
        align.wait_for(aligned / "jardin.json")
        align.wait(lambda: "Watching " in align.err.read_text(encoding="utf-8"))
        path = write(workspace, "musique", OTHER)
        assert align.wait_for(aligned / "musique.json")["passages"][-1]["start_ms"] == 15_000
        write(workspace, "musique", f"{OTHER} {SENTENCE}")
        align.wait_for(aligned / "musique.json", lambda d: len(d["passages"]) == 3)
        broken = workspace.posts / "casse.md"
        broken.write_text("---\ntitle: [\n---\ntexte", encoding="utf-8")
        align.wait(lambda: any(line.startswith("casse: failed. ") for line in align.told))
        path.unlink()
        align.wait(lambda: any(line.startswith("musique: removed. ") for line in align.told))
        assert (aligned / "musique.json").is_file()
        assert align.end(signal.SIGINT) == 0
    broken.unlink()
    with running(tmp_path / "again", "--workspace", workspace.root, "--captions", captions, "--json") as plain:
        assert plain.process.wait(GENEROUS_S) == 0
    assert json.loads(plain.out.read_text(encoding="utf-8"))["states"] == {"unchanged": 1}
    lines = [line.split(", ")[0] for line in align.told]
    assert lines[:3] == ["jardin: done", "musique: done", "musique: done"]
    assert lines[3].startswith("casse: failed. casse.md")
    assert "Stopped." in align.err.read_text(encoding="utf-8")
    assert "Traceback" not in align.err.read_text(encoding="utf-8")
    assert not [name for name in workspace.root.rglob("*") if TEMPORARY in name.name]


def test_a_correction_beside_a_post_is_applied_as_it_comes(
    tmp_path: Path, workspace: Workspace, captions: Path
) -> None:
    target = workspace.aligned / "jardin.json"
    write(workspace, "jardin", SENTENCE)
    by_hand = workspace.posts / "jardin.corrections.toml"
    with running(tmp_path, "--watch", "--workspace", workspace.root, "--captions", captions) as align:
        passage = align.wait_for(target)["passages"][-1]
        assert passage["status"] == "spoken"
        correction = f'[[correction]]\npassage = "{passage["id"]}"\ntext = "{SENTENCE}"\naction = "never"\n'
        by_hand.write_text(f'format = "aligner.corrections"\nversion = 1\n\n{correction}', encoding="utf-8")
        document = align.wait_for(target, lambda d: "corrected" in d["passages"][-1])
        assert document["passages"][-1]["status"] == "not_found"
        by_hand.write_text("[[correction]]\npassage = 1\n", encoding="utf-8")
        align.wait(lambda: align.told[-1].startswith("jardin: failed. "))
        assert by_hand.name in align.told[-1]
        assert json.loads(target.read_text(encoding="utf-8")) == document
        by_hand.unlink()
        align.wait_for(target, lambda d: d["passages"][-1]["status"] == "spoken")
        assert align.end(signal.SIGINT) == 0


@pytest.mark.model
def test_the_sample_is_heard_when_its_post_comes_and_the_model_stays_loaded(
    tmp_path: Path, workspace: Workspace
) -> None:
    place_excerpt(workspace)
    name = "2025-06-12-cantine"
    target = workspace.aligned / f"{name}.json"
    with running(tmp_path, "--watch", "--json", "--workspace", workspace.root) as align:
        align.wait(lambda: "Watching " in align.err.read_text(encoding="utf-8"))
        shutil.copy(ROOT / "transcripts" / f"{name}.md", workspace.posts)
        first = align.wait_for(target)
        path = workspace.posts / f"{name}.md"
        path.write_text(path.read_text(encoding="utf-8").replace("dans nos six écoles", "dans nos écoles"), "utf-8")
        second = align.wait_for(target, lambda d: d["made_with"] != first["made_with"])
        assert align.end(signal.SIGTERM) == 0
    events = [json.loads(line) for line in align.out.read_text(encoding="utf-8").splitlines()]
    assert [(event["slug"], event["state"], event["again_s"]) for event in events] == [(name, "done", None)] * 2
    assert first["coverage"]["spoken"] + first["coverage"]["reworded"] >= 5
    assert first["media"] == second["media"]  # heard once: the same transcript
    assert align.err.read_text(encoding="utf-8").count("Speech model: ") == 1


@pytest.mark.model
def test_a_signal_at_work_lets_the_post_be_finished_and_a_second_one_does_not(
    tmp_path: Path, workspace: Workspace
) -> None:
    place_excerpt(workspace)
    shutil.copy(ROOT / "transcripts" / "2025-06-12-cantine.md", workspace.posts)
    with running(tmp_path, "--watch", "--workspace", workspace.root) as align:
        align.wait(lambda: "hearing " in align.err.read_text(encoding="utf-8"))
        align.process.send_signal(signal.SIGINT)
        align.wait(lambda: "Stopping after the post at hand" in align.err.read_text(encoding="utf-8"))
        assert align.end(signal.SIGINT) == 130
    assert "Interrupted; what was finished is kept" in align.err.read_text(encoding="utf-8")
    assert not workspace.aligned.exists()


def test_a_run_leaves_the_work_to_another_one_when_told_so(
    tmp_path: Path, workspace: Workspace, captions: Path
) -> None:
    write(workspace, "jardin", SENTENCE)
    words = ("--workspace", workspace.root, "--captions", captions)
    with one_run(workspace, lambda: False) as held:
        assert held
        with running(tmp_path, *words, "--no-wait", "--quiet") as align:
            assert align.process.wait(GENEROUS_S) == 0
        assert (align.out.read_bytes(), align.err.read_bytes()) == (b"", b"")
        with running(tmp_path, *words, "--no-wait", "--quiet", "--verbose") as align:
            assert align.process.wait(GENEROUS_S) == 0
        assert "Another run is at work on this workspace." in align.err.read_text(encoding="utf-8")
        assert not workspace.aligned.exists()
        with running(tmp_path, *words, "--no-wait", "--json") as align:
            assert align.process.wait(GENEROUS_S) == 0
        assert json.loads(align.out.read_text(encoding="utf-8"))["posts"] == []


def test_a_run_waits_for_another_one_and_a_quiet_one_says_nothing_when_nothing_is_to_do(
    tmp_path: Path, workspace: Workspace, captions: Path
) -> None:
    write(workspace, "jardin", SENTENCE)
    words = ("--workspace", workspace.root, "--captions", captions)
    with one_run(workspace, lambda: False):
        align = Process(tmp_path, *words)
        align.wait(lambda: "waiting for it." in align.err.read_text(encoding="utf-8"))
        assert not workspace.aligned.exists()
    assert align.process.wait(GENEROUS_S) == 0
    assert (workspace.aligned / "jardin.json").is_file()
    with running(tmp_path, *words, "--no-wait", "--quiet") as align:
        assert align.process.wait(GENEROUS_S) == 0
    assert (align.out.read_bytes(), align.err.read_bytes()) == (b"", b"")


def test_a_dry_run_does_not_wait(tmp_path: Path, workspace: Workspace, captions: Path) -> None:
    write(workspace, "jardin", SENTENCE)
    with (
        one_run(workspace, lambda: False),
        running(tmp_path, "--workspace", workspace.root, "--captions", captions, "--dry-run") as align,
    ):
        assert align.process.wait(GENEROUS_S) == 0


@pytest.mark.parametrize("words", [("--only", "jardin"), ("--dry-run",), ("--no-wait",)])
def test_what_makes_no_sense_with_a_watch_is_refused(
    tmp_path: Path, workspace: Workspace, words: tuple[str, ...]
) -> None:
    with running(tmp_path, "--watch", "--workspace", workspace.root, *words) as align:
        assert align.process.wait(GENEROUS_S) == 2
    assert align.err.read_text(encoding="utf-8").startswith("Error: --")
