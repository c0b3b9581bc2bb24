"""Lays one passage out for the bench: its words beside those heard, its places, what was said of it, where to listen.

Between `review` and the template. What a script needs stands in the same facts as data; without script every place is
a link into the recording, and every deed a button of a form.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aligner.library import FinishedPost
from aligner.model import Correction, Match, Passage
from web.differences import Run, tell_apart
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
) -> Seat:
    """Lay a passage out; `order` is the list worked through, `following` the id that comes next where that is known.

    A passage that was just dealt with is in the list no more: what comes next must then be told.
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
    spots = tuple(_spots(item.match, by_media))
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


def _spots(match: Match, by_media: dict[str, Recording]) -> Iterable[Spot]:
    places = [(place.media_id, place.start_ms, place.end_ms, False) for place in match.elsewhere]
    if match.media_id is not None and match.start_ms is not None:
        places.insert(0, (match.media_id, match.start_ms, match.end_ms or match.start_ms, True))
    known = [place for place in places if place[0] in by_media][:MOST_PLACES]
    for number, (media_id, start_ms, end_ms, is_current) in enumerate(known, start=1):
        yield Spot(number, by_media[media_id], start_ms, max(start_ms, end_ms), is_current)


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
