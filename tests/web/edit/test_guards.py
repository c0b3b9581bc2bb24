"""Attacks: nobody but a page of this very start writes anything, and nobody but this machine is answered."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from aligner.editing import open_editor
from aligner.errors import UsageError
from aligner.settings import Settings
from aligner.store import Workspace
from tests.web.conftest import Client
from tests.web.edit.conftest import run_bench
from tests.web.edit.sample import MEDIA, SLUG
from web import create_app
from web.serve import LARGEST_BODY

ORIGIN = "http://localhost"
OWN = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
TULIPE = "zntcxefffv"


def snapshot(workspace: Workspace) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in workspace.posts.rglob("*") if path.suffix in (".toml", ".json")}


@pytest.fixture
def client(council: Workspace) -> FlaskClient:
    app = create_app(council, bench=open_editor(Settings(workspace=council.root), "127.0.0.1"))
    app.test_client_class = Client
    return app.test_client()


@pytest.fixture
def form(client: FlaskClient) -> dict[str, str]:
    page = client.get(f"/edit/{SLUG}/").text
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    return {"token": token[1], "passage": TULIPE, "action": "unsaid"}


def test_the_form_works_when_it_is_ours(client: FlaskClient, form: dict[str, str], council: Workspace) -> None:
    answer = client.post(f"/edit/{SLUG}/", data=form, headers=OWN)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/edit/{SLUG}/?p={TULIPE}&fait=unsaid"
    assert (council.posts / f"{SLUG}.corrections.toml").is_file()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": ORIGIN},
        {"Sec-Fetch-Site": "none", "Origin": ORIGIN},
        {"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN},
    ],
)
def test_a_foreign_page_writes_nothing_even_with_the_token(
    client: FlaskClient, form: dict[str, str], council: Workspace, headers: dict[str, str]
) -> None:
    before = snapshot(council)
    for address, data in ((f"/edit/{SLUG}/", form), (f"/signaler/{SLUG}/", {"p": TULIPE})):
        assert client.post(address, data=data, headers=headers).status_code == 403
    assert snapshot(council) == before


@pytest.mark.parametrize("token", [None, "", "x", "é" * 32])
def test_without_the_token_of_this_start_nothing_is_written(
    client: FlaskClient, form: dict[str, str], council: Workspace, token: str | None
) -> None:
    before = snapshot(council)
    data = {key: value for key, value in (form | {"token": token}).items() if value is not None}
    answer = client.post(f"/edit/{SLUG}/", data=data, headers=OWN)
    assert answer.status_code == 403
    assert "rechargez-la" in answer.text
    assert snapshot(council) == before


def test_two_starts_have_two_tokens(council: Workspace) -> None:
    settings = Settings(workspace=council.root)
    assert open_editor(settings, "localhost").token != open_editor(settings, "localhost").token
    assert len(open_editor(settings, "::1").token) >= 32


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "192.168.1.7:8000", "", "[", "a b"]
)
def test_another_name_is_answered_by_no_page(client: FlaskClient, host: str, form: dict[str, str]) -> None:
    client.get("/")  # kept under our own name
    for address in ("/", f"/edit/{SLUG}/", f"/{SLUG}/", "/api/posts", "/static/base.css", "/rien"):
        answer = client.get(address, environ_overrides={"HTTP_HOST": host})
        assert answer.status_code == 421, address
        assert form["token"] not in answer.text
    sent = client.post(f"/edit/{SLUG}/", data=form, headers=OWN, environ_overrides={"HTTP_HOST": host})
    assert sent.status_code == 421


@pytest.mark.parametrize("host", ["localhost", "localhost:8123", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
def test_this_machines_own_names_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/edit/", environ_overrides={"HTTP_HOST": host}).status_code == 200


def test_looking_never_writes(client: FlaskClient, form: dict[str, str], council: Workspace) -> None:
    before = snapshot(council)
    assert client.get(f"/edit/{SLUG}/", query_string=form | {"p": TULIPE}).status_code == 200
    assert client.get(f"/signaler/{SLUG}/", query_string={"p": TULIPE, "note": "x"}).status_code == 200
    for method in ("PUT", "DELETE", "PATCH"):
        assert client.open(f"/edit/{SLUG}/", method=method, data=form, headers=OWN).status_code in (403, 405)
    assert snapshot(council) == before


@pytest.mark.parametrize(
    "slug", ["..", "%2e%2e", "..%2f..%2faligner", "....", "a%00b", "proposals", "aligned%2f" + SLUG, "~"]
)
def test_a_slug_is_never_a_path(client: FlaskClient, form: dict[str, str], council: Workspace, slug: str) -> None:
    before = snapshot(council)
    for address in (f"/edit/{slug}/", f"/signaler/{slug}/"):
        assert client.get(address).status_code in (400, 404)
        assert client.post(address, data=form | {"p": TULIPE}, headers=OWN).status_code in (400, 404, 405)
    assert client.get(f"/edit/{slug}/son?r={MEDIA}&de=0&a=1000").status_code in (400, 404)
    assert snapshot(council) == before


@pytest.mark.parametrize("name", ["../../aligned/" + SLUG, "..", "/etc/passwd", "a\0b", ""])
def test_a_proposals_name_is_never_a_path(
    client: FlaskClient, form: dict[str, str], council: Workspace, name: str
) -> None:
    before = snapshot(council)
    answer = client.post(f"/edit/{SLUG}/", data=form | {"action": "drop", "proposal": name}, headers=OWN)
    assert answer.status_code == 303  # gone is what was wanted
    assert snapshot(council) == before


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"action": "start", "start": "demain"}, 400, "n’est pas un moment"),
        ({"action": "start", "start": "99:00:00"}, 400, "après la fin"),
        ({"action": "start", "start": "1:00", "recording": "youtube:autre"}, 400, "pas relié à cet enregistrement"),
        ({"action": "recording", "recording": "youtube:autre"}, 400, "pas relié à cet enregistrement"),
        ({"action": "speaker", "speaker": "  "}, 400, "le nom de la personne"),
        ({"action": "speaker", "speaker": "a" * 300}, 400, "le nom de la personne"),
        ({"action": "rm -rf"}, 400, "ne dit pas quoi faire"),
        ({"action": "undo"}, 400, "pas de correction à retirer"),
        ({"passage": "inconnu"}, 404, "n’existe pas"),
    ],
)
def test_a_form_that_says_nothing_is_told_so(
    client: FlaskClient, form: dict[str, str], council: Workspace, changes: dict[str, str], status: int, words: str
) -> None:
    before = snapshot(council)
    answer = client.post(f"/edit/{SLUG}/", data=form | changes, headers=OWN)
    assert (answer.status_code, words in answer.text) == (status, True)
    assert snapshot(council) == before


def test_a_broken_corrections_file_is_told_and_left_alone(
    client: FlaskClient, form: dict[str, str], council: Workspace
) -> None:
    path = council.posts / f"{SLUG}.corrections.toml"
    path.write_text("format = ", encoding="utf-8")
    assert "is no TOML" in client.get(f"/edit/{SLUG}/").text
    answer = client.post(f"/edit/{SLUG}/", data=form, headers=OWN)
    assert (answer.status_code, "is no TOML" in answer.text) == (500, True)
    assert path.read_text(encoding="utf-8") == "format = "


def test_pages_of_the_bench_are_kept_nowhere(client: FlaskClient) -> None:
    for address in ("/edit/", f"/edit/{SLUG}/"):
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "query",
    ["", f"r={MEDIA}", f"r={MEDIA}&de=5&a=5", f"r={MEDIA}&de=0&a=60001", "r=x&de=0&a=9", f"r={MEDIA}&de=-1&a=9"],
)
def test_only_a_minute_of_a_posts_own_recording_can_be_seen(client: FlaskClient, query: str) -> None:
    assert client.get(f"/edit/{SLUG}/son?{query}").status_code == 400


# --- the body ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [20_000, 60_000])
def test_a_long_form_is_refused(client: FlaskClient, form: dict[str, str], council: Workspace, size: int) -> None:
    before = snapshot(council)
    long = {"note": "x" * size}
    assert client.post(f"/edit/{SLUG}/", data=form | long, headers=OWN).status_code == 413
    assert client.post(f"/signaler/{SLUG}/", data={"p": TULIPE} | long, headers=OWN).status_code == 413
    assert snapshot(council) == before


@pytest.fixture
def port(council: Workspace) -> Iterator[int]:
    with run_bench(council) as address:
        yield urlsplit(address).port or 0


@pytest.mark.parametrize("length", [LARGEST_BODY + 1, 10**12])
def test_a_huge_body_is_refused_before_it_is_read(port: int, length: int) -> None:
    head = f"POST /edit/{SLUG}/ HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: {length}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head.encode())
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")


# --- where it is not --------------------------------------------------------------------------------------


def test_without_edit_there_is_no_bench(council: Workspace) -> None:
    client = create_app(council).test_client()
    for address in ("/edit/", f"/edit/{SLUG}/", f"/edit/{SLUG}/son"):
        assert client.get(address).status_code == 404
    page = client.get(f"/{SLUG}/").text
    assert "/edit/" not in page
    assert "Ce n’est pas le bon moment" in page
    assert client.get("/", headers={"Host": "paroles.example"}).status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "mairie.example"])
def test_the_bench_is_not_served_to_other_machines(tmp_path: Path, host: str) -> None:
    with pytest.raises(UsageError, match=re.escape(f"cannot be served on {host}")):
        open_editor(Settings(workspace=tmp_path), host)


def test_the_bench_is_not_served_under_a_public_address(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="for this machine alone"):
        open_editor(Settings(workspace=tmp_path, public_url="https://paroles.example/"), "127.0.0.1")
