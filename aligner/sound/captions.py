"""Take captions or a transcript made elsewhere instead of hearing: whatever the file is called, by its content.

The other way to a `Transcript`, without any model. YouTube's own formats are read here, subtitles and the JSON of
the Whisper family by their own modules. What cannot be used is refused in one sentence, above all a file in
another language: matched, it would look like a recording in which nothing was said.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from aligner.errors import CaptionsError
from aligner.model import Transcript, Word
from aligner.sound.caption_text import Reading, UnreadableError, longest_ms, mend, spoken_tokens, spread
from aligner.sound.guards import join_parts, put_in_order
from aligner.sound.languages import spoken_language
from aligner.sound.subtitle_files import is_srt, is_vtt, read_srt, read_vtt
from aligner.sound.transcript_files import is_transcript, read_transcript
from aligner.store import fingerprint, hash_file

RULES = 1
"""Raised when the same file gives other words."""
FROM_SITE, FROM_FILE = "captions", "file"
"""The `engine` of captions and subtitles, and of transcripts that another tool heard."""

ESTIMATED = " (cue times)"
"""Ends the `model` of a transcript in which words share the time of their cue: such times are good to the cue only."""

_MOST_BYTES = 100_000_000  # ten times the JSON of a whole day of speech; a recording is larger
_FORMATS = "json3, srv3, WebVTT, SubRip, or the JSON of whisper, whisperX or whisper.cpp"
_HINT = f"Give captions or a transcript as {_FORMATS}."


def read_captions(path: Path, language: str) -> Transcript:
    """Read a captions or transcript file, recognised by its content, as the words of a recording in `language`.

    `engine` is `captions` for captions and subtitles and `file` for transcripts, `model` the format, with `ESTIMATED`
    behind it where words have no times of their own. Raises `CaptionsError` for a file that is missing, empty, damaged,
    of another kind, without words or clearly in another language.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CaptionsError(f"The file {path} is far too large for captions.", _HINT)
        raw = path.read_bytes()
    except OSError as error:
        raise CaptionsError(f"The captions file {path} cannot be read: {error.strerror}.", "Check the path.") from error
    reading = _read(path, _decode(raw))
    mended = (replace(word, text=mend(word.text)) for word in reading.words)
    sha256 = hash_file(path)
    words = put_in_order(mended, max(reading.duration_ms, _last_end(reading.words)))
    if not words:
        raise CaptionsError(f"The captions file {path} holds no words.", "Take another one, or let the program hear.")
    _check_language(path, words, language)
    return Transcript(
        engine=FROM_SITE if reading.format in ("json3", "srv3", "vtt", "srt") else FROM_FILE,
        model=reading.format + ESTIMATED * reading.estimated,
        language=language,
        duration_ms=max(reading.duration_ms, words[-1].end_ms),
        words=words,
        fingerprint=fingerprint("captions", RULES, sha256, language),
        captions_sha256=sha256,
    )


def _read(path: Path, text: str) -> Reading:
    if not text.strip():
        raise CaptionsError(f"The captions file {path} is empty.", _HINT)
    try:
        reader = _choose_reader(text.lstrip())
        if reader:
            return reader(text.lstrip())
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError, SyntaxError) as error:
        # SyntaxError is what ElementTree raises for broken XML. What the others say concerns our code, not the file.
        told = isinstance(error, UnreadableError | ET.ParseError | json.JSONDecodeError)
        reason = str(error) if told else "it is not built as its format asks"
        raise CaptionsError(
            f"The captions file {path} cannot be used: {reason}.", f"Fetch it again. {_HINT}"
        ) from error
    raise CaptionsError(f"The file {path} is no captions file that can be read.", _HINT)


def _choose_reader(text: str) -> Callable[[str], Reading] | None:
    """Tell the format by its first letters, and JSON by its keys."""
    if text[0] in "{[":
        return _read_json
    if text[0] == "<":
        return _read_srv3 if "<timedtext" in text[:1000] else None
    if is_vtt(text):
        return read_vtt
    return read_srt if is_srt(text) else None


def _read_json(text: str) -> Reading:
    document = json.loads(text)
    if isinstance(document, dict) and isinstance(document.get("events"), list):
        return _read_events("json3", document["events"])
    if is_transcript(document):
        return read_transcript(document)
    raise UnreadableError("its JSON is none of the known forms")


