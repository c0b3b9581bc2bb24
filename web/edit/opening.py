"""Puts the bench into an application, and guards everything that this application answers.

Called by `web.create_app` when it is given a bench. The whole viewer is then this machine's alone, as each of its pages
may lead to the bench.
"""

from __future__ import annotations

import hmac

from flask import Flask, request

from web.edit.bench import EXTENSION, Bench, the_bench
from web.edit.views import edit
from web.errors import Refused
from web.guards import ThisMachineOnly, is_our_own

LARGEST = 16 * 1024
"""Bytes of a form: a note of the longest, a path and a token, and room."""


def open_bench(app: Flask, bench: Bench) -> None:
    """Let an application offer the bench to this machine."""
    app.extensions[EXTENSION] = bench
    app.config["EDITS"] = True
    app.wsgi_app = ThisMachineOnly(app.wsgi_app)  # type: ignore[method-assign]  # as Flask's docs say
    app.before_request(guard)
    app.register_blueprint(edit)


def guard() -> None:
    """Refuse (403) what would write and was not sent by a page of this very start."""
    if request.blueprint != edit.name or request.method in ("GET", "HEAD", "OPTIONS"):
        return
    request.max_content_length = LARGEST
    if not is_our_own():
        raise Refused("edit_foreign")
    if not hmac.compare_digest(request.form.get("token", "").encode(), the_bench().token.encode()):
        raise Refused("edit_stale")
