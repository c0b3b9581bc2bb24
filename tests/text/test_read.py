"""Files become posts: front matter of every kind, links, damage, and which files are posts at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from aligner.errors import PostError, UsageError
from aligner.text.read import list_posts, read_post

POSTS = Path(__file__).resolve().parents[1] / "fixtures" / "posts"


def test_yaml_front_matter() -> None:
    post = read_post(POSTS / "speech_in_quotes_under_link.md", POSTS.parent)
    assert post.slug == "halle-neuve"
    assert post.title == "La halle neuve - Conseil municipal du 17 mars 2025"
    assert post.date == "2025-03-18T09:12:00"
    assert post.source == "posts/speech_in_quotes_under_link.md"
    assert post.url is None
    assert post.tags == ("halle", "budget")
    assert [(link.media_id, link.start_ms) for link in post.links] == [("youtube:Mc5Halle_01", None)]


def test_toml_front_matter_and_its_recordings() -> None:
    path = POSTS / "toml_front_matter.md"
    post = read_post(path)
    assert (post.slug, post.title, post.date) == ("toml_front_matter", "La cantine", "2025-09-13T08:30:00+02:00")
    assert post.url == "https://montclery-sur-aulne.example/cantine/"
    assert post.tags == ("école", "cantine")
    assert [(link.media_id, link.start_ms) for link in post.links] == [
        ("youtube:Mc5Cantine1", 90_000),
        ("vimeo:76979871", None),
        ("generic:cantine-e5f0f8c6", None),
        ("youtube:Mc5Cantine2", None),
    ]
    source = path.read_text(encoding="utf-8")
    assert source[slice(*post.links[0].source_chars)] == "https://youtu.be/Mc5Cantine1?t=90"
    assert source[slice(*post.links[3].source_chars)] == "Mc5Cantine2"


def test_no_front_matter() -> None:
    post = read_post(POSTS / "no_front_matter.md")
    assert (post.slug, post.title, post.date) == ("no_front_matter", "La rivière", None)
    assert [link.media_id for link in post.links] == ["youtube:Mc5Riviere1"]


@pytest.mark.parametrize(
    ("name", "links"),
    [
        ("raw_html", [("youtube:Mc5Iframe01", 27_000), ("generic:halle-2d4a510c", None)]),
        ("shortcodes", [("youtube:Mc5Hugo_001", None), ("youtube:Mc5Arve_001", None), ("youtube:Mc5Hugo_002", 27_000)]),
        ("speech_without_quotes", [("generic:Eau-potable-9ae0fe5b", None)]),
        ("summary_with_quotes", [("youtube:Mc5Seance01", 3_723_000)]),
        ("one_line_article", [("youtube:Mc5Atelier1", None)]),
        ("no_links", []),
    ],
)
def test_recordings_of_a_post(name: str, links: list[tuple[str, int | None]]) -> None:
    assert [(link.media_id, link.start_ms) for link in read_post(POSTS / f"{name}.md").links] == links


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("empty.md", "empty.md is empty."),
        ("not_utf8.md", "not_utf8.md, line 5: the file is no UTF-8 text (byte 0xe9)."),
        (
            "front_matter_broken_yaml.md",
            "front_matter_broken_yaml.md, line 3: the front matter is no valid YAML (mapping values are not allowed",
        ),
        ("front_matter_broken_toml.md", "front_matter_broken_toml.md, line 3: the front matter is no valid TOML ("),
        (
            "front_matter_impossible_date.md",
            "front_matter_impossible_date.md, line 2: the front matter is no valid YAML (day ",
        ),
        (
            "front_matter_no_keys.md",
            "front_matter_no_keys.md, line 2: the front matter is no valid YAML (it is no list of keys).",
        ),
        (
            "front_matter_unclosed.md",
            "front_matter_unclosed.md, line 1: the front matter opens with “---” and is never closed.",
        ),
        ("missing.md", "missing.md cannot be read: No such file or directory."),
    ],
)
def test_posts_that_cannot_be_read_say_where_and_why(name: str, message: str) -> None:
    with pytest.raises(PostError) as error:
        read_post(POSTS / name, POSTS)
    assert error.value.message.startswith(message)
    assert error.value.hint


def test_a_draft_with_nothing_but_front_matter_is_a_post_without_text() -> None:
    post = read_post(POSTS / "only_front_matter.md")
    assert (post.title, post.blocks, post.passages, post.links) == ("À écrire", (), (), ())


@pytest.mark.parametrize(
    ("front_matter", "slug"),
    [
        ("slug: conseil-de-mars", "conseil-de-mars"),
        ("slug: ../../etc/passwd", "etc-passwd"),
        ("slug: a/b\\c d", "a-b-c-d"),
        ("slug: '%f0%9f%8c%b1-1-priorite-%c3%a9cole-%f0%9f%8c%b1'", "1-priorite-école"),
        ("slug: 2025", "2025"),
        ("slug: '..'", "le-fichier"),
        ("slug: [a, b]", "le-fichier"),
        ("title: x", "le-fichier"),
        (f"slug: {'tres-' * 80}long", ("tres-" * 80)[:200]),
    ],
)
def test_slugs_are_safe_file_names(tmp_path: Path, front_matter: str, slug: str) -> None:
    path = tmp_path / "le fichier.md"
    path.write_text(f"---\n{front_matter}\n---\n\nTexte.\n", encoding="utf-8")
    assert read_post(path).slug == slug


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2025-03-18", "2025-03-18"),
        ("2025-03-18 09:12:00", "2025-03-18T09:12:00"),
        ("'2025-03-18T09:12:00+01:00'", "2025-03-18T09:12:00+01:00"),
        ("18 mars 2025", None),
        ("", None),
    ],
)
def test_dates_are_iso_or_nothing(tmp_path: Path, value: str, date: str | None) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"---\ntitle: x\ndate: {value}\n---\n\nTexte.\n", encoding="utf-8")
    assert read_post(path).date == date


@pytest.mark.parametrize(
    ("front_matter", "url"),
    [
        ("url: https://montclery.example/a/", "https://montclery.example/a/"),
        ("url: /a/\ncanonical: http://montclery.example/a/", "http://montclery.example/a/"),
        ("permalink: /a/", None),
    ],
)
def test_only_absolute_addresses_are_the_posts_own(tmp_path: Path, front_matter: str, url: str | None) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"---\n{front_matter}\n---\n\nTexte.\n", encoding="utf-8")
    assert read_post(path).url == url


@pytest.mark.parametrize(
    "name", ["speech_in_quotes_under_link", "summary_with_quotes", "raw_html", "toml_front_matter"]
)
def test_crlf_and_a_byte_order_mark_change_nothing_but_the_places(tmp_path: Path, name: str) -> None:
    plain = POSTS / f"{name}.md"
    path = tmp_path / f"{name}.md"
    path.write_bytes(b"\xef\xbb\xbf" + plain.read_bytes().replace(b"\n", b"\r\n"))
    before, after = read_post(plain), read_post(path)
    assert (after.title, after.date, after.blocks) == (before.title, before.date, before.blocks)
    assert [link.media_id for link in after.links] == [link.media_id for link in before.links]
    source = path.read_bytes().decode("utf-8")
    for old, new in zip(before.passages, after.passages, strict=True):
        assert (new.id, new.kind, new.speaker, new.text) == (old.id, old.kind, old.speaker, old.text)
        place = slice(*old.source_chars)
        published = plain.read_text(encoding="utf-8")[place]
        assert source[slice(*new.source_chars)] == published.replace("\n", "\r\n")


def test_where_a_post_says_it_comes_from(tmp_path: Path) -> None:
    path = tmp_path / "2025" / "a.md"
    path.parent.mkdir()
    path.write_text("Texte.", encoding="utf-8")
    assert read_post(path, tmp_path).source == "2025/a.md"
    assert read_post(path, tmp_path / "2025" / ".." / "2025").source == "a.md"
    assert read_post(path, tmp_path / "ailleurs").source == "a.md"
    assert read_post(path).source == "a.md"


def test_which_files_are_posts(tmp_path: Path) -> None:
    for name in (
        "b.md",
        "a.md",
        "2024/c.md",
        "README.md",
        "2024/_index.md",
        ".brouillon.md",
        ".git/d.md",
        "aligned/e.md",
        "2024/aligned/x/f.md",
        "image.jpg",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Texte.", encoding="utf-8")
    (tmp_path / "dossier.md").mkdir()
    found = [tmp_path / "2024" / "c.md", tmp_path / "a.md", tmp_path / "b.md"]
    assert list_posts([tmp_path]) == found
    assert list_posts([tmp_path / "a.md", tmp_path, tmp_path / "2024" / ".." / "a.md"]) == found
    assert list_posts([tmp_path / "README.md"]) == [tmp_path / "README.md"]  # named outright
    assert list_posts([tmp_path / "aligned"]) == [tmp_path / "aligned" / "e.md"]
    assert list_posts([]) == []


def test_places_that_hold_no_posts_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="absent does not exist"):
        list_posts([tmp_path / "absent"])
    (tmp_path / "image.jpg").touch()
    with pytest.raises(UsageError, match=r"image\.jpg is no Markdown post"):
        list_posts([tmp_path / "image.jpg"])
