"""The gate of `aligner status --fail-under`: whether enough of what is published leads to its moment.

Beside `document`. For a site's own CI, so what cannot be counted never passes.
"""

from __future__ import annotations

import math
import re

from aligner.errors import UsageError
from aligner.standing.facts import PostStanding, PostState, Standing

_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*%?")


def read_percent(text: str) -> float:
    """A percentage as people write it ("90%", "90", "87,5 %") as a share from 0 to 1. Raises `UsageError`."""
    found = _PERCENT.fullmatch(text.strip())
    number = float(found[1].replace(",", ".")) if found else math.nan
    if not 0 <= number <= 100:
        raise UsageError(f"--fail-under got “{text}”.", "It takes a percentage from 0% to 100%, such as 90%.")
    if 0 < number < 1 and not text.strip().endswith("%"):
        raise UsageError(
            f"--fail-under got “{text}”, which would be less than one per cent.",
            f"Write {number * 100:g}%, or {number:g}% if that is meant.",
        )
    return number / 100


def why_not(standing: Standing, least: float) -> str:
    """In one sentence why a standing does not pass; empty when it does.

    The share is that of linked passages (`spoken`, `reworded`) in all that claim to be somebody's words. A post that is
    not aligned, or whose alignment is broken, counts with all its passages and none linked. Nothing passes where a post
    cannot be read or counted, or where there is nothing to count.
    """
    unread = [post for post in standing.posts if post.state is PostState.UNREADABLE or _is_uncounted(post)]
    if unread:
        more = f" and {len(unread) - 1} more" if len(unread) > 1 else ""
        return f"{unread[0].source or unread[0].slug}{more} cannot be read, so the share cannot be told."
    totals = standing.totals
    share = totals.share
    if share is None:
        return "There is no passage to count: no post with somebody's words in it was found."
    if share < least:
        return (
            f"{tell_share(share)} of the passages are linked ({totals.linked} of {totals.coverage['passages']}), "
            f"and at least {least * 100:g}% are asked."
        )
    return ""


def _is_uncounted(post: PostStanding) -> bool:
    return post.coverage is None and post.state is not PostState.NO_RECORDING


def tell_share(share: float) -> str:
    """A share in words, rounded down, so that 89.96 % is never shown as 90 %: "89.9%"."""
    return f"{math.floor(share * 1000 + 1e-9) / 10:g}%"
