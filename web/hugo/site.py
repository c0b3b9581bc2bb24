"""Finds a Hugo site's folders from its configuration.

First step of `aligner publish --hugo`. Read are `hugo.*` or `config.*` (TOML, YAML, JSON), and the folder
`config/_default` with a file for each part of the configuration, as Hugo itself looks for them
(gohugo.io/getting-started/configuration). Themes and modules may bring content of their own; it is not ours to look at.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from aligner.errors import UsageError

_NAMES = ("hugo", "config")
_ENDINGS = (".toml", ".yaml", ".yml", ".json")
_DEFAULT = Path("config") / "_default"


@dataclass(frozen=True, slots=True)
class HugoSite:
    """The folders of a site that matter here."""

    root: Path
    content: tuple[Path, ...]
    """Where posts lie; several where each language has its own."""
    data: Path
    layouts: Path
    static: Path
    language: str
    """The one that posts without a language in their file's name are in; empty where the site does not say."""


def open_site(root: Path) -> HugoSite:
    """Read where a site keeps its files. Raises `UsageError` when `root` is no Hugo site or cannot be understood."""
    if not root.is_dir():
        raise UsageError(f"{root} is no folder.", "Name the folder of your Hugo site with --hugo.")
    told = _read_configuration(root)
    if told is None:
        raise UsageError(
            f"{root} is no Hugo site: it has no hugo.toml, config.toml, config.yaml, config.json or config/_default/.",
            "Name the folder that `hugo` is run in.",
        )
    static = _value(told, "staticDir")
    whole = _value(told, "contentDir")
    languages = [_table(language) for language in _table(_value(told, "languages")).values()]
    content = dict.fromkeys(
        _folder(root, _value(language, "contentDir") or whole, "content") for language in languages or [told]
    )
    return HugoSite(
        root=root,
        content=tuple(folder for folder in content if folder.is_dir()),
        data=_folder(root, _value(told, "dataDir"), "data"),
        layouts=_folder(root, _value(told, "layoutDir"), "layouts"),
        static=_folder(root, static[0] if isinstance(static, list) and static else static, "static"),
        language=str(_value(told, "defaultContentLanguage") or ""),
    )


def _read_configuration(root: Path) -> dict[str, Any] | None:
    """The keys of the site's configuration; None when there is none."""
    whole = next(_files(root, _NAMES), None)
    told = _read(whole) if whole else {}
    folder = root / _DEFAULT
    found = whole is not None
    if folder.is_dir():
        for path in sorted(path for path in folder.iterdir() if path.suffix in _ENDINGS):
            found = True
            values = _read(path)
            told |= values if path.stem in _NAMES else {path.stem.partition(".")[0]: values}
    return told if found else None


def _files(folder: Path, stems: tuple[str, ...]) -> Iterator[Path]:
    return (path for stem in stems for ending in _ENDINGS if (path := folder / f"{stem}{ending}").is_file())


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        values = (
            tomllib.loads(text)
            if path.suffix == ".toml"
            else json.loads(text)
            if path.suffix == ".json"
            else yaml.safe_load(text)
        )
    except (OSError, ValueError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise UsageError(f"{path} cannot be read: {reason}.", "See that `hugo` itself builds the site.") from error
    return _table(values)


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _value(table: dict[str, Any], name: str) -> Any:
    """Hugo does not tell large letters from small ones in the names of its settings."""
    return next((value for key, value in table.items() if str(key).lower() == name.lower()), None)


def _folder(root: Path, name: Any, default: str) -> Path:
    return root / (name if isinstance(name, str) and name else default)
