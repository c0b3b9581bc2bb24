"""Kinds, speakers and borders of passages, on posts that show what the real ones do."""

from __future__ import annotations

from pathlib import Path

import pytest

from aligner.model import Kind, Post
from aligner.text.passages import identify
from aligner.text.read import read_post

POSTS = Path(__file__).resolve().parents[1] / "fixtures" / "posts"

S, Q, R, H, B = Kind.SPEECH, Kind.QUOTE, Kind.SUMMARY, Kind.HEADING, Kind.BOILERPLATE
NADIA, PAUL, INES = "Nadia Ferrand", "Paul Lestrade", "Inès Carpentier"


def rows(post: Post) -> list[tuple[Kind, str | None, str]]:
    return [(passage.kind, passage.speaker, passage.text) for passage in post.passages]


def read_text(tmp_path: Path, body: str, title: str = "Sans titre") -> Post:
    path = tmp_path / "article.md"
    path.write_text(f"---\ntitle: {title}\n---\n\n{body}\n", encoding="utf-8")
    return read_post(path)


EXPECTED: dict[str, list[tuple[Kind, str | None, str]]] = {
    "speech_in_quotes_under_link": [
        (B, None, "Prise de parole de Nadia Ferrand :"),
        (
            S,
            NADIA,
            (
                "Chers collègues, la halle que nous inaugurerons en mai n’est pas un bâtiment de plus, "
                "c’est la place du marché rendue aux habitant·es."
            ),
        ),
        (S, NADIA, "Nous l’avions promis : « une halle ouverte tous les jours »."),
        (S, NADIA, "Elle le sera."),
        (S, NADIA, "Le bois vient de l’Aulne."),
        (S, NADIA, "Les tuiles, de Saint-Mesmin."),
        (S, NADIA, "Je vous invite à voter cette délibération"),
        (B, None, "Retrouvez nos autres articles sur ce conseil municipal :"),
        (B, None, "La cantine"),
    ],
    "speech_without_quotes": [
        (B, None, "Intervention de Paul Lestrade sur le budget de l’eau"),
        (S, PAUL, "Monsieur le Maire, chers collègues,"),
        (S, PAUL, "Je serai bref."),
        (S, PAUL, "L’eau de l’Aulne n’appartient à personne, et M. le Préfet l’a rappelé lui-même."),
        (S, PAUL, "Trois chiffres :"),
        (S, PAUL, "1 million de mètres cubes par an ;"),
        (S, PAUL, "12 % de fuites."),
        (S, PAUL, "Je vous remercie."),
    ],
    "speech_nested_quotes": [
        (
            R,
            None,
            (
                "Le 3 février, le conseil prenait acte du rapport sur les chemins, l’occasion pour la conseillère "
                "déléguée, Inès Carpentier, d’une prise de parole remarquée !"
            ),
        ),
        (S, INES, 'Mes chers collègues, il y a "le vieux chemin" : celui où l’on s’embourbe.'),
        (S, INES, "Il y a le « nouveau chemin »."),
        (S, INES, "Nous l’avons ouvert."),
        (S, INES, "Et le plus beau reste à faire."),
        (B, None, "Vous pouvez également relire notre expression de février."),
    ],
    "speech_of_three": [
        (
            B,
            None,
            "Propos liminaires de Nadia Ferrand, Paul Lestrade et Inès Carpentier, lors du conseil du 10 février",
        ),
        (S, None, "“Une lampe au bout du quai” : le mot est de nos grands-parents."),
        (S, None, "Nous y tenons."),
    ],
    "summary_with_quotes": [
        (H, None, "Ouverture du conseil par Nadia Ferrand"),
        (R, None, "Nadia Ferrand ouvre la séance et rappelle le label « Ville en fleurs »."),
        (R, None, "Elle ajoute :"),
        (Q, NADIA, "Rien ne se fera sans vous !"),
        (R, None, "Le public applaudit."),
        (R, None, "Paul Lestrade, adjoint à l’eau, lui répond, avec malice :"),
        (Q, PAUL, "vous voulez nous faire boire la tasse, et sans paille"),
        (Q, None, "Nous n’avons rien coulé du tout. Au contraire."),
        (H, None, "Les écoles"),
        (Q, INES, "Les enfants mangeront mieux dès septembre"),
        (R, None, "explique Inès Carpentier."),
        (R, None, "Elle cite son prédécesseur :"),
        (Q, None, "Quand il n’y a plus de pain, il n’y a plus d’école."),
        (B, None, "Revoir la séance ici"),
    ],
    "extract_with_holes": [
        (H, None, "Propos liminaires"),
        (R, None, "Après la minute de silence, Nadia Ferrand a pris la parole."),
        (B, None, "Vous pouvez écouter son intervention entière dans la vidéo ci-après :"),
        (B, None, "Extrait :"),
        (Q, NADIA, "nous défendons une halle ouverte"),
        (Q, NADIA, "et une rivière propre. C’est ce chemin que nous suivrons"),
    ],
    "one_line_article": [
        (S, None, "Notre atelier du 20 mai était consacré à l’eau."),
        (S, None, "Nous y tenions !"),
        (B, None, "La vidéo est à retrouver ci-dessous :"),
        (R, None, "Voici un compte-rendu de la soirée : Introduction par Nadia Ferrand."),
        (R, None, "Paul Lestrade."),
        (R, None, "Pour le contexte, la rivière baisse."),
        (R, None, "Question : que faire"),
        (R, None, "PL :"),
        (Q, None, "un arrosoir vaut mieux qu’un long discours"),
        (R, None, "Ex : les jardins."),
    ],
    "first_person_section_in_report": [
        (H, None, "Introduction par Inès Carpentier"),
        (S, INES, "Face à la sécheresse, nous agissons : nous plantons des haies."),
        (H, None, "Présentation du rapport par Paul Lestrade et Nadia Ferrand"),
        (R, None, "Ce rapport propose douze gestes pour les haies."),
    ],
    "blockquote_conclusion": [
        (B, None, "Un extrait à revoir ci-dessous en vidéo."),
        (B, None, "Écoutons la conclusion de Nadia Ferrand :"),
        (S, NADIA, "La rivière, nous l’aimons tous."),
        (S, NADIA, "Elle déborde, apprenons à vivre avec."),
        (B, None, "Nadia Ferrand"),
    ],
    "quote_with_credit": [
        (H, None, "QUELS ENGAGEMENTS?"),
        (
            Q,
            NADIA,
            "Pour la rivière, nous prendrons trois engagements : soutenir , planter et partager",
        ),
        (B, None, "Nadia Ferrand"),
        (B, None, "Les élu·es de Montcléry en commun"),
    ],
    "plain_first_person": [
        (S, None, "Nous rêvons d’une ville accueillante."),
        (S, None, "Poitou ou pas, peu importe : « chacun sa place », disait-on."),
        (B, None, "La délibération qui a créé la brigade des jardins"),
        (B, None, "N'hésitez pas à partager !"),
        (B, None, "Photo : Service communication"),
    ],
    "bold_cut_mid_sentence": [
        (S, None, "Les travaux reviennent à 2,4 millions d’euros , en baisse."),
        (S, None, "Pour Bibliothèque et dès mardi , moins de 12% du total."),
        (S, None, "L’étoile * reste, l’italique part, a_b reste."),
        (H, None, "Un titre souligné"),
        (S, None, "1. Agir & dire\u00a0: l’élu·e, icimême, puis là et là."),
    ],
    "raw_html": [
        (S, None, "Nous avons tenu parole."),
        (S, None, "Encore\u00a0!"),
        (S, None, "Deuxième paragraphe."),
        (S, None, "Un mot sic et une image en ligne."),
    ],
    "shortcodes": [
        (S, None, "Avant."),
        (S, None, "Après."),
        (S, None, "Fin [...] de la [note]."),
    ],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_post_is_cut_into_the_right_passages(name: str) -> None:
    assert rows(read_post(POSTS / f"{name}.md")) == EXPECTED[name]


def test_headings_are_told_with_the_passages_below() -> None:
    passages = read_post(POSTS / "summary_with_quotes.md").passages
    assert [passage.heading for passage in passages if passage.kind is H] == [None, None]
    assert {passage.heading for passage in passages[1:8]} == {"Ouverture du conseil par Nadia Ferrand"}
    assert {passage.heading for passage in passages[9:]} == {"Les écoles"}


def test_the_source_of_a_passage_holds_its_markup() -> None:
    path = POSTS / "bold_cut_mid_sentence.md"
    source = path.read_text(encoding="utf-8")
    first, *_, last = read_post(path).passages
    assert source[slice(*first.source_chars)] == "Les travaux reviennent à**2,4 millions d’euros** , en baisse."
    assert source[slice(*last.source_chars)].startswith("1\\. Agir &amp; dire&nbsp;: l’**é**lu·e, [ici](")
    assert source[slice(*last.source_chars)].endswith("là\\\net là.")


def test_a_quoted_speech_that_is_never_closed_ends_before_the_tail(tmp_path: Path) -> None:
    post = read_text(
        tmp_path, "Prise de parole de Nadia Ferrand : « Chers collègues, merci.\n\nJe finis.\n\nNos autres articles :"
    )
    assert rows(post)[1:] == [
        (S, NADIA, "« Chers collègues, merci."),
        (S, NADIA, "Je finis."),
        (B, None, "Nos autres articles :"),
    ]


def test_a_name_and_a_colon_give_the_words_to_somebody(tmp_path: Path) -> None:
    post = read_text(tmp_path, "**Nadia Ferrand**, adjointe : « Je le dis.\n\n« Je le répète. » Applaudissements.")
    assert rows(post) == [
        (B, None, "Nadia Ferrand, adjointe :"),
        (S, NADIA, "Je le dis."),
        (S, NADIA, "« Je le répète."),
        (R, None, "Applaudissements."),
    ]


def test_a_post_that_is_one_quotation_is_a_speech(tmp_path: Path) -> None:
    post = read_text(tmp_path, "https://youtu.be/Mc5Halle_01\n\n« La halle est ouverte. Elle est à vous. »")
    assert rows(post) == [(S, None, "La halle est ouverte."), (S, None, "Elle est à vous.")]


def test_a_title_that_names_the_speaker(tmp_path: Path) -> None:
    post = read_text(tmp_path, "Nous ouvrons la halle.\n\n## Et après ?\n\nNous verrons.", "Discours de Nadia Ferrand")
    assert {passage.speaker for passage in post.passages if passage.kind is S} == {NADIA}


def test_reported_words_after_a_label_stay_a_report(tmp_path: Path) -> None:
    post = read_text(tmp_path, "Intervention de Paul Lestrade :\n\nPaul Lestrade rappelle que l’eau manque.")
    assert rows(post) == [
        (B, None, "Intervention de Paul Lestrade :"),
        (R, None, "Paul Lestrade rappelle que l’eau manque."),
    ]


@pytest.mark.parametrize(
    "quoted",
    ["« Ville en fleurs »", "« zéro béton neuf en ville »", '"hold-up"', "«Plantez devant votre porte »"],
)
def test_titles_names_and_terms_are_no_quotations(tmp_path: Path, quoted: str) -> None:
    post = read_text(tmp_path, f"Nadia Ferrand présente le programme {quoted} et s’en félicite.")
    assert [passage.kind for passage in post.passages] == [R]


@pytest.mark.parametrize(
    "sentence",
    [
        "Retrouvez toute la séance dans la vidéo ci-dessous.",
        "Revoir la vidéo",
        "Un résumé en vidéo ci-dessous !",
        "Pour tout savoir, la vidéo est ci-dessous en version longue !",
        "Pour voir ou revoir l’intervention de Nadia Ferrand, c’est dans la vidéo ci-dessous.",
        "Nous en oublions, et vous pouvez revoir toute la séance en ligne.",
        "Le schéma des haies : rendez-vous sur la page du projet",
        "[Revoir la séance ici](https://youtu.be/Mc5Halle_01)",
        "Notre page : https://montclery.example/conseil-de-mars-2025",
        "© Ville de Montcléry",
    ],
)
def test_pointers_are_boilerplate(tmp_path: Path, sentence: str) -> None:
    post = read_text(tmp_path, f"Nous avons tenu parole. {sentence}")
    assert [passage.kind for passage in post.passages] == [S, B]


@pytest.mark.parametrize(
    "sentence",
    [
        "Retrouvons le goût de la rivière.",
        "Pour retrouver les gestes de nos anciens.",
        "Voir grandir ses enfants ici, c’est ce que nous voulons.",
        "Notre plan part d’un état des lieux, à regarder en vidéo ci-dessous, que des chercheurs ont établi.",
        "Nous publions [un rapport](https://montclery.example/rapport) chaque année au mois de mars.",
    ],
)  # fmt: skip
def test_sentences_that_only_resemble_pointers(tmp_path: Path, sentence: str) -> None:
    post = read_text(tmp_path, sentence)
    assert [passage.kind for passage in post.passages] == [S]


def test_an_edit_elsewhere_changes_no_id(tmp_path: Path) -> None:
    before = read_text(tmp_path, "Nous avons **voté**. Merci. Merci !").passages
    after = read_text(tmp_path, "Un ajout.\n\nNOUS avons vote\u0301 !\n\n## Un titre\n\n- Merci\n- merci…").passages
    ids = [identify("nous avons voté"), identify("merci"), f"{identify('merci')}-2"]
    assert [passage.id for passage in before] == ids
    assert [passage.id for passage in after if passage.text != "Un ajout." and passage.kind is not H] == ids


def test_an_id_is_ten_base32_digits_of_the_words_hash() -> None:
    # sha256("l elu e a vote"), base 32, first ten digits
    assert identify("L’élu·e a voté !") == "acpkosoggi"


def test_a_name_is_one_name_however_its_apostrophe_is_typed(tmp_path: Path) -> None:
    said = "La halle sera refaite dès le printemps, et nous la voulons ouverte à toutes."
    names = []
    for name in ("Jeanne Grand'homme", "Jeanne Grand’homme"):
        path = tmp_path / "halle.md"
        path.write_text(f"Prise de parole de {name} :\n\n« {said} »\n", encoding="utf-8")
        names += [passage.speaker for passage in read_post(path).passages if passage.speaker]
    assert names == ["Jeanne Grand’homme"] * 2
