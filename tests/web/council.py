"""A council session as the lists and a session's page meet it: what was heard, and posts that publish some of it.

A sentence every four seconds, on the same small video as the other posts; and a session of any number of rows, whose
recording is said to be as long as that needs.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aligner.model import Media, Status, Transcript, Word
from aligner.store import Workspace, dump_json, write_atomic
from aligner.transcript_file import FOLDER, save_transcript
from tests.web.conftest import LOCAL, TUBE, VIMEO, Draft, write_info

SENTENCES = (
    "mesdames et messieurs la séance du conseil municipal est ouverte",
    "nous commençons par le marché couvert et sa charpente en chêne",
    "le marché couvert de notre commune a plus de cent ans",
    "sa charpente raconte la ville et elle mérite mieux qu'une bâche",
    "cet hiver nous l'avons vue se fendre au-dessus des étals",
    "les travaux dureront dix-huit mois et le budget est tenu",
    "je vous remercie et je passe la parole à monsieur Le Goff",
    "merci madame Morel je voudrais parler de la cour d'école",
    "la cour de l'école sera plantée de douze tilleuls cet automne",
    "nos enfants ont besoin d'ombre et de fraîcheur au cœur du quartier",
    "nous le ferons avec les familles et avec les agents de la commune",
    "la subvention de la région couvre la moitié de la dépense prévue",
    "qui souhaite prendre la parole sur cette délibération",
    "personne alors nous passons au vote qui est contre",
    "qui s'abstient la délibération est adoptée à l'unanimité",
    "le point suivant concerne la piste cyclable le long de l'Aulne",
    "elle reliera la gare au collège en moins de dix minutes",
    "la piste sera éclairée la nuit et ouverte à toutes et à tous",
    "nous planterons une haie entre la piste et la chaussée",
    "le chantier commencera au printemps après les crues de la rivière",
    "voilà mes chers collègues ce que nous vous proposons ce soir",
)
"""What was heard, each a row of its own."""
EVERY_MS = 4_000
WORD_MS = 220
FINGERPRINT = "5e55105e55105e55"


@dataclass(frozen=True, slots=True)
class Text:
    """A post to be: whose words, about what, and which of the sentences it publishes."""

    slug: str
    title: str
    speaker: str | None
    tags: tuple[str, ...]
    sentences: tuple[int, ...]
    date: str | None = "2025-06-14"
    unsaid: str = ""
    """A sentence more, that nobody said."""


TEXTS = (
    Text("marche", "Le marché couvert", "Jeanne Morel", ("patrimoine", "budget"), (2, 3, 5)),
    Text("cour-d-ecole", "Planter la cour d’école", "Karim Le Goff", ("école", "budget"), (8, 9, 11), "2025-06-20"),
    Text(
        "piste", "La piste cyclable", "Jeanne Morel", ("mobilités",), (16, 17), "2024-11-02", "Elle sera prête en mai."
    ),
)


def start_of(number: int) -> int:
    """When a sentence begins, in ms."""
    return 1_000 + number * EVERY_MS


def say(sentences: Sequence[str], every_ms: int = EVERY_MS) -> Iterator[Word]:
    """The heard words, with a silence after each sentence."""
    for number, sentence in enumerate(sentences):
        for place, word in enumerate(sentence.split()):
            start_ms = 1_000 + number * every_ms + place * WORD_MS
            yield Word(word, start_ms, start_ms + WORD_MS, 0.9)


def hear(workspace: Workspace, media: Media, sentences: Sequence[str], every_ms: int = EVERY_MS) -> None:
    """Write what was heard in a recording."""
    words = tuple(say(sentences, every_ms))
    transcript = Transcript("faster-whisper", "petit", "fr", words[-1].end_ms + 1_000, words, FINGERPRINT)
    save_transcript(workspace.media_folder(media.id) / FOLDER / f"{FINGERPRINT}.json", transcript)


def publish(workspace: Workspace, text: Text, media: Media = LOCAL, sentences: Sequence[str] = SENTENCES) -> None:
    """Write a post of some of the sentences, as `align` would have left it."""
    draft = Draft(text.slug, text.title, (media,), text.date)
    for number in text.sentences:
        heard = sentences[number]
        published = f"{heard[0].upper()}{heard[1:]}."
        start_ms = start_of(number)
        end_ms = start_ms + WORD_MS * len(heard.split())
        draft.block(published)
        draft.passage(published, Status.SPOKEN, start_ms, end_ms, id=f"{text.slug}-{number}", said=heard)
    if text.unsaid:
        draft.block(text.unsaid).passage(text.unsaid, Status.NOT_FOUND)
    draft.passages = [replace(passage, speaker=text.speaker) for passage in draft.passages]
    document = draft.document()
    document["post"]["tags"] = list(text.tags)
    write_atomic(workspace.aligned / f"{text.slug}.json", dump_json(document))


def hold_council(root: Path, video: Path) -> Workspace:
    """The session that was heard and can be played, one on YouTube that never was heard, one of no known place."""
    workspace = Workspace(root)
    for text in TEXTS:
        publish(workspace, text)
    Draft("place-du-lavoir", "La place du Lavoir", (TUBE,), "2025-03-01").block(
        "Nous y planterons des tilleuls."
    ).passage("Nous y planterons des tilleuls.", Status.SPOKEN, 754_800, 758_000, id="tilleuls").write(workspace)
    Draft(
        "reunion", "", (replace(VIMEO, id="generic:page", provider="generic", title="", url="ftp://perdu"),), None
    ).block("Bonsoir.").passage("Bonsoir.", Status.NOT_FOUND).write(workspace)
    folder = write_info(workspace, LOCAL, video="video.mp4")
    shutil.copyfile(video, folder / "video.mp4")
    hear(workspace, LOCAL, SENTENCES)
    return workspace


def hold_long_council(root: Path, video: Path | None, rows: int, speeches: int = 0) -> Workspace:
    """A session of so many rows, with as many posts of one passage each, by six people, spread along it.

    Without a video it cannot be played here.
    """
    workspace = Workspace(root)
    sentences = [SENTENCES[number % len(SENTENCES)] for number in range(rows)]
    names = ("Jeanne Morel", "Karim Le Goff", "Lucie Ansart", "Étienne Vauquelin", "Nadia Brunet", "Paul Séverac")
    media = replace(LOCAL, duration_ms=start_of(rows))
    for place in range(speeches):
        number = place * rows // speeches
        text = Text(f"texte-{place}", f"Intervention {place}", names[place % len(names)], (), (number,))
        publish(workspace, text, media, sentences)
    folder = write_info(workspace, media, video="video.mp4")
    if video:
        shutil.copyfile(video, folder / "video.mp4")
    hear(workspace, media, sentences)
    return workspace
