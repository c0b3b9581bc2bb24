"""The library as it is at one moment, which notes what each page asked of it.

Between the library and the crawl. A published page is made again only when an answer that it was made of is another:
its questions are kept with it (`manifest`), and the next run compares their answers' fingerprints without making the
page. Lists are read once and cut into pages here. Not to be shared among threads.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import aligner
from aligner.library import Broken, FinishedPost, Library, Moment, PostLine, Row, SessionLine, SpeakerLine, TagLine
from aligner.library.library import INDEX, SUBTITLES
from aligner.library.scan import stamp_of
from aligner.standing import Standing, gather
from aligner.store import Workspace, fingerprint
from aligner.transcript_file import FOLDER
from web.recordings import find_playable, find_poster

Value = TypeVar("Value")
Question = str
"""A method's name and its arguments as JSON: a list of both."""


class Snapshot(Library):
    """A library that is looked at once. `asked` collects questions from when it is set to an empty set."""

    def __init__(self, workspace: Workspace, *, with_media: bool) -> None:
        """Look at the files now; `with_media`: recordings' own files are shown, so their comings and goings tell."""
        super().__init__(workspace, index=workspace.aligned / INDEX)
        super().refresh(force=True)
        self.asked: set[Question] = set()
        self._with_media = with_media
        self._values: dict[str, Any] = {}
        self._prints: dict[Question, str] = {}

    def refresh(self, *, force: bool = False) -> None:
        """Nothing: all pages show one state."""

    def print_of(self, question: Question) -> str:
        """The fingerprint of what this question is answered with now."""
        if question not in self._prints:
            name, given = json.loads(question)
            noted, self.asked = self.asked, set()
            told = _TOLD.get(name)
            answer = told(self, **given) if told else getattr(self, name)(**given)
            self.asked = noted
            self._prints[question] = hashlib.sha256(repr(answer).encode()).hexdigest()[:16]
        return self._prints[question]

    def still_gives(self, answers: Mapping[Question, str]) -> bool:
        """Whether all these questions are answered now as they were, which their fingerprints tell.

        Where a person's posts all are as they were, so are that person's moments, which take far longer to be had.
        """
        work = next((question for question in answers if question.startswith(_WORK)), None)
        is_kept = work is not None and self.print_of(work) == answers[work]
        ask = [
            question
            for question in answers
            if question != work and not (is_kept and question.startswith(_MOMENTS) and '"speaker"' in question)
        ]
        return all(self.print_of(question) == answers[question] for question in ask)

    @staticmethod
    def question(name: str, /, **given: Any) -> Question:
        """A question as it is kept."""
        return json.dumps([name, {key: value for key, value in given.items() if value is not None}])

    def _note(self, name: str, /, **given: Any) -> None:
        self.asked.add(self.question(name, **given))

    def _once(self, key: str, make: Callable[[], Value]) -> Value:
        if key not in self._values:
            # what an answer is made of is no question of the page that happens to be the first to ask
            noted, self.asked = self.asked, set()
            self._values[key] = make()
            self.asked = noted
        return self._values[key]  # type: ignore[no-any-return]  # one key is one question

    # --- the questions of pages -------------------------------------------------------------------

    def post(self, slug: str) -> FinishedPost | Broken | None:
        """The post of this address."""
        self._note("post", slug=slug)
        return super().post(slug)

    def posts(
        self,
        *,
        speaker: str | None = None,
        tag: str | None = None,
        media_id: str | None = None,
        year: int | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> tuple[list[PostLine], int]:
        """Posts, newest first; and how many there are."""
        self._note("posts", speaker=speaker, tag=tag, media_id=media_id, year=year, limit=limit, offset=offset)
        lines, total = self._once(
            f"posts {speaker!r} {tag!r} {media_id!r} {year!r}",
            lambda: super(Snapshot, self).posts(speaker=speaker, tag=tag, media_id=media_id, year=year),
        )
        return lines[offset : None if limit is None else offset + limit], total

    def moments(
        self,
        *,
        media_id: str | None = None,
        speaker: str | None = None,
        uncertain: bool = False,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Moment]:
        """Passages that were placed."""
        self._note(
            "moments", media_id=media_id, speaker=speaker, uncertain=uncertain or None, limit=limit, offset=offset
        )
        if speaker is not None:
            self._note("work", speaker=speaker)
        found = self._once(
            f"moments {media_id!r} {speaker!r} {uncertain!r}",
            lambda: super(Snapshot, self).moments(media_id=media_id, speaker=speaker, uncertain=uncertain),
        )
        return found[offset : None if limit is None else offset + limit]

    def years(self) -> list[tuple[int, int]]:
        """Years of publication."""
        self._note("years")
        return self._once("years", super().years)

    def broken(self) -> list[Broken]:
        """All alignment files that cannot be used."""
        self._note("broken")
        return self._once("broken", super().broken)

    def standing(self) -> Standing:
        """How the site stands, which the posts' own files tell, too."""
        self._note("standing")
        return self._once("standing", lambda: gather(self))

    def speakers(self) -> list[SpeakerLine]:
        """All whose words are published."""
        self._note("speakers")
        return super().speakers()

    def speaker(self, name: str) -> SpeakerLine | None:
        """One of those whose words are published."""
        self._note("speaker", name=name)
        return self._once("speakers", lambda: {line.name: line for line in super(Snapshot, self).speakers()}).get(name)

    def tags(self) -> list[TagLine]:
        """All tags."""
        self._note("tags")
        return self._once("tags", super().tags)

    def sessions(self) -> list[SessionLine]:
        """All recordings."""
        self._note("sessions")
        return super().sessions()

    def session(self, media_id: str) -> SessionLine | None:
        """One recording."""
        self._note("session", media_id=media_id)
        return self._sessions().get(media_id)

    def session_title(self, media_id: str) -> str:
        """The title of a recording."""
        self._note("session_title", media_id=media_id)
        line = self._sessions().get(media_id)
        return line.title if line else ""

    def has_parts(self) -> tuple[bool, bool, bool]:
        """Whether there are recordings, people and topics."""
        self._note("has_parts")
        return self._once("parts", super().has_parts)

    def rows(self, media_id: str) -> list[Row]:
        """The verbatim transcript of a recording."""
        self._note("rows", media_id=media_id)
        return super().rows(media_id)

    def subtitles(self, slug: str) -> list[Path]:
        """The subtitle files of one post."""
        self._note("subtitles", slug=slug)
        # most posts have none, and the library looks through all names
        names = self._once("names", lambda: sorted(name for name in self._seen().told if name.endswith(SUBTITLES)))
        first = bisect_left(names, f"{slug}.")
        return super().subtitles(slug) if first < len(names) and names[first].startswith(f"{slug}.") else []

    def subtitle(self, name: str) -> Path | None:
        """One subtitle file."""
        self._note("subtitle", name=name)
        return super().subtitle(name)

    def _sessions(self) -> dict[str, SessionLine]:
        return self._once("sessions", lambda: {line.media_id: line for line in super(Snapshot, self).sessions()})

    def lines_of_posts(self) -> dict[str, PostLine]:
        """All posts, by slug."""
        return self._once("by slug", lambda: {line.slug: line for line in super(Snapshot, self).posts()[0]})

    # --- what their answers stand for -------------------------------------------------------------

    def tell_post(self, slug: str) -> object:
        """What a post's page is made of: its file, and what there is of its recordings."""
        lines = self.lines_of_posts()
        media_ids = lines[slug].media_ids if slug in lines else ()
        return self._content(self.workspace.aligned / f"{slug}.json"), [self.tell_media(one) for one in media_ids]

    def tell_card(self, slug: str) -> object:
        """What a post's picture for previews shows."""
        line = self.lines_of_posts().get(slug)
        return line and (line.title, line.day, line.speakers)

    def tell_rows(self, media_id: str) -> object:
        """What rows are made of: the transcripts of the recording."""
        # which of them is shown depends on the posts that stand on it: `_note`d as its session, too
        folder = self.workspace.media_folder(media_id) / FOLDER
        return [(path.name, self._content(path)) for path in sorted(folder.glob("*.json"))]

    def tell_session(self, media_id: str) -> object:
        """A recording's line, and what there is of it."""
        return self._sessions().get(media_id), self.tell_media(media_id)

    def tell_sessions(self) -> object:
        """The same of all recordings."""
        return [self.tell_session(media_id) for media_id in self._sessions()]

    def tell_media(self, media_id: str) -> object:
        """What there is of a recording: what its `info.json` tells, its own file, its picture."""
        return self._once(f"media {media_id}", lambda: self._look_at(media_id))

    def tell_moments(self, **given: Any) -> object:
        """The passages; for those of a recording the files of all posts that stand on it."""
        if "media_id" not in given:
            return self.moments(**given)
        posts = self._once("by recording", self._posts_by_recording).get(given["media_id"], [])
        return [(slug, self._content(self.workspace.aligned / f"{slug}.json")) for slug in posts]

    def _posts_by_recording(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for line in self.lines_of_posts().values():
            for media_id in line.media_ids:
                found.setdefault(media_id, []).append(line.slug)
        return found

    def tell_work(self, speaker: str) -> object:
        """The files of all posts that give words of this person."""
        return self._once("work", self._posts_by_speaker).get(speaker)

    def _posts_by_speaker(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for slug, line in self.lines_of_posts().items():
            for speaker in line.speakers:
                found.setdefault(speaker, []).append((slug, self._content(self.workspace.aligned / f"{slug}.json")))
        return found

    def tell_subtitle(self, name: str) -> object:
        """A subtitle file's content."""
        return self._content(self.workspace.aligned / name)

    def tell_search(self, heard: bool) -> object:
        """What a part of the search's index is made of."""
        sessions = [(line.media_id, line.title, line.date, line.day) for line in self._sessions().values()]
        if heard:
            return sessions, [self.tell_rows(media_id) for media_id in self._sessions()]
        media = [self.tell_media(media_id) for media_id in self._sessions()]
        return (
            sessions,
            media,
            [(slug, self._content(self.workspace.aligned / f"{slug}.json")) for slug in self.lines_of_posts()],
        )

    def _look_at(self, media_id: str) -> object:
        info = self._content(self.workspace.media_folder(media_id) / "info.json")
        playable = find_playable(self.workspace, media_id) if self._with_media else None
        files = [
            file and (file.path.name, stamp_of(file.path)) for file in (playable, find_poster(self.workspace, media_id))
        ]
        return info, files

    def _content(self, path: Path) -> str:
        return self._once(f"content {path}", lambda: content_print(path))


_WORK, _MOMENTS = '["work"', '["moments"'
_TOLD: dict[str, Callable[..., object]] = {
    "card": Snapshot.tell_card,
    "post": Snapshot.tell_post,
    "rows": Snapshot.tell_rows,
    "session": Snapshot.tell_session,
    "sessions": Snapshot.tell_sessions,
    "subtitle": Snapshot.tell_subtitle,
    "moments": Snapshot.tell_moments,
    "search": Snapshot.tell_search,
    "work": Snapshot.tell_work,
}
"""Questions that are compared by something quicker to have than their answer."""


def content_print(path: Path) -> str:
    """A fingerprint of a file's content; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]
    except OSError:
        return ""


def program_print(*parts: object) -> str:
    """A fingerprint of the program itself, as installed: another one makes every page anew."""
    folders = Path(__file__).resolve().parents[1], Path(aligner.__file__).resolve().parent
    kinds = (".py", ".html", ".js", ".css", ".svg", ".xml")
    files = [(path, folder) for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in kinds]
    told = [(path.relative_to(folder).as_posix(), content_print(path)) for path, folder in files]
    return fingerprint(told, *parts)
