"""The command line: `align` and `aligner …`. What the commands share is in `cli_parts`; some stand in `cli_*`.

Data go to stdout, talk to stderr. Exit codes: 0 all done, 1 some posts failed and the others are written,
2 usage or settings, 3 something missing here (model, disk, JavaScript runtime), 130 interrupted.
"""

from __future__ import annotations

import json
import logging
import shlex
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from aligner import __version__
from aligner.cli_clips import card, clip
from aligner.cli_correct import correct
from aligner.cli_explain import explain
from aligner.cli_export import export
from aligner.cli_find import find
from aligner.cli_parts import CONTEXT, shared_options, spoken_errors, start
from aligner.cli_publish import publish
from aligner.cli_status import check, status
from aligner.errors import UsageError
from aligner.model import Outcome
from aligner.settings import Settings
from aligner.store import Workspace, one_run

if TYPE_CHECKING:
    from aligner.recordings import Request

log = logging.getLogger(__name__)

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
@click.option("--watch", is_flag=True, help="Go on: align posts as they come and as they are edited, until stopped.")
@click.option("--no-wait", is_flag=True, help="Leave it all to another run that is at work on this workspace.")
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
    watch: bool,
    no_wait: bool,
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
      align --watch
    """  # noqa: D301 -- a real control character: click then keeps the lines
    with spoken_errors(verbose=verbose):
        from aligner.pipeline import Run
        from aligner.progress import Display
        from aligner.recordings import Request
        from aligner.report import exit_code, show_table, to_report

        request = Request(places, recording, captions, only, force, dry_run)
        load = partial(start, workspace, quiet=quiet, verbose=verbose, **flags)
        if watch:
            from aligner.cli_watch import watch_posts

            if no_wait:
                raise UsageError("--no-wait is for a single run; a watch always waits for its turn.", "Leave it out.")
            watch_posts(request, load, _tools, as_json=as_json, quiet=quiet)
            return
        settings = load()
        began = time.monotonic()
        outcomes: list[Outcome] = []
        with Display(Console(stderr=True), quiet=quiet) as display, _alone(settings, request, no_wait) as held:
            for outcome in Run(request, settings, _tools(settings), display).outcomes() if held else ():
                outcomes.append(outcome)
                _tell(outcome, display.say, quiet=quiet)
        if as_json:
            click.echo(json.dumps(to_report(outcomes, time.monotonic() - began), ensure_ascii=False, indent=1))
        elif held and not quiet:
            show_table(Console(), outcomes)
        _say_next(outcomes, settings, display.say)
        sys.exit(exit_code(outcomes))


def _alone(settings: Settings, request: Request, no_wait: bool) -> AbstractContextManager[bool]:
    """Keep other runs off the workspace, or, with `no_wait`, leave it to one that is at work; a dry run may always."""
    told: list[str] = []

    def may_wait() -> bool:
        if not told:
            told.append("Another run is at work on this workspace" + ("." if no_wait else "; waiting for it."))
            log.info(told[0])
        return not no_wait

    return nullcontext(enter_result=True) if request.dry_run else one_run(Workspace(settings.workspace), may_wait)


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
@click.option("--edit", is_flag=True, help="Offer the bench at /edit/, to correct by ear; for this machine alone.")
@shared_options
def serve(
    host: str, port: int, public_url: str | None, edit: bool, workspace: Path | None, quiet: bool, verbose: bool
) -> None:
    """Serve the viewer: read the posts and listen to their moments."""
    from web import create_app
    from web.serve import serve as run_server

    with spoken_errors(verbose=verbose):
        settings = start(workspace, quiet=quiet, verbose=verbose, public_url=public_url)
        bench = None
        if edit:
            from aligner.editing import open_editor  # the pipeline and the decoders take a second to load

            bench = open_editor(settings, host)
        app = create_app(Workspace(settings.workspace), settings.public_url, proposals=settings.proposals, bench=bench)

        def announce(address: str) -> None:
            if not quiet:
                click.echo(f"The viewer is at {address} (Ctrl-C stops it).", err=True)
                if edit:
                    click.echo(f"The bench is at {address}edit/", err=True)

        run_server(app, host, port, announce)


for _command in (align, serve, publish, export, clip, card, find, correct, explain, status, check):
    main.add_command(_command)
