"""The labelled sets of the benchmark: which there are, and how each is put together.

A recipe names a set and its source of words; making it reads or generates the posts, their labels and what was
heard. `bench.py` and `ablation.py` run them. To add a source of words for the reading set, add a line to `_READING`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from aligner.errors import AlignerError
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
from tests.benchmark.generated import ALIKE, SETS, make_set
from tests.benchmark.score import Line, score_lines

ROOT = Path(__file__).resolve().parents[2]
READING = ROOT.parent / "shared" / "corpus" / "reading"
SAMPLE = "generic:conseil-2025-06-12-8d69b5f0"


class LeftOutError(AlignerError):
    """A set that cannot be made here."""


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled set with one source of words. `labels` holds the published lines of each post by slug."""

    name: str
    posts: Sequence[Post]
    labels: Mapping[str, Sequence[dict[str, Any]]]
    heard: Heard


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make a case; `family` is the line of the summary that it counts for."""

    family: str
    name: str
    source: str
    make: Callable[[], Case]
    """Raises `LeftOutError` when what it needs is not here."""

    @property
    def title(self) -> str:
        """Set and source: what `--only` searches."""
        return f"{self.name}, {self.source}"


def _transcript() -> Transcript:
    return read_captions(READING / "session.whisper.json", "fr")


def _captions() -> Transcript:
    return read_captions(READING / "session.fr.json3", "fr")


_READING: dict[str, Callable[[], Transcript]] = {"transcript": _transcript, "captions": _captions}
"""Sources of words for the reading set."""


def list_recipes(variant: str = "report") -> list[Recipe]:
    """All sets, in the order of the table. `variant` picks the generated ones: `fit` or `report`."""
    return [
        Recipe("sample", "sample", "heard", _make_sample),
        *(Recipe("reading", "reading", source, partial(_make_reading, words)) for source, words in _READING.items()),
        *(
            Recipe("alike" if name in ALIKE else "made", name, "made", partial(_make_generated, name, variant))
            for name in SETS
        ),
    ]


def _make_sample() -> Case:
    workspace = Workspace(ROOT)
    folder = workspace.media_folder(SAMPLE)
    media = load_media(folder)
    if media is None:
        raise LeftOutError("The sample's recording is not in media/.", "Check the checkout.")
    transcript = hear(media, folder, lambda: make_transcriber(Settings()), language="fr", progress=_unwatched)
    return Case("sample", _read(workspace.posts), _labels(folder / "truth.json"), Heard(media, transcript))


def _make_reading(words: Callable[[], Transcript]) -> Case:
    if not READING.is_dir():
        raise LeftOutError("The reading set does not lie beside this checkout.", f"It is looked for in {READING}.")
    posts, transcript = _read(READING / "posts"), words()
    return Case("reading", posts, _labels(READING / "truth.json"), Heard(_stand_in(posts, transcript), transcript))


def _make_generated(name: str, variant: str) -> Case:
    made = make_set(name, variant)
    return Case(name, made.posts, made.labels, Heard(_stand_in(made.posts, made.transcript), made.transcript))


def _unwatched(_done: int, _total: int) -> None:
    """Let hearing go on unwatched."""


def _read(folder: Path) -> list[Post]:
    return [read_post(path, folder) for path in list_posts([folder])]


def _labels(file: Path) -> dict[str, list[dict[str, Any]]]:
    labels: dict[str, list[dict[str, Any]]] = json.loads(file.read_text(encoding="utf-8"))["posts"]
    return labels


def _stand_in(posts: Sequence[Post], words: Transcript) -> Media:
    link = next(link for post in posts for link in post.links)
    return Media(link.media_id, link.url, link.provider, link.url, words.duration_ms)


def align(case: Case) -> tuple[list[dict[str, Any]], float]:
    """Match every post of a set; returns the alignment documents and the seconds of processor time it took.

    That is the time on one idle core: matching is single-threaded, and what else the machine does is not counted.
    """
    began = time.process_time()
    text = prepare(case.heard.transcript)
    alignments = []
    for post in case.posts:
        hints = tuple(link.start_ms for link in post.links if link.start_ms is not None)
        heard = Heard(case.heard.media, case.heard.transcript, hints)
        alignments.append(match_post(post, [(heard, text)]))
    seconds = time.process_time() - began
    return [to_json(alignment, "bench") for alignment in alignments], seconds


def run(case: Case) -> tuple[list[Line], float]:
    """Match every post of a set and score it; returns the lines and the processor seconds that matching took."""
    documents, seconds = align(case)
    labelled = [document for document in documents if document["post"]["slug"] in case.labels]
    return [line for d in labelled for line in score_lines(case.labels[d["post"]["slug"]], d)], seconds
