"""Guards for what a recogniser gives out: words joined, inventions and loops removed, times made possible.

Part of hearing, used by `aligner.sound.whisper` on each piece and on the whole. The batched pipeline of
faster-whisper ignores Whisper's own guards, so they stand here, after the fact. Nothing is rescaled: a time is
clamped, or moved to the speech it belongs to.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from aligner.model import Span, Word

SHORTEST_MS = 20
"""Whisper's time step: no word is shorter."""

LONGEST_MS = 2_000
"""No word is longer: the corpus' longest has 1.9 s, but for a loop's."""

# What Whisper writes under French silence, as it was trained on subtitles: whisper.cpp #2660, faster-whisper #41,
# openai/whisper discussion 928, and the lists of what other projects throw away. On plain letters, see `_plain`.
_CREDITS = re.compile(
    r"\b(?:(?:cliquez vous sur )?les )?sous ?titr\w+(?: \w+){0,8}? amara(?: org)?\b"
    r"|\bsous ?titrage (?:st ?\d+|mfp|fr(?: 20\d\d)?|(?:fourni\w* )?(?:par )?(?:la )?societe radio canada)\b"
    r"|\b(?:sous ?titr\w+ )?par soustitreur com\b"
    r"|\bsubtitles by the amara org community\b"
)
"""Nobody says these, wherever they stand."""
_FAREWELLS = re.compile(
    r"\bmerci (?:a tous )?d avoir (?:regarde|visionne)(?: (?:cette|la|ma|mes|nos|notre|ces) videos?)?\b"
    r"|\bmerci (?:a tous )?d avoir suivi (?:cette|la|ma|mes|nos|notre|ces) videos?\b"
    r"|\b(?:n oubliez pas de|n hesitez pas a) vous abonner(?: a (?:la|ma|notre) chaine)?\b"
    r"|\bpour ne (?:manquer|rater) aucune de (?:mes|nos) videos\b"
    r"|\babonnez vous(?: a (?:la|ma|notre) chaine)?\b"
    r"|\b(?:et )?(?:a la prochaine|a (?:tres )?bientot)(?: pour \w+ (?:\w+ )?videos?)?\b"
)
"""People say these as well, but not all by themselves."""
_MARK = re.compile(r"[\s._…·*♪♫❤\ufe0f–—-]+")  # what stands for a word and is none; "%" and "&" are spoken

_LOOP_TIMES = 6  # repetitions of one phrase that nobody says ("non, non, non, non" is said)
_LOOP_WORDS = 12  # and this many words at least in all
_LOOP_PERIOD = 8  # words of the longest phrase looked for
_INNER_SILENCE_MS = 300  # a word does not span a silence of this length
_EDGE_MS = 100  # a word may begin or end this much outside of the detected speech


def join_parts(words: Iterable[Word]) -> list[Word]:
    """Join what a recogniser cuts apart: " C" "'est", " 63" ",5", " celui" "-ci". Texts come out stripped.

    A part continues the word before it when it has no space before it, or begins with an apostrophe or a hyphen.
    """
    joined: list[Word] = []
    for word in words:
        text = word.text.strip()
        if not text:
            continue
        if joined and (not word.text[0].isspace() or re.match(r"['’-]\w", text)):
            joined[-1] = _joined(joined[-1], replace(word, text=text))
        else:
            joined.append(replace(word, text=text))
    return joined


def _joined(first: Word, second: Word) -> Word:
    known = [word.probability for word in (first, second) if word.probability is not None]
    return Word(
        first.text + second.text,
        first.start_ms,
        max(first.end_ms, second.end_ms),
        min(known) if len(known) == 2 else None,
    )


def drop_invented(words: Sequence[Word]) -> list[Word]:
    """Leave out the phrases that Whisper is known to hear in silence.

    Credits of subtitles go wherever they stand: they come behind real speech, too. Farewells of video makers, which
    are also said, go only where nothing else is left.
    """
    kept = _without(words, _CREDITS)
    return kept if _without(kept, _FAREWELLS) else []


def _without(words: Sequence[Word], phrases: re.Pattern[str]) -> list[Word]:
    """Leave out the words that a phrase touches, and the "!" behind them."""
    text = ""
    places: list[Span] = []
    for word in words:
        form = _plain(word.text)
        places.append((len(text), len(text) + len(form)) if form else places[-1] if places else (0, 0))
        text += f"{form} " if form else ""
    found = [match.span() for match in phrases.finditer(text)]
    return [
        word
        for word, (start, end) in zip(words, places, strict=True)
        if not any(start < stop and first < end for first, stop in found)
    ]


