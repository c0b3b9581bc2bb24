"""What holds for every alignment: limits of the cues, no word lost, and files that others read."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pysubs2
import srt
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from aligner.model import Cue, Transcript, Word
from aligner.output.check import Limit, check_cues
from aligner.output.cues import build_cues, count_left_out, shown_passages
from aligner.output.formats import render
from aligner.output.formats.srt import guard_srt
from aligner.output.limits import PROFILES, Profile
from aligner.output.tracks import published_track
from aligner.output.verbatim import build_verbatim_cues
from aligner.timecode import format_vtt, parse_time
from tests.output.ffmpeg_reader import read_with_ffmpeg

COUNCIL = "generic:conseil"
OTHER = "generic:clip"
WORD_TIME = re.compile(r"<(\d\d:\d\d:\d\d\.\d{3})>")
SIGNS = st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"))
WORDS = st.one_of(
    st.sampled_from(["la", "de", "d’une", "commune", "et", "nous", "voterons", "que", "qui", "conseil,", "agents."]),
    st.sampled_from(["M.", "Vasseur", "16", "42,4\u00a0%", "12\u202f500", "élu·es", "2025,", ";", "n°", "(CCAS)", "?"]),
    st.sampled_from(["{}", "{\\an8}x", "-->", "a-->b", "<b>", "</b>gras", "&amp;", "👏", "–", "»", ":", "«", "\u200b"]),
    st.text(SIGNS, min_size=1, max_size=12),
    st.integers(38, 95).map(lambda length: "x" * length),
)


@dataclass(frozen=True)
class Spoken:
    """A published word, how it was heard, and the silence before it."""

    text: str
    heard: bool
    silence_ms: int
    length_ms: int


SPOKEN = st.builds(
    Spoken,
    WORDS,
    st.integers(0, 9).map(lambda dice: dice > 2),
    st.one_of(st.integers(0, 150), st.integers(0, 3000)),
    st.one_of(st.integers(50, 600), st.integers(0, 9000)),
)
PASSAGES = st.lists(
    st.tuples(
        st.lists(SPOKEN, min_size=1, max_size=40),
        st.integers(0, 1500),
        st.sampled_from(["spoken"] * 6 + ["reworded", "uncertain", "not_found"]),
        st.sampled_from(
            [None, "Nadia Ferrand", "Hugo Lemaître", "Un <nom> & un titre bien trop longs pour une seule ligne"]
        ),
        st.sampled_from([COUNCIL] * 6 + [OTHER]),
        st.floats(0.5, 1),
    ),
    max_size=5,
)


def lay_out(drawn: list[Any], back_ms: int) -> dict[str, Any]:
    """A document whose passages follow each other, each beginning `back_ms` before the end of the one before."""
    passages = []
    time = 0
    for number, (spoken, silence_ms, status, speaker, media_id, confidence) in enumerate(drawn):
        time = max(0, time + silence_ms - back_ms)
        words = []
        for k, word in enumerate(spoken):
            time += word.silence_ms
            heard = word.heard and any(sign.isalnum() for sign in word.text)
            start, end = (time, time + word.length_ms) if heard else (None, None)
            words.append(
                {"text": word.text, "start_ms": start, "end_ms": end, "heard": f"{number}.{k}" if heard else None}
            )
            time += word.length_ms
        passages.append(
            {
                "id": f"p{number}",
                "kind": "speech",
                "speaker": speaker,
                "text": " ".join(word.text for word in spoken),
                "status": status,
                "confidence": confidence,
                "media_id": None if status == "not_found" else media_id,
                "words": words,
            }
        )
    media = {"url": "https://montclery.example/conseil.mp4", "title": "Conseil", "duration_ms": 1_000_000_000}
    return {"post": {"slug": "s", "title": "Titre"}, "media": {COUNCIL: media, OTHER: media}, "passages": passages}


DOCUMENTS = st.builds(lay_out, PASSAGES, st.just(0))
CROWDED = st.builds(lay_out, PASSAGES, st.integers(0, 20_000))


def can_be_shown(passage: dict[str, Any]) -> bool:
    linked = passage["status"] in ("spoken", "reworded") and passage["media_id"] == COUNCIL
    return linked and any(word["heard"] for word in passage["words"])


def heard_words(words: Any) -> list[str]:
    return [heard for word in words if word for heard in word.split(" ")]


def is_label(text: str) -> bool:
    return text in ("[Nadia\u00a0Ferrand]", "[Hugo\u00a0Lemaître]")


@given(CROWDED)
def test_cues_keep_the_limits_of_time(document: dict[str, Any]) -> None:
    cues = build_cues(document, COUNCIL)
    for cue in cues:
        assert 200 <= cue.end_ms - cue.start_ms <= 7000
    for cue, following in pairwise(cues):
        gap = following.start_ms - cue.end_ms
        assert gap == 80 or gap >= 500 or cue.end_ms + gap - 80 - cue.start_ms > 7000
        assert gap >= 80
        assert cue.end_ms - cue.start_ms >= 1000 or gap == 80
    free_ms = 0
    for cue in cues:
        waited, free_ms = cue.start_ms == free_ms, cue.end_ms + 80
        timed = [word for word in cue.words if word.start_ms is not None and word.end_ms is not None]
        if not timed:
            continue
        in_ms, last_ms = timed[0].start_ms, max(word.end_ms or 0 for word in timed)
        assert cue.start_ms == in_ms or waited
        assert cue.end_ms <= last_ms + 500 or cue.end_ms - cue.start_ms <= 1500


@given(CROWDED)
def test_lines_keep_the_limits_of_space(document: dict[str, Any]) -> None:
    for cue in build_cues(document, COUNCIL):
        assert 1 <= len(cue.lines) <= 2
        for line in cue.lines:
            assert line == line.strip()
            assert len(line) <= 42 or len(line.split()) == 1
        assert len(cue.lines) == 1 or len(" ".join(cue.lines)) > 42
        assert " ".join(cue.lines).split() == " ".join(word.text for word in cue.words).split()


@given(DOCUMENTS)
def test_every_word_that_was_said_is_shown_once_in_order(document: dict[str, Any]) -> None:
    cues = build_cues(document, COUNCIL)
    shown = [passage for passage in document["passages"] if can_be_shown(passage)]
    words = shown_passages(cues)
    expected = [word["heard"] for passage in shown for word in passage["words"]]
    assert heard_words(word.heard for cue in cues for word in cue.words) == heard_words(expected)
    for passage in shown:
        text = [word.text for word in words[passage["id"]]]
        published = passage["text"].split()
        said = " ".join(part for part in text if not is_label(part)).split()
        if "[…]" in said:
            letters = iter("".join(published))
            assert all(letter in letters for part in said if part != "[…]" for letter in part)
            assert len(said) < len(published)
        else:
            assert "".join(said) == "".join(published)  # a lone comma joins the word before it


@given(CROWDED)
def test_every_passage_is_shown_or_counted(document: dict[str, Any]) -> None:
    cues = build_cues(document, COUNCIL)
    shown = set(shown_passages(cues))
    assert shown <= {passage["id"] for passage in document["passages"] if can_be_shown(passage)}
    assert len(shown) + sum(count_left_out(document, COUNCIL, cues).values()) == len(document["passages"])


@given(CROWDED)
def test_other_programs_read_the_same_srt(document: dict[str, Any]) -> None:
    cues = build_cues(document, COUNCIL)
    text = render(published_track(document, COUNCIL), "srt")
    expected = [(cue.start_ms, cue.end_ms, guard_srt("\n".join(cue.lines))) for cue in cues]
    assert [
        (round(item.start.total_seconds() * 1000), round(item.end.total_seconds() * 1000), item.content)
        for item in srt.parse(text)
    ] == expected
    events = pysubs2.SSAFile.from_string(text, format_="srt")
    assert [(event.start, event.end) for event in events] == [cue[:2] for cue in expected]


@given(CROWDED)
def test_other_programs_read_the_same_vtt(document: dict[str, Any]) -> None:
    cues = build_cues(document, COUNCIL)
    text = render(published_track(document, COUNCIL), "vtt")
    captions = webvtt.from_string(text).captions
    assert [(item.start, item.end, unescape(item.text)) for item in captions] == [
        (format_vtt(cue.start_ms), format_vtt(cue.end_ms), "\n".join(cue.lines)) for cue in cues
    ]
    assert len({item.identifier for item in captions}) == len(cues)
    # pysubs2 takes any line with two times for the head of a cue, so it gets the file without the times of words.
    events = pysubs2.SSAFile.from_string(WORD_TIME.sub("", text), format_="vtt")
    assert [(event.start, event.end) for event in events] == [(cue.start_ms, cue.end_ms) for cue in cues]
    check_word_times(captions, cues)


def check_word_times(captions: Any, cues: list[Cue]) -> None:
    for caption, cue in zip(captions, cues, strict=True):
        times = [parse_time(time) or 0 for time in WORD_TIME.findall(caption.raw_text)]
        assert all(earlier < later for earlier, later in pairwise([cue.start_ms, *times, cue.end_ms]))
        assert set(times) <= {word.start_ms for word in cue.words}


@given(CROWDED, st.sampled_from(sorted(PROFILES.values(), key=lambda profile: profile.name)))
def test_no_hard_limit_is_broken_but_by_a_word_longer_than_a_line(document: dict[str, Any], profile: Profile) -> None:
    cues = build_cues(document, COUNCIL, profile)
    hard = [breach for breach in check_cues(cues, profile) if breach.hard]
    assert {breach.limit for breach in hard} <= {Limit.LENGTH}
    for breach in hard:
        assert any(len(line) == breach.value and len(line.split()) == 1 for line in cues[breach.cue - 1].lines)


@given(CROWDED)
def test_other_programs_read_the_same_ttml_and_ass(document: dict[str, Any]) -> None:
    track = published_track(document, COUNCIL)
    events = pysubs2.SSAFile.from_string(render(track, "ttml"), format_="ttml")
    assert [(event.start, event.end) for event in events] == [(cue.start_ms, cue.end_ms) for cue in track.cues]
    paragraphs = ET.fromstring(render(track, "ttml")).iter("{http://www.w3.org/ns/ttml}p")
    shown = [["".join(span.itertext()) for span in p.iter("{http://www.w3.org/ns/ttml}span")] for p in paragraphs]
    assert shown == [[for_xml(line) for line in cue.lines] for cue in track.cues]
    events = pysubs2.SSAFile.from_string(render(track, "ass"), format_="ass")
    assert [(event.start, event.end) for event in events] == [
        (cue.start_ms // 10 * 10, cue.end_ms // 10 * 10) for cue in track.cues
    ]
    assert [event.text.replace("\\{{}", "{").replace("\u2060", "").split("\\N") for event in events] == [
        [line.replace("\u2060", "") for line in cue.lines] for cue in track.cues
    ]


def for_xml(text: str) -> str:
    return text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


@given(CROWDED)
def test_ffmpeg_reads_the_same(document: dict[str, Any]) -> None:
    track = published_track(document, COUNCIL)
    for name, unit in (("srt", 1), ("vtt", 1), ("ass", 10)):
        if track.cues:  # ffmpeg takes an empty SubRip file for no file at all
            assert [span[:2] for span in read_with_ffmpeg(render(track, name), name)] == [
                (cue.start_ms // unit * unit, cue.end_ms // unit * unit) for cue in track.cues
            ]


@given(CROWDED)
def test_tables_read_back_hold_each_shown_passage_once(document: dict[str, Any]) -> None:
    track = published_track(document, COUNCIL)
    rows = list(csv.DictReader(io.StringIO(render(track, "csv").removeprefix("\ufeff"), newline="")))
    objects = [json.loads(line) for line in render(track, "jsonl").split("\n")[:-1]]
    assert [row["passage_id"] for row in rows] == [item["passage_id"] for item in objects]
    assert sorted(item["passage_id"] for item in objects) == sorted(shown_passages(track.cues))
    texts = {passage["id"]: passage["text"] for passage in document["passages"]}
    assert [row["text"] for row in rows] == [texts[row["passage_id"]] for row in rows]
    labels = [line.split("\t") for line in render(track, "audacity").split("\n")[:-1]]
    assert [(float(start), float(end)) for start, end, _ in labels] == [
        (item["start_ms"] / 1000, item["end_ms"] / 1000) for item in objects
    ]


HEARD = st.lists(
    st.tuples(
        st.one_of(WORDS, st.sampled_from(["-toi", "’eau", ",5", "?"])),
        st.one_of(st.integers(0, 150), st.integers(0, 3000)),
        st.one_of(st.integers(0, 600), st.integers(0, 9000)),
        st.integers(0, 400),
    ),
    max_size=60,
)


@given(HEARD)
def test_every_word_heard_is_shown_once_in_order(heard: list[tuple[str, int, int, int]]) -> None:
    words, time = [], 0
    for text, silence_ms, length_ms, over_ms in heard:
        time += silence_ms
        words.append(Word(text, time, time + length_ms + over_ms))
        time += length_ms
    transcript = Transcript("file", "x", "fr", time + 10_000, tuple(words), "0" * 16)
    cues = build_verbatim_cues(transcript)
    said = "".join(line for cue in cues for line in cue.lines)
    assert "".join(said.split()) == "".join("".join(word.text for word in words).split())
    assert [breach for breach in check_cues(cues) if breach.hard and breach.limit is not Limit.LENGTH] == []
