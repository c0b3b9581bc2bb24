"""Judge: the verdict on one passage, how sure it is, and why, in words a reader understands.

Last step of match. What counts is how much the heard words prove (nats), what share of the passage they
are, whether the neighbours stand beside it, and whether another place fits as well. Reasons are in French:
readers see them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from aligner.matching.place import ANCHOR, Placing, worth
from aligner.model import Kind, Status

ALONE_NATS = ANCHOR
"""Evidence asked of a passage that no neighbour vouches for."""
BESIDE_NATS = 7.0
"""Evidence asked of one whose neighbour was placed next to it."""
LINKED_SHARE = 0.45
"""Share of the passage, weighted by rarity, that must have been heard for a link on that share alone."""
STRONG_NATS = 28.0
"""Evidence that carries a link even if most of a long sentence was not said."""
STRONG_SHARE = 0.22
SPOKEN_SHARE = 0.78
"""Share from which it was said as published."""
MARGIN_NATS = 4.0
"""Lead over the second-best place that a passage needs when no neighbour vouches for it."""
POSSIBLE_NATS = 16.0
"""Evidence from which a place is worth showing as a possibility."""


SUREST = 0.99
"""No link is given a higher confidence: of 522 links on the reading set, one was wrong."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one passage."""

    status: Status
    confidence: float
    reason: str


def judge(placing: Placing, nats: Sequence[float], heard_tokens: Sequence[bool], words: tuple[int, int]) -> Verdict:
    """Judge a placed passage. `words` counts its words heard and all its words; `nats` weighs its tokens."""
    chosen = placing.chosen
    if chosen is None:
        return Verdict(
            Status.NOT_FOUND, not_found_confidence(placing), "Aucun passage de l’enregistrement ne dit cela."
        )
    share = _share(placing, nats, heard_tokens)
    evidence = chosen.evidence
    rival = placing.rival.evidence if placing.rival else 0.0
    enough = evidence >= (BESIDE_NATS if placing.follows else ALONE_NATS)
    unique = placing.follows or evidence - rival >= MARGIN_NATS
    said = share >= LINKED_SHARE or (evidence >= STRONG_NATS and share >= STRONG_SHARE)
    count = f"{words[0]} mot{'s' if words[0] > 1 else ''} sur {words[1]} entendu{'s' if words[0] > 1 else ''}"
    if said and enough and unique:
        status = Status.SPOKEN if share >= SPOKEN_SHARE else Status.REWORDED
        return Verdict(status, _confidence(evidence, share, placing), f"{count}, {_support(placing, rival)}.")
    if evidence >= POSSIBLE_NATS and said and not unique:
        return Verdict(Status.UNCERTAIN, 0.5, f"{count}, mais un autre endroit convient presque aussi bien.")
    if evidence >= POSSIBLE_NATS and share >= STRONG_SHARE:
        return Verdict(Status.UNCERTAIN, 0.4, f"{count} : trop peu pour en être sûr.")
    return Verdict(Status.NOT_FOUND, not_found_confidence(placing), f"Au mieux {count}, trop peu pour un lien.")


def set_aside(kind: Kind) -> Verdict:
    """The verdict on a passage that is not looked for, and why not."""
    reasons = {
        Kind.SUMMARY: "Texte rapporté : seules ses citations sont cherchées dans l’enregistrement.",
        Kind.HEADING: "Titre : il n’est pas cherché dans l’enregistrement.",
    }
    return Verdict(Status.NOT_FOUND, 1.0, reasons.get(kind, "Texte d’accompagnement : il n’est pas cherché."))


def _share(placing: Placing, nats: Sequence[float], heard_tokens: Sequence[bool]) -> float:
    """Share of the passage that was heard, weighted by what its words prove; a word heard badly counts in part."""
    likeness = {pair.i: pair.likeness for pair in placing.chosen.pairs} if placing.chosen else {}
    got = sum(
        value * (0.4 + 0.6 * worth(likeness.get(index, 0.7)))
        for index, (value, heard) in enumerate(zip(nats, heard_tokens, strict=True))
        if heard
    )
    return got / max(1e-9, sum(nats))


def _confidence(evidence: float, share: float, placing: Placing) -> float:
    # A guess by eye on the reading set, kept below certainty; calibration on labelled data comes with the next release.
    logit = -2.0 + 0.06 * min(evidence, 80.0) + 4.0 * share + (1.5 if placing.follows else 0.0)
    return round(min(SUREST, 1 / (1 + math.exp(-logit))), 3)


def not_found_confidence(placing: Placing) -> float:
    """How sure it is that the passage was not said: less when something weak was caught somewhere."""
    best = max((c.evidence for c in (placing.chosen, placing.rival) if c), default=0.0)
    return round(1 / (1 + math.exp(-(4.0 - 0.15 * best))), 3)


def _support(placing: Placing, rival: float) -> str:
    if placing.follows:
        return "à sa place dans le discours"
    return "un seul endroit possible" if rival < POSSIBLE_NATS else "nettement mieux que partout ailleurs"
