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
from dataclasses import astuple, dataclass, replace
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import click
import numpy as np

import aligner.matching
from aligner.errors import AlignerError
from aligner.matching.candidates import ASIDE
from aligner.matching.grams import GramIndex, Numbers
from aligner.matching.heard_text import HeardText
from aligner.matching.judge import BESIDE_SLOPE
from aligner.matching.place import JUMP_COST
from aligner.matching.word_alignment import HEARD_GAP, PUBLISHED_GAP, SAME, Floats, _likeness
from tests.benchmark.cases import LeftOutError, list_recipes, run
from tests.benchmark.generated import VARIANTS
from tests.benchmark.score import Line, summarise

SOURCES = {"reading": ("transcript", "captions"), "made": ("made",), "alike": ("made",)}
"""The families of sets that a part is judged on, each with the sources of words that count. No set here is heard."""
NO_CONTEXT = 1e9
"""Occurrences against which what was seen after other words counts for nothing."""
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


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the lines of one family."""

    placed: int
    """Said lines that were placed, as `score.py` counts them."""
    wrong: int
    """Lines whose link leads elsewhere; those never said are among them."""
    unsaid: int
    """Lines never said that are linked."""
    late_ms: int
    """Of 100 onsets of links that are right, 95 are nearer than this."""


def _leave_spelling(form: str) -> str:
    return form


def _compare_exactly(keys: Sequence[str], heard: Sequence[str]) -> Floats:
    likeness = _likeness(keys, heard)
    return np.where(likeness >= SAME, likeness, 0.0).astype(np.float32)


def _weigh_evenly(_text: HeardText, forms: Sequence[str], _keys: Sequence[str]) -> tuple[float, ...]:
    return (EVEN_NATS,) * len(forms)


_find_all = GramIndex.find


def _find_single(index: GramIndex, keys: Sequence[str], size: int) -> list[Numbers]:
    return _find_all(index, keys, size) if size == 1 else []


def _find_none(*_facts: object) -> set[Any]:
    return set()


def _keep(first: Sequence[Any], *_rest: object) -> list[Any]:
    return list(first)


def _patch(owner: str, attribute: str, instead: Any) -> Patch:
    return Patch(f"aligner.{owner}", attribute, instead)


PARTS = (
    Part("sounds (compare by spelling)", (_patch("text.phonetic", "sound_key", _leave_spelling),)),
    Part("near sounds (the same or nothing)", (_patch("matching.word_alignment", "_likeness", _compare_exactly),)),
    Part("rarity (all words prove the same)", (_patch("matching.heard_text:HeardText", "weigh", _weigh_evenly),)),
    Part("what precedes a word", (_patch("matching.heard_text", "PSEUDO_CONTEXTS", NO_CONTEXT),)),
    Part("runs of two and three sounds", (_patch("matching.grams:GramIndex", "find", _find_single),)),
    Part("several places for a passage", (_patch("matching.locate", "MOST_PLACES_KEPT", 1),)),
    Part(
        "caps on gaps",
        (
            _patch("matching.word_alignment", "PUBLISHED_GAP", replace(PUBLISHED_GAP, most=math.inf)),
            _patch("matching.word_alignment", "HEARD_GAP", replace(HEARD_GAP, most=math.inf)),
        ),
    ),
    Part("cheap whole sentences", (_patch("matching.word_alignment", "SENTENCES", PUBLISHED_GAP.most),)),
    Part("dearer digressions", (_patch("matching.candidates", "FAR_ASIDE", ASIDE),)),
    Part("no long silence in a sentence", (_patch("matching.candidates", "LONGEST_SILENCE_MS", math.inf),)),
    Part("places of what was said whole", (_patch("matching.candidates", "SENTENCE", math.inf),)),
    Part("aligning alone, out of order", (_patch("matching.candidates", "ALONE", -math.inf),)),
    Part(
        "cheap steps to the next place",
        (_patch("matching.place", "FOLLOW_COST", JUMP_COST), _patch("matching.place", "STEP_COST", JUMP_COST)),
    ),
    Part("hint of the link", (_patch("matching.place", "HINT_BONUS", 0.0),)),
    Part("claims (no words taken twice)", (_patch("matching.place", "_find_repeated", _find_none),)),
    Part("looking beside neighbours", (_patch("matching.place", "_look_beside", _keep),)),
    Part("neighbours that vouch", (_patch("matching.place", "_vouch", _find_none),)),
    Part("share asked of one alone", (_patch("matching.judge", "ALONE_SLOPE", BESIDE_SLOPE),)),
    Part("margin over the second place", (_patch("matching.judge", "MARGIN_NATS", -math.inf),)),
    Part("other readings", (_patch("matching.recover", "recover_readings", _keep),)),
    Part("words cut otherwise", (_patch("matching.recover", "recover_gaps", _keep),)),
    Part("pauses between clauses", (_patch("matching.timing", "_settle_pauses", _keep),)),
    Part("times of words not heard", (_patch("matching.timing", "_estimate", _keep),)),
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


def measure(name: str, families: Sequence[str], variant: str) -> dict[str, Tally]:
    """What becomes of the lines of some families without the named part (`WHOLE`: with all), in this process."""
    put_back = leave_out(next(part for part in PARTS if part.name == name)) if name != WHOLE else None
    try:
        return {family: _count(lines) for family in families if (lines := _run(family, variant))}
    finally:
        if put_back:
            put_back()


def _run(family: str, variant: str) -> list[Line]:
    lines: list[Line] = []
    for recipe in list_recipes(variant):
        if recipe.family == family and recipe.source in SOURCES[family]:
            try:
                lines += run(recipe.make())[0]
            except LeftOutError:
                continue
    return lines


def _count(lines: Sequence[Line]) -> Tally:
    late = summarise(lines)["onset p95"]
    return Tally(
        placed=sum(line.placed for line in lines),
        wrong=sum(line.start is not None and not line.right for line in lines),
        unsaid=sum(line.start is not None and not line.said for line in lines),
        late_ms=0 if math.isnan(late) else round(1000 * late),
    )


def _title(families: Sequence[str]) -> str:
    """Two lines: the families, and under each what is counted."""
    columns = "".join(f"{column:>8}" for column in ("placed", "wrong", "unsaid", "p95 ms"))
    return f"{'':36}" + "".join(f"{family:>32}" for family in families) + f"\n{'left out':36}" + columns * len(families)


def _tell(name: str, tallies: dict[str, Tally], whole: dict[str, Tally]) -> str:
    """A part's row: the numbers themselves for `WHOLE`, for the others their change, none as a dot."""
    cells = []
    for family, tally in tallies.items():
        for value, before in zip(astuple(tally), astuple(whole[family]), strict=True):
            change = f"{value - before:+d}" if value != before else "·"
            cells.append(f"{value if name == WHOLE else change:>8}")
    return f"{name:36}" + "".join(cells)


@click.command()
@click.option(
    "--only", multiple=True, metavar="SUBSTR", help="Leave out only parts whose name holds SUBSTR; repeatable."
)
@click.option("--sets", default="", metavar="SUBSTR", help="Judge only on the families whose name holds SUBSTR.")
@click.option("--variant", type=click.Choice(VARIANTS), default="report", help="Which of the two generated worlds.")
@click.option("--jobs", type=click.IntRange(1), default=2, help="Parts measured at the same time.")
def main(only: tuple[str, ...], sets: str, variant: str, jobs: int) -> None:
    """Print what each part of the method is worth, in lines: the numbers with all parts, their change without each."""
    names = [part.name for part in PARTS if not only or any(some in part.name for some in only)]
    families = [family for family in SOURCES if sets in family]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=spawn, max_tasks_per_child=1) as fresh:
        coming = {name: fresh.submit(measure, name, families, variant) for name in (WHOLE, *names)}
        whole = coming[WHOLE].result()
        click.echo(_title(list(whole)))
        for name, tallies in coming.items():
            click.echo(_tell(name, tallies.result(), whole))


if __name__ == "__main__":
    main()
