"""The sample, aligned through the real command with the words of its truth: no model is needed for that."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aligner.store import Workspace
from tests.conftest import ROOT

SAMPLE = Workspace(ROOT).media_folder("generic:conseil-2025-06-12-8d69b5f0")


def run(*words: object, code: int = 0, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "aligner", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=300,
        env=env,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def heard_sentences() -> Iterator[dict[str, Any]]:
    """The sample's turns as Whisper tells what it heard."""
    truth = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
    for sentence in (sentence for turn in truth["turns"] for sentence in turn["sentences"]):
        texts = sentence["text"].split()
        each = (sentence["end_ms"] - sentence["start_ms"]) / len(texts) / 1000
        start = sentence["start_ms"] / 1000
        words = [
            {"word": f" {text}", "start": round(start + k * each, 3), "end": round(start + (k + 1) * each, 3)}
            for k, text in enumerate(texts)
        ]
        yield {"start": start, "end": sentence["end_ms"] / 1000, "text": sentence["text"], "words": words}


def make_sample(root: Path) -> Workspace:
    workspace = Workspace(root)
    shutil.copytree(
        SAMPLE, workspace.media / SAMPLE.name, ignore=shutil.ignore_patterns("transcripts", "heard", ".lock")
    )
    workspace.posts.mkdir()
    for post in sorted((ROOT / "transcripts").glob("2025-*.md")):
        shutil.copy(post, workspace.posts)
    (root / "heard.json").write_text(json.dumps({"language": "fr", "segments": list(heard_sentences())}))
    run("align", "--workspace", root, "--captions", root / "heard.json", "--hear", "none", "-q")
    return workspace


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """No test changes it."""
    return make_sample(tmp_path_factory.mktemp("explained") / "ws")


@pytest.fixture
def own_sample(sample: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(sample.root, tmp_path / "ws", ignore=shutil.ignore_patterns(".lock"))
    return Workspace(tmp_path / "ws")
