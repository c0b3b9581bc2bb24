"""Wait where waiting is polite or helps: between two recordings of one site, and before asking it once more.

Helper of the fetching step. Failures that may pass soon (`FetchError.soon`) are met a few times with growing
pauses; a site that still fails then is not waited for again in this run, until it answers. All waiting that is
ours goes through one function, which tests replace.
"""

from __future__ import annotations

import ipaddress
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import urlsplit

from aligner.errors import FetchError
from aligner.model import Link

log = logging.getLogger(__name__)

ATTEMPTS = 3
RETRY_SLEEP_S = 1.0
"""Wait before yt-dlp repeats one request; doubled for each further time."""
_LONGER = 4
"""Before the whole of a recording is tried again, so many times as long: 4 s, then 8 s."""

T = TypeVar("T")


class Patience:
    """Keeps the pauses of one run; safe to share among threads."""

    def __init__(
        self,
        pause_s: float,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pause_s = pause_s
        self._sleep = sleep
        self._clock = clock
        self._lock = threading.Lock()
        self._free_at: dict[str, float] = {}
        self._last: dict[str, str] = {}
        self._given_up: set[str] = set()

    @contextmanager
    def visit(self, link: Link) -> Iterator[None]:
        """Wait until the pause since the site's last recording is over, and begin the next pause at the end.

        Coming back for more of the same recording needs no pause, nor does this machine itself.
        """
        host = _host(link)
        if _is_this_machine(host):
            yield
            return
        with self._lock:
            now = self._clock()
            begin = now if self._last.get(host) == link.media_id else max(now, self._free_at.get(host, now))
            self._last[host] = link.media_id
            self._free_at[host] = begin + self._pause_s
        if begin > now:
            log.debug("Waiting %.1f s before the next recording of %s.", begin - now, host)
            self._sleep(begin - now)
        try:
            yield
        finally:
            with self._lock:
                self._free_at[host] = max(self._free_at[host], self._clock() + self._pause_s)

    def persist(self, link: Link, attempt: Callable[[], T]) -> T:
        """Make an attempt, again and again while it fails in a way that may pass soon, at most `ATTEMPTS` times.

        Raises the last failure.
        """
        host = _host(link)
        pauses = [] if host in self._given_up else [_LONGER * seconds_before_retry(n) for n in range(ATTEMPTS - 1)]
        while True:
            try:
                result = attempt()
            except FetchError as error:
                if not error.soon:
                    raise
                if not pauses:
                    self._given_up.add(host)
                    raise
                pause_s = pauses.pop(0)
                log.info("%s Trying again in %.0f s.", error.message, pause_s)
                self._sleep(pause_s)
            else:
                self._given_up.discard(host)
                return result


def seconds_before_retry(n: int) -> float:
    """How long to wait before the retry number `n`, counted from 0."""
    return RETRY_SLEEP_S * 2.0**n


def _host(link: Link) -> str:
    return urlsplit(link.url).hostname or ""


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
