"""A stretch of a recording as the bench draws it: how loud it is, and the words heard in it.

Between `aligner.sound.peaks`, through the bench, and the script that draws. The words are those of the transcript that
the post was matched with, the neighbours' too; where that is gone, those that the alignment has.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from aligner.library import FinishedPost
from aligner.model import Span, Word
from aligner.store import Workspace
from aligner.transcript_file import FOLDER, load_transcript
from web.edit.bench import Bench

STEP_MS = 20
"""What one peak stands for; a test holds it to `aligner.sound.peaks`."""
LONGEST_WORD_MS = 5_000
"""A word that began this much earlier is over."""

Timed = tuple[str, int, int]
"""A word, its start and its end in ms."""


def tell_stretch(workspace: Workspace, bench: Bench, post: FinishedPost, media_id: str, span: Span) -> dict[str, Any]:
    """`from_ms`, `step_ms`, `peaks` (0 to 255 each; null without local sound) and `words` of a span."""
    start_ms = span[0] // STEP_MS * STEP_MS
    peaks = bench.peaks(media_id, (start_ms, span[1]))
    words = _heard(workspace, media_id, post.heard.get(media_id, "")) or _aligned(post, media_id)
    return {
        "from_ms": start_ms,
        "to_ms": span[1],
        "step_ms": STEP_MS,
        "peaks": None if peaks is None else list(peaks),
        "words": list(_within(words, span)),
    }


def _within(words: Sequence[Timed], span: Span) -> Iterable[Timed]:
    first = bisect_left(words, span[0] - LONGEST_WORD_MS, key=lambda word: word[1])
    for word in words[first:]:
        if word[1] >= span[1]:
            return
        if word[2] > span[0]:
            yield word


def _heard(workspace: Workspace, media_id: str, fingerprint: str) -> Sequence[Timed]:
    path = workspace.media_folder(media_id) / FOLDER / f"{fingerprint}.json"
    return _load(path) if fingerprint.isalnum() and path.is_file() else ()


@lru_cache(maxsize=8)  # a transcript never changes under its name; a five-hour one takes half a second to read
def _load(path: Path) -> Sequence[Timed]:
    transcript = load_transcript(path)
    return [(word.text.strip(), word.start_ms, word.end_ms) for word in transcript.words] if transcript else ()


def _aligned(post: FinishedPost, media_id: str) -> Sequence[Timed]:
    words: list[Timed] = []
    for _, match in post.verdicts:
        if match.media_id != media_id:
            continue
        words += [_timed(word) for word in match.unpublished]
        words += [
            (word.heard, word.start_ms, word.end_ms)
            for word in match.words
            if word.heard is not None and word.start_ms is not None and word.end_ms is not None
        ]
    return sorted(set(words), key=lambda word: word[1])


def _timed(word: Word) -> Timed:
    return word.text, word.start_ms, word.end_ms
