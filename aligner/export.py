"""The finished files of a post: its alignment, written last, and the subtitles that are told from it.

Between the pipeline, which writes them, and the commands that read them back or export them anew. Everything here
works from alignment documents; nothing is matched.
"""

from __future__ import annotations

import glob
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from aligner.errors import AlignerError, UsageError
from aligner.model import LINKED, Alignment
from aligner.output import alignment_file, cues, subtitles
from aligner.output.alignment_file import read_alignment
from aligner.store import Workspace, dump_json, write_atomic

log = logging.getLogger(__name__)


def finished_alignments(workspace: Workspace, slugs: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The alignment documents of these posts, or of all, by slug; of all, what is no alignment file is logged and left.

    Raises `UsageError` for a slug that has none, `AlignerError` when nothing is aligned or a slug's file is broken.
    """
    if not slugs:
        paths = sorted(path for path in workspace.aligned.glob("*.json") if path.is_file())
        documents = [document for path in paths if (document := _read_or_tell(path))]
        if not documents:
            raise AlignerError(f"Nothing is aligned yet in {workspace.aligned}.", "Run `align` first.")
        return documents
    for slug in slugs:
        if not (workspace.aligned / f"{slug}.json").is_file():
            raise UsageError(f"There is no alignment of “{slug}” in {workspace.aligned}.", "See `aligner status`.")
    return [read_alignment(workspace.aligned / f"{slug}.json") for slug in slugs]


def _read_or_tell(path: Path) -> dict[str, Any] | None:
    try:
        return read_alignment(path)
    except AlignerError as error:
        log.warning("Left out: %s", error)
        return None


def render_tracks(document: dict[str, Any], formats: Sequence[str]) -> Iterator[tuple[str, str]]:
    """File names and texts of a post's subtitles: one track a recording that it was placed in, in every format."""
    tracks = [(media_id, cues.build_cues(document, media_id)) for media_id in document["media"]]
    tracks = [(media_id, track) for media_id, track in tracks if track]
    for number, (media_id, track) in enumerate(tracks, start=1):
        part = f".{number}" if len(tracks) > 1 else ""
        for name in formats:
            yield f"{document['post']['slug']}{part}.{name}", subtitles.render(track, name, document, media_id)


def export_subtitles(workspace: Workspace, slugs: Sequence[str], formats: Sequence[str], out: Path) -> Iterator[Path]:
    """Write the subtitles of these posts in these formats (none means all) to `out`; yields each path written."""
    for name in formats:
        if name not in subtitles.FORMATS:
            raise UsageError(f"“{name}” is no subtitle format.", f"The formats are: {', '.join(subtitles.FORMATS)}.")
    for document in finished_alignments(workspace, slugs):
        for name, text in render_tracks(document, formats or tuple(subtitles.FORMATS)):
            write_atomic(out / name, text)
            yield out / name


def write_results(target: Path, alignment: Alignment, made_from: str) -> None:
    """Write subtitles, then the alignment file: it is last, so where it stands the others stand too."""
    document = alignment_file.to_json(alignment, made_from)
    stale = set(subtitle_files(target))
    for name, text in render_tracks(document, tuple(subtitles.FORMATS)):
        path = target.with_name(name)
        write_atomic(path, text)
        stale.discard(path)
    write_atomic(target, dump_json(document))
    for path in stale:
        path.unlink(missing_ok=True)


def read_finished(target: Path) -> dict[str, Any] | None:
    """The alignment that was made before; None when there is none, or what stands there is none of ours."""
    try:
        document = read_alignment(target)
        return document if document["post"]["source"] and document["made_with"]["settings"] else None
    except (AlignerError, KeyError, TypeError):
        return None


def is_told(target: Path, document: dict[str, Any]) -> bool:
    """Whether an alignment's subtitles are all there (somebody may have tidied some away)."""
    linked = {p["media_id"] for p in document["passages"] if p["status"] in LINKED}
    return len(list(subtitle_files(target))) >= len(linked) * len(subtitles.FORMATS)


def subtitle_files(target: Path) -> Iterator[Path]:
    """The subtitle files of an alignment that are there: one a recording and format."""
    for name in subtitles.FORMATS:
        plain = target.with_name(f"{target.stem}.{name}")
        numbered = target.parent.glob(f"{glob.escape(target.stem)}.*.{name}")
        yield from (p for p in (plain, *numbered) if p.is_file() and (p == plain or p.suffixes[-2][1:].isdigit()))
