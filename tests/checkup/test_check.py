"""`aligner check`: each kind of trouble, made for real in the aligned sample, has its sentence; its cure mends it."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from aligner.checkup import Area, Level
from aligner.store import TEMPORARY, Workspace
from tests.conftest import ROOT
from tests.standing.conftest import CANTEEN, FOLDER, ORDERS, SAMPLE, call, carry_out, read

POST = f"{CANTEEN}.md"


def check(workspace: Workspace, *words: object, network: str = "--offline") -> Result:
    return call("check", network, "--workspace", workspace.root, *words)


def findings(workspace: Workspace, *words: object, level: str = "fault") -> list[dict[str, Any]]:
    done = check(workspace, "--json", *words)
    told = json.loads(done.stdout)
    assert (told["format"], told["version"], told["exit_code"]) == ("aligner.checkup", 1, done.exit_code)
    return [finding for finding in told["findings"] if finding["level"] == level]


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_a_sound_workspace_has_no_fault_and_nothing_is_changed(sample: Workspace) -> None:
    before = snapshot(sample.root)
    done = check(sample)
    assert done.exit_code == 0, done.output
    assert "ok   workspace: 3 posts, 3 alignments and 1 recording agree" in done.stdout
    assert "BAD" not in done.stdout
    assert check(sample, "--deep").exit_code == 0
    assert snapshot(sample.root) == before


def test_the_machine_is_told_with_its_versions(sample: Workspace) -> None:
    out = check(sample).stdout
    for name in ("Python: 3.", "aligner: ", "yt-dlp: 20", "JavaScript runtime: deno 2", "FFmpeg: ", " GB free in "):
        assert name in out
    assert "speech model: " in out
    assert "site: " not in out


# --- trouble, its sentence, its cure ---------------------------------------------------------------------

Spoil = Callable[[Workspace, Path], None]


def _later(workspace: Workspace) -> None:
    """Make the alignments older than what is done now."""
    for path in workspace.aligned.glob("*.json"):
        moment = path.stat().st_mtime - 600
        os.utime(path, (moment, moment))


def edit_post(workspace: Workspace, _: Path) -> None:
    _later(workspace)
    path = workspace.posts / POST
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def cut_alignment(workspace: Workspace, _: Path) -> None:
    path = workspace.aligned / f"{CANTEEN}.json"
    path.write_bytes(path.read_bytes()[:1000])


def remove_post(workspace: Workspace, _: Path) -> None:
    (workspace.posts / POST).unlink()


def remove_subtitles(workspace: Workspace, _: Path) -> None:
    (workspace.aligned / f"{CANTEEN}.vtt").unlink()


def leave_subtitles(workspace: Workspace, _: Path) -> None:
    (workspace.aligned / "autrefois.2.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nOui.\n", encoding="utf-8")


def remove_transcript(_: Workspace, sound: Path) -> None:
    (path,) = (sound / "transcripts").glob("*.json")
    path.unlink()


def cut_transcript(_: Workspace, sound: Path) -> None:
    (path,) = (sound / "transcripts").glob("*.json")
    path.write_bytes(path.read_bytes()[:5000])


def remove_film(_: Workspace, sound: Path) -> None:
    (sound / "video.mp4").unlink()


def cut_film(_: Workspace, sound: Path) -> None:
    path = sound / "video.mp4"
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def overwrite_film(_: Workspace, sound: Path) -> None:
    (sound / "video.mp4").write_text("<html>Cette vidéo n’est plus disponible.</html>", encoding="utf-8")


def cut_record(_: Workspace, sound: Path) -> None:
    (sound / "info.json").write_text('{"id": "generic:co', encoding="utf-8")


def empty_record(_: Workspace, sound: Path) -> None:
    (sound / "info.json").write_text(json.dumps({"id": SAMPLE}), encoding="utf-8")


def remove_record(_: Workspace, sound: Path) -> None:
    (sound / "info.json").unlink()


def leave_temporary(workspace: Workspace, _: Path) -> None:
    path = workspace.aligned / f"{TEMPORARY}x7k2"
    path.write_text("{", encoding="utf-8")
    os.utime(path, (time.time() - 7200,) * 2)


TROUBLES: list[tuple[Spoil, str, str]] = [
    (edit_post, "post edited since", f"{POST} was edited since it was aligned."),
    (cut_alignment, "broken alignment", "is no alignment file"),
    (remove_post, "alignment without a post", f"The post {POST} of this alignment is gone"),
    (remove_subtitles, "alignment without its subtitles", f"The subtitles of {CANTEEN} are not all there."),
    (leave_subtitles, "subtitles without an alignment", "autrefois.2.srt belongs to no alignment."),
    (remove_transcript, "transcript is another", f"The transcript of {SAMPLE} that {CANTEEN} was made from"),
    (cut_transcript, "broken transcript", "is not whole"),
    (remove_film, "recording gone", "video.mp4, the sound of Conseil municipal"),
    (cut_film, "recording cut short", "and 7:44 were announced."),
    (overwrite_film, "no recording", "video.mp4 cannot be read as a recording"),
    (cut_record, "broken record", "info.json is damaged"),
    (empty_record, "broken record", "lacks what a record must say"),
    (remove_record, "recording without a record", "has no info.json"),
    (leave_temporary, "temporary file", "is the rest of a run that was killed"),
]


@pytest.mark.parametrize(("spoil", "name", "sentence"), TROUBLES, ids=[spoil.__name__ for spoil, _, _ in TROUBLES])
def test_each_trouble_is_told_and_its_cure_mends_it(
    workspace: Workspace, sound: Path, spoil: Spoil, name: str, sentence: str
) -> None:
    spoil(workspace, sound)
    done = check(workspace)
    assert done.exit_code == 1, done.output
    found = findings(workspace)
    assert {finding["name"] for finding in found} == {name}
    assert sentence in found[0]["state"]
    assert found[0]["area"] == "workspace"
    assert f"→ {found[0]['cure']}" in done.stdout
    for _ in range(len(found)):
        remaining = findings(workspace)
        if not remaining:
            break
        carry_out(remaining[0]["cure"])
    assert findings(workspace) == []
    assert check(workspace).exit_code == 0


def test_a_post_that_cannot_be_read_is_told_with_the_line(workspace: Workspace) -> None:
    path = workspace.posts / POST
    path.write_text("---\ntitle: 'La cantine\n---\n\nBonjour.\n", encoding="utf-8")
    (found,) = findings(workspace)
    assert found["name"] == "unreadable post"
    assert f"{POST}, line" in found["state"]
    assert found["cure"].startswith("Correct the line")


def test_two_posts_with_one_slug_are_told(workspace: Workspace) -> None:
    shutil.copy2(workspace.posts / POST, workspace.posts / "copie.md")
    (found,) = [finding for finding in findings(workspace) if finding["name"] == "two posts with one slug"]
    assert "copie.md" in found["state"]
    assert POST in found["state"]


def test_a_record_of_another_recording_is_told(workspace: Workspace, sound: Path) -> None:
    record = read(sound / "info.json") | {"id": "youtube:MontcleryB2"}
    (sound / "info.json").write_text(json.dumps(record), encoding="utf-8")
    (found,) = findings(workspace)
    assert found["name"] == "record of another"
    assert "Rename the folder to youtube_MontcleryB2" in found["cure"]


def test_an_adopted_recording_that_was_moved_is_to_be_put_back(workspace: Workspace, sound: Path) -> None:
    place = workspace.root / "ailleurs.mp4"
    record = read(sound / "info.json") | {"video": str(place)}
    (sound / "video.mp4").rename(place)
    (sound / "info.json").write_text(json.dumps(record), encoding="utf-8")
    assert findings(workspace) == []
    place.rename(workspace.root / "plus-loin.mp4")
    (found,) = findings(workspace)
    assert found["name"] == "recording gone"
    assert found["cure"].startswith("Put it back, or give it again: align --only ")
    carry_out(found["cure"].replace("FILE", str(workspace.root / "plus-loin.mp4")))
    assert findings(workspace) == []


def test_recordings_no_post_links_and_unfinished_downloads_are_notes(workspace: Workspace) -> None:
    other = workspace.media / "youtube_MontcleryB2"
    shutil.copytree(FOLDER, other, ignore=shutil.ignore_patterns("transcripts", "heard", ".lock"))
    record = read(other / "info.json") | {"id": "youtube:MontcleryB2"}
    (other / "info.json").write_text(json.dumps(record), encoding="utf-8")
    (workspace.media / "youtube_MontcleryC3").mkdir()
    (workspace.media / "youtube_MontcleryC3" / "fetching-0123.part").write_bytes(b"0" * 100)
    assert findings(workspace) == []
    notes = {finding["name"]: finding for finding in findings(workspace, level="note")}
    assert "No post links Conseil municipal du 12 juin 2025" in notes["recording without a post"]["state"]
    assert "is not finished" in notes["unfinished download"]["state"]
    carry_out(notes["recording without a post"]["cure"])
    assert not other.exists()
    assert check(workspace).exit_code == 0


def test_a_young_temporary_file_may_be_in_use(workspace: Workspace) -> None:
    (workspace.aligned / f"{TEMPORARY}x7k2").write_text("{", encoding="utf-8")
    assert findings(workspace) == []
    (note,) = [one for one in findings(workspace, level="note") if one["name"] == "temporary file"]
    assert "a run is going on" in note["state"]


@pytest.mark.parametrize(
    ("name", "text", "finding", "sentence"),
    [
        (POST, 'format = "aligner.corrections"\nversion = 1\n', "corrections changed since", "were changed since"),
        (POST, "format = \n", "unreadable corrections", "at line 1"),
        (POST, 'format = "other"\nversion = 1\n', "unreadable corrections", "does not say that it is a corrections"),
        ("autre.md", 'format = "aligner.corrections"\nversion = 1\n', "corrections without a post", "“autre”"),
    ],
)
def test_corrections_must_be_readable_and_have_a_post(
    workspace: Workspace, name: str, text: str, finding: str, sentence: str
) -> None:
    path = workspace.posts / f"{name.removesuffix('.md')}.corrections.toml"
    path.write_text(text, encoding="utf-8")
    found = findings(workspace)
    assert finding in [one["name"] for one in found]
    assert sentence in next(one["state"] for one in found if one["name"] == finding)
    if finding == "corrections changed since":
        carry_out(found[0]["cure"])
        assert findings(workspace) == []


def test_proposals_without_a_post_are_a_note(workspace: Workspace) -> None:
    (workspace.posts / "proposals" / "autrefois").mkdir(parents=True)
    (workspace.posts / "proposals" / CANTEEN).mkdir()
    notes = [one for one in findings(workspace, level="note") if one["name"] == "proposals without a post"]
    assert ["autrefois" in one["state"] for one in notes] == [True]


def test_another_sound_than_was_heard_is_told_by_its_hash(workspace: Workspace, sound: Path) -> None:
    film = sound / "video.mp4"
    assert findings(workspace, "--deep") == []
    with film.open("ab") as file:
        file.write(b"\0" * 8)
    assert findings(workspace) == []  # only its hash tells
    (found,) = findings(workspace, "--deep")
    assert found["name"] == "another sound"
    assert f"is not the sound that was aligned with {CANTEEN}, {ORDERS}, " in found["state"]
    carry_out(found["cure"])
    assert findings(workspace, "--deep") == []


def test_damage_inside_a_transcript_is_found_by_a_deep_look(workspace: Workspace, sound: Path) -> None:
    (path,) = (sound / "transcripts").glob("*.json")
    whole = path.read_bytes()
    path.write_bytes(whole[:9000] + b"\x00\xff" + whole[9002:])
    assert findings(workspace) == []
    (found,) = findings(workspace, "--deep")
    assert found["name"] == "broken transcript"
    carry_out(found["cure"])
    assert findings(workspace, "--deep") == []


def test_alignments_of_other_versions_and_settings_are_notes(workspace: Workspace) -> None:
    target = workspace.aligned / f"{CANTEEN}.json"
    told = read(target)
    told["made_with"] |= {"aligner": "0.0.9", "options": {"hear": "none"}}
    target.write_text(json.dumps(told), encoding="utf-8")
    assert check(workspace).exit_code == 0
    notes = {finding["name"]: finding["state"] for finding in findings(workspace, level="note")}
    assert "1 alignment made by version 0.0.9" in notes["another version"]
    assert f"{CANTEEN} (hear = 'none')" in notes["other settings"]


def test_posts_that_lie_elsewhere_can_be_named(workspace: Workspace, tmp_path: Path) -> None:
    elsewhere = tmp_path / "site"
    elsewhere.mkdir()
    for path in workspace.posts.glob("*.md"):
        path.rename(elsewhere / path.name)
    done = check(workspace, elsewhere)
    assert (done.exit_code, "3 posts, 3 alignments" in done.stdout) == (0, True)
    assert check(workspace).exit_code == 0  # nothing can be said of them


# --- settings --------------------------------------------------------------------------------------------


def test_settings_are_told_with_where_they_come_from(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    (workspace.root / "aligner.toml").write_text('hear = "all"\nproxy = "http://moi:secret@p:1"\n', encoding="utf-8")
    monkeypatch.setenv("ALIGNER_HEAR", "windows")
    monkeypatch.setenv("ALIGNER_WORKSPACE", "ignored-here")
    told = [one for one in findings(workspace, level="ok") if one["area"] == "settings"]
    assert [(one["name"], one["path"]) for one in told][:3] == [
        ("hear", str(workspace.root / "aligner.toml")),
        ("proxy", str(workspace.root / "aligner.toml")),
        ("hear", "ALIGNER_HEAR"),
    ]
    assert "which a later one replaces" in told[0]["state"]
    assert "secret" not in check(workspace).stdout


@pytest.mark.parametrize(
    ("text", "sentence", "cure"),
    [
        ('modle = "small"\n', "sets “modle”, which is no setting.", "Did you mean “model”?"),
        ("hear = 3\n", "The setting “hear” is 3.", "It takes a text."),
        ("hear = \n", "cannot be read", "Correct the file or remove it."),
    ],
)
def test_bad_settings_do_not_stop_the_check(workspace: Workspace, text: str, sentence: str, cure: str) -> None:
    (workspace.root / "aligner.toml").write_text(text, encoding="utf-8")
    done = check(workspace)
    assert (done.exit_code, "workspace: 3 posts" in done.stdout) == (1, True)
    (found,) = findings(workspace)
    assert (found["area"], found["cure"]) == ("settings", cure)
    assert sentence in found["state"]


# --- the machine -----------------------------------------------------------------------------------------


def lack(workspace: Workspace, name: str) -> dict[str, Any]:
    assert check(workspace).exit_code == 3
    (found,) = findings(workspace)
    assert (found["area"], found["name"]) == ("machine", name)
    assert f"LACK {name}: {found['state']}" in check(workspace, "-q").stdout
    return found


def test_a_missing_model_is_told(sample: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIGNER_MODEL", str(sample.root))
    assert "model.bin is missing" in lack(sample, "speech model")["state"]


def test_a_model_is_looked_for_and_not_joined(sample: Workspace, tmp_path: Path) -> None:
    """In a process of its own, with an empty cache."""
    environ = os.environ | {"XDG_CACHE_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")}
    words = [sys.executable, "-m", "aligner", "check", "--offline", "--workspace", str(sample.root)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, env=environ, timeout=120)
    assert "speech model: " in done.stdout
    assert not list(tmp_path.rglob("*.bin"))


def test_a_missing_runtime_is_told(sample: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aligner.checkup.machine.find_deno", lambda: None)
    assert lack(sample, "JavaScript runtime")["cure"] == "Install it: pip install deno"


def test_a_runtime_that_does_not_run_is_told(
    sample: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "deno"
    broken.write_text("#!/bin/sh\nexit 7\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setattr("aligner.checkup.machine.find_deno", lambda: broken)
    assert "does not run" in lack(sample, "JavaScript runtime")["state"]


def test_a_full_disk_is_told_with_what_is_asked(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(workspace.root)._replace(free=2_000_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    assert check(workspace).exit_code == 0
    (workspace.root / "aligner.toml").write_text("keep_video = true\n", encoding="utf-8")
    state = lack(workspace, "disk")["state"]
    assert state.startswith("2.0 GB free in ")
    assert state.endswith("a session of five hours may take 4.0 GB")


def test_little_memory_is_a_note(sample: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aligner.checkup.machine._free_memory", lambda: 700_000_000)
    assert check(sample).exit_code == 0
    (note,) = [one for one in findings(sample, level="note") if one["name"] == "memory"]
    assert note["state"] == "0.7 GB free"


def test_libraries_that_cannot_read_what_sites_send_are_told(
    sample: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aligner.checkup.machine._has_decoder", lambda codec: codec != "opus")
    assert "cannot read opus" in lack(sample, "FFmpeg")["state"]


def test_what_the_machine_lacks_counts_more_than_what_the_workspace_has(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace.posts / POST).unlink()
    assert check(workspace).exit_code == 1
    monkeypatch.setattr("aligner.checkup.machine.find_deno", lambda: None)
    assert check(workspace).exit_code == 3


# --- the network -----------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def open_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def _link(workspace: Workspace, port: int) -> None:
    """Let the only recording lie on this machine."""
    for path in workspace.posts.glob("*.md"):
        path.unlink()
    shutil.rmtree(workspace.aligned)
    (workspace.posts / "un.md").write_text(f"# Un\n\nhttp://127.0.0.1:{port}/seance.mp4\n", encoding="utf-8")


def test_a_site_that_answers_is_told(workspace: Workspace, open_port: int) -> None:
    _link(workspace, open_port)
    done = call("check", "--workspace", workspace.root)
    assert f"ok   site: 127.0.0.1 answers on port {open_port}" in done.stdout
    assert call("check", "--online", "--workspace", workspace.root).exit_code == 0


def test_a_site_out_of_reach_is_a_note_unless_asked(workspace: Workspace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    _link(workspace, port)
    done = call("check", "--workspace", workspace.root)
    assert done.exit_code == 0
    assert f"note site: 127.0.0.1 cannot be reached on port {port}: Connection refused" in done.stdout
    assert call("check", "--online", "--workspace", workspace.root).exit_code == 3
    assert "site: " not in check(workspace).stdout


def test_behind_a_proxy_the_proxy_must_be_reached(workspace: Workspace, open_port: int) -> None:
    _link(workspace, 1)
    text = f'proxy = "http://moi:secret@127.0.0.1:{open_port}"\n'
    (workspace.root / "aligner.toml").write_text(text, encoding="utf-8")
    done = call("check", "--online", "--workspace", workspace.root)
    assert done.exit_code == 0, done.output
    assert f"ok   proxy: 127.0.0.1 answers on port {open_port}" in done.stdout
    assert "secret" not in done.stdout


def test_a_proxy_of_the_environment_counts_too(
    workspace: Workspace, open_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _link(workspace, 1)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{open_port}")
    assert "ok   proxy: 127.0.0.1 answers" in call("check", "--online", "--workspace", workspace.root).stdout


def test_a_workspace_that_is_no_folder_is_wrong_usage(tmp_path: Path) -> None:
    done = call("check", "--workspace", tmp_path / "nowhere")
    assert (done.exit_code, "is not a folder" in done.stderr) == (2, True)


def test_an_empty_workspace_says_what_to_do(tmp_path: Path) -> None:
    done = call("check", "--offline", "--workspace", tmp_path)
    assert done.exit_code == 0
    assert "There are no posts in" in done.stdout


def test_orders_is_left_alone_by_the_cure_of_another(workspace: Workspace) -> None:
    """A cure that names one post touches no other."""
    before = (workspace.aligned / f"{ORDERS}.json").stat().st_mtime_ns
    cut_alignment(workspace, workspace.root)
    carry_out(findings(workspace)[0]["cure"])
    assert (workspace.aligned / f"{ORDERS}.json").stat().st_mtime_ns == before


def test_every_key_and_every_trouble_is_documented(sample: Workspace) -> None:
    page = (ROOT / "docs" / "status.md").read_text(encoding="utf-8")
    told = json.loads(check(sample, "--json").stdout)
    names = {*told, *told["findings"][0], *Area, *Level, *(name for _, name, _ in TROUBLES)}
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "aligner" / "checkup").glob("*.py"))
    named = set(re.findall(r'(?:_fault\(|Area\.WORKSPACE,)\s*"([^"]+)"', source)) - {"workspace"}
    assert len(named) > 20
    assert sorted(name for name in names | named if f"`{name}`" not in page) == []
