"""In which language a piece is spoken, by the recogniser's own ear.

Part of hearing, beside the engine. Told to hear French, Whisper makes French of any language, and is sure of it:
neither its figures nor its words tell. Its encoder does: what it makes of a piece's sound, decoding needs anyway, and
one step of the decoder reads the language off it. That adds 2 to 5 % to decoding (Whisper base on two cores), so every
piece is asked, not a few probes. Silence, noise and music do not sound French either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

OTHER = 0.05
"""Where the expected language is less likely than this, another is spoken, or nobody speaks."""
DOUBTFUL = 0.25
"""Less than this is not the expected language with some noise or a name in it."""
MIXED = 0.9
"""Less than this may be two languages in a long piece: smaller ones part them."""
CLEAR = 0.6
"""From here on the likeliest language is called by its name."""
# Measured with Whisper base; how likely French is. French of 9 to 29 s (286 pieces, readers and prompts): 0.83 and
# more, 284 of them 0.9; of 2 to 6 s (149): 0.27 and more, 146 of them 0.8. With noise, music, echo or a voice over it:
# 0.53 and more, as long as anything is understood. English, Spanish, Italian, Russian and German of all lengths (141):
# 0.012 and less. The corpus' poem in Latin: 0.006, in pieces of 6 s up to 0.23. Silence, noise and music (48): 0.04 and
# less. Half a minute with 2 to 26 s of English in it: up to 0.59; 0.87 where the English stands between French.


@dataclass(frozen=True, slots=True)
class Tongue:
    """What a piece sounds like to the recogniser: probabilities from 0 to 1, and the code of the likeliest language."""

    expected: float
    likeliest: str
    probability: float


@contextmanager
def overhear(model: Any, expected: str) -> Iterator[list[Tongue]]:
    """Note the language of every piece that a `WhisperModel` encodes meanwhile, in the order of the pieces.

    `expected` is the code that it is told to hear. The list fills while the engine's segments are consumed. It stays
    empty for a model that knows English only. Raises what the engine raises.
    """
    heard: list[Tongue] = []
    if not model.model.is_multilingual:
        yield heard
        return
    encode = model.encode

    def encode_and_note(features: Any) -> Any:
        encoded = _encode_singly(encode, features) if model.model.device == "cpu" else encode(features)
        heard.extend(_tongue(likely, expected) for likely in model.model.detect_language(encoded))
        return encoded

    model.encode = encode_and_note
    try:
        yield heard
    finally:
        model.encode = encode


def _encode_singly(encode: Callable[[Any], Any], features: Any) -> Any:
    """Encode pieces one by one: a CPU is as fast so, and each takes 72 MB of attention weights while it is encoded."""
    import ctranslate2
    import numpy as np

    return ctranslate2.StorageView.from_array(np.concatenate([np.asarray(encode(piece)) for piece in features]))


def _tongue(likely: list[tuple[str, float]], expected: str) -> Tongue:
    """Read one piece's languages, the likeliest first, in the engine's form: "<|fr|>" and a probability."""
    known = {token.strip("<|>"): probability for token, probability in likely}
    likeliest = next(iter(known))
    return Tongue(known.get(expected, 0.0), likeliest, known[likeliest])
