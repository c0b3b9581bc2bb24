"""`aligner check`: does this machine have what a run needs? Looks, loads nothing heavy, downloads nothing."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from aligner.errors import AlignerError
from aligner.settings import Settings
from aligner.sound.speech_model import find_model
from aligner.sound.ytdlp_options import find_deno
from aligner.store import Workspace
from aligner.text.read import list_posts

LEAST_BYTES = 2_000_000_000
"""Free space below which a session of several hours may not fit."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    good: bool
    state: str


def examine(settings: Settings) -> list[Finding]:
    """Look at the workspace, the speech model, the JavaScript runtime and the disk."""
    return [_workspace(settings), _model(settings), _runtime(), _disk(settings)]


def _workspace(settings: Settings) -> Finding:
    workspace = Workspace(settings.workspace)
    posts = len(list_posts([workspace.posts])) if workspace.posts.is_dir() else 0
    aligned = sum(path.is_file() for path in workspace.aligned.glob("*.json"))
    return Finding("workspace", workspace.posts.is_dir(), f"{workspace.posts}, {posts} posts, {aligned} aligned")


def _model(settings: Settings) -> Finding:
    try:
        model = find_model(settings.model, device=settings.device, fetch=False)
    except AlignerError as error:
        return Finding("speech model", good=False, state=str(error))
    return Finding("speech model", good=True, state=f"{model.name} in {model.folder}")


def _runtime() -> Finding:
    path = find_deno()
    state = str(path) if path else "none; YouTube needs Deno: pip install deno"
    return Finding("JavaScript runtime", path is not None, state)


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.workspace).free
    return Finding("disk", free >= LEAST_BYTES, f"{free / 1e9:.1f} GB free in {settings.workspace.resolve()}")
