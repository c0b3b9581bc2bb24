"""Real posts and real speech: not one link into a session that has nothing to do with a post, and the reading set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from aligner.matching.heard_text import HeardText, prepare
from aligner.matching.match import match_post
from aligner.model import LINKED, Heard, Kind, Link, Media, Post
from aligner.output.alignment_file import to_json
from aligner.sound.captions import read_captions
from aligner.text.read import list_posts, read_post
from tests.benchmark.score import score_lines, summarise

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
READING = CORPUS / "reading"
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus does not lie beside this checkout"),
]


def read_all(folder: Path) -> list[Post]:
    return [read_post(path, folder) for path in list_posts([folder])]


def hear(post: Post, text: HeardText, link: Link | None = None) -> Heard:
    """The session as the recording of a post's link, or as one that it does not link."""
    media_id, url = (link.media_id, link.url) if link else ("generic:session", "")
    hints = tuple(other.start_ms for other in post.links if link and other.start_ms is not None)
    return Heard(Media(media_id, url, "generic", "", text.transcript.duration_ms), text.transcript, hints)


@pytest.fixture(scope="module", params=["session.whisper.json", "session.fr.json3"])
def session(request: pytest.FixtureRequest) -> HeardText:
    """Two hours of poems read aloud: nothing of a council in them."""
    return prepare(read_captions(READING / request.param, "fr"))


def links(post: Post, session: HeardText) -> Iterator[str]:
    alignment = match_post(post, [(hear(post, session), session)])
    for passage, match in zip(post.passages, alignment.matches, strict=True):
        if match.status in LINKED:
            yield f"{post.slug}: {passage.text!r} -> {match.said!r}"


def is_summary(post: Post) -> bool:
    """Whether most of what it says is reported speech (headings and the like say nothing)."""
    told = [passage.kind for passage in post.passages if passage.kind not in (Kind.HEADING, Kind.BOILERPLATE)]
    return told.count(Kind.SUMMARY) > len(told) / 2


def test_ten_summaries_and_more_get_not_one_link_into_an_unrelated_session(session: HeardText) -> None:
    summaries = [post for post in read_all(CORPUS / "posts") if is_summary(post)]
    assert len(summaries) >= 10
    assert [link for post in summaries for link in links(post, session)] == []


def test_no_post_gets_a_link_into_an_unrelated_session(session: HeardText) -> None:
    posts = [post for post in read_all(CORPUS / "posts") if not post.slug.startswith("odd-")]
    assert len(posts) == 38
    assert [link for post in posts for link in links(post, session)] == []


def test_the_reading_set_is_placed_from_its_given_transcript() -> None:
    labels = json.loads((READING / "truth.json").read_text(encoding="utf-8"))["posts"]
    text = prepare(read_captions(READING / "session.whisper.json", "fr"))
    lines = []
    for post in read_all(READING / "posts"):
        document = to_json(match_post(post, [(hear(post, text, post.links[0]), text)]), "test")
        lines += score_lines(labels[post.slug], document)
    figures = summarise(lines)
    assert sum(not line.said for line in lines) == 274
    assert figures["unsaid linked"] == 0.0
    assert figures["wrong"] <= 0.002
    assert figures["placed"] >= 0.965
