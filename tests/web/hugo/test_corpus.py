"""Real posts in a real Hugo site: every passage is found in the page as Hugo renders it, every dead embed is a player.

The recordings cannot be had here, so the posts are given verdicts and times of our own; the texts are what is tried.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from aligner.model import SPOKEN_KINDS, Alignment, Heard, Match, Media, Post, Status, TimedWord, Transcript
from aligner.output.alignment_file import to_json
from aligner.store import Workspace, dump_json, write_atomic
from aligner.text.read import list_posts, read_post
from tests.conftest import CORPUS
from tests.web.file_server import serving
from tests.web.hugo.conftest import build, make_site, publish

pytestmark = [pytest.mark.browser, pytest.mark.corpus]

OpenPage = Callable[..., Page]
LOOK = """() => ({
  found: [...new Set([...document.querySelectorAll(".post-content .passage")].map((piece) => piece.dataset.passage))],
  text: document.querySelector(".post-content").innerText,
  players: document.querySelectorAll(".aligner-embed > .screen").length,
  again: document.querySelectorAll(".aligner-embed > .aligner-again").length,
  nested: document.querySelectorAll("a a").length,
})"""


def pretend(post: Post, workspace: Workspace) -> None:
    """Write an alignment that has every sentence said, five seconds after the one before."""
    link = post.links[0]
    media = Media(link.media_id, link.url, link.provider, "Séance", 10_000_000)
    matches, start = [], 0
    for passage in post.passages:
        if passage.kind not in SPOKEN_KINDS:
            matches.append(Match(passage.id, Status.NOT_FOUND, 0.9, "récit"))
            continue
        start += 5_000
        words = tuple(
            TimedWord(word, start + 10 * n, start + 10 * n + 9, word) for n, word in enumerate(passage.text.split())
        )
        matches.append(
            Match(passage.id, Status.SPOKEN, 0.9, "dit", media.id, start, start + 4_000, passage.text, words)
        )
    transcript = Transcript("captions", "", "fr", 10_000_000, (), "0" * 16)
    document = to_json(Alignment(post, (Heard(media, transcript),), tuple(matches)), "0" * 16)
    write_atomic(workspace.aligned / f"{post.slug}.json", dump_json(document))


def test_nothing_is_lost_in_real_posts(tmp_path: Path, open_page: OpenPage) -> None:
    site, workspace = make_site(tmp_path / "site"), Workspace(tmp_path / "workspace")
    content = site / "content" / "posts"
    shutil.rmtree(content)
    content.mkdir()
    sources = list_posts([CORPUS / "posts"])
    for path in sources:
        shutil.copyfile(path, content / path.name)
    posts = {post.slug: post for post in (read_post(path, CORPUS / "posts") for path in sources) if post.links}
    for post in posts.values():
        pretend(post, workspace)
    publish(workspace, site)
    for path in sources:
        assert (content / path.name).read_bytes() == path.read_bytes()
    build(site).rename(tmp_path / "montclery")
    passages = embeds = 0
    outside: list[str] = []
    with serving(tmp_path) as address:

        def watch(page: Page) -> None:
            page.on("request", lambda asked: None if asked.url.startswith(address) else outside.append(asked.url))

        page = open_page("about:blank", watch)
        for folder in sorted((tmp_path / "montclery" / "posts").iterdir()):
            if not (folder / "index.html").is_file() or "aligner-facts" not in (folder / "index.html").read_text(
                "utf-8"
            ):
                continue
            page.goto(f"{address}/montclery/posts/{quote(folder.name)}/")
            page.wait_for_selector(".aligner-foot", state="attached")
            facts = json.loads(page.locator("#aligner-facts").text_content() or "")
            seen = page.evaluate(LOOK)
            assert {passage["id"] for passage in facts["passages"]} - set(seen["found"]) == set(), folder.name
            assert "[embed" not in seen["text"], folder.name
            assert "[arve" not in seen["text"], folder.name
            distinct = len({embed["recording"] for embed in facts["embeds"]})
            assert (seen["players"], seen["again"]) == (distinct, len(facts["embeds"]) - distinct), folder.name
            assert seen["nested"] == 0, folder.name
            passages += len(facts["passages"])
            embeds += len(facts["embeds"])
    assert passages > 450
    assert embeds > 35
    assert outside == []
