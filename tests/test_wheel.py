"""The built wheel holds all it needs: installed into an empty environment, it aligns, serves and validates."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

USE = """
import json, sys
from importlib import resources
from pathlib import Path
from aligner.store import Workspace
from web import create_app

workspace = Workspace(Path(sys.argv[1]))
client = create_app(workspace).test_client()
page = client.get("/jardin/")
assert page.status_code == 200 and "Le jardin partagé" in page.text, page.status_code
for name in ("base.css", "post.css", "page.js", "player.js"):
    assert client.get(f"/static/{name}").status_code == 200, name
schema = json.loads((resources.files("aligner") / "output" / "alignment.schema.json").read_text(encoding="utf-8"))
assert schema["title"]
print("used")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (path,) = out.glob("*.whl")
    return path


def test_the_wheel_holds_the_program_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"aligner", "web"}
    files = {p for room in ("aligner", "web") for p in (ROOT / room).rglob("*") if p.is_file() and p.suffix != ".pyc"}
    assert {str(path.relative_to(ROOT)) for path in files} - set(names) == set()


@pytest.mark.enable_socket
def test_an_empty_environment_with_the_wheel_can_align_and_serve(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "environment"
    venv.create(home, with_pip=True)
    bin_folder = home / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run([bin_folder / "python", "-m", "pip", "install", "--quiet", str(wheel)], check=True)
    workspace = tmp_path / "workspace"
    (workspace / "transcripts").mkdir(parents=True)
    sentence = "Le jardin partagé de la rue des Tanneurs ouvrira ses portes au printemps prochain."
    (workspace / "transcripts" / "jardin.md").write_text(
        f"https://youtu.be/MontcleryA1\n\n{sentence}\n", encoding="utf-8"
    )
    captions = tmp_path / "captions.srt"
    captions.write_text(f"1\n00:00:05,000 --> 00:00:12,000\n{sentence}\n", encoding="utf-8")
    command: list[str | Path] = [bin_folder / "align", "--workspace", workspace, "--captions", captions]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    done = subprocess.run([bin_folder / "python", "-c", USE, workspace], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout == "used\n", done.stderr
