"""Long lists in pages: which page a request asks for, and what stands before and after it.

Between the views of lists and their templates. Pages are counted from 1 and asked for with `?page=`; a page that is
not there is answered with 404, so that no address shows an empty list.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, request

PER_PAGE = 30
"""Entries of a list that stand on one page."""
_DIGITS = 6
"""No list has more pages than this many digits can count."""


@dataclass(frozen=True, slots=True)
class Paging:
    """One page of a list. An empty list has one page."""

    number: int
    total: int
    """Entries of the whole list."""
    per_page: int = PER_PAGE

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // self.per_page))

    @property
    def previous(self) -> int | None:
        """The page before, None on the first."""
        return self.number - 1 if self.number > 1 else None

    @property
    def following(self) -> int | None:
        """The page after, None on the last."""
        return self.number + 1 if self.number < self.last else None


def asked_page() -> int:
    """The page this request asks for. Answers 404 for what is no page number."""
    return asked_number("page") or 1


def asked_number(name: str) -> int | None:
    """A whole number from the address, 1 or more; None when it has none. Answers 404 for anything else."""
    text = request.args.get(name)
    if text is None:
        return None
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else 0
    return number or abort(404)


def start_of(page: int) -> int:
    """How many entries stand on the pages before this one."""
    return (page - 1) * PER_PAGE


def turn_to(page: int, total: int) -> Paging:
    """The page of a list of `total` entries. Answers 404 when the list is not as long as that."""
    paging = Paging(page, total)
    return paging if page <= paging.last else abort(404)
