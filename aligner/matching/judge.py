"""Judge: the verdict on one passage, how sure it is, and why, in words a reader understands.

Last step of match. What counts is how much the heard words prove (nats), what share of the passage they
are, whether the neighbours stand beside it, and whether another place fits as well. Reasons are in French:
readers see them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from aligner.matching.candidates import WHOLE
from aligner.matching.locate import MOST_PLACES_KEPT
from aligner.model import Kind, Status

ALONE_NATS = 12.0
"""Evidence asked of a passage that was heard whole and that no neighbour vouches for: it could be anywhere."""
ALONE_SLOPE = 180.0
"""What is asked besides for the part that was not heard: half a sentence may be half of another one."""
BESIDE_NATS = 3.5
"""Evidence asked of a passage that was heard whole and has its neighbours beside it."""
BESIDE_SLOPE = 7.0
LINKED_SHARE = 0.45
"""Share of it, weighted by rarity, that must have been heard beside neighbours for a link on that share alone."""
STRONG_NATS = 28.0
"""Evidence that carries a link there even if most of a long sentence was not said."""
STRONG_SHARE = 0.22
SPOKEN_SHARE = 0.78
"""Share from which it was said as published."""
MARGIN_NATS = 4.0
"""Lead over the second-best place that a passage needs when no neighbour vouches for it."""
POSSIBLE_NATS = 16.0
"""Evidence from which a place is worth showing as a possibility."""
BASE, BESIDE, SLOPE = -0.08, 2.18, 0.082
"""The confidence, as a logistic function of whether neighbours vouch and of the evidence beyond what is asked for.

Fitted on the generated sets (variant `fit`) by `python -m tests.benchmark.calibrate`, checked on the others there.
"""
FASTEST = 40.0
"""Letters a second that nobody speaks: of the linked passages of all labelled sets none has over 23."""
HAND = 0.9
"""How sure a place is that a person gave, as long as nothing speaks against it. An assumption: no data yet."""
SUREST = 0.99
"""No place is given a higher confidence: of the links on the reading set, one in five hundred is wrong."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one passage in its place."""

    nats: float
    """By how much the words heard there exceed chance."""
    share: float
    """Share of the passage that was heard, weighted by what its words prove."""
    rival: float
    """Nats of the best other place; 0 if there is none."""
    places: int
    """How many other places fit about as well."""
    repeats: bool
    """Another passage has the same words with better right."""
    follows: bool
    """Neighbours that were placed beside it vouch for it."""
    heard: int
    """Words of which everything was heard."""
    words: int
    missing: str | None
    """A word that was not heard and on which the meaning turns."""
    pace: float
    """Letters heard each second; 0 where too few were heard to tell."""
    pinned: bool = False
    """A person put it there."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one passage."""

    status: Status
    confidence: float
    reason: str


