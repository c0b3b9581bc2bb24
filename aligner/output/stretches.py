"""From passages to stretches of speech: which text is shown, heard when.

Second part of the subtitle layout, between `breaks` and `layout`. A stretch is a passage, or its part between two long
silences, as pieces of text with the times of the heard words in them. Words are never cut from a sentence that was
said; a run of `OMITTED_RUN` or more that were not said is shown as `[…]`.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from aligner.model import LINKED, Status
from aligner.output.breaks import HOLD, NBSP, Piece, break_price, cut_pieces, has_letters
from aligner.output.limits import Profile

PAUSE_MS = 2000
"""A silence that parts two cues, so that others may speak in it."""
LONG_PAUSE_MS = 5000
"""So long a silence parts even what belongs together, as an article and its noun."""
SHARED_MS = 500
"""Passages may overlap by this much (a word claimed by both); more, and only one of them is shown."""
OMITTED_RUN = 4
OMISSION = "[…]"


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of text and when it was heard. `said` is false for a published word that was not."""

    piece: Piece
    said: bool = True
    start_ms: int | None = None
    end_ms: int | None = None
    heard: str | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A passage, or its part between two long silences."""

    passage_id: str
    speaker: str | None
    shown: tuple[Shown, ...]
    start_ms: int
    end_ms: int


def read_passages(document: dict[str, Any], media_id: str, profile: Profile) -> list[list[Stretch]]:
    """The stretches of every passage linked in this recording, the surest passage first.

    Surest: `spoken` before `reworded`, then more words heard, weighed by the confidence, then published first.
    """
    found = []
    for passage in document["passages"]:
        if passage["status"] not in LINKED or passage["media_id"] != media_id:
            continue
        shown = _leave_out(read_shown(passage, profile.max_chars))
        if stretches := cut_at_pauses(passage, shown):
            evidence = passage["confidence"] * sum(item.start_ms is not None for item in shown)
            rank = (passage["status"] != Status.SPOKEN, -evidence)
            found.append((rank, stretches))
    return [stretches for _, stretches in sorted(found, key=lambda pair: pair[0])]


def read_shown(passage: dict[str, Any], max_chars: int) -> list[Shown]:
    """Give each piece of the passage's text the time of the heard words in it; times never go back."""
    words = list(_place_words(passage))
    shown: list[Shown] = []
    latest = first = 0
    for piece in cut_pieces(passage["text"], max_chars):
        low, high = piece.chars
        while first < len(words) and words[first][1] <= low:
            first += 1
        last = first
        while last < len(words) and words[last][0] < high:
            last += 1
        inside = words[first:last]
        said = any(word["heard"] for _, _, word in inside)
        said |= not has_letters(piece.text) and bool(shown) and shown[-1].said
        # A word that runs over several pieces (“12 500”) gives its time to the first.
        heard = [word for at, _, word in inside if at >= low and word["heard"]]
        timed = [word for word in heard if word["start_ms"] is not None and word["start_ms"] >= latest]
        text = " ".join(word["heard"] for word in heard) or None
        if not timed:
            shown.append(Shown(piece, said, heard=text))
            continue
        latest = timed[0]["start_ms"]
        shown.append(Shown(piece, said, latest, max(latest, *(word["end_ms"] or 0 for word in timed)), text))
    return shown


_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
"""The punctuation around a word: a dash between two words is cut off with either."""


