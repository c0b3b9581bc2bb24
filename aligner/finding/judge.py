"""How sure it is that a quote was said in a place, and how exactly it was said there.

Last step but one of finding. As in `aligner.matching.judge`, what counts is how much the heard words prove and what
share of the quote they are; besides, whether what is missing is one whole stretch of it (another sentence, then) or a
word here and there (memory, or the recogniser), and whether a number or a negation is.
"""

from __future__ import annotations

import math

from aligner.finding.align import Heard

BASE, PROOF, SHARE, HOLE, TURNED = -4.90, 0.11, 8.64, -12.42, -3.34
"""The confidence as a logistic function of the nats beyond chance, the share of the quote that was heard, its longest
unheard stretch (as a share), and whether a word is missing on which its meaning turns.

Fitted on `tests.benchmark.quotes.tuning_quotes` by `python -m tests.benchmark.find --fit`; the held set had no part in
it. What was never said counts three times: an accusation that is wrong is worse than a quote that is missed.
"""
MOST_PROOF = 40.0
"""Nats beyond which more of them say no more: a long quote of which half is heard is still half another one."""
SUREST = 0.99
CLOSE_SHARE = 0.8
"""Share from which a quote was said with small differences."""
CLOSE_EXTRA = 0.34
"""Words between the quote's, to each of them, up to which the differences are small."""


def rate(heard: Heard, words: int) -> float:
    """The confidence that the quote was said there, among `words` heard: the more, the more happens by chance."""
    proof = min(MOST_PROOF, heard.evidence - math.log(max(1, words)))
    logit = BASE + PROOF * proof + SHARE * heard.share + HOLE * heard.hole + TURNED * (heard.turned is not None)
    return round(min(SUREST, 1 / (1 + math.exp(-max(-50.0, logit)))), 3)


def name_manner(heard: Heard, words: int) -> str:
    """How the quote, of so many `words`, was said there: `exact`, `close` or `part`."""
    if heard.is_exact:
        return "exact"
    is_close = heard.share >= CLOSE_SHARE and heard.extra <= CLOSE_EXTRA * words and heard.turned is None
    return "close" if is_close else "part"
