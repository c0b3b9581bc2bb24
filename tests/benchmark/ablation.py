"""`python -m tests.benchmark.ablation`: what each part of the matcher is worth, by leaving it out.

One part at a time is replaced from outside, in a process of its own, and the sets are run again; the program itself
has no switches for it. A part whose target is gone from the program is an error, never a line of zeros: mend
`PARTS` together with the method.
"""

from __future__ import annotations

import math
import multiprocessing
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import click

import aligner.matching
from aligner.errors import AlignerError
from aligner.matching.heard_text import HeardText
from aligner.matching.word_alignment import HEARD_GAP, PUBLISHED_GAP, SAME, Pair
from tests.benchmark.cases import LeftOutError, list_recipes, run
from tests.benchmark.generated import VARIANTS
from tests.benchmark.score import Line, summarise

GROUPS = {
    "reading, transcript": ("reading", "transcript"),
    "reading, captions": ("reading", "captions"),
    "all made": ("made", "made"),
}
"""The groups of sets that a part is judged on: the family and the source of their words."""
COLUMNS = ("placed", "wrong", "unsaid linked", "onset p95", "calibration")
EVEN_NATS = 5.0
"""What every word proves when rarity is left out: about the mean over a published text."""
WHOLE = "nothing"
"""The name of the first row: the method as it is."""


class StalePartError(AlignerError):
    """A part to be left out that the program no longer has under that name."""


