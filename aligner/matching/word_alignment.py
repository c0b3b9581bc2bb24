"""Word alignment: the best pairing, in order, of published tokens with the tokens heard in a window.

Called by candidates for the windows that `locate` named. Local in the heard text (free ends), affine
gaps on both sides (Gotoh 1982), scores in nats; rows are computed with NumPy, so that a speech of 500
words against a window of 800 takes some tens of milliseconds. Never called on a whole session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Gap:
    """What a run of unpaired words costs, in nats: to open it, for each further word, and at the most."""

    open: float
    extend: float
    most: float

    def cost(self, length: int) -> float:
        """Cost of a run of `length` unpaired words; none for no words."""
        return min(self.open + self.extend * (length - 1), self.most) if length else 0.0

    def costs(self, length: int) -> Floats:
        """Costs of the gaps that end just before position `length` and began after position 0, 1, … length - 1."""
        sizes = np.arange(length - 1, -1, -1, dtype=np.float32)
        costs: Floats = np.minimum(self.open + self.extend * sizes, self.most).astype(np.float32)
        return costs


PUBLISHED_GAP = Gap(open=2.0, extend=0.4, most=12.0)
"""Published words that were not heard. The cap lets an unsaid paragraph stand between two said ones."""
HEARD_GAP = Gap(open=2.0, extend=0.12, most=14.0)
"""Heard words that were not published. The cap lets a cut paragraph, or an interruption, be stepped over."""
SENTENCES = 5.0
"""What a run of unheard words costs at the most that begins with a passage: whole sentences are left out, not ends."""
MISMATCH = 1.2
"""Cost of pairing two words that do not sound alike (a substitution that keeps the diagonal)."""
SAME = 0.999
"""Similarity from which two sounds are the same, rounding allowed for."""
HEARD_BADLY = 0.6
"""Share of its nats that a word proves at the most when it was heard as another, however like."""
TIE = 0.01
"""Differences of score below this are rounding."""
ALIKE = 0.6
"""Similarity of sound from which two words count as the same word, heard badly."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Published token `i` was heard as token `j`; `likeness` runs from `ALIKE` to 1 (the same sound)."""

    i: int
    j: int
    likeness: float


def align_words(
    keys: Sequence[str], nats: Sequence[float], heard: Sequence[str], begins: Sequence[int] = (0,)
) -> list[Pair]:
    """Pair published sounds with heard sounds, in order. Indices are positions in the given sequences.

    `nats` says what each published word proves, `begins` where passages begin: a run of unheard words had better begin
    with a passage than inside one. Unpaired words on either side were not said, not published.
    """
    if not keys or not heard:
        return []
    likeness = _likeness(keys, heard)
    gains = _gains(likeness, np.asarray(nats, dtype=np.float32))
    limits = np.full(len(keys), PUBLISHED_GAP.most, dtype=np.float32)
    limits[list(begins)] = SENTENCES
    pairs = _trace(*_fill(gains, limits), gains, limits)
    return [Pair(i, j, float(likeness[i, j])) for i, j in pairs if likeness[i, j] >= ALIKE]


def _likeness(keys: Sequence[str], heard: Sequence[str]) -> Floats:
    rows = {key: index for index, key in enumerate(dict.fromkeys(keys))}
    columns = {key: index for index, key in enumerate(dict.fromkeys(heard))}
    table = process.cdist(list(rows), list(columns), scorer=Levenshtein.normalized_similarity, dtype=np.float32)
    return table[np.ix_([rows[key] for key in keys], [columns[key] for key in heard])]


def _gains(likeness: Floats, nats: Floats) -> Floats:
    """What pairing (i, j) adds: all of the word's nats for the same sound, less for a like one, a cost for another."""
    part = np.clip((likeness - ALIKE) / (1 - ALIKE), 0, 1) * HEARD_BADLY
    gains = np.where(likeness >= SAME, 1.0, part) * nats[:, None]
    return np.where(likeness >= ALIKE, gains, -MISMATCH).astype(np.float32)


def _fill(gains: Floats, limits: Floats) -> tuple[Floats, Floats, Floats]:
    """The three Gotoh matrices: best score ending in a pair, in an unheard word, in an unpublished one."""
    rows, columns = gains.shape
    match = np.full((rows, columns), -np.inf, dtype=np.float32)
    skip = np.full((rows, columns), -np.inf, dtype=np.float32)
    extra = np.full((rows, columns), -np.inf, dtype=np.float32)
    ramp = (np.arange(columns) * HEARD_GAP.extend).astype(np.float32)
    above = np.full(columns, -np.inf, dtype=np.float32)  # best score in each column for a long run of unheard words
    for row in range(rows):
        entry = np.zeros(columns, dtype=np.float32)  # free start: the published words before were not heard here
        if row:
            reach = np.maximum(match[row - 1], extra[row - 1])
            before = np.maximum(reach, skip[row - 1]) if limits[row] == SENTENCES else reach
            above = np.maximum(above, before - limits[row])
            near = np.maximum(reach - PUBLISHED_GAP.open, skip[row - 1] - PUBLISHED_GAP.extend)
            skip[row] = np.maximum(near, above)
            entry[1:] = np.maximum(0.0, np.maximum(reach, skip[row - 1])[:-1])
        match[row] = entry + gains[row]
        best = np.maximum(match[row], skip[row])
        near = np.maximum.accumulate(best + ramp)[:-1] - ramp[1:] + HEARD_GAP.extend - HEARD_GAP.open
        extra[row, 1:] = np.maximum(near, np.maximum.accumulate(best)[:-1] - HEARD_GAP.most)
    return match, skip, extra


def _trace(match: Floats, skip: Floats, extra: Floats, gains: Floats, limits: Floats) -> list[tuple[int, int]]:
    """Walk back from the best pair: at each step the move that gave the score is found by computing it again."""
    i, j = (int(x) for x in np.unravel_index(int(np.argmax(match)), match.shape))
    pairs: list[tuple[int, int]] = []
    state = "match"
    while True:
        if state == "match":
            pairs.append((i, j))
            if i == 0 or j == 0 or match[i, j] - gains[i, j] <= 1e-4:
                return pairs[::-1]
            i, j = i - 1, j - 1
            # Of two ways of one cost, the one that keeps words together: rounding must not decide.
            state = ("match", "skip", "extra")[int(np.argmax((match[i, j] + TIE, skip[i, j], extra[i, j])))]
        elif state == "skip":
            reach = np.maximum(match[:i, j], extra[:i, j]) - np.minimum(PUBLISHED_GAP.costs(i), limits[1 : i + 1])
            # Unheard words at the end of a passage, and then whole passages more.
            more = np.where(limits[1 : i + 1] == SENTENCES, skip[:i, j] - SENTENCES, -np.inf)
            if more.max() > reach.max() + TIE:
                i = int(np.argmax(more))
                continue
            i = int(np.argmax(reach))
            state = "match" if match[i, j] >= extra[i, j] else "extra"
        else:
            reach = np.maximum(match[i, :j], skip[i, :j]) - HEARD_GAP.costs(j)
            j = int(np.argmax(reach))
            state = "match" if match[i, j] >= skip[i, j] else "skip"
