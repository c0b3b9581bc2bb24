"""Corrections find their passage again, whatever became of the post, and take no other for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from aligner.corrections.apply import apply_corrections
from aligner.corrections.bind import bind
from aligner.errors import CorrectionsError
from aligner.matching.pins import Pin
from aligner.model import Correction, CorrectionAction, FindingKind, Heard, KnownPassage, Media, Post, Transcript
from aligner.text.former import carry_ids
from aligner.text.passages import identify
from aligner.text.read import read_post

HALLE = "La halle du marché couvert sera rénovée dès le printemps prochain par des artisans de la vallée."
PONT = "Le pont de la rue des Tanneurs restera fermé aux voitures pendant toute la durée des travaux."
VOTE = "La délibération numéro sept a été adoptée à l’unanimité."
START, UNSAID, RECORDING, SPEAKER, NEVER = CorrectionAction


def post(tmp_path: Path, *sentences: str, lead: str = "Prise de parole de Jeanne Morel :") -> Post:
    path = tmp_path / "halle.md"
    path.write_text(f"{lead}\n\n" + "\n\n".join(sentences), encoding="utf-8")
    return read_post(path)


def of(text: str, action: CorrectionAction = START) -> Correction:
    return Correction(identify(text), text, action, 61_000 if action is START else None)


def bound(found: Post, *corrections: Correction) -> list[tuple[str, str, bool]]:
    """What each correction that has a passage is of: its action, the passage's words, whether it leads."""
    return [(item.correction.action.value, item.passage.text, item.leads) for item in bind(found, corrections)[0]]


def test_a_moved_paragraph_keeps_its_corrections(tmp_path: Path) -> None:
    corrections = (of(VOTE, NEVER), of(HALLE), of(PONT, UNSAID), of(HALLE, SPEAKER))
    expected = [("never", VOTE, True), ("start", HALLE, True), ("unsaid", PONT, True), ("speaker", HALLE, True)]
    for order in ((HALLE, PONT, VOTE), (VOTE, HALLE, PONT), (PONT, VOTE, HALLE)):
        assert bound(post(tmp_path, *order), *corrections) == expected


@pytest.mark.parametrize(
    ("edited", "leads"),
    [
        ("La halle du marché couvert sera rénovée dès le printemps 2026 par des artisans de la vallée.", True),
        ("Oui, la halle du marché couvert sera entièrement rénovée au printemps par des artisans de la vallée.", True),
        ("La halle du marché couvert sera rénovée dès le printemps prochain.", True),
        ("Chères et chers collègues, après dix ans de débats, je vous l’annonce : " + HALLE, False),
        ("Sera rénovée dès le printemps prochain par des artisans de la vallée.", False),
    ],
)
@pytest.mark.parametrize("with_alignment", [True, False])
def test_an_edited_sentence_keeps_its_correction(
    tmp_path: Path, edited: str, leads: bool, with_alignment: bool
) -> None:
    found = post(tmp_path, PONT, edited)
    if with_alignment:  # else its words alone tell
        found = carry_ids(found, [KnownPassage(identify(text), text, ()) for text in (HALLE, PONT)])
    assert bound(found, of(HALLE)) == [("start", edited, leads)]
    assert bound(found, of(PONT, UNSAID), of(HALLE)) == [("unsaid", PONT, True), ("start", edited, leads)]


@pytest.mark.parametrize(
    "other", ["La halle aux grains sera vendue dès cet hiver, et le produit ira à l’école.", "Le marché couvert.", PONT]
)
def test_a_correction_of_a_sentence_that_is_gone_is_lost_and_told(tmp_path: Path, other: str) -> None:
    found = post(tmp_path, other, VOTE)
    assert bind(found, [of(HALLE)]) == ([], [of(HALLE)])
    applied = apply_corrections(Path("x.toml"), [of(HALLE)], found, ["m0"], [])
    assert (applied.post, applied.pins) == (found, {})
    (finding,) = applied.lost
    assert (finding.kind, finding.passage_id, finding.link_ms) == (
        FindingKind.LOST_CORRECTION, identify(HALLE), 61_000,
    )  # fmt: skip
    assert finding.why == f"Its passage is no longer in the post: “{HALLE}”."


