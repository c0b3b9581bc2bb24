"""Corrections as a labelled set: what people who listened say of passages, held against the matcher without them.

`bench.py` scores them like any other set, `calibrate.py` learns from them. A correction labels its passage: said, and
where (`start`, `recording`), or not said (`unsaid`); `never` and `speaker` say nothing of that. Doubtful ones (unless
somebody is sure), lost ones, and times of a beginning that was edited since are no labels.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aligner.corrections import path_of, read_corrections
from aligner.corrections.apply import apply_corrections
from aligner.matching.judge import Evidence
from aligner.matching.match import match_post
from aligner.matching.pins import SLOW_MS
from aligner.model import LINKED, Correction, CorrectionAction, Match
from aligner.output.alignment_file import read_alignment
from aligner.realign import Recalled, recall
from aligner.settings import Settings
from aligner.store import Workspace
from tests.benchmark.score import FAR_S, Line
from tests.benchmark.watching import match_and_watch

_LABELS = (CorrectionAction.START, CorrectionAction.RECORDING, CorrectionAction.UNSAID)


@dataclass(frozen=True, slots=True)
class Review:
    """A passage that the matcher gives a place, and whether somebody says that it is right."""

    match: Match
    evidence: Evidence
    right: bool | None
    """None where nobody said."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A post with what people said of its passages, and what the matcher says without them."""

    slug: str
    truth: dict[str, Correction]
    """By passage."""
    texts: dict[str, str]
    matches: Sequence[Match]
    reviews: tuple[Review, ...]
    seconds: float
    """Processor time of matching."""


def label_posts(workspace: Workspace) -> Iterator[Labelled]:
    """The posts of a workspace that have corrections which say where something was said. Raises `AlignerError`."""
    for target in sorted(workspace.aligned.glob("*.json")):
        post = read_alignment(target)["post"]
        slug = post["slug"]
        if not path_of(workspace.posts / post["source"], slug).is_file():
            continue
        recalled = recall(workspace, slug, Settings())
        if truth := _find_truth(recalled, slug):
            began = time.process_time()
            matches, seen = match_and_watch(recalled.post, recalled.recordings)
            seconds = time.process_time() - began
            reviews = tuple(
                Review(match, seen[match.reason, match.confidence], _is_right(match, truth.get(match.passage_id)))
                for match in matches
                if match.start_ms is not None
            )
            texts = {passage.id: passage.text for passage in recalled.post.passages}
            yield Labelled(slug, truth, texts, matches, reviews, seconds)


def _find_truth(recalled: Recalled, slug: str) -> dict[str, Correction]:
    file = path_of(recalled.path, slug)
    corrections = read_corrections(file)
    if not corrections:
        return {}
    heard = [item for item, _ in recalled.recordings]
    applied = apply_corrections(file, corrections, recalled.post, recalled.linked, heard)
    found = {match.passage_id: match for match in match_post(applied.post, recalled.recordings, applied.pins).matches}
    doubtful = {name for name, match in found.items() if match.corrected and match.corrected.doubtful}
    return {
        name: pin.correction
        for name, pin in applied.pins.items()
        if pin.leads and pin.correction.action in _LABELS and (pin.correction.sure or name not in doubtful)
    }


def _is_right(match: Match, truth: Correction | None) -> bool | None:
    if truth is None:
        return None
    if truth.action is CorrectionAction.UNSAID or match.media_id != truth.media_id:
        return False
    if truth.start_ms is None:
        return None  # the right recording, but nobody said where in it
    return abs((match.start_ms or 0) - truth.start_ms) <= FAR_S * 1000


def score_workspace(workspace: Workspace) -> tuple[list[Line], float]:
    """A line for each correction that is a label, and the processor seconds that matching took."""
    posts = list(label_posts(workspace))
    return [line for post in posts for line in _score(post)], sum(post.seconds for post in posts)


def _score(post: Labelled) -> Iterator[Line]:
    for match in post.matches:
        truth = post.truth.get(match.passage_id)
        if truth is None:
            continue
        linked = match.status in LINKED
        start = match.start_ms / 1000 if linked and match.start_ms is not None else None
        said = truth.action is not CorrectionAction.UNSAID
        elsewhere = start is not None and match.media_id != truth.media_id
        within = None if not said or elsewhere else _stretch(truth, post.texts[match.passage_id])
        onset = None if truth.start_ms is None else truth.start_ms / 1000
        yield Line(post.slug, said, within, onset, start, match.confidence if linked else 0.0)


def _stretch(truth: Correction, text: str) -> tuple[float, float]:
    """Where a passage was said, in seconds: anywhere, if only its recording is known."""
    if truth.start_ms is None:
        return 0.0, float("inf")
    end_ms = truth.end_ms or truth.start_ms + SLOW_MS * len(text)
    return truth.start_ms / 1000, end_ms / 1000


def review_workspace(workspace: Workspace) -> list[Review]:
    """All passages with a place of the posts that have corrections, whether or not somebody says they are right."""
    return [review for post in label_posts(workspace) for review in post.reviews]
