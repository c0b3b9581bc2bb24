"""Which passage a shared address means, and what may be shown of it to readers elsewhere.

Between the library and the views that speak to other sites (cards, embeds, the API). What stands in quotation marks
under somebody's name must have been found in the recording: nothing else is ever shared as a quote.
"""

from __future__ import annotations

from dataclasses import dataclass

from aligner.library import FinishedPost
from aligner.model import LINKED, SPOKEN_KINDS, Kind, Match, Passage, Status


@dataclass(frozen=True, slots=True)
class Quote:
    """Published words that were found in a recording."""

    passage_id: str
    """The one it has now, also where an older one was asked for."""
    words: str
    speaker: str | None
    reworded: bool
    """Whether they were said in other words, which must be told with them."""


def find_passage(post: FinishedPost, passage_id: str) -> tuple[Passage, Match] | None:
    """The passage with this id, else the one that had it before the post was edited; None when there is neither."""
    now = next((verdict for verdict in post.verdicts if verdict[0].id == passage_id), None)
    return now or next((verdict for verdict in post.verdicts if passage_id in verdict[0].former), None)


def find_quote(post: FinishedPost, passage_id: str) -> Quote | None:
    """The passage as a quote; None when it is not there, or was not found in a recording with confidence."""
    passage, match = find_passage(post, passage_id) or (None, None)
    if passage is None or match is None or passage.kind not in SPOKEN_KINDS or match.status not in LINKED:
        return None
    return Quote(passage.id, passage.text, passage.speaker, match.status is Status.REWORDED)


def speakers_of(post: FinishedPost) -> str:
    """Those whose words a post gives, by name; empty where nobody is named or they are too many to name."""
    names = list(dict.fromkeys(p.speaker for p, _ in post.verdicts if p.speaker and p.kind in SPOKEN_KINDS))
    return ", ".join(names) if len(names) <= 3 else ""


def summary_of(post: FinishedPost, most: int = 200) -> str:
    """The first published sentences of a post, up to a number of characters, for a preview of its link."""
    words = " ".join(" ".join(p.text for p, _ in post.verdicts if p.kind not in _NO_TEXT).split())
    return words if len(words) <= most else words[: most + 1].rpartition(" ")[0].rstrip(" ,;:.–") + "…"


_NO_TEXT = (Kind.HEADING, Kind.BOILERPLATE)
