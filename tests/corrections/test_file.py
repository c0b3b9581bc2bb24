from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner import store
from aligner.corrections import add_correction, path_of, read_corrections, remove_corrections
from aligner.corrections.tables import KEYS, TOP_KEYS
from aligner.errors import CorrectionsError, DiskError
from aligner.model import Correction, CorrectionAction
from aligner.store import TEMPORARY
from tests.conftest import ROOT

START, UNSAID, RECORDING, SPEAKER, NEVER = CorrectionAction
JARDIN = Correction("7f3a9c", "Le jardin ouvrira au printemps.", START, 3_723_400, by="Odile", date="2026-01-05")
HEAD = 'format = "aligner.corrections"\nversion = 1\n'


def write(path: Path, *tables: str) -> Path:
    path.write_text(HEAD + "".join(f"\n[[correction]]\n{table}\n" for table in tables), encoding="utf-8")
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return path_of(tmp_path / "2026-jardin.md", "jardin")


def table(**values: object) -> str:
    shown = {"passage": '"7f3a9c"', "text": '"Le jardin."', "action": '"unsaid"'} | values
    return "\n".join(f"{key} = {value}" for key, value in shown.items() if value is not None)


def test_it_lies_beside_the_post_and_is_named_by_its_slug(tmp_path: Path) -> None:
    assert path_of(tmp_path / "deep" / "post.md", "jardin") == tmp_path / "deep" / "jardin.corrections.toml"


def test_every_key_and_action_is_documented() -> None:
    page = (ROOT / "docs" / "corrections.md").read_text(encoding="utf-8")
    names = [*KEYS, *TOP_KEYS, *(action.value for action in CorrectionAction)]
    assert sorted(name for name in names if f"`{name}`" not in page) == []


def test_no_file_says_nothing(path: Path) -> None:
    assert read_corrections(path) == ()
    path.write_text("\n", encoding="utf-8")
    assert read_corrections(path) == ()


def test_what_is_written_is_a_file_that_people_can_read(path: Path) -> None:
    add_correction(path, JARDIN)
    head, _, body = path.read_text(encoding="utf-8").partition("[[correction]]\n")
    assert head.startswith("# Corrections of this post")
    assert head.endswith(HEAD + "\n")
    assert body == (
        'passage = "7f3a9c"\n'
        'text = "Le jardin ouvrira au printemps."\n'
        'action = "start"\n'
        'start = "1:02:03.4"\n'
        'by = "Odile"\n'
        'date = "2026-01-05"\n'
    )
    assert read_corrections(path) == (JARDIN,)


def test_the_latest_word_on_a_place_counts_and_who_spoke_is_another_matter(path: Path) -> None:
    speaker = replace(JARDIN, action=SPEAKER, start_ms=None, speaker="Odile Ferrand")
    unsaid = replace(JARDIN, action=UNSAID, start_ms=None)
    other = replace(JARDIN, passage_id="b81d02")
    for correction in (JARDIN, speaker, other, unsaid):
        add_correction(path, correction)
    assert read_corrections(path) == (unsaid, speaker, other)


def test_comments_order_and_the_author_s_way_of_writing_survive(path: Path) -> None:
    path.write_text(
        f"# Relu par Odile.\n{HEAD}\n"
        '# la première\n[[correction]] # en séance\npassage = "a"\ntext = """Un \\\n  jardin."""  # dit ainsi\n'
        "action = 'start'\nstart = \"0:10.50\"\n\n\n# la deuxième, douteuse\n[[correction]]\n"
        'passage = "b"\ntext = "[[correction]]"\naction = "unsaid"\ndate = 2026-01-05\n'
        'note = """\n[[correction]]\n# no comment"""\n# la fin\n',
        encoding="utf-8",
    )
    before = path.read_text(encoding="utf-8")
    first, second = read_corrections(path)
    assert (first.text, first.start_ms, second.date) == ("Un jardin.", 10_500, "2026-01-05")
    assert second.note == "[[correction]]\n# no comment"
    add_correction(path, replace(first, start_ms=11_000, note="plus tard"))
    changed = path.read_text(encoding="utf-8")
    assert changed == before.replace('start = "0:10.50"\n', 'start = "0:11"\nnote = "plus tard"\n')
    assert remove_corrections(path, "a") == (replace(first, start_ms=11_000, note="plus tard"),)
    kept = path.read_text(encoding="utf-8")
    assert (
        kept
        == f"# Relu par Odile.\n{HEAD}\n# la première\n\n\n# la deuxième, douteuse\n"
        + before.partition("# la deuxième, douteuse\n")[2]
    )
    assert remove_corrections(path, "a") == ()
    assert path.read_text(encoding="utf-8") == kept
    remove_corrections(path, "b")
    assert path.read_text(encoding="utf-8").endswith("# la deuxième, douteuse\n# la fin\n")
    assert read_corrections(path) == ()


