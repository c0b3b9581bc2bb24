"""What the tests of fetching share: a server, a recording to serve, and no proxy or waiting in the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aligner.sound import patience
from tests.sound.media_server import MediaServer, make_recording


@pytest.fixture
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(patience, "RETRY_SLEEP_S", 0.0)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_recording(tmp_path_factory.mktemp("made") / "conseil.mp4", 20)


@pytest.fixture
def server() -> Iterator[MediaServer]:
    with MediaServer() as server:
        yield server