def _decode(raw: bytes) -> str:
    """Read bytes as the text they most likely are: UTF-16 by its mark, UTF-8, else Windows' or ISO's Latin-1.

    UTF-8 with some wrong bytes stays UTF-8, these bytes kept apart: whisper.cpp splits a letter over two tokens and has
    it whole once more in the text. In French Latin-1 hardly any letters look like UTF-8 (an “é »” does).
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    text = raw.decode("utf-8-sig", "surrogateescape")
    broken = sum("\udc80" <= char <= "\udcff" for char in text)
    if broken <= 2 * (sum(ord(char) > 127 for char in text) - broken):
        return text
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _last_end(words: Iterable[Word]) -> int:
    return max((word.end_ms for word in words), default=0)


def _check_language(path: Path, words: Iterable[Word], language: str) -> None:
    other = spoken_language((word.text for word in words), language)
    if other:
        raise CaptionsError(
            f"The captions file {path} seems to be in {other}, not in “{language}”.",
            "Take the captions in the language that was spoken (not a translation), or set --language.",
        )


# --- YouTube: json3 and srv3 --------------------------------------------------------------------------


def _read_srv3(text: str) -> Reading:
    """Read srv3 as the events it would be in json3."""
    if "<!ENTITY" in text:
        raise UnreadableError("it declares entities, which captions never do")
    root = ET.fromstring(text)  # noqa: S314 - no entities, so nothing can be blown up or fetched
    events = [
        {
            "tStartMs": node.get("t"),
            "dDurationMs": node.get("d", 0),
            "aAppend": node.get("a"),
            "segs": list(_srv3_parts(node)),
        }
        for node in root.iter("p")
    ]
    return _read_events("srv3", events)


def _srv3_parts(node: ET.Element) -> Iterator[dict[str, Any]]:
    yield {"utf8": node.text or ""}
    for child in node:
        text = "\n" if child.tag == "br" else "".join(child.itertext())
        yield {"utf8": text + (child.tail or ""), "tOffsetMs": child.get("t", 0), "acAsrConf": child.get("ac", 0)}


def _read_events(kind: str, events: Iterable[dict[str, Any]]) -> Reading:
    """Read events of segments: of one word with its own time (automatic captions), or of a line (others)."""
    words: list[Word] = []
    estimated = False
    duration_ms = 0
    for event in events:
        if not event.get("segs") or event.get("aAppend"):
            continue  # the window's settings, or the line feed that lets a rolling caption roll
        start = int(event["tStartMs"])
        end = start + int(event.get("dDurationMs") or 0)
        duration_ms = max(duration_ms, end)
        found, sure = _read_event(event["segs"], start, end)
        words += found
        estimated |= not sure
    words.sort(key=lambda word: word.start_ms)
    return Reading(kind, tuple(_bounded(join_parts(words), duration_ms)), duration_ms, estimated)


def _read_event(segments: list[dict[str, Any]], start: int, end: int) -> tuple[list[Word], bool]:
    """The words of an event, their spaces before them, and whether each has a time of its own."""
    starts = [max(0, start + int(segment.get("tOffsetMs") or 0)) for segment in segments]
    words: list[Word] = []
    sure = True
    space = " "
    for segment, begin, until in zip(segments, starts, [*starts[1:], end], strict=True):
        text = str(segment.get("utf8") or "")
        tokens = spoken_tokens(text)
        if len(tokens) == 1:
            confidence = int(segment.get("acAsrConf") or 0)
            lead = space if not text[:1].isspace() else " "
            words.append(
                Word(lead + tokens[0], begin, max(begin, end), round(confidence / 255, 3) if confidence > 0 else None)
            )
        elif tokens:
            sure = False
            words += [Word(" " + word.text, word.start_ms, word.end_ms) for word in spread(tokens, begin, until)]
        if text:
            space = " " if text[-1].isspace() or not tokens else ""
    return words, sure


def _bounded(words: list[Word], duration_ms: int) -> Iterator[Word]:
    """End each word where the next begins, where its event ends, or when it has lasted as long as such a word can."""
    following = [word.start_ms for word in words[1:]] + [duration_ms]
    for word, begin in zip(words, following, strict=True):
        end = min(max(begin, word.start_ms), word.end_ms, word.start_ms + longest_ms(len(word.text)))
        yield Word(word.text, word.start_ms, end, word.probability)
