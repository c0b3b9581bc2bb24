"""`aligner status`: what is aligned and how well, what waits for what, what is wrong, what to look at."""

from __future__ import annotations

import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from rich.console import Console

from aligner.corrections import add_correction, path_of, write_proposal
from aligner.library import Library
from aligner.model import Correction, CorrectionAction, Proposal
from aligner.standing import gather
from aligner.standing.facts import PostState, SoundState, WaitKind
from aligner.standing.gate import read_percent, tell_share
from aligner.standing.gather import select
from aligner.standing.show import show_standing
from aligner.store import Workspace
from tests.conftest import ROOT
from tests.standing.conftest import CANTEEN, FOLDER, ORDERS, REPORT, SAMPLE, call, carry_out, read

NEW = """---
title: Un texte de plus
slug: nouveau
---

https://youtu.be/MontcleryB2?t=60

Prise de parole de Samira Delorme : "Nous planterons douze tilleuls. La place sera belle."
"""


def status(workspace: Workspace, *words: object) -> Result:
    return call("status", "--workspace", workspace.root, *words)


def document(workspace: Workspace, *words: object) -> dict[str, Any]:
    done = status(workspace, "--json", *words)
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["exit_code"] == done.exit_code
    return told


def post_of(workspace: Workspace, slug: str) -> dict[str, Any]:
    (found,) = [post for post in document(workspace)["posts"] if post["slug"] == slug]
    return dict(found)


def waits_of(workspace: Workspace, slug: str) -> dict[str, dict[str, Any]]:
    return {wait["kind"]: wait for wait in post_of(workspace, slug)["waits"]}


def edit(workspace: Workspace, path: Path) -> None:
    """Change a post in a way that leaves its words, some time after it was aligned."""
    target = workspace.aligned / f"{path.stem}.json"
    earlier = target.stat().st_mtime - 600
    os.utime(target, (earlier, earlier))
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def alter(path: Path, **keys: Any) -> None:
    told = read(path)
    told.update(keys)
    path.write_text(json.dumps(told), encoding="utf-8")


def test_an_aligned_workspace_waits_for_nothing(sample: Workspace) -> None:
    told = document(sample)
    assert (told["format"], told["version"], told["exit_code"]) == ("aligner.status", 1, 0)
    assert [(post["slug"], post["state"], post["waits"]) for post in told["posts"]] == [
        (slug, "aligned", []) for slug in (CANTEEN, ORDERS, REPORT)
    ]
    totals = told["totals"]
    files = [read(sample.aligned / f"{post['slug']}.json")["coverage"] for post in told["posts"]]
    assert totals["coverage"] == {key: sum(counts[key] for counts in files) for key in files[0]}
    assert totals["linked"] == totals["coverage"]["spoken"] + totals["coverage"]["reworded"] > 30
    assert totals["share"] == round(totals["linked"] / totals["coverage"]["passages"], 4)
    (recording,) = told["recordings"]
    assert (recording["media_id"], recording["state"], recording["short"]) == (SAMPLE, "here", False)
    assert (recording["duration_ms"], recording["posts"]) == (464_000, [CANTEEN, ORDERS, REPORT])
    assert recording["passages"] == totals["linked"]
    assert 380_000 < recording["heard_ms"] < 464_000
    assert (recording["engine"], totals["waits"], totals["links"]) == ("fake", {}, 0)


def test_a_new_post_waits_for_its_alignment_and_its_recording(workspace: Workspace) -> None:
    path = workspace.posts / "nouveau.md"
    path.write_text(NEW, encoding="utf-8")
    told = post_of(workspace, "nouveau")
    assert (told["state"], told["title"]) == ("new", "Un texte de plus")
    assert (told["coverage"], told["linked"]) == ({"passages": 2}, 0)
    assert [wait["kind"] for wait in told["waits"]] == ["new", "not_fetched"]
    assert "watch?v=MontcleryB2 is not fetched" in told["waits"][1]["why"]
    (absent,) = [one for one in document(workspace)["recordings"] if one["media_id"] == "youtube:MontcleryB2"]
    assert (absent["state"], absent["posts"], absent["heard_ms"]) == ("absent", ["nouveau"], 0)
    carry_out(told["waits"][0]["cure"])
    told = post_of(workspace, "nouveau")
    assert (told["state"], told["waits"], told["coverage"]["not_found"]) == ("aligned", [], 2)


