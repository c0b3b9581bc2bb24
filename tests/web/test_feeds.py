"""What programs follow: the Atom feed (RFC 4287), the sitemap (sitemaps.org), robots.txt."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from flask.testing import FlaskClient

from aligner.model import Status
from aligner.store import Workspace
from tests.web.conftest import Client, Draft
from web import create_app
from web.views.feeds import LATEST, MOST_IN_SITEMAP

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def reader(workspace: Workspace) -> FlaskClient:
    app = create_app(workspace)
    app.test_client_class = Client
    return app.test_client()


def feed_of(client: FlaskClient) -> ET.Element:
    answer = client.get("/flux.xml")
    assert answer.mimetype == "application/atom+xml"
    return ET.fromstring(answer.data)


def texts(element: ET.Element, *names: str) -> list[str]:
    return [(one.text or "").strip() for name in names for one in element.findall(f"{ATOM}{name}")]


def test_the_feed_has_what_every_feed_must_have(workspace: Workspace) -> None:
    feed = feed_of(reader(workspace))
    entries = feed.findall(f"{ATOM}entry")
    assert feed.tag == f"{ATOM}feed"
    assert len(entries) > 4
    for element in (feed, *entries):
        for required in ("id", "title", "updated"):  # RFC 4287, 4.1.1 and 4.1.2: exactly one of each
            (told,) = texts(element, required)
            assert told
        assert urlsplit(texts(element, "id")[0]).scheme == "http"
        assert dt.datetime.fromisoformat(texts(element, "updated")[0]).tzinfo is not None
        links = {link.get("rel"): link.get("href") for link in element.findall(f"{ATOM}link")}
        assert links["alternate"] == texts(element, "id")[0]
    for entry in entries:
        (author,) = entry.findall(f"{ATOM}author")  # 4.1.1: each entry has one, or the feed
        assert texts(author, "name")[0]
        assert texts(entry, "summary")[0]
    (own,) = [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own == "http://localhost/flux.xml"
    ids = [texts(entry, "id")[0] for entry in entries]
    assert len(set(ids)) == len(ids)


def test_the_id_of_an_entry_stays_when_its_text_or_another_changes(workspace: Workspace) -> None:
    before = {texts(entry, "id")[0] for entry in feed_of(reader(workspace)).findall(f"{ATOM}entry")}
    post = Draft("nouveau", "Un nouveau texte", date="2026-01-01")
    post.block("Bonne année à Montcléry.").passage("Bonne année à Montcléry.", Status.SPOKEN, 1_000, 2_000)
    post.write(workspace)
    after = [texts(entry, "id")[0] for entry in feed_of(reader(workspace)).findall(f"{ATOM}entry")]
    assert after[0] == "http://localhost/nouveau/"
    assert set(after) == before | {"http://localhost/nouveau/"}
    post.title = "Un titre repris"
    post.write(workspace)
    assert [texts(entry, "id")[0] for entry in feed_of(reader(workspace)).findall(f"{ATOM}entry")] == after


def test_it_stays_well_formed_whatever_a_title_holds(workspace: Workspace) -> None:
    said = "Le <b>lavoir</b> & ]]> la halle.\x0c"
    post = Draft("etrange", "Un titre\x0b <étrange> & ]]> \uffff", date="2026-01-01")
    post.block(said).passage(said, Status.SPOKEN, 1_000, 2_000, id="le-lavoir")
    post.write(workspace)
    entry = feed_of(reader(workspace)).findall(f"{ATOM}entry")[0]
    assert texts(entry, "title") == ["Un titre <étrange> & ]]>"]
    content = ET.fromstring(texts(entry, "content")[0])  # HTML that is XML, too
    assert "".join(content.itertext()).split() == ["0:01", *said.split(), "–", "Jeanne", "Morel"]
    assert [link.get("href") for link in content.iter("a")] == ["http://localhost/etrange/#p=le-lavoir"]


def test_only_what_was_found_is_told_as_a_moment(workspace: Workspace) -> None:
    entries = feed_of(reader(workspace)).findall(f"{ATOM}entry")
    (entry,) = [one for one in entries if texts(one, "id")[0].endswith("/marche-couvert/")]
    content = ET.fromstring(texts(entry, "content")[0])
    told = [(link.get("href") or "").partition("#p=")[2] for link in content.iter("a")]
    assert told[0] == "cent-ans"
    assert "etals" not in told  # uncertain
    assert len(told) <= 5 < LATEST


def test_the_sitemap_keeps_to_the_limits_and_names_each_page_once(workspace: Workspace) -> None:
    client = reader(workspace)
    answer = client.get("/sitemap.xml")
    assert len(answer.data) < 50 * 2**20
    root = ET.fromstring(answer.data)
    assert root.tag == f"{SITEMAP}urlset"
    addresses = [loc.text or "" for loc in root.iter(f"{SITEMAP}loc")]
    assert 10 < len(addresses) == len(set(addresses)) <= MOST_IN_SITEMAP == 50_000
    for address in addresses:
        assert len(address) < 2_048
        assert client.get(address.removeprefix("http://localhost")).status_code == 200, address
    for day in root.iter(f"{SITEMAP}lastmod"):
        dt.date.fromisoformat(day.text or "")


def test_robots_are_shown_the_sitemap_and_kept_off_what_only_repeats(workspace: Workspace) -> None:
    lines = reader(workspace).get("/robots.txt").text.splitlines()
    assert lines == [
        "User-agent: *",
        "Disallow: /api/",
        "Disallow: /recherche/",
        "Sitemap: http://localhost/sitemap.xml",
    ]