def judge(evidence: Evidence) -> Verdict:
    """Judge a passage in the best place that was found for it."""
    share, nats = evidence.share, evidence.nats
    said = share >= STRONG_SHARE
    if evidence.follows:
        said = share >= LINKED_SHARE or (nats >= STRONG_NATS and share >= STRONG_SHARE)
    enough = surplus(evidence) >= 0
    unique = evidence.follows or nats - evidence.rival >= MARGIN_NATS
    count = _count_words(evidence)
    confidence = _confidence(evidence)
    if evidence.pinned:
        status = Status.SPOKEN if share >= SPOKEN_SHARE and not evidence.missing else Status.REWORDED
        return Verdict(
            status, max(HAND, confidence), f"{count}{_tell_missing(evidence)}, au moment indiqué à l’écoute."
        )
    doubtful = min(confidence, 0.5)
    if evidence.repeats and said:
        return Verdict(
            Status.UNCERTAIN, doubtful, f"{count}, mais à un moment qu’un autre passage du texte reprend déjà."
        )
    if said and evidence.pace > FASTEST:
        return Verdict(Status.UNCERTAIN, doubtful, f"{count}, mais plus vite qu’on ne parle : l’heure n’est pas sûre.")
    if said and enough and unique:
        status = Status.SPOKEN if share >= SPOKEN_SHARE and not evidence.missing else Status.REWORDED
        return Verdict(status, confidence, f"{count}{_tell_missing(evidence)}, {_support(evidence)}.")
    if nats >= POSSIBLE_NATS and share >= LINKED_SHARE and not unique:
        places = (
            "un autre endroit convient" if evidence.places < 2 else f"{evidence.places} autres endroits conviennent"
        )
        return Verdict(Status.UNCERTAIN, doubtful, f"{count}, mais {places} presque aussi bien.")
    if share >= WHOLE and evidence.words > 2:
        return Verdict(Status.UNCERTAIN, doubtful, f"{count}, mais de tels mots se disent souvent.")
    if nats >= POSSIBLE_NATS and share >= STRONG_SHARE:
        return Verdict(Status.UNCERTAIN, doubtful, f"{count} : trop peu pour en être sûr.")
    return Verdict(Status.NOT_FOUND, _doubt(nats), f"Au mieux {count}, trop peu pour un lien.")


def miss(best: float) -> Verdict:
    """The verdict on a passage that has no place; `best` are the nats of the best place that was dismissed."""
    return Verdict(Status.NOT_FOUND, _doubt(best), "Aucun passage de l’enregistrement ne dit cela.")


def set_aside(kind: Kind) -> Verdict:
    """The verdict on a passage that is not looked for, and why not."""
    reasons = {
        Kind.SUMMARY: "Texte rapporté : seules ses citations sont cherchées dans l’enregistrement.",
        Kind.HEADING: "Titre : il n’est pas cherché dans l’enregistrement.",
    }
    return Verdict(Status.NOT_FOUND, 1.0, reasons.get(kind, "Texte d’accompagnement : il n’est pas cherché."))


def _count_words(evidence: Evidence) -> str:
    several = "s" if evidence.heard > 1 else ""
    return f"{evidence.heard} mot{several} sur {evidence.words} entendu{several}"


def _tell_missing(evidence: Evidence) -> str:
    return f" mais pas « {evidence.missing} »" if evidence.missing else ""


def surplus(evidence: Evidence) -> float:
    """Nats beyond those that are asked for.

    The less of a passage was heard, the more must the rest prove: half a sentence is easily found by chance.
    """
    return evidence.nats - ask(evidence.share, follows=evidence.follows)


def ask(share: float, *, follows: bool) -> float:
    """Nats that are asked of a passage of which this share was heard, with neighbours that vouch for it or without."""
    unheard = 1 - share
    if follows:
        return BESIDE_NATS + BESIDE_SLOPE * unheard
    return ALONE_NATS + ALONE_SLOPE * unheard


def _confidence(evidence: Evidence) -> float:
    """How sure it is that the passage was said there: as likely as any of the places that fit as well."""
    logit = BASE + BESIDE * evidence.follows + SLOPE * surplus(evidence)
    sure = min(SUREST, 1 / (1 + math.exp(-max(-50.0, logit))))
    return round(sure if evidence.follows else sure / (1 + evidence.places), 3)


def _doubt(nats: float) -> float:
    """How sure it is that a passage was not said: less when something weak was caught somewhere."""
    return round(1 / (1 + math.exp(-(4.0 - 0.15 * nats))), 3)


def _times(evidence: Evidence) -> str:
    times = evidence.places + 1
    if times == 1:
        return ""
    return f", dit {'au moins ' if times >= MOST_PLACES_KEPT else ''}{times} fois"


def _support(evidence: Evidence) -> str:
    if evidence.follows:
        return f"à sa place dans le discours{_times(evidence)}"
    return "un seul endroit possible" if evidence.rival < POSSIBLE_NATS else "nettement mieux que partout ailleurs"
