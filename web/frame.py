"""What every page shares: the library, the language of the request, and the words and addresses of the frame.

Between the views and the templates. No state between requests, no cookies; the language comes with each request
(`?lang=`, else what the browser asks for).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from flask import current_app, request, url_for

from aligner.library import Library
from aligner.model import Status
from aligner.store import Workspace
from web.layout import Recording, clock
from web.navigation import section_of, sections
from web.outline import nest
from web.recordings import LocalFile, find_playable, find_poster
from web.wording import LANGUAGES, Wording

EXTENSION = "aligner.library"


def the_library() -> Library:
    """The library of the application that answers this request."""
    return cast("Library", current_app.extensions[EXTENSION])


def chosen_language() -> str:
    """The language of this request: `?lang=`, else the browser's wish, else French."""
    wished = request.args.get("lang", "")
    return wished if wished in LANGUAGES else request.accept_languages.best_match(LANGUAGES, default="fr") or "fr"


def kept_language() -> dict[str, Any]:
    """What the addresses on a page keep of the language that its own address chose: `lang`, or nothing."""
    wished = request.args.get("lang")
    return {"lang": wished} if wished in LANGUAGES else {}


def template_words() -> dict[str, object]:
    """What every template may use: `say` (the wording), the statuses, and `address`, which keeps the language."""
    language = chosen_language()
    kept = kept_language()
    other = next(name for name in LANGUAGES if name != language)

    def address(view: str, **values: Any) -> str:
        return url_for(view, **kept, **values)

    return {
        "say": Wording(language),
        "statuses": tuple(Status),
        "clock": clock,
        "nest": nest,
        "address": address,
        "subtitle_address": subtitle_address,
        "frozen": current_app.config["FROZEN"],
        "edits": current_app.config["EDITS"],
        "takes_reports": current_app.config["TAKES_REPORTS"],
        "sections": sections(the_library()),
        "section": section_of(request.path),
        "other_language": other,
        "other_address": "?" + urlencode({**request.args, "lang": other}),
    }


def recording_address(media_id: str) -> str | None:
    """The address of a recording's own file; None where these are not offered (in a published folder without them)."""
    if not current_app.config["SENDS_RECORDINGS"]:
        return None
    return _with_ending("files.send_recording", media_id, find_playable)


def poster_address(media_id: str) -> str:
    """The address of a recording's still picture."""
    return _with_ending("files.send_poster", media_id, find_poster)


def _with_ending(view: str, media_id: str, find: Callable[[Workspace, str], LocalFile | None]) -> str:
    # a server of mere files tells what a file is by the ending of its name
    file = find(the_library().workspace, media_id) if current_app.config["FROZEN"] else None
    values: dict[str, Any] = {"as": file.path.suffix[1:].lower()} if file else {}
    return url_for(view, media_id=media_id, **values)


def whole_address(view: str, **values: Any) -> str:
    """An address with scheme and host, for what is read elsewhere; in a published folder, where that is published."""
    address = url_for(view, **values, _external=True)
    published = current_app.config.get("WHOLE_ADDRESS")
    return cast("str", published(address)) if published else address


def whole_files(recording: Recording) -> tuple[str | None, str | None]:
    """The whole addresses of a recording's picture and of its own file, None for what is not here."""
    poster, own = recording.poster, recording.source if recording.player in ("video", "audio") else None
    values = {"media_id": recording.media.id}
    return (
        whole_address("files.send_poster", **values, **_ending_of(poster)) if poster else None,
        whole_address("files.send_recording", **values, **_ending_of(own)) if own else None,
    )


def _ending_of(address: str) -> dict[str, str]:
    ending = address.partition("#")[0].partition("?as=")[2]
    return {"as": ending} if ending else {}


def subtitle_address(name: str) -> str:
    """The address of an exported subtitle file."""
    slug, _, kind = name.rpartition(".")
    return url_for("files.send_subtitles", slug=slug, kind=kind)
