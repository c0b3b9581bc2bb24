"""A published folder, made of the workspace that the viewer's own tests use, with words heard and a picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from aligner.model import Media
from aligner.store import Workspace
from tests.web.conftest import LOCAL, TUBE, build, run_viewer, write_info
from tests.web.file_server import serving
from tests.web.heard import furnish
from web.freeze import publish

PUBLIC = "https://www.example.org/paroles"


def make_workspace(root: Path, video: Path) -> Workspace:
    """All kinds of posts, words heard that no post has, a picture and a date of the filmed session."""
    workspace = furnish(build(root, video))
    tube = Media(TUBE.id, TUBE.url, TUBE.provider, TUBE.title, TUBE.duration_ms)
    folder = write_info(workspace, tube, thumbnail="poster.jpg", date="2025-02-28")
    Image.new("RGB", (64, 36), "navy").save(folder / "poster.jpg")
    return workspace


@pytest.fixture
def own_workspace(tmp_path: Path, video: Path) -> Workspace:
    return make_workspace(tmp_path / "workspace", video)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory, video: Path) -> Workspace:
    """A workspace that no test changes."""
    return make_workspace(tmp_path_factory.mktemp("published"), video)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, furnished: Workspace) -> Path:
    """It published for an address that nobody knows, with its recordings."""
    out = tmp_path_factory.mktemp("out") / "www" / "sous" / "paroles"
    publish(furnished, out, with_media=True)
    return out


@pytest.fixture(scope="session")
def site(furnished: Workspace) -> Iterator[str]:
    """The live viewer of the same workspace."""
    with run_viewer(furnished) as address:
        yield address


@pytest.fixture(scope="session")
def host(folder: Path) -> Iterator[str]:
    """The published folder under a path of a bare file server."""
    with serving(folder.parents[1]) as address:
        yield f"{address}/sous/paroles"


LOCAL_FILE = f"media/{LOCAL.id.replace(':', '_')}.mp4"
