"""What the index keeps of the alignment files' making, and of the transcripts, for the state of a workspace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aligner.library import FinishedPost, Hearing, Library, Remark
from aligner.store import Workspace
from aligner.transcript_file import FOLDER
from tests.library.conftest import HEARD_JUNE, JUNE, MARCH, hear


def alter(path: Path, **keys: Any) -> None:
    told = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(told | keys), encoding="utf-8")


def test_each_alignment_tells_where_it_comes_from(library: Library) -> None:
    halle, lavoir = library.origins()
    assert (halle.slug, halle.source) == ("halle", "halle.md")
    assert {media_id: (made.engine, made.model) for media_id, made in halle.heard.items()} == {
        JUNE.id: ("faster-whisper", "base")
    }
    assert halle.doubts == ()
    (doubt,) = lavoir.doubts
    assert (doubt.passage_id, doubt.text, doubt.media_id, doubt.start_ms) == (
        "lavoir-1",
        "Et la fontaine coulera.",
        MARCH.id,
        70_000,
    )


def test_findings_and_hashes_are_kept_and_follow_the_file(library: Library, workspace: Workspace) -> None:
    library.refresh(force=True)
    finding = {"kind": "offset", "media_id": JUNE.id, "link_ms": 60_000, "said_ms": 5_000}
    made = {"aligner": "9.9", "settings": "0" * 16, "post_sha256": "ab" * 32, "options": {"hear": "all"}}
    alter(workspace.aligned / "halle.json", findings=[finding], made_with=made)
    library.refresh(force=True)
    (halle, _) = library.origins()
    assert halle.remarks == (Remark("offset", JUNE.id, 60_000, 5_000, None, ""),)
    assert (halle.aligner, halle.post_sha256, halle.options) == ("9.9", "ab" * 32, {"hear": "all"})
    (workspace.aligned / "halle.json").unlink()
    library.refresh(force=True)
    assert [origin.slug for origin in library.origins()] == ["lavoir"]


def test_a_post_is_shown_though_its_findings_are_damaged(library: Library, workspace: Workspace) -> None:
    alter(workspace.aligned / "halle.json", findings=["?"])
    library.refresh(force=True)
    assert isinstance(library.post("halle"), FinishedPost)
    assert [origin.slug for origin in library.origins()] == ["lavoir"]


def test_the_transcript_that_is_shown_is_told(library: Library, workspace: Workspace) -> None:
    assert library.hearings() == [Hearing(JUNE.id, "faster-whisper", "base", 600_000, 0)]
    hear(workspace, JUNE, HEARD_JUNE, "b" * 16)
    library.refresh(force=True)
    assert [hearing.media_id for hearing in library.hearings()] == [JUNE.id]
    for path in (workspace.media_folder(JUNE.id) / FOLDER).glob("*.json"):
        path.unlink()
    library.refresh(force=True)
    assert library.hearings() == []
