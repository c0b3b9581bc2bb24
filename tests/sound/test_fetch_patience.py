"""Waiting: growing pauses before a site is asked again, polite ones between its recordings, and no needless ones."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from aligner.errors import FetchError
from aligner.model import Link, Media
from aligner.settings import Settings
from aligner.sound import patience
from aligner.sound.fetch import obtain_captions, obtain_media
from aligner.sound.patience import Patience
from aligner.sound.ytdlp import YtDlpFetcher
from aligner.store import Workspace
from tests.sound.media_server import MediaServer, Served, make_recording

PAGE = b'<html><video src="/v.mp4"></video></html>'


pytestmark = [
    pytest.mark.usefixtures("plain_surroundings"),
    # yt-dlp leaves the answers that it did not read to the garbage collector, which may come by during a test.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


class Clock:
    """Time that passes only in sleep."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def link_to(url: str, name: str = "conseil-1234") -> Link:
    return Link(url, f"generic:{name}", "generic", None, None, (0, 0))


def folder_of(workspace: Path) -> Path:
    return workspace / "media" / "generic_conseil-1234"


@pytest.fixture
def full_pauses(plain_surroundings: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "RETRY_SLEEP_S", 1.0)


def obtain(url: str, workspace: Path, waits: list[float], settings: Settings | None = None) -> Media:
    fetcher = YtDlpFetcher(settings or Settings(), sleep=waits.append)
    return obtain_media(link_to(url), Workspace(workspace), fetcher, keep_video=False)


# --- trying again ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("full_pauses")
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_fault_is_met_with_growing_pauses(
    status: int, server: MediaServer, recording: bytes, tmp_path: Path
) -> None:
    server.files["/conseil.mp4"] = Served(recording, failures=[status, status])
    waits: list[float] = []

    media = obtain(server.url("/conseil.mp4"), tmp_path, waits)

    assert (folder_of(tmp_path) / str(media.video)).read_bytes() == recording
    assert waits == [4.0, 8.0]


@pytest.mark.usefixtures("full_pauses")
@pytest.mark.parametrize("status", [429, 503])
def test_trying_again_has_an_end(status: int, server: MediaServer, tmp_path: Path) -> None:
    server.files["/conseil.mp4"] = Served(status=status)
    waits: list[float] = []

    with pytest.raises(FetchError, match=f"HTTP {status}") as caught:
        obtain(server.url("/conseil.mp4"), tmp_path, waits)

    assert not caught.value.permanent
    assert waits == [4.0, 8.0]
    assert len(server.seen) == patience.ATTEMPTS == 3


@pytest.mark.parametrize("status", [401, 403, 404, 410, 451])
def test_what_waiting_does_not_help_is_asked_once(status: int, server: MediaServer, tmp_path: Path) -> None:
    server.files["/conseil.mp4"] = Served(status=status)
    waits: list[float] = []

    with pytest.raises(FetchError, match=f"HTTP {status}"):
        obtain(server.url("/conseil.mp4"), tmp_path, waits)

    assert waits == []
    assert len(server.seen) == 1


@pytest.mark.usefixtures("full_pauses")
def test_a_site_that_does_not_answer(server: MediaServer, tmp_path: Path) -> None:
    server.files["/page"] = Served(PAGE, "text/html", hold_at=0)
    waits: list[float] = []

    with pytest.raises(FetchError, match="did not answer in time"):
        obtain(server.url("/page"), tmp_path, waits, Settings(ytdlp_options="--socket-timeout 0.3"))

    assert waits == [4.0, 8.0]
    assert len(server.seen) == 3
    assert not folder_of(tmp_path).exists()


@pytest.mark.parametrize("status", [403, 429])
def test_a_download_that_is_refused_goes_with_a_new_address(
    status: int, server: MediaServer, recording: bytes, tmp_path: Path
) -> None:
    server.files["/page"] = Served(PAGE, "text/html")
    server.files["/v.mp4"] = Served(recording, failures=[status])
    waits: list[float] = []

    media = obtain(server.url("/page"), tmp_path, waits)

    assert (folder_of(tmp_path) / str(media.video)).read_bytes() == recording
    assert [seen.path for seen in server.seen] == ["/page", "/v.mp4", "/page", "/v.mp4"]
    assert len(waits) == 1


def test_progress_begins_anew_with_a_new_address(server: MediaServer, recording: bytes, tmp_path: Path) -> None:
    """Picture and sound lie apart, and the sound is refused once: the picture is not counted twice."""
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXTINF:8,\n{}\n#EXT-X-ENDLIST\n"
    kind = "application/vnd.apple.mpegurl"
    picture = make_recording(tmp_path / "i.ts", 8, sound=False, container="mpegts")
    sound = make_recording(tmp_path / "s.ts", 8, picture=False, container="mpegts")
    server.files |= {
        "/conseil.m3u8": Served(
            b'#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="son",NAME="fr",LANGUAGE="fr",URI="/son.m3u8"\n'
            b'#EXT-X-STREAM-INF:BANDWIDTH=99000,CODECS="avc1.42c00a,mp4a.40.2",RESOLUTION=64x48,AUDIO="son"\n'
            b"/image.m3u8\n",
            kind,
        ),
        "/image.m3u8": Served(playlist.format("/image.ts").encode(), kind),
        "/son.m3u8": Served(playlist.format("/son.ts").encode(), kind),
        "/image.ts": Served(picture, "video/mp2t"),
        "/son.ts": Served(sound, "video/mp2t", failures=[403]),
    }
    told: list[int] = []

    obtain_media(
        link_to(server.url("/conseil.m3u8")),
        Workspace(tmp_path / "workspace"),
        YtDlpFetcher(Settings()),
        keep_video=True,
        progress=lambda done, _total: told.append(done),
    )

    assert [seen.path for seen in server.seen].count("/image.ts") == 1
    assert told[-1] == len(picture) + len(sound)