def drop_marks(words: Iterable[Word]) -> list[Word]:
    """Leave out what is written as a word and is none: "...", "–". Whisper fills noise with them."""
    return [word for word in words if not _MARK.fullmatch(word.text)]


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.casefold())
    return " ".join(re.findall(r"[a-z0-9]+", "".join(c for c in letters if not unicodedata.combining(c))))


def drop_loops(words: Sequence[Word]) -> list[Word]:
    """Leave one of a phrase that is repeated over and over; what its repetitions covered is a hole afterwards."""
    kept: list[Word] = []
    forms = [_plain(word.text) for word in words]
    place = 0
    while place < len(words):
        period, times = _loop_at(forms, place)
        kept += words[place : place + period]
        place += period * times
    return kept


def _loop_at(forms: Sequence[str], place: int) -> tuple[int, int]:
    """The phrase that is repeated from `place` on: its length in words and how many times; (1, 1) if none is."""
    for period in range(1, _LOOP_PERIOD + 1):
        phrase = forms[place : place + period]
        times = 1
        while forms[place + period * times : place + period * (times + 1)] == phrase:
            times += 1
        if times >= _LOOP_TIMES and period * times >= _LOOP_WORDS:
            return period, times
    return 1, 1


def clip_speech(speech: Sequence[Span], span: Span) -> tuple[Span, ...]:
    """The speech inside a span."""
    return tuple((max(a, span[0]), min(b, span[1])) for a, b in speech if a < span[1] and b > span[0])


def merge_spans(spans: Iterable[Span], bounds: Span, apart_ms: int = 0) -> tuple[Span, ...]:
    """What of some spans lies inside the bounds, in order; those no further apart than `apart_ms` become one."""
    merged: list[Span] = []
    for start, end in sorted((max(start, bounds[0]), min(end, bounds[1])) for start, end in spans):
        if start >= end:
            continue
        if merged and start - merged[-1][1] <= apart_ms:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def fit_to_speech(words: Iterable[Word], speech: Sequence[Span], piece: Span) -> list[Word]:
    """Clamp words to their piece and to `LONGEST_MS`, and take out of each the silence that it was stretched over.

    Whisper often lets the first word after a pause begin in the pause. Measured on ten minutes of the corpus, 58
    onsets read off the signal: median error 0.10 s before, 0.03 s after, and 1 instead of 9 of them over 0.3 s.
    """
    fitted: list[Word] = []
    for word in words:
        start, end = (min(max(time, piece[0]), piece[1]) for time in (word.start_ms, word.end_ms))
        spoken = _longest_part(clip_speech(speech, (start, end)))
        if spoken and spoken[0] - start > _EDGE_MS:
            start = spoken[0]
        if spoken and end - spoken[1] > _EDGE_MS:
            end = spoken[1]
        end = min(end, start + LONGEST_MS)
        fitted.append(replace(word, start_ms=start, end_ms=end))
    return fitted


def _longest_part(speech: Sequence[Span]) -> Span | None:
    parts: list[Span] = []
    for a, b in speech:
        if parts and a - parts[-1][1] < _INNER_SILENCE_MS:
            parts[-1] = (parts[-1][0], b)
        else:
            parts.append((a, b))
    return max(parts, key=lambda part: part[1] - part[0], default=None)


def put_in_order(words: Iterable[Word], duration_ms: int) -> tuple[Word, ...]:
    """Sort words and clamp them to the recording: none overlap, each lasts at least `SHORTEST_MS`.

    Words that stand right already stay as they are; the others are moved as little as that takes. Only more words than
    the recording has room for (fifty a second) come out shorter than that.
    """
    ordered = sorted(words, key=lambda word: (word.start_ms, word.end_ms))
    spans: list[Span] = []
    earliest = 0
    for word in ordered:
        start = max(word.start_ms, earliest)
        spans.append((start, max(word.end_ms, start + SHORTEST_MS)))
        earliest = start + SHORTEST_MS
    latest = duration_ms
    for index in reversed(range(len(spans))):
        end = min(spans[index][1], latest)
        latest = max(0, min(spans[index][0], end - SHORTEST_MS))
        spans[index] = (latest, max(latest, end))
    return tuple(
        word if span == (word.start_ms, word.end_ms) else replace(word, start_ms=span[0], end_ms=span[1])
        for word, span in zip(ordered, spans, strict=True)
    )
