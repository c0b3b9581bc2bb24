"""What is chosen from what sites offer, on info dictionaries in yt-dlp's form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aligner.sound.formats import CaptionTrack, choose_captions, choose_playable, choose_sound

INFO = Path(__file__).resolve().parents[1] / "fixtures" / "info"


def read(name: str) -> dict[str, Any]:
    info: dict[str, Any] = json.loads((INFO / f"{name}.json").read_text(encoding="utf-8"))
    return info


def sound_of(info: dict[str, Any]) -> str | None:
    chosen = choose_sound(info, "fr")
    return None if chosen is None else str(chosen["format_id"])


def playable_of(info: dict[str, Any]) -> list[str]:
    return [item["format_id"] for item in choose_playable(info, "fr")]


# --- sound ----------------------------------------------------------------------------------------


def test_a_session_is_heard_in_the_smallest_sound_that_is_good_enough() -> None:
    """599 has under 32 kbit/s, the DRC ones are smaller but changed, 233 is a stream of unknown size."""
    assert sound_of(read("youtube_session")) == "249"


def test_a_dubbed_recording_is_heard_as_it_was_spoken() -> None:
    """English and German dubs and the described track are smaller."""
    assert sound_of(read("youtube_dubbed")) == "249-1"


def test_the_original_wins_over_the_language_asked_for() -> None:
    info = read("youtube_dubbed")
    for item in info["formats"]:
        if item.get("language_preference") == 10:
            item["language"] = "oc"
        elif item.get("language") == "de":
            item["language"] = "fr"
    assert sound_of(info) == "249-1"


def test_without_a_preference_the_language_asked_for_wins() -> None:
    info = read("youtube_dubbed")
    for item in info["formats"]:
        item["language_preference"] = None
    info["formats"] = [item for item in info["formats"] if item["format_id"] != "249-3"]
    assert sound_of(info) == "249-1"


def test_damaged_and_locked_formats_are_left_out() -> None:
    assert sound_of(read("youtube_damaged")) == "251"


def test_a_damaged_format_is_better_than_none() -> None:
    info = read("youtube_damaged")
    info["formats"] = info["formats"][:2]
    assert sound_of(info) == "249"


def test_nothing_but_locked_formats_is_nothing() -> None:
    info = read("youtube_damaged")
    info["formats"] = info["formats"][1:2]
    assert choose_sound(info, "fr") is None


def test_nothing_but_pictures_is_nothing() -> None:
    info = read("youtube_session")
    info["formats"] = [item for item in info["formats"] if item["acodec"] == "none"]
    assert choose_sound(info, "fr") is None


def test_of_poor_sounds_the_richest_is_heard() -> None:
    info = read("youtube_session")
    info["formats"] = [
        {"format_id": "8k", "url": "https://x/8", "vcodec": "none", "acodec": "amr", "asr": 8000, "abr": 12},
        {"format_id": "11k", "url": "https://x/11", "vcodec": "none", "acodec": "mp3", "asr": 11025, "abr": 24},
    ]
    assert sound_of(info) == "11k"


def test_without_sound_only_the_smallest_with_sound_is_heard() -> None:
    """5400 s at 290 kbit/s are 196 MB, less than the 344 MB of the smallest file."""
    assert sound_of(read("vimeo_muxed")) == "hls-240"


def test_without_any_size_the_worst_is_heard() -> None:
    formats = [{"format_id": name, "url": f"https://x/{name}.mp4", "ext": "mp4"} for name in ("sd", "hd")]
    assert sound_of({"formats": formats}) == "sd"


# --- playable -------------------------------------------------------------------------------------


def test_a_session_is_looked_at_in_one_file_of_at_most_720_lines() -> None:
    """22 has 1080 lines here."""
    assert playable_of(read("youtube_session")) == ["18"]


def test_a_dubbed_recording_is_looked_at_with_its_original_sound() -> None:
    assert playable_of(read("youtube_dubbed")) == ["136", "140-1"]


def test_a_single_file_above_720_lines_is_better_than_joining() -> None:
    info = read("youtube_session")
    info["formats"] = [item for item in info["formats"] if item["format_id"] != "18"]
    assert playable_of(info) == ["22"]


def test_files_are_looked_at_before_streams() -> None:
    assert playable_of(read("vimeo_muxed")) == ["http-720p"]


def test_webm_alone_is_playable() -> None:
    formats = [
        {"format_id": "w", "url": "https://x/w.webm", "ext": "webm", "vcodec": "vp9", "acodec": "opus", "height": 480}
    ]
    assert playable_of({"formats": formats}) == ["w"]


def test_what_browsers_do_not_play_is_not_offered_as_playable() -> None:
    formats = [
        {"format_id": "a", "url": "https://x/a.avi", "ext": "avi", "vcodec": None, "acodec": None},
        {"format_id": "h", "url": "https://x/h.mp4", "ext": "mp4", "vcodec": "hvc1.1.6", "acodec": "mp4a.40.2"},
    ]
    assert playable_of({"formats": formats}) == []


# --- captions -------------------------------------------------------------------------------------


def test_a_session_has_manual_and_original_automatic_captions_with_word_times() -> None:
    manual, automatic = choose_captions(read("youtube_session"), "fr")

    assert (manual.language, manual.automatic, manual.format) == ("fr", False, "json3")
    assert (automatic.language, automatic.automatic, automatic.format) == ("fr", True, "json3")
    assert "tlang" not in automatic.url
    assert "fmt=json3" in automatic.url


def test_machine_translations_are_no_captions() -> None:
    assert choose_captions(read("youtube_translated_captions"), "fr") == ()


def test_plain_automatic_french_counts_where_no_original_is_marked() -> None:
    info = read("youtube_session")
    del info["automatic_captions"]["fr-orig"], info["subtitles"]
    (track,) = choose_captions(info, "fr")
    assert (track.language, track.automatic) == ("fr", True)

    for item in info["automatic_captions"]["fr"]:
        item["url"] += "&tlang=fr"
    assert choose_captions(info, "fr") == ()


@pytest.mark.parametrize(
    ("gone", "left"), [(("json3",), "srv3"), (("json3", "srv3"), "vtt"), (("json3", "srv3", "vtt"), "srt")]
)
def test_caption_formats_in_order(gone: tuple[str, ...], left: str) -> None:
    info = read("youtube_session")
    info["automatic_captions"] = {}
    info["subtitles"]["fr"] = [item for item in info["subtitles"]["fr"] if item["ext"] not in gone]
    (track,) = choose_captions(info, "fr")
    assert track.format == left


def test_formats_that_nobody_reads_are_no_captions() -> None:
    info = {"subtitles": {"fr": [{"ext": "ttml", "url": "https://x/fr.ttml"}, {"ext": "vtt", "url": ""}]}}
    assert choose_captions(info, "fr") == ()


def test_a_country_is_no_other_language_and_vimeos_automatic_ones_are_told_apart() -> None:
    assert choose_captions(read("vimeo_muxed"), "fr") == (
        CaptionTrack("fr-FR", False, "vtt", "https://captions.example/fr.vtt"),
        CaptionTrack("fr", True, "vtt", "https://captions.example/auto.vtt"),
    )


def test_facebooks_automatic_captions_name_the_country_in_their_own_way() -> None:
    tracks = [{"ext": "srt", "url": "https://x/fr.srt"}]
    info = {"automatic_captions": {"en_US": tracks, "fr_FR": tracks}}
    assert choose_captions(info, "fr") == (CaptionTrack("fr-FR", True, "srt", "https://x/fr.srt"),)


def test_a_list_of_pieces_is_no_captions_file() -> None:
    """Vimeo offers the same track in pieces and whole."""
    pieces = {"ext": "vtt", "url": "https://x/fr.m3u8", "protocol": "m3u8_native"}
    whole = {"ext": "vtt", "url": "https://x/fr.vtt"}
    assert choose_captions({"subtitles": {"fr": [pieces]}}, "fr") == ()
    (track,) = choose_captions({"subtitles": {"fr": [pieces, whole]}}, "fr")
    assert track.url == "https://x/fr.vtt"


def test_a_chat_is_no_captions() -> None:
    chat = [{"ext": "json", "url": "https://x/chat", "protocol": "youtube_live_chat_replay"}]
    assert choose_captions({"subtitles": {"live_chat": chat}}, "fr") == ()


def test_the_headers_that_a_site_wants_are_kept() -> None:
    info = read("vimeo_muxed")
    del info["subtitles"]["fr-FR"][2], info["subtitles"]["fr-x-autogen"]
    (track,) = choose_captions(info, "fr")
    assert (track.format, track.headers) == ("srt", (("Referer", "https://vimeo.com/20250612"),))


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        (["fr-CA", "fr-FR", "fr"], "fr"),
        (["fr-CA", "fr-FR"], "fr-FR"),
        (["en", "fr-CA"], "fr-CA"),
        (["en", "de"], None),
        (["en"], None),
        ([None], "fr"),
        (["und"], "fr"),
        (["Sous-titres"], "fr"),
        ([None, "en"], None),
    ],
)
def test_which_manual_track(keys: list[str | None], chosen: str | None) -> None:
    info = {"subtitles": {key: [{"ext": "vtt", "url": f"https://x/{key}.vtt"}] for key in keys}}
    tracks = choose_captions(info, "fr")
    assert [track.language for track in tracks] == ([chosen] if chosen else [])


def test_the_language_is_a_setting() -> None:
    tracks = choose_captions(read("youtube_translated_captions"), "en")
    assert [(track.language, track.automatic) for track in tracks] == [("en", False), ("en", True)]
