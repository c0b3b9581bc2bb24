"""Runs the viewer on this machine with waitress.

Last step of `aligner serve`. `bind` takes the port and tells at once when it cannot; `serve` then
answers requests until it is interrupted. Nothing is printed here: the command line says the address.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from aligner.errors import UsageError

HOST = "127.0.0.1"
PORT = 8000
THREADS = 8
"""Requests answered at once: a browser opens up to six connections to one host, and videos use several."""
LARGEST_BODY = 64 * 1024
"""Bytes of a form. Waitress keeps what is sent on the disk before anybody looks at it, by default up to a gigabyte."""


class Server:
    """A viewer that holds its port: connections wait in line until `run` answers them."""

    def __init__(self, app: Flask, listening: socket.socket) -> None:
        host, port = listening.getsockname()[:2]
        # A browser on this machine cannot go to "every address".
        host = "localhost" if host in ("0.0.0.0", "::") else host  # noqa: S104 # told apart, not listened on
        self.url = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
        self._channels: dict[int, Any] = {}
        self._waitress = create_server(
            app,
            map=self._channels,
            sockets=[listening],
            threads=THREADS,
            ident="aligner",
            clear_untrusted_proxy_headers=True,
            max_request_body_size=LARGEST_BODY,
        )

    def run(self) -> None:
        """Answer requests until interrupted or stopped; then everything is closed."""
        try:
            self._waitress.run()
        finally:
            self.close()

    def stop(self) -> None:
        """Make `run` return. May be called from any thread."""
        self._waitress.trigger.pull_trigger(self._close_connections)

    def close(self) -> None:
        """Give the port back and end the threads. Not while another thread runs it: `stop` it then."""
        self._close_connections()
        self._waitress.task_dispatcher.shutdown()

    def _close_connections(self) -> None:
        wasyncore.close_all(self._channels, ignore_all=True)


def bind(app: Flask, host: str = HOST, port: int = PORT) -> Server:
    """Take a port (0: any free one). Raises `UsageError` when it is taken, not allowed, or the host is not ours."""
    if not 0 <= port <= 65_535:
        raise UsageError(f"{port} is no port.", "Choose one from 1 to 65535 with --port.")
    try:
        # Our own socket: waitress would leave its threads and its socket behind when the port is taken.
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, place = min(places, key=lambda place: place[0] != socket.AF_INET)
        listening = socket.create_server(place[:2], family=family, backlog=128)
    except OSError as error:
        raise _cannot_listen(host, port, error) from error
    return Server(app, listening)


def serve(app: Flask, host: str = HOST, port: int = PORT, announce: Callable[[str], None] | None = None) -> None:
    """Answer requests until interrupted; `announce` is told the viewer's address once the port is ours.

    Raises `UsageError` as `bind` does.
    """
    server = bind(app, host, port)
    try:
        if announce:
            announce(server.url)
        server.run()
    finally:
        server.close()


def _cannot_listen(host: str, port: int, error: OSError) -> UsageError:
    if error.errno == errno.EADDRINUSE:
        return UsageError(
            f"Port {port} of {host} is taken by another program.",
            "Stop that program (perhaps a viewer that still runs), or choose another port with --port.",
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return UsageError(f"Port {port} of {host} is not allowed to you.", "Choose a port above 1023 with --port.")
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return UsageError(f"{host} is no address of this machine.", f"Leave --host out to listen on {HOST}.")
    return UsageError(f"The viewer cannot listen on {host}:{port}: {error.strerror or error}.", "Try another port.")
