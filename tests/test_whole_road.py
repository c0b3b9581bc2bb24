"""The whole road with nothing faked: yt-dlp against a server of ours, the real model, real files, real kills."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import srt

from aligner.sound.audio import Sound
from aligner.store import TEMPORARY, Workspace
from tests.benchmark.score import score_lines, summarise
from tests.conftest import CORPUS, ROOT
from tests.sound.media_server import MediaServer, Served
from tests.sound.noises import applause, band, choir, pink_noise

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # sockets that yt-dlp leaves to the collector

SAMPLE = Workspace(ROOT).media_folder("generic:conseil-2025-06-12-8d69b5f0")
READING = CORPUS / "reading"


def run(*words: object, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "aligner", *map(str, words)], capture_output=True, text=True, cwd=ROOT, timeout=600
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def report(*words: object, code: int = 0) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run("align", "--json", *words, code=code).stdout)
    return document


def snapshot(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def write_sound(path: Path, samples: np.ndarray[Any, np.dtype[np.float32]]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes((samples * 32_767).astype("<i2").tobytes())
    return path


@pytest.fixture(scope="module")
def excerpt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty seconds of the sample's canteen speech."""
    samples = Sound(SAMPLE / "video.mp4").read((149_000, 189_000))
    return write_sound(tmp_path_factory.mktemp("excerpt") / "excerpt.wav", samples)


@pytest.fixture
def server(excerpt: Path) -> Iterator[MediaServer]:
    with MediaServer() as served:
        served.files["/cantine.wav"] = Served(excerpt.read_bytes(), "audio/wav")
        yield served


def publish(workspace: Workspace, url: str) -> None:
    post = (ROOT / "transcripts" / "2025-06-12-cantine.md").read_text(encoding="utf-8")
    start, end = post.index("[embed]"), post.index("[/embed]") + len("[/embed]")
    (workspace.posts / "cantine.md").write_text(post[:start] + url + post[end:], encoding="utf-8")


@pytest.mark.model
def test_the_sample_is_aligned_as_its_truth_says(workspace: Workspace) -> None:
    shutil.copytree(SAMPLE, workspace.media / SAMPLE.name, ignore=shutil.ignore_patterns("transcripts", ".lock"))
    for post in (ROOT / "transcripts").glob("2025-*.md"):
        shutil.copy(post, workspace.posts)
    outcome = report("--workspace", workspace.root)
    assert outcome["states"] == {"done": 3}
    truth = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))["posts"]
    for slug in truth:
        document = json.loads((workspace.aligned / f"{slug}.json").read_text(encoding="utf-8"))
        starts = [p["start_ms"] for p in document["passages"] if p["status"] in ("spoken", "reworded")]
        cues = list(srt.parse((workspace.aligned / f"{slug}.srt").read_text(encoding="utf-8")))
        assert abs(cues[0].start.total_seconds() * 1000 - min(starts)) <= 500
    figures = _figures(workspace, truth)
    assert figures["placed"] >= 0.93
    assert figures["wrong"] == 0
    assert figures["unsaid linked"] == 0
    assert figures["onset median"] <= 0.12
    before = snapshot(workspace.root)
    again = run("align", "--workspace", workspace.root)
    assert "Nothing to do" in again.stderr
    assert snapshot(workspace.root) == before


@pytest.mark.model
def test_a_linked_recording_is_fetched_heard_and_matched(workspace: Workspace, server: MediaServer) -> None:
    publish(workspace, server.url("/cantine.wav"))
    outcome = report("--workspace", workspace.root)
    assert outcome["states"] == {"done": 1}
    (post,) = outcome["posts"]
    assert post["counts"]["spoken"] + post["counts"]["reworded"] >= 5
    document = json.loads((workspace.aligned / f"{post['slug']}.json").read_text(encoding="utf-8"))
    first = next(p for p in document["passages"] if p["kind"] == "speech")
    assert first["status"] == "spoken"
    assert abs(first["start_ms"] - 630) <= 500


def kill(kind: str, number: int, workspace: Workspace) -> int:
    done = subprocess.run(
        [sys.executable, "-m", "tests.killing", kind, str(number), "--workspace", str(workspace.root)],
        capture_output=True,
        cwd=ROOT,
        timeout=300,
    )
    return done.returncode


@pytest.mark.model
def test_killed_at_any_moment_the_next_run_finishes_with_the_same_bytes(
    tmp_path: Path, workspace: Workspace, server: MediaServer
) -> None:
    publish(workspace, server.url("/cantine.wav"))
    run("align", "--workspace", workspace.root)
    whole = snapshot(workspace.root)
    killed = []
    for kind, numbers in (("progress", (1, 2, 4)), ("written", range(1, 9)), ("moved", range(1, 9))):
        for number in numbers:
            shutil.rmtree(workspace.root)
            workspace.posts.mkdir(parents=True)
            publish(workspace, server.url("/cantine.wav"))
            code = kill(kind, number, workspace)
            if code == 0:
                break
            assert code == -signal.SIGKILL
            killed.append(f"{kind} {number}")
            run("align", "--workspace", workspace.root)
            assert snapshot(workspace.root) == whole, killed[-1]
    assert not [name for name in whole if TEMPORARY in name]
    # the record, the transcript, two subtitle files and the alignment are written and moved, each a moment to die at
    assert {"progress 1", "progress 4", "written 1", "written 5", "moved 1", "moved 5"} <= set(killed)


