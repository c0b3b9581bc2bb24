"""Hear a recording, or parts of it, once: its transcript is one file, named by all that it was made from.

Second step of hear, after fetching. Where the file stands, nothing is loaded or decoded; where it does not, what was
not heard before is heard and kept piece by piece (`stretches`), and the words become a transcript, with those that
were known already. A local file can stand in for a linked recording: it is heard where it lies, never copied.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from aligner.errors import AudioError
from aligner.model import Link, Media, Span, Transcript, Unheard, Word
from aligner.sound.captions import FROM_FILE
from aligner.sound.fetch import load_known, load_media, save_media
from aligner.sound.journal import Journal
from aligner.sound.whisper import Transcriber
from aligner.store import fingerprint, locked, sweep
from aligner.timecode import format_clock
from aligner.transcript_file import FOLDER, load_transcript, save_transcript

if TYPE_CHECKING:
    from aligner.sound.speech import Speech

HEARD = "heard"
"""Beside the transcripts: `<fingerprint>.jsonl`, what an engine heard piece by piece, and where there is speech."""
SHORTEST_MS = 500
"""Nobody says anything that can be found in less."""
RULES = 1
"""Raised when the same pieces give another transcript."""

Progress = Callable[[int, int], None]
"""Called with the ms that are heard, and with the ms that are to be heard."""

log = logging.getLogger(__name__)


def hear(
    media: Media,
    folder: Path,
    transcriber: Callable[[], Transcriber],
    *,
    language: str,
    windows: Sequence[Span] | None = None,
    known: Transcript | None = None,
    force: bool = False,
    progress: Progress,
) -> Transcript:
    """Return the words of a recording, from its folder if it was heard so before, else heard now and kept there.

    `transcriber` gives the engine, which need not have loaded anything. Only what lies in `windows` (ms, apart, in
    order) is heard; without them everything. Of `known` words those of a tool that heard the sound are taken as heard:
    their times are fitted to the sound, and only what they leave out is heard. Captions stand where nothing is heard.
    A recording in which nobody speaks has a transcript without words. With `force` it is heard in any case.

    Raises `AudioError` for a recording without sound that can be used, `DiskError`, and what the engine raises; what
    was heard until then is kept.
    """
    from aligner.sound.audio import sound_hash

    path = _sound_file(media, folder)
    engine = transcriber()
    key = (sound_hash(path), engine.engine, engine.fingerprint, language)
    made_from = fingerprint("transcript", RULES, *key, windows, known.fingerprint if known else None)
    target = folder / FOLDER / f"{made_from}.json"
    transcript = None if force else load_transcript(target)
    if transcript is None:
        # A second run waits here for the first one's result.
        with locked(target.parent):
            sweep(target.parent)
            transcript = None if force else load_transcript(target)
            if transcript is None:
                journal = Journal(folder / HEARD / f"{fingerprint('heard', *key)}.jsonl")
                if force:
                    journal.clear()
                words, unheard, duration_ms = _hear(path, key[0], engine, language, windows, known, journal, progress)
                made_by = (known.engine, f"{known.model}, {engine.model}") if known else (engine.engine, engine.model)
                hashes = key[0], known.captions_sha256 if known else None
                transcript = Transcript(*made_by, language, duration_ms, words, made_from, unheard, *hashes)
                save_transcript(target, transcript)
    _keep_record(media, folder)
    # transcripts of earlier versions do not tell what their names are made from
    return replace(transcript, audio_sha256=key[0], captions_sha256=known.captions_sha256 if known else None)


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


def _sound_file(media: Media, folder: Path) -> Path:
    name = media.audio or media.video
    if not name or not (folder / name).is_file():
        raise AudioError(f"The recording {media.url} has no sound file in {folder}.", "Fetch it again: --force fetch.")
    return folder / name


def _hear(
    path: Path,
    sound_key: str,
    engine: Transcriber,
    language: str,
    windows: Sequence[Span] | None,
    known: Transcript | None,
    journal: Journal,
    progress: Progress,
) -> tuple[tuple[Word, ...], tuple[Unheard, ...], int]:
    """The words of a recording in order, the speech that gave none, and how long the recording lasts."""
    from aligner.sound.audio import Sound
    from aligner.sound.guards import put_in_order
    from aligner.sound.speech import RULES as SPEECH_RULES
    from aligner.sound.speech import Speech
    from aligner.sound.stretches import find_unheard, hear_stretches

    sound = Sound(path)
    if sound.duration_ms < SHORTEST_MS:
        raise AudioError(
            f"{path} is only {sound.duration_ms / 1000:.1f} s long.", "Check that it is the right recording and whole."
        )
    made_from = fingerprint("speech", SPEECH_RULES, sound_key)
    speech = Speech(sound, Journal(journal.path.with_name(f"{made_from}.jsonl")))
    wanted: Sequence[Span] = [(0, sound.duration_ms)] if windows is None else _widen(windows, speech, sound.duration_ms)
    # What is said behind the end of the recording cannot be heard in it: the two are not of one length.
    told = [word for word in known.words if word.start_ms < sound.duration_ms] if known else []
    was_heard = known is not None and known.engine == FROM_FILE
    if was_heard:
        told = _fit(told, wanted, speech)
        wanted = _holes(told, wanted, speech)
    stretches = hear_stretches(
        wanted,
        speech,
        journal,
        lambda pieces: engine.transcribe(sound, pieces, language=language),
        at_once=engine.at_once,
        language=language,
        progress=progress,
    )
    words = [word for stretch in stretches for word in stretch.words if _inside(word, wanted)]
    if not was_heard:  # captions stand where nothing was heard
        open_spans = _holes(words, wanted, speech)
        foreign = [stretch.span for stretch in stretches if stretch.given_up]
        told = [
            word
            for word in told
            if not _inside(word, wanted) or (_inside(word, open_spans) and not _inside(word, foreign))
        ]
    ordered = put_in_order([*words, *told], sound.duration_ms)
    unheard = [item for span in wanted for item in find_unheard(stretches, ordered, span, speech)]
    for item in unheard:
        log.warning("No words from %s to %s: %s.", format_clock(item.start_ms), format_clock(item.end_ms), item.reason)
    return ordered, tuple(unheard), sound.duration_ms


def _widen(windows: Iterable[Span], speech: Speech, duration_ms: int) -> Sequence[Span]:
    """Windows that lie in the recording, apart and in order, none of which cuts through a stretch of speech."""
    from aligner.sound.guards import merge_spans
    from aligner.sound.speech import LONGEST_MS

    widened: list[Span] = []
    for start, end in merge_spans(windows, (0, duration_ms)):
        around = speech.within((start - LONGEST_MS, end + LONGEST_MS))
        low = min((a for a, b in around if a < start < b), default=start)
        high = max((b for a, b in around if a < end < b), default=end)
        widened.append((low, high))
    return merge_spans(widened, (0, duration_ms))


def _fit(words: Sequence[Word], wanted: Sequence[Span], speech: Speech) -> list[Word]:
    """Fit the words in the wanted spans to the speech there."""
    from aligner.sound.guards import fit_to_speech

    fitted = [word for word in words if not _inside(word, wanted)]
    for span in wanted:
        fitted += fit_to_speech((word for word in words if _inside(word, [span])), speech.within(span), span)
    return sorted(fitted, key=lambda word: word.start_ms)


def _holes(words: Sequence[Word], wanted: Sequence[Span], speech: Speech) -> list[Span]:
    """The speech of the wanted spans that no word covers."""
    from aligner.sound.pieces import find_holes

    ordered = sorted(words, key=lambda word: word.start_ms)
    return [
        hole
        for span in wanted
        for hole in find_holes([word for word in ordered if _inside(word, [span])], speech.within(span), span)
    ]


def _inside(word: Word, spans: Iterable[Span]) -> bool:
    middle = (word.start_ms + word.end_ms) // 2
    return any(start <= middle < end for start, end in spans)


def _keep_record(media: Media, folder: Path) -> None:
    """Note where an adopted recording lies, for the viewer; the record of a fetched one is left as it is."""
    if not _is_elsewhere(media):
        return
    known = load_known(folder)
    noted = replace(media, captions=known.captions) if known else media
    held = load_media(folder)
    if held is None or (_is_elsewhere(held) and held != noted):
        save_media(folder, noted)


def _is_elsewhere(media: Media) -> bool:
    return any(name is not None and Path(name).is_absolute() for name in (media.audio, media.video))
