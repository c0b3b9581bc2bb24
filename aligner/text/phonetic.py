"""What a French word sounds like, roughly: recognisers err by sound, so match compares by sound.

`sound_key` maps a normalised word to a short string of sound classes by letter-to-sound rules applied
in order (written for this project from the usual rules of French spelling). It need not be a perfect
pronunciation: it must be equal for homophones ("eau", "haut") and near for near sounds.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Capitals stand for nasal vowels (A: an/en, I: in/un, O: on), `E` for open and closed e,
# `u` for "ou", `y` for "u", `w` for the glide of "oi", `j` for "ge", `S` for "ch", `N` for "gn", `Y` for yod.
_RULES = [
    (r"(?<=.{3})s$|(?<=n)g$", ""),
    (r"([bcdfgklmnprstz])\1", r"\1"),
    (r"^h|(?<=[^cp])h", ""),
    (r"sch|sh|ch(?=[aeiouy])", "S"),
    (r"ch", "k"),
    (r"ph", "f"),
    (r"tion", "sion"),
    (r"(?<=[aeou])illes?$|(?<=[aeou])il$|(?<=[aeou])ill", "Y"),
    (r"(?<=[^aeou])ill(?=[aeou])", "iY"),
    (r"gn", "N"),
    (r"gu(?=[ei])", "g"),
    (r"g(?=[eiy])", "j"),
    (r"(?<=j)e(?=[aou])", ""),
    (r"qu|q|c(?=[^eiyS]|$)", "k"),
    (r"c(?=[eiy])", "s"),
    (r"ss", "s"),
    (r"(?<=[aeiouy])s(?=[aeiouy])", "z"),
    (r"x$", ""),
    (r"^ex(?=[aeiou])", "Egz"),
    (r"x", "ks"),
    (r"(?<=[^aeiouy])er$|(?<=i)er$|ez$|(?<=[^aeou])et$|^es$|^et$", "E"),
    (r"ent$(?<=[^aei]ent)(?<=.{5})", "At"),
    (r"eau[xs]?|aux|au|ot$|os$|ô", "o"),
    (r"oin", "wI"),
    (r"oi|oy", "wa"),
    (r"ou", "U"),
    (r"ain|aim|ein|eim|yn|ym|(?<=i)en(?=$|s$|t$)", "I"),
    (r"(?<=[^aeiou])in(?=[^aeiouymnIAOEU]|$)|(?<=[^aeiou])im(?=[pb])|^in(?=[^aeiouymnIAOEU]|$)|^im(?=[pb])", "I"),
    (r"un(?=[^aeiouymnIAOEU]|$)|um(?=[pb]|$)", "I"),
    (r"(?:a|e)n(?=[^aeiouymnIAOEU]|$)|(?:a|e)m(?=[pb])", "A"),
    (r"on(?=[^aeiouymnIAOEU]|$)|om(?=[pb])", "O"),
    (r"oeu|eu", "e"),
    (r"ai|ei|ay|ey", "E"),
    (r"e(?=[^aeiouyIAOEU][^aeiouyIAOEU])", "E"),
    (r"(?<=.)es?$", ""),
    (r"(?<=.)[tdspzx]+$", ""),
    (r"u", "y"),
    (r"U", "u"),
    (r"oe", "e"),
    (r"e", "E"),
    (r"(.)\1+", r"\1"),
]
_COMPILED = [(re.compile(pattern), replacement) for pattern, replacement in _RULES]


@lru_cache(maxsize=100_000)
def sound_key(form: str) -> str:
    """The rough sound of a normalised word (lower case, no accents); never empty for a non-empty word."""
    key = form
    for pattern, replacement in _COMPILED:
        key = pattern.sub(replacement, key)
    return key or form
