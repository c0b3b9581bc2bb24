"""Vimeo, Dailymotion and PeerTube behind the reader's consent, in a real browser; the test plays the other sites.

The stand-ins speak as the real frames do: Vimeo the messages of its player.js, PeerTube jschannel under its scope,
Dailymotion nothing at all.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, Route, expect

from aligner.model import Media, Status
from aligner.store import Workspace
from tests.web.conftest import LOCAL, TUBE, Draft, write_info

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
UUID = "9c9de5e8-0a1e-484a-b099-e80766180a6d"
VIMEO = Media("vimeo:7654321", "https://vimeo.com/7654321/ab12cd34", "vimeo", "Réunion publique", 600_000)
DAILY = Media("dailymotion:x9abc", "https://www.dailymotion.com/video/x9abc", "dailymotion", "Vœux du maire", 600_000)
PEER = Media(
    f"peertube:tube.montclery.example-{UUID}",
    f"https://tube.montclery.example/videos/watch/{UUID}",
    "peertube",
    "Conseil de quartier",
    600_000,
)
OTHER_PEER = Media(
    f"peertube:films.aulne.example-{UUID}",
    f"https://films.aulne.example/videos/watch/{UUID}",
    "peertube",
    "Fête de la halle",
    600_000,
)
FACEBOOK = Media(
    "facebook:42", "https://www.facebook.com/watch/?v=42", "facebook", "Débat filmé par une habitante", 600_000
)
POSTER = next((Path(__file__).resolve().parents[2] / "media").glob("*/poster.jpg"))
FIRST, SECOND = "La fontaine coulera de nouveau.", "Nous paverons la place à neuf."

VIMEO_PAGE = """<!doctype html><title>lecteur</title><script>
window.calls = [];
let time = 0, timer = 0;
const heard = new Set();
const post = message => parent.postMessage(JSON.stringify(message), "*");
const tell = (event, data) => heard.has(event) && post({ event, data });
function play() {
  tell("play", { seconds: time, percent: 0, duration: 600 });
  clearInterval(timer);
  timer = setInterval(() => { time += 0.1; tell("timeupdate", { seconds: time, percent: 0, duration: 600 }); }, 100);
}
window.pauseHere = () => { clearInterval(timer); tell("pause", { seconds: time, percent: 0, duration: 600 }); };
window.playHere = play;
window.say = post;
addEventListener("message", ({ data: { method, value }, origin }) => {
  if (method === "addEventListener") return heard.add(value);
  window.calls.push(value === undefined ? [method] : [method, value]);
  window.asker = origin;
  if (method === "setCurrentTime") { time = value; tell("seeked", { seconds: time }); }
  if (method === "play") play();
  if (method === "pause") window.pauseHere();
  if (method === "setPlaybackRate" && window.basic) {
    post({ event: "error", data: { method, name: "Error", message: "not available" } });
  } else if (method === "setPlaybackRate") tell("playbackratechange", { playbackRate: value });
});
addEventListener("load", () => setTimeout(() => post({ event: "ready" }), 50));
</script>"""

PEERTUBE_PAGE = """<!doctype html><title>lecteur</title><script>
window.calls = [];
let linked = false, time = 0, state = "unstarted";
const waiting = [];
const post = message => parent.postMessage(JSON.stringify(message), "*");
const notify = (method, params) => {
  const message = { method: "peertube::" + method, params };
  if (linked) post(message); else waiting.push(message);
};
const change = next => { state = next; notify("playbackStatusChange", next); };
const bound = {
  play: () => change("playing"),
  pause: () => change("paused"),
  seek: seconds => { time = seconds; },
  setPlaybackRate: () => {},
};
addEventListener("message", ({ data }) => {
  const message = JSON.parse(data);
  const [scope, method] = message.method.split("::");
  if (scope !== "peertube") return;
  if (method === "__ready") { linked = true; while (waiting.length) post(waiting.pop()); return; }
  window.calls.push(message.params === undefined ? [method] : [method, message.params]);
  bound[method](message.params);
});
setTimeout(() => post({ method: "peertube::__ready", params: "ping" }), 30);
setTimeout(() => {
  notify("ready", true);
  setInterval(() => {
    if (state === "playing") time += 0.5;
    notify("playbackStatusUpdate", { position: time, volume: 1, duration: "600", playbackState: state });
  }, 500);
}, 80);
</script>"""

SILENT_PAGE = "<!doctype html><title>lecteur</title>"
PAGES = {
    "player.vimeo.com": VIMEO_PAGE,
    "geo.dailymotion.com": SILENT_PAGE,
    "tube.montclery.example": PEERTUBE_PAGE,
    "films.aulne.example": PEERTUBE_PAGE,
    "www.youtube.com": "",
    "www.youtube-nocookie.com": SILENT_PAGE,
}


class Abroad:
    """Stands in for all other sites, and keeps what the browser asked them for."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.asked: list[str] = []
        self.referrers: list[str | None] = []
        self.pages: dict[str, str | None] = dict(PAGES)

    def prepare(self, page: Page) -> None:
        page.route(lambda address: not address.startswith((self.site, "data:")), self.answer)

    def answer(self, route: Route) -> None:
        host = urlsplit(route.request.url).netloc
        self.asked.append(route.request.url)
        self.referrers.append(route.request.headers.get("referer"))
        page = self.pages.get(host, "autre site")
        if page is None:
            route.abort("internetdisconnected")
        else:
            route.fulfill(body=page, content_type="text/html; charset=utf-8")


