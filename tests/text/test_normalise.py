from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from aligner.text.normalise import fold, tokenise


def read(text: str) -> str:
    return " ".join(token.form for token in tokenise(text))


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        # numbers
        ("63\u00a0500 euros", "soixante trois mille cinq cents euros"),
        ("2.500 habitants", "deux mille cinq cents habitants"),
        ("1 250 000", "un million deux cent cinquante mille"),
        ("0,05", "zero virgule zero cinq"),
        ("3,14 ou 3.14", "trois virgule quatorze ou trois virgule quatorze"),
        ("3,14159", "trois virgule un quatre un cinq neuf"),
        ("il fait -3 °C", "il fait moins trois degres"),
        ("en 1998", "en mille neuf cent quatre vingt dix huit"),
        ("2020-2026", "deux mille vingt deux mille vingt six"),
        ("2020 300 personnes", "deux mille vingt trois cents personnes"),
        ("12345678901234", "un deux trois quatre cinq six sept huit neuf zero un deux trois quatre"),
        ("2/3 des élus, 7/10", "deux tiers des elus sept sur dix"),
        ("42,4 %, +2%", "quarante deux virgule quatre pour cent plus deux pour cent"),
        ("cinq pourcent", "cinq pour cent"),
        # money
        ("63,5 millions d’euros", "soixante trois virgule cinq millions d euros"),
        ("1 234,56 €", "mille deux cent trente quatre euros cinquante six"),
        ("5,20€ ou 5,20 euros", "cinq euros vingt ou cinq euros vingt"),
        ("12,00 €", "douze euros"),
        ("63,5 M€", "soixante trois virgule cinq millions d euros"),
        ("2M d’euros", "deux millions d euros"),
        ("7 Mds €", "sept milliards d euros"),
        ("1 000 000 €", "un million d euros"),
        ("12 k€, 350K€", "douze mille euros trois cent cinquante mille euros"),
        ("2,5 k€", "deux mille cinq cents euros"),
        ("en M€", "en millions d euros"),
        ("0,00125 k€", "un virgule vingt cinq euros"),
        # dates and hours
        ("le 1er juin", "le premier juin"),
        ("le 12/06/2025", "le douze juin deux mille vingt cinq"),
        ("le 01.03.2024", "le premier mars deux mille vingt quatre"),
        ("2025-06-12", "douze juin deux mille vingt cinq"),
        ("le 12/06", "le douze juin"),
        ("à 18h30, 18 h 30 ou 18:30", "a dix huit heures trente dix huit heures trente ou dix huit heures trente"),
        ("de 16hà 20h", "de seize heures a vingt heures"),
        ("9 h 00", "neuf heures"),
        ("à 21h et 1h", "a vingt et une heures et une heures"),
        ("24h/24 et 7j/7", "vingt quatre heures sur vingt quatre et sept jours sur sept"),
        # ordinals and Roman numerals
        ("le 16ème et le 16 ème", "le seizieme et le seizieme"),
        ("la 1ère fois, la 2nde, le 2e tour", "la premiere fois la seconde le deuxieme tour"),
        ("au XXIe siècle, au 1ᵉʳ rang", "au vingt et unieme siecle au premier rang"),
        ("Louis XIV, tome II", "louis quatorze tome deux"),
        ("Le vent, Ce vent, Les vents", "le vent ce vent les vents"),
        # codes
        ("05 49 30 20 20", "zero cinq quarante neuf trente vingt vingt"),
        ("05.49.30.20.20", "zero cinq quarante neuf trente vingt vingt"),
        ("0549302020", "zero cinq quarante neuf trente vingt vingt"),
        ("+33 5 49 30 20 20", "plus trente trois cinq quarante neuf trente vingt vingt"),
        ("05 49 00", "zero cinq quarante neuf zero zero"),
        ("la RN147, le CO2", "la rn cent quarante sept le co deux"),
        # units
        ("50m2, 120 m² et 3 km/h", "cinquante metres carres cent vingt metres carres et trois kilometres heure"),
        ("12 ha, 5 t, 3 MW, 4 kWh", "douze hectares cinq tonnes trois megawatts quatre kilowatt heures"),
        ("0,21€/jour/m2", "zero euros vingt et un par jour par metres carres"),
        ("en 2025 l'année", "en deux mille vingt cinq l annee"),
        # abbreviations and sigles
        ("n° 12, N°3, nº 4", "numero douze numero trois numero quatre"),
        ("art. 5, p. 12, av. de la Gare", "article cinq page douze avenue de la gare"),
        ("M. Martin, Mme Petit et MM. Roux", "monsieur martin madame petit et messieurs roux"),
        ("M. le maire, mme la maire", "monsieur le maire madame la maire"),
        ("St-Éloi", "saint eloi"),
        ("le C.C.A.S., le CCAS, le C C A S", "le ccas le ccas le ccas"),
        ("R&D, etc.", "r et d et cetera"),
        # both genders at once
        ("élu·es, habitant.es, poitevin-e-s", "elus habitants poitevins"),
        ("chacun·e, citoyen·ne·s, agent(e)s", "chacun citoyens agents"),
        ("tou·te·s, tous·tes, ceux·elles, un·e", "tous tous ceux un"),
        ("acteur.trice.s, municipal·es, nombreux·ses", "acteurs municipaux nombreux"),
        ("la fin.Elles partent", "la fin elles partent"),
        # cuts and odd characters
        ("l 'observe, peut -être, aujourd ' hui, c' est", "l observe peut etre aujourd hui c est"),
        ("l’observe, lʼair, peut‑être", "l observe l air peut etre"),
        ("Œuvre, ex æquo, ÇA", "oeuvre ex aequo ca"),
        ("e\u0301lu, par\u00adtisan", "elu partisan"),
        ("**gras** — « cité »… !", "gras cite"),
    ],
)
def test_french_is_read_as_it_is_spoken(text: str, forms: str) -> None:
    assert read(text) == forms


