"""What every page shares: the library, the language of the request, and the words and addresses of the frame.

Between the views and the templates. No state between requests, no cookies; the language comes with each request
(`?lang=`, else what the browser asks for).
"""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from flask import current_app, request, url_for

from aligner.library import Library
from aligner.model import Status
from web.layout import clock
from web.navigation import section_of, sections
from web.outline import nest
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
        "sections": sections(the_library()),
        "section": section_of(request.path),
        "other_language": other,
        "other_address": "?" + urlencode({**request.args, "lang": other}),
    }


def subtitle_address(name: str) -> str:
    """The address of an exported subtitle file."""
    slug, _, kind = name.rpartition(".")
    return url_for("files.send_subtitles", slug=slug, kind=kind)
