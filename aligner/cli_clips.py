"""The commands that make something to share of one passage: `aligner clip` and `aligner card`.

Beside the other commands in `cli`. Names of the files written go to stdout.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from aligner.cli_parts import CONTEXT, shared_options, spoken_errors, start
from aligner.store import Workspace

_FILE = click.Path(path_type=Path, dir_okay=False)
_SLUG = click.option("--slug", help="The post that has the passage, where several have it.")


@click.command(context_settings=CONTEXT)
@click.argument("passage_id")
@_SLUG
@click.option("--to", metavar="PASSAGE_ID", help="Go on to the end of this later passage of the same post.")
@click.option("--before", "before_ms", metavar="MS", type=click.IntRange(0), help="Begin earlier.  [default: 300]")
@click.option("--after", "after_ms", metavar="MS", type=click.IntRange(0), help="End later.  [default: 500]")
@click.option(
    "--format",
    type=click.Choice(["mp4", "m4a"]),
    help="A video, or the sound alone.  [default: what the recording is]",
)
@click.option(
    "--shape",
    type=click.Choice(["asis", "wide", "square"]),
    help="Shape of the picture: the recording's own, 1280 x 720, or 1080 x 1080.  [default: asis]",
)
@click.option(
    "--subtitles",
    type=click.Choice(["burned", "soft", "none"]),
    help="Drawn into the picture, as a track (a .vtt beside an m4a), or none.  [default: burned; m4a: none]",
)
@click.option("--out", type=_FILE, help="File to write.  [default: SLUG-PASSAGE_ID.mp4 or .m4a, here]")
@shared_options
def clip(workspace: Path | None, quiet: bool, verbose: bool, **wishes: Any) -> None:
    """Cut the moment of a passage out of its recording, to be shared.

    A recording that has no picture gives the sound alone, or with --format mp4 a video that shows the quote's card.
    Only passages that were found with confidence can be cut, from recordings that lie in the workspace.

    \b
    Examples:
      aligner clip 7f3a9c --shape square
      aligner clip 7f3a9c --to b81d02 --subtitles soft --out budget.mp4
    """  # noqa: D301 -- a real control character: click then keeps the lines
    with spoken_errors(verbose=verbose):
        from aligner.clips.make import Wish, make_clip

        settings = start(workspace, quiet=quiet, verbose=verbose)
        wish = Wish(**{name: value for name, value in wishes.items() if value is not None})
        for path in make_clip(Workspace(settings.workspace), wish):
            click.echo(path)


@click.command(context_settings=CONTEXT)
@click.argument("passage_id")
@_SLUG
@click.option("--out", type=_FILE, required=True, help="The PNG to write.")
@shared_options
def card(passage_id: str, slug: str | None, out: Path, workspace: Path | None, quiet: bool, verbose: bool) -> None:
    """Draw a quote as a picture, as the viewer shows it to other sites (1200 x 630, PNG)."""
    with spoken_errors(verbose=verbose):
        from aligner.clips.make import make_card

        settings = start(workspace, quiet=quiet, verbose=verbose)
        make_card(Workspace(settings.workspace), passage_id, out, slug)
        click.echo(out)
