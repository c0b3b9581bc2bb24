"""Recordings: which file may be played, ranges, traversal, and addresses that start at a moment."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from aligner.model import Media
from aligner.store import Workspace, dump_json
from web.recordings import file_fragment, find_playable, find_poster, timed_address, youtube_video
from web.views.files import LARGEST_PART

FILM = "generic:film"


def put(workspace: Workspace, media_id: str = FILM, **info: object) -> Path:
    folder = workspace.media_folder(media_id)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "info.json").write_text(dump_json({"id": media_id} | info), encoding="utf-8")
    return folder


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


# --- sending ---------------------------------------------------------------------------------------


def test_a_recording_is_sent_whole(client: FlaskClient, video: Path) -> None:
    answer = client.get("/media/generic:conseil-2025-06-12")
    assert answer.status_code == 200
    assert answer.mimetype == "video/mp4"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.data == video.read_bytes()


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-99", 0, 100), ("bytes=1000-", 1000, None), ("bytes=-500", -500, None)],
)
def test_a_range_is_sent_as_a_part(client: FlaskClient, video: Path, asked: str, start: int, end: int | None) -> None:
    whole = video.read_bytes()
    answer = client.get("/media/generic:conseil-2025-06-12", headers={"Range": asked})
    first = start % len(whole)
    last = (end or len(whole)) - 1
    assert answer.status_code == 206
    assert answer.data == whole[start:end]
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"


def test_a_range_beyond_the_end_is_refused_with_the_length(client: FlaskClient, video: Path) -> None:
    answer = client.get("/media/generic:conseil-2025-06-12", headers={"Range": "bytes=99999999-"})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{video.stat().st_size}"


@pytest.mark.parametrize("asked", ["bytes=0-", "bytes=0-9999999"])
def test_a_long_range_is_answered_in_parts_a_server_can_buffer(
    client: FlaskClient, workspace: Workspace, asked: str
) -> None:
    size = LARGEST_PART + 10
    (put(workspace, video="long.mp4") / "long.mp4").write_bytes(bytes(size))
    answer = client.get(f"/media/{FILM}", headers={"Range": asked})
    assert answer.headers["Content-Range"] == f"bytes 0-{LARGEST_PART - 1}/{size}"
    rest = client.get(f"/media/{FILM}", headers={"Range": f"bytes={LARGEST_PART}-"})
    assert len(answer.data) + len(rest.data) == size


def test_an_unchanged_recording_is_not_sent_twice(client: FlaskClient) -> None:
    first = client.get("/media/generic:conseil-2025-06-12")
    again = client.get("/media/generic:conseil-2025-06-12", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_a_poster_is_shown_and_sent(client: FlaskClient, workspace: Workspace) -> None:
    (put(workspace, "youtube:Mc5Aulne001", thumbnail="poster.jpg") / "poster.jpg").write_bytes(b"picture")
    assert 'src="/posters/youtube:Mc5Aulne001"' in client.get("/place-du-lavoir/").text
    answer = client.get("/posters/youtube:Mc5Aulne001")
    assert (answer.data, answer.mimetype) == (b"picture", "image/jpeg")


def test_a_youtube_recording_kept_here_needs_no_consent(client: FlaskClient, workspace: Workspace, video: Path) -> None:
    folder = put(workspace, "youtube:Mc5Aulne001", video="film.mp4")
    shutil.copyfile(video, folder / "film.mp4")
    page = client.get("/place-du-lavoir/").text
    assert '<video controls playsinline preload="metadata" src="/media/youtube:Mc5Aulne001"' in page
    assert "Charger le lecteur" not in page
    assert "Voir sur YouTube" in page


# --- what may be sent ------------------------------------------------------------------------------


def test_video_goes_before_audio_and_audio_stands_in_for_a_missing_video(empty: Workspace) -> None:
    folder = put(empty, video="film.webm", audio="sound.webm")
    (folder / "sound.webm").write_bytes(b"sound")
    found = find_playable(empty, FILM)
    assert found
    assert (found.path.name, found.mimetype) == ("sound.webm", "audio/webm")
    (folder / "film.webm").write_bytes(b"film")
    found = find_playable(empty, FILM)
    assert found
    assert (found.path.name, found.mimetype) == ("film.webm", "video/webm")


def test_a_recording_may_lie_elsewhere_when_its_info_says_so(empty: Workspace, tmp_path: Path) -> None:
    elsewhere = tmp_path / "films" / "Séance du 12.mp4"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(b"film")
    put(empty, video=None, audio=str(elsewhere))
    found = find_playable(empty, FILM)
    assert found
    assert (found.path, found.mimetype) == (elsewhere, "video/mp4")


@pytest.mark.parametrize(
    "name",
    [
        "../secret.mp4",
        "a/../../secret.mp4",
        "..\\secret.mp4",
        "info.json",
        "video",
        "",
        ".",
        "film.mp4\0.jpg",
        7,
        ["a"],
    ],
    ids=repr,
)
def test_a_name_that_leads_out_or_is_no_media_is_not_served(empty: Workspace, name: object) -> None:
    put(empty, video=name, thumbnail=name)
    (empty.media / "secret.mp4").write_bytes(b"secret")
    (empty.media / "..\\secret.mp4").write_bytes(b"secret")
    assert find_playable(empty, FILM) is None
    assert find_poster(empty, FILM) is None


@pytest.mark.parametrize(
    "address",
    [
        "/media/..",
        "/media/../info.json",
        "/media/%2e%2e",
        "/media/%2e%2e%2fsecret",
        "/media/.",
        "/media/generic:conseil-2025-06-12/video.mp4",
        "/media//etc/passwd",
        "/media/generic_conseil-2025-06-12",
    ],
)
def test_an_address_that_names_no_recording_finds_nothing(
    client: FlaskClient, workspace: Workspace, address: str
) -> None:
    for folder in (workspace.root, workspace.media):
        (folder / "info.json").write_text(dump_json({"id": "..", "video": "secret.mp4"}), encoding="utf-8")
        (folder / "secret.mp4").write_bytes(b"secret")
    assert client.get(address).status_code in (308, 404)
    assert b"secret" not in client.get(address, follow_redirects=True).data


def test_a_folder_shared_by_two_ids_serves_only_its_own(empty: Workspace) -> None:
    folder = put(empty, "generic:a/b", video="film.mp4")
    (folder / "film.mp4").write_bytes(b"film")
    assert empty.media_folder("generic:a_b") == folder
    assert find_playable(empty, "generic:a/b") is not None
    assert find_playable(empty, "generic:a_b") is None


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"id": 1}', "[" * 100_000], ids=lambda text: text[:8])
def test_a_broken_info_file_means_no_file_of_ours(client: FlaskClient, workspace: Workspace, content: str) -> None:
    (workspace.media_folder("generic:conseil-2025-06-12") / "info.json").write_text(content, encoding="utf-8")
    page = client.get("/marche-couvert/")
    assert page.status_code == 200
    assert "Cet enregistrement ne se lit pas sur cette page" in page.text
    assert 'href="https://montclery.example/conseil.mp4#t=14"' in page.text


# --- addresses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("media_id", "provider", "url", "start_ms", "address"),
    [
        (
            "youtube:Mc5Aulne001",
            "youtube",
            "https://www.youtube.com/watch?v=x",
            754_299,
            "https://youtu.be/Mc5Aulne001?t=753",
        ),
        (
            "youtube:Mc5Aulne001",
            "youtube",
            "https://www.youtube.com/watch?v=x",
            754_300,
            "https://youtu.be/Mc5Aulne001?t=754",
        ),
        ("youtube:Mc5Aulne001", "youtube", "", 200, "https://youtu.be/Mc5Aulne001?t=0"),
        ("vimeo:1", "vimeo", "https://vimeo.com/1", 61_300, "https://vimeo.com/1#t=61s"),
        (
            "dailymotion:x1",
            "dailymotion",
            "https://www.dailymotion.com/video/x1",
            61_300,
            "https://www.dailymotion.com/video/x1?start=61",
        ),
        (
            "peertube:1",
            "peertube",
            "https://tube.example/w/1?start=5&a=b",
            61_300,
            "https://tube.example/w/1?a=b&start=61",
        ),
        ("generic:f", "generic", "https://site.example/f.mp4#t=1", 61_300, "https://site.example/f.mp4#t=61"),
        ("generic:f", "generic", "file:///etc/passwd", 61_300, None),
        ("generic:f", "generic", "http://[", 61_300, None),
        ("generic:f", "generic", "", 61_300, None),
    ],
)
def test_outside_links_start_at_the_moment(
    media_id: str, provider: str, url: str, start_ms: int, address: str | None
) -> None:
    assert timed_address(Media(media_id, url, provider, "", None), start_ms) == address


def test_an_id_that_is_none_of_youtubes_is_not_put_into_an_address() -> None:
    assert youtube_video(Media('youtube:a"><script>', "", "youtube", "", None)) is None
    assert youtube_video(Media("youtube:Mc5Aulne001", "", "youtube", "", None)) == "Mc5Aulne001"


@pytest.mark.parametrize(("start_ms", "fragment"), [(0, "#t=0.0"), (250, "#t=0.0"), (15_382_345, "#t=15382.0")])
def test_file_links_start_a_little_early_to_the_tenth(start_ms: int, fragment: str) -> None:
    assert file_fragment(start_ms) == fragment
