"""The command that tells finished alignments in other forms: `aligner export`.

Beside the other commands in `cli`. It does one of three things: writes files, checks what it would write, or writes
copies of recordings with their subtitles in them. Names of the files written go to stdout.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

from aligner.cli_parts import CONTEXT, shared_options, spoken_errors, start
from aligner.errors import UsageError
from aligner.export import Refused, Telling, check_tracks, export_tracks
from aligner.output.formats import FORMATS
from aligner.output.limits import PROFILES, WEB
from aligner.output.tracks import TrackKind
from aligner.report import show_check, to_check_report
from aligner.store import Workspace


def _list_formats() -> str:
    """The formats for `--help`; the control character lets click keep the lines."""
    return "\b\nFormats:\n" + "\n".join(f"  {form.name:9} {form.what}" for form in FORMATS.values())


@click.command(context_settings=CONTEXT, epilog=_list_formats())
@click.argument("slugs", nargs=-1)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(list(FORMATS)),
    help="May be repeated; listed below.  [default: srt and vtt]",
)
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in TrackKind]),
    default=TrackKind.PUBLISHED.value,
    show_default=True,
    help="The published words at their spoken times, or the words that were heard.",
)
@click.option(
    "--profile",
    type=click.Choice(list(PROFILES)),
    default=WEB.name,
    show_default=True,
    help="Characters a line: " + ", ".join(f"{item.max_chars} ({item.name})" for item in PROFILES.values()) + ".",
)
@click.option("--from-speech", is_flag=True, help="Let the clock begin where the speech begins, for a clip cut there.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; report every cue beyond a limit and why.")
@click.option("--json", "as_json", is_flag=True, help="Print what --check finds as JSON.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Folder to write to.")
@click.option(
    "--mux", is_flag=True, help="Write copies of the local recordings instead, with the subtitles as a track."
)
@shared_options
def export(
    slugs: tuple[str, ...],
    formats: tuple[str, ...],
    kind: str,
    profile: str,
    from_speech: bool,
    only_check: bool,
    as_json: bool,
    out: Path,
    mux: bool,
    workspace: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Write subtitles of finished alignments, and other files told from them.

    With --check, exit code 1 says that a hard limit is broken: line length, overlap, gap, order.
    """
    with spoken_errors(verbose=verbose):
        telling = Telling(TrackKind(kind), PROFILES[profile], from_speech)
        if as_json and not only_check:
            raise UsageError("--json prints what --check finds.", "Add --check.")
        if mux and (formats or only_check or telling != Telling()):
            raise UsageError(
                "--mux takes no other choice of form.",
                "It adds the published text on the recording's own clock, as the recording's container wants it.",
            )
        folder = Workspace(start(workspace, quiet=quiet, verbose=verbose).workspace)
        if mux:
            _mux(folder, slugs, out)
        elif only_check:
            sys.exit(_check(folder, slugs, telling, as_json=as_json, quiet=quiet))
        else:
            sys.exit(_write(folder, slugs, formats, out, telling))


def _mux(folder: Workspace, slugs: Sequence[str], out: Path) -> None:
    from aligner.clips.mux import mux_posts

    for path in mux_posts(folder, slugs, out):
        click.echo(path)


def _write(folder: Workspace, slugs: Sequence[str], formats: Sequence[str], out: Path, telling: Telling) -> int:
    code = 0
    for written in export_tracks(folder, slugs, formats, out, telling):
        if isinstance(written, Refused):
            code = _tell_refused(written)
        else:
            click.echo(written)
    return code


def _check(folder: Workspace, slugs: Sequence[str], telling: Telling, *, as_json: bool, quiet: bool) -> int:
    code, checked = 0, []
    for item in check_tracks(folder, slugs, telling):
        if isinstance(item, Refused):
            code = _tell_refused(item)
        else:
            checked.append(item)
            code = code if item.is_sound else 1
    if as_json:
        click.echo(json.dumps(to_check_report(checked, code), ensure_ascii=False, indent=1))
    elif not quiet:
        show_check(Console(), checked)
    return code


def _tell_refused(refused: Refused) -> int:
    """Say why something could not be made; the exit code that this gives."""
    click.echo(f"Error: {refused.name}: {refused.why}", err=True)
    return 1
