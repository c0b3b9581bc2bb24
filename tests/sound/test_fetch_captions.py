"""Captions before the sound: the real yt-dlp looks pages of a local server up, and takes what is quickly had."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from aligner.errors import FetchError
from aligner.model import Caption, Link, Media
from aligner.settings import Settings
from aligner.sound import patience
from aligner.sound.captions import read_captions
from aligner.sound.fetch import load_known, load_media, obtain_captions, obtain_media
from aligner.sound.ytdlp import YtDlpFetcher
from aligner.store import Workspace
from tests.sound.media_server import MediaServer, Served, make_recording

VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\nMonsieur le maire, chers collègues.\n".encode()
JSON3 = json.dumps(
    {
        "wireMagic": "pb3",
        "events": [
            {
                "tStartMs": 400,
                "dDurationMs": 2600,
                "segs": [
                    {"utf8": "Monsieur"},
                    {"utf8": " le", "tOffsetMs": 500},
                    {"utf8": " maire", "tOffsetMs": 620},
                ],
            }
        ],
    }
).encode()
PAGE = """<!doctype html><html lang="fr"><head><title>Conseil municipal du 12 juin 2025</title></head><body>
<video controls poster="/juin.png"><source src="/juin.mp4" type="video/mp4">{tracks}</video></body></html>"""
BOTH = """<track kind="captions" srclang="fr" src="/juin.vtt"><track kind="captions" srclang="en" src="/en.vtt">
<track kind="captions" srclang="fr-x-autogen" src="/auto.json3">"""


pytestmark = [
    pytest.mark.usefixtures("plain_surroundings"),
    # yt-dlp leaves the answers that it did not read to the garbage collector, which may come by during a test.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


def link_to(url: str) -> Link:
    return Link(url, "generic:conseil-1234", "generic", None, None, (0, 0))


def folder_of(workspace: Path) -> Path:
    return workspace / "media" / "generic_conseil-1234"


def look(url: str, workspace: Path, waits: list[float] | None = None) -> Media:
    fetcher = YtDlpFetcher(Settings(), sleep=(waits if waits is not None else []).append)
    return obtain_captions(link_to(url), Workspace(workspace), fetcher)


def serve_page(server: MediaServer, recording: bytes, tracks: str) -> str:
    server.files |= {
        "/juin": Served(PAGE.format(tracks=tracks).encode(), "text/html; charset=utf-8"),
        "/juin.mp4": Served(recording),
        "/juin.vtt": Served(VTT, "text/vtt"),
        "/auto.json3": Served(JSON3, "application/json"),
        "/juin.png": Served(b"\x89PNG\r\n\x1a\n", "image/png"),
    }
    return server.url("/juin")


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_both_kinds_of_captions_are_had_without_the_recording(
    server: MediaServer, recording: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    url = serve_page(server, recording, BOTH)

    media = look(url, tmp_path)

    assert media == Media(
        id="generic:conseil-1234",
        url=url,
        provider="generic",
        title="Conseil municipal du 12 juin 2025",
        duration_ms=None,
        thumbnail="poster.png",
        captions=(
            Caption("captions.fr.vtt", "fr", automatic=False),
            Caption("captions.fr.auto.json3", "fr", automatic=True),
        ),
    )
    assert sorted(seen.path for seen in server.seen) == ["/auto.json3", "/juin", "/juin.png", "/juin.vtt"]
    folder = folder_of(tmp_path)
    assert names_in(folder) == {".lock", "info.json", "poster.png", "captions.fr.vtt", "captions.fr.auto.json3"}
    assert load_known(folder) == media
    assert load_media(folder) is None
    assert capfd.readouterr() == ("", "")

    manual, automatic = (read_captions(folder / caption.file, "fr") for caption in media.captions)
    assert manual.model == "vtt (cue times)"
    assert automatic.model == "json3"
    assert [(word.text.strip(), word.start_ms) for word in automatic.words] == [
        ("Monsieur", 400),
        ("le", 900),
        ("maire", 1020),
    ]


def test_what_is_known_is_not_looked_up_and_the_sound_is_added(
    server: MediaServer, recording: bytes, tmp_path: Path
) -> None:
    url = serve_page(server, recording, BOTH)
    known = look(url, tmp_path)
    server.seen.clear()
    assert look(url, tmp_path) == known
    assert server.seen == []

    server.files["/auto.json3"] = Served(b"", status=403)  # refused by now
    media = obtain_media(link_to(url), Workspace(tmp_path), YtDlpFetcher(Settings()), keep_video=False)

    assert media.video == "video.mp4"
    assert media.duration_ms == pytest.approx(20_000, abs=100)
    assert media.captions == known.captions
    assert media.thumbnail == "poster.png"
    folder = folder_of(tmp_path)
    assert (folder / "captions.fr.auto.json3").read_bytes() == JSON3
    assert (folder / "video.mp4").read_bytes() == recording
    assert load_media(folder) == media


def test_a_bare_file_is_looked_at_in_its_first_bytes_only(
    server: MediaServer, recording: bytes, tmp_path: Path
) -> None:
    """The server keeps back all but the first 1000 bytes: whoever waits for more waits for ever."""
    server.files["/videos/conseil-du-12-juin.mp4"] = Served(recording, hold_at=1000)

    media = look(server.url("/videos/conseil-du-12-juin.mp4"), tmp_path)

    assert (media.title, media.duration_ms, media.captions) == ("conseil-du-12-juin", None, ())
    assert (media.audio, media.video) == (None, None)
    assert [seen.path for seen in server.seen] == ["/videos/conseil-du-12-juin.mp4"]
    assert names_in(folder_of(tmp_path)) == {".lock", "info.json"}


def test_a_page_tells_how_long_its_recording_lasts(server: MediaServer, recording: bytes, tmp_path: Path) -> None:
    """And when the file that comes is shorter, it is not kept, but what is known is."""
    page = """<html><head><title>C</title><script type="application/ld+json">
        {"@context": "https://schema.org", "@type": "VideoObject", "name": "Conseil du 12 juin", "contentUrl": "%s",
         "duration": "PT4H52M", "uploadDate": "2025-06-12"}</script></head></html>"""
    server.files |= {
        "/juin": Served((page % server.url("/juin.mp4")).encode(), "text/html"),
        "/juin.mp4": Served(recording),
    }

    media = look(server.url("/juin"), tmp_path)
    assert (media.title, media.duration_ms) == ("Conseil du 12 juin", 17_520_000)

    fetcher = YtDlpFetcher(Settings())
    with pytest.raises(FetchError, match="20 s came of the 17520 s announced"):
        obtain_media(link_to(server.url("/juin")), Workspace(tmp_path), fetcher, keep_video=False)
    assert load_known(folder_of(tmp_path)) == media
    assert load_media(folder_of(tmp_path)) is None


def test_sound_that_is_shorter_than_announced_is_not_kept(server: MediaServer, tmp_path: Path) -> None:
    """A sound-only rendition that lacks its end; the stream's own list says 60 s."""
    server.files |= {
        "/conseil.m3u8": Served(
            b"#EXTM3U\n#EXT-X-TARGETDURATION:60\n#EXTINF:60,\n/piece.ts\n#EXT-X-ENDLIST\n",
            "application/vnd.apple.mpegurl",
        ),
        "/piece.ts": Served(make_recording(tmp_path / "p.ts", 8, picture=False, container="mpegts"), "video/mp2t"),
    }
    url = server.url("/conseil.m3u8")
    assert look(url, tmp_path).duration_ms == 60_000

    with pytest.raises(FetchError, match="8 s came of the 60 s announced"):
        obtain_media(link_to(url), Workspace(tmp_path), YtDlpFetcher(Settings()), keep_video=False)