def test_a_file_with_the_line_ends_of_windows_keeps_them(path: Path) -> None:
    path.write_bytes((HEAD + "\n[[correction]]\n" + table() + "\n# fin\n").replace("\n", "\r\n").encode())
    add_correction(path, Correction("7f3a9c", "Le jardin.", NEVER))
    assert b'action = "never"\r\n# fin\r\n' in path.read_bytes()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"pasage": '"x"'}, "correction 2: there is no key “pasage”. Did you mean “passage”?"),
        ({"passage": None}, "correction 2: “passage” is missing."),
        ({"text": '" "'}, "correction 2: “text” is missing."),
        ({"action": None}, "correction 2: “action” is missing."),
        ({"action": '"unsayd"'}, "correction 2: there is no action “unsayd”. Did you mean “unsaid”?"),
        ({"action": '"start"'}, "correction 2: the action “start” needs “start”."),
        ({"action": '"recording"'}, "correction 2: the action “recording” needs “recording”."),
        ({"action": '"speaker"', "speaker": '""'}, "correction 2: the action “speaker” needs “speaker”."),
        ({"action": '"start"', "start": '"1:2:3:4"'}, "correction 2: “start” is '1:2:3:4', which is no time."),
        ({"action": '"start"', "start": "62.5"}, 'Write it so: start = "1:02:03.4"'),
        ({"action": '"start"', "start": '"5s"', "end": '"4s"'}, "correction 2: “end” is not after “start”."),
        ({"start": '"5s"'}, "correction 2: “start” says nothing beside the action “unsaid”."),
        ({"sure": '"yes"'}, "correction 2: “sure” is 'yes'. It is true or false."),
        ({"note": "3"}, "correction 2: “note” is no text."),
        ({"passage": '"other"'}, "correction 2: it says of the passage other what correction 1 says otherwise."),
    ],
)
def test_what_is_wrong_is_one_sentence_with_the_table_s_number(
    path: Path, values: dict[str, str | None], sentence: str
) -> None:
    write(path, table(passage='"other"'), table(**values))
    before = path.read_bytes()
    with pytest.raises(CorrectionsError) as caught:
        read_corrections(path)
    assert str(path) in caught.value.message
    assert sentence in str(caught.value)
    with pytest.raises(CorrectionsError):
        add_correction(path, JARDIN)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[correction]\n", "is no TOML: "),
        ("version = 1\n", "does not say that it is a corrections file."),
        ('format = "aligner.corrections"\nversion = 2\n', "has version 2; this program reads version 1."),
        (HEAD + "corection = []\n", "Did you mean “correction”?"),
        (HEAD + "correction = 3\n", "“correction” is no list of tables."),
        ("a = " + "[" * 5_000, "is no TOML: "),
    ],
)
def test_a_file_that_is_none_is_refused_and_left(path: Path, text: str, sentence: str) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CorrectionsError, match=r"jardin\.corrections\.toml") as caught:
        add_correction(path, JARDIN)
    assert sentence in str(caught.value)
    assert path.read_text(encoding="utf-8") == text


def test_a_file_of_other_bytes_is_refused(path: Path) -> None:
    path.write_bytes(HEAD.encode() + b"# caf\xe9\n")
    with pytest.raises(CorrectionsError, match="is no UTF-8 text"):
        read_corrections(path)


