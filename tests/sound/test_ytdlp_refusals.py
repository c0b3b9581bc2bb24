"""Every answer that sites give becomes one clear sentence, and lasting refusals are told from passing ones."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from aligner.errors import FetchError
from aligner.sound.container import Contents
from aligner.sound.refusals import check_finished, check_length, clean_text, explain_failure

INFO = Path(__file__).resolve().parents[1] / "fixtures" / "info"
URL = "https://www.youtube.com/watch?v=MntClry2025"
TEXTS: dict[str, str] = json.loads((INFO / "refusals.json").read_text(encoding="utf-8"))
REFUSALS = {
    "bot": ("takes this program for a robot", "cookies", False),
    "age": ("adults with an account", "cookies", True),
    "private": ("the recording is private", "cookies", True),
    "members": ("to the channel's members only", "cookies", True),
    "members_level": ("to the channel's members only", "cookies", True),
    "removed_by_uploader": ("not available, most likely removed", "link in the post", True),
    "removed_account": ("not available, most likely removed", "link in the post", True),
    "unavailable": ("not available, most likely removed", "link in the post", True),
    "country": ("does not show it in this country", "proxy", True),
    "premiere": ("has not begun yet", "Run again after", False),
    "live_to_come": ("has not begun yet", "Run again after", False),
    "live_moments": ("has not begun yet", "Run again after", False),
    "processing": ("has not got it ready yet", "Run again later", False),
    "recording_gone": ("not available, most likely removed", "link in the post", True),
    "rate_limited": ("too much was asked of it", "Wait an hour", False),
    "payment": ("must be paid for", "Buy it", True),
    "drm": ("locked by DRM", "--recording FILE", True),
    "login": ("asks for a login", "cookies", True),
    "unsupported": ("a page at that address, but no recording", "Link the recording itself", True),
    "no_formats": ("offers no file of it that can be downloaded", "Update yt-dlp", False),
    "dns": ("the site's name is not known on this network", "network connection", False),
    "timeout": ("did not answer in time", "network connection", False),
    "unreachable": ("could not be reached", "network connection", False),
    "certificate": ("no secure connection", "clock", False),
    "cut": ("broke off", "goes on from where it stopped", False),
    "fault": ("An extractor error has occurred", "Update yt-dlp", False),
}


@pytest.mark.parametrize("name", TEXTS)
def test_answers_in_words(name: str) -> None:
    said, hint, permanent = REFUSALS[name]

    error = explain_failure(URL, TEXTS[name])

    assert re.fullmatch(re.escape(URL) + r" cannot be fetched: [^\n\x1b]+\.", error.message)
    assert said in error.message
    assert hint in error.hint
    assert error.permanent is permanent
    assert "--cookies" not in str(error)
    assert "ERROR" not in str(error)


@pytest.mark.parametrize("name", TEXTS)
def test_only_faults_of_the_moment_are_worth_another_try_at_once(name: str) -> None:
    """Neither what lasts, nor what takes hours (a broadcast to come), nor what the user must mend (no network)."""
    error = explain_failure(URL, TEXTS[name])
    assert error.soon is (name in ("timeout", "cut"))
    assert not (error.soon and error.permanent)


@pytest.mark.parametrize(("status", "soon"), [(403, False), (404, False), (429, True), (500, True), (503, True)])
def test_statuses_worth_another_try(status: int, soon: bool) -> None:
    assert explain_failure(URL, f"Unable to download webpage: HTTP Error {status}: x", status).soon is soon


def test_a_robot_check_names_all_ways_out() -> None:
    hint = explain_failure(URL, TEXTS["bot"]).hint
    for way in ("hours later", "“proxy”", "“cookies_from_browser”", "“cookies”", "--recording FILE"):
        assert way in hint


@pytest.mark.parametrize(
    ("status", "said", "permanent"),
    [
        (401, "refuses access", False),
        (407, "refuses access", False),
        (418, "refuses the request", True),
        (451, "in this country", True),
        (502, "fault of its own", False),
    ],
)
def test_statuses_in_words(status: int, said: str, permanent: bool) -> None:
    error = explain_failure(URL, f"ERROR: unable to download video data: HTTP Error {status}: Nein", status)
    assert said in error.message
    assert f"(HTTP {status})" in error.message
    assert error.permanent is permanent


def test_what_a_site_says_beside_its_status_counts_more() -> None:
    error = explain_failure(URL, "ERROR: [youtube] MntClry2025: Sign in to confirm you're not a bot", 403)
    assert "robot" in error.message


def test_an_unknown_answer_is_handed_on_without_its_trappings() -> None:
    text = "\x1b[0;31mERROR:\x1b[0m [peertube] a1b2: The tomatoes are not ripe.; please report this issue on  https://x"
    assert explain_failure(URL, text).message == f"{URL} cannot be fetched: The tomatoes are not ripe."


def test_silence_is_an_answer_too() -> None:
    assert explain_failure(URL, "").message == f"{URL} cannot be fetched: the downloader gave no reason."


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ERROR: [youtube] abc: Private video. Use --cookies for x", "Private video"),
        ("\x1b[0;31mERROR:\x1b[0m \x1b[0;33mERROR: \x1b[0mtwice", "twice"),
        ("\r[download] Got error: 3 bytes read", "Got error: 3 bytes read"),
        ("[generic] Unable to open: no (caused by OSError('no'))\nsecond line", "Unable to open: no"),
        ("  ", ""),
    ],
)
def test_cleaning(text: str, plain: str) -> None:
    assert clean_text(text) == plain


# --- states ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said", "permanent"),
    [
        ("youtube_live_now", "broadcast live now", False),
        ("youtube_upcoming", "has not begun yet", False),
        ("youtube_post_live", "has not got all of it ready yet", False),
        ("list_of_recordings", "several recordings", True),
    ],
)
def test_what_is_not_one_finished_recording_is_refused(name: str, said: str, permanent: bool) -> None:
    info: dict[str, Any] = json.loads((INFO / f"{name}.json").read_text(encoding="utf-8"))
    with pytest.raises(FetchError, match=re.escape(f"{URL} cannot be fetched: ")) as caught:
        check_finished(URL, info)
    assert said in caught.value.message
    assert caught.value.permanent is permanent


@pytest.mark.parametrize("name", ["youtube_session", "youtube_dubbed", "vimeo_muxed"])
def test_finished_recordings_pass(name: str) -> None:
    check_finished(URL, json.loads((INFO / f"{name}.json").read_text(encoding="utf-8")))


# --- lengths --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("duration_ms", "announced_s", "claimed_ms", "whole"),
    [
        (60_000, 60, None, True),
        (55_000, 60, None, True),  # 5 s less is still whole
        (54_999, 60, None, False),
        (16_012_000, 16_338, None, True),  # 2 % of a session
        (16_011_000, 16_338, None, False),
        (7_200_000, 16_338, None, False),  # only the last two hours
        (70_000, 60, None, True),
        (54_999, None, 60_000, False),  # its own header says more
        (59_000, None, 60_000, True),
        (54_999, 50, 60_000, False),
        (None, 60, 60_000, True),  # cannot be told
        (1_000, None, None, True),
    ],
)
def test_whole_or_not(duration_ms: int | None, announced_s: float | None, claimed_ms: int | None, whole: bool) -> None:
    contents = Contents(duration_ms, claimed_ms, has_sound=True, has_picture=False, extension="m4a")
    if whole:
        check_length(URL, contents, announced_s)
        return
    with pytest.raises(FetchError, match="cannot be fetched whole") as caught:
        check_length(URL, contents, announced_s)
    assert URL in caught.value.message
    assert not caught.value.permanent
