"""A pasted quote as its parts: marks, line ends, cuts, words put in, attributions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.errors import UsageError
from aligner.finding.quote import MOST_CHARS, MOST_PARTS, read_quote
from aligner.text.normalise import tokenise


@pytest.mark.parametrize(
    ("pasted", "parts"),
    [
        ("Nous voterons ce budget.", ("Nous voterons ce budget.",)),
        ("« Nous voterons\n  ce budget. »", ("Nous voterons ce budget.",)),
        ("“Nous voterons ce budget”", ("Nous voterons ce budget",)),
        ('"Nous voterons ce budget"', ("Nous voterons ce budget",)),
        ("« Nous voterons […] ce budget »", ("Nous voterons", "ce budget")),
        ("Nous voterons (...) ce budget", ("Nous voterons", "ce budget")),
        ("… nous voterons ce budget…", ("nous voterons ce budget",)),
        ("« [N]ous voterons [les élus] ce budget [sic] »", ("Nous voterons ce budget",)),
        ("Nous vote-\nrons ce bud\u00ad\nget", ("Nous voterons ce budget",)),
        (
            "« Nous voterons ce budget difficile », a déclaré le maire, « parce qu’il est juste pour tous »",
            ("Nous voterons ce budget difficile", "parce qu’il est juste pour tous"),
        ),
        ("Nous voterons ce « budget » de rigueur", ("Nous voterons ce « budget » de rigueur",)),
    ],
)
def test_what_is_to_be_found_of_a_pasted_quote(pasted: str, parts: tuple[str, ...]) -> None:
    assert read_quote(pasted).parts == parts


def test_the_quote_is_told_on_one_line_without_its_marks() -> None:
    assert read_quote("«\u00a0Nous voterons […]\nce budget\u00a0»").text == "Nous voterons […] ce budget"


@pytest.mark.parametrize("pasted", ["", "  \n", "«  »", "[…]", "[les élus]", "…"])
def test_a_quote_without_words_is_refused(pasted: str) -> None:
    with pytest.raises(UsageError, match="no words"):
        read_quote(pasted)


def test_a_quote_that_is_too_long_is_refused_and_told_how_long_it_may_be() -> None:
    assert read_quote("a " * (MOST_CHARS // 2)).parts
    with pytest.raises(UsageError, match="4,001 characters; 4,000"):
        read_quote("a" * (MOST_CHARS + 1))


@given(st.text(max_size=200))
def test_whatever_is_pasted_gives_parts_with_words_or_is_refused(pasted: str) -> None:
    try:
        quote = read_quote(pasted)
    except UsageError:
        return
    assert 0 < len(quote.parts) <= MOST_PARTS
    assert all(tokenise(part) for part in quote.parts)
