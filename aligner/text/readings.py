"""Other ways to say what a text writes: "1998" is also "dix-neuf cent…", "élu·es" also "élues et élus".

Beside normalise, which gives the one default reading. Match asks here where the default reading was not wholly
heard, and compares the alternatives by sound with what was. Only readings that speakers use are listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from aligner.text.inclusive import split_genders
from aligner.text.normalise import Group, fold, read_groups
from aligner.text.numbers import MONTHS, SCALES, SPACE, decimals_of, feminine, spell, spell_digits, value_of

Forms = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The tokens `[first, last)` of the default reading may as well be spoken as `forms`.

    Forms are in lower case with accents: `sound_key` takes them as they are, `fold` makes token forms of them.
    """

    first: int
    last: int
    forms: Forms


_LETTER_NAMES = {
    "a": "a", "b": "bé", "c": "cé", "d": "dé", "e": "e", "f": "effe", "g": "gé", "h": "hache", "i": "i", "j": "ji",
    "k": "ka", "l": "elle", "m": "emme", "n": "enne", "o": "o", "p": "pé", "q": "cu", "r": "erre", "s": "esse",
    "t": "té", "u": "u", "v": "vé", "w": "doublevé", "x": "ixe", "y": "igrec", "z": "zède",
}  # fmt: skip
_LONGEST_SIGLE = 6
_SIGLE = re.compile(rf"(?=(?:.*[A-Z]){{2}})[A-Z][A-Zu]{{0,{_LONGEST_SIGLE - 2}}}[A-Zi]s?")
_DETERMINERS = ("les", "des", "aux", "nos", "vos", "ses", "ces", "mes", "leurs", "chers", "chaque", "certains")
_UNITS: dict[str, tuple[str, ...]] = {
    "km/h": ("kilomètres à l heure", "kilomètres par heure"),
    "°C": ("degrés celsius",),
    "kWh": ("kilowattheures",),
    "MWh": ("mégawattheures",),
    "GWh": ("gigawattheures",),
    "TWh": ("térawattheures",),
    "kg": ("kilogrammes",),
}


def other_readings(text: str) -> list[Reading]:
    """The alternatives to `tokenise(text)`, by position; their indices are positions in that list of tokens."""
    groups = list(read_groups(text))
    firsts = [0]
    for group in groups:
        firsts.append(firsts[-1] + len(group.tokens))
    return [
        Reading(firsts[index], firsts[index + size], forms)
        for index in range(len(groups))
        for size, forms in dict.fromkeys(_say_here(text, groups[index : index + 4]))
    ]


def _say_here(text: str, groups: Sequence[Group]) -> Iterator[tuple[int, Forms]]:
    """Other readings that begin with the first of these groups: how many groups each takes, and its forms."""
    head = groups[0]
    default = tuple(token.form for token in head.tokens)
    if say := _SPEAKERS.get(head.kind):
        yield from ((1, forms) for forms in say(head) if tuple(map(fold, forms)) != default)
    if len(groups) > 1:
        yield from _say_together(text, groups)


def spell_letters(sigle: str) -> Forms:
    """The names of the letters, spelt as they sound: "ccas" is "cé cé a esse"."""
    return tuple(_LETTER_NAMES[letter] for letter in fold(sigle) if letter in _LETTER_NAMES)


def _say_number(group: Group) -> Iterator[Forms]:
    text = group.text
    if re.fullmatch(r"1[1-9]\d\d", text):
        hundreds, rest = divmod(int(text), 100)
        ending = spell(rest) if rest else ()
        yield (*spell(hundreds), "cent", *ending)
        if hundreds == 19 and ending:
            yield ending
    elif re.fullmatch(r"20[1-9]\d", text):
        yield ("vingt", *spell(int(text[2:])))
    elif re.fullmatch(r"\d{4,}", text):
        yield tuple(word for digit in text for word in spell(int(digit)))
    whole, mark, decimals = re.sub(SPACE, "", text).replace(".", ",").partition(",")
    if mark and len(decimals) <= 3:
        yield (*spell_digits(whole), "virgule", *(word for digit in decimals for word in spell(int(digit))))
        yield (*spell_digits(whole), "point", *spell_digits(decimals))
        if decimals == "5":
            yield (*spell_digits(whole), "et", "demi")


def _say_money(group: Group) -> Iterator[Forms]:
    found = re.fullmatch(rf"(.+?){SPACE}?(Mr?ds?|[kKM])?{SPACE}?(€|euros?)?", group.text)
    number, scale, unit = found.groups()  # type: ignore[union-attr]
    if scale in ("k", "K"):
        yield (*_plain(number), "k", "euros")
        yield (*_plain(number), "kilo", "euros")
    elif scale:
        word = "millions" if scale == "M" else "milliards"
        yield (*_plain(number), word)
        yield (*_plain(number), word, "euros")
        yield from _say_scaled(value_of(number), SCALES[scale], word, ("euros",) if unit else ())
    elif cents := re.search(r"(?<=[.,])\d\d$", number):
        yield from _say_cents(spell_digits(str(int(value_of(number)))), int(cents.group()))


def _say_cents(whole: Forms, cents: int) -> Iterator[Forms]:
    if not cents:
        return
    yield (*whole, "virgule", *spell_digits(f"{cents:02}"), "euros")
    yield (*whole, "virgule", *spell_digits(f"{cents:02}"))  # "cinq euros vingt", as a recogniser writes it: "5,20"
    yield (*whole, "euros", "et", *spell(cents), "centimes")
    yield (*whole, "euros", *spell(cents), "centimes")
    if whole == ("zéro",):
        yield (*spell(cents), "centimes")


