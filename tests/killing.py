"""Runs `align` and kills it with SIGKILL at a chosen instant: `python killing.py KIND NUMBER ARGUMENTS…`.

KIND names what is counted: `written` (a file lies whole under its temporary name), `moved` (it was moved into
place), `progress` (a stage told how far it is). At the NUMBER-th of these the process is gone.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aligner import cli, progress


def killing_after(count: int, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, until it was called `count` times: then the process is killed."""
    left = [count]

    def counted(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return counted


def main() -> None:
    """Patch what is counted, then be `align`."""
    kind, number, *arguments = sys.argv[1:]
    owner, name = {
        "written": (os, "fsync"),
        "moved": (Path, "replace"),
        "progress": (progress.Display, "progress"),
    }[kind]
    setattr(owner, name, killing_after(int(number), getattr(owner, name)))
    cli.align(arguments)


if __name__ == "__main__":
    main()
