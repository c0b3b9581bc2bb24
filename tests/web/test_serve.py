"""Serving on this machine: the port, what is said when it cannot be had, and a clean stop."""

from __future__ import annotations

import socket
import threading
import urllib.request
from pathlib import Path

import pytest

from aligner.errors import UsageError
from aligner.store import Workspace
from web import create_app, serve
from web.serve import bind


def test_a_free_port_is_served_until_stopped(tmp_path: Path) -> None:
    server = bind(create_app(Workspace(tmp_path)), port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert server.url.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(server.url) as answer:
            assert answer.status == 200
            assert "Prises de parole" in answer.read().decode()
    finally:
        server.stop()
        thread.join(20)
    assert not thread.is_alive()
    port = int(server.url.rstrip("/").rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)):
        pass  # the port is free again


def test_the_address_is_announced_once_the_port_is_ours(tmp_path: Path) -> None:
    class Enough(Exception):  # noqa: N818 # no error
        pass

    said = []

    def announce(address: str) -> None:
        said.append(address)
        raise Enough

    with pytest.raises(Enough):
        serve(create_app(Workspace(tmp_path)), port=0, announce=announce)
    assert len(said) == 1
    port = int(said[0].rstrip("/").rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_a_taken_port_is_one_sentence_and_a_hint(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError) as caught:
            serve(create_app(Workspace(tmp_path)), port=port)
    assert caught.value.message == f"Port {port} of 127.0.0.1 is taken by another program."
    assert "--port" in caught.value.hint


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("127.0.0.1", 70_000, "70000 is no port"),
        ("192.0.2.7", 0, "192.0.2.7 is no address of this machine"),
        ("rien.invalid", 0, "rien.invalid is no address of this machine"),
    ],
)
def test_what_cannot_be_listened_on_is_said(tmp_path: Path, host: str, port: int, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        bind(create_app(Workspace(tmp_path)), host, port)
