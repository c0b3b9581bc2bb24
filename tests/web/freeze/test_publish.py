"""The published folder: the live viewer's pages and nothing else, every link good, and only what changed made anew."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from PIL.Image import Image

from aligner.cli import main
from aligner.errors import UsageError
from aligner.output.cards import Card, paint_card
from aligner.store import TEMPORARY, Workspace, dump_json, write_atomic
from tests.web.conftest import TUBE, Client
from tests.web.freeze.conftest import LOCAL_FILE, PUBLIC
from web import create_app
from web.freeze import find_faults, publish
from web.freeze.manifest import NAME, UNDER_WAY


def files_of(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


# --- the same pages -----------------------------------------------------------------------------------


class Structure(HTMLParser):
    """A page without its addresses: elements with their other attributes, and the words between them."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    ADDRESSES = ("href", "src", "action", "poster")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        is_left_out = (
            (
                tag == "link"
                and (
                    values.get("rel") == "canonical"
                    or values.get("type") in ("application/json+oembed", "application/atom+xml")
                )
            )
            or (
                tag == "meta"
                and ("invalid" in (values.get("content") or "") or "localhost" in (values.get("content") or ""))
            )
            or values.get("http-equiv") is not None
            or values.get("name") == "lang"
        )
        if not is_left_out:
            kept = {name: value for name, value in values.items() if name not in self.ADDRESSES}
            self.told.append(f"<{tag} {kept}>")

    def handle_endtag(self, tag: str) -> None:
        self.told.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if words := " ".join(data.split()):
            self.told.append(words)


def structure_of(page: str) -> list[str]:
    # what holds nothing but a whole address is left out of a folder whose address is not known
    page = re.sub(r'<p class="page-address">.*?</p>', "", page, flags=re.DOTALL)
    page = re.sub(r'<script type="application/ld\+json">.*?</script>', "", page, flags=re.DOTALL)
    # by which a published frame chooses its passage, as the live viewer's server does
    page = re.sub(r'<script type="module" src="[^"]*one\.js[^"]*"></script>', "", page)
    page = re.sub(r'<p class="no-recording missing".*?</p>', "", page)
    read = Structure()
    read.feed(page)
    return read.told


@pytest.fixture(scope="module")
def live(furnished: Workspace) -> FlaskClient:
    app = create_app(furnished, proposals=False)  # readers' reports need a server
    app.test_client_class = Client
    return app.test_client()


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"),
        ("/?lang=en", "en/index.html"),
        ("/?annee=2025", "annee/2025/index.html"),
        ("/marche-couvert/", "marche-couvert/index.html"),
        ("/cour-d-ecole/?lang=en", "en/cour-d-ecole/index.html"),
        ("/place-du-lavoir/", "place-du-lavoir/index.html"),
        ("/cour-d-ecole/preuves/?lang=en", "en/cour-d-ecole/preuves/index.html"),
        ("/reunion-publique/", "reunion-publique/index.html"),
        ("/embed/deux-seances/", "embed/deux-seances/index.html"),
        ("/seances/", "seances/index.html"),
        ("/seances/generic:conseil-2025-06-12/", "seances/generic_conseil-2025-06-12/index.html"),
        ("/seances/generic:conseil-2025-06-12/?lang=en", "en/seances/generic_conseil-2025-06-12/index.html"),
        ("/personnes/", "personnes/index.html"),
        ("/personnes/Jeanne Morel/?page=2", "personnes/Jeanne Morel/page/2/index.html"),
    ],
)
def test_live_and_published_pages_have_the_same_words_and_elements(
    live: FlaskClient, folder: Path, address: str, file: str
) -> None:
    answer = live.get(address, headers={"Accept-Language": "fr"})
    published = structure_of((folder / file).read_text(encoding="utf-8"))
    assert len(published) > 60
    assert published == structure_of(answer.text)


def test_files_are_those_of_the_viewer(live: FlaskClient, folder: Path) -> None:
    assert (folder / "posts" / "marche-couvert.json").read_bytes() == live.get("/posts/marche-couvert.json").data
    assert (folder / "static" / "page.js").read_bytes() == live.get("/static/page.js").data
    assert (folder / "posters" / f"{TUBE.id.replace(':', '_')}.jpg").read_bytes().startswith(b"\xff\xd8")
    assert (folder / LOCAL_FILE).stat().st_size == len(live.get("/media/generic:conseil-2025-06-12").data)


