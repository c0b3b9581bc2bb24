"""Stopping a download at any instant, and disks that take no more: the next call ends with the same bytes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aligner.errors import FetchError
from aligner.model import Link, Media
from aligner.settings import Settings
from aligner.sound.fetch import Progress, load_media, obtain_media
from aligner.sound.ytdlp import YtDlpFetcher
from aligner.store import Workspace
from tests.sound.media_server import MediaServer, Served

ROOT = Path(__file__).resolve().parents[2]

FETCH = """
import resource, sys
from pathlib import Path
from aligner.errors import AlignerError
from aligner.model import Link
from aligner.settings import Settings
from aligner.sound.fetch import obtain_media
from aligner.sound.ytdlp import YtDlpFetcher
from aligner.store import Workspace

url, workspace, largest_file = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
if largest_file:
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
link = Link(url, "generic:conseil-1234", "generic", None, None, (0, 0))
try:
    obtain_media(link, Workspace(workspace), YtDlpFetcher(Settings()), keep_video=False)
except AlignerError as error:
    print(type(error).__name__, error)
"""


pytestmark = [
    pytest.mark.usefixtures("plain_surroundings"),
    # yt-dlp leaves the answers that it did not read to the garbage collector, which may come by during a test.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


def folder_of(workspace: Path) -> Path:
    return workspace / "media" / "generic_conseil-1234"


def obtain(server: MediaServer, workspace: Path, progress: Progress = lambda _done, _total: None) -> Media:
    link = Link(server.url("/conseil.mp4"), "generic:conseil-1234", "generic", None, None, (0, 0))
    return obtain_media(link, Workspace(workspace), YtDlpFetcher(Settings()), keep_video=False, progress=progress)


def start(server: MediaServer, workspace: Path, largest_file: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", FETCH, server.url("/conseil.mp4"), str(workspace), str(largest_file)]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def wait_for_part(folder: Path, process: subprocess.Popen[str]) -> Path:
    for _ in range(600):
        for part in folder.glob("*.part"):
            if part.stat().st_size > 0:
                return part
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise AssertionError("no byte arrived")


def test_killed_in_the_middle(server: MediaServer, recording: bytes, tmp_path: Path) -> None:
    served = server.files["/conseil.mp4"] = Served(recording, hold_at=60_000)
    process = start(server, tmp_path)
    part = wait_for_part(folder_of(tmp_path), process)

    process.kill()
    process.communicate()

    assert process.returncode == -signal.SIGKILL
    came = part.read_bytes()
    assert 0 < len(came) <= 60_000
    assert came == recording[: len(came)]
    assert load_media(folder_of(tmp_path)) is None

    server.seen.clear()
    served.hold_at = None
    media = obtain(server, tmp_path)

    assert server.ranges_seen("/conseil.mp4") == [f"bytes={len(came) - 1}-"]
    assert (folder_of(tmp_path) / str(media.video)).read_bytes() == recording
    assert {path.name for path in folder_of(tmp_path).iterdir()} == {".lock", "info.json", "video.mp4"}


def test_killed_when_all_had_come(server: MediaServer, recording: bytes, tmp_path: Path) -> None:
    """The part is whole, but was not yet looked into: what the server says tells that nothing lacks."""
    server.files["/conseil.mp4"] = Served(recording, cut_at=50_000)
    with pytest.raises(FetchError):
        obtain(server, tmp_path)
    (part,) = folder_of(tmp_path).glob("*.part")
    part.write_bytes(recording)
    server.seen.clear()
    server.files["/conseil.mp4"].cut_at = None

    media = obtain(server, tmp_path)

    assert server.ranges_seen("/conseil.mp4") == [f"bytes={len(recording) - 1}-"]
    assert (folder_of(tmp_path) / str(media.video)).read_bytes() == recording


def test_a_part_longer_than_what_is_there_now(server: MediaServer, recording: bytes, tmp_path: Path) -> None:
    server.files["/conseil.mp4"] = Served(recording, cut_at=50_000)
    with pytest.raises(FetchError):
        obtain(server, tmp_path)
    (part,) = folder_of(tmp_path).glob("*.part")
    part.write_bytes(recording + b"more")
    server.files["/conseil.mp4"].cut_at = None

    media = obtain(server, tmp_path)

    assert (folder_of(tmp_path) / str(media.video)).read_bytes() == recording


def test_killed_before_it_was_looked_into(server: MediaServer, recording: bytes, tmp_path: Path) -> None:
    """A finished file under its temporary name is not fetched again, and not trusted either."""
    server.files["/conseil.mp4"] = Served(recording, cut_at=50_000)
    with pytest.raises(FetchError):
        obtain(server, tmp_path)
    (part,) = folder_of(tmp_path).glob("*.part")
    finished = part.with_suffix("")
    part.unlink()
    server.files["/conseil.mp4"].cut_at = None

    finished.write_bytes(recording[:90_000])
    with pytest.raises(FetchError, match="cannot be fetched whole"):
        obtain(server, tmp_path)
    assert not folder_of(tmp_path).exists()

    folder_of(tmp_path).mkdir(parents=True)
    finished.write_bytes(recording)
    server.seen.clear()
    media = obtain(server, tmp_path)
    assert [seen.path for seen in server.seen] == ["/conseil.mp4"]  # looked up, not fetched
    assert (folder_of(tmp_path) / str(media.video)).read_bytes() == recording


def test_interrupted_by_the_user(server: MediaServer, recording: bytes, tmp_path: Path) -> None:
    server.files["/conseil.mp4"] = Served(recording)

    def interrupt(done: int, total: int | None) -> None:
        if done > 20_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        obtain(server, tmp_path, interrupt)

    (part,) = folder_of(tmp_path).glob("*.part")
    came = part.read_bytes()
    assert len(came) > 20_000
    assert came == recording[: len(came)]
    server.seen.clear()
    media = obtain(server, tmp_path)
    assert server.ranges_seen("/conseil.mp4") == [f"bytes={len(came) - 1}-"]
    assert (folder_of(tmp_path) / str(media.video)).read_bytes() == recording


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limits there")
def test_a_disk_that_takes_no_more(server: MediaServer, recording: bytes, tmp_path: Path) -> None:
    server.files["/conseil.mp4"] = Served(recording)

    output, errors = start(server, tmp_path, largest_file=30_000).communicate()

    assert output.startswith("DiskError ")
    assert str(folder_of(tmp_path)) in output
    assert "could not be written" in output
    assert errors == ""
    assert load_media(folder_of(tmp_path)) is None
    assert (folder_of(tmp_path) / str(obtain(server, tmp_path).video)).read_bytes() == recording
