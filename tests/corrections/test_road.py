"""The whole road of a correction, on the sample's real transcript: written, applied, and held through every change."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from aligner.cli import main
from aligner.corrections import add_correction, list_proposals, path_of, read_corrections, write_proposal
from aligner.model import Correction, CorrectionAction, Outcome, Proposal, Word
from aligner.output import alignment_file
from aligner.realign import realign
from aligner.recordings import Recordings
from aligner.settings import Settings
from aligner.sound.fetch import load_media
from aligner.store import Workspace
from aligner.transcript_file import FOLDER, load_transcript, save_transcript
from tests.benchmark.cases import SAMPLE
from tests.conftest import ROOT
from tests.corrections.conftest import Passages, run
from web import create_app

pytestmark = pytest.mark.model

SLUG = "2025-06-12-cantine"
FOUR = "Vous y avez"
SCHEMA = json.loads((ROOT / "aligner" / "output" / "alignment.schema.json").read_text(encoding="utf-8"))
START, UNSAID, RECORDING, SPEAKER, NEVER = CorrectionAction
Read = Callable[[str], Passages]


def call(workspace: Workspace, *words: object, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["correct", "--workspace", str(workspace.root), *map(str, words)])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    check_contract(workspace)
    return result


def again(workspace: Workspace) -> Outcome:
    outcome = realign(workspace, SLUG, Settings())
    check_contract(workspace)
    return outcome


def check_contract(workspace: Workspace) -> None:
    document = json.loads((workspace.aligned / f"{SLUG}.json").read_text(encoding="utf-8"))
    Draft202012Validator(SCHEMA).validate(document)


def edit(workspace: Workspace, change: Callable[[str], str]) -> None:
    path = workspace.posts / f"{SLUG}.md"
    before = path.read_text(encoding="utf-8")
    path.write_text(change(before), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != before


def corrections_file(workspace: Workspace) -> Path:
    return path_of(workspace.posts / f"{SLUG}.md", SLUG)


def place(passage: dict[str, Any]) -> tuple[str, int | None]:
    return passage["status"], passage["start_ms"]


def test_realigning_without_a_change_does_nothing_and_align_agrees(sample: Workspace) -> None:
    assert again(sample).state == "unchanged"
    assert [outcome.state for outcome in run(sample)] == ["unchanged"] * 3


def test_a_correction_by_the_command_is_written_applied_and_told(sample: Workspace, passages: Read) -> None:
    assert place(passages(SLUG)[FOUR]) == ("spoken", 220_130)
    result = call(sample, SLUG, "toujours le jeudi", "--start", "3:40.5", "--by", "Odile", "--note", "à l’oreille")
    passage = passages(SLUG)[FOUR]
    assert result.stdout.splitlines() == [
        f"{SLUG} {passage['id']} “Vous y avez vu aussi un four de 22 ans, qui tombe en panne…”",
        f"  was: spoken (0.99) at 3:40.13 in {SAMPLE}. 17 mots sur 19 entendus, à sa place dans le discours.",
        f"  is:  spoken (0.99) at 3:40.5 in {SAMPLE}. 17 mots sur 19 entendus, au moment indiqué à l’écoute.",
    ]
    assert place(passage) == ("spoken", 220_500)
    assert passage["corrected"] == {"action": "start", "doubtful": False, "why": ""}
    (correction,) = read_corrections(corrections_file(sample))
    assert replace(correction, date=None) == Correction(
        passage["id"], passage["text"], START, 220_500, None, SAMPLE, note="à l’oreille", by="Odile"
    )
    assert [outcome.state for outcome in run(sample)] == ["unchanged"] * 3
    assert "is:  spoken (0.99) at 3:40.13" in call(sample, SLUG, passage["id"], "--undo").stdout
    assert place(passages(SLUG)[FOUR]) == ("spoken", 220_130)
    assert read_corrections(corrections_file(sample)) == ()
    call(sample, SLUG, passage["id"], "--undo", code=2)


def test_corrections_hold_through_edits_moves_and_a_lost_alignment(sample: Workspace, passages: Read) -> None:
    before = passages(SLUG)
    call(sample, SLUG, before[FOUR]["id"], "--start", "3:40.5")
    call(sample, SLUG, before["Le secret n’est"]["id"], "--never")
    call(sample, SLUG, before["Chaque jour, 920"]["id"], "--speaker", "Odile Ferrand")
    edit(sample, lambda text: text.replace("un four de 22 ans", "un vieux four de vingt-deux ans"))
    for change in (
        lambda text: text.replace("Le secret n’est pas dans", "Notre secret n’est pas dans"),
        _move_first_paragraph,
        lambda text: text.replace("Chaque jour, 920 enfants y déjeunent", "Chaque jour, 920 enfants y mangent"),
    ):
        edit(sample, change)
        assert again(sample).findings == ()
        now = passages(SLUG)
        assert now[FOUR]["id"] != before[FOUR]["id"]
        assert place(now[FOUR]) == ("spoken", 220_500)
    (sample.aligned / f"{SLUG}.json").unlink()  # and with it the former ids: now the words alone tell
    assert [outcome.state for outcome in run(sample)] == ["done", "unchanged", "unchanged"]
    now = passages(SLUG)
    assert place(now[FOUR]) == ("spoken", 220_500)
    assert (now["Notre secret n’est"]["status"], now["Notre secret n’est"]["corrected"]["action"]) == (
        "not_found", "never",
    )  # fmt: skip
    assert (now["Chaque jour, 920"]["speaker"], now["Chaque jour, 920"]["corrected"]["action"]) == (
        "Odile Ferrand", "speaker",
    )  # fmt: skip
    assert [p["speaker"] for p in now.values()].count("Odile Ferrand") == 1
    call(sample, SLUG, now[FOUR]["id"], "--start", "3:40.6")  # takes the place of the one under the old id
    assert [c.start_ms for c in read_corrections(corrections_file(sample))] == [220_600, None, None]
    call(sample, SLUG, now["Notre secret n’est"]["id"], "--undo")
    assert len(read_corrections(corrections_file(sample))) == 2


def _move_first_paragraph(text: str) -> str:
    head, first, rest = text.partition("Quand nous sommes arrivés")
    second, mark, tail = (first + rest).partition("Retrouvez nos autres articles")
    lead, quote, paragraph = head.partition("Monsieur le Maire")
    return f"{lead}{second}\n\n{quote}{paragraph}\n\n{mark}{tail}"


def test_corrections_hold_when_the_recording_is_heard_otherwise(sample: Workspace, passages: Read) -> None:
    """Another model's words: a quarter of them misheard, all 80 ms late."""
    call(sample, SLUG, passages(SLUG)[FOUR]["id"], "--start", "3:40.5")
    call(sample, SLUG, passages(SLUG)["Le secret n’est"]["id"], "--unsaid")
    document = json.loads((sample.aligned / f"{SLUG}.json").read_text(encoding="utf-8"))
    folder = sample.media_folder(SAMPLE) / FOLDER
    told = document["media"][SAMPLE]["transcript"]
    heard = load_transcript(folder / f"{told['fingerprint']}.json")
    assert heard is not None
    words = tuple(_mishear(number, word) for number, word in enumerate(heard.words))
    save_transcript(folder / "another.json", replace(heard, words=words, model="another", fingerprint="another"))
    told["fingerprint"] = "another"
    (sample.aligned / f"{SLUG}.json").write_text(json.dumps(document), encoding="utf-8")
    assert again(sample).state == "done"
    now = passages(SLUG)
    assert place(now[FOUR]) == ("reworded", 220_500)
    assert now[FOUR]["corrected"] == {"action": "start", "doubtful": False, "why": ""}
    assert now["Le secret n’est"]["status"] == "not_found"


