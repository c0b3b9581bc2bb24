"""A post inside another site's page, and how that site finds it."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from werkzeug.test import TestResponse

from aligner.store import Workspace
from tests.web.conftest import council_post
from web import create_app

OpenPage = Callable[..., Page]


# --- the page ----------------------------------------------------------------------------------------


def test_only_the_embedded_page_may_be_framed_by_others(client: FlaskClient) -> None:
    embedded = client.get("/embed/marche-couvert/")
    assert embedded.status_code == 200
    policy = embedded.headers["Content-Security-Policy"]
    assert "frame-ancestors" not in policy
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert "X-Frame-Options" not in embedded.headers
    for address in ("/", "/marche-couvert/", "/embed/rien/", "/recherche/", "/oembed"):
        assert "frame-ancestors 'self'" in client.get(address).headers["Content-Security-Policy"], address


def test_it_leads_back_to_the_whole_text(client: FlaskClient) -> None:
    page = client.get("/embed/marche-couvert/?p=halle").text
    assert '<a class="whole" href="http://localhost/marche-couvert/#p=halle" target="_blank" rel="noopener">' in page
    assert '<link rel="canonical" href="http://localhost/marche-couvert/">' in page
    assert 'name="robots" content="noindex"' in page


def test_it_shows_all_or_the_paragraph_of_one_passage(client: FlaskClient) -> None:
    whole = client.get("/embed/marche-couvert/").text
    assert "Nous ne laisserons pas la halle fermer." in whole
    assert "a plus de cent ans." in whole
    one = client.get("/embed/marche-couvert/?p=halle").text
    assert "Nous ne laisserons pas la halle fermer." in one
    assert "a plus de cent ans." not in one


def test_a_passage_that_is_gone_is_told_and_the_text_shown(client: FlaskClient) -> None:
    page = client.get("/embed/marche-couvert/?p=ancien").text
    assert "Ce passage n’est plus dans le texte." in page
    assert "Nous ne laisserons pas la halle fermer." in page
    assert client.get("/embed/rien/").status_code == 404


# --- oEmbed ------------------------------------------------------------------------------------------


def told(answer: TestResponse) -> Any:
    return json.loads(answer.data)


def ask(client: FlaskClient, url: str, more: str = "") -> dict[str, object]:
    answer = client.get(f"/oembed?url={quote(url, safe='')}{more}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return dict(told(answer))


def test_a_post_is_offered_as_a_frame(client: FlaskClient) -> None:
    told = ask(client, "http://localhost/marche-couvert/", "&format=json")
    assert (told["version"], told["type"]) == ("1.0", "rich")
    assert told["title"] == "Rénover le marché couvert"
    assert told["author_name"] == "Jeanne Morel"
    assert told["provider_url"] == "http://localhost/"
    assert told["thumbnail_url"] == "http://localhost/cartes/marche-couvert.png"
    frame = str(told["html"])
    assert 'src="http://localhost/embed/marche-couvert/"' in frame
    assert f'width="{told["width"]}" height="{told["height"]}"' in frame
    assert 'title="Rénover le marché couvert"' in frame
    assert client.get("/embed/marche-couvert/").status_code == 200


@pytest.mark.parametrize("address", ["?p=halle", "#p=halle", "?lang=en&p=halle"])
def test_a_passage_is_offered_with_its_own_card(client: FlaskClient, address: str) -> None:
    told = ask(client, f"http://localhost/marche-couvert/{address}")
    assert 'src="http://localhost/embed/marche-couvert/?p=halle"' in str(told["html"])
    assert told["thumbnail_url"] == "http://localhost/cartes/marche-couvert/halle.png"


@pytest.mark.parametrize("public_url", ["", "https://montclery.example/paroles/"])
def test_an_address_is_known_as_browsers_write_it(workspace: Workspace, public_url: str) -> None:
    draft = council_post()
    draft.slug = "séance-du-12-été"
    draft.write(workspace)
    client = create_app(workspace, public_url).test_client()
    page = client.get("/séance-du-12-été/").text
    (found,) = re.findall(r'<link rel="alternate" type="application/json\+oembed" href="([^"]+)"', page)
    told = json.loads(client.get(unescape(found).partition(".example/paroles")[2] or unescape(found)).data)
    assert told["title"] == "Rénover le marché couvert"
    assert "/embed/s%C3%A9ance-du-12-%C3%A9t%C3%A9/" in told["html"]


def test_an_unproven_passage_is_offered_as_its_post(client: FlaskClient) -> None:
    told = ask(client, "http://localhost/marche-couvert/?p=etals")
    assert told["thumbnail_url"] == "http://localhost/cartes/marche-couvert.png"
    assert "?p=" not in str(told["html"])


def test_the_frame_keeps_to_the_size_asked_for(client: FlaskClient) -> None:
    told = ask(client, "http://localhost/marche-couvert/", "&maxwidth=300&maxheight=400")
    assert (told["width"], told["height"]) == (300, 400)
    assert ask(client, "http://localhost/marche-couvert/", "&maxwidth=5000")["width"] == 640


def test_a_title_with_quotation_marks_stays_inside_its_attribute(client: FlaskClient) -> None:
    frame = str(ask(client, "http://localhost/reunion-publique/")["html"])
    assert "<script>" not in frame
    assert "Réunion &lt;script&gt;" in frame


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?url=", 400),
        ("?url=http://localhost/marche-couvert/&maxwidth=12", 400),
        ("?url=http://localhost/marche-couvert/&format=xml", 501),
        ("?url=http://localhost/rien/", 404),
        ("?url=http://localhost/", 404),
        ("?url=http://localhost/recherche/", 404),
        ("?url=http://localhost/marche-couvert", 404),
        ("?url=http://ailleurs.example/marche-couvert/", 404),
        ("?url=ftp://localhost/marche-couvert/", 404),
        ("?url=http://[", 404),
        ("?url=//localhost/marche-couvert/", 404),
    ],
)
def test_what_cannot_be_offered_is_refused_as_the_standard_says(client: FlaskClient, query: str, status: int) -> None:
    answer = client.get(f"/oembed{query}")
    assert (answer.status_code, told(answer)["status"], told(answer)["ok"]) == (status, status, False)


def test_a_posts_page_leads_to_its_offer(client: FlaskClient) -> None:
    for address, shown in (("/marche-couvert/", "/embed/marche-couvert/"), ("/marche-couvert/?p=halle", "?p=halle")):
        page = client.get(address).text
        (found,) = re.findall(r'<link rel="alternate" type="application/json\+oembed" href="([^"]+)"', page)
        parts = urlsplit(unescape(found))
        assert shown in told(client.get(f"{parts.path}?{parts.query}"))["html"]


# --- in a browser ------------------------------------------------------------------------------------


@pytest.fixture
def other_site(site: str) -> Iterator[str]:
    """Another site's page, which frames a passage of ours."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            source = f"{site}/embed/marche-couvert/{self.path[1:]}"
            frame = f'<iframe src="{source}" width="640" height="560" title="x"></iframe>'
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>Ailleurs</title>{frame}".encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}"  # another origin than ours
        server.shutdown()
        thread.join()


