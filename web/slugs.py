"""The addresses of posts: `/<slug>/`, but for a post whose slug is the name of a part of the site.

Between Flask's routing and the views: every address of a post is read and made here. A post called "recherche" would
stand behind the search page; its address ends in a hyphen, as no slug does (`aligner.text.read` strips them).
"""

from __future__ import annotations

import functools

from werkzeug.routing import BaseConverter

from web.wording import LANGUAGES

MARK = "-"


class SlugConverter(BaseConverter):
    """One part of an address, read as the slug of a post (`<slug:slug>`)."""

    def to_python(self, value: str) -> str:
        """The slug of an address."""
        slug = value.removesuffix(MARK)
        return slug if slug in self._taken else value

    def to_url(self, value: str) -> str:
        """The slug as it stands in an address."""
        return super().to_url(value + MARK if value in self._taken else value)

    @functools.cached_property
    def _taken(self) -> frozenset[str]:
        """The names of the site's own parts. There are no new ones once a request is answered."""
        parts = {rule.rule.strip("/") for rule in self.map.iter_rules() if rule.rule.endswith("/")}
        # in a published folder a language is a part of the site, too
        return frozenset(parts.union(LANGUAGES))
