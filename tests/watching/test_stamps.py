from __future__ import annotations

import os
from pathlib import Path

import pytest

from aligner.watching.stamps import QUIET_S, Stamps

AFTER = QUIET_S + 0.01


@pytest.fixture
def post(tmp_path: Path) -> Path:
    path = tmp_path / "jardin.md"
    path.write_text("Le jardin ouvrira.", encoding="utf-8")
    return path


def test_what_was_dealt_with_is_left_alone(post: Path) -> None:
    stamps = Stamps()
    stamps.take([post])
    assert stamps.find_settled([post], 0.0) == set()
    assert stamps.find_settled([post], AFTER) == set()
    assert not stamps.restless


def test_a_new_file_is_taken_once_when_it_stands_still(post: Path) -> None:
    stamps = Stamps()
    assert stamps.find_settled([post], 0.0) == set()
    assert stamps.restless
    assert stamps.find_settled([post], QUIET_S / 2) == set()
    assert stamps.find_settled([post], AFTER) == {post}
    assert not stamps.restless
    assert stamps.find_settled([post], 2 * AFTER) == set()


def test_a_file_that_is_still_being_written_is_left_until_it_is_whole(post: Path) -> None:
    stamps = Stamps()
    for second in range(5):
        with post.open("a", encoding="utf-8") as file:
            file.write(" Encore une phrase.")
        assert stamps.find_settled([post], second * 2.0) == set()
    assert stamps.find_settled([post], 8.0 + AFTER) == {post}


def test_a_file_replaced_by_another_of_the_same_time_and_size_is_seen(post: Path, tmp_path: Path) -> None:
    stamps = Stamps()
    stamps.take([post])
    facts = post.stat()
    other = tmp_path / "brouillon"
    other.write_text("Le jardin fermera .", encoding="utf-8")
    os.truncate(other, facts.st_size)
    os.utime(other, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    other.replace(post)
    assert stamps.find_settled([post], 0.0) == set()
    assert stamps.find_settled([post], AFTER) == {post}


def test_a_file_gone_is_told_once_and_a_save_by_way_of_a_removal_is_one_change(post: Path) -> None:
    stamps = Stamps()
    stamps.take([post])
    text = post.read_bytes()
    post.unlink()
    assert stamps.find_settled([], 0.0) == set()
    post.write_bytes(text + b" Bient\xc3\xb4t.")
    assert stamps.find_settled([post], 0.1) == set()
    assert stamps.find_settled([post], 0.1 + AFTER) == {post}
    post.unlink()
    assert stamps.find_settled([], 10.0) == set()
    assert stamps.find_settled([], 10.0 + AFTER) == {post}
    assert stamps.find_settled([], 30.0) == set()


def test_what_comes_and_goes_between_two_looks_leaves_nothing(post: Path) -> None:
    stamps = Stamps()
    assert stamps.find_settled([post], 0.0) == set()
    post.unlink()
    assert stamps.find_settled([], 0.1) == set()
    assert not stamps.restless
