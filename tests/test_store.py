from __future__ import annotations

import errno
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from aligner import errors
from aligner.store import (
    TEMPORARY,
    Workspace,
    dump_json,
    fingerprint,
    hash_file,
    locked,
    one_run,
    read_json,
    sweep,
    write_atomic,
)


def test_a_workspace_knows_its_places() -> None:
    workspace = Workspace(Path("w"))
    assert workspace.aligned == Path("w/transcripts/aligned")
    assert workspace.media_folder("youtube:a-B_c") == Path("w/media/youtube_a-B_c")
    assert workspace.media_folder("generic:../é") == Path("w/media/generic_..__")


def test_fingerprints_depend_on_content_not_on_key_order() -> None:
    assert fingerprint({"a": 1, "b": "é"}) == fingerprint({"b": "é", "a": 1}) == "0947ff8502bae37e"
    assert fingerprint("a", "b") != fingerprint("ab")


def test_written_files_are_whole_and_leave_nothing_beside_them(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.json"
    write_atomic(path, dump_json({"é": [1]}))
    write_atomic(path, dump_json({"é": [2]}))
    assert path.read_text(encoding="utf-8") == '{\n "é": [\n  2\n ]\n}\n'
    assert [p.name for p in path.parent.iterdir()] == ["file.json"]


def test_a_full_disk_says_so_and_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_atomic(path, "old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(errors.DiskError, match="the disk is full"):
        write_atomic(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(errors.DiskError, match="could not be written"):
        write_atomic(tmp_path / "file", "x")


def test_broken_or_missing_json_reads_as_nothing(tmp_path: Path) -> None:
    (tmp_path / "half").write_text('{"a": ', encoding="utf-8")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\xfa")
    assert [read_json(tmp_path / name) for name in ("none", "half", "bytes")] == [None, None, None]


def test_sweep_removes_only_our_temporary_files(tmp_path: Path) -> None:
    (tmp_path / f"{TEMPORARY}x").touch()
    (tmp_path / "kept").touch()
    sweep(tmp_path)
    sweep(tmp_path / "missing")
    assert [p.name for p in tmp_path.iterdir()] == ["kept"]


def test_hashing_a_missing_file_is_our_error(tmp_path: Path) -> None:
    with pytest.raises(errors.AlignerError, match="cannot be read"):
        hash_file(tmp_path / "none")


def test_a_lock_goes_with_its_process(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys, pathlib; from aligner.store import locked\n"
        "with locked(pathlib.Path(sys.argv[1])): print('held', flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (-9, "held\n")
    with locked(tmp_path):
        assert (tmp_path / ".lock").exists()


@pytest.mark.parametrize(
    "error",
    [
        errors.AlignerError("what", "try"),
        errors.FetchError("gone", "use a file", permanent=True),
        errors.DiskError("full"),
    ],
)
def test_errors_survive_pickling(error: errors.AlignerError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert again.__dict__ == error.__dict__
    assert str(again) == f"{error.message} {error.hint}".strip()


def test_the_error_tree_in_the_docstring_is_the_real_one() -> None:
    for name, kind in vars(errors).items():
        if isinstance(kind, type) and issubclass(kind, errors.AlignerError):
            line = next(line for line in (errors.__doc__ or "").splitlines() if name in line.split())
            assert f"exit {kind.exit_code}" in line


def test_one_run_has_the_workspace_and_the_next_one_is_asked_whether_to_wait(workspace: Workspace) -> None:
    answers = [True, True, False]
    with one_run(workspace, lambda: False) as first, one_run(workspace, lambda: answers.pop(0)) as second:
        assert (first, second, answers) == (True, False, [])
    with one_run(workspace, lambda: False) as third:
        assert third


def test_a_run_that_is_killed_leaves_the_workspace_free(workspace: Workspace) -> None:
    script = (
        "import sys; from pathlib import Path; from aligner.store import Workspace, one_run\n"
        "with one_run(Workspace(Path(sys.argv[1])), lambda: False) as held: print(held, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(workspace.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "True\n"
        with one_run(workspace, lambda: False) as held:
            assert not held
        process.kill()
    with one_run(workspace, lambda: False) as held:
        assert held
