"""The index: made from the files, kept up to date with them, lost and damaged, shared, and never in the way."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from aligner.errors import DiskError
from aligner.library import Library
from aligner.library import fill as filling
from aligner.library import library as face
from aligner.library.finished import read_post
from aligner.library.index import VERSION, Index
from aligner.library.scan import Files, scan
from aligner.store import Workspace
from aligner.transcript_file import load_transcript
from tests.conftest import ROOT
from tests.library.conftest import HALL, JUNE, Said, hear, publish


def index_of(workspace: Workspace) -> Path:
    return workspace.aligned / ".library.sqlite"


def slugs(library: Library) -> list[str]:
    library.refresh()
    return [line.slug for line in library.posts()[0]]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the alignment files and transcripts that are read."""
    names: list[str] = []

    def note(path: Path, reader: Callable[[Path], object]) -> object:
        names.append(path.name)
        return reader(path)

    monkeypatch.setattr(filling, "read_post", lambda path: note(path, read_post))
    monkeypatch.setattr(filling, "load_transcript", lambda path: note(path, load_transcript))
    return names


def test_only_what_changed_is_read_again(workspace: Workspace, read: list[str]) -> None:
    library = Library(workspace)
    library.refresh()
    assert sorted(read) == [f"{'a' * 16}.json", "halle.json", "lavoir.json"]
    read.clear()
    library.refresh(force=True)
    assert read == []
    publish(workspace, "lavoir", [Said("Autre chose.")])
    library.refresh()
    assert read == ["lavoir.json"]
    read.clear()
    Library(workspace).refresh()  # another one finds the index as it is
    assert read == []


def test_the_revision_follows_the_files(library: Library, workspace: Workspace) -> None:
    seen = [library.revision]
    publish(workspace, "neuf", [Said("Oui.")])
    library.refresh()
    seen.append(library.revision)
    (workspace.aligned / "neuf.srt").write_text("1\n", encoding="utf-8")
    library.refresh()
    seen.append(library.revision)
    (workspace.media_folder(JUNE.id) / "poster.jpg").write_bytes(b"")
    library.refresh(force=True)
    seen.append(library.revision)
    hear(workspace, JUNE, "Autre transcription.", "b" * 16)
    library.refresh(force=True)
    seen.append(library.revision)
    (workspace.aligned / "neuf.json").unlink()
    library.refresh()
    seen.append(library.revision)
    assert len(set(seen)) == 6
    library.refresh(force=True)
    assert library.revision == seen[-1] == Library(workspace).revision


def test_posts_come_and_go(library: Library, workspace: Workspace) -> None:
    assert slugs(library) == ["halle", "lavoir"]
    publish(workspace, "neuf", [Said("La passerelle.")], date="2026-01-01")
    assert slugs(library) == ["neuf", "halle", "lavoir"]
    (workspace.aligned / "halle.json").unlink()
    assert slugs(library) == ["neuf", "lavoir"]
    assert [line.media_id for line in library.sessions()] == [JUNE.id, "youtube:Mars0000001"]
    assert [hit.source for hit in library.search('"pas la halle"').hits] == ["heard"]
    hits = library.search("passerelle").hits
    assert [hit.slug for hit in hits] == ["neuf"]


