"""Readers' proposals, `transcripts/proposals/<slug>/<name>.toml`: "this is not the right moment".

Written by the viewer, read by `aligner correct` and the bench; nothing else comes of them until the author accepts one.
Anybody may send them, so each is small, there are so many at the most, and no name that comes in names a file.
"""

from __future__ import annotations

import re
import secrets
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aligner.errors import CorrectionsError, UsageError
from aligner.model import Proposal
from aligner.store import Workspace, write_atomic
from aligner.timecode import format_moment, parse_time

FOLDER = "proposals"
FORMAT = "aligner.proposal"
VERSION = 1
MOST_OF_A_POST = 100
"""Proposals kept of one post: more are refused until the author has looked at some."""
MOST = 2_000
"""Proposals kept in a workspace."""
LONGEST_TEXT = 2_000
"""Characters kept of the passage's words."""
LONGEST_NOTE = 600
"""Characters kept of what the reader writes."""
LONGEST_FILE = 32_768
"""Bytes of a file that is read as a proposal."""

_SLUG = re.compile(r"[\w-]{1,200}")
_NAME = re.compile(r"[\w-]{1,100}")
_WORD = re.compile(r"[^A-Za-z0-9-]")


def write_proposal(workspace: Workspace, proposal: Proposal) -> Path:
    """Keep a reader's proposal; returns its file. Texts too long are cut, `made` is now where it is not given.

    Raises `UsageError` for a slug that names no post, or a passage without an id, `CorrectionsError` when there are too
    many already, `DiskError`.
    """
    import tomlkit

    folder = _folder(workspace, proposal.slug)
    if not proposal.passage_id.strip():
        raise UsageError("A proposal without a passage says nothing.", "Name the passage that it is about.")
    here = sum(1 for _ in folder.glob("*.toml"))
    if here >= MOST_OF_A_POST or sum(1 for _ in folder.parent.glob("*/*.toml")) >= MOST:
        raise CorrectionsError(
            f"There are too many proposals already ({here} for {proposal.slug}).",
            f"Look at them, and accept or drop some: aligner correct {proposal.slug} --proposals",
        )
    made = proposal.made or datetime.now(UTC).isoformat(timespec="seconds")
    values: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "slug": proposal.slug,
        "passage": _plain(proposal.passage_id, 100),
        "text": _plain(proposal.text, LONGEST_TEXT),
        "recording": _plain(proposal.media_id, 300) if proposal.media_id else None,
        "start": None if proposal.start_ms is None else format_moment(proposal.start_ms),
        "suggested": None if proposal.suggested_ms is None else format_moment(proposal.suggested_ms),
        "note": _plain(proposal.note, LONGEST_NOTE) or None,
        "made": _plain(made, 40),
    }
    digits = re.sub(r"\D", "", made)[:14] or "0"
    name = f"{digits}-{_WORD.sub('', proposal.passage_id)[:40]}-{secrets.token_hex(3)}"
    path = folder / f"{name}.toml"
    write_atomic(path, tomlkit.dumps({key: value for key, value in values.items() if value is not None}))
    return path


def list_proposals(workspace: Workspace, slug: str | None = None) -> tuple[Proposal, ...]:
    """The proposals of a post, or of all, by post and age; a file that is none of ours is left out.

    Raises `UsageError` for a slug that names no post.
    """
    root = workspace.posts / FOLDER
    folders = [_folder(workspace, slug)] if slug is not None else sorted(p for p in root.glob("*") if p.is_dir())
    return tuple(proposal for folder in folders for proposal in _read_all(folder))


def drop_proposal(workspace: Workspace, slug: str, name: str) -> Proposal:
    """Remove a proposal's file; returns what it said. Raises `UsageError` when there is none of that name."""
    path = _folder(workspace, slug) / f"{name}.toml"
    proposal = _read(path) if _NAME.fullmatch(name) else None
    if proposal is None:
        raise UsageError(
            f"There is no proposal “{name}” for {slug}.", f"See them with: aligner correct {slug} --proposals"
        )
    path.unlink(missing_ok=True)
    return proposal


def _folder(workspace: Workspace, slug: str) -> Path:
    if not _SLUG.fullmatch(slug):
        raise UsageError(f"“{slug}” is no post's slug.", "Slugs are letters, digits, hyphens and underscores.")
    return workspace.posts / FOLDER / slug


def _read_all(folder: Path) -> Iterator[Proposal]:
    for path in sorted(folder.glob("*.toml")):
        proposal = _read(path)
        if proposal:
            yield proposal


def _read(path: Path) -> Proposal | None:
    try:
        if path.stat().st_size > LONGEST_FILE:
            return None
        values = tomllib.loads(path.read_bytes().decode("utf-8"))
        if values["format"] != FORMAT or values["version"] != VERSION:
            return None
        return Proposal(
            slug=path.parent.name,
            passage_id=_text(values, "passage"),
            text=_text(values, "text"),
            media_id=_text(values, "recording") or None,
            start_ms=parse_time(_text(values, "start")),
            suggested_ms=parse_time(_text(values, "suggested")),
            note=_text(values, "note"),
            made=_text(values, "made"),
            name=path.stem,
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _text(values: dict[str, Any], key: str) -> str:
    value = values.get(key, "")
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _plain(text: str, longest: int) -> str:
    """A text on one line, without control characters, of so many characters at the most."""
    kept = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return kept if len(kept) <= longest else kept[: longest - 1].rstrip() + "…"
