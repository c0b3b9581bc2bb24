"""The library of one workspace: what a viewer asks for, by name.

Face of this package: each question is a method; the answers come from the index (`index`), which `refresh` brings
up to date with the files. A post itself is read from its file when it is asked for, and the last ones are kept.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from aligner import __version__
from aligner.errors import AlignerError, DiskError
from aligner.library import lists
from aligner.library.dump import Line, list_lines, list_spans
from aligner.library.fill import fill
from aligner.library.finished import Broken, FinishedPost, read_post
from aligner.library.index import VERSION, WAIT_S, Index, LostIndexError
from aligner.library.origin import Hearing, Origin
from aligner.library.places import HeardTotal, count_heard
from aligner.library.records import Moment, PostLine, Results, Row, SessionLine, SpeakerLine, TagLine
from aligner.library.scan import Files, Stamp, scan, stamp_of
from aligner.library.search import search
from aligner.library.sounds import count_rows
from aligner.library.spelling import Vocabulary, read_vocabulary
from aligner.store import Workspace, fingerprint

INDEX = ".library.sqlite"
"""The index's name in the folder of alignments; SQLite lays two more files beside it."""
SUBTITLES = (".srt", ".vtt")
LOOK_EVERY_S = 1.0
"""How often at most every file is looked at."""
POSTS_KEPT = 64
"""Posts kept in memory after they were read. One of a long session takes some megabytes."""
COUNTS_KEPT = 50_000
"""Counts of sounds kept in memory."""
TRIES = 3
"""How often an index that turns out to be damaged is made anew for one question."""

Answer = TypeVar("Answer")


