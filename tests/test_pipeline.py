from __future__ import annotations

import errno
import json
import os
import threading
import wave
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from aligner import pipeline
from aligner.errors import UsageError
from aligner.library import Library
from aligner.matching.match import match_post
from aligner.model import Alignment, Caption, Finding, FindingKind, Link, Media, Outcome, Post, Span, Word
from aligner.pipeline import Run
from aligner.recordings import Request
from aligner.report import exit_code
from aligner.settings import Settings
from aligner.sound import speech
from aligner.sound.audio import Sound
from aligner.sound.fetch import save_media
from aligner.sound.judging import Decoded
from aligner.store import TEMPORARY, Workspace
from tests.fakes import FakeFetcher, FakeTranscriber, Silent, tools
from web import create_app

SENTENCE = "Le jardin partagé de la rue des Tanneurs ouvrira ses portes au printemps prochain."
OTHER = "La médiathèque prêtera désormais des instruments de musique aux collégiens de Montcléry."
SPEECH = f"{SENTENCE} {OTHER}"
YOUTUBE = "https://youtu.be/MontcleryA1"
MEDIA = "youtube:MontcleryA1"

Align = Callable[..., list[Outcome]]


@pytest.fixture(autouse=True)
def _speaking(monkeypatch: pytest.MonkeyPatch) -> None:
    spans = ((spoken(SPEECH)[0].start_ms, spoken(SPEECH)[-1].end_ms),)
    monkeypatch.setattr(speech, "find_speech", lambda _samples: spans)


def spoken(text: str, start_ms: int = 5_000) -> list[Word]:
    return [Word(word, start_ms + 400 * k, start_ms + 400 * k + 350, 0.9) for k, word in enumerate(text.split())]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "recording.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(32_000 * 30))
    return path


@pytest.fixture
def fetcher(recording: Path) -> FakeFetcher:
    return FakeFetcher(recording, [MEDIA])


@pytest.fixture
def transcriber() -> FakeTranscriber:
    return FakeTranscriber(spoken(SPEECH))


@pytest.fixture
def align(workspace: Workspace, fetcher: FakeFetcher, transcriber: FakeTranscriber) -> Align:
    def run(*places: Path, **request: object) -> list[Outcome]:
        settings = Settings(workspace=workspace.root)
        wanted = Request(tuple(places), **request)  # type: ignore[arg-type]
        return list(Run(wanted, settings, tools(fetcher, transcriber), Silent()).outcomes())

    return run


def write_post(workspace: Workspace, slug: str, text: str = SPEECH, link: str = YOUTUBE) -> Path:
    path = workspace.posts / f"{slug}.md"
    path.write_text(f"---\ntitle: Un discours\nslug: {slug}\n---\n\n{link}\n\n{text}\n", encoding="utf-8")
    return path


def states(outcomes: Sequence[Outcome]) -> list[str]:
    return [f"{outcome.slug} {outcome.state}" for outcome in outcomes]


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_post_becomes_an_alignment_and_subtitles(workspace: Workspace, align: Align) -> None:
    write_post(workspace, "jardin")
    (outcome,) = align()
    assert (outcome.state, outcome.recordings) == ("done", (MEDIA,))
    assert outcome.counts == {"passages": 2, "spoken": 2, "reworded": 0, "uncertain": 0, "not_found": 0}
    told = sorted(path.name for path in workspace.aligned.iterdir() if not path.name.startswith("."))  # beside a lock
    assert told == ["jardin.json", "jardin.srt", "jardin.vtt"]
    document = json.loads((workspace.aligned / "jardin.json").read_text(encoding="utf-8"))
    assert [p["start_ms"] for p in document["passages"]] == [5_000, 5_000 + 400 * len(SENTENCE.split())]
    assert document["media"][MEDIA]["transcript"]["engine"] == "fake"


def test_a_second_run_does_nothing(
    workspace: Workspace, align: Align, fetcher: FakeFetcher, transcriber: FakeTranscriber
) -> None:
    write_post(workspace, "jardin")
    align()
    before = snapshot(workspace.root)
    assert states(align()) == ["jardin unchanged"]
    assert snapshot(workspace.root) == before
    assert (len(fetcher.calls), len(transcriber.calls)) == (1, 1)


