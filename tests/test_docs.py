"""The docs are a contract: what the program has, they name."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from aligner import errors
from aligner.cli_watch import to_event
from aligner.model import Outcome, Status
from aligner.report import to_report
from aligner.settings import PREFIX, Settings
from aligner.store import Workspace
from tests import cli_reference, outputs

ROOT = Path(__file__).resolve().parents[1]
FORMATS = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("docs/*.md"))}
CODE = re.compile(r"^```\w*\n(.*?)^```|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
SOURCES = [path for room in ("aligner", "web") for path in sorted((ROOT / room).rglob("*.py"))]


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


# --- what is printed and written: keys, formats, variables --------------------------------------------


def _named(*pages: str) -> set[str]:
    """The words that stand as code in some pages."""
    return {
        word for page in pages for parts in CODE.findall(page) for part in parts for word in re.findall(r"\w+", part)
    }


def _pages_about(command: str) -> dict[str, str]:
    """The pages that tell of a command's `--json`, but for the reference of options."""
    told = re.compile(rf"`[^`\n]*\b{command}\b[^`\n]*--json|(?s:`aligner {command}\b.*`--json`)")
    return {name: text for name, text in PAGES.items() if name != "cli.md" and told.search(text)}


@pytest.fixture(scope="session")
def workspace_of_everything(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return outputs.make_workspace(tmp_path_factory.mktemp("everything"))


def test_every_key_that_a_command_prints_is_documented_where_the_command_is(
    workspace_of_everything: Workspace,
) -> None:
    printed = list(outputs.print_all(workspace_of_everything))
    assert {"align", "export", "status"} <= {output.made_by for output in printed}
    missing: dict[str, set[str]] = {}
    for output in printed:
        pages = _pages_about(output.made_by)
        assert pages, f"no page tells of `aligner {output.made_by} --json`"
        if keys := output.keys - _named(*pages.values()):
            missing.setdefault(f"{output.made_by} ({', '.join(pages)})", set()).update(keys)
    assert missing == {}


def test_every_key_of_every_file_that_is_written_is_documented(workspace_of_everything: Workspace) -> None:
    written = list(outputs.read_all(workspace_of_everything))
    assert len(written) >= 4
    known = _named(*PAGES.values(), (ROOT / "media" / "README.md").read_text(encoding="utf-8"))
    assert {output.made_by: sorted(output.keys - known) for output in written if output.keys - known} == {}


def test_every_key_of_a_line_of_the_watch_is_documented() -> None:
    keys = set(to_event(Outcome("slug", "done"), None))
    assert keys > {"time", "again_s", "slug"}
    assert keys - _named(PAGES["watching.md"], PAGES["formats.md"]) == set()


def test_every_format_that_bears_a_name_is_documented() -> None:
    pattern = re.compile(r"""^_?\w*FORMAT\w* = ["'](aligner\.[\w-]+)["']""", re.MULTILINE)
    names = {name for path in SOURCES for name in pattern.findall(path.read_text(encoding="utf-8"))}
    assert {"aligner.alignment", "aligner.report"} <= names
    assert sorted(name for name in names if not any(name in page for page in PAGES.values())) == []


def test_every_environment_variable_is_documented() -> None:
    names = {PREFIX + "MODEL"}
    for path in SOURCES:
        source = path.read_text(encoding="utf-8")
        if re.search(r"\bos\.environ\b|\bgetenv\b", source):
            names |= set(re.findall(r"""["']([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)["']""", source))
    assert len(names) >= 3
    assert sorted(name for name in names if name not in _named(*PAGES.values())) == []
