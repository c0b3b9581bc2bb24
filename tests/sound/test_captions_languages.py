"""Telling the language of captions: sure enough to refuse a file, never on thin evidence."""

from __future__ import annotations

import pytest

from aligner.sound.languages import spoken_language

# The same small speech in each language, written for this test.
SPEECHES = {
    "fr": "Monsieur le maire, chers collègues, la délibération que nous allons voter ce soir est importante pour les "
    "habitants de notre commune. Elle concerne la cantine et les transports, et je veux dire que nous avons "
    "travaillé avec les familles pour que le prix du repas ne soit pas plus élevé qu'il ne l'était dans le budget "
    "de l'an passé.",
    "en": "Mister mayor, dear colleagues, the decision that we are going to take this evening is important for the "
    "people of our town. It is about the school kitchen and the buses, and I want to say that we have worked with "
    "the families so that the price of a meal is not higher than it was in the budget of the last year.",
    "es": "Señor alcalde, queridos colegas, la decisión que vamos a tomar esta noche es importante para los vecinos de "
    "nuestro pueblo. Se trata de la cocina de la escuela y de los autobuses, y quiero decir que hemos trabajado "
    "con las familias para que el precio de la comida no sea más alto que en el presupuesto del año pasado.",
    "it": "Signor sindaco, cari colleghi, la decisione che stiamo per prendere questa sera è importante per gli "
    "abitanti del nostro comune. Riguarda la mensa della scuola e gli autobus, e voglio dire che abbiamo lavorato "
    "con le famiglie perché il prezzo del pasto non sia più alto di quello che era nel bilancio di un anno fa.",
    "de": "Herr Bürgermeister, liebe Kollegen, die Entscheidung, die wir heute Abend treffen, ist wichtig für die "
    "Leute in der Gemeinde. Es geht um die Küche der Schule und um die Busse, und ich will sagen, dass wir mit den "
    "Familien gearbeitet haben, damit der Preis nicht höher ist als im letzten Jahr, denn das haben wir auch "
    "versprochen.",
    "pt": "Senhor presidente, caros colegas, a decisão que vamos tomar esta noite é importante para os moradores do "
    "nosso município. Trata da cantina da escola e dos ônibus, e quero dizer que nós trabalhamos com as famílias "
    "para que o preço da refeição não seja mais alto do que era no orçamento do ano passado, como foi prometido.",
    "nl": "Mijnheer de burgemeester, beste collega's, het besluit dat we vanavond nemen is belangrijk voor de inwoners "
    "van onze gemeente. Het gaat om de keuken van de school en om de bussen, en ik wil zeggen dat wij met de "
    "gezinnen aan dit plan hebben gewerkt zodat de prijs niet hoger wordt dan in het vorige jaar.",
}
NAMES = {"fr": "French", "en": "English", "es": "Spanish", "it": "Italian"} | {
    "de": "German",
    "pt": "Portuguese",
    "nl": "Dutch",
}


@pytest.mark.parametrize("spoken", SPEECHES)
@pytest.mark.parametrize("expected", SPEECHES)
def test_each_language_is_told_from_each_other(spoken: str, expected: str) -> None:
    verdict = spoken_language(SPEECHES[spoken].split(), expected)
    assert verdict == (None if spoken == expected else NAMES[spoken])


def test_a_region_is_no_other_language() -> None:
    assert spoken_language(SPEECHES["fr"].split(), "fr-CA") is None
    assert spoken_language(SPEECHES["en"].split(), "FR") == "English"


def test_few_words_prove_nothing() -> None:
    assert spoken_language(SPEECHES["en"].split()[:40], "fr") is None


def test_a_language_without_a_list_is_not_judged() -> None:
    assert spoken_language(SPEECHES["en"].split(), "br") is None


def test_names_and_figures_prove_nothing() -> None:
    assert spoken_language(["Montcléry", "42", "Kervadec", "2024"] * 30, "fr") is None


def test_some_words_of_another_language_do_not_make_it_another() -> None:
    mixed = SPEECHES["fr"].split() * 2 + SPEECHES["en"].split()
    assert spoken_language(mixed, "fr") is None
