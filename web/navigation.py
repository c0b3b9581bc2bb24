"""The parts of the site that the header of every page leads to: those that have something to show.

Beside `frame`, for every page; the library keeps these lists ready.
"""

from __future__ import annotations

from dataclasses import dataclass

from aligner.errors import DiskError
from aligner.library import Library


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the site."""

    view: str
    key: str
    """Of its name in the wording."""
    part: str
    """The start of the addresses that belong to it; empty for the posts, which stand at the root."""


_POSTS = Section("posts.show_index", "nav_posts", "")
_SESSIONS = Section("sessions.show_sessions", "nav_sessions", "/seances/")
_PEOPLE = Section("people.show_people", "nav_people", "/personnes/")
_TOPICS = Section("people.show_topics", "nav_topics", "/themes/")


def sections(library: Library) -> tuple[Section, ...]:
    """The parts that have content, in the order of the header; the posts alone are no choice, hence none."""
    try:
        filled = zip((_SESSIONS, _PEOPLE, _TOPICS), library.has_parts(), strict=True)
    except DiskError:
        return ()  # the page that says so has a header, too
    found = tuple(section for section, content in filled if content)
    return (_POSTS, *found) if found else ()


def section_of(path: str) -> str | None:
    """The view of the part that a page's address belongs to; None for a page of no part (a post, an error)."""
    if path == "/":
        return _POSTS.view
    return next((section.view for section in (_SESSIONS, _PEOPLE, _TOPICS) if path.startswith(section.part)), None)
