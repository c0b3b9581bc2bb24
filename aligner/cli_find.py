"""The command that tells where a quote was said, or that it never was: `aligner find`.

Beside the other commands in `cli`. The answer goes to stdout; exit code 1 says that nothing was found.
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aligner.cli_parts import CONTEXT, shared_options, spoken_errors, start
from aligner.errors import AlignerError
from aligner.output.differences import UNPUBLISHED, UNSAID, Run
from aligner.store import Workspace
from aligner.timecode import format_clock

if TYPE_CHECKING:
    from aligner.finding import Found, FoundPlace, PublishedAt

NEVER_SAID = 1
"""Exit code where the quote was not found."""
WIDTH = 100
_MANNERS = {"exact": "word for word", "close": "with small differences", "part": "in part, or in other words"}
_MARKS = {UNSAID: ("[-", "-]"), UNPUBLISHED: ("{+", "+}")}


@click.command(context_settings=CONTEXT)
@click.argument("quote")
@click.option("--speaker", metavar="NAME", help="Look only at words that published passages give to this person.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100), help="Places to tell at the most.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@shared_options
def find(
    quote: str, speaker: str | None, limit: int, as_json: bool, workspace: Path | None, quiet: bool, verbose: bool
) -> None:
    """Tell where a quote was said, by whom, when, and how exactly; or that it never was, in what was heard.

    The quote may be misremembered, cut or printed: marks, line ends, "[…]" and words put in brackets are understood.
    QUOTE may be - to read it from standard input. Exit code 0: found, 1: never said in what was heard.

    \b
    Examples:
      aligner find "nous ne laisserons pas la halle fermer"
      aligner find "« Le marché […] plus de cent ans »" --speaker "Jeanne Morel"
      pbpaste | aligner find - --json
    """  # noqa: D301 -- a real control character: click then keeps the lines
    with spoken_errors(verbose=verbose):
        from aligner.finding import find_quote, to_facts
        from aligner.library import Library

        settings = start(workspace, quiet=quiet, verbose=verbose)
        pasted = sys.stdin.read() if quote == "-" else quote
        found = find_quote(Library(Workspace(settings.workspace)), pasted, speaker=speaker, limit=limit)
        if not found.sessions:
            raise AlignerError(
                f"Nothing was heard yet in {settings.workspace}, so nothing can be said of a quote.",
                "Run `align` first.",
            )
        if as_json:
            click.echo(json.dumps(to_facts(found), ensure_ascii=False, indent=1))
        elif not quiet:
            click.echo("\n".join(_tell(found)))
        sys.exit(0 if found.is_said else NEVER_SAID)


def _tell(found: Found) -> Iterator[str]:
    minutes = found.heard_ms / 60_000
    length = f"{minutes / 60:,.1f} hours" if minutes >= 60 else f"{minutes:.0f} min"
    heard = f"{length} heard ({found.sessions:,} session{'s' * (found.sessions != 1)})"
    whose = f" among the words of {found.speaker}" if found.speaker else ""
    if not found.places:
        yield f"Never said{whose} in the {heard}."
        if found.near:
            yield "\nThe nearest to it:\n"
    for number, place in enumerate(found.places or found.near[:1], start=1):
        if number > 1:
            yield ""
        yield from _tell_place(place, number if len(found.places) > 1 else None)
    if found.more:
        yield "\nIt was said in more places: --limit tells how many are shown."
    if found.places:
        yield f"\nLooked through: the {heard}."
    runs = [run for place in (found.places or found.near[:1]) for run in place.runs]
    if any(run.fate in _MARKS for run in runs):
        yield "[-in the quote, not said-] {+said, not in the quote+}"


def _tell_place(place: FoundPlace, number: int | None) -> Iterator[str]:
    from aligner.model import Media
    from aligner.output.addresses import timed_address

    who = place.speaker or "Speaker unknown"
    when = place.day.isoformat() if place.day else "date unknown"
    where = " · ".join(filter(None, (who, place.title or place.media_id, when, format_clock(place.start_ms))))
    yield f"{number}. {where}" if number else where
    yield textwrap.fill(f"« {_mark(place.runs)} »", WIDTH, initial_indent="   ", subsequent_indent="   ")
    turned = f"; not said: “{place.turned}”" if place.turned else ""
    yield f"   Said {_MANNERS[place.manner]}{turned}. Confidence {place.confidence:.2f}."
    media = Media(place.media_id, place.url, place.provider, place.title, None)
    if address := timed_address(media, place.start_ms):
        yield f"   {address}"
    for one in place.published:
        yield f"   {_tell_publication(one)}"


def _tell_publication(one: PublishedAt) -> str:
    manner = "as it was said" if one.status.value == "spoken" else "reworded"
    return f"Published {manner}: {one.title or one.slug} ({one.slug}#p={one.passage_id})"


def _mark(runs: Sequence[Run]) -> str:
    marked = ((run.text, *_MARKS.get(run.fate, ("", ""))) for run in runs)
    return " ".join(f"{before}{text}{after}" for text, before, after in marked)
