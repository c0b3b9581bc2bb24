"""The recording of a page in the browser, as tests steer and watch it."""

from __future__ import annotations

from playwright.sync_api import Page


def slow_down(page: Page) -> None:
    """Let the recording run at a sixteenth of its speed, so that a time read later is still the time it went to."""
    page.locator("video").evaluate("video => { video.playbackRate = video.defaultPlaybackRate = 0.0625; }")


def wait_until_playing(page: Page) -> None:
    page.wait_for_function("() => { const v = document.querySelector('video'); return !v.paused && v.readyState > 2; }")


def position(page: Page) -> float:
    return float(page.locator("video").evaluate("video => video.currentTime"))


def go_to(page: Page, seconds: float) -> None:
    page.locator("video").evaluate("(video, seconds) => { video.currentTime = seconds; }", seconds)