def test_an_edited_post_waits_until_it_is_aligned_again(workspace: Workspace) -> None:
    edit(workspace, workspace.posts / f"{CANTEEN}.md")
    assert post_of(workspace, CANTEEN)["state"] == "edited"
    assert post_of(workspace, ORDERS)["state"] == "aligned"
    carry_out(waits_of(workspace, CANTEEN)["edited"]["cure"])
    assert post_of(workspace, CANTEEN)["state"] == "aligned"


def test_a_noted_hash_counts_more_than_the_files_times(workspace: Workspace) -> None:
    path = workspace.posts / f"{CANTEEN}.md"
    target = workspace.aligned / f"{CANTEEN}.json"
    later = target.stat().st_mtime + 60
    os.utime(path, (later, later))  # as after a checkout
    assert post_of(workspace, CANTEEN)["state"] == "aligned"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    os.utime(path, (later - 10_000, later - 10_000))  # as after a copy that keeps times
    assert post_of(workspace, CANTEEN)["state"] == "edited"


def test_an_older_alignment_without_a_hash_is_held_against_by_time(workspace: Workspace) -> None:
    path, target = workspace.posts / f"{CANTEEN}.md", workspace.aligned / f"{CANTEEN}.json"
    made = read(target)["made_with"]
    del made["post_sha256"]
    alter(target, made_with=made)
    assert post_of(workspace, CANTEEN)["state"] == "aligned"
    later = target.stat().st_mtime + 60
    os.utime(path, (later, later))
    assert post_of(workspace, CANTEEN)["state"] == "edited"


def test_a_post_that_cannot_be_read_is_told_with_its_reason(workspace: Workspace) -> None:
    path = workspace.posts / f"{CANTEEN}.md"
    whole, times = path.read_bytes(), path.stat()
    path.write_text("---\ntitle: [jamais\n", encoding="utf-8")
    told = post_of(workspace, CANTEEN)
    assert (told["state"], told["slug"]) == ("unreadable", CANTEEN)
    assert "line 1" in told["waits"][0]["why"] or "front matter" in told["waits"][0]["why"]
    assert told["waits"][0]["cure"]
    path.write_bytes(whole)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert post_of(workspace, CANTEEN)["waits"] == []


def test_a_post_without_a_recording_is_told_and_counts_for_nothing(workspace: Workspace) -> None:
    (workspace.posts / "tract.md").write_text("# Un tract\n\nVenez nombreux samedi.\n", encoding="utf-8")
    told = post_of(workspace, "tract")
    assert (told["state"], told["coverage"]) == ("no_recording", None)
    assert "--recording FILE" in told["waits"][0]["cure"]
    assert status(workspace, "--fail-under", "90%").exit_code == 0


def test_an_alignment_whose_post_is_gone_is_told(workspace: Workspace) -> None:
    (workspace.posts / f"{CANTEEN}.md").unlink()
    (wait,) = post_of(workspace, CANTEEN)["waits"]
    assert wait["kind"] == "no_post"
    carry_out(wait["cure"])
    assert [post["slug"] for post in document(workspace)["posts"]] == [ORDERS, REPORT]
    assert list(workspace.aligned.glob(f"{CANTEEN}*")) == []


def test_a_post_whose_slug_changed_is_new_and_leaves_its_alignment_behind(workspace: Workspace) -> None:
    path = workspace.posts / f"{CANTEEN}.md"
    path.write_text(path.read_text(encoding="utf-8").replace(f"slug: {CANTEEN}", "slug: cantine"), encoding="utf-8")
    states = {post["slug"]: post["state"] for post in document(workspace)["posts"]}
    assert (states["cantine"], states[CANTEEN]) == ("new", "no_post")


def test_a_broken_alignment_is_made_anew(workspace: Workspace) -> None:
    (workspace.aligned / f"{CANTEEN}.json").write_text("{", encoding="utf-8")
    told = post_of(workspace, CANTEEN)
    assert (told["state"], told["linked"], list(told["coverage"])) == ("broken", 0, ["passages"])
    carry_out(told["waits"][0]["cure"])
    assert post_of(workspace, CANTEEN)["state"] == "aligned"


