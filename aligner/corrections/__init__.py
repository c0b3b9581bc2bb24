"""Corrections: what people who listened say of a post's passages, and what readers propose.

Between the files beside the posts and the pipeline, which applies them. The files' side (`file`, `proposals`), which
stands here for all, knows neither texts nor recordings, so that the viewer may use it; `bind` and `apply` do.
"""

from __future__ import annotations

from aligner.corrections.file import add_correction, path_of, read_corrections, remove_corrections
from aligner.corrections.proposals import drop_proposal, list_proposals, write_proposal

__all__ = [
    "add_correction",
    "drop_proposal",
    "list_proposals",
    "path_of",
    "read_corrections",
    "remove_corrections",
    "write_proposal",
]
