"""Measures publishing on invented data of full size: 1,000 posts, 100 sessions of 10,000 heard words each.

`python -m tests.benchmark.publish` prints how long the folder takes to be made from nothing, again with nothing
changed, and again with one post changed; then with a known address, too, which adds pictures for previews, feed,
sitemap and structured data. Each line tells the time on the clock, what the processor worked in all processes together,
and how many programs wanted it: where those are many, the second is what counts.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

from aligner.library import Library
from aligner.store import Workspace, dump_json, write_atomic
from tests.benchmark.library import Size, as_command, build
from web.freeze import cores, publish

PUBLIC = "https://www.example.org/paroles/"


class _Watch:
    """Tells how long a run took on the clock, and how much of that this program and its processes worked."""

    def __init__(self) -> None:
        self._clock, self._work = time.perf_counter(), self._worked()

    @staticmethod
    def _worked() -> float:
        spent = os.times()
        return spent.user + spent.system + spent.children_user + spent.children_system

    def tell(self) -> str:
        clock, work = time.perf_counter() - self._clock, self._worked() - self._work
        return f"{clock:7.2f} s on the clock, {work:7.2f} s of work, load {os.getloadavg()[0]:.1f}"


def _run(what: str, workspace: Workspace, out: Path, public_url: str) -> None:
    watch = _Watch()
    report = publish(workspace, out, public_url=public_url, workers=cores())
    figures = f"{report.files:6} files, {report.made:6} made, {report.written:6} written, {report.removed} removed"
    print(f"{what:28}{watch.tell()}; {figures}", flush=True)  # noqa: T201


def _change(workspace: Workspace) -> None:
    path = workspace.aligned / "texte-0000.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["post"]["title"] += ", revu"
    write_atomic(path, dump_json(document))


def measure(work: Path, size: Size) -> None:
    """Print all figures; `work` keeps the data, and a second run takes them as they are."""
    root = work / "workspace"
    workspace = Workspace(root) if root.exists() else build(root, size)
    Library(workspace).refresh()
    for name, public_url in (("", ""), (", known address", PUBLIC)):
        out = work / "out"
        if out.exists():
            shutil.rmtree(out)
        _run(f"from nothing{name}", workspace, out, public_url)
        _run(f"again{name}", workspace, out, public_url)
        _change(workspace)
        _run(f"one title changed{name}", workspace, out, public_url)
    everything = [path.stat().st_size for path in (work / "out").rglob("*") if path.is_file()]
    print(f"{sum(everything) / 2**20:.0f} MB")  # noqa: T201


if __name__ == "__main__":
    as_command(measure)()
