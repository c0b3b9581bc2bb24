"""Stands behind the bench of `aligner serve --edit`: matches a post again, reads the sound of its recordings.

Above the pipeline, beside the viewer, which knows it only as the Protocol `web.edit.Bench`: the viewer imports nothing
that matches or decodes. Requests come from several threads; posts are matched one at a time, and a recording is read by
one of them at a time.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from aligner.corrections import path_of
from aligner.corrections.file import ENDING
from aligner.errors import PostError, UsageError
from aligner.export import read_finished
from aligner.model import Outcome, Span
from aligner.realign import find_post, realign
from aligner.settings import Settings
from aligner.sound.audio import Sound, sound_hash
from aligner.sound.fetch import load_media
from aligner.sound.peaks import read_peaks
from aligner.store import Workspace

SOUNDS_KEPT = 2
"""Recordings held open. Each holds some minutes decoded, 23 MB at the most."""

_Stamp = tuple[int, int, int]


def open_editor(settings: Settings, host: str) -> Editor:
    """The bench's program, for a viewer that listens on `host`.

    Raises `UsageError` where others than this machine would reach it: whoever does may write into the workspace.
    """
    if not _is_loopback(host):
        raise UsageError(
            f"The bench writes into the workspace, so it cannot be served on {host}, where other machines reach it.",
            "Leave --host out, or serve without --edit.",
        )
    if settings.public_url:
        raise UsageError(
            f"The bench is for this machine alone, so it cannot be served for {settings.public_url}.",
            "Leave the public address out of this start (--public-url, public_url, ALIGNER_PUBLIC_URL), or --edit.",
        )
    return Editor(settings)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass
class Editor:
    """The bench's program for one workspace, from one start to its end."""

    settings: Settings
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    """What every form of this start must send back."""
    _matching: threading.Lock = field(default_factory=threading.Lock)
    _reading: threading.Lock = field(default_factory=threading.Lock)
    _sounds: OrderedDict[Path, tuple[_Stamp, Sound, str]] = field(default_factory=OrderedDict)

    @property
    def workspace(self) -> Workspace:
        """The workspace of the settings."""
        return Workspace(self.settings.workspace)

    def corrections_path(self, slug: str) -> Path:
        """The corrections file of a finished post. Raises `PostError` when the post itself is not in the workspace."""
        document = read_finished(self.workspace.aligned / f"{slug}.json")
        if document is None:
            raise PostError(f"The post “{slug}” was not aligned by this program.", "Run `align`.")
        return path_of(find_post(self.workspace, document), slug)

    def corrected_slugs(self) -> frozenset[str]:
        """The posts that have a corrections file."""
        return frozenset(path.name.removesuffix(ENDING) for path in self.workspace.posts.rglob(f"*{ENDING}"))

    def realign(self, slug: str) -> Outcome:
        """Match a post again with what was heard already; nothing is fetched or heard."""
        with self._matching:
            return realign(self.workspace, slug, self.settings)

    def peaks(self, media_id: str, span: Span) -> bytes | None:
        """The loudness of a span in ms as `read_peaks` tells it; None when the recording has no sound here."""
        folder = self.workspace.media_folder(media_id)
        media = load_media(folder)
        if media is None or media.id != media_id:
            return None
        with self._reading:
            sound, key = self._open(folder / (media.audio or media.video or ""))
            return read_peaks(sound, key, folder, span)

    def _open(self, path: Path) -> tuple[Sound, str]:
        """A recording and its content key, held open until its file changes."""
        stat = path.stat()
        stamp = stat.st_ino, stat.st_size, stat.st_mtime_ns
        held = self._sounds.get(path)
        if held is None or held[0] != stamp:
            held = self._sounds[path] = stamp, Sound(path), sound_hash(path)
        self._sounds.move_to_end(path)
        while len(self._sounds) > SOUNDS_KEPT:
            self._sounds.popitem(last=False)
        return held[1], held[2]
