"""The viewer as static files, for any host that serves files: `aligner publish`.

Beside the views, above them all: it asks the application itself for its pages (`site`), makes their addresses relative
(`addresses`, `rewrite`), notes what each was made of (`snapshot`, `manifest`), and adds an index that script searches.
"""

from __future__ import annotations

from web.freeze.check import Fault, find_faults
from web.freeze.maker import cores
from web.freeze.site import Report, publish

__all__ = ["Fault", "Report", "cores", "find_faults", "publish"]
