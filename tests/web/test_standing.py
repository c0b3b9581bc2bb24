"""The page of the site's state: what is linked, what waits, what is wrong, what to listen to; live and published."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Page

from aligner.corrections import write_proposal
from aligner.model import Proposal
from aligner.store import Workspace
from tests.web.conftest import LOCAL, TUBE
from web import create_app
from web.freeze import publish
from web.views.standing import MOST


def text_of(client: FlaskClient, address: str = "/etat/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def alter(workspace: Workspace, slug: str, change: Callable[[dict[str, Any]], object]) -> None:
    path = workspace.aligned / f"{slug}.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    change(told)
    path.write_text(json.dumps(told), encoding="utf-8")


def test_it_tells_the_share_the_recordings_and_every_post(client: FlaskClient) -> None:
    told = text_of(client)
    assert "94 % des passages des textes alignés mènent au moment où ils ont été dits." in told
    assert "79 passages : 73 dits tels quels, 2 dits autrement, 2 incertains, 2 non retrouvés." in told
    for title in ("Rénover le marché couvert", "La place du Lavoir", "Une longue séance", "Conseil filmé"):
        assert title in told
    texts = told[told.index("Les textes les moins retrouvés") :]
    assert texts.index("Rénover le marché couvert") < texts.index("Une longue séance")
    assert "le son est là" in told


def test_it_lists_what_is_uncertain_with_its_reason_and_a_link(client: FlaskClient) -> None:
    told = text_of(client)
    assert 'href="/marche-couvert/#p=etals"' in told
    assert "incertain · à 41 s" in told
    assert "deux endroits conviennent" in told


def test_it_speaks_english_too(client: FlaskClient) -> None:
    told = text_of(client, "/etat/?lang=en")
    assert "94% of the passages of aligned texts lead to the moment they were said." in told
    assert 'href="/marche-couvert/?lang=en#p=etals"' in told


def test_posts_that_are_new_or_edited_wait_and_the_page_is_never_stale(
    client: FlaskClient, workspace: Workspace
) -> None:
    """No file changes that the library looks at."""
    assert "nouveau.md" not in text_of(client)
    (workspace.posts / "nouveau.md").write_text("# Nouveau\n\nhttps://youtu.be/MontcleryB2\n", encoding="utf-8")
    (workspace.posts / "marche-couvert.md").write_text("Plus tard.\n", encoding="utf-8")
    told = text_of(client)
    waits = told[told.index("Ce qui attend") : told.index("À réécouter")]
    assert "<code>nouveau.md</code>" in waits
    assert "pas encore aligné" in waits
    assert "Rénover le marché couvert" in waits
    assert "modifié depuis son alignement" in waits
    assert client.get("/etat/").headers["Cache-Control"] == "no-store"


def test_what_became_of_recordings_stands_there(client: FlaskClient, workspace: Workspace) -> None:
    told = text_of(client)
    assert f"{TUBE.title} : le son n’est plus là" in told  # aligned with a sound that is not in media/
    (workspace.media_folder(LOCAL.id) / "video.mp4").unlink()
    assert f"{LOCAL.title} : le son n’est plus là" in text_of(client)


def test_wrong_links_stand_there_with_the_right_one(client: FlaskClient, workspace: Workspace) -> None:
    findings = [
        {"kind": "offset", "media_id": TUBE.id, "link_ms": 60_000, "said_ms": 754_800},
        {"kind": "empty", "media_id": TUBE.id, "link_ms": None, "said_ms": None},
    ]
    alter(workspace, "place-du-lavoir", lambda told: told.update(findings=findings))
    told = text_of(client)
    assert "Le lien du texte mène à 1 min 0 s, trop tôt : les paroles commencent à" in told
    assert '<a href="https://youtu.be/Mc5Aulne001?t=754" rel="noopener">12 min 34 s</a>' in told
    assert "Rien de ce texte n’a été dit dans cet enregistrement" in told


def test_an_address_that_is_none_is_never_a_link(client: FlaskClient, workspace: Workspace) -> None:
    def spoil(told: dict[str, Any]) -> None:
        told["media"][LOCAL.id]["url"] = "javascript:alert(1)"
        told["findings"] = [{"kind": "offset", "media_id": LOCAL.id, "link_ms": 0, "said_ms": 80_000}]

    for path in workspace.aligned.glob("*.json"):
        if LOCAL.id in json.loads(path.read_text(encoding="utf-8"))["media"]:
            alter(workspace, path.stem, spoil)
    (workspace.media_folder(LOCAL.id) / "info.json").unlink()
    assert "javascript:" not in text_of(client)


def test_a_long_list_to_listen_to_is_cut_and_says_so(client: FlaskClient, workspace: Workspace) -> None:
    def doubt(told: dict[str, Any]) -> None:
        for passage in told["passages"]:
            passage["status"] = "uncertain"

    alter(workspace, "longue-seance", doubt)
    told = text_of(client)
    assert told.count("<blockquote") == MOST
    assert "Et 12 autres passages." in told


def test_readers_proposals_are_text_and_nothing_else(client: FlaskClient, workspace: Workspace) -> None:
    note = "<script>alert(1)</script>"
    write_proposal(workspace, Proposal("marche-couvert", "hiver", "<b>Gras</b>", LOCAL.id, 14_500, None, note))
    told = text_of(client)
    assert "une lectrice ou un lecteur propose un autre moment" in told
    assert "<script>alert" not in told
    assert "&lt;b&gt;Gras" in told


def test_an_empty_workspace_has_the_page_too(tmp_path: Path) -> None:
    assert "Rien n’est encore aligné." in text_of(create_app(Workspace(tmp_path)).test_client())


def test_the_list_of_posts_leads_there(client: FlaskClient) -> None:
    assert '<a href="/etat/">Où en est ce site</a>' in text_of(client, "/")


def test_it_is_published_and_made_again_when_a_post_is_edited(workspace: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "public"
    assert publish(workspace, out, check=True).faults == ()
    page = out / "etat" / "index.html"
    assert "Rénover le marché couvert" in page.read_text(encoding="utf-8")
    assert (out / "en" / "etat" / "index.html").is_file()
    assert publish(workspace, out).written == 0
    (workspace.posts / "nouveau.md").write_text("# Nouveau\n", encoding="utf-8")
    assert publish(workspace, out).written == 2  # in both languages, and nothing else
    assert "nouveau.md" in page.read_text(encoding="utf-8")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_no_fault(site: str, open_page: Callable[..., Page], width: int, scheme: str) -> None:
    page = open_page(f"{site}/etat/", color_scheme=scheme, viewport={"width": width, "height": 740})
    results = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}})
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
