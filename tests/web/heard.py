"""Words heard in a test's recording, written where and as `hear` writes them; and a workspace with much to find."""

from __future__ import annotations

from aligner.model import Media, Status, Transcript, Word
from aligner.store import Workspace
from aligner.transcript_file import FOLDER, save_transcript
from tests.web.conftest import LOCAL, Draft

FINGERPRINT = "0" * 16
"""The one that the drafts' alignments name."""


def write_transcript(workspace: Workspace, media: Media, *sentences: tuple[int, str]) -> None:
    """Write a recording's transcript: sentences with their starts in ms, four words a second."""
    words = tuple(
        Word(word, start_ms + 250 * place, start_ms + 250 * place + 240, 0.9)
        for start_ms, sentence in sentences
        for place, word in enumerate(sentence.split())
    )
    transcript = Transcript("faster-whisper", "base", "fr", media.duration_ms or 0, words, FINGERPRINT)
    save_transcript(workspace.media_folder(media.id) / FOLDER / f"{FINGERPRINT}.json", transcript)


def many_posts(workspace: Workspace) -> None:
    """Thirty sentences about one thing, a second and a half each."""
    post = Draft("tilleuls", "Trente tilleuls")
    for number in range(1, 31):
        post.block(f"Le peuplier numéro {number} sera planté.")
        post.passage(post.blocks[-1].text, Status.SPOKEN, number * 1_500, number * 1_500 + 1_200, id=f"p{number}")
    post.write(workspace)


def furnish(workspace: Workspace) -> Workspace:
    """Add a post with thirty sentences about one thing, and words heard twice that no post has."""
    many_posts(workspace)
    write_transcript(
        workspace,
        LOCAL,
        (50_000, "la passerelle du lavoir sera reconstruite"),
        (70_000, "je vous parle encore de la passerelle"),
    )
    return workspace
