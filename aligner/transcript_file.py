"""The transcript file `media/<recording>/transcripts/<fingerprint>.json`: the words heard in one recording.

Written by hear, once for each way a recording was heard; read by hear itself, when nothing has changed, and by the
library, which shows and searches what was heard. Stands beside the store, below both.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aligner.model import Transcript, Unheard, Word
from aligner.store import read_json, write_atomic

FOLDER = "transcripts"
"""Inside a recording's folder: `<fingerprint>.json`, one for each way the recording was heard."""

_FORMAT = "aligner.transcript"
_VERSION = 2


def load_transcript(path: Path) -> Transcript | None:
    """Read a transcript of our own making; None when it is missing, damaged or of another version."""
    try:
        record: Any = read_json(path)
        if record["format"] != _FORMAT or record["version"] != _VERSION or record["fingerprint"] != path.stem:
            return None
        return Transcript(
            engine=record["engine"],
            model=record["model"],
            language=record["language"],
            duration_ms=record["duration_ms"],
            words=tuple(Word(*word) for word in record["words"]),
            fingerprint=record["fingerprint"],
            unheard=tuple(Unheard(*item) for item in record["unheard"]),
            audio_sha256=record.get("audio_sha256"),
            captions_sha256=record.get("captions_sha256"),
        )
    except (KeyError, RecursionError, TypeError, ValueError):
        return None


def save_transcript(path: Path, transcript: Transcript) -> None:
    """Write a transcript: a few keys, then `[text, start_ms, end_ms, probability]` for each word, one a line.

    Raises `DiskError` where it cannot be written.
    """
    record: dict[str, Any] = {
        "format": _FORMAT,
        "version": _VERSION,
        "engine": transcript.engine,
        "model": transcript.model,
        "language": transcript.language,
        "duration_ms": transcript.duration_ms,
        "fingerprint": transcript.fingerprint,
    }
    hashes = {"audio_sha256": transcript.audio_sha256, "captions_sha256": transcript.captions_sha256}
    record |= {name: value for name, value in hashes.items() if value}
    head = json.dumps(record, ensure_ascii=False, indent=1)[:-2]
    words = (
        json.dumps([word.text, word.start_ms, word.end_ms, word.probability], ensure_ascii=False)
        for word in transcript.words
    )
    unheard = json.dumps([[item.start_ms, item.end_ms, item.reason] for item in transcript.unheard])
    write_atomic(path, f'{head},\n "unheard": {unheard},\n "words": [\n' + ",\n".join(words) + "\n ]\n}\n")
