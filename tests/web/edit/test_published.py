"""What is published as files has no server behind it: no bench, no reports, and nothing of either."""

from __future__ import annotations

from pathlib import Path

from aligner.store import Workspace
from web.freeze import publish


def test_a_published_folder_knows_nothing_of_the_bench(council: Workspace, tmp_path: Path) -> None:
    report = publish(council, tmp_path / "site", check=True)
    assert report.faults == ()
    names = {path.relative_to(tmp_path / "site").as_posix() for path in (tmp_path / "site").rglob("*")}
    assert {"index.html", "static/page.js", "2025-06-12-cantine/index.html"} <= names
    assert [name for name in names if "signaler" in name or "static/report" in name or "edit" in name] == []
    for name in (name for name in names if name.endswith(".html")):
        page = (tmp_path / "site" / name).read_text(encoding="utf-8")
        assert "signaler" not in page
        assert "Ce n’est pas le bon moment" not in page
        assert 'class="fix"' not in page
