from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from tests.benchmark.cases import READING, align, list_recipes
from tests.benchmark.score import calibration_error, score_lines, summarise
from tests.conftest import ROOT

SCORER = ROOT.parent / "shared" / "bench" / "score.py"

LABELS: list[dict[str, Any]] = [
    {"text": "Le pont sera réparé demain.", "status": "spoken", "within": [10.0, 12.0], "onset": 10.0},
    {"text": "La halle rouvre jeudi matin.", "status": "reworded", "within": [20.0, 22.0], "onset": None},
    {"text": "Personne ne viendra chanter ici.", "status": "not_found", "within": None, "onset": None},
]


def passage(text: str, start_ms: int | None, status: str, confidence: float, unheard: int = 0) -> dict[str, Any]:
    """A passage whose words begin 300 ms after each other; its first `unheard` words have a time but were not heard."""
    words = [
        {
            "text": word,
            "start_ms": None if start_ms is None else start_ms + 300 * k,
            "heard": None if start_ms is None or k < unheard else word,
        }
        for k, word in enumerate(text.split())
    ]
    return {"text": text, "status": status, "confidence": confidence, "words": words}


def document(*passages: dict[str, Any]) -> dict[str, Any]:
    return {"post": {"slug": "p"}, "passages": list(passages)}


def figures(*passages: dict[str, Any]) -> dict[str, float]:
    return summarise(score_lines(LABELS, document(*passages)))


NOT_FOUND = passage(LABELS[2]["text"], None, "not_found", 0.98)


def test_links_inside_their_stretch_are_placed() -> None:
    got = figures(
        passage(LABELS[0]["text"], 10_200, "spoken", 0.9),
        passage(LABELS[1]["text"], 22_900, "reworded", 0.9),
        NOT_FOUND,
    )
    assert (got["lines"], got["placed"], got["wrong"], got["unsaid linked"]) == (3, 1.0, 0.0, 0.0)
    assert got["onset median"] == pytest.approx(0.2)
    assert got["calibration"] == pytest.approx(0.1)


def test_a_link_over_a_second_from_its_onset_is_right_but_not_placed_and_over_three_seconds_wrong() -> None:
    labels = [{**LABELS[0], "within": [10.0, 20.0]}]
    late = score_lines(labels, document(passage(labels[0]["text"], 12_500, "spoken", 0.9)))[0]
    assert (late.right, late.placed) == (True, False)
    far = score_lines(labels, document(passage(labels[0]["text"], 13_500, "spoken", 0.9)))[0]
    assert (far.right, far.placed) == (False, False)


def test_a_link_outside_its_stretch_is_wrong() -> None:
    got = figures(
        passage(LABELS[0]["text"], 10_000, "spoken", 0.9), passage(LABELS[1]["text"], 99_000, "spoken", 0.9), NOT_FOUND
    )
    assert (got["placed"], got["wrong"]) == (0.5, 0.5)


def test_an_unsaid_line_that_is_linked_is_wrong_and_counted() -> None:
    got = figures(
        passage(LABELS[0]["text"], 10_000, "spoken", 0.9),
        passage(LABELS[1]["text"], 20_000, "spoken", 0.9),
        passage(LABELS[2]["text"], 30_000, "reworded", 0.6),
    )
    assert got["unsaid linked"] == 1.0
    assert got["wrong"] == pytest.approx(1 / 3)


def test_an_unsaid_line_of_which_little_is_claimed_as_heard_is_not_linked() -> None:
    claims = [score_lines(LABELS, document(passage(LABELS[2]["text"], 30_000, "spoken", 0.6, n)))[2] for n in (3, 4)]
    assert [line.start for line in claims] == [30.0, None]


def test_uncertain_places_are_no_links() -> None:
    got = figures(
        passage(LABELS[0]["text"], 10_000, "uncertain", 0.4),
        passage(LABELS[1]["text"], 99_000, "uncertain", 0.4),
        NOT_FOUND,
    )
    assert (got["placed"], got["wrong"]) == (0.0, 0.0)


def test_a_line_begins_at_its_own_first_word_in_a_passage_of_two_lines() -> None:
    both = f"{LABELS[0]['text']} {LABELS[1]['text']}"
    lines = score_lines(LABELS, document(passage(both, 10_000, "spoken", 0.9), NOT_FOUND))
    assert [line.start for line in lines] == [10.0, 11.5, None]


def test_calibration_is_the_mean_distance_by_bin() -> None:
    labels = [{**LABELS[0], "within": [0.0, 1.0], "onset": None}] * 4
    links = [(0, "a", 0.95), (0, "b", 0.95), (0, "c", 0.55), (9_000, "d", 0.55)]
    lines = [
        score_lines(
            [{**label, "text": f"{text} {text}{text}"}], document(passage(f"{text} {text}{text}", at, "spoken", c))
        )[0]
        for label, (at, text, c) in zip(labels, links, strict=True)
    ]
    assert [line.right for line in lines] == [True, True, True, False]
    assert calibration_error(lines) == pytest.approx(0.5 * 0.05 + 0.5 * 0.05)


@pytest.mark.corpus
@pytest.mark.skipif(not (SCORER.exists() and READING.is_dir()), reason="no shared corpus or scorer beside the checkout")
def test_the_shared_scorer_gives_the_same_figures(tmp_path: Path) -> None:
    case = next(recipe for recipe in list_recipes() if recipe.title == "reading, transcript").make()
    documents, _ = align(case)
    lines = []
    for one in documents:
        slug = one["post"]["slug"]
        (tmp_path / f"{slug}.json").write_text(json.dumps(one), encoding="utf-8")
        lines += score_lines(case.labels[slug], one)
    spec = importlib.util.spec_from_file_location("shared_score", SCORER)
    assert spec is not None
    assert spec.loader is not None
    shared = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(shared)
    theirs = shared.score({"posts": dict(case.labels)}, tmp_path)
    ours = summarise(lines)
    assert theirs["missing_posts"] == []
    assert ours["lines"] == theirs["lines"]
    for name, other in (("placed", "placed"), ("wrong", "wrong"), ("unsaid linked", "unsaid_linked")):
        assert ours[name] == pytest.approx(theirs[other], abs=0.003)
    for name, other in (("onset median", "onset_median"), ("onset p90", "onset_p90"), ("onset p95", "onset_p95")):
        assert ours[name] == pytest.approx(theirs[other], abs=0.02)
