"""The command with which an author says what was heard of a passage: `aligner correct`.

Beside the other commands in `cli`. What it writes is the post's corrections file, and then its alignment anew.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aligner.cli_parts import CONTEXT, shared_options, spoken_errors, start
from aligner.errors import UsageError
from aligner.settings import Settings
from aligner.store import Workspace

if TYPE_CHECKING:
    from aligner.correcting import Desk, Document
    from aligner.model import Correction, Outcome

_ACTIONS = ("start", "unsaid", "recording", "speaker", "never", "undo", "proposals", "accept", "drop")
"""The wishes that exclude each other; a recording may stand beside a start."""


@click.command(context_settings=CONTEXT)
@click.argument("post", metavar="SLUG|POST")
@click.argument("passage", required=False)
@click.option("--start", metavar="TIME", help='It begins at this time of the recording, such as "1:02:03.4".')
@click.option("--end", metavar="TIME", help="With --start: where it ends.")
@click.option("--unsaid", is_flag=True, help="It was not said.")
@click.option("--recording", metavar="ID", help="It was said in this recording, and in no other; or with --start.")
@click.option("--speaker", metavar="NAME", help="This is who said it.")
@click.option("--never", is_flag=True, help="It is not to be linked, whatever is heard.")
@click.option("--undo", is_flag=True, help="Take back what the corrections file says of it.")
@click.option("--sure", is_flag=True, help="You heard it: it counts even where the recogniser heard otherwise.")
@click.option("--note", metavar="TEXT", help="A note to keep with the correction.")
@click.option("--by", metavar="NAME", help="Who listened.")
@click.option("--proposals", is_flag=True, help="Show what readers proposed.")
@click.option("--accept", metavar="NAME", help="Make a correction of this proposal.")
@click.option("--drop", metavar="NAME", help="Remove this proposal.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@shared_options
def correct(
    post: str,
    passage: str | None,
    as_json: bool,
    workspace: Path | None,
    quiet: bool,
    verbose: bool,
    **wishes: Any,
) -> None:
    """Correct what was found of a passage, having listened; without a passage, show those to listen to first.

    PASSAGE is its id, an id that it had before an edit, or words that only it has. The correction is written to
    SLUG.corrections.toml beside the post, and the post matched again; nothing is fetched or heard for that.

    \b
    Examples:
      aligner correct 2025-06-12-cantine
      aligner correct 2025-06-12-cantine qnxczmqfww --start 2:39.2 --by Odile
      aligner correct 2025-06-12-cantine "toujours le jeudi" --unsaid
    """  # noqa: D301 -- a real control character: click then keeps the lines
    with spoken_errors(verbose=verbose):
        from aligner import correcting

        wish = _read_wish(passage, wishes)
        settings = start(workspace, quiet=quiet, verbose=verbose)
        desk = correcting.lay_out(Workspace(settings.workspace), post)
        if wish in ("", "proposals"):
            _show(desk, only_proposals=wish == "proposals", as_json=as_json)
            return
        if wish == "drop":
            proposal = correcting.find_proposal(desk, wishes["drop"])
            from aligner.corrections import drop_proposal

            drop_proposal(desk.workspace, desk.slug, proposal.name)
            if not quiet:
                click.echo(f"Dropped: {proposal.name}.", err=True)
            return
        sys.exit(_change(desk, settings, passage, wish, wishes, as_json=as_json, quiet=quiet))


def _read_wish(passage: str | None, wishes: dict[str, Any]) -> str:
    """What is asked for; empty for a list. Raises `UsageError` for what makes no sense together."""
    asked = [name for name in _ACTIONS if wishes[name]]
    if asked == ["start", "recording"]:
        asked = ["start"]
    if len(asked) > 1:
        raise UsageError(f"--{asked[0]} and --{asked[1]} exclude each other.", "Say one thing of a passage at a time.")
    wish = asked[0] if asked else ""
    alone = wish in ("proposals", "accept", "drop")
    if passage is not None and (alone or not wish):
        raise UsageError(
            f"--{wish} takes no passage." if alone else f"Nothing is said of the passage “{passage}”.",
            "Say it: --start TIME, --unsaid, --recording ID, --speaker NAME, --never or --undo.",
        )
    if passage is None and wish and not alone:
        raise UsageError(f"--{wish} is of no passage.", "Name it after the post: its id, or words that only it has.")
    if wishes["end"] and wish != "start":
        raise UsageError("--end says nothing without --start.", "Give both.")
    for extra in ("sure", "note", "by"):
        if wishes[extra] and (wish in ("", "undo", "proposals", "drop") or (extra == "sure" and wish == "accept")):
            raise UsageError(f"--{extra} says nothing here.", "It goes with a correction.")
    return wish


def _change(
    desk: Desk,
    settings: Settings,
    passage: str | None,
    wish: str,
    wishes: dict[str, Any],
    *,
    as_json: bool,
    quiet: bool,
) -> int:
    """Write the corrections file, realign the post, tell what became of the passage; returns the exit code."""
    from aligner import correcting
    from aligner.realign import realign

    day = datetime.now(UTC).astimezone().date().isoformat()
    if wish == "accept":
        target, _ = correcting.accept(desk, wishes["accept"], wishes["by"], day)
    else:
        target = correcting.find_passage(desk, passage or "")
        if wish == "undo":
            correcting.undo(desk, target)
        else:
            correcting.correct(desk, target, _make(wish, wishes, day))
    outcome = realign(desk.workspace, desk.slug, settings, desk.post)
    after = correcting.lay_out(desk.workspace, str(desk.post))
    now = correcting.find_again(after, target)
    if as_json:
        from aligner.correcting_report import to_change_report

        click.echo(json.dumps(to_change_report(desk, now, outcome), ensure_ascii=False, indent=1))
    elif not quiet:
        _tell(desk, target, now, outcome)
    if outcome.code:
        click.echo(f"Error: {outcome.message} {outcome.hint}".rstrip(), err=True)
    return outcome.code


def _make(wish: str, wishes: dict[str, Any], day: str) -> Correction:
    from aligner.model import Correction, CorrectionAction

    return Correction(
        "",
        "",
        CorrectionAction(wish),
        _time("start", wishes["start"]),
        _time("end", wishes["end"]),
        wishes["recording"],
        wishes["speaker"],
        wishes["sure"],
        wishes["note"],
        wishes["by"],
        day,
    )


def _time(option: str, text: str | None) -> int | None:
    from aligner.timecode import parse_time

    if text is None:
        return None
    ms = parse_time(text)
    if ms is None:
        raise UsageError(f"--{option} is “{text}”, which is no time.", 'Write it as "1:02:03.4", "12:05" or "725s".')
    return ms


def _show(desk: Desk, *, only_proposals: bool, as_json: bool) -> None:
    from rich.console import Console

    from aligner.correcting import list_rows
    from aligner.correcting_report import show_proposals, show_rows, to_list_report
    from aligner.corrections import list_proposals

    rows = [] if only_proposals else list_rows(desk)
    proposals = list_proposals(desk.workspace, desk.slug)
    if as_json:
        click.echo(json.dumps(to_list_report(desk, rows, proposals), ensure_ascii=False, indent=1))
        return
    if not only_proposals:
        show_rows(Console(), desk, rows)
    show_proposals(Console(), desk, proposals, ask=only_proposals)


def _tell(desk: Desk, before: Document, now: Document, outcome: Outcome) -> None:
    from aligner.correcting_report import tell_passage, tell_verdict

    click.echo(f"{desk.slug} {tell_passage(now)}")
    click.echo(f"  was: {tell_verdict(before)}")
    click.echo(f"  is:  {tell_verdict(now)}" if not outcome.code else "  is:  not matched again, see below")
    for finding in outcome.findings:
        if finding.passage_id == now["id"]:
            click.echo(f"  doubtful: {finding.why}")
