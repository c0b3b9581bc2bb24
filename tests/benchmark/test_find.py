"""`aligner find` on altered quotes: the held set of the reading corpus, and a smaller one of the sample."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmark.cases import READING
from tests.benchmark.find import ask, count
from tests.benchmark.quotes import ALTERATIONS, held_quotes, keep_held, keep_sample, sample_quotes


def test_altered_quotes_of_the_sample_come_first_and_what_was_never_said_is_not_accepted(tmp_path: Path) -> None:
    figures = count(ask(keep_sample(tmp_path), sample_quotes()))
    assert (figures["said"], figures["never said"]) == (30, 20)
    assert figures["first"] >= 28
    assert figures["accepted"] == 0


@pytest.mark.corpus
@pytest.mark.skipif(not READING.is_dir(), reason=f"the reading corpus is not in {READING}")
def test_of_100_held_quotes_97_come_first_and_of_50_never_said_none_is_accepted(tmp_path: Path) -> None:
    quotes = held_quotes()
    assert {kind: sum(quoted.kind == kind for quoted in quotes) for kind in ALTERATIONS} == dict.fromkeys(
        ALTERATIONS, 20
    )
    assert held_quotes() == quotes
    figures = count(ask(keep_held(tmp_path), quotes))
    assert (figures["said"], figures["never said"]) == (100, 50)
    assert figures["first"] >= 97
    assert figures["accepted"] == 0
