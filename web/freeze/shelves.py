"""What the published search page has and the live one has not: the players of all recordings, in one file.

Beside the views, for the published viewer alone. The live search sends the players with its results; here
script takes them from this part of a page, which is fetched once something is found.
"""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.frame import poster_address, recording_address, the_library
from web.layout import lay_recording
from web.views.api import as_media

shelves = Blueprint("shelves", __name__)


@shelves.get("/recherche/lecteurs.html")
def show_shelves() -> ResponseReturnValue:
    """The players of all recordings, inert."""
    library = the_library()
    recordings = [
        lay_recording(number, as_media(line), library.workspace, recording_address, poster_address)
        for number, line in enumerate(library.sessions(), 1)
    ]
    return render_template("shelves.html", recordings=recordings)
