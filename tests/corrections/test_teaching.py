"""Corrections as labels: generated from the sample's truth, read back by the benchmark, never applied there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aligner.corrections import add_correction, path_of
from aligner.model import Correction, CorrectionAction
from aligner.output.alignment_file import read_alignment
from aligner.store import Workspace
from aligner.text.normalise import tokenise
from tests.benchmark import bench
from tests.benchmark.cases import SAMPLE
from tests.benchmark.corrected import label_posts, review_workspace, score_workspace
from tests.benchmark.learning import learn, tell_shift
from tests.benchmark.score import summarise
from tests.corrections.conftest import run

pytestmark = pytest.mark.model

START, UNSAID, RECORDING, SPEAKER, NEVER = CorrectionAction


def plain(text: str) -> str:
    return " ".join(token.form for token in tokenise(text))


def correct_all(workspace: Workspace, late_ms: int = 0) -> int:
    """Correct every passage whose truth is known; returns how many there are."""
    truth = json.loads((workspace.media_folder(SAMPLE) / "truth.json").read_text(encoding="utf-8"))["posts"]
    written = 0
    for slug, lines in truth.items():
        known = {plain(line["text"]): line for line in lines}
        for passage in read_alignment(workspace.aligned / f"{slug}.json")["passages"]:
            line = known.get(plain(passage["text"]))
            if line is None or passage["kind"] not in ("speech", "quote"):
                continue
            add_correction(path_of(workspace.posts / f"{slug}.md", slug), make(passage, line, late_ms))
            written += 1
    return written


def make(passage: dict[str, Any], line: dict[str, Any], late_ms: int) -> Correction:
    if line["status"] == "not_found":
        return Correction(passage["id"], passage["text"], UNSAID)
    if line["onset"] is None:
        return Correction(passage["id"], passage["text"], RECORDING, media_id=SAMPLE)
    at = round(line["onset"] * 1000) + late_ms
    return Correction(passage["id"], passage["text"], START, at, media_id=SAMPLE, by="Odile")


@pytest.mark.parametrize("applied", [False, True])
def test_the_benchmark_reads_them_and_does_not_apply_them(sample: Workspace, applied: bool) -> None:
    written = correct_all(sample, late_ms=400)
    if applied:
        assert {outcome.state for outcome in run(sample)} == {"done"}
    lines, _ = score_workspace(sample)
    figures = summarise(lines)
    assert len(lines) == written > 25
    assert figures["placed"] >= 0.93
    assert figures["wrong"] == 0
    assert figures["unsaid linked"] == 0
    assert 0.3 < figures["onset median"] < 0.5  # the pretended hand is 0.4 s late: applied, this would be nought


def test_what_is_no_label_is_left_out(sample: Workspace) -> None:
    slug = "2025-06-12-cantine"
    path = path_of(sample.posts / f"{slug}.md", slug)
    passages = {p["text"].split()[0]: p for p in read_alignment(sample.aligned / f"{slug}.json")["passages"]}

    def add(word: str, action: CorrectionAction, **values: Any) -> str:
        passage = passages[word]
        add_correction(path, Correction(passage["id"], passage["text"], action, **values))
        return str(passage["id"])

    add("Chaque", NEVER)
    add("Quand", SPEAKER, speaker="Odile")
    add("Elle", START, start_ms=20_000)  # the sound says otherwise
    add_correction(path, Correction("zz", "Un passage qui n’est plus là.", UNSAID))
    kept = {add("Merci", START, start_ms=20_000, sure=True), add("Le", RECORDING, media_id=SAMPLE)}
    (post,) = label_posts(sample)
    assert set(post.truth) == kept
    lines, _ = score_workspace(sample)
    assert [(line.said, line.right, line.placed) for line in lines] == [(True, True, True), (True, False, False)]
    reviewed = {review.match.passage_id: review.right for review in review_workspace(sample)}
    assert len(reviewed) == 17
    assert {name: right for name, right in reviewed.items() if right is not None} == {passages["Merci"]["id"]: False}


def test_a_workspace_without_corrections_has_nothing_to_ask(sample: Workspace) -> None:
    assert score_workspace(sample) == ([], 0)
    assert review_workspace(sample) == []


def test_a_sample_is_too_few_to_teach_and_says_so(sample: Workspace) -> None:
    written = correct_all(sample)
    lesson = learn(review_workspace(sample))
    linked = lesson.shifts[0]
    assert 25 < linked.reviewed <= written
    assert linked.logits is None
    assert tell_shift(linked).startswith(f"linked: {linked.reviewed} corrected, counting as ")
    assert "157 are needed" in tell_shift(linked)


def read_rows(file: Path) -> Sequence[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return rows


def test_make_bench_has_a_row_for_them(sample: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    words = ["--only", bench.CORRECTED, "--corrections", str(sample.root), "--json", str(file)]
    empty = CliRunner().invoke(bench.main, words, catch_exceptions=False)
    assert (empty.exit_code, read_rows(file)) == (0, [])
    assert "left out: corrected: There are no corrections in" in " ".join(empty.stderr.split())
    written = correct_all(sample)
    done = CliRunner().invoke(bench.main, words, catch_exceptions=False)
    rows = read_rows(file)
    assert [(row["family"], row["name"], row["counts"]["lines"]) for row in rows] == [
        ("corrected", "corrected", written),
        ("sum", "all corrected", written),
    ]
    assert any(line.startswith("corrected") for line in done.stdout.splitlines())
    path_of(sample.posts / "x.md", "2025-06-12-cantine").write_text("[[", encoding="utf-8")
    broken = CliRunner().invoke(bench.main, words, catch_exceptions=False)
    assert "cannot be asked" in " ".join(broken.stderr.split())
