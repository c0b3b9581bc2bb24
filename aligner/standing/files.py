"""Pairs the posts' files with their alignments, and says how each stands to it.

Between the files and `gather`. A post's file is hashed, which costs a tenth of a millisecond; its text is read only
where it has no alignment, to count its passages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aligner.corrections import path_of
from aligner.errors import AlignerError
from aligner.library import Broken, Origin
from aligner.model import Link
from aligner.standing.facts import PostState
from aligner.store import Workspace, find_posts, hash_file


class Sketched(Protocol):
    """What a post says of itself before its text is read."""

    @property
    def slug(self) -> str:
        """Its address."""

    @property
    def title(self) -> str:
        """May be empty."""

    @property
    def date(self) -> str | None:
        """As published."""

    @property
    def links(self) -> Sequence[Link]:
        """The recordings it points at."""


class Reader(Protocol):
    """Reads posts, for those who may: the viewer does not, and then posts without alignment are known by name only."""

    def sketch(self, path: Path, root: Path) -> Sketched:
        """Read the front matter and the links. Raises `AlignerError`."""

    def count(self, path: Path, root: Path) -> int:
        """Count the passages that claim to be somebody's words. Raises `AlignerError`."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A post: its file, its alignment, or both."""

    state: PostState
    slug: str
    source: str
    path: Path | None = None
    origin: Origin | None = None
    sketch: Sketched | None = None
    corrected: bool = False
    """Whether its corrections were changed since it was aligned."""
    passages: int | None = None
    """Of a post without alignment."""
    trouble: str = ""
    """Why it, or its alignment, cannot be read."""
    hint: str = ""
    """What to try."""


def pair_posts(
    workspace: Workspace,
    origins: Sequence[Origin],
    broken: Sequence[Broken],
    places: Sequence[Path],
    reader: Reader | None,
) -> Iterator[Filed]:
    """The posts of these files and folders, each once; of none, all of the workspace, and alignments without a post."""
    left = {origin.slug: origin for origin in origins}
    torn = {one.slug: one for one in broken}
    by_source: dict[str, list[Origin]] = {}
    for origin in origins:
        by_source.setdefault(origin.source, []).append(origin)
    files = _find_files(workspace, places)
    for path, (root, source) in files.items():
        filed = _file(workspace, path, root, source, by_source.get(source, []), torn, reader)
        left.pop(filed.slug, None)
        torn.pop(filed.slug, None)
        yield filed
    if places:
        return
    for origin in left.values():
        # Where there are no posts at all they were aligned from elsewhere, and nothing can be said of them.
        yield Filed(PostState.NO_POST if files else PostState.ALIGNED, origin.slug, origin.source, origin=origin)
    for one in torn.values():
        yield Filed(PostState.BROKEN, one.slug, "", trouble=one.reason)


def _find_files(workspace: Workspace, places: Sequence[Path]) -> dict[Path, tuple[Path, str]]:
    """The posts' files, each with the folder that its source is told from, and its source: as `align` tells it."""
    found: dict[Path, tuple[Path, str]] = {}
    posts = workspace.posts.resolve()
    for place in places or (workspace.posts,):
        for path in sorted(find_posts(place)) if place.is_dir() else [place] * place.is_file():
            whole = path.resolve()
            root = posts if whole.is_relative_to(posts) else place.resolve() if place.is_dir() else whole.parent
            found.setdefault(whole, (root, whole.relative_to(root).as_posix()))
    return found


def _file(
    workspace: Workspace,
    path: Path,
    root: Path,
    source: str,
    candidates: Sequence[Origin],
    torn: dict[str, Broken],
    reader: Reader | None,
) -> Filed:
    try:
        sketch = reader.sketch(path, root) if reader else None
    except AlignerError as error:
        origin = candidates[0] if candidates else None
        slug = origin.slug if origin else path.stem
        return Filed(PostState.UNREADABLE, slug, source, path, origin, trouble=error.message, hint=error.hint)
    # A post whose slug was changed has an alignment under its old one, which is no longer its own.
    origin = next((one for one in candidates if sketch is None or one.slug == sketch.slug), None)
    slug = sketch.slug if sketch else origin.slug if origin else path.stem
    if origin:
        state = PostState.EDITED if _is_edited(workspace, path, origin) else PostState.ALIGNED
        return Filed(state, slug, source, path, origin, sketch, corrected=_is_corrected(path, origin))
    if slug in torn:
        passages = _count(reader, path, root)
        return Filed(PostState.BROKEN, slug, source, path, sketch=sketch, passages=passages, trouble=torn[slug].reason)
    if sketch and not sketch.links:
        return Filed(PostState.NO_RECORDING, slug, source, path, None, sketch)
    return Filed(PostState.NEW, slug, source, path, sketch=sketch, passages=_count(reader, path, root))


def _is_edited(workspace: Workspace, path: Path, origin: Origin) -> bool:
    """Whether a post is another than was aligned; where its hash was not noted then, by the files' times."""
    try:
        if origin.post_sha256:
            return hash_file(path) != origin.post_sha256
        return path.stat().st_mtime_ns > (workspace.aligned / f"{origin.slug}.json").stat().st_mtime_ns
    except (AlignerError, OSError):
        return True


def _is_corrected(path: Path, origin: Origin) -> bool:
    """Whether the corrections beside a post are others than were applied, or are there no more."""
    corrections = path_of(path, origin.slug)
    try:
        now = hash_file(corrections) if corrections.is_file() else None
    except AlignerError:
        return True
    return now != origin.corrections_sha256


def _count(reader: Reader | None, path: Path, root: Path) -> int | None:
    try:
        return reader.count(path, root) if reader else None
    except AlignerError:
        return None
