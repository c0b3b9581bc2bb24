"""The heard side of a match: a transcript as comparable tokens with their rarity and places.

Before match. `prepare` is called once per recording and the result serves every post: forms, sounds, the word
each token belongs to, an index of where each run of sounds occurs, and how much a word proves.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from aligner.matching.grams import GramIndex
from aligner.matching.witnesses import Witness, summon
from aligner.model import Transcript
from aligner.text.normalise import tokenise
from aligner.text.phonetic import sound_key

PSEUDO_TOKENS = 5_000
"""Weight of general French against what this recording shows, in tokens: a short clip proves little about rarity."""
UNSEEN = 2e-4
"""Probability given in general French to a word outside the table below."""
PSEUDO_CONTEXTS = 2.0
"""Weight of a shorter context against what was seen after a longer one, in occurrences."""
MOST_NATS = 8.0
"""What one word can prove at most, in nats: a recogniser's slip can make a very rare word."""

# Rounded shares per thousand running words of French, enough to know a formula word from a rare one.
_COMMON = {
    40: "de la",
    28: "le et l les",
    22: "d des a est en",
    16: "un que qui une pour",
    11: "du dans il je ce nous pas c",
    7: "sur au ne se plus par on vous qu avec s son n cette ces sont j",
    4: "mais ou elle tout y sa ont aux comme si etre fait bien leur sans ses deux meme aussi cela faire notre nos",
    2: "tous dit encore peut entre alors ils apres donc tres ete autres avons votre mon ma me te tu avait etait moi "
    "lui toute toutes autre dont avez ai as m t quand ainsi sous ville euros monsieur maire madame mesdames messieurs "
    "chers collegues conseil cent mille vingt quatre trois cinq dix projet travail ans annee temps",
}
_GENERAL = {form: share / 1000 for share, forms in _COMMON.items() for form in forms.split()}


@dataclass(frozen=True, slots=True)
class HeardText:
    """A transcript, prepared. Index k of every sequence is the k-th token."""

    transcript: Transcript
    forms: tuple[str, ...]
    keys: tuple[str, ...]
    word_of: tuple[int, ...]
    """The index in `transcript.words` of the word the token was read from."""
    grams: GramIndex
    counts: dict[str, int]
    witness: Witness | None = None
    """Captions that were not heard here: another's hearing of the same recording."""

    def weigh(self, forms: Sequence[str], keys: Sequence[str]) -> tuple[float, ...]:
        """How much hearing each of these words proves, in nats: minus the log of its probability after the ones before.

        A word that always follows the two before it in this recording proves little: formulas and refrains weigh less
        than their words. One occurrence does not count, for it may be the very one that is looked for. Probabilities
        are smoothed towards the shorter context (Mackay & Peto 1995); one word proves `MOST_NATS` at the most.
        """
        seen = [self.grams.count(keys, size) for size in (1, 2, 3)]
        return prove([self._share(form) for form in forms], seen)

    def _share(self, form: str) -> float:
        return smooth(form, self.counts.get(form, 0), len(self.forms))


def smooth(form: str, count: int, heard: int) -> float:
    """The probability of a word of which `count` stand among `heard` ones, general French taken into account."""
    return (count + PSEUDO_TOKENS * _GENERAL.get(form, UNSEEN)) / (heard + PSEUDO_TOKENS)


def prove(shares: Sequence[float], seen: Sequence[Sequence[int]]) -> tuple[float, ...]:
    """How much hearing each of some words in a row proves, in nats, as `HeardText.weigh` tells.

    `shares` are their probabilities by themselves; `seen[n][k]` is how often the n + 1 words from the k-th on occur.
    """
    proved = []
    for index, alone in enumerate(shares):
        share = alone
        for size in range(1, len(seen)):
            if index >= size:
                before = max(0, seen[size - 1][index - size] - 1)
                followed = max(0, seen[size][index - size] - 1)
                share = (followed + PSEUDO_CONTEXTS * share) / (before + PSEUDO_CONTEXTS)
        proved.append(min(MOST_NATS, -math.log(share)))
    return tuple(proved)


def prepare(transcript: Transcript, captions: Transcript | None = None) -> HeardText:
    """Read a transcript's words as tokens and index them; `captions` bear witness. Linear in the number of words."""
    pieces: list[str] = []
    owners: list[int] = []
    for index, word in enumerate(transcript.words):
        # A recogniser may cut "63,5", "12/06", "élu(e)s" or "peut-être" in two: joined again, they are read as one.
        # But "-3" after a word is minus three.
        mark, letter = word.text[:1], word.text[1:2]
        after_digit = bool(pieces) and pieces[-1][-1:].isdigit()
        glued = mark in tuple("'’-,./:()") and letter.isalnum() and (after_digit or not letter.isdigit())
        piece = word.text if glued or not pieces else " " + word.text
        pieces.append(piece)
        owners += [index] * len(piece)
    tokens = tokenise("".join(pieces))
    forms = tuple(token.form for token in tokens)
    keys = tuple(sound_key(token.spelling) for token in tokens)
    counts: dict[str, int] = defaultdict(int)
    for form in forms:
        counts[form] += 1
    return HeardText(
        transcript=transcript,
        forms=forms,
        keys=keys,
        word_of=tuple(owners[token.start] for token in tokens),
        grams=GramIndex(keys),
        counts=dict(counts),
        witness=summon(captions) if captions else None,
    )
