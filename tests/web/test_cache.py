"""Kept answers: sent again until the library changes, in gzip form, as 304; and styles and scripts by their content."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from aligner.store import Workspace
from tests.web.conftest import LOCAL, council_post
from web.assets import Assets
from web.cache import Kept, Shelf


@pytest.mark.parametrize("address", ["/", "/marche-couvert/", "/recherche/?q=halle", "/api/posts", "/static/page.js"])
def test_what_a_browser_has_is_not_sent_again(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    etag = first.headers["ETag"]
    again = client.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert client.get(address, headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_a_page_is_made_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/marche-couvert/")
    monkeypatch.setattr("aligner.library.Library.post", lambda *_: pytest.fail("made again"))
    again = client.get("/marche-couvert/")
    assert again.data == first.data
    assert sorted(again.headers) == sorted(first.headers)


def test_a_changed_post_is_a_new_page(client: FlaskClient, workspace: Workspace) -> None:
    before = client.get("/marche-couvert/")
    draft = council_post()
    draft.title = "Le marché couvert, un an après"
    draft.write(workspace)
    after = client.get("/marche-couvert/", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "Le marché couvert, un an après" in after.text


def test_a_page_that_did_not_change_stays_good_when_another_does(client: FlaskClient, workspace: Workspace) -> None:
    etag = client.get("/place-du-lavoir/").headers["ETag"]
    draft = council_post()
    draft.title = "Autre titre"
    draft.write(workspace)
    assert client.get("/place-du-lavoir/", headers={"If-None-Match": etag}).status_code == 304


def test_a_page_is_sent_in_gzip_form_to_those_who_take_it(client: FlaskClient) -> None:
    plain = client.get("/marche-couvert/")
    zipped = client.get("/marche-couvert/", headers={"Accept-Encoding": "br;q=1, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert int(zipped.headers["Content-Length"]) == len(zipped.data) < len(plain.data) / 2
    assert {"accept-encoding", "accept-language"} <= {name.lower() for name in plain.headers["Vary"].split(", ")}
    assert "Content-Encoding" not in client.get("/", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_languages_and_hosts_do_not_share_a_page(client: FlaskClient) -> None:
    french = client.get("/", headers={"Accept-Language": "fr"})
    english = client.get("/", headers={"Accept-Language": "en"})
    assert '<html lang="fr">' in french.text
    assert '<html lang="en">' in english.text
    assert french.headers["ETag"] != english.headers["ETag"]
    assert "http://localhost/" in client.get("/api/posts").text
    assert "http://discours.example/" in client.get("/api/posts", base_url="http://discours.example").text
    assert "discours.example" not in client.get("/api/posts").text


def test_errors_and_recordings_are_not_kept(client: FlaskClient) -> None:
    assert "ETag" not in client.get("/rien/").headers
    part = client.get("/media/generic:conseil-2025-06-12", headers={"Range": "bytes=0-9"})
    assert (part.status_code, len(part.data)) == (206, 10)


def test_a_head_request_is_told_the_length_and_leaves_the_page_whole(client: FlaskClient) -> None:
    head = client.head("/marche-couvert/")
    assert head.data == b""
    page = client.get("/marche-couvert/")
    assert len(page.data) == int(head.headers["Content-Length"]) > 1000


def kept(size: int) -> Kept:
    return Kept((), "x", b"x" * (size - 1000), zipped=False)


def test_the_shelf_lets_go_of_what_was_not_asked_for_longest() -> None:
    shelf = Shelf(most_bytes=10_000)
    for name in (b"a", b"b", b"c"):
        shelf.put(name, kept(3_000))
    assert shelf.get(b"a")
    shelf.put(b"d", kept(3_000))
    assert [name for name in (b"a", b"b", b"c", b"d") if shelf.get(name)] == [b"a", b"c", b"d"]
    assert shelf.bytes == 9_000
    shelf.put(b"a", kept(2_000))
    assert shelf.bytes == 8_000
    shelf.put(b"huge", kept(10_001))
    assert (len(shelf), shelf.get(b"huge")) == (3, None)


def test_long_questions_take_no_more_room_than_is_counted(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[bytes] = []
    monkeypatch.setattr(Shelf, "put", lambda shelf, key, page: keys.append(key))
    for query in ("x" * 100_000, "y" * 100_000):
        assert client.get(f"/?{query}").status_code == 200
    assert len(set(keys)) == 2
    assert {len(key) for key in keys} == {32}


def test_a_question_mark_in_an_address_is_not_mistaken_for_the_one_before_a_question(
    client: FlaskClient, workspace: Workspace
) -> None:
    for media_id in ("generic:quoi", "generic:quoi?lang=fr"):
        draft = council_post()
        draft.slug, draft.media = media_id[-4:], (replace(LOCAL, id=media_id),)
        draft.write(workspace)
    for address, media_id in (("quoi?lang=fr?", "generic:quoi"), ("quoi%3Flang=fr", "generic:quoi?lang=fr")):
        assert json.loads(client.get(f"/api/sessions/generic:{address}").data)["id"] == media_id


# --- styles and scripts --------------------------------------------------------------------------------


def test_pages_name_the_content_of_their_styles_and_scripts(client: FlaskClient) -> None:
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/marche-couvert/").text)
    assert len(addresses) > 3
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable", address
    assert client.get("/static/base.css").headers["Cache-Control"] == "no-cache"
    assert client.get("/static/base.css?v=000000000000").headers["Cache-Control"] == "no-cache"
    assert client.get("/static/../__init__.py").status_code == 404
    assert client.get("/static/rien.css").status_code == 404


def test_the_imports_inside_scripts_are_versioned_and_exist(client: FlaskClient) -> None:
    script = client.get("/static/page.js").text
    imports = re.findall(r'(?:from|import) "(\./[^"]+)"', script)
    assert imports
    for address in imports:
        assert re.fullmatch(r"\./[\w/]+\.js\?v=[0-9a-f]{12}", address)
        answer = client.get(f"/static/{address.removeprefix('./')}")
        assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_version_changes_with_any_module_that_is_imported(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.js").write_text('import { b } from "./deep/b.js";\n', encoding="utf-8")
    (tmp_path / "deep" / "b.js").write_text('import "../c.js";\nexport const b = 1;\n', encoding="utf-8")
    (tmp_path / "c.js").write_text('import "./a.js";\n', encoding="utf-8")  # round and round
    (tmp_path / "d.js").write_text("export const d = 1;\n", encoding="utf-8")
    before = Assets(tmp_path)
    versions = {name: before.version(name) for name in ("a.js", "deep/b.js", "c.js", "d.js")}
    assert before.content("a.js") == f'import {{ b }} from "./deep/b.js?v={versions["deep/b.js"]}";\n'.encode()
    assert f'"../c.js?v={versions["c.js"]}"' in (before.content("deep/b.js") or b"").decode()
    (tmp_path / "c.js").write_text('import "./a.js"; // changed\n', encoding="utf-8")
    after = Assets(tmp_path)
    assert [name for name in versions if after.version(name) != versions[name]] == ["a.js", "deep/b.js", "c.js"]
    assert (after.version("../x.js"), after.content("../x.js")) == ("", None)
