"""Progress as a person sees it: a moving bar on a terminal, a plain line now and then elsewhere.

The command line's `Listener`. Everything goes to stderr; hearing is told in minutes of audio with an
estimate of what is left.
"""

from __future__ import annotations

import time
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

EVERY_S = 15.0
"""Seconds between two plain lines where there is no terminal."""


class Display:
    """Shows what a run does on `console` (stderr). Use as a context manager; `quiet` shows nothing."""

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        self._console = console
        self._quiet = quiet
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._last: dict[str, float] = {}
        self._began: dict[str, float] = {}

    def __enter__(self) -> Self:
        if self._console.is_terminal and not self._quiet:
            columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[state]}"))
            self._bars = Progress(*columns, TimeRemainingColumn(), console=self._console, transient=True)
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars:
            self._bars.stop()

    def say(self, text: str) -> None:
        """Print a sentence."""
        if not self._quiet:
            self._console.print(text, soft_wrap=True, markup=False, highlight=False)

    def progress(self, what: str, done: int, total: int | None, unit: str) -> None:
        """Show that `done` of `total` bytes (`unit` "B") or ms of audio (`unit` "ms") are there."""
        if self._quiet:
            return
        state = _describe(done, total, unit)
        if self._bars:
            task = self._tasks.get(what)
            if task is None:
                task = self._tasks[what] = self._bars.add_task(what, total=total, state=state)
            finished = total is not None and done >= total
            self._bars.update(task, completed=done, total=total, state=state, visible=not finished)
            return
        now = time.monotonic()
        began = self._began.setdefault(what, now)
        if now - self._last.get(what, 0.0) >= EVERY_S or what not in self._last:
            self._last[what] = now
            self.say(f"{what}: {state}{_estimate(done, total, now - began)}")


def _describe(done: int, total: int | None, unit: str) -> str:
    scale, name = (60_000, "min of audio") if unit == "ms" else (1_000_000, "MB")
    whole = f" of {total / scale:.1f}" if total else ""
    return f"{done / scale:.1f}{whole} {name}"


def _estimate(done: int, total: int | None, elapsed_s: float) -> str:
    if not total or done <= 0 or elapsed_s < 1:
        return ""
    left = elapsed_s * (total - done) / done
    return f", about {left / 60:.0f} min left" if left >= 90 else f", about {max(1, round(left))} s left"
