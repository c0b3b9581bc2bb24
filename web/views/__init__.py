"""The viewer's addresses, one blueprint for each noun: from a request to a page or a file.

Last step of the viewer: `library` reads, `layout` arranges, these answer.
"""

from __future__ import annotations

from web.views.files import files
from web.views.posts import posts

BLUEPRINTS = (posts, files)
