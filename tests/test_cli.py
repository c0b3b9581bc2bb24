from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aligner import cli
from aligner.cli import align, main
from aligner.settings import Settings
from aligner.store import Workspace

SPEECH = "Le jardin partagé de la rue des Tanneurs ouvrira ses portes au printemps prochain."


@pytest.fixture
def captions(tmp_path: Path) -> Path:
    path = tmp_path / "captions.srt"
    path.write_text(f"1\n00:00:05,000 --> 00:00:12,000\n{SPEECH}\n", encoding="utf-8")
    return path


@pytest.fixture
def post(workspace: Workspace) -> Path:
    path = workspace.posts / "jardin.md"
    path.write_text(f"# Jardin\n\nhttps://youtu.be/MontcleryA1\n\n{SPEECH}\n", encoding="utf-8")
    return path


def call(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_align_prints_the_table_on_stdout_and_talks_on_stderr(workspace: Workspace, post: Path, captions: Path) -> None:
    result = call("align", "--workspace", workspace.root, "--captions", captions)
    assert result.exit_code == 0
    assert "jardin" in result.stdout
    assert "not found" in result.stdout
    assert "aligner serve --workspace" in result.stderr
    assert "\x1b" not in result.output


def test_json_is_all_there_is_on_stdout(workspace: Workspace, post: Path, captions: Path) -> None:
    result = call("align", "--json", "--workspace", workspace.root, "--captions", captions)
    report = json.loads(result.stdout)
    assert (report["format"], report["exit_code"], report["states"]) == ("aligner.report", 0, {"done": 1})
    assert report["posts"][0]["counts"]["spoken"] == 1


def test_a_second_run_says_that_there_is_nothing_to_do(workspace: Workspace, post: Path, captions: Path) -> None:
    call("align", "--workspace", workspace.root, "--captions", captions)
    assert "Nothing to do" in call("align", "--workspace", workspace.root, "--captions", captions).stderr


def test_quiet_tells_errors_only(workspace: Workspace, post: Path, captions: Path) -> None:
    (workspace.posts / "vide.md").touch()
    result = call("align", "-q", "--workspace", workspace.root, "--captions", captions)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: vide: ")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("align", "--workspace", "nowhere-at-all"), "is not a folder"),
        (("align", "--device", "gpu"), "auto, cpu, cuda"),
        (("align", "--force", "read"), "not one of"),
        (("align", "no-such-post.md"), "no-such-post.md"),
        (("export", "--format", "docx"), "not one of"),
        (("export", "--json"), "Add --check"),
        (("serve", "--host", "256.1.1.1"), "no address of this machine"),
        (("nonsense",), "No such command"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(words: tuple[str, ...], complaint: str) -> None:
    result = call(*words)
    assert result.exit_code == 2
    assert complaint in result.stderr
    assert "Traceback" not in result.output


def test_status_and_export_read_finished_alignments(workspace: Workspace, post: Path, captions: Path) -> None:
    assert "jardin.md is not aligned yet." in call("status", "--workspace", workspace.root).stdout
    call("align", "--workspace", workspace.root, "--captions", captions)
    (workspace.aligned / "junk.json").write_text("{}", encoding="utf-8")
    result = call("status", "--workspace", workspace.root)
    assert "jardin" in result.stdout
    assert "junk.json is no alignment file" in result.stdout
    out = workspace.root / "out"
    result = call("export", "--workspace", workspace.root, "--out", out, "--format", "srt")
    assert result.stdout == f"{out / 'jardin.srt'}\n"
    assert (out / "jardin.srt").read_bytes() == (workspace.aligned / "jardin.srt").read_bytes()
    assert call("export", "nobody", "--workspace", workspace.root).exit_code == 2


def test_export_writes_every_format_kind_and_clock(workspace: Workspace, post: Path, captions: Path) -> None:
    call("align", "--workspace", workspace.root, "--captions", captions)
    out = workspace.root / "out"
    words = ("export", "jardin", "--workspace", workspace.root, "--out", out)
    formats = ("srt", "vtt", "ass", "ttml", "lrc", "txt", "csv", "jsonl", "audacity", "chapters")
    result = call(*words, *(word for name in formats for word in ("--format", name)))
    assert result.exit_code == 0
    endings = ["srt", "vtt", "ass", "ttml", "lrc", "txt", "csv", "jsonl", "labels.txt", "chapters.vtt"]
    assert result.stdout.splitlines() == [str(out / f"jardin.{ending}") for ending in endings]
    assert all((out / f"jardin.{ending}").stat().st_size for ending in endings)
    assert call(*words, "--kind", "verbatim", "--from-speech", "--format", "srt").exit_code == 0
    clip = (out / "jardin.verbatim.clip.srt").read_text(encoding="utf-8")
    assert clip.startswith("1\n00:00:00,000 --> 00:00:0")
    assert call(*words, "--profile", "fr-sdh", "--format", "srt").exit_code == 0
    lines = (out / "jardin.srt").read_text(encoding="utf-8").splitlines()
    assert max(len(line) for line in lines) <= 36


def test_what_cannot_be_exported_is_said_and_the_rest_written(workspace: Workspace, post: Path, captions: Path) -> None:
    call("align", "--workspace", workspace.root, "--captions", captions)
    out = workspace.root / "out"
    result = call("export", "--workspace", workspace.root, "--out", out, "--format", "youtube", "--format", "txt")
    assert result.exit_code == 1
    assert result.stdout == f"{out / 'jardin.txt'}\n"
    assert result.stderr.startswith("Error: jardin.youtube.txt: YouTube wants at least 3 chapters")
    (heard,) = workspace.media.glob("*/transcripts/*.json")
    heard.unlink()
    result = call("export", "--workspace", workspace.root, "--out", out, "--kind", "verbatim")
    assert result.exit_code == 1
    assert "no longer in" in result.stderr
    assert "align --only jardin --force hear" in result.stderr


def test_export_check_reports_and_writes_nothing(workspace: Workspace, post: Path, captions: Path) -> None:
    call("align", "--workspace", workspace.root, "--captions", captions)
    out = workspace.root / "out"
    words = ("export", "--check", "--workspace", workspace.root, "--out", out)
    result = call(*words, "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["format"], report["exit_code"]) == (0, "aligner.check", 0)
    (track,) = report["tracks"]
    assert (track["name"], track["cues"]) == ("jardin", 1)
    assert track["counts"] == dict.fromkeys(("length", "lines", "speed", "duration", "gap", "overlap", "order"), 0)
    assert "jardin: 1 cues; beyond a limit: nothing." in call(*words).stdout
    path = workspace.aligned / "jardin.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    (passage,) = (passage for passage in document["passages"] if passage["status"] == "spoken")
    passage["text"] = passage["words"][0]["text"] = "x" * 50
    del passage["words"][1:]
    path.write_text(json.dumps(document), encoding="utf-8")
    result = call(*words)
    assert result.exit_code == 1
    assert "a single word, and words are never cut" in result.stdout
    assert "beyond a limit: length 1" in result.stdout
    assert not out.exists()


def test_the_two_commands_are_one(post: Path) -> None:
    short = CliRunner().invoke(align, ["--help"]).output.replace("Usage: align", "")
    assert short == call("align", "--help").output.replace("Usage: main align", "")


def test_the_engines_are_made_once_for_all_recordings(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Settings] = []

    def make(settings: Settings) -> object:
        made.append(settings)
        return object()

    monkeypatch.setattr("aligner.sound.whisper.make_transcriber", make)
    tools = cli._tools(Settings())
    assert tools.transcriber() is tools.transcriber()
    assert tools.fetcher() is tools.fetcher()
    assert len(made) == 1


def test_help_is_quick_to_load() -> None:
    script = (
        "import sys; from aligner.cli import main\n"
        "try: main(['align', '--help'])\nexcept SystemExit: pass\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'yt_dlp', 'faster_whisper', 'numpy', 'av', 'flask'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
