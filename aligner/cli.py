"""The command line: `align` and `aligner …`. What the commands share is in `cli_parts`; some stand in `cli_*`.

Data go to stdout, talk to stderr. Exit codes: 0 all done, 1 some posts failed and the others are written,
2 usage or settings, 3 something missing here (model, disk, JavaScript runtime), 130 interrupted.
"""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from aligner import __version__
from aligner.cli_clips import card, clip
from aligner.cli_find import find
from aligner.cli_parts import CONTEXT, shared_options, spoken_errors, start
from aligner.cli_publish import publish
from aligner.errors import MissingError, UsageError
from aligner.model import Outcome
from aligner.output.formats import FORMATS
from aligner.output.limits import PROFILES, WEB
from aligner.output.tracks import TrackKind
from aligner.settings import Settings
from aligner.store import Workspace

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(context_settings=CONTEXT)
@click.version_option(__version__, prog_name="aligner")
def main() -> None:
    """Link published speeches to the moments of the recordings they were given in."""


@click.command(context_settings=CONTEXT)
@click.argument("places", metavar="[POST|FOLDER]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--recording", type=_FILE, help="Use this local audio or video for the posts instead of downloading.")
@click.option(
    "--captions",
    type=_FILE,
    help="Use these captions or this transcript. With a recording at hand, captions tell what of it to hear.",
)
@click.option("--model", help="Speech model: auto, a folder, or a name on the model hub.  [default: auto]")
@click.option("--device", help="Where the model runs: auto, cpu or cuda.  [default: auto]")
@click.option("--language", help="Language of the recordings.  [default: fr]")
@click.option(
    "--hear",
    type=click.Choice(["windows", "all", "none"]),
    help="What to hear: where captions place a post, all, or nothing (captions only).  [default: windows]",
)
@click.option("--keep-video", is_flag=True, default=None, help="Keep a playable copy of each recording.")
@click.option("--only", multiple=True, metavar="SLUG", help="Take only the post with this slug; may be repeated.")
@click.option("--force", type=click.Choice(["fetch", "hear", "match"]), help="Do this stage and what follows again.")
@click.option("--dry-run", is_flag=True, help="Say what would be fetched and heard; look up captions only.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.version_option(__version__, prog_name="align")
@shared_options
def align(
    places: tuple[Path, ...],
    recording: Path | None,
    captions: Path | None,
    only: tuple[str, ...],
    force: str | None,
    dry_run: bool,
    as_json: bool,
    workspace: Path | None,
    quiet: bool,
    verbose: bool,
    **flags: Any,
) -> None:
    """Align posts with their recordings: the whole pipeline, resumable.

    Without an argument the posts of the workspace's transcripts/ folder are taken. Results are written to
    transcripts/aligned/ of the workspace.

    \b
    Examples:
      align
      align posts/2024-budget.md --recording session.mp4
      align posts --captions session.fr.json3 --json
    """  # noqa: D301 -- a real control character: click then keeps the lines
    with spoken_errors(verbose=verbose):
        from aligner.pipeline import Run
        from aligner.progress import Display
        from aligner.recordings import Request
        from aligner.report import exit_code, show_table, to_report

        settings = start(workspace, quiet=quiet, verbose=verbose, **flags)
        request = Request(places, recording, captions, only, force, dry_run)
        began = time.monotonic()
        outcomes: list[Outcome] = []
        with Display(Console(stderr=True), quiet=quiet) as display:
            for outcome in Run(request, settings, _tools(settings), display).outcomes():
                outcomes.append(outcome)
                _tell(outcome, display.say, quiet=quiet)
        if as_json:
            click.echo(json.dumps(to_report(outcomes, time.monotonic() - began), ensure_ascii=False, indent=1))
        elif not quiet:
            show_table(Console(), outcomes)
        _say_next(outcomes, settings, display.say)
        sys.exit(exit_code(outcomes))


def _tell(outcome: Outcome, say: Callable[[str], None], *, quiet: bool) -> None:
    if outcome.code and quiet:
        click.echo(f"Error: {outcome.slug}: {outcome.message} {outcome.hint}".rstrip(), err=True)
    elif outcome.state != "unchanged":
        say(f"{outcome.slug}: {outcome.state}")


def _say_next(outcomes: list[Outcome], settings: Settings, say: Callable[[str], None]) -> None:
    if outcomes and all(outcome.state == "unchanged" for outcome in outcomes):
        say("Nothing to do: every post is aligned already.")
    if any(outcome.state in ("done", "unchanged", "partial") for outcome in outcomes):
        where = "" if settings.workspace == Path() else f" --workspace {shlex.quote(str(settings.workspace))}"
        say(f"Alignments are in {Workspace(settings.workspace).aligned}. Read and listen: aligner serve{where}")


def _tools(settings: Settings) -> Any:
    from aligner.recordings import LookingFetcher, Tools
    from aligner.sound.whisper import Transcriber

    @cache
    def fetcher() -> LookingFetcher:
        from aligner.sound.ytdlp import YtDlpFetcher

        return YtDlpFetcher(settings)

    @cache  # the model is looked for and loaded once for all recordings of a run
    def transcriber() -> Transcriber:
        from aligner.sound.whisper import make_transcriber

        return make_transcriber(settings)

    return Tools(fetcher, transcriber)


@click.command(context_settings=CONTEXT)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
@click.option("--public-url", metavar="URL", help="Where readers reach it, when a web server stands before it.")
@shared_options
def serve(host: str, port: int, public_url: str | None, workspace: Path | None, quiet: bool, verbose: bool) -> None:
    """Serve the viewer: read the posts and listen to their moments."""
    from web import create_app
    from web.serve import serve as run_server

    with spoken_errors(verbose=verbose):
        settings = start(workspace, quiet=quiet, verbose=verbose, public_url=public_url)
        app = create_app(Workspace(settings.workspace), settings.public_url)

        def announce(address: str) -> None:
            if not quiet:
                click.echo(f"The viewer is at {address} (Ctrl-C stops it).", err=True)

        run_server(app, host, port, announce)


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
    from aligner.export import Refused, Telling, check_tracks, export_tracks
    from aligner.report import show_check, to_check_report

    with spoken_errors(verbose=verbose):
        if as_json and not only_check:
            raise UsageError("--json prints what --check finds.", "Add --check.")
        telling = Telling(TrackKind(kind), PROFILES[profile], from_speech)
        if mux and (formats or only_check or telling != Telling()):
            raise UsageError(
                "--mux takes no other choice of form.",
                "It adds the published text on the recording's own clock, as the recording's container wants it.",
            )
        settings = start(workspace, quiet=quiet, verbose=verbose)
        if mux:
            from aligner.clips.mux import mux_posts

            for path in mux_posts(Workspace(settings.workspace), slugs, out):
                click.echo(path)
            return
        folder = Workspace(settings.workspace)
        done = (
            check_tracks(folder, slugs, telling) if only_check else export_tracks(folder, slugs, formats, out, telling)
        )
        code, checked = 0, []
        for item in done:
            if isinstance(item, Refused):
                click.echo(f"Error: {item.name}: {item.why}", err=True)
                code = 1
            elif isinstance(item, Path):
                click.echo(item)
            else:
                checked.append(item)
                code = code if item.is_sound else 1
        if as_json:
            click.echo(json.dumps(to_check_report(checked, code), ensure_ascii=False, indent=1))
        elif only_check and not quiet:
            show_check(Console(), checked)
        sys.exit(code)


@click.command(context_settings=CONTEXT)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@shared_options
def status(as_json: bool, workspace: Path | None, quiet: bool, verbose: bool) -> None:
    """Show what is aligned, how well, and what was found about the links."""
    from aligner.export import finished_alignments
    from aligner.output.alignment_file import read_findings
    from aligner.report import show_table, to_report

    with spoken_errors(verbose=verbose):
        settings = start(workspace, quiet=quiet, verbose=verbose)
        outcomes = [
            Outcome(
                document["post"]["slug"],
                "done",
                recordings=tuple(document["media"]),
                counts=document["coverage"],
                findings=read_findings(document),
            )
            for document in finished_alignments(Workspace(settings.workspace))
        ]
        if as_json:
            click.echo(json.dumps(to_report(outcomes, 0.0), ensure_ascii=False, indent=1))
        else:
            show_table(Console(), outcomes)


@click.command(context_settings=CONTEXT)
@shared_options
def check(workspace: Path | None, quiet: bool, verbose: bool) -> None:
    """Check what this machine has: settings, speech model, JavaScript runtime, disk space."""
    from aligner.checkup import examine

    with spoken_errors(verbose=verbose):
        settings = start(workspace, quiet=quiet, verbose=verbose)
        findings = examine(settings)
        for finding in findings:
            click.echo(f"{'ok  ' if finding.good else 'LACK'} {finding.what}: {finding.state}")
        if not all(finding.good for finding in findings):
            sys.exit(MissingError.exit_code)


for _command in (align, serve, publish, export, clip, card, find, status, check):
    main.add_command(_command)
