"""Layout: every published character is shown once, whatever the passages look like."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from aligner.model import Block, Kind, Match, Media, Passage, Status
from aligner.store import Workspace
from web.layout import LaidPost, Piece, lay_out
from web.library import FinishedPost, Library

TEXT = "Le conseil vote. « Oui », dit-elle. Fin."
FILM = Media("youtube:Mc5Aulne001", "https://youtu.be/Mc5Aulne001", "youtube", "", None)


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
    return lay_out(post, Library(Workspace(Path("nowhere"))), media_address=str, poster_address=str)


def pieces(laid: LaidPost) -> tuple[Piece, ...]:
    return laid.groups[0][1][0].pieces


stretches = st.tuples(
    st.integers(0, len(TEXT)), st.integers(0, len(TEXT)), st.sampled_from(Status), st.sampled_from(Kind)
).filter(lambda stretch: stretch[0] < stretch[1])


@given(st.lists(stretches, max_size=6, unique_by=lambda stretch: stretch[:2]))
def test_every_character_is_shown_once_and_in_order(found: list[tuple[int, int, Status, Kind]]) -> None:
    assert "".join(piece.text for piece in pieces(arrange(*(verdict(*stretch) for stretch in found)))) == TEXT


def test_a_quote_inside_a_sentence_wins_and_the_sentence_goes_on_after_it() -> None:
    laid = pieces(arrange(verdict(0, 35), verdict(19, 22, kind=Kind.QUOTE)))
    told = [(piece.text, piece.passage, piece.first, bool(piece.reason)) for piece in laid]
    assert told == [
        ("Le conseil vote. « ", "0-35", True, False),
        ("Oui", "19-22", True, True),
        (" », dit-elle.", "0-35", False, True),
        (" Fin.", None, False, False),
    ]


def test_each_run_of_passages_not_found_has_one_note_with_its_length() -> None:
    missing = Status.NOT_FOUND
    laid = pieces(arrange(verdict(0, 16, missing), verdict(17, 24, missing), verdict(26, 35), verdict(36, 40, missing)))
    # the comma after the quote stands between the run and the next passage, and ends it
    assert [(piece.text, piece.unfound) for piece in laid if piece.unfound] == [("« Oui »", 2), ("Fin.", 1)]


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


def test_an_end_before_its_start_is_no_negative_length() -> None:
    passage, match = verdict(0, 16)
    wrong = Match(match.passage_id, match.status, 0.9, "", FILM.id, 5_000, 4_000)
    piece = pieces(arrange((passage, wrong)))[0]
    assert (piece.start_ms, piece.end_ms) == (5_000, 5_000)