@pytest.fixture
def abroad(own_site: str) -> Abroad:
    return Abroad(own_site)


def publish(workspace: Workspace, *media: Media) -> str:
    """A post with a sentence on the first recording and one on the last; returns its path."""
    post = Draft("fontaine", "La fontaine", media, date="2025-09-01").block(f"{FIRST} {SECOND}")
    post.passage(FIRST, Status.SPOKEN, 61_300, 64_000, id="fontaine", media=media[0])
    post.passage(SECOND, Status.SPOKEN, 200_300, 203_000, id="place", media=media[-1])
    post.write(workspace)
    return "/fontaine/"


def load(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"Charger le lecteur {name}").click()


def inside(page: Page, host: str) -> Frame:
    """The other site's window, once it is there."""
    page.wait_for_selector(f"iframe[src*='{host}']", state="attached")
    for _ in range(100):
        found = [frame for frame in page.frames if urlsplit(frame.url).netloc == host]
        if found and not found[-1].is_detached():
            return found[-1]
        page.wait_for_timeout(50)
    raise AssertionError(f"no frame of {host}")


# --- consent ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("media", "name", "receives"),
    [
        (VIMEO, "Vimeo", "Le lecteur vient de Vimeo"),
        (DAILY, "Dailymotion", "Le lecteur vient de Dailymotion"),
        (PEER, "PeerTube", "Le lecteur vient de tube.montclery.example (PeerTube)"),
    ],
    ids=["vimeo", "dailymotion", "peertube"],
)
def test_nothing_leaves_the_site_before_the_click(
    workspace: Workspace, own_site: str, abroad: Abroad, open_page: OpenPage, media: Media, name: str, receives: str
) -> None:
    page = open_page(own_site + publish(workspace, media), abroad.prepare)
    page.get_by_text(FIRST).hover()
    page.get_by_text(FIRST).click()
    expect(page.get_by_text("La phrase choisie sera jouée aussitôt.")).to_be_visible()
    button = page.get_by_role("button", name=f"Charger le lecteur {name}")
    expect(button).to_be_focused()
    expect(button).to_have_accessible_description(page.locator(".terms").inner_text())
    expect(page.locator(".terms")).to_contain_text(receives)
    expect(page.locator(".terms")).to_contain_text("votre adresse IP")
    expect(page.locator(".details").get_by_role("link", name=f"Voir sur {name}")).to_have_attribute("href", media.url)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert abroad.asked == []
    assert page.context.cookies() == []


@pytest.mark.parametrize(
    ("media", "name", "frame", "options"),
    [
        (VIMEO, "Vimeo", "https://player.vimeo.com/video/7654321", {"h": ["ab12cd34"], "dnt": ["1"]}),
        (DAILY, "Dailymotion", "https://geo.dailymotion.com/player.html", {"video": ["x9abc"]}),
        (PEER, "PeerTube", f"https://tube.montclery.example/videos/embed/{UUID}", {"api": ["1"], "p2p": ["0"]}),
    ],
    ids=["vimeo", "dailymotion", "peertube"],
)
def test_the_click_asks_for_one_frame_and_nothing_else(
    workspace: Workspace,
    own_site: str,
    abroad: Abroad,
    open_page: OpenPage,
    media: Media,
    name: str,
    frame: str,
    options: dict[str, list[str]],
) -> None:
    page = open_page(own_site + publish(workspace, media), abroad.prepare)
    load(page, name)
    element = page.locator("iframe")
    expect(element).to_have_attribute("title", f"Lecteur {name}\N{NO-BREAK SPACE}: {media.title}")
    expect(element).to_have_attribute("referrerpolicy", "strict-origin-when-cross-origin")
    allowed = (element.get_attribute("allow") or "").split("; ")
    assert {"autoplay", "fullscreen", "picture-in-picture"} <= set(allowed)
    inside(page, urlsplit(frame).netloc)
    page.wait_for_load_state("networkidle")
    assert [urlsplit(address)._replace(query="").geturl() for address in abroad.asked] == [frame]
    assert options.items() <= parse_qs(urlsplit(abroad.asked[0]).query).items()
    assert abroad.referrers == [f"{own_site}/"]
    assert page.context.cookies() == []


