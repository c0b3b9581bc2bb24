"""Search: what is found, in what order, what is marked, and what a reader may type without harm."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aligner.library import Hit, Library
from aligner.model import Kind, Status
from aligner.store import Workspace
from tests.library.conftest import HALL, JUNE, LIMES, MARCH, MARKET, Said, hear, publish


def texts(library: Library, query: str, **filters: str) -> list[str]:
    return [hit.text for hit in library.search(query, **filters).hits]  # type: ignore[arg-type]


def marked(hit: Hit) -> list[str]:
    return [hit.text[slice(*mark)] for mark in hit.marks]


def test_a_hit_says_all_about_its_passage(library: Library) -> None:
    results = library.search("tilleul")
    assert (results.query, results.total, results.meant) == ("tilleul", 1, ())
    assert results.hits == (
        Hit(
            source="published",
            text=LIMES,
            marks=((22, 30),),
            slug="lavoir",
            title="La place du Lavoir",
            passage_id="lavoir-0",
            speaker="Karim Le Goff",
            day=dt.date(2024, 3, 1),
            status=Status.SPOKEN,
            media_id=MARCH.id,
            media_title="Conseil de mars",
            start_ms=60_000,
            end_ms=64_000,
        ),
    )


def test_a_hit_says_all_about_what_was_heard(library: Library) -> None:
    (hit,) = library.search("logements sociaux").hits
    assert hit == Hit(
        source="heard",
        text="Le logement social est une priorité de la commune de Montcléry.",
        marks=((3, 11), (12, 18)),
        day=None,  # of the recording none is known; the post of June is not its day
        media_id=JUNE.id,
        media_title="Conseil de juin",
        start_ms=11_600,
        end_ms=15_980,
    )


@pytest.mark.parametrize(
    ("query", "marks"),
    [
        ("marché", ["marché"]),
        ("MARCHE", ["marché"]),
        ("marchés couverts", ["marché", "couvert"]),
        ("couv", ["couvert"]),
        ("le marché de la commune", None),
        ("cent ans", ["cent", "ans"]),
        ("ans cent", ["cent", "ans"]),
        ('"cent ans"', ["cent ans"]),
        ("« CENT ANS »", ["cent ans"]),
        ('"cent an', ["cent ans"]),
        ("“marché couvert” ans", ["marché couvert", "ans"]),
        ('"ans cent"', None),
        ('"cents ans"', None),
        ('"marchés couverts"', None),
        ("marchandise", None),
    ],
)
def test_what_is_found_of_a_passage(library: Library, query: str, marks: list[str] | None) -> None:
    hits = [hit for hit in library.search(query).hits if hit.text == MARKET]
    assert [marked(hit) for hit in hits] == ([marks] if marks else [])


@pytest.mark.parametrize("query", ["oeuvre", "ŒUVRE", "œuvres", "l’œuvre", "d'œuvre", '"l œuvre"'])
def test_ligatures_and_apostrophes(library: Library, workspace: Workspace, query: str) -> None:
    publish(workspace, "oeuvre", [Said("Voici l’Œuvre de la régie.")])
    assert texts(library, query) == ["Voici l’Œuvre de la régie."]


def test_inclusive_forms_are_found(library: Library, workspace: Workspace) -> None:
    publish(workspace, "elus", [Said("Les élu·es de l’opposition voteront contre.")])
    assert texts(library, "élus") == texts(library, "élue") == ["Les élu·es de l’opposition voteront contre."]


def test_boilerplate_is_not_found_and_headings_have_no_verdict(library: Library, workspace: Workspace) -> None:
    publish(
        workspace,
        "titre",
        [
            Said("Retrouvez la piscine", kind=Kind.BOILERPLATE),
            Said("Une piscine ?", kind=Kind.HEADING),
            Said("Elle rappelle que la piscine fuit.", kind=Kind.SUMMARY),
            Said("La piscine fermera."),
        ],
    )
    hits = {hit.text: hit for hit in library.search("piscine").hits}
    assert {text: hit.status for text, hit in hits.items()} == {
        "Une piscine ?": None,
        "Elle rappelle que la piscine fuit.": None,
        "La piscine fermera.": Status.NOT_FOUND,
    }
    places = {(hit.media_id, hit.media_title, hit.start_ms, hit.end_ms) for hit in hits.values()}
    assert places == {(None, None, None, None)}


# --- two rows ------------------------------------------------------------------------------------------


@pytest.fixture
def cut(library: Library, workspace: Workspace) -> Library:
    """A session whose rows end at "la" and go on with "piscine municipale": no full stops, no pauses."""
    first = "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze fermons la"
    hear(workspace, MARCH, f"{first} piscine municipale avant le prochain printemps si le conseil le veut bien ce soir")
    library.refresh(force=True)
    assert [row.text.split()[-1] for row in library.rows(MARCH.id)][:1] == ["la"]
    return library


@pytest.mark.parametrize(
    "query",
    ['"fermons la piscine"', '"la piscine"', '"la piscine muni', '"la pisc', "fermons piscine", "piscines onze"],
)
def test_what_was_said_across_two_rows_is_found_once(cut: Library, query: str) -> None:
    (hit,) = cut.search(query).hits
    rows = cut.rows(MARCH.id)
    assert hit.text == f"{rows[0].text} {rows[1].text}"
    assert (hit.start_ms, hit.end_ms) == (rows[0].start_ms, rows[1].end_ms)


def test_the_marks_run_across_the_rows(cut: Library) -> None:
    assert [marked(hit) for hit in cut.search('"fermons la piscine"').hits] == [["fermons la piscine"]]


@pytest.mark.parametrize("query", ["piscine", '"piscine municipale"', "piscine municipale"])
def test_what_stands_in_one_row_is_not_found_with_the_row_before(cut: Library, query: str) -> None:
    (hit,) = cut.search(query).hits
    assert hit.text.startswith("piscine municipale")


@pytest.mark.parametrize("query", ['"fermons piscine"', '"la municipale"', '"douze quatorze"', '"onze douze piscine"'])
def test_a_quote_across_rows_has_no_holes(cut: Library, query: str) -> None:
    assert cut.search(query).hits == ()


# --- order ---------------------------------------------------------------------------------------------


def test_what_is_heard_of_a_passage_is_not_told_twice(library: Library) -> None:
    assert [hit.source for hit in library.search("halle").hits] == ["published"]
    # Elsewhere in the recording it is.
    assert [hit.source for hit in library.search("collègues").hits] == ["heard"]


def test_what_is_not_linked_does_not_hide_what_was_heard(library: Library, workspace: Workspace) -> None:
    publish(workspace, "halle", [Said(HALL, 9_000, 12_000, Status.UNCERTAIN)])
    assert [hit.source for hit in library.search("halle").hits] == ["published", "heard"]


def test_linked_before_published_before_heard(library: Library, workspace: Workspace) -> None:
    text = "Une passerelle enjambera la rivière."
    publish(workspace, "a", [Said(text)])
    publish(workspace, "b", [Said(text, 1_000, 2_000)])
    hear(workspace, MARCH, text)
    library.refresh(force=True)
    hits = library.search("passerelle").hits
    assert [(hit.source, hit.slug) for hit in hits] == [("published", "b"), ("published", "a"), ("heard", None)]


def test_the_form_that_was_typed_comes_first(library: Library, workspace: Workspace) -> None:
    publish(workspace, "formes", [Said("Un budget ferme."), Said("Des budgets fermes."), Said("Ces budgets durent.")])
    assert texts(library, "budget")[0] == "Un budget ferme."
    assert set(texts(library, "budgets")[:2]) == {"Des budgets fermes.", "Ces budgets durent."}


def test_pages(library: Library, workspace: Workspace) -> None:
    publish(workspace, "fontaines", [Said(f"La fontaine numéro {number} coule.") for number in range(7)])
    everything = library.search("numéro", limit=20)
    pages = [library.search("numéro", limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [len(page.hits) for page in pages] == [3, 3, 1, 0]
    assert {page.total for page in pages} == {7}
    assert tuple(hit for page in pages for hit in page.hits) == everything.hits


def test_filters(library: Library) -> None:
    assert texts(library, "nous", speaker="Karim Le Goff") == texts(library, "nous", media_id=MARCH.id) == [LIMES]
    assert texts(library, "nous", speaker="Personne") == []
    assert texts(library, "commune", media_id=JUNE.id) != texts(library, "commune", speaker="Jeanne Morel") == []


def test_words_that_say_nothing_count_only_alone(library: Library) -> None:
    assert texts(library, "la halle dans les fermes") == [HALL]
    assert texts(library, "sur la") == [LIMES]


# --- typos ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("tileuls", ("tileuls", "tilleuls")),
        ("Marhcé", ("Marhcé", "marché")),
        ("marche couverd", ("couverd", "couvert")),
        ("laiserons", ("laiserons", "laisserons")),
    ],
)
def test_typos_find_their_way(library: Library, query: str, meant: tuple[str, str]) -> None:
    results = library.search(query)
    assert results.total == 1
    assert results.meant == (meant,)
    assert results.query == query


@pytest.mark.parametrize("query", ["tilleul", "tille", '"tileuls"', "xylophone", "zz", "tilleuls xylophone", "de"])
def test_where_nothing_is_like_it_nothing_is_replaced(library: Library, query: str) -> None:
    assert library.search(query).meant == ()


# --- whatever is typed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        '"',
        '""',
        "« »",
        "AND",
        "NOT halle OR",
        "exact : halle",
        "halle*",
        "(halle",
        "^halle",
        "NEAR(a b)",
        "-",
        "\0",
    ],
)
def test_no_query_is_an_error(library: Library, query: str) -> None:
    assert library.search(query).query == query


def test_operators_are_words(library: Library, workspace: Workspace) -> None:
    publish(workspace, "or", [Said("L’or not and near exact.")])
    assert texts(library, "NOT OR NEAR") == ["L’or not and near exact."]
    assert texts(library, "exact:or") == ["L’or not and near exact."]
    assert texts(library, "halle NOT fermer") == []


@given(query=st.text(st.sampled_from("àéœ halle\"«»'’*^:()-+.·0\ue000\ue003"), max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_any_text_can_be_searched(library: Library, query: str) -> None:
    for hit in library.search(query).hits:
        assert hit.marks
        assert all(0 <= start < end <= len(hit.text) for start, end in hit.marks)
        assert all(before[1] < after[0] for before, after in zip(hit.marks, hit.marks[1:], strict=False))


def test_very_long_queries_are_cut(library: Library) -> None:
    assert library.search("halle fermer " * 5_000).total == 1
    assert library.search(f'"{"halle " * 5_000}"').total == 0
    assert library.search(" ".join(f'"{"a b c d " * 8}"' for _ in range(16))).total == 0


def test_all_hits_are_marked_however_common_the_words(library: Library, workspace: Workspace) -> None:
    publish(workspace, "long", [Said(f"La halle et la place, phrase {number}.") for number in range(1_200)])
    results = library.search("la halle", limit=1_000)
    assert results.total == len(results.hits) == 1_000
    assert all(marked(hit) == ["halle"] for hit in results.hits)


def test_a_longer_recording_is_searched_as_one(library: Library, workspace: Workspace) -> None:
    speech = " ".join(f"Point {number} de la séance." for number in range(400))
    hear(workspace, replace(MARCH, duration_ms=10_000_000), speech)
    library.refresh(force=True)
    (hit,) = library.search('"point 250"').hits
    assert hit.media_title == "Conseil de mars"
    assert hit.start_ms is not None
    assert (hit.start_ms // 1_000) in range(600, 760)
