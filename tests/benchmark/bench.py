"""`make bench`: how well and how fast the matcher does, on labelled sets, in one table.

Sets: the project's own sample (heard with the real model, cached), and the shared reading set where it lies
beside the checkout (its given transcript, and the same words as automatic captions). Matching is timed alone.
"""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from aligner.matching.heard_text import prepare
from aligner.matching.match import match_post
from aligner.model import Heard, Media, Post, Transcript
from aligner.output.alignment_file import to_json
from aligner.settings import Settings
from aligner.sound.captions import read_captions
from aligner.sound.fetch import load_media
from aligner.sound.hear import hear
from aligner.sound.whisper import make_transcriber
from aligner.store import Workspace
from aligner.text.read import list_posts, read_post
from tests.benchmark.score import Line, score_lines, summarise

ROOT = Path(__file__).resolve().parents[2]
READING = ROOT.parent / "shared" / "corpus" / "reading"
SAMPLE = "generic:conseil-2025-06-12-8d69b5f0"


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled set with one source of words."""

    name: str
    posts: Sequence[Post]
    truth: Path
    heard: Heard


def find_cases() -> Iterator[Case]:
    """All sets that can be run here; says on stderr which one is left out and why."""
    workspace = Workspace(ROOT)
    folder = workspace.media_folder(SAMPLE)
    if media := load_media(folder):
        transcript = hear(media, folder, lambda: make_transcriber(Settings()), language="fr", progress=_unwatched)
        yield Case("sample, heard", _read(workspace.posts), folder / "truth.json", Heard(media, transcript))
    if not READING.is_dir():
        Console(stderr=True).print("left out: the reading set does not lie beside this checkout")
        return
    posts = _read(READING / "posts")
    for name, file in (("transcript", "session.whisper.json"), ("captions", "session.fr.json3")):
        words = read_captions(READING / file, "fr")
        yield Case(f"reading, {name}", posts, READING / "truth.json", Heard(_stand_in(posts, words), words))


def _unwatched(_done: int, _total: int) -> None:
    """Let hearing go on unwatched."""


def _read(folder: Path) -> list[Post]:
    return [read_post(path, folder) for path in list_posts([folder])]


def _stand_in(posts: Sequence[Post], words: Transcript) -> Media:
    link = next(link for post in posts for link in post.links)
    return Media(link.media_id, link.url, link.provider, link.url, words.duration_ms)


def run(case: Case) -> tuple[list[Line], float]:
    """Match every post of a set and score it; returns the lines and the seconds that matching took."""
    labels = json.loads(case.truth.read_text(encoding="utf-8"))["posts"]
    began = time.perf_counter()
    text = prepare(case.heard.transcript)
    alignments = []
    for post in case.posts:
        hints = tuple(link.start_ms for link in post.links if link.start_ms is not None)
        heard = Heard(case.heard.media, case.heard.transcript, hints)
        alignments.append(match_post(post, [(heard, text)]))
    seconds = time.perf_counter() - began
    documents = [to_json(alignment, "bench") for alignment in alignments]
    lines = [
        line for d in documents if d["post"]["slug"] in labels for line in score_lines(labels[d["post"]["slug"]], d)
    ]
    return lines, seconds


def main() -> None:
    """Run all sets and print the table."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("set")
    columns = ("lines", "placed", "wrong", "unsaid linked", "onset median", "onset p90", "onset p95", "calibration")
    for column in (*columns, "seconds", "peak MB"):
        table.add_column(column, justify="right")
    for case in find_cases():
        lines, seconds = run(case)
        figures = summarise(lines)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        cells = [f"{figures[column]:.3f}" if column != "lines" else str(int(figures[column])) for column in columns]
        table.add_row(case.name, *cells, f"{seconds:.2f}", str(peak))
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
