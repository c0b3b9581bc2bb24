"""Puts a check together: machine, settings, workspace, each from its own module.

Face of this package. Settings that cannot be used are told; the rest is then looked at with the defaults.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aligner.checkup.findings import Area, Finding, Level
from aligner.checkup.leftovers import examine_leftovers
from aligner.checkup.machine import examine_machine
from aligner.checkup.network import examine_network
from aligner.checkup.recordings import examine_recordings
from aligner.checkup.settings import examine_settings
from aligner.checkup.workspace import Files, examine_alignments, examine_beside, examine_posts, read_files
from aligner.errors import UsageError
from aligner.settings import Settings, load_settings
from aligner.standing.files import Reader
from aligner.standing.waits import command
from aligner.store import Workspace


@dataclass(frozen=True, slots=True)
class Wish:
    """What a check is asked to do."""

    workspace: Path
    places: Sequence[Path] = ()
    """Where the posts lie, when not in the workspace's transcripts/."""
    network: bool | None = None
    """True: a site out of reach is a fault. None: a note. False: none is tried."""
    deep: bool = False
    """Hash every sound and read every transcript to its end."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found, in the order in which it is told."""

    findings: tuple[Finding, ...]


def examine(wish: Wish, reader: Reader) -> Examined:
    """Look at everything. Raises `UsageError` where the workspace is no folder."""
    settings = _settings(wish.workspace)
    workspace = Workspace(settings.workspace)
    files = read_files(workspace, wish.places, reader)
    return Examined(
        (
            *examine_machine(settings),
            *(() if wish.network is False else examine_network(settings, _urls(files), must=wish.network is True)),
            *examine_settings(settings.workspace),
            *_examine_workspace(files, settings, wish),
        )
    )


def _settings(workspace: Path) -> Settings:
    if not workspace.is_dir():
        raise UsageError(f"The workspace {workspace} is not a folder.", "Create it, or point --workspace elsewhere.")
    try:
        return load_settings({"workspace": workspace})
    except UsageError:
        return Settings(workspace=workspace)  # `examine_settings` tells what is wrong


def _examine_workspace(files: Files, settings: Settings, wish: Wish) -> Iterator[Finding]:
    found = [
        *examine_posts(files),
        *examine_alignments(files, settings),
        *examine_beside(files),
        *examine_recordings(files, deep=wish.deep),
        *examine_leftovers(files.workspace),
    ]
    if not any(one.path for one in files.filed):
        where = files.workspace.posts
        cure = f"Put posts (*.md) there, or name their folder: {command(files.workspace, 'align', 'FOLDER')}"
        yield Finding(Area.WORKSPACE, "posts", Level.NOTE, f"There are no posts in {where}.", cure, str(where))
    elif not any(finding.level is Level.FAULT for finding in found):
        posts, media = sum(1 for one in files.filed if one.path), sum(1 for _ in files.workspace.media.glob("*/"))
        counts = (_count(posts, "post"), _count(len(files.finished), "alignment"), _count(media, "recording"))
        state = f"{counts[0]}, {counts[1]} and {counts[2]} agree"
        yield Finding(Area.WORKSPACE, "workspace", Level.OK, state, path=str(files.workspace.root.resolve()))
    yield from found


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + "s" * (number != 1)


def _urls(files: Files) -> Iterator[str]:
    """Where the recordings lie."""
    for post in files.finished:
        yield from (media.url for media in post.media)
    for one in files.filed:
        yield from (link.url for link in (one.sketch.links if one.sketch else ()))