def _mishear(number: int, word: Word) -> Word:
    text = " chkrmf" if number % 4 == 1 else word.text
    return Word(text, word.start_ms + 80, word.end_ms + 80, word.probability)


def test_a_correction_that_the_sound_contradicts_is_flagged(sample: Workspace, passages: Read) -> None:
    plain = passages(SLUG)
    result = call(sample, SLUG, plain[FOUR]["id"], "--start", "2:30")
    assert "is:  uncertain (0.30) at 2:30" in result.stdout
    assert result.stdout.splitlines()[-1] == (
        "  doubtful: At 2:30 “le maire, cher collègue, la cantine, c'est le plus grand restaurant de” is heard; "
        "its words are rather at 3:40."
    )
    document = json.loads((sample.aligned / f"{SLUG}.json").read_text(encoding="utf-8"))
    (finding,) = document["findings"]
    assert (finding["kind"], finding["passage_id"]) == ("doubtful_correction", plain[FOUR]["id"])
    assert (finding["link_ms"], finding["said_ms"]) == (150_000, 220_130)
    now = passages(SLUG)
    assert {key: place(p) for key, p in now.items() if key != FOUR} == {
        key: place(p) for key, p in plain.items() if key != FOUR
    }
    (first, *_) = json.loads(call(sample, SLUG, "--json").stdout)["passages"]
    assert (first["id"], first["to_review"]) == (plain[FOUR]["id"], True)
    assert first["corrected"]["doubtful"]
    told = CliRunner().invoke(main, ["status", "--workspace", str(sample.root)]).stdout
    line = next(line for line in told.splitlines() if plain[FOUR]["id"] in line)
    assert "At 2:30 “le maire, cher collègue" in line
    sure = call(sample, SLUG, plain[FOUR]["id"], "--start", "2:30", "--sure", "--json")
    passage = json.loads(sure.stdout)["passage"]
    assert (passage["status"], passage["corrected"]["doubtful"]) == ("reworded", True)
    unsaid = call(sample, SLUG, plain[FOUR]["id"], "--unsaid")
    assert "is:  not found (1.00). Vérifié à l’écoute : pas dit." in unsaid.stdout
    assert "doubtful: Yet at 3:40 “" in unsaid.stdout


