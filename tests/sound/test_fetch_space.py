"""A recording that does not fit on the disk is refused before it is downloaded."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from aligner.errors import DiskError
from aligner.model import Link, Media
from aligner.settings import Settings
from aligner.sound import ytdlp
from aligner.sound.fetch import obtain_media
from aligner.sound.formats import Info, choose_playable, choose_sound
from aligner.sound.ytdlp import RESERVE_BYTES, YtDlpFetcher
from aligner.store import Workspace
from tests.sound.media_server import MediaServer, Served

INFO = Path(__file__).resolve().parents[1] / "fixtures" / "info"
PETABYTE = 10**15


pytestmark = [
    pytest.mark.usefixtures("plain_surroundings"),
    # yt-dlp leaves the answers that it did not read to the garbage collector, which may come by during a test.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


def folder_of(workspace: Path) -> Path:
    return workspace / "media" / "generic_conseil-1234"


def obtain(url: str, workspace: Path) -> Media:
    link = Link(url, "generic:conseil-1234", "generic", None, None, (0, 0))
    return obtain_media(link, Workspace(workspace), YtDlpFetcher(Settings()), keep_video=False)


def test_what_the_site_announces_is_not_asked_for(server: MediaServer, recording: bytes, tmp_path: Path) -> None:
    page = """<html><head><title>C</title><script type="application/ld+json">
        {"@context": "https://schema.org", "@type": "VideoObject", "name": "Conseil", "contentUrl": "%s",
         "contentSize": "%d", "uploadDate": "2025-06-12"}</script></head></html>"""
    server.files |= {
        "/juin": Served((page % (server.url("/juin.mp4"), PETABYTE)).encode(), "text/html"),
        "/juin.mp4": Served(recording),
    }

    with pytest.raises(DiskError) as caught:
        obtain(server.url("/juin"), tmp_path)

    assert caught.value.exit_code == 3
    assert server.url("/juin") in caught.value.message
    assert "it takes 1000000.0 GB" in caught.value.message
    assert f"GB free in {folder_of(tmp_path)} 0.2 GB are to stay free." in caught.value.message
    assert "--workspace" in caught.value.hint
    assert [seen.path for seen in server.seen] == ["/juin", "/juin.mp4"]  # looked up, not fetched
    assert not folder_of(tmp_path).exists()


def test_what_only_the_server_tells_ends_with_the_first_block(
    server: MediaServer, recording: bytes, tmp_path: Path
) -> None:
    server.files["/conseil.mp4"] = Served(recording, says_length=False, headers={"Content-Length": str(PETABYTE)})

    with pytest.raises(DiskError, match=r"it takes 1000000\.0 GB"):
        obtain(server.url("/conseil.mp4"), tmp_path)

    (part,) = folder_of(tmp_path).glob("*.part")
    assert part.stat().st_size < 20_000


@pytest.mark.parametrize(("share", "fits"), [(0.5, False), (1.0, True)])
def test_some_of_the_disk_stays_free(
    share: float, fits: bool, server: MediaServer, recording: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = RESERVE_BYTES + round(share * len(recording))
    monkeypatch.setattr("aligner.sound.ytdlp.shutil.disk_usage", lambda _path: SimpleNamespace(free=free))
    server.files["/conseil.mp4"] = Served(recording)

    if fits:
        assert obtain(server.url("/conseil.mp4"), tmp_path).video == "video.mp4"
        return
    with pytest.raises(DiskError, match=r"0\.2 GB are to stay free"):
        obtain(server.url("/conseil.mp4"), tmp_path)


def test_how_much_is_needed(tmp_path: Path) -> None:
    info = json.loads((INFO / "youtube_dubbed.json").read_text(encoding="utf-8"))
    sound = choose_sound(info, "fr")
    assert sound is not None
    apart = choose_playable(info, "fr")
    assert [item["format_id"] for item in (sound, *apart)] == ["249-1", "136", "140-1"]

    def needed(*wanted: Info, playable: bool = False) -> int:
        return ytdlp._bytes_needed(info, wanted, tmp_path, playable=playable)

    assert needed(sound) == 3_630_000
    # Picture and sound lie there while they are put into one file.
    assert needed(*apart, playable=True) == 2 * (62_700_000 + 9_900_000)
    assert needed({**sound, "filesize": None, "filesize_approx": 4_000_000}) == 4_000_000
    assert needed({**sound, "filesize": None}) == 0

    _, part = ytdlp._unfinished(info, sound, tmp_path)
    part.write_bytes(b"x" * 630_000)
    assert needed(sound) == 3_000_000
