"""`align --watch`: what it tells, a line a thing, and how it is stopped. The work is done in `aligner.watching`."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from types import FrameType
from typing import Any, TextIO

import click
from rich.console import Console

from aligner.errors import UsageError
from aligner.model import Outcome
from aligner.progress import Display
from aligner.recordings import Request, Tools
from aligner.settings import Settings
from aligner.watching.watch import Surroundings, Watch


def watch_posts(
    request: Request,
    load: Callable[[], Settings],
    make_tools: Callable[[Settings], Tools],
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """Follow the posts of a request until a signal stops it. Raises `UsageError` for what makes no sense with it."""
    if request.only or request.dry_run:
        raise UsageError(
            "--watch takes neither --only nor --dry-run.", "Name the posts to watch: align --watch posts/2024-budget.md"
        )
    voice = _Voice(as_json=as_json, quiet=quiet)
    watch = Watch(request, Surroundings(load, make_tools, voice.listen, voice.say, voice.tell))
    with _stopped_by_signals(watch):
        watch.follow()
    voice.say("Stopped. The next run goes on from here.")


class _Voice:
    """Tells what is done on stdout, as lines or JSON Lines; all else on stderr."""

    def __init__(self, *, as_json: bool, quiet: bool) -> None:
        self._as_json = as_json
        self._quiet = quiet
        self._console = Console(stderr=True)
        self._out: TextIO = sys.stdout  # while a bar is shown, sys.stdout leads to where the bar is
        self._display: Display | None = None

    @contextmanager
    def _show(self) -> Iterator[Display]:
        with Display(self._console, quiet=self._quiet) as self._display:
            yield self._display
        self._display = None

    def listen(self) -> AbstractContextManager[Display]:
        """The display of one round."""
        return self._show()

    def say(self, text: str) -> None:
        """Print a sentence on stderr, unless only errors are asked for."""
        if text.startswith("Error: ") and self._quiet:
            click.echo(text, err=True)
        else:
            (self._display or Display(self._console, quiet=self._quiet)).say(text)

    def tell(self, outcome: Outcome, again_s: float | None) -> None:
        """Print what became of a post."""
        if self._as_json:
            self._print(json.dumps(to_event(outcome, again_s), ensure_ascii=False))
        elif not self._quiet:
            self._print(f"{time.strftime('%H:%M:%S')} {describe(outcome, again_s)}")
        elif outcome.code or outcome.state == "failed":
            click.echo(f"Error: {describe(outcome, again_s)}", err=True)

    def _print(self, line: str) -> None:
        if self._display and self._console.is_terminal and self._out.isatty():
            self._display.say(line)  # above the bar
        else:
            click.echo(line, file=self._out)


def to_event(outcome: Outcome, again_s: float | None) -> dict[str, Any]:
    """One line of `align --watch --json` as JSON-able data, documented in `docs/watching.md`."""
    now = datetime.now(tz=UTC).astimezone()
    return {"time": now.isoformat(timespec="seconds"), **asdict(outcome), "again_s": again_s}


def describe(outcome: Outcome, again_s: float | None) -> str:
    """What became of a post, in a line."""
    text = f"{outcome.slug}: {outcome.state}"
    if counts := outcome.counts:
        verdicts = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in counts.items() if name != "passages" and n)
        passages = counts["passages"]
        text += f", {passages} passage{'s' * (passages != 1)}" + f" ({verdicts})" * bool(verdicts)
    if outcome.state in ("done", "partial"):
        text += f", {outcome.seconds:.1f} s"
    if outcome.message:
        text += f". {outcome.message} {outcome.hint}".rstrip()
    if again_s is not None:
        text += f" Trying again in {again_s / 60:.0f} min."
    return text


@contextmanager
def _stopped_by_signals(watch: Watch) -> Iterator[None]:
    """End the watch at SIGINT or SIGTERM: at once while it waits, after the post at hand while it works.

    A second signal interrupts that, too.
    """

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if watch.stop.is_set():
            raise KeyboardInterrupt
        watch.stop.set()
        if watch.busy:  # written past Python's buffers, which a signal may have interrupted
            with suppress(OSError):
                os.write(2, b"Stopping after the post at hand; Ctrl-C again stops at once.\n")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
