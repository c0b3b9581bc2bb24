"""The language of each piece, read off what the engine encodes; the real engine is in `test_guards_real`."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from aligner.sound.tongue import Tongue, overhear


class FakeModel:
    """Encodes numbers into themselves; the fake of `ctranslate2` tells a language for each."""

    def __init__(self, *, multilingual: bool = True, device: str = "cuda") -> None:
        self.model = SimpleNamespace(is_multilingual=multilingual, detect_language=self._detect, device=device)

    def encode(self, features: Any) -> Any:
        if features is None:
            raise RuntimeError("out of memory")
        return features

    @staticmethod
    def _detect(encoded: Any) -> list[list[tuple[str, float]]]:
        return [[("<|en|>", 0.9), ("<|fr|>", 0.08)] if piece else [("<|fr|>", 0.98)] for piece in encoded]


def test_pieces_are_told_in_their_order() -> None:
    model = FakeModel()
    with overhear(model, "fr") as heard:
        assert model.encode([0, 1]) == [0, 1]
        model.encode([1])
    assert heard == [Tongue(0.98, "fr", 0.98), Tongue(0.08, "en", 0.9), Tongue(0.08, "en", 0.9)]


def test_on_a_cpu_pieces_are_encoded_one_by_one_and_come_out_together() -> None:
    asked: list[tuple[int, ...]] = []

    class Encoding(FakeModel):
        def encode(self, features: Any) -> Any:
            asked.append(features.shape)
            return features[np.newaxis] + 1

        @staticmethod
        def _detect(encoded: Any) -> list[list[tuple[str, float]]]:
            return [[("<|fr|>", float(piece[0, 0]))] for piece in np.asarray(encoded)]

    model = Encoding(device="cpu")
    features = np.stack([np.full((2, 3), value, np.float32) for value in (-0.75, -0.5)])
    with overhear(model, "fr") as heard:
        encoded = np.asarray(model.encode(features))
    assert asked == [(2, 3), (2, 3)]
    assert (encoded == features + 1).all()
    assert heard == [Tongue(0.25, "fr", 0.25), Tongue(0.5, "fr", 0.5)]


def test_a_language_that_is_not_in_the_list_has_no_chance() -> None:
    model = FakeModel()
    with overhear(model, "br") as heard:
        model.encode([0])
    assert heard == [Tongue(0.0, "fr", 0.98)]


def test_nothing_is_noted_before_and_after() -> None:
    model = FakeModel()
    with overhear(model, "fr") as heard:
        model.encode([0])
        with pytest.raises(RuntimeError, match="out of memory"):
            model.encode(None)
    model.encode([1])
    with overhear(model, "en") as again:
        model.encode([1])
    assert heard == [Tongue(0.98, "fr", 0.98)]
    assert again == [Tongue(0.9, "en", 0.9)]


def test_an_engine_that_gives_up_is_left_as_it_was() -> None:
    model = FakeModel()
    with pytest.raises(RuntimeError, match="out of memory"), overhear(model, "fr") as heard:
        model.encode(None)
    model.encode([1])
    assert heard == []


def test_a_model_of_one_language_tells_nothing() -> None:
    model = FakeModel(multilingual=False)
    with overhear(model, "en") as heard:
        model.encode([0])
    assert heard == []