def _plain(number: str) -> Forms:
    return tuple(token.spelling for group in read_groups(number) for token in group.tokens)


def _say_scaled(value: Fraction, scale: int, word: str, unit: Forms) -> Iterator[Forms]:
    """Say "1,5 million" as "un million et demi", "un million cinq", "un million cinq cent mille"."""
    whole, part = divmod(value, 1)
    if not part or not whole:
        return
    of = ("d", *unit) if unit else ()
    words = spell_digits(str(whole))
    if part == Fraction(1, 2):
        yield (*words, word, "et", "demi", *of)
    yield (*words, word, *spell_digits(decimals_of(part)), *of)
    if (value * scale).denominator == 1:
        yield (*spell_digits(str(value * scale)), *unit)


def _say_clock(group: Group) -> Iterator[Forms]:
    hours, _, minutes = re.sub(SPACE, "", group.text.lower()).replace(":", "h").partition("h")
    hour, minute = int(hours), int(minutes or 0)
    said = feminine(spell(minute)) if minute else ()
    names = [(*feminine(spell(hour)), "heures")]
    if 12 < hour < 24:
        names.append((*feminine(spell(hour - 12)), "heures"))
    if hour in (0, 12, 24):
        names.append(("midi",) if hour == 12 else ("minuit",))
    for name in names:
        yield (*name, *said)
        if minute in (15, 30):
            yield (*name, "et", "quart" if minute == 15 else "demie")
    if minute:
        yield (*feminine(spell(hour)), *said)
    if minute == 45:
        for following in (hour + 1, hour % 12 + 1):
            yield (*feminine(spell(following)), "heures", "moins", "le", "quart")


def _say_date(group: Group) -> Iterator[Forms]:
    words = [token.spelling for token in group.tokens]
    month = next(index for index, word in enumerate(words) if word in MONTHS)
    number = MONTHS.index(words[month]) + 1
    yield (*words[:month], *spell_digits(f"{number:02}"), *words[month + 1 :])
    yield tuple(words[: month + 1])


def _say_ordinal(group: Group) -> Iterator[Forms]:
    word = group.tokens[-1].form
    if word == "deuxieme":
        yield ("second",)
        yield ("seconde",)
    elif word in ("second", "seconde"):
        yield ("deuxième",)


def _say_genders(group: Group) -> Iterator[Forms]:
    masculine, feminine_form = split_genders(group.text.lower())
    if masculine != feminine_form:
        yield (feminine_form,)
        yield (masculine, "et", feminine_form)
        yield (feminine_form, "et", masculine)
        yield (masculine, feminine_form)
        yield (masculine, "ou", feminine_form)
        yield (feminine_form, "ou", masculine)


def _say_phone(group: Group) -> Iterator[Forms]:
    yield tuple(word for digit in re.sub(r"\D", "", group.text) for word in spell(int(digit)))


def _say_sigle(group: Group) -> Iterator[Forms]:
    if group.kind == "letters" or _SIGLE.fullmatch(group.text):
        yield spell_letters(group.text.removesuffix("s"))


def _say_unit(group: Group) -> Iterator[Forms]:
    yield from (tuple(words.split()) for words in _UNITS.get(group.text, ()))


def _say_symbol(group: Group) -> Iterator[Forms]:
    if group.text.endswith("€") and len(group.tokens) > 1:  # "M€" is said "millions" too
        yield (group.tokens[0].spelling,)


_SPEAKERS: dict[str, Callable[[Group], Iterator[Forms]]] = {
    "number": _say_number,
    "money": _say_money,
    "clock": _say_clock,
    "date": _say_date,
    "phone": _say_phone,
    "ordinal": _say_ordinal,
    "inclusive": _say_genders,
    "letters": _say_sigle,
    "word": _say_sigle,
    "unit": _say_unit,
    "symbol": _say_symbol,
}


def _say_together(text: str, groups: Sequence[Group]) -> Iterator[tuple[int, Forms]]:
    """Readings of the first of these groups together with those after it."""
    head, *rest = groups
    spelt = [tuple(token.spelling for token in group.tokens) for group in groups[:2]]
    between = text[head.start + len(head.text) : rest[0].start]
    if head.kind == rest[0].kind and head.kind in ("number", "clock", "date") and between.strip() in tuple("-–—/"):
        yield 2, (*spelt[0], "à", *spelt[1])
    if head.text.lower().startswith("n") and head.kind == "abbreviation" and rest[0].kind == "number":
        yield 2, spelt[1]
    if head.kind == "number" and fold(rest[0].text).rstrip("s") in ("million", "milliard"):
        yield from _say_millions(head, rest)
    if head.kind in ("word", "plain"):
        yield from _say_twice(head, rest[0])


def _say_millions(head: Group, rest: Sequence[Group]) -> Iterator[tuple[int, Forms]]:
    scale = 10**9 if rest[0].text.startswith("milliard") else 10**6
    value, word = value_of(head.text), rest[0].text
    unit = rest[2].tokens[-1].spelling if len(rest) > 2 and rest[1].text == "d" and len(rest[2].tokens) == 1 else ""
    for forms in _say_scaled(value, scale, word, (unit,) if unit else ()):
        yield 4 if unit else 2, forms


def _say_twice(head: Group, noun: Group) -> Iterator[tuple[int, Forms]]:
    """Say "les habitant·es" as "les habitantes et les habitants"."""
    article = head.text.lower()
    if article in _DETERMINERS and noun.kind == "inclusive":
        masculine, feminine_form = split_genders(noun.text.lower())
        if masculine != feminine_form:
            yield 2, (article, masculine, "et", article, feminine_form)
            yield 2, (article, feminine_form, "et", article, masculine)
