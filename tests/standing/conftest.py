"""The sample, aligned: its posts and its recording, heard by a recogniser that knows what was said in it.

`sample` is aligned once; `workspace` is this test's own copy, to be spoilt. `carry_out` does what a cure says, as a
person would who pastes it, with the engines replaced: what is fetched is the sample's own film.
"""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from aligner.cli import main
from aligner.model import Link, Media, Word
from aligner.store import Workspace
from tests.conftest import ROOT
from tests.fakes import FakeTranscriber

SAMPLE = "generic:conseil-2025-06-12-8d69b5f0"
CANTEEN, ORDERS, REPORT = "2025-06-12-cantine", "2025-06-12-commande-publique", "2025-06-12-retour-conseil"
FOLDER = Workspace(ROOT).media_folder(SAMPLE)

Call = Callable[..., Result]


class FilmFetcher:
    """Brings the sample's film for every link."""

    def look(self, link: Link, folder: Path) -> Media:
        return Media(link.media_id, link.url, link.provider, "Conseil municipal", 464_000)

    def fetch(
        self, link: Link, folder: Path, *, keep_video: bool, progress: Callable[[int, int | None], None]
    ) -> Media:
        shutil.copyfile(FOLDER / "video.mp4", folder / "video.mp4")
        return replace(self.look(link, folder), video="video.mp4")


def spoken_words() -> list[Word]:
    """What is said in the sample, each sentence's words spread over its time."""
    words: list[Word] = []
    for turn in json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))["turns"]:
        for sentence in turn["sentences"]:
            texts = sentence["text"].split()
            start, step = sentence["start_ms"], (sentence["end_ms"] - sentence["start_ms"]) // len(texts)
            words += [
                Word(text, start + step * n, start + step * (n + 1) - 10, 0.9)
                for n, text in enumerate(texts)
                if any(map(str.isalnum, text))
            ]
    return words


@pytest.fixture(scope="session")
def engines() -> Iterator[None]:
    """In place of yt-dlp and Whisper."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("aligner.sound.ytdlp.YtDlpFetcher", lambda _settings: FilmFetcher())
        patch.setattr("aligner.sound.whisper.make_transcriber", lambda _settings: FakeTranscriber(spoken_words()))
        yield


def call(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, engines: None) -> Workspace:
    """The aligned sample, which no test changes."""
    found = Workspace(tmp_path_factory.mktemp("sample") / "workspace")
    found.posts.mkdir(parents=True)
    shutil.copytree(FOLDER, found.media / FOLDER.name, ignore=shutil.ignore_patterns("transcripts", "heard", ".lock"))
    for post in (ROOT / "transcripts").glob("2025-*.md"):
        shutil.copy2(post, found.posts)
    done = call("align", "--workspace", found.root)
    assert done.exit_code == 0, done.output
    return found


@pytest.fixture
def workspace(tmp_path: Path, sample: Workspace) -> Workspace:
    root = tmp_path / "workspace"
    shutil.copytree(sample.root, root)
    return Workspace(root)


@pytest.fixture
def sound(workspace: Workspace) -> Path:
    """The folder of the recording."""
    return workspace.media_folder(SAMPLE)


def carry_out(cure: str) -> None:
    """Do what the command of a cure says."""
    _, colon, after = cure.partition(": ")
    for part in (after if colon else cure).split(" && "):
        words = shlex.split(part)
        if words[0] == "rm":
            for name in words[1:]:
                path = Path(name)
                if path.is_dir():
                    shutil.rmtree(path)
                elif name != "-r":
                    path.unlink()
        else:
            assert words[0] in ("align", "aligner"), cure
            done = call(*words)
            assert done.exit_code == 0, done.output


def read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document
