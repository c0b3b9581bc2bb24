"""What Whisper writes where nobody speaks: credits, farewells and marks go, what people say stays."""

from __future__ import annotations

import pytest

from aligner.model import Word
from aligner.sound.guards import drop_invented, drop_marks


def words_of(text: str) -> list[Word]:
    return [Word(form, k * 300, k * 300 + 300) for k, form in enumerate(text.split())]


def left_of(text: str) -> str:
    return " ".join(word.text for word in drop_invented(drop_marks(words_of(text))))


@pytest.mark.parametrize(
    "credit",
    [
        "Sous-titres réalisés para la communauté d'Amara.org",
        "Sous-titres réalisés par la communauté d’Amara.org",
        "Sous-titres réalisés par les SousTitres d'Amara.org",
        "Sous-titres fait par Sous-titres par Amara.org",
        "Sous-titres par l'Amara.org",
        "Cliquez-vous sur les sous-titres et abonnez-vous à la chaîne d'Amara.org",
        "❤️ par SousTitreur.com",
        "Sous-titrage ST' 501",
        "Sous-titrage ST'501",
        "– Sous-titrage FR 2021",
        "Sous-titrage FR ?",
        "Sous-titrage MFP.",
        "Sous-titrage Société Radio-Canada",
        "Sous-titrage fourni par la Société Radio-Canada",
        "Subtitles by the Amara.org community",
    ],
)
def test_a_credit_goes_wherever_it_stands(credit: str) -> None:
    assert left_of(credit) == ""
    assert left_of(f"La séance est levée. {credit}") == "La séance est levée."
    assert left_of(f"{credit} La séance est levée.") == "La séance est levée."


@pytest.mark.parametrize(
    "farewell",
    [
        "Merci d'avoir regardé cette vidéo !",
        "Merci à tous d'avoir regardé cette vidéo",
        "Merci d'avoir visionné cette vidéo, à bientôt pour une nouvelle vidéo.",
        "Merci d'avoir regardé cette vidéo, n'hésitez pas à vous abonner pour ne manquer aucune de mes vidéos",
        "Abonnez-vous à la chaîne !",
        "N'oubliez pas de vous abonner !",
    ],
)
def test_a_farewell_goes_where_nothing_else_is_said(farewell: str) -> None:
    assert left_of(farewell) == ""
    assert left_of(f"{farewell} Sous-titrage ST' 501") == ""
    said = f"Le vote aura lieu jeudi. {farewell}"
    assert left_of(said) == said


@pytest.mark.parametrize(
    "said",
    [
        "Le sous-titrage des séances sera confié à une société.",
        "Nous demandons le sous-titrage pour les personnes sourdes, comme à Radio-Canada.",
        "Sous titre un, article cinq cent un.",
        "Merci d'avoir suivi cette séance jusqu'au bout.",
        "Merci d'avoir regardé ce dossier de près.",
        "Merci.",
        "Abonnez-vous au bulletin municipal.",
        "À bientôt, madame Kervadec.",
    ],
)
def test_what_people_say_stays(said: str) -> None:
    assert left_of(said) == said


def test_marks_are_no_words() -> None:
    words = words_of("... La hausse – est de 12 % … & rien ♪♪ -- ❤️")
    assert [word.text for word in drop_marks(words)] == ["La", "hausse", "est", "de", "12", "%", "&", "rien"]
