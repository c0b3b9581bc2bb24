"""The two lines that other sites write, in a plain page on another address: the frame plays, and takes its height."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.conftest import ROOT

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
PUBLISHED = "https://www.example.org/paroles"


def snippet(site: str) -> str:
    """The two lines as docs/embedding.md has them, for this viewer."""
    docs = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
    (told,) = re.findall(r"```html\n(.*?)```", docs, re.DOTALL)
    assert told.count("\n") == 2
    return str(told).replace(PUBLISHED, site)


@contextmanager
def page_with(body: str) -> Iterator[str]:
    """Another site that has one page."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = (
                f"<!doctype html><html lang='fr'><meta charset='utf-8'><title>Ailleurs</title><h1>Ailleurs</h1>{body}"
            )
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name in the standard library)
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join(20)
        server.server_close()


def height_of(page: Page) -> float:
    return float(page.locator("iframe").evaluate("frame => frame.getBoundingClientRect().height"))


def content_height(frame: FrameLocator) -> float:
    return float(frame.locator("body").evaluate("body => body.getBoundingClientRect().height"))


def wait_for_height(page: Page, wanted: float) -> None:
    page.wait_for_function(
        "wanted => Math.abs(document.querySelector('iframe').getBoundingClientRect().height - wanted) < 2", arg=wanted
    )


def test_a_whole_speech_plays_in_a_frame_that_leaves_some_of_the_window(site: str, open_page: OpenPage) -> None:
    with page_with(snippet(site)) as address:
        page = open_page(address, viewport={"width": 700, "height": 600})
        wait_for_height(page, 0.85 * 600)
        frame = page.frame_locator("iframe")
        frame.locator("a.passage", has_text="Nous l’avons vue").click()
        expect(frame.locator(".passage.current")).to_have_text("Nous l’avons vue se fendre cet hiver.")
        assert frame.locator("video").evaluate("video => video.currentTime") > 14


def test_a_passage_gets_the_height_it_needs(site: str, open_page: OpenPage) -> None:
    one = snippet(site).replace("/embed/marche-couvert/", "/embed/marche-couvert/?p=halle#p=halle")
    with page_with(one) as address:
        page = open_page(address, viewport={"width": 700, "height": 600})
        frame = page.frame_locator("iframe")
        frame.locator(".passage.current, a.passage").first.wait_for()
        page.wait_for_function("() => document.querySelector('iframe').style.height")
        wait_for_height(page, content_height(frame))
        assert height_of(page) != 560


def test_a_script_that_comes_late_asks_again(site: str, open_page: OpenPage) -> None:
    frame_line, script_line = snippet(site).strip().split("\n")
    with page_with(frame_line) as address:
        page = open_page(address, viewport={"width": 700, "height": 600})
        page.frame_locator("iframe").locator("a.passage").first.wait_for()
        assert height_of(page) == 560
        source = re.search(r'src="([^"]+)"', script_line)
        assert source
        page.add_script_tag(url=source[1])
        wait_for_height(page, 0.85 * 600)


def test_nobody_elses_message_changes_a_frame(site: str, open_page: OpenPage) -> None:
    with page_with(snippet(site)) as address:
        page = open_page(address, viewport={"width": 700, "height": 600})
        wait_for_height(page, 510)
        page.evaluate("postMessage({ aligner: { height: 33, whole: false } }, '*')")
        page.evaluate("postMessage('33', '*')")
        page.evaluate("new Promise((done) => setTimeout(done))")
        assert height_of(page) == pytest.approx(510, abs=2)


def test_the_menu_gives_these_two_lines_for_its_passage(site: str, open_page: OpenPage) -> None:
    page = open_page(f"{site}/marche-couvert/", permissions=["clipboard-read", "clipboard-write"])
    page.locator("a.passage", has_text="Nous ne laisserons pas").focus()
    page.locator(".share-open").click()
    page.get_by_role("button", name="Copier le code d’intégration").click()
    expect(page.locator(".share .told-copy")).to_have_text("Copié.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.count("\n") == 1
    assert f'src="{site}/embed/marche-couvert/?p=halle#p=halle"' in copied
    assert f'<script async src="{site}/static/size.js"></script>' in copied
    for name in ("data-aligner", "referrerpolicy", "allow", "loading", "title", "width", "height"):
        assert f" {name}=" in copied
    with page_with(copied) as address:
        elsewhere = open_page(address)
        elsewhere.frame_locator("iframe").locator("a.passage", has_text="Nous ne laisserons pas").click()
        expect(elsewhere.frame_locator("iframe").locator(".passage.current")).to_contain_text("Nous ne laisserons pas")
