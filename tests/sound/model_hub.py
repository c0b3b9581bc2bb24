"""A model hub on 127.0.0.1 that holds one small model, and one that takes calls and never answers."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FILES = {
    "config.json": b"{}",
    "model.bin": b"weights" * 20_000,
    "tokenizer.json": b"{}",
    "vocabulary.txt": b"a\nb\n",
}
REVISION = "a" * 40
REPOSITORY = "Systran/faster-whisper-small"


class _Hub(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, *_: object) -> None:
        """Tell nobody."""

    def _answer(self, *, with_body: bool) -> None:
        path = self.path.partition("?")[0]
        if REPOSITORY not in path:
            self.send_error(404)
            return
        body, tag = self._find(path)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{tag}"')
        self.send_header("X-Repo-Commit", REVISION)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _find(self, path: str) -> tuple[bytes, str]:
        if "/resolve/" in path:
            body = FILES[path.rpartition("/")[2]]
            return body, _tag(body)
        if "/tree/" in path:
            listing = [
                {"type": "file", "path": name, "size": len(body), "oid": _tag(body)} for name, body in FILES.items()
            ]
            return json.dumps(listing).encode(), ""
        info = {"id": REPOSITORY, "sha": REVISION, "siblings": [{"rfilename": name} for name in FILES]}
        return json.dumps(info).encode(), ""


def _tag(body: bytes) -> str:
    return hashlib.sha1(body).hexdigest()


@contextmanager
def answering_hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def silent_hub() -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
