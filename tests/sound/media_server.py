"""A small web server on 127.0.0.1 that serves recordings well or badly, and the recordings to serve.

Used by the fetching tests. Everything a site does wrong is a field of `Served`; what was asked of it is in `seen`.
"""

from __future__ import annotations

import gc
import threading
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import numpy as np


@dataclass
class Served:
    """What stands at one path, and how it is served."""

    body: bytes = b""
    content_type: str = "video/mp4"
    status: int = 200
    ranges: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    """Byte of the body before which the connection is cut, whatever length was promised."""
    cuts_ranges: bool = True
    """Whether requests that go on somewhere are cut there, too."""
    hold_at: int | None = None
    """Byte of the body before which the server waits until it is stopped."""
    says_length: bool = True
    failures: list[int] = field(default_factory=list)
    """Statuses that the next requests get in place of the body, one each."""


@dataclass(frozen=True)
class Seen:
    """One request that was made."""

    path: str
    range: str | None
    status: int
    cookie: str | None


class MediaServer:
    """Serves `files` (path to `Served`) in threads while its context is open."""

    def __init__(self) -> None:
        self.files: dict[str, Served] = {}
        self.seen: list[Seen] = []
        self.stopping = threading.Event()
        self._server = _Server(self)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        with warnings.catch_warnings():
            # yt-dlp leaves answers that it did not read to the garbage collector: not into the next test with them.
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def ranges_seen(self, path: str) -> list[str]:
        return [seen.range for seen in self.seen if seen.path == path and seen.range]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, owner: MediaServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.owner = owner


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        owner = self.server.owner
        served = owner.files.get(self.path, Served(b"rien ici", "text/plain", status=404))
        asked = self.headers.get("Range")
        start, status = 0, served.failures.pop(0) if served.failures else served.status
        if asked and served.ranges and status == 200:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            status = 206 if start < len(served.body) else 416
        owner.seen.append(Seen(self.path, asked, status, self.headers.get("Cookie")))
        self._answer(served, start, status)

    def _answer(self, served: Served, start: int, status: int) -> None:
        body = b"" if status == 416 or (status != served.status and status >= 400) else served.body[start:]
        self.send_response(status)
        self.send_header("Content-Type", served.content_type)
        if served.says_length:
            self.send_header("Content-Length", str(len(body)))
        if status == 206:
            self.send_header("Content-Range", f"bytes {start}-{len(served.body) - 1}/{len(served.body)}")
        for name, value in served.headers.items():
            self.send_header(name, value)
        self.end_headers()
        cut_at = served.cut_at if served.cuts_ranges or start == 0 else None
        end = min((at for at in (cut_at, served.hold_at) if at is not None), default=None)
        with suppress(OSError):  # who asked may have heard enough
            self.wfile.write(body if end is None else body[: max(0, end - start)])
        if served.hold_at is not None:
            self.server.owner.stopping.wait(60)


def make_recording(
    path: Path,
    seconds: int,
    *,
    picture: bool = True,
    sound: bool = True,
    container: str | None = None,
    starts_at_s: int = 0,
) -> bytes:
    """Write a real little recording (H.264 and/or AAC: noise, so that it has some size) and return its bytes."""
    options = {"output_ts_offset": str(starts_at_s)}
    options |= {"movflags": "faststart"} if path.suffix in (".mp4", ".m4a") else {}
    with av.open(str(path), "w", format=container, options=options) as output:
        tracks = [_add_picture(output, seconds)] if picture else []
        tracks += [_add_sound(output, seconds)] if sound else []
        for track, frames in tracks:
            for frame in (*frames, None):
                output.mux(track.encode(frame))
    return path.read_bytes()


def _add_picture(output: Any, seconds: int) -> tuple[Any, list[Any]]:
    track = output.add_stream("libx264", rate=5)
    track.width, track.height, track.pix_fmt = 64, 48, "yuv420p"
    images = (np.full((48, 64, 3), index * 7 % 255, np.uint8) for index in range(seconds * 5))
    return track, [av.VideoFrame.from_ndarray(image, format="rgb24") for image in images]


def _add_sound(output: Any, seconds: int) -> tuple[Any, list[Any]]:
    samples = np.random.default_rng(12).integers(-3000, 3000, (1, seconds * 16000), dtype=np.int16)
    frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
    frame.sample_rate = 16000
    return output.add_stream("aac", rate=16000, layout="mono"), [frame]
