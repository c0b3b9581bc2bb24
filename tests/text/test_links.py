"""Every form in which a post may point at a recording, and what must not be taken for one."""

from __future__ import annotations

import pytest

from aligner.text.links import find_links, find_metadata_links, parse_link

ID = "Mc5-Halle_1"
YOUTUBE = f"youtube:{ID}"
UUID = "9c9de5e8-0a1e-484a-b099-e80766180a6d"
FILE = "https://montclery-sur-aulne.example/videos/conseil-2025-06-12.mp4"
FILE_ID = "generic:conseil-2025-06-12-8d69b5f0"


@pytest.mark.parametrize(
    "url",
    [
        f"https://youtu.be/{ID}",
        f"https://youtu.be/{ID}/",
        f"https://www.youtube.com/watch?v={ID}",
        f"https://www.youtube.com/watch?app=desktop&feature=share&v={ID}",
        f"https://www.youtube.com/watch?v={ID}&list=PLabcdefghijkl&index=3",
        f"https://www.youtube.com/live/{ID}?si=a1B2",
        f"https://www.youtube.com/embed/{ID}",
        f"https://www.youtube-nocookie.com/embed/{ID}?rel=0",
        f"https://youtube.com/shorts/{ID}",
        f"https://www.youtube.com/v/{ID}",
        f"http://m.youtube.com/watch?v={ID}&fbclid=IwAR0&ab_channel=Ville",
        f"https://music.youtube.com/watch?v={ID}",
        f"//www.youtube.com/embed/{ID}",
        f"www.youtube.com/watch?v={ID}",
        f"youtu.be/{ID}",
        f"HTTPS://YouTu.be/{ID}",
    ],
)
def test_youtube_addresses(url: str) -> None:
    link = parse_link(url)
    assert link is not None
    assert (link.media_id, link.provider, link.start_ms, link.end_ms) == (YOUTUBE, "youtube", None, None)
    assert link.url == f"https://www.youtube.com/watch?v={ID}"


@pytest.mark.parametrize(
    ("url", "start_ms", "end_ms"),
    [
        (f"https://youtu.be/{ID}?t=9825", 9_825_000, None),
        (f"https://youtu.be/{ID}?t=27s", 27_000, None),
        (f"https://youtu.be/{ID}?t=1h2m3s", 3_723_000, None),
        (f"https://youtu.be/{ID}?t=0", 0, None),
        (f"https://youtu.be/{ID}?t=bientot", None, None),
        (f"https://youtu.be/{ID}#t=1m30s", 90_000, None),
        (f"https://youtu.be/{ID}&t=27s", 27_000, None),
        (f"https://www.youtube.com/embed/{ID}?start=27&end=90", 27_000, 90_000),
        (f"http://www.youtube.com/watch?v={ID}&t;=27s", 27_000, None),
        (f"http://www.youtube.com/watch?v={ID}&amp;t=27s", 27_000, None),
        (f"https://www.youtube.com/watch?v={ID}&feature;=youtu.be", None, None),
        (f"https://www.youtube.com/watch?v={ID}&t=27&t=99", 27_000, None),
        ("https://vimeo.com/76979871#t=1m2s", 62_000, None),
        ("https://www.dailymotion.com/video/x8abcd1?start=75", 75_000, None),
        ("https://tube.example/w/kkGMgK9ZtnKfYAgnEtQxbv?start=1m2s", 62_000, None),
        (f"{FILE}#t=10,20.5", 10_000, 20_500),
        (f"{FILE}?t=4m05s", 245_000, None),
    ],
)
def test_offsets_are_read_from_sound_and_damaged_addresses(url: str, start_ms: int | None, end_ms: int | None) -> None:
    link = parse_link(url)
    assert link is not None
    assert (link.start_ms, link.end_ms) == (start_ms, end_ms)


