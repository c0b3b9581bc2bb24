"""The tutorial is a contract, too: its code is run as it stands, and must show what the page shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CLOCK = re.compile(r"\b(\d+):(\d\d)\b")
END = "\x1e"


def blocks() -> list[tuple[str, str]]:
    return BLOCK.findall(PAGE.read_text(encoding="utf-8"))


def write_script(folder: Path) -> Path:
    """All code of the page as one program that ends what each block shows with a sign."""
    parts = ["import subprocess as _subprocess"]
    for language, text in blocks():
        if language == "sh":
            parts.append(f'_subprocess.run(["bash", "-euc", {text!r}], check=True)')
        elif language == "python":
            parts.append(f"{text}print(end={END!r}, flush=True)")
    path = folder / "tutorial.py"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def expected() -> list[str]:
    """What each block of Python is to show."""
    shown: list[str] = []
    for language, text in blocks():
        if language == "python":
            shown.append("")
        elif language == "text":
            assert shown[-1] == "", "two outputs of one block"
            shown[-1] = text
    return shown


def without_clocks(text: str) -> tuple[str, list[int]]:
    """A text without its times, and these in seconds: a word's beginning may fall on either side of a second."""
    return CLOCK.sub("m:ss", text), [int(minutes) * 60 + int(seconds) for minutes, seconds in CLOCK.findall(text)]


@pytest.mark.model
def test_the_tutorial_shows_what_it_says(tmp_path: Path) -> None:
    home = tmp_path / "empty"
    home.mkdir()
    done = subprocess.run(
        [sys.executable, write_script(tmp_path)],
        cwd=home,
        env=os.environ | {"ALIGNER": str(ROOT), "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=800,
    )
    assert done.returncode == 0, done.stderr
    shown = done.stdout.split(END)[:-1]
    for number, (found, wanted) in enumerate(zip_longest(shown, expected()), start=1):
        text, clocks = without_clocks(found)
        wanted_text, wanted_clocks = without_clocks(wanted)
        assert text == wanted_text, f"block {number}"
        assert all(abs(a - b) <= 1 for a, b in zip(clocks, wanted_clocks, strict=True)), (number, found)
    page = (home / "page.html").read_text(encoding="utf-8")
    assert re.search(r'<a href="https://montclery[^"]+#t=(149|150)">Monsieur le Maire', page)
    assert (home / "post.srt").read_text(encoding="utf-8").startswith("1\n00:02:29,")
    assert (home / "post.vtt").read_text(encoding="utf-8").startswith("WEBVTT")


def check_types(folder: Path, code: str) -> str:
    """What mypy says of a user's code."""
    (folder / "user.py").write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "user.py"],
        cwd=folder,
        env=os.environ | {"MYPYPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
    )
    return done.stdout


def test_the_tutorial_passes_a_strict_type_checker_as_a_users_code(tmp_path: Path) -> None:
    code = "\n".join(text for language, text in blocks() if language == "python")
    assert check_types(tmp_path, code) == "Success: no issues found in 1 source file\n"


def test_a_type_checker_sees_what_is_wrong_in_a_users_code(tmp_path: Path) -> None:
    said = check_types(tmp_path, 'import aligner\n\naligner.align_post("Le jardin.", 12)\naligner.algin_post\n')
    assert re.findall(r"^user\.py:(\d+): error: .*\[(.*)\]$", said, re.MULTILINE) == [
        ("3", "arg-type"),
        ("4", "attr-defined"),
    ]
