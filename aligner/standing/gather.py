"""Gathers how a workspace stands, from the library's index, the posts' files and the recordings' folders.

Face of this package for those who ask. Nothing is changed but the library's index, which is brought up to date. Of a
thousand posts that are aligned none is read beyond its front matter and links, and no recording is opened.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from aligner.errors import UsageError
from aligner.library import Library, PostLine
from aligner.standing.facts import PostStanding, Review, SessionStanding, Standing, Wait, WaitKind, add_up
from aligner.standing.files import Filed, Reader, pair_posts
from aligner.standing.reviews import find_reviews, read_proposals, wrong_links
from aligner.standing.sounds import Linked, look_at_sounds, note_links
from aligner.standing.waits import find_waits

__all__ = ["Lacks", "Reader", "gather", "select"]

Lacks = Mapping[WaitKind, tuple[str, str]]
"""What this machine lacks (`no_model`, `no_runtime`), each with why and cure."""
_TO_HEAR = (WaitKind.NEW, WaitKind.NOT_FETCHED, WaitKind.NOT_HEARD, WaitKind.CAPTIONS_ONLY)


def gather(
    library: Library,
    places: Sequence[Path] = (),
    reader: Reader | None = None,
    lacks: Callable[[], Lacks] | None = None,
) -> Standing:
    """Say how the posts of these files and folders stand (none means the workspace's own), and all recordings.

    Without a `reader` posts that are not aligned are known by their file's name alone. `lacks` is asked only where a
    recording is still to be heard. Raises `DiskError` where the library's index can be kept nowhere.
    """
    library.refresh(force=True)
    origins = library.origins()
    lines = {line.slug: line for line in library.posts()[0]}
    filed = sorted(pair_posts(library.workspace, origins, library.broken(), places, reader), key=lambda one: one.slug)
    linked: dict[str, Linked] = {}
    for one in filed:
        note_links(linked, one.slug, one.sketch.links if one.sketch else ())
        for media_id in one.origin.heard if one.origin else ():
            session = linked.setdefault(media_id, Linked())
            session.posts += [one.slug] * (one.slug not in session.posts)
    sessions = look_at_sounds(library, origins, linked)
    if places:
        sessions = [session for session in sessions if session.media_id in linked]
    by_id = {session.media_id: session for session in sessions}
    proposals = read_proposals(library.workspace)
    posts = [_stand(library, one, lines.get(one.slug), by_id, proposals) for one in filed]
    posts = _with_lacks(posts, by_id, lacks)
    return Standing(tuple(posts), tuple(sessions), add_up(posts, sessions))


def select(standing: Standing, names: Sequence[str]) -> Standing:
    """Only these posts (by slug), the posts of these recordings (by media id), and the recordings of both.

    Raises `UsageError` for a name that is neither.
    """
    slugs = {post.slug for post in standing.posts}
    ids = {session.media_id for session in standing.sessions}
    for name in names:
        if name not in slugs | ids:
            near = difflib.get_close_matches(name, sorted(slugs | ids), n=1)
            raise UsageError(
                f"There is no post and no recording “{name}”.",
                f"Did you mean “{near[0]}”?" if near else "Name a post's slug, a recording's id, or a post's file.",
            )
    wanted = set(names)
    posts = [post for post in standing.posts if post.slug in wanted or wanted & set(post.recordings)]
    shown = wanted | {media_id for post in posts if post.slug in wanted for media_id in post.recordings}
    sessions = [session for session in standing.sessions if session.media_id in shown]
    return Standing(tuple(posts), tuple(sessions), add_up(posts, sessions))


def _stand(
    library: Library,
    filed: Filed,
    line: PostLine | None,
    sessions: Mapping[str, SessionStanding],
    proposals: Mapping[str, list[Review]],
) -> PostStanding:
    origin, sketch = filed.origin, filed.sketch
    coverage = line.coverage if line and origin else None
    if coverage is None and filed.passages is not None:
        coverage = {"passages": filed.passages}
    links = sketch.links if sketch else ()
    linked = dict.fromkeys([*(origin.heard if origin else ()), *(link.media_id for link in links)])
    return PostStanding(
        slug=filed.slug,
        title=(sketch.title if sketch else "") or (line.title if line and origin else ""),
        date=sketch.date if sketch else line.date if line else None,
        source=filed.source,
        state=filed.state,
        coverage=coverage,
        recordings=tuple(linked),
        waits=tuple(find_waits(library.workspace, filed, sessions)),
        links=tuple(wrong_links(origin, sessions)) if origin else (),
        reviews=tuple(find_reviews(origin, proposals)) if origin else (),
    )


def _with_lacks(
    posts: list[PostStanding], sessions: Mapping[str, SessionStanding], lacks: Callable[[], Lacks] | None
) -> list[PostStanding]:
    """Add to posts that wait for being heard or fetched what this machine lacks for that."""
    waiting = [post for post in posts if any(wait.kind in _TO_HEAR for wait in post.waits)]
    missing = lacks() if lacks and waiting else {}
    if not missing:
        return posts
    return [_with_lack(post, sessions, missing) if post in waiting else post for post in posts]


def _with_lack(post: PostStanding, sessions: Mapping[str, SessionStanding], missing: Lacks) -> PostStanding:
    more: list[Wait] = []
    if WaitKind.NO_MODEL in missing:
        more.append(Wait(WaitKind.NO_MODEL, None, *missing[WaitKind.NO_MODEL]))
    to_fetch = [wait.media_id for wait in post.waits if wait.kind is WaitKind.NOT_FETCHED and wait.media_id]
    if WaitKind.NO_RUNTIME in missing and any(sessions[media_id].provider == "youtube" for media_id in to_fetch):
        more.append(Wait(WaitKind.NO_RUNTIME, None, *missing[WaitKind.NO_RUNTIME]))
    return replace(post, waits=(*post.waits, *more))