def test_a_broken_alignment_without_a_post_is_told_as_such(workspace: Workspace) -> None:
    (workspace.aligned / "perdu.json").write_text("{", encoding="utf-8")
    (wait,) = post_of(workspace, "perdu")["waits"]
    carry_out(wait["cure"])
    assert "perdu" not in [post["slug"] for post in document(workspace)["posts"]]


def test_a_sound_that_is_gone_is_fetched_again(workspace: Workspace, sound: Path) -> None:
    (sound / "video.mp4").unlink()
    assert document(workspace)["recordings"][0]["state"] == "gone"
    carry_out(waits_of(workspace, ORDERS)["recording_gone"]["cure"])
    assert document(workspace)["recordings"][0]["state"] == "here"
    assert waits_of(workspace, ORDERS) == {}


def test_a_recording_whose_whole_folder_is_gone_is_gone(workspace: Workspace, sound: Path) -> None:
    shutil.copytree(sound, workspace.media / "youtube_Autre")
    shutil.rmtree(sound)
    assert document(workspace)["recordings"][0]["state"] == "gone"
    assert set(waits_of(workspace, CANTEEN)) == {"recording_gone", "transcript_gone"}
    carry_out(waits_of(workspace, CANTEEN)["transcript_gone"]["cure"])
    assert waits_of(workspace, CANTEEN) == {}


def test_without_any_recording_kept_none_is_said_to_be_gone(workspace: Workspace, sound: Path) -> None:
    """As in a checkout of the posts and alignments alone."""
    shutil.rmtree(sound)
    told = document(workspace)
    assert ([one["state"] for one in told["recordings"]], told["totals"]["waits"]) == (["absent"], {})


def test_a_sound_shorter_than_announced_is_told(workspace: Workspace, sound: Path) -> None:
    alter(sound / "info.json", duration_ms=3_600_000)
    (recording,) = document(workspace)["recordings"]
    assert (recording["short"], recording["duration_ms"]) == (True, 3_600_000)
    assert 460_000 < recording["there_ms"] < 468_000
    wait = waits_of(workspace, CANTEEN)["recording_short"]
    assert "7:4" in wait["why"]
    assert "1:00:00" in wait["why"]
    carry_out(wait["cure"])
    assert not document(workspace)["recordings"][0]["short"]


def test_a_recording_that_is_here_unheard_is_told(workspace: Workspace) -> None:
    folder = workspace.media_folder("youtube:MontcleryB2")
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("transcripts", "heard", ".lock"))
    alter(folder / "info.json", id="youtube:MontcleryB2", provider="youtube", url="https://youtu.be/MontcleryB2")
    (workspace.posts / "nouveau.md").write_text(NEW, encoding="utf-8")
    assert set(waits_of(workspace, "nouveau")) == {"new", "not_heard"}


def test_captions_alone_are_told(workspace: Workspace, tmp_path: Path) -> None:
    text = "Nous planterons douze tilleuls. La place sera belle."
    captions = tmp_path / "captions.srt"
    captions.write_text(f"1\n00:00:05,000 --> 00:00:12,000\n{text}\n", encoding="utf-8")
    (workspace.posts / "nouveau.md").write_text(NEW, encoding="utf-8")
    done = call("align", "--workspace", workspace.root, "--only", "nouveau", "--captions", captions)
    assert done.exit_code == 0, done.output
    wait = waits_of(workspace, "nouveau")["captions_only"]
    assert "Captions alone" in wait["why"]
    carry_out(wait["cure"])
    assert waits_of(workspace, "nouveau") == {}
    words = ("--only", "nouveau", "--captions", captions, "--hear", "none")
    assert call("align", "--workspace", workspace.root, *words).exit_code == 0
    assert waits_of(workspace, "nouveau") == {}  # as was wished