# --- links --------------------------------------------------------------------------------------------


def test_every_link_leads_somewhere_in_any_folder(folder: Path) -> None:
    assert list(find_faults(folder, files_of(folder))) == []


def test_a_link_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "index.html").write_text(
        '<a href="a/#la">a</a><a href="b/">b</a><img src="/x.png"><a href="#ici">c</a>'
    )
    (tmp_path / "a" / "index.html").write_text('<p id="ici"></p><a href="../">d</a><a href="https://x.example/">e</a>')
    assert [str(fault) for fault in find_faults(tmp_path, files_of(tmp_path))] == [
        "index.html: b/: there is no b/index.html",
        "index.html: /x.png: does not work in every folder",
        "index.html: a/#la: there is no “la” in a/index.html",
        "index.html: #ici: there is no “ici” in index.html",
    ]


def test_nothing_in_it_names_where_it_was_made(folder: Path, furnished: Workspace) -> None:
    for name, data in files_of(folder).items():
        if name.endswith((".html", ".txt", ".xml")) or name == NAME:
            assert b"viewer.invalid" not in data, name
            assert b"localhost" not in data, name
            assert str(furnished.root).encode() not in data, name


def test_pages_keep_the_strict_policy(folder: Path) -> None:
    page = (folder / "place-du-lavoir" / "index.html").read_text(encoding="utf-8")
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert "script-src &#x27;self&#x27; https://www.youtube.com;" in policy
    assert "unsafe" not in policy
    assert page.index("Content-Security-Policy") < page.index("<link")


# --- where readers reach it -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory, furnished: Workspace) -> Path:
    out = tmp_path_factory.mktemp("public")
    report = publish(furnished, out, public_url=PUBLIC, check=True)
    assert report.faults == ()
    return out


def test_a_known_address_gives_previews_that_are_published_too(public: Path) -> None:
    page = (public / "place-du-lavoir" / "index.html").read_text(encoding="utf-8")
    assert f'<link rel="canonical" href="{PUBLIC}/place-du-lavoir/">' in page
    assert f'<meta property="og:image" content="{PUBLIC}/cartes/place-du-lavoir.png">' in page
    assert (public / "cartes" / "place-du-lavoir.png").read_bytes().startswith(b"\x89PNG")
    assert "oembed" not in page
    assert f'<a href="{urlsplit(PUBLIC).path}/recherche/"' in (public / "404.html").read_text(encoding="utf-8") or (
        f'action="{urlsplit(PUBLIC).path}/recherche/"' in (public / "404.html").read_text(encoding="utf-8")
    )


def test_sitemap_and_feed_name_pages_that_are_there(public: Path) -> None:
    sitemap = ET.parse(public / "sitemap.xml").getroot()
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    addresses = [loc.text or "" for loc in sitemap.iter(f"{space}loc")]
    assert f"{PUBLIC}/seances/youtube_Mc5Aulne001/" in addresses
    assert f"{PUBLIC}/personnes/Jeanne%20Morel/" in addresses
    assert len(addresses) == 1 + 7 + 3 + 1
    for address in addresses:
        assert (public / address.removeprefix(f"{PUBLIC}/").replace("%20", " ") / "index.html").is_file(), address
    feed = ET.parse(public / "flux.xml").getroot()
    atom = "{http://www.w3.org/2005/Atom}"
    assert feed.findtext(f"{atom}id") == f"{PUBLIC}/"
    entries = feed.findall(f"{atom}entry")
    assert [entry.findtext(f"{atom}id") for entry in entries][:2] == [
        f"{PUBLIC}/deux-seances/",
        f"{PUBLIC}/marche-couvert/",
    ]
    assert f"{PUBLIC}/deux-seances/#p=juin" in (entries[0].findtext(f"{atom}content") or "")
    assert f"Sitemap: {PUBLIC}/sitemap.xml" in (public / "robots.txt").read_text(encoding="utf-8")


def structured(page: str) -> list[dict[str, object]]:
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    graph: list[dict[str, object]] = json.loads(data)["@graph"]
    return graph