def _place_words(passage: dict[str, Any]) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Find the letters of the document's words in the passage's text, each after the one before."""
    cursor = 0
    for word in passage["words"]:
        wanted = _EDGES.sub("", word["text"])
        at = passage["text"].find(wanted, cursor)
        if wanted and at >= 0:
            cursor = at + len(wanted)
            yield at, cursor, word


def _leave_out(shown: Sequence[Shown]) -> list[Shown]:
    """Put `[…]` for every run of `OMITTED_RUN` or more words that were not said."""
    kept: list[Shown] = []
    run: list[Shown] = []
    for item in [*shown, None]:
        if item is not None and not item.said:
            run.append(item)
            continue
        if sum(has_letters(other.piece.text) for other in run) >= OMITTED_RUN:
            chars = (run[0].piece.chars[0], run[-1].piece.chars[1])
            run = [Shown(Piece(OMISSION, chars, " "))]
        kept += run
        run = []
        if item is not None:
            kept.append(item)
    return kept


def cut_at_pauses(passage: dict[str, Any], shown: Sequence[Shown]) -> list[Stretch]:
    """Part a passage at its long silences, at the cheapest break in each; empty when no word has a time."""
    timed = [k for k, item in enumerate(shown) if item.start_ms is not None]
    cuts = [0]
    for left, right in pairwise(timed):
        if start_of(shown[right]) - end_of(shown[left]) >= PAUSE_MS:
            places = [(break_price(shown[k - 1].piece, shown[k].piece), k) for k in range(left + 1, right + 1)]
            price, at = min(places)
            if price < HOLD or start_of(shown[right]) - end_of(shown[left]) >= LONG_PAUSE_MS:
                cuts.append(at)
    stretches = []
    for at, to in pairwise([*cuts, len(shown)]):
        inside = [k for k in timed if at <= k < to]
        if inside:
            start, end = start_of(shown[inside[0]]), max(end_of(shown[k]) for k in inside)
            stretches.append(Stretch(passage["id"], passage["speaker"], tuple(shown[at:to]), start, end))
    return stretches


def choose_surest(passages: Sequence[list[Stretch]]) -> list[Stretch]:
    """Keep each passage in turn unless one kept before claims the same moment; return the stretches by time."""
    kept: list[tuple[int, int, int]] = []
    chosen: list[Stretch] = []
    for stretches in passages:
        spans = [(item.start_ms, max(item.end_ms, item.start_ms + 1)) for item in stretches]
        if any(_is_taken(kept, span) for span in spans):
            continue
        for span, stretch in zip(spans, stretches, strict=True):
            bisect.insort(kept, (*span, len(chosen)))
            chosen.append(stretch)
    return [chosen[index] for _, _, index in kept]


def _is_taken(kept: Sequence[tuple[int, int, int]], span: tuple[int, int]) -> bool:
    """Whether a kept span shares more with this one than `SHARED_MS` or half the shorter of the two."""
    # Kept spans share next to nothing, so that only the two before can still reach into this one.
    first = max(0, bisect.bisect(kept, (*span, 0)) - 2)
    for start, end, _ in kept[first:]:
        if start >= span[1]:
            return False
        shared = min(end, span[1]) - max(start, span[0])
        if shared > min(SHARED_MS, (end - start) / 2, (span[1] - span[0]) / 2):
            return True
    return False


def name_turns(stretches: Sequence[Stretch], max_chars: int) -> list[Stretch]:
    """Put `[Name]` before the first words of each turn, when several speakers occur and the name fits a line."""
    if len({stretch.speaker for stretch in stretches if stretch.speaker}) < 2:
        return list(stretches)
    named = []
    before: str | None = None
    for stretch in stretches:
        label = name_label(stretch.speaker or "")
        if stretch.speaker and stretch.speaker != before and len(label) <= max_chars:
            named.append(replace(stretch, shown=(Shown(Piece(label, (0, 0), " ")), *stretch.shown)))
        else:
            named.append(stretch)
        before = stretch.speaker
    return named


def name_label(speaker: str) -> str:
    """How a speaker is named at the beginning of a turn: `[Nadia Ferrand]`, never broken."""
    return f"[{NBSP.join(speaker.split())}]"


def start_of(item: Shown) -> int:
    """When a timed piece is heard."""
    return item.start_ms if item.start_ms is not None else 0


def end_of(item: Shown) -> int:
    """When a timed piece has been heard."""
    return item.end_ms if item.end_ms is not None else 0
