"""A recording with its subtitles as a track plays in a browser as before."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from aligner.clips.mux import add_subtitles
from aligner.clips.timed_text import TextTrack
from aligner.model import Cue


def test_a_player_plays_the_copy(tmp_path: Path, video: Path, browser: Browser) -> None:
    target = tmp_path / "with.mp4"
    add_subtitles(
        video, target, [TextTrack("Texte publié", [Cue(5_000, 9_000, ("Le marché couvert a plus de cent ans.",), "p")])]
    )
    page = browser.new_page()
    page.goto("about:blank")
    (tmp_path / "page.html").write_text('<video src="with.mp4" muted></video>', encoding="utf-8")
    page.goto((tmp_path / "page.html").as_uri())
    told = page.evaluate(
        """async () => {
            const video = document.querySelector("video");
            video.currentTime = 12.5;
            await video.play();
            await new Promise(done => video.addEventListener("timeupdate", done, {once: true}));
            return [video.error, video.videoWidth, Math.round(video.duration), video.currentTime >= 12.5];
        }"""
    )
    assert told == [None, 320, 90, True]
    page.close()