def test_search_engines_are_told_of_the_recording_and_its_moments(public: Path) -> None:
    (video,) = structured((public / "seances" / "youtube_Mc5Aulne001" / "index.html").read_text(encoding="utf-8"))
    page = f"{PUBLIC}/seances/youtube_Mc5Aulne001/"
    clips = video.pop("hasPart")
    assert video == {
        "@type": "VideoObject",
        "name": "Conseil filmé",
        "description": "Conseil filmé",
        "thumbnailUrl": f"{PUBLIC}/posters/youtube_Mc5Aulne001.jpg",
        "uploadDate": "2025-02-28",
        "duration": "PT5400S",
        "embedUrl": "https://www.youtube-nocookie.com/embed/Mc5Aulne001",
    }
    assert isinstance(clips, list)
    assert clips[0]["url"] == f"{page}?t=0"
    starts = [clip["startOffset"] for clip in clips]
    assert starts == sorted(set(starts))
    assert all(clip["startOffset"] < clip["endOffset"] <= 5400 and clip["name"] for clip in clips)


def test_a_folder_of_unknown_address_tells_nothing_that_needs_one(folder: Path) -> None:
    page = (folder / "place-du-lavoir" / "index.html").read_text(encoding="utf-8")
    for sign in ("canonical", "og:url", 'og:image"', "ld+json", "flux.xml", "page-address"):
        assert sign not in page
    assert not (folder / "sitemap.xml").exists()
    assert (folder / "robots.txt").read_text(encoding="utf-8") == "User-agent: *\nDisallow:\n"


# --- recordings -------------------------------------------------------------------------------------------


def test_recordings_are_published_only_when_asked_for(tmp_path: Path, own_workspace: Workspace) -> None:
    publish(own_workspace, tmp_path / "out")
    assert not (tmp_path / "out" / "media").exists()
    page = (tmp_path / "out" / "marche-couvert" / "index.html").read_text(encoding="utf-8")
    assert "<video" not in page
    assert 'href="https://montclery.example/conseil.mp4#t=4"' in page
    publish(own_workspace, tmp_path / "out", with_media=True)
    assert (tmp_path / "out" / LOCAL_FILE).is_file()
    assert f'src="../{LOCAL_FILE}"' in (tmp_path / "out" / "marche-couvert" / "index.html").read_text(encoding="utf-8")
    publish(own_workspace, tmp_path / "out")
    assert not (tmp_path / "out" / "media").exists()


# --- again ---------------------------------------------------------------------------------------------


def change(workspace: Workspace, slug: str, title: str) -> None:
    path = workspace.aligned / f"{slug}.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["post"]["title"] = title
    write_atomic(path, dump_json(document))


def test_a_second_run_writes_nothing(tmp_path: Path, own_workspace: Workspace) -> None:
    out = tmp_path / "out"
    first = publish(own_workspace, out)
    assert first.written == first.files > 80
    before = {name: (out / name).stat().st_mtime_ns for name in files_of(out) if name != NAME}
    again = publish(own_workspace, out)
    assert (again.files, again.written, again.removed) == (first.files, 0, 0)
    assert {name: (out / name).stat().st_mtime_ns for name in before} == before
    assert again.made == 0


def test_a_changed_post_changes_its_pages_and_no_other(tmp_path: Path, own_workspace: Workspace) -> None:
    out, whole = tmp_path / "out", tmp_path / "whole"
    publish(own_workspace, out)
    before = files_of(out)
    change(own_workspace, "tilleuls", "Trente et un tilleuls")
    report = publish(own_workspace, out)
    after = files_of(out)
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert "tilleuls/index.html" in changed
    assert "en/tilleuls/index.html" in changed
    assert "seances/generic_conseil-2025-06-12/index.html" in changed
    assert "index.html" in changed
    assert "marche-couvert/index.html" not in changed
    assert report.written < 40
    publish(own_workspace, whole)  # as if made from nothing
    assert {**after, NAME: b""} == {**files_of(whole), NAME: b""}


def test_a_person_s_page_follows_a_moment_that_moved(tmp_path: Path, own_workspace: Workspace) -> None:
    out, whole = tmp_path / "out", tmp_path / "whole"
    publish(own_workspace, out)
    path = own_workspace.aligned / "marche-couvert.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    said = next(passage for passage in document["passages"] if passage["speaker"] and passage["status"] == "spoken")
    person = out / "personnes" / said["speaker"] / "index.html"
    before = person.read_bytes()
    said["start_ms"] += 1_000
    write_atomic(path, dump_json(document))
    publish(own_workspace, out)
    assert person.read_bytes() != before
    publish(own_workspace, whole)
    assert {**files_of(out), NAME: b""} == {**files_of(whole), NAME: b""}


