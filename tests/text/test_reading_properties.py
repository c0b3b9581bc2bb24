"""Whatever a post holds, its passages stand where they say, in order, and hold all of its words."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.text.links import ADDRESS, find_links, parse_link, trim_address
from aligner.text.markdown import TextBlock, find_blocks
from aligner.text.passages import find_passages

WORDS = ["Nous", "avons voté", "la halle", "63,5 %", "élu·es", "M.", "Nadia Ferrand rappelle que", "e\u0301té", "1."]
ENDS = [". ", " !", "… ", " ? ", " ; ", ":\n\n", ".", "   ", "  \n", "\n\n", "\n", "\r\n\r\n", "\u00a0"]
MARKS = ["**", "****", "*", "_", "__", "`", "« ", " »", '"', '" ', "“", "”", "[", "]", "](https://a.example/b_(c))"]
BLOCKS = ["# ", "## ", "> ", "- ", "1. ", "---\n", "===\n", "    ", "<div>", "</div>", "<p>", "<br>", "<!--", "-->"]
ODD = [
    "&amp;",
    "&nbsp;",
    "&eacute;",
    "&",
    "\\*",
    "\\",
    "[…]",
    "(...)",
    "\ufeff",
    "\0",
    "\x0b",
    "\u2028",
    "\U0001f3db",
    "\u202f",
]
LINKS = [
    "https://youtu.be/Mc5Halle_01?t=27",
    "[embed]https://youtu.be/Mc5Halle_01[/embed]",
    "{{< youtube Mc5Halle_01 >}}",
    '[arve url="https://youtu.be/Mc5Halle_01" /]',
    "![x](a b.jpg)",
    "[x]: https://a.example\n",
]
LABELS = ["Prise de parole de Paul Lestrade : ", "Intervention d’Inès Roy\n\n", "Nos autres articles :", "Inès Roy"]
MARKDOWN = st.lists(st.sampled_from([*WORDS, *ENDS, *MARKS, *BLOCKS, *ODD, *LINKS, *LABELS]), max_size=50).map("".join)


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def without_markup(source: str) -> str:
    """The letters of a source slice, by cruder means than the reader's: only for text without HTML and code."""
    source = re.sub(r"\{\{<.*?>\}\}|\[embed\].*?\[/embed\]|\[arve.*?\]|!\[x\]\([^)]*\)", " ", source, flags=re.DOTALL)
    source = ADDRESS.sub(lambda found: "" if parse_link(trim_address(found[0]).rstrip("_")) else found[0], source)
    return letters(unescape(source))


def read(markdown: str, offset: int = 7) -> tuple[list[TextBlock], list[tuple[int, int]]]:
    blocks = find_blocks(markdown, offset)
    visible = [block for block in blocks if block.text]
    passages = find_passages(blocks, "Un titre", in_report=len(markdown) % 2 == 1)
    for passage in passages:
        assert visible[passage.block].text[slice(*passage.chars)] == passage.text
        assert passage.text == passage.text.strip()
        assert letters(passage.text)
    for number, block in enumerate(visible):
        covered = [place for passage in passages if passage.block == number for place in range(*passage.chars)]
        assert len(covered) == len(set(covered))
        assert {place for place, sign in enumerate(block.text) if sign.isalnum()} <= set(covered)
    assert len({passage.id for passage in passages}) == len(passages)
    return visible, [passage.source_chars for passage in passages]


@settings(deadline=None)  # machines that run the tests are busy
@given(MARKDOWN)
def test_passages_stand_where_they_say(markdown: str) -> None:
    _, spans = read(markdown)
    assert all(7 <= start < end <= 7 + len(markdown) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@settings(deadline=None)  # machines that run the tests are busy
@given(MARKDOWN)
def test_a_character_stands_for_itself_an_entity_an_escape_or_a_space(markdown: str) -> None:
    source = markdown.replace("\0", "\ufffd")
    for block in find_blocks(markdown, 0):
        places = block.content.spans
        assert all(before[1] <= after[0] or before == after for before, after in pairwise(places))
        for sign, (start, end) in zip(block.text, places, strict=True):
            raw = source[start:end]
            assert (
                raw in (sign, f"\\{sign}") or sign in unescape(raw) or (sign == " " and not raw.strip("\\*<br> \t\r\n"))
            )


@settings(deadline=None)  # machines that run the tests are busy
@given(
    st.lists(
        st.sampled_from([*WORDS, *LINKS[:5], ". ", " !", "**", "_", "« ", " »", "&amp;", "\u00a0", "\n\n"]), max_size=30
    ).map("".join)
)
def test_the_source_without_markup_has_the_letters_of_the_text(markdown: str) -> None:
    for passage in find_passages(find_blocks(markdown, 0), "", in_report=False):
        assert letters(passage.text) == without_markup(markdown[slice(*passage.source_chars)])


@settings(deadline=None)  # machines that run the tests are busy
@given(MARKDOWN)
def test_links_stand_where_they_say(markdown: str) -> None:
    links = find_links(markdown, 7)
    for link in links:
        start, end = (place - 7 for place in link.source_chars)
        assert link.media_id == "youtube:Mc5Halle_01"
        assert "Mc5Halle_01" in markdown[start:end]
    assert all(before.source_chars[1] <= after.source_chars[0] for before, after in pairwise(links))