@pytest.mark.parametrize(
    ("published", "heard"),
    [
        ("63,5 M€", "soixante-trois virgule cinq millions d'euros"),
        ("1 234,56 €", "mille deux cent trente-quatre euros cinquante-six"),
        ("18h30", "dix-huit heures trente"),
        ("le 12/06/2025", "le douze juin 2025"),
        ("12 k€", "12 000 euros"),
        ("21 %", "vingt-et-un pourcent"),
        ("au XXIᵉ siècle", "au 21ème siècle"),
        ("M. le Maire", "monsieur le maire"),
        ("Les élu·es", "les élus"),
    ],
)
def test_what_is_published_meets_what_is_heard(published: str, heard: str) -> None:
    assert read(published) == read(heard)


def test_tokens_know_the_characters_they_come_from() -> None:
    text = "Soit 42,4 % d’élu·es à 18h30."
    assert [(token.form, text[token.start : token.end]) for token in tokenise(text)] == [
        ("soit", "Soit"),
        ("quarante", "42"),
        ("deux", "42"),
        ("virgule", ","),
        ("quatre", "4"),
        ("pour", "%"),
        ("cent", "%"),
        ("d", "d"),
        ("elus", "élu·es"),
        ("a", "à"),
        ("dix", "18"),
        ("huit", "18"),
        ("heures", "h"),
        ("trente", "30"),
    ]


def test_the_words_of_a_long_number_are_shared_among_its_groups() -> None:
    text = "1 250 000,75 € pour 63 000 habitants"
    assert [(token.form, text[token.start : token.end]) for token in tokenise(text)] == [
        ("un", "1"),
        ("million", "1"),
        ("deux", "250"),
        ("cent", "250"),
        ("cinquante", "250"),
        ("mille", "000"),
        ("euros", ",75 €"),
        ("soixante", "75 €"),
        ("quinze", "75 €"),
        ("pour", "pour"),
        ("soixante", "63"),
        ("trois", "63"),
        ("mille", "000"),
        ("habitants", "habitants"),
    ]


def test_tokens_keep_the_accents_by_which_they_sound() -> None:
    assert [(token.form, token.spelling) for token in tokenise("Marché, e\u0301lu·es, 1ère")] == [
        ("marche", "marché"),
        ("elus", "élus"),
        ("premiere", "première"),
    ]


FRENCH = st.text(alphabet="aeéilmstMXVC.,·-–'’() /:€%°n²0123456789\u00a0\u202f\u0301kh", max_size=60)


@given(st.text(max_size=200) | FRENCH)
def test_any_text_gives_ordered_tokens_inside_it(text: str) -> None:
    tokens = tokenise(text)
    for token in tokens:
        assert token.form
        assert token.form == fold(token.form) == fold(token.spelling)
        assert " " not in token.form
        assert 0 <= token.start < token.end <= len(text)
    starts = [token.start for token in tokens]
    assert starts == sorted(starts)


@given(st.integers(min_value=0, max_value=10**9))
def test_a_number_in_digits_meets_the_same_number_in_words(number: int) -> None:
    in_words = read(num2words(number, lang="fr"))
    assert read(str(number)) == in_words
    assert read(f"{number:,}".replace(",", "\u202f")) == in_words


@given(st.integers(min_value=1, max_value=10**6), st.integers(min_value=1, max_value=99))
def test_an_amount_in_digits_meets_the_same_amount_in_words(euros: int, cents: int) -> None:
    in_words = f"{num2words(euros, lang='fr')} euros {num2words(cents, lang='fr')}"
    assert read(f"{euros},{cents:02} €") == read(in_words)
