"""`python -m tests.benchmark.windows`: what captions save, on the reading set; the second half of `make bench`.

The command itself is run: for a post of three passages from far apart, each time, and for all posts, first in the
windows that captions tell and then for the rest of the recording. The last takes a quarter of an hour, so its figures
are kept in `.bench/`, named by all that they depend on but the machine, and told again until that changes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from aligner.listening import Plan, plan_windows, tell_plan
from aligner.model import Media, Post
from aligner.settings import Settings
from aligner.sound.captions import read_captions
from aligner.sound.hear import HEARD, adopt_recording
from aligner.sound.journal import Journal
from aligner.sound.stretches import read_stretches
from aligner.sound.whisper import make_transcriber
from aligner.store import Workspace, dump_json, fingerprint, hash_file, read_json, write_atomic
from aligner.text.read import list_posts, read_post
from aligner.timecode import format_clock
from tests.benchmark.cases import CACHE, READING, ROOT, draft_posts
from tests.benchmark.hearing import print_table
from tests.benchmark.score import score_lines, summarise

LEAST_WORDS = 6
"""Of the three passages: what is shorter may be said anywhere."""
FIGURES = ("placed", "wrong", "unsaid linked", "onset median", "onset p95")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A folder with `posts/`, a recording, its captions and `truth.json`, which names both."""

    folder: Path
    truth: dict[str, Any]

    @property
    def recording(self) -> Path:
        """The sound."""
        return self.folder / str(self.truth["recording"])

    @property
    def captions(self) -> Path:
        """What a video site hears in it."""
        return self.folder / str(self.truth["captions"])

    def plan(self, posts: Sequence[Post]) -> tuple[Plan, Media]:
        """What the program plans to hear for some posts, and of what."""
        media = adopt_recording(self.recording, posts[0].links[0])
        captions = read_captions(self.captions, "fr")
        return plan_windows(media.id, media.duration_ms or 0, draft_posts(posts, media, captions), captions), media


@dataclass(frozen=True, slots=True)
class Run:
    """The command, from its start to its end. `decoded_s`: sound that the recogniser was given, second hearings too."""

    wall_s: float
    decoded_s: float
    figures: dict[str, float]


