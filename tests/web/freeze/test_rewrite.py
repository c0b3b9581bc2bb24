"""The pass over a page: addresses of ours become relative ones, and not a letter of anything else is touched."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from web.freeze.addresses import place_of
from web.freeze.rewrite import Site, freeze_page

NOWHERE = Site("http://viewer.invalid/", is_public=False)
KNOWN = Site("https://www.example.org/paroles/", is_public=True)
POLICY = "default-src 'self'"

words = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12) | st.sampled_from(
    ['" href="/a/', "<a href='/b/'>", 'x" src="/c/"', "&quot; href=&quot;/d/", "--><script>", "=", ">", "'"]
)


class Read(HTMLParser):
    """All that stands in a page, as a browser's reader takes it."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.told.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.told.append(tag)

    def handle_data(self, data: str) -> None:
        self.told.append(data)


def read(page: str) -> list[object]:
    reader = Read()
    reader.feed(page)
    reader.close()
    return reader.told


def freeze(page: str, address: str = "/la-halle/", site: Site = NOWHERE, language: str = "") -> str:
    return freeze_page(page, place_of(address), language, site, POLICY).text


@given(words, words, words)
def test_only_addresses_change_whatever_stands_around_them(text: str, value: str, title: str) -> None:
    page = '<p title="{}"><a class="{}" href="{}" data-start="3" aria-label="{}" hidden>{}</a><br></p>'
    told = [escape(one) for one in (title, value, value, text)]
    before, after = (
        page.format(*told[:2], address, *told[2:])
        for address in ("/personnes/Zo%C3%A9/?page=2", "../personnes/Zo%C3%A9/page/2/")
    )
    assert freeze(before) == after
    assert len(read(freeze(before))) == len(read(before))


@given(st.lists(words, max_size=6))
def test_a_page_without_addresses_stays_as_it_is(texts: list[str]) -> None:
    page = "".join(f'<span class="{escape(text)}" data-href="/x/">{escape(text)}</span>' for text in texts)
    assert freeze(page) == page


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ('<a href="/">', '<a href="../">'),
        ('<a href="#text">', '<a href="#text">'),
        ('<a href="/la-halle/#p=a">', '<a href="./#p=a">'),
        ('<a href="?lang=en">', '<a href="../en/la-halle/">'),
        ('<a href="?t=12.3">', '<a href="?t=12.3">'),
        ('<a href="https://youtu.be/x?t=1&amp;a=b">', '<a href="https://youtu.be/x?t=1&amp;a=b">'),
        ('<a href="//elsewhere.example/x">', '<a href="//elsewhere.example/x">'),
        ('<a href="mailto:a@montclery.example">', '<a href="mailto:a@montclery.example">'),
        ('<img src="/posters/a:b?as=jpg" alt="">', '<img src="../posters/a_b.jpg" alt="">'),
        (
            '<img srcset="/posters/a?as=jpg 1x, /posters/b?as=jpg 2x">',
            '<img srcset="../posters/a.jpg 1x, ../posters/b.jpg 2x">',
        ),
        ('<form action="/recherche/" role="search">', '<form action="../recherche/" role="search">'),
        ('<input type="hidden" name="lang" value="en">', ""),
        ('<link rel="canonical" href="http://viewer.invalid/la-halle/">', ""),
        ('<link rel="alternate" type="application/json+oembed" href="/oembed?url=x">', ""),
        ('<meta property="og:url" content="http://viewer.invalid/la-halle/">', ""),
        ('<meta name="description" content="/la-halle/">', '<meta name="description" content="/la-halle/">'),
        ('<p class="page-address">Adresse : http://viewer.invalid/</p><p>b</p>', "<p>b</p>"),
    ],
)
def test_what_becomes_of_a_tag(written: str, published: str) -> None:
    assert freeze(written) == published


def test_in_english_a_form_stays_english() -> None:
    page = '<form action="/recherche/"><input type="hidden" name="lang" value="en"></form><a href="?lang=en&amp;t=4">'
    assert freeze(page, "/la-halle/?lang=en", language="en") == (
        '<form action="../../en/recherche/"></form><a href="?t=4">'
    )


def test_where_readers_reach_it_whole_addresses_stay() -> None:
    page = (
        '<head><meta charset="utf-8"><link rel="canonical" href="https://www.example.org/paroles/a:b/">'
        '<meta property="og:image" content="https://www.example.org/paroles/cartes/a.png">'
        '<a href="/paroles/la-halle/">a</a><a href="/ailleurs/">b</a></head>'
    )
    frozen = freeze_page(page, place_of("/"), "", KNOWN, POLICY)
    assert frozen.text == (
        '<head><meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src &#x27;self&#x27;">'
        '<link rel="canonical" href="https://www.example.org/paroles/a_b/">'
        '<meta property="og:image" content="https://www.example.org/paroles/cartes/a.png">'
        '<a href="la-halle/">a</a><a href="/ailleurs/">b</a></head>'
    )
    assert frozen.links == ("/a:b/", "/cartes/a.png", "/la-halle/")


def test_the_page_for_what_is_not_there_works_at_any_depth_where_the_address_is_known() -> None:
    page = '<link rel="icon" href="/paroles/static/icon.svg"><a href="/paroles/">'
    assert freeze(page, "/-/", KNOWN) == '<link rel="icon" href="/paroles/static/icon.svg"><a href="/paroles/">'
    assert freeze('<a href="/seances/">', "/-/") == '<a href="seances/">'
