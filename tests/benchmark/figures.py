"""Figures, dates, sigles and titles of the generated sets: how each is published, said, and written by a recogniser.

Used by `grammar.py`. Every function draws one as `⟦published|spoken|written⟧`; what needs no readings of its own is
plain text. French number words come from num2words.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from num2words import num2words

from tests.benchmark.lexicon import SIGLES, SPEAKERS

_MONTHS = ("janvier", "février", "mars", "avril", "juin", "septembre", "octobre")
_YEARS = (1998, 2008, 2014, 2017, 2020, 2023, 2026, 2030)
_LAST_YEAR = 2_100
"""Larger numbers are no years: their digits are grouped by three."""


def _mark(published: str, spoken: str, written: str) -> str:
    return f"⟦{published}|{spoken}|{written}⟧"


def _money(dice: random.Random, _variant: str) -> str:
    if dice.random() < 0.5:
        whole, tenth = dice.randint(2, 98), dice.randint(1, 9)
        unit = dice.choice((" M€", " millions d'euros"))
        spoken = f"{_spell(whole)} virgule {_spell(tenth)} millions d'euros"
        return _mark(f"{whole},{tenth}{unit}", spoken, f"{whole},{tenth} millions d'euros")
    amount = dice.choice((dice.randint(12, 98) * 50, dice.randint(11, 960) * 1000))
    unit = dice.choice((" €", " euros"))
    return _mark(f"{_group(amount)}{unit}", f"{_spell(amount)} euros", f"{_group(amount)} euros")


def _percent(dice: random.Random, _variant: str) -> str:
    whole, tenth = dice.randint(2, 97), dice.randint(1, 9)
    return _mark(f"{whole},{tenth} %", f"{_spell(whole)} virgule {_spell(tenth)} pour cent", f"{whole},{tenth} %")


def _number(value: int) -> str:
    digits = _group(value) if value > _LAST_YEAR else str(value)
    return _mark(digits, _spell(value), digits)


def _date(dice: random.Random, _variant: str) -> str:
    day, month, year = dice.randint(2, 28), dice.choice(_MONTHS), dice.choice((2024, 2025, 2026))
    return _mark(f"{day} {month} {year}", f"{_spell(day)} {month} {_spell(year)}", f"{day} {month} {year}")


def _clock(dice: random.Random, _variant: str) -> str:
    hour, minute = dice.randint(8, 20), dice.choice((15, 30, 45))
    return _mark(f"{hour}h{minute}", f"{_spell(hour)} heures {_spell(minute)}", f"{hour}h{minute}")


def _count(dice: random.Random, _variant: str) -> str:
    return _number(dice.choice((dice.randint(7, 99), dice.randint(101, 980), dice.randint(1_050, 9_900))))


def _article(dice: random.Random, _variant: str) -> str:
    value = dice.randint(3, 95)
    return _mark(f"n° {value}", f"numéro {_spell(value)}", f"numéro {value}")


def _ordinal(dice: random.Random, _variant: str) -> str:
    value = dice.randint(3, 40)
    return _mark(f"{value}{dice.choice(('ème', 'e'))}", str(num2words(value, lang="fr", to="ordinal")), f"{value}e")


def _phone(dice: random.Random, _variant: str) -> str:
    pairs = [3, 44, *(dice.randint(1, 99) for _ in range(3))]
    spoken = " ".join(("zéro " if pair < 10 else "") + _spell(pair) for pair in pairs)
    digits = " ".join(f"{pair:02d}" for pair in pairs)
    return _mark(digits, spoken, digits)


def _sigle(dice: random.Random, variant: str) -> str:
    sigle = dice.choice(SIGLES[variant])
    return _mark(sigle, " ".join(sigle.upper()), sigle.upper()) if dice.random() < 0.3 else sigle


def _mister(dice: random.Random, variant: str) -> str:
    title, *_, family = dice.choice(SPEAKERS[variant]).split()
    return _mark(f"{'Mme' if title == 'madame' else 'M.'} {family}", f"{title} {family}", f"{title} {family}")


def _inclusive(published: str, masculine: str, both: str) -> Callable[[random.Random, str], str]:
    def draw(dice: random.Random, _variant: str) -> str:
        return _mark(published, dice.choice((masculine, both)), masculine)

    return draw


FIGURES: dict[str, Callable[[random.Random, str], str]] = {
    "money": _money,
    "percent": _percent,
    "year": lambda dice, _variant: _number(dice.choice(_YEARS)),
    "date": _date,
    "clock": _clock,
    "count": _count,
    "small": lambda dice, _variant: _number(dice.randint(3, 48)),
    "number": _article,
    "ordinal": _ordinal,
    "phone": _phone,
    "sigle": _sigle,
    "elected": _inclusive("élu·es", "élus", "élues et élus"),
    "resident": _inclusive("habitant·es", "habitants", "habitantes et habitants"),
    "mister": _mister,
}
"""Slots of the grammar that hold a figure, each drawn from dice for a variant."""


def _spell(value: int) -> str:
    return str(num2words(value, lang="fr"))


def _group(value: int) -> str:
    return f"{value:,}".replace(",", " ")