class Library:
    """The finished posts and the recordings of one workspace, as they are on disk now. Safe to share among threads.

    Every method may raise `DiskError` where the index can be kept nowhere.
    """

    def __init__(self, workspace: Workspace, *, index: Path | None = None) -> None:
        """Keep the index in the file `index`, by default in the folder of the alignments.

        Where it cannot be written there, a temporary file that goes with the program takes its place.
        """
        self.workspace = workspace
        self._path = index or workspace.aligned / INDEX
        self._index: Index | None = None
        self._refreshing = threading.Lock()
        self._files: Files | None = None
        self._revision = ""
        self._looked_at: float = 0
        self._folder: Stamp | None = None
        self._keeping = threading.Lock()
        self._posts: OrderedDict[Path, tuple[Stamp, FinishedPost | Broken]] = OrderedDict()
        self._remembered: dict[str, tuple[str, object]] = {}

    @property
    def revision(self) -> str:
        """Changes whenever anything that is told or shown may have changed: alignments, subtitles, recordings.

        Read it before what it is to stand for: what is read afterwards is at least as new.
        """
        self._seen()
        return self._revision

    def refresh(self, *, force: bool = False) -> None:
        """Bring the index up to date with the files; only files that changed are read again.

        To be called at every request: it looks at the folder of alignments each time, and at every file at most once
        a second, unless `force` is set. While one thread refreshes, others go on with what there was before.
        """
        is_fresh = self._files and time.monotonic() < self._looked_at + LOOK_EVERY_S
        # A file that is written as ours are comes by being renamed, which the folder shows.
        if is_fresh and not force and stamp_of(self.workspace.aligned) == self._folder:
            return
        if not self._refreshing.acquire(blocking=force or self._files is None):
            return
        try:
            self._refresh()
        finally:
            self._refreshing.release()

    def _refresh(self) -> None:
        self._looked_at, folder = time.monotonic(), stamp_of(self.workspace.aligned)
        files = scan(self.workspace)
        revision = fingerprint(VERSION, __version__, files.fingerprint)
        if revision != self._revision:
            index = self._index = self._index or Index(self._path)
            wait_s = 0 if self._files else WAIT_S
            for _ in range(TRIES):
                try:
                    done = index.change(lambda db: fill(db, self.workspace, files), wait_s=wait_s)
                except LostIndexError:
                    continue
                if not done and not self._files:
                    raise DiskError(
                        f"The library's index {index.path} is held by another program.", "Stop that one, or remove it."
                    )
                break
            else:
                raise DiskError(f"The library's index {index.path} does not stay whole.", "Check the disk.")
            if not done:  # another program is at it: the files may be newer than the index for a moment
                return
        self._files, self._folder, self._revision = files, folder, revision

    def _seen(self) -> Files:
        """The files as they were at the last look."""
        if self._files is None:
            self.refresh()
        return self._files or scan(self.workspace)

    def ask(self, question: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Answer a question of another room from one state of the index, which it must only read."""
        return self._ask(question)

    def _ask(self, question: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Answer from the index; one that is damaged is filled again and asked once more."""
        for _ in range(TRIES):
            self._seen()
            index = self._index or Index(self._path)
            try:
                return index.ask(question)
            except LostIndexError:
                self._revision, self._files = "", None
        raise DiskError(f"The library's index {self._path} does not stay whole.", "Check the disk.")

    def _remember(self, name: str, question: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Answer from memory where nothing has changed since the same question."""
        revision = self.revision  # before the answer, which may be newer
        known = self._remembered.get(name)
        if known and known[0] == revision:
            return known[1]  # type: ignore[return-value]  # one name is one question
        answer = self._ask(question)
        self._remembered[name] = revision, answer
        return answer

    def post(self, slug: str) -> FinishedPost | Broken | None:
        """The post of this address; None when there is no such file."""
        # Compared with the names that are there, never joined to a path: a slug comes from the reader.
        if f"{slug}.json" not in self._seen().told:
            return None
        path = self.workspace.aligned / f"{slug}.json"
        stamp = stamp_of(path)
        if stamp is None:  # removed since we looked
            return None
        with self._keeping:
            known = self._posts.get(path)
            if known and known[0] == stamp:
                self._posts.move_to_end(path)
                return known[1]
        try:
            entry: FinishedPost | Broken = read_post(path)
        except AlignerError as error:
            entry = Broken(slug, error.message)
        with self._keeping:
            self._posts[path] = stamp, entry
            self._posts.move_to_end(path)
            while len(self._posts) > POSTS_KEPT:
                self._posts.popitem(last=False)
        return entry

    def broken(self) -> list[Broken]:
        """All alignment files that cannot be used, by name."""
        return self._ask(lists.list_broken)

    def origins(self) -> list[Origin]:
        """Where each alignment file comes from and what it tells its author, by slug."""
        return self._ask(lists.list_origins)

    def hearings(self) -> list[Hearing]:
        """The transcript that each recording shows, by media id; recordings that were not heard have none."""
        return self._ask(lists.list_hearings)

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
        """Posts, newest first, undated ones last; and how many there are without `limit` and `offset`.

        `speaker` asks for those that give words of this person, `media_id` for those that stand on this recording.
        """
        return self._ask(lambda db: lists.list_posts(db, speaker, tag, media_id, year, limit, offset))

    def years(self) -> list[tuple[int, int]]:
        """Years of publication, the newest first, each with its number of posts."""
        return self._ask(lists.count_years)

    def speakers(self) -> list[SpeakerLine]:
        """All whose words are published, by name."""
        return list(self._remember("speakers", lists.list_speakers))

    def speaker(self, name: str) -> SpeakerLine | None:
        """One person; None when no post gives words of theirs."""
        return next((line for line in self.speakers() if line.name == name), None)

    def has_parts(self) -> tuple[bool, bool, bool]:
        """Whether there are recordings, people and tags to list."""
        return bool(self.sessions()), bool(self.speakers()), bool(self.tags())

    def tags(self) -> list[TagLine]:
        """All tags, by name."""
        return self._ask(lists.list_tags)

    def sessions(self) -> list[SessionLine]:
        """All recordings that a post stands on or that were heard, newest first, undated ones last."""
        return list(self._remember("sessions", lists.list_sessions))

    def session(self, media_id: str) -> SessionLine | None:
        """One recording; None when no post stands on it and nothing was heard of it."""
        return next((line for line in self.sessions() if line.media_id == media_id), None)

    def session_title(self, media_id: str) -> str:
        """The title of a recording; empty where it has none."""
        line = self.session(media_id)
        return line.title if line else ""

    def rows(self, media_id: str) -> list[Row]:
        """The verbatim transcript of a recording; empty when it was not heard.

        It is the one that the newest alignment was made with, else the newest that lies in the recording's folder.
        """
        return self._ask(lambda db: lists.list_rows(db, media_id))

    def moments(
        self,
        *,
        media_id: str | None = None,
        speaker: str | None = None,
        uncertain: bool = False,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Moment]:
        """Passages that were placed: of one recording in the order of its time, else those of the newest post first.

        With `uncertain` also those whose place is not sure.
        """
        return self._ask(lambda db: lists.list_moments(db, media_id, speaker, uncertain, limit, offset))

    def lines(self, *, heard: bool) -> list[Line]:
        """All that can be found by a search, with its words: what was published, or what was heard."""
        return self._ask(lambda db: list_lines(db, heard=heard))

    def spans(self) -> list[tuple[str, int, int]]:
        """Recording, start and end of all that was heard, in the order of `lines`."""
        return self._ask(list_spans)

    def search(
        self, query: str, *, limit: int = 20, offset: int = 0, speaker: str | None = None, media_id: str | None = None
    ) -> Results:
        """Search published passages and heard rows; the best first, published before heard.

        All words must be there, in any case, with or without accents, in any of their French forms; the last may be
        only begun. What stands in quotes ("…", « … ») must be there as it is, in this order. With `speaker` only
        published words of this person; with `media_id` what is placed or heard in this recording. Where next to
        nothing is found, words that stand nowhere are replaced by the likest that do (`Results.meant`).
        """
        return self._ask(
            lambda db: search(
                db,
                query,
                limit=limit,
                offset=offset,
                speaker=speaker,
                media_id=media_id,
                vocabulary=self._vocabulary,
            )
        )

    def _vocabulary(self) -> Vocabulary:
        return self._remember("vocabulary", read_vocabulary)

    def heard(self) -> HeardTotal:
        """How much was heard, in all recordings together."""
        return self._remember("heard", count_heard)

    def count_sounds(self, runs: Sequence[str]) -> dict[str, int]:
        """How many heard rows hold each of these runs of sounds (`sounds.name_run`)."""
        known: dict[str, int] = self._remember("sounds", lambda _: {})
        asked = [run for run in runs if run not in known]
        counts = self._ask(lambda db: count_rows(db, asked)) if asked else {}
        answer = {run: counts[run] if run in counts else known[run] for run in runs}
        if len(known) > COUNTS_KEPT:
            known.clear()
        known.update(counts)
        return answer

    def subtitle(self, name: str) -> Path | None:
        """The exported subtitle file of this name, ending included."""
        return self.workspace.aligned / name if name.endswith(SUBTITLES) and name in self._seen().told else None

    def subtitles(self, slug: str) -> list[Path]:
        """The subtitle files that `align` wrote of one post: `<slug>.srt`, `<slug>.2.vtt` and the like.

        What was exported beside them (`<slug>.verbatim.vtt`, `<slug>.chapters.vtt`) is not among them.
        """
        told = self._seen().told
        longer = [stem for name in told if name.endswith(".json") and (stem := name[:-5]).startswith(f"{slug}.")]
        return [
            self.workspace.aligned / name
            for name in sorted(told)
            if name.endswith(SUBTITLES)
            and name.startswith(f"{slug}.")
            and all(part.isdigit() for part in name[len(slug) + 1 :].split(".")[:-1])
            and not any(name.startswith(f"{other}.") for other in longer)
        ]
