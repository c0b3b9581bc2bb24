"""Quotes looked up in a small workspace: where they were said, how exactly, by whom, where that is published."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from aligner.errors import UsageError
from aligner.finding import FoundPlace, find_quote
from aligner.library import Library
from aligner.library.sounds import count_rows, name_run
from aligner.model import Media, Status
from aligner.output.differences import SAID, UNPUBLISHED, UNSAID
from aligner.store import Workspace
from tests.library.conftest import JUNE, MARCH, Said, hear, publish

HEARD_JUNE = (
    "Mes chers collègues, la séance est ouverte. Le marché couvert a plus de cent ans et ses murs tiennent debout. "
    "Nous ne laisserons pas la halle fermer, quoi qu'en dise la préfecture. Je vous remercie de votre attention. "
    "Le logement social est une priorité de la commune de Montcléry."
)
HEARD_MARCH = (
    "Nous planterons douze tilleuls sur la place du Lavoir avant l'hiver. L'éclairage coûtera 63 500 euros. "
    "Je vous remercie de votre attention. La fontaine coulera de nouveau au printemps prochain."
)
OLD = Media(
    "youtube:Vieux000001", "https://youtu.be/Vieux000001", "youtube", "Conseil ancien", 90_000, date="2019-01-24"
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    found = Workspace(tmp_path)
    publish(
        found,
        "halle",
        [Said("Nous ne laisserons pas la halle fermer.", word_start("Nous ne"), word_start("quoi qu"))],
        title="Rénover la halle",
    )
    publish(
        found,
        "lavoir",
        [Said("Nous allons planter douze tilleuls.", 1_000, 3_000, Status.REWORDED, "Karim Le Goff", media=MARCH)],
        title="La place du Lavoir",
        media=(MARCH,),
    )
    hear(found, JUNE, HEARD_JUNE)
    hear(found, MARCH, HEARD_MARCH)
    hear(found, OLD, "La séance du vingt-quatre janvier est ouverte, le quorum est atteint.")
    return Library(found)


def only(library: Library, quote: str) -> FoundPlace:
    (place,) = find_quote(library, quote).places
    return place


def test_words_as_they_were_said_are_found_word_for_word_at_their_moment(library: Library) -> None:
    place = only(library, "la halle fermer, quoi qu'en dise la préfecture")
    assert (place.media_id, place.manner, place.turned) == (JUNE.id, "exact", None)
    assert (place.start_ms, place.end_ms) == (word_start("la halle"), word_start("Je vous remercie") - 620)
    assert place.said == "la halle fermer, quoi qu'en dise la préfecture."
    assert place.confidence > 0.9


def word_start(words: str) -> int:
    """When words of `HEARD_JUNE` begin, by the clock of `hear`: 400 ms a word, 600 ms more after a sentence."""
    before = HEARD_JUNE[: HEARD_JUNE.index(words)].split()
    return 1_000 + sum(1_000 if word[-1] in ".?!" else 400 for word in before)


def test_what_differs_is_told_word_by_word(library: Library) -> None:
    place = only(library, "le vieux marché couvert a plus de cent ans, ses murs tiennent encore debout")
    fates = [(run.text, run.fate) for run in place.runs]
    assert ("vieux", UNSAID) in fates
    assert ("encore", UNSAID) in fates
    assert ("et", UNPUBLISHED) in fates
    assert " ".join(text for text, fate in fates if fate == SAID).startswith("le marché couvert")
    assert place.manner == "close"


def test_a_speaker_and_the_passage_that_publishes_it_are_told_where_a_post_has_them(library: Library) -> None:
    place = only(library, "nous ne laisserons pas la halle fermer")
    assert place.speaker == "Jeanne Morel"
    (post,) = place.published
    assert (post.slug, post.passage_id, post.status, post.quoted) == ("halle", "halle-0", Status.SPOKEN, True)
    reworded = only(library, "nous planterons douze tilleuls sur la place du Lavoir")
    assert reworded.speaker == "Karim Le Goff"
    assert [(one.status, one.quoted) for one in reworded.published] == [(Status.REWORDED, False)]


def test_words_that_no_post_has_have_no_known_speaker(library: Library) -> None:
    place = only(library, "le logement social est une priorité de la commune de Montcléry")
    assert (place.speaker, place.published) == (None, ())


def test_the_day_is_the_recordings_own_and_never_that_of_a_post(library: Library) -> None:
    assert only(library, "la séance du 24 janvier est ouverte, quorum atteint").day == dt.date(2019, 1, 24)
    assert only(library, "nous ne laisserons pas la halle fermer").day is None


def test_every_place_of_words_said_twice_is_told(library: Library) -> None:
    found = find_quote(library, "je vous remercie de votre attention")
    assert {place.media_id for place in found.places} == {JUNE.id, MARCH.id}
    assert all(place.manner == "exact" for place in found.places)
    assert not found.more
    one = find_quote(library, "je vous remercie de votre attention", limit=1)
    assert len(one.places) == 1
    assert one.more


def test_a_newspapers_cut_is_found_as_its_parts_in_order(library: Library) -> None:
    place = only(library, "« Le marché couvert a plus de cent ans […] le logement social est une priorité »")
    assert place.said.startswith("Le marché couvert a plus de cent ans")
    assert place.said.endswith("Le logement social est une priorité")
    assert "[…]" in place.said
    turned_round = find_quote(
        library, "« Le logement social est une priorité […] le marché couvert a plus de cent ans »"
    )
    assert turned_round.places == () or turned_round.places[0].manner != "exact"


@pytest.mark.parametrize(
    ("quote", "said"),
    [
        ("l'éclairage coûtera 63 500 €", True),
        ("l’éclairage coûtera soixante-trois mille cinq cents euros", True),
        ("L'éclérage coûtera 63500 euros", True),
        ("nous fermerons la piscine municipale dès le mois prochain", False),
        ("la priorité de la commune est de vendre le marché aux enchères", False),
    ],
)
def test_numbers_and_misspelt_words_are_found_and_other_sentences_are_not(
    library: Library, quote: str, said: bool
) -> None:
    assert find_quote(library, quote).is_said is said


def test_a_negation_that_was_not_said_is_named_and_the_words_are_not_called_close(library: Library) -> None:
    found = find_quote(library, "nous planterons pas douze tilleuls sur la place du Lavoir avant l'hiver")
    (place,) = (*found.places, *found.near)
    assert (place.turned, place.manner) == ("pas", "part")


def test_a_word_that_was_said_in_part_is_told_as_another_word(library: Library) -> None:
    place = only(library, "nous planterons douze tilleuls-nains sur la place du Lavoir avant l'hiver")
    assert [(run.text, run.fate) for run in place.runs][:3] == [
        ("nous planterons douze", SAID),
        ("tilleuls-nains", UNSAID),
        ("tilleuls", UNPUBLISHED),
    ]
    found = find_quote(library, "L'éclairage coûtera 82 500 euros. Je vous remercie de votre attention")
    other = (*found.places, *found.near)[0]
    assert (other.turned, other.manner) == ("82", "part")
    runs = [(run.text, run.fate) for run in other.runs]
    assert ("82", UNSAID) in runs
    assert ("63", UNPUBLISHED) in runs


def test_what_was_never_said_is_told_with_how_much_was_heard(library: Library) -> None:
    found = find_quote(library, "les pompiers de Brévilliers achèteront trois hélicoptères japonais")
    assert not found.is_said
    assert found.sessions == 3
    assert found.words == len(HEARD_JUNE.split()) + len(HEARD_MARCH.split()) + 11
    assert 30_000 < found.heard_ms < 60_000


def test_one_persons_words_alone_can_be_asked_for(library: Library) -> None:
    quote = "nous ne laisserons pas la halle fermer"
    assert find_quote(library, quote, speaker="morel").speaker == "Jeanne Morel"
    assert find_quote(library, quote, speaker="Jeanne Morel").is_said
    assert not find_quote(library, quote, speaker="Karim Le Goff").is_said


def test_a_name_that_nobody_has_is_refused_with_the_nearest(library: Library) -> None:
    with pytest.raises(UsageError, match="Did you mean Jeanne Morel"):
        find_quote(library, "la halle", speaker="Jeanne Moral")


def test_a_transcript_that_is_heard_again_takes_the_old_words_with_it(library: Library) -> None:
    quote = "nous ne laisserons pas la halle fermer quoi qu'en dise la préfecture"
    assert find_quote(library, quote).is_said
    hear(library.workspace, JUNE, "On n'entend plus ici que le bruit du vent dans les arbres de la place.")
    library.refresh(force=True)
    assert not find_quote(library, quote).is_said
    assert find_quote(library, "on n'entend plus que le bruit du vent dans les arbres").is_said

    assert library.ask(lambda db: count_rows(db, [name_run("fErmE")])) == {name_run("fErmE"): 0}


def test_nothing_heard_is_no_answer(tmp_path: Path) -> None:
    found = find_quote(Library(Workspace(tmp_path)), "nous voterons ce budget")
    assert (found.sessions, found.words, found.places, found.near) == (0, 0, (), ())
