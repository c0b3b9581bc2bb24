"""Subtitle files in a real player: what Chromium reads in a `<track>`, and what it shows at a moment."""

from __future__ import annotations

from typing import Any

import pytest

from aligner.export import TOLD
from aligner.model import Kind, Status
from aligner.output.formats import FORMATS, render
from aligner.output.tracks import Track, published_track
from aligner.store import Workspace, write_atomic
from tests.web.conftest import LOCAL, Draft, OpenPage, told

pytestmark = pytest.mark.browser

READ = """async ([media, address, kind]) => {
    const video = document.createElement("video");
    video.src = media;
    video.preload = "auto";
    const track = document.createElement("track");
    Object.assign(track, {kind, src: address, srclang: "fr"});
    video.append(track);
    document.body.append(video);
    const loaded = new Promise((good, bad) => { track.onload = good; track.onerror = bad; });
    track.track.mode = "hidden";
    await loaded;
    const cues = [...track.track.cues].map((cue) => [
        cue.id, Math.round(cue.startTime * 1000), Math.round(cue.endTime * 1000), cue.getCueAsHTML().textContent,
    ]);
    const voices = [...track.track.cues].map((cue) => cue.getCueAsHTML().querySelector("span[title]")?.title ?? null);
    const shown = [];
    for (const second of [11, 22, 60]) {
        await new Promise((sought) => { video.onseeked = sought; video.currentTime = second; });
        shown.push([...track.track.activeCues].map((cue) => cue.id));
    }
    return [cues, voices, shown];
}"""


def write_post(workspace: Workspace) -> Track:
    post = Draft("sous-titres", "Des sous-titres & <autres>", date="2025-03-02")
    sentences = {
        "signes": (10_000, "Oui,", "A", "&", "B", "<b>", "-->", "&amp;", "c’est", "« possible »", "!"),
        "cours": (20_000, "Nous", "planterons", "douze", "tilleuls", "dans", "la", "cour", "de", "l’école", "demain."),
    }
    for name, (start_ms, *words) in sentences.items():
        text = " ".join(words)
        timed, _ = told(start_ms, *words)
        post.block(name.capitalize(), "heading", 2).passage(
            name.capitalize(), Status.NOT_FOUND, kind=Kind.HEADING, id=f"titre-{name}"
        )
        post.block(text).passage(text, Status.SPOKEN, start_ms, start_ms + 500 * len(words), id=name, words=timed)
    post.write(workspace)
    track = published_track(post.document(), LOCAL.id)
    for name in (*TOLD, "chapters"):
        write_atomic(workspace.aligned / f"sous-titres.{FORMATS[name].ending}", render(track, name))
    return track


@pytest.fixture
def track(workspace: Workspace) -> Track:
    return write_post(workspace)


def read(open_page: OpenPage, site: str, name: str, kind: str) -> Any:
    page = open_page(f"{site}/sous-titres/")
    return page.evaluate(READ, [f"/media/{LOCAL.id}", f"/{name}", kind])


def test_chromium_reads_every_cue_as_it_was_laid_out(track: Track, own_site: str, open_page: OpenPage) -> None:
    cues, voices, shown = read(open_page, own_site, "sous-titres.vtt", "subtitles")
    assert [cue[1:] for cue in cues] == [[cue.start_ms, cue.end_ms, "\n".join(cue.lines)] for cue in track.cues]
    assert "".join(cue[3] for cue in cues).startswith("Oui, A & B <b> --> &amp;")
    assert set(voices) == {"Jeanne Morel"}
    assert [[name.split("-")[0] for name in names] for names in shown] == [["signes"], ["cours"], []]


def test_chromium_reads_the_chapters(track: Track, own_site: str, open_page: OpenPage) -> None:
    cues, _, shown = read(open_page, own_site, "sous-titres.chapters.vtt", "chapters")
    assert [cue[:3] for cue in cues] == [["1", 10_000, 20_000], ["2", 20_000, 24_900]]
    assert cues[0][3].startswith("Oui, A & B <b> --> &amp;")
    assert shown == [["1"], ["2"], []]
