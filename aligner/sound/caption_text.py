"""From the text of a caption to words: what is no speech taken out, times spread where a source gives none.

Shared by the readers of captions, subtitles and transcripts. A time that was spread is an estimate, honest only
to the cue it comes from; whoever makes one says so in the `Reading`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aligner.model import Word

_MARKS = re.compile(
    r"\[[^\[\]\n]{0,80}\]"  # [Musique], [Applaudissements], [inaudible]
    r"|\((?:musique|applaudissements?|rires?|brouhaha|silence|inaudible)[^()\n]{0,60}\)"
    r"|>>+|[♩♪♫♬🎵🎶]",
    re.IGNORECASE,
)
_SPOKEN_SIGNS = frozenset("%€$£&+=§°")  # read aloud, hence words even by themselves


class UnreadableError(ValueError):
    """A reader's own reason, in words, why a file cannot be used; `captions` puts the file's name before it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in a file."""

    format: str
    words: tuple[Word, ...]
    duration_ms: int
    estimated: bool
    """Some words have no time of their own in the file."""


def spoken_tokens(text: str) -> list[str]:
    """Split a caption's text at its spaces; marks of sound, music and a new speaker, and lone signs, are no words."""
    tokens = _MARKS.sub(" ", text).split()
    return [token for token in tokens if any(char.isalnum() or char in _SPOKEN_SIGNS for char in token)]


def mend(text: str) -> str:
    """Join the bytes of letters that were kept apart in decoding; what makes no letter becomes a replacement mark."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:  # half an emoji, written as an escape in JSON
        return text.encode("utf-8", "replace").decode("utf-8")


def longest_ms(characters: int) -> int:
    """How long a word of so many characters lasts at most: 97 of 100 heard in the corpus's session are shorter."""
    return 450 + 60 * characters


def spread(tokens: Sequence[str], start_ms: int, end_ms: int) -> list[Word]:
    """Share a time out among words by their length in characters. Estimates: their probability is None."""
    total = sum(len(token) for token in tokens)
    end_ms = min(max(start_ms, end_ms), start_ms + sum(longest_ms(len(token)) for token in tokens))
    words: list[Word] = []
    done = 0
    for token in tokens:
        first = start_ms + (end_ms - start_ms) * done // total
        done += len(token)
        words.append(Word(token, first, start_ms + (end_ms - start_ms) * done // total))
    return words
