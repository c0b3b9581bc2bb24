"""Where an address of the viewer lies in the published folder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.freeze.addresses import place_of


@pytest.mark.parametrize(
    ("address", "file", "ask"),
    [
        ("/", "index.html", "/"),
        ("/?page=1", "index.html", "/"),
        ("/?page=2", "page/2/index.html", "/?page=2"),
        ("/?page=2&annee=2025", "annee/2025/page/2/index.html", "/?annee=2025&page=2"),
        ("/?lang=en&annee=2025", "en/annee/2025/index.html", "/?annee=2025&lang=en"),
        ("/?lang=fr", "index.html", "/"),
        ("/la-halle/?lang=en#p=ab12", "en/la-halle/index.html", "/la-halle/?lang=en"),
        ("/la-halle/?t=12", "la-halle/index.html", "/la-halle/"),
        ("/personnes/Jeanne%20Morel/?page=3", "personnes/Jeanne Morel/page/3/index.html", None),
        ("/seances/youtube:Mc5/", "seances/youtube_Mc5/index.html", None),
        ("/seances/generic:https://a.example/b.mp4/", "seances/generic_https_/_/a.example/b.mp4/index.html", None),
        ("/media/youtube:Mc5?as=mp4#t=29.7", "media/youtube_Mc5.mp4", "/media/youtube:Mc5?as=mp4"),
        ("/static/page.js?v=0123", "static/page.js", "/static/page.js"),
        ("/themes/../", "themes/__/index.html", None),
        ("/-/", "404.html", "/-/"),
    ],
)
def test_an_address_has_one_file(address: str, file: str, ask: str | None) -> None:
    place = place_of(address)
    assert place.file == file
    if ask is not None:
        assert place.ask == ask


def test_addresses_are_written_from_where_they_stand() -> None:
    place = place_of("/la-halle/?t=12#p=ab")
    assert place.seen_from("index.html") == "la-halle/?t=12#p=ab"
    assert place.seen_from("la-halle/index.html") == "./?t=12#p=ab"
    assert place.seen_from("en/personnes/Jeanne Morel/index.html") == "../../../la-halle/?t=12#p=ab"
    assert place_of("/").seen_from("la-halle/index.html") == "../"
    assert place_of("/personnes/Jeanne%20Morel/").seen_from("index.html") == "personnes/Jeanne%20Morel/"
    assert place_of("/personnes/Zo%C3%A9%23/").under("https://a.example/") == "https://a.example/personnes/Zo%C3%A9%23/"


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="?#%"), min_size=1))
def test_what_is_asked_for_is_where_it_lies(name: str) -> None:
    place = place_of(f"/themes/{name}/?page=2&lang=en&t=5")
    assert place_of(place.ask).file == place.file
    assert ".." not in place.file.split("/")
    assert not set('<>:"\\|?*') & set(place.file)
    assert all(0 < len(part.encode()) <= 255 for part in place.file.split("/"))
