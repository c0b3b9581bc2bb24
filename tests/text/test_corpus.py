"""The real posts: what the reader makes of each is written down in `golden_corpus.json`, judged by hand."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from aligner.model import Kind
from aligner.text.markdown import find_blocks
from aligner.text.read import read_post
from tests.text.golden import FOLDERS, describe

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
GOLDEN: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "golden_corpus.json").read_text(encoding="utf-8")
)

pytestmark = pytest.mark.corpus


def find(name: str) -> Path:
    return next(path for folder in FOLDERS if (path := CORPUS / folder / name).exists())


def test_every_post_is_in_the_golden_file() -> None:
    assert sorted(path.name for folder in FOLDERS for path in (CORPUS / folder).glob("*.md")) == sorted(GOLDEN)


@pytest.mark.parametrize("name", GOLDEN)
def test_recordings_kinds_speakers_and_borders_are_as_judged(name: str) -> None:
    found = describe(read_post(find(name)))
    assert found["links"] == GOLDEN[name]["links"]
    assert found["passages"] == GOLDEN[name]["passages"]


@pytest.mark.parametrize("name", GOLDEN)
def test_nothing_published_is_lost_or_said_twice(name: str) -> None:
    """Every letter stands in exactly one passage, and the passages follow each other in the source."""
    post = read_post(find(name))
    for number, block in enumerate(post.blocks):
        covered = [place for passage in post.passages if passage.block == number for place in range(*passage.chars)]
        letters = [place for place, sign in enumerate(block.text) if sign.isalnum()]
        assert len(covered) == len(set(covered))
        assert set(letters) <= set(covered)
    spans = [passage.source_chars for passage in post.passages]
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert len({passage.id for passage in post.passages}) == len(post.passages)


@pytest.mark.parametrize("name", GOLDEN)
def test_the_words_are_those_that_commonmark_renders(name: str) -> None:
    """Our own inline reader against markdown-it-py's, letter by letter, but for recordings and shortcodes."""
    body = re.sub(r"\A(---|\+\+\+)\n.*?\n\1\n", "", find(name).read_text(encoding="utf-8"), flags=re.DOTALL)
    parser = MarkdownIt("commonmark").disable(["code", "fence"])
    rendered = " ".join(
        child.content if child.type in ("text", "code_inline") else " "
        for token in parser.parse(body)
        for child in token.children or []
        if child.type in ("text", "code_inline", "softbreak", "hardbreak")
    )
    rendered = re.sub(r"\[embed\].*?\[/embed\]|\[(?:arve|gallery)[^\]]*\]", "", rendered)
    rendered = re.sub(r"https?://(?:youtu\.be/|\S*\.mp4)\S*", "", rendered)
    ours = "".join(block.text for block in find_blocks(body, 0))
    assert re.sub(r"[\W_]", "", ours) == re.sub(r"[\W_]", "", rendered)


def test_the_ids_of_passages_are_those_that_were_given_away() -> None:
    """An id is part of public addresses: it stays through every version of the program.

    `passage_ids.json` holds a hash of each post's ids as they were before blocks had marks. Where a better way to cut
    passages must change some, write it anew and say so in CHANGELOG.md.
    """
    known = json.loads((Path(__file__).parent / "passage_ids.json").read_text(encoding="utf-8"))
    ids = {name: " ".join(passage.id for passage in read_post(find(name)).passages) for name in GOLDEN}
    assert {name: sha256(text.encode()).hexdigest()[:16] for name, text in ids.items()} == known


def test_the_made_up_readings_are_of_the_kinds_they_were_made_as() -> None:
    for path in sorted((CORPUS / "reading" / "posts").glob("*.md")):
        kinds = {passage.kind for passage in read_post(path).passages} - {Kind.HEADING, Kind.BOILERPLATE}
        assert kinds == ({Kind.SUMMARY, Kind.QUOTE} if path.name.startswith("summary-") else {Kind.SPEECH}), path.name
