"""The commands that say how things stand: `aligner status` and `aligner check`.

Beside the other commands in `cli`. They change nothing in posts, recordings and alignments.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aligner.cli_parts import CONTEXT, shared_options, spoken_errors, start
from aligner.errors import UsageError
from aligner.model import SPOKEN_KINDS
from aligner.store import Workspace

if TYPE_CHECKING:
    from aligner.settings import Settings
    from aligner.standing.gather import Lacks
    from aligner.text.read import Sketch


class _Posts:
    """Reads posts for whoever asks how they stand."""

    def sketch(self, path: Path, root: Path) -> Sketch:
        from aligner.text.read import sketch_post

        return sketch_post(path, root)

    def count(self, path: Path, root: Path) -> int:
        from aligner.text.read import read_post

        return sum(passage.kind in SPOKEN_KINDS for passage in read_post(path, root).passages)


@click.command(context_settings=CONTEXT)
@click.argument("names", metavar="[SLUG|RECORDING|POST|FOLDER]...", nargs=-1)
@click.option("--fail-under", metavar="PERCENT", help="Exit with 1 when fewer of the passages are linked: 90%.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@shared_options
def status(
    names: tuple[str, ...], fail_under: str | None, as_json: bool, workspace: Path | None, quiet: bool, verbose: bool
) -> None:
    """Show how posts and recordings stand: what is aligned and how well, what waits, what is wrong.

    Without an argument all of the workspace; else the posts with these slugs, the posts of these recordings
    (youtube:VIDEOID), or the posts in these files and folders.

    \b
    Examples:
      aligner status
      aligner status 2024-budget youtube:VIDEOID
      aligner status --quiet --fail-under 90%
    """  # noqa: D301 -- a real control character: click then keeps the lines
    with spoken_errors(verbose=verbose):
        from rich.console import Console

        from aligner.library import Library
        from aligner.standing.document import to_document
        from aligner.standing.gate import read_percent, why_not
        from aligner.standing.gather import gather, select
        from aligner.standing.show import show_standing

        settings = start(workspace, quiet=quiet, verbose=verbose)
        least = None if fail_under is None else read_percent(fail_under)
        places = _places(names)
        standing = gather(Library(Workspace(settings.workspace)), places, _Posts(), lambda: _lacks(settings))
        if names and not places:
            standing = select(standing, names)
        why = "" if least is None else why_not(standing, least)
        if as_json:
            click.echo(json.dumps(to_document(standing, int(bool(why))), ensure_ascii=False, indent=1))
        elif not quiet:
            show_standing(Console(), standing, whole=bool(names))
        if why:
            click.echo(f"Error: {why}", err=True)
            sys.exit(1)


def _places(names: Sequence[str]) -> list[Path]:
    """The files and folders among what was named; all of it or nothing."""
    places = [Path(name) for name in names if Path(name).suffix.lower() == ".md" or Path(name).is_dir()]
    if places and len(places) < len(names):
        raise UsageError("Files or folders stand beside slugs or recordings.", "Ask about one kind at a time.")
    for place in places:
        if not place.exists():
            raise UsageError(f"{place} does not exist.", "Name posts (*.md), folders, slugs or recordings.")
    return places


def _lacks(settings: Settings) -> Lacks:
    from aligner.checkup.machine import find_lacks
    from aligner.standing.facts import WaitKind

    kinds = {"model": WaitKind.NO_MODEL, "runtime": WaitKind.NO_RUNTIME}
    return {kinds[name]: told for name, told in find_lacks(settings).items()}


@click.command(context_settings=CONTEXT)
@click.argument("places", metavar="[POST|FOLDER]...", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--online/--offline",
    "network",
    default=None,
    help="Take a site out of reach for a fault, or try none.  [default: try, and only note it]",
)
@click.option("--deep", is_flag=True, help="Hash every kept sound, and read every transcript to its end.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@shared_options
def check(
    places: tuple[Path, ...],
    network: bool | None,
    deep: bool,
    as_json: bool,
    workspace: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Check this machine, the settings, and whether the workspace's files agree; with the cure for each fault.

    Changes nothing. Name the posts or their folder when they lie outside the workspace's transcripts/.

    Exit codes: 0 all well, 1 settings or workspace are at fault, 3 this machine lacks something.
    """
    with spoken_errors(verbose=verbose):
        import os

        from aligner.checkup import Wish, examine, exit_code
        from aligner.checkup.show import tell, to_document
        from aligner.settings import PREFIX

        root = workspace or Path(os.environ.get(f"{PREFIX}WORKSPACE") or ".")
        examined = examine(Wish(root, places, network, deep), _Posts())
        if as_json:
            click.echo(json.dumps(to_document(examined), ensure_ascii=False, indent=1))
        else:
            for line in tell(examined, quiet=quiet):
                click.echo(line)
        sys.exit(exit_code(examined.findings))
