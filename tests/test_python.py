"""The library API, used as a program would use it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import assert_type

import jsonschema
import pytest

import aligner
from aligner import (
    AlignerError,
    Alignment,
    Match,
    Passage,
    Post,
    Status,
    Transcript,
    Word,
    align_post,
    hear_recording,
    parse_post,
    read_post,
    read_transcript,
    subtitles,
    to_json,
)
from aligner.errors import AudioError, CaptionsError, PostError, UsageError
from tests.conftest import ROOT

FIRST = "Le jardin partagé de la rue des Tanneurs ouvrira ses portes au printemps prochain."
SECOND = "La médiathèque prêtera désormais des instruments de musique aux collégiens de Montcléry."
HEAVY = {"av", "click", "ctranslate2", "faster_whisper", "flask", "numpy", "rapidfuzz", "rich", "yt_dlp"}
DOC = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")


def heard(text: str, start_ms: int, fingerprint: str = "given") -> Transcript:
    words = tuple(Word(w, start_ms + 400 * k, start_ms + 400 * k + 350, 0.9) for k, w in enumerate(text.split()))
    return Transcript("file", "mine", "fr", 60_000, words, fingerprint)


def places(alignment: Alignment) -> list[tuple[str, str | None, int | None]]:
    return [(match.status.value, match.media_id, match.start_ms) for match in alignment.matches]


def test_text_and_transcript_give_an_alignment_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    alignment = align_post(f"https://youtu.be/MontcleryA1\n\n{FIRST} {SECOND}", heard(FIRST, 5_000))
    assert_type(alignment, Alignment)
    assert places(alignment) == [("spoken", "youtube:MontcleryA1", 5_000), ("not_found", None, None)]
    ((passage, match), _) = alignment.pairs()
    assert_type(passage, Passage)
    assert_type(match, Match)
    assert (passage.text, match.status, match.said) == (FIRST, Status.SPOKEN, FIRST)
    assert list(tmp_path.iterdir()) == []


def test_files_do_as_well(tmp_path: Path) -> None:
    post, captions = tmp_path / "jardin.md", tmp_path / "session.srt"
    post.write_text(f"# Jardin\n\nhttps://youtu.be/MontcleryA1?t=3\n\n{FIRST}\n", encoding="utf-8")
    captions.write_text(f"1\n00:00:05,000 --> 00:00:12,000\n{FIRST}\n", encoding="utf-8")
    alignment = align_post(post, captions)
    assert alignment.post.slug == "jardin"
    assert places(alignment)[1] == ("spoken", "youtube:MontcleryA1", 5_000)
    assert alignment.heard[0].hints_ms == (3_000,)
    assert alignment == align_post(read_post(post), read_transcript(captions))


def test_several_recordings_are_told_apart_by_order_address_or_id() -> None:
    text = f"https://youtu.be/MontcleryA1\n\nhttps://youtu.be/MontcleryB2\n\n{FIRST} {SECOND}"
    post = parse_post(text, "deux.md")
    assert_type(post, Post)
    a, b = heard(FIRST, 5_000, "a"), heard(SECOND, 9_000, "b")
    wanted = [("spoken", "youtube:MontcleryA1", 5_000), ("spoken", "youtube:MontcleryB2", 9_000)]
    assert places(align_post(post, [a, b])) == wanted
    assert places(align_post(post, {"youtube:MontcleryB2": b, "https://youtu.be/MontcleryA1?t=7": a})) == wanted
    assert places(align_post(post, {"youtube:MontcleryB2": b})) == [("not_found", None, None), wanted[1]]


def test_a_post_without_a_link_stands_on_a_recording_without_an_address() -> None:
    alignment = align_post(FIRST, heard(FIRST, 5_000))
    assert places(alignment) == [("spoken", "file:recording", 5_000)]
    alignment = align_post(FIRST, {"https://youtu.be/MontcleryA1": heard(FIRST, 5_000)})
    assert alignment.heard[0].media.url == "https://www.youtube.com/watch?v=MontcleryA1"


def test_what_a_transcript_is_of_is_never_guessed() -> None:
    two = f"https://youtu.be/MontcleryA1\n\nhttps://youtu.be/MontcleryB2\n\n{FIRST}"
    with pytest.raises(UsageError, match="links 2 recordings, and 1 transcripts are given") as caught:
        align_post(two, heard(FIRST, 0))
    assert '{"youtube:MontcleryA1": transcript}' in caught.value.hint
    with pytest.raises(UsageError, match="“séance” is no recording that the post links") as caught:
        align_post(two, {"séance": heard(FIRST, 0)})
    assert "youtube:MontcleryB2" in caught.value.hint
    with pytest.raises(UsageError, match="links 0 recordings"):
        align_post(FIRST, [heard(FIRST, 0)] * 2)
    with pytest.raises(UsageError, match="taken for the text of a post"):
        align_post("post.md", heard(FIRST, 0))


def test_errors_are_typed_and_say_what_to_try(tmp_path: Path) -> None:
    cases: list[tuple[type[AlignerError], Callable[[], object]]] = [
        (PostError, lambda: read_post(tmp_path / "nowhere.md")),
        (PostError, lambda: parse_post("", "vide.md")),
        (CaptionsError, lambda: read_transcript(tmp_path / "nowhere.srt")),
        (AudioError, lambda: hear_recording(tmp_path / "nowhere.mp4")),
    ]
    for kind, act in cases:
        with pytest.raises(AlignerError) as caught:
            act()
        assert isinstance(caught.value, kind)
        assert caught.value.message
        assert caught.value.hint


def test_subtitles_and_data_are_those_of_the_files() -> None:
    text = f"https://youtu.be/MontcleryA1\n\nhttps://youtu.be/MontcleryB2\n\n{FIRST} {SECOND}"
    one = align_post(text, [heard(FIRST, 5_000, "a"), heard("Rien de tout cela.", 0, "b")])
    assert subtitles(one).startswith("1\n00:00:05,000 --> 00:00:")
    assert subtitles(one, "vtt").startswith("WEBVTT")
    both = align_post(text, [heard(FIRST, 5_000, "a"), heard(SECOND, 9_000, "b")])
    assert subtitles(both, media_id="youtube:MontcleryB2").startswith("1\n00:00:09,000 --> ")
    with pytest.raises(UsageError, match="placed in several recordings"):
        subtitles(both)
    with pytest.raises(UsageError, match="docx"):
        subtitles(one, "docx")
    document = json.loads(json.dumps(to_json(both), ensure_ascii=False))
    schema = json.loads((ROOT / "aligner" / "output" / "alignment.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    assert document["coverage"]["spoken"] == 2
    other = align_post(text.replace("instruments", "outils"), [heard(FIRST, 5_000, "a"), heard(SECOND, 9_000, "b")])
    assert to_json(other)["made_with"] != document["made_with"]
    assert subtitles(align_post(FIRST, heard("Rien de tout cela.", 0))) == ""


def test_a_transcript_of_ours_is_read_back(tmp_path: Path) -> None:
    from aligner.transcript_file import save_transcript

    transcript = heard(FIRST, 5_000, "0123456789abcdef")
    save_transcript(tmp_path / "0123456789abcdef.json", transcript)
    assert read_transcript(tmp_path / "0123456789abcdef.json") == transcript


def run(code: str) -> list[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_importing_the_package_loads_nothing_heavy_and_facts_load_no_engine() -> None:
    tell = "print(sorted(m for m in sys.modules if m.split('.')[0] in "
    code = (
        f"import sys; before = set(sys.modules); import aligner\n{tell} {{'aligner'}}))\n"
        f"print(sorted({{m.split('.')[0] for m in set(sys.modules) - before}} & {HEAVY | {'typing', 'dataclasses'}}))\n"
        f"from aligner import Transcript, Word, Status\nprint(sorted({HEAVY} & set(sys.modules)))\n"
        "from aligner import align_post\n"
        f"print(sorted({HEAVY - {'numpy', 'rapidfuzz'}} & set(sys.modules)))\n"
    )
    assert run(code) == ["['aligner']", "[]", "[]", "[]"]


def test_every_name_is_there_documented_and_no_other() -> None:
    for name in aligner.__all__:
        assert getattr(aligner, name) is not None
        assert name in dir(aligner)
        assert re.search(rf"`{name}[`(]", DOC), name
    with pytest.raises(AttributeError, match="no attribute 'align_posts'"):
        aligner.align_posts  # type: ignore[attr-defined] # noqa: B018
    source = (ROOT / "aligner" / "__init__.py").read_text(encoding="utf-8")
    (seen,) = re.findall(r"\nif TYPE_CHECKING:\n(.*?)\n\n__all__", source, re.DOTALL)
    for name in aligner.__all__:
        assert re.search(rf"\b{name}\b", seen), f"type checkers do not see {name}"


def test_the_signatures_are_those_of_the_page() -> None:
    import inspect

    for name in ("align_post", "hear_recording", "read_transcript", "subtitles", "to_json", "parse_post", "read_post"):
        (told,) = re.findall(rf"^\| `{name}\((.*?)\)` \|", DOC, re.MULTILINE)
        parameters = inspect.signature(getattr(aligner, name)).parameters.values()
        names = [p.name for p in parameters]
        assert re.findall(r"(\w+)(?:=[^,]+)?(?:, |$)", told.replace("*, ", "")) == names
        for p in parameters:
            if p.default is not p.empty:
                assert f"{p.name}={p.default!r}".replace("'", '"') in told
