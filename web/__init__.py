"""The viewer: published posts with every sentence that was found linked to its moment in the recording.

Place in the flow: after tell. It reads finished alignments and the recordings kept beside them and
changes nothing; it never fetches, hears or matches posts, and imports nothing that does; a pasted quote goes
through `aligner.finding` alone. `create_app` makes the Flask application, `serve` runs it on this machine.
"""

from __future__ import annotations

from flask import Flask, Response

from aligner.library import Library
from aligner.standing import gather
from aligner.store import Workspace
from web.assets import send_assets
from web.cache import keep_pages
from web.edit import Bench, open_bench
from web.errors import answer_errors
from web.frame import EXTENSION, template_words
from web.layout import lay_out
from web.policy import content_policy, framed
from web.public import Published
from web.serve import serve
from web.views import BLUEPRINTS
from web.views.reports import reports

__all__ = ["create_app", "serve"]

HEADERS = {
    # YouTube's player refuses with error 153 when it is told no referrer at all.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}


def create_app(
    workspace: Workspace,
    public_url: str = "",
    library: Library | None = None,
    *,
    proposals: bool = True,
    bench: Bench | None = None,
) -> Flask:
    """Make the viewer of one workspace. It keeps no session, sets no cookie and needs no secret key.

    `public_url` is where readers reach it, when that is not where it is asked. `library` stands in for the workspace's
    own, where each page is asked for once (`web.freeze`): answers are then not kept. `proposals`: readers may report
    a wrong moment. With a `bench` passages can be corrected, and only this machine is answered. Raises `UsageError`
    when the address is none.
    """
    app = Flask(__name__)
    if public_url:
        app.wsgi_app = Published(app.wsgi_app, public_url)  # type: ignore[method-assign]  # as Flask's docs say
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.extensions[EXTENSION] = library or Library(workspace)
    app.config.from_mapping(FROZEN=False, SENDS_RECORDINGS=True, KNOWS_ADDRESS=True, LAY_OUT=lay_out)
    app.config.from_mapping(
        GATHER=gather, EDITS=False, TAKES_REPORTS=proposals and library is None, PUBLIC_URL=public_url
    )
    if library is None:
        keep_pages(app)
    send_assets(app)
    app.context_processor(template_words)
    app.add_template_global(framed)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if app.config["TAKES_REPORTS"]:
        app.register_blueprint(reports)
    if bench:
        open_bench(app, bench)
    answer_errors(app)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", content_policy())
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.vary.add("Accept-Language")
        return response

    return app
