"""What published markup says about the words of a block: bold, italics, links, line ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.text.markdown import find_blocks
from aligner.text.marks import link_address

SITE = "https://montclery.example/budget"
PIECES = [
    *("**", "*", "__", "_", "****", "***", "`", "[", "](https://montclery.example/a)", "](/ici)", "<b>", "</b>", "<i>"),
    *(
        "</i>",
        '<a href="https://montclery.example/b">',
        "</a>",
        "<br>",
        "  \n",
        "\\\n",
        "\n",
        "   ",
        " ",
        "\u00a0",
        "\n\n",
    ),
    *("halle", "à", "3,6 millions", "&nbsp;", "&amp;", ",", "!", "- ", "1. ", "> ", "https://youtu.be/Mc5_Halle_1"),
    *("https://montclery.example/c", "\\*", "é"),
]


def marks(markdown: str) -> list[tuple[str, str, str | None]]:
    """The marks of all blocks: kind, words, address."""
    return [
        (mark.kind, block.text[slice(*mark.chars)], mark.href)
        for block in find_blocks(markdown, 0)
        for mark in block.content.marks
    ]


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        ("Une **halle** _neuve_, *ici*.", [("strong", "halle"), ("em", "neuve"), ("em", "ici")]),
        ("Une __halle__ ***neuve***", [("strong", "halle"), ("em", "neuve"), ("strong", "neuve")]),
        ("Une ** halle ** et a_b_c, e__f__g", []),
        ("Un mot <b>gras</b>, <STRONG>fort</STRONG>, <em class='x'>dit</em> <i>là</i>", [
            ("strong", "gras"), ("strong", "fort"), ("em", "dit"), ("em", "là"),
        ]),
        ("**Une _halle** neuve_", [("strong", "Une halle"), ("em", "halle neuve")]),
        ("<b>Une **halle** neuve</b>", [("strong", "Une halle neuve")]),
        # damage, as exports leave it
        ("s’élèvent à**3,6 millions d’euros** , en hausse", [("strong", "3,6 millions d’euros")]),
        ("Les**moyens de** **planter** ,**la rivière**", [
            ("strong", "moyens de"), ("strong", "planter"), ("strong", "la rivière"),
        ]),
        ("**Auré****lie** part", [("strong", "Aurélie")]),
        ("**QUEL BUDGET********?**", [("strong", "QUEL BUDGET?")]),
        ("Terminés.**Les travaux !** ****", [("strong", "Les travaux !")]),
        ("Terminés. **** Les travaux **** ici", []),
        ('"**Une fin de gras manque.', []),
        ("Une ouverture manque.**", []),
        ("Une <b>fin de gras manque.", []),
        ("Une ouverture</b> manque</a>.", []),
        ("**Un gras   que deux paragraphes** coupent", []),
        ("<p>Un <b>gras</p><p>que deux</b> paragraphes coupent</p>", []),
        ("Un <b></b> mot ** ** vide <i> </i>", []),
        ("Un \\*mot\\* et `**cru**`", []),
    ],
)  # fmt: skip
def test_bold_and_italics(markdown: str, found: list[tuple[str, str]]) -> None:
    assert [(kind, words) for kind, words, _ in marks(markdown)] == found


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        (f"Voir [le **budget**]({SITE} 'titre').", [(SITE, "le budget")]),
        (f"Voir [le budget](<{SITE}>) et [lui][b].\n\n[b]: {SITE}2", [(SITE, "le budget"), (f"{SITE}2", "lui")]),
        (f"Voir [Budget].\n\n[budget]: {SITE}", [(SITE, "Budget")]),
        ("Voir [ici](https://a.example/?a=1&amp;b=\\_2_(c\\)).", [("https://a.example/?a=1&b=_2_(c)", "ici")]),
        (f"Voir {SITE}, ou <{SITE}>.", [(SITE, SITE), (SITE, SITE)]),
        ("Voir www.facebook.com/montclery ici", [("https://www.facebook.com/montclery", "www.facebook.com/montclery")]),
        (f'Voir <a class="x" href="{SITE}?a&amp;b" target=_blank>le budget</a>', [(f"{SITE}?a&b", "le budget")]),
        ("Voir <a href=mailto:mairie@montclery.example>la mairie</a>", [
            ("mailto:mairie@montclery.example", "la mairie"),
        ]),
        (f"Voir [le https://montclery.example/x ici]({SITE})", [(SITE, "le https://montclery.example/x ici")]),
        (f"[![La halle](halle.jpg)]({SITE}) Voir", []),
        # no addresses for readers
        ("[a](javascript:alert) [b](/ici) [c](about:blank) [d](data:x) [e](https://) [f](mailto:x) et//ou", []),
        ("<a>a</a> <a href='java\nscript:x'>b</a> <a href='javascript:x'>c</a>", []),
        # recordings are no links of the text
        ("Voir [la séance](https://youtu.be/Mc5_Halle_1?t=3), [là][s]\n\n[s]: https://youtu.be/Mc5_Halle_2", []),
        ("Voir <a href='https://youtu.be/Mc5_Halle_1'>la séance</a> https://montclery.example/seance.mp4", []),
    ],
)  # fmt: skip
def test_links(markdown: str, found: list[tuple[str, str]]) -> None:
    assert [(href, words) for kind, words, href in marks(markdown) if kind == "link"] == found


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        ("Sous le pont  \nla rivière\\\npasse<br>et *chante*", ["Sous le pont", "la rivière", "passe", "et chante"]),
        ("Sous le pont\nla rivière ", ["Sous le pont la rivière"]),
        ("Sous <br/>\n le pont<br><br>la rivière<br>", ["Sous", "le pont", "la rivière"]),
        ("> Sous le pont  \n> la rivière  ", ["Sous le pont", "la rivière"]),
        ("<p>Sous le pont  \n la rivière<BR />passe</p>", ["Sous le pont la rivière", "passe"]),
        ("Sous le pont **\\\n** la rivière", ["Sous le pont", "la rivière"]),
    ],
)
def test_lines_end_at_a_space_of_the_text(markdown: str, lines: list[str]) -> None:
    (block,) = find_blocks(markdown, 0)
    ends = [mark.chars for mark in block.content.marks if mark.kind == "break"]
    edges = [0, *(place for end in ends for place in end), len(block.text)]
    assert [block.text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)] == lines
    assert all(block.text[slice(*end)] == " " for end in ends)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_marks_stand_in_their_text_and_those_of_a_kind_never_overlap(markdown: str) -> None:
    for block in find_blocks(markdown, 0):
        ends: dict[str, int] = {}
        for mark in block.content.marks:
            start, end = mark.chars
            assert 0 <= start < end <= len(block.text)
            words = block.text[start:end]
            assert words == (" " if mark.kind == "break" else words.strip())
            assert start >= ends.get(mark.kind, 0)
            ends[mark.kind] = end
            assert (mark.href is not None) == (mark.kind == "link")
        order = [(mark.chars[0], -mark.chars[1]) for mark in block.content.marks]
        assert order == sorted(order)


@given(st.text(max_size=40))
def test_only_addresses_for_readers_become_links(address: str) -> None:
    for text in (address, f"javascript:{address}", f"http:{address}", f"\u0001https://a.example/{address}"):
        href = link_address(text)
        assert href is None or href.lower().startswith(("http://", "https://", "mailto:"))
