"""What a reader typed, as terms, and the terms as an expression of SQLite's full-text search.

First step of a search. Whatever is typed is taken as words and quotes, never as an expression: only folded words, which
are letters and digits, reach it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aligner.library.words import FIRST, LAST, NEXT, STOP_WORDS, as_stems, stem, tokens

MOST_TERMS = 16
"""Terms of a search; what is typed beyond them is not looked at."""
LONGEST_QUOTE = 32
"""Words of a quote, likewise: longer than two rows together."""
SHORTEST_BEGINNING = 2
"""Letters from which on the last word may be the beginning of a longer one."""

_QUOTED = re.compile(r"[«“”„\"]([^«»“”„\"]*)([»“”„\"]|$)")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to be found: a word in any of its forms, or quoted words as they are."""

    words: tuple[str, ...]
    """Folded."""
    quoted: bool = False
    begun: bool = False
    """Whether the last word may be the beginning of a longer one."""
    typed: str = ""
    """As typed."""

    @property
    def stem(self) -> str:
        """What a form of the word must share; of a quote, nothing."""
        return "" if self.quoted else stem(self.words[0])


def read_query(query: str) -> tuple[Term, ...]:
    """The terms of what was typed; words that say nothing are left out where others stand."""
    terms = list(_terms(query))[:MOST_TERMS]
    telling = [term for term in terms if term.quoted or term.words[0] not in STOP_WORDS]
    return tuple(dict.fromkeys(telling or terms))


def _terms(query: str) -> Iterator[Term]:
    place, last = 0, len(query.rstrip())
    while place < last:
        quote = _QUOTED.search(query, place)
        yield from _words(query, place, quote.start() if quote else last, last)
        if not quote:
            return
        # An open quote is one that is still being typed.
        words = tuple(token.folded for token in tokens(quote[1]))[:LONGEST_QUOTE]
        begun = not quote[2] and not quote[1].endswith(" ") and bool(words) and len(words[-1]) >= SHORTEST_BEGINNING
        if words:
            yield Term(words, quoted=True, begun=begun, typed=quote[1].strip())
        place = quote.end()


def _words(query: str, start: int, end: int, last: int) -> Iterator[Term]:
    for token in tokens(query[start:end]):
        first, behind = (start + place for place in token.chars)
        begun = behind == last and len(token.folded) >= SHORTEST_BEGINNING
        yield Term((token.folded,), begun=begun, typed=query[first:behind])


def as_expression(terms: Sequence[Term]) -> str:
    """The terms as an FTS5 expression: all of them in a line, or from a line into the next one.

    Of several terms one at least must stand in the line itself, or each line would be found once more with the one
    before it; a quote may be cut by the end of the line.
    """
    if len(terms) == 1:
        return _here(terms[0])
    everywhere = " AND ".join(f"({_here(term)} OR {_next(term)})" for term in terms)
    return f"{everywhere} AND ({' OR '.join(_own(term) for term in terms)})"


def _here(term: Term) -> str:
    """The term in the line, for a quote also across its end."""
    cuts = range(1, len(term.words)) if term.quoted else ()
    return f"({' OR '.join((_own(term), *(_across(term, cut) for cut in cuts)))})"


def _across(term: Term, cut: int) -> str:
    """The quote with its first `cut` words at the end of the line and the others at the beginning of the next."""
    ends = (*term.words[:cut], LAST + term.words[cut - 1])
    begins = [FIRST + term.words[cut], *_as_next(term.words[cut:])]
    if term.begun and cut == len(term.words) - 1:
        begins = begins[:1]
    return f"({_phrase(ends)} AND {_phrase(begins, term.begun)})"


def _own(term: Term) -> str:
    """The term wholly in the line."""
    return _in_column(term, "")


def _next(term: Term) -> str:
    """The term wholly in the next line."""
    return _in_column(term, NEXT)


def _in_column(term: Term, before: str) -> str:
    as_typed = _phrase(_as_next(term.words) if before else term.words, term.begun)
    stems = "" if term.quoted else as_stems(term.words, before)
    # The form that was typed counts twice: once as it is and once as a stem.
    return f"({as_typed} OR {_phrase((stems,))})" if stems else as_typed


def _as_next(words: Sequence[str]) -> list[str]:
    return [NEXT + word for word in words]


def _phrase(words: Sequence[str], begun: bool = False) -> str:
    return f'"{" ".join(words)}"' + "*" * begun