@pytest.mark.parametrize(
    ("url", "media_id", "clean"),
    [
        ("https://vimeo.com/76979871", "vimeo:76979871", "https://vimeo.com/76979871"),
        ("https://player.vimeo.com/video/76979871?h=8272103f6e", "vimeo:76979871", "https://vimeo.com/76979871/8272103f6e"),
        ("https://vimeo.com/76979871/8272103f6e", "vimeo:76979871", "https://vimeo.com/76979871/8272103f6e"),
        ("https://vimeo.com/channels/montclery/76979871", "vimeo:76979871", "https://vimeo.com/76979871"),
        (
            "https://www.dailymotion.com/video/x8abcd1_conseil-de-mars",
            "dailymotion:x8abcd1",
            "https://www.dailymotion.com/video/x8abcd1",
        ),
        ("https://dai.ly/x8abcd1", "dailymotion:x8abcd1", "https://www.dailymotion.com/video/x8abcd1"),
        (
            "https://www.dailymotion.com/embed/video/x8abcd1",
            "dailymotion:x8abcd1",
            "https://www.dailymotion.com/video/x8abcd1",
        ),
        (
            "https://www.facebook.com/watch/?v=123456789",
            "facebook:123456789",
            "https://www.facebook.com/watch/?v=123456789",
        ),
        (
            "https://m.facebook.com/montclery/videos/le-conseil/123456789/",
            "facebook:123456789",
            "https://www.facebook.com/watch/?v=123456789",
        ),
        ("https://fb.watch/aB3_x-9/", "facebook:aB3_x-9", "https://fb.watch/aB3_x-9/"),
        (f"https://tube.example/videos/watch/{UUID}", f"peertube:tube.example-{UUID}", f"https://tube.example/videos/watch/{UUID}"),
        (f"https://tube.example/videos/embed/{UUID.upper()}", f"peertube:tube.example-{UUID}", f"https://tube.example/videos/watch/{UUID}"),
        ("https://tube.example/w/kkGMgK9ZtnKfYAgnEtQxbv", f"peertube:tube.example-{UUID}", f"https://tube.example/videos/watch/{UUID}"),
        (FILE, FILE_ID, FILE),
        (f"{FILE}?utm_source=lettre&t=74#t=3", FILE_ID, FILE),
        (f"{FILE}?jeton=a%2Fb", "generic:conseil-2025-06-12-52e75654", f"{FILE}?jeton=a%2Fb"),
        (
            "https://Montclery.example/son/Eau%20potable%20(1).MP3",
            "generic:Eau-potable-1--962bc5fb",
            "https://montclery.example/son/Eau%20potable%20(1).MP3",
        ),
    ],
)  # fmt: skip
def test_other_sites_and_media_files(url: str, media_id: str, clean: str) -> None:
    link = parse_link(url)
    assert link is not None
    assert (link.media_id, link.url, link.provider) == (media_id, clean, media_id.partition(":")[0])


@pytest.mark.parametrize("extension", ["mp4", "m4a", "mp3", "webm", "ogg", "opus", "wav", "mov", "mkv", "MP4", "Mkv"])
def test_media_file_extensions(extension: str) -> None:
    link = parse_link(f"https://montclery.example/a.{extension}")
    assert link is not None
    assert link.provider == "generic"
    assert link.media_id.startswith("generic:a-")


def test_a_very_long_file_name_makes_an_id_that_can_be_a_folder() -> None:
    link = parse_link(f"https://montclery.example/{'seance-' * 60}.mp4")
    assert link is not None
    assert len(link.media_id) == len("generic:") + 80 + 1 + 8


@pytest.mark.parametrize(
    "url",
    [
        "https://www.youtube.com/channel/UCmontclery0123456789abc",
        "https://www.youtube.com/c/montclery",
        "https://www.youtube.com/user/montclery",
        "https://www.youtube.com/@montclery",
        "https://www.youtube.com/@montclery/live",
        "https://www.youtube.com/playlist?list=PLabcdefghijklmnop",
        "https://www.youtube.com/embed/videoseries?list=PLabcdefghijkl",
        "https://www.youtube.com/embed/live_stream?channel=UCmontclery0123456789abc",
        "https://www.youtube.com/results?search_query=conseil",
        "https://www.youtube.com/watch?list=PLabcdefghijklmnop",
        "https://www.youtube.com/",
        "https://youtu.be/",
        "https://youtu.be/douzelettres",
        "https://youtu.be/dixlettres",
        "https://youtu.be/onze.lettre",
        "https://vimeo.com/montclery",
        "https://vimeo.com/",
        "https://www.dailymotion.com/montclery",
        "https://www.dailymotion.com/playlist/x5abcd",
        "https://www.facebook.com/montclery/",
        "https://www.facebook.com/montclery/videos/",
        "https://www.facebook.com/events/123456789/",
        "https://www.facebook.com/hashtag/conseil",
        "https://www.facebook.com/watch/",
        "https://tube.example/w/p/kkGMgK9ZtnKfYAgnEtQxbv",
        "https://tube.example/c/montclery/videos",
        "https://montclery.example/",
        "https://montclery.example/halle.jpg",
        "https://montclery.example/video.mp4.html",
        "https://montclery.example/lire?fichier=a.mp4",
        "/videos/conseil.mp4",
        "https://img.youtube.com/vi/Mc5-Halle_1/0.jpg",
    ],
)
def test_what_is_no_recording(url: str) -> None:
    assert parse_link(url) is None


