"""French text as comparable words: every token carries its character range in the text it came from.

Used by match on both sides, the published and the heard, so that "63,5 %" meets "soixante-trois virgule
cinq pour cent" and "élu·es" meets "élus". Nothing is changed in place: a token is a reading of some
characters, and one stretch of characters may be read as several tokens. What else the same characters may
be heard as is told by `readings`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from aligner.text.inclusive import INCLUSIVE, split_genders
from aligner.text.numbers import (
    NUMBER,
    SPACE,
    Piece,
    at,
    read_clock,
    read_date,
    read_fraction,
    read_money,
    read_number,
    read_ordinal,
    read_phone,
    read_roman,
    spell,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One comparable word: lower case, no accents. `start` and `end` are its characters in the source text."""

    form: str
    start: int
    end: int
    spelling: str
    """The same word with its accents, by which it sounds: "marché" is not said as "marche"."""


@dataclass(frozen=True, slots=True)
class Group:
    """A stretch of text that is read as a whole, what kind it is of, and its tokens."""

    kind: str
    text: str
    start: int
    tokens: tuple[Token, ...]


_LETTER = "[^\\W\\d_²³¹ʼʻ]"  # the last two are apostrophes
_WORD = f"{_LETTER}(?:{_LETTER}|[\u0300-\u036f\u00ad\u200b-\u200d\u2060])*"  # with loose accents and invisible hyphens
_CAPITAL = "[A-ZÀ-Ý]"
_UNITS = {
    "km/h": "kilomètres heure", "km²": "kilomètres carrés", "km2": "kilomètres carrés", "m²": "mètres carrés",
    "m2": "mètres carrés", "m³": "mètres cubes", "m3": "mètres cubes", "km": "kilomètres", "cm": "centimètres",
    "mm": "millimètres", "m": "mètres", "ha": "hectares", "kg": "kilos", "g": "grammes", "t": "tonnes", "l": "litres",
    "L": "litres", "kWh": "kilowatt heures", "MWh": "mégawatt heures", "GWh": "gigawatt heures",
    "TWh": "térawatt heures", "kWc": "kilowatt crête", "MWc": "mégawatt crête", "kW": "kilowatts", "MW": "mégawatts",
    "GW": "gigawatts", "°C": "degrés", "°": "degrés", "min": "minutes", "mn": "minutes", "s": "secondes", "j": "jours",
    "dB": "décibels", "Mo": "mégaoctets", "Go": "gigaoctets", "hab": "habitants",
}  # fmt: skip
_ABBREVIATIONS = {
    "n°": "numéro", "n°s": "numéros", "m": "monsieur", "mm": "messieurs", "mme": "madame", "mmes": "mesdames",
    "mlle": "mademoiselle", "mlles": "mesdemoiselles", "me": "maître", "dr": "docteur", "pr": "professeur",
    "st": "saint", "sts": "saints", "ste": "sainte", "stes": "saintes", "art": "article", "al": "alinéa", "p": "page",
    "av": "avenue", "bd": "boulevard", "env": "environ", "tél": "téléphone", "c.-à-d": "c est à dire",
    "p.ex": "par exemple", "par ex": "par exemple",
}  # fmt: skip
_WORDS = {
    "pourcent": "pour cent", "pourcents": "pour cent", "etc": "et cetera", "etcetera": "et cetera",
    "caetera": "cetera", "cætera": "cetera", "mme": "madame", "mmes": "mesdames", "mlle": "mademoiselle",
    "vs": "versus", "aujourdhui": "aujourd hui",
}  # fmt: skip
_SYMBOLS = {
    "%": "pour cent", "‰": "pour mille", "€": "euros", "k€": "milliers d euros", "M€": "millions d euros",
    "Md€": "milliards d euros", "Mds€": "milliards d euros", "$": "dollars", "£": "livres", "&": "et", "+": "plus",
    "±": "plus ou moins", "-": "moins", "−": "moins", "=": "égale", "×": "fois", "§": "paragraphe", "@": "arobase",
}  # fmt: skip
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_PER = "jour|an|mois|semaine|heure|habitant|personne|hab|ha|kg|t|h|l|k?m[²2³3]"
_DAY, _MONTH = "(?:0?[1-9]|[12]\\d|3[01])", "(?:0?[1-9]|1[0-2])"
_TOKEN = re.compile(
    rf"""
      (?P<plain> (?<!\w)(?<!\d{SPACE})(?<!°)[a-zàâçéèêëîïôùûü]{{2,}}(?=[\ \n,'’;:!?»]|$) )  # most words, quickly
    | (?P<letters> (?<!\w)(?:[A-Za-z]\.){{2,}}[A-Za-z]?(?!\w) | (?<!\w)[A-Z](?:[\ -][A-Z]){{2,}}(?![\w'’]) )
    | (?P<abbreviation> [nN]{SPACE}?[°º](?:s\b)? | \b(?:MM|Dr|Pr|Me|M)\b\.?(?=\s*{_CAPITAL})
        | \bMM?\.(?=\s(?:l[ea]\b|l['’])) | \b(?:Mme|Mlle)s?\b\.? | \bSte?s?\b\.?(?=[-\s]?{_CAPITAL})
        | \b(?:[aA]rt|al|p)\.(?={SPACE}?\d) | \b(?:av|bd|env|tél)\.(?=\s)
        | \bc\.-à-d\. | \bp\.{SPACE}?ex\. | \bpar\ ex\. )
    | (?P<phone> (?:\+33{SPACE}?[1-9]|(?<!\d)0[1-9])(?:[\ \u00a0\u202f.-]?\d\d){{4}}(?!\d) )
    | (?P<date> (?<![\d/.-]){_DAY}(?P<mark>[/.-]){_MONTH}(?P=mark)(?:\d{{4}}|\d\d)(?![\d/])
        | (?<![\d-])\d{{4}}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![\d-]) | (?<![\d/]){_DAY}/0[1-9](?![\d/]) )
    | (?P<clock> (?<![\d:,.])(?:\d{{1,2}}{SPACE}?[hH](?:{SPACE}?[0-5]?\d)?(?=[\Wà_]|$)
        | (?:[01]?\d|2[0-4]):[0-5]\d(?![\d:])) )
    | (?P<ordinal> \d+(?:ers?|ères?|ières?|res?|n?de?s?|i?[eè]mes?|es?|ᵉʳ?ˢ?|ʳᵉˢ?)(?!\w)
        | \d+{SPACE}(?:i?[eè]mes?|ère|er)\b
        | \b(?=[IVX]|[IVXLC]{{2}})C{{0,3}}(?:XC|XL|L?X{{0,3}})(?:IX|IV|V?I{{0,3}})(?:er|ère|i?ème|e|ᵉʳ?|ʳᵉ)s?(?!\w) )
    | (?P<fraction> (?<![\d/])\d/[234](?![\d/]) )
    | (?P<money> {NUMBER}{SPACE}?(?:(?:[kK]|M|Mr?ds?)(?:{SPACE}?€|(?=\sd['’e])) | €|euros?\b ) )
    | (?P<number> {NUMBER} )
    | (?P<roman> \b(?=[IVX]{{2}})X{{0,3}}(?:IX|IV|V?I{{0,3}})(?![\w'’]) )
    | (?P<unit> (?:(?<=\d)|(?<=\d{SPACE})|(?<=/))(?:{_UNIT})(?![\w²³'’]) | (?<!\w)k?m[²³] )
    | (?P<inclusive> {INCLUSIVE} )
    | (?P<per> /(?=(?:{_PER})(?!\w)) )
    | (?P<over> (?<!\d\d\d\d)(?<=[\dhj])/(?=\d) )
    | (?P<symbol> (?<!\w)(?:[kM]|Mds?)€ | [%‰€$£&+±=×§@] | (?<![\w)»”"'’.,%€°/-])[-−](?=\d) )
    | (?P<word> {_WORD} )
    """,
    re.VERBOSE,
)
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060"))


