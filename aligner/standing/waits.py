"""What a post waits for, in sentences, each with its cure.

Between the facts of posts and recordings and `gather`. A cure is a command wherever one helps.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from aligner.model import Link
from aligner.standing.facts import PostState, SessionStanding, SoundState, Wait, WaitKind
from aligner.standing.files import Filed
from aligner.standing.sounds import is_captions_only
from aligner.store import Workspace
from aligner.timecode import format_clock
from aligner.transcript_file import FOLDER


def command(workspace: Workspace, *words: str) -> str:
    """A command that can be pasted, for this workspace."""
    where = [] if workspace.root == Path() else ["--workspace", str(workspace.root)]
    return shlex.join([*words, *where])


def align_again(workspace: Workspace, filed: Filed, *more: str) -> str:
    """The command that aligns one post again."""
    if filed.path and not filed.path.is_relative_to(workspace.posts.resolve()):
        return command(workspace, "align", str(filed.path), *more)
    return command(workspace, "align", "--only", filed.slug, *more)


def find_waits(workspace: Workspace, filed: Filed, sessions: Mapping[str, SessionStanding]) -> Iterator[Wait]:
    """What this post waits for: itself first, then its recordings."""
    yield from _own_waits(workspace, filed)
    if filed.state is PostState.NO_POST:
        return
    # Where no recording is kept at all they are kept elsewhere, and nothing can be said of them.
    kept = any(session.state is not SoundState.ABSENT for session in sessions.values())
    for media_id, link in _recordings_of(filed).items():
        session = sessions.get(media_id)
        if session and (kept or not (filed.origin and media_id in filed.origin.heard)):
            yield from _sound_waits(workspace, filed, session, link)


def _own_waits(workspace: Workspace, filed: Filed) -> Iterator[Wait]:
    again = align_again(workspace, filed)
    name = filed.source or f"{filed.slug}.json"
    if filed.state is PostState.NEW:
        yield Wait(WaitKind.NEW, None, f"{name} is not aligned yet.", again)
    elif filed.state is PostState.EDITED:
        yield Wait(WaitKind.EDITED, None, f"{name} was edited since it was aligned.", again)
    elif filed.corrected:
        why = f"The corrections of {name} were changed since it was aligned."
        yield Wait(WaitKind.CORRECTED, None, why, align_again(workspace, filed, "--force", "match"))
    elif filed.state is PostState.UNREADABLE:
        yield Wait(WaitKind.UNREADABLE, None, filed.trouble, filed.hint)
    elif filed.state is PostState.BROKEN and filed.path:
        yield Wait(WaitKind.BROKEN, None, filed.trouble, again)
    elif filed.state is PostState.BROKEN:
        told = workspace.aligned / f"{filed.slug}.json"
        yield Wait(WaitKind.BROKEN, None, filed.trouble, shlex.join(["rm", str(told)]))
    elif filed.state is PostState.NO_RECORDING:
        cure = "Add the video's address to the post; or, with the recording at hand: "
        with_file = align_again(workspace, filed, "--recording", "FILE")
        yield Wait(WaitKind.NO_RECORDING, None, f"{name} links no recording.", cure + with_file)
    elif filed.state is PostState.NO_POST:
        why = f"The alignment of {filed.slug} has no post: {filed.source} is gone, or has another slug now."
        yield Wait(WaitKind.NO_POST, None, why, f"If it is gone for good: {remove_results(workspace, filed.slug)}")


def remove_results(workspace: Workspace, slug: str) -> str:
    """The command that removes an alignment and the subtitles beside it."""
    beside = sorted(
        path
        for path in workspace.aligned.glob("*")
        if path.name.startswith(f"{slug}.") and path.suffix in (".json", ".srt", ".vtt")
    )
    return shlex.join(["rm", *map(str, beside)])


def _recordings_of(filed: Filed) -> dict[str, Link | None]:
    """The recordings of a post, each with the link to it where the post was read."""
    found: dict[str, Link | None] = dict.fromkeys(filed.origin.heard if filed.origin else ())
    if filed.sketch:
        found.update({link.media_id: link for link in reversed(filed.sketch.links)})
    return found


def _sound_waits(workspace: Workspace, filed: Filed, session: SessionStanding, link: Link | None) -> Iterator[Wait]:
    again = align_again(workspace, filed)
    made = filed.origin.heard.get(session.media_id) if filed.origin else None
    name, media_id = session.title or session.url or session.media_id, session.media_id
    if session.state is SoundState.GONE:
        cure = again if session.provider != "file" else align_again(workspace, filed, "--recording", "FILE")
        yield Wait(WaitKind.RECORDING_GONE, media_id, f"The sound of {name} was here and is gone.", cure)
    elif made is None and session.state in (SoundState.ABSENT, SoundState.CAPTIONS):
        # the posts that are aligned lack it: it could not be had
        only = "is not fetched" if session.state is SoundState.ABSENT else "has its captions here, not its sound"
        what = link.url if link and not session.title else name
        yield Wait(WaitKind.NOT_FETCHED, media_id, f"The recording {what} {only}.", again)
    elif made is None and session.engine is None:
        yield Wait(WaitKind.NOT_HEARD, media_id, f"The recording {name} is here and was not heard yet.", again)
    wished = filed.origin is not None and filed.origin.options.get("hear") == "none"
    if made and is_captions_only(made.engine, made.model) and not wished:
        why = f"Captions alone stand for what was said in {name}; it was not heard."
        cure = align_again(workspace, filed, "--hear", "windows", "--force", "hear")
        yield Wait(WaitKind.CAPTIONS_ONLY, media_id, why, cure)
    if made and not (workspace.media_folder(media_id) / FOLDER / f"{made.fingerprint}.json").is_file():
        why = f"What was heard in {name} is no longer kept as it was when {filed.slug} was aligned."
        yield Wait(WaitKind.TRANSCRIPT_GONE, media_id, why, again)
    if session.short:
        there, announced = format_clock(session.there_ms or 0), format_clock(session.duration_ms or 0)
        why = f"The sound of {name} ends at {there}, and {announced} were announced."
        yield Wait(WaitKind.RECORDING_SHORT, media_id, why, align_again(workspace, filed, "--force", "fetch"))
