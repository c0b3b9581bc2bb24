"""Blocks of plain text, and the place of every character in the source."""

from __future__ import annotations

import pytest

from aligner.text.markdown import TextBlock, find_blocks


def texts(markdown: str) -> list[str]:
    return [block.text for block in find_blocks(markdown, 0)]


def one(markdown: str) -> TextBlock:
    (block,) = find_blocks(markdown, 0)
    return block


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("Une **halle** _neuve_, ***ici***.", "Une halle neuve, ici."),
        ("La [halle **neuve**](https://a.example/b_(c) 'titre')s et [le pont][p].\n\n[p]: https://a.example", None),
        ("Agir &amp; dire&nbsp;: l’&eacute;t&#233;", "Agir & dire\u00a0: l’été"),
        ("1\\. Agir, \\*ici\\*", "1. Agir, *ici*"),
        ("Un saut  \nde ligne\\\nou deux\nou trois", "Un saut de ligne ou deux ou trois"),
        ("Du `code **cru**` et ``un ` seul``", "Du code **cru** et un ` seul"),
        ("Un mot <b>gras</b><br>et <span class='a'>autre</span>", "Un mot gras et autre"),
        ("Avant<script>alert('non')</script> après <!-- rien --> fin", "Avant après fin"),
        ("Une image ![la halle](/a b.jpg) et ![x](y.png 'z')fin", "Une image et fin"),
        ("![x](a.png", "![x](a.png"),
        ("Un [crochet], un trou […] et [ici] (non)", "Un [crochet], un trou […] et [ici] (non)"),
        ("Fin.[](about:blank)", "Fin."),
        ("Voir https://montclery.example/a_b_c, ou pas", "Voir https://montclery.example/a_b_c, ou pas"),
        ("Voir <https://montclery.example/a_b> ici", "Voir https://montclery.example/a_b ici"),
        ("Avant https://youtu.be/Mc5_Halle_1?t=27 après", "Avant après"),
        ("Avant [embed]https://youtu.be/Mc5_Halle_1[/embed] après", "Avant après"),
        ('Avant [arve url="https://youtu.be/Mc5_Halle_1" x="16:9" /] après', "Avant après"),
        ('Avant [gallery columns="2" ids="1,2"] après', "Avant après"),
        ("Avant {{< youtube Mc5_Halle_1 >}} après", "Avant après"),
        ("[Vidéo] La [video] reste ? [Audio]", "[Vidéo] La reste ? [Audio]"),
        ("A\u00a0: B\u202f! \u00a0C  D", "A\u00a0: B\u202f! \u00a0C D"),
        ("Une étoile * et *deux", "Une étoile * et *deux"),
        ("a_b_c, _d_, e__f", "a_b_c, d, ef"),
        ("Des chiffres : 2 < 3 et 4 > 1 & c’est tout", "Des chiffres : 2 < 3 et 4 > 1 & c’est tout"),
    ],
)
def test_markup_is_dropped_and_words_are_kept(markdown: str, text: str | None) -> None:
    assert one(markdown).text == (text or "La halle neuves et le pont.")


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("Elles s’élèvent à**3,6 millions d’euros** , en hausse", "Elles s’élèvent à 3,6 millions d’euros , en hausse"),
        ("Les**moyens de** **planter** ,**la rivière**", "Les moyens de planter , la rivière"),
        ("Terminés.**Les travaux !** ****", "Terminés. Les travaux !"),
        ("et d**ès mardi** , **Auré****lie** part", "et dès mardi , Aurélie part"),
        ("Moins **de****12%** du total", "Moins de 12% du total"),
        ('"**Une fin de gras manque.', '"Une fin de gras manque.'),
        ("Une ouverture manque.**", "Une ouverture manque."),
        ("projets_ ___:**Planter** , et", "projets : Planter , et"),
    ],
)
def test_damaged_bold(markdown: str, text: str) -> None:
    assert one(markdown).text == text


