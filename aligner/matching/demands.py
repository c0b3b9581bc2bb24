"""Demands: what judge asked of one passage and what the passage had, point by point, from what was weighed.

Beside judge, for those who want to know why: the same thresholds, held one by one against the evidence that an
alignment keeps. A passage gets a link when all demands for a link are met.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from aligner.matching.judge import FASTEST, LINKED_SHARE, MARGIN_NATS, SPOKEN_SHARE, STRONG_NATS, STRONG_SHARE
from aligner.model import Weighed


class Point(StrEnum):
    """What is asked about."""

    EVIDENCE = "evidence"  # nats
    SHARE = "share"  # of the passage that was heard
    LEAD = "lead"  # in nats, over the second-best place; only where no neighbour vouches
    OWN_WORDS = "own_words"  # no other passage has them with better right
    PACE = "pace"  # letters a second at the most
    SPOKEN_SHARE = "spoken_share"  # of the passage, to be said as published
    DECISIVE_WORD = "decisive_word"  # no number or negation unheard, to be said as published


FOR_LINK = (Point.EVIDENCE, Point.SHARE, Point.LEAD, Point.OWN_WORDS, Point.PACE)
"""What a link needs; the others tell words said as published from words said otherwise."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing that was asked. What is no number has neither `asked` nor `has`."""

    point: Point
    asked: float | None
    has: float | None
    met: bool


def list_demands(weighed: Weighed) -> tuple[Demand, ...]:
    """All that was asked of a passage in the first of its places; nothing where it had none."""
    if not weighed.places:
        return ()
    best = weighed.places[0]
    lead = best.nats - (weighed.places[1].nats if len(weighed.places) > 1 else 0.0)
    # Beside neighbours, strong evidence carries a long sentence most of which was not said.
    is_strong = not weighed.follows or best.nats >= STRONG_NATS
    share = STRONG_SHARE if is_strong else LINKED_SHARE
    demands = [
        Demand(Point.EVIDENCE, weighed.asked, best.nats, best.nats >= weighed.asked),
        Demand(Point.SHARE, share, best.share, best.share >= share),
    ]
    if not weighed.follows:
        demands.append(Demand(Point.LEAD, MARGIN_NATS, round(lead, 3), lead >= MARGIN_NATS))
    return (
        *demands,
        Demand(Point.OWN_WORDS, None, None, not weighed.repeats),
        Demand(Point.PACE, FASTEST, weighed.pace, weighed.pace <= FASTEST),
        Demand(Point.SPOKEN_SHARE, SPOKEN_SHARE, best.share, best.share >= SPOKEN_SHARE),
        Demand(Point.DECISIVE_WORD, None, None, weighed.missing is None),
    )