def test_a_file_changed_in_place_is_seen_after_a_second(
    library: Library, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    library.refresh()
    library.refresh()  # the first one laid the index into the folder
    path = workspace.aligned / "halle.json"
    path.write_text(path.read_text(encoding="utf-8").replace("Rénover la halle", "Rebâtir la halle"), encoding="utf-8")
    library.refresh()
    assert library.posts()[0][0].title == "Rénover la halle"
    now[0] += 1
    library.refresh()
    assert library.posts()[0][0].title == "Rebâtir la halle"


def test_between_two_looks_a_request_looks_at_the_folder_only(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 1_000.0)
    library.refresh()
    library.refresh()  # the first one laid the index into the folder
    looks: list[Workspace] = []

    def look(workspace: Workspace) -> Files:
        looks.append(workspace)
        return scan(workspace)

    monkeypatch.setattr(face, "scan", look)
    for _ in range(100):
        library.refresh()
    assert looks == []
    library.refresh(force=True)
    assert len(looks) == 1


def test_a_folder_of_two_ids_shows_its_words_for_one_of_them(library: Library, workspace: Workspace) -> None:
    publish(workspace, "jumeau", [Said("Oui.")], media=[replace(JUNE, id="generic_juin")])
    library.refresh()
    assert library.rows("generic_juin") == []
    assert library.rows(JUNE.id) != []


# --- damage ---------------------------------------------------------------------------------------------


def damage_nothing(path: Path) -> None:
    path.unlink()


def damage_head(path: Path) -> None:
    path.write_bytes(b"no database at all" * 100)


def damage_all_but_head(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[4096:] = os.urandom(len(raw) - 4096)
    path.write_bytes(raw)


def damage_length(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:9_000])


def damage_version(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("DROP TABLE line")
    db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()


def damage_tables(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("DROP TABLE post")
    db.close()


@pytest.mark.parametrize(
    "damage", [damage_nothing, damage_head, damage_all_but_head, damage_length, damage_version, damage_tables]
)
def test_a_damaged_index_is_made_anew(workspace: Workspace, damage: Callable[[Path], None]) -> None:
    first = Library(workspace)
    expected = first.posts(), first.search("halle"), first.sessions()
    del first  # closes it, so that all is in the one file
    assert not index_of(workspace).with_name(".library.sqlite-wal").exists()
    damage(index_of(workspace))
    again = Library(workspace)
    assert (again.posts(), again.search("halle"), again.sessions()) == expected
    db = sqlite3.connect(index_of(workspace))
    assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
    db.close()


def test_an_index_damaged_while_it_is_open_is_made_anew(library: Library, workspace: Workspace) -> None:
    assert library.search("halle").total == 1
    db = sqlite3.connect(index_of(workspace))
    db.executescript("DROP TABLE found; DROP TABLE post")
    db.close()
    assert library.search("halle").total == 1
    assert library.posts()[1] == 2


def test_the_index_is_never_trusted_over_the_files(library: Library, workspace: Workspace) -> None:
    library.refresh()
    db = sqlite3.connect(index_of(workspace))
    db.execute("UPDATE file SET stamp = 'another' WHERE path = 'aligned/halle.json'")
    db.execute("UPDATE post SET title = 'Faux' WHERE slug = 'halle'")
    db.commit()
    db.close()
    publish(workspace, "neuf", [Said("Oui.")])
    library.refresh()
    assert library.posts()[0][0].title == "Rénover la halle"


# --- where it lies --------------------------------------------------------------------------------------


def test_the_index_lies_where_it_is_told(workspace: Workspace, tmp_path: Path) -> None:
    library = Library(workspace, index=tmp_path / "ici.sqlite")
    assert library.search("halle").total == 1
    assert (tmp_path / "ici.sqlite").is_file()
    assert not index_of(workspace).exists()


def test_where_it_cannot_be_written_it_is_temporary(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_of(workspace).mkdir()  # root may write anywhere, but not open a folder as a file
    elsewhere = tmp_path / "tmp"
    elsewhere.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    library = Library(workspace)
    assert library.search("halle").total == 1
    assert len(list(elsewhere.glob("aligner-library-*/library.sqlite"))) == 1
    del library
    assert list(elsewhere.iterdir()) == []


def test_where_nothing_can_be_written_it_says_so(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_of(workspace).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "absent"))
    with pytest.raises(DiskError, match="can be written nowhere"):
        Library(workspace).refresh()


# --- sharing --------------------------------------------------------------------------------------------


def test_readers_go_on_while_the_index_is_written(
    library: Library, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.refresh()
    begun, go_on = threading.Event(), threading.Event()

    def read_slowly(path: Path) -> object:
        begun.set()
        assert go_on.wait(30)
        return read_post(path)

    monkeypatch.setattr(filling, "read_post", read_slowly)
    publish(workspace, "neuf", [Said("La halle encore.")])
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(library.refresh)
        assert begun.wait(30)
        try:
            library.refresh()  # returns at once: another thread is at it
            before = library.revision
            assert library.posts()[1] == 2
            assert [hit.text for hit in library.search("halle").hits] == [HALL]
            other = Library(workspace)
            monkeypatch.setattr(face, "WAIT_S", 0)
            with pytest.raises(DiskError, match="held by another program"):
                other.refresh()
        finally:
            go_on.set()
        writing.result()
    assert library.revision != before
    assert library.posts()[1] == 3


def test_who_asks_waits_for_others_also_after_an_impatient_change(tmp_path: Path) -> None:
    index = Index(tmp_path / "library.sqlite")
    holder = sqlite3.connect(index.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert not index.change(lambda db: None, wait_s=0)
    holder.close()
    assert index.change(lambda db: None, wait_s=0)
    assert index.ask(lambda db: db.execute("PRAGMA busy_timeout").fetchone()) == (120_000,)


def test_many_threads_share_a_library(library: Library) -> None:
    def ask(number: int) -> tuple[int, int, int]:
        library.refresh(force=number % 5 == 0)
        return library.posts()[1], library.search("hale" if number % 2 else "halle").total, len(library.rows(JUNE.id))

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(ask, range(80)))
    assert answers == {(2, 1, 4)}


LOOK = """
import sys
from pathlib import Path
from aligner.library import Library
from aligner.store import Workspace
from aligner.transcript_file import load_transcript
library = Library(Workspace(Path(sys.argv[1])))
for _ in range(20):
    library.refresh(force=True)
    assert library.search("halle").total >= 1
print(library.posts()[1], library.revision)
"""


def test_two_programs_share_an_index(library: Library, workspace: Workspace) -> None:
    command = [sys.executable, "-c", LOOK, str(workspace.root)]
    others = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(2)
    ]
    for number in range(10):
        publish(workspace, f"texte-{number}", [Said(f"Texte {number}.")])
        library.refresh(force=True)
        assert library.search("halle").total == 1
    for other in others:
        out, complaints = other.communicate(timeout=120)
        assert (other.returncode, complaints) == (0, "")
        assert 2 <= int(out.split()[0]) <= 12
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    library.refresh(force=True)
    assert done.stdout.split() == ["12", library.revision]
