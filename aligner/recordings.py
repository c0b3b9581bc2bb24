"""What a run has of each recording: its captions, its file, the plan of what to hear of it, the words heard.

Between the pipeline, which takes post after post, and hearing, which takes one recording. Each recording is fetched
and heard once in a run, for all posts that link it; what fails is an error that is told to every one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Protocol

from aligner.errors import AlignerError, AudioError, CaptionsError, MissingError
from aligner.listening import Plan, plan_windows, tell_plan
from aligner.matching.heard_text import HeardText, prepare
from aligner.matching.match import match_post
from aligner.matching.witnesses import measure_agreement
from aligner.model import Alignment, Caption, Heard, Link, Media, Post, Transcript
from aligner.settings import Settings
from aligner.sound.captions import FROM_SITE, read_captions
from aligner.sound.fetch import Fetcher, Looker, load_media, obtain_captions, obtain_media
from aligner.sound.hear import adopt_recording, hear
from aligner.sound.whisper import Transcriber
from aligner.store import Workspace
from aligner.transcript_file import FOLDER, save_transcript

PREPARED = 4
"""Recordings whose prepared text is kept in memory: a five-hour session takes some 25 MB."""
TRUSTED = 0.5
"""Share of the heard words that captions must have, too, to be believed where they do not place a post.

Automatic captions of the two-hour reading session have 0.79 of ours (0.84 in the middle one of its minutes), the same
captions ten minutes off 0.01.
"""


class Listener(Protocol):
    """Whoever watches a run: the command line's progress display, or nobody."""

    def say(self, text: str) -> None:
        """Take a sentence about what begins."""

    def progress(self, what: str, done: int, total: int | None, unit: str) -> None:
        """Take a state: `done` of `total` (None when unknown) in bytes (`unit` "B") or ms of audio (`unit` "ms")."""


@dataclass(frozen=True, slots=True)
class Request:
    """What one run is asked to do."""

    places: tuple[Path, ...]
    recording: Path | None = None
    captions: Path | None = None
    only: tuple[str, ...] = ()
    force: str | None = None
    dry_run: bool = False
    taken: frozenset[Path] | None = None
    """Of the posts in `places`, the files to take; None is all of them."""


class LookingFetcher(Fetcher, Looker, Protocol):
    """Brings recordings, and what is known of them before."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The engines, made on first use: a run with nothing to fetch or hear loads none."""

    fetcher: Callable[[], LookingFetcher]
    transcriber: Callable[[], Transcriber]


_Taken = tuple[Media, Transcript, Transcript | None]
"""A recording, the words heard, and the captions that bear witness beside them."""


