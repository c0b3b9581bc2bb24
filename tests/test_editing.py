"""The program behind the bench: its sound, its files, and who may start it."""

from __future__ import annotations

import signal
import subprocess
import sys
import urllib.request

import numpy as np
import pytest
from click.testing import CliRunner

from aligner.cli import main
from aligner.editing import Editor
from aligner.errors import PostError
from aligner.model import Media
from aligner.settings import Settings
from aligner.sound import peaks
from aligner.sound.fetch import save_media
from aligner.store import Workspace
from tests.conftest import ROOT
from tests.sound.sounds import silence, tone, write_wav
from web.edit.sound import STEP_MS

MEDIA = Media("generic:seance", "https://montclery.example/seance.mp4", "generic", "Séance", 4_000, audio="sound.wav")


@pytest.fixture
def editor(workspace: Workspace) -> Editor:
    return Editor(Settings(workspace=workspace.root))


def test_peaks_are_those_of_the_file_that_lies_there_now(workspace: Workspace, editor: Editor) -> None:
    folder = workspace.media_folder(MEDIA.id)
    assert editor.peaks(MEDIA.id, (0, 1_000)) is None
    save_media(folder, MEDIA)
    assert editor.peaks(MEDIA.id, (0, 1_000)) is None  # its sound is not here
    write_wav(folder / "sound.wav", np.concatenate([silence(1, 16_000), tone(1, 16_000)]))
    first = editor.peaks(MEDIA.id, (0, 2_000))
    assert first
    assert (max(first[:50]), min(first[50:]) > 170) == (0, True)
    write_wav(folder / "sound.wav", np.concatenate([tone(1, 16_000), silence(1, 16_000), silence(1, 16_000)]))
    second = editor.peaks(MEDIA.id, (0, 2_000))
    assert second
    assert (min(second[:50]) > 170, max(second[50:])) == (True, 0)


def test_another_recordings_folder_is_not_read(workspace: Workspace, editor: Editor) -> None:
    folder = workspace.media_folder(MEDIA.id)
    save_media(folder, MEDIA)
    write_wav(folder / "sound.wav", tone(1, 16_000))
    assert editor.peaks("generic_seance", (0, 1_000)) is None  # another id, the same folder


def test_the_viewer_knows_how_long_a_peak_is() -> None:
    assert peaks.STEP_MS == STEP_MS


def test_what_was_not_aligned_here_has_no_corrections(editor: Editor) -> None:
    assert editor.corrected_slugs() == frozenset()
    with pytest.raises(PostError, match="was not aligned"):
        editor.corrections_path("inconnu")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--host", "0.0.0.0"), "cannot be served on 0.0.0.0"),
        (("--public-url", "https://paroles.example/"), "cannot be served for https://paroles.example/"),
    ],
)
def test_the_command_refuses_in_one_sentence(workspace: Workspace, words: tuple[str, str], sentence: str) -> None:
    result = CliRunner().invoke(main, ["serve", "--edit", "--workspace", str(workspace.root), *words])
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: The bench ")
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_the_command_serves_the_bench(workspace: Workspace) -> None:
    (workspace.root / "aligner.toml").write_text("proposals = false\n", encoding="utf-8")
    command = [sys.executable, "-m", "aligner", "serve", "--edit", "--port", "0", "--workspace", str(workspace.root)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as running:
        try:
            assert running.stderr
            running.stderr.readline()
            told = running.stderr.readline()
            assert told.startswith("The bench is at http://127.0.0.1:")
            with urllib.request.urlopen(told.split()[-1]) as answer:
                assert "Rien n’attend d’être écouté" in answer.read().decode()
        finally:
            running.send_signal(signal.SIGINT)
        assert running.wait(30) == 0