def test_consent_is_given_to_one_service_only(
    workspace: Workspace, own_site: str, abroad: Abroad, open_page: OpenPage
) -> None:
    page = open_page(own_site + publish(workspace, PEER, VIMEO, OTHER_PEER), abroad.prepare)
    load(page, "PeerTube")
    inside(page, "tube.montclery.example")
    page.get_by_text(SECOND).click()
    expect(page.locator(".screen.shown .terms")).to_contain_text("films.aulne.example (PeerTube)")
    page.locator(".choose").nth(1).click()
    expect(page.get_by_role("button", name="Charger le lecteur Vimeo")).to_be_visible()
    assert {urlsplit(address).netloc for address in abroad.asked} == {"tube.montclery.example"}


def test_consent_to_a_service_holds_for_its_other_recordings(
    workspace: Workspace, own_site: str, abroad: Abroad, open_page: OpenPage
) -> None:
    other = Media("vimeo:7654322", "https://vimeo.com/7654322", "vimeo", "Suite", 600_000)
    page = open_page(own_site + publish(workspace, VIMEO, other), abroad.prepare)
    load(page, "Vimeo")
    page.get_by_text(SECOND).click()
    page.wait_for_function("() => document.querySelectorAll('iframe').length === 2")
    expect(page.locator(".screen.shown iframe")).to_have_attribute(
        "src", "https://player.vimeo.com/video/7654322?dnt=1&playsinline=1"
    )


# --- playing ---------------------------------------------------------------------------------------


def test_vimeo_plays_the_sentence_clicked_before_consent_and_tells_its_time(
    workspace: Workspace, own_site: str, abroad: Abroad, open_page: OpenPage
) -> None:
    page = open_page(own_site + publish(workspace, VIMEO), abroad.prepare)
    page.get_by_text(FIRST).click()
    load(page, "Vimeo")
    frame = inside(page, "player.vimeo.com")
    frame.wait_for_function("() => window.calls.length > 1")
    assert frame.evaluate("calls") == [["setCurrentTime", 61], ["play"]]
    assert frame.evaluate("asker") == own_site
    expect(page.get_by_text(FIRST)).to_be_focused()
    expect(page.locator(".current")).to_have_text(FIRST)
    page.get_by_text(SECOND).click()
    expect(page.locator(".current")).to_have_text(SECOND)
    assert frame.evaluate("calls")[2:] == [["setCurrentTime", 200], ["play"]]


def test_peertube_plays_the_sentence_clicked_before_consent_and_tells_its_time(
    workspace: Workspace, own_site: str, abroad: Abroad, open_page: OpenPage
) -> None:
    page = open_page(own_site + publish(workspace, PEER), abroad.prepare)
    page.get_by_text(FIRST).click()
    load(page, "PeerTube")
    frame = inside(page, "tube.montclery.example")
    frame.wait_for_function("() => window.calls.length > 1")
    assert frame.evaluate("calls") == [["seek", 61], ["play"]]
    expect(page.locator(".current")).to_have_text(FIRST)
    page.get_by_text(SECOND).click()
    expect(page.locator(".current")).to_have_text(SECOND)
    assert frame.evaluate("calls")[2:] == [["seek", 200], ["play"]]


def test_a_moment_that_waits_does_not_start_vimeo(
    workspace: Workspace, own_site: str, abroad: Abroad, open_page: OpenPage
) -> None:
    page = open_page(own_site + publish(workspace, VIMEO), abroad.prepare)
    load(page, "Vimeo")
    frame = inside(page, "player.vimeo.com")
    page.wait_for_selector(".controls.ready")
    page.evaluate("location.hash = 'p=place'")
    expect(page.locator(".current")).to_have_text(SECOND)
    page.wait_for_timeout(300)
    assert frame.evaluate("calls") == []
    frame.evaluate("playHere()")  # the reader presses the frame's own button
    frame.wait_for_function("() => window.calls.length > 0")
    assert frame.evaluate("calls") == [["setCurrentTime", 200]]


