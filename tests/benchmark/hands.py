"""`python -m tests.benchmark.hands`: what a hand's time is worth, and whether the sound finds the wrong ones out.

Every passage of a set that was linked with confidence is given a time by a pretended hand: right, a little off, far,
anywhere. Shown is the share of such corrections that is called doubtful, and of those that give a link.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import click
from rich.console import Console
from rich.table import Table

from aligner.matching.heard_text import prepare
from aligner.matching.match import match_post
from aligner.matching.pins import Pin
from aligner.model import LINKED, Correction, CorrectionAction, Heard, Match
from tests.benchmark.cases import Case, LeftOutError, hints_of, list_recipes

SURE = 0.9
"""Stated confidence from which a match is taken for the truth."""

Hand = Callable[[int, int, random.Random], int]
"""A pretended hand: the true start and the recording's length, in ms, to the time that it gives."""

HANDS: dict[str, Hand] = {
    "within 0.5 s": lambda start, _, dice: start + dice.randint(-500, 500),
    "within 1.5 s": lambda start, _, dice: start + dice.randint(-1_500, 1_500),
    "2.5 to 6 s early": lambda start, _, dice: start - dice.randint(2_500, 6_000),
    "2.5 to 6 s late": lambda start, _, dice: start + dice.randint(2_500, 6_000),
    "6 to 30 s off": lambda start, _, dice: start + dice.choice((-1, 1)) * dice.randint(6_000, 30_000),
    "anywhere": lambda _, length, dice: dice.randrange(length),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of the corrections of one kind of hand."""

    given: int
    doubtful: int
    linked: int


def try_hand(case: Case, hand: Hand, seed: int = 7) -> Answer:
    """Correct every sure passage of a set by a pretended hand, all of a post at once."""
    dice = random.Random(seed)
    text = prepare(case.heard.transcript)
    found: list[Match] = []
    for post in case.posts:
        heard = Heard(case.heard.media, case.heard.transcript, hints_of(post))
        pins: dict[str, Pin] = {}
        for match in match_post(post, [(heard, text)]).matches:
            if match.status not in LINKED or match.confidence < SURE or match.start_ms is None:
                continue
            at = hand(match.start_ms, heard.transcript.duration_ms, dice)
            if 0 <= at < heard.transcript.duration_ms:
                correction = Correction("", "", CorrectionAction.START, at, media_id=heard.media.id)
                pins[match.passage_id] = Pin(correction)
        found += [m for m in match_post(post, [(heard, text)], pins).matches if m.passage_id in pins]
    doubtful = sum(match.corrected is not None and match.corrected.doubtful for match in found)
    return Answer(len(found), doubtful, sum(match.status in LINKED for match in found))


@click.command()
@click.option("--only", default="", metavar="SUBSTR", help="Take the sets whose name or source of words holds SUBSTR.")
def main(only: str) -> None:
    """Try all hands on labelled sets, and print what became of their corrections."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("set", "the hand's time", "corrections", "doubtful", "linked"):
        table.add_column(column, justify="left" if column in ("set", "the hand's time") else "right")
    for recipe in list_recipes():
        if recipe.hears or only not in recipe.title:
            continue
        try:
            case = recipe.make()
        except LeftOutError as error:
            click.echo(f"left out: {recipe.title}: {error}", err=True)
            continue
        for name, hand in HANDS.items():
            answer = try_hand(case, hand)
            shares = (f"{part / max(1, answer.given):.3f}" for part in (answer.doubtful, answer.linked))
            table.add_row(recipe.title, name, str(answer.given), *shares)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
