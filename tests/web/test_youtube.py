"""YouTube behind the reader's consent, in a real browser; YouTube itself is played by the test.

The stand-in for its script records how it is called and answers as the IFrame API does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
QUOTE = "la place appartient à celles et ceux qui la traversent"
API = """
window.calls = [];
window.asked = 0;
window.YT = {
  Player: class {
    constructor(frame, options) {
      Object.assign(this, { frame, options, time: 0 });
      window.player = this;
      window.built = { tag: frame.tagName, host: options.host, events: Object.keys(options.events).sort() };
      setTimeout(() => options.events.onReady({ target: this }), 20);
    }
    seekTo(seconds, ahead) { this.time = seconds; window.calls.push(["seekTo", seconds, ahead]); }
    cueVideoById(video) { window.calls.push(["cueVideoById", video]); this.options.events.onStateChange({ data: 5 }); }
    playVideo() { window.calls.push(["playVideo"]); this.options.events.onStateChange({ data: 1 }); }
    pauseVideo() { window.calls.push(["pauseVideo"]); this.options.events.onStateChange({ data: 2 }); }
    getCurrentTime() { window.asked += 1; return this.time; }
    setPlaybackRate(rate) { this.speed = rate; window.calls.push(["setPlaybackRate", rate]); }
    getPlaybackRate() { return this.speed ?? 1; }
  },
};
setTimeout(() => window.onYouTubeIframeAPIReady(), 20);
"""


class Tube:
    """Stands in for YouTube's two hosts, and keeps what the browser asked anybody for."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.outside: list[str] = []
        self.frames: list[dict[str, str]] = []
        self.script: str | None = API

    def prepare(self, page: Page) -> None:
        page.on(
            "request", lambda request: None if request.url.startswith(self.site) else self.outside.append(request.url)
        )
        page.route("https://www.youtube.com/**", self.send_script)
        page.route("https://www.youtube-nocookie.com/**", self.send_frame)
        page.route("https://youtu.be/**", lambda route: route.fulfill(body="YouTube", content_type="text/plain"))

    def send_script(self, route: Route) -> None:
        if self.script is None:
            route.abort()
        else:
            route.fulfill(body=self.script, content_type="text/javascript")

    def send_frame(self, route: Route) -> None:
        self.frames.append(route.request.headers)
        route.fulfill(body="<!doctype html><title>lecteur</title>", content_type="text/html")


@pytest.fixture
def tube(site: str) -> Tube:
    return Tube(site)


def load_player(page: Page) -> None:
    page.get_by_role("button", name="Charger le lecteur YouTube").click()
    page.wait_for_function("() => window.player?.options && window.calls.length > 0")


def test_nothing_leaves_the_site_before_the_click(site: str, tube: Tube, open_page: OpenPage) -> None:
    page = open_page(f"{site}/place-du-lavoir/", tube.prepare)
    page.get_by_text(QUOTE).hover()
    page.get_by_text(QUOTE).click()
    expect(page.get_by_text("La phrase choisie sera jouée aussitôt.")).to_be_visible()
    expect(page.get_by_role("button", name="Charger le lecteur YouTube")).to_be_focused()
    page.goto(f"{site}/place-du-lavoir/#p=tilleuls")
    page.reload()
    page.wait_for_load_state("networkidle")
    assert tube.outside == []
    assert page.context.cookies() == []


def test_consent_loads_the_player_as_youtube_wants_it(site: str, tube: Tube, open_page: OpenPage) -> None:
    page = open_page(f"{site}/place-du-lavoir/", tube.prepare)
    page.get_by_text(QUOTE).click()
    load_player(page)
    frame = page.locator("iframe")
    address = urlsplit(frame.get_attribute("src") or "")
    assert (address.scheme, address.netloc, address.path) == (
        "https",
        "www.youtube-nocookie.com",
        "/embed/Mc5Aulne001",
    )
    assert parse_qs(address.query) == {
        "enablejsapi": ["1"],
        "origin": [site],
        "playsinline": ["1"],
        "rel": ["0"],
        "hl": ["fr"],
        "cc_lang_pref": ["fr"],
    }
    expect(frame).to_have_attribute("referrerpolicy", "strict-origin-when-cross-origin")
    expect(frame).to_have_attribute("title", "Lecteur YouTube\N{NO-BREAK SPACE}: Conseil filmé")
    assert "autoplay" in (frame.get_attribute("allow") or "")
    assert page.evaluate("built") == {
        "tag": "IFRAME",
        "host": "https://www.youtube-nocookie.com",
        "events": ["onError", "onPlaybackRateChange", "onReady", "onStateChange"],
    }
    assert [headers.get("referer") for headers in tube.frames] == [f"{site}/"]
    assert {urlsplit(url).netloc for url in tube.outside} == {"www.youtube.com", "www.youtube-nocookie.com"}


def test_the_sentence_clicked_before_consent_is_played_after_it(site: str, tube: Tube, open_page: OpenPage) -> None:
    page = open_page(f"{site}/place-du-lavoir/", tube.prepare)
    page.get_by_text(QUOTE).click()
    load_player(page)
    assert page.evaluate("calls") == [["seekTo", 754.5, True], ["playVideo"]]
    expect(page.get_by_text(QUOTE)).to_be_focused()
    expect(page.locator(".current")).to_have_text(QUOTE)
    page.get_by_text("Nous y planterons douze tilleuls.").click()
    assert page.evaluate("calls").pop(2) == ["seekTo", 0, True]
    expect(page.locator(".current")).to_have_text("Nous y planterons douze tilleuls.")


