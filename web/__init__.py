"""The viewer: published posts with every sentence that was found linked to its moment in the recording.

Place in the flow: after tell. It reads finished alignments and the recordings kept beside them and
changes nothing; it never fetches, hears or matches, and imports nothing that does. `create_app`
makes the Flask application, `serve` runs it on this machine.
"""

from __future__ import annotations

from flask import Flask, Response

from aligner.store import Workspace
from web.errors import answer_errors
from web.frame import EXTENSION, template_words
from web.library import Library
from web.serve import serve
from web.views import BLUEPRINTS

__all__ = ["create_app", "serve"]

CONTENT_POLICY = {
    "default-src": "'self'",
    # The API's script comes from youtube.com even for the nocookie player; it is asked for only after consent.
    "script-src": "'self' https://www.youtube.com",
    "frame-src": "https://www.youtube-nocookie.com",
    "img-src": "'self' data:",
    "style-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}

HEADERS = {
    "Content-Security-Policy": "; ".join(f"{kind} {sources}" for kind, sources in CONTENT_POLICY.items()),
    # YouTube's player refuses with error 153 when it is told no referrer at all.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}


def create_app(workspace: Workspace) -> Flask:
    """Make the viewer of one workspace. It keeps no session, sets no cookie and needs no secret key."""
    app = Flask(__name__)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.extensions[EXTENSION] = Library(workspace)
    app.context_processor(template_words)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    answer_errors(app)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.vary.add("Accept-Language")
        return response

    return app
