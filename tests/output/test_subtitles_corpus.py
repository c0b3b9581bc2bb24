"""Subtitles of the reading set and of the sample: no hard limit is broken, no word said is lost or told twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import srt

from aligner.matching.heard_text import HeardText, prepare
from aligner.matching.match import match_post
from aligner.model import LINKED, Heard, Media, Transcript, Word
from aligner.output.alignment_file import to_json
from aligner.output.check import Limit, check_cues
from aligner.output.cues import build_cues, shown_passages
from aligner.output.formats import render
from aligner.output.limits import PROFILES, Profile
from aligner.output.stretches import OMISSION, name_label
from aligner.output.tracks import published_track, verbatim_track
from aligner.output.verbatim import join_words
from aligner.sound.captions import read_captions
from aligner.text.read import list_posts, read_post
from tests.conftest import CORPUS, ROOT

READING = CORPUS / "reading"
SAMPLE = ROOT / "media" / "generic_conseil-2025-06-12-8d69b5f0"
profiles = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)


def documents(posts: Path, text: HeardText) -> list[dict[str, Any]]:
    """The alignments of all posts of a folder with what was heard in the recording that they link."""
    found = []
    for path in list_posts([posts]):
        post = read_post(path, posts)
        link = post.links[0]
        media = Media(link.media_id, link.url, "generic", "", text.transcript.duration_ms)
        found.append(to_json(match_post(post, [(Heard(media, text.transcript), text)]), "test"))
    return found


@pytest.fixture(scope="module", params=["session.whisper.json", "session.fr.json3"])
def reading(request: pytest.FixtureRequest) -> tuple[list[dict[str, Any]], Transcript]:
    transcript = read_captions(READING / request.param, "fr")
    return documents(READING / "posts", prepare(transcript)), transcript


@pytest.fixture(scope="module")
def sample() -> list[dict[str, Any]]:
    """The sample session as its truth file has it, each sentence's words spread evenly over its time."""
    turns = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))["turns"]
    words = []
    for sentence in (sentence for turn in turns for sentence in turn["sentences"]):
        parts = sentence["text"].split()
        start, length = sentence["start_ms"], sentence["end_ms"] - sentence["start_ms"]
        words += [
            Word(part, start + length * k // len(parts), start + length * (k + 1) // len(parts))
            for k, part in enumerate(parts)
        ]
    heard = Transcript("file", "truth", "fr", words[-1].end_ms + 1000, tuple(words), "0" * 16)
    return documents(ROOT / "transcripts", prepare(heard))


def check_published(document: dict[str, Any], profile: Profile) -> int:
    """No hard breach, and every word said is told once, in order. Returns how many cues there are."""
    total = 0
    for media_id in document["media"]:
        cues = build_cues(document, media_id, profile)
        breaches = check_cues(cues, profile)
        assert [item for item in breaches if item.hard] == []
        assert all(item.limit in (Limit.SPEED, Limit.DURATION, Limit.GAP) and item.reason for item in breaches)
        shown = shown_passages(cues)
        linked = [p for p in document["passages"] if p["status"] in LINKED and p["media_id"] == media_id]
        assert set(shown) == {passage["id"] for passage in linked}
        told = " ".join(item.content for item in srt.parse(render(published_track(document, media_id, profile), "srt")))
        expected = []
        for passage in sorted(linked, key=lambda passage: list(shown).index(passage["id"])):
            words = [word.text for word in shown[passage["id"]]]
            expected += words
            if words[0] == name_label(passage["speaker"] or ""):
                words = words[1:]
            check_words("".join(passage["text"].split()), "".join("".join(words).split()))
            said = [word["heard"] for word in passage["words"] if word["heard"]]
            assert " ".join(word.heard for word in shown[passage["id"]] if word.heard) == " ".join(said)
        assert "".join(told.split()) == "".join("".join(expected).split())
        total += len(cues)
    return total


def check_words(published: str, shown: str) -> None:
    """The published text letter for letter, but for what `[…]` stands for."""
    at = 0
    parts = shown.split(OMISSION)
    assert published.startswith(parts[0])
    assert published.endswith(parts[-1])
    for part in parts:
        at = published.index(part, at) + len(part)
    assert len(parts) > 1 or at == len(published)


@pytest.mark.corpus
@profiles
def test_the_reading_set_keeps_every_hard_limit_and_every_word(
    reading: tuple[Sequence[dict[str, Any]], Transcript], profile: Profile
) -> None:
    assert sum(check_published(document, profile) for document in reading[0]) > 350


@pytest.mark.corpus
@profiles
def test_reading_speed_is_broken_only_where_the_words_are_said_that_fast(
    reading: tuple[Sequence[dict[str, Any]], Transcript], profile: Profile
) -> None:
    """Poems read aloud: some lines are fast; durations are within their limits everywhere."""
    breaches, cues = [], 0
    for document in reading[0]:
        for media_id in document["media"]:
            track = build_cues(document, media_id, profile)
            cues += len(track)
            breaches += check_cues(track, profile)
    over = [item for item in breaches if item.limit is Limit.SPEED]
    assert [item for item in breaches if item.limit is Limit.DURATION] == []
    assert len(over) < 0.08 * cues
    assert len([item for item in over if item.value > 20]) < 0.02 * cues


@pytest.mark.corpus
@profiles
def test_verbatim_of_the_session_keeps_every_hard_limit_and_every_word(
    reading: tuple[Sequence[dict[str, Any]], Transcript], profile: Profile
) -> None:
    documents, transcript = reading
    media_id = next(iter(documents[0]["media"]))
    track = verbatim_track(documents[0], media_id, transcript, profile)
    breaches = check_cues(track.cues, profile)
    assert [item for item in breaches if item.hard] == []
    assert sum(item.limit is Limit.DURATION for item in breaches) <= 4  # a recogniser's loops: six words in 0.3 s
    told = " ".join(item.content for item in srt.parse(render(track, "srt")))
    heard = join_words(word.text for word in transcript.words)
    assert "".join(told.split()) == "".join(heard.split())


@profiles
def test_the_sample_keeps_every_hard_limit_and_every_word(sample: list[dict[str, Any]], profile: Profile) -> None:
    assert sum(check_published(document, profile) for document in sample) > 50