def test_what_the_machine_lacks_is_told_where_something_is_to_be_heard(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALIGNER_MODEL", str(tmp_path))
    monkeypatch.setattr("aligner.checkup.machine.find_deno", lambda: None)
    assert waits_of(workspace, CANTEEN) == {}
    (workspace.posts / "nouveau.md").write_text(NEW, encoding="utf-8")
    waits = waits_of(workspace, "nouveau")
    assert list(waits) == ["new", "not_fetched", "no_model", "no_runtime"]
    assert "model.bin is missing" in waits["no_model"]["why"]
    assert waits["no_runtime"]["cure"] == "Install it: pip install deno"


def test_a_wrong_offset_is_told_with_the_right_link(workspace: Workspace) -> None:
    path = workspace.posts / f"{CANTEEN}.md"
    path.write_text(path.read_text(encoding="utf-8").replace("?t=149", "?t=420"), encoding="utf-8")
    call("align", "--workspace", workspace.root)
    (link,) = post_of(workspace, CANTEEN)["links"]
    assert link["link_ms"] == 420_000
    assert 148_000 <= link["said_ms"] <= 152_000
    assert (
        link["url"] == f"https://montclery-sur-aulne.example/videos/conseil-2025-06-12.mp4#t={link['said_ms'] // 1000}"
    )
    done = status(workspace)
    assert "Wrong links" in done.stdout
    assert f"→ {link['url']}" in done.stdout
    text = path.read_text(encoding="utf-8").replace("?t=420", f"?t={link['said_ms'] // 1000}")
    path.write_text(text, encoding="utf-8")
    call("align", "--workspace", workspace.root)
    assert post_of(workspace, CANTEEN)["links"] == []


def test_passages_to_look_at_are_listed_corrections_and_readers_first(workspace: Workspace) -> None:
    target = workspace.aligned / f"{CANTEEN}.json"
    told = read(target)
    spoken = [passage for passage in told["passages"] if passage["status"] == "spoken"]
    wrong = Correction(spoken[1]["id"], spoken[1]["text"], CorrectionAction.START, start_ms=400_000)
    lost = Correction("perdu", "Jamais rien de tel n’a été écrit ici.", CorrectionAction.UNSAID)
    for correction in (wrong, lost):
        add_correction(path_of(workspace.posts / f"{CANTEEN}.md", CANTEEN), correction)
    carry_out(waits_of(workspace, CANTEEN)["corrected"]["cure"])
    assert waits_of(workspace, CANTEEN) == {}
    told = read(target)
    spoken[0] = next(passage for passage in told["passages"] if passage["id"] == spoken[0]["id"])
    spoken[0].update(status="uncertain", reason="deux endroits conviennent")
    target.write_text(json.dumps(told), encoding="utf-8")
    proposal = Proposal(CANTEEN, spoken[2]["id"], spoken[2]["text"], SAMPLE, 170_000, 61_500, "Plus tôt.")
    write_proposal(workspace, proposal)
    reviews = post_of(workspace, CANTEEN)["reviews"]
    assert sorted((review["kind"], review["passage_id"]) for review in reviews[:2]) == [
        ("doubtful_correction", spoken[1]["id"]),
        ("lost_correction", "perdu"),
    ]
    assert all(review["why"] for review in reviews)
    assert [(review["kind"], review["passage_id"]) for review in reviews[2:]] == [
        ("proposal", spoken[2]["id"]),
        ("uncertain", spoken[0]["id"]),
    ]
    assert (reviews[2]["start_ms"], reviews[2]["why"]) == (61_500, "Plus tôt.")
    assert reviews[3]["why"] == "deux endroits conviennent"
    kinds = ("doubtful_correction", "lost_correction", "proposal", "uncertain")
    assert document(workspace)["totals"]["reviews"] == dict.fromkeys(kinds, 1)
    out = status(workspace).stdout
    assert f"#p={spoken[2]['id']}: a reader proposes another moment at 1:01: Plus tôt." in out


def test_a_long_list_to_look_at_is_cut_unless_one_asks(workspace: Workspace) -> None:
    for slug in (CANTEEN, ORDERS):
        target = workspace.aligned / f"{slug}.json"
        told = read(target)
        for passage in told["passages"]:
            if passage["status"] == "spoken":
                passage["status"] = "uncertain"
        target.write_text(json.dumps(told), encoding="utf-8")
    many = document(workspace)["totals"]["reviews"]["uncertain"]
    assert many > 20
    assert f"… and {many - 20} more" in status(workspace).stdout
    assert "more: name a post" not in status(workspace, CANTEEN, ORDERS).stdout


@pytest.mark.parametrize("names", [[CANTEEN], [f"transcripts/{CANTEEN}.md"]])
def test_one_post_can_be_asked_about(workspace: Workspace, names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workspace.root)
    told = json.loads(call("status", "--json", *names).stdout)
    assert [post["slug"] for post in told["posts"]] == [CANTEEN]
    assert [one["media_id"] for one in told["recordings"]] == [SAMPLE]
    assert told["totals"]["posts"] == 1


def test_one_recording_can_be_asked_about(workspace: Workspace) -> None:
    (workspace.posts / "nouveau.md").write_text(NEW, encoding="utf-8")
    told = document(workspace, "youtube:MontcleryB2")
    assert [post["slug"] for post in told["posts"]] == ["nouveau"]
    assert [one["media_id"] for one in told["recordings"]] == ["youtube:MontcleryB2"]


def test_posts_that_lie_elsewhere_can_be_named(workspace: Workspace, tmp_path: Path) -> None:
    """`align FOLDER` writes into the workspace; without posts of its own nothing there is called an orphan."""
    elsewhere = tmp_path / "site"
    elsewhere.mkdir()
    for path in workspace.posts.glob("*.md"):
        path.rename(elsewhere / path.name)
    assert {post["state"] for post in document(workspace)["posts"]} == {"aligned"}
    edit(workspace, elsewhere / f"{ORDERS}.md")
    told = document(workspace, elsewhere)
    assert {post["slug"]: post["state"] for post in told["posts"]} == {
        CANTEEN: "aligned",
        ORDERS: "edited",
        REPORT: "aligned",
    }
    (post,) = [post for post in told["posts"] if post["waits"]]
    assert str(elsewhere / f"{ORDERS}.md") in post["waits"][0]["cure"]
    carry_out(post["waits"][0]["cure"])
    assert document(workspace, elsewhere)["totals"]["waits"] == {}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["2025-06-12-cantin"], f"Did you mean “{CANTEEN}”?"),
        (["nulle-part.md"], "does not exist"),
        (["--fail-under", "beaucoup"], "It takes a percentage"),
        (["--fail-under", "0.9"], "Write 90%, or 0.9% if that is meant."),
        (["--fail-under", "101%"], "It takes a percentage"),
    ],
)
def test_what_is_asked_wrongly_is_one_sentence(sample: Workspace, words: list[str], complaint: str) -> None:
    done = status(sample, *words)
    assert done.exit_code == 2
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1


