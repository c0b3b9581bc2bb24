"""Measures the page of a very long session, some eight thousand rows (invented data of `tests.benchmark.library`).

`python -m tests.benchmark.session_page` prints what the page weighs, how long the server takes to make it, and, in a
real Chromium, how long a click, a typed letter and a scrolled frame take: from the event to the next picture, as the
browser's own Event Timing counts it (in steps of 8 ms, events of less than 16 ms are not told of).
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Page, sync_playwright

from aligner.library import Library
from aligner.store import Workspace, dump_json, write_atomic
from tests.benchmark.library import Size, build
from tests.web.conftest import run_viewer, write_video
from web import create_app

WORDS = 105_000
POSTS = 20
CLICKS = 40
FRAMES = 240
STEP = 120
"""Pixels a frame: what a fast wheel scrolls."""

_WATCH = """
  window.seen = [];
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) {
      if (["click", "input", "keydown"].includes(one.name)) {
        seen.push([one.name, one.duration, one.processingEnd - one.startTime]);
      }
    }
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
"""

_SCROLL = """async ([frames, step]) => {
  const box = document.querySelector(".rows");
  const spent = [];
  let last = performance.now();
  for (let frame = 0; frame < frames; frame += 1) {
    box.scrollTop += step;
    await new Promise(requestAnimationFrame);
    spent.push(performance.now() - last);
    last = performance.now();
  }
  return spent;
}"""


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 # a program run by hand


def _shares(values: list[float]) -> str:
    ordered = sorted(values)
    p50, p95 = (ordered[min(len(ordered) - 1, len(ordered) * part // 100)] for part in (50, 95))
    return f"p50 {p50:.0f} ms  p95 {p95:.0f} ms  most {ordered[-1]:.0f} ms"


def make_playable(workspace: Workspace, media_id: str) -> None:
    """Give the session a small video of its own, so that clicks play something."""
    folder = workspace.media_folder(media_id)
    write_video(folder / "video.mp4")
    write_atomic(folder / "info.json", dump_json({"id": media_id, "video": "video.mp4"}))


def weigh(workspace: Workspace, path: str) -> None:
    """Print the page's size and what it costs to make."""
    client = create_app(workspace).test_client()
    client.get(path)
    begun = time.process_time()
    page = client.get(f"{path}?t=1").data
    spent_ms = 1000 * (time.process_time() - begun)
    rows = page.count(b'<p><a href="') + 1
    _say(f"{rows} rows: {len(page) / 1000:.0f} kB, {len(gzip.compress(page, 6)) / 1000:.0f} kB as sent")
    _say(f"made in {spent_ms:.0f} ms of processor time (then kept)")


def measure_reader(page: Page) -> None:
    """Print what a reader waits for."""
    page.locator("video").evaluate("video => { video.playbackRate = video.defaultPlaybackRate = 0.0625; }")
    for number in range(CLICKS):
        page.locator(".rows p").nth(2 + number % 15).click(position={"x": 8, "y": 8})
        page.wait_for_timeout(120)
    _tell(page, "click", CLICKS)
    page.locator(".find input").focus()
    for words in ("école", "le budget", "nous avons"):
        page.locator(".find input").fill("")
        page.keyboard.type(words, delay=80)
    _tell(page, "input", 24)
    spent: list[float] = page.evaluate(_SCROLL, [FRAMES, STEP])
    _say(f"{'frame':6} {FRAMES:4} of {STEP} px   {_shares(spent)}")


def _tell(page: Page, name: str, count: int) -> None:
    page.wait_for_timeout(300)
    seen: list[Any] = page.evaluate("seen.splice(0)")
    told = [one for one in seen if one[0] == name]
    quick = count - len(told)
    waits = [one[1] for one in told] + [16.0] * quick
    handled = [one[2] for one in told] or [0.0]
    _say(f"{name:6} {count:4} to the picture {_shares(waits)}; to the mark {_shares(handled)} ({quick} below 16 ms)")


@click.command()
@click.option("--words", default=WORDS, help="Heard words of the session.")
def main(words: int) -> None:
    """Measure the page of a very long session."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = build(Path(folder), Size(POSTS, 1, words))
        media_id = Library(workspace).sessions()[0].media_id
        make_playable(workspace, media_id)
        path = f"/seances/{media_id}/"
        weigh(workspace, path)
        with run_viewer(workspace) as address, sync_playwright() as playwright:
            options = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
            page = browser.new_page(locale="fr-FR")
            page.add_init_script(_WATCH)
            page.goto(f"{address}{path}")
            page.wait_for_timeout(1_000)
            measure_reader(page)
            browser.close()


if __name__ == "__main__":
    main()
