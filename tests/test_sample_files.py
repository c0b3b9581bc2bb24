"""The sample recording, its truth and its posts agree with one another. No model, no network."""

from __future__ import annotations

import difflib
import functools
import hashlib
import itertools
import json
import re
import runpy
import unicodedata
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "media" / "generic_conseil-2025-06-12-8d69b5f0"
URL = "https://montclery-sur-aulne.example/videos/conseil-2025-06-12.mp4"
INFO: dict[str, Any] = json.loads((FOLDER / "info.json").read_text(encoding="utf-8"))
TRUTH: dict[str, Any] = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))
SENTENCES: list[dict[str, Any]] = [sentence for turn in TRUTH["turns"] for sentence in turn["sentences"]]
POSTS = ["2025-06-12-cantine", "2025-06-12-commande-publique", "2025-06-12-retour-conseil"]
LINES = [(slug, line) for slug, lines in TRUTH["posts"].items() for line in lines]

# Published digits against spoken words: those of the sample, so that no library has to be trusted here.
NUMBERS = {
    "63 500": "soixante-trois mille cinq cents", "90 000": "quatre-vingt-dix mille", "20 000": "vingt mille",
    "42,4": "quarante-deux virgule quatre", "0,80 €": "quatre-vingts centimes", "5,20": "cinq vingt",
    "920": "neuf cent vingt", "300": "trois cents", "1er": "premier", "80": "quatre-vingts", "60": "soixante",
    "50": "cinquante", "49": "quarante-neuf", "40": "quarante", "22": "vingt-deux", "12": "douze", "7": "sept",
    "5": "cinq", "4": "quatre", "1": "un", "%": "pour cent", "€": "euros",
}  # fmt: skip


def plain(text: str) -> str:
    """The typography of the truth file: no bold nor the spaces it leaves, straight apostrophes, ordinary spaces."""
    return re.sub(r" (?=[,.])", "", " ".join(text.replace("**", " ").replace("’", "'").split()))


def tokens(text: str) -> list[str]:
    for digits, words in NUMBERS.items():
        text = re.sub(rf"(?<!\d){re.escape(digits)}(?!\d)", words, text)
    return re.findall(
        r"[a-z]+", unicodedata.normalize("NFD", text.lower().replace("œ", "oe")).encode("ascii", "ignore").decode()
    )


def likeness(published: str, said: str) -> float:
    """The share of the published tokens that occur, in order, in what was said."""
    ours, theirs = tokens(published), tokens(said)
    blocks = difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(ours)


def said_within(line: dict[str, Any]) -> str:
    first, last = line["within"]
    return " ".join(s["text"] for s in SENTENCES if first * 1000 <= s["start_ms"] and s["end_ms"] <= last * 1000)


def body(slug: str) -> str:
    return (ROOT / "transcripts" / f"{slug}.md").read_text(encoding="utf-8").split("---\n", 2)[2]


@functools.cache
def samples() -> npt.NDArray[np.float32]:
    with av.open(str(FOLDER / "video.mp4")) as film:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=16_000)
        pieces = [out.to_ndarray()[0] for frame in film.decode(audio=0) for out in resampler.resample(frame)]
    return np.concatenate(pieces)


def level(from_ms: int, to_ms: int) -> float:
    piece = samples()[from_ms * 16 : to_ms * 16].astype(np.float64)
    return float(np.sqrt(np.mean(piece**2)))


def test_the_media_id_is_made_from_the_url() -> None:
    digest = hashlib.sha256(URL.encode()).hexdigest()[:8]
    assert INFO["url"] == URL
    assert INFO["id"] == TRUTH["recording"] == f"generic:conseil-2025-06-12-{digest}"
    assert re.sub(r"[^A-Za-z0-9._-]", "_", INFO["id"]) == FOLDER.name


def test_the_folder_holds_what_info_names_and_is_small() -> None:
    assert INFO["provider"] == "generic"
    assert INFO["audio"] is None
    assert INFO["captions"] == []
    held = {path.name for path in FOLDER.iterdir()}
    assert {"info.json", "truth.json", INFO["video"], INFO["thumbnail"]} <= held
    assert sum((FOLDER / name).stat().st_size for name in ("info.json", "truth.json", "video.mp4", "poster.jpg")) < 4e6


def test_the_durations_agree_with_the_file() -> None:
    with av.open(str(FOLDER / "video.mp4")) as film:
        assert film.duration is not None
        assert film.duration / 1000 == pytest.approx(INFO["duration_ms"], abs=100)
    assert len(samples()) / 16 == pytest.approx(INFO["duration_ms"], abs=100)
    assert TRUTH["duration"] * 1000 == INFO["duration_ms"]


