"""Inclusive spellings ("élu·es", "agent(e)s", "poitevin-e-s", "ceux·elles") taken apart into both genders.

Below normalise, which reads such a word by its masculine, and readings, which knows the other ways to say it.
"""

from __future__ import annotations

import re

_FIRST = r"[^\W\d_]"
_LETTER = "(?:[^\\W\\d_]|[\u0300-\u036f])"  # accents may stand by themselves
_LONG = "trices?|rices?|ices?|euses?|ères?|ières?|esses?|sses?"
_ANY = rf"(?:es?|[nltf]es?|[sv]es?|{_LONG})"
INCLUSIVE = rf"""
    {_FIRST}{_LETTER}*(?:[·•‧∙⋅]{_FIRST}{_LETTER}*)+
  | {_FIRST}{_LETTER}+\.(?:{_ANY}\.s|(?:e|ne|{_LONG})s?)\b
  | {_FIRST}{_LETTER}+-{_ANY}-s\b | {_FIRST}{_LETTER}{{2,}}-e\b(?!-)
  | {_FIRST}{_LETTER}+\((?:{_ANY}|s|x)\)s?(?!\w)
  | {_FIRST}{_LETTER}+/es?(?:/s)?\b(?!/)
"""
"""Pattern (verbose) of a word that names both genders at once."""
_WHOLE_WORDS = (
    "elle",
    "elles",
    "la",
    "celle",
    "celles",
    "toutes",
    "une",
    "belle",
    "belles",
    "soeur",
    "soeurs",
    "sœurs",
)


def split_genders(word: str) -> tuple[str, str]:
    """The masculine and the feminine of an inclusive spelling in lower case; equal where it only marks a plural."""
    stem, *endings = [part for part in re.split(r"[·•‧∙⋅.()/-]", word) if part]
    plural = any(ending.endswith(("s", "x")) for ending in endings)
    marks = [ending for ending in endings if ending not in ("s", "x")]
    masculine = _plural(stem) if plural else stem
    if not marks:
        return masculine, masculine
    ending = marks[0]
    if ending in _WHOLE_WORDS:
        return stem, ending
    feminine = _feminine(stem, ending.removesuffix("s"))
    return masculine, feminine + "s" if plural else feminine


def _plural(stem: str) -> str:
    if stem.endswith("al"):
        return stem[:-1] + "ux"
    return stem if stem.endswith(("s", "x")) else stem + "s"


def _feminine(stem: str, ending: str) -> str:
    if ending.endswith("ice") or ending == "euse":
        return stem.removesuffix("eur") + (ending if ending == "euse" else "rice")
    if ending in ("se", "ve") and stem.endswith(("x", "f", "r")):
        return stem[:-1] + ending
    if ending in ("ère", "ière", "ere", "iere"):
        return re.sub("i?er$", "", stem) + ("i" if stem.endswith("ier") else "") + "ère"
    if stem.endswith("er") and ending == "e":
        return stem[:-2] + "ère"
    if stem.endswith("s") and ending in ("te", "e") and stem == "tous":
        return "toute"
    return stem + ending
