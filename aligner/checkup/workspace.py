"""Whether the files of a workspace agree with one another: the posts with their alignments, these with what they tell.

Third part of a check; `recordings` and `leftovers` look at the rest. Reads the alignment files themselves, not the
library's index, which would be written.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aligner import __version__
from aligner.checkup.findings import Area, Finding, Level
from aligner.corrections.file import ENDING, read_corrections
from aligner.corrections.proposals import FOLDER as PROPOSALS
from aligner.errors import AlignerError, CorrectionsError
from aligner.export import TOLD, subtitle_files
from aligner.library import Broken, FinishedPost, Origin, read_post
from aligner.model import LINKED
from aligner.settings import Settings
from aligner.standing.facts import PostState
from aligner.standing.files import Filed, Reader, pair_posts
from aligner.standing.waits import align_again, command, remove_results
from aligner.store import Workspace
from aligner.transcript_file import FOLDER


@dataclass(frozen=True, slots=True)
class Files:
    """The posts and alignments of a workspace, read once for all that look at them."""

    workspace: Workspace
    filed: tuple[Filed, ...]
    finished: tuple[FinishedPost, ...]

    def posts_on(self, media_id: str) -> list[Filed]:
        """The posts that link a recording or stand on it."""
        return [
            one
            for one in self.filed
            if (one.origin and media_id in one.origin.heard)
            or (one.sketch and any(link.media_id == media_id for link in one.sketch.links))
        ]


def read_files(workspace: Workspace, places: Sequence[Path], reader: Reader) -> Files:
    """Read all alignment files, and of the posts what they say of themselves."""
    finished: list[FinishedPost] = []
    broken: list[Broken] = []
    for path in sorted(path for path in workspace.aligned.glob("*.json") if path.is_file()):
        try:
            finished.append(read_post(path))
        except AlignerError as error:
            broken.append(Broken(path.stem, error.message))
    origins = [post.origin for post in finished if post.origin]
    filed = pair_posts(workspace, origins, broken, places, reader)
    return Files(workspace, tuple(sorted(filed, key=lambda one: one.slug)), tuple(finished))


def examine_posts(files: Files) -> Iterator[Finding]:
    """Posts that cannot be read, that share a slug, or that were edited; alignments that are broken or have no post."""
    slugs: dict[str, Filed] = {}
    for one in files.filed:
        if one.path and one.sketch and (other := slugs.setdefault(one.slug.casefold(), one)) is not one:
            state = f"{one.source} has the same slug “{one.slug}” as {other.source}; only one of them can be aligned."
            yield _fault("two posts with one slug", state, "Give one another slug in its front matter.", one.path)
    for one in files.filed:
        yield from _examine_post(files.workspace, one)


def _examine_post(workspace: Workspace, one: Filed) -> Iterator[Finding]:
    told = workspace.aligned / f"{one.slug}.json"
    again = align_again(workspace, one)
    if one.state is PostState.UNREADABLE:
        yield _fault("unreadable post", one.trouble, one.hint, one.path)
    elif one.state is PostState.EDITED:
        state = f"{one.source} was edited since it was aligned."
        yield _fault("post edited since", state, f"Align it again: {again}", one.path)
    elif one.corrected:
        state = f"The corrections of {one.source} were changed since it was aligned."
        cure = f"Apply them: {align_again(workspace, one, '--force', 'match')}"
        yield _fault("corrections changed since", state, cure, one.path)
    elif one.state is PostState.BROKEN:
        cure = (
            f"Make it anew: {again}" if one.path else f"Remove it, as it has no post: {shlex.join(['rm', str(told)])}"
        )
        yield _fault("broken alignment", one.trouble, cure, told)
    elif one.state is PostState.NO_POST:
        state = f"The post {one.source or '?'} of this alignment is gone, or has another slug now."
        cure = f"Bring the post back, or remove what was made of it: {remove_results(workspace, one.slug)}"
        yield _fault("alignment without a post", state, cure, told)


def examine_alignments(files: Files, settings: Settings) -> Iterator[Finding]:
    """Alignments whose subtitles or transcripts are not there, or that another program or other settings made."""
    by_slug = {one.slug: one for one in files.filed}
    for post in files.finished:
        one = by_slug.get(post.slug) or Filed(PostState.NO_POST, post.slug, "", origin=post.origin)
        if one.state in (PostState.NO_POST, PostState.EDITED, PostState.UNREADABLE):
            continue  # told already, with a cure that helps this, too
        again = align_again(files.workspace, one)
        if not _has_subtitles(post):
            state = f"The subtitles of {post.slug} are not all there."
            yield _fault("alignment without its subtitles", state, f"Write them again: {again}", post.path)
        for media_id, fingerprint in post.heard.items():
            kept = files.workspace.media_folder(media_id) / FOLDER / f"{fingerprint}.json"
            if not kept.is_file():
                state = f"The transcript of {media_id} that {post.slug} was made from is not kept."
                yield _fault("transcript is another", state, f"Hear it again: {again}", kept)
    yield from _notes(files, settings)


def _has_subtitles(post: FinishedPost) -> bool:
    linked = {match.media_id for _, match in post.verdicts if match.status in LINKED}
    return len(list(subtitle_files(post.path))) >= len(linked) * len(TOLD)


def _notes(files: Files, settings: Settings) -> Iterator[Finding]:
    origins = [post.origin for post in files.finished if post.origin]
    other = [origin for origin in origins if origin.aligner and origin.aligner != __version__]
    cure = f"Make them anew: {command(files.workspace, 'align')}"
    if other:
        versions = ", ".join(sorted({origin.aligner for origin in other}))
        state = f"{_count(len(other), 'alignment')} made by version {versions}; this is {__version__}."
        yield Finding(Area.WORKSPACE, "another version", Level.NOTE, state, cure)
    changed = [name for origin in origins for name in _changed(origin, settings)]
    if changed:
        state = f"Made with other settings than today's: {', '.join(sorted(set(changed)))}."
        yield Finding(Area.WORKSPACE, "other settings", Level.NOTE, state, cure)


def _changed(origin: Origin, settings: Settings) -> Iterator[str]:
    for name, value in origin.options.items():
        if getattr(settings, name, value) != value:
            yield f"{origin.slug} ({name} = {value!r})"


def examine_beside(files: Files) -> Iterator[Finding]:
    """What stands beside posts and alignments: subtitles, corrections, readers' proposals."""
    workspace = files.workspace
    slugs = {one.slug for one in files.filed}
    for path in sorted(workspace.aligned.glob("*")):
        if path.suffix in (".srt", ".vtt") and not any(path.name.startswith(f"{slug}.") for slug in _beginnings(path)):
            cure = f"Remove them: {shlex.join(['rm', str(path)])}"
            yield _fault("subtitles without an alignment", f"{path.name} belongs to no alignment.", cure, path)
    posts = {(one.path.parent, one.slug) for one in files.filed if one.path}
    for path in sorted(workspace.posts.rglob(f"*{ENDING}")):
        yield from _examine_corrections(path.resolve(), posts)
    for folder in sorted((workspace.posts / PROPOSALS).glob("*/")):
        if folder.name not in slugs:
            state = f"Readers' proposals for “{folder.name}”, which is no post."
            cure = f"Remove them: {shlex.join(['rm', '-r', str(folder)])}"
            yield Finding(Area.WORKSPACE, "proposals without a post", Level.NOTE, state, cure, str(folder))


def _beginnings(path: Path) -> Iterator[str]:
    """The slugs of the alignments that a subtitle file may belong to; slugs have no dots."""
    slug = path.name.partition(".")[0]
    if path.with_name(f"{slug}.json").is_file():
        yield slug


def _examine_corrections(path: Path, posts: set[tuple[Path, str]]) -> Iterator[Finding]:
    slug = path.name.removesuffix(ENDING)
    try:
        read_corrections(path)
    except CorrectionsError as error:
        yield _fault("unreadable corrections", error.message, error.hint, path)
        return
    if (path.parent, slug) not in posts:
        state = f"The corrections {path.name} have no post beside them whose slug is “{slug}”."
        yield _fault("corrections without a post", state, "Name the file after the post's slug, or remove it.", path)


def _fault(name: str, state: str, cure: str, path: Path | None) -> Finding:
    return Finding(Area.WORKSPACE, name, Level.FAULT, state, cure, None if path is None else str(path))


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + "s" * (number != 1)