# --- the gate --------------------------------------------------------------------------------------------


def test_enough_passages_pass_and_too_few_fail_with_a_sentence(sample: Workspace) -> None:
    totals = document(sample)["totals"]
    assert status(sample, "--fail-under", f"{totals['share'] * 100 - 0.1:.1f}%").exit_code == 0
    done = status(sample, "-q", "--fail-under", f"{totals['share'] * 100 + 0.1:.1f}%")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: {tell_share(totals['share'])} of the passages are linked")
    assert f"({totals['linked']} of {totals['coverage']['passages']})" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert json.loads(status(sample, "--json", "--fail-under", "100%").stdout)["exit_code"] == 1


def test_posts_that_are_not_aligned_count_as_not_linked(workspace: Workspace) -> None:
    before = document(workspace)["totals"]
    shutil.rmtree(workspace.aligned)
    totals = document(workspace)["totals"]
    assert (totals["linked"], totals["share"]) == (0, 0.0)
    assert totals["coverage"]["passages"] == before["coverage"]["passages"]
    assert status(workspace, "--fail-under", "1%").exit_code == 1
    assert status(workspace, "--fail-under", "0%").exit_code == 0


def test_a_site_that_cannot_be_counted_never_passes(workspace: Workspace) -> None:
    (workspace.posts / "vide.md").touch()
    done = status(workspace, "-q", "--fail-under", "0%")
    assert (done.exit_code, "vide.md cannot be read" in done.stderr) == (1, True)
    shutil.rmtree(workspace.posts)
    done = status(workspace, "-q", "--fail-under", "0%")
    assert (done.exit_code, "There is no passage to count" in done.stderr) == (1, True)