def test_going_to_another_recording_stops_the_frame(
    workspace: Workspace, own_site: str, abroad: Abroad, open_page: OpenPage
) -> None:
    page = open_page(own_site + publish(workspace, VIMEO, LOCAL), abroad.prepare)
    page.get_by_text(FIRST).click()
    load(page, "Vimeo")
    frame = inside(page, "player.vimeo.com")
    frame.wait_for_function("() => window.calls.length > 1")
    page.locator(".choose").nth(1).click()
    frame.wait_for_function("() => window.calls.length > 2")
    assert frame.evaluate("calls")[2:] == [["pause"]]
    expect(page.locator("video")).to_be_visible()


def test_a_stranger_window_cannot_speak_for_the_frame(
    workspace: Workspace, own_site: str, abroad: Abroad, open_page: OpenPage
) -> None:
    page = open_page(own_site + publish(workspace, VIMEO), abroad.prepare)
    page.get_by_text(FIRST).click()
    load(page, "Vimeo")
    expect(page.locator(".current")).to_have_text(FIRST)
    inside(page, "player.vimeo.com").evaluate("pauseHere()")
    page.evaluate(
        """() => {
          for (const event of ["play", "timeupdate"]) postMessage({ event, data: { seconds: 201 } }, "*");
          postMessage("pas du JSON", "*");
        }"""
    )
    page.wait_for_timeout(300)
    expect(page.locator(".current")).to_have_text(FIRST)


def test_dailymotion_is_put_there_anew_for_each_moment_and_marks_nothing(
    workspace: Workspace, own_site: str, abroad: Abroad, open_page: OpenPage
) -> None:
    page = open_page(own_site + publish(workspace, DAILY), abroad.prepare)
    expect(page.get_by_text("le texte ne peut pas le suivre")).to_be_visible()
    page.get_by_text(FIRST).click()
    load(page, "Dailymotion")
    inside(page, "geo.dailymotion.com")
    depth = page.evaluate("history.length")
    page.get_by_text(SECOND).click()
    expect(page.locator("iframe")).to_have_attribute("src", _daily(200, autoplay=True))
    page.wait_for_load_state("networkidle")
    assert abroad.asked == [_daily(61, autoplay=True), _daily(200, autoplay=True)]
    assert page.evaluate("history.length") == depth
    assert page.locator(".current").count() == 0
    expect(page.locator(".controls")).to_have_count(0)
    out = page.locator(".silent").get_by_role("link", name="Voir sur Dailymotion")
    expect(out).to_have_attribute("href", "https://www.dailymotion.com/video/x9abc?start=200")


def _daily(seconds: int, *, autoplay: bool) -> str:
    return f"https://geo.dailymotion.com/player.html?video=x9abc&startTime={seconds}&autoplay={str(autoplay).lower()}"


# --- what goes wrong -------------------------------------------------------------------------------


def test_a_video_that_vimeo_refuses_gives_the_plain_links_back(
    workspace: Workspace, own_site: str, abroad: Abroad, open_page: OpenPage
) -> None:
    page = open_page(own_site + publish(workspace, VIMEO), abroad.prepare)
    load(page, "Vimeo")
    frame = inside(page, "player.vimeo.com")
    page.wait_for_selector(".controls.ready")
    frame.evaluate("say({ event: 'error', data: { method: 'play', name: 'PrivacyError', message: 'no' } })")
    expect(page.get_by_text("Vimeo ne permet pas de lire cette vidéo ici.")).to_be_visible()
    expect(page.get_by_role("button", name="Réessayer")).to_be_hidden()
    expect(page.locator("iframe")).to_have_count(0)
    page.get_by_text(FIRST).click()
    page.wait_for_url("https://vimeo.com/7654321/ab12cd34#t=61s")


@pytest.mark.parametrize(
    ("media", "name", "host"),
    [(VIMEO, "Vimeo", "player.vimeo.com"), (PEER, "PeerTube", "tube.montclery.example")],
    ids=["vimeo", "peertube"],
)
def test_a_frame_that_does_not_answer_can_be_tried_again(
    workspace: Workspace,
    own_site: str,
    abroad: Abroad,
    open_page: OpenPage,
    media: Media,
    name: str,
    host: str,
) -> None:
    speaking = abroad.pages[host]
    abroad.pages[host] = SILENT_PAGE

    def prepare(page: Page) -> None:
        abroad.prepare(page)
        page.clock.install()

    page = open_page(own_site + publish(workspace, media), prepare)
    page.get_by_text(FIRST).click()
    load(page, name)
    inside(page, host).wait_for_load_state("load")
    page.wait_for_timeout(300)
    page.clock.run_for(14_000)
    expect(page.locator(".failure")).to_be_hidden()
    page.clock.run_for(2_000)
    expect(page.locator(".failure")).to_contain_text("ne répond pas")
    expect(page.locator("iframe")).to_have_count(0)
    abroad.pages[host] = speaking
    page.clock.resume()
    page.get_by_role("button", name="Réessayer").click()
    frame = inside(page, host)
    frame.wait_for_function("() => window.calls.length > 1")
    assert [name for name, *_ in frame.evaluate("calls")][-1] == "play"
    expect(page.locator(".failure")).to_be_hidden()