@pytest.mark.model
def test_an_interrupted_run_says_so_and_leaves_nothing_half_written(workspace: Workspace, server: MediaServer) -> None:
    publish(workspace, server.url("/cantine.wav"))
    command = [sys.executable, "-m", "aligner", "align", "--workspace", str(workspace.root)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, cwd=ROOT) as process:
        assert process.stderr
        while not process.stderr.readline().startswith("hearing "):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        talk = process.stderr.read()
    assert process.returncode == 130
    assert "Interrupted; what was finished is kept" in talk
    assert "Traceback" not in talk
    assert not workspace.aligned.exists()
    assert not [name for name in snapshot(workspace.root) if TEMPORARY in name]


def bad_recordings(folder: Path) -> Iterator[tuple[str, Path, str]]:
    rate = 16_000
    tone = 0.3 * np.sin(np.arange(6 * rate, dtype=np.float32) * 0.2)
    yield "silence", write_sound(folder / "silence.wav", np.zeros(6 * rate, np.float32)), "No speech was heard"
    yield "tone", write_sound(folder / "tone.wav", tone.astype(np.float32)), "No speech was heard"
    yield "English", ROOT / "tests" / "fixtures" / "sound" / "english.opus", "No speech was heard in "
    for make in (pink_noise, applause, band, choir):
        yield make.__name__, write_sound(folder / f"{make.__name__}.wav", make(20)), "No speech was heard"
    yield "short", write_sound(folder / "short.wav", np.zeros(rate // 5, np.float32)), "is only 0.2 s long"
    text = folder / "text.mp4"
    text.write_text("Ceci n’est pas un enregistrement.", encoding="utf-8")
    yield "text", text, "text.mp4"
    empty = folder / "empty.mp4"
    empty.touch()
    yield "empty", empty, "is empty"


@pytest.mark.model
def test_bad_recordings_are_told_in_one_sentence(tmp_path: Path, workspace: Workspace) -> None:
    (workspace.posts / "jardin.md").write_text("https://youtu.be/MontcleryA1\n\nLe jardin ouvrira.\n", encoding="utf-8")
    for name, recording, complaint in bad_recordings(tmp_path):
        (post,) = report("--workspace", workspace.root, "--recording", recording, code=1)["posts"]
        assert post["state"] == "failed", name
        assert complaint in post["message"], name
        assert name != "English" or post["message"].endswith(": English is spoken.")
        assert post["hint"], name
        assert "\n" not in post["message"], name
    assert not workspace.aligned.exists()


def test_without_a_network_a_youtube_post_fails_with_one_sentence_and_leaves_nothing(workspace: Workspace) -> None:
    (workspace.posts / "loin.md").write_text("https://youtu.be/MontcleryA1\n\nLe jardin ouvrira.\n", encoding="utf-8")
    environment = {"ALIGNER_PROXY": "http://127.0.0.1:9"}  # nothing listens there
    done = subprocess.run(
        [sys.executable, "-m", "aligner", "align", "--json", "--workspace", str(workspace.root)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    assert done.returncode == 1
    (post,) = json.loads(done.stdout)["posts"]
    assert post["state"] == "failed"
    assert "youtube.com/watch?v=MontcleryA1" in post["message"]
    assert [path.name for path in workspace.media.iterdir()] == [".lock"]


@pytest.mark.corpus
@pytest.mark.parametrize("captions", ["session.whisper.json", "session.fr.json3"])
def test_the_reading_set_is_placed_from_given_words(workspace: Workspace, captions: str) -> None:
    outcome = report("--workspace", workspace.root, READING / "posts", "--captions", READING / captions)
    assert outcome["states"] == {"done": 32}
    figures = _figures(workspace, json.loads((READING / "truth.json").read_text(encoding="utf-8"))["posts"])
    assert figures["placed"] >= 0.95
    assert figures["wrong"] <= 0.004
    assert figures["unsaid linked"] <= 0.004
    assert figures["onset median"] <= 0.12


def _figures(workspace: Workspace, truth: dict[str, Sequence[dict[str, Any]]]) -> dict[str, float]:
    lines = []
    for slug, labels in truth.items():
        lines += score_lines(labels, json.loads((workspace.aligned / f"{slug}.json").read_text(encoding="utf-8")))
    return summarise(lines)
