from __future__ import annotations

import pytest

from tests.benchmark.cases import Case, list_recipes
from tests.benchmark.hands import HANDS, try_hand


@pytest.fixture(scope="module")
def noisy() -> Case:
    return next(recipe for recipe in list_recipes() if recipe.title == "noise 30, made").make()


def test_a_hand_that_is_right_is_believed_where_three_words_in_ten_were_misheard(noisy: Case) -> None:
    answer = try_hand(noisy, HANDS["within 0.5 s"])
    assert answer.given >= 150
    assert (answer.doubtful, answer.linked) == (0, answer.given)


def test_a_hand_that_is_wrong_is_found_out(noisy: Case) -> None:
    answer = try_hand(noisy, HANDS["6 to 30 s off"])
    assert answer.given >= 150
    assert answer.doubtful >= 0.97 * answer.given
    assert answer.linked <= 0.03 * answer.given
