"""From an alignment document to subtitles: the published text, shown while it is said.

Tell, before `subtitles` writes a format. Only passages with a confident link become cues, and only words that were
heard give times. The text of a passage is shared out over cues by a dynamic programme over its break points
(`breaks` has the prices), with the numbers of CONVENTIONS.md, “Subtitles”. Words are never cut from a sentence that
was said; a run of `OMITTED_RUN` or more that were not said is shown as `[…]`.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from aligner.errors import UsageError
from aligner.model import LINKED, SPOKEN_KINDS, Cue, Status, TimedWord
from aligner.output.breaks import CLAUSE, MAX_CHARS, NBSP, Piece, break_price, cut_pieces, has_letters, join, set_lines

MIN_MS = 1000
MAX_MS = 7000
GAP_MS = 80
"""The least time between two cues."""
CLOSED_GAP_MS = 500
"""A gap shorter than this is closed to `GAP_MS`."""
LINGER_MS = 500
"""How long a cue may stay after its last word (longer only to last `MIN_MS`)."""
FLOOR_MS = 200
"""What a cue gets even where the next word comes sooner; the next cue then waits for it."""
PAUSE_MS = 2000
"""A silence inside a passage that always parts two cues, so that others may speak in it."""
SHARED_MS = 500
"""Passages may overlap by this much (a word claimed by both); more, and only one of them is shown."""
OMITTED_RUN = 4
OMISSION = "[…]"

# Prices on the scale of `breaks`, set by reading the results on real posts.
_CUE = 60
"""Of every cue: fewer are better."""
_CUE_BREAK = 2
"""A break between cues costs this many times one between lines."""
_SHORT = 0.1
"""Of each millisecond under `MIN_MS`."""
_SILENCE = 0.06
"""Of each millisecond of a silence inside, over half a second: text should not run ahead of speech."""
_TORN = 80
"""Of a cue that shows the first or last few words of a clause with the end or beginning of another."""
_TORN_CHARS = 15
_TOO_LONG = 500
"""Of words heard after the cue has to go."""
_UNTIMED = 10_000
"""Of a cue in which no word was heard."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A piece of text and when it was heard. `said` is false for a published word that was not."""

    piece: Piece
    said: bool = True
    start_ms: int | None = None
    end_ms: int | None = None
    heard: str | None = None


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A passage, or its part between two long silences."""

    passage_id: str
    speaker: str | None
    shown: tuple[_Shown, ...]
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class _Draft:
    """A cue before its end is known; `start_ms` and `end_ms` are those of its heard words."""

    stretch: _Stretch
    shown: tuple[_Shown, ...]
    lines: tuple[str, ...]
    start_ms: int
    end_ms: int


def build_cues(document: dict[str, Any], media_id: str) -> list[Cue]:
    """Lay out the published text that was said in one recording as cues, in order of time, never overlapping.

    A cue belongs to one passage. Its `words` are all that it shows, in order, split as in its lines: published words
    with the time and word heard (no time where not said), `[…]` for words left out, and `[Name]` at the first cue of
    a turn where several speakers occur. It begins at its first heard word. Limits that speech can force it to break:
    a cue is shorter than `MIN_MS` when the next word comes sooner; it begins late when the one before would
    otherwise show less than `FLOOR_MS`; its gap is not closed when that would make it longer than `MAX_MS`.
    Where passages claim the same moment, the surest is shown (see `count_left_out`).
    Raises `UsageError` when the document does not know the recording.
    """
    recording = find_recording(document, media_id)
    stretches = _name_turns(_choose(_read_passages(document, media_id)))
    drafts: list[_Draft] = []
    for stretch, following in zip(stretches, [*stretches[1:], None], strict=False):
        drafts += _share_out(stretch, following.start_ms if following else None)
    return list(_give_times(drafts, recording.get("duration_ms")))


def find_recording(document: dict[str, Any], media_id: str) -> dict[str, Any]:
    """What the document says of one recording. Raises `UsageError` when it does not know it."""
    media: dict[str, dict[str, Any]] = document["media"]
    if media_id not in media:
        raise UsageError(
            f"The post {document['post']['slug']} has no recording {media_id}.",
            f"Its recordings are: {', '.join(media)}." if media else "No recording of it was heard.",
        )
    return media[media_id]


def count_left_out(document: dict[str, Any], media_id: str, cues: Sequence[Cue]) -> dict[str, int]:
    """Count the passages that claim to be somebody's words and are in none of the cues, by reason.

    `not_found` and `uncertain` are verdicts; `elsewhere` was said in another recording; `hidden` was said in this
    one, but a surer passage is shown at the same moment, or no word of it has a time.
    """
    counts = {Status.NOT_FOUND.value: 0, Status.UNCERTAIN.value: 0, "elsewhere": 0, "hidden": 0}
    shown = {cue.passage_id for cue in cues}
    for passage in document["passages"]:
        if passage["kind"] not in SPOKEN_KINDS or passage["id"] in shown:
            continue
        if passage["status"] not in LINKED:
            counts[passage["status"]] += 1
        else:
            counts["hidden" if passage["media_id"] == media_id else "elsewhere"] += 1
    return counts


# --- which text, heard when ---------------------------------------------------------------------


def _read_passages(document: dict[str, Any], media_id: str) -> list[list[_Stretch]]:
    """The stretches of every passage linked in this recording, the surest passage first.

    Surest: `spoken` before `reworded`, then more words heard, weighed by the confidence, then published first.
    """
    found = []
    for passage in document["passages"]:
        if passage["status"] not in LINKED or passage["media_id"] != media_id:
            continue
        shown = _leave_out(_read_shown(passage))
        if stretches := _cut_at_pauses(passage, shown):
            evidence = passage["confidence"] * sum(item.start_ms is not None for item in shown)
            rank = (passage["status"] != Status.SPOKEN, -evidence)
            found.append((rank, stretches))
    return [stretches for _, stretches in sorted(found, key=lambda pair: pair[0])]


def _read_shown(passage: dict[str, Any]) -> list[_Shown]:
    """Give each piece of the passage's text the time of the heard words in it; times never go back."""
    words = list(_place_words(passage))
    shown: list[_Shown] = []
    latest = 0
    for piece in cut_pieces(passage["text"]):
        low, high = piece.chars
        said = any(word["heard"] for at, end, word in words if at < high and end > low)
        said |= not has_letters(piece.text) and bool(shown) and shown[-1].said
        # A word that runs over several pieces (“12 500”) gives its time to the first.
        heard = [word for at, _, word in words if low <= at < high and word["heard"]]
        timed = [word for word in heard if word["start_ms"] is not None and word["start_ms"] >= latest]
        text = " ".join(word["heard"] for word in heard) or None
        if not timed:
            shown.append(_Shown(piece, said, heard=text))
            continue
        latest = timed[0]["start_ms"]
        shown.append(_Shown(piece, said, latest, max(latest, *(word["end_ms"] or 0 for word in timed)), text))
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


