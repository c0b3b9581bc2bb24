"""Pictures and previews of quotes: whole words in French typography, and never an unproven quote as said."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageChops, ImageFont

from aligner.output.cards import SIZE, Card, draw_card, fit_words, paint_card

QUOTE = "Le marché couvert de Montcléry-sur-Aulne a plus de cent ans."
LONG = (
    "Nous l’avons dit dès le premier jour : la place appartient à celles et ceux qui la traversent ! Les œuvres de nos "
    "écoles, les étals des productrices et producteurs de la vallée, les promesses de dix-huit mois de travaux, tout "
    "cela mérite mieux qu’une bâche, et nous ne laisserons pas la halle fermer parce que personne n’a voulu regarder "
    "la charpente se fendre, hiver après hiver, devant toute une ville qui attend une réponse depuis des années."
)


def picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def card(words: str, **more: str) -> Card:
    facts = {"speaker": "Jeanne Morel", "title": "Le marché", "day": "13 juin 2025", "site": "Prises de parole"} | more
    return Card(words, quoted=True, **facts)


def inked(data: bytes, box: tuple[int, int, int, int]) -> int:
    """How many pixels of a box are not paper."""
    part = picture(data).crop(box)
    difference = ImageChops.difference(part, Image.new("RGB", part.size, "#fbfaf7")).convert("L")
    return sum(difference.histogram()[40:])


# --- the picture -------------------------------------------------------------------------------------


def test_a_card_is_a_picture_of_the_size_that_readers_of_links_want() -> None:
    data = draw_card(card(QUOTE))
    assert picture(data).size == SIZE == (1200, 630)
    assert len(data) < 60_000
    assert draw_card(card(QUOTE)) == data


def test_a_card_keeps_its_colours_in_the_file() -> None:
    shown, painted = picture(draw_card(card(QUOTE))), paint_card(card(QUOTE))
    for place in ((600, 30), (5, 5), (600, SIZE[1] - 144 + 18)):  # the paper, the margin, the line above the names
        assert shown.getpixel(place) == painted.getpixel(place)
    differences = ImageChops.difference(shown, painted).convert("L").histogram()
    assert sum(differences[16:]) == 0


def test_all_the_words_of_a_short_quote_stand_large_between_french_quotation_marks() -> None:
    size, lines = fit_words("Quoi ? « Non » : si !", "Regular", quoted=True)
    assert (size, lines) == (68, ["«\u00a0Quoi\u202f? «\u00a0Non\u00a0»\u00a0: si\u202f!\u00a0»"])


def test_a_long_quote_ends_at_a_word_with_an_ellipsis() -> None:
    size, lines = fit_words(LONG, "Regular", quoted=True)
    shown = " ".join(lines).replace("\u202f", " ").replace("\u00a0", " ")
    assert size == 40
    assert shown.endswith("… »")
    words = shown.removeprefix("« ").removesuffix("… »")
    assert LONG.startswith(words)
    assert LONG[len(words)] in " ,"
    assert len(words) > 200


def test_a_word_longer_than_a_line_is_cut_and_not_lost() -> None:
    word = "anticonstitutionnellement" * 8
    _, lines = fit_words(word, "Regular", quoted=False)
    assert "".join(lines) == word


def test_every_letter_of_french_has_its_own_shape() -> None:
    seen: dict[bytes, str] = {}
    for letter in "éèêëàâçùûüîïôÿœæÉÈÀÇŒ«»’…–€°":
        data = draw_card(card(letter))
        assert inked(data, (112, 84, 1112, 486)) > 40, letter
        seen.setdefault(data, letter)
    assert len(seen) == len("éèêëàâçùûüîïôÿœæÉÈÀÇŒ«»’…–€°")


def test_a_long_title_gives_way_to_its_date() -> None:
    title = "Conseil municipal : un très long titre de publication qui ne tient sur aucune ligne de cette carte"
    with_day, without = draw_card(card(QUOTE, title=title)), draw_card(card(QUOTE, title=title, day=""))
    assert with_day != without
    for data in (with_day, without):
        assert inked(data, (860, 560, 876, 600)) == 0  # the title never reaches the site's name


def test_a_text_as_long_as_a_session_is_set_like_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[str] = []
    real = ImageFont.FreeTypeFont.getlength

    def measure(font: ImageFont.FreeTypeFont, text: str) -> float:
        measured.append(text)
        return real(font, text)

    monkeypatch.setattr(ImageFont.FreeTypeFont, "getlength", measure)
    title = "Conseil municipal " * 50_000
    assert draw_card(card(LONG * 500, title=title)) == draw_card(card(LONG + LONG * 3, title=title[:1_800]))
    assert len(measured) < 20_000
    assert max(map(len, measured)) < 2_000


@pytest.mark.parametrize("white", ["\n", "\r\n", "\t", "   "])
def test_a_quote_or_a_name_over_several_lines_is_set_as_one(white: str) -> None:
    spread = card(QUOTE.replace(" ", white), speaker=f"Jeanne{white}Morel", title=f"Le{white}marché")
    assert draw_card(spread) == draw_card(card(QUOTE))


# --- the addresses -----------------------------------------------------------------------------------


def test_a_found_quote_has_a_card(client: FlaskClient) -> None:
    answer = client.get("/cartes/marche-couvert/cent-ans.png")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert picture(answer.data).size == SIZE
    assert answer.data != client.get("/cartes/marche-couvert.png").data
    assert (
        client.get("/cartes/marche-couvert/cent-ans.png", headers={"If-None-Match": answer.headers["ETag"]}).status_code
        == 304
    )


@pytest.mark.parametrize("passage", ["etals", "travaux", "budget", "titre", "intro", "rien"])
def test_what_was_not_proven_is_never_shown_as_a_quote(client: FlaskClient, passage: str) -> None:
    assert client.get(f"/cartes/marche-couvert/{passage}.png").status_code == 404
    told = meta(client, f"/marche-couvert/?p={passage}")
    assert told["og:image"] == "http://localhost/cartes/marche-couvert.png"
    assert told["og:title"] == "Rénover le marché couvert"
    assert told["og:url"] == "http://localhost/marche-couvert/"


def test_reported_speech_is_no_quote(client: FlaskClient) -> None:
    assert client.get("/cartes/place-du-lavoir/resume.png").status_code == 404
    assert client.get("/cartes/place-du-lavoir/traversent.png").status_code == 200


def test_a_quote_said_otherwise_says_so_on_its_card() -> None:
    assert draw_card(card(QUOTE, note="dit autrement")) != draw_card(card(QUOTE))


def test_a_post_without_title_date_or_speaker_has_a_card(client: FlaskClient) -> None:
    assert client.get("/cartes/reunion-publique.png").status_code == 200
    assert client.get("/cartes/rien.png").status_code == 404


# --- previews ----------------------------------------------------------------------------------------


def meta(client: FlaskClient, address: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', client.get(address).text)
    return {name: unescape(content) for name, content in found}


def test_a_posts_page_tells_what_it_is(client: FlaskClient) -> None:
    told = meta(client, "/marche-couvert/")
    assert told["og:title"] == "Rénover le marché couvert"
    assert told["og:description"].startswith(
        "Le marché couvert de Montcléry-sur-Aulne a plus de cent ans. Sa charpente"
    )
    assert len(told["og:description"]) <= 200
    assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
    assert told["twitter:card"] == "summary_large_image"


def test_a_shared_quote_is_previewed_as_the_quote(client: FlaskClient) -> None:
    told = meta(client, "/marche-couvert/?p=cent-ans")
    assert told["og:title"] == "Jeanne Morel · Rénover le marché couvert"
    assert told["og:description"] == f"«\u00a0{QUOTE}\u00a0»"
    assert told["og:url"] == "http://localhost/marche-couvert/?p=cent-ans"
    assert client.get(told["og:image"]).status_code == 200
    assert meta(client, "/marche-couvert/?p=charpente")["og:description"].endswith("(dit autrement)")


def test_a_title_that_tries_to_be_markup_stays_text(client: FlaskClient) -> None:
    page = client.get("/reunion-publique/").text
    assert "<script>alert" not in page
    assert meta(client, "/reunion-publique/")["og:title"] == "Réunion <script>alert(1)</script> & suite"
