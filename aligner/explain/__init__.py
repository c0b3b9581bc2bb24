"""Why a passage has its verdict: the evidence, the witnesses, and what all of it was made from.

Beside the pipeline, after it: starts from a finished alignment and from what is kept of its recordings, matches once
more to see that the verdict can be had again, and changes nothing. Nothing is fetched or heard.
"""

from __future__ import annotations

from aligner.explain.explain import explain_passage
from aligner.explain.facts import Explanation

__all__ = ["Explanation", "explain_passage"]
