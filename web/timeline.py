"""The time bar of a recording: the published speeches that were placed in it, laid out along its whole length.

Between the library's moments and a session's page. Passages of one post that one person said one after the other are
one speech: a bar of three hundred passages would be neither seen nor reached. Places are shares of the length in
per cent, as the drawing wants them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from aligner.library import Moment
from aligner.timecode import format_clock

APART_MS = 60_000
"""A pause between two passages of one post from which the second begins a new speech: others spoke meanwhile."""
MOST_LANES = 5
"""With more people than this the bar has one lane for all: a legend of ten names tells nobody anything."""
LEAST_WIDTH = 0.6
"""Per cent of the bar that a speech gets at least, so that it is seen at all."""
MOST_TICKS = 6
"""What a phone's width has room for."""
_STEPS_MS = tuple(minutes * 60_000 for minutes in (0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 960))


@dataclass(frozen=True, slots=True)
class Speech:
    """Passages of one post that one person said one after the other."""

    start_ms: int
    end_ms: int
    speaker: str | None
    slug: str
    title: str
    passage_id: str
    """Of its first passage, where the post's page opens."""
    passages: int


@dataclass(frozen=True, slots=True)
class Stroke:
    """A speech as it is drawn, in per cent of the length."""

    speech: Speech
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Lane:
    """One line of the bar: one person's speeches, or everybody's."""

    speaker: str | None
    strokes: tuple[Stroke, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A time written under the bar."""

    left: float
    clock: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that the bar shows."""

    length_ms: int
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    speeches: tuple[Speech, ...]
    """The same as a list, by time."""
    people: int
    """How many of the speakers are known by name."""

    @property
    def named(self) -> bool:
        """Whether each lane is one person's."""
        return len(self.lanes) > 1 or self.people == 1


def draw_timeline(moments: Sequence[Moment], length_ms: int) -> Timeline:
    """Lay placed passages out along a recording of this length (or along what they need, where that is more)."""
    speeches = tuple(gather_speeches(moments))
    length = max([length_ms, *(speech.end_ms for speech in speeches)])
    # in the order in which they first speak
    speakers = dict.fromkeys(speech.speaker for speech in speeches)
    if len(speakers) > MOST_LANES:
        lanes = [Lane(None, tuple(_stroke(speech, length) for speech in speeches))]
    else:
        lanes = [
            Lane(speaker, tuple(_stroke(speech, length) for speech in speeches if speech.speaker == speaker))
            for speaker in speakers
        ]
    people = sum(speaker is not None for speaker in speakers)
    return Timeline(length, tuple(lanes), tuple(_ticks(length)), speeches, people)


def gather_speeches(moments: Sequence[Moment]) -> list[Speech]:
    """Join passages of one post and speaker that follow each other closely, by time of their beginnings."""
    speeches: list[Speech] = []
    latest: dict[tuple[str, str | None], int] = {}
    for moment in sorted(moments, key=lambda moment: (moment.start_ms, moment.end_ms)):
        key = moment.slug, moment.speaker
        index = latest.get(key)
        before = None if index is None else speeches[index]
        if index is not None and before and moment.start_ms - before.end_ms < APART_MS:
            end_ms = max(before.end_ms, moment.end_ms)
            speeches[index] = replace(before, end_ms=end_ms, passages=before.passages + 1)
            continue
        latest[key] = len(speeches)
        end_ms = max(moment.start_ms, moment.end_ms)
        speeches.append(
            Speech(moment.start_ms, end_ms, moment.speaker, moment.slug, moment.title, moment.passage_id, 1)
        )
    return speeches


def _stroke(speech: Speech, length_ms: int) -> Stroke:
    width = max(LEAST_WIDTH, _share(speech.end_ms - speech.start_ms, length_ms))
    return Stroke(speech, min(_share(speech.start_ms, length_ms), 100 - width), width)


def _ticks(length_ms: int) -> Iterator[Tick]:
    step = next((step for step in _STEPS_MS if length_ms / step <= MOST_TICKS), _STEPS_MS[-1])
    for number in range(int(length_ms // step) + 1):
        at_ms = int(number * step)
        yield Tick(_share(at_ms, length_ms), format_clock(at_ms))


def _share(part_ms: int, length_ms: int) -> float:
    return 100 * part_ms / length_ms if length_ms else 0.0
