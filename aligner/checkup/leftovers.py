"""Files that a killed run left behind: begun under a temporary name and never moved into place.

Part of the check of a workspace. A young one may belong to a run that is going on, and is told as such.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator

from aligner.checkup.findings import Area, Finding, Level
from aligner.store import TEMPORARY, Workspace

GOING_ON_S = 3600
"""A file that was written to within this time may still be in use."""


def examine_leftovers(workspace: Workspace) -> Iterator[Finding]:
    """Find the temporary files of ours below media/ and transcripts/."""
    for root in (workspace.media, workspace.posts):
        for path in sorted(root.rglob(f"{TEMPORARY}*")):
            try:
                stat = path.stat()
            except OSError:  # moved into place just now
                continue
            is_old = time.time() - stat.st_mtime > GOING_ON_S
            state = f"{path} ({stat.st_size / 1e6:.1f} MB) is the rest of a run that was killed."
            cure = f"Remove it: {shlex.join(['rm', str(path)])}"
            if not is_old:
                state = f"{path} was written to within the hour: a run is going on, or was killed."
                cure = f"If no run is going on: {shlex.join(['rm', str(path)])}"
            yield Finding(
                Area.WORKSPACE, "temporary file", Level.FAULT if is_old else Level.NOTE, state, cure, str(path)
            )
