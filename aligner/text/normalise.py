"""French text as comparable words: every token carries its character range in the text it came from.

Used by match on both sides, the published and the heard, so that "63,5 %" meets "soixante-trois virgule
cinq pour cent" and "élu·es" meets "élus". Nothing is changed in place: a token is a reading of some
characters, and one stretch of characters may be read as several tokens.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from num2words import num2words


@dataclass(frozen=True, slots=True)
class Token:
    """One comparable word: lower case, no accents. `start` and `end` are its characters in the source text."""

    form: str
    start: int
    end: int


_SPACE = "[ \u00a0\u202f]"
_LETTERS = "[^\\W\\d_]"
_TOKEN = re.compile(
    rf"""
      (?P<abbreviation> n°s? | \b(?:MM|Mmes?|Mlles?|Dr|Pr|M)\b\.? (?=\s*[A-ZÀ-Ý]) | \bSte?s?\b\.? (?=[-\s]?[A-ZÀ-Ý]) )
    | (?P<letters> \b(?:[A-Za-z]\.){{2,}}[A-Za-z]?\b )
    | (?P<clock> \b\d{{1,2}}{_SPACE}?[hH](?:{_SPACE}?\d{{2}})?\b )
    | (?P<ordinal> \b\d+{_SPACE}?(?:ers?|ères?|res?|nde?s?|èmes?|emes?|ièmes?|es?)\b | \b(?:[IVX]|[LC](?=[IVXLC]))[IVXLC]*(?:e|er|ère|ème)s?\b )
    | (?P<number> \d{{1,3}}(?:[ \u00a0\u202f.]\d{{3}})+(?!\d)(?:,\d+)? | \d+(?:[.,]\d+)? )
    | (?P<inclusive> {_LETTERS}+(?:[·•‧∙⋅]{_LETTERS}+)+
        | {_LETTERS}{{3,}}\.(?:e|es|e\.s|ne|nes|trice|trices|rice|rices)\b
        | {_LETTERS}{{3,}}[-]e[-]s\b | {_LETTERS}{{3,}}\((?:e|es|ne|s|trice|trices)\)s? )
    | (?P<symbol> [%‰€$&+=] )
    | (?P<word> {_LETTERS}+ )
    """,
    re.VERBOSE,
)
_ABBREVIATIONS = {
    "n°": "numero",
    "n°s": "numeros",
    "m": "monsieur",
    "mm": "messieurs",
    "mme": "madame",
    "mmes": "mesdames",
    "mlle": "mademoiselle",
    "mlles": "mesdemoiselles",
    "dr": "docteur",
    "pr": "professeur",
    "st": "saint",
    "sts": "saints",
    "ste": "sainte",
    "stes": "saintes",
}
_SYMBOLS = {
    "%": ("pour", "cent"),
    "‰": ("pour", "mille"),
    "€": ("euros",),
    "$": ("dollars",),
    "&": ("et",),
    "+": ("plus",),
    "=": ("egale",),
}
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_LARGEST = 10**12  # longer digit runs are codes, read digit by digit


def tokenise(text: str) -> list[Token]:
    """Read French text as tokens, in order; `text[token.start:token.end]` are the characters a token comes from."""
    tokens = []
    for found in _TOKEN.finditer(text):
        forms = _read(found.lastgroup or "word", found.group())
        tokens += [Token(form, found.start(), found.end()) for form in forms]
    return tokens


def fold(text: str) -> str:
    """Lower case without accents or ligatures."""
    # twice: some capitals exist only as compatibility characters, and some small letters only decomposed
    for _ in range(2):
        text = unicodedata.normalize("NFKD", text).lower()
    text = text.replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    return "".join(c for c in text if not unicodedata.combining(c))


@lru_cache(maxsize=50_000)
def _read(kind: str, text: str) -> tuple[str, ...]:
    match kind:
        case "abbreviation":
            return (_ABBREVIATIONS[text.lower().rstrip(".")],)
        case "letters":
            return (fold(text.replace(".", "")),)
        case "clock":
            return _read_clock(text)
        case "ordinal":
            return _read_ordinal(text)
        case "number":
            return _read_number(text)
        case "inclusive":
            return (_read_inclusive(text),)
        case "symbol":
            return _SYMBOLS[text]
        case _:
            return (fold(text),)


def _spell(value: int | str, to: str = "cardinal") -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z]+", fold(num2words(value, lang="fr", to=to))))


def _read_clock(text: str) -> tuple[str, ...]:
    hours, _, minutes = re.sub(_SPACE, "", text.lower()).partition("h")
    return (*_spell(int(hours)), "heures", *(_spell(int(minutes)) if int(minutes or 0) else ()))


def _read_ordinal(text: str) -> tuple[str, ...]:
    folded = fold(text)
    if digits := re.match(r"\d+", folded):
        number = int(digits.group())
    else:
        letters = [_ROMAN[c] for c in re.match(r"[ivxlc]+?(?=er|e)", folded).group()]  # type: ignore[union-attr]
        number = sum(-a if a < b else a for a, b in zip(letters, [*letters[1:], 0], strict=True))
    suffix = folded.rstrip("s")
    if number == 1:
        return ("premiere",) if suffix.endswith("re") else ("premier",)
    if suffix.endswith(("nd", "nde")):
        return ("second",) if suffix.endswith("nd") else ("seconde",)
    return _spell(number, "ordinal") if number < _LARGEST else _read_number(str(number))


def _read_number(text: str) -> tuple[str, ...]:
    compact = re.sub(_SPACE, "", text)
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", compact):
        compact = compact.replace(".", "")
    whole, _, decimals = compact.replace(".", ",").partition(",")
    if len(whole) > 12:
        return tuple(form for digit in whole for form in _spell(int(digit)))
    zeros = len(whole) - len(whole.lstrip("0")) if len(whole) > 1 else 0
    forms = ("zero",) * zeros + (_spell(int(whole)) if whole.strip("0") or not zeros else ())
    if decimals:
        zeros = len(decimals) - len(decimals.lstrip("0"))
        forms += ("virgule",) + ("zero",) * zeros + (_spell(int(decimals)) if decimals.strip("0") else ())
    return forms


def _read_inclusive(text: str) -> str:
    """Read "élu·es", "chacun·e", "poitevin-e-s" by the masculine form, which every spoken reading begins with."""
    parts = re.split(r"[·•‧∙⋅.()-]", fold(text))
    stem, endings = parts[0], "".join(parts[1:])
    return stem + "s" if endings.endswith("s") and not stem.endswith(("s", "x")) else stem