def test_readers_are_not_told_that_words_were_not_said_that_nobody_heard(sample: Workspace, passages: Read) -> None:
    call(sample, SLUG, "toujours le jeudi", "--start", "2:30", "--sure")
    page = create_app(sample).test_client().get(f"/{SLUG}/").text
    _, _, told = page.partition(f'id="p={passages(SLUG)[FOUR]["id"]}"')
    told = told.partition("C’est pourquoi")[0]
    assert 'data-start="150000"' in told
    assert ">placé à l’oreille</button>" in told
    assert "Placé et confirmé à l’écoute, bien que la reconnaissance y ait entendu autre chose." in told
    assert "<del>" not in told
    assert "dit autrement" not in told


def test_a_lost_correction_is_told_and_stays(sample: Workspace) -> None:
    add_correction(corrections_file(sample), Correction("zz", "Un passage qui n’est plus là du tout.", UNSAID))
    before = corrections_file(sample).read_bytes()
    (outcome, *_) = run(sample)
    (finding,) = outcome.findings
    assert (finding.kind.value, finding.passage_id) == ("lost_correction", "zz")
    assert corrections_file(sample).read_bytes() == before
    assert run(sample)[0].findings == outcome.findings  # told again when nothing has changed


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[correction]\n", "is no TOML"),
        ('passage = "x"\naction = "unsaid"\ntext = "x"\npasage = 1\n', "Did you mean “passage”?"),
        ('passage = "qnxczmqfww"\ntext = "x"\naction = "start"\nstart = "9:00"\n', "9:00 is beyond the end of"),
        (
            'passage = "qnxczmqfww"\ntext = "x"\naction = "recording"\nrecording = "a:b"\n',
            "does not link the recording",
        ),
    ],
)
def test_a_broken_file_fails_its_post_with_one_sentence_and_the_old_alignment_stays(
    sample: Workspace, text: str, sentence: str
) -> None:
    before = (sample.aligned / f"{SLUG}.json").read_bytes()
    head = 'format = "aligner.corrections"\nversion = 1\n'
    body = text if text.startswith("[") else f"[[correction]]\n{text}"
    corrections_file(sample).write_text(head + body, encoding="utf-8")
    outcomes = run(sample)
    assert [outcome.state for outcome in outcomes] == ["failed", "unchanged", "unchanged"]
    assert f"{SLUG}.corrections.toml" in outcomes[0].message
    assert sentence in f"{outcomes[0].message} {outcomes[0].hint}"
    assert "unexpected" not in outcomes[0].message
    assert (sample.aligned / f"{SLUG}.json").read_bytes() == before
    assert corrections_file(sample).read_text(encoding="utf-8") == head + body


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((SLUG, "nulle-part", "--unsaid"), "has no passage “nulle-part”"),
        ((SLUG, "chers collègues", "--unsaid"), "Several passages"),
        ((SLUG, "toujours le jeudi", "--start", "9:00"), "9:00 is beyond the end"),
        ((SLUG, "toujours le jeudi", "--start", "9:0:0:0"), "which is no time"),
        ((SLUG, "toujours le jeudi", "--start", "1:00", "--end", "0:50"), "0:50 is no end"),
        ((SLUG, "toujours le jeudi", "--start", "1:00", "--recording", "a:b"), "has no recording a:b"),
        ((SLUG, "Retrouvez nos autres", "--start", "1:00"), "is a boilerplate"),
        ((SLUG, "toujours le jeudi", "--unsaid", "--never"), "--unsaid and --never exclude each other"),
        ((SLUG, "toujours le jeudi", "--unsaid", "--recording", SAMPLE), "exclude each other"),
        ((SLUG, "toujours le jeudi"), "Nothing is said of the passage"),
        ((SLUG, "--unsaid"), "--unsaid is of no passage"),
        ((SLUG, "toujours le jeudi", "--unsaid", "--end", "1:00"), "--end says nothing without --start"),
        ((SLUG, "--note", "x"), "--note says nothing here"),
        ((SLUG, "--accept", "x"), "There is no proposal “x”"),
        ((SLUG, "x", "--proposals"), "--proposals takes no passage"),
        (("personne", "x", "--unsaid"), "There is no alignment of “personne”"),
    ],
)
def test_what_makes_no_sense_is_one_sentence_and_nothing_is_written(
    sample: Workspace, words: Sequence[str], sentence: str
) -> None:
    result = call(sample, *words, code=2)
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert not corrections_file(sample).exists()


