"""Where an address of the viewer lies in the published folder: the one place that knows.

Below the rewriting pass and the crawl. A page is a folder with an `index.html`; what the live viewer is asked for with
`?lang=`, `?annee=` and `?page=` becomes folders (`/?annee=2025&page=2&lang=en` is `en/annee/2025/page/2/`), as a file
server does not look behind the question mark. What only script reads (`?t=`, `?q=`) stays there.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode

DEFAULT_LANGUAGE = "fr"
ERROR_PAGE = "/-/"
"""An address at which there is nothing, and that has no words to search for; its answer is the page for all such."""
_FOLDERS = ("annee", "page")
"""Parameters that choose another page, in the order of their folders."""
_ENDING = "as"
"""The parameter that names the ending of a recording's or picture's file, which its address lacks."""
_UNSAFE = re.compile(r'[<>:"\\|?*\x00-\x1f]')
"""Not allowed in names on some systems, and refused by hosts that take uploads from any of them."""
_LONGEST_NAME = 200
"""Bytes; file systems take 255."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address leads in the published folder."""

    ask: str
    """The address under which the viewer answers it, with what chooses the page and nothing else."""
    file: str
    """The file, from the folder's root, parted by slashes."""
    query: str
    """What stays behind the question mark, for script."""
    fragment: str
    tail: str
    """The query and the fragment with their signs."""
    way: str
    """The address from the folder's root on, without a slash before it."""

    def seen_from(self, file: str) -> str:
        """The relative address, as a file of the folder writes it: by way of the root, but for what is in itself."""
        if file == self.file and file.endswith("index.html"):
            return f"./{self.tail}"
        up = "../" * file.count("/")
        return f"{up or './'}{self.way}" if self.way[:1] in ("", "?", "#") else f"{up}{self.way}"

    def under(self, root: str) -> str:
        """The whole address, where the folder's root is reached at `root`, which ends in a slash."""
        return f"{root}{self.way}"


def place_of(address: str, language: str = "") -> Place:
    """The place of an address that begins with a slash: path, query, fragment.

    `language` is taken where the address itself names none, and may be empty.
    """
    before, sign, fragment = address.partition("#")
    place = _place_before(before, language)
    if not fragment or place.ask == ERROR_PAGE:
        return place
    tail = f"{sign}{fragment}"
    return Place(place.ask, place.file, place.query, fragment, f"{place.tail}{tail}", f"{place.way}{tail}")


@lru_cache(maxsize=50_000)
def _place_before(address: str, language: str) -> Place:
    """The place of an address without a fragment."""
    path, _, query = address.partition("?")
    asked = parse_qsl(query, keep_blank_values=True)
    chosen = {key: value for key, value in asked if key in ("lang", *_FOLDERS)}
    spoken = chosen.get("lang") or language or DEFAULT_LANGUAGE
    if path == ERROR_PAGE:
        return Place(ERROR_PAGE, "404.html", "", "", "", "404.html")
    is_page = path.endswith("/")
    # the first page of a list is the list
    wanted = {key: chosen[key] for key in _FOLDERS if is_page and key in chosen and (key, chosen[key]) != ("page", "1")}
    folders = [part for choice in wanted.items() for part in choice]
    names = [_safe(unquote(part)) for part in path.strip("/").split("/")] if path != "/" else []
    before = [] if spoken == DEFAULT_LANGUAGE else [spoken]
    file = "/".join([*before, *names, *folders, *(["index.html"] if is_page else ())])
    ending = dict(asked).get(_ENDING, "")
    if ending.isalnum():
        file, wanted[_ENDING] = f"{file}.{ending}", ending
    if before:
        wanted["lang"] = spoken
    rest = [(key, value) for key, value in asked if key not in ("lang", _ENDING, *_FOLDERS)]
    ask = f"{path}?{urlencode(wanted)}" if wanted else path
    query = urlencode(rest, safe=":")
    tail = f"?{query}" if query else ""
    return Place(ask, file, query, "", tail, f"{quote(file.removesuffix('index.html'))}{tail}")


def _safe(name: str) -> str:
    """A part of a path as a name that every system takes."""
    plain = _UNSAFE.sub("_", name)
    if plain.strip(".") == "":
        return "_" * max(1, len(plain))
    if plain[-1] in ". ":
        plain = f"{plain}_"
    if len(plain.encode()) <= _LONGEST_NAME:
        return plain
    mark = hashlib.sha256(name.encode()).hexdigest()[:12]
    return plain.encode()[: _LONGEST_NAME - 13].decode("utf-8", "ignore") + f"-{mark}"