def test_a_broadcast_that_goes_on_has_no_captions_yet(server: MediaServer, tmp_path: Path) -> None:
    """Its list of pieces has no end."""
    server.files["/direct.m3u8"] = Served(
        b"#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXTINF:8,\n/piece.ts\n", "application/vnd.apple.mpegurl"
    )

    with pytest.raises(FetchError, match="being broadcast live now"):
        look(server.url("/direct.m3u8"), tmp_path)
    assert not folder_of(tmp_path).exists()


def test_captions_that_are_refused_for_a_moment_are_asked_for_again(
    server: MediaServer, recording: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without them all of the recording would be heard: two pauses are cheaper."""
    monkeypatch.setattr(patience, "RETRY_SLEEP_S", 1.0)
    url = serve_page(server, recording, BOTH)
    server.files["/auto.json3"].failures = [429, 503]
    waits: list[float] = []

    media = look(url, tmp_path, waits)

    assert [caption.file for caption in media.captions] == ["captions.fr.vtt", "captions.fr.auto.json3"]
    assert waits == [4.0, 8.0]


def test_captions_that_are_not_to_be_had_are_told_in_the_log(
    server: MediaServer, recording: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = serve_page(server, recording, BOTH)
    server.files["/auto.json3"] = Served(status=429)
    del server.files["/juin.vtt"]
    waits: list[float] = []

    with caplog.at_level(logging.INFO, "aligner.sound.ytdlp"):
        media = look(url, tmp_path, waits)

    assert media.captions == ()
    assert len(waits) == 2  # for the 429 alone: what is not there does not come by waiting
    said = [record.getMessage() for record in caplog.records if record.name == "aligner.sound.ytdlp"]
    assert ["HTTP 404" in text for text in said] == [True, False]
    assert ["HTTP 429" in text for text in said] == [False, True]


@pytest.mark.parametrize("status", [404, 403])
def test_a_page_that_is_refused(status: int, server: MediaServer, tmp_path: Path) -> None:
    server.files["/juin"] = Served(b"non", "text/html", status=status)
    with pytest.raises(FetchError, match=f"HTTP {status}"):
        look(server.url("/juin"), tmp_path)
    assert not folder_of(tmp_path).exists()
    assert len(server.seen) == 1