def tokenise(text: str) -> list[Token]:
    """Read French text as tokens, in order; `text[token.start:token.end]` are the characters a token comes from."""
    return [token for group in read_groups(text) for token in group.tokens]


def read_groups(text: str) -> Iterator[Group]:
    """Read French text group by group: words, numbers with their units of money, dates, abbreviations."""
    for found in _TOKEN.finditer(text):
        kind, start = found.lastgroup or "word", found.start()
        read = _read("word" if kind == "plain" else kind, found.group())
        tokens = tuple(Token(form, start + low, start + high, word) for form, low, high, word in read)
        yield Group(kind, found.group(), start, tokens)


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Lower case without accents, ligatures or invisible characters."""
    # twice: some capitals exist only as compatibility characters, and some small letters only decomposed
    for _ in range(2):
        text = unicodedata.normalize("NFKD", text).lower()
    text = text.replace("œ", "oe").replace("æ", "ae").replace("’", "'").translate(_INVISIBLE)
    return "".join(c for c in text if not unicodedata.combining(c))


@lru_cache(maxsize=50_000)
def _read(kind: str, text: str) -> tuple[tuple[str, int, int, str], ...]:
    """The tokens of one group: form, characters inside the group, spelling."""
    pieces = _READERS[kind](text)
    return tuple((form, low, high, word) for word, low, high in pieces if (form := fold(word)))


def _read_word(text: str) -> tuple[Piece, ...]:
    word = unicodedata.normalize("NFC", text.lower()).translate(_INVISIBLE)
    return at(_WORDS.get(word, word).split(), 0, len(text))


def _read_abbreviation(text: str) -> tuple[Piece, ...]:
    short = text.lower().rstrip(".").replace("º", "°")
    if not short.startswith("par"):
        short = re.sub(SPACE, "", short)
    return at(_ABBREVIATIONS[short].split(), 0, len(text))


def _read_letters(text: str) -> tuple[Piece, ...]:
    return at([re.sub("[. -]", "", text.lower())], 0, len(text))


def _read_unit(text: str) -> tuple[Piece, ...]:
    return at(_UNITS[text].split(), 0, len(text))


def _read_symbol(text: str) -> tuple[Piece, ...]:
    return at(_SYMBOLS[text].split(), 0, len(text))


def _read_inclusive(text: str) -> tuple[Piece, ...]:
    """Read by the masculine form, which every spoken reading begins with or is near to."""
    return at([split_genders(unicodedata.normalize("NFC", text.lower()))[0]], 0, len(text))


_READERS = {
    "word": _read_word,
    "abbreviation": _read_abbreviation,
    "letters": _read_letters,
    "phone": read_phone,
    "date": read_date,
    "clock": read_clock,
    "ordinal": read_ordinal,
    "fraction": read_fraction,
    "money": read_money,
    "number": read_number,
    "roman": lambda text: at(spell(read_roman(text)), 0, len(text)),
    "unit": _read_unit,
    "inclusive": _read_inclusive,
    "per": lambda text: at(["par"], 0, len(text)),
    "over": lambda text: at(["sur"], 0, len(text)),
    "symbol": _read_symbol,
}
