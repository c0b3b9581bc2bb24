"""Says which post of the site is which alignment: by the file it was made from, else by its name.

Between the library and `facts`. A pair that is not certain is no pair: a page with another post's moments would be the
worst of wrong links.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aligner.library import FinishedPost
from aligner.model import SitePost

_LANGUAGE = re.compile(r"\.([a-z]{2,3}(?:-[a-z]{2,4})?)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pairs:
    """What belongs together."""

    pages: dict[tuple[str, str], FinishedPost]
    """Alignments, by the folder and path of their post in the site."""
    unmatched: tuple[str, ...]
    """Alignments of no post of the site, by slug."""
    doubtful: tuple[str, ...]
    """Those that several posts of the site could be."""


def pair(posts: Sequence[FinishedPost], pages: Sequence[SitePost], language: str) -> Pairs:
    """Find each alignment's post in the site; `language` is the one of posts that name none."""
    taken: dict[tuple[str, str], FinishedPost] = {}
    waiting = list(posts)
    doubtful: list[str] = []
    for is_same in (_has_source, _has_name):
        left = []
        for post in waiting:
            free = [page for page in pages if (page.folder, page.path) not in taken and is_same(post, page)]
            found = _choose(free, post, language)
            if len(found) == 1:
                taken[found[0].folder, found[0].path] = post
            elif found:
                doubtful.append(post.slug)
            else:
                left.append(post)
        waiting = left
    return Pairs(taken, tuple(post.slug for post in waiting), tuple(doubtful))


def _has_source(post: FinishedPost, page: SitePost) -> bool:
    """Whether the alignment was made from a file of this name, in folders of the same names as far as it tells."""
    # `index.md` is the name of every page bundle
    is_common = post.source.startswith("index.")
    return bool(post.source) and not is_common and f"/{page.path}".endswith(f"/{post.source}")


def _has_name(post: FinishedPost, page: SitePost) -> bool:
    return post.slug in (page.slug, _bare(page.name), page.name)


def _choose(found: Sequence[SitePost], post: FinishedPost, language: str) -> Sequence[SitePost]:
    """Of several, those of the same slug; of translations, the one in the site's own language, else the French one."""
    if len(found) < 2:
        return found
    found = [page for page in found if page.slug == post.slug] or found
    for wished in (language, "", "fr"):
        of_it = [page for page in found if _language_of(page) == wished]
        if len(of_it) == 1 and len({_bare(page.name) for page in found}) == 1:
            return of_it
    return found


def _language_of(page: SitePost) -> str:
    told = _LANGUAGE.search(page.name)
    return told[1].lower() if told else ""


def _bare(name: str) -> str:
    return _LANGUAGE.sub("", name)
