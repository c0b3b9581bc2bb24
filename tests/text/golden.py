"""What the reader makes of each post of the shared corpus, without a word of their text.

`golden_corpus.json` was written after reading every post by hand; to see what the program says now, for review
next to the posts (never to copy it over unread):

    python -m tests.text.golden ../shared/corpus | diff tests/text/golden_corpus.json -
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from aligner.model import Post
from aligner.text.read import read_post

FOLDERS = ("posts", "reading/posts")
"""The folders of posts in the shared corpus."""


def describe(post: Post) -> dict[str, Any]:
    """Recordings as [media id, offset], passages as [kind, speaker, from, to] in source characters."""
    return {
        "links": [[link.media_id, link.start_ms] for link in post.links],
        "passages": [[passage.kind.value, passage.speaker, *passage.source_chars] for passage in post.passages],
    }


def describe_all(corpus: Path) -> dict[str, dict[str, Any]]:
    """Every post of the corpus by its file name."""
    paths = [path for folder in FOLDERS for path in sorted((corpus / folder).glob("*.md"))]
    return {path.name: describe(read_post(path)) for path in paths}


def write(posts: dict[str, dict[str, Any]]) -> str:
    """JSON with one passage a line, so that a change can be read."""
    entries = []
    for name, post in posts.items():
        parts = (f'  "{key}": {_rows(rows)}' for key, rows in post.items())
        entries.append(f"{json.dumps(name, ensure_ascii=False)}: {{\n" + ",\n".join(parts) + "\n }")
    return "{\n " + ",\n ".join(entries) + "\n}\n"


def _rows(rows: list[Any]) -> str:
    lines = [f"   {json.dumps(row, ensure_ascii=False)}" for row in rows]
    return "[\n" + ",\n".join(lines) + "]" if lines else "[]"


if __name__ == "__main__":
    sys.stdout.write(write(describe_all(Path(sys.argv[1]))))
