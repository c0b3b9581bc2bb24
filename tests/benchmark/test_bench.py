from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from aligner.errors import MissingError
from aligner.matching.heard_text import prepare
from aligner.model import Transcript, Word
from aligner.sound.guards import clip_speech
from aligner.sound.speech import Speech
from tests.benchmark import ablation, bench, cases, failures
from tests.benchmark.ablation import PARTS, Part, Patch, StalePartError, Tally, leave_out
from tests.benchmark.cases import READING, Case, LeftOutError, Recipe, list_recipes, run
from tests.benchmark.failures import find_failures
from tests.benchmark.score import Line
from tests.fakes import FakeTranscriber

WORDS = Transcript("test", "test", "fr", 9_000, (Word("haut", 0, 300), Word("loin", 400, 700)), "test")


def test_the_table_and_the_json_tell_the_same_of_a_set_run_in_its_own_process(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    done = CliRunner().invoke(bench.main, ["--only", "refrains", "--json", str(file)], catch_exceptions=False)
    rows = json.loads(file.read_text(encoding="utf-8"))
    assert done.exit_code == 0
    assert [(row["family"], row["name"]) for row in rows] == [("made", "refrains"), ("sum", "all made")]
    assert rows[0]["counts"]["lines"] > 60
    assert rows[0]["figures"] == rows[1]["figures"]
    assert 20 < rows[0]["peak_mb"] < 2_000
    line = next(line for line in done.stdout.splitlines() if line.startswith("refrains"))
    assert line.split()[1:4] == ["made", str(rows[0]["counts"]["lines"]), f"{rows[0]['figures']['placed']:.3f}"]


def test_an_unknown_set_is_an_error() -> None:
    done = CliRunner().invoke(bench.main, ["--only", "nonsense"])
    assert done.exit_code == 2
    assert "No set's name or source holds 'nonsense'." in done.output


@pytest.mark.parametrize("part", PARTS, ids=[part.name for part in PARTS])
def test_every_part_can_be_left_out_and_comes_back(part: Part) -> None:
    before = [[getattr(holder, p.attribute) for holder in ablation._find_holders(p)] for p in part.patches]
    holders = [ablation._find_holders(patch) for patch in part.patches]
    put_back = leave_out(part)
    try:
        for patch, found in zip(part.patches, holders, strict=True):
            assert all(getattr(holder, patch.attribute) is patch.instead for holder in found)
    finally:
        put_back()
    after = [[getattr(h, p.attribute) for h in found] for p, found in zip(part.patches, holders, strict=True)]
    assert all(a is b for left, right in zip(before, after, strict=True) for a, b in zip(left, right, strict=True))
    assert all(
        value is not patch.instead for patch, values in zip(part.patches, before, strict=True) for value in values
    )


@pytest.fixture(scope="module")
def short_quotes() -> Case:
    return next(recipe for recipe in list_recipes() if recipe.name == "short quotes").make()


@pytest.mark.parametrize("part", PARTS, ids=[part.name for part in PARTS])
def test_the_method_runs_without_any_one_part(part: Part, short_quotes: Case) -> None:
    put_back = leave_out(part)
    try:
        lines, _ = run(short_quotes)
    finally:
        put_back()
    assert len(lines) == sum(len(labels) for labels in short_quotes.labels.values()) > 30


def test_a_part_is_left_out_in_every_module_that_imported_it() -> None:
    put_back = leave_out(PARTS[0])
    try:
        assert prepare(WORDS).keys == ("haut", "loin")
    finally:
        put_back()
    assert prepare(WORDS).keys != ("haut", "loin")


def test_a_part_that_is_gone_fails_loudly() -> None:
    gone = Part("a part of old", (Patch("aligner.matching.place", "NO_SUCH_COST", math.inf),))
    with pytest.raises(StalePartError, match=r"aligner\.matching\.place has no NO_SUCH_COST"):
        leave_out(gone)


def test_changes_are_told_in_lines_and_none_as_a_dot() -> None:
    whole = {"made": Tally(1_000, 12, 3, 67)}
    assert ablation._tell("nothing", whole, whole).split() == ["nothing", "1000", "12", "3", "67"]
    without = {"made": Tally(990, 15, 3, 60)}
    assert ablation._tell("hint", without, whole).split() == ["hint", "-10", "+3", "·", "-7"]


@pytest.mark.corpus
def test_the_ablation_tells_the_whole_method_first_and_what_a_part_changes() -> None:
    options = ["--sets", "reading", "--only", "neighbours that vouch"]
    done = CliRunner().invoke(ablation.main, options, catch_exceptions=False)
    families, _, whole, without = done.stdout.splitlines()
    lines = [line for recipe in list_recipes() for line in _score(recipe)]
    assert families.split() == ["reading"]
    assert whole.split()[:2] == ["nothing", str(sum(line.placed for line in lines))]
    assert without.startswith("neighbours that vouch")
    assert int(without.split()[3]) < 0


def _score(recipe: Recipe) -> list[Line]:
    return run(recipe.make())[0] if recipe.title in ("reading, transcript", "reading, captions") else []


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cases, "CACHE", tmp_path)
    return tmp_path


