"""The alignment file `transcripts/aligned/<slug>.json`: the contract other programs rely on.

Last step of match, first of tell: `to_json` writes an `Alignment` in the stable form described by
`alignment.schema.json`; the viewer and the exports read the same dictionary back with `read_alignment`.
Readers ignore keys they do not know; a breaking change raises `VERSION`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from aligner import __version__
from aligner.errors import AlignerError
from aligner.model import (
    SPOKEN_KINDS,
    Alignment,
    Block,
    Corrected,
    Finding,
    FindingKind,
    Heard,
    KnownPassage,
    Mark,
    Match,
    Passage,
    Status,
    Transcript,
    Weighed,
)
from aligner.store import read_json

FORMAT = "aligner.alignment"
VERSION = 1
KEYS = {"post", "media", "passages", "coverage", "made_with"}
"""What every alignment file holds beside its format and version."""


def to_json(alignment: Alignment, settings: str, made_of: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    """Lay an alignment out by the contract; `settings` is the fingerprint of everything it was made from.

    `made_of` tells of that what the alignment does not know itself: `post_sha256`, `corrections_sha256`, `options`.
    """
    post = alignment.post
    pairs = list(zip(post.passages, alignment.matches, strict=True))
    return {
        "format": FORMAT,
        "version": VERSION,
        "post": {
            "slug": post.slug,
            "title": post.title,
            "date": post.date,
            "source": post.source,
            "url": post.url,
            "tags": list(post.tags),
            "blocks": [_block(block) for block in post.blocks],
        },
        "media": {heard.media.id: _media(heard) for heard in alignment.heard},
        "passages": [_passage(passage, match) for passage, match in pairs],
        "coverage": coverage(alignment),
        "findings": [finding_to_json(finding) for finding in alignment.findings],
        "made_with": {"aligner": __version__, "settings": settings, **made_of},
    }


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """Lay a finding out; what only corrections have stands only with them."""
    document = {
        "kind": finding.kind.value,
        "media_id": finding.media_id,
        "link_ms": finding.link_ms,
        "said_ms": finding.said_ms,
    }
    of_correction = {"passage_id": finding.passage_id, "why": finding.why} if finding.passage_id else {}
    return document | of_correction


def coverage(alignment: Alignment) -> dict[str, int]:
    """Count the verdicts over the passages that claim to be somebody's words; headings and the like do not count."""
    pairs = zip(alignment.post.passages, alignment.matches, strict=True)
    statuses = [match.status for passage, match in pairs if passage.kind in SPOKEN_KINDS]
    return {"passages": len(statuses)} | {status.value: statuses.count(status) for status in Status}


def read_alignment(path: Path) -> dict[str, Any]:
    """Read an alignment file back. Raises `AlignerError` when it is missing, broken or of another version."""
    document = read_json(path)
    if not isinstance(document, dict) or document.get("format") != FORMAT or not document.keys() >= KEYS:
        raise AlignerError(f"{path} is no alignment file.", "Remove it; `align` makes those of your posts anew.")
    if document.get("version") != VERSION:
        raise AlignerError(
            f"{path} has version {document.get('version')}; this program reads version {VERSION}.",
            "Run `align` again to make it anew.",
        )
    return document


def read_findings(document: dict[str, Any]) -> tuple[Finding, ...]:
    """The findings of an alignment file; none where it has no such key."""
    found = document.get("findings", ())
    return tuple(
        Finding(
            FindingKind(f["kind"]), f["media_id"], f["link_ms"], f["said_ms"], f.get("passage_id"), f.get("why", "")
        )
        for f in found
    )


def read_known(document: dict[str, Any]) -> tuple[KnownPassage, ...]:
    """The passages of an alignment file with their former ids (files from before there were such have none).

    None of them where the file is damaged: it is made anew, and must not keep that from happening.
    """
    try:
        known = tuple(KnownPassage(p["id"], p["text"], tuple(p.get("former", ()))) for p in document["passages"])
    except (AttributeError, KeyError, TypeError):
        return ()
    return known if all(isinstance(text, str) for p in known for text in (p.id, p.text, *p.former)) else ()


def _block(block: Block) -> dict[str, Any]:
    """Lay a block out; what few blocks have stands only where it says something."""
    document: dict[str, Any] = {"kind": block.kind, "level": block.level, "text": block.text}
    if block.marks:
        document["marks"] = [_mark(mark) for mark in block.marks]
    if block.number is not None:
        document["number"] = block.number
    if block.continues:
        document["continues"] = True
    return document


def _mark(mark: Mark) -> dict[str, Any]:
    document: dict[str, Any] = {"kind": mark.kind, "chars": list(mark.chars)}
    return document if mark.href is None else document | {"href": mark.href}


def _media(heard: Heard) -> dict[str, Any]:
    media, transcript = heard.media, heard.transcript
    return {
        "url": media.url,
        "provider": media.provider,
        "title": media.title,
        "date": media.date,
        "duration_ms": media.duration_ms or transcript.duration_ms,
        "transcript": _transcript(transcript),
        **({"captions": _transcript(heard.captions)} if heard.captions else {}),
        "hints_ms": list(heard.hints_ms),
    }


def _transcript(transcript: Transcript) -> dict[str, Any]:
    hashes = {"audio_sha256": transcript.audio_sha256, "captions_sha256": transcript.captions_sha256}
    return {
        "engine": transcript.engine,
        "model": transcript.model,
        "language": transcript.language,
        "fingerprint": transcript.fingerprint,
        **{name: value for name, value in hashes.items() if value},
    }


def _passage(passage: Passage, match: Match) -> dict[str, Any]:
    former = {"former": list(passage.former)} if passage.former else {}
    return {
        "id": passage.id,
        **former,
        "kind": passage.kind.value,
        "speaker": passage.speaker,
        "heading": passage.heading,
        "text": passage.text,
        "source_chars": list(passage.source_chars),
        "block": passage.block,
        "block_chars": list(passage.chars),
        "status": match.status.value,
        "confidence": match.confidence,
        "reason": match.reason,
        "media_id": match.media_id,
        "start_ms": match.start_ms,
        "end_ms": match.end_ms,
        "said": match.said,
        "words": [
            {"text": word.text, "start_ms": word.start_ms, "end_ms": word.end_ms, "heard": word.heard}
            for word in match.words
        ],
        "unpublished": [
            {"text": word.text, "start_ms": word.start_ms, "end_ms": word.end_ms} for word in match.unpublished
        ],
        "agreed": match.agreed,
        "elsewhere": [
            {"media_id": place.media_id, "start_ms": place.start_ms, "end_ms": place.end_ms}
            for place in match.elsewhere
        ],
        **({"evidence": _evidence(match.evidence)} if match.evidence else {}),
        **({"corrected": _corrected(match.corrected)} if match.corrected else {}),
    }


def _evidence(weighed: Weighed) -> dict[str, Any]:
    return {
        "asked": weighed.asked,
        "follows": weighed.follows,
        "repeats": weighed.repeats,
        "missing": weighed.missing,
        "pace": weighed.pace,
        "places": [
            {
                "media_id": tried.place.media_id,
                "start_ms": tried.place.start_ms,
                "end_ms": tried.place.end_ms,
                "nats": tried.nats,
                "share": tried.share,
            }
            for tried in weighed.places
        ],
    }


def _corrected(corrected: Corrected) -> dict[str, Any]:
    return {"action": corrected.action.value, "doubtful": corrected.doubtful, "why": corrected.why}
