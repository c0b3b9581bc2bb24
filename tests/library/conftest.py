"""A small workspace about Montcléry-sur-Aulne for the library: alignments and transcripts by the real writers.

`publish` and `hear` write one post and one transcript; `workspace` holds what most tests look for, and `library` reads
it with the index where it lies by default.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from aligner.library import Library
from aligner.model import Alignment, Block, Heard, Kind, Match, Media, Passage, Post, Status, Transcript, Word
from aligner.output.alignment_file import to_json
from aligner.store import Workspace, dump_json, write_atomic
from aligner.transcript_file import FOLDER, save_transcript

JUNE = Media("generic:juin", "https://montclery.example/juin.mp4", "generic", "Conseil de juin", 600_000)
MARCH = Media("youtube:Mars0000001", "https://youtu.be/Mars0000001", "youtube", "Conseil de mars", 900_000)

MARKET = "Le marché couvert a plus de cent ans."
HALL = "Nous ne laisserons pas la halle fermer."
WORKS = "Les travaux dureront dix-huit mois."
LIMES = "Nous planterons douze tilleuls sur la place."
HEARD_JUNE = (
    "Mes chers collègues, la séance est ouverte. Le marché couvert a plus de cent ans. "
    "Nous ne laisserons pas la halle fermer. Le logement social est une priorité de la commune de Montcléry."
)


@dataclass(frozen=True)
class Said:
    """A passage to publish; placed where it has a start."""

    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    status: Status = Status.SPOKEN
    speaker: str | None = "Jeanne Morel"
    kind: Kind = Kind.SPEECH
    media: Media = JUNE


def publish(
    workspace: Workspace,
    slug: str,
    said: Sequence[Said],
    *,
    title: str = "Sans titre",
    date: str | None = "2025-06-13T10:00:00",
    media: Sequence[Media] = (JUNE,),
    tags: tuple[str, ...] = (),
    heard: str = "0" * 16,
) -> Path:
    """Write the alignment file of a post of one paragraph a passage."""
    passages, matches = [], []
    for number, one in enumerate(said):
        chars = 0, len(one.text)
        passages.append(Passage(f"{slug}-{number}", one.kind, one.text, one.speaker, None, number, chars, chars))
        placed = one.start_ms is not None
        status = one.status if placed else Status.NOT_FOUND
        place = (one.media.id, one.start_ms, one.end_ms) if placed else (None, None, None)
        matches.append(Match(f"{slug}-{number}", status, 0.9, "mots retrouvés", *place))
    blocks = tuple(Block("paragraph", 0, one.text) for one in said)
    post = Post(slug, title, date, f"{slug}.md", None, blocks, tuple(passages), (), tags)
    transcript = Transcript("faster-whisper", "base", "fr", 600_000, (), heard)
    document = to_json(Alignment(post, tuple(Heard(one, transcript) for one in media), tuple(matches)), "0" * 16)
    path = workspace.aligned / f"{slug}.json"
    write_atomic(path, dump_json(document))
    return path


def hear(workspace: Workspace, media: Media, text: str, name: str = "a" * 16, *, first_ms: int = 1_000) -> Path:
    """Write a recording's record and a transcript of it: a word each 400 ms, a pause of 600 ms after a sentence."""
    words, now = [], first_ms
    for word in text.split():
        words.append(Word(word, now, now + 380, 0.9))
        now += 1_000 if word[-1] in ".?!" else 400
    folder = workspace.media_folder(media.id)
    info = {key: getattr(media, key) for key in ("id", "url", "provider", "title", "duration_ms", "date")}
    write_atomic(folder / "info.json", dump_json(info))
    path = folder / FOLDER / f"{name}.json"
    save_transcript(path, Transcript("faster-whisper", "base", "fr", media.duration_ms or 0, tuple(words), name))
    return path


def age(path: Path, seconds: int) -> None:
    """Make a file older."""
    moment = path.stat().st_mtime - seconds
    os.utime(path, (moment, moment))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    found = Workspace(tmp_path)
    publish(
        found,
        "halle",
        [Said(MARKET, 5_000, 8_500), Said(HALL, 9_000, 12_000, Status.REWORDED), Said(WORKS)],
        title="Rénover la halle",
        tags=("patrimoine", "commerces"),
    )
    publish(
        found,
        "lavoir",
        [
            Said(LIMES, 60_000, 64_000, speaker="Karim Le Goff", media=MARCH),
            Said("Et la fontaine coulera.", 70_000, 72_000, Status.UNCERTAIN, "Karim Le Goff", media=MARCH),
        ],
        title="La place du Lavoir",
        date="2024-03-01",
        media=(MARCH,),
        tags=("patrimoine",),
    )
    hear(found, JUNE, HEARD_JUNE)
    return found


@pytest.fixture
def library(workspace: Workspace) -> Library:
    return Library(workspace)
