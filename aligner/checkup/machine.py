"""What this machine has for a run: versions, speech model, JavaScript runtime, FFmpeg, disk, memory, the way to sites.

First part of a check. What a run cannot do without is a fault; what only may become one is a note.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path

from aligner import __version__
from aligner.checkup.findings import Area, Finding, Level
from aligner.errors import AlignerError
from aligner.settings import Settings
from aligner.sound.speech_model import tell_model
from aligner.sound.ytdlp_options import find_deno
from aligner.store import Workspace

SOUND_BYTES, VIDEO_BYTES = 600_000_000, 4_000_000_000
"""Free space that a session of five hours asks for at the most: its sound (128 kbit/s, 290 MB) with what stays free of
every download; with `keep_video` a copy of 200 kB/s, which is there twice while its parts are joined."""
MEMORY_BYTES = 1_500_000_000
"""Hearing with the embedded model took 1.1 GB at the most (docs/hearing.md)."""
FRESH_DAYS = 90
"""YouTube changes its pages; a downloader of last season often fails there."""
_DECODERS = ("aac", "mp3", "opus", "vorbis", "h264", "vp9")
"""What the recordings of the sites that posts link come in."""
_ANSWER_S = 20
_INSTALL_AGAIN = "Install Aligner again: pip install --force-reinstall . in its folder."


def examine_machine(settings: Settings) -> Iterator[Finding]:
    """Look at everything but the network."""
    yield _python()
    yield _ok("aligner", __version__)
    yield _downloader()
    yield _model(settings)
    yield _runtime()
    yield _ffmpeg()
    yield _disk(settings)
    yield _memory()


def find_lacks(settings: Settings) -> dict[str, tuple[str, str]]:
    """What a recording that is to be heard would lack here: by `model` and `runtime`, each with why and cure."""
    found = {"model": _model(settings), "runtime": _runtime()}
    return {name: (_sentence(one), one.cure) for name, one in found.items() if one.level is Level.FAULT}


def _sentence(finding: Finding) -> str:
    return finding.state if finding.state.endswith(".") else f"The {finding.name}: {finding.state}."


def _ok(name: str, state: str) -> Finding:
    return Finding(Area.MACHINE, name, Level.OK, state)


def _lack(name: str, state: str, cure: str) -> Finding:
    return Finding(Area.MACHINE, name, Level.FAULT, state, cure)


def _note(name: str, state: str, cure: str) -> Finding:
    return Finding(Area.MACHINE, name, Level.NOTE, state, cure)


def _python() -> Finding:
    has, wanted = platform.python_version(), _wanted_python()
    if wanted and sys.version_info[: len(wanted)] < wanted:
        least = ".".join(map(str, wanted))
        return _lack("Python", f"{has}, and at least {least} is asked", f"Install Python {least} or later.")
    return _ok("Python", f"{has} ({platform.system()} {platform.machine()})")


def _wanted_python() -> tuple[int, ...]:
    try:
        asked = metadata("aligner")["Requires-Python"] or ""
    except (KeyError, PackageNotFoundError):
        return ()
    return tuple(map(int, re.findall(r"\d+", asked.partition(">=")[2].partition(",")[0])))


def _downloader() -> Finding:
    try:
        has = version("yt-dlp")
    except PackageNotFoundError:
        return _lack("yt-dlp", "it is not installed", _INSTALL_AGAIN)
    numbers = [int(number) for number in re.findall(r"\d+", has)[:3]]
    try:
        age = (date.today() - date(*numbers)).days  # noqa: DTZ011 - a day more or less does not matter
    except (TypeError, ValueError):
        return _ok("yt-dlp", has)
    if age > FRESH_DAYS:
        return _note(
            "yt-dlp", f"{has} is {age} days old", "If YouTube refuses: pip install --upgrade 'yt-dlp[default]'"
        )
    return _ok("yt-dlp", has)


def _model(settings: Settings) -> Finding:
    try:
        return _ok("speech model", tell_model(settings.model, device=settings.device))
    except AlignerError as error:
        return _lack("speech model", error.message, error.hint)


def _runtime() -> Finding:
    name, cure = "JavaScript runtime", "Install it: pip install deno"
    path = find_deno()
    if path is None:
        return _lack(name, "YouTube recordings cannot be fetched without Deno, which is not here.", cure)
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=_ANSWER_S, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        return _lack(name, f"{path} does not run ({type(error).__name__}).", cure)
    return _ok(name, f"{done.stdout.partition(' (')[0].strip()} in {path}")


def _ffmpeg() -> Finding:
    name = "FFmpeg"
    try:
        import av
        import av.codec
    except ImportError as error:
        return _lack(name, f"PyAV cannot be loaded: {error}.", _INSTALL_AGAIN)
    if lacking := [codec for codec in _DECODERS if not _has_decoder(codec)]:
        return _lack(name, f"the libraries in PyAV {av.__version__} cannot read {', '.join(lacking)}", _INSTALL_AGAIN)
    return _ok(name, f"{av.ffmpeg_version_info} in PyAV {av.__version__}")


def _has_decoder(codec: str) -> bool:
    import av.codec

    try:
        av.codec.Codec(codec, "r")
    except ValueError:  # PyAV's UnknownCodecError
        return False
    return True


def _disk(settings: Settings) -> Finding:
    root = settings.workspace
    if not os.access(root, os.W_OK):
        return _lack("disk", f"{root.resolve()} cannot be written.", "Check the folder's owner and permissions.")
    media = Workspace(root).media
    place = media if media.is_dir() else root  # often on a disk of its own
    free = shutil.disk_usage(place).free
    asked = VIDEO_BYTES if settings.keep_video else SOUND_BYTES
    state = f"{free / 1e9:.1f} GB free in {place.resolve()}"
    if free < asked:
        state += f", and a session of five hours may take {asked / 1e9:.1f} GB"
        return _lack("disk", state, "Free some space, or point --workspace at a larger disk.")
    return _ok("disk", state)


def _memory() -> Finding:
    free = _free_memory()
    if free is None:
        return _note("memory", "it cannot be told here how much is free", "Hearing takes about 1.1 GB.")
    state = f"{free / 1e9:.1f} GB free"
    if free < MEMORY_BYTES:
        return _note("memory", state, "Hearing takes about 1.1 GB: close other programs if it ends without a word.")
    return _ok("memory", state)


def _free_memory() -> int | None:
    """Bytes that a program could take now; None where the system does not say."""
    try:
        told = Path("/proc/meminfo").read_text(encoding="ascii")
        return 1024 * int(re.findall(r"^MemAvailable:\s+(\d+) kB", told, re.MULTILINE)[0])
    except (OSError, IndexError, ValueError):
        return None
