"""Turns a page of the live viewer into one that works in any folder: its addresses become relative ones.

Between the crawl and the files. The page is read by `html.parser` and written again as it was, tag by tag; only
attributes that hold an address of ours are changed. Whole addresses (canonical, Open Graph, JSON-LD) stay where
readers' address of the site is known, and go where it is not. The live answer's content policy
comes along as a `<meta>`.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from web.freeze.addresses import ERROR_PAGE, Place, place_of

_ADDRESSES = ("href", "src", "action", "poster", "data-index", "data-shelves", "data-root")
_CHANGING = frozenset((*_ADDRESSES, "srcset", "content"))
_SIGNS = tuple(f"{name}=" for name in sorted(_CHANGING))
_TAKEN_APART = ("<script", "<style", "<title", "<textarea", "<p class=", "<input", "<meta", "<link")
"""Beginnings of tags that mean more than themselves: what follows is read otherwise, or they may have to go."""
_LEAVING = ("input", "link", "meta", "p", "script")
_VOID_TAGS = ("link", "meta", "input")
_LIVE_ONLY = ("/oembed", "/api/", "/recherche/resultats/", "/trouver/")
"""Addresses that only a program can answer."""

Attributes = list[tuple[str, str | None]]


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
    pass_.feed(page)
    pass_.close()
    return Frozen("".join(pass_.parts), tuple(pass_.links))


class _Pass(HTMLParser):
    def __init__(self, place: Place, language: str, site: Site, policy: str) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self.links: dict[str, None] = {}
        self._place, self._language, self._site, self._policy = place, language, site, policy
        # the page for addresses at which there is nothing stands at any of them
        own = "/" if place.ask == ERROR_PAGE else place.ask
        self._base = site.root + own.removeprefix("/")
        # a session has thousands of these
        self._moment = "?t=" if not language else f"?lang={language}&t="
        self._root_path = urlsplit(site.root).path
        self._skipped: str | None = None
        self._known: dict[tuple[str, str], str] = {}

    def parse_starttag(self, i: int) -> int:
        """Pass over a tag that holds no address, as most do, without taking it apart."""
        end = self.check_for_whole_start_tag(i)
        tag = self.rawdata[i:end]
        if end < 0 or self._skipped is not None or tag.startswith(_TAKEN_APART) or any(sign in tag for sign in _SIGNS):
            return super().parse_starttag(i)
        self.parts.append(tag)
        return end

    def updatepos(self, i: int, j: int) -> int:  # noqa: ARG002 (HTMLParser's)
        """Count no lines: nobody asks where a tag stands."""
        return j

    # --- what stays as it is ----------------------------------------------------------------------

    def _keep(self, text: str) -> None:
        if self._skipped is None:
            self.parts.append(text)

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._keep(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._keep(f"<!{decl}>")

    def handle_endtag(self, tag: str) -> None:
        if self._skipped is None:
            self.parts.append(f"</{tag}>")
        elif tag == self._skipped:
            self._skipped = None

    # --- what changes -----------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if self._skipped is not None:
            return
        if tag in _LEAVING and self._goes(tag, dict(attrs)):
            if tag not in _VOID_TAGS:
                self._skipped = tag
            return
        if any(name in _CHANGING for name, _ in attrs):
            changed = [(name, self._change(tag, name, value)) for name, value in attrs]
            self.parts.append((self.get_starttag_text() or "") if changed == attrs else _write(tag, changed))
        else:
            self.parts.append(self.get_starttag_text() or "")
        if tag == "meta" and attrs and attrs[0][0] == "charset" and self._policy:
            told = html.escape(self._policy)
            self.parts.append(f'\n<meta http-equiv="Content-Security-Policy" content="{told}">')

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:  # noqa: ARG002 (HTMLParser's)
        # in drawings: nothing there is an address of ours
        self._keep(self.get_starttag_text() or "")

    def _goes(self, tag: str, attributes: dict[str, str | None]) -> bool:
        """Whether an element has no meaning in the published folder."""
        if tag == "input":
            return attributes.get("type") == "hidden" and attributes.get("name") == "lang"
        if tag == "link":
            inside = self._inside(attributes.get("href") or "")
            if inside and inside.startswith(_LIVE_ONLY):
                return True
            rels = (attributes.get("rel"), attributes.get("type"))
            return not self._site.is_public and (rels[0] == "canonical" or rels[1] == "application/atom+xml")
        if self._site.is_public:
            return False
        if tag == "meta":
            return (attributes.get("content") or "").startswith(self._site.root)
        return (tag == "p" and attributes.get("class") == "page-address") or (
            tag == "script" and attributes.get("type") == "application/ld+json"
        )

    def _change(self, tag: str, name: str, value: str | None) -> str | None:
        if not value:
            return value
        if name == "srcset":
            return ", ".join(self._change_candidate(candidate) for candidate in value.split(","))
        if tag == "meta" and name == "content" and value.startswith(self._site.root):
            return self._note(value)
        if tag == "link" and name == "href" and value.startswith(self._site.root):
            return self._note(value)
        return self._relative(value, self._language if name == "action" else "") if name in _ADDRESSES else value

    def _change_candidate(self, candidate: str) -> str:
        address, _, width = candidate.strip().partition(" ")
        return f"{self._relative(address, '')} {width}".strip()

    def _note(self, address: str) -> str:
        """A whole address of ours: its page is published, too."""
        self.links.setdefault(place_of(self._site.inside(address) or "/").ask)
        return self._site.whole(address)

    def _relative(self, address: str, language: str) -> str:
        key = address, language
        if key not in self._known:
            self._known[key] = self._find(address, language)
        return self._known[key]

    def _find(self, address: str, language: str) -> str:
        if address.startswith("#"):
            return address
        if address.startswith(self._moment):
            return f"?t={address.removeprefix(self._moment)}"
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
        if address.startswith("/") and not address.startswith("//"):
            return f"/{address.removeprefix(self._root_path)}" if address.startswith(self._root_path) else None
        return self._site.inside(urljoin(self._base, address)) if not address.startswith("//") else None


def _write(tag: str, attributes: Attributes) -> str:
    told = (name if value is None else f'{name}="{html.escape(value)}"' for name, value in attributes)
    return f"<{' '.join([tag, *told])}>"
