"""What an alignment file says of its own making and to its author, for the state of a workspace.

Beside `finished`, which reads the same file for a page; kept in the index, so that the state of a thousand posts is
told without reading a thousand files. Nothing of it is needed for a page: what cannot be read is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from aligner.model import SPOKEN_KINDS, Status


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """What stood for what was said in one recording."""

    engine: str
    """`faster-whisper`, `captions` or `file`."""
    model: str
    fingerprint: str
    """Of the transcript."""
    audio_sha256: str | None
    """Of the sound that was heard; None where that was not noted."""
    duration_ms: int | None


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding: something the author should know about a link or a correction."""

    kind: str
    media_id: str | None
    link_ms: int | None
    said_ms: int | None
    passage_id: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A passage whose place is not sure."""

    passage_id: str
    text: str
    why: str
    media_id: str | None
    start_ms: int | None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an alignment file comes from."""

    slug: str
    source: str
    """The post's file, relative to the folder of posts."""
    aligner: str
    """The version of the program that made it."""
    post_sha256: str | None
    """Of the post's file; None in files from before it was noted."""
    corrections_sha256: str | None
    """Of the corrections file beside it; None where there was none."""
    options: Mapping[str, str]
    """The settings that mattered, by name; empty in files from before they were noted."""
    heard: Mapping[str, MadeFrom]
    """By media id, in the order of the file."""
    remarks: tuple[Remark, ...]
    doubts: tuple[Doubt, ...]
    """In the order of the text."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """The transcript whose rows a recording shows."""

    media_id: str
    engine: str
    model: str
    duration_ms: int
    """How long the sound lasted that was heard, or what the captions tell."""
    unheard_ms: int
    """Where somebody seems to speak and no words were made out."""


def read_origin(slug: str, document: Mapping[str, Any]) -> Origin:
    """Read it from an alignment document. A damaged one raises `KeyError`, `TypeError` and the like."""
    made = document["made_with"]
    return Origin(
        slug=slug,
        source=str(document["post"].get("source") or ""),
        aligner=str(made.get("aligner") or ""),
        post_sha256=made.get("post_sha256"),
        corrections_sha256=made.get("corrections_sha256"),
        options=dict(made.get("options") or {}),
        heard={media_id: _made_from(media) for media_id, media in document["media"].items()},
        remarks=tuple(_remark(finding) for finding in document.get("findings", ())),
        doubts=tuple(_doubts(document)),
    )


def as_told(origin: Origin) -> dict[str, Any]:
    """An origin as JSON-able data, for the index."""
    return asdict(origin)


def as_origin(told: Mapping[str, Any]) -> Origin:
    """An origin from what `as_told` gave."""
    return Origin(
        **{
            **told,
            "heard": {media_id: MadeFrom(**made) for media_id, made in told["heard"].items()},
            "remarks": tuple(Remark(**remark) for remark in told["remarks"]),
            "doubts": tuple(Doubt(**doubt) for doubt in told["doubts"]),
        }
    )


def _made_from(media: Mapping[str, Any]) -> MadeFrom:
    transcript = media.get("transcript") or {}
    return MadeFrom(
        engine=str(transcript.get("engine") or ""),
        model=str(transcript.get("model") or ""),
        fingerprint=str(transcript.get("fingerprint") or ""),
        audio_sha256=transcript.get("audio_sha256"),
        duration_ms=media.get("duration_ms"),
    )


def _remark(finding: Mapping[str, Any]) -> Remark:
    return Remark(
        kind=str(finding["kind"]),
        media_id=finding.get("media_id"),
        link_ms=finding.get("link_ms"),
        said_ms=finding.get("said_ms"),
        passage_id=finding.get("passage_id"),
        why=str(finding.get("why") or ""),
    )


def _doubts(document: Mapping[str, Any]) -> Iterator[Doubt]:
    for passage in document["passages"]:
        if passage["status"] == Status.UNCERTAIN and passage["kind"] in SPOKEN_KINDS:
            place = (passage.get("media_id"), passage.get("start_ms"))
            yield Doubt(passage["id"], passage["text"], passage["reason"], *place)