def test_tables_that_cannot_be_told_apart_are_read_but_not_written_over(path: Path) -> None:
    text = HEAD + 'correction = [{passage = "a", text = "Un.", action = "unsaid"}]\n'
    path.write_text(text, encoding="utf-8")
    assert len(read_corrections(path)) == 1
    with pytest.raises(CorrectionsError, match="cannot be told apart"):
        remove_corrections(path, "a")
    assert path.read_text(encoding="utf-8") == text


def test_an_interrupted_write_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_correction(path, JARDIN)
    before = path.read_bytes()

    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(DiskError, match="the disk is full"):
        add_correction(path, replace(JARDIN, passage_id="b81d02"))
    assert path.read_bytes() == before
    assert list(path.parent.glob(f"{TEMPORARY}*")) == []


_KILLED = """
import os, sys
from pathlib import Path
from aligner.corrections import add_correction
from aligner.model import Correction, CorrectionAction
os.fsync = lambda handle: os._exit(9)
add_correction(Path(sys.argv[1]), Correction("b81d02", "Un potager.", CorrectionAction.UNSAID))
"""


def test_a_killed_writer_harms_nothing_and_holds_nobody_up(path: Path) -> None:
    add_correction(path, JARDIN)
    before = path.read_bytes()
    assert subprocess.run([sys.executable, "-c", _KILLED, path], cwd=ROOT, timeout=120).returncode == 9
    assert path.read_bytes() == before
    add_correction(path, replace(JARDIN, passage_id="c"))
    assert [c.passage_id for c in read_corrections(path)] == ["7f3a9c", "c"]
    store.sweep(path.parent)


def test_of_two_writers_at_once_neither_is_lost(path: Path) -> None:
    failures: list[Exception] = []

    def work(name: str) -> None:
        try:
            for number in range(10):
                add_correction(path, replace(JARDIN, passage_id=f"{name}{number}"))
        except Exception as error:  # noqa: BLE001 -- told by the thread that started it
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(c.passage_id for c in read_corrections(path)) == sorted(f"{n}{k}" for n in "abc" for k in range(10))


_plain = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(str.strip)
_maybe = st.none() | _plain
_times = st.none() | st.integers(0, 40_000_000)


@st.composite
def corrections(draw: st.DrawFn) -> Correction:
    action = draw(st.sampled_from(list(CorrectionAction)))
    start = draw(st.integers(0, 40_000_000)) if action is START else None
    return Correction(
        draw(st.sampled_from(["a", "b", "c-2", "é"])),
        draw(_plain),
        action,
        start,
        start + draw(st.integers(1, 60_000)) if start is not None and draw(st.booleans()) else None,
        draw(_plain if action is RECORDING else _maybe) if action in (START, RECORDING) else None,
        draw(_plain) if action is SPEAKER else None,
        draw(st.booleans()),
        draw(_maybe),
        draw(_maybe),
        draw(st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(date.isoformat)),
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(corrections(), max_size=6), st.sampled_from(["a", "b", "c-2", "é"]))
def test_what_is_added_is_read_back_and_what_is_removed_is_gone(
    tmp_path_factory: pytest.TempPathFactory, added: list[Correction], gone: str
) -> None:
    path = tmp_path_factory.mktemp("corrections") / "x.corrections.toml"
    expected: dict[tuple[str, bool], Correction] = {}
    for correction in added:
        add_correction(path, correction)
        expected[correction.passage_id, correction.action is SPEAKER] = correction
    assert read_corrections(path) == tuple(expected.values())
    removed = remove_corrections(path, gone)
    assert removed == tuple(c for c in expected.values() if c.passage_id == gone)
    assert read_corrections(path) == tuple(c for c in expected.values() if c.passage_id != gone)


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from('[]correction\n"\'#= "start"1:\\'), max_size=60))
def test_whatever_is_in_a_file_it_is_read_or_refused_and_never_lost(
    tmp_path_factory: pytest.TempPathFactory, junk: str
) -> None:
    path = tmp_path_factory.mktemp("corrections") / "x.corrections.toml"
    path.write_bytes((HEAD + junk).encode())
    try:
        add_correction(path, JARDIN)
    except CorrectionsError:
        assert path.read_bytes() == (HEAD + junk).encode()
    else:
        assert path.read_bytes().startswith((HEAD + junk).encode())
        assert read_corrections(path)[-1] == JARDIN