def test_a_deep_link_is_remembered_until_consent(site: str, tube: Tube, open_page: OpenPage) -> None:
    page = open_page(f"{site}/place-du-lavoir/#p=traversent", tube.prepare)
    expect(page.locator(".current")).to_have_text(QUOTE)
    expect(page.get_by_text("La phrase choisie sera jouée")).to_be_visible()
    load_player(page)
    assert page.evaluate("calls") == [["seekTo", 754.5, True], ["playVideo"]]


def test_a_deep_link_followed_after_consent_waits_at_its_passage(site: str, tube: Tube, open_page: OpenPage) -> None:
    page = open_page(f"{site}/place-du-lavoir/", tube.prepare)
    page.get_by_role("button", name="Charger le lecteur YouTube").click()
    page.wait_for_function("() => Boolean(window.player)")
    assert page.evaluate("calls") == []
    page.evaluate("location.hash = 'p=traversent'")
    page.wait_for_function("() => window.calls.length > 0")
    assert page.evaluate("calls") == [["cueVideoById", {"videoId": "Mc5Aulne001", "startSeconds": 754.5}]]
    expect(page.locator(".current")).to_have_text(QUOTE)


def test_the_time_is_asked_for_only_while_playing(site: str, tube: Tube, open_page: OpenPage) -> None:
    page = open_page(f"{site}/place-du-lavoir/", tube.prepare)
    page.get_by_text(QUOTE).click()
    load_player(page)
    page.wait_for_function("() => window.asked >= 3")
    page.evaluate("player.pauseVideo()")
    paused_at = page.evaluate("asked")
    page.wait_for_timeout(700)
    assert page.evaluate("asked") == paused_at
    page.evaluate("player.playVideo()")
    page.evaluate("player.playVideo()")
    page.wait_for_function("before => window.asked > before + 2", arg=paused_at)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        *((code, "YouTube ne permet pas de lire cette vidéo ici.") for code in (2, 5, 101, 150, 153)),
        (100, "Cette vidéo n’est plus publique sur YouTube, ou n’y est plus."),
    ],
)
def test_a_refusal_gives_the_plain_links_back(
    site: str, tube: Tube, open_page: OpenPage, code: int, words: str
) -> None:
    page = open_page(f"{site}/place-du-lavoir/", tube.prepare)
    page.get_by_text(QUOTE).click()
    load_player(page)
    page.evaluate("code => player.options.events.onError({ data: code })", code)
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_role("button", name="Réessayer")).to_be_hidden()
    expect(page.locator("iframe")).to_have_count(0)
    page.get_by_text(QUOTE).click()
    page.wait_for_url("https://youtu.be/Mc5Aulne001?t=754")


def test_an_error_that_is_no_refusal_changes_nothing(site: str, tube: Tube, open_page: OpenPage) -> None:
    page = open_page(f"{site}/place-du-lavoir/", tube.prepare)
    page.get_by_text(QUOTE).click()
    load_player(page)
    page.evaluate("player.options.events.onError({ data: 999 })")
    page.get_by_text("Nous y planterons douze tilleuls.").click()
    assert page.evaluate("calls.at(-2)") == ["seekTo", 0, True]


def test_a_script_that_does_not_come_gives_the_plain_links_back(site: str, tube: Tube, open_page: OpenPage) -> None:
    tube.script = None
    page = open_page(f"{site}/place-du-lavoir/", tube.prepare)
    page.get_by_text(QUOTE).click()
    page.get_by_role("button", name="Charger le lecteur YouTube").click()
    expect(page.get_by_text("YouTube ne répond pas")).to_be_visible()
    page.get_by_text(QUOTE).click()
    page.wait_for_url("https://youtu.be/Mc5Aulne001?t=754")


def test_a_reader_who_was_offline_tries_again_and_hears_the_sentence(
    site: str, tube: Tube, open_page: OpenPage
) -> None:
    tube.script = None
    page = open_page(f"{site}/place-du-lavoir/", tube.prepare)
    page.get_by_text(QUOTE).click()
    page.get_by_role("button", name="Charger le lecteur YouTube").click()
    expect(page.get_by_text("YouTube ne répond pas")).to_be_visible()
    page.get_by_role("button", name="Réessayer").click()  # still offline
    expect(page.get_by_text("YouTube ne répond pas")).to_be_visible()
    tube.script = API
    page.get_by_role("button", name="Réessayer").click()
    page.wait_for_function("() => window.calls?.length > 0")
    assert page.evaluate("calls") == [["seekTo", 754.5, True], ["playVideo"]]
    expect(page.get_by_text("YouTube ne répond pas")).to_be_hidden()
    expect(page.locator("iframe")).to_be_visible()


def test_going_to_another_recording_stops_youtube(site: str, tube: Tube, open_page: OpenPage) -> None:
    page = open_page(f"{site}/deux-seances/", tube.prepare)
    page.get_by_text("Nous finissons à l’automne.").click()
    load_player(page)
    page.get_by_text("Nous avons commencé en juin.").click()
    page.wait_for_function("() => !document.querySelector('video').paused")
    calls: list[Any] = page.evaluate("calls")
    assert calls == [["seekTo", 3725.1, True], ["playVideo"], ["pauseVideo"]]
    page.get_by_text("Nous finissons à l’automne.").click()
    assert page.evaluate("calls.length") == 5
    assert page.locator("video").evaluate("video => video.paused")


def test_the_player_is_never_smaller_than_youtube_allows(site: str, tube: Tube, open_page: OpenPage) -> None:
    page = open_page(f"{site}/place-du-lavoir/", tube.prepare, viewport={"width": 360, "height": 640})
    page.get_by_text(QUOTE).click()
    load_player(page)
    box = page.locator("iframe").bounding_box()
    assert box
    assert box["width"] >= 200
    assert box["height"] >= 200