def test_one_recording_is_fetched_and_heard_once_for_many_posts(
    workspace: Workspace, align: Align, fetcher: FakeFetcher, transcriber: FakeTranscriber
) -> None:
    for slug in ("a", "b", "c"):
        write_post(workspace, slug, link=f"{YOUTUBE}?t={len(slug)}")
    assert states(align()) == ["a done", "b done", "c done"]
    assert (len(fetcher.calls), len(transcriber.calls)) == (1, 1)


def test_findings_are_told_again_when_nothing_has_changed(
    workspace: Workspace, align: Align, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = (Finding(FindingKind.OFFSET, MEDIA, 600_000, 5_000), Finding(FindingKind.EMPTY, "vimeo:1"))
    monkeypatch.setattr(pipeline, "match_post", lambda *facts: replace(match_post(*facts), findings=findings))
    write_post(workspace, "jardin")
    first, second = align(), align()
    assert states(first + second) == ["jardin done", "jardin unchanged"]
    assert [outcome.findings for outcome in first + second] == [findings, findings]
    assert exit_code(first + second) == 0


def test_an_edited_post_is_aligned_anew_and_nothing_is_heard_again(
    workspace: Workspace, align: Align, transcriber: FakeTranscriber
) -> None:
    write_post(workspace, "jardin")
    align()
    write_post(workspace, "jardin", text=SENTENCE)
    (outcome,) = align()
    assert (outcome.state, outcome.counts["passages"]) == ("done", 1)
    assert len(transcriber.calls) == 1


def test_an_address_holds_through_edits_of_the_sentence_that_it_leads_to(workspace: Workspace, align: Align) -> None:
    texts = [
        SENTENCE,
        SENTENCE.replace("printemps prochain", "printemps 2026"),
        f"Je vous l’annonce : {SENTENCE.replace('prochain', '2026').replace('ses portes', 'enfin ses portes')}",
        "Le jardin partagé de la rue des Tanneurs ouvrira enfin au printemps 2026.",
    ]
    addresses: list[str] = []
    for text in texts:
        write_post(workspace, "jardin", text=f"{OTHER} {text}")
        assert states(align()) == ["jardin done"]
        passages = json.loads((workspace.aligned / "jardin.json").read_text(encoding="utf-8"))["passages"]
        assert [passage["text"] for passage in passages] == [OTHER, text]
        assert "former" not in passages[0]
        assert passages[1].get("former", []) == addresses
        addresses.insert(0, passages[1]["id"])
    assert states(align(force="match")) == ["jardin done"]
    again = json.loads((workspace.aligned / "jardin.json").read_text(encoding="utf-8"))["passages"]
    assert again[1]["former"] == addresses[1:]
    page = create_app(workspace).test_client().get("/jardin/").text
    for number, address in enumerate(addresses[1:], start=1):
        before = page.partition(f'<span class="former" id="p={address}">')[2]
        inner = "".join(f'<span class="former" id="p={older}">' for older in addresses[number + 1 :])
        assert before.startswith(f'{inner}{"</span>" * 3}<a class="passage')
    assert page.count(f'id="p={addresses[0]}"') == 1


def test_a_damaged_alignment_is_made_anew_without_the_ids_it_told(workspace: Workspace, align: Align) -> None:
    write_post(workspace, "jardin")
    align()
    path = workspace.aligned / "jardin.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(document | {"passages": [None]}), encoding="utf-8")
    assert states(align(force="match")) == ["jardin done"]
    assert json.loads(path.read_text(encoding="utf-8")) == document


@pytest.mark.parametrize(("stage", "fetched", "heard"), [("fetch", 2, 2), ("hear", 1, 2), ("match", 1, 1)])
def test_a_forced_stage_is_done_again_with_all_that_follows(
    workspace: Workspace,
    align: Align,
    fetcher: FakeFetcher,
    transcriber: FakeTranscriber,
    stage: str,
    fetched: int,
    heard: int,
) -> None:
    write_post(workspace, "jardin")
    align()
    assert states(align(force=stage)) == ["jardin done"]
    assert (len(fetcher.calls), len(transcriber.calls)) == (fetched, heard)


def test_without_a_network_the_other_posts_are_done_and_nothing_half_written_stays(
    workspace: Workspace, align: Align
) -> None:
    write_post(workspace, "fort")
    write_post(workspace, "faible", link="https://youtu.be/MontcleryB2")
    outcomes = align()
    assert states(outcomes) == ["faible failed", "fort done"]
    assert "no network" in outcomes[0].message
    assert exit_code(outcomes) == 1
    assert sorted(path.name for path in workspace.media.iterdir()) == ["youtube_MontcleryA1"]


def test_a_post_with_one_of_two_recordings_is_partial(workspace: Workspace, align: Align) -> None:
    write_post(workspace, "deux", link=f"{YOUTUBE}\n\nhttps://youtu.be/MontcleryB2")
    (outcome,) = align()
    assert (outcome.state, outcome.counts["spoken"]) == ("partial", 2)
    assert "Without 1 of its recordings" in outcome.message
    assert exit_code([outcome]) == 1


def test_broken_posts_are_told_and_the_others_are_done(workspace: Workspace, align: Align) -> None:
    write_post(workspace, "bon")
    (workspace.posts / "casse.md").write_text("---\ntitle: [\n---\ntexte", encoding="utf-8")
    (workspace.posts / "latin.md").write_bytes(b"caf\xe9")
    (workspace.posts / "vide.md").write_text("", encoding="utf-8")
    outcomes = align()
    assert states(outcomes) == ["bon done", "casse failed", "latin failed", "vide failed"]
    for outcome in outcomes[1:]:
        assert f"{outcome.slug}.md" in outcome.message
        assert outcome.hint
        assert "\n" not in outcome.message


def test_a_post_without_links_is_skipped_in_a_folder_and_refused_by_name(workspace: Workspace, align: Align) -> None:
    write_post(workspace, "bon")
    path = write_post(workspace, "sans", link="")
    outcomes = align()
    assert states(outcomes) == ["bon done", "sans skipped"]
    assert "links no recording" in outcomes[1].message
    assert exit_code(outcomes) == 0
    outcomes = align(path)
    assert states(outcomes) == ["sans failed"]
    assert exit_code(outcomes) == 1


def test_a_run_that_could_align_nothing_says_so(workspace: Workspace, align: Align) -> None:
    write_post(workspace, "sans", link="")
    assert exit_code(align()) == 1


def test_a_recording_without_speech_is_said(workspace: Workspace, align: Align, transcriber: FakeTranscriber) -> None:
    transcriber.words = ()
    write_post(workspace, "jardin")
    (outcome,) = align()
    assert outcome.state == "failed"
    assert "No speech was heard in https://www.youtube.com/watch?v=MontcleryA1" in outcome.message


def test_two_posts_with_one_slug_do_not_overwrite_each_other(workspace: Workspace, align: Align) -> None:
    write_post(workspace, "jardin")
    (workspace.posts / "zz.md").write_text(f"---\nslug: jardin\n---\n{YOUTUBE}\n\n{OTHER}", encoding="utf-8")
    outcomes = align()
    assert states(outcomes) == ["jardin done", "jardin failed"]
    assert "has the same slug" in outcomes[1].message


def test_a_full_disk_is_said_and_the_next_run_finishes(
    workspace: Workspace, align: Align, monkeypatch: pytest.MonkeyPatch, transcriber: FakeTranscriber
) -> None:
    write_post(workspace, "jardin")
    real = os.fsync
    room = [4]  # files that still fit: two records of the recording, where there is speech, and what was heard

    def nearly_full(handle: int) -> None:
        room[0] -= 1
        if room[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", nearly_full)
        (outcome,) = align()
    assert (outcome.state, outcome.code) == ("failed", 3)
    assert "the disk is full" in outcome.message
    assert exit_code([outcome]) == 3
    assert not [path for path in workspace.root.rglob("*") if TEMPORARY in path.name]
    assert states(align()) == ["jardin done"]
    assert len(transcriber.calls) == 1


def test_a_local_recording_stands_in_for_the_one_link(
    workspace: Workspace, align: Align, fetcher: FakeFetcher, transcriber: FakeTranscriber, recording: Path
) -> None:
    write_post(workspace, "jardin")
    assert states(align(recording=recording)) == ["jardin done"]
    document = json.loads((workspace.aligned / "jardin.json").read_text(encoding="utf-8"))
    assert list(document["media"]) == [MEDIA]
    assert fetcher.calls == []
    assert recording.exists()
    assert states(align(recording=recording)) == ["jardin unchanged"]
    assert len(transcriber.calls) == 1


def test_a_local_recording_serves_a_post_without_links(workspace: Workspace, align: Align, recording: Path) -> None:
    write_post(workspace, "sans", link="")
    (outcome,) = align(recording=recording)
    assert outcome.state == "done"
    assert outcome.recordings[0].startswith("file:recording-")


def test_a_local_recording_is_not_taken_for_two_recordings(
    workspace: Workspace, align: Align, recording: Path, transcriber: FakeTranscriber
) -> None:
    write_post(workspace, "un")
    write_post(workspace, "deux", link="https://youtu.be/MontcleryB2")
    outcomes = align(recording=recording)
    assert states(outcomes) == ["deux done", "un done"]
    (used,) = {outcome.recordings for outcome in outcomes}
    assert used[0].startswith("file:recording-")
    document = json.loads((workspace.aligned / "un.json").read_text(encoding="utf-8"))
    assert document["media"][used[0]]["url"] == "recording.wav"
    assert len(transcriber.calls) == 1


def test_captions_need_neither_network_nor_model(
    workspace: Workspace, align: Align, fetcher: FakeFetcher, transcriber: FakeTranscriber, tmp_path: Path
) -> None:
    captions = tmp_path / "captions.srt"
    captions.write_text(f"1\n00:00:05,000 --> 00:00:15,000\n{SPEECH}\n", encoding="utf-8")
    write_post(workspace, "jardin")
    assert states(align(captions=captions)) == ["jardin done"]
    assert (fetcher.calls, transcriber.calls) == ([], [])


def test_captions_and_the_recording_at_hand_complete_each_other(
    workspace: Workspace, align: Align, recording: Path, transcriber: FakeTranscriber, tmp_path: Path
) -> None:
    captions = tmp_path / "captions.srt"
    captions.write_text(f"1\n00:00:05,000 --> 00:00:15,000\n{SPEECH}\n", encoding="utf-8")
    write_post(workspace, "jardin")
    assert states(align(recording=recording, captions=captions)) == ["jardin done"]
    assert transcriber.pieces == [(4_600, 15_750)]
    document = json.loads((workspace.aligned / "jardin.json").read_text(encoding="utf-8"))
    (media,) = document["media"].values()
    assert (media["transcript"]["engine"], media["transcript"]["model"]) == ("captions", "srt (cue times), fake")


ENGLISH = (
    "The council of the town met on Thursday to talk about the budget and the new library that was promised to the "
    "children of the old quarter. It was said that there is not enough money for all of this, and that the work would "
    "have to wait until the end of the year, but the mayor told them that he would not wait."
)


@pytest.mark.parametrize(
    "content",
    ["", "not captions at all", "1\n00:00:05,000 -->", f"1\n00:00:05,000 --> 00:00:40,000\n{ENGLISH}\n"],
    ids=["empty", "no captions", "cut short", "English"],
)
def test_broken_captions_are_said(workspace: Workspace, align: Align, tmp_path: Path, content: str) -> None:
    captions = tmp_path / "captions.srt"
    captions.write_text(content, encoding="utf-8")
    write_post(workspace, "jardin")
    (outcome,) = align(captions=captions)
    assert outcome.state == "failed"
    assert "captions.srt" in outcome.message
    assert not workspace.aligned.exists() or not list(workspace.aligned.iterdir())


def test_tidied_subtitles_are_written_again(workspace: Workspace, align: Align) -> None:
    write_post(workspace, "jardin")
    align()
    before = snapshot(workspace.aligned)
    (workspace.aligned / "jardin.srt").unlink()
    assert states(align()) == ["jardin done"]
    assert snapshot(workspace.aligned) == before


def test_a_dry_run_looks_captions_up_and_does_no_more(workspace: Workspace, align: Align, fetcher: FakeFetcher) -> None:
    write_post(workspace, "jardin")
    before = snapshot(workspace.root)
    (outcome,) = align(dry_run=True)
    assert outcome.state == "planned"
    assert outcome.message == "Séance: would fetch its sound; it has no captions; will hear all of it."
    looked_up = {"media/youtube_MontcleryA1/.lock", "media/youtube_MontcleryA1/info.json"}
    assert set(snapshot(workspace.root)) - set(before) == looked_up
    assert fetcher.calls == []


def test_only_takes_one_post(workspace: Workspace, align: Align) -> None:
    write_post(workspace, "a")
    write_post(workspace, "b")
    (workspace.posts / "casse.md").write_text("---\ntitle: [\n---\ntexte", encoding="utf-8")
    assert states(align(only=("b",))) == ["b done"]
    with pytest.raises(UsageError, match="No post has the slug c"):
        align(only=("c",))


def test_requests_that_cannot_be_met_are_refused_before_anything_is_done(
    workspace: Workspace, align: Align, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="There are no posts"):
        align()
    with pytest.raises(UsageError, match="--recording names"):
        align(recording=tmp_path / "none.mp4")
    with pytest.raises(UsageError):
        align(tmp_path / "nowhere")


def test_a_post_without_links_is_never_given_another_posts_link(
    workspace: Workspace, align: Align, recording: Path
) -> None:
    write_post(workspace, "avec")
    write_post(workspace, "sans", link="")
    used = {outcome.slug: outcome.recordings[0] for outcome in align(recording=recording)}
    assert used["avec"] == MEDIA
    assert used["sans"].startswith("file:recording-")


def test_front_matter_that_holds_itself_does_not_stop_the_others(workspace: Workspace, align: Align) -> None:
    write_post(workspace, "bon")
    laughs = "".join(f"{n}: &{n} [*{p}, *{p}, *{p}]\n" for p, n in pairwise("abcdefghijklmnop"))
    front = f"---\nself: &s [*s]\na: &a [x]\n{laughs}---\n"
    (workspace.posts / "boucle.md").write_text(f"{front}{YOUTUBE}\n\n{OTHER}", encoding="utf-8")
    assert states(align()) == ["bon done", "boucle done"]


def test_a_very_long_slug_still_names_files(workspace: Workspace, align: Align) -> None:
    (workspace.posts / "long.md").write_text(f"---\nslug: {'é' * 300}\n---\n{YOUTUBE}\n\n{OTHER}", encoding="utf-8")
    (outcome,) = align()
    assert outcome.state == "done"
    assert (workspace.aligned / f"{outcome.slug}.srt").is_file()


@pytest.mark.parametrize(
    "junk", ["{}", "[]", '{"made_with": "x"}', "nonsense", '{"format": "aligner.alignment", "version": 1}']
)
def test_junk_among_the_results_is_written_over(workspace: Workspace, align: Align, junk: str) -> None:
    write_post(workspace, "jardin")
    workspace.aligned.mkdir()
    (workspace.aligned / "jardin.json").write_text(junk, encoding="utf-8")
    assert states(align()) == ["jardin done"]


def test_a_surprise_in_one_post_does_not_stop_the_others(
    workspace: Workspace, align: Align, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_post(workspace, "a")
    write_post(workspace, "b")

    def surprising(post: Post, *facts: Any) -> Alignment:
        if post.slug == "a":
            raise ZeroDivisionError("by nought")
        return match_post(post, *facts)

    monkeypatch.setattr(pipeline, "match_post", surprising)
    outcomes = align()
    assert states(outcomes) == ["a failed", "b done"]
    assert "unexpected ZeroDivisionError (by nought)" in outcomes[0].message


def test_a_dotted_slug_does_not_touch_another_posts_subtitles(workspace: Workspace, align: Align) -> None:
    write_post(workspace, "jardin")
    write_post(workspace, "jardin.1")
    assert states(align()) == ["jardin-1 done", "jardin done"]
    assert states(align()) == ["jardin-1 unchanged", "jardin unchanged"]


def test_a_post_is_the_same_however_it_is_named(workspace: Workspace, align: Align) -> None:
    (workspace.posts / "2025").mkdir()
    path = write_post(workspace, "2025/jardin")
    align()
    assert states(align(path)) == ["2025-jardin unchanged"]
    assert states(align(path.parent)) == ["2025-jardin unchanged"]


def test_a_slug_of_another_post_is_refused_in_a_later_run_too(workspace: Workspace, align: Align) -> None:
    first = write_post(workspace, "jardin")
    align(first)
    second = workspace.posts / "autre.md"
    second.write_text(f"---\nslug: jardin\n---\n{YOUTUBE}\n\n{OTHER}", encoding="utf-8")
    (outcome,) = align(second)
    assert outcome.state == "failed"
    assert "belongs to" in outcome.message
    first.unlink()
    assert states(align(second)) == ["jardin done"]


def test_an_unknown_slug_is_refused_before_anything_is_done(workspace: Workspace, align: Align) -> None:
    write_post(workspace, "a")
    with pytest.raises(UsageError, match="No post has the slug typo"):
        align(only=("a", "typo"))
    assert not workspace.aligned.exists()


def test_the_next_recording_is_fetched_while_this_one_is_heard(
    workspace: Workspace, fetcher: FakeFetcher, transcriber: FakeTranscriber
) -> None:
    other = "youtube:MontcleryB2"
    write_post(workspace, "a")
    write_post(workspace, "b", link="https://youtu.be/MontcleryB2")
    begun = threading.Event()

    class Watched(FakeFetcher):
        def fetch(
            self, link: Link, folder: Path, *, keep_video: bool, progress: Callable[[int, int | None], None]
        ) -> Media:
            if link.media_id == other:
                begun.set()
            return super().fetch(link, folder, keep_video=keep_video, progress=progress)

    class Waiting(FakeTranscriber):
        def transcribe(self, sound: Sound, pieces: Sequence[Span], *, language: str) -> list[Decoded]:
            assert begun.wait(30)  # the other one's fetching has begun before this one was heard
            return super().transcribe(sound, pieces, language=language)

    watched = Watched(fetcher.file, [MEDIA, other])
    engines = tools(watched, Waiting(transcriber.words))
    outcomes = list(Run(Request(()), Settings(workspace=workspace.root), engines, Silent()).outcomes())
    assert states(outcomes) == ["a done", "b done"]
    assert watched.calls == [MEDIA, other]


def write_captions(workspace: Workspace, words: Sequence[Word]) -> None:
    """Put a recording that was looked up into the workspace, with its captions as yt-dlp brings them."""
    events = [
        {"tStartMs": word.start_ms, "dDurationMs": 350, "segs": [{"utf8": f" {word.text}", "acAsrConf": 200}]}
        for word in words
    ]
    folder, name = workspace.media_folder(MEDIA), "captions.fr.auto.json3"
    folder.mkdir(parents=True)
    (folder / name).write_text(json.dumps({"events": events}), encoding="utf-8")
    captions = (Caption(name, "fr", automatic=True),)
    save_media(folder, Media(MEDIA, YOUTUBE, "youtube", "Séance", 30_000, captions=captions))


@pytest.mark.parametrize(("hear", "heard"), [("windows", 1), ("all", 1), ("none", 0)])
def test_captions_of_the_site_tell_what_is_heard(
    workspace: Workspace, fetcher: FakeFetcher, transcriber: FakeTranscriber, hear: str, heard: int
) -> None:
    write_post(workspace, "jardin")
    write_captions(workspace, transcriber.words)
    settings = Settings(workspace=workspace.root, hear=hear)
    outcomes = list(Run(Request(()), settings, tools(fetcher, transcriber), Silent()).outcomes())
    assert states(outcomes) == ["jardin done"]
    assert (len(fetcher.calls), len(transcriber.calls)) == (heard, heard)
    assert verdicts(workspace) == ["spoken", "spoken"]
    rows = Library(workspace).rows(MEDIA)  # captions that stand for what was said are shown and searched, too
    assert " ".join(row.text for row in rows) == " ".join(word.text.strip() for word in transcriber.words)


def verdicts(workspace: Workspace) -> list[str]:
    document = json.loads((workspace.aligned / "jardin.json").read_text(encoding="utf-8"))
    return [passage["status"] for passage in document["passages"] if passage["kind"] == "speech"]


def test_a_dry_run_tells_from_captions_what_would_be_heard(
    workspace: Workspace, align: Align, transcriber: FakeTranscriber
) -> None:
    write_post(workspace, "jardin")
    write_captions(workspace, transcriber.words)
    (outcome,) = align(dry_run=True)
    assert outcome.message == (
        "Séance: would fetch its sound; captions place 2 passages in 1 window; will hear 0:27 of 0:30."
    )


def test_poor_captions_that_do_not_hold_a_post_are_not_believed(
    workspace: Workspace, fetcher: FakeFetcher, transcriber: FakeTranscriber
) -> None:
    write_post(workspace, "jardin")
    write_captions(workspace, spoken("rien de tout cela ne ressemble à ce qui fut prononcé pendant la séance", 12_000))
    listener = Silent()
    engines = tools(fetcher, transcriber)
    outcomes = list(Run(Request(()), Settings(workspace=workspace.root), engines, listener).outcomes())
    assert states(outcomes) == ["jardin done"]
    assert any("the captions are poor" in said for said in listener.said)
    assert verdicts(workspace) == ["spoken", "spoken"]


def test_without_captions_hearing_nothing_is_refused(workspace: Workspace, fetcher: FakeFetcher) -> None:
    write_post(workspace, "jardin")
    settings = Settings(workspace=workspace.root, hear="none")
    (outcome,) = Run(Request(()), settings, tools(fetcher, FakeTranscriber(())), Silent()).outcomes()
    assert (outcome.state, outcome.code) == ("failed", 1)
    assert "has no captions, and nothing is to be heard" in outcome.message
    assert fetcher.calls == []


def test_a_file_of_an_earlier_version_is_made_anew_once(workspace: Workspace, align: Align) -> None:
    write_post(workspace, "jardin")
    align()
    path = workspace.aligned / "jardin.json"
    now = json.loads(path.read_text(encoding="utf-8"))
    earlier = json.loads(path.read_text(encoding="utf-8"))
    earlier["made_with"] = {"aligner": "0.0.1", "settings": "0" * 16}
    for passage in earlier["passages"]:
        passage.pop("evidence", None)
    path.write_text(json.dumps(earlier), encoding="utf-8")
    assert states(align() + align()) == ["jardin done", "jardin unchanged"]
    assert json.loads(path.read_text(encoding="utf-8")) == now
    assert all("evidence" in passage for passage in now["passages"])


def test_a_setting_that_decides_what_is_found_is_noted_and_makes_the_file_anew(
    workspace: Workspace, fetcher: FakeFetcher, transcriber: FakeTranscriber
) -> None:
    write_post(workspace, "jardin")

    def run(**chosen: str) -> str:
        settings = Settings(workspace=workspace.root, **chosen)  # type: ignore[arg-type]
        (outcome,) = Run(Request(()), settings, tools(fetcher, transcriber), Silent()).outcomes()
        return outcome.state

    assert [run(), run(model="petit"), run(model="petit"), run(model="petit", device="cpu")] == [
        "done",
        "done",
        "unchanged",
        "unchanged",
    ]
    made_with = json.loads((workspace.aligned / "jardin.json").read_text(encoding="utf-8"))["made_with"]
    assert made_with["options"] == {"hear": "windows", "hotwords": "", "language": "fr", "model": "petit"}
    assert len(transcriber.calls) == 1
