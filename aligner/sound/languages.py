"""Tell in which language words are, surely enough to refuse a file.

Helper of the captions readers. The most frequent little words of a language make up a third of any text in it
and hardly occur in another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

LEAST_WORDS = 50
"""Fewer words prove nothing."""

_LITTLE_WORDS = {
    "fr": "le la les l des du d et est en un une que qu qui dans pour pas nous vous sur au aux ce il je j ne n à de c "
    "s avec cette ces sont on plus par mais ou où notre",
    "en": "the of and to in is that it you for we this are was on with be have not as at they our from will i so but",
    "es": "el los las y que una por con para se del es no lo su como más pero al de la en un nos este está muy",
    "it": "il di che e è non per un una della sono con gli del le i si anche questo ma nel dei da la in ci noi",
    "de": "der die das und ist nicht ein eine ich zu mit auf es von den für wir sie dass auch im des dem haben sind",
    "pt": "o os um uma não e que do da em para com é dos das no na por se mais mas como ao nós isso foi de a",
    "nl": "de het een van en is dat niet op te ik zijn voor wij we met die maar om ook er aan dit hebben wordt",
}
_NAMES = {
    "fr": "French",
    "en": "English",
    "es": "Spanish",
    "it": "Italian",
    "de": "German",
    "pt": "Portuguese",
    "nl": "Dutch",
}
_SETS = {code: frozenset(words.split()) for code, words in _LITTLE_WORDS.items()}


def spoken_language(texts: Iterable[str], expected: str) -> str | None:
    """Name the language of some words in English if it is clearly another than `expected` (a code), else None.

    Clear is: at least `LEAST_WORDS` words, a quarter of them little words of the other language, and twice as many as
    of the expected one. Languages without a list are not judged.
    """
    code = expected.lower().partition("-")[0]
    if code not in _SETS:
        return None
    words = [word for text in texts for word in re.findall(r"[^\W\d_]+", text.lower())]
    if len(words) < LEAST_WORDS:
        return None
    shares = {name: sum(word in known for word in words) / len(words) for name, known in _SETS.items()}
    best = max(shares, key=lambda name: shares[name])
    clear = best != code and shares[best] >= 0.25 and shares[best] >= 2 * shares[code]
    return _NAMES[best] if clear else None
