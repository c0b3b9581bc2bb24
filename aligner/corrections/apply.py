"""Apply: the corrections of a post become pins for matching, other speakers, and findings about those that are lost.

Called by the pipeline before it matches a post. What cannot be meant (a recording that the post does not link, a time
beyond its end) is an error that names the file and the correction's number: the post's old alignment stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aligner.corrections.bind import Bound, bind
from aligner.errors import CorrectionsError
from aligner.matching.pins import Pin
from aligner.model import (
    SPOKEN_KINDS,
    Alignment,
    Corrected,
    Correction,
    CorrectionAction,
    Finding,
    FindingKind,
    Heard,
    Post,
)
from aligner.timecode import format_clock, format_moment

_SOUGHT = (CorrectionAction.START, CorrectionAction.RECORDING)
"""The actions that make no sense for a passage that is not looked for."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A post as its corrections want it matched."""

    post: Post
    pins: Mapping[str, Pin]
    spoken_by: frozenset[str]
    """The passages whose speaker was corrected."""
    lost: tuple[Finding, ...]

    def complete(self, alignment: Alignment) -> Alignment:
        """The alignment of the post, with what matching does not know: corrected speakers, and lost corrections."""
        by_hand = Corrected(CorrectionAction.SPEAKER)
        matches = tuple(
            replace(match, corrected=match.corrected or by_hand) if match.passage_id in self.spoken_by else match
            for match in alignment.matches
        )
        return replace(alignment, matches=matches, findings=(*alignment.findings, *self.lost))


def apply_corrections(
    path: Path, corrections: Sequence[Correction], post: Post, linked: Sequence[str], heard: Sequence[Heard]
) -> Applied:
    """Bind the corrections of the file `path` to the post's passages.

    `linked` are the ids of all its recordings, `heard` those that could be had. Raises `CorrectionsError`.
    """
    ends = {item.media.id: max(item.media.duration_ms or 0, item.transcript.duration_ms) for item in heard}
    bound, lost = bind(post, corrections)
    findings = [_lose(correction, "Its passage is no longer in the post") for correction in lost]
    pins: dict[str, Pin] = {}
    speakers: dict[str, str] = {}
    for item in bound:
        correction = _complete(path, item, linked, ends)
        if correction.action is CorrectionAction.SPEAKER:
            speakers[item.passage.id] = correction.speaker or ""
        elif item.passage.kind in SPOKEN_KINDS:
            pins[item.passage.id] = Pin(correction, item.leads)
        elif correction.action in _SOUGHT:
            findings.append(_lose(correction, f"Its passage is now a {item.passage.kind}, which is not looked for"))
    passages = tuple(
        replace(passage, speaker=speakers[passage.id]) if passage.id in speakers else passage
        for passage in post.passages
    )
    return Applied(replace(post, passages=passages), pins, frozenset(speakers), tuple(findings))


def _complete(path: Path, item: Bound, linked: Sequence[str], ends: Mapping[str, int]) -> Correction:
    """The correction with the recording that it is about. Raises `CorrectionsError` for what cannot be meant."""
    correction, where = item.correction, f"{path}, correction {item.number}"
    if correction.action not in _SOUGHT:
        return correction
    media_id = correction.media_id
    if media_id is None:
        if len(linked) > 1:
            raise CorrectionsError(
                f"{where}: the post links {len(linked)} recordings, and it does not say which it means.",
                f"Say it: recording = one of {', '.join(linked)}",
            )
        media_id = linked[0]
    if media_id not in linked:
        raise CorrectionsError(
            f"{where}: the post does not link the recording {media_id}.", f"It links {', '.join(linked)}."
        )
    if correction.start_ms is not None and correction.start_ms >= ends.get(media_id, correction.start_ms + 1):
        raise CorrectionsError(
            f"{where}: {format_moment(correction.start_ms)} is beyond the end of {media_id}.",
            f"It lasts {format_clock(ends[media_id])}.",
        )
    return replace(correction, media_id=media_id)


def _lose(correction: Correction, why: str) -> Finding:
    return Finding(
        FindingKind.LOST_CORRECTION,
        correction.media_id,
        correction.start_ms,
        passage_id=correction.passage_id,
        why=f"{why}: “{correction.text}”.",
    )
