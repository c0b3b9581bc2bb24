"""The bench: every passage that needs an ear, one at a time, with its sound; only under `aligner serve --edit`.

Beside the viewer's other parts, which read and change nothing. Here a person's word is written: into the corrections
file beside the post, through a `Bench`, which the command line hands in, as the viewer itself knows nothing of
matching. `open_bench` puts all of it into an application; without it none of these addresses exists.
"""

from __future__ import annotations

from web.edit.bench import Bench
from web.edit.opening import open_bench

__all__ = ["Bench", "open_bench"]
