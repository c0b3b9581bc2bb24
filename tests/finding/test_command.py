"""`aligner find` as one types it: what it prints, its JSON, its exit codes; every key stands in docs/find.md."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from aligner.cli import main
from aligner.store import Workspace
from tests.library.conftest import HEARD_JUNE, JUNE, Said, hear, publish

DOC = (Path(__file__).resolve().parents[2] / "docs" / "find.md").read_text(encoding="utf-8")
NEVER = "les pompiers de Brévilliers achèteront trois hélicoptères japonais"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    found = Workspace(tmp_path)
    publish(found, "halle", [Said("Le marché couvert a plus de cent ans.", 3_500, 7_000)], title="Rénover la halle")
    hear(found, JUNE, HEARD_JUNE)
    return tmp_path


def find(workspace: Path, *arguments: str, pasted: str | None = None) -> Result:
    return CliRunner().invoke(main, ["find", *arguments, "--workspace", str(workspace)], input=pasted)


def test_a_found_quote_is_told_with_speaker_session_time_differences_link_and_post(workspace: Path) -> None:
    done = find(workspace, "le vieux marché couvert a plus de cent ans")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "Jeanne Morel · Conseil de juin · date unknown · 0:04",
        "   « le [-vieux-] marché couvert a plus de cent ans »",
        "   Said with small differences. Confidence 0.99.",
        "   https://montclery.example/juin.mp4#t=4",
        "   Published as it was said: Rénover la halle (halle#p=halle-0)",
        "",
        "Looked through: the 0 min heard (1 session).",
        "[-in the quote, not said-] {+said, not in the quote+}",
    ]


def test_what_was_never_said_ends_with_1_and_tells_how_much_was_heard(workspace: Path) -> None:
    done = find(workspace, NEVER)
    assert (done.exit_code, done.stdout) == (1, "Never said in the 0 min heard (1 session).\n")


def test_a_quote_is_read_from_standard_input(workspace: Path) -> None:
    done = find(workspace, "-", "--json", pasted="« Le marché couvert\n[…] cent ans »\n")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["parts"] == ["Le marché couvert", "cent ans"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([" "], "The quote has no words."),
        (["-"], "The quote has no words."),
        (["a" * 4_001], "The quote has 4,001 characters"),
        (["la halle", "--speaker", "Personne"], "No published passage gives words of “Personne”."),
        (["la halle", "--limit", "0"], "Invalid value for '--limit'"),
    ],
)
def test_what_cannot_be_looked_for_is_a_usage_error(workspace: Path, arguments: list[str], sentence: str) -> None:
    done = find(workspace, *arguments, pasted="")
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert done.stdout == ""


def test_a_workspace_where_nothing_was_heard_is_no_witness(tmp_path: Path) -> None:
    done = find(tmp_path, "la halle")
    assert done.exit_code == 1
    assert "Nothing was heard yet" in done.stderr
    assert done.stdout == ""


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from keys_of(inner)
    if isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)


def test_every_key_of_the_json_is_documented(workspace: Path) -> None:
    told = json.loads(find(workspace, "le vieux marché couvert a plus de cent ans", "--json").stdout)
    keys = set(keys_of(told))
    assert len(keys) > 25
    assert sorted(key for key in keys if f"`{key}`" not in DOC) == []
    assert told["said"] is True
    (place,) = told["places"]
    assert {"text": "vieux", "fate": "unsaid"} in place["differences"]
