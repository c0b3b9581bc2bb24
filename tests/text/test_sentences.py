"""French sentences, as character ranges."""

from __future__ import annotations

import pytest

from aligner.text.sentences import split_sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["M. le Maire, chers collègues, bonsoir.", "Mme Roy a voté l’art. 3, p. 12, n° 5.", "Merci !"],
        ["À 16 h 30, le budget de 63,5 millions d’euros… est voté !", "Et 1.6 M€ de plus."],
        ["J.-F. Roy et P. Petit sont là, etc.", "La suite, etc. au prochain numéro."],
        ["Les élu.e.s et habitant.es sont 42,4 %.", "Oui, 42,4 % !"],
        ["La rivière...", "Et pourtant, elle monte…", "Enfin !"],
        ["Il a dit : « Non. »", "Puis il est parti."],
        ['Elle répond "oui".', '"Oui" ?'],
        ["(Voir p. 3.)", "Et après ?"],
        ["1. Agir.", "2. Partager."],
        ["1. planter, 2. arroser, 3. récolter."],
        ["IV. Les projets", "."],
        ["Ils ont terminé.", "Les voisins aussi."],
        ["Nous y tenions !", "? Notre atelier est né."],
        ["Rien.", "[...] Mais tout a changé."],
        ["Assez.", "➡️ Quelle suite ?"],
        ["Le mobilier de l’élu·e : 3 chaises ; une table."],
        ["Oui ?!", "« non », dit-il."],
        ["Et - mais pourquoi ? - nous restons."],
        ["C’est la nuit!", "— L’eau chargée d’un reflet"],
        ["Une phrase sans fin"],
    ],
)
def test_sentences(sentences: list[str]) -> None:
    glued = {"Ils ont terminé.": ""}  # an export lost the space after it
    text = "".join(sentence + glued.get(sentence, " ") for sentence in sentences).strip()
    expected = ["IV. Les projets ."] if sentences[-1] == "." else sentences
    assert [text[start:end] for start, end in split_sentences(text)] == expected


def test_a_range_of_a_text_is_split_by_itself() -> None:
    text = "Avant. Un. Deux. Après."
    assert split_sentences(text, 7, 16) == [(7, 10), (11, 16)]
    assert split_sentences(text, 6, 7) == []
    assert split_sentences("") == []
