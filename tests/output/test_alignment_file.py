"""The alignment file: the contract other programs rely on, its schema, and reading it back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from aligner import __version__
from aligner.errors import AlignerError
from aligner.matching.heard_text import prepare
from aligner.matching.match import match_post
from aligner.model import (
    Alignment,
    Block,
    Finding,
    FindingKind,
    Heard,
    Kind,
    KnownPassage,
    Mark,
    Match,
    Media,
    Passage,
    Place,
    Post,
    Status,
    TimedWord,
    Transcript,
    TriedPlace,
    Weighed,
    Word,
)
from aligner.output.alignment_file import read_alignment, read_findings, read_known, to_json
from aligner.output.cues import build_cues, count_left_out
from aligner.store import dump_json, write_atomic
from aligner.text.read import read_post

ROOT = Path(__file__).resolve().parents[2]
SCHEMA: dict[str, Any] = json.loads((ROOT / "aligner/output/alignment.schema.json").read_text(encoding="utf-8"))
RECORDING = "generic:conseil-2025-06-12-8d69b5f0"
SAMPLE = ROOT / "media" / RECORDING.replace(":", "_")


def validate(document: Any) -> None:
    Draft202012Validator(SCHEMA).validate(document)


def small_alignment() -> Alignment:
    """A heading, a sentence that was said but for its middle word, and one that was not."""
    marks = (Mark("strong", (3, 8)), Mark("link", (9, 16), "https://montclery.example/halle"), Mark("break", (17, 18)))
    blocks = (
        Block("heading", 2, "La halle"),
        Block("item", 1, "La halle ouvrira. Enfin !", marks, 3),
        Block("item", 1, "Suite.", continues=True),
    )
    post = Post(
        slug="la-halle",
        title="La halle « neuve »",
        date="2025-06-14",
        source="2025/la-halle.md",
        url=None,
        blocks=blocks,
        passages=(
            Passage("la-halle-1", Kind.HEADING, "La halle", None, None, 0, (0, 8), (10, 18)),
            Passage(
                "ouvrira-2",
                Kind.SPEECH,
                "La halle ouvrira.",
                "Nadia Ferrand",
                "La halle",
                1,
                (0, 17),
                (20, 39),
                ("b", "a"),
            ),
            Passage("enfin-3", Kind.SPEECH, "Enfin !", "Nadia Ferrand", "La halle", 1, (18, 25), (40, 47)),
        ),
        links=(),
        tags=("halle",),
    )
    media = Media("youtube:abcdefghijk", "https://youtu.be/abcdefghijk", "youtube", "Conseil", None, date="2025-06-12")
    words = (Word("la", 1000, 1100), Word("euh", 1200, 1400), Word("ouvrira", 1600, 2200))
    transcript = Transcript(
        "faster-whisper",
        "base",
        "fr",
        60_000,
        words,
        "0123456789abcdef",
        audio_sha256="a" * 64,
        captions_sha256="c" * 64,
    )
    captions = Transcript("captions", "json3", "fr", 60_000, words, "fedcba9876543210", captions_sha256="c" * 64)
    place = Place("youtube:abcdefghijk", 1000, 2200)
    weighed = Weighed(
        (TriedPlace(place, 31.25, 0.75), TriedPlace(Place("youtube:abcdefghijk", 40_000, 41_500), 12.5, 0.25)),
        asked=5.25,
        follows=True,
        missing="pas",
        pace=14.5,
    )
    timed = (
        TimedWord("La", 1000, 1100, "la"),
        TimedWord("halle", 1100, 1600, None),
        TimedWord("ouvrira.", 1600, 2200, "ouvrira"),
    )
    matches = (
        Match("la-halle-1", Status.NOT_FOUND, 1.0, "Un titre n’est pas cherché."),
        Match(
            "ouvrira-2",
            Status.REWORDED,
            0.85,
            "2 mots sur 3.",
            "youtube:abcdefghijk",
            1000,
            2200,
            "la euh ouvrira",
            timed,
            unpublished=(Word("euh", 1200, 1400, 0.4),),
            elsewhere=(Place("youtube:abcdefghijk", 40_000, 41_500),),
            agreed=0.875,
            evidence=weighed,
        ),
        Match("enfin-3", Status.NOT_FOUND, 0.7, "Rien.", words=(TimedWord("Enfin !", None, None, None),)),
    )
    return Alignment(post, (Heard(media, transcript, (600_000,), captions),), matches, FINDINGS)


FINDINGS = (
    Finding(FindingKind.OFFSET, "youtube:abcdefghijk", 600_000, 1000),
    Finding(FindingKind.EMPTY, "vimeo:7654321"),
)
SMALL: dict[str, Any] = {
    "format": "aligner.alignment",
    "version": 1,
    "post": {
        "slug": "la-halle",
        "title": "La halle « neuve »",
        "date": "2025-06-14",
        "source": "2025/la-halle.md",
        "url": None,
        "tags": ["halle"],
        "blocks": [
            {"kind": "heading", "level": 2, "text": "La halle"},
            {
                "kind": "item",
                "level": 1,
                "text": "La halle ouvrira. Enfin !",
                "marks": [
                    {"kind": "strong", "chars": [3, 8]},
                    {"kind": "link", "chars": [9, 16], "href": "https://montclery.example/halle"},
                    {"kind": "break", "chars": [17, 18]},
                ],
                "number": 3,
            },
            {"kind": "item", "level": 1, "text": "Suite.", "continues": True},
        ],
    },
    "media": {
        "youtube:abcdefghijk": {
            "url": "https://youtu.be/abcdefghijk",
            "provider": "youtube",
            "title": "Conseil",
            "date": "2025-06-12",
            "duration_ms": 60_000,
            "transcript": {
                "engine": "faster-whisper",
                "model": "base",
                "language": "fr",
                "fingerprint": "0123456789abcdef",
                "audio_sha256": "a" * 64,
                "captions_sha256": "c" * 64,
            },
            "captions": {
                "engine": "captions",
                "model": "json3",
                "language": "fr",
                "fingerprint": "fedcba9876543210",
                "captions_sha256": "c" * 64,
            },
            "hints_ms": [600_000],
        }
    },
    "passages": [
        {
            "id": "la-halle-1",
            "kind": "heading",
            "speaker": None,
            "heading": None,
            "text": "La halle",
            "source_chars": [10, 18],
            "block": 0,
            "block_chars": [0, 8],
            "status": "not_found",
            "confidence": 1.0,
            "reason": "Un titre n’est pas cherché.",
            "media_id": None,
            "start_ms": None,
            "end_ms": None,
            "said": None,
            "words": [],
            "unpublished": [],
            "agreed": None,
            "elsewhere": [],
        },
        {
            "id": "ouvrira-2",
            "former": ["b", "a"],
            "kind": "speech",
            "speaker": "Nadia Ferrand",
            "heading": "La halle",
            "text": "La halle ouvrira.",
            "source_chars": [20, 39],
            "block": 1,
            "block_chars": [0, 17],
            "status": "reworded",
            "confidence": 0.85,
            "reason": "2 mots sur 3.",
            "media_id": "youtube:abcdefghijk",
            "start_ms": 1000,
            "end_ms": 2200,
            "said": "la euh ouvrira",
            "words": [
                {"text": "La", "start_ms": 1000, "end_ms": 1100, "heard": "la"},
                {"text": "halle", "start_ms": 1100, "end_ms": 1600, "heard": None},
                {"text": "ouvrira.", "start_ms": 1600, "end_ms": 2200, "heard": "ouvrira"},
            ],
            "unpublished": [{"text": "euh", "start_ms": 1200, "end_ms": 1400}],
            "agreed": 0.875,
            "elsewhere": [{"media_id": "youtube:abcdefghijk", "start_ms": 40_000, "end_ms": 41_500}],
            "evidence": {
                "asked": 5.25,
                "follows": True,
                "repeats": False,
                "missing": "pas",
                "pace": 14.5,
                "places": [
                    {
                        "media_id": "youtube:abcdefghijk",
                        "start_ms": 1000,
                        "end_ms": 2200,
                        "nats": 31.25,
                        "share": 0.75,
                    },
                    {
                        "media_id": "youtube:abcdefghijk",
                        "start_ms": 40_000,
                        "end_ms": 41_500,
                        "nats": 12.5,
                        "share": 0.25,
                    },
                ],
            },
        },
        {
            "id": "enfin-3",
            "kind": "speech",
            "speaker": "Nadia Ferrand",
            "heading": "La halle",
            "text": "Enfin !",
            "source_chars": [40, 47],
            "block": 1,
            "block_chars": [18, 25],
            "status": "not_found",
            "confidence": 0.7,
            "reason": "Rien.",
            "media_id": None,
            "start_ms": None,
            "end_ms": None,
            "said": None,
            "words": [{"text": "Enfin !", "start_ms": None, "end_ms": None, "heard": None}],
            "unpublished": [],
            "agreed": None,
            "elsewhere": [],
        },
    ],
    "coverage": {"passages": 2, "spoken": 0, "reworded": 1, "uncertain": 0, "not_found": 1},
    "findings": [
        {"kind": "offset", "media_id": "youtube:abcdefghijk", "link_ms": 600_000, "said_ms": 1000},
        {"kind": "empty", "media_id": "vimeo:7654321", "link_ms": None, "said_ms": None},
    ],
    "made_with": {
        "aligner": __version__,
        "settings": "fedcba9876543210",
        "post_sha256": "b" * 64,
        "corrections_sha256": "d" * 64,
        "options": {"hear": "windows", "language": "fr"},
    },
}


def small() -> dict[str, Any]:
    made_of = {
        "post_sha256": "b" * 64,
        "corrections_sha256": "d" * 64,
        "options": {"hear": "windows", "language": "fr"},
    }
    return to_json(small_alignment(), "fedcba9876543210", made_of)


def sample_heard() -> Heard:
    """The sample session as a recogniser without faults would hear it; a sentence’s time is shared by letters."""
    truth = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
    words = []
    for turn in truth["turns"]:
        for sentence in turn["sentences"]:
            texts = sentence["text"].split()
            length = sentence["end_ms"] - sentence["start_ms"]
            whole = sum(map(len, texts))
            ends = [sentence["start_ms"] + length * done // whole for done in accumulate(map(len, texts))]
            starts = [sentence["start_ms"], *ends[:-1]]
            words += [Word(*timed) for timed in zip(texts, starts, ends, strict=True)]
    duration_ms = round(truth["duration"] * 1000)
    transcript = Transcript("file", "truth.json", "fr", duration_ms, tuple(words), "sample")
    info = json.loads((SAMPLE / "info.json").read_text(encoding="utf-8"))
    return Heard(Media(RECORDING, info["url"], info["provider"], info["title"], info["duration_ms"]), transcript)


@pytest.fixture(scope="module", params=sorted((ROOT / "transcripts").glob("2*.md")), ids=lambda path: path.stem)
def aligned_sample(request: pytest.FixtureRequest) -> dict[str, Any]:
    """A post of the sample, read and matched for real."""
    heard = sample_heard()
    return to_json(match_post(read_post(request.param), [(heard, prepare(heard.transcript))]), "0" * 16)


# --- the document ---------------------------------------------------------------------------------


def test_the_document_is_laid_out_by_the_contract_in_a_stable_order() -> None:
    assert dump_json(small()) == dump_json(SMALL)


def test_an_alignment_without_recordings_is_valid() -> None:
    alignment = small_alignment()
    matches = tuple(Match(passage.id, Status.NOT_FOUND, 1.0, "") for passage in alignment.post.passages)
    document = to_json(Alignment(alignment.post, (), matches), "")
    validate(document)
    assert document["media"] == {}
    assert document["coverage"] == {"passages": 2, "spoken": 0, "reworded": 0, "uncertain": 0, "not_found": 2}


def test_what_is_really_made_is_valid(aligned_sample: dict[str, Any]) -> None:
    validate(aligned_sample)
    validate(small())
    assert aligned_sample["coverage"]["spoken"] > 3


def test_what_is_really_made_gives_subtitles_of_all_that_was_said(aligned_sample: dict[str, Any]) -> None:
    linked = [p for p in aligned_sample["passages"] if p["status"] in ("spoken", "reworded")]
    cues = build_cues(aligned_sample, RECORDING)
    assert {cue.passage_id for cue in cues} == {passage["id"] for passage in linked}
    coverage = aligned_sample["coverage"]
    assert count_left_out(aligned_sample, RECORDING, cues) == {
        "not_found": coverage["not_found"],
        "uncertain": coverage["uncertain"],
        "elsewhere": 0,
        "hidden": 0,
    }


def test_what_earlier_versions_wrote_is_valid_and_told_without_what_they_did_not_note() -> None:
    alignment = small_alignment()
    (heard,) = alignment.heard
    plain = replace(heard, transcript=replace(heard.transcript, audio_sha256=None, captions_sha256=None), captions=None)
    matches = tuple(replace(match, evidence=None) for match in alignment.matches)
    document = to_json(replace(alignment, heard=(plain,), matches=matches), "fedcba9876543210")
    validate(document)
    assert document["made_with"].keys() == {"aligner", "settings"}
    assert "captions" not in document["media"]["youtube:abcdefghijk"]
    assert not any("evidence" in passage for passage in document["passages"])
    del document["media"]["youtube:abcdefghijk"]["hints_ms"]
    validate(document)


def test_the_passages_of_a_file_are_known_with_the_ids_they_had() -> None:
    known = read_known(small())
    assert known[:2] == (
        KnownPassage("la-halle-1", "La halle", ()),
        KnownPassage("ouvrira-2", "La halle ouvrira.", ("b", "a")),
    )
    sound: dict[str, object] = {"id": "x", "text": "a"}
    for damaged in (None, {"id": "x"}, sound | {"id": 7}, sound | {"text": None}, sound | {"former": [[]]}):
        assert read_known({"passages": [damaged]}) == (), damaged


# --- the schema -----------------------------------------------------------------------------------


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_names_every_key_that_is_written() -> None:
    """With unknown keys forbidden everywhere, what we write still passes: no key is forgotten in the schema."""
    strict = json.loads(json.dumps(SCHEMA), object_hook=_forbid_unknown_keys)
    assert strict["additionalProperties"] is False
    Draft202012Validator(strict).validate(small())


def _forbid_unknown_keys(schema: dict[str, Any]) -> dict[str, Any]:
    closed = "required" in schema and "properties" in schema and "additionalProperties" not in schema
    return {**schema, "additionalProperties": False} if closed else schema


def test_the_schema_knows_every_kind_and_status() -> None:
    properties = SCHEMA["$defs"]["passage"]["properties"]
    assert properties["kind"]["enum"] == [kind.value for kind in Kind]
    assert properties["status"]["enum"] == [status.value for status in Status]


def test_keys_of_the_future_are_allowed() -> None:
    document = small()
    for place in (
        document,
        document["post"],
        document["media"]["youtube:abcdefghijk"],
        document["passages"][1],
        document["passages"][1]["words"][0],
        document["coverage"],
    ):
        place["new"] = {"any": "thing"}
    validate(document)


def _broken(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    *way, last = path.split(".")

    def breaks(document: dict[str, Any]) -> None:
        place: Any = document
        for step in way:
            place = place[int(step)] if step.isdigit() else place[step]
        place[last] = value

    return breaks


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", "aligner.report"),
        ("version", 2),
        ("post.slug", ""),
        ("post.date", 2025),
        ("post.blocks.1.marks.0.kind", "code"),
        ("post.blocks.1.marks.1.href", "javascript:alert(1)"),
        ("post.blocks.1.marks", [{"kind": "link", "chars": [9, 16]}]),
        ("post.blocks.1.number", -1),
        ("media.youtube:abcdefghijk.date", "12 juin 2025"),
        ("passages.1.former", ["a", ""]),
        ("media", {"abcdefghijk": SMALL["media"]["youtube:abcdefghijk"]}),
        ("media.youtube:abcdefghijk.duration_ms", None),
        ("media.youtube:abcdefghijk.transcript", None),
        ("passages", {}),
        ("passages.1.kind", "speach"),
        ("passages.1.status", "found"),
        ("passages.1.confidence", 1.2),
        ("passages.1.source_chars", [20]),
        ("passages.1.start_ms", 1.5),
        ("passages.1.start_ms", -1),
        ("passages.1.media_id", None),  # a link to nowhere
        ("passages.1.end_ms", None),
        ("passages.2.media_id", "youtube:abcdefghijk"),  # not found, yet somewhere
        ("passages.2.start_ms", 1000),
        ("passages.1.words.0.start_ms", None),  # heard, but never
        ("passages.1.words.0.heard", False),
        ("passages.1.unpublished.0.start_ms", None),
        ("passages.1.elsewhere.0.media_id", None),
        ("passages.1.elsewhere.0.end_ms", -1),
        ("findings.0.kind", "late"),
        ("findings.1.media_id", None),
        ("findings.0.said_ms", "1:02"),
        ("coverage.spoken", -1),
        ("media.youtube:abcdefghijk.transcript.audio_sha256", "0123"),
        ("media.youtube:abcdefghijk.captions", None),
        ("media.youtube:abcdefghijk.hints_ms", [-1]),
        ("passages.1.evidence.asked", None),
        ("passages.1.evidence.places.0.nats", "31"),
        ("passages.1.evidence.places", SMALL["passages"][1]["evidence"]["places"] * 2),
        ("made_with.post_sha256", ""),
        ("made_with.options", {"hear": True}),
    ],
)
def test_the_schema_refuses(path: str, value: Any) -> None:
    document = small()
    _broken(path, value)(document)
    with pytest.raises(ValidationError):
        validate(document)


@pytest.mark.parametrize("key", [key for key in SMALL if key != "findings"])
def test_the_schema_misses_a_missing_key(key: str) -> None:
    document = small()
    del document[key]
    with pytest.raises(ValidationError, match=f"'{key}' is a required property"):
        validate(document)


# --- the file -------------------------------------------------------------------------------------


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "la-halle.json"
    write_atomic(path, dump_json(small()))
    assert read_alignment(path) == SMALL


def test_findings_are_read_back_as_they_were() -> None:
    assert read_findings(SMALL) == FINDINGS
    without = {key: value for key, value in SMALL.items() if key != "findings"}
    assert read_findings(without) == ()


def test_the_bytes_are_stable(tmp_path: Path) -> None:
    path = tmp_path / "la-halle.json"
    write_atomic(path, dump_json(small()))
    first = path.read_bytes()
    write_atomic(path, dump_json(read_alignment(path)))
    assert path.read_bytes() == first
    assert "La halle « neuve »".encode() in first
    assert first.endswith(b"\n}\n")


@pytest.mark.parametrize(
    "content",
    ["", "{", dump_json(SMALL)[:-30], "[]", "null", '{"format": "aligner.report", "version": 1}', b"\xff\xfe{}"],
    ids=["empty", "cut at once", "cut at the end", "a list", "null", "another format", "not UTF-8"],
)
def test_a_broken_file_is_refused(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "la-halle.json"
    write_atomic(path, content)
    with pytest.raises(AlignerError, match=r"la-halle\.json is no alignment file\. Remove it"):
        read_alignment(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AlignerError, match=r"nowhere\.json is no alignment file"):
        read_alignment(tmp_path / "nowhere.json")


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_another_version_is_refused(tmp_path: Path, version: Any) -> None:
    path = tmp_path / "la-halle.json"
    write_atomic(path, dump_json(SMALL | {"version": version}))
    with pytest.raises(AlignerError, match=rf"has version {version}; this program reads version 1\. Run `align` again"):
        read_alignment(path)
