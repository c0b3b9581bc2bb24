"""The moments of a passage's single words, for the page that marks the word being spoken and plays from any word.

Called by `layout` for each placed passage. A word here is what stands between spaces on the page, as
`static/words.js` counts it too; only words that were heard have a time, so that nothing is made up between them.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence

from aligner.model import Span, TimedWord

WORD = re.compile(r"[^\s\ufeff]+")
"""One word of a page. Both this and its twin in words.js count every space that Python or JavaScript knows."""


def word_times(text: str, words: Sequence[TimedWord], start_ms: int) -> str:
    """When each word of a passage was heard, empty when none was.

    One entry a word, parted by commas: hundredths of a second since the heard word before it (the first: since
    `start_ms`, the passage's start), and nothing for a word that was not heard. "0,31,,52" tells four words.
    """
    heard = deque(_place(text, words))
    entries, last, any_heard = [], start_ms, False
    for word in WORD.finditer(text):
        while heard and heard[0][0][1] <= word.start():
            heard.popleft()
        start = heard[0][1] if heard and heard[0][0][0] < word.end() else None
        if start is None or start < last:
            entries.append("")
            continue
        step = (start - last) // 10
        last += 10 * step  # what rounding took is given to the next word
        entries.append(str(step))
        any_heard = True
    return ",".join(entries) if any_heard else ""


def _place(text: str, words: Sequence[TimedWord]) -> Iterator[tuple[Span, int]]:
    """Where in the text each heard word stands, and when it begins."""
    position = 0
    for word in words:
        begin = text.find(word.text, position)
        if begin < 0:
            continue
        position = begin + len(word.text)
        if word.heard is not None and word.start_ms is not None:
            yield (begin, position), word.start_ms