def _leave_out(shown: Sequence[_Shown]) -> list[_Shown]:
    """Put `[…]` for every run of `OMITTED_RUN` or more words that were not said."""
    kept: list[_Shown] = []
    run: list[_Shown] = []
    for item in [*shown, None]:
        if item is not None and not item.said:
            run.append(item)
            continue
        if sum(has_letters(other.piece.text) for other in run) >= OMITTED_RUN:
            chars = (run[0].piece.chars[0], run[-1].piece.chars[1])
            run = [_Shown(Piece(OMISSION, chars, " "))]
        kept += run
        run = []
        if item is not None:
            kept.append(item)
    return kept


def _cut_at_pauses(passage: dict[str, Any], shown: Sequence[_Shown]) -> list[_Stretch]:
    """Part a passage at its long silences, at the cheapest break in each; empty when no word has a time."""
    timed = [k for k, item in enumerate(shown) if item.start_ms is not None]
    cuts = [0]
    for left, right in pairwise(timed):
        if _start(shown[right]) - _end(shown[left]) >= PAUSE_MS:
            places = range(left + 1, right + 1)
            cuts.append(min(places, key=lambda k: break_price(shown[k - 1].piece, shown[k].piece)))
    stretches = []
    for at, to in pairwise([*cuts, len(shown)]):
        inside = [k for k in timed if at <= k < to]
        if inside:
            start, end = _start(shown[inside[0]]), max(_end(shown[k]) for k in inside)
            stretches.append(_Stretch(passage["id"], passage["speaker"], tuple(shown[at:to]), start, end))
    return stretches


def _choose(passages: Sequence[list[_Stretch]]) -> list[_Stretch]:
    """Keep each passage in turn unless one kept before claims the same moment; return the stretches by time."""
    kept: list[tuple[int, int, int]] = []
    chosen: list[_Stretch] = []
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


def _name_turns(stretches: Sequence[_Stretch]) -> list[_Stretch]:
    """Put `[Name]` before the first words of each turn, when several speakers occur and the name fits a line."""
    if len({stretch.speaker for stretch in stretches if stretch.speaker}) < 2:
        return list(stretches)
    named = []
    before: str | None = None
    for stretch in stretches:
        label = f"[{NBSP.join((stretch.speaker or '').split())}]"
        if stretch.speaker and stretch.speaker != before and len(label) <= MAX_CHARS:
            named.append(replace(stretch, shown=(_Shown(Piece(label, (0, 0), " ")), *stretch.shown)))
        else:
            named.append(stretch)
        before = stretch.speaker
    return named


# --- which words together -----------------------------------------------------------------------