def test_a_recording_of_a_site_without_a_player_of_ours_stays_a_plain_link(
    workspace: Workspace, own_site: str, abroad: Abroad, open_page: OpenPage
) -> None:
    page = open_page(own_site + publish(workspace, FACEBOOK), abroad.prepare)
    expect(page.get_by_text("Cet enregistrement ne se lit pas sur cette page")).to_be_visible()
    expect(page.get_by_role("button", name="Charger")).to_have_count(0)
    page.get_by_text(FIRST).click()
    page.wait_for_url("https://www.facebook.com/watch/?v=42#t=61")


def test_without_script_the_sentences_are_timed_links(
    workspace: Workspace, own_site: str, abroad: Abroad, open_page: OpenPage
) -> None:
    page = open_page(own_site + publish(workspace, PEER), abroad.prepare, java_script_enabled=False)
    expect(page.get_by_text("les phrases restent des liens vers tube.montclery.example")).to_be_visible()
    expect(page.get_by_role("button", name="Charger")).to_have_count(0)
    expect(page.locator(".controls")).to_be_hidden()
    expect(page.get_by_text(FIRST)).to_have_attribute("href", f"{PEER.url}?start=61")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_before_the_player_beside_it_and_after_it_failed(
    workspace: Workspace, own_site: str, abroad: Abroad, open_page: OpenPage, scheme: str
) -> None:
    page = open_page(own_site + publish(workspace, VIMEO, DAILY), abroad.prepare, color_scheme=scheme)
    page.get_by_text(FIRST).click()
    for step in ("façade", "player", "failure"):
        if step == "player":
            load(page, "Vimeo")
            page.wait_for_selector(".controls.ready")
        elif step == "failure":
            inside(page, "player.vimeo.com").evaluate("say({ event: 'error', data: { method: 'ready' } })")
            expect(page.locator(".failure").first).to_be_visible()
        results = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}})
        assert results.violations_count == 0, f"{step}: {results.generate_report()}"


# --- nothing moves ---------------------------------------------------------------------------------

WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shifts.push(entry.value); })
  .observe({ type: "layout-shift", buffered: true });
"""


def shifted(page: Page) -> float:
    page.wait_for_timeout(300)
    return float(page.evaluate("shifts.reduce((sum, value) => sum + value, 0)"))


@pytest.mark.parametrize("size", [(1280, 800), (375, 667)], ids=["desk", "phone"])
@pytest.mark.parametrize("poster", [True, False], ids=["poster", "bare"])
@pytest.mark.parametrize(("media", "name"), [(VIMEO, "Vimeo"), (DAILY, "Dailymotion"), (TUBE, "YouTube")])
def test_nothing_moves_when_the_player_comes(
    workspace: Workspace,
    own_site: str,
    abroad: Abroad,
    open_page: OpenPage,
    size: tuple[int, int],
    poster: bool,
    media: Media,
    name: str,
) -> None:
    if poster:
        folder = write_info(workspace, media, thumbnail="poster.jpg")
        shutil.copyfile(POSTER, folder / "poster.jpg")

    def prepare(page: Page) -> None:
        abroad.prepare(page)
        page.add_init_script(WATCH_SHIFTS)

    page = open_page(own_site + publish(workspace, media), prepare, viewport={"width": size[0], "height": size[1]})
    load(page, name)
    page.wait_for_selector("iframe")
    assert shifted(page) < 0.01
    box = page.locator("iframe").bounding_box()
    assert box
    assert box["height"] >= 200


@pytest.mark.parametrize("size", [(1280, 800), (375, 667)], ids=["desk", "phone"])
def test_nothing_moves_when_a_file_tells_its_size(
    workspace: Workspace, own_site: str, open_page: OpenPage, size: tuple[int, int]
) -> None:
    def prepare(page: Page) -> None:
        page.add_init_script(WATCH_SHIFTS)

    page = open_page(f"{own_site}/marche-couvert/", prepare, viewport={"width": size[0], "height": size[1]})
    page.wait_for_function("() => document.querySelector('video').readyState > 0")
    assert shifted(page) < 0.01