@pytest.mark.browser
def test_a_passage_plays_inside_another_site(other_site: str, open_page: OpenPage) -> None:
    page = open_page(f"{other_site}/?p=charpente")
    frame = page.frame_locator("iframe")
    hiver = frame.get_by_text("Nous l’avons vue se fendre cet hiver.", exact=True)
    video = frame.locator("video")
    video.evaluate("video => { video.playbackRate = video.defaultPlaybackRate = 0.0625; }")
    hiver.click()
    expect(hiver).to_have_attribute("aria-current", "true")
    assert abs(float(video.evaluate("video => video.currentTime")) - 14.5) < 0.5
    expect(frame.get_by_text("dit :")).to_be_hidden()
    frame.get_by_role("button", name="dit autrement").click()
    expect(frame.get_by_text("dit :")).to_be_visible()


@pytest.mark.browser
def test_an_address_with_a_passage_opens_there(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/embed/longue-seance/#p=n40", viewport={"width": 480, "height": 600})
    page.wait_for_function("() => document.querySelector('video').currentTime > 55")
    assert abs(float(page.locator("video").evaluate("video => video.currentTime")) - 56) < 0.5
    box = page.locator("[id='p=n40']").bounding_box()
    assert box is not None
    assert 200 < box["y"] < 600  # not under the player, not below the window


@pytest.mark.browser
@pytest.mark.parametrize(("asked", "second"), [("ancien", 14.2), ("plusancien", 14.2), ("travaux", 0)])
def test_an_address_never_opens_at_a_neighbour(
    workspace: Workspace, own_site: str, open_page: OpenPage, asked: str, second: float
) -> None:
    path = workspace.aligned / "marche-couvert.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["passages"][4]["former"] = ["ancien", "plusancien"]  # its paragraph begins with others
    path.write_text(json.dumps(document), encoding="utf-8")
    page = open_page(f"{own_site}/embed/marche-couvert/#p={asked}")
    page.wait_for_function("() => document.querySelector('video').readyState >= 2")
    page.wait_for_timeout(300)
    assert abs(float(page.locator("video").evaluate("video => video.currentTime")) - second) < 0.5


@pytest.mark.browser
def test_nothing_leaves_the_embedded_page_before_consent(site: str, open_page: OpenPage) -> None:
    asked: list[str] = []
    page = open_page(
        f"{site}/embed/place-du-lavoir/?p=traversent", lambda page: page.on("request", lambda r: asked.append(r.url))
    )
    page.get_by_text("la place appartient").click()
    expect(page.get_by_role("button", name="Charger le lecteur YouTube")).to_be_focused()
    page.wait_for_load_state("networkidle")
    assert asked
    assert [url for url in asked if not url.startswith(site)] == []


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/embed/marche-couvert/", "/embed/place-du-lavoir/?p=traversent&lang=en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_in_the_embedded_page(site: str, open_page: OpenPage, path: str, scheme: str) -> None:
    page = open_page(f"{site}{path}", color_scheme=scheme, viewport={"width": 360, "height": 560})
    results = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}})
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
