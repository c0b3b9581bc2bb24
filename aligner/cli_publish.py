"""The command that makes files of the whole viewer: `aligner publish`.

Beside the other commands in `cli`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from aligner.cli_parts import CONTEXT, shared_options, spoken_errors, start
from aligner.store import Workspace


@click.command(context_settings=CONTEXT)
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--public-url", metavar="URL", help="Where readers will reach it; for previews, feed and sitemap.")
@click.option("--media", "with_media", is_flag=True, help="Publish the recordings' own files, too. They are large.")
@click.option("--check-links", is_flag=True, help="See that every link in it leads somewhere; if not, exit code 1.")
@shared_options
def publish(
    out: Path,
    public_url: str | None,
    with_media: bool,
    check_links: bool,
    workspace: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Write the whole viewer as files, for any host that serves files, into the folder OUT.

    The next run writes only what changed, and removes what is gone. Files in OUT that are not ours are left alone.

    \b
    Examples:
      aligner publish public
      aligner publish public/paroles --public-url https://www.example.org/paroles/ --check-links
    """  # noqa: D301 -- a real control character: click then keeps the lines
    with spoken_errors(verbose=verbose):
        from web.freeze import cores
        from web.freeze import publish as run

        settings = start(workspace, quiet=quiet, verbose=verbose, public_url=public_url)
        report = run(
            Workspace(settings.workspace),
            out,
            public_url=settings.public_url,
            with_media=with_media,
            check=check_links,
            workers=cores(),
        )
        for fault in report.faults:
            click.echo(f"Error: {fault}", err=True)
        if not quiet:
            click.echo(f"{report.files} files in {out}: {report.written} written, {report.removed} removed.", err=True)
        if report.faults:
            sys.exit(1)
