"""Settings: defaults < `aligner.toml` in the workspace < `ALIGNER_*` variables < flags.

`load_settings` is called once by the command line or the viewer; everything below takes the frozen
result. An unknown key or a value of the wrong type is an error that names the nearest key.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from aligner.errors import UsageError

FILE_NAME = "aligner.toml"
PREFIX = "ALIGNER_"
_CHOICES = {"device": ("auto", "cpu", "cuda"), "hear": ("windows", "all", "none")}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user can set. See `docs/settings.md` for the table; a test holds the two together."""

    workspace: Path = Path()
    """The folder that holds `transcripts/` and `media/`."""
    model: str = "auto"
    """Speech model: `auto`, a folder with a CTranslate2 Whisper model, or a name on the model hub."""
    device: str = "auto"
    """Where the model runs: `auto`, `cpu` or `cuda`."""
    language: str = "fr"
    """The language spoken in the recordings."""
    hear: str = "windows"
    """What is heard of a recording: `windows` where captions place a post, `all` of it, or `none`: captions only."""
    hotwords: str = ""
    """Names that the recogniser is to expect. They make it hear likewise names that were not said: see the docs."""
    batch_size: int = 0
    """Pieces of audio decoded at once; 0 lets the device decide."""
    keep_video: bool = False
    """Keep a playable copy of each recording for the viewer."""
    cookies: str = ""
    """A cookies file for the downloader, for sites that ask for a login."""
    cookies_from_browser: str = ""
    """A browser whose cookies the downloader takes, as yt-dlp names it: `firefox`, `chrome:Profile 1`."""
    proxy: str = ""
    """A proxy for the downloader."""
    ytdlp_options: str = ""
    """More options for the downloader, as on yt-dlp's command line: about the way to a site, not what is brought."""
    pause_s: int = 3
    """Seconds between two recordings of one site in a run."""
    public_url: str = ""
    """Where readers reach the viewer, when a web server stands before it."""

    @property
    def decisive(self) -> dict[str, str]:
        """The settings that decide what is found, by name; the others decide how, where and how fast."""
        return {name: getattr(self, name) for name in ("hear", "hotwords", "language", "model")}


def load_settings(flags: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Merge all sources; a flag that is None is not given. Raises `UsageError` on unknown keys or bad values."""
    flags = {key: value for key, value in (flags or {}).items() if value is not None}
    environ = os.environ if environ is None else environ
    variables = {key[len(PREFIX) :].lower(): value for key, value in environ.items() if key.startswith(PREFIX)}
    workspace = Path(flags.get("workspace") or variables.get("workspace") or ".")
    if not workspace.is_dir():
        raise UsageError(f"The workspace {workspace} is not a folder.", "Create it, or point --workspace elsewhere.")
    merged = _read_file(workspace / FILE_NAME)
    for key, value in variables.items():
        merged[_known(key, f"the environment variable {PREFIX}{key.upper()}")] = value
    merged.update(flags)
    merged["workspace"] = workspace
    return Settings(**{key: _convert(key, value) for key, value in merged.items()})


@dataclass(frozen=True, slots=True)
class Given:
    """A setting that somebody set, where, and what is wrong with it."""

    key: str
    value: Any
    where: str
    """A file, or the name of an environment variable."""
    fault: UsageError | None


def trace_settings(workspace: Path, environ: Mapping[str, str] | None = None) -> list[Given]:
    """All settings that the workspace's file and the environment give, in the order in which they win; nothing raises.

    A file that cannot be read is one `Given` without a key.
    """
    environ = os.environ if environ is None else environ
    path = workspace / FILE_NAME
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        told = [(key, value, str(path), str(path)) for key, value in table.items() if key != "workspace"]
        torn: list[Given] = []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        torn = [Given("", None, str(path), _unreadable(path, error))]
        told = []
    told += [
        (key[len(PREFIX) :].lower(), value, key, f"the environment variable {key}")
        for key, value in sorted(environ.items())
        if key.startswith(PREFIX)
    ]
    return [*torn, *(Given(key, value, where, _fault(key, value, place)) for key, value, where, place in told)]


def _fault(key: str, value: Any, place: str) -> UsageError | None:
    try:
        _convert(_known(key, place), value)
    except UsageError as error:
        return error
    return None


def _unreadable(path: Path, error: Exception) -> UsageError:
    return UsageError(f"{path} cannot be read: {error}.", "Correct the file or remove it.")


def _read_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unreadable(path, error) from error
    return {_known(key, str(path)): value for key, value in table.items() if key != "workspace"}


def _known(key: str, where: str) -> str:
    names = [field.name for field in fields(Settings)]
    if key in names:
        return key
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
    raise UsageError(
        f"{where} sets “{key}”, which is no setting.",
        f"Did you mean “{near[0]}”?" if near else f"The settings are: {', '.join(names)}.",
    )


def _convert(key: str, value: Any) -> Any:
    kind = type(getattr(Settings(), key))
    if key == "workspace":
        return Path(value)
    if kind is bool and isinstance(value, str):
        if value.lower() in ("1", "true", "yes", "on"):
            return True
        if value.lower() in ("", "0", "false", "no", "off"):
            return False
        raise UsageError(f"The setting “{key}” is “{value}”.", "It takes true or false.")
    if kind is int and isinstance(value, str) and value.strip().isdigit():
        value = int(value)
    if not isinstance(value, kind) or (kind is int and (isinstance(value, bool) or value < 0)):
        expected = {"int": "a whole number from 0 up", "str": "a text", "bool": "true or false"}[kind.__name__]
        raise UsageError(f"The setting “{key}” is {value!r}.", f"It takes {expected}.")
    if key == "language" and not re.fullmatch(r"[a-z]{2,3}", value):
        raise UsageError(
            f"The setting “language” is “{value}”.", "It takes a code of two or three letters, such as fr."
        )
    if key in _CHOICES and value not in _CHOICES[key]:
        raise UsageError(f"The setting “{key}” is “{value}”.", f"It takes one of: {', '.join(_CHOICES[key])}.")
    return value
