"""What was found of a quote as plain values, for JSON: the command prints them, the API adds its addresses.

Documented in docs/find.md; a test holds the two together.
"""

from __future__ import annotations

from typing import Any

from aligner.finding.records import Found, FoundPlace, PublishedAt


def to_facts(found: Found) -> dict[str, Any]:
    """The whole answer."""
    return {
        "quote": found.quote,
        "parts": list(found.parts),
        "speaker": found.speaker,
        "said": found.is_said,
        "places": [place_facts(place) for place in found.places],
        "more": found.more,
        "near": [place_facts(place) for place in found.near],
        "searched": {"sessions": found.sessions, "heard_ms": found.heard_ms, "words": found.words},
    }


def place_facts(place: FoundPlace) -> dict[str, Any]:
    """One place."""
    return {
        "media_id": place.media_id,
        "media_title": place.title,
        "source_url": place.url,
        "date": place.day.isoformat() if place.day else None,
        "start_ms": place.start_ms,
        "end_ms": place.end_ms,
        "speaker": place.speaker,
        "heard": place.said,
        "differences": [{"text": run.text, "fate": run.fate} for run in place.runs],
        "manner": place.manner,
        "share": place.share,
        "confidence": place.confidence,
        "turned": place.turned,
        "published": [_publication_facts(one) for one in place.published],
    }


def _publication_facts(one: PublishedAt) -> dict[str, Any]:
    return {
        "slug": one.slug,
        "title": one.title,
        "passage_id": one.passage_id,
        "text": one.text,
        "status": one.status.value,
        "quoted": one.quoted,
    }
