"""Pair: what the places of a post's passages show about the links that its author made.

Last look of match, at a whole post: an offset far from where the post's words begin in that recording, and a
recording in which none of them was said. A finding is told to the author, so only what is sure makes one: where
a passage may have been said, it speaks against a finding, never for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aligner.model import LINKED, SPOKEN_KINDS, Finding, FindingKind, Heard, Kind, Match, Passage, Span, Status

EARLY_MS = 120_000
"""An offset this long before the words is in order: authors point at the chair's introduction, or at the applause."""
LATE_MS = 60_000
"""An offset this long after the first words is still in order: the first sentences may have been placed by others."""
PAUSE_MS = 60_000
"""Passages further apart than this stand in two runs, and a link may point at either."""
ENOUGH_WORDS = 20
"""Published words that must have been looked for in vain before a recording is called empty."""
REPORTED_SHARE = 0.25
"""With more words of reported speech than this for each word looked for, a recording may be what the report is of."""
POSSIBLE_SHARE = 0.2
"""Share of the words looked for that may have been heard, in doubtful places, in a recording that is called empty.

Of 44 posts that are not in the two-hour reading session none has over 0.15 there, by chance; a post that was said
has well over half.
"""


def check_links(passages: Sequence[Passage], heard: Sequence[Heard], matches: Sequence[Match]) -> tuple[Finding, ...]:
    """What is wrong with a post's links, by recording and offset; `matches` are those of `passages`, in their order.

    Each offset is held against the nearest run of passages in its recording. An offset of nought says nothing.
    """
    sought, reported = _count_words(passages)
    telling = sought >= ENOUGH_WORDS and reported <= REPORTED_SHARE * sought
    found: list[Finding] = []
    for recording in heard:
        media_id = recording.media.id
        if runs := _runs(media_id, matches):
            found += _check_offsets(recording, runs, _possible_starts(media_id, matches))
        elif telling and _count_possible(media_id, matches) < POSSIBLE_SHARE * sought:
            found.append(Finding(FindingKind.EMPTY, media_id))
    return tuple(found)


def _count_words(passages: Sequence[Passage]) -> tuple[int, int]:
    """Published words that were looked for, and those of reported speech."""
    sought = sum(len(p.text.split()) for p in passages if p.kind in SPOKEN_KINDS)
    return sought, sum(len(p.text.split()) for p in passages if p.kind is Kind.SUMMARY)


def _runs(media_id: str, matches: Sequence[Match]) -> list[Span]:
    """Stretches of the recording, in ms, in which linked passages follow one another, in published order."""
    runs: list[Span] = []
    for match in matches:
        if match.status not in LINKED or match.media_id != media_id or match.start_ms is None or match.end_ms is None:
            continue
        if runs and runs[-1][0] <= match.start_ms <= runs[-1][1] + PAUSE_MS:
            runs[-1] = (runs[-1][0], max(runs[-1][1], match.end_ms))
        else:
            runs.append((match.start_ms, match.end_ms))
    return runs


def _possible_starts(media_id: str, matches: Sequence[Match]) -> list[int]:
    """Where else in it the post may have been said: places of doubtful passages, other places of sure ones."""
    doubts = [m.start_ms for m in matches if m.status is Status.UNCERTAIN and m.media_id == media_id]
    others = [place.start_ms for m in matches for place in m.elsewhere if place.media_id == media_id]
    return [start for start in doubts if start is not None] + others


def _count_possible(media_id: str, matches: Sequence[Match]) -> int:
    """Published words that may have been heard in a recording in which no passage is linked."""
    places = [(match, {match.media_id, *(place.media_id for place in match.elsewhere)}) for match in matches]
    return sum(word.heard is not None for match, media_ids in places if media_id in media_ids for word in match.words)


def _check_offsets(recording: Heard, runs: Sequence[Span], possible: Sequence[int]) -> Iterator[Finding]:
    pointed = {run for run in runs if any(_points_at(hint, run[0]) for hint in recording.hints_ms)}
    for hint in recording.hints_ms:
        # Of several links into one speech, the first points at its beginning and the others, on purpose, further in.
        inside = any(start <= hint <= end for start, end in pointed)
        if hint and not inside and not any(_points_at(hint, start) for start in (*(run[0] for run in runs), *possible)):
            said_ms = min((run[0] for run in runs), key=lambda start: abs(start - hint))
            yield Finding(FindingKind.OFFSET, recording.media.id, hint, said_ms)


def _points_at(hint: int, start: int) -> bool:
    return start - EARLY_MS <= hint <= start + LATE_MS
