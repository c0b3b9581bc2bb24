"""Finding: where was this quote said, by whom, when, how exactly; or that it never was, in what was heard.

Beside the flow, above the library: it looks a pasted quote up in the index of everything heard and compares it there
as the matcher compares a post. Used by `aligner find`, the viewer and its API.
"""

from __future__ import annotations

from aligner.finding.facts import place_facts, to_facts
from aligner.finding.find import find_quote
from aligner.finding.records import Found, FoundPlace, PublishedAt

__all__ = ["Found", "FoundPlace", "PublishedAt", "find_quote", "place_facts", "to_facts"]
