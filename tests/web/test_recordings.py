"""Recordings: which file may be played, ranges, traversal, and addresses that start at a moment."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from flask import url_for
from flask.testing import FlaskClient

from aligner.model import Media, Status
from aligner.store import Workspace, dump_json
from tests.web.conftest import LOCAL, TUBE, Draft, write_info
from web import create_app
from web.recordings import file_fragment, find_embed, find_playable, find_poster, timed_address, youtube_video
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
        (folder / "secret.mp4").write_bytes(b"not for you")
    assert client.get(address).status_code in (308, 404)
    assert b"not for you" not in client.get(address, follow_redirects=True).data


def test_a_recording_whose_id_is_an_address_is_sent_as_any_other(empty: Workspace, video: Path) -> None:
    media = replace(LOCAL, id="generic:https://montclery.example//séance 1?b=c#d%25.mp4")
    folder = write_info(empty, media, video="video.mp4")
    shutil.copyfile(video, folder / "video.mp4")
    app = create_app(empty)
    with app.test_request_context():
        address = url_for("files.send_recording", media_id=media.id)
    answer = app.test_client().get(address, headers={"Range": "bytes=0-9"}, buffered=True)
    assert (answer.status_code, answer.data) == (206, video.read_bytes()[:10])


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


# --- players of other sites ------------------------------------------------------------------------

UUID = "9c9de5e8-0a1e-484a-b099-e80766180a6d"


@pytest.mark.parametrize(
    ("provider", "url", "service", "source"),
    [
        ("vimeo", "https://vimeo.com/42", "vimeo", "https://player.vimeo.com/video/42?dnt=1&playsinline=1"),
        (
            "vimeo",
            "https://vimeo.com/42/ab12",
            "vimeo",
            "https://player.vimeo.com/video/42?h=ab12&dnt=1&playsinline=1",
        ),
        (
            "dailymotion",
            "https://www.dailymotion.com/video/x9",
            "dailymotion",
            "https://geo.dailymotion.com/player.html?video=x9",
        ),
        (
            "peertube",
            f"https://Tube.example:8443/videos/watch/{UUID}",
            "tube.example:8443",
            f"https://tube.example:8443/videos/embed/{UUID}?api=1&p2p=0&warningTitle=0",
        ),
        (
            "peertube",
            "https://tube.example/w/kkGMgK9ZtnKfYAgnEtQxbv",
            "tube.example",
            "https://tube.example/videos/embed/kkGMgK9ZtnKfYAgnEtQxbv?api=1&p2p=0&warningTitle=0",
        ),
    ],
)
def test_a_site_s_own_player_has_its_address_made_from_the_recording_s(
    provider: str, url: str, service: str, source: str
) -> None:
    embed = find_embed(Media(f"{provider}:42", url, provider, "", None))
    assert embed
    assert (embed.player, embed.service, embed.source) == (provider, service, source)


@pytest.mark.parametrize(
    ("provider", "url"),
    [
        ("vimeo", "javascript:alert(1)//vimeo.com/42"),
        ("vimeo", "https://vimeo.example/42"),
        ("vimeo", "https://vimeo.com/channels/montclery"),
        ("dailymotion", "https://www.dailymotion.com/montclery"),
        ("peertube", f"https://tube.example;script-src *.example/videos/watch/{UUID}"),
        ("peertube", f"https://maire@tube.example/videos/watch/{UUID}"),
        ("peertube", "https://tube.example/c/conseil"),
        ("peertube", "http://["),
        ("facebook", "https://www.facebook.com/watch/?v=42"),
        ("generic", "https://montclery.example/conseil"),
    ],
)
def test_what_is_no_recording_of_a_site_we_know_is_never_framed(provider: str, url: str) -> None:
    assert find_embed(Media(f"{provider}:42", url, provider, "", None)) is None


def test_only_the_page_that_shows_a_peertube_recording_may_frame_its_host(
    client: FlaskClient, workspace: Workspace
) -> None:
    tube = Media("peertube:x", f"https://tube.example/videos/watch/{UUID}", "peertube", "Conseil de quartier", None)
    Draft("quartier", "Le quartier", (tube,)).block("Bonsoir.").passage("Bonsoir.", Status.SPOKEN, 1_000, 2_000).write(
        workspace
    )
    known = "https://www.youtube-nocookie.com https://player.vimeo.com https://geo.dailymotion.com"
    assert f"frame-src {known} https://tube.example" in client.get("/quartier/").headers["Content-Security-Policy"]
    policy = client.get("/marche-couvert/").headers["Content-Security-Policy"]
    assert f"frame-src {known}" in policy
    assert "tube.example" not in policy


# --- subtitles in the player -----------------------------------------------------------------------


def tracks(client: FlaskClient, address: str) -> list[str]:
    return re.findall(
        r'<track kind="subtitles" srclang="fr" label="Texte publié" src="([^"]+)">', client.get(address).text
    )


def put_subtitles(workspace: Workspace, *names: str) -> None:
    for name in names:
        (workspace.aligned / name).write_text("WEBVTT\n", encoding="utf-8")


def test_each_recording_of_ours_has_the_subtitles_of_its_number(
    client: FlaskClient, workspace: Workspace, video: Path
) -> None:
    shutil.copyfile(video, put(workspace, TUBE.id, audio="sound.m4a") / "sound.m4a")
    put_subtitles(workspace, "deux-seances.1.vtt", "deux-seances.2.vtt")
    assert tracks(client, "/deux-seances/") == ["/deux-seances.1.vtt", "/deux-seances.2.vtt"]


def test_subtitles_are_numbered_by_the_recordings_that_the_text_was_placed_in(
    client: FlaskClient, workspace: Workspace
) -> None:
    empty = Media("generic:rien", "https://montclery.example/rien.mp4", "generic", "Un autre jour", None)
    post = Draft("trois-films", "Trois films", (empty, LOCAL, TUBE)).block("Nous commençons. Nous finissons.")
    post.passage("Nous commençons.", Status.SPOKEN, 1_000, 2_000, media=LOCAL)
    post.passage("Nous finissons.", Status.REWORDED, 5_000, 6_000, media=TUBE).write(workspace)
    put_subtitles(workspace, "trois-films.1.vtt", "trois-films.2.vtt")
    assert tracks(client, "/trois-films/") == ["/trois-films.1.vtt"]


def test_a_text_placed_in_one_of_its_recordings_has_subtitles_without_a_number(
    client: FlaskClient, workspace: Workspace
) -> None:
    post = Draft("deux-films", "Deux films", (TUBE, LOCAL)).block("Nous commençons. Nous hésitons.")
    post.passage("Nous commençons.", Status.SPOKEN, 1_000, 2_000, media=LOCAL)
    post.passage("Nous hésitons.", Status.UNCERTAIN, 5_000, 6_000, media=TUBE).write(workspace)
    put_subtitles(workspace, "deux-films.vtt")
    assert tracks(client, "/deux-films/") == ["/deux-films.vtt"]


def test_no_subtitles_rather_than_those_of_another_recording(client: FlaskClient, workspace: Workspace) -> None:
    put_subtitles(workspace, "deux-seances.1.vtt")
    assert tracks(client, "/deux-seances/") == []
