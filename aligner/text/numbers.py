"""Numbers, money, hours and dates as French says them: "1 234,56 €" is "mille deux cent … euros cinquante-six".

Below normalise, which finds such groups in a text and asks here how each is read. Every reading is a tuple of
pieces, so that each spoken word knows the digits it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache

from num2words import num2words

Piece = tuple[str, int, int]
"""A spoken word (lower case, accents kept) and its characters `[start, end)` in the group it is read from."""

SPACE = "[ \u00a0\u2009\u202f]"
NUMBER = (
    rf"(?:[1-9]\d{{0,2}}(?:{SPACE}\d{{3}})+(?!\d)(?:,\d+)?|[1-9]\d{{0,2}}(?:\.\d{{3}})+(?!\d)(?:,\d+)?|\d+(?:[.,]\d+)?)"
)
LONGEST = 12
"""Longer digit runs are codes, read digit by digit."""
MOST_DECIMALS = 3
"""Decimals are read as a number up to this many, then digit by digit."""
SCALES = {"k": 10**3, "K": 10**3, "M": 10**6, "Md": 10**9, "Mds": 10**9, "Mrd": 10**9, "Mrds": 10**9}
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_SCALE_WORDS = {1: ("mille",), 2: ("million", "millions"), 3: ("milliard", "milliards")}
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


@lru_cache(maxsize=20_000)
def spell(value: int, to: str = "cardinal") -> tuple[str, ...]:
    """The words of a whole number, hyphens undone; `to` is `cardinal` or `ordinal`."""
    return tuple(re.split(r"[ -]", num2words(value, lang="fr", to=to)))


def spell_digits(digits: str) -> tuple[str, ...]:
    """The words of digits read as a number, zeros in front said one by one; longer than `LONGEST` one by one."""
    bare = digits.lstrip("0")
    if len(digits) > LONGEST:
        return tuple(word for digit in digits for word in spell(int(digit)))
    zeros = len(digits) - len(bare) - (not bare)
    return ("zéro",) * zeros + spell(int(digits))


def spell_amount(amount: Fraction) -> tuple[str, ...]:
    """The words of an amount of at most a few decimals: "deux virgule cinq"."""
    whole, part = divmod(amount, 1)
    words = spell_digits(str(whole))
    return (*words, "virgule", *_spell_decimals(decimals_of(part))) if part else words


def decimals_of(part: Fraction) -> str:
    """The decimals of a part of one, at most `LONGEST` of them: "05" for a twentieth."""
    digits = ""
    while part and len(digits) < LONGEST:
        digit, part = divmod(part * 10, 1)
        digits += str(digit)
    return digits


def value_of(number: str) -> Fraction:
    """The value of a number as it stands in a text ("1 250,5", "1.250", "3.14")."""
    return Fraction(_compact(number).replace(",", "."))


def at(words: Iterable[str], start: int, end: int) -> tuple[Piece, ...]:
    """The same characters for every word."""
    return tuple((word, start, end) for word in words)


def read_number(text: str) -> tuple[Piece, ...]:
    """Read "1 250,5": each word has the digits it comes from."""
    compact = _compact(text)
    whole, _, decimals = compact.partition(",")
    cut = len(text) - len(decimals) - 1 if decimals else len(text)
    pieces = _read_groups(text[:cut]) if len(whole) <= LONGEST else at(spell_digits(whole), 0, cut)
    if not decimals:
        return pieces
    return (*pieces, ("virgule", cut, cut + 1), *at(_spell_decimals(decimals), cut + 1, len(text)))


def read_money(text: str) -> tuple[Piece, ...]:
    """Read "5,20 €" ("cinq euros vingt"), "12 k€" ("douze mille euros"), "63,5 M€" ("… millions d'euros")."""
    found = re.match(rf"({NUMBER}){SPACE}?(Mr?ds?|[kKM])?{SPACE}?(€|euros?)?", text)
    number, scale, unit = found.groups()  # type: ignore[union-attr]
    end, place = len(number), len(text) - len(unit or "")
    euros = at(("euros",), place, len(text)) if unit else ()
    if scale and SCALES[scale] == 1000:
        product = value_of(number) * 1000
        return (*at(spell_amount(product), 0, place), *euros)
    if scale:
        of = at(("d",), place, len(text)) if unit else ()
        return (*read_number(number), ("millions" if scale == "M" else "milliards", end, place), *of, *euros)
    cents = re.search(r"(?<=[.,])\d\d$", number)
    if not cents:
        spoken = read_number(number)
        of = at(("d",), place, len(text)) if spoken[-1][0].startswith(("million", "milliard")) else ()
        return (*spoken, *of, *euros)
    middle = cents.start() - 1
    spoken = at(spell(int(cents.group())), middle + 1, len(text)) if cents.group() != "00" else ()
    return (*read_number(number[:middle]), ("euros", middle, len(text)), *spoken)


def read_clock(text: str) -> tuple[Piece, ...]:
    """Read "18h30", "18 h", "18:30": "dix-huit heures trente"."""
    hours, mark, minutes = re.fullmatch(rf"(\d+)({SPACE}?[hH:]{SPACE}?)(\d*)", text).groups()  # type: ignore[union-attr]
    middle = len(hours) + len(mark)
    spoken = [*at(feminine(spell(int(hours))), 0, len(hours)), ("heures", len(hours), middle)]
    return (*spoken, *(at(feminine(spell(int(minutes))), middle, len(text)) if int(minutes or 0) else ()))


def feminine(words: tuple[str, ...]) -> tuple[str, ...]:
    """A number before a feminine noun: "vingt et une" heures."""
    return (*words[:-1], "une") if words[-1] == "un" else words


def read_date(text: str) -> tuple[Piece, ...]:
    """Read "12/06/2025", "2025-06-12", "12/06": "douze juin deux mille vingt-cinq"."""
    parts = [(int(part.group()), *part.span()) for part in re.finditer(r"\d+", text)]
    if parts[0][2] - parts[0][1] == 4:  # the year first: the words come from the whole, for they are said backwards
        parts = [(number, 0, len(text)) for number, _, _ in reversed(parts)]
    day, month, *years = parts
    first = ("premier",) if day[0] == 1 else spell(day[0])
    said = [*at(first, *day[1:]), (MONTHS[month[0] - 1], *month[1:])]
    return (*said, *(piece for number, *span in years for piece in at(spell(number), *span)))


def read_phone(text: str) -> tuple[Piece, ...]:
    """Read "05 49 30 20 20" by pairs, and "+33" as "plus trente-trois"."""
    pieces: list[Piece] = []
    for group in re.finditer(r"\+33|(?<=33)[ .-]?[1-9]|\d\d", text):
        digits = group.group().strip(" .-")
        if digits[0] == "+":
            pieces.append(("plus", group.start(), group.start() + 1))
            digits = digits[1:]
        pieces += at(spell_digits(digits), *group.span())
    return tuple(pieces)


def read_ordinal(text: str) -> tuple[Piece, ...]:
    """Read "16ème", "XXIe", "1ère", "2nde"."""
    digits = re.match(r"\d+|[IVXLC]+", text).group()  # type: ignore[union-attr]
    suffix = text[len(digits) :].strip(" \u00a0\u2009\u202f").rstrip("s")
    number = int(digits) if digits.isdigit() else read_roman(digits)
    if number == 1:
        words: tuple[str, ...] = ("première",) if suffix.endswith(("re", "ʳᵉ")) else ("premier",)
    elif suffix.startswith(("nd", "d")):
        words = ("seconde",) if suffix.endswith("e") else ("second",)
    else:
        words = spell(number, "ordinal") if len(digits) <= LONGEST else spell_digits(digits)
    return at(words, 0, len(text))


def read_roman(text: str) -> int:
    """The value of a Roman numeral."""
    letters = [_ROMAN[c] for c in text]
    return sum(-a if a < b else a for a, b in zip(letters, [*letters[1:], 0], strict=True))


def read_fraction(text: str) -> tuple[Piece, ...]:
    """Read "1/2", "2/3", "3/4"."""
    over, under = text.split("/")
    name = {"2": "demi", "3": "tiers", "4": "quart"}[under]
    slash = len(over)
    return (*at(spell(int(over)), 0, slash), (name + "s" * (int(over) > 1 and name != "tiers"), slash, len(text)))


def _compact(number: str) -> str:
    """Without thousands marks, a comma before the decimals."""
    bare = re.sub(SPACE, "", number)
    if re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+(,\d+)?", bare):
        bare = bare.replace(".", "")
    return bare.replace(".", ",")


def _spell_decimals(decimals: str) -> tuple[str, ...]:
    if len(decimals) > MOST_DECIMALS:
        return tuple(word for digit in decimals for word in spell(int(digit)))
    return spell_digits(decimals)


def _read_groups(text: str) -> tuple[Piece, ...]:
    """Share the words of "1 250 000" among its groups of digits; the zeros of one are the last word before it."""
    groups = list(re.finditer(r"\d+", text))
    words = list(spell_digits("".join(group.group() for group in groups)))
    if len(groups) == 1:
        return at(words, 0, len(text))
    pieces: list[Piece] = []
    for power, group in zip(range(len(groups) - 1, -1, -1), groups, strict=True):
        if not int(group.group()):
            word, start, _ = pieces[-1]
            shared = len(pieces) > 1 and pieces[-2][1] == start  # of "63 000", "mille" stands for the zeros
            pieces[-1] = (word, group.start() if shared else start, group.end())
            continue
        scale = [index for index, word in enumerate(words) if word in _SCALE_WORDS.get(power, ())]
        size = scale[0] + 1 if scale else len(words)
        pieces += at(words[:size], *group.span())
        del words[:size]
    return tuple(pieces)