def test_a_sentence_that_has_its_own_correction_takes_no_other_s(tmp_path: Path) -> None:
    twin = HALLE.replace("la vallée", "Montcléry")
    found = post(tmp_path, twin)
    assert bound(found, of(HALLE)) == [("start", twin, True)]
    assert bound(found, of(HALLE), of(twin, UNSAID)) == [("unsaid", twin, True)]
    assert bound(found, of(HALLE, SPEAKER), of(twin, UNSAID)) == [("speaker", twin, True), ("unsaid", twin, True)]


def test_of_two_sentences_made_one_the_first_correction_counts_and_the_other_is_lost(tmp_path: Path) -> None:
    whole = f"{HALLE[:-1]}, et {PONT[0].lower()}{PONT[1:]}"
    found, lost = bind(post(tmp_path, whole, VOTE), [of(HALLE), of(PONT)])
    assert [(item.correction, item.passage.text) for item in found] == [(of(HALLE), whole)]
    assert lost == [of(PONT)]


def media(name: str, duration_ms: int | None = 600_000) -> Heard:
    item = Media(name, f"https://montclery-sur-aulne.example/{name}", "generic", name, duration_ms)
    return Heard(item, Transcript("test", "test", "fr", 500_000, (), name))


@pytest.mark.parametrize(
    ("correction", "sentence"),
    [
        (replace(of(HALLE), media_id="m7"), "correction 2: the post does not link the recording m7."),
        (of(HALLE), "correction 2: the post links 2 recordings, and it does not say which it means."),
        (replace(of(HALLE), start_ms=600_000, media_id="m0"), "correction 2: 10:00 is beyond the end of m0."),
        (replace(of(HALLE), start_ms=500_500, media_id="m1"), "correction 2: 8:20.5 is beyond the end of m1."),
        (replace(of(HALLE, RECORDING), media_id="m2"), "correction 2: the post does not link the recording m2."),
    ],
)
def test_what_cannot_be_meant_is_one_sentence_with_file_and_number(
    tmp_path: Path, correction: Correction, sentence: str
) -> None:
    heard = [media("m0"), media("m1", None)]
    with pytest.raises(CorrectionsError) as caught:
        apply_corrections(
            Path("x.toml"), [of(VOTE, NEVER), correction], post(tmp_path, HALLE, VOTE), ["m0", "m1"], heard
        )
    assert caught.value.message == f"x.toml, {sentence}"


def test_a_recording_that_could_not_be_had_is_no_mistake_of_the_file(tmp_path: Path) -> None:
    correction = replace(of(HALLE), media_id="m1")
    found = post(tmp_path, HALLE)
    applied = apply_corrections(Path("x.toml"), [correction], found, ["m0", "m1"], [media("m0")])
    assert applied.pins == {identify(HALLE): Pin(correction)}


def test_who_spoke_is_told_of_the_passage_and_of_no_other(tmp_path: Path) -> None:
    found = post(tmp_path, HALLE, PONT)
    assert {passage.speaker for passage in found.passages[1:]} == {"Jeanne Morel"}
    spoken = replace(of(PONT, SPEAKER), speaker="Odile Ferrand")
    applied = apply_corrections(Path("x.toml"), [spoken], found, ["m0"], [])
    assert [passage.speaker for passage in applied.post.passages[1:]] == ["Jeanne Morel", "Odile Ferrand"]
    assert applied.pins == {}
    assert applied.spoken_by == {identify(PONT)}


def test_a_time_for_what_is_not_looked_for_is_told(tmp_path: Path) -> None:
    title = "Une halle pour toutes et tous"
    found = post(tmp_path, f"## {title}", HALLE)
    corrections = [of(title), of(title, SPEAKER), of(HALLE, NEVER)]
    corrections[1] = replace(corrections[1], speaker="Odile Ferrand")
    applied = apply_corrections(Path("x.toml"), corrections, found, ["m0"], [])
    (finding,) = applied.lost
    assert finding.why == f"Its passage is now a heading, which is not looked for: “{title}”."
    unsaid = apply_corrections(Path("x.toml"), [of(title, UNSAID)], found, ["m0"], [])
    assert (unsaid.lost, unsaid.pins) == ((), {})
