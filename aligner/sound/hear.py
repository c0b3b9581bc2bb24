"""Hear a recording once: its transcript is one file, named by all that it was made from.

Second step of hear, after fetching. Where the file stands, nothing is loaded or decoded; where it does not, the
engine hears, and the file is written before anything else can fail. A local file can stand in for a linked
recording: it is heard where it lies, never copied.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aligner.errors import AudioError
from aligner.model import Link, Media, Transcript, Word
from aligner.sound.fetch import load_media, save_media
from aligner.sound.whisper import Progress, Transcriber
from aligner.store import fingerprint, locked, read_json, sweep, write_atomic

FOLDER = "transcripts"
"""Inside a recording's folder: `<fingerprint>.json`, one for each way the recording was heard."""
SHORTEST_MS = 500
"""Nobody says anything that can be found in less."""

_FORMAT = "aligner.transcript"
_VERSION = 1


def hear(
    media: Media,
    folder: Path,
    transcriber: Callable[[], Transcriber],
    *,
    language: str,
    known: Transcript | None = None,
    force: bool = False,
    progress: Progress,
) -> Transcript:
    """Return the words of a recording, from its folder if it was heard so before, else heard now and kept there.

    `transcriber` gives the engine, which need not have loaded anything. A recording in which nobody speaks has a
    transcript without words. With `known` words, from captions or another tool, only what they leave out is heard, and
    their times are fitted to the sound. With `force` it is heard in any case. Raises `AudioError` for a recording
    without sound that can be used, `DiskError`, and what the engine raises; then nothing is kept.
    """
    from aligner.sound.audio import sound_hash

    sound = _sound_file(media, folder)
    engine = transcriber()
    parts = ("transcript", sound_hash(sound), engine.engine, engine.fingerprint, language)
    made_from = fingerprint(*parts, known.fingerprint) if known else fingerprint(*parts)
    target = folder / FOLDER / f"{made_from}.json"
    transcript = None if force else load_transcript(target)
    if transcript is None:
        # A second run waits here for the first one's result.
        with locked(target.parent):
            sweep(target.parent)
            transcript = None if force else load_transcript(target)
            if transcript is None:
                transcript = _hear(sound, engine, language, known, made_from, progress)
                save_transcript(target, transcript)
    _keep_record(media, folder)
    return transcript


def adopt_recording(path: Path, link: Link) -> Media:
    """Let a local file stand in for a linked recording. Its path is kept whole, as the file stays where it is.

    Raises `AudioError` when the file is no recording with sound.
    """
    from aligner.sound.audio import inspect_sound

    contents = inspect_sound(path)
    place = str(path.resolve())
    return Media(
        id=link.media_id,
        url=link.url,
        provider=link.provider,
        title=path.stem,
        duration_ms=contents.duration_ms,
        audio=place,
        video=place if contents.has_picture else None,
    )


def load_transcript(path: Path) -> Transcript | None:
    """Read a transcript of our own making; None when it is missing, damaged or of another version."""
    record: Any = read_json(path)
    try:
        if record["format"] != _FORMAT or record["version"] != _VERSION or record["fingerprint"] != path.stem:
            return None
        return Transcript(
            engine=record["engine"],
            model=record["model"],
            language=record["language"],
            duration_ms=record["duration_ms"],
            words=tuple(Word(*word) for word in record["words"]),
            fingerprint=record["fingerprint"],
        )
    except (KeyError, TypeError):
        return None


def save_transcript(path: Path, transcript: Transcript) -> None:
    """Write a transcript: a few keys, then `[text, start_ms, end_ms, probability]` for each word, one a line."""
    record: dict[str, Any] = {
        "format": _FORMAT,
        "version": _VERSION,
        "engine": transcript.engine,
        "model": transcript.model,
        "language": transcript.language,
        "duration_ms": transcript.duration_ms,
        "fingerprint": transcript.fingerprint,
    }
    head = json.dumps(record, ensure_ascii=False, indent=1)[:-2]
    words = (
        json.dumps([word.text, word.start_ms, word.end_ms, word.probability], ensure_ascii=False)
        for word in transcript.words
    )
    write_atomic(path, f'{head},\n "words": [\n' + ",\n".join(words) + "\n ]\n}\n")


def _sound_file(media: Media, folder: Path) -> Path:
    name = media.audio or media.video
    if not name or not (folder / name).is_file():
        raise AudioError(f"The recording {media.url} has no sound file in {folder}.", "Fetch it again: --force fetch.")
    return folder / name


def _hear(
    sound: Path, engine: Transcriber, language: str, known: Transcript | None, made_from: str, progress: Progress
) -> Transcript:
    from aligner.sound.audio import read_duration_ms

    duration_ms = read_duration_ms(sound)
    if duration_ms < SHORTEST_MS:
        raise AudioError(
            f"{sound} is only {duration_ms / 1000:.1f} s long.", "Check that it is the right recording and whole."
        )
    progress(0, duration_ms)
    words = engine.transcribe(sound, language=language, progress=progress, known=known.words if known else ())
    length = max(duration_ms, words[-1].end_ms if words else 0)
    if known:
        return Transcript(known.engine, f"{known.model}, {engine.model}", language, length, words, made_from)
    return Transcript(engine.engine, engine.model, language, length, words, made_from)


def _keep_record(media: Media, folder: Path) -> None:
    """Note where an adopted recording lies, for the viewer; the record of a fetched one is left as it is."""
    if not _is_elsewhere(media):
        return
    held = load_media(folder)
    if held is None or (_is_elsewhere(held) and held != media):
        save_media(folder, media)


def _is_elsewhere(media: Media) -> bool:
    return any(name is not None and Path(name).is_absolute() for name in (media.audio, media.video))
