"""The command that makes files of the viewer, whole or for the posts of a Hugo site: `aligner publish`.

Beside the other commands in `cli`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from aligner.cli_parts import CONTEXT, shared_options, spoken_errors, start
from aligner.errors import UsageError
from aligner.settings import Settings
from aligner.store import Workspace


@click.command(context_settings=CONTEXT)
@click.argument("out", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--hugo",
    metavar="SITE",
    type=click.Path(path_type=Path),
    help="Make the sentences of this Hugo site's own posts playable; with or without OUT.",
)
@click.option("--public-url", metavar="URL", help="Where readers will reach it; for previews, feed and sitemap.")
@click.option("--media", "with_media", is_flag=True, help="Publish the recordings' own files, too. They are large.")
@click.option("--check-links", is_flag=True, help="See that every link in it leads somewhere; if not, exit code 1.")
@shared_options
def publish(
    out: Path | None,
    hugo: Path | None,
    public_url: str | None,
    with_media: bool,
    check_links: bool,
    workspace: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Write the whole viewer as files, for any host that serves files, into the folder OUT.

    The next run writes only what changed, and removes what is gone. Files in OUT that are not ours are left alone.

    With --hugo, SITE gets data, a partial, a shortcode and a script; its posts are not changed. See docs/hugo.md.

    \b
    Examples:
      aligner publish public
      aligner publish public/paroles --public-url https://www.example.org/paroles/ --check-links
      aligner publish --hugo ../oursite
    """  # noqa: D301 -- a real control character: click then keeps the lines
    with spoken_errors(verbose=verbose):
        if out is None and hugo is None:
            raise UsageError("There is nowhere to publish to.", "Name a folder, or your Hugo site with --hugo.")
        if out is None and check_links:
            raise UsageError("--check-links checks the viewer's own pages.", "Name a folder OUT to publish them into.")
        settings = start(workspace, quiet=quiet, verbose=verbose, public_url=public_url)
        if hugo is not None:
            _dress(settings, hugo, with_media=with_media, quiet=quiet)
        if out is not None and _publish(settings, out, with_media=with_media, check=check_links, quiet=quiet):
            sys.exit(1)


def _publish(settings: Settings, out: Path, *, with_media: bool, check: bool, quiet: bool) -> bool:
    """Write the viewer; whether a link of it leads nowhere."""
    from web.freeze import cores
    from web.freeze import publish as run

    report = run(
        Workspace(settings.workspace),
        out,
        public_url=settings.public_url,
        with_media=with_media,
        check=check,
        workers=cores(),
    )
    for fault in report.faults:
        click.echo(f"Error: {fault}", err=True)
    if not quiet:
        click.echo(f"{report.files} files in {out}: {report.written} written, {report.removed} removed.", err=True)
    return bool(report.faults)


def _dress(settings: Settings, root: Path, *, with_media: bool, quiet: bool) -> None:
    """Make the posts of a Hugo site playable, and say what could not be."""
    from aligner.site_posts import read_site_posts
    from web.hugo import dress, open_site

    site = open_site(root)
    pages = read_site_posts(site.content)
    report = dress(Workspace(settings.workspace), site, pages, public_url=settings.public_url, with_media=with_media)
    for slug in report.broken:
        click.echo(f"Warning: the alignment {slug} cannot be used; run `align` again to make it anew.", err=True)
    for slug in report.doubtful:
        click.echo(f"Warning: several posts of the site could be {slug}, so none of them is.", err=True)
    if quiet:
        return
    for slug in report.unmatched:
        click.echo(f"{slug} has no post in {root}.", err=True)
    for path in report.kept:
        click.echo(f"{path} was edited or is not ours, and is kept as it is.", err=True)
    done = f"{report.pages} posts of {root} play: {report.files} files, {report.written} written"
    click.echo(f"{done}, {report.removed} removed.", err=True)
