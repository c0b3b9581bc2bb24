"""Turns everything that goes wrong in a request into a page in words, or into JSON where JSON was asked for.

The only place of the viewer that does so (house rule 4). The JSON form, for the API and all addresses that end in
`.json`: `{"ok": false, "status": 404, "error": "…"}`. A page that is not there offers the search, with the words of
its address: an old address mostly says what it was about.
"""

from __future__ import annotations

import re

from flask import Flask, Response, current_app, make_response, render_template, request
from werkzeug.exceptions import BadHost, BadRequest, HTTPException, InternalServerError

from aligner.errors import AlignerError, DiskError
from aligner.store import dump_json
from web.frame import chosen_language
from web.wording import Wording

_OWN_WORDS = {404: "error_404", 500: "error_500"}

_FORM_OF_ADDRESSES = re.compile(r"\.\w{2,4}$|\b(?:\d{1,2}|[0-9a-f]{6,})\b")
"""What stands in addresses and is no word of the text: endings, page numbers, hashes. Years stay."""


class BadParameter(BadRequest):
    """A parameter of the address that cannot be used (400). `key` is the sentence that says so, with its values."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__()
        self.key, self.values = key, values


class NotOffered(HTTPException):
    """Something that exists but is not offered here (501). `key` is the sentence that says so."""

    code = 501

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key, self.values = key, dict[str, object]()


class Refused(HTTPException):
    """A request that is not answered here, from there, or now. `key` is the sentence that says why."""

    def __init__(self, key: str, code: int = 403, **values: object) -> None:
        super().__init__()
        self.key, self.code, self.values = key, code, values


def answer_errors(app: Flask) -> None:
    """Register the answers to errors with an application."""
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(AlignerError, _answer_broken)


def words_of(path: str) -> str:
    """The words of an address, to search for: "/la-halle-2024.html" gives "la halle 2024"."""
    return " ".join(re.findall(r"[^\W_]+", _FORM_OF_ADDRESSES.sub(" ", path)))[:100]


def _answer_http(error: HTTPException) -> Response:
    code = error.code or 500
    if isinstance(error, BadHost):  # every page of ours holds addresses, and under such a name there are none
        return Response(Wording(chosen_language())("error_other"), code, mimetype="text/plain")
    if isinstance(error, BadParameter | NotOffered | Refused):
        response = _answer("error_refused", code, Wording(chosen_language())(error.key, **error.values))
    else:
        response = _answer(_OWN_WORDS.get(code, "error_other"), code)
    # what belongs to the status: Allow of 405, Content-Range of 416, Location of a redirect
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _answer_broken(error: AlignerError) -> Response:
    current_app.logger.warning("%s", error)
    return _answer("error_500" if isinstance(error, DiskError) else "error_broken", InternalServerError.code)


def _answer(key: str, code: int, text: str | None = None) -> Response:
    say = Wording(chosen_language())
    title, text = say(key), text or say(f"{key}_text", code=code)
    if _wants_data(request.path):
        told = dump_json({"ok": False, "status": code, "error": f"{title}. {text}"})
        return Response(told, code, mimetype="application/json")
    asked = words_of(request.path) if code == 404 else ""
    return make_response(render_template("error.html", title=title, text=text, asked=asked), code)


def _wants_data(path: str) -> bool:
    return path.endswith(".json") or path == "/oembed" or f"{path}/".startswith("/api/")
