from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from aligner.model import Finding, FindingKind, Outcome
from aligner.report import exit_code, show_table, to_report

COUNTS = {"passages": 3, "spoken": 2, "reworded": 0, "uncertain": 0, "not_found": 1}
TUBE, FILE = "youtube:MontcleryA1", "generic:seance-0000"


def printed(*outcomes: Outcome) -> list[str]:
    """What stands below the table, as a file gets it."""
    out = io.StringIO()
    show_table(Console(file=out), outcomes)
    lines = out.getvalue().splitlines()
    return lines[1 + sum(1 + len(outcome.recordings) for outcome in outcomes) :]


def done(*findings: Finding, recordings: tuple[str, ...] = (TUBE,)) -> Outcome:
    return Outcome("jardin", "done", recordings=recordings, counts=COUNTS, findings=findings)


@pytest.mark.parametrize(
    ("link_ms", "said_ms", "sentence"),
    [
        (
            1_167_000,
            767_000,
            "jardin: the link's offset (19:27) is 6 min 40 s late: the words begin at 12:47.",
        ),
        (
            27_000,
            4_227_500,
            "jardin: the link's offset (0:27) is 1 h 10 min 0 s early: the words begin at 1:10:27.",
        ),
    ],
)
def test_an_offset_that_is_far_off_is_told_in_one_sentence(link_ms: int, said_ms: int, sentence: str) -> None:
    assert printed(done(Finding(FindingKind.OFFSET, TUBE, link_ms, said_ms))) == [sentence]


def test_of_several_recordings_the_sentence_names_the_one_it_is_about() -> None:
    findings = (Finding(FindingKind.OFFSET, FILE, 600_000, 60_000), Finding(FindingKind.EMPTY, TUBE))
    assert printed(done(*findings, recordings=(FILE, TUBE))) == [
        "jardin: the link's offset in generic:seance-0000 (10:00) is 9 min 0 s late: the words begin at 1:00.",
        "jardin: youtube:MontcleryA1 holds nothing of this post.",
    ]


def test_doubtful_and_lost_corrections_are_told_by_passage() -> None:
    doubtful = Finding(FindingKind.DOUBTFUL_CORRECTION, TUBE, 60_000, 90_000, "7f3a9c", "At 1:00 “oui” is heard.")
    lost = Finding(FindingKind.LOST_CORRECTION, None, passage_id="b81d02", why="Its passage is no longer in the post.")
    assert printed(done(doubtful, lost)) == [
        "jardin: the correction of 7f3a9c is doubtful. At 1:00 “oui” is heard.",
        "jardin: the correction of b81d02 is lost. Its passage is no longer in the post.",
    ]


def test_failures_are_told_before_findings() -> None:
    failed = Outcome("halle", "failed", "It cannot be reached.", "Try again.", code=1)
    empty = Finding(FindingKind.EMPTY, TUBE)
    assert printed(done(empty), failed) == [
        "halle: It cannot be reached. Try again.",
        "jardin: youtube:MontcleryA1 holds nothing of this post.",
    ]


def test_a_finding_is_no_failure_and_stands_in_the_json_as_data() -> None:
    outcome = done(Finding(FindingKind.OFFSET, TUBE, 600_000, 60_000), Finding(FindingKind.EMPTY, FILE))
    assert exit_code([outcome]) == 0
    (post,) = json.loads(json.dumps(to_report([outcome], 1.0)))["posts"]
    assert post["code"] == 0
    assert post["findings"] == [
        {"kind": "offset", "media_id": TUBE, "link_ms": 600_000, "said_ms": 60_000},
        {"kind": "empty", "media_id": FILE, "link_ms": None, "said_ms": None},
    ]
