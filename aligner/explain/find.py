"""Which passage is meant: by its id, by one it had before, or by `SLUG#ID`.

First step of an explanation. Of many alignment files only those are read whole in which the id stands.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aligner.errors import AlignerError, UsageError
from aligner.export import finished_alignments
from aligner.output.alignment_file import read_alignment
from aligner.store import Workspace

_HINT = "A passage's id stands in its address in the viewer (#p=…) and in the alignment file."


def find_passage(workspace: Workspace, wanted: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """The alignment, the passage in it, and the id that was asked for.

    `wanted` is an id of today or of before, alone or as `SLUG#ID`; an address of the viewer (`…/SLUG/#p=ID`) is as
    good. Raises `UsageError` when there is none, or several posts have it; `AlignerError` for a broken file.
    """
    before, _, after = wanted.rpartition("#")
    passage_id = after.removeprefix("p=").partition("&")[0]
    slug = before.rstrip("/").rpartition("/")[2]
    if slug:
        documents = finished_alignments(workspace, (slug,))
    else:
        documents = [read_alignment(path) for path in _files_with(workspace, passage_id)]
    found = [(document, passage) for document in documents if (passage := _passage(document, passage_id))]
    if not found:
        if not slug:
            finished_alignments(workspace)  # says so where nothing is aligned
        raise UsageError(
            f"{f'The post {slug} has no' if slug else 'No aligned post has a'} passage “{passage_id}”.", _HINT
        )
    if len(found) > 1:
        names = ", ".join(f"{document['post']['slug']}#{passage_id}" for document, _ in found)
        raise UsageError(f"{len(found)} posts have a passage “{passage_id}”.", f"Say which: {names}")
    return *found[0], passage_id


def _files_with(workspace: Workspace, passage_id: str) -> list[Path]:
    paths = sorted(path for path in workspace.aligned.glob("*.json") if path.is_file())
    return [path for path in paths if f'"{passage_id}"'.encode() in _read(path)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise AlignerError(f"{path} cannot be read: {error.strerror}.") from error


def _passage(document: dict[str, Any], passage_id: str) -> dict[str, Any] | None:
    passages: list[dict[str, Any]] = document["passages"]
    now = next((passage for passage in passages if passage["id"] == passage_id), None)
    return now or next((passage for passage in passages if passage_id in passage.get("former", ())), None)
