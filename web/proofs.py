"""Lays out the evidence of a post: for each passage that was looked for, what was heard, where, and what it weighs.

Between the library and `views/proofs.py`. Everything comes from the alignment file: nothing is matched here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aligner.library import FinishedPost, Library
from aligner.model import LINKED, SPOKEN_KINDS, Corrected, Match, Passage, Place, Status, Weighed
from aligner.output.differences import SAID, Run, tell_apart
from aligner.output.typography import typeset
from web.layout import FileAddress, Recording, lay_recording

ROOM = 1.08
"""A bar's length against the longest thing that it shows."""


@dataclass(frozen=True, slots=True)
class ProofPlace:
    """A place where a passage may have been said."""

    role: str
    """`said`, `possible` (of an uncertain passage), `dismissed` (of one that was not found), `next` (the second)."""
    passage: str
    number: int
    """The recording."""
    start_ms: int
    end_ms: int
    href: str | None
    nats: float | None
    share: float | None
    width: float
    """Of its bar, in per cent."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The evidence for one passage."""

    passage: Passage
    text: str
    """Its words, with the spaces of French typography."""
    match: Match
    runs: tuple[Run, ...]
    """The words said, with their differences from the published ones."""
    places: tuple[ProofPlace, ...]
    weighed: Weighed | None
    asked: float
    """Where the bar of the first place has its mark, in per cent."""
    corrected: Corrected | None

    @property
    def main(self) -> ProofPlace | None:
        """Where its words play, if they are linked with confidence."""
        first = self.places[0] if self.places else None
        return first if first and first.href and self.match.status in LINKED else None

    @property
    def differs(self) -> bool:
        """Whether other words were said than published."""
        return any(run.fate != SAID for run in self.runs)


@dataclass(frozen=True, slots=True)
class ProofPage:
    """All that the page shows."""

    recordings: tuple[Recording, ...]
    proofs: tuple[Proof, ...]
    noted: bool
    """Whether the alignment tells its evidence; older ones do not."""


def lay_proofs(
    post: FinishedPost, library: Library, media_address: FileAddress, poster_address: FileAddress
) -> ProofPage:
    """Make the page of a post's evidence, with the recordings as they lie in the workspace now."""
    recordings = tuple(
        lay_recording(number, media, library.workspace, media_address, poster_address)
        for number, media in enumerate(post.media, start=1)
    )
    by_media = {recording.media.id: recording for recording in recordings}
    proofs = tuple(
        _lay_proof(passage, match, by_media) for passage, match in post.verdicts if passage.kind in SPOKEN_KINDS
    )
    return ProofPage(recordings, proofs, any(proof.weighed for proof in proofs))


def _lay_proof(passage: Passage, match: Match, recordings: Mapping[str, Recording]) -> Proof:
    weighed = match.evidence
    longest = max((one.nats for one in weighed.places), default=0.0) if weighed else 0.0
    # what is asked of a few words out of many is off the scale
    full = ROOM * max(longest, min(weighed.asked, 2 * longest) if weighed else 0.0, 1.0)
    return Proof(
        passage=passage,
        text=typeset(passage.text),
        match=match,
        runs=tell_apart(match) if match.media_id else (),
        places=tuple(_places(match, recordings, full)),
        weighed=weighed,
        asked=round(100 * min(1.0, weighed.asked / full), 2) if weighed else 0.0,
        corrected=match.corrected,
    )


def _places(match: Match, recordings: Mapping[str, Recording], full: float) -> Iterator[ProofPlace]:
    first = {Status.UNCERTAIN: "possible", Status.NOT_FOUND: "dismissed"}.get(match.status, "said")
    tried = [(one.place, one.nats, one.share) for one in match.evidence.places] if match.evidence else []
    places: list[tuple[Place, float | None, float | None]] = [*tried]
    if match.media_id is not None and match.start_ms is not None:
        # a hand may have moved it by some tenths, or put it where nothing was heard
        own = Place(match.media_id, match.start_ms, max(match.start_ms, match.end_ms or 0))
        places[:1] = [(own, *(tried[0][1:] if tried else (None, None)))]
    for index, (place, nats, share) in enumerate(places):
        recording = recordings.get(place.media_id)
        if recording:
            yield ProofPlace(
                role="next" if index else first,
                passage=match.passage_id,
                number=recording.number,
                start_ms=place.start_ms,
                end_ms=place.end_ms,
                href=recording.address(place.start_ms),
                nats=nats,
                share=share,
                width=round(100 * (nats or 0.0) / full, 2),
            )