def test_a_reader_s_proposal_changes_nothing_until_it_is_accepted(sample: Workspace, passages: Read) -> None:
    passage = passages(SLUG)[FOUR]
    shown = Proposal(SLUG, passage["id"], passage["text"], SAMPLE, passage["start_ms"], 220_500, "un peu plus tard")
    first = write_proposal(sample, shown).stem
    second = write_proposal(sample, replace(shown, suggested_ms=None)).stem
    assert again(sample).state == "unchanged"
    assert [outcome.state for outcome in run(sample)] == ["unchanged"] * 3
    listed = call(sample, SLUG, "--proposals").stdout
    assert f"proposal {first} (" in listed
    assert "shown 3:40.13, rather at 3:40.5\n  un peu plus tard\n" in listed
    assert call(sample, SLUG).stdout.splitlines()[2].startswith(f"!  {passage['id']}")
    call(sample, SLUG, "--accept", second, code=2)
    assert "at 3:40.5 in" in call(sample, SLUG, "--accept", first, "--by", "Odile").stdout
    (correction,) = read_corrections(corrections_file(sample))
    assert (correction.action, correction.start_ms, correction.note) == (START, 220_500, "un peu plus tard")
    call(sample, SLUG, "--drop", second)
    assert list_proposals(sample) == ()
    assert "Nobody proposed anything" in call(sample, SLUG, "--proposals").stdout