@pytest.mark.parametrize(
    ("markdown", "address"),
    [
        (f"Voir https://youtu.be/{ID}?t=27.", f"https://youtu.be/{ID}?t=27"),
        (f"(https://youtu.be/{ID}?t=27)", f"https://youtu.be/{ID}?t=27"),
        (f"**https://youtu.be/{ID}?t=27**", f"https://youtu.be/{ID}?t=27"),
        (f"Voir _https://youtu.be/{ID}?t=27_ ici", f"https://youtu.be/{ID}?t=27"),
        (f"« https://youtu.be/{ID}?t=27 »", f"https://youtu.be/{ID}?t=27"),
        (f"<https://youtu.be/{ID}?t=27>", f"https://youtu.be/{ID}?t=27"),
        (f"[revoir](https://youtu.be/{ID}?t=27)suite", f"https://youtu.be/{ID}?t=27"),
        (f'[revoir](https://youtu.be/{ID}?t=27 "titre")', f"https://youtu.be/{ID}?t=27"),
        (f"[embed]https://youtu.be/{ID}?t=27[/embed]", f"https://youtu.be/{ID}?t=27"),
        (f'[arve url="https://youtu.be/{ID}?t=27" aspect_ratio="16:9" /]', f"https://youtu.be/{ID}?t=27"),
        (f'<iframe src="//www.youtube.com/embed/{ID}?start=27"></iframe>', f"//www.youtube.com/embed/{ID}?start=27"),
        (f"<iframe src='https://youtu.be/{ID}?t=27'></iframe>", f"https://youtu.be/{ID}?t=27"),
        (f"[a]: https://youtu.be/{ID}?t=27", f"https://youtu.be/{ID}?t=27"),
        (f"{{{{< youtube {ID} >}}}} ", None),
        (f'{{{{< youtube id="{ID}" start="27" >}}}}', f'{{{{< youtube id="{ID}" start="27" >}}}}'),
        (f"{{{{% youtube id={ID} start=27 %}}}}", f"{{{{% youtube id={ID} start=27 %}}}}"),
        (f'{{{{< youtube "https://youtu.be/{ID}?t=27" >}}}}', f"https://youtu.be/{ID}?t=27"),
    ],
)
def test_forms_of_links_in_markdown(markdown: str, address: str | None) -> None:
    (link,) = find_links(markdown, offset=100)
    assert link.media_id == YOUTUBE
    assert link.start_ms == (27_000 if address else None)
    start, end = (place - 100 for place in link.source_chars)
    assert markdown[start:end] == (address or markdown.strip())


def test_html_video_and_audio_elements() -> None:
    (link,) = find_links(f'<video controls src="{FILE}"></video>', 0)
    assert link.media_id == FILE_ID
    (link,) = find_links(f'<audio><source src="{FILE}"></audio>', 0)
    assert link.media_id == FILE_ID


def test_several_files_of_one_player_are_one_recording() -> None:
    body = f'<video src="{FILE}"><source src="{FILE}"><source src="{FILE[:-4]}.webm"></video> puis {FILE[:-4]}.webm'
    first, second = find_links(body, 0)
    assert first.media_id == FILE_ID
    assert second.source_chars[0] == body.index("puis ") + 5


def test_trailing_spaces_and_brackets_in_a_media_address() -> None:
    url = "https://montclery.example/v/Conseil_(mars).mp4"
    for body in (f"{url}   \n\nSuite", f"[voir]({url})", f"({url})"):
        (link,) = find_links(body, 0)
        assert link.url == url


def test_a_mention_doubled_by_syntax_is_one_link() -> None:
    for body in (
        f"[https://youtu.be/{ID}](https://youtu.be/{ID}?t=27)",
        f"[https://youtu.be/{ID}?t=27](<https://youtu.be/{ID}>)",
        f'<a href="https://youtu.be/{ID}?t=27">https://youtu.be/{ID}</a>',
    ):
        (link,) = find_links(body, 0)
        assert (link.media_id, link.start_ms) == (YOUTUBE, 27_000)


def test_the_same_recording_linked_twice_is_two_links() -> None:
    body = f"https://youtu.be/{ID}?t=660\n\nTexte.\n\n[embed]https://www.youtube.com/watch?v={ID}&t=1028[/embed]"
    first, second = find_links(body, 0)
    assert (first.media_id, first.start_ms) == (YOUTUBE, 660_000)
    assert (second.media_id, second.start_ms) == (YOUTUBE, 1_028_000)
    assert first.source_chars == (0, 34)
    assert second.source_chars[0] == body.index("https://www")


def test_comments_and_other_shortcodes_hold_no_links() -> None:
    assert find_links(f"<!-- https://youtu.be/{ID} --> {{{{< figure src=a.jpg >}}}} {{{{< youtube court >}}}}", 0) == []


def test_front_matter_values() -> None:
    metadata = {
        "title": f"Sur https://youtu.be/{ID}",
        "youtube": ID,
        "videos": [f"https://youtu.be/{ID}?t=27", FILE],
        "media": {"audio": "https://montclery.example/a.ogg", "vimeo": 76979871},
        "image": "https://montclery.example/a.jpg",
        "lieu": ID,
        "tags": None,
    }
    source = "\n".join(str(value) for value in metadata.values())
    links = find_metadata_links(metadata, source, offset=4)
    assert [(link.media_id.partition("-")[0], link.start_ms) for link in links] == [
        ("youtube:Mc5", None),
        ("youtube:Mc5", 27_000),
        ("generic:conseil", None),
        ("generic:a", None),
        ("vimeo:76979871", None),
    ]
    start, end = links[2].source_chars
    assert source[start - 4 : end - 4] == FILE


def test_a_front_matter_value_that_the_source_writes_otherwise_stands_for_all_of_it() -> None:
    (link,) = find_metadata_links({"video": f"https://youtu.be/{ID}"}, 'video: "https:\\/\\/youtu.be…"', offset=4)
    assert link.source_chars == (4, 4 + 28)