def _make(source: str) -> Case:
    return next(recipe for recipe in list_recipes(hear_all=True) if recipe.title == f"reading, {source}").make()


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("source", "saying", "hears"),
    [
        ("captions + recording", "hearing what the captions place: some seven minutes, once", True),
        ("transcript + recording", "hearing what it leaves out: about two minutes, once", False),
        ("heard", "hearing the whole session: some seven minutes, once", True),
    ],
)
def test_the_session_is_heard_once_and_that_is_said(
    source: str,
    saying: str,
    hears: bool,
    own_cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoken = [(start, start + 2_000) for start in range(0, 6_600_000, 60_000)]
    engine = FakeTranscriber([Word("Montcléry", start + 200, start + 800) for start, _ in spoken])
    monkeypatch.setattr(cases, "make_transcriber", lambda _settings: engine)
    monkeypatch.setattr(Speech, "within", lambda _self, span: clip_speech(spoken, span))
    heard = [_make(source).heard.transcript for _ in range(2)]
    assert capsys.readouterr().err.splitlines() == [saying]
    assert set(engine.calls) == ({(READING / "session.opus").resolve()} if hears else set())
    assert len(engine.pieces) == len(set(engine.pieces))
    assert ("Montcléry" in [word.text for word in heard[0].words]) is hears
    assert (len(heard[0].words) > 1_000) is (source != "heard")
    assert heard[0] == heard[1]
    assert len(list(own_cache.glob("transcripts/*.json"))) == 1


@pytest.mark.corpus
def test_what_cannot_be_heard_here_is_left_out_with_the_reason(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def miss_model(_settings: object) -> None:
        raise MissingError("No speech model is here.", "Get one.")

    monkeypatch.setattr(cases, "make_transcriber", miss_model)
    with pytest.raises(LeftOutError, match=r"The recording cannot be heard here: No speech model is here\. Get one\."):
        _make("captions + recording")
    assert len(_make("captions").labels) > 20


def test_only_what_is_heard_is_made_in_a_process_before() -> None:
    hears = {recipe.title for recipe in list_recipes(hear_all=True) if recipe.hears}
    completed = {"reading, transcript + recording", "reading, captions + recording"}
    assert hears == {"sample, heard", "reading, heard", *completed}


def test_a_hearing_of_the_whole_session_must_be_asked_for() -> None:
    assert "reading, heard" not in [recipe.title for recipe in list_recipes()]
    assert "reading, heard" in [recipe.title for recipe in list_recipes(hear_all=True)]


def test_without_the_reading_set_its_sources_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "READING", tmp_path / "nowhere")
    for source in ("transcript", "captions + recording", "heard"):
        with pytest.raises(LeftOutError, match="does not lie beside this checkout"):
            _make(source)


def test_failures_are_found_and_named_by_what_happened() -> None:
    case = next(recipe for recipe in list_recipes() if recipe.name == "refrains").make()
    labels = {slug: [dict(label) for label in lines] for slug, lines in case.labels.items()}
    first, second, third = labels["refrains-10"][2:5]
    first.update(within=[5.0, 9.0], onset=5.0)
    second.update(status="not_found", within=None, onset=None)
    third.update(onset=third["onset"] - 2.0)
    found = {failure.text: failure for failure in find_failures(replace(case, labels=labels))}
    kinds = {label["text"]: found[label["text"]].kind for label in (first, second, third)}
    assert list(kinds.values()) == ["elsewhere", "unsaid", "late"]
    assert found[first["text"]].passage["text"] == first["text"]
    assert labels["refrains-10"][6]["text"] not in found


def test_the_list_of_failures_is_printed_by_kind() -> None:
    done = CliRunner().invoke(failures.main, ["sample", "--most", "1"], catch_exceptions=False)
    assert done.exit_code == 0
    assert done.stdout.strip().startswith("sample, heard: ")