@dataclass
class Recordings:
    """The recordings of one run.

    `drafted` gives the posts that link one, each with all its links; `upcoming` all links of the run in their order.
    """

    request: Request
    settings: Settings
    tools: Tools
    listener: Listener
    drafted: Callable[[str], Sequence[tuple[Post, Sequence[Link]]]]
    upcoming: Callable[[], Iterable[Link]]
    _known: dict[str, Media | AlignerError] = field(default_factory=dict)
    _media: dict[str, Media | AlignerError] = field(default_factory=dict)
    _captions: dict[str, Transcript | None] = field(default_factory=dict)
    _ahead: dict[str, Future[Media]] = field(default_factory=dict)
    _plans: dict[str, Plan] = field(default_factory=dict)
    _taken: dict[str, _Taken | AlignerError] = field(default_factory=dict)
    _texts: dict[str, HeardText] = field(default_factory=dict)

    @property
    def workspace(self) -> Workspace:
        """The workspace of the settings."""
        return Workspace(self.settings.workspace)

    def hear_all(self, links: Sequence[Link]) -> tuple[list[Heard], list[AlignerError]]:
        """What was heard in the recordings of some links, and what could not be had."""
        heard: list[Heard] = []
        errors: list[AlignerError] = []
        for link in _one_each(links):
            try:
                media, transcript, captions = self._take(link)
                heard.append(Heard(media, transcript, _hints(links, link.media_id), captions))
            except AlignerError as error:
                errors.append(error)
        return heard, errors

    def prepared(self, heard: Heard) -> HeardText:
        """A transcript as match takes it; the latest are kept."""
        key = heard.transcript.fingerprint
        if key not in self._texts:
            while len(self._texts) >= PREPARED:
                del self._texts[next(iter(self._texts))]
            self._texts[key] = prepare(heard.transcript, heard.captions)
        return self._texts[key]

    def tell_plans(self, links: Sequence[Link]) -> str:
        """What would be fetched and heard for a post, in words. Captions are looked up, for they are what tells it."""
        return " ".join(self._tell_plan(link) for link in _one_each(links))

    def _tell_plan(self, link: Link) -> str:
        try:
            media = self._look(link)
            captions = self._read_captions(media)
            plan = self._plan(media, captions)
        except AlignerError as error:
            return str(error)
        length_ms = media.duration_ms or (captions.duration_ms if captions else None)
        held = media.audio or media.video or self._is_given()
        fetch = "" if held or plan.windows == () else "would fetch its sound; "
        return f"{media.title}: {fetch}{tell_plan(plan, length_ms)}."

    # --- fetch ----------------------------------------------------------------------------------

    def _is_given(self) -> bool:
        """Whether the user gives what is to be heard, or read, instead of the link."""
        return bool(self.request.recording or self.request.captions)

    def _look(self, link: Link) -> Media:
        """What can be known of a recording without its sound: above all its captions. Once in a run; errors too."""
        return self._once(self._known, link, self._look_up)

    def _fetch(self, link: Link) -> Media:
        return self._once(self._media, link, self._bring)

    def _once(self, kept: dict[str, Media | AlignerError], link: Link, make: Callable[[Link], Media]) -> Media:
        if link.media_id not in kept:
            try:
                kept[link.media_id] = make(link)
            except AlignerError as error:
                kept[link.media_id] = error
        media = kept[link.media_id]
        if isinstance(media, AlignerError):
            raise media
        return media

    def _look_up(self, link: Link) -> Media:
        if self._is_given():
            return self._bring(link)
        force = self.request.force == "fetch" and not self.request.dry_run
        return obtain_captions(link, self.workspace, _Lazily(self.tools.fetcher), force=force)

    def _bring(self, link: Link) -> Media:
        if self.request.recording:
            return adopt_recording(self.request.recording, link)
        if self.request.captions:
            held = load_media(self.workspace.media_folder(link.media_id))
            return held or Media(link.media_id, link.url, link.provider, link.url, None)
        if link.media_id in self._ahead:
            self.listener.say(f"Waiting for the sound of {link.url}, which is being fetched.")
            return self._ahead[link.media_id].result()
        return self._download(
            link, lambda done, total: self.listener.progress(f"fetching {link.url}", done, total, "B")
        )

    def _download(self, link: Link, progress: Callable[[int, int | None], None]) -> Media:
        return obtain_media(
            link,
            self.workspace,
            _Lazily(self.tools.fetcher),
            keep_video=self.settings.keep_video,
            force=self.request.force == "fetch",
            progress=progress,
        )

    def _fetch_ahead(self) -> None:
        """Fetch the next recording of the run in the background, while this one is heard: one at a time."""
        if self._is_given() or any(not future.done() for future in self._ahead.values()):
            return
        for link in _one_each(list(self.upcoming())):
            if link.media_id not in self._media and link.media_id not in self._ahead and self._needs_sound(link):
                self._ahead[link.media_id] = _begin(partial(self._download, link, _quietly))
                return

    def _needs_sound(self, link: Link) -> bool:
        with suppress(AlignerError):  # told when its turn comes
            media = self._look(link)
            plan = self._plan(media, self._read_captions(media))
            return plan.windows != () and not (media.audio or media.video)
        return False

    # --- hear -----------------------------------------------------------------------------------

    def _take(self, link: Link) -> _Taken:
        """A recording and its words, once in a run; an error is kept too, for every post that needs it."""
        if link.media_id not in self._taken:
            try:
                self._taken[link.media_id] = self._hear_as_planned(link)
            except AlignerError as error:
                self._taken[link.media_id] = error
        taken = self._taken[link.media_id]
        if isinstance(taken, AlignerError):
            raise taken
        return taken

    def _hear_as_planned(self, link: Link) -> _Taken:
        media = self._look(link)
        captions = self._read_captions(media)
        plan = self._plan(media, captions)
        if captions and plan.windows == () and not self.settings.keep_video:
            return self._let_stand(media, captions)  # nothing to hear, hence nothing to fetch
        media = self._fetch(link)
        if captions and not (media.audio or media.video):
            return self._let_stand(media, captions)
        if captions and not media.captions and not self.request.captions:
            captions, plan = None, Plan(None, "its captions are of another recording")
        self._fetch_ahead()
        try:
            transcript = self._listen(media, plan, captions, force=self.request.force in ("fetch", "hear"))
            if captions and self._must_widen(media, plan, captions, transcript):
                transcript = self._listen(media, Plan(None, "its captions are poor"), captions, force=False)
        except (AudioError, MissingError) as error:
            if not captions:
                raise
            self.listener.say(f"The captions of {media.title} stand for what was not heard: {error.message}")
            return self._let_stand(media, captions)
        if not transcript.words:
            raise AlignerError(
                f"No speech was heard in {media.url}{_why(transcript)}.",
                "Check that it is the right recording, with sound, and in the language that the settings say.",
            )
        return media, transcript, captions if captions and captions.engine == FROM_SITE else None

    def _let_stand(self, media: Media, captions: Transcript) -> _Taken:
        """Captions stand for what was said; kept where the words heard are kept, to be shown and searched like them."""
        path = self.workspace.media_folder(media.id) / FOLDER / f"{captions.fingerprint}.json"
        if not path.is_file():
            save_transcript(path, captions)
        return media, captions, None

    def _plan(self, media: Media, captions: Transcript | None) -> Plan:
        if self.settings.hear == "all":
            return Plan(None, "everything is to be heard")
        if captions is None and self.settings.hear == "none":
            raise AlignerError(
                f"{media.url} has no captions, and nothing is to be heard.",
                "Take --hear windows, or give captions with --captions FILE.",
            )
        if captions is None:
            return Plan(None, "it has no captions")
        if self.settings.hear == "none":
            return Plan((), "captions stand for what was said")
        if media.id not in self._plans:
            duration_ms = media.duration_ms or captions.duration_ms
            self._plans[media.id] = plan_windows(media.id, duration_ms, self._drafts(media.id), captions)
        return self._plans[media.id]

    def _drafts(self, media_id: str) -> list[Alignment]:
        """The posts that link a recording, aligned with the captions of their recordings alone."""
        drafts: list[Alignment] = []
        for post, links in self.drafted(media_id):
            known: list[tuple[Heard, HeardText]] = []
            for link in _one_each(links):
                with suppress(AlignerError):  # told when its turn comes
                    media = self._look(link)
                    if captions := self._read_captions(media):
                        heard = Heard(media, captions, _hints(links, link.media_id))
                        known.append((heard, self.prepared(heard)))
            drafts.append(match_post(post, known))
        return drafts

    def _must_widen(self, media: Media, plan: Plan, captions: Transcript, heard: Transcript) -> bool:
        """Whether all must be heard after all: some posts are not in the captions, and these are poor."""
        if not plan.lost or not plan.windows or captions.engine != FROM_SITE:
            return False
        agreement = measure_agreement(heard, captions, plan.windows)
        if agreement is not None and agreement >= TRUSTED:
            return False
        worth = "nothing was heard to hold them against" if agreement is None else f"{agreement:.0%} of it agrees"
        self.listener.say(f"{media.title}: the captions are poor ({worth}), so all of it is heard.")
        return True

    def _read_captions(self, media: Media) -> Transcript | None:
        """The captions that were given, or the site's best; None where there are none that can be used."""
        if self.request.captions:
            if media.id not in self._captions:
                self._captions[media.id] = read_captions(self.request.captions, self.settings.language)
            return self._captions[media.id]
        if media.id not in self._captions:
            self._captions[media.id] = None
            for caption in sorted(media.captions, key=_usefulness):
                try:
                    path = self.workspace.media_folder(media.id) / caption.file
                    self._captions[media.id] = read_captions(path, self.settings.language)
                    break
                except CaptionsError as error:
                    self.listener.say(error.message)
        return self._captions[media.id]

    def _listen(self, media: Media, plan: Plan, known: Transcript | None, *, force: bool) -> Transcript:
        told: list[Plan] = []

        def progress(done: int, total: int) -> None:
            if not told and total:  # called only when something is heard in earnest
                told.append(plan)
                self.listener.say(f"{media.title}: {tell_plan(plan, media.duration_ms)}.")
            self.listener.progress(f"hearing {media.title}", done, total, "ms")

        return hear(
            media,
            self.workspace.media_folder(media.id),
            self.tools.transcriber,
            language=self.settings.language,
            windows=plan.windows,
            known=known,
            force=force,
            progress=progress,
        )


