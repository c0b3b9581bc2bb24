"""The sounds of heard rows in the index: what a row is kept under, and that it goes without a trace."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from importlib import resources

import pytest

from aligner.library import sounds
from aligner.library.index import VERSION
from aligner.library.sounds import (
    HEARD_FROM,
    _name_rows,
    add_sounds,
    count_rows,
    find_rows,
    forget_sounds,
    name_run,
    pack_starts,
    read_rows,
    sounds_of,
    tidy,
)
from aligner.model import Word
from aligner.store import fingerprint

ROWS = ["Monsieur le Maire, la halle", "restera ouverte. 63 commerçants", "l'ont demandé."]


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:")
    made.executescript((resources.files("aligner.library") / "schema.sql").read_text(encoding="utf-8"))
    yield made
    made.close()


def test_words_that_sound_alike_are_kept_alike(db: sqlite3.Connection) -> None:
    add_sounds(db, HEARD_FROM, ROWS)
    (heard,) = sounds_of("alle")
    assert find_rows(db, [name_run(heard)], 10) == [HEARD_FROM]
    assert sounds_of("soixante-trois") == sounds_of("63")


def test_two_sounds_in_a_row_are_found_across_the_end_of_a_row(db: sqlite3.Connection) -> None:
    add_sounds(db, HEARD_FROM, ROWS)
    last, first = sounds_of("halle restera")
    assert find_rows(db, [name_run(last, first)], 10) == [HEARD_FROM]
    assert count_rows(db, [name_run(first, last), name_run(first)]) == {name_run(first, last): 0, name_run(first): 1}


def test_sounds_written_with_small_and_capital_letters_are_different(db: sqlite3.Connection) -> None:
    add_sounds(db, HEARD_FROM, ["on"])  # O, nasal; "o" is another sound
    assert count_rows(db, [name_run("O"), name_run("o")]) == {name_run("O"): 1, name_run("o"): 0}


@pytest.mark.parametrize("sound", ["'", "-", '"', "a b", "²", "NEAR", "*"])
def test_no_sound_is_taken_for_a_sign_of_the_index(db: sqlite3.Connection, sound: str) -> None:
    assert find_rows(db, [name_run(sound), name_run(sound, sound)], 10) == []


def test_rows_that_are_forgotten_leave_nothing(db: sqlite3.Connection) -> None:
    add_sounds(db, HEARD_FROM, ROWS)
    add_sounds(db, HEARD_FROM + 3, ROWS[:1])
    forget_sounds(db, HEARD_FROM, ROWS)
    halle = name_run(*sounds_of("halle"))
    assert find_rows(db, [halle], 10) == [HEARD_FROM + 3]
    forget_sounds(db, HEARD_FROM + 3, ROWS[:1])
    assert db.execute("SELECT count(*) FROM sound_count").fetchone() == (0,)


def test_the_commonest_runs_are_counted_when_the_index_is_laid_together(
    db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sounds, "COMMON", 2)
    halle, restera = (name_run(sound) for sound in sounds_of("halle restera"))
    add_sounds(db, HEARD_FROM, ["la halle", "la halle restera"])
    db.execute("INSERT INTO line (id, owner, number, text) VALUES (?, 'youtube:A', 0, '')", (HEARD_FROM + 1,))
    tidy(db, HEARD_FROM)
    assert dict(db.execute("SELECT run, doc FROM common_sound"))[halle] == 2
    add_sounds(db, HEARD_FROM + 2, ["halle restera"])
    tidy(db, HEARD_FROM + 2)  # nothing new in `line`: not worth it
    assert count_rows(db, [halle, restera]) == {halle: 2, restera: 2}


def test_each_word_of_a_row_has_its_moment(db: sqlite3.Connection) -> None:
    words = (Word("Bien", 1_000, 1_200), Word("63 %", 1_300, 1_700), Word("oui", 1_800, 1_900))
    row = (HEARD_FROM, "youtube:A", 0, "Bien 63 % oui", "youtube:A", 1_000, 1_900, pack_starts(words, 1_000))
    columns = "id, owner, number, text, media_id, start_ms, end_ms, starts"
    db.execute(f"INSERT INTO line ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    (read,) = read_rows(db, 0, HEARD_FROM + 5)
    assert [(word.text, word.start_ms) for word in read.words] == [
        ("Bien", 1_000),
        ("63", 1_300),
        ("%", 1_300),
        ("oui", 1_800),
    ]
    assert (read.words[0].end_ms, read.words[-1].end_ms) == (1_300, 1_900)


def test_times_that_are_none_do_not_break_the_index() -> None:
    assert len(pack_starts((Word("a", 0, 1), Word("b", 2**39, 2**39)), 5)) == 8


def test_the_index_is_made_anew_when_words_are_read_or_sound_otherwise() -> None:
    text = "L'été dernier, 1 200 élu·es de l'agglomération ont voté, à 42,5 %, monsieur Huot, la gestion de l'eau."
    assert (VERSION, fingerprint(*_name_rows([text]))) == (5, "4096d6eaa08fac42"), (
        "raise VERSION in aligner/library/index.py"
    )
