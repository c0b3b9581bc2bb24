"""The real yt-dlp against a local server: pages, files, and all that sites do wrong."""

from __future__ import annotations

import io
import socket
from pathlib import Path

import av
import pytest

from aligner.errors import AlignerError, FetchError, MissingError, UsageError
from aligner.model import Caption, Link, Media
from aligner.settings import Settings
from aligner.sound import ytdlp_options
from aligner.sound.fetch import load_media, obtain_media
from aligner.sound.ytdlp import YtDlpFetcher
from aligner.store import Workspace
from tests.sound.media_server import MediaServer, Served, make_recording

CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nMonsieur le maire, chers coll\xc3\xa8gues.\n"


pytestmark = [
    pytest.mark.usefixtures("plain_surroundings"),
    # yt-dlp leaves the answers that it did not read to the garbage collector, which may come by during a test.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


@pytest.fixture(scope="module")
def poster() -> bytes:
    image = io.BytesIO()
    with av.open(image, "w", format="image2pipe") as output:
        stream = output.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuvj420p"
        output.mux(stream.encode(av.VideoFrame(64, 48, "yuvj420p")))
        output.mux(stream.encode())
    return image.getvalue()


def link_to(url: str, provider: str = "generic") -> Link:
    return Link(url, "generic:conseil-1234", provider, None, None, (0, 0))


def folder_of(workspace: Path) -> Path:
    return workspace / "media" / "generic_conseil-1234"


def obtain(url: str, workspace: Path, *, keep_video: bool = False, force: bool = False) -> Media:
    return obtain_media(
        link_to(url), Workspace(workspace), YtDlpFetcher(Settings()), keep_video=keep_video, force=force
    )


def refused(url: str, workspace: Path, capfd: pytest.CaptureFixture[str]) -> FetchError:
    """Fail to obtain it, as every failure must be: one sentence with the address, nothing printed, nothing held."""
    with pytest.raises(FetchError) as caught:
        obtain(url, workspace)
    error = caught.value
    assert error.message.startswith(f"{url} cannot be fetched")
    assert error.message.endswith(".")
    assert "--recording FILE" in error.hint
    assert "\x1b" not in str(error)
    assert "\n" not in str(error)
    assert capfd.readouterr() == ("", "")
    assert load_media(folder_of(workspace)) is None
    return error


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# --- what works -----------------------------------------------------------------------------------


def test_a_bare_file_is_kept_as_it_is(
    server: MediaServer, recording: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    url = server.url("/videos/conseil-2025-06-12.mp4")
    server.files["/videos/conseil-2025-06-12.mp4"] = Served(recording)

    media = obtain(url, tmp_path)

    assert media == Media(
        id="generic:conseil-1234",
        url=url,
        provider="generic",
        title="conseil-2025-06-12",
        duration_ms=media.duration_ms,
        video="video.mp4",
        date=None,  # that the file was changed on some day (Last-Modified) says nothing of the session's
    )
    assert media.duration_ms == pytest.approx(20_000, abs=100)
    assert (folder_of(tmp_path) / "video.mp4").read_bytes() == recording
    assert names_in(folder_of(tmp_path)) == {".lock", "info.json", "video.mp4"}
    assert capfd.readouterr() == ("", "")


def test_what_is_held_is_not_asked_for_again(server: MediaServer, recording: bytes, tmp_path: Path) -> None:
    server.files["/conseil.mp4"] = Served(recording)
    first = obtain(server.url("/conseil.mp4"), tmp_path)
    asked = len(server.seen)

    assert obtain(server.url("/conseil.mp4"), tmp_path, keep_video=True) == first
    assert len(server.seen) == asked


def test_a_file_with_sound_only_is_its_own_playable_copy(server: MediaServer, tmp_path: Path) -> None:
    sound = make_recording(tmp_path / "made.m4a", 4, picture=False)
    server.files["/seance.m4a"] = Served(sound, "audio/mp4")

    heard = obtain(server.url("/seance.m4a"), tmp_path / "heard")
    looked_at = obtain(server.url("/seance.m4a"), tmp_path / "looked_at", keep_video=True)

    assert (heard.audio, heard.video) == ("audio.m4a", None)
    assert (looked_at.audio, looked_at.video) == ("audio.m4a", "audio.m4a")


def test_a_page_with_player_captions_and_poster(
    server: MediaServer, recording: bytes, poster: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    server.files |= {
        "/seances/juin": Served(
            b"""<!doctype html><html lang="fr"><head><title>Conseil municipal du 12 juin 2025</title></head><body>
            <video controls poster="/juin.jpg"><source src="/juin.mp4" type="video/mp4">
            <track kind="captions" srclang="fr" src="/juin.vtt"></video></body></html>""",
            "text/html; charset=utf-8",
        ),
        "/juin.mp4": Served(recording),
        "/juin.vtt": Served(CAPTIONS, "text/vtt"),
        "/juin.jpg": Served(poster, "image/jpeg"),
    }

    media = obtain(server.url("/seances/juin"), tmp_path)

    assert media.title == "Conseil municipal du 12 juin 2025"
    assert (media.audio, media.video, media.thumbnail) == (None, "video.mp4", "poster.jpg")
    assert media.captions == (Caption("captions.fr.vtt", "fr", automatic=False),)
    assert (folder_of(tmp_path) / "video.mp4").read_bytes() == recording
    assert (folder_of(tmp_path) / "captions.fr.vtt").read_bytes() == CAPTIONS
    assert (folder_of(tmp_path) / "poster.jpg").read_bytes() == poster
    assert load_media(folder_of(tmp_path)) == media
    assert capfd.readouterr() == ("", "")


def test_missing_captions_and_poster_are_no_failure(
    server: MediaServer, recording: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    server.files |= {
        "/page": Served(
            b"""<html><body><video poster="/nulle-part.jpg" src="/v.mp4">
            <track srclang="fr" src="/nulle-part.vtt"></video></body></html>""",
            "text/html",
        ),
        "/v.mp4": Served(recording),
    }

    media = obtain(server.url("/page"), tmp_path)

    assert (media.video, media.captions, media.thumbnail) == ("video.mp4", (), None)
    assert media.title == "page"
    assert capfd.readouterr() == ("", "")


def test_an_error_page_in_place_of_captions_or_poster_is_not_kept(
    server: MediaServer, recording: bytes, tmp_path: Path
) -> None:
    page = Served(b"<!doctype html><p>Connectez-vous</p>", "text/html")
    server.files |= {
        "/page": Served(
            b'<html><body><video poster="/p.jpg" src="/v.mp4"><track srclang="fr" src="/c.vtt"></video></body></html>',
            "text/html",
        ),
        "/v.mp4": Served(recording),
        "/c.vtt": page,
        "/p.jpg": page,
    }

    media = obtain(server.url("/page"), tmp_path)

    assert (media.captions, media.thumbnail) == ((), None)
    assert names_in(folder_of(tmp_path)) == {".lock", "info.json", "video.mp4"}


def test_of_several_qualities_the_first_is_heard_and_all_have_one_name(
    server: MediaServer, recording: bytes, tmp_path: Path
) -> None:
    server.files |= {
        "/page": Served(
            b"""<html><body><video><source src="/720.mp4" type="video/mp4" title="720p" height="720" width="1280">
            <source src="/240.mp4" type="video/mp4" title="240p" height="240" width="426"></video></body></html>""",
            "text/html",
        ),
        "/240.mp4": Served(recording),
        "/720.mp4": Served(make_recording(tmp_path / "large.mp4", 21)),
    }

    heard = obtain(server.url("/page"), tmp_path / "heard")
    looked_at = obtain(server.url("/page"), tmp_path / "looked_at", keep_video=True)
    then_looked_at = obtain(server.url("/page"), tmp_path / "heard", keep_video=True)

    assert (heard.audio, heard.video) == ("audio.mp4", None)
    assert heard.duration_ms == pytest.approx(20_000, abs=100)
    assert (looked_at.audio, looked_at.video) == (None, "video.mp4")
    assert looked_at.duration_ms == pytest.approx(21_000, abs=100)
    assert (then_looked_at.audio, then_looked_at.video) == ("audio.mp4", "video.mp4")


def test_progress_tells_bytes_and_ends_at_the_whole(server: MediaServer, recording: bytes, tmp_path: Path) -> None:
    server.files["/conseil.mp4"] = Served(recording)
    told: list[tuple[int, int | None]] = []

    obtain_media(
        link_to(server.url("/conseil.mp4")),
        Workspace(tmp_path),
        YtDlpFetcher(Settings()),
        keep_video=False,
        progress=lambda done, total: told.append((done, total)),
    )

    assert len(told) > 1
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert {total for _, total in told} == {len(recording)}
    assert told[-1] == (len(recording), len(recording))


def test_a_stream_in_pieces_becomes_a_file_that_browsers_play(server: MediaServer, tmp_path: Path) -> None:
    piece = make_recording(tmp_path / "piece.ts", 8, container="mpegts")
    server.files |= {
        "/direct.m3u8": Served(
            b"#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXTINF:8,\n/piece.ts\n#EXT-X-ENDLIST\n",
            "application/vnd.apple.mpegurl",
        ),
        "/piece.ts": Served(piece, "video/mp2t"),
    }

    media = obtain(server.url("/direct.m3u8"), tmp_path, keep_video=True)

    assert media.video == "video.mp4"
    assert media.duration_ms == pytest.approx(8_000, abs=150)
    with av.open(str(folder_of(tmp_path) / "video.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 40


def test_picture_and_sound_apart_are_joined(server: MediaServer, tmp_path: Path) -> None:
    """As Vimeo and others serve it; the joined file must have both, from 0, and of the right length."""
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXTINF:8,\n{}\n#EXT-X-ENDLIST\n"
    kind = "application/vnd.apple.mpegurl"
    server.files |= {
        "/conseil.m3u8": Served(
            b"#EXTM3U\n"
            b'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="son",NAME="fr",LANGUAGE="fr",URI="/son.m3u8"\n'
            b'#EXT-X-STREAM-INF:BANDWIDTH=99000,CODECS="avc1.42c00a,mp4a.40.2",RESOLUTION=64x48,AUDIO="son"\n'
            b"/image.m3u8\n",
            kind,
        ),
        "/image.m3u8": Served(playlist.format("/image.ts").encode(), kind),
        "/son.m3u8": Served(playlist.format("/son.ts").encode(), kind),
        "/image.ts": Served(make_recording(tmp_path / "i.ts", 8, sound=False, container="mpegts"), "video/mp2t"),
        "/son.ts": Served(make_recording(tmp_path / "s.ts", 8, picture=False, container="mpegts"), "video/mp2t"),
    }

    heard = obtain(server.url("/conseil.m3u8"), tmp_path / "heard")
    looked_at = obtain(server.url("/conseil.m3u8"), tmp_path / "looked_at", keep_video=True)

    assert (heard.audio, heard.video) == ("audio.ts", None)
    assert (looked_at.audio, looked_at.video) == (None, "video.mp4")
    folder = folder_of(tmp_path / "looked_at")
    assert names_in(folder) == {".lock", "info.json", "video.mp4"}
    with av.open(str(folder / "video.mp4")) as container:
        assert container.start_time == 0
        assert sum(frame.samples for frame in container.decode(audio=0)) == pytest.approx(8 * 16000, abs=2048)
    with av.open(str(folder / "video.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 40


# --- cut connections ------------------------------------------------------------------------------


def test_a_cut_within_a_call_is_continued(server: MediaServer, recording: bytes, tmp_path: Path) -> None:
    server.files["/conseil.mp4"] = Served(recording, cut_at=50_000, cuts_ranges=False)

    media = obtain(server.url("/conseil.mp4"), tmp_path)

    (asked,) = server.ranges_seen("/conseil.mp4")
    assert 0 < int(asked.removeprefix("bytes=").removesuffix("-")) <= 50_000
    assert (folder_of(tmp_path) / str(media.video)).read_bytes() == recording


def test_a_cut_call_is_continued_by_the_next(
    server: MediaServer, recording: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    server.files["/conseil.mp4"] = Served(recording, cut_at=50_000)

    error = refused(server.url("/conseil.mp4"), tmp_path, capfd)

    assert "broke off" in error.message
    assert not error.permanent
    (part,) = (path for path in folder_of(tmp_path).iterdir() if path.name != ".lock")
    assert part.name.endswith(".part")
    came = part.read_bytes()
    assert came
    assert came == recording[: len(came)]
    assert len(came) <= 50_000

    server.seen.clear()
    server.files["/conseil.mp4"].cut_at = None
    media = obtain(server.url("/conseil.mp4"), tmp_path)

    assert server.ranges_seen("/conseil.mp4") == [f"bytes={len(came) - 1}-"]
    assert (folder_of(tmp_path) / str(media.video)).read_bytes() == recording
    assert names_in(folder_of(tmp_path)) == {".lock", "info.json", "video.mp4"}


def test_a_cut_stream_in_pieces_is_continued_by_the_next_call(
    server: MediaServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pieces = [make_recording(tmp_path / f"{at}.ts", 4, container="mpegts", starts_at_s=at) for at in (1, 5)]
    server.files |= {
        "/conseil.m3u8": Served(
            b"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n/1.ts\n#EXTINF:4,\n/5.ts\n#EXT-X-ENDLIST\n",
            "application/vnd.apple.mpegurl",
        ),
        "/1.ts": Served(pieces[0], "video/mp2t"),
        "/5.ts": Served(b"non", "text/plain", status=503),
    }
    assert "fault of its own" in refused(server.url("/conseil.m3u8"), tmp_path, capfd).message

    server.files["/5.ts"] = Served(pieces[1], "video/mp2t")
    server.seen.clear()
    media = obtain(server.url("/conseil.m3u8"), tmp_path)

    assert "/1.ts" not in [seen.path for seen in server.seen]
    assert (media.audio, media.video) == ("audio.ts", None)
    assert (folder_of(tmp_path) / "audio.ts").read_bytes() == pieces[0] + pieces[1]
    assert media.duration_ms == pytest.approx(8_000, abs=150)
    assert names_in(folder_of(tmp_path)) == {".lock", "info.json", "audio.ts"}


def test_a_server_without_ranges_sends_all_again(
    server: MediaServer, recording: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    server.files["/conseil.mp4"] = Served(recording, ranges=False, cut_at=50_000)
    refused(server.url("/conseil.mp4"), tmp_path, capfd)

    server.files["/conseil.mp4"].cut_at = None
    media = obtain(server.url("/conseil.mp4"), tmp_path)

    assert (folder_of(tmp_path) / str(media.video)).read_bytes() == recording


def test_a_part_is_not_continued_with_another_file(
    server: MediaServer, recording: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The town puts a corrected recording at the same address while half of the old one is here."""
    old = {"Last-Modified": "Thu, 12 Jun 2025 20:00:00 GMT"}
    server.files["/conseil.mp4"] = Served(recording, headers=old, cut_at=50_000)
    refused(server.url("/conseil.mp4"), tmp_path, capfd)

    corrected = make_recording(tmp_path / "corrected.mp4", 25)
    server.files["/conseil.mp4"] = Served(corrected, headers={"Last-Modified": "Fri, 13 Jun 2025 09:00:00 GMT"})
    media = obtain(server.url("/conseil.mp4"), tmp_path)

    assert (folder_of(tmp_path) / str(media.video)).read_bytes() == corrected
    assert names_in(folder_of(tmp_path)) == {".lock", "info.json", "video.mp4"}


# --- truncated ------------------------------------------------------------------------------------


def test_a_file_cut_on_the_server_is_not_taken_for_whole(
    server: MediaServer, recording: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Half an upload: length and bytes agree, but the file's own header announces 20 s."""
    server.files["/conseil.mp4"] = Served(recording[: len(recording) // 2])

    error = refused(server.url("/conseil.mp4"), tmp_path, capfd)

    assert "of the 20 s announced" in error.message
    assert not error.permanent
    assert not folder_of(tmp_path).exists()


def test_a_connection_closed_early_without_a_length_is_not_taken_for_whole(
    server: MediaServer, recording: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    server.files["/conseil.mp4"] = Served(recording, says_length=False, cut_at=len(recording) // 2)

    assert "cannot be fetched whole" in refused(server.url("/conseil.mp4"), tmp_path, capfd).message
    assert not folder_of(tmp_path).exists()


def test_a_file_shorter_than_its_page_announces_is_not_kept(
    server: MediaServer, recording: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A broadcast that has just ended: the page says two minutes, the file has 20 s so far."""
    page = """<html><head><title>C</title><script type="application/ld+json">
        {"@context": "https://schema.org", "@type": "VideoObject", "name": "Conseil", "contentUrl": "%s",
         "duration": "%s", "uploadDate": "2025-06-12"}</script></head></html>"""
    server.files["/seance.mp4"] = Served(recording)
    server.files["/page"] = Served((page % (server.url("/seance.mp4"), "PT2M")).encode(), "text/html")

    error = refused(server.url("/page"), tmp_path, capfd)

    assert "20 s came of the 120 s announced" in error.message
    assert not error.permanent
    assert not folder_of(tmp_path).exists()

    server.files["/page"] = Served((page % (server.url("/seance.mp4"), "PT21S")).encode(), "text/html")
    media = obtain(server.url("/page"), tmp_path)
    assert (media.title, media.date) == ("Conseil", "2025-06-12")


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "said", "permanent"),
    [
        (403, "refuses access to it (HTTP 403)", False),
        (404, "nothing at that address any more (HTTP 404)", True),
        (410, "nothing at that address any more (HTTP 410)", True),
        (429, "too much was asked of it from here (HTTP 429)", False),
        (500, "has a fault of its own (HTTP 500)", False),
        (503, "has a fault of its own (HTTP 503)", False),
    ],
)
def test_http_refusals(
    status: int,
    said: str,
    permanent: bool,
    server: MediaServer,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    server.files["/conseil.mp4"] = Served(b"non", "text/html", status=status)

    error = refused(server.url("/conseil.mp4"), tmp_path, capfd)

    assert said in error.message
    assert error.permanent is permanent
    assert 1 <= len(server.seen) <= 4
    assert not folder_of(tmp_path).exists()


@pytest.mark.parametrize(("status", "said", "permanent"), [(500, "fault of its own", False), (404, "nothing at", True)])
def test_refusals_between_page_and_file_are_retried_within_bounds(
    status: int,
    said: str,
    permanent: bool,
    server: MediaServer,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    server.files["/page"] = Served(b'<html><video src="/v.mp4"></video></html>', "text/html")
    server.files["/v.mp4"] = Served(b"non", "text/html", status=status)

    error = refused(server.url("/page"), tmp_path, capfd)

    assert said in error.message
    assert error.permanent is permanent
    assert [seen.path for seen in server.seen].count("/v.mp4") == (1 if permanent else 1 + ytdlp_options.RETRIES)
    assert not folder_of(tmp_path).exists()


def test_a_page_under_a_files_name(server: MediaServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    server.files["/conseil.mp4"] = Served(b"<!doctype html><title>Bienvenue</title><p>Nos services", "text/html")

    error = refused(server.url("/conseil.mp4"), tmp_path, capfd)

    assert "there is a page at that address, but no recording in it" in error.message
    assert error.permanent
    assert not folder_of(tmp_path).exists()


@pytest.mark.parametrize("body", [b"<!doctype html><title>Maintenance</title>" * 99, b"\0" * 5000, b"abc"])
def test_no_recording_though_the_server_says_so(
    body: bytes, server: MediaServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    server.files["/conseil.mp4"] = Served(body)

    assert "is no recording" in refused(server.url("/conseil.mp4"), tmp_path, capfd).message
    assert not folder_of(tmp_path).exists()


def test_a_film_without_sound(server: MediaServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    server.files["/muet.mp4"] = Served(make_recording(tmp_path / "muet.mp4", 4, sound=False))

    assert "sound in it" in refused(server.url("/muet.mp4"), tmp_path, capfd).message
    assert not folder_of(tmp_path).exists()


def test_a_redirect_without_end(server: MediaServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for here, there in (("/a.mp4", "/b.mp4"), ("/b.mp4", "/a.mp4")):
        server.files[here] = Served(status=302, headers={"Location": server.url(there)})

    error = refused(server.url("/a.mp4"), tmp_path, capfd)

    assert "leads round in a circle" in error.message
    assert error.permanent
    assert len(server.seen) < 100


def test_a_page_with_several_recordings_is_not_one(
    server: MediaServer, recording: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    server.files["/page"] = Served(
        b'<html><video src="/juin.mp4"></video><video src="/mai.mp4"></video></html>', "text/html"
    )

    error = refused(server.url("/page"), tmp_path, capfd)

    assert "several recordings" in error.message
    assert error.permanent
    assert [seen.path for seen in server.seen] == ["/page"]


def test_a_page_that_shows_several_recordings_of_another_site(
    server: MediaServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """They are counted, not looked up."""
    player = '<iframe src="https://www.youtube-nocookie.com/embed/{}"></iframe>'
    page = "<html>" + player.format("MntClry2025") + player.format("MntClry2024") + "</html>"
    server.files["/page"] = Served(page.encode(), "text/html")

    assert "several recordings" in refused(server.url("/page"), tmp_path, capfd).message


def test_a_part_of_what_is_gone_for_good_is_not_kept(
    server: MediaServer, recording: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    server.files["/conseil.mp4"] = Served(recording, cut_at=50_000)
    refused(server.url("/conseil.mp4"), tmp_path, capfd)
    assert folder_of(tmp_path).exists()

    del server.files["/conseil.mp4"]

    assert refused(server.url("/conseil.mp4"), tmp_path, capfd).permanent
    assert not folder_of(tmp_path).exists()


def test_a_closed_port(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    error = refused(f"http://127.0.0.1:{_closed_port()}/conseil.mp4", tmp_path, capfd)

    assert "could not be reached" in error.message
    assert not error.permanent
    assert not folder_of(tmp_path).exists()


def test_an_unknown_host(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    error = refused("http://montclery-sur-aulne.invalid/conseil.mp4", tmp_path, capfd)

    assert "the site's name is not known on this network" in error.message
    assert not error.permanent
    assert not (tmp_path / "media" / "generic_conseil-1234").exists()


def test_youtube_without_a_network(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Through a proxy that is not there, so that the test asks nothing of YouTube on any machine."""
    link = Link("https://www.youtube.com/watch?v=MntClry2025", "youtube:MntClry2025", "youtube", None, None, (0, 0))
    fetcher = YtDlpFetcher(Settings(proxy=f"http://127.0.0.1:{_closed_port()}"))

    with pytest.raises(FetchError) as caught:
        obtain_media(link, Workspace(tmp_path), fetcher, keep_video=False)

    assert caught.value.message == (
        "https://www.youtube.com/watch?v=MntClry2025 cannot be fetched: the proxy did not answer."
    )
    assert not caught.value.permanent
    assert capfd.readouterr() == ("", "")
    assert not (tmp_path / "media" / "youtube_MntClry2025").exists()


def test_a_failed_second_fetch_leaves_the_first_alone(
    server: MediaServer, recording: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    server.files["/conseil.mp4"] = Served(recording)
    first = obtain(server.url("/conseil.mp4"), tmp_path)
    server.files["/conseil.mp4"] = Served(recording, cut_at=50_000)

    with pytest.raises(FetchError):
        obtain(server.url("/conseil.mp4"), tmp_path, force=True)

    assert obtain(server.url("/conseil.mp4"), tmp_path) == first
    assert (folder_of(tmp_path) / "video.mp4").read_bytes() == recording


# --- this machine ---------------------------------------------------------------------------------


def test_the_runtime_from_pypi_is_found_and_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    from yt_dlp import YoutubeDL

    monkeypatch.setenv("PATH", "")
    options = ytdlp_options.make_options(Settings(), needs_javascript=True)

    with YoutubeDL(options) as ydl:
        runtime = ydl._js_runtimes["deno"].info
    assert runtime is not None
    assert runtime.supported


def test_youtube_without_the_runtime_says_so(
    server: MediaServer, recording: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ytdlp_options, "find_deno", lambda: None)
    link = Link("https://www.youtube.com/watch?v=MntClry2025", "youtube:MntClry2025", "youtube", None, None, (0, 0))

    with pytest.raises(MissingError, match="the JavaScript runtime “deno” is missing here"):
        obtain_media(link, Workspace(tmp_path), YtDlpFetcher(Settings()), keep_video=False)

    assert not (tmp_path / "media" / "youtube_MntClry2025").exists()
    server.files["/conseil.mp4"] = Served(recording)
    assert obtain(server.url("/conseil.mp4"), tmp_path).video == "video.mp4"


def test_cookies_are_sent_and_their_file_is_left_alone(server: MediaServer, recording: bytes, tmp_path: Path) -> None:
    cookies = tmp_path / "cookies.txt"
    text = "# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t4102444800\tsession\tmontclery\n"
    cookies.write_text(text, encoding="utf-8")
    server.files["/conseil.mp4"] = Served(recording)

    obtain_media(
        link_to(server.url("/conseil.mp4")),
        Workspace(tmp_path),
        YtDlpFetcher(Settings(cookies=str(cookies))),
        keep_video=False,
    )

    assert {seen.cookie for seen in server.seen} == {"session=montclery"}
    assert cookies.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("content", "said"), [(None, "cannot be read"), (b"{}", "is not in the format"), (b"\xff\xfe\0", "is no text")]
)
def test_an_unusable_cookies_file(content: bytes | None, said: str, tmp_path: Path) -> None:
    cookies = tmp_path / "cookies.txt"
    if content is not None:
        cookies.write_bytes(content)

    with pytest.raises(UsageError, match=said) as caught:
        obtain_media(
            link_to("http://127.0.0.1:9/conseil.mp4"),
            Workspace(tmp_path),
            YtDlpFetcher(Settings(cookies=str(cookies))),
            keep_video=False,
        )

    assert str(cookies) in caught.value.message


def test_a_fault_in_an_extractor_is_a_failed_fetch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from yt_dlp.extractor.generic import GenericIE

    def fail(self: object, url: str) -> None:
        raise TypeError("'NoneType' object is not subscriptable")

    monkeypatch.setattr(GenericIE, "_real_extract", fail)

    error = refused("http://127.0.0.1:9/conseil.mp4", tmp_path, capfd)

    assert "Update yt-dlp" in error.hint


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_errors_survive_pickling(tmp_path: Path) -> None:
    import pickle

    with pytest.raises(AlignerError) as caught:
        obtain(f"http://127.0.0.1:{_closed_port()}/conseil.mp4", tmp_path)

    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
