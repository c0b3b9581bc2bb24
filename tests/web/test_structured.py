"""What search engines are told: every page's JSON-LD by Google's rules for videos and their key moments.

The rules as developers.google.com/search/docs/appearance/structured-data/video states them, as far as they can be seen
in the page: `broken_rules` knows them, and nothing here asks Google.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from aligner.model import Media, Status
from aligner.store import Workspace
from tests.web.conftest import LOCAL, TUBE, Client, Draft, write_info
from web import create_app
from web.layout import Recording
from web.structured import Clip, as_data_block, tell_video

PAGE = "https://www.example.org/paroles/la-halle/"


def broken_rules(video: dict[str, Any], page: str) -> Iterator[str]:
    """What of the rules a VideoObject in the page of an address does not keep."""
    for required in ("name", "thumbnailUrl", "uploadDate"):
        if not video.get(required):
            yield f"{required} is required"
    if not _is_whole(video.get("thumbnailUrl", "")):
        yield "thumbnailUrl is not a whole address"
    try:
        dt.datetime.fromisoformat(video.get("uploadDate", ""))
    except ValueError:
        yield "uploadDate is not ISO 8601"
    length = re.fullmatch(r"PT(\d+)S", video.get("duration", ""))
    if not length or int(length[1]) < 30:
        yield "a video with key moments lasts thirty seconds or more, told in ISO 8601"
    if not any(_is_whole(video.get(kind, "")) for kind in ("contentUrl", "embedUrl")):
        yield "contentUrl or embedUrl tells where the video is"
    clips = video.get("hasPart", [])
    starts = [clip.get("startOffset") for clip in clips]
    if len(set(starts)) < len(starts):
        yield "two clips begin at the same time"
    for clip in clips:
        yield from _broken_by(clip, page, int(length[1]) if length else 0)


def _broken_by(clip: dict[str, Any], page: str, length: int) -> Iterator[str]:
    start, end = clip.get("startOffset"), clip.get("endOffset")
    if clip.get("@type") != "Clip" or not clip.get("name"):
        yield f"a clip without a name: {clip}"
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= length:
        yield f"a clip from {start} to {end} of {length}"
    address = clip.get("url", "")
    if urlsplit(address)[:3] != urlsplit(page)[:3] or parse_qs(urlsplit(address).query).get("t") != [str(start)]:
        yield f"{address} is not this page at {start} s"


def _is_whole(address: str) -> bool:
    return urlsplit(address).scheme in ("http", "https") and bool(urlsplit(address).netloc)


def videos_of(page: str) -> list[dict[str, Any]]:
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    told = [json.loads(block) for block in blocks]
    assert all(block["@context"] == "https://schema.org" for block in told)
    return [video for block in told for video in block["@graph"]]


def recording(**more: Any) -> Recording:
    facts: dict[str, Any] = {
        "id": "youtube:Mc5",
        "url": "https://youtu.be/Mc5Aulne001",
        "provider": "youtube",
        "title": "Conseil",
    }
    media = Media(**(facts | {"duration_ms": 90_000, "date": "2025-02-28"} | more))
    return Recording(1, media, "video", "/media/x", "video/mp4", "/posters/x", media.url, "YouTube")


def tell(clips: list[Clip], **more: Any) -> dict[str, Any] | None:
    return tell_video(
        recording(**more), "https://www.example.org/p.jpg", "https://www.example.org/v.mp4", clips, f"{PAGE}?t="
    )


# --- the rules -------------------------------------------------------------------------------------------


@given(
    st.lists(st.builds(Clip, st.text(), st.integers(0, 4_000_000), st.integers(0, 4_000_000)), max_size=30),
    st.integers(30_000, 3_600_000),
)
def test_whatever_the_clips_are_the_rules_are_kept(clips: list[Clip], duration_ms: int) -> None:
    video = tell(clips, duration_ms=duration_ms)
    assert video is not None
    assert list(broken_rules(video, PAGE)) == []


def test_the_rules_can_be_broken() -> None:
    video = tell([Clip("un", 1_000, 2_000), Clip("deux", 5_000, 9_000)])
    assert video is not None
    assert len(video["hasPart"]) == 2
    for change in (
        {"name": ""},
        {"thumbnailUrl": "/p.jpg"},
        {"uploadDate": "hier"},
        {"duration": "PT29S"},
        {"contentUrl": ""},
        {"hasPart": [video["hasPart"][0], video["hasPart"][0]]},
        {"hasPart": [video["hasPart"][0] | {"endOffset": 1}]},
        {"hasPart": [video["hasPart"][0] | {"url": f"{PAGE}?t=2"}]},
        {"hasPart": [video["hasPart"][0] | {"url": "https://youtu.be/Mc5Aulne001?t=1"}]},
        {"hasPart": [video["hasPart"][0] | {"name": ""}]},
    ):
        assert list(broken_rules(video | change, PAGE)), change


@pytest.mark.parametrize(
    "lacking",
    [{"title": "  "}, {"date": None}, {"date": "hier"}, {"duration_ms": None}, {"duration_ms": 29_999}],
)
def test_nothing_is_told_of_a_recording_that_lacks_what_is_required(lacking: dict[str, Any]) -> None:
    assert tell([Clip("un", 1_000, 2_000)]) is not None
    assert tell([Clip("un", 1_000, 2_000)], **lacking) is None


def test_two_moments_of_one_second_are_one_clip() -> None:
    video = tell([Clip("deux", 5_900, 9_000), Clip("un", 5_100, 5_800), Clip("trois", 89_000, 99_000)])
    assert video is not None
    told = [(clip["name"], clip["startOffset"], clip["endOffset"]) for clip in video["hasPart"]]
    assert told == [("un", 5, 6), ("trois", 89, 90)]


def test_nothing_in_it_ends_the_data_block() -> None:
    video = tell([Clip("</script><script>alert(1)</script><!-- & ]]>", 1_000, 2_000)], title="<!--<script>")
    block = as_data_block([video, None])
    assert block is not None
    assert not set("<>&") & set(block)
    assert json.loads(block)["@graph"] == [video]
    assert as_data_block([None]) is None


# --- pages --------------------------------------------------------------------------------------------------


@pytest.fixture
def told(workspace: Workspace) -> FlaskClient:
    """The viewer of a workspace in which two recordings have all that is required."""
    for media in (LOCAL, TUBE):
        folder = workspace.media_folder(media.id)
        picture = {"thumbnail": "poster.jpg", "date": "2025-06-12"}
        files = {"video": "video.mp4"} if media is LOCAL else {}
        assert media is TUBE or (folder / "video.mp4").exists()
        write_info(workspace, media, **picture, **files)
        Image.new("RGB", (64, 36), "navy").save(folder / "poster.jpg")
    dated = tuple(Media(m.id, m.url, m.provider, m.title, m.duration_ms, date="2025-06-12") for m in (LOCAL, TUBE))
    post = Draft("deux-films", "Deux films", media=dated)
    post.block("La halle </script> ouvrira. Le lavoir aussi. Et le pont.")
    post.passage("La halle </script> ouvrira.", Status.SPOKEN, 5_000, 7_000, media=LOCAL, id="halle")
    post.passage("Le lavoir aussi.", Status.REWORDED, 3_000_500, 3_002_000, media=TUBE, id="lavoir")
    post.passage("Et le pont.", Status.UNCERTAIN, 3_010_000, 3_012_000, media=TUBE, id="pont")
    post.write(workspace)
    app = create_app(workspace)
    app.test_client_class = Client
    return app.test_client()


def test_every_page_keeps_the_rules(told: FlaskClient) -> None:
    seen = 0
    for path in ("/deux-films/", "/deux-films/?lang=en", f"/seances/{LOCAL.id}/", f"/seances/{TUBE.id}/"):
        for video in videos_of(told.get(path).text):
            page = f"http://localhost{path.partition('?')[0]}"
            assert list(broken_rules(video, page)) == [], path
            assert video["hasPart"], path
            seen += 1
    assert seen == 6


def test_each_recording_of_a_post_is_told_with_its_own_moments(told: FlaskClient) -> None:
    local, tube = videos_of(told.get("/deux-films/").text)
    assert [(clip["name"], clip["startOffset"]) for clip in local["hasPart"]] == [("La halle </script> ouvrira.", 5)]
    assert [(clip["name"], clip["startOffset"]) for clip in tube["hasPart"]] == [("Le lavoir aussi.", 3000)]
    assert parse_qs(urlsplit(tube["hasPart"][0]["url"]).query) == {"in": [TUBE.id], "t": ["3000"]}
    assert urlsplit(local["contentUrl"]).path == f"/media/{LOCAL.id}"
    assert tube["embedUrl"] == "https://www.youtube-nocookie.com/embed/Mc5Aulne001"
