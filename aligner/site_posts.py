"""Reads the posts of a site for what a page of theirs may show: their names, and the dead embeds in their text.

For `aligner publish --hugo`. WordPress made players of `[embed]…[/embed]` and `[arve …]`; in a site that was moved to
Hugo they are only text. Posts are read in place, none is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from aligner.errors import PostError, UsageError
from aligner.model import DeadEmbed, SitePost
from aligner.text.front_matter import split_front_matter
from aligner.text.links import find_links
from aligner.text.read import list_posts, make_slug

DEAD_EMBED = re.compile(r"\[embed\b[^\]]*\][^\[\]]*\[/embed\]|\[arve\b[^\]]*\]", re.IGNORECASE)
"""What is left of an embed. aligner.js finds it in the page by the same form."""


def read_site_posts(folders: Sequence[Path]) -> list[SitePost]:
    """The posts below these folders, sorted by path; those that cannot be read are left out, as Hugo tells of them."""
    return [post for folder in folders for post in _read_folder(folder)]


def _read_folder(folder: Path) -> Iterator[SitePost]:
    try:
        paths = list_posts([folder])
    except UsageError:
        return
    for path in paths:
        try:
            yield _read(path, folder)
        except (OSError, UnicodeDecodeError, PostError):
            continue


def _read(path: Path, folder: Path) -> SitePost:
    source = path.read_text(encoding="utf-8")
    front = split_front_matter(source, path.name)
    # in a page bundle the folder has the name, and the file is always `index.md`
    is_bundle = path.stem == "index" or path.stem.startswith("index.")
    name = path.stem.replace("index", path.parent.name, 1) if is_bundle else path.stem
    slug = front.values.get("slug")
    links = find_links(source[front.body :], front.body)
    embeds = []
    for match in DEAD_EMBED.finditer(source, front.body):
        inside = [link for link in links if match.start() <= link.source_chars[0] < match.end()]
        if inside:
            embeds.append(DeadEmbed(match[0], inside[0]))
    return SitePost(
        path=path.relative_to(folder).as_posix(),
        folder=folder.as_posix(),
        slug=make_slug(slug if isinstance(slug, str) else "", name),
        name=name,
        embeds=tuple(embeds),
    )
