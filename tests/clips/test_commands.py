"""`aligner clip` and `aligner card` as somebody types them, and a card that is the viewer's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aligner.cli import main
from aligner.store import Workspace
from tests.clips.conftest import Seen, pitch_of
from web import create_app


def call(workspace: Workspace, *words: object) -> Result:
    return CliRunner().invoke(main, [*(str(word) for word in words), "--workspace", str(workspace.root)])


def test_a_clip_is_written_where_one_stands(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = call(workspace, "clip", "chene", "--before", 0, "--after", 100, "--subtitles", "none")
    assert (done.exit_code, done.stdout) == (0, "halle-chene.mp4\n")
    seen = Seen(tmp_path / "halle-chene.mp4")
    assert abs(seen.pitch(0.1, 0.9) - pitch_of(15)) < 2
    assert seen.duration_ms == pytest.approx(3_250, abs=25)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["halle-chene.mp4"]


def test_the_name_says_what_is_wanted(workspace: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "dit.m4a"
    assert call(workspace, "clip", "charpente", "--out", out).stdout == f"{out}\n"
    assert Seen(out).streams == ["audio"]


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (("clip", "etals"), 1, "uncertain"),
        (("clip", "suivra"), 1, "--keep-video"),
        (("clip", "personne"), 2, "No aligned post has a passage personne"),
        (("clip", "radio", "--shape", "square"), 2, "no picture"),
        (("card", "travaux", "--out", "x.png"), 1, "not found"),
        (("card", "charpente"), 2, "Missing option"),
    ],
)
def test_a_refusal_is_one_sentence(workspace: Workspace, words: tuple[str, ...], code: int, complaint: str) -> None:
    done = call(workspace, *words)
    assert done.exit_code == code
    assert complaint in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize("passage", ["charpente", "chene"])
def test_the_card_is_the_viewers(workspace: Workspace, tmp_path: Path, passage: str) -> None:
    out = tmp_path / "carte.png"
    assert call(workspace, "card", passage, "--out", out).stdout == f"{out}\n"
    answer = create_app(workspace).test_client().get(f"/cartes/halle/{passage}.png")
    assert answer.status_code == 200
    assert out.read_bytes() == answer.data


def test_a_passage_is_known_by_the_id_it_had(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.aligned / "halle.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"id": "charpente",', '"id": "neuf",\n   "former": ["charpente"],'), encoding="utf-8")
    assert call(workspace, "card", "charpente", "--out", tmp_path / "carte.png").exit_code == 0


def test_an_id_of_several_posts_needs_its_slug(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.aligned / "halle.json"
    other = path.read_text(encoding="utf-8").replace('"slug": "halle"', '"slug": "encore"')
    (workspace.aligned / "encore.json").write_text(other, encoding="utf-8")
    out = tmp_path / "carte.png"
    done = call(workspace, "card", "charpente", "--out", out)
    assert (done.exit_code, "encore, halle" in done.stderr) == (2, True)
    assert call(workspace, "card", "charpente", "--slug", "encore", "--out", out).exit_code == 0