def test_the_index_is_the_same_as_if_made_anew(tmp_path: Path, own_workspace: Workspace) -> None:
    out = tmp_path / "out"
    publish(own_workspace, out)
    path = own_workspace.aligned / "marche-couvert.json"

    def index_after(what: str, change_it: Callable[[dict[str, Any]], None]) -> None:
        document = json.loads(path.read_text(encoding="utf-8"))
        change_it(document)
        write_atomic(path, dump_json(document))
        publish(own_workspace, out)
        publish(own_workspace, tmp_path / what)
        told, expected = ({n: d for n, d in files_of(one).items() if "index/" in n} for one in (out, tmp_path / what))
        assert told == expected, what

    index_after("title", lambda document: document["post"].update(title="La halle"))  # the words stay
    index_after("moment", lambda document: document["passages"][2].update(start_ms=49_000, end_ms=53_000))  # an echo
    index_after("text", lambda document: document["passages"].pop())
    next(path for path in (out / "recherche" / "index").glob("*.json") if path.name != "index.json").unlink()
    index_after("lost", lambda document: document["post"].update(title="Le marché"))


def test_a_post_that_is_gone_takes_its_files_with_it(tmp_path: Path, own_workspace: Workspace) -> None:
    out = tmp_path / "out"
    publish(own_workspace, out)
    (out / "CNAME").write_text("paroles.example.org")
    (out / "tilleuls" / "a-nous.txt").write_text("à nous")
    (own_workspace.aligned / "tilleuls.json").unlink()
    (own_workspace.aligned / "reunion-publique.json").unlink()
    report = publish(own_workspace, out, check=True)
    assert report.faults == ()
    assert report.removed > 4
    assert not (out / "tilleuls" / "index.html").exists()
    assert not (out / "reunion-publique").exists()
    assert not (out / "seances" / "vimeo_7654321").exists()
    assert (out / "CNAME").read_text() == "paroles.example.org"
    assert (out / "tilleuls" / "a-nous.txt").exists()


def test_what_is_not_ours_is_never_overwritten(tmp_path: Path, own_workspace: Workspace) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "robots.txt").write_text("à nous")
    with pytest.raises(UsageError, match="is there already and is not ours"):
        publish(own_workspace, out)
    assert (out / "robots.txt").read_text() == "à nous"
    (out / "robots.txt").unlink()
    assert publish(own_workspace, out).files > 80  # and what the stopped run had written is ours


def test_a_file_that_was_lost_or_a_manifest_that_was_tampered_with(tmp_path: Path, own_workspace: Workspace) -> None:
    out = tmp_path / "out"
    publish(own_workspace, out)
    (out / "marche-couvert" / "index.html").unlink()
    manifest = json.loads((out / NAME).read_text(encoding="utf-8"))
    (tmp_path / "precious").write_text("à nous")
    manifest["files"]["../precious"] = manifest["files"]["index.html"]
    (out / NAME).write_text(json.dumps(manifest))
    publish(own_workspace, out)
    assert (out / "marche-couvert" / "index.html").exists()
    assert (tmp_path / "precious").read_text() == "à nous"


