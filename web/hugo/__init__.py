"""Playable sentences in the posts of a Hugo site: `aligner publish --hugo SITE`.

Beside `freeze`. `site` finds the site's folders, `pairing` says which post of it is which alignment, `facts` writes
what a post's page needs as data, `bundle` makes one script of the viewer's own modules, and `write` brings the site up
to date. Nothing of the author's is changed: what we write is data, a partial, a shortcode and static files.
"""

from __future__ import annotations

from web.hugo.site import HugoSite, open_site
from web.hugo.write import HugoReport, dress

__all__ = ["HugoReport", "HugoSite", "dress", "open_site"]
