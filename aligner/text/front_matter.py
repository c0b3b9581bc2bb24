"""Read: what stands above a post's text, as YAML between `---`, as TOML between `+++`, or not at all.

First step of reading a file. Errors name the file and the line, counted in the whole file. python-frontmatter
loads the values; the cutting is ours, for it does not tell where in the file the body begins.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler

from aligner.errors import PostError

_FENCE = re.compile(r"\ufeff?\s*(---|\+\+\+)[ \t]*(?:\r\n|\r|\n|$)")
_NAMES = {"---": "YAML", "+++": "TOML"}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The values above a post's text. `text` is their source, which begins at `start`; the body begins at `body`."""

    values: dict[str, Any]
    text: str
    start: int
    body: int


def split_front_matter(source: str, name: str) -> FrontMatter:
    """Read the front matter of a post; `name` is the file's name for messages.

    Raises `PostError` when it is not closed, is broken, or is no list of keys.
    """
    opening = _FENCE.match(source)
    if not opening:
        return FrontMatter({}, "", 0, len(source) - len(source.removeprefix("\ufeff")))
    fence = opening[1]
    closing = re.compile(rf"^{re.escape(fence)}[ \t]*(?:\r\n|\r|\n|\Z)", re.MULTILINE).search(source, opening.end())
    first_line = source.count("\n", 0, opening.end())
    if not closing:
        raise PostError(
            f"{name}, line {first_line}: the front matter opens with “{fence}” and is never closed.",
            f"Add a line “{fence}” after the last key.",
        )
    text = source[opening.end() : closing.start()]
    values = _load_yaml(text, name, first_line) if fence == "---" else _load_toml(text, name, first_line)
    return FrontMatter(values, text, opening.end(), closing.end())


def _load_yaml(text: str, name: str, first_line: int) -> dict[str, Any]:
    try:
        values = YAMLHandler().load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _broken(name, first_line + 1 + (mark.line if mark else 0), "YAML", error.problem or "bad") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: dates that do not exist
        raise _broken(name, first_line + 1, "YAML", str(error).splitlines()[0]) from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise _broken(name, first_line + 1, "YAML", "it is no list of keys")
    return values


def _load_toml(text: str, name: str, first_line: int) -> dict[str, Any]:
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"\(at line (\d+)", str(error))
        reason = re.sub(r" \(at .*\)$", "", str(error))
        number = first_line + (int(line[1]) if line else text.count("\n"))
        raise _broken(name, number, "TOML", reason[:1].lower() + reason[1:]) from error


def _broken(name: str, line: int, language: str, reason: str) -> PostError:
    return PostError(
        f"{name}, line {line}: the front matter is no valid {language} ({reason}).",
        "Correct the line; a value with a colon or a quote mark in it needs quotes around it.",
    )
