"""Captions as a second witness, and the files that are kept of them and of the sound."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import pytest

from aligner.explain import Explanation, explain_passage
from aligner.explain.tell import tell
from aligner.model import Caption, Media, Word
from aligner.pipeline import Run
from aligner.recordings import Request
from aligner.settings import Settings
from aligner.sound import speech
from aligner.sound.fetch import save_media
from aligner.store import Workspace, hash_file
from tests.fakes import FakeFetcher, FakeTranscriber, Silent, tools

SENTENCE = "Le jardin partagé de la rue des Tanneurs ouvrira ses portes au printemps prochain."
MEDIA = "youtube:MontcleryA1"
YOUTUBE = "https://youtu.be/MontcleryA1"


def spoken(text: str) -> list[Word]:
    return [Word(word, 5_000 + 400 * k, 5_350 + 400 * k, 0.9) for k, word in enumerate(text.split())]


@pytest.fixture
def garden(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A post whose recording has captions that hear one word otherwise, and a sound of its own."""
    words, told = spoken(SENTENCE), spoken(SENTENCE.replace("Tanneurs", "tambours"))
    monkeypatch.setattr(speech, "find_speech", lambda _samples: ((words[0].start_ms, words[-1].end_ms),))
    folder = workspace.media_folder(MEDIA)
    folder.mkdir(parents=True)
    with wave.open(str(folder / "audio.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(32_000 * 30))
    events = [{"tStartMs": w.start_ms, "dDurationMs": 350, "segs": [{"utf8": f" {w.text}"}]} for w in told]
    (folder / "fr.json3").write_text(json.dumps({"events": events}), encoding="utf-8")
    captions = (Caption("fr.json3", "fr", automatic=True),)
    save_media(folder, Media(MEDIA, YOUTUBE, "youtube", "Séance", 30_000, audio="audio.wav", captions=captions))
    post = f"---\ntitle: Un discours\nslug: jardin\n---\n\n{YOUTUBE}?t=3\n\n{SENTENCE}\n"
    (workspace.posts / "jardin.md").write_text(post, encoding="utf-8")
    fakes = tools(FakeFetcher(folder / "audio.wav", [MEDIA]), FakeTranscriber(words))
    (outcome,) = Run(Request(()), Settings(workspace=workspace.root), fakes, Silent()).outcomes()
    assert outcome.state == "done"
    return workspace


def passage_id(workspace: Workspace) -> str:
    document = json.loads((workspace.aligned / "jardin.json").read_text(encoding="utf-8"))
    return str(next(p["id"] for p in document["passages"] if p["kind"] == "speech"))


def explain(workspace: Workspace) -> Explanation:
    return explain_passage(workspace, "jardin", passage_id(workspace), Settings(workspace=workspace.root))


def test_the_alignment_notes_all_that_it_was_made_from(garden: Workspace) -> None:
    document = json.loads((garden.aligned / "jardin.json").read_text(encoding="utf-8"))
    folder = garden.media_folder(MEDIA)
    audio, captions = hash_file(folder / "audio.wav"), hash_file(folder / "fr.json3")
    recording = document["media"][MEDIA]
    assert recording["transcript"]["audio_sha256"] == audio
    assert recording["transcript"]["captions_sha256"] == captions
    assert (recording["captions"]["engine"], recording["captions"]["model"]) == ("captions", "json3")
    assert recording["captions"]["captions_sha256"] == captions
    assert recording["hints_ms"] == [3_000]
    assert document["made_with"]["post_sha256"] == hash_file(garden.posts / "jardin.md")
    assert document["made_with"]["options"] == {"hear": "windows", "hotwords": "", "language": "fr", "model": "auto"}


def test_captions_are_told_with_their_words_and_how_far_they_agree(garden: Workspace) -> None:
    explanation = explain(garden)
    assert explanation.witness
    assert explanation.witness.model == "json3"
    assert explanation.witness.agreed == pytest.approx(13 / 14, abs=1e-3)
    assert explanation.witness.words == SENTENCE.replace("Tanneurs", "tambours")
    assert "Captions      have 93% of the words heard there, too" in list(tell(explanation))
    assert explanation.again == "same"
    assert {s.what: s.state for s in explanation.made_from} == {
        "program": "same",
        "settings": "same",
        "post": "same",
        "audio": "same",
        "captions": "same",
        "transcript": "same",
    }
    assert explanation.places[0].address == f"{YOUTUBE}?t=4"


def test_other_captions_and_another_sound_are_told(garden: Workspace) -> None:
    folder = garden.media_folder(MEDIA)
    captions = folder / "fr.json3"
    captions.write_text(captions.read_text(encoding="utf-8").replace("tambours", "tanneurs"), encoding="utf-8")
    (folder / "audio.wav").write_bytes((folder / "audio.wav").read_bytes() + b"\0\0")
    explanation = explain(garden)
    changed = {s.what: s.told for s in explanation.made_from if s.state == "changed"}
    assert changed == {
        "captions": "These captions are others now: run align.",
        "audio": "Its sound is another now: run align.",
    }
    assert explanation.stale
    assert explanation.witness
    assert explanation.witness.words is None
    assert explanation.again == "same"  # captions decide no verdict


def test_nothing_of_it_is_written(garden: Workspace) -> None:
    def snapshot() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in sorted(garden.root.rglob("*")) if path.is_file()}

    before = snapshot()
    explain(garden)
    assert snapshot() == before
