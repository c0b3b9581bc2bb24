"""Turns everything that goes wrong in a request into a page in words, or into JSON where JSON was asked for.

The only place of the viewer that does so (house rule 4). The JSON form, for addresses that end in `.json`:
`{"ok": false, "status": 404, "error": "…"}`.
"""

from __future__ import annotations

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from aligner.errors import AlignerError
from web.frame import chosen_language
from web.wording import Wording

_OWN_WORDS = {404: "error_404", 500: "error_500"}


def answer_errors(app: Flask) -> None:
    """Register the answers to errors with an application."""
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(AlignerError, _answer_broken)


def _answer_http(error: HTTPException) -> Response:
    code = error.code or 500
    key = _OWN_WORDS.get(code, "error_other")
    response = _answer(key, code)
    # what belongs to the status: Allow of 405, Content-Range of 416, Location of a redirect
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _answer_broken(error: AlignerError) -> Response:
    current_app.logger.warning("%s", error)
    return _answer("error_broken", InternalServerError.code)


def _answer(key: str, code: int) -> Response:
    say = Wording(chosen_language())
    title, text = say(key), say(f"{key}_text", code=code)
    if request.path.endswith(".json"):
        return make_response(jsonify(ok=False, status=code, error=f"{title}. {text}"), code)
    return make_response(render_template("error.html", title=title, text=text), code)