def _one_each(links: Sequence[Link]) -> list[Link]:
    """The first link to each recording."""
    return list({link.media_id: link for link in reversed(links)}.values())[::-1]


def _why(transcript: Transcript) -> str:
    """The reason that holds for most of what gave no words."""
    reasons: Counter[str] = Counter()
    for item in transcript.unheard:
        reasons[item.reason] += item.end_ms - item.start_ms
    return f": {reasons.most_common(1)[0][0]}" if reasons else ""


def _quietly(_done: int, _total: int | None) -> None:
    """Fetch without telling how far it is: another recording is being heard."""


def _begin(work: Callable[[], Media]) -> Future[Media]:
    """Do some work in a thread that does not keep the program from ending."""
    future: Future[Media] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised again for whoever waits for it
            future.set_exception(error)

    Thread(target=run, daemon=True).start()
    return future


def _hints(links: Sequence[Link], media_id: str) -> tuple[int, ...]:
    return tuple(sorted({link.start_ms for link in links if link.media_id == media_id and link.start_ms is not None}))


def _usefulness(caption: Caption) -> tuple[bool, bool]:
    """Automatic captions have word times and what was said; others are good to a line, and often tidied."""
    return not caption.automatic, not caption.file.endswith(("json3", "srv3"))


class _Lazily:
    """A fetcher that is made when it is first needed: loading the real one takes most of a second."""

    def __init__(self, make: Callable[[], LookingFetcher]) -> None:
        self._make = make

    def look(self, link: Link, folder: Path) -> Media:
        return self._make().look(link, folder)

    def fetch(
        self, link: Link, folder: Path, *, keep_video: bool, progress: Callable[[int, int | None], None]
    ) -> Media:
        return self._make().fetch(link, folder, keep_video=keep_video, progress=progress)
