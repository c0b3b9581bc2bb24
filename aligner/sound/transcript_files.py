"""Read the JSON transcripts of openai-whisper (and faster-whisper's likes), whisperX and whisper.cpp.

One family of readers behind `aligner.sound.captions`. Where a file gives a word no time of its own, the time is
shared out among its neighbours and the `Reading` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aligner.model import Word
from aligner.sound.caption_text import Reading, longest_ms, mend, spoken_tokens, spread
from aligner.sound.guards import join_parts

Json = dict[str, Any]


def is_transcript(document: Any) -> bool:
    """Tell a transcript of the Whisper family by its keys."""
    return isinstance(document, dict) and any(
        isinstance(document.get(key), list) for key in ("segments", "words", "word_segments", "transcription")
    )


def read_transcript(document: Json) -> Reading:
    """Read a transcript. Raises `KeyError`, `TypeError` or `ValueError` where it is not built as it should be."""
    if isinstance(document.get("transcription"), list):
        return _read_whisper_cpp(document["transcription"])
    return _read_whisper(document)


# --- openai-whisper, faster-whisper, whisperX --------------------------------------------------------


def _read_whisper(document: Json) -> Reading:
    segments: list[Json] = document.get("segments") or []
    if not any(segment.get("words") for segment in segments) and (
        loose := document.get("words") or document.get("word_segments")
    ):
        # The words stand by themselves: one segment of them all.
        segments = [{"words": loose, "start": _first_time(loose), "end": _last_time(loose)}]
    words: list[Word] = []
    estimated = False
    for segment in segments:
        found, sure = _read_segment(segment)
        words += found
        estimated |= not sure
    x = "word_segments" in document or any("score" in word for item in segments for word in item.get("words") or ())
    end_ms = max((_ms(segment["end"]) for segment in segments), default=0)
    return Reading("whisperx" if x else "whisper", tuple(_join(words)), end_ms, estimated)


def _read_segment(segment: Json) -> tuple[list[Word], bool]:
    start, end = _ms(segment["start"]), _ms(segment["end"])
    items: list[Json] | None = segment.get("words")
    if not items:
        tokens = spoken_tokens(segment.get("text") or "")
        return [Word(" " + word.text, word.start_ms, word.end_ms) for word in spread(tokens, start, end)], not tokens
    items = [item for item in items if spoken_tokens(_text(item))]
    words: list[Word] = []
    place = 0
    while place < len(items):
        timed = _timed(items[place])
        if timed:
            words.append(timed)
            place += 1
            continue
        # whisperX gives numbers and signs no time: they share what is between their neighbours.
        after = next((k for k in range(place, len(items)) if _timed(items[k])), len(items))
        following = _timed(items[after]) if after < len(items) else None
        begin = words[-1].end_ms if words else start
        until = following.start_ms if following else max(end, begin)
        words += spread([_text(item) for item in items[place:after]], begin, until)
        place = after
    return words, all(_timed(item) for item in items)


def _timed(item: Json) -> Word | None:
    if item.get("start") is None or item.get("end") is None:
        return None
    probability = item.get("probability", item.get("score"))
    return Word(_text(item), _ms(item["start"]), _ms(item["end"]), None if probability is None else float(probability))


def _text(item: Json) -> str:
    return str(item["word"])


def _first_time(items: Sequence[Json]) -> float:
    return next((float(item["start"]) for item in items if item.get("start") is not None), 0.0)


def _last_time(items: Sequence[Json]) -> float:
    return max((float(item["end"]) for item in items if item.get("end") is not None), default=0.0)


def _ms(seconds: Any) -> int:
    return max(0, round(float(seconds) * 1000))


def _join(words: Sequence[Word]) -> list[Word]:
    """Join the parts of words; where no word has a space before it, the spaces were taken off and say nothing."""
    if any(word.text[:1].isspace() for word in words):
        return join_parts(words)
    return join_parts(Word(" " + word.text, word.start_ms, word.end_ms, word.probability) for word in words)


# --- whisper.cpp -------------------------------------------------------------------------------------


def _read_whisper_cpp(segments: Sequence[Json]) -> Reading:
    words: list[Word] = []
    estimated = False
    for segment in segments:
        start, end = _offsets(segment)
        tokens: Sequence[Json] = segment.get("tokens") or ()
        if tokens:
            words += _read_tokens(tokens)
            continue
        texts = spoken_tokens(str(segment["text"]))
        estimated |= len(texts) > 1
        words += spread(texts, start, end)
    end_ms = max((_offsets(segment)[1] for segment in segments), default=0)
    return Reading("whisper.cpp", tuple(words), end_ms, estimated)


def _read_tokens(tokens: Sequence[Json]) -> list[Word]:
    """Join a segment's tokens into words; the bytes of one letter may stand in two of them."""
    parts = [
        Word(str(token["text"]), *_offsets(token), float(token["p"]) if "p" in token else None)
        for token in tokens
        if not str(token["text"]).startswith("[_")  # [_BEG_], [_TT_150]
    ]
    joined = (Word(mend(word.text), word.start_ms, word.end_ms, word.probability) for word in join_parts(parts))
    return [
        Word(word.text, word.start_ms, min(word.end_ms, word.start_ms + longest_ms(len(word.text))), word.probability)
        for word in joined
        if spoken_tokens(word.text)
    ]


def _offsets(item: Json) -> tuple[int, int]:
    start, end = max(0, int(item["offsets"]["from"])), max(0, int(item["offsets"]["to"]))
    return start, max(start, end)
