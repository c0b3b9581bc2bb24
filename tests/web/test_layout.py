"""Layout: every published character is shown once, whatever the passages and the marks look like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import render_template_string
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.library import FinishedPost
from aligner.model import Block, Kind, Mark, Match, Media, Passage, Status
from aligner.store import Workspace
from web import create_app
from web.frame import the_library
from web.layout import LaidPost, Piece, lay_out
from web.outline import LaidItem, LaidList, nest

TEXT = "Le conseil vote. « Oui », dit-elle. Fin."
SET = "Le conseil vote. «\u00a0Oui\u00a0», dit-elle. Fin."
"""The same with the spaces of French typography."""
FILM = Media("youtube:Mc5Aulne001", "https://youtu.be/Mc5Aulne001", "youtube", "", None)
SITE = "https://montclery.example/deliberation"
PAGE = """
{% from "macros.html" import block, lists with context %}
{% for kind, blocks in page.groups %}
{% if kind == "item" %}{{ lists(blocks, false) }}{% else %}
{%- for laid in blocks %}<div>{{ block(laid, false) }}</div>{% endfor %}{% endif %}
{% endfor %}
"""


@pytest.fixture(scope="module", autouse=True)
def _request(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A viewer that answers a request, whose library `arrange` lays out with."""
    with create_app(Workspace(tmp_path_factory.mktemp("layout"))).test_request_context("/"):
        yield


def verdict(start: int, end: int, status: Status = Status.SPOKEN, kind: Kind = Kind.SPEECH) -> tuple[Passage, Match]:
    """A judged stretch of `TEXT`; its moment in seconds is its place in characters."""
    name = f"{start}-{end}"
    passage = Passage(name, kind, TEXT[start:end], None, None, 0, (start, end), (start, end))
    found = status is not Status.NOT_FOUND
    match = Match(name, status, 0.9, "une raison", said="des mots")
    if found:
        match = replace(match, media_id=FILM.id, start_ms=start * 1000, end_ms=end * 1000)
    return passage, match


def arrange(*verdicts: tuple[Passage, Match], blocks: tuple[Block, ...] = (Block("paragraph", 0, TEXT),)) -> LaidPost:
    coverage = {"passages": 0} | dict.fromkeys(Status, 0)
    post = FinishedPost("p", Path("p.json"), "Titre", None, None, blocks, (FILM,), verdicts, coverage)
    return lay_out(post, the_library(), media_address=str, poster_address=str)


def marked(*marks: Mark) -> tuple[Block, ...]:
    return (Block("paragraph", 0, TEXT, marks),)


def pieces(laid: LaidPost) -> tuple[Piece, ...]:
    return laid.groups[0][1][0].pieces


def show(laid: LaidPost) -> str:
    """The HTML of a post's text."""
    return render_template_string(PAGE, page=laid)