def test_a_picture_is_drawn_again_only_when_it_shows_something_else(
    tmp_path: Path, own_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    publish(own_workspace, out, public_url=PUBLIC)
    before = files_of(out)
    drawn = []

    def watched(card: Card) -> Image:
        drawn.append(card.words)
        return paint_card(card)

    monkeypatch.setattr("aligner.output.cards.paint_card", watched)
    path = own_workspace.aligned / "tilleuls.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["passages"][3]["reason"] = "entendu autrement"
    write_atomic(path, dump_json(document))
    assert publish(own_workspace, out, public_url=PUBLIC).written > 0
    assert drawn == []
    change(own_workspace, "tilleuls", "Trente et un tilleuls")
    publish(own_workspace, out, public_url=PUBLIC)
    assert drawn == ["Trente et un tilleuls"]
    assert files_of(out)["cartes/tilleuls.png"] != before["cartes/tilleuls.png"]


# --- cut short ---------------------------------------------------------------------------------------


def test_a_run_that_was_killed_loses_nothing_and_removes_nothing_foreign(
    tmp_path: Path, own_workspace: Workspace
) -> None:
    out, whole = tmp_path / "out", tmp_path / "whole"
    (out / "tilleuls").mkdir(parents=True)
    (out / "CNAME").write_text("paroles.example.org")
    (out / "tilleuls" / "a-nous.txt").write_text("à nous")
    command = [sys.executable, "-m", "aligner", "publish", os.fspath(out), "--workspace", os.fspath(own_workspace.root)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as run:
        while not (out / "marche-couvert" / "index.html").exists():
            assert run.poll() is None
            time.sleep(0.005)
        run.kill()
    assert (out / UNDER_WAY).is_file()
    assert not (out / NAME).exists()
    cut_off = out / "marche-couvert" / f"{TEMPORARY}1234"  # a file that was being written
    cut_off.write_bytes(b"<!doc")
    change(own_workspace, "marche-couvert", "Rénover la halle")
    (own_workspace.aligned / "deux-seances.json").unlink()
    report = publish(own_workspace, out, check=True)
    assert report.faults == ()
    publish(own_workspace, whole)
    left = {name: data for name, data in files_of(out).items() if name not in ("CNAME", "tilleuls/a-nous.txt", NAME)}
    expected = {name: data for name, data in files_of(whole).items() if name != NAME}
    assert left == expected
    assert (out / "CNAME").read_text() == "paroles.example.org"
    assert (out / "tilleuls" / "a-nous.txt").read_text() == "à nous"


def test_a_run_that_fails_midway_is_taken_up(
    tmp_path: Path, own_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    publish(own_workspace, out)
    change(own_workspace, "marche-couvert", "Rénover la halle")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("web.freeze.site.freeze_index", stop)
        with pytest.raises(KeyboardInterrupt):
            publish(own_workspace, out)
    assert "Rénover la halle" in (out / "marche-couvert" / "index.html").read_text(encoding="utf-8")
    assert (out / "recherche" / "index" / "index.json").is_file()  # that of the run before
    assert publish(own_workspace, out, check=True).faults == ()
    publish(own_workspace, tmp_path / "whole")
    assert {**files_of(out), NAME: b""} == {**files_of(tmp_path / "whole"), NAME: b""}
    assert not (out / UNDER_WAY).exists()


# --- several processes ----------------------------------------------------------------------------------


def test_pages_made_by_several_processes_are_the_same(
    tmp_path: Path, own_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.freeze.maker.MANY", 20)
    monkeypatch.setattr("web.freeze.maker.BATCH", 7)
    started = []

    def watched(*arguments: Any) -> ProcessPoolExecutor:
        started.append(arguments[0])
        return ProcessPoolExecutor(*arguments)

    monkeypatch.setattr("web.freeze.maker.ProcessPoolExecutor", watched)
    one = publish(own_workspace, tmp_path / "one", public_url=PUBLIC)
    assert started == []
    two = publish(own_workspace, tmp_path / "two", public_url=PUBLIC, workers=2)
    assert started == [2]
    assert two == one
    assert files_of(tmp_path / "two") == files_of(tmp_path / "one")  # the notes of what each was made of, too


# --- the command ------------------------------------------------------------------------------------------


def test_the_command_says_what_it_did(tmp_path: Path, own_workspace: Workspace) -> None:
    out = tmp_path / "out"
    arguments = ["publish", os.fspath(out), "--workspace", os.fspath(own_workspace.root), "--check-links"]
    done = CliRunner().invoke(main, arguments)
    assert (done.exit_code, done.stdout) == (0, "")
    assert re.fullmatch(r"\d+ files in .*out: \d+ written, 0 removed\.\n", done.stderr)


@pytest.mark.parametrize(
    ("out", "why"),
    [
        (".", "is the workspace itself"),
        ("transcripts", "lies in .*transcripts, where the workspace keeps its own files"),
        ("transcripts/aligned/public", "lies in .*transcripts, where the workspace keeps its own files"),
        ("media/../media/public", "lies in .*media, where the workspace keeps its own files"),
    ],
)
def test_a_folder_of_the_workspace_itself_is_refused(own_workspace: Workspace, out: str, why: str) -> None:
    before = files_of(own_workspace.root)
    arguments = ["publish", os.fspath(own_workspace.root / out), "--workspace", os.fspath(own_workspace.root)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert re.search(f"Error: .* {why}", " ".join(done.stderr.split()))
    assert files_of(own_workspace.root) == before


def test_it_may_lie_in_the_workspace_beside_them(own_workspace: Workspace) -> None:
    assert publish(own_workspace, own_workspace.root / "public").files > 80
