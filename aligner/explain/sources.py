"""What an alignment was made from: whether these files are still the same, and the words that are kept of them.

Second step of an explanation. Hashes are compared with those that the alignment notes; a file of an earlier version
notes none, and then nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aligner import __version__
from aligner.corrections import path_of
from aligner.errors import AlignerError, CaptionsError
from aligner.explain.facts import Source
from aligner.model import Heard, Media, Transcript
from aligner.settings import Settings
from aligner.sound.captions import read_captions
from aligner.sound.fetch import load_known
from aligner.store import Workspace, hash_file
from aligner.transcript_file import FOLDER, load_transcript

Document = dict[str, Any]


def list_sources(workspace: Workspace, document: Document, settings: Settings) -> tuple[Source, ...]:
    """Everything that an alignment was made from, with its state now."""
    return (
        _program(document),
        *_settings(document, settings),
        _post(workspace, document),
        *_corrections(workspace, document),
        *(source for media_id in document["media"] for source in _recording(workspace, media_id, document)),
    )


def load_heard(workspace: Workspace, document: Document, media: Media) -> Heard:
    """A recording as the post saw it when it was matched, from what is kept.

    Raises `AlignerError` when what was heard is no longer kept. Captions that are not kept are left out: they decide no
    verdict.
    """
    noted = document["media"][media.id]
    transcript = _transcript(workspace, media.id, noted["transcript"])
    if transcript is None:
        raise AlignerError(f"What was heard in {media.title or media.url} is no longer kept.")
    witness = noted.get("captions")
    captions = _captions(workspace, media.id, witness) if witness else None
    return Heard(media, transcript, tuple(noted.get("hints_ms", ())), captions)


def _transcript(workspace: Workspace, media_id: str, noted: Document) -> Transcript | None:
    return load_transcript(workspace.media_folder(media_id) / FOLDER / f"{noted['fingerprint']}.json")


def _captions(workspace: Workspace, media_id: str, noted: Document) -> Transcript | None:
    for path in _caption_files(workspace, media_id):
        if hash_file(path) == noted.get("captions_sha256"):
            try:
                return read_captions(path, noted["language"])
            except CaptionsError:  # read by another version that could
                return None
    return None


def _caption_files(workspace: Workspace, media_id: str) -> list[Path]:
    folder = workspace.media_folder(media_id)
    known = load_known(folder)
    return [folder / caption.file for caption in known.captions] if known and known.id == media_id else []


# --- what has become of it ------------------------------------------------------------------------


def _program(document: Document) -> Source:
    version = document["made_with"]["aligner"]
    told = "" if version == __version__ else f"This is Aligner {__version__}: run align."
    return Source("program", f"Aligner {version}", "changed" if told else "same", told)


def _settings(document: Document, settings: Settings) -> Iterator[Source]:
    """The settings of that run, held against those of now: flags of a run are not known to another one."""
    options = document["made_with"].get("options")
    if options is None:
        yield Source("settings", "", "unknown", "An earlier version did not note them: run align.")
        return
    now = settings.decisive
    other = [f"{name} is now “{now.get(name, '')}”" for name, value in options.items() if now.get(name) != value]
    name = ", ".join(f"{name} “{value}”" for name, value in options.items() if value)
    told = f"Without the flags of that run, {' and '.join(other)}." if other else ""
    yield Source("settings", name, "changed" if other else "same", told)


def _post(workspace: Workspace, document: Document) -> Source:
    source, noted = document["post"]["source"], document["made_with"].get("post_sha256")
    path = workspace.posts / source
    if not path.is_file():
        return Source("post", source, "gone", f"It is not in {workspace.posts}: given from elsewhere, or removed.")
    return _compare("post", path, source, noted, "The post was edited since: run align.")


def _corrections(workspace: Workspace, document: Document) -> Iterator[Source]:
    path = path_of(workspace.posts / document["post"]["source"], document["post"]["slug"])
    noted, is_there = document["made_with"].get("corrections_sha256"), path.is_file()
    if noted and is_there:
        yield _compare("corrections", path, path.name, noted, "They were edited since: run align.")
    elif noted:
        yield Source("corrections", path.name, "changed", "They are no longer there: run align.")
    elif is_there:
        yield Source("corrections", path.name, "changed", "They were made since: run align.")


def _recording(workspace: Workspace, media_id: str, document: Document) -> Iterator[Source]:
    noted = document["media"][media_id]
    transcript, witness = noted["transcript"], noted.get("captions")
    yield _audio(workspace, media_id, transcript.get("audio_sha256"), noted="options" in document["made_with"])
    for sha256 in dict.fromkeys(
        told["captions_sha256"] for told in (transcript, witness) if told and "captions_sha256" in told
    ):
        yield _caption_source(workspace, media_id, sha256)
    name = f"{transcript['engine']}, {transcript['model']}" if transcript["model"] else transcript["engine"]
    if _transcript(workspace, media_id, transcript):
        yield Source("transcript", f"{name} ({transcript['fingerprint']})", "same", "")
    else:
        folder = workspace.media_folder(media_id) / FOLDER
        yield Source("transcript", name, "gone", f"What was heard is no longer in {folder}: run align.")


def _audio(workspace: Workspace, media_id: str, sha256: str | None, *, noted: bool) -> Source:
    known = load_known(workspace.media_folder(media_id))
    name = (known.audio or known.video) if known and known.id == media_id else None
    if sha256 is None:
        if noted:
            return Source("audio", name or media_id, "same", "Nothing of it was heard: all words were given.")
        return Source("audio", name or media_id, "unknown", "An earlier version did not note it: run align.")
    if name is None:
        return Source("audio", media_id, "gone", "Its sound is no longer here; what was heard stands.")
    path = workspace.media_folder(media_id) / name
    return _compare("audio", path, path.name, sha256, "Its sound is another now: run align.")


def _caption_source(workspace: Workspace, media_id: str, sha256: str) -> Source:
    files = _caption_files(workspace, media_id)
    same = next((path for path in files if hash_file(path) == sha256), None)
    if same:
        return Source("captions", same.name, "same", "")
    if files:
        return Source("captions", files[0].name, "changed", "These captions are others now: run align.")
    return Source("captions", media_id, "gone", "They are not kept here: given with --captions, or removed.")


def _compare(what: str, path: Path, name: str, sha256: str | None, changed: str) -> Source:
    if sha256 is None:
        return Source(what, name, "unknown", "An earlier version did not note it: run align.")
    same = hash_file(path) == sha256
    return Source(what, name, "same" if same else "changed", "" if same else changed)