def test_kinds_and_levels_of_blocks() -> None:
    markdown = """# Titre #

Souligné
--------

Paragraphe
sur deux lignes.

- un
- deux

  suite
  1. 1

> cité
> > encore

####

****

    retrait
"""
    blocks = [(block.kind, block.level, block.text) for block in find_blocks(markdown, 0)]
    assert blocks == [
        ("heading", 1, "Titre"),
        ("heading", 2, "Souligné"),
        ("paragraph", 0, "Paragraphe sur deux lignes."),
        ("item", 1, "un"),
        ("item", 1, "deux"),
        ("item", 1, "suite"),
        ("item", 2, "1"),
        ("blockquote", 0, "cité"),
        ("blockquote", 0, "encore"),
        ("paragraph", 0, "retrait"),
    ]


def test_items_keep_their_numbers_and_further_paragraphs_their_item() -> None:
    markdown = """3. trois
1. quatre

   suite

   - a
   - b

   fin
10) dix
- https://youtu.be/Mc5_Halle_1

  puce
> 1. cité
"""
    items = [(block.kind, block.level, block.number, block.continues, block.text) for block in find_blocks(markdown, 0)]
    assert items == [
        ("item", 1, 3, False, "trois"),
        ("item", 1, 4, False, "quatre"),
        ("item", 1, None, True, "suite"),
        ("item", 2, None, False, "a"),
        ("item", 2, None, False, "b"),
        ("item", 1, None, True, "fin"),
        ("item", 1, 10, False, "dix"),
        ("item", 1, None, False, ""),
        ("item", 1, None, False, "puce"),
        ("item", 1, 1, False, "cité"),
    ]


def test_an_item_that_begins_with_a_recording_keeps_its_number() -> None:
    blocks = find_blocks("7. https://youtu.be/Mc5_Halle_1\n\n   sept", 0)
    assert [(block.text, block.number, block.continues) for block in blocks] == [("", None, False), ("sept", 7, False)]


def test_runs_of_three_spaces_are_the_paragraphs_of_a_one_line_article() -> None:
    assert texts("Un.   **Deux.** Encore  deux.\t  \u00a0Trois.   \n   Suite.") == [
        "Un.",
        "Deux. Encore deux.",
        "Trois. Suite.",
    ]


def test_html_blocks_give_their_paragraphs() -> None:
    html = "<div>\n<p>Un <b>mot</b>.</p>\n<p>Deux&nbsp;!<br>Trois</p>\n<style>p { color: red }</style>\n</div>"
    html += "\n\n<p>Quatre"
    assert texts(html) == ["Un mot.", "Deux\u00a0! Trois", "Quatre"]


def test_a_recording_alone_leaves_an_empty_block() -> None:
    blocks = find_blocks(
        "https://youtu.be/Mc5_Halle_1\n\n[gallery ids='1']\n\nTexte [vu](https://youtu.be/Mc5_Halle_1).", 0
    )
    assert [(block.text, block.content.has_recording) for block in blocks] == [("", True), ("Texte vu.", True)]


def test_links_are_known() -> None:
    content = one("Voir [la halle](https://a.example) ou https://b.example.").content
    linked = "".join(sign for sign, is_linked in zip(content.text, content.linked, strict=True) if is_linked)
    assert linked == "la hallehttps://b.example"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_places_survive_marks_indentation_and_line_ends(newline: str) -> None:
    source = newline.join(
        ["xxx", "1. 1 un", "2. - un", "     suite", "", "> > cité", "> suite", "", "## deux ##", "", "A &amp; B\\* _c_"]
    )
    body = source[3 + len(newline) :]
    for block in find_blocks(body, 3 + len(newline)):
        for sign, (start, end) in zip(block.text, block.content.spans, strict=True):
            raw = source[start:end]
            assert raw == sign or (sign == " " and raw.isspace()) or raw in ("&amp;", "\\*"), (block.text, sign, raw)


def test_odd_spaces_above_a_paragraph_do_not_shift_it() -> None:
    source = "\u00a0\n\u2003\nTexte suivi.\n"
    assert one(source).content.source_chars(0, 12) == (4, 16)


def test_spans_cover_entities_and_markup_inside() -> None:
    source = "La **hal**le &laquo;&nbsp;neuve&nbsp;&raquo;"
    content = one(source).content
    assert content.text == "La halle «\u00a0neuve\u00a0»"
    assert source[slice(*content.source_chars(3, 8))] == "hal**le"
    assert source[slice(*content.source_chars(9, 18))] == "&laquo;&nbsp;neuve&nbsp;&raquo;"
