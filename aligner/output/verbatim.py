"""From a transcript to cues: what was heard, word for word.

Beside `cues`, which does the same for the published text; the two never share a file. A transcript knows no speakers
and no passages: it is cut at its long silences, and each part is laid out by the same rules (`layout`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from aligner.model import Cue, Span, Transcript, Word
from aligner.output.layout import lay_out
from aligner.output.limits import WEB, Profile
from aligner.output.stretches import PAUSE_MS, Stretch, read_shown

_JOINED = re.compile(r"^(?:[-’'][^\W\d_]|[.,]\w)")
"""How a recogniser writes the rest of a word that it cut: `-toi`, `'eau`, `,5`, `.org`."""


def build_verbatim_cues(transcript: Transcript, span: Span | None = None, profile: Profile = WEB) -> list[Cue]:
    """Lay out the words heard as cues, in order of time, never overlapping; `span` takes those that begin in it.

    A cue's `passage_id` is `heard-1`, `heard-2` … for each stretch between two silences of `PAUSE_MS`; it names no
    published passage. Every word stands in exactly one cue; its limits are those of `build_cues`.
    """
    words = [word for word in transcript.words if word.text.strip() and word.start_ms >= 0]
    if span:
        words = [word for word in words if span[0] <= word.start_ms < span[1]]
    stretches = [_make_stretch(number, part, profile) for number, part in enumerate(_cut(words), start=1)]
    return list(lay_out([stretch for stretch in stretches if stretch.shown], transcript.duration_ms, profile))


def join_words(words: Iterable[str]) -> str:
    """The words heard as one text."""
    text = ""
    for word in words:
        text += word if not text or _JOINED.match(word) else f" {word}"
    return text


def _cut(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    silences = (k + 1 for k, (left, right) in enumerate(pairwise(words)) if right.start_ms - left.end_ms >= PAUSE_MS)
    for at, to in pairwise([0, *silences, len(words)]):
        if at < to:
            yield words[at:to]


def _make_stretch(number: int, words: Sequence[Word], profile: Profile) -> Stretch:
    texts = [" ".join(word.text.split()) for word in words]
    heard = [
        {
            "text": text,
            "start_ms": word.start_ms,
            # a word that is heard into the next one would hold its cue too long
            "end_ms": max(word.start_ms, min(word.end_ms, following.start_ms)),
            "heard": text,
        }
        for text, word, following in zip(texts, words, [*words[1:], words[-1]], strict=True)
    ]
    heard[-1]["end_ms"] = max(words[-1].start_ms, words[-1].end_ms)
    shown = tuple(read_shown({"text": join_words(texts), "words": heard}, profile.max_chars))
    return Stretch(f"heard-{number}", None, shown, words[0].start_ms, max(word.end_ms for word in words))
