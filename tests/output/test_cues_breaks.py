"""Where French subtitle text may be broken."""

from __future__ import annotations

from itertools import pairwise

import pytest

from aligner.output.breaks import APART, break_price, cut_pieces, set_lines


def prices(text: str) -> dict[str, int]:
    """The price of each break, by the word before it."""
    return {left.text: break_price(left, right) for left, right in pairwise(cut_pieces(text))}


def lines(text: str) -> tuple[str, ...] | None:
    pieces = cut_pieces(text)
    layout = set_lines(pieces, [break_price(left, right) for left, right in pairwise(pieces)])
    return layout and layout[1]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("voter la délibération", "la"),  # article and noun
        ("prendre l’ autre route", "l’"),
        ("selon nos engagements", "nos"),
        ("toutes les écoles", "toutes"),
        ("chauffer 16 classes", "16"),  # number and unit
        ("coûter trois millions d’euros", "trois"),
        ("coûter trois millions d’euros", "millions"),
        ("le 12 juin 2025", "juin"),
        ("aujourd’hui nous votons", "nous"),  # pronoun and verb
        ("je crois qu’il viendra", "qu’il"),
        ("demain je ne voterai", "ne"),
        ("nous avons voté", "avons"),  # auxiliary
        ("saluer Claire Vasseur ici", "Claire"),  # name parts
        ("saluer M. Vasseur ici", "M."),
        ("saluer Mme Vasseur ici", "Mme"),
        ("saluer A. Vasseur ici", "A."),
        ("travailler pour demain", "pour"),  # preposition and complement
        ("le pain et le vin", "et"),
        ("1. voter le budget", "1."),
        ("un\u00a0espace dur", "un"),  # a published space that does not break
        ("un\u202fespace dur", "un"),
        ("oser :ainsi dire", "oser"),
    ],
)
def test_what_belongs_together_is_dear_to_part(text: str, left: str) -> None:
    assert prices(text)[left] >= APART


def test_the_better_the_place_the_cheaper_the_break() -> None:
    of = prices(
        "Il vient. Elle part ; nous restons, amis et voisins venus sans hâte fêter Jean hier matin chez le maire"
    )
    ladder = [of[word] for word in ("vient.", "part\u00a0;", "restons,", "amis", "venus", "hier", "le")]
    assert ladder == sorted(ladder)
    assert len(set(ladder)) == len(ladder)


def test_a_full_stop_that_does_not_end_a_sentence_is_no_sentence_break() -> None:
    assert prices("Quoi ! dit-il alors")["Quoi\u00a0!"] > prices("Quoi ! Dit-il alors")["Quoi\u00a0!"] == 0


@pytest.mark.parametrize(
    ("published", "pieces"),
    [
        ("Vraiment ? Oui !", ["Vraiment\u00a0?", "Oui\u00a0!"]),
        ("Vraiment? Oui!", ["Vraiment?", "Oui!"]),  # published without a space: no space is put in
        ("le « bien commun » d’abord", ["le", "«\u00a0bien", "commun\u00a0»", "d’abord"]),
        ("le «\u202fbien\u202f» :", ["le", "«\u00a0bien\u00a0»\u00a0:"]),
        ("12\u202f500 € et 3 %", ["12", "500\u00a0€", "et", "3\u00a0%"]),
        ("bravo 👏 – merci", ["bravo 👏", "– merci"]),
        ("– Bonjour", ["– Bonjour"]),
        ("le plan – voté hier – est prêt", ["le", "plan", "– voté", "hier –", "est", "prêt"]),
        ("a\tb\r\n\n c\x00d\u2028e", ["a", "b", "c", "d", "e"]),
        ("", []),
    ],
)
def test_pieces(published: str, pieces: list[str]) -> None:
    assert [piece.text for piece in cut_pieces(published)] == pieces


def test_a_piece_knows_where_it_stands_in_the_published_text() -> None:
    text = "Dire « oui » demain"
    assert [text[slice(*piece.chars)] for piece in cut_pieces(text)] == ["Dire", "« oui »", "demain"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Une seule ligne quand elle tient, voilà.", ("Une seule ligne quand elle tient, voilà.",)),
        (  # after punctuation rather than in the middle
            "La cantine reste à un euro, et les parents le savent.",
            ("La cantine reste à un euro,", "et les parents le savent."),
        ),
        (  # before a conjunction
            "Les agents qui servent nos enfants et préparent leurs repas",
            ("Les agents qui servent nos enfants", "et préparent leurs repas"),
        ),
        (  # bottom-heavy between equals
            "remercier chaleureusement toutes personnes présentes",
            ("remercier chaleureusement", "toutes personnes présentes"),
        ),
        (  # no orphan, though the comma is there
            "Les travaux sont bientôt tous terminés, ouf.",
            ("Les travaux sont bientôt", "tous terminés, ouf."),
        ),
        ("a" * 43, ("a" * 43,)),
        (f"voir {'b' * 60}", ("voir", "b" * 60)),
    ],
)
def test_lines(text: str, expected: tuple[str, ...]) -> None:
    assert lines(text) == expected


def test_more_than_two_lines_hold_is_refused() -> None:
    assert lines("le budget de la commune " * 5) is None
    assert lines(f"un {'b' * 60} deux") is None