def _share_out(stretch: _Stretch, next_ms: int | None) -> list[_Draft]:
    """Share a stretch out over cues at the least cost: `best[k]` is the cheapest way to show its first k pieces."""
    shown = stretch.shown
    pieces = [item.piece for item in shown]
    prices = [break_price(left, right) for left, right in pairwise(pieces)]
    best: list[tuple[float, int, _Draft | None]] = [(0.0, 0, None)]
    starts = _starts_from(shown, next_ms)
    for to in range(1, len(shown) + 1):
        ways = []
        for at in range(to - 1, -1, -1):
            layout = set_lines(pieces[at:to], prices[at : to - 1])
            if layout is None:
                break
            draft, cost = _draft(stretch, at, to, layout[1], starts)
            boundary = _CUE_BREAK * prices[to - 1] if to < len(shown) else 0
            cost += layout[0] + boundary + _torn_cost(pieces, prices, at, to)
            ways.append((best[at][0] + cost, at, draft))
        best.append(min(ways, key=lambda way: way[0]))
    drafts: list[_Draft] = []
    to = len(shown)
    while to:
        _, to, chosen = best[to]
        if chosen:
            drafts.append(chosen)
    return drafts[::-1]


def _starts_from(shown: Sequence[_Shown], next_ms: int | None) -> list[int | None]:
    """For each place, when the first word at or after it is heard; at the end, when the next stretch begins."""
    starts: list[int | None] = [next_ms]
    for item in reversed(shown):
        starts.append(item.start_ms if item.start_ms is not None else starts[-1])
    return starts[::-1]


def _draft(
    stretch: _Stretch, at: int, to: int, lines: tuple[str, ...], starts: Sequence[int | None]
) -> tuple[_Draft, float]:
    """The cue that shows pieces `at` to `to`, and what it costs."""
    shown = stretch.shown[at:to]
    timed = [item for item in shown if item.start_ms is not None]
    cost = float(_CUE)
    if timed:
        start, end = _start(timed[0]), max(_end(item) for item in timed)
    else:  # it takes the moment of the neighbour that was heard: only words too long to share a cue come to this
        before = [_end(item) for item in stretch.shown[:at] if item.end_ms is not None]
        start = end = before[-1] if before else stretch.start_ms
        cost += _UNTIMED
    draft = _Draft(stretch, shown, lines, start, end)
    return draft, cost + _time_cost(draft, starts[to]) + _silence_cost(timed)


def _torn_cost(pieces: Sequence[Piece], prices: Sequence[int], at: int, to: int) -> float:
    strong = [k for k in range(at, to - 1) if prices[k] <= CLAUSE]
    if not strong:
        return 0
    head, tail = pieces[at : strong[0] + 1], pieces[strong[-1] + 1 : to]
    torn_head = at > 0 and prices[at - 1] > CLAUSE and len(join(head)) < _TORN_CHARS
    torn_tail = to < len(pieces) and prices[to - 1] > CLAUSE and len(join(tail)) < _TORN_CHARS
    return _TORN * (torn_head + torn_tail)


def _time_cost(draft: _Draft, next_ms: int | None) -> float:
    start, end = draft.start_ms, draft.end_ms
    out = _out(start, end, next_ms)
    cost = max(0, MIN_MS - (out - start)) * _SHORT
    if out < end and out - start >= MAX_MS:
        cost += _TOO_LONG + (end - out) / 5
    return cost


def _silence_cost(timed: Sequence[_Shown]) -> float:
    silences = [_start(right) - _end(left) for left, right in pairwise(timed)]
    return sum(max(0, silence - 500) * _SILENCE for silence in silences)


# --- shown when ---------------------------------------------------------------------------------


def _out(start: int, last: int, next_ms: int | None) -> int:
    """When a cue goes that began at `start` and whose last word ends at `last`; `next_ms` is the next cue's start."""
    out = last + LINGER_MS
    if next_ms is not None:
        closes = next_ms - last <= LINGER_MS + GAP_MS
        out = next_ms - GAP_MS if closes else min(out, next_ms - CLOSED_GAP_MS)
    out = max(out, start + MIN_MS)
    if next_ms is not None and next_ms - out < CLOSED_GAP_MS:
        out = next_ms - GAP_MS
    return max(min(out, start + MAX_MS), start + FLOOR_MS)


def _give_times(drafts: Sequence[_Draft], duration_ms: int | None) -> Iterator[Cue]:
    free = 0
    for draft, following in zip(drafts, [*drafts[1:], None], strict=False):
        start = max(draft.start_ms, free)
        out = _out(start, draft.end_ms, following.start_ms if following else None)
        if duration_ms is not None and start + FLOOR_MS <= duration_ms:
            out = min(out, duration_ms)
        free = out + GAP_MS
        words = tuple(TimedWord(item.piece.text, item.start_ms, item.end_ms, item.heard) for item in draft.shown)
        yield Cue(start, out, draft.lines, draft.stretch.passage_id, draft.stretch.speaker, words)


def _start(item: _Shown) -> int:
    return item.start_ms if item.start_ms is not None else 0


def _end(item: _Shown) -> int:
    return item.end_ms if item.end_ms is not None else 0
