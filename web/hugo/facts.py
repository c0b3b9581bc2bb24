"""What the page of one post needs to play its sentences, as data for Hugo: `data/aligner/<slug>.json`.

Between the library and the site. Texts and times are told as they are; a recording's screen is the viewer's own,
made by the viewer's template in both languages. docs/hugo.md describes every key.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask

from aligner.library import FinishedPost, Library
from aligner.model import SPOKEN_KINDS, Match, Media, Passage, SitePost, Status
from web.layout import LaidPost, Piece, Recording, lay_out, lay_recording
from web.wording import LANGUAGES, Wording

HERE = "@/"
"""What an address begins with that is meant from the folder of the static files: only Hugo and the page know it."""

FileAddress = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Files:
    """Where the page finds a recording's own file and its picture; None for what it does not get."""

    recording: FileAddress
    poster: FileAddress


@dataclass(frozen=True, slots=True)
class Facts:
    """One data file, and what it is about."""

    slug: str
    document: dict[str, Any]


class Voice:
    """The viewer's templates, in both languages."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._modules: dict[tuple[str, str], Any] = {}

    def say(self, template: str, macro: str, *given: object) -> dict[str, str]:
        """What a macro makes of these values, by language; without needless space."""
        return {language: self._say(language, template, macro, given) for language in LANGUAGES}

    def _say(self, language: str, template: str, macro: str, given: tuple[object, ...]) -> str:
        with self._app.test_request_context(query_string={"lang": language}):
            if (template, language) not in self._modules:
                context: dict[str, Any] = {}
                self._app.update_template_context(context)
                self._modules[template, language] = self._app.jinja_env.get_template(template).make_module(context)
            told = str(getattr(self._modules[template, language], macro)(*given))
        return "\n".join(line.strip() for line in told.splitlines() if line.strip())


def tell_post(voice: Voice, library: Library, post: FinishedPost | None, page: SitePost, files: Files) -> Facts:
    """The data of a post of the site: its passages, if it was aligned, and the recordings it shows."""
    slug = post.slug if post else page.slug
    passages: list[dict[str, Any]] = []
    recordings: list[Recording] = []
    if post:
        laid = lay_out(post, library, files.recording, files.poster)
        passages = list(_tell_passages(post, laid))
        recordings = list(laid.recordings)
    embeds = []
    for dead in page.embeds:
        number = _number_of(dead.link.media_id, recordings)
        if number is None:
            number = len(recordings) + 1
            link = dead.link
            media = Media(link.media_id, link.url, link.provider, "", None)
            recordings.append(lay_recording(number, media, library.workspace, files.recording, files.poster))
        start_ms = dead.link.start_ms
        moment = {} if start_ms is None else {"start_ms": start_ms, "time": Wording("fr").time(start_ms)}
        embeds.append({"text": html.unescape(dead.text), "recording": number} | moment)
    document = {
        "page": page.path,
        "title": post.title if post else "",
        "recordings": [_tell_recording(voice, recording) for recording in recordings],
        "embeds": embeds,
        "passages": passages,
    }
    return Facts(slug, document)


def _number_of(media_id: str, recordings: Sequence[Recording]) -> int | None:
    return next((recording.number for recording in recordings if recording.media.id == media_id), None)


def _tell_recording(voice: Voice, recording: Recording) -> dict[str, Any]:
    media = recording.media
    return {
        "number": recording.number,
        "id": media.id,
        "title": "" if media.title == media.url else media.title,
        "player": recording.player,
        **_maybe("source", recording.source),
        **_maybe("href", recording.outside),
        **_maybe("provider", recording.provider),
        **_maybe("duration_ms", media.duration_ms),
        "screen": voice.say("recording.html", "screen", recording, None),
    }


def _tell_passages(post: FinishedPost, laid: LaidPost) -> Iterator[dict[str, Any]]:
    pieces: dict[str, list[Piece]] = {}
    for piece in (piece for _, blocks in laid.groups for block in blocks for piece in block.pieces):
        pieces.setdefault(piece.passage or "", []).append(piece)
    for passage, match in post.verdicts:
        own = pieces.get(passage.id)
        if own and passage.kind in SPOKEN_KINDS:
            yield _tell_passage(passage, match, own)


def _tell_passage(passage: Passage, match: Match, pieces: Sequence[Piece]) -> dict[str, Any]:
    first, last = pieces[0], pieces[-1]
    told: dict[str, Any] = {"id": passage.id, "text": passage.text, "status": match.status.value}
    told |= _maybe("speaker", passage.speaker)
    if first.href:
        told |= _tell_moment(first.number, first.start_ms, first.end_ms, first.href)
        told |= _maybe("words", first.words)
    if match.status is Status.UNCERTAIN:
        told |= _maybe("reason", last.reason)
    again = [_tell_moment(at.number, at.start_ms, at.end_ms, at.href) for at in last.again]
    lists = {"said": [[run.fate, run.text] for run in last.said], "again": again, "former": list(passage.former)}
    return told | {key: items for key, items in lists.items() if items}


def _tell_moment(number: int | None, start_ms: int | None, end_ms: int | None, href: str) -> dict[str, Any]:
    time = Wording("fr").time(start_ms or 0)  # the same in English
    return {"recording": number, "start_ms": start_ms, "end_ms": end_ms, "time": time, "href": href}


def _maybe(key: str, value: object) -> dict[str, Any]:
    return {} if value in (None, "") else {key: value}
