"""Which passages want a person's ear, and in which order they come: uncertain ones, doubtful corrections, proposals.

Between a finished post with what readers proposed, and the bench's pages. All of it is read anew at each request, as
each answer of the person changes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from aligner.library import FinishedPost
from aligner.model import SPOKEN_KINDS, Match, Passage, Proposal, Status


class Call(IntEnum):
    """Why a passage wants to be heard; the lower comes first."""

    UNCERTAIN = 0
    DOUBTFUL = 1
    PROPOSED = 2


@dataclass(frozen=True, slots=True)
class Item:
    """One passage that claims to be somebody's words."""

    passage: Passage
    match: Match
    call: Call | None
    """None for one that nobody asks about."""
    proposals: tuple[Proposal, ...] = ()


def list_items(post: FinishedPost, proposals: Iterable[Proposal]) -> tuple[Item, ...]:
    """All passages of a post that the bench can take, in the order of the text."""
    waiting = tuple(proposals)
    return tuple(_item(passage, match, waiting) for passage, match in post.verdicts if passage.kind in SPOKEN_KINDS)


def queue(items: Iterable[Item]) -> list[Item]:
    """Those to be heard, by their call, then by their place in the text."""
    called = [(item.call, item) for item in items if item.call is not None]
    return [item for _, item in sorted(called, key=lambda pair: pair[0])]


def lost_proposals(post: FinishedPost, items: Sequence[Item], proposals: Iterable[Proposal]) -> list[Proposal]:
    """Proposals about passages that the post no longer has."""
    kept = {proposal.name for item in items for proposal in item.proposals}
    return [proposal for proposal in proposals if proposal.name not in kept and proposal.slug == post.slug]


def is_about(passage: Passage, passage_id: str, text: str) -> bool:
    """Whether a correction or a proposal with this id and these words is of this passage: as it is, or as it was."""
    return passage_id == passage.id or passage_id in passage.former or text == passage.text


def _item(passage: Passage, match: Match, waiting: Sequence[Proposal]) -> Item:
    own = tuple(proposal for proposal in waiting if is_about(passage, proposal.passage_id, proposal.text))
    if match.corrected and match.corrected.doubtful:
        return Item(passage, match, Call.DOUBTFUL, own)
    if match.status is Status.UNCERTAIN:
        return Item(passage, match, Call.UNCERTAIN, own)
    return Item(passage, match, Call.PROPOSED if own else None, own)
