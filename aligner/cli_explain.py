"""The command that tells why a passage has its verdict: `aligner explain`.

Beside the other commands in `cli`. The explanation goes to stdout.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from aligner.cli_parts import CONTEXT, shared_options, spoken_errors, start
from aligner.errors import AlignerError
from aligner.store import Workspace


@click.command(context_settings=CONTEXT)
@click.argument("passage_id")
@click.option("--play", is_flag=True, help="Open its moment: a clip of the local recording, else its address.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@shared_options
def explain(passage_id: str, play: bool, as_json: bool, workspace: Path | None, quiet: bool, verbose: bool) -> None:
    """Show why a passage has its verdict: words side by side, places, scores, witnesses.

    PASSAGE_ID is an id, one that the passage had before the post was edited, or SLUG#ID; an address of the viewer is as
    good. Starts from the finished alignment and from what is kept of its recordings; nothing is fetched or heard.

    \b
    Examples:
      aligner explain 7f3a9c
      aligner explain 2024-budget#7f3a9c --play
    """  # noqa: D301 -- a real control character: click then keeps the lines
    with spoken_errors(verbose=verbose):
        from aligner.explain import explain_passage
        from aligner.explain.facts import to_json
        from aligner.explain.play import make_playable
        from aligner.explain.tell import tell

        settings = start(workspace, quiet=quiet, verbose=verbose)
        explanation = explain_passage(Workspace(settings.workspace), None, passage_id, settings)
        if as_json:
            click.echo(json.dumps(to_json(explanation), ensure_ascii=False, indent=1))
        else:
            click.echo("\n".join(tell(explanation)))
        if play:
            opened = make_playable(explanation)
            if not quiet:
                click.echo(f"Opening {opened}", err=True)
            if click.launch(opened):
                raise AlignerError(f"Nothing on this machine opens {opened}.", "Open it in a player or a browser.")
