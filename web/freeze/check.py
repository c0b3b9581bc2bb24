"""Checks the published folder: every relative address in it leads to a file that is there, and to a place in it.

After the crawl, on what lies on the disk: `aligner publish --check-links`, and always in the tests.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_ADDRESSES = ("href", "src", "action", "poster", "data-index", "data-shelves", "data-root")
_PARAMETERS = ("t=", "w=")
"""Fragments that script reads, and which name no element: moments."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An address that leads nowhere."""

    file: str
    address: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}: {self.address}: {self.why}"


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: set[str] = set()
        self.addresses: dict[str, None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 (HTMLParser's)
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif name in _ADDRESSES and value:
                self.addresses.setdefault(value)
            elif name == "srcset" and value:
                self.addresses.update(dict.fromkeys(one.split()[0] for one in value.split(",")))


def find_faults(root: Path, files: Collection[str], root_path: str = "") -> Iterator[Fault]:
    """The addresses in the pages of a published folder that lead to no file of it, or to no element there.

    `root_path` is the path under which the folder is reached, with a final slash: with it the page for addresses at
    which there is nothing begins its own, as it is shown at any of them.
    """
    ids: dict[str, set[str]] = {}
    wanted: list[tuple[str, str, str, str]] = []
    for file in files:
        if not file.endswith(".html"):
            continue
        page = _read(root / file)
        ids[file] = page.ids
        for address in page.addresses:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = _target(file, parts.path, root_path)
            if target.startswith("/"):
                yield Fault(file, address, "does not work in every folder")
            elif target not in files or not (root / target).is_file():
                yield Fault(file, address, f"there is no {target}")
            elif target.endswith(".html"):
                wanted.append((file, address, target, unquote(parts.fragment)))
    for file, address, target, fragment in wanted:
        # script finds words of a passage by what is behind it
        if fragment and not fragment.startswith(_PARAMETERS) and fragment.partition("&")[0] not in ids[target]:
            yield Fault(file, address, f"there is no “{fragment}” in {target}")


def _read(path: Path) -> _Read:
    page = _Read()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    return page


def _target(file: str, path: str, root_path: str) -> str:
    """The file that an address in a page leads to; as it is where it leads out of the folder from its root."""
    if not path:
        return file
    if path.startswith("/"):
        if file != "404.html" or not root_path or not path.startswith(root_path):
            return path
        path = path.removeprefix(root_path) or "./"
    target = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(path)))
    return posixpath.normpath(f"{target}/index.html") if path.endswith("/") else target