def test_what_two_correct_at_once_is_all_in_the_alignment(sample: Workspace, passages: Read) -> None:
    """Two real processes for each of three passages."""
    names = [FOUR, "Le secret n’est", "Chaque jour, 920"]
    words = [sys.executable, "-m", "aligner", "correct", "--workspace", str(sample.root), SLUG]
    before = passages(SLUG)
    running = [
        subprocess.Popen([*words, before[name]["id"], *wish], cwd=ROOT, stdout=subprocess.DEVNULL)
        for name in names
        for wish in (("--never",), ("--speaker", "Odile"))
    ]
    assert [process.wait(timeout=300) for process in running] == [0] * 6
    assert len(read_corrections(corrections_file(sample))) == 6
    now = passages(SLUG)
    assert [(now[name]["status"], now[name]["speaker"]) for name in names] == [("not_found", "Odile")] * 3
    assert again(sample).state == "unchanged"


def test_a_correction_made_while_a_session_is_heard_counts(
    sample: Workspace, passages: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hearing may take hours; the alignment is by what the file says when it is over."""
    hear_all = Recordings.hear_all
    passage = passages(SLUG)[FOUR]

    def hear_and_correct(self: Recordings, links: Any) -> Any:
        add_correction(corrections_file(sample), Correction(passage["id"], passage["text"], NEVER))
        return hear_all(self, links)

    monkeypatch.setattr(Recordings, "hear_all", hear_and_correct)
    assert run(sample)[0].state == "done"
    assert passages(SLUG)[FOUR]["status"] == "not_found"


def test_a_post_is_named_by_its_file_too_and_must_be_where_it_was(sample: Workspace, passages: Read) -> None:
    path = sample.posts / f"{SLUG}.md"
    call(sample, path, "toujours le jeudi", "--start", "3:40.5")
    assert place(passages(SLUG)[FOUR]) == ("spoken", 220_500)
    path.rename(sample.root / "elsewhere.md")
    assert "does not lie in" in call(sample, SLUG, "toujours le jeudi", "--unsaid", code=1).stderr


def test_what_was_heard_must_still_be_there_and_the_links_stay_if_it_is_not(sample: Workspace) -> None:
    before = (sample.aligned / f"{SLUG}.json").read_bytes()
    for file in (sample.media_folder(SAMPLE) / FOLDER).glob("*.json"):
        file.unlink()
    assert load_media(sample.media_folder(SAMPLE)) is not None
    result = call(sample, SLUG, "toujours le jeudi", "--start", "3:40.5", code=1)
    assert "is no longer in" in result.stderr
    assert (sample.aligned / f"{SLUG}.json").read_bytes() == before
    assert len(read_corrections(corrections_file(sample))) == 1  # what a person heard is kept


def test_every_key_that_the_command_prints_is_documented(sample: Workspace) -> None:
    page = (ROOT / "docs" / "corrections.md").read_text(encoding="utf-8")
    shown = Proposal(SLUG, "x", "y", None, None)
    write_proposal(sample, shown)
    changed = json.loads(call(sample, SLUG, "toujours le jeudi", "--start", "2:30", "--json").stdout)
    listed = json.loads(call(sample, SLUG, "--json").stdout)
    keys = {*changed, *changed["passage"], *changed["findings"][0], *listed, *listed["passages"][0]}
    keys |= {*listed["passages"][0]["corrections"][0], *listed["proposals"][0], *changed["passage"]["corrected"]}
    assert sorted(key for key in keys if f"`{key}`" not in page) == []
    assert alignment_file.read_findings(changed)[0].why in changed["findings"][0]["why"]
