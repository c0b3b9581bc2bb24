"""The pages as a browser without script gets them, through Flask's own client."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from aligner.store import Workspace
from tests.web.conftest import council_post
from web import create_app


def read(client: FlaskClient, address: str, language: str = "fr") -> str:
    response = client.get(address, headers={"Accept-Language": language})
    assert response.status_code == 200, address
    return response.text


def bare(page: str) -> str:
    """The page without what its passages tell the script."""
    return re.sub(r' data-(?:passage|speaker|words|clock)="[^"]*"', "", page)


def link_of(page: str, words: str) -> str:
    """The whole opening tag of the link that holds these words."""
    found = re.search(rf"(<a [^>]*>){re.escape(words)}</a>", page)
    assert found, words
    return found[1]


# --- the list --------------------------------------------------------------------------------------


def test_the_list_is_newest_first_with_undated_posts_last(client: FlaskClient) -> None:
    titles = re.findall(r'<h2><a href="([^"]*)"', read(client, "/"))
    assert titles == [
        "/deux-seances/",
        "/marche-couvert/",
        "/place-du-lavoir/",
        "/cour-d-ecole/",
        "/longue-seance/",
        "/reunion-publique/",
    ]


def test_the_list_tells_dates_and_coverage_in_words(client: FlaskClient) -> None:
    page = read(client, "/")
    assert '<time datetime="2025-07-01">1er\N{NO-BREAK SPACE}juillet 2025</time>' in page
    assert "Sans date" in page
    words = "9 passages : 5 dits tels quels, 1 dit autrement, 1 incertain, 2 non retrouvés."
    assert words in page.replace("\N{NO-BREAK SPACE}", " ")


def test_the_bar_has_a_share_for_each_verdict(client: FlaskClient) -> None:
    bars = re.findall(r'<rect class="bar-(\w+)" x="([\d.]+)%" width="([\d.]+)%"', read(client, "/marche-couvert/"))
    assert bars == [
        ("spoken", "0.00", "55.56"),
        ("reworded", "55.56", "11.11"),
        ("uncertain", "66.67", "11.11"),
        ("not_found", "77.78", "22.22"),
    ]


def test_an_empty_workspace_says_what_to_do(tmp_path: Path) -> None:
    page = read(create_app(Workspace(tmp_path)).test_client(), "/")
    assert "Aucune prise de parole pour l’instant." in page
    assert "transcripts" in page


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"format": "aligner.alignment", "version": 2}',
        b'{"format": "aligner.alignment", "version": 1}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"format": "aligner.alignment", "version": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "cut", "list", "version", "no-post", "encoding", "deep", "huge-number"],
)
def test_a_broken_file_is_named_and_harms_nothing_else(
    client: FlaskClient, workspace: Workspace, content: bytes
) -> None:
    (workspace.aligned / "casse.json").write_bytes(content)
    page = read(client, "/")
    assert "Un fichier n’a pas pu être lu" in page
    assert "casse.json" in page
    assert "Rénover le marché couvert" in page
    answer = client.get("/casse/")
    assert answer.status_code == 500
    assert "Ce texte ne peut pas être montré" in answer.text
    assert str(workspace.root) not in answer.text + page


@pytest.mark.parametrize(
    "damage",
    [
        {"block": 99},
        {"block": -1},
        {"block_chars": [0, 3]},
        {"text": "Autre chose."},
        {"start_ms": "12"},
        {"start_ms": -5},
        {"status": "peut-être"},
        {"kind": None},
        {"id": 7},
        {"reason": "\ud800"},
        {"block_chars": [1]},
    ],
    ids=str,
)
def test_a_passage_that_breaks_the_contract_gives_no_page_rather_than_a_wrong_link(
    client: FlaskClient, workspace: Workspace, damage: dict[str, object]
) -> None:
    path = workspace.aligned / "marche-couvert.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["passages"][2] |= damage
    path.write_text(json.dumps(document), encoding="utf-8")
    assert client.get("/marche-couvert/").status_code == 500
    assert "Un fichier n’a pas pu être lu" in read(client, "/")


def test_unknown_keys_are_ignored(client: FlaskClient, workspace: Workspace) -> None:
    path = workspace.aligned / "marche-couvert.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["new"] = document["post"]["new"] = document["passages"][0]["new"] = {"a": 1}
    path.write_text(json.dumps(document), encoding="utf-8")
    read(client, "/marche-couvert/")


def test_files_are_read_again_when_they_change(client: FlaskClient, workspace: Workspace) -> None:
    path = workspace.aligned / "marche-couvert.json"
    assert "Rénover le marché couvert" in read(client, "/")
    changed = path.read_text(encoding="utf-8").replace("Rénover le marché", "Agrandir le marché")
    new = path.with_suffix(".new")
    new.write_text(changed, encoding="utf-8")
    new.replace(path)
    assert "Agrandir le marché couvert" in read(client, "/")
    path.unlink()
    assert "marché couvert" not in read(client, "/")
    assert client.get("/marche-couvert/").status_code == 404


PARTS = ("recherche", "trouver", "seances", "personnes", "themes", "api")
FOLDERS = ("embed", "oembed", "cartes", "posts", "media", "posters", "static")


@pytest.mark.parametrize("slug", [*PARTS, *FOLDERS])
def test_a_post_named_like_a_part_of_the_site_has_a_page_as_well(
    client: FlaskClient, workspace: Workspace, slug: str
) -> None:
    draft = council_post()
    draft.slug, draft.title = slug, f"Un texte nommé {slug}"
    draft.write(workspace)
    own = f"/{slug}-/" if slug in PARTS else f"/{slug}/"
    assert link_of(read(client, "/"), f'<span lang="fr">{draft.title}</span>') == f'<a href="{own}">'
    page = read(client, own)
    assert f'<h1 lang="fr">{draft.title}</h1>' in page
    assert f'<link rel="canonical" href="http://localhost{own}">' in page
    assert draft.title in read(client, f"/embed/{slug}/")
    told = json.loads(client.get(f"/oembed?url=http://localhost{own}").data)
    assert told["title"] == draft.title
    for part in PARTS:
        assert f"<h1>{draft.title}" not in read(client, f"/{part}/")
    assert client.get(f"/{slug}--/").status_code == 404


def test_a_post_without_a_title_has_a_heading_in_words(client: FlaskClient, workspace: Workspace) -> None:
    draft = council_post()
    draft.title = " "
    draft.write(workspace)
    for address in ("/marche-couvert/", "/embed/marche-couvert/"):
        assert "<h1>Texte sans titre</h1>" in read(client, address)
        assert "<title>Texte sans titre · " in read(client, address)
        assert "<h1>Untitled text</h1>" in read(client, f"{address}?lang=en")


# --- a post ----------------------------------------------------------------------------------------


def test_a_spoken_passage_is_an_ordinary_link_to_its_moment(client: FlaskClient) -> None:
    tag = link_of(read(client, "/marche-couvert/"), "Nous l’avons vue se fendre cet hiver.")
    assert 'class="passage spoken"' in tag
    assert 'href="/media/generic:conseil-2025-06-12#t=14.2"' in tag
    assert 'id="p=hiver"' in tag
    assert 'title="Aller à 14\N{NO-BREAK SPACE}s"' in tag


def test_youtube_links_are_whole_seconds_a_little_early_and_never_negative(client: FlaskClient) -> None:
    page = read(client, "/place-du-lavoir/")
    assert 'href="https://youtu.be/Mc5Aulne001?t=754"' in link_of(
        page, "la place appartient à celles et ceux qui la traversent"
    )
    assert 'href="https://youtu.be/Mc5Aulne001?t=0"' in link_of(page, "Nous y planterons douze tilleuls.")


def test_a_reworded_passage_is_marked_and_gives_the_words_that_were_said(client: FlaskClient) -> None:
    page = read(client, "/marche-couvert/")
    words = "Sa charpente nous raconte la ville\N{NARROW NO-BREAK SPACE}; elle mérite mieux qu’une bâche."
    assert 'class="passage reworded"' in link_of(page, words)
    assert 'aria-expanded="false" aria-controls="about-charpente">dit autrement</button>' in page
    assert "cette charpente elle raconte notre ville, elle vaut mieux qu&#39;une bâche" in page


def test_an_uncertain_passage_is_no_link_but_offers_one_with_its_reason(client: FlaskClient) -> None:
    page = bare(read(client, "/marche-couvert/"))
    words = "des étals ouverts aux productrices et producteurs de la vallée."
    assert f'<span class="passage uncertain" id="p=etals">{words}</span>' in page
    assert "deux endroits conviennent : 0:41 et 1:10" in page
    possible = link_of(page, "écouter le passage possible (≈&#160;0:41)")
    assert 'class="possible"' in possible
    assert '#t=40.7"' in possible


def test_passages_not_found_are_plain_text_with_one_quiet_note_for_the_run(client: FlaskClient) -> None:
    page = bare(read(client, "/marche-couvert/"))
    assert '<span class="passage not_found" id="p=travaux">Les travaux dureront dix-huit mois.</span>' in page
    notes = [note.strip() for note in re.findall(r'<small class="note"[^>]*>([^<]*)', page)]
    assert notes == ["2\N{NO-BREAK SPACE}phrases non retrouvées dans l’enregistrement"]


def test_the_note_names_all_recordings_when_there_are_several(client: FlaskClient, workspace: Workspace) -> None:
    path = workspace.aligned / "deux-seances.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["passages"][0] |= {"status": "not_found", "media_id": None, "start_ms": None, "end_ms": None}
    path.write_text(json.dumps(document), encoding="utf-8")
    assert ">non retrouvé dans les enregistrements <" in read(client, "/deux-seances/")


def test_headings_summaries_and_boilerplate_are_plain_text_without_a_note(client: FlaskClient) -> None:
    page = bare(read(client, "/marche-couvert/"))
    asked, given = "Pourquoi rénover\N{NARROW NO-BREAK SPACE}?", "Prise de parole de Jeanne Morel\N{NO-BREAK SPACE}:"
    assert f'<h2><span class="passage unclaimed" id="p=titre">{asked}</span></h2>' in page
    assert f'<p><span class="passage unclaimed" id="p=intro">{given}</span></p>' in page
    summary = bare(read(client, "/place-du-lavoir/"))
    reported = "Karim Le Goff rappelle que «\N{NO-BREAK SPACE}"
    assert f'<span class="passage unclaimed" id="p=resume">{reported}</span><a class="passage spoken"' in summary
    assert re.search('</a><span class="passage unclaimed" ?>\N{NO-BREAK SPACE}» et conclut.</span></p>', summary)
    assert "not_found" not in summary


def test_a_margin_time_stands_only_beside_words_that_were_said_then(client: FlaskClient) -> None:
    page = read(client, "/marche-couvert/")
    times = re.findall(r'<a class="time" aria-label="([^"]*)"[^>]*>([^<]*)</a>', page)
    # the last block begins with a sentence that was not found, the uncertain item has no time to give
    assert times == [
        ("Aller à 5\N{NO-BREAK SPACE}s", "0:05"),
        ("Aller à 30\N{NO-BREAK SPACE}s", "0:30"),
        ("Aller à 1\N{NO-BREAK SPACE}min\N{NO-BREAK SPACE}0\N{NO-BREAK SPACE}s", "1:00"),
    ]


def test_the_legend_explains_the_verdicts_that_occur_and_no_others(client: FlaskClient) -> None:
    assert re.findall(r'class="sample (\w+)"', read(client, "/marche-couvert/")) == [
        "spoken",
        "reworded",
        "uncertain",
        "not_found",
        "unclaimed",
    ]
    assert re.findall(r'class="sample (\w+)"', read(client, "/deux-seances/")) == ["spoken"]


def test_list_items_and_quotes_keep_their_form(client: FlaskClient) -> None:
    page = re.sub(r"\s*\n\s*", "", read(client, "/marche-couvert/"))
    assert re.search(r"<ul><li>.*?une charpente refaite.*?</li><li>.*?des étals.*?</li></ul><blockquote><p>", page)


def test_what_posts_say_is_never_markup(client: FlaskClient) -> None:
    page = read(client, "/reunion-publique/") + read(client, "/")
    assert "<script>" not in page
    assert page.count("alert(1)") == page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3
    assert "&lt;/script&gt;&lt;script&gt;alert(2)" in page


def test_there_is_no_inline_script_or_style(client: FlaskClient) -> None:
    for address in ("/", "/marche-couvert/", "/place-du-lavoir/", "/deux-seances/", "/rien/"):
        page = client.get(address).text
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", page)


def test_a_hostile_address_is_never_linked(client: FlaskClient, workspace: Workspace) -> None:
    path = workspace.aligned / "reunion-publique.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["media"]["vimeo:7654321"]["url"] = document["post"]["url"] = "javascript:alert(3)"
    path.write_text(json.dumps(document), encoding="utf-8")
    page = read(client, "/reunion-publique/")
    assert "alert(3)" not in page
    assert "Cet enregistrement n’est plus disponible." in page
    assert "<a class=" not in page.partition('id="text"')[2].partition("</section>")[0]


def test_a_post_without_recordings_says_so(client: FlaskClient, workspace: Workspace) -> None:
    path = workspace.aligned / "marche-couvert.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["media"] = {}
    path.write_text(json.dumps(document), encoding="utf-8")
    page = read(client, "/marche-couvert/")
    assert "Ce texte n’est relié à aucun enregistrement." in page
    assert "data-recording" not in page
    assert "page.js" not in page


def test_several_recordings_are_numbered_and_each_passage_knows_its_own(client: FlaskClient) -> None:
    page = read(client, "/deux-seances/")
    assert 'data-recording="1"' in link_of(page, "Nous avons commencé en juin.")
    second = link_of(page, "Nous finissons à l’automne.")
    assert 'data-recording="2" data-start="3725400" data-end="3728000"' in second
    assert 'href="https://youtu.be/Mc5Aulne001?t=3725"' in second
    assert "Enregistrement 2, aller à 1\N{NO-BREAK SPACE}h" in second


def test_before_consent_the_page_names_no_address_that_a_browser_would_fetch_elsewhere(client: FlaskClient) -> None:
    page = read(client, "/place-du-lavoir/")
    assert re.findall(r'\s(?:src|poster|srcset|data)="(?!/)[^"]*"', page) == []
    assert re.findall(r'<link rel="(?!canonical|alternate)[^>]*href="(?!/)', page) == []
    assert 'data-video="Mc5Aulne001"' in page
    assert "Charger le lecteur YouTube" in page
    assert "Rien ne lui est envoyé avant votre clic." in page
    assert '<a class="outside" href="https://youtu.be/Mc5Aulne001">Voir sur YouTube</a>' in page
