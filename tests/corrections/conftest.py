"""A workspace with the sample session, heard once with the real model, and its posts aligned."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aligner.output.alignment_file import read_alignment
from aligner.pipeline import Run
from aligner.recordings import Request, Tools
from aligner.settings import Settings
from aligner.sound.whisper import make_transcriber
from aligner.store import Workspace
from tests.benchmark.cases import SAMPLE, list_recipes
from tests.conftest import ROOT
from tests.fakes import Silent

Passages = dict[str, dict[str, Any]]


def refuse() -> Any:
    raise AssertionError("nothing is to be fetched")


@pytest.fixture(scope="session")
def aligned_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, heard and aligned, to be copied."""
    next(recipe for recipe in list_recipes() if recipe.name == "sample").make()  # heard, unless it was before
    root = tmp_path_factory.mktemp("sample")
    held = Workspace(ROOT).media_folder(SAMPLE)
    shutil.copytree(held, Workspace(root).media_folder(SAMPLE), ignore=shutil.ignore_patterns(".lock", "heard"))
    (root / "transcripts").mkdir()
    for post in (ROOT / "transcripts").glob("2025-*.md"):
        shutil.copy(post, root / "transcripts")
    assert [outcome.state for outcome in run(Workspace(root))] == ["done"] * 3
    return root


@pytest.fixture
def sample(aligned_sample: Path, tmp_path: Path) -> Workspace:
    root = tmp_path / "sample"
    shutil.copytree(aligned_sample, root)
    return Workspace(root)


def run(workspace: Workspace) -> list[Any]:
    """Run `align` over the workspace, whose recordings are there and heard."""
    settings = Settings(workspace=workspace.root)
    return list(Run(Request(()), settings, Tools(refuse, lambda: make_transcriber(settings)), Silent()).outcomes())


@pytest.fixture
def passages(sample: Workspace) -> Callable[[str], Passages]:
    """The passages of a post as its alignment has them now, by the first three words of their text."""

    def read(slug: str) -> Passages:
        document = read_alignment(sample.aligned / f"{slug}.json")
        return {" ".join(p["text"].split()[:3]): p for p in document["passages"]}

    return read
