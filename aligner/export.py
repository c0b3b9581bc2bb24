"""Export: finished alignments become files a person takes away. Reads alignment files only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from aligner.errors import AlignerError, UsageError
from aligner.output import cues, subtitles
from aligner.output.alignment_file import read_alignment
from aligner.store import Workspace, write_atomic


def finished_alignments(workspace: Workspace, slugs: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The alignment documents of these posts, or of all, by slug.

    Raises `UsageError` for a slug that has none, `AlignerError` when nothing is aligned or a file is broken.
    """
    if not slugs:
        slugs = sorted(path.stem for path in workspace.aligned.glob("*.json"))
    if not slugs:
        raise AlignerError(f"Nothing is aligned yet in {workspace.aligned}.", "Run `align` first.")
    for slug in slugs:
        if not (workspace.aligned / f"{slug}.json").is_file():
            raise UsageError(f"There is no alignment of “{slug}” in {workspace.aligned}.", "See `aligner status`.")
    return [read_alignment(workspace.aligned / f"{slug}.json") for slug in slugs]


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
