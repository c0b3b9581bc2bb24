"""All that is no page of a post: files, errors in words and in JSON, headers, languages, what is imported."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from aligner.store import Workspace
from web import create_app


def read(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.text


# --- files -----------------------------------------------------------------------------------------


def test_the_alignment_file_comes_as_it_is(client: FlaskClient, workspace: Workspace) -> None:
    answer = client.get("/posts/marche-couvert.json")
    assert answer.mimetype == "application/json"
    assert answer.data == (workspace.aligned / "marche-couvert.json").read_bytes()


def test_subtitles_are_listed_and_served(client: FlaskClient, workspace: Workspace) -> None:
    for name in ("marche-couvert.srt", "marche-couvert.2.vtt", "marche-couvert-bis.srt", "autre.srt"):
        (workspace.aligned / name).write_text(f"{name}\n", encoding="utf-8")
    page = read(client, "/marche-couvert/")
    assert re.findall(r'<a href="/([^"]*\.(?:srt|vtt))"', page) == ["marche-couvert.2.vtt", "marche-couvert.srt"]
    answer = client.get("/marche-couvert.srt")
    assert (answer.data, answer.mimetype) == (b"marche-couvert.srt\n", "application/x-subrip")
    assert client.get("/marche-couvert.2.vtt").mimetype == "text/vtt"
    assert client.get("/absent.srt").status_code == 404


def test_subtitles_of_another_post_with_a_longer_name_are_not_taken(client: FlaskClient, workspace: Workspace) -> None:
    document = (workspace.aligned / "marche-couvert.json").read_text(encoding="utf-8")
    (workspace.aligned / "marche-couvert.suite.json").write_text(document, encoding="utf-8")
    (workspace.aligned / "marche-couvert.suite.srt").write_text("suite\n", encoding="utf-8")
    assert "marche-couvert.suite.srt" not in read(client, "/marche-couvert/")
    assert "marche-couvert.suite.srt" in read(client, "/marche-couvert.suite/")


def test_a_single_recording_plays_with_its_subtitles(client: FlaskClient, workspace: Workspace) -> None:
    (workspace.aligned / "marche-couvert.vtt").write_text("WEBVTT\n", encoding="utf-8")
    (workspace.aligned / "deux-seances.1.vtt").write_text("WEBVTT\n", encoding="utf-8")
    assert '<track kind="subtitles" srclang="fr"' in read(client, "/marche-couvert/")
    assert "<track" not in read(client, "/deux-seances/")


# --- errors, headers, languages ----------------------------------------------------------------------


def test_a_missing_page_says_so_in_words(client: FlaskClient) -> None:
    for address in ("/rien/", "/media/youtube:rien", "/posters/youtube:rien", "/a/b/c"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "Cette page n’existe pas" in answer.text


def test_a_missing_json_says_so_in_json(client: FlaskClient) -> None:
    answer = client.get("/posts/rien.json")
    assert answer.status_code == 404
    assert answer.json == {
        "ok": False,
        "status": 404,
        "error": "Cette page n’existe pas. L’adresse est peut-être mal écrite, ou le texte a été retiré.",
    }


def test_a_failure_of_ours_is_a_page_without_its_details(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("aligner.library.Library.posts", fail)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Quelque chose s’est mal passé" in answer.text
    assert "secret detail" not in answer.text


def test_a_library_that_can_be_kept_nowhere_is_told_in_a_page(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace.aligned / ".library.sqlite").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "absent"))
    client = create_app(workspace).test_client()
    page = client.get("/")
    assert (page.status_code, "Quelque chose s’est mal passé" in page.text) == (500, True)
    assert str(tmp_path) not in page.text
    assert json.loads(client.get("/api/posts").data)["status"] == 500


@pytest.mark.parametrize("host", ["a" * 64, "x." * 200, '"><script>', "a b", "", "[", "é"])
@pytest.mark.parametrize("address", ["/", "/marche-couvert/", "/recherche", "/api/posts", "/rien/"])
def test_a_host_that_is_none_is_no_failure_of_ours(client: FlaskClient, host: str, address: str) -> None:
    answer = client.get(address, headers={"Host": host})
    assert answer.status_code < 500
    assert '"><script>' not in answer.text


def test_a_method_that_is_not_allowed_keeps_its_headers(client: FlaskClient) -> None:
    answer = client.post("/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "code 405" in answer.text


@pytest.mark.parametrize("address", ["/", "/marche-couvert/", "/rien/", "/static/page.js", "/posts/rien.json"])
def test_every_answer_carries_the_safety_headers_and_no_cookie(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'self' https://www.youtube.com;" in policy
    framed = "https://www.youtube-nocookie.com https://player.vimeo.com https://geo.dailymotion.com"
    assert policy.endswith(f"; frame-src {framed}")
    assert "img-src 'self' data:;" in policy
    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    ("address", "accepted", "language"),
    [
        ("/", "", "fr"),
        ("/", "de", "fr"),
        ("/", "en-GB,en;q=0.9", "en"),
        ("/", "en;q=0.5,fr;q=0.8", "fr"),
        ("/?lang=en", "fr", "en"),
        ("/?lang=fr", "en", "fr"),
        ("/?lang=xx", "en", "en"),
    ],
)
def test_the_language_is_the_one_asked_for(client: FlaskClient, address: str, accepted: str, language: str) -> None:
    answer = client.get(address, headers={"Accept-Language": accepted})
    assert f'<html lang="{language}">' in answer.text
    assert ("Every published sentence" in answer.text) == (language == "en")
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_chosen_language_is_kept_from_page_to_page(client: FlaskClient) -> None:
    assert 'href="/marche-couvert/?lang=en"' in read(client, "/?lang=en")
    post = read(client, "/marche-couvert/?lang=en&t=5")
    assert 'href="/?lang=en"' in post
    assert 'href="?lang=fr&amp;t=5" lang="fr"' in post
    assert 'href="/marche-couvert/"' in read(client, "/")


def test_the_published_text_stays_french_on_an_english_page(client: FlaskClient) -> None:
    page = read(client, "/marche-couvert/?lang=en")
    assert 'id="text" lang="fr"' in page
    assert '<span class="aside reworded" lang="en">' in page
    assert 'lang="fr">Rénover le marché couvert</h1>' in page


# --- what the viewer is made of ----------------------------------------------------------------------


def test_the_viewer_imports_nothing_that_fetches_hears_or_matches() -> None:
    program = "import sys, web; print(*sys.modules)"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    heavy = (
        "yt_dlp",
        "faster_whisper",
        "ctranslate2",
        "av",
        "numpy",
        "aligner.sound",
        "aligner.matching",  # comes with the first quote that is pasted
    )
    assert "web.views" in loaded
    assert [name for name in heavy if name in loaded] == []