@dataclass(frozen=True, slots=True)
class Patch:
    """What stands instead of a module's attribute. `owner` is a module's name, or "module:Class"."""

    owner: str
    attribute: str
    instead: Any


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the method, and how to leave it out."""

    name: str
    patches: tuple[Patch, ...]


def _leave_spelling(form: str) -> str:
    return form


def _weigh_evenly(_text: HeardText, _form: str) -> float:
    return EVEN_NATS


def _vouch_for_none(_chosen: object) -> set[int]:
    return set()


def _keep_pairs(pairs: Sequence[Pair], *_rest: object) -> list[Pair]:
    return list(pairs)


def _leave_times(words: list[Any], *_rest: object) -> list[Any]:
    return words


def _index_single_sounds(keys: Sequence[str]) -> dict[tuple[str, ...], list[int]]:
    places: dict[tuple[str, ...], list[int]] = {}
    for index, key in enumerate(keys):
        places.setdefault((key,), []).append(index)
    return places


def _patch(owner: str, attribute: str, instead: Any) -> Patch:
    return Patch(f"aligner.{owner}", attribute, instead)


PARTS = (
    Part("sound keys (compare by spelling)", (_patch("text.phonetic", "sound_key", _leave_spelling),)),
    Part("near sounds (only the same count)", (_patch("matching.word_alignment", "ALIKE", SAME),)),
    Part("rarity (every word proves the same)", (_patch("matching.heard_text:HeardText", "nats", _weigh_evenly),)),
    Part("runs of two and three sounds", (_patch("matching.heard_text", "index_grams", _index_single_sounds),)),
    Part("several places for a passage", (_patch("matching.locate", "MOST_PLACES_KEPT", 1),)),
    Part(
        "caps on gaps",
        (
            _patch("matching.word_alignment", "PUBLISHED_GAP", replace(PUBLISHED_GAP, most=math.inf)),
            _patch("matching.word_alignment", "HEARD_GAP", replace(HEARD_GAP, most=math.inf)),
        ),
    ),
    Part("aligning alone what is out of order", (_patch("matching.place", "ALONE", -math.inf),)),
    Part(
        "cheap steps to the next place",
        (_patch("matching.place", "FOLLOW_COST", 16.0), _patch("matching.place", "STEP_COST", 16.0)),
    ),
    Part("neighbours that vouch", (_patch("matching.place", "_vouch", _vouch_for_none),)),
    Part("hint of the link", (_patch("matching.place", "HINT_BONUS", 0.0),)),
    Part("margin over the second place", (_patch("matching.judge", "MARGIN_NATS", -math.inf),)),
    Part("words cut otherwise", (_patch("matching.match", "recover_gaps", _keep_pairs),)),
    Part("pauses between clauses", (_patch("matching.timing", "_settle_pauses", _leave_times),)),
    Part("times of words not heard", (_patch("matching.timing", "_estimate", _leave_times),)),
)
"""All parts, in the order of the method."""


def leave_out(part: Part) -> Callable[[], None]:
    """Replace a part everywhere it was imported to; returns what puts it back. Raises `StalePartError`."""
    undo: list[tuple[Any, str, Any]] = []
    for patch in part.patches:
        holders = _find_holders(patch)
        if not holders:
            raise StalePartError(
                f"The part {part.name!r} cannot be left out: {patch.owner} has no {patch.attribute}.",
                "Mend PARTS in tests/benchmark/ablation.py so that it follows the method.",
            )
        for holder in holders:
            undo.append((holder, patch.attribute, getattr(holder, patch.attribute)))
            setattr(holder, patch.attribute, patch.instead)

    def put_back() -> None:
        for holder, attribute, value in undo:
            setattr(holder, attribute, value)

    return put_back


def _find_holders(patch: Patch) -> list[Any]:
    """The owner, and every module of the matcher that imported the very same thing by name."""
    name, _, class_name = patch.owner.partition(":")
    owner = getattr(import_module(name), class_name, None) if class_name else import_module(name)
    if not hasattr(owner, patch.attribute):
        return []
    value = getattr(owner, patch.attribute)
    for module in iter_modules(aligner.matching.__path__):
        import_module(f"{aligner.matching.__name__}.{module.name}")
    modules = [module for title, module in sorted(sys.modules.items()) if title.startswith("aligner.")]
    return [owner, *(m for m in modules if m is not owner and m.__dict__.get(patch.attribute) is value)]


def measure(name: str, groups: Sequence[str], variant: str) -> dict[str, dict[str, float]]:
    """The figures of some of `GROUPS` without the named part (`WHOLE`: with all), in this process."""
    put_back = leave_out(next(part for part in PARTS if part.name == name)) if name != WHOLE else None
    try:
        return {group: summarise(lines) for group in groups if (lines := _run(GROUPS[group], variant))}
    finally:
        if put_back:
            put_back()


def _run(which: tuple[str, str], variant: str) -> list[Line]:
    lines: list[Line] = []
    for recipe in list_recipes(variant):
        if (recipe.family, recipe.source) == which:
            try:
                lines += run(recipe.make())[0]
            except LeftOutError:
                continue
    return lines


def _tell(name: str, figures: dict[str, dict[str, float]], whole: dict[str, dict[str, float]]) -> str:
    """A part's rows: the figures themselves for `WHOLE`, for the others their change."""
    rows = []
    for group, values in figures.items():
        cells = [
            f"{values[column]:.3f}" if name == WHOLE else f"{values[column] - whole[group][column]:+.3f}"
            for column in COLUMNS
        ]
        rows.append(f"{name:38}{group:21}" + "".join(f"{cell:>15}" for cell in cells))
    return "\n".join(rows)


@click.command()
@click.option(
    "--only", multiple=True, metavar="SUBSTR", help="Leave out only parts whose name holds SUBSTR; repeatable."
)
@click.option("--sets", default="", metavar="SUBSTR", help="Judge only on the groups of sets whose name holds SUBSTR.")
@click.option("--variant", type=click.Choice(VARIANTS), default="report", help="Which of the two generated worlds.")
@click.option("--jobs", type=click.IntRange(1), default=1, help="Parts measured at the same time.")
def main(only: tuple[str, ...], sets: str, variant: str, jobs: int) -> None:
    """Print what each part of the method is worth: the figures with all parts, and their change without each."""
    names = [part.name for part in PARTS if not only or any(some in part.name for some in only)]
    groups = [group for group in GROUPS if sets in group]
    click.echo(f"{'left out':38}{'sets':21}" + "".join(f"{column:>15}" for column in COLUMNS))
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=spawn, max_tasks_per_child=1) as fresh:
        coming = {name: fresh.submit(measure, name, groups, variant) for name in (WHOLE, *names)}
        whole = coming[WHOLE].result()
        for name, figures in coming.items():
            click.echo(_tell(name, figures.result(), whole))


if __name__ == "__main__":
    main()
