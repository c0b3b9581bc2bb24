"""The library's lists: posts, sessions, rows, moments, people and tags of a workspace."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from aligner.library import Library, Moment, PostLine, Row, SessionLine, SpeakerLine, TagLine
from aligner.library.finished import Broken, FinishedPost
from aligner.model import Kind, Status
from aligner.store import Workspace
from tests.library.conftest import HALL, JUNE, LIMES, MARCH, MARKET, Said, age, hear, publish


def test_posts_newest_first(library: Library, workspace: Workspace) -> None:
    publish(workspace, "sans-date", [Said("Oui.")], title="Été", date=None)
    publish(workspace, "date-illisible", [Said("Non.")], title="Automne", date="mardi")
    lines, total = library.posts()
    assert [line.slug for line in lines] == ["halle", "lavoir", "date-illisible", "sans-date"]
    assert total == 4
    assert lines[0] == PostLine(
        slug="halle",
        title="Rénover la halle",
        date="2025-06-13T10:00:00",
        day=dt.date(2025, 6, 13),
        speakers=("Jeanne Morel",),
        tags=("patrimoine", "commerces"),
        coverage={"passages": 3, "spoken": 1, "reworded": 1, "uncertain": 0, "not_found": 1},
        media_ids=("generic:juin",),
    )
    assert (lines[2].date, lines[2].day) == ("mardi", None)


def test_posts_by_page_and_filter(library: Library) -> None:
    def slugs(**filters: object) -> list[str]:
        lines, total = library.posts(**filters)  # type: ignore[arg-type]
        assert total == len(lines)
        return [line.slug for line in lines]

    assert slugs(speaker="Karim Le Goff") == slugs(year=2024) == slugs(media_id=MARCH.id) == ["lavoir"]
    assert slugs(tag="patrimoine") == ["halle", "lavoir"]
    assert slugs(tag="patrimoine", year=2025) == ["halle"]
    assert slugs(speaker="Personne") == []
    lines, total = library.posts(limit=1, offset=1)
    assert ([line.slug for line in lines], total) == (["lavoir"], 2)


def test_years_tags_and_people(library: Library) -> None:
    assert library.years() == [(2025, 1), (2024, 1)]
    assert library.tags() == [TagLine("commerces", 1), TagLine("patrimoine", 2)]
    assert library.speakers() == [
        SpeakerLine("Jeanne Morel", 1, 2, 6_500),
        SpeakerLine("Karim Le Goff", 1, 1, 4_000),
    ]


def test_what_two_posts_both_publish_counts_once_as_speaking_time(library: Library, workspace: Workspace) -> None:
    publish(workspace, "encore", [Said(MARKET, 6_000, 9_500), Said("Loin.", 5_500, 8_000, media=MARCH)])
    (jeanne, _) = library.speakers()
    assert (jeanne.passages, jeanne.spoken_ms) == (4, 7_000 + 2_500)


def test_sessions(library: Library) -> None:
    june, march = library.sessions()
    assert june == SessionLine(
        media_id="generic:juin",
        title="Conseil de juin",
        provider="generic",
        url="https://montclery.example/juin.mp4",
        date=None,
        day=dt.date(2025, 6, 13),
        duration_ms=600_000,
        words=33,
        heard_ms=sum(row.end_ms - row.start_ms for row in library.rows(JUNE.id)),
        posts=1,
        passages=2,
    )
    assert (march.media_id, march.words, march.heard_ms, march.posts, march.passages) == (MARCH.id, 0, 0, 1, 1)
    assert library.session(JUNE.id) == june
    assert library.session("generic:rien") is None


def test_a_session_has_its_own_date_before_that_of_its_earliest_post(library: Library, workspace: Workspace) -> None:
    publish(workspace, "avant", [Said("Oui.")], date="2025-01-02")
    june = library.session(JUNE.id)
    assert june is not None
    assert june.day == dt.date(2025, 1, 2)
    hear(workspace, replace(JUNE, date="2024-12-31"), "Bonsoir à toutes.")
    library.refresh(force=True)
    june = library.session(JUNE.id)
    assert june is not None
    assert (june.date, june.day) == ("2024-12-31", dt.date(2024, 12, 31))


def test_a_recording_that_was_heard_and_never_published_is_a_session(library: Library, workspace: Workspace) -> None:
    other = replace(JUNE, id="generic:juillet", title="Conseil de juillet")
    hear(workspace, other, "La séance est ouverte.")
    library.refresh(force=True)
    line = library.session("generic:juillet")
    assert line is not None
    assert (line.title, line.words, line.posts, line.day) == ("Conseil de juillet", 4, 0, None)


def test_rows(library: Library) -> None:
    rows = library.rows(JUNE.id)
    assert rows[0] == Row(0, 1_000, 3_780, "Mes chers collègues, la séance est ouverte.")
    assert library.rows(MARCH.id) == library.rows("generic:rien") == []


def test_the_rows_are_of_the_transcript_that_the_newest_alignment_names(workspace: Workspace) -> None:
    for name, text in (("b" * 16, "Version bé."), ("c" * 16, "Version cé.")):
        hear(workspace, JUNE, text, name)
    old = publish(workspace, "vieux", [Said("Oui.")], heard="b" * 16)
    age(old, 100)
    library = Library(workspace)
    shown = library.rows(JUNE.id)  # "halle" is newer and names none that is there
    assert [row.text for row in shown] == ["Version bé."]
    publish(workspace, "neuf", [Said("Oui.")], heard="c" * 16)
    library.refresh()
    assert [row.text for row in library.rows(JUNE.id)] == ["Version cé."]


def test_else_they_are_of_the_newest_file_that_can_be_read(workspace: Workspace) -> None:
    hear(workspace, JUNE, "Version dé.", "d" * 16)
    newest = hear(workspace, JUNE, "Version cassée.", "e" * 16)
    age(workspace.media_folder(JUNE.id) / "transcripts" / f"{'a' * 16}.json", 100)
    age(workspace.media_folder(JUNE.id) / "transcripts" / f"{'d' * 16}.json", 50)
    newest.write_text(newest.read_text(encoding="utf-8").replace("1000", '"tôt"'), encoding="utf-8")
    assert [row.text for row in Library(workspace).rows(JUNE.id)] == ["Version dé."]


def test_moments(library: Library) -> None:
    market, hall = library.moments(media_id=JUNE.id)
    assert market == Moment(
        slug="halle",
        title="Rénover la halle",
        passage_id="halle-0",
        text=MARKET,
        speaker="Jeanne Morel",
        status=Status.SPOKEN,
        confidence=0.9,
        media_id=JUNE.id,
        start_ms=5_000,
        end_ms=8_500,
        day=dt.date(2025, 6, 13),
    )
    assert (hall.text, hall.status) == (HALL, Status.REWORDED)
    assert [moment.text for moment in library.moments()] == [MARKET, HALL, LIMES]
    assert [moment.text for moment in library.moments(speaker="Karim Le Goff")] == [LIMES]
    assert [moment.text for moment in library.moments(limit=1, offset=2)] == [LIMES]
    unsure = library.moments(media_id=MARCH.id, uncertain=True)
    assert [moment.status for moment in unsure] == [Status.SPOKEN, Status.UNCERTAIN]


def test_a_heading_is_no_moment(library: Library, workspace: Workspace) -> None:
    publish(workspace, "titres", [Said("La halle", 5_000, 6_000, kind=Kind.HEADING)])
    assert len(library.moments(media_id=JUNE.id)) == 2


def test_a_post_is_read_from_its_file(library: Library, workspace: Workspace) -> None:
    post = library.post("halle")
    assert isinstance(post, FinishedPost)
    assert (post.title, post.tags, post.heard) == ("Rénover la halle", ("patrimoine", "commerces"), {JUNE.id: "0" * 16})
    assert library.post("halle") is post
    publish(workspace, "halle", [Said(MARKET)], title="Rénover")
    changed = library.post("halle")
    assert isinstance(changed, FinishedPost)
    assert changed.title == "Rénover"
    for name in ("rien", "../halle", "halle.json", ""):
        assert library.post(name) is None


@pytest.mark.parametrize("text", ["", "{", '{"format": "aligner.alignment"}', "[" * 100_000, "\ud800"])
def test_a_broken_file_is_told_of_and_takes_nothing_down(library: Library, workspace: Workspace, text: str) -> None:
    (workspace.aligned / "casse.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    library.refresh(force=True)
    (broken,) = library.broken()
    assert broken.slug == "casse"
    assert library.post("casse") == broken
    assert isinstance(broken, Broken)
    assert library.posts()[1] == 2
    publish(workspace, "casse", [Said("Oui.")])
    library.refresh()
    assert library.broken() == []
    assert library.posts()[1] == 3


def test_absurd_numbers_are_a_broken_file(library: Library, workspace: Workspace) -> None:
    for number, (good, bad) in enumerate([('"end_ms": 8500', '"end_ms": 1' + "0" * 30), ("0.9", "NaN")]):
        text = (workspace.aligned / "halle.json").read_text(encoding="utf-8")
        assert good in text
        (workspace.aligned / f"absurde-{number}.json").write_text(text.replace(good, bad), encoding="utf-8")
    library.refresh(force=True)
    assert [broken.slug for broken in library.broken()] == ["absurde-0", "absurde-1"]


def test_an_empty_workspace_has_nothing(workspace: Workspace) -> None:
    empty = Library(Workspace(workspace.root / "vide"))
    empty.refresh()
    assert (empty.posts(), empty.sessions(), empty.speakers(), empty.tags(), empty.years()) == (([], 0), [], [], [], [])
    assert empty.search("halle").hits == ()
    assert not (workspace.root / "vide").exists()


def test_subtitles(library: Library, workspace: Workspace) -> None:
    library.refresh()
    for name in ("halle.srt", "halle.2.vtt", "halle.verbatim.vtt", "halle.chapters.vtt", "halle-bis.srt", ".halle.srt"):
        (workspace.aligned / name).write_text("", encoding="utf-8")
    assert [path.name for path in library.subtitles("halle")] == []  # as they were at the last look
    library.refresh()
    assert [path.name for path in library.subtitles("halle")] == ["halle.2.vtt", "halle.srt"]
    assert library.subtitle("halle.2.vtt") == workspace.aligned / "halle.2.vtt"
    assert library.subtitle("halle.json") is library.subtitle("../halle.srt") is None
