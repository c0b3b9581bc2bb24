"""Listening plan: which parts of a recording must be heard, told by where its captions place the posts.

Between fetching and hearing. A council session lasts five hours, the speech in it four minutes: captions cost a
second and say where it is. Where they do not say, the plan widens: to minutes around the offset that the link gives,
and where there is none, or where the captions turn out to be poor, to the whole recording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aligner.model import LINKED, SPOKEN_KINDS, Alignment, Match, Span, Transcript
from aligner.sound.guards import merge_spans
from aligner.timecode import format_clock

MARGIN_MS = 12_000
"""Heard before and after what the captions place: their times are good to some seconds, speakers begin unpublished."""
WORD_MS = 600
"""What a published word that the captions do not place is given beside its neighbours: slow speech, 100 a minute."""
LOST_MS = 10_000
"""Given besides to such words: where captions lost them, they lost more."""
BRIDGED_MS = 180_000
"""Between two passages that the captions place with others between them, all is heard up to this length."""
JOINED_MS = 5_000
"""Windows closer than this become one."""
REACH_MS = 600_000
"""Heard on each side of a link's offset where captions do not place a post: editorial offsets are minutes off."""
PLACED_SHARE = 0.5
"""Share of a post's words that the captions must place, in one of its recordings, to be believed about where it is."""
GAP_MS = 10_000
"""Captions without a word for this long may have lost what a post holds that they hardly place."""
PROBE_MS = 60_000
"""Heard at least, to see what captions are worth that place nothing."""
TELLING_WORDS = 6
"""Words of the shortest passage of which a doubtful place, or another one, is worth hearing: formulas are anywhere."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be heard of one recording, and why."""

    windows: tuple[Span, ...] | None
    """In ms, apart and in order; None is all of it."""
    reason: str
    lost: tuple[str, ...] = ()
    """Posts that the captions hardly place: if the captions are poor, they may be anywhere."""


def plan_windows(media_id: str, duration_ms: int, drafts: Sequence[Alignment], captions: Transcript) -> Plan:
    """Plan from `drafts`: the posts that link this recording, aligned with the captions of their recordings."""
    windows: list[Span] = []
    placed = 0
    lost: list[str] = []
    for draft in drafts:
        here = _windows_of(draft, media_id)
        placed += len(here)
        windows += here
        if _placed_share(draft) < PLACED_SHARE:
            lost.append(draft.post.slug)
            hints = [hint for heard in draft.heard if heard.media.id == media_id for hint in heard.hints_ms if hint]
            windows += [(hint - REACH_MS, hint + REACH_MS) for hint in hints]
    if lost:
        windows += _gaps(captions, duration_ms)
    if lost and not windows:
        windows = [((duration_ms - PROBE_MS) // 2, (duration_ms + PROBE_MS) // 2)]
    merged = merge_spans(windows, (0, duration_ms), JOINED_MS)
    reason = f"captions place {_count(placed, 'passage')} in {_count(len(merged), 'window')}"
    if lost:
        reason += f" and hardly anything of {', '.join(lost)}"
    return Plan(merged, reason, tuple(lost))


def tell_plan(plan: Plan, duration_ms: int | None) -> str:
    """The plan in words: why, and how much is to be heard of how much (where the length is known)."""
    length = "it" if duration_ms is None else format_clock(duration_ms)
    if plan.windows is None:
        return f"{plan.reason}; will hear all of {length}"
    part_ms = sum(end - start for start, end in plan.windows)
    return f"{plan.reason}; will hear {format_clock(part_ms) if part_ms else 'nothing'} of {length}"


def _gaps(captions: Transcript, duration_ms: int) -> list[Span]:
    """Where captions say nothing for long: somebody may have spoken there all the same."""
    edges = [0, *(edge for word in captions.words for edge in (word.start_ms, word.end_ms)), duration_ms]
    silences = zip(edges[::2], edges[1::2], strict=True)
    return [(start - JOINED_MS, end + JOINED_MS) for start, end in silences if end - start >= GAP_MS]


def _windows_of(draft: Alignment, media_id: str) -> list[Span]:
    """A window for each passage that may have been said in this recording, wide enough for unplaced ones beside it."""
    windows: list[Span] = []
    room = 0
    last_end: int | None = None
    for passage, match in zip(draft.post.passages, draft.matches, strict=True):
        if passage.kind not in SPOKEN_KINDS:
            continue
        spans = _places(match, media_id)
        if not spans:
            beside = WORD_MS * len(passage.text.split()) + (0 if room else LOST_MS)
            room += beside
            if windows:
                windows[-1] = (windows[-1][0], windows[-1][1] + beside)
            continue
        if room and last_end is not None and 0 < spans[0][0] - last_end <= BRIDGED_MS:
            # What is lost lies between its neighbours, in a hole of the captions.
            windows.append((last_end, spans[0][0]))
        windows += [(start - room - MARGIN_MS, end + MARGIN_MS) for start, end in spans]
        room, last_end = 0, spans[0][1]
    return windows


def _places(match: Match, media_id: str) -> list[Span]:
    """Where in this recording a passage may have been said."""
    places: list[Span] = []
    telling = len(match.words) >= TELLING_WORDS
    if match.media_id == media_id and (telling or match.status in LINKED):
        places += [(match.start_ms, match.end_ms)] if match.start_ms is not None and match.end_ms is not None else []
    if telling:
        places += [(place.start_ms, place.end_ms) for place in match.elsewhere if place.media_id == media_id]
    return places


def _placed_share(draft: Alignment) -> float:
    """Share of the words that were looked for whose passage has a place."""
    sought = [
        (len(passage.text.split()), match.start_ms is not None)
        for passage, match in zip(draft.post.passages, draft.matches, strict=True)
        if passage.kind in SPOKEN_KINDS
    ]
    words = sum(count for count, _ in sought)
    return sum(count for count, there in sought if there) / words if words else 1.0


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + "s" * (number != 1)
