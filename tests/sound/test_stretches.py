"""Hearing parts of a recording, with a fake engine: pieces, second hearings, and nothing heard twice."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.model import Span, Word
from aligner.sound.guards import clip_speech
from aligner.sound.journal import Journal
from aligner.sound.judging import Decoded
from aligner.sound.speech import Speech
from aligner.sound.stretches import Stretch, hear_stretches
from tests.fakes import as_decoded
from tests.matching.invent import invent_words

SPOKEN: tuple[Span, ...] = (
    *((1_000, 12_950), (13_000, 26_000)),
    *((30_000, 43_950), (44_000, 48_950), (49_000, 53_950), (54_000, 59_000)),
)
MOMENTS = [*range(1_000, 26_000, 500), *range(30_000, 59_000, 500)]
WHOLE = [(0, 60_000)]
VOCABULARY = invent_words(997, seed=6)
Says = Callable[[Span], list[Word]]


class FakeSpeech(Speech):
    """Somebody speaks in these spans."""

    def __init__(self, spans: Sequence[Span] = SPOKEN) -> None:
        self.spans = spans

    def within(self, span: Span) -> tuple[Span, ...]:
        return clip_speech(self.spans, span)


def name(moment: int) -> str:
    """A word that is said at that moment, and none like it near it."""
    return VOCABULARY[moment // 100 % len(VOCABULARY)]


def steadily(piece: Span) -> list[Word]:
    """A word each half second of speech, if all of it is in the piece."""
    return [Word(f" {name(at)}", at, at + 400, 0.8) for at in MOMENTS if piece[0] <= at and at + 400 <= piece[1]]


class Engine:
    """Says what it is told to, and keeps what it was asked."""

    def __init__(self, says: Says = steadily) -> None:
        self.says = says
        self.asked: list[list[Span]] = []

    def decode(self, pieces: Sequence[Span]) -> list[Decoded]:
        self.asked.append(list(pieces))
        return [as_decoded(self.says(piece)) for piece in pieces]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "heard" / "0123456789abcdef.jsonl")


def quiet(_done: int, _total: int) -> None:
    """No progress."""


def listen(
    engine: Engine,
    journal: Journal,
    wanted: Sequence[Span] = WHOLE,
    *,
    at_once: int = 8,
    speech: Sequence[Span] = SPOKEN,
) -> list[Stretch]:
    return hear_stretches(
        wanted, FakeSpeech(speech), journal, engine.decode, at_once=at_once, language="fr", progress=quiet
    )


def starts(stretches: Sequence[Stretch]) -> list[int]:
    return sorted(word.start_ms for stretch in stretches for word in stretch.words)


def test_pieces_are_cut_at_the_pause_and_heard_at_once(journal: Journal) -> None:
    engine = Engine()
    stretches = listen(engine, journal)
    assert engine.asked == [[(600, 26_400), (29_600, 59_400)]]
    assert stretches[0].words[0] == Word(name(1_000), 1_000, 1_400, 0.8)
    assert starts(stretches) == MOMENTS


def test_speech_left_without_words_is_heard_again(journal: Journal) -> None:
    engine = Engine(lambda piece: [w for w in steadily(piece) if piece[0] != 29_600 or w.start_ms < 36_000])
    stretches = listen(engine, journal)
    assert engine.asked[1:] == [[(35_900, 48_970), (48_970, 59_400)]]
    assert starts(stretches) == MOMENTS


def test_what_cannot_be_heard_is_tried_three_times_in_smaller_pieces(journal: Journal) -> None:
    engine = Engine(lambda piece: [word for word in steadily(piece) if word.start_ms < 44_000])
    stretches = listen(engine, journal)
    assert starts(stretches)[-1] == 43_500
    # The last piece is short enough at once: heard again as it is, it would give the same.
    assert engine.asked[1:] == [[(43_900, 53_970), (53_970, 59_400)], [(43_900, 48_970), (48_970, 53_970)]]
    again = Engine()
    assert starts(listen(again, journal))[-1] == 43_500
    assert again.asked == []


@pytest.mark.parametrize(
    "invented", ["Sous-titrage Société Radio-Canada", "Merci d'avoir regardé cette vidéo !", "bravo " * 58]
)
def test_what_nobody_says_gives_way_to_a_second_hearing(journal: Journal, invented: str) -> None:
    def invents_once(piece: Span) -> list[Word]:
        if piece != (29_600, 59_400):
            return steadily(piece)
        texts = invented.split()
        return [Word(f" {text}", 30_000 + 500 * k, 30_400 + 500 * k) for k, text in enumerate(texts)]

    stretches = listen(Engine(invents_once), journal)
    assert [moment for moment in starts(stretches) if moment not in MOMENTS] == []
    assert len(set(starts(stretches))) == len(MOMENTS)


def test_batches_are_no_larger_than_asked_for(journal: Journal, tmp_path: Path) -> None:
    engine = Engine()
    one_by_one = listen(engine, journal, at_once=1)
    assert [len(batch) for batch in engine.asked] == [1, 1]
    assert one_by_one == listen(Engine(), Journal(tmp_path / "other.jsonl"))


def test_progress_counts_what_is_to_be_heard(journal: Journal) -> None:
    told: list[tuple[int, int]] = []
    engine = Engine(lambda piece: steadily(piece) if piece[1] - piece[0] < 20_000 else [])
    hear_stretches(
        WHOLE,
        FakeSpeech(),
        journal,
        engine.decode,
        at_once=1,
        language="fr",
        progress=lambda done, total: told.append((done, total)),
    )
    assert told[0] == (0, 55_600)
    assert told[-1] == (55_600, 55_600)
    assert all(a[0] <= b[0] for a, b in itertools.pairwise(told))


def test_what_was_heard_is_not_heard_again(journal: Journal) -> None:
    first = Engine()
    listen(first, journal, [(30_000, 43_980)])
    assert first.asked == [[(30_000, 43_980)]]
    second = Engine()
    stretches = listen(second, journal)
    assert second.asked == [[(600, 26_400), (43_980, 59_400)]]
    assert starts(stretches) == MOMENTS
    third = Engine()
    assert starts(listen(third, journal, [(44_000, 53_970)])) == [m for m in MOMENTS if m >= 44_000]
    assert third.asked == []


def test_a_line_that_a_crash_cut_off_is_heard_again(journal: Journal) -> None:
    listen(Engine(), journal, at_once=1)
    raw = journal.path.read_bytes()
    first_line = raw.index(b"\n") + 1
    for cut in (first_line, first_line + 10, len(raw) - 1):
        journal.path.write_bytes(raw[:cut])
        engine = Engine()
        assert starts(listen(engine, journal, at_once=1)) == MOMENTS
        assert engine.asked == [[(29_600, 59_400)]]
        assert journal.path.read_bytes() == raw


def test_a_failing_engine_loses_only_its_own_batch(journal: Journal) -> None:
    def fails(piece: Span) -> list[Word]:
        if piece[0] > 20_000:
            raise MemoryError
        return steadily(piece)

    with pytest.raises(MemoryError):
        listen(Engine(fails), journal, at_once=1)
    engine = Engine()
    assert starts(listen(engine, journal, at_once=1)) == MOMENTS
    assert engine.asked == [[(29_600, 59_400)]]


@given(
    st.lists(st.tuples(st.integers(100, 5_000), st.integers(200, 20_000)), min_size=1, max_size=40),
    st.integers(1, 9),
    st.integers(0, 12),
    st.sampled_from([3, 5, 7]),
)
def test_stopped_after_any_batch_it_goes_on_to_the_same_journal(
    lengths: list[tuple[int, int]], at_once: int, stop: int, leaves_out: int
) -> None:
    spoken, at = [], 0
    for gap, length in lengths:
        spoken.append((at + gap, at + gap + length))
        at += gap + length
    whole = [(0, at + 1_000)]

    def says(piece: Span) -> list[Word]:
        """Leaves out stretches of words, but other ones each time it is asked otherwise."""
        return [
            Word(f" {name(moment)}", moment, moment + 300)
            for start, end in clip_speech(spoken, piece)
            for moment in range(start, end - 300, 400)
            if (moment // 4_000 + piece[1] - piece[0]) % leaves_out
        ]

    undisturbed, stopped = MemoryJournal(), MemoryJournal()
    listen_to = partial(hear_stretches, whole, FakeSpeech(spoken), at_once=at_once, language="fr", progress=quiet)
    listen_to(undisturbed, Engine(says).decode)
    stopped.lines = undisturbed.lines[:stop]
    engine = Engine(says)
    listen_to(stopped, engine.decode)
    assert stopped.lines == undisturbed.lines
    assert len(engine.asked) == len(undisturbed.lines) - min(stop, len(undisturbed.lines))


class MemoryJournal(Journal):
    """Kept in memory, for speed."""

    def __init__(self) -> None:
        super().__init__(Path("nowhere"))
        self.lines: list[object] = []

    def read(self) -> list[object]:
        return [list(line) for line in self.lines]  # type: ignore[call-overload]

    def add(self, record: object) -> None:
        self.lines.append(record)
