"""An explanation as text for a terminal of 80 columns: labels in English, what was published and said as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from aligner.explain.facts import Column, Explanation, Sign, Source, TriedHere
from aligner.matching.demands import FOR_LINK, Demand, Point
from aligner.model import SPOKEN_KINDS
from aligner.timecode import format_vtt

WIDTH = 80
LABEL = 14
"""Columns of the labels on the left."""
SIGNS = {Sign.SAME: "=", Sign.ALIKE: "~", Sign.UNHEARD: "-", Sign.UNPUBLISHED: "+"}
VERDICTS = {
    "spoken": "said as published (spoken)",
    "reworded": "said otherwise or in part (reworded)",
    "uncertain": "uncertain",
    "not_found": "not said here (not_found)",
}
ROLES = {
    "said": "said here",
    "possible": "maybe said here",
    "dismissed": "the least unlikely place",
    "next": "the second-best place",
}
STATES = {"same": "same", "changed": "CHANGED", "gone": "gone", "unknown": "?"}


def tell(explanation: Explanation) -> Iterator[str]:
    """The lines of an explanation."""
    yield f"{explanation.slug}#{explanation.passage_id}"
    if explanation.asked_id != explanation.passage_id:
        yield from _labelled("", f"It was {explanation.asked_id} before the post was edited.")
    yield from _labelled("Post", explanation.title)
    yield from _labelled("Published", explanation.text)
    if explanation.speaker:
        yield from _labelled("Speaker", explanation.speaker)
    verdict = f"{VERDICTS[explanation.status]}, confidence {explanation.confidence:.2f}"
    yield from _labelled("Verdict", verdict if _is_sought(explanation) else f"not looked for ({explanation.kind})")
    yield from _labelled("", explanation.reason)
    if explanation.corrected:
        yield from _labelled("Corrected", _tell_correction(explanation))
    for place in explanation.places:
        yield ""
        yield from _tell_place(place)
    if any(place.words for place in explanation.places):
        yield ""
        yield "  = the same   ~ sounds alike   - not heard   + heard, not published"
    if explanation.demands:
        yield ""
        yield from _tell_demands(explanation.demands)
    if _is_sought(explanation):
        yield ""
        yield from _tell_witnesses(explanation)
    yield ""
    yield from _tell_sources(explanation.made_from)
    if _is_sought(explanation):
        yield f"  {explanation.again_told}"


def _is_sought(explanation: Explanation) -> bool:
    return explanation.kind in SPOKEN_KINDS


def _labelled(label: str, text: str) -> list[str]:
    """A text beside its label, wrapped."""
    lines = wrap(text, WIDTH - LABEL, break_long_words=False, break_on_hyphens=False) or [""]
    return [f"{label if not index else '':{LABEL}}{line}".rstrip() for index, line in enumerate(lines)]


def _tell_correction(explanation: Explanation) -> str:
    corrected = explanation.corrected or {}
    doubt = f", doubtful: {corrected.get('why')}" if corrected.get("doubtful") else ""
    return f"by hand: {corrected.get('action')}{doubt}"


# --- places ---------------------------------------------------------------------------------------


def _tell_place(place: TriedHere) -> Iterator[str]:
    head = f"{ROLES[place.role][0].upper()}{ROLES[place.role][1:]}"
    yield f"{head}, {_clock(place.start_ms)} to {_clock(place.end_ms)}"
    yield from _labelled("  recording", place.recording)
    if place.nats is not None and place.share is not None:
        yield from _labelled("  evidence", f"{place.nats:.1f} nats, {place.share:.0%} of the passage")
    if place.address:
        yield f"  {place.address}"
    if place.file:
        yield f"  {place.file}"
    if place.words:
        yield ""
        yield from _side_by_side(place.words)


def _side_by_side(columns: Sequence[Column]) -> Iterator[str]:
    """Published words, below them the signs, below these the words heard; as many rows as it takes."""
    row: list[tuple[str, str, str]] = []
    width = 2
    for column in columns:
        cell = (column.published or "", SIGNS[column.sign], column.heard or "")
        size = max(map(len, cell)) + 1
        if row and width + size > WIDTH:
            yield from _row(row)
            yield ""
            row, width = [], 2
        row.append(cell)
        width += size
    yield from _row(row)


def _row(cells: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    sizes = [max(map(len, cell)) for cell in cells]
    for line in range(3):
        words = " ".join(cell[line].ljust(size) for cell, size in zip(cells, sizes, strict=True)).rstrip()
        if words:
            yield f"  {words}"


def _clock(ms: int) -> str:
    return format_vtt(ms)[:-2]


# --- what is asked ----------------------------------------------------------------------------------


def _tell_demands(demands: Sequence[Demand]) -> Iterator[str]:
    yield "Asked for a link"
    yield from (_tell_demand(demand) for demand in demands if demand.point in FOR_LINK)
    if all(demand.point is not Point.LEAD for demand in demands):
        yield "  -    lead over the second-best place: not asked, as neighbours vouch"
    yield "Asked besides, to be said as published"
    yield from (_tell_demand(demand) for demand in demands if demand.point not in FOR_LINK)


def _tell_demand(demand: Demand) -> str:
    asked, has = demand.asked or 0.0, demand.has or 0.0
    pace = f"has {has:.0f}" if has else "too short to tell"
    told = {
        Point.EVIDENCE: f"evidence: asked {asked:.1f} nats, has {has:.1f}",
        Point.SHARE: f"heard of it: asked {asked:.0%}, has {has:.0%}",
        Point.LEAD: f"lead over the second-best place: asked {asked:.1f} nats, has {has:.1f}",
        Point.OWN_WORDS: "no other passage has these words with better right",
        Point.PACE: f"no faster than speech: at most {asked:.0f} letters a second, {pace}",
        Point.SPOKEN_SHARE: f"heard of it: asked {asked:.0%}, has {has:.0%}",
        Point.DECISIVE_WORD: "no number or negation unheard",
    }[demand.point]
    return f"  {'yes' if demand.met else 'NO '}  {told}"


# --- what vouches for it ----------------------------------------------------------------------------


def _tell_witnesses(explanation: Explanation) -> Iterator[str]:
    if explanation.follows is not None and explanation.places:
        yield from _labelled("Neighbours", "vouch for it" if explanation.follows else "none vouches for it")
    for one in explanation.neighbours:
        nats = f"{one.nats:.0f} nats, " if one.nats is not None else ""
        yield from _labelled(f"  {one.side}", f"{_clock(one.start_ms)}, {nats}“{_short(one.text)}”")
    witness = explanation.witness
    if witness is None:
        yield from _labelled("Captions", "none beside the words heard")
    else:
        agreed = "none of these words" if witness.agreed is None else f"{witness.agreed:.0%} of the words heard"
        yield from _labelled("Captions", f"have {agreed} there, too")
        if witness.words:
            yield from _labelled("", f"“{witness.words}”")
    if explanation.elsewhere:
        places = "1 more place fits" if explanation.elsewhere == 1 else f"{explanation.elsewhere} more places fit"
        yield from _labelled("Elsewhere", f"{places} about as well")
    yield from _labelled("Confidence", explanation.confidence_told)


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _tell_sources(sources: Sequence[Source]) -> Iterator[str]:
    yield "Made from"
    for source in sources:
        line = f"{STATES[source.state]:8}{source.what:11} {source.name}".rstrip()
        yield f"  {line}"
        if source.told:
            yield from (f"{'':22}{part}" for part in wrap(source.told, WIDTH - 22, break_long_words=False))
