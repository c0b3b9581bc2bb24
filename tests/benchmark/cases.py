"""The labelled sets of the benchmark: which there are, and how each is put together.

A recipe names a set and its source of words; making it reads or generates the posts, their labels and what was
heard. `bench.py` and `ablation.py` run them. What is heard with the real model is heard while a case is made, outside
the timed part, and kept in `.bench/` at the root of the checkout.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from aligner.errors import AlignerError, MissingError
from aligner.listening import plan_windows
from aligner.matching.heard_text import prepare
from aligner.matching.match import match_post
from aligner.model import Alignment, Heard, Media, Post, Transcript
from aligner.output.alignment_file import to_json
from aligner.settings import Settings
from aligner.sound.captions import read_captions
from aligner.sound.fetch import load_media
from aligner.sound.hear import Progress, adopt_recording, hear
from aligner.sound.whisper import make_transcriber
from aligner.store import Workspace
from aligner.text.read import list_posts, read_post
from tests.benchmark.generated import ALIKE, SETS, make_set
from tests.benchmark.score import Line, score_lines

ROOT = Path(__file__).resolve().parents[2]
READING = ROOT.parent / "shared" / "corpus" / "reading"
CACHE = ROOT / ".bench"
"""What was heard of the reading set; git-ignored, and named by what it was made from, so that none is ever stale."""
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
    hears: bool = False
    """Whether making it for the first time loads the speech model."""

    @property
    def title(self) -> str:
        """Set and source: what `--only` searches."""
        return f"{self.name}, {self.source}"


@dataclass(frozen=True, slots=True)
class _Words:
    """A source of words for the reading set: a file of them, a hearing that completes it, or a hearing alone."""

    source: str
    file: str | None
    hearing: str | None
    """What is said when the recording begins to be heard; None: it is not."""


_READING = (
    _Words("transcript", "session.whisper.json", None),
    _Words("captions", "session.fr.json3", None),
    _Words("transcript + recording", "session.whisper.json", "hearing what it leaves out: about two minutes, once"),
    _Words("captions + recording", "session.fr.json3", "hearing what the captions place: some seven minutes, once"),
)
_HEARD = _Words("heard", None, "hearing the whole session: some seven minutes, once")


def list_recipes(variant: str = "report", *, hear_all: bool = False) -> list[Recipe]:
    """All sets, in the order of the table. `variant` picks the generated ones: `fit` or `report`.

    With `hear_all` the reading set is also run on our own hearing of the whole session.
    """
    sources = (*_READING, _HEARD) if hear_all else _READING
    return [
        Recipe("sample", "sample", "heard", _make_sample, hears=True),
        *(
            Recipe("reading", "reading", words.source, partial(_make_reading, words), words.hearing is not None)
            for words in sources
        ),
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
    transcript = hear(media, folder, lambda: make_transcriber(Settings()), language="fr", progress=unwatched)
    return Case("sample", _read(workspace.posts), _labels(folder / "truth.json"), Heard(media, transcript))


def _make_reading(words: _Words) -> Case:
    if not READING.is_dir():
        raise LeftOutError("The reading set does not lie beside this checkout.", f"It is looked for in {READING}.")
    posts = _read(READING / "posts")
    known = read_captions(READING / words.file, "fr") if words.file else None
    heard = _listen(posts, known, words.hearing) if words.hearing else known
    assert heard is not None, "a source is a file, a hearing, or both"
    return Case("reading", posts, _labels(READING / "truth.json"), Heard(_stand_in(posts, heard), heard))


def _listen(posts: Sequence[Post], known: Transcript | None, saying: str) -> Transcript:
    """Hear the session as the program would, all of it or as `known` words tell; from `CACHE` if it was done before."""
    link = next(link for post in posts for link in post.links)
    media = adopt_recording(READING / "session.opus", link)
    windows = None
    if known:
        windows = plan_windows(media.id, media.duration_ms or 0, draft_posts(posts, media, known), known).windows
    try:
        return hear(
            media,
            CACHE,
            lambda: make_transcriber(Settings()),
            language="fr",
            windows=windows,
            known=known,
            progress=_announce(saying),
        )
    except MissingError as error:
        raise LeftOutError(f"The recording cannot be heard here: {error.message}", error.hint) from error


def draft_posts(posts: Sequence[Post], media: Media, known: Transcript) -> list[Alignment]:
    """The posts aligned with the words known of their recording: what a plan is made from."""
    text = prepare(known)
    return [match_post(post, [(Heard(media, known, hints_of(post)), text)]) for post in posts]


def hints_of(post: Post) -> tuple[int, ...]:
    """The offsets that a post's links give."""
    return tuple(link.start_ms for link in post.links if link.start_ms is not None)


def _announce(saying: str) -> Progress:
    """Say once, when hearing begins, what takes so long."""
    waiting = [saying]

    def tell(_done: int, _total: int) -> None:
        while waiting:
            click.echo(waiting.pop(), err=True)

    return tell


def _make_generated(name: str, variant: str) -> Case:
    made = make_set(name, variant)
    return Case(name, made.posts, made.labels, Heard(_stand_in(made.posts, made.transcript), made.transcript))


def unwatched(_done: int, _total: int) -> None:
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
        heard = Heard(case.heard.media, case.heard.transcript, hints_of(post))
        alignments.append(match_post(post, [(heard, text)]))
    seconds = time.process_time() - began
    return [to_json(alignment, "bench") for alignment in alignments], seconds


def run(case: Case) -> tuple[list[Line], float]:
    """Match every post of a set and score it; returns the lines and the processor seconds that matching took."""
    documents, seconds = align(case)
    labelled = [document for document in documents if document["post"]["slug"] in case.labels]
    return [line for d in labelled for line in score_lines(case.labels[d["post"]["slug"]], d)], seconds
