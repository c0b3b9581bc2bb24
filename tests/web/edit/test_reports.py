"""What readers send of a wrong moment: what is kept, what is refused, where it is not offered."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from aligner.corrections import list_proposals
from aligner.corrections.proposals import MOST_OF_A_POST
from aligner.store import Workspace
from tests.web.conftest import Client
from tests.web.edit.sample import MEDIA, SLUG
from web import create_app
from web.views.reports import MOST_FROM_ALL, MOST_FROM_ONE, Gate

OWN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
SECRET = "tbai5owpqd"
ADDRESS = f"/signaler/{SLUG}/"


def open_client(app: Flask) -> FlaskClient:
    app.test_client_class = Client
    return app.test_client()


@pytest.fixture
def client(council: Workspace) -> FlaskClient:
    return open_client(create_app(council))


def test_a_report_is_kept_as_it_was_sent_and_leads_to_thanks(client: FlaskClient, council: Workspace) -> None:
    note = "Plus tard :\r\n\r\n« le secret »"
    answer = client.post(ADDRESS, data={"p": SECRET, "note": note, "moment": "183.25"}, headers=OWN)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ADDRESS}?p={SECRET}&merci=1")
    assert "Merci !" in client.get(answer.headers["Location"]).text.replace("\u202f", " ")
    assert "Set-Cookie" not in answer.headers
    (kept,) = list_proposals(council)
    assert (kept.slug, kept.passage_id, kept.media_id) == (SLUG, SECRET, MEDIA)
    assert (kept.start_ms, kept.suggested_ms, kept.note) == (182_390, 183_250, "Plus tard : « le secret »")


def test_a_browser_that_tells_only_its_origin_may_report(client: FlaskClient, council: Workspace) -> None:
    assert client.post(ADDRESS, data={"p": SECRET}, headers={"Origin": "http://localhost"}).status_code == 303
    assert len(list_proposals(council)) == 1


def test_behind_a_web_server_its_readers_may_report(council: Workspace) -> None:
    client = open_client(create_app(council, "https://montclery.example/paroles"))
    own = {"Origin": "https://montclery.example"}
    for _ in range(MOST_FROM_ONE + 1):  # all of them come from the web server's address
        assert client.post(ADDRESS, data={"p": SECRET}, headers=own).status_code == 303
    assert client.post(ADDRESS, data={"p": SECRET}, headers={"Origin": "http://localhost"}).status_code == 403


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        ({"p": "inconnu"}, 404, "n’existe pas"),
        ({"p": "xrqtwccyb3"}, 404, "n’existe pas"),  # of another post
        ({"p": SECRET, "note": "x" * 501}, 400, "trop longue"),
        ({"p": SECRET, "moment": "tantôt"}, 400, "n’est pas un moment"),
        ({"p": SECRET, "moment": "9:00:00"}, 400, "n’est pas un moment"),
        ({"p": SECRET, "moment": "-5"}, 400, "n’est pas un moment"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(
    client: FlaskClient, council: Workspace, data: dict[str, str], status: int, words: str
) -> None:
    answer = client.post(ADDRESS, data=data, headers=OWN)
    assert (answer.status_code, words in answer.text) == (status, True)
    assert list_proposals(council) == ()


def test_nobody_sends_many(client: FlaskClient, council: Workspace) -> None:
    for _ in range(MOST_FROM_ONE):
        assert client.post(ADDRESS, data={"p": SECRET}, headers=OWN).status_code == 303
    answer = client.post(ADDRESS, data={"p": SECRET}, headers=OWN)
    assert (answer.status_code, "dans une heure" in answer.text) == (429, True)
    assert len(list_proposals(council)) == MOST_FROM_ONE
    other = {"REMOTE_ADDR": "192.0.2.9"}
    assert client.post(ADDRESS, data={"p": SECRET}, headers=OWN, environ_overrides=other).status_code == 303


def test_a_post_takes_so_many_and_no_more(client: FlaskClient, council: Workspace) -> None:
    statuses = [
        client.post(
            ADDRESS, data={"p": SECRET}, headers=OWN, environ_overrides={"REMOTE_ADDR": f"192.0.2.{n}"}
        ).status_code
        for n in range(MOST_OF_A_POST + 1)
    ]
    assert statuses == [303] * MOST_OF_A_POST + [503]


def test_the_gate_opens_again_after_an_hour() -> None:
    gate = Gate(most_from_one=2, most_from_all=3)
    assert [gate.lets_in("a", now) for now in (0, 1, 2)] == [True, True, False]
    assert [gate.lets_in(sender, 3) for sender in ("b", "c")] == [True, False]
    assert gate.lets_in("a", 3_600) is True  # the first is an hour old
    assert gate.lets_in("a", 3_600.5) is False
    open_to_all = Gate(most_from_one=2)
    assert [open_to_all.lets_in("", 0) for _ in range(MOST_FROM_ALL + 1)] == [True] * MOST_FROM_ALL + [False]


def test_where_reports_are_turned_off_there_is_no_trace_of_them(council: Workspace) -> None:
    client = open_client(create_app(council, proposals=False))
    assert client.get(ADDRESS).status_code == 404
    assert client.post(ADDRESS, data={"p": SECRET}, headers=OWN).status_code == 404
    page = client.get(f"/{SLUG}/").text
    assert "report" not in page
    assert "signaler" not in page


def test_the_page_asks_for_a_passage_where_none_is_named(client: FlaskClient) -> None:
    page = client.get(ADDRESS).text
    assert page.count("<option") == 17
    assert "<option" not in client.get(f"{ADDRESS}?p={SECRET}").text
    assert client.get(f"{ADDRESS}?p=inconnu").status_code == 404
