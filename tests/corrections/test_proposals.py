from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from aligner.corrections import drop_proposal, list_proposals, proposals, write_proposal
from aligner.errors import CorrectionsError, UsageError
from aligner.model import Proposal
from aligner.store import Workspace
from tests.conftest import ROOT

JARDIN = Proposal(
    "jardin", "7f3a9c", "Le jardin ouvrira.", "youtube:MontcleryA1", 5_000, 9_400, "« Plus tard », je crois.",
    "2026-01-05T10:00:00+00:00",
)  # fmt: skip


def test_a_proposal_is_kept_as_it_came_and_can_be_dropped(workspace: Workspace) -> None:
    bare = Proposal("autre", "b81d02", "Un potager.", None, None)
    path = write_proposal(workspace, JARDIN)
    write_proposal(workspace, bare)
    assert path.parent == workspace.posts / "proposals" / "jardin"
    other, kept = list_proposals(workspace)
    assert kept == replace(JARDIN, name=path.stem)
    assert replace(other, name="", made="") == bare
    assert other.made.endswith("+00:00")
    assert list_proposals(workspace, "jardin") == (kept,)
    assert list_proposals(workspace, "personne") == ()
    assert drop_proposal(workspace, "jardin", kept.name) == kept
    assert list_proposals(workspace, "jardin") == ()
    with pytest.raises(UsageError, match="There is no proposal"):
        drop_proposal(workspace, "jardin", kept.name)


def test_every_key_of_a_proposal_is_documented(workspace: Workspace) -> None:
    page = (ROOT / "docs" / "corrections.md").read_text(encoding="utf-8")
    keys = tomllib.loads(write_proposal(workspace, JARDIN).read_text(encoding="utf-8"))
    assert len(keys) == 10
    assert sorted(key for key in keys if f"`{key}`" not in page) == []


@pytest.mark.parametrize("slug", ["..", "../etc", "a/b", "", "a.b", "/tmp", "x" * 300])
def test_no_name_that_comes_in_leads_out_of_the_folder(workspace: Workspace, slug: str) -> None:
    with pytest.raises(UsageError, match="no post's slug"):
        write_proposal(workspace, replace(JARDIN, slug=slug))
    with pytest.raises(UsageError):
        drop_proposal(workspace, "jardin", f"../{slug}")
    assert not (workspace.posts / "proposals").exists()


def test_a_passage_s_name_makes_no_path_and_long_texts_are_cut(workspace: Workspace) -> None:
    path = write_proposal(
        workspace, replace(JARDIN, passage_id="../../x", text="mot " * 5_000, note="a\x00b\x1b[31m\n" + "é" * 5_000)
    )
    assert path.parent == workspace.posts / "proposals" / "jardin"
    (kept,) = list_proposals(workspace, "jardin")
    assert (len(kept.text), len(kept.note)) == (proposals.LONGEST_TEXT, proposals.LONGEST_NOTE)
    assert kept.note.startswith("a b [31m é")


def test_there_are_so_many_and_no_more(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposals, "MOST_OF_A_POST", 2)
    monkeypatch.setattr(proposals, "MOST", 3)
    for slug in ("a", "a", "b"):
        write_proposal(workspace, replace(JARDIN, slug=slug))
    for slug in ("a", "c"):
        with pytest.raises(CorrectionsError, match="too many proposals already"):
            write_proposal(workspace, replace(JARDIN, slug=slug))
    assert len(list_proposals(workspace)) == 3


def test_files_that_are_none_of_ours_are_left_out(workspace: Workspace) -> None:
    path = write_proposal(workspace, JARDIN)
    text = path.read_text(encoding="utf-8")
    for number, broken in enumerate(("", "a = [", text.replace("version = 1", "version = 9"), "format = 3", text * 99)):
        path.with_name(f"{number}.toml").write_text(broken, encoding="utf-8")
    path.with_name("latin.toml").write_bytes(b'format = "\xe9"')
    assert [proposal.name for proposal in list_proposals(workspace)] == [path.stem]