def failing(times: int, *, permanent: bool = False, soon: bool = False) -> list[FetchError | None]:
    return [*(FetchError(f"no {n}", permanent=permanent, soon=soon) for n in range(times)), *[None] * 5]


def make_attempts(patient: Patience, results: list[FetchError | None], link: Link) -> str | None:
    def attempt() -> str:
        error = results.pop(0)
        if error:
            raise error
        return "had"

    try:
        return patient.persist(link, attempt)
    except FetchError as error:
        return error.message


@pytest.mark.usefixtures("full_pauses")
def test_a_site_that_was_given_up_is_not_waited_for_until_it_answers() -> None:
    clock = Clock()
    patient = Patience(0, clock.sleep, clock.read)
    link = link_to("https://montclery-sur-aulne.example/a")

    assert make_attempts(patient, failing(9, soon=True), link) == "no 2"
    assert clock.slept == [4.0, 8.0]
    other = link_to("https://montclery-sur-aulne.example/b", "b")
    assert make_attempts(patient, failing(1, soon=True), other) == "no 0"
    elsewhere = link_to("https://ailleurs.example/c", "c")
    assert make_attempts(patient, failing(1, soon=True), elsewhere) == "had"
    assert clock.slept == [4.0, 8.0, 4.0]
    assert make_attempts(patient, failing(0), other) == "had"
    assert make_attempts(patient, failing(1, soon=True), link) == "had"
    assert clock.slept == [4.0, 8.0, 4.0, 4.0]


def test_only_what_passes_soon_is_tried_again() -> None:
    clock = Clock()
    patient = Patience(0, clock.sleep, clock.read)
    link = link_to("https://montclery-sur-aulne.example/a")
    assert make_attempts(patient, failing(1, permanent=True), link) == "no 0"
    assert make_attempts(patient, failing(1), link) == "no 0"
    assert clock.slept == []


# --- pauses between recordings --------------------------------------------------------------------


def visit(patient: Patience, url: str, name: str, clock: Clock, lasts_s: float = 0.0) -> None:
    with patient.visit(link_to(url, name)):
        clock.now += lasts_s


def test_recordings_of_one_site_keep_their_distance() -> None:
    clock = Clock()
    patient = Patience(3, clock.sleep, clock.read)

    visit(patient, "https://montclery-sur-aulne.example/a", "a", clock, lasts_s=20)
    assert clock.slept == []
    clock.now += 1
    visit(patient, "https://montclery-sur-aulne.example/b", "b", clock)
    assert clock.slept == [2.0]  # 1 s of the 3 was over
    visit(patient, "https://ailleurs.example/c", "c", clock)
    assert clock.slept == [2.0]
    clock.now += 3
    visit(patient, "https://montclery-sur-aulne.example/d", "d", clock)
    assert clock.slept == [2.0]  # hearing lasted longer than the pause


def test_more_of_the_same_recording_needs_no_pause() -> None:
    clock = Clock()
    patient = Patience(3, clock.sleep, clock.read)
    for name, slept in (("a", []), ("a", []), ("b", [3.0]), ("a", [3.0, 3.0])):
        visit(patient, "https://montclery-sur-aulne.example/x", name, clock)
        assert clock.slept == slept


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000", "127.1.2.3"])
def test_this_machine_needs_no_pause(host: str) -> None:
    clock = Clock()
    patient = Patience(3, clock.sleep, clock.read)
    for name in "abc":
        visit(patient, f"http://{host}/{name}", name, clock)
    assert clock.slept == []


def test_a_failure_is_followed_by_a_pause_too() -> None:
    clock = Clock()
    patient = Patience(3, clock.sleep, clock.read)
    with pytest.raises(FetchError), patient.visit(link_to("https://montclery-sur-aulne.example/a", "a")):
        raise FetchError("no")
    visit(patient, "https://montclery-sur-aulne.example/b", "b", clock)
    assert clock.slept == [3.0]


def test_those_that_come_at_once_are_let_through_one_after_another() -> None:
    """Several threads of one run: each is given its own moment, none waits while it holds the others up."""
    slept: list[float] = []
    patient = Patience(3, slept.append, lambda: 1000.0)
    started = threading.Barrier(4)

    def run(name: str) -> None:
        started.wait()
        with patient.visit(link_to("https://montclery-sur-aulne.example/x", name)):
            pass

    threads = [threading.Thread(target=run, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(slept) == [3.0, 6.0, 9.0]


def test_the_pause_is_a_setting_and_looking_counts(server: MediaServer, recording: bytes, tmp_path: Path) -> None:
    """Through the local server as a proxy, so that the site has a name of its own."""
    site = "http://montclery-sur-aulne.invalid"
    server.files |= {f"{site}/{name}.mp4": Served(recording) for name in "ab"}
    waits: list[float] = []
    fetcher = YtDlpFetcher(Settings(proxy=server.url("/"), pause_s=700), sleep=waits.append)
    first, second = (link_to(f"{site}/{name}.mp4", name) for name in "ab")

    obtain_captions(first, Workspace(tmp_path), fetcher)
    obtain_media(first, Workspace(tmp_path), fetcher, keep_video=False)
    assert waits == []
    obtain_media(second, Workspace(tmp_path), fetcher, keep_video=False)

    (waited,) = waits
    assert 0 < waited <= 700
    assert (tmp_path / "media" / "generic_b" / "video.mp4").read_bytes() == recording
