"""Why a passage has its verdict, on the sample: through the real command, and from a workspace that changed since."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import av
import pytest

from aligner.corrections import add_correction, path_of
from aligner.errors import UsageError
from aligner.explain import Explanation, explain_passage
from aligner.explain.facts import Column, Neighbour, SecondWitness, Sign, Source, TriedHere, to_json
from aligner.explain.tell import tell
from aligner.matching.demands import FOR_LINK, Demand, Point
from aligner.model import Correction, CorrectionAction
from aligner.realign import realign
from aligner.settings import Settings
from aligner.store import Workspace
from tests.conftest import ROOT
from tests.explain.conftest import SAMPLE, run

CANTEEN, PURCHASES, BACK = "2025-06-12-cantine", "2025-06-12-commande-publique", "2025-06-12-retour-conseil"
RESTS = "s3luaw7474"
"""« En pesant les restes avec les enfants, … »: said otherwise."""
THANKS = "tebng5ajne"
"""« Je vous remercie. »: said twice in the session."""
TREES = "kmrysklgzj"
"""« Pas un seul arbre ne sera abattu, … »: never said."""


def explain(workspace: Workspace, wanted: str, slug: str | None = None, **settings: Any) -> Explanation:
    return explain_passage(workspace, slug, wanted, Settings(workspace=workspace.root, **settings))


def states(explanation: Explanation) -> dict[str, str]:
    return {source.what: source.state for source in explanation.made_from}


def edit_alignment(workspace: Workspace, slug: str, change: Any) -> None:
    path = workspace.aligned / f"{slug}.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


# --- through the real command ---------------------------------------------------------------------


def test_the_command_shows_the_evidence_within_80_columns(sample: Workspace) -> None:
    told = run("explain", RESTS, "--workspace", sample.root).stdout
    assert max(map(len, (line for line in told.splitlines() if "/" not in line))) <= 80
    head, places, demands = told.index("Verdict"), told.index("Said here, 00:03:05."), told.index("Asked for a link")
    assert head < places < told.index("The second-best place, 00:0") < demands < told.index("Made from")
    assert "said otherwise or in part (reworded), confidence 0.99" in told
    assert "  yes  evidence: asked 6.5 nats, has 77.6\n" in told
    assert "  NO   heard of it: asked 78%, has 58%\n" in told
    assert "  same    post        2025-06-12-cantine.md\n" in told
    assert "Matched again from what is kept: the same verdict.\n" in told
    row = told[places:].splitlines()[6:9]
    assert row[0].split()[:3] == ["En", "pesant", "les"]
    assert row[1].split()[:3] == ["=", "=", "="]
    assert row[2].split()[:3] == ["En", "pesant", "les"]


def test_the_command_prints_json(sample: Workspace) -> None:
    told = json.loads(run("explain", f"{CANTEEN}#{RESTS}", "--json", "--workspace", sample.root).stdout)
    assert (told["format"], told["version"], told["status"], told["again"]) == (
        "aligner.explanation",
        1,
        "reworded",
        "same",
    )
    assert [place["role"] for place in told["places"]] == ["said", "next"]
    assert told["places"][0]["address"].endswith("/conseil-2025-06-12.mp4#t=185")
    heard = [column["heard"] for column in told["words"] if column["sign"] == "unpublished"]
    assert heard == ["nous", "avons", "réduit", "et", "nous", "paie", "nous"]


def test_what_there_is_not_is_one_sentence_and_a_usage_error(sample: Workspace) -> None:
    lost = run("explain", "nothing", "--workspace", sample.root, code=2)
    assert lost.stdout == ""
    assert lost.stderr.startswith("Error: No aligned post has a passage “nothing”. A passage's id stands in")
    assert "The post 2025-06-12-cantine has no passage" in (
        run("explain", f"{CANTEEN}#{THANKS}", "--workspace", sample.root, code=2).stderr
    )


def test_play_opens_a_clip_of_the_local_recording(sample: Workspace, tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    opener = tmp_path / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}.part && mv {opened}.part {opened}\n')
    opener.chmod(0o755)
    env = os.environ | {"PATH": f"{opener.parent}{os.pathsep}{os.environ['PATH']}", "TMPDIR": str(tmp_path)}
    done = run("explain", RESTS, "--play", "--workspace", sample.root, env=env)
    clip = Path(done.stderr.split("Opening ")[1].strip())
    assert clip.is_relative_to(tmp_path)
    with av.open(str(clip)) as container:
        assert {stream.type for stream in container.streams} == {"video", "audio"}
        # two seconds before and after seven seconds of speech
        assert 10_000 <= (container.duration or 0) / 1000 <= 12_500
    give_up = time.monotonic() + 60  # the opener runs on its own
    while not opened.is_file() and time.monotonic() < give_up:
        time.sleep(0.05)
    assert opened.read_text() == str(clip)


# --- words ------------------------------------------------------------------------------------------


def test_words_stand_side_by_side_with_how_they_relate(sample: Workspace) -> None:
    explanation = explain(sample, RESTS)
    columns = explanation.words
    assert " ".join(column.published for column in columns if column.published) == explanation.text
    signs = {"=": Sign.SAME, "~": Sign.ALIKE, "-": Sign.UNHEARD, "+": Sign.UNPUBLISHED}
    assert [column.sign for column in columns] == [signs[sign] for sign in "=======+++~-----===+==-+=~=-+==-+~="]
    assert columns[10] == Column("les", "le", Sign.ALIKE, 188_466)
    assert columns[11] == Column("équipes", None, Sign.UNHEARD, None)
    assert columns[19] == Column(None, "et", Sign.UNPUBLISHED, 189_551)


# --- places and demands -------------------------------------------------------------------------------


def test_a_formula_said_twice_is_told_with_both_places_and_who_vouches(sample: Workspace) -> None:
    explanation = explain(sample, THANKS)
    first, second = explanation.places
    assert (first.role, second.role, first.nats, second.nats) == ("said", "next", second.nats, first.nats)
    assert [c.heard for c in second.words] == ["Je", "vous", "remercie."]
    assert explanation.follows
    assert explanation.elsewhere == 1
    assert [neighbour.side for neighbour in explanation.neighbours] == ["before"]
    assert Point.LEAD not in {demand.point for demand in explanation.demands}
    assert any("not asked, as neighbours vouch" in line for line in tell(explanation))


def test_what_was_not_found_is_told_with_the_least_unlikely_place(sample: Workspace) -> None:
    explanation = explain(sample, TREES)
    assert explanation.status == "not_found"
    assert [place.role for place in explanation.places] == ["dismissed", "next"]
    assert not all(demand.met for demand in explanation.demands if demand.point in FOR_LINK)
    heard = [column.heard for column in explanation.places[0].words if column.sign is Sign.SAME]
    assert heard
    assert {column.sign for column in explanation.words} == {Sign.UNHEARD}


def test_what_is_not_looked_for_says_so(sample: Workspace) -> None:
    explanation = explain(sample, "4lmkuvp34u")
    assert (explanation.kind, explanation.places, explanation.demands) == ("summary", (), ())
    assert "Verdict       not looked for (summary)" in list(tell(explanation))


def test_every_passage_is_explained_as_its_file_says(sample: Workspace) -> None:
    explained = 0
    for path in sorted(sample.aligned.glob("*.json")):
        for passage in json.loads(path.read_text(encoding="utf-8"))["passages"]:
            explanation = explain(sample, passage["id"], path.stem)
            assert (explanation.status, explanation.confidence) == (passage["status"], passage["confidence"])
            assert explanation.again == "same", passage["id"]
            if explanation.demands and passage["status"] != "uncertain":
                met = all(demand.met for demand in explanation.demands if demand.point in FOR_LINK)
                assert met is (passage["status"] in ("spoken", "reworded")), passage["id"]
            assert all(place.words for place in explanation.places)
            explained += 1
    assert explained > 50


# --- which passage ------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [f"{CANTEEN}#{RESTS}", f"http://localhost:8000/{CANTEEN}/#p={RESTS}&w=2-4"])
def test_an_address_of_the_viewer_is_as_good_as_an_id(sample: Workspace, wanted: str) -> None:
    explanation = explain(sample, wanted)
    assert (explanation.slug, explanation.passage_id, explanation.asked_id) == (CANTEEN, RESTS, RESTS)


def test_a_former_id_leads_to_the_passage_of_today(own_sample: Workspace) -> None:
    def was_another(document: dict[str, Any]) -> None:
        next(p for p in document["passages"] if p["id"] == RESTS)["former"] = ["ancien1234"]

    edit_alignment(own_sample, CANTEEN, was_another)
    explanation = explain(own_sample, "ancien1234")
    assert (explanation.passage_id, explanation.asked_id) == (RESTS, "ancien1234")
    assert any("It was ancien1234 before" in line for line in tell(explanation))


def test_of_several_posts_with_one_id_it_says_which(own_sample: Workspace) -> None:
    def shares(document: dict[str, Any]) -> None:
        document["passages"][0]["former"] = [RESTS]

    edit_alignment(own_sample, PURCHASES, shares)
    with pytest.raises(UsageError) as refused:
        explain(own_sample, RESTS)
    assert refused.value.hint == f"Say which: {CANTEEN}#{RESTS}, {PURCHASES}#{RESTS}"
    assert explain(own_sample, RESTS, CANTEEN).slug == CANTEEN


# --- what it was made from ------------------------------------------------------------------------------


def test_an_edited_post_is_told_and_the_evidence_stands(own_sample: Workspace) -> None:
    post = own_sample.posts / f"{CANTEEN}.md"
    assert states(explain(own_sample, RESTS, hear="none"))["post"] == "same"
    post.write_text(post.read_text(encoding="utf-8").replace("En pesant les restes", "En pesant les miettes"))
    explanation = explain(own_sample, RESTS, hear="none")
    assert explanation.stale
    assert Source("post", f"{CANTEEN}.md", "changed", "The post was edited since: run align.") in explanation.made_from
    assert (explanation.again, explanation.places[0].role) == ("same", "said")
    post.unlink()
    assert states(explain(own_sample, RESTS))["post"] == "gone"


def test_words_no_longer_kept_leave_the_evidence_of_the_file(own_sample: Workspace) -> None:
    before = explain(own_sample, THANKS)
    shutil.rmtree(own_sample.media / SAMPLE.name / "transcripts")
    explanation = explain(own_sample, THANKS)
    assert states(explanation)["transcript"] == "gone"
    assert explanation.again == "unknown"
    assert [place.nats for place in explanation.places] == [place.nats for place in before.places]
    assert explanation.words == before.words
    assert explanation.places[1].words == ()
    assert not explanation.stale


def test_other_settings_and_another_version_are_told(own_sample: Workspace) -> None:
    assert states(explain(own_sample, RESTS, hear="none"))["settings"] == "same"
    other = explain(own_sample, RESTS, hear="none", language="br")
    assert [s.told for s in other.made_from if s.what == "settings"] == [
        "Without the flags of that run, language is now “br”."
    ]
    edit_alignment(own_sample, CANTEEN, lambda document: document["made_with"].update(aligner="0.0.1"))
    explanation = explain(own_sample, RESTS)
    assert states(explanation)["program"] == "changed"
    assert explanation.stale


def test_a_file_of_an_earlier_version_is_matched_again_for_its_evidence(own_sample: Workspace) -> None:
    now = explain(own_sample, THANKS)

    def as_it_was(document: dict[str, Any]) -> None:
        document["made_with"] = {"aligner": "0.0.1", "settings": "0" * 16}
        for media in document["media"].values():
            del media["hints_ms"], media["transcript"]["captions_sha256"]
        for passage in document["passages"]:
            passage.pop("evidence", None)

    edit_alignment(own_sample, PURCHASES, as_it_was)
    explanation = explain(own_sample, THANKS)
    assert states(explanation) == {
        "program": "changed",
        "settings": "unknown",
        "post": "unknown",
        "audio": "unknown",
        "transcript": "same",
    }
    assert explanation.demands == now.demands
    assert [place.nats for place in explanation.places] == [place.nats for place in now.places]


def test_a_verdict_that_cannot_be_had_again_is_told(own_sample: Workspace) -> None:
    def boasts(document: dict[str, Any]) -> None:
        next(p for p in document["passages"] if p["id"] == RESTS)["confidence"] = 0.5

    edit_alignment(own_sample, CANTEEN, boasts)
    explanation = explain(own_sample, RESTS)
    assert explanation.again == "other"
    assert "“reworded” with confidence 0.99" in explanation.again_told


def test_corrections_are_matched_again_as_they_were_and_told(own_sample: Workspace) -> None:
    said = explain(own_sample, RESTS)
    corrections = own_sample.posts / f"{CANTEEN}.corrections.toml"
    corrections.write_text(
        'format = "aligner.corrections"\nversion = 1\n\n[[correction]]\n'
        f'passage = "{RESTS}"\ntext = "{said.text}"\naction = "start"\nstart = "3:05.6"\n',
        encoding="utf-8",
    )
    assert Source("corrections", corrections.name, "changed", "They were made since: run align.") in (
        explain(own_sample, RESTS).made_from
    )
    run("align", "--workspace", own_sample.root, "--captions", own_sample.root / "heard.json", "--hear", "none", "-q")
    explanation = explain(own_sample, RESTS)
    assert states(explanation)["corrections"] == "same"
    assert explanation.corrected == {"action": "start", "doubtful": False, "why": ""}
    assert (explanation.again, explanation.places[0].start_ms) == ("same", 185_600)
    corrections.unlink()
    assert states(explain(own_sample, RESTS))["corrections"] == "changed"


def test_matching_again_after_a_correction_keeps_what_the_words_were_made_from(own_sample: Workspace) -> None:
    path = own_sample.aligned / f"{CANTEEN}.json"
    before = json.loads(path.read_text(encoding="utf-8"))
    assert realign(own_sample, CANTEEN, Settings(workspace=own_sample.root)).state == "unchanged"
    correction = Correction(RESTS, explain(own_sample, RESTS).text, CorrectionAction.UNSAID)
    add_correction(path_of(own_sample.posts / f"{CANTEEN}.md", CANTEEN), correction)
    assert realign(own_sample, CANTEEN, Settings(workspace=own_sample.root)).state == "done"
    after = json.loads(path.read_text(encoding="utf-8"))
    assert after["media"] == before["media"]
    assert after["made_with"]["options"] == before["made_with"]["options"]
    assert after["made_with"].keys() - before["made_with"].keys() == {"corrections_sha256"}
    explanation = explain(own_sample, RESTS)
    assert (explanation.status, explanation.again) == ("not_found", "same")
    assert explanation.corrected
    assert explanation.confidence_told == "Told by hand: no matching stands behind it."


# --- the JSON -------------------------------------------------------------------------------------------


def test_every_key_of_the_explanation_is_documented(sample: Workspace) -> None:
    page = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8")
    facts = (Explanation, Column, TriedHere, Demand, Neighbour, SecondWitness, Source)
    names = {field.name for fact in facts for field in fields(fact)} | set(to_json(explain(sample, RESTS)))
    names |= {point.value for point in Point} | {sign.value for sign in Sign}
    assert sorted(name for name in names if f"`{name}`" not in page) == []
