"""Lays one passage out for the bench: its words beside those heard, its places, what was said of it, where to listen.

Between `review` and the template. What a script needs stands in the same facts as data; without script every place is
a link into the recording, and every deed a button of a form.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aligner.library import FinishedPost
from aligner.model import Correction, Match, Passage, Place
from aligner.output.differences import Run, tell_apart
from web.edit.review import Item, is_about
from web.layout import Recording

AROUND_MS = 8_000
"""Shown of the recording before and behind a passage."""
LONGEST_MS = 60_000
"""Shown at once: a minute is as wide as a canvas should be."""
MOST_PLACES = 9
"""Places that can be chosen by a key."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a recording where a passage may have been said."""

    number: int
    """The key that chooses it."""
    recording: Recording
    start_ms: int
    end_ms: int
    is_current: bool
    """Whether it is the one that the alignment has."""
    is_machines: bool = False
    """Whether it is where the passage would be without its correction."""

    @property
    def href(self) -> str | None:
        """The link to it, for a page without script."""
        return self.recording.address(self.start_ms)


@dataclass(frozen=True, slots=True)
class Seat:
    """The passage on the bench."""

    item: Item
    number: int
    """Its place in the list that is worked through, from 1; 0 when it is not (or no longer) in it."""
    total: int
    previous: Passage | None
    following: Passage | None
    runs: tuple[Run, ...]
    """The words heard, with their differences from the published ones; empty where none were."""
    spots: tuple[Spot, ...]
    recording: Recording | None
    """The one to listen to; None where the post has none."""
    start_ms: int
    """Where the passage begins, or where one would look for it."""
    end_ms: int | None
    is_placed: bool
    corrections: tuple[Correction, ...]
    """What the file says of it now."""

    @property
    def passage(self) -> Passage:
        """The passage itself."""
        return self.item.passage

    @property
    def match(self) -> Match:
        """Its verdict."""
        return self.item.match


def lay_seat(
    post: FinishedPost,
    order: Sequence[Item],
    item: Item,
    recordings: Sequence[Recording],
    corrections: Iterable[Correction],
    following: str | None = None,
    machines: Place | None = None,
) -> Seat:
    """Lay a passage out; `order` is the list worked through, `following` the id that comes next where that is known.

    A passage that was just dealt with is in the list no more: what comes next must then be told. `machines` is the
    place that it would have without its correction.
    """
    ids = [one.passage.id for one in order]
    here = ids.index(item.passage.id) if item.passage.id in ids else None
    if here is None:
        after = ids.index(following) if following in ids else 0 if ids else None
        before = None if after in (0, None) else after - 1
    else:
        after = here + 1 if here + 1 < len(ids) else None
        before = here - 1 if here else None
    by_media = {recording.media.id: recording for recording in recordings}
    spots = tuple(_spots(item.match, by_media, machines))
    guess_id, guess_ms = _guess(post, item.passage)
    match = item.match
    place = spots[0] if spots and spots[0].is_current else None
    return Seat(
        item=item,
        number=0 if here is None else here + 1,
        total=len(ids),
        previous=None if before is None else order[before].passage,
        following=None if after is None else order[after].passage,
        runs=tell_apart(match),
        spots=spots,
        recording=place.recording if place else by_media.get(guess_id or "", next(iter(recordings), None)),
        start_ms=place.start_ms if place else guess_ms,
        end_ms=place.end_ms if place else None,
        is_placed=place is not None,
        corrections=tuple(one for one in corrections if is_about(item.passage, one.passage_id, one.text)),
    )


def _spots(match: Match, by_media: dict[str, Recording], machines: Place | None) -> Iterable[Spot]:
    places = [(place, False) for place in match.elsewhere]
    if machines:
        places.insert(0, (machines, True))
    has_place = match.media_id in by_media and match.start_ms is not None
    if match.media_id is not None and match.start_ms is not None:
        places.insert(0, (Place(match.media_id, match.start_ms, match.end_ms or match.start_ms), False))
    known = [pair for pair in places if pair[0].media_id in by_media][:MOST_PLACES]
    for number, (place, is_machines) in enumerate(known, start=1):
        end_ms = max(place.start_ms, place.end_ms)
        is_current = has_place and number == 1
        yield Spot(number, by_media[place.media_id], place.start_ms, end_ms, is_current, is_machines)


def _guess(post: FinishedPost, passage: Passage) -> tuple[str | None, int]:
    """Where to look for a passage that has no place: behind the placed one before it, else before the next one."""
    before: tuple[str | None, int] | None = None
    is_after = False
    for other, match in post.verdicts:
        if other.id == passage.id:
            if before:
                return before
            is_after = True
        elif match.media_id is not None and match.start_ms is not None:
            if is_after:
                return match.media_id, max(0, match.start_ms - AROUND_MS)
            before = match.media_id, match.end_ms or match.start_ms
    return None, 0
