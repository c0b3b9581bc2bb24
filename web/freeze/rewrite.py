"""Turns a page of the live viewer into one that works in any folder: its addresses become relative ones.

Between the crawl and the files. Only attributes that hold an address of ours are changed, the rest of the page stays as
it is, letter by letter. Whole addresses (canonical, Open Graph, JSON-LD) stay where readers' address of the site is
known, and go where it is not. The live answer's content policy comes along as a `<meta>`.

Pages are those of our own templates, so tags are found as these write them: names in small letters, values between
double quotes, `<`, `>` and `"` escaped everywhere else (Jinja's autoescape does it). `html.parser`, which reads any
page, takes as long as making one; `check` and the tests read with it what comes out here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from web.freeze.addresses import ERROR_PAGE, Place, place_of

_TAG = re.compile(r'<([a-z][a-z0-9]*)\s([^<>"]*(?:"[^"]*"[^<>"]*)*)>')
"""A tag that has attributes: its name, and these."""
_ADDRESS = re.compile(r'(?<!\S)(href|src|action|poster|data-index|data-shelves|data-root|srcset|content)="([^"]*)"')
_VALUE = re.compile(r'(?<!\S)([a-z-]+)="([^"]*)"')
_LIVE_ONLY = ("/oembed", "/api/", "/recherche/resultats/", "/trouver/")
"""Addresses that only a program can answer."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A page as it is published."""

    text: str
    links: tuple[str, ...]
    """The addresses of ours that it leads to, as the viewer is asked for them, each once."""


@dataclass(frozen=True, slots=True)
class Site:
    """What the pages' whole addresses begin with."""

    root: str
    """Under which the viewer was asked, with a final slash."""
    is_public: bool
    """Whether that is where readers reach it; else it is only a name."""

    def inside(self, address: str) -> str | None:
        """The part of a whole address behind the root, with a slash before it; None for another site's."""
        return f"/{address.removeprefix(self.root)}" if address.startswith(self.root) else None

    def whole(self, address: str) -> str:
        """A whole address of ours as it is when published; another site's stays."""
        inside = self.inside(address)
        return address if inside is None else place_of(inside).under(self.root)


def freeze_page(page: str, place: Place, language: str, site: Site, policy: str) -> Frozen:
    """Make a page of the viewer one of the published folder."""
    pass_ = _Pass(place, language, site, policy)
    text = "".join(pass_.parts_of(page))
    return Frozen(text, tuple(pass_.links))


class _Pass:
    def __init__(self, place: Place, language: str, site: Site, policy: str) -> None:
        self.links: dict[str, None] = {}
        self._place, self._language, self._site, self._policy = place, language, site, policy
        # the page for addresses at which there is nothing stands at any of them
        own = "/" if place.ask == ERROR_PAGE else place.ask
        self._base = site.root + own.removeprefix("/")
        # a session has thousands of these
        self._moment = "?t=" if not language else f"?lang={language}&amp;t="
        self._root_path = urlsplit(site.root).path
        self._known: dict[tuple[str, str, str], str] = {}
        self._may_go = {
            "input": self._goes_input,
            "link": self._goes_link,
            "meta": self._goes_meta,
            "p": self._goes_paragraph,
        }

    def parts_of(self, page: str) -> Iterator[str]:
        """The page's text, piece by piece, as it is published."""
        done = 0
        for found in _TAG.finditer(page):
            start, end = found.span()
            if start < done:
                continue  # inside an element that goes
            tag, attributes = found.groups()
            if tag in self._may_go and self._may_go[tag](attributes):
                yield page[done:start]
                done = end if tag in _VOID_TAGS else page.index(f"</{tag}>", end) + len(tag) + 3
                continue
            changed = _ADDRESS.sub(lambda address: self._change(tag, address), attributes)  # noqa: B023 (called at once)
            if changed != attributes:
                yield page[done : found.start(2)]
                yield changed
                done = found.end(2)
            if tag == "meta" and attributes.startswith("charset=") and self._policy:
                yield page[done:end]
                yield f'\n<meta http-equiv="Content-Security-Policy" content="{html.escape(self._policy)}">'
                done = end
        yield page[done:]

    # --- what has no meaning in the published folder ------------------------------------------------

    def _goes_input(self, attributes: str) -> bool:
        values = _values(attributes)
        return values.get("type") == "hidden" and values.get("name") == "lang"

    def _goes_link(self, attributes: str) -> bool:
        values = _values(attributes)
        inside = self._inside(values.get("href", ""))
        if inside and inside.startswith(_LIVE_ONLY):
            return True
        needs_address = values.get("rel") == "canonical" or values.get("type") == "application/atom+xml"
        return needs_address and not self._site.is_public

    def _goes_meta(self, attributes: str) -> bool:
        return not self._site.is_public and _values(attributes).get("content", "").startswith(self._site.root)

    def _goes_paragraph(self, attributes: str) -> bool:
        return not self._site.is_public and attributes.startswith('class="page-address"')

    # --- what changes -----------------------------------------------------------------------------

    def _change(self, tag: str, found: re.Match[str]) -> str:
        name, written = found.groups()
        if written.startswith(self._moment):
            return f'{name}="?t={written.removeprefix(self._moment)}"'
        if not written or (name == "content") != (tag == "meta"):
            return found[0]
        key = tag, name, written
        if key not in self._known:
            value = html.unescape(written)
            changed = self._replace(tag, name, value)
            self._known[key] = found[0] if changed == value else f'{name}="{html.escape(changed)}"'
        return self._known[key]

    def _replace(self, tag: str, name: str, value: str) -> str:
        if name == "srcset":
            return ", ".join(self._replace_candidate(candidate) for candidate in value.split(","))
        if tag in ("meta", "link") and value.startswith(self._site.root):
            self.links.setdefault(place_of(self._site.inside(value) or "/").ask)
            return self._site.whole(value)
        if tag == "meta":
            return value
        return self._find(value, self._language if name == "action" else "")

    def _replace_candidate(self, candidate: str) -> str:
        address, _, width = candidate.strip().partition(" ")
        return f"{self._find(address, '')} {width}".strip()

    def _find(self, address: str, language: str) -> str:
        if address.startswith("#"):
            return address
        inside = self._inside(address)
        if inside is None:
            return address
        place = place_of(inside, language)
        self.links.setdefault(place.ask)
        if place.file == self._place.file and address.startswith("?"):
            return place.tail or "./"
        if self._place.ask == ERROR_PAGE and self._site.is_public:
            return place.under(self._root_path)
        return place.seen_from(self._place.file)

    def _inside(self, address: str) -> str | None:
        """An address of ours with what is before the site's root taken off; None for another site's."""
        if address.startswith("//"):
            return None
        if address.startswith("/"):
            return f"/{address.removeprefix(self._root_path)}" if address.startswith(self._root_path) else None
        return self._site.inside(address if "://" in address else urljoin(self._base, address))


_VOID_TAGS = ("link", "meta", "input")


def _values(attributes: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in _VALUE.findall(attributes)}
