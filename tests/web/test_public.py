"""Behind another web server: absolute addresses are those that readers use."""

from __future__ import annotations

import pytest

from aligner.errors import UsageError
from aligner.store import Workspace
from web import create_app


@pytest.mark.parametrize("asked", ["/marche-couvert/", "/paroles/marche-couvert/"])
def test_addresses_are_those_of_readers_whatever_the_proxy_sends(workspace: Workspace, asked: str) -> None:
    client = create_app(workspace, "https://montclery.example/paroles/").test_client()
    page = client.get(asked, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}).text
    assert '<link rel="canonical" href="https://montclery.example/paroles/marche-couvert/">' in page
    assert 'href="/paroles/static/' in page
    assert "evil" not in page
    assert "Prises de parole" in client.get("/paroles").text
    assert client.get("/api/posts").json["posts"][0]["url"].startswith("https://montclery.example/paroles/")  # type: ignore[index]


@pytest.mark.parametrize(
    "address", ["montclery.example", "ftp://montclery.example", "https://", "https://a b/", "https://x/?q", "http://[x"]
)
def test_what_is_no_address_is_said(workspace: Workspace, address: str) -> None:
    with pytest.raises(UsageError, match="is none"):
        create_app(workspace, address)
