"""When to look at the posts: at what the system tells of their folders, and at a tick besides.

The ears of the watch, around `watchfiles`. Network shares tell nothing of what others write to them, and a system may
have no notices left to give: so the ticks go on in any case, and whoever looks at them misses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event

from aligner.corrections.file import ENDING

TICK_MS = 250
_GROUPED_MS = 500  # changes within this time are one wake


def wait_for_changes(places: Sequence[Path], stop: Event, say: Callable[[str], None]) -> Iterator[bool]:
    """Yield true when something that concerns posts changed in or below these places, else false at every tick.

    Ends when `stop` is set. Where the system cannot tell of changes, `say` gets a sentence and only ticks are left.
    """
    from watchfiles import watch

    folders = {place if place.is_dir() else place.parent for place in places}
    try:
        # No filter of theirs: with one, changes that do not concern us would leave no ticks.
        for changes in watch(
            *folders,
            watch_filter=None,
            debounce=_GROUPED_MS,
            stop_event=stop,
            rust_timeout=TICK_MS,
            yield_on_timeout=True,
            recursive=any(place.is_dir() for place in places),
            ignore_permission_denied=True,
        ):
            yield any(_concerns_posts(path) for _, path in changes)
    except (OSError, RuntimeError) as error:  # no such folder, no notices left, or whatever the library met
        say(f"The system does not tell of changes here ({error}), so the files are looked at every few seconds.")
    while not stop.wait(TICK_MS / 1000):
        yield False


def _concerns_posts(path: str) -> bool:
    return path.lower().endswith(".md") or path.endswith(ENDING)
