"""Addresses that were given away: an edited passage is known again by its words, and no other is taken for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from aligner.model import KnownPassage, Post
from aligner.text.former import carry_ids
from aligner.text.passages import identify
from aligner.text.read import read_post

HALLE = "La halle du marché couvert sera rénovée dès le printemps prochain par des artisans de la vallée."
PONT = "Le pont de la rue des Tanneurs restera fermé aux voitures pendant toute la durée des travaux."
VOTE = "La délibération numéro sept a été adoptée à l’unanimité."


def post(tmp_path: Path, *sentences: str) -> Post:
    path = tmp_path / "halle.md"
    path.write_text("Prise de parole de Jeanne Morel :\n\n" + "\n\n".join(sentences), encoding="utf-8")
    return read_post(path)


def known(*sentences: str) -> list[KnownPassage]:
    return [KnownPassage(identify(sentence), sentence, ()) for sentence in sentences]


def former(found: Post) -> dict[str, tuple[str, ...]]:
    return {passage.text: passage.former for passage in found.passages if passage.former}


@pytest.mark.parametrize(
    "edited",
    [
        "La halle du marché couvert sera rénovée dès le printemps 2026 par des artisans de la vallée.",
        "La halle du marché sera rénovée dès le printemps prochain par les artisans de notre vallée !",
        "Oui, la halle du marché couvert sera entièrement rénovée dès le printemps par des artisans de la vallée.",
        "La halle du marché couvert sera rénovée dès le printemps prochain.",  # its first half
        f"Chères et chers collègues, après dix ans de débats, je suis heureuse de vous l’annoncer ce soir : {HALLE}",
    ],
)
def test_an_edited_sentence_keeps_its_address(tmp_path: Path, edited: str) -> None:
    carried = carry_ids(post(tmp_path, PONT, edited), known(HALLE, PONT))
    assert former(carried) == {edited: (identify(HALLE),)}


@pytest.mark.parametrize(
    "other",
    [
        "La halle aux grains sera vendue dès cet hiver, et le produit ira à la rénovation de l’école de la vallée.",
        "Le marché couvert.",
        "Par des artisans de la vallée.",
        PONT,
    ],
)
def test_a_sentence_that_is_gone_is_forgotten(tmp_path: Path, other: str) -> None:
    assert former(carry_ids(post(tmp_path, other), known(HALLE))) == {}


def test_only_new_sentences_are_taken_for_one_that_is_gone(tmp_path: Path) -> None:
    eight = VOTE.replace("sept", "huit")
    assert former(carry_ids(post(tmp_path, VOTE), known(VOTE, eight))) == {}


def test_of_sentences_alike_the_likest_and_then_the_nearest_is_it(tmp_path: Path) -> None:
    old = [VOTE, VOTE.replace("sept", "huit"), VOTE.replace("sept", "neuf")]
    new = [sentence.replace("adoptée", "votée") for sentence in old]
    carried = carry_ids(post(tmp_path, *new), known(*old))
    assert former(carried) == {after: (identify(before),) for before, after in zip(old, new, strict=True)}


def test_two_sentences_that_became_one_lead_to_it_and_one_that_became_two_to_its_beginning(tmp_path: Path) -> None:
    both = f"{HALLE[:-1]}, et {PONT[0].lower()}{PONT[1:]}"
    ids = (identify(HALLE), identify(PONT))
    assert former(carry_ids(post(tmp_path, both), known(HALLE, PONT))) == {both: ids}
    assert former(carry_ids(post(tmp_path, HALLE, PONT), known(both))) == {HALLE: (identify(both),)}


def test_a_sentence_published_once_less_leads_to_the_one_that_stays(tmp_path: Path) -> None:
    twice = [*known(HALLE), KnownPassage(f"{identify(HALLE)}-2", HALLE, ("plus-tot",))]
    assert former(carry_ids(post(tmp_path, HALLE), twice)) == {HALLE: (f"{identify(HALLE)}-2", "plus-tot")}


def test_chains_of_edits_hold_and_an_id_that_is_back_is_no_former_one(tmp_path: Path) -> None:
    texts = [HALLE, HALLE.replace("prochain", "2026"), HALLE.replace("prochain", "2027"), HALLE]
    ids = [identify(text) for text in texts]
    found = post(tmp_path, texts[0])
    told = []
    for text in texts[1:]:
        before = [KnownPassage(passage.id, passage.text, passage.former) for passage in found.passages]
        found = carry_ids(post(tmp_path, text), before)
        told.append(former(found)[text])
    assert told == [(ids[0],), (ids[1], ids[0]), (ids[2], ids[1])]


def test_nothing_changes_for_a_post_that_was_not_edited(tmp_path: Path) -> None:
    found = post(tmp_path, HALLE, PONT)
    before = [KnownPassage(passage.id, passage.text, passage.former) for passage in found.passages]
    assert carry_ids(found, before) == found
    assert carry_ids(found, []) == replace(found)
