"""What a workspace holds of each recording: its sound, captions alone, nothing, or no longer what was there.

Between the library, which knows what was heard, and `gather`. Looks at names and small files, never into a sound:
`aligner check` does that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aligner.library import Hearing, Library, Origin, SessionLine
from aligner.model import Link
from aligner.standing.facts import SessionStanding, SoundState
from aligner.store import Workspace, read_json

INFO = "info.json"
CAPTIONS = "captions"
"""The engine of a transcript that captions stand for, wholly or in part."""
GIVEN = "file"
"""The engine of a transcript that another tool heard and the user gave."""
LEAST_SHORT_MS, SHORT_SHARE = 5_000, 50
"""Short of the announced length by more than 5 s and by more than a fiftieth of it: as a download is held against its
announcement, which is in whole seconds and knows no padding."""


@dataclass
class Linked:
    """A recording that posts link or stand on, as far as they tell."""

    provider: str = ""
    url: str = ""
    posts: list[str] = field(default_factory=list)


def look_at_sounds(library: Library, origins: Iterable[Origin], linked: Mapping[str, Linked]) -> list[SessionStanding]:
    """The recordings that posts link (`linked`, by media id), stand on, or that were heard; the newest first.

    Where not one is kept here, they are kept elsewhere (a checkout without them): then none is said to be gone.
    """
    hearings = {hearing.media_id: hearing for hearing in library.hearings()}
    lines = {line.media_id: line for line in library.sessions()}
    made: dict[str, list[Origin]] = {}
    for origin in origins:
        for media_id in origin.heard:
            made.setdefault(media_id, []).append(origin)
    more = sorted(linked.keys() - lines.keys())
    kept = any(library.workspace.media.glob("*/"))
    return [
        _stand(
            library.workspace,
            lines.get(media_id) or _unknown(media_id, linked[media_id]),
            hearings.get(media_id),
            made.get(media_id, []),
            tuple(linked[media_id].posts) if media_id in linked else (),
            kept=kept,
        )
        for media_id in [*lines, *more]
    ]


def note_links(linked: dict[str, Linked], slug: str, links: Iterable[Link]) -> None:
    """Add a post's links to the recordings that are known of."""
    for link in links:
        one = linked.setdefault(link.media_id, Linked(link.provider, link.url))
        if slug not in one.posts:
            one.posts.append(slug)


def is_captions_only(engine: str | None, model: str | None) -> bool:
    """Whether captions stand for all that was said: where some of it was heard, `model` names the speech model, too."""
    return engine == CAPTIONS and ", " not in (model or "")


def _unknown(media_id: str, one: Linked) -> SessionLine:
    return SessionLine(media_id, "", one.provider, one.url, None, None, None, 0, 0, len(one.posts), 0)


def _stand(
    workspace: Workspace,
    line: SessionLine,
    hearing: Hearing | None,
    made: list[Origin],
    posts: tuple[str, ...],
    *,
    kept: bool,
) -> SessionStanding:
    info = _read_info(workspace, line.media_id)
    engine, model = (hearing.engine, hearing.model) if hearing else (None, None)
    told = [line.duration_ms, _whole(info.get("duration_ms")), *(one.heard[line.media_id].duration_ms for one in made)]
    announced = max((ms for ms in told if ms), default=None)
    # captions tell their own length, not the sound's
    heard_sound = hearing is not None and engine != GIVEN and not is_captions_only(engine, model)
    there = hearing.duration_ms if hearing and heard_sound else None
    return SessionStanding(
        media_id=line.media_id,
        title=line.title,
        provider=line.provider,
        url=line.url,
        date=line.date,
        state=_state(workspace, line.media_id, info, hearing, heard_sound=heard_sound, stood_on=kept and bool(made)),
        short=bool(there and announced and there < announced - max(LEAST_SHORT_MS, announced // SHORT_SHARE)),
        duration_ms=announced,
        there_ms=there,
        heard_ms=line.heard_ms,
        unheard_ms=hearing.unheard_ms if hearing else 0,
        engine=engine,
        model=model,
        posts=posts,
        passages=line.passages,
    )


def _state(
    workspace: Workspace,
    media_id: str,
    info: Mapping[str, Any],
    hearing: Hearing | None,
    *,
    heard_sound: bool,
    stood_on: bool,
) -> SoundState:
    folder = workspace.media_folder(media_id)
    named = [name for key in ("audio", "video") if isinstance(name := info.get(key), str) and name]
    if any((folder / name).is_file() for name in named):
        return SoundState.HERE
    if named or heard_sound:
        return SoundState.GONE
    if hearing or info.get("captions"):
        return SoundState.CAPTIONS
    return SoundState.GONE if stood_on else SoundState.ABSENT


def _read_info(workspace: Workspace, media_id: str) -> Mapping[str, Any]:
    """What a recording's record tells; nothing where it is missing, damaged or another recording's."""
    try:
        info = read_json(workspace.media_folder(media_id) / INFO)
    except (RecursionError, ValueError):
        return {}
    return info if isinstance(info, dict) and info.get("id") == media_id else {}


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
