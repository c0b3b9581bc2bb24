"""The finished files of a post: its alignment, written last, and the subtitles that are told from it.

Between the pipeline, which writes them, and the commands that read them back or export them anew. Everything here
works from alignment documents; nothing is matched.
"""

from __future__ import annotations

import glob
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aligner.errors import AlignerError, UsageError
from aligner.model import LINKED, Alignment, Transcript
from aligner.output import alignment_file
from aligner.output.alignment_file import read_alignment
from aligner.output.check import Checked, check_cues
from aligner.output.formats import FORMATS, render
from aligner.output.limits import WEB, Profile
from aligner.output.tracks import Track, TrackKind, published_track, verbatim_track
from aligner.store import Workspace, dump_json, write_atomic
from aligner.transcript_file import FOLDER, load_transcript

log = logging.getLogger(__name__)

TOLD = ("srt", "vtt")
"""The formats that `align` writes beside each alignment. Their names are also their files' endings."""
VERBATIM, CLIP = "verbatim", "clip"
"""What the names of files tell that hold the words heard, or that are on the clock of a clip."""


@dataclass(frozen=True, slots=True)
class Telling:
    """How tracks are to be made."""

    kind: TrackKind = TrackKind.PUBLISHED
    profile: Profile = WEB
    from_speech: bool = False
    """Whether the clock begins where the speech begins, as for a clip that is cut there."""


PLAIN = Telling()


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that could not be written, or a post whose tracks could not be made, and why."""

    name: str
    why: str


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


def make_tracks(
    document: dict[str, Any], telling: Telling = PLAIN, workspace: Workspace | None = None
) -> Iterator[tuple[str, Track]]:
    """The tracks of a post, one a recording that it was placed in, with what their files' names begin with.

    Verbatim ones need the workspace, which holds what was heard. Raises `AlignerError` where that is not there.
    """
    profile, from_speech = telling.profile, telling.from_speech
    every = [(name, published_track(document, name, profile, from_speech=from_speech)) for name in document["media"]]
    placed = [(media_id, track) for media_id, track in every if track.cues]
    for number, (media_id, published) in enumerate(placed, start=1):
        parts = [document["post"]["slug"], *[str(number)] * (len(placed) > 1)]
        track = published
        if telling.kind is TrackKind.VERBATIM:
            heard = _read_heard(document, media_id, workspace)
            track = verbatim_track(document, media_id, heard, profile, from_speech=from_speech)
            parts.append(VERBATIM)
        yield ".".join((*parts, *[CLIP] * from_speech)), track


def _read_heard(document: dict[str, Any], media_id: str, workspace: Workspace | None) -> Transcript:
    """The transcript that a post was matched with."""
    made_from = document["media"][media_id]["transcript"]["fingerprint"]
    folder = workspace.media_folder(media_id) / FOLDER if workspace else Path()
    transcript = load_transcript(folder / f"{made_from}.json") if workspace else None
    if transcript is None:
        raise AlignerError(
            f"What was heard in {media_id} is no longer in {folder}.",
            f"Hear it again: align --only {document['post']['slug']} --force hear",
        )
    return transcript


def export_tracks(
    workspace: Workspace, slugs: Sequence[str], formats: Sequence[str], out: Path, telling: Telling = PLAIN
) -> Iterator[Path | Refused]:
    """Write the tracks of these posts (none means all) in these formats (none means SubRip and WebVTT) to `out`.

    Yields each path written; where a post's track cannot be made or does not fit a format, yields why instead.
    Raises `UsageError` for a format that there is none of, or a slug that was not aligned.
    """
    for name in formats:
        if name not in FORMATS:
            raise UsageError(f"“{name}” is no subtitle format.", f"The formats are: {', '.join(FORMATS)}.")
    for document in finished_alignments(workspace, slugs):
        try:
            tracks = list(make_tracks(document, telling, workspace))
        except AlignerError as error:
            yield Refused(document["post"]["slug"], str(error))
            continue
        for stem, track in tracks:
            for name in formats or TOLD:
                path = out / f"{stem}.{FORMATS[name].ending}"
                try:
                    text = render(track, name)
                except AlignerError as error:
                    yield Refused(path.name, str(error))
                    continue
                write_atomic(path, text)
                yield path


def check_tracks(workspace: Workspace, slugs: Sequence[str], telling: Telling = PLAIN) -> Iterator[Checked | Refused]:
    """Measure the tracks of these posts (none means all) against the limits of subtitles; nothing is written."""
    for document in finished_alignments(workspace, slugs):
        try:
            for stem, track in make_tracks(document, telling, workspace):
                yield Checked(stem, len(track.cues), tuple(check_cues(track.cues, telling.profile)))
        except AlignerError as error:
            yield Refused(document["post"]["slug"], str(error))


def write_results(target: Path, alignment: Alignment, made_from: str, made_of: Mapping[str, Any]) -> None:
    """Write subtitles, then the alignment file: it is last, so where it stands the others stand too.

    `made_from` and `made_of` tell what it was made from, as `alignment_file.to_json` takes them.
    """
    document = alignment_file.to_json(alignment, made_from, made_of)
    stale = set(subtitle_files(target))
    for stem, track in make_tracks(document):
        for name in TOLD:
            path = target.with_name(f"{stem}.{FORMATS[name].ending}")
            write_atomic(path, render(track, name))
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
    told = (p for p in document["passages"] if any(word["heard"] for word in p["words"]))  # others make no cue
    linked = {p["media_id"] for p in told if p["status"] in LINKED}
    return len(list(subtitle_files(target))) >= len(linked) * len(TOLD)


def subtitle_files(target: Path) -> Iterator[Path]:
    """The subtitle files of an alignment that are there: one a recording and format."""
    for name in TOLD:
        plain = target.with_name(f"{target.stem}.{name}")
        numbered = target.parent.glob(f"{glob.escape(target.stem)}.*.{name}")
        yield from (p for p in (plain, *numbered) if p.is_file() and (p == plain or p.suffixes[-2][1:].isdigit()))