class Shown(HTMLParser):
    """The published characters of a page (what the viewer adds left out), and whether its elements stand in order."""

    OURS = ("aside", "note", "time")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.open: list[tuple[str, bool]] = []
        self.links: list[tuple[str, str]] = []
        """Where each published link leads, and its words."""
        self.in_link = False
        self.feed(page.replace(' <span class="aside', '<span class="aside').replace(" <small", "<small"))
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = (dict(attrs).get("class") or "").split()
        if tag == "br":
            return
        assert tag != "a" or all(other != "a" for other, _ in self.open), "a link in a link"
        self.open.append((tag, any(name in self.OURS for name in names)))
        self.in_link = self.in_link or "published" in names
        if "published" in names:
            self.links.append((dict(attrs)["href"] or "", ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag
        self.in_link = self.in_link and tag != "a"

    def handle_data(self, data: str) -> None:
        if any(ours for _, ours in self.open):
            return
        if any(tag == "div" for tag, _ in self.open):
            self.text += data
        if self.in_link:
            self.links[-1] = self.links[-1][0], self.links[-1][1] + data


stretches = st.tuples(
    st.integers(0, len(TEXT)), st.integers(0, len(TEXT)), st.sampled_from(Status), st.sampled_from(Kind)
).filter(lambda stretch: stretch[0] < stretch[1])
spans = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).filter(lambda span: span[0] < span[1])
kinds = st.sampled_from(["strong", "em", "link", "break"])
marks = st.builds(lambda kind, span: Mark(kind, span, SITE if kind == "link" else None), kinds, spans)


@given(st.lists(stretches, max_size=6, unique_by=lambda stretch: stretch[:2]), st.lists(marks, max_size=6))
@settings(deadline=None)
def test_every_character_is_shown_once_and_in_order(
    found: list[tuple[int, int, Status, Kind]], marks: list[Mark]
) -> None:
    laid = arrange(*(verdict(*stretch) for stretch in found), blocks=marked(*marks))
    assert "".join(piece.text for piece in pieces(laid)) == SET
    assert "".join(stretch.text for piece in pieces(laid) for stretch in piece.stretches) == SET
    assert Shown(show(laid)).text.removeprefix("\n") == SET  # the line after the margin's time


@given(st.lists(stretches, max_size=6, unique_by=lambda stretch: stretch[:2]), st.lists(marks, max_size=6))
@settings(deadline=None)
def test_every_placed_passage_with_words_can_be_played_whatever_links_the_author_made(
    found: list[tuple[int, int, Status, Kind]], marks: list[Mark]
) -> None:
    bare = pieces(arrange(*(verdict(*stretch) for stretch in found)))
    linked = pieces(arrange(*(verdict(*stretch) for stretch in found), blocks=marked(*marks)))

    def playable(shown: Sequence[Piece]) -> set[str | None]:
        words = (piece for piece in shown if not piece.published and any(map(str.isalnum, piece.text)))
        return {piece.passage for piece in words if piece.href and piece.role in ("spoken", "reworded")}

    assert playable(linked) == playable(bare)


def test_marks_cross_passages_and_passages_cross_marks() -> None:
    strong, em = Mark("strong", (3, 22)), Mark("em", (11, 40))
    page = show(arrange(verdict(0, 16), verdict(17, 35), blocks=marked(strong, em)))
    assert ">Le <strong>conseil </strong><strong><em>vote.</em></strong></a>" in page
    assert "<strong><em> </em></strong>" in page
    assert "><strong><em>«\u00a0Oui</em></strong><em>\u00a0», dit-elle.</em></a><em> Fin.</em>" in page


def test_a_published_link_keeps_its_words_inside_a_passage_that_plays() -> None:
    laid = arrange(verdict(0, 16), blocks=marked(Mark("link", (3, 10), SITE)))
    assert [(p.text, p.published, p.role, p.first, p.last) for p in pieces(laid)] == [
        ("Le ", None, "spoken", True, False),
        ("conseil", SITE, "spoken", False, False),
        (" vote.", None, "spoken", False, True),
        (SET[16:], None, "plain", False, False),
    ]
    page = show(laid)
    assert Shown(page).links == [(SITE, "conseil")]
    assert (
        'data-passage="0-16"><a class="published" href="https://montclery.example/deliberation" rel="noopener">' in page
    )


def test_a_published_link_around_all_the_words_of_a_passage_gives_way() -> None:
    linked = Mark("link", (0, 40), SITE)
    assert [(p.text, p.published) for p in pieces(arrange(verdict(17, 35), blocks=marked(linked)))] == [
        (SET[:17], SITE),
        (SET[17:35], None),
        (SET[35:], SITE),
    ]
    doubtful = pieces(arrange(verdict(17, 35, Status.UNCERTAIN), blocks=marked(linked)))
    assert [piece.published for piece in doubtful] == [SITE] * 3  # no link of ours stands on its words


@pytest.mark.parametrize("href", ["javascript:alert(1)", "//montclery.example", "/ici", "data:text/html,x", "", None])
def test_links_that_are_no_web_addresses_are_plain_text(href: str | None) -> None:
    laid = arrange(verdict(0, 16), blocks=marked(Mark("link", (3, 10), href)))
    assert [piece.published for piece in pieces(laid)] == [None, None]
    assert Shown(show(laid)).links == []


def test_an_address_cannot_break_out_of_its_attribute() -> None:
    href = 'https://montclery.example/"><script>alert(1)</script>'
    page = show(arrange(blocks=marked(Mark("link", (3, 10), href))))
    assert "<script>" not in page
    assert [unescape(link) for link, _ in Shown(page).links] == [href]


def test_lines_end_where_the_author_ended_them() -> None:
    page = show(arrange(verdict(0, 16), verdict(17, 35), blocks=marked(Mark("break", (2, 3)), Mark("break", (16, 17)))))
    assert ">Le <br>conseil vote.</a> <br><a " in page


def test_former_ids_are_anchors_just_before_the_passage_that_has_their_words() -> None:
    passage, match = verdict(17, 35)
    inner = verdict(19, 22, kind=Kind.QUOTE)
    edited = replace(passage, former=("b", 'a"'))
    page = show(arrange(verdict(0, 16), (edited, match), inner))
    anchors = '<span class="former" id="p=b"><span class="former" id="p=a&#34;"></span></span>'
    assert page.count(anchors) == 1
    assert f'{anchors}<a class="passage spoken" id="p=17-35"' in page


def test_a_quote_inside_a_sentence_wins_and_the_sentence_goes_on_after_it() -> None:
    laid = pieces(arrange(verdict(0, 35), verdict(19, 22, kind=Kind.QUOTE)))
    told = [(piece.text, piece.passage, piece.first, bool(piece.reason)) for piece in laid]
    assert told == [
        ("Le conseil vote. «\u00a0", "0-35", True, False),
        ("Oui", "19-22", True, True),
        ("\u00a0», dit-elle.", "0-35", False, True),
        (" Fin.", None, False, False),
    ]


def test_each_run_of_passages_not_found_has_one_note_with_its_length() -> None:
    missing = Status.NOT_FOUND
    laid = pieces(arrange(verdict(0, 16, missing), verdict(17, 24, missing), verdict(26, 35), verdict(36, 40, missing)))
    # the comma after the quote stands between the run and the next passage, and ends it
    found = [(piece.text, piece.unfound) for piece in laid if piece.unfound]
    assert found == [("«\u00a0Oui\u00a0»", 2), ("Fin.", 1)]


def test_headings_get_levels_without_a_gap_however_the_post_numbers_them() -> None:
    blocks = tuple(Block("heading", level, "Titre") for level in (3, 3, 5, 3, 1, 6, 4))
    assert [group[0].level for _, group in arrange(blocks=blocks).groups] == [2, 2, 3, 2, 2, 3, 3]


def test_empty_blocks_are_left_out_and_neighbours_keep_together() -> None:
    blocks = (
        Block("item", 0, "un"),
        Block("item", 0, "  "),
        Block("item", 0, "deux"),
        Block("paragraph", 0, "trois"),
        Block("paragraph", 0, "quatre"),
        Block("heading", 2, ""),
        Block("item", 0, "cinq"),
    )
    shape = [(kind, [block.pieces[0].text for block in group]) for kind, group in arrange(blocks=blocks).groups]
    assert shape == [("item", ["un", "deux"]), ("paragraph", ["trois"]), ("paragraph", ["quatre"]), ("item", ["cinq"])]


def item(text: str, depth: int = 1, number: int | None = None, *, continues: bool = False) -> Block:
    return Block("item", depth, text, (), number, continues)


def told(lists: Sequence[LaidList]) -> list[object]:
    """Lists as their starts and their items; an inner list is a list."""

    def parts(found: LaidItem) -> list[object]:
        return [told([part]) if isinstance(part, LaidList) else part.pieces[0].text for part in found.parts]

    return [entry for found in lists for entry in (found.start, *map(parts, found.items))]


def outline(*blocks: Block) -> list[object]:
    ((_, group),) = arrange(blocks=blocks).groups
    return told(nest(group))


def test_items_make_lists_inside_lists_that_keep_their_numbers() -> None:
    blocks = (
        item("trois", 1, 3),
        item("suite", 1, continues=True),
        item("a", 2),
        item("i", 3, 1),
        item("b", 2),
        item("fin", 1, continues=True),
        item("quatre", 1, 4),
        item("neuf", 1, 9),
        item("puce"),
    )
    assert outline(*blocks) == [
        3, ["trois", "suite", [None, ["a", [1, ["i"]]], ["b"]], "fin"], ["quatre"],
        9, ["neuf"],
        None, ["puce"],
    ]  # fmt: skip


def test_items_of_older_files_are_one_list() -> None:
    assert outline(item("un", 0), item("deux", 0)) == [None, ["un"], ["deux"]]


def test_a_list_that_begins_deep_loses_nothing() -> None:
    assert outline(item("b", 2), item("a", 1), item("c", 2, continues=True)) == [None, ["b"], ["a", [None, ["c"]]]]


def test_lists_are_shown_with_their_numbers() -> None:
    page = show(arrange(blocks=(item("un", 1, 1), item("a", 2), item("deux", 1, 2), item("suite", 1, continues=True))))
    assert "<ol><li>un<ul><li>a</li></ul></li><li>deux<p>suite</p></li></ol>" in page
    assert '<ol start="3"><li>trois</li></ol>' in show(arrange(blocks=(item("trois", 1, 3),)))


@given(st.lists(st.tuples(st.integers(0, 4), st.none() | st.integers(0, 3), st.booleans()), min_size=1, max_size=8))
@settings(deadline=None)
def test_no_item_is_lost_or_moved(found: list[tuple[int, int | None, bool]]) -> None:
    blocks = tuple(item(str(n), depth, number, continues=more) for n, (depth, number, more) in enumerate(found))
    ((_, group),) = arrange(blocks=blocks).groups

    def texts(lists: Sequence[LaidList]) -> Iterator[str]:
        for part in (part for found in lists for item in found.items for part in item.parts):
            if isinstance(part, LaidList):
                yield from texts([part])
            else:
                yield part.pieces[0].text

    assert list(texts(nest(group))) == [str(n) for n in range(len(found))]


def test_an_end_before_its_start_is_no_negative_length() -> None:
    passage, match = verdict(0, 16)
    wrong = Match(match.passage_id, match.status, 0.9, "", FILM.id, 5_000, 4_000)
    piece = pieces(arrange((passage, wrong)))[0]
    assert (piece.start_ms, piece.end_ms) == (5_000, 5_000)