def run_align(given: Labelled, workspace: Workspace, posts: Path, *, captions: bool) -> Run:
    """Align posts with the recording, in windows where captions are given, and score what comes out."""
    folder = workspace.media_folder(_read_all(posts)[0].links[0].media_id)
    before = _decoded_s(folder)
    words = ["--workspace", workspace.root, posts, "--recording", given.recording]
    words += ["--captions", given.captions] if captions else []
    began = time.perf_counter()
    command = [sys.executable, "-m", "aligner", "align", "-q", *map(str, words)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    wall_s = time.perf_counter() - began
    labels = {slug: has for slug, has in given.truth["posts"].items() if (workspace.aligned / f"{slug}.json").is_file()}
    found = summarise([line for slug, has in labels.items() for line in score_lines(has, _aligned(workspace, slug))])
    return Run(wall_s, _decoded_s(folder) - before, {name: found[name] for name in FIGURES})


def _decoded_s(folder: Path) -> float:
    """How much sound was decoded, by the journals in a recording's folder."""
    journals = [Journal(path) for path in (folder / HEARD).glob("*.jsonl")]
    heard = [journal for journal in journals if isinstance(journal.read()[0][0], list)]  # another: where speech is
    spans = [s.span for journal in heard for s in read_stretches(journal)]
    return sum(end - start for start, end in spans) / 1000


def _aligned(workspace: Workspace, slug: str) -> Any:
    return json.loads((workspace.aligned / f"{slug}.json").read_text(encoding="utf-8"))


def _read_all(folder: Path) -> list[Post]:
    return [read_post(path, folder) for path in list_posts([folder])]


def pick_lines(truth: dict[str, Any]) -> list[dict[str, Any]]:
    """Three said lines whose onset is known, near one, three and five sixths of the recording."""
    lines = [line for labels in truth["posts"].values() for line in labels]
    known = [line for line in lines if line["onset"] is not None and len(line["text"].split()) >= LEAST_WORDS]
    return [min(known, key=lambda line: abs(line["onset"] - truth["duration"] * part / 6)) for part in (1, 3, 5)]


def _write_post(workspace: Workspace, given: Labelled, lines: Sequence[dict[str, Any]]) -> None:
    workspace.posts.mkdir()
    text = "\n\n".join([given.truth["video"], *(line["text"] for line in lines)])
    (workspace.posts / "trois.md").write_text(f"---\ntitle: Trois passages\n---\n\n{text}\n", encoding="utf-8")


def tell_three_passages(given: Labelled, *, hear_all: bool) -> None:
    """Align a post of three passages from far apart, in windows, and with the whole recording heard where asked."""
    lines = pick_lines(given.truth)
    with TemporaryDirectory() as place:
        workspace = Workspace(Path(place))
        _write_post(workspace, given, lines)
        posts = _read_all(workspace.posts)
        plan, media = given.plan(posts)
        run = run_align(given, workspace, workspace.posts, captions=True)
        mine = _aligned(workspace, "trois")["passages"]
        whole = mine
        if hear_all:
            run_align(given, workspace, workspace.posts, captions=False)
            whole = _aligned(workspace, "trois")["passages"]
    own_s = sum(p["end_ms"] - p["start_ms"] for p in mine if p["start_ms"] is not None) / 1000
    click.echo(
        f"three passages, {own_s:.1f} s together: {tell_plan(plan, media.duration_ms)}; "
        f"decoded {run.decoded_s:.0f} s of sound, command {run.wall_s:.1f} s"
    )
    heads = ("passage", "said at s", "windows", "off by s") + (("all heard", "off by s") if hear_all else ())
    rows = []
    for line, a, b in zip(lines, mine, whole, strict=True):
        row = (line["text"][:45], f"{line['onset']:.2f}", *_verdict(a, line))
        rows.append(row + _verdict(b, line) if hear_all else row)
    print_table(heads, rows)


def _verdict(passage: dict[str, Any], line: dict[str, Any]) -> tuple[str, str]:
    start = passage["start_ms"]
    return passage["status"], "" if start is None else f"{start / 1000 - line['onset']:+.2f}"


def tell_all_posts(given: Labelled, *, anew: bool) -> None:
    """What hearing takes for all posts in one run: in windows, and everything."""
    posts = _read_all(given.folder / "posts")
    plan, media = given.plan(posts)
    click.echo(f"{len(posts)} posts in one run: {tell_plan(plan, media.duration_ms)}")
    engine = make_transcriber(Settings(device="cpu")).fingerprint
    made_from = fingerprint(engine, hash_file(given.recording), hash_file(given.captions), plan.windows)
    kept = CACHE / f"windows-{made_from}.json"
    measured = None if anew else read_json(kept)
    if measured is None:
        click.echo("hearing all of it: some fifteen minutes, once …", err=True)
        with TemporaryDirectory() as place:
            workspace = Workspace(Path(place))
            runs = [
                run_align(given, workspace, given.folder / "posts", captions=captions) for captions in (True, False)
            ]
        measured = {"on": datetime.now(UTC).date().isoformat(), "runs": [asdict(run) for run in runs]}
        write_atomic(kept, dump_json(measured))
    first, rest = measured["runs"]
    everything = {key: first[key] + rest[key] for key in ("wall_s", "decoded_s")} | {"figures": rest["figures"]}
    click.echo(f"measured on {measured['on']}; everything is the windows and, after them, the rest")
    print_table(
        ("", "decoded", "wall time", *FIGURES),
        [_row(name, run) for name, run in (("windows", first), ("everything", everything))],
    )


def _row(name: str, run: dict[str, Any]) -> list[str]:
    lengths = [format_clock(round(run[key] * 1000)) for key in ("decoded_s", "wall_s")]
    return [name, *lengths, *(f"{run['figures'][figure]:.3f}" for figure in FIGURES)]


@click.command()
@click.option("--anew", is_flag=True, help="Measure all posts again, also where figures are kept.")
@click.option("--whole", is_flag=True, help="Hear the whole recording for the three passages, too.")
@click.argument("folder", default=READING, type=click.Path(file_okay=False, path_type=Path))
def main(folder: Path, *, anew: bool, whole: bool) -> None:
    """What captions save: a post of three passages, and all posts in one run, against hearing all."""
    if not (folder / "truth.json").is_file():
        click.echo("what captions save: left out, the shared corpus is not here", err=True)
        return
    given = Labelled(folder, json.loads((folder / "truth.json").read_text(encoding="utf-8")))
    tell_all_posts(given, anew=anew)
    tell_three_passages(given, hear_all=whole)


if __name__ == "__main__":
    main()
