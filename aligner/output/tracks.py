"""A track: everything that a format may write about one recording, with its cues; made here, written by `formats`.

Two kinds, never mixed: the *published* words at their spoken times, and the *verbatim* words, as heard. The clock is
the recording's, or that of a clip which begins where the speech begins (`from_speech`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from aligner.model import Cue, Span, Transcript
from aligner.output.breaks import ends_sentence
from aligner.output.clock import shift, shift_cue
from aligner.output.cues import build_cues, count_left_out, find_recording, shown_passages
from aligner.output.limits import WEB, Profile
from aligner.output.stretches import name_label
from aligner.output.verbatim import build_verbatim_cues

LONG_LINE_MS = 30_000
"""A verbatim line ends after this long at the latest: captions may have no full stops."""


class TrackKind(StrEnum):
    """Whose words a track holds."""

    PUBLISHED = "published"
    VERBATIM = "verbatim"


@dataclass(frozen=True, slots=True)
class Line:
    """A published passage that is shown, or a sentence that was heard."""

    passage_id: str | None
    """None for a sentence heard, as all that says something of published text."""
    speaker: str | None
    heading: str | None
    block: int | None
    """Which block of the post it stands in."""
    status: str
    """`spoken` or `reworded`; `heard`."""
    confidence: float | None
    start_ms: int
    end_ms: int
    text: str
    """The published passage, whole; or the words heard."""
    shown: str
    """What of it the cues show."""
    said: str | None
    """The words heard for a passage."""


@dataclass(frozen=True, slots=True)
class Track:
    """The subtitles of one post in one recording."""

    kind: TrackKind
    language: str
    title: str
    """The post's, else its slug."""
    recording: str
    """The recording's title, else its id."""
    url: str
    note: tuple[str, ...]
    """Where the text comes from and what was left out, in French sentences."""
    duration_ms: int | None
    cues: tuple[Cue, ...]
    lines: tuple[Line, ...]
    """By their beginnings."""


def published_track(
    document: dict[str, Any], media_id: str, profile: Profile = WEB, *, from_speech: bool = False
) -> Track:
    """The published words of a post that were said in one recording; without cues where there are none.

    Raises `UsageError` when the document does not know the recording.
    """
    cues = build_cues(document, media_id, profile)
    track = Track(
        TrackKind.PUBLISHED,
        "fr",
        *_names(document, media_id),
        _note_published(document, media_id, cues),
        find_recording(document, media_id).get("duration_ms"),
        tuple(cues),
        tuple(sorted(_published_lines(document, cues), key=lambda line: line.start_ms)),
    )
    return _begin_at(track, (cues[0].start_ms, cues[-1].end_ms)) if from_speech and cues else track


def verbatim_track(
    document: dict[str, Any],
    media_id: str,
    transcript: Transcript,
    profile: Profile = WEB,
    *,
    from_speech: bool = False,
) -> Track:
    """What was heard in one recording; with `from_speech` only from the post's first placed word to its last.

    Raises `UsageError` when the document does not know the recording.
    """
    published = build_cues(document, media_id, profile) if from_speech else []
    span = (published[0].start_ms, published[-1].end_ms) if published else None
    cues = build_verbatim_cues(transcript, span, profile)
    track = Track(
        TrackKind.VERBATIM,
        transcript.language or "fr",
        *_names(document, media_id),
        (
            f"Paroles telles qu’une machine les a entendues ({transcript.engine}, {transcript.model}), sans relecture.",
            "Ce n’est pas le texte publié.",
        ),
        transcript.duration_ms,
        tuple(cues),
        tuple(_verbatim_lines(cues)),
    )
    return _begin_at(track, span) if span else track


def _names(document: dict[str, Any], media_id: str) -> tuple[str, str, str]:
    post, media = document["post"], find_recording(document, media_id)
    return post["title"] or post["slug"], media["title"] or media_id, media["url"]


def _note_published(document: dict[str, Any], media_id: str, cues: Sequence[Cue]) -> tuple[str, ...]:
    counts = count_left_out(document, media_id, cues)
    left_out = (
        f"{counts['not_found']} non prononcés, {counts['uncertain']} incertains, "
        f"{counts['elsewhere']} dits dans un autre enregistrement, {counts['hidden']} au même moment qu’un autre"
    )
    return (
        "Texte publié, calé sur la parole : ce ne sont pas toujours les mots exacts qui ont été dits.",
        f"Passages affichés : {len(shown_passages(cues))}. Laissés de côté : {left_out}.",
    )


def _published_lines(document: dict[str, Any], cues: Sequence[Cue]) -> Iterator[Line]:
    shown = shown_passages(cues)
    for passage in document["passages"]:
        if passage["id"] not in shown:
            continue
        words = shown[passage["id"]]
        if passage["speaker"] and words[0].text == name_label(passage["speaker"]):
            words = words[1:]
        times = [time for word in words for time in (word.start_ms, word.end_ms) if time is not None]
        yield Line(
            passage_id=passage["id"],
            speaker=passage["speaker"],
            heading=passage.get("heading"),
            block=passage.get("block"),
            status=passage["status"],
            confidence=passage["confidence"],
            start_ms=min(times),
            end_ms=max(times),
            text=passage["text"],
            shown=" ".join(word.text for word in words),
            said=passage.get("said"),
        )


def _verbatim_lines(cues: Sequence[Cue]) -> Iterator[Line]:
    """Sentences, as far as whole cues make them; shorter where the speaker is silent or goes on for long."""
    line: list[Cue] = []
    for cue, following in zip(cues, [*cues[1:], None], strict=False):
        line.append(cue)
        ends = following is None or following.passage_id != cue.passage_id or ends_sentence(cue.words[-1].text)
        if ends or cue.end_ms - line[0].start_ms >= LONG_LINE_MS:
            times = [word.end_ms for word in cue.words if word.end_ms is not None]
            text = " ".join(part for shown in line for part in shown.lines)
            until = max(times, default=cue.end_ms)
            yield Line(None, None, None, None, "heard", None, line[0].start_ms, until, text, text, None)
            line = []


def _begin_at(track: Track, span: Span) -> Track:
    """The track of a clip that is cut at these times."""
    first, last = span
    return replace(
        track,
        duration_ms=last - first,
        cues=tuple(shift_cue(cue, first) for cue in track.cues),
        lines=tuple(
            replace(line, start_ms=shift(line.start_ms, first), end_ms=shift(line.end_ms, first))
            for line in track.lines
        ),
    )
