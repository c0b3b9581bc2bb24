"""The bench over the sample, served for real: aligned once, copied for each test, which may change it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aligner.editing import open_editor
from aligner.settings import Settings
from aligner.store import Workspace
from tests.web.edit.sample import align_sample
from web import create_app
from web.serve import HOST, bind


@pytest.fixture(scope="session")
def aligned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return align_sample(tmp_path_factory.mktemp("aligned") / "workspace").root


@pytest.fixture
def council(aligned: Path, tmp_path: Path) -> Workspace:
    """The sample, aligned; this test's own."""
    shutil.copytree(aligned, tmp_path / "council")
    return Workspace(tmp_path / "council")


@contextmanager
def run_bench(workspace: Workspace) -> Iterator[str]:
    """A running bench: its address without the final slash."""
    settings = Settings(workspace=workspace.root)
    server = bind(create_app(workspace, bench=open_editor(settings, HOST)), port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server.url.rstrip("/")
    finally:
        server.stop()
        thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def bench(council: Workspace) -> Iterator[str]:
    with run_bench(council) as address:
        yield address