def test_a_browser_can_play_and_seek_the_film() -> None:
    content = (FOLDER / "video.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    with av.open(str(FOLDER / "video.mp4")) as film:
        video, audio = film.streams.video[0], film.streams.audio[0]
        assert (video.codec_context.name, video.width, video.height, video.pix_fmt) == ("h264", 640, 360, "yuv420p")
        assert (audio.codec_context.name, audio.channels) == ("aac", 1)
        keys = [
            float(packet.pts * packet.time_base)
            for packet in film.demux(video)
            if packet.pts is not None and packet.is_keyframe
        ]
    assert keys[0] == 0
    assert max(after - before for before, after in itertools.pairwise(keys)) <= 2


def test_sentences_follow_one_another_inside_the_recording() -> None:
    now = 0
    for turn in TRUTH["turns"]:
        own = turn["sentences"]
        assert (turn["start_ms"], turn["end_ms"]) == (own[0]["start_ms"], own[-1]["end_ms"])
        assert turn["start_ms"] - now >= 800
        now = turn["start_ms"] - 250
        for sentence in own:
            assert sentence["start_ms"] - now >= 250
            assert sentence["end_ms"] > sentence["start_ms"]
            assert 8 < len(sentence["text"]) * 1000 / (sentence["end_ms"] - sentence["start_ms"]) < 30
            now = sentence["end_ms"]
    assert now < INFO["duration_ms"]
    assert len({turn["speaker"] for turn in TRUTH["turns"]}) == 6


def test_sound_begins_and_ends_where_the_truth_says() -> None:
    for sentence in SENTENCES:
        start, end = sentence["start_ms"], sentence["end_ms"]
        loud = level(start, end)
        assert level(start - 150, start - 20) < loud / 50, sentence
        assert level(end + 20, end + 150) < loud / 50, sentence
        assert level(start, start + 20) > loud / 100, sentence
        assert level(end - 20, end) > loud / 100, sentence


@pytest.mark.parametrize("slug", POSTS)
def test_every_line_occurs_in_its_post_in_order(slug: str) -> None:
    text, at = plain(body(slug)), 0
    for line in TRUTH["posts"][slug]:
        at = text.find(line["text"], at)
        assert at >= 0, line["text"]
        at += len(line["text"])


@pytest.mark.parametrize("slug", POSTS)
def test_every_word_of_a_post_is_in_a_line_or_is_no_speech(slug: str) -> None:
    rest = plain(re.sub(r"(?m)^#.*$", "", body(slug)))
    for line in TRUTH["posts"][slug]:
        rest = rest.replace(line["text"], "", 1)
    rest = re.sub(
        r"\[embed\]\S+\[/embed\]|https://\S+|Prise de parole de [\w ]+ :|Retrouvez nos autres articles.*", "", rest
    )
    assert not re.findall(r"\w+", rest)


@pytest.mark.parametrize("slug", POSTS)
def test_every_post_links_the_recording(slug: str) -> None:
    assert set(re.findall(r"https?://[^\s?\[]+", body(slug))) == {URL}


def test_the_truth_is_about_the_posts_that_are_there() -> None:
    assert sorted(TRUTH["posts"]) == POSTS
    for slug in POSTS:
        assert f"\nslug: {slug}\n" in (ROOT / "transcripts" / f"{slug}.md").read_text(encoding="utf-8")


def test_said_lines_resemble_what_is_said_there() -> None:
    for _slug, line in LINES:
        if line["status"] == "not_found":
            assert line["within"] is None
            assert line["onset"] is None
            continue
        first, last = line["within"]
        assert 0 <= first < last <= TRUTH["duration"]
        assert line["onset"] is None or first <= line["onset"] <= last
        assert likeness(line["text"], said_within(line)) >= {"spoken": 0.8, "reworded": 0.4}[line["status"]], line


def test_an_onset_is_where_a_sentence_starts() -> None:
    starts = {sentence["start_ms"] / 1000 for sentence in SENTENCES}
    assert all(line["onset"] in starts for _slug, line in LINES if line["onset"] is not None)


def test_lines_never_said_resemble_no_sentence() -> None:
    for _slug, line in LINES:
        if line["status"] == "not_found" and len(tokens(line["text"])) >= 8:
            assert max(likeness(line["text"], sentence["text"]) for sentence in SENTENCES) < 0.5, line["text"]


def test_the_posts_hold_the_cases_they_are_there_for() -> None:
    def statuses(slug: str) -> list[str]:
        return [line["status"] for line in TRUTH["posts"][slug]]

    assert 12 <= len(statuses("2025-06-12-cantine")) <= 18
    assert statuses("2025-06-12-cantine").count("reworded") == 2
    unsaid = statuses("2025-06-12-commande-publique").index("not_found")
    assert statuses("2025-06-12-commande-publique").count("not_found") == 1
    assert statuses("2025-06-12-commande-publique")[unsaid - 1 : unsaid + 2] == ["spoken", "not_found", "spoken"]


def test_one_hint_of_the_summary_is_right_and_one_a_minute_off() -> None:
    sections = body("2025-06-12-retour-conseil").split("\n## ")[1:]
    assert len(sections) == 2
    offs = []
    for section in sections:
        hint = re.search(r"\?t=(?:(\d+)m)?(\d+)s?\[", section)
        assert hint is not None
        quoted = [line["within"][0] for _slug, line in LINES if line["within"] and line["text"] in plain(section)]
        speech = next(t for t in TRUTH["turns"] if t["start_ms"] <= quoted[0] * 1000 < t["end_ms"])
        offs.append(abs(int(hint[1] or 0) * 60 + int(hint[2]) - speech["start_ms"] / 1000))
    assert offs[0] < 1
    assert offs[1] > 60


def test_the_script_still_says_what_was_recorded() -> None:
    script = runpy.run_path(str(ROOT / "media" / "make_sample.py"))
    said = [(turn.person.name, [sentence.text for sentence in turn.sentences]) for turn in script["SESSION"]]
    assert said == [(turn["speaker"], [s["text"] for s in turn["sentences"]]) for turn in TRUTH["turns"]]
    published = {slug: [(line.text, line.status) for line in lines] for slug, lines in script["POSTS"].items()}
    assert published == {slug: [(x["text"], x["status"]) for x in lines] for slug, lines in TRUTH["posts"].items()}
