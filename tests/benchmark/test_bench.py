from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from aligner.matching.heard_text import prepare
from aligner.model import Transcript, Word
from tests.benchmark import ablation, bench, failures
from tests.benchmark.ablation import PARTS, Part, Patch, StalePartError, leave_out
from tests.benchmark.cases import list_recipes
from tests.benchmark.failures import find_failures

WORDS = Transcript("test", "test", "fr", 9_000, (Word("haut", 0, 300), Word("loin", 400, 700)), "test")


def test_the_table_and_the_json_tell_the_same_of_a_set_run_in_its_own_process(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    done = CliRunner().invoke(bench.main, ["--only", "refrains", "--json", str(file)], catch_exceptions=False)
    rows = json.loads(file.read_text(encoding="utf-8"))
    assert done.exit_code == 0
    assert [(row["family"], row["name"]) for row in rows] == [("made", "refrains"), ("sum", "all made")]
    assert rows[0]["counts"]["lines"] > 60
    assert rows[0]["figures"] == rows[1]["figures"]
    assert 20 < rows[0]["peak_mb"] < 2_000
    line = next(line for line in done.stdout.splitlines() if line.startswith("refrains"))
    assert line.split()[1:4] == ["made", str(rows[0]["counts"]["lines"]), f"{rows[0]['figures']['placed']:.3f}"]


def test_an_unknown_set_is_an_error() -> None:
    done = CliRunner().invoke(bench.main, ["--only", "nonsense"])
    assert done.exit_code == 2
    assert "No set's name or source holds 'nonsense'." in done.output


@pytest.mark.parametrize("part", PARTS, ids=[part.name for part in PARTS])
def test_every_part_can_be_left_out_and_comes_back(part: Part) -> None:
    before = [[getattr(holder, p.attribute) for holder in ablation._find_holders(p)] for p in part.patches]
    holders = [ablation._find_holders(patch) for patch in part.patches]
    put_back = leave_out(part)
    try:
        for patch, found in zip(part.patches, holders, strict=True):
            assert all(getattr(holder, patch.attribute) is patch.instead for holder in found)
    finally:
        put_back()
    after = [[getattr(h, p.attribute) for h in found] for p, found in zip(part.patches, holders, strict=True)]
    assert all(a is b for left, right in zip(before, after, strict=True) for a, b in zip(left, right, strict=True))
    assert all(
        value is not patch.instead for patch, values in zip(part.patches, before, strict=True) for value in values
    )


def test_a_part_is_left_out_in_every_module_that_imported_it() -> None:
    put_back = leave_out(PARTS[0])
    try:
        assert prepare(WORDS).keys == ("haut", "loin")
    finally:
        put_back()
    assert prepare(WORDS).keys != ("haut", "loin")


def test_a_part_that_is_gone_fails_loudly() -> None:
    gone = Part("a part of old", (Patch("aligner.matching.place", "NO_SUCH_COST", math.inf),))
    with pytest.raises(StalePartError, match=r"aligner\.matching\.place has no NO_SUCH_COST"):
        leave_out(gone)


def test_failures_are_found_and_named_by_what_happened() -> None:
    case = next(recipe for recipe in list_recipes() if recipe.name == "refrains").make()
    labels = {slug: [dict(label) for label in lines] for slug, lines in case.labels.items()}
    first, second, third = labels["refrains-10"][2:5]
    first.update(within=[5.0, 9.0], onset=5.0)
    second.update(status="not_found", within=None, onset=None)
    third.update(onset=third["onset"] - 2.0)
    found = {failure.text: failure for failure in find_failures(replace(case, labels=labels))}
    kinds = {label["text"]: found[label["text"]].kind for label in (first, second, third)}
    assert list(kinds.values()) == ["elsewhere", "unsaid", "late"]
    assert found[first["text"]].passage["text"] == first["text"]
    assert labels["refrains-10"][6]["text"] not in found


def test_the_list_of_failures_is_printed_by_kind() -> None:
    done = CliRunner().invoke(failures.main, ["sample", "--most", "1"], catch_exceptions=False)
    assert done.exit_code == 0
    assert done.stdout.strip().startswith("sample, heard: ")
