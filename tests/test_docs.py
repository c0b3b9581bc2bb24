"""The docs are a contract: what the program has, they name."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from aligner import errors
from aligner.model import Outcome, Status
from aligner.report import to_report
from aligner.settings import Settings
from tests import cli_reference

ROOT = Path(__file__).resolve().parents[1]
FORMATS = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_command_reference_is_what_help_says() -> None:
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == cli_reference.render(), "run `make docs`"


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_stands_in_the_table_with_its_default(name: str) -> None:
    rows = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8").splitlines()
    (row,) = [row for row in rows if row.startswith(f"| `{name}` |")]
    default = getattr(Settings(), name)
    shown = {"": "empty", "False": "`false`", "True": "`true`"}.get(str(default), f"`{default}`")
    assert row.split("|")[2].strip() == shown


def _keys(schema: object) -> set[str]:
    if isinstance(schema, dict):
        own = set(schema.get("properties", {}))
        return own.union(*(_keys(value) for value in schema.values())) if schema else own
    if isinstance(schema, list):
        return set().union(*(_keys(value) for value in schema)) if schema else set()
    return set()


def test_every_key_of_the_alignment_file_is_documented() -> None:
    schema = json.loads((ROOT / "aligner" / "output" / "alignment.schema.json").read_text(encoding="utf-8"))
    keys = _keys(schema)
    assert len(keys) > 30
    assert sorted(key for key in keys if f"`{key}`" not in FORMATS) == []


def test_every_key_of_the_report_and_every_verdict_is_documented() -> None:
    report = to_report([Outcome("slug", "done")], 0.0)
    names = {*report, *report["posts"][0], *(status.value for status in Status)}
    assert sorted(name for name in names if f"`{name}`" not in FORMATS) == []


def test_every_exit_code_is_documented() -> None:
    codes = {kind.exit_code for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "exit_code")}
    for code in {0, 130, *codes}:
        assert re.search(rf"^\| {code} \|", FORMATS, re.MULTILINE)


def test_every_make_target_stands_in_the_readme() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^(\w+):.*## ", makefile, re.MULTILINE)
    assert sorted(target for target in targets if f"make {target}" not in README) == []


@pytest.mark.parametrize("page", [*sorted(ROOT.glob("docs/*.md")), ROOT / "README.md"], ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target
