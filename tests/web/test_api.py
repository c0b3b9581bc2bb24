"""The API: what each route tells, one shape for errors, and a document that names all of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from aligner.store import Workspace, dump_json, write_atomic
from tests.web.conftest import LOCAL, TUBE, Draft, council_post
from tests.web.heard import write_transcript

DOC = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def told(answer: TestResponse) -> Any:
    return json.loads(answer.data)


def get(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/json"
    assert told(answer)["ok"] is True
    return told(answer)


def edited(draft: Draft, workspace: Workspace, passage_id: str, **facts: Any) -> None:
    """Write a draft with other facts on one of its passages, and tags on the post."""
    document = draft.document()
    document["post"]["tags"] = ["commerces", "patrimoine"]
    (passage,) = (passage for passage in document["passages"] if passage["id"] == passage_id)
    passage.update(facts)
    write_atomic(workspace.aligned / f"{draft.slug}.json", dump_json(document))


@pytest.fixture
def rich(client: FlaskClient, workspace: Workspace) -> FlaskClient:
    """A client of a workspace with tags, a former id and words that were heard."""
    edited(council_post(), workspace, "halle", former=["vieille-halle"])
    write_transcript(
        workspace, LOCAL, (5_000, "alors le marché couvert a plus de cent ans"), (70_000, "la séance est levée")
    )
    return client


# --- the document ------------------------------------------------------------------------------------


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from keys_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)


ADDRESSES = {
    "/api/": "/api/",
    "/api/posts": "/api/posts?limit=1",
    "/api/posts/<slug>": "/api/posts/marche-couvert",
    "/api/passages/<slug>/<passage_id>": "/api/passages/cour-d-ecole/cour",
    "/api/sessions": "/api/sessions",
    "/api/sessions/<media_id>": f"/api/sessions/{LOCAL.id}",
    "/api/sessions/<media_id>/transcript": f"/api/sessions/{LOCAL.id}/transcript",
    "/api/people": "/api/people",
    "/api/topics": "/api/topics",
    "/api/search": "/api/search?q=tilleuls",
    "/api/find": "/api/find?q=le+vieux+march%C3%A9+couvert+a+plus+de+cent+ans",
}


def test_every_route_is_told_and_documented_and_tried_here(rich: FlaskClient) -> None:
    told = {route["path"] for route in get(rich, "/api/")["routes"]}
    assert told == set(ADDRESSES)
    assert [path for path in told if f"| `{path}` |" not in DOC] == []
    assert all(route["about"] for route in get(rich, "/api/")["routes"])


def test_every_key_is_documented(rich: FlaskClient) -> None:
    keys = {key for address in ADDRESSES.values() for key in keys_of(get(rich, address))}
    assert len(keys) > 50
    assert sorted(key for key in keys if f"`{key}`" not in DOC) == []


def test_every_parameter_is_documented(rich: FlaskClient) -> None:
    for path, address in ADDRESSES.items():
        refused = told(rich.get(address.partition("?")[0] + "?nichts=1"))["error"]
        names = re.findall(r"[a-z]+", refused.partition("possibles")[2])
        (row,) = (line for line in DOC.splitlines() if line.startswith(f"| `{path}` |"))
        assert sorted(re.findall(r"`(\w+)`", row.split("|")[3])) == sorted(names), path


# --- what the routes tell ----------------------------------------------------------------------------


def test_posts_come_newest_first_in_pages_with_the_address_of_the_next(client: FlaskClient) -> None:
    first = get(client, "/api/posts?limit=4")
    assert (first["total"], first["limit"], first["offset"]) == (6, 4, 0)
    assert [post["slug"] for post in first["posts"]][:2] == ["deux-seances", "marche-couvert"]
    assert first["next"] == "http://localhost/api/posts?limit=4&offset=4"
    rest = get(client, first["next"])
    assert len(rest["posts"]) == 2
    assert rest["next"] is None


def test_posts_can_be_asked_for_by_year_speaker_and_tag(rich: FlaskClient) -> None:
    assert [post["slug"] for post in get(rich, "/api/posts?year=2024")["posts"]] == ["longue-seance"]
    assert [post["slug"] for post in get(rich, "/api/posts?tag=patrimoine")["posts"]] == ["marche-couvert"]
    assert get(rich, "/api/posts?speaker=Personne")["posts"] == []
    kept = get(rich, "/api/posts?speaker=Jeanne+Morel&limit=1")
    assert kept["next"] == "http://localhost/api/posts?speaker=Jeanne+Morel&limit=1&offset=1"


def test_a_post_tells_its_passages_with_their_places(rich: FlaskClient) -> None:
    post = get(rich, "/api/posts/marche-couvert")
    assert post["url"] == "http://localhost/marche-couvert/"
    assert post["original_url"] == "https://montclery.example/marche-couvert"
    assert post["tags"] == ["commerces", "patrimoine"]
    passages = {passage["id"]: passage for passage in post["passages"]}
    halle = passages["halle"]
    assert (halle["status"], halle["start_ms"], halle["end_ms"]) == ("spoken", 60_000, 63_000)
    assert halle["url"] == "http://localhost/marche-couvert/#p=halle"
    assert halle["listen_url"] == f"http://localhost/media/{LOCAL.id}#t=59.7"


def test_a_place_that_is_not_sure_gets_no_address(rich: FlaskClient) -> None:
    passages = {passage["id"]: passage for passage in get(rich, "/api/posts/marche-couvert")["passages"]}
    assert passages["etals"]["start_ms"] == 41_000
    assert passages["etals"]["listen_url"] is None
    assert passages["travaux"]["listen_url"] is None


def test_a_heading_has_no_verdict(rich: FlaskClient) -> None:
    passages = {passage["id"]: passage for passage in get(rich, "/api/posts/marche-couvert")["passages"]}
    assert passages["titre"]["status"] is None
    assert passages["titre"]["confidence"] is None


def test_what_claims_nobodys_words_is_never_listened_to(client: FlaskClient, workspace: Workspace) -> None:
    edited(council_post(), workspace, "titre", status="spoken", media_id=LOCAL.id, start_ms=1_000, end_ms=2_000)
    title = get(client, "/api/passages/marche-couvert/titre")["passage"]
    assert (title["kind"], title["status"], title["listen_url"]) == ("heading", None, None)


def test_a_recording_elsewhere_is_listened_to_there(client: FlaskClient) -> None:
    passage = get(client, "/api/passages/place-du-lavoir/traversent")["passage"]
    assert passage["listen_url"] == "https://youtu.be/Mc5Aulne001?t=754"
    assert passage["share_url"] == "http://localhost/place-du-lavoir/?p=traversent"


def test_a_passage_answers_under_a_former_id_with_its_present_one(rich: FlaskClient) -> None:
    told = get(rich, "/api/passages/marche-couvert/vieille-halle")
    assert told["passage"]["id"] == "halle"
    assert told["passage"]["former"] == ["vieille-halle"]
    assert told["post"]["slug"] == "marche-couvert"


def test_the_words_of_a_passage_tell_which_were_not_said(client: FlaskClient) -> None:
    words = get(client, "/api/passages/cour-d-ecole/cour")["passage"]["words"]
    assert [word["text"] for word in words if word["heard"] is None] == ["de", "douze"]
    assert words[0] == {"text": "La", "start_ms": 10_000, "end_ms": 10_400, "heard": "La"}


def test_a_session_tells_its_moments_in_order_and_its_transcript(rich: FlaskClient) -> None:
    session = get(rich, f"/api/sessions/{LOCAL.id}")
    assert session["words"] == 13
    assert session["url"] == f"http://localhost/seances/{LOCAL.id}/"
    starts = [moment["start_ms"] for moment in session["moments"]]
    assert starts == sorted(starts)
    assert "etals" not in [moment["id"] for moment in session["moments"]]
    rows = get(rich, session["transcript_url"])["rows"]
    assert rows[0]["text"].startswith("alors le marché couvert")
    assert (rows[-1]["start_ms"], rows[-1]["text"]) == (70_000, "la séance est levée")
    assert get(rich, f"/api/sessions/{TUBE.id}/transcript")["rows"] == []


def test_people_and_topics_lead_to_their_posts(rich: FlaskClient) -> None:
    (person,) = get(rich, "/api/people")["people"]
    assert person["name"] == "Jeanne Morel"
    assert get(rich, person["posts_url"])["total"] == person["posts"] == 6
    topics = get(rich, "/api/topics")["topics"]
    assert [topic["name"] for topic in topics] == ["commerces", "patrimoine"]
    assert get(rich, topics[0]["posts_url"])["total"] == 1


def test_a_search_tells_published_and_heard_words(rich: FlaskClient) -> None:
    (heard,) = get(rich, "/api/search?q=s%C3%A9ance+lev%C3%A9e")["hits"]
    assert (heard["source"], heard["media_id"], heard["start_ms"]) == ("heard", LOCAL.id, 70_000)
    assert heard["url"] == f"http://localhost/seances/{LOCAL.id}/?t=70"
    (found,) = get(rich, "/api/search?q=chene")["hits"]
    assert [found["text"][slice(*mark)] for mark in found["marks"]] == ["chêne"]
    assert found["url"] == "http://localhost/marche-couvert/#p=chene"


def test_an_unsure_hit_has_a_place_and_no_address_to_listen(rich: FlaskClient) -> None:
    (hit,) = get(rich, "/api/search?q=productrices")["hits"]
    assert (hit["status"], hit["start_ms"], hit["listen_url"]) == ("uncertain", 41_000, None)


def test_a_mistyped_word_is_told(rich: FlaskClient) -> None:
    found = get(rich, "/api/search?q=charpante")
    assert found["meant"] == [{"typed": "charpante", "searched": "charpente"}]
    assert {hit["passage_id"] for hit in found["hits"]} == {"charpente", "chene"}


# --- errors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/api/posts?limit=0", 400, "« limit » doit être un nombre entier de 1 à 100"),
        ("/api/posts?limit=101", 400, "de 1 à 100"),
        ("/api/posts?limit=zehn", 400, "nombre entier"),
        ("/api/posts?limit=%C2%B2", 400, "nombre entier"),
        ("/api/posts?offset=-1", 400, "« offset »"),
        ("/api/posts?year=vorig", 400, "« year »"),
        ("/api/posts?limite=5", 400, "« limite » n’existe pas ici"),
        ("/api/posts?limit=5&limit=6", 400, "deux fois"),
        ("/api/posts/marche-couvert?full=1", 400, "n’existe pas ici"),
        ("/api/search", 400, "« q » est nécessaire"),
        ("/api/search?q=%20", 400, "« q » est nécessaire"),
        (f"/api/search?q={'a' * 201}", 400, "trop long"),
        ("/api/find", 400, "« q » est nécessaire"),
        ("/api/find?q=%5B%E2%80%A6%5D", 400, "« q » ne contient aucun mot"),
        (f"/api/find?q={'a' * 4001}", 400, "trop long"),
        ("/api/find?q=halle&speaker=Personne", 400, "n’est le nom de personne"),
        ("/api/find?q=halle&limit=0", 400, "nombre entier de 1 à 100"),
        ("/api/posts/rien", 404, "n’existe pas"),
        ("/api/passages/marche-couvert/rien", 404, "n’existe pas"),
        ("/api/passages/rien/halle", 404, "n’existe pas"),
        ("/api/sessions/youtube:rien", 404, "n’existe pas"),
        ("/api/sessions/youtube:rien/transcript", 404, "n’existe pas"),
        ("/api/rien", 404, "n’existe pas"),
    ],
)
def test_errors_have_one_shape_and_say_what_is_wrong(
    client: FlaskClient, address: str, status: int, words: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, told(answer)["status"], told(answer)["ok"]) == (status, status, False)
    assert set(told(answer)) == {"ok", "status", "error"}
    assert words in told(answer)["error"].replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_only_get_is_answered(client: FlaskClient) -> None:
    answer = client.post("/api/posts")
    assert (answer.status_code, told(answer)["status"]) == (405, 405)
    assert "GET" in answer.headers["Allow"]


def test_a_broken_alignment_is_an_error_of_one_post_only(client: FlaskClient, workspace: Workspace) -> None:
    (workspace.aligned / "casse.json").write_text(json.dumps({"format": "aligner.alignment"}), encoding="utf-8")
    answer = client.get("/api/posts/casse")
    assert (answer.status_code, told(answer)["ok"]) == (500, False)
    assert get(client, "/api/posts")["total"] == 6


def test_errors_come_in_the_language_asked_for(client: FlaskClient) -> None:
    assert "must be a whole number" in told(client.get("/api/posts?limit=x&lang=en"))["error"]


def test_other_sites_may_read_the_api_and_no_page(client: FlaskClient) -> None:
    assert client.get("/api/posts").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get("/marche-couvert/").headers