@pytest.mark.parametrize(("text", "share"), [("90%", 0.9), ("90", 0.9), ("87,5 %", 0.875), ("0.5%", 0.005), ("0", 0)])
def test_percentages_as_people_write_them(text: str, share: float) -> None:
    assert read_percent(text) == pytest.approx(share)


@pytest.mark.parametrize(("share", "text"), [(0.89999, "89.9%"), (0.9, "90%"), (1.0, "100%"), (0.0, "0%")])
def test_a_share_is_never_shown_larger_than_it_is(share: float, text: str) -> None:
    assert tell_share(share) == text


# --- the table -------------------------------------------------------------------------------------------


def test_the_table_fits_eighty_columns_and_pipes_do_not_wrap(workspace: Workspace) -> None:
    (workspace.posts / "nouveau.md").write_text(NEW, encoding="utf-8")
    standing = gather(Library(workspace))
    console = Console(width=80, record=True, force_terminal=True, file=io.StringIO())
    show_standing(console, standing, whole=False)
    text = console.export_text()
    assert max(map(len, text.splitlines())) <= 80
    assert all(slug in text for slug in (CANTEEN, ORDERS, REPORT, "nouveau", "aligned", "new", "Waiting"))
    piped = status(workspace).stdout
    assert "\x1b" not in piped
    (line,) = [line for line in piped.splitlines() if "is not fetched" in line]
    assert line.startswith("  nouveau: The recording https://")


def test_what_holds_for_several_posts_is_said_once(workspace: Workspace, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("ALIGNER_MODEL", str(tmp_path))
    for name in ("un", "deux"):
        text = NEW.replace("slug: nouveau", f"slug: {name}")
        (workspace.posts / f"{name}.md").write_text(text, encoding="utf-8")
    out = status(workspace).stdout
    assert out.count("model.bin is missing") == 1
    assert "  deux, un: The folder" in out


def test_nothing_but_the_index_is_written(workspace: Workspace) -> None:
    def files() -> dict[Path, bytes]:
        return {
            path: path.read_bytes()
            for path in workspace.root.rglob("*")
            if path.is_file() and not path.name.startswith(".library.sqlite")
        }

    before = files()
    edit(workspace, workspace.posts / f"{CANTEEN}.md")
    before = files()
    status(workspace)
    assert files() == before


def test_without_a_reader_new_posts_are_known_by_their_file(workspace: Workspace) -> None:
    """As the viewer asks, which reads no posts."""
    (workspace.posts / "nouveau.md").write_text(NEW, encoding="utf-8")
    standing = gather(Library(workspace))
    (post,) = [post for post in standing.posts if post.state is PostState.NEW]
    assert (post.slug, post.source, post.coverage, post.recordings) == ("nouveau", "nouveau.md", None, ())
    assert [post.slug for post in select(standing, [SAMPLE]).posts] == [CANTEEN, ORDERS, REPORT]


def keys_of(value: object) -> set[str]:
    """All keys of a JSON document that are names of ours, not data."""
    if isinstance(value, dict):
        return set(value).union(*map(keys_of, value.values())) if value else set()
    return set().union(*map(keys_of, value)) if isinstance(value, list) and value else set()


def test_every_key_kind_and_state_is_documented(workspace: Workspace) -> None:
    (workspace.posts / "nouveau.md").write_text(NEW.replace("?t=60", ""), encoding="utf-8")
    path = workspace.posts / f"{CANTEEN}.md"
    path.write_text(path.read_text(encoding="utf-8").replace("?t=149", "?t=420"), encoding="utf-8")
    call("align", "--workspace", workspace.root, "--only", CANTEEN)
    write_proposal(workspace, Proposal(CANTEEN, "x", "Un texte.", None, None))
    told = document(workspace)
    assert any(post["links"] for post in told["posts"])
    assert any(post["reviews"] for post in told["posts"])
    names = keys_of(told) | set(WaitKind) | set(PostState) | set(SoundState)
    page = (ROOT / "docs" / "status.md").read_text(encoding="utf-8")
    assert len(names) > 50
    assert sorted(name for name in names if f"`{name}`" not in page) == []
