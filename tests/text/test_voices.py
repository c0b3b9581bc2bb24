"""Signs of who speaks: names, reporting verbs, the council as a subject, the first person."""

from __future__ import annotations

import pytest

from aligner.text.voices import (
    Evidence,
    find_credit,
    find_names,
    find_reporters,
    find_speaker,
    is_name,
    is_summary,
    weigh,
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Enfin, Nadia Ferrand et Jean-Louis Le Guen parlent.", ["Nadia Ferrand", "Jean-Louis Le Guen"]),
        ("Pour Paul Lestrade, l’avis d’Inès Carpentier-Roy", ["Paul Lestrade", "Inès Carpentier-Roy"]),
        ("Léonie D’Aulne, Rémi L’Huillier et Zoé Moncond’huy", ["Zoé Moncond’huy"]),
        ("Le Conseil Municipal, Grand Aulne, Montcléry Collectif, Saint-Mesmin Centre", []),
        ("La Maire et Théo", []),
    ],
)
def test_full_names_of_people(text: str, names: list[str]) -> None:
    found = find_names(text)
    assert [name for name, _ in found] == names
    assert [text[start:end] for _, (start, end) in found] == names


@pytest.mark.parametrize(
    ("text", "reporters"),
    [
        ("Nadia Ferrand rappelle que tout va bien.", ["Nadia Ferrand"]),
        ("Nadia Ferrand a également, elle, souligné l’urgence.", ["Nadia Ferrand"]),
        ("Paul Lestrade, adjoint à l’eau, a ensuite tenu à répondre.", ["Paul Lestrade"]),
        ("Paul Lestrade (élu d’opposition) s’alarme d’un retard.", ["Paul Lestrade"]),
        ("Inès Carpentier et Paul Lestrade sont intervenus.", ["Inès Carpentier", "Paul Lestrade"]),
        ("Pour citer Paul Lestrade, tout va mal.", ["Paul Lestrade"]),
        ("Nadia Ferrand travaille avec Paul Lestrade, et rappelle la règle.", []),
        ("Montcléry Collectif rappelle la règle.", []),
    ],
)
def test_names_with_a_reporting_verb(text: str, reporters: list[str]) -> None:
    assert [name for name, _ in find_reporters(text)] == reporters


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("La lectrice présente son livre.", (1, 0, 0, 0)),
        ("La Maire de Montcléry est revenue sur la séance.", (1, 0, 0, 0)),
        ("L’intervention de Paul Lestrade portait sur l’eau.", (1, 0, 0, 0)),
        ("Elle conclut que rien ne presse.", (0, 1, 0, 0)),
        ("Théo présente la liste.", (0, 1, 0, 0)),
        ("Le conseil municipal s’est ouvert à 18 h.", (0, 1, 0, 0)),
        ("Les conseillers municipaux ont voté.", (0, 1, 0, 0)),
        ("Nous avons ensuite voté le budget.", (0, 1, 0, 0)),
        ("Nous voulons, nous n’y sommes pas, nous le ferons ; c’est notre ville.", (0, 0, 0, 3)),
        ("Chers collègues, je le dis et j’y tiens.", (0, 0, 3, 0)),
        ("La halle ouvrira en mai.", (0, 0, 0, 0)),
    ],
)
def test_signs_are_counted(text: str, evidence: tuple[int, int, int, int]) -> None:
    found = weigh(text)
    assert (found.people, found.council, found.singular, found.plural) == evidence
    assert found.words == len(text.split())


@pytest.mark.parametrize(
    ("evidence", "in_report", "is_attributed", "summary"),
    [
        (Evidence(0, 0, 0, 0, 100), False, False, False),  # no sign at all: somebody's own words, until shown otherwise
        (Evidence(0, 0, 0, 0, 100), True, False, True),
        (Evidence(0, 0, 0, 2, 100), True, False, False),
        (Evidence(0, 1, 0, 2, 100), True, False, True),
        (Evidence(0, 1, 0, 2, 100), False, False, False),
        (Evidence(0, 2, 0, 1, 100), False, False, True),
        (Evidence(1, 0, 0, 4, 200), False, False, True),
        (Evidence(1, 0, 0, 5, 200), False, False, False),
        (Evidence(1, 0, 0, 0, 500), False, False, False),  # an opinion that names somebody once
        (Evidence(1, 0, 0, 0, 500), True, False, True),
        (Evidence(2, 2, 3, 0, 300), False, False, False),
        (Evidence(2, 2, 0, 0, 300), False, True, True),
        (Evidence(2, 2, 0, 1, 300), False, True, False),
    ],
)
def test_evidence_is_weighed(evidence: Evidence, in_report: bool, is_attributed: bool, summary: bool) -> None:
    assert is_summary(evidence, in_report, is_attributed) is summary


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Introduction par Nadia Ferrand", "Nadia Ferrand"),
        ("La séance s’est ouverte par les propos liminaires de Nadia Ferrand", "Nadia Ferrand"),
        ("Avis sur la route, présenté par Paul Lestrade", "Paul Lestrade"),
        ("Présentation par Nadia Ferrand et Paul Lestrade", None),
        ("Soirée avec Nadia Ferrand", None),
        ("Présentation du budget", None),
    ],
)
def test_the_speaker_that_a_heading_names(text: str, speaker: str | None) -> None:
    assert find_speaker(text) == speaker


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ("« Oui »", ", explique Nadia Ferrand, souriante.", "Nadia Ferrand"),
        ("« Oui »", ". Nadia Ferrand", "Nadia Ferrand"),
        ("« Oui »", " a répondu Paul Lestrade", None),
        ("« Oui »", ". Nadia Ferrand se tait.", None),
        ("Nadia Ferrand : « Oui »", "", None),
    ],
)
def test_the_credit_after_a_quotation(before: str, after: str, name: str | None) -> None:
    credit = find_credit(before + after, len(before))
    assert (credit[0] if credit else None) == name


def test_a_line_that_is_only_a_name() -> None:
    assert is_name("— Nadia Ferrand.")
    assert not is_name("Nadia Ferrand, adjointe")
    assert not is_name("Merci")
