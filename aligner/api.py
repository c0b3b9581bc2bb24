"""The library API, as `from aligner import …` gives it: read, hear, match and tell as plain functions.

Beside the command, above the pipeline's stages. No workspace is needed, and nothing is written but what a caller asks
to be kept. Errors are `AlignerError`s, each with a message and a hint.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aligner.errors import UsageError
from aligner.export import make_tracks
from aligner.matching.heard_text import prepare
from aligner.matching.match import match_post
from aligner.model import Alignment, Heard, Link, Media, Post, Span, Transcript
from aligner.output import alignment_file
from aligner.output.formats import render
from aligner.output.tracks import published_track
from aligner.pipeline import code_fingerprint
from aligner.settings import Settings
from aligner.sound.captions import read_captions
from aligner.sound.hear import adopt_recording, hear
from aligner.store import fingerprint
from aligner.text.links import parse_link
from aligner.text.read import parse_post, read_post
from aligner.transcript_file import load_transcript

__all__ = ["align_post", "hear_recording", "parse_post", "read_post", "read_transcript", "subtitles", "to_json"]

LANGUAGE = Settings().language

Words = Transcript | Path
"""What was heard in one recording, or a file that tells it."""


def align_post(
    post: Post | Path | str,
    words: Words | Sequence[Words] | Mapping[str, Words],
    *,
    language: str = LANGUAGE,
) -> Alignment:
    """Find every sentence and quote of a post in what was heard in its recordings.

    `post` is a post, a Markdown file, or Markdown text. `words` are the transcript of its recording, or a file that
    holds one; several are given in the order in which the post links their recordings, or by the address or media id
    of each. A post that links none stands on one recording without an address. `language` is that of files.

    Writes nothing; the same facts give the same alignment. Raises `UsageError` where it is not clear what a transcript
    is of, and what `read_post` and `read_transcript` raise.
    """
    read = _read_as_post(post)
    heard = []
    for link, source in _pair(read, words):
        transcript = source if isinstance(source, Transcript) else read_transcript(source, language)
        media = Media(link.media_id, link.url, link.provider, link.url or link.media_id, None)
        hints = {own.start_ms for own in read.links if own.media_id == link.media_id and own.start_ms is not None}
        heard.append(Heard(media, transcript, tuple(sorted(hints))))
    return match_post(read, [(item, prepare(item.transcript, None)) for item in heard])


def read_transcript(path: Path, language: str = LANGUAGE) -> Transcript:
    """Read a transcript or captions: ours, YouTube's json3 and srv3, WebVTT, SubRip, or JSON of the Whisper family.

    Raises `CaptionsError` for a file that cannot be used, or that is clearly in another language.
    """
    return load_transcript(path) or read_captions(path, language)


def hear_recording(
    path: Path,
    *,
    keep: Path | None = None,
    windows: Sequence[Span] | None = None,
    language: str = LANGUAGE,
    model: str = "auto",
    device: str = "auto",
    progress: Callable[[int, int], None] | None = None,
) -> Transcript:
    """Hear a local recording with the speech model, all of it or only `windows` (from and to in ms, apart, in order).

    With a folder to `keep` in, what was heard is kept there piece by piece: stopped, it goes on from there, and nothing
    is heard twice. `progress` is called with the ms that are heard and the ms that are to be heard. Other settings are
    the defaults. Raises `AudioError` for a file without sound that can be used, and `MissingError` without a model.
    """
    from aligner.sound.whisper import make_transcriber

    settings = Settings(language=language, model=model, device=device)
    media = adopt_recording(path, Link(path.name, f"file:{path.stem}", "file", None, None, (0, 0)))
    with TemporaryDirectory() as passing:
        return hear(
            media,
            keep or Path(passing),
            lambda: make_transcriber(settings),
            language=settings.language,
            windows=windows,
            progress=progress or _tell_nobody,
        )


def to_json(alignment: Alignment) -> dict[str, Any]:
    """The alignment as the data of an alignment file, documented in `docs/formats.md`."""
    texts = [passage.text for passage in alignment.post.passages]
    heard = [(item.media.id, item.transcript.fingerprint, item.hints_ms) for item in alignment.heard]
    return alignment_file.to_json(alignment, fingerprint(alignment.post.source, texts, heard, code_fingerprint()))


def subtitles(alignment: Alignment, form: str = "srt", media_id: str | None = None) -> str:
    """Tell the published words at their spoken times, in any format of `aligner export`.

    `media_id` says which recording's; it may be left out where the post was placed in one only. Raises `UsageError`
    for an unknown format or recording, and `AlignerError` where the words do not fit the format.
    """
    document = to_json(alignment)
    placed = [track for _, track in make_tracks(document)]
    if media_id is None and len(placed) > 1:
        raise UsageError("The post was placed in several recordings.", f"Say which: {', '.join(document['media'])}.")
    if media_id is None and placed:
        return render(placed[0], form)
    return render(published_track(document, media_id or next(iter(document["media"]), "")), form)


def _read_as_post(post: Post | Path | str) -> Post:
    if isinstance(post, Post):
        return post
    if isinstance(post, Path):
        return read_post(post)
    if "\n" not in post and post.endswith(".md"):
        raise UsageError(f"“{post}” is taken for the text of a post.", "Give a file as a Path: Path(…).")
    return parse_post(post, "post.md")


def _pair(post: Post, words: Words | Sequence[Words] | Mapping[str, Words]) -> list[tuple[Link, Words]]:
    """Which recording each transcript is of."""
    linked = list({link.media_id: link for link in reversed(post.links)}.values())[::-1]
    if isinstance(words, Mapping):
        return [(_recognise(name, linked), item) for name, item in words.items()]
    given = [words] if isinstance(words, Transcript | Path) else list(words)
    if not linked and len(given) == 1:
        return [(Link("", "file:recording", "file", None, None, (0, 0)), given[0])]
    if len(given) != len(linked):
        raise UsageError(
            f"The post “{post.slug}” links {len(linked)} recordings, and {len(given)} transcripts are given.",
            f"Say which is whose, by address or media id: {_example(linked)}.",
        )
    return list(zip(linked, given, strict=True))


def _recognise(name: str, linked: Sequence[Link]) -> Link:
    """The link that an address or a media id means; an address need not be linked."""
    parsed = parse_link(name)
    wanted = parsed.media_id if parsed else name
    found = next((link for link in linked if link.media_id == wanted), parsed)
    if found is None:
        raise UsageError(
            f"“{name}” is no recording that the post links, and no address of one.",
            f"Take one of: {', '.join(link.media_id for link in linked)}." if linked else "Take an address.",
        )
    return found


def _example(linked: Sequence[Link]) -> str:
    name = linked[0].media_id if linked else "https://youtu.be/VIDEO"
    return f"{{{json.dumps(name)}: transcript}}"


def _tell_nobody(_done: int, _total: int) -> None:
    """Where nobody wants to know how far it is."""
