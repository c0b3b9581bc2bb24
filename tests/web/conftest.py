"""A workspace as the viewer meets it: alignments written by the real writer, and a real small video.

Everything is about the fictional commune Montcléry-sur-Aulne. `workspace` is fresh for each test and may be
changed; `site` is the viewer itself, on a real port, over a workspace that no test changes. `open_page` is a
reader with a real Chromium.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, sync_playwright

from aligner.model import (
    Alignment,
    Block,
    Heard,
    Kind,
    Match,
    Media,
    Passage,
    Place,
    Post,
    Status,
    TimedWord,
    Transcript,
    Word,
)
from aligner.output.alignment_file import to_json
from aligner.store import Workspace, dump_json, write_atomic
from web import create_app
from web.serve import bind

VIDEO_SECONDS = 90
VIDEO_FPS = 2
TONE_RATE = 16_000
LONG_POST = 60

LOCAL = Media(
    "generic:conseil-2025-06-12", "https://montclery.example/conseil.mp4", "generic", "Conseil du 12 juin 2025", 90_000
)
TUBE = Media(
    "youtube:Mc5Aulne001", "https://www.youtube.com/watch?v=Mc5Aulne001", "youtube", "Conseil filmé", 5_400_000
)
VIMEO = Media("vimeo:7654321", "https://vimeo.com/7654321", "vimeo", "Réunion publique", 600_000)


@dataclass
class Draft:
    """Writes one post's alignment the way `align` does, block by block."""

    slug: str
    title: str
    media: tuple[Media, ...] = (LOCAL,)
    date: str | None = "2025-06-13T10:00:00"
    url: str | None = None
    blocks: list[Block] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)

    def block(self, text: str, kind: str = "paragraph", level: int = 0) -> Draft:
        self.blocks.append(Block(kind, level, text))
        return self

    def passage(
        self, text: str, status: Status, start_ms: int | None = None, end_ms: int | None = None, **more: Any
    ) -> Draft:
        """Judge `text`, which stands in the block written last. More: id, kind, media, and what a match has."""
        number = len(self.blocks) - 1
        start = self.blocks[-1].text.index(text)
        chars = start, start + len(text)
        name = more.get("id", f"{self.slug}-{len(self.passages) + 1}")
        self.passages.append(
            Passage(name, more.get("kind", Kind.SPEECH), text, "Jeanne Morel", None, number, chars, chars)
        )
        media = more.get("media", self.media[0] if self.media else None)
        self.matches.append(
            Match(
                passage_id=name,
                status=status,
                confidence=0.9,
                reason=more.get("reason", "mots retrouvés dans l’ordre"),
                media_id=media.id if media and start_ms is not None else None,
                start_ms=start_ms,
                end_ms=end_ms,
                said=more.get("said"),
                words=more.get("words", ()),
                unpublished=more.get("unpublished", ()),
                elsewhere=more.get("elsewhere", ()),
                agreed=more.get("agreed"),
                evidence=more.get("evidence"),
                corrected=more.get("corrected"),
            )
        )
        return self

    def document(self) -> dict[str, Any]:
        transcript = Transcript("captions", "", "fr", 90_000, (), "0" * 16)
        post = Post(
            self.slug,
            self.title,
            self.date,
            f"{self.slug}.md",
            self.url,
            tuple(self.blocks),
            tuple(self.passages),
            (),
        )
        heard = tuple(Heard(media, transcript) for media in self.media)
        return to_json(Alignment(post, heard, tuple(self.matches)), "0" * 16)

    def write(self, workspace: Workspace) -> Path:
        path = workspace.aligned / f"{self.slug}.json"
        write_atomic(path, dump_json(self.document()))
        return path


def write_info(workspace: Workspace, media: Media, **files: Any) -> Path:
    """Write a recording's info.json (and its folder); `files` are its `video`, `audio`, `thumbnail`."""
    folder = workspace.media_folder(media.id)
    info: dict[str, Any] = {
        "id": media.id,
        "url": media.url,
        "provider": media.provider,
        "title": media.title,
        "duration_ms": media.duration_ms,
        "audio": None,
        "video": None,
        "thumbnail": None,
        "captions": [],
    }
    write_atomic(folder / "info.json", dump_json(info | files))
    return folder


def write_video(path: Path) -> None:
    """Make a real video: a frame that grows brighter with time, a tone that rises, a keyframe each second."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        picture = container.add_stream("libx264", rate=VIDEO_FPS, options={"preset": "ultrafast", "g": str(VIDEO_FPS)})
        picture.width, picture.height, picture.pix_fmt = 320, 180, "yuv420p"
        sound = container.add_stream("aac", rate=TONE_RATE, layout="mono")
        for index in range(VIDEO_SECONDS * VIDEO_FPS):
            shade = np.full((180, 320, 3), 30 + index, np.uint8)
            frame = av.VideoFrame.from_ndarray(shade, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, VIDEO_FPS)
            container.mux(picture.encode(frame))
        for second in range(VIDEO_SECONDS):
            wave = 0.1 * np.sin(2 * np.pi * (200 + 5 * second) * np.arange(TONE_RATE) / TONE_RATE)
            tone = av.AudioFrame.from_ndarray(wave.astype(np.float32)[None, :], format="fltp", layout="mono")
            tone.sample_rate, tone.pts, tone.time_base = TONE_RATE, second * TONE_RATE, Fraction(1, TONE_RATE)
            container.mux(sound.encode(tone))
        container.mux(picture.encode(None))
        container.mux(sound.encode(None))


def council_post() -> Draft:
    """A post with every kind of block and every verdict, on the local recording."""
    post = Draft("marche-couvert", "Rénover le marché couvert", url="https://montclery.example/marche-couvert")
    post.block("Prise de parole de Jeanne Morel :").passage(
        "Prise de parole de Jeanne Morel :", Status.NOT_FOUND, kind=Kind.BOILERPLATE, id="intro"
    )
    post.block("Pourquoi rénover ?", "heading", 3).passage(
        "Pourquoi rénover ?", Status.NOT_FOUND, kind=Kind.HEADING, id="titre"
    )
    post.block(
        "Le marché couvert de Montcléry-sur-Aulne a plus de cent ans. Sa charpente nous raconte la ville ; "
        "elle mérite mieux qu’une bâche. Nous l’avons vue se fendre cet hiver."
    )
    post.passage(
        "Le marché couvert de Montcléry-sur-Aulne a plus de cent ans.", Status.SPOKEN, 5_000, 9_000, id="cent-ans"
    )
    post.passage(
        "Sa charpente nous raconte la ville ; elle mérite mieux qu’une bâche.",
        Status.REWORDED,
        9_500,
        14_000,
        id="charpente",
        said="cette charpente elle raconte notre ville, elle vaut mieux qu'une bâche",
    )
    post.passage("Nous l’avons vue se fendre cet hiver.", Status.SPOKEN, 14_500, 17_000, id="hiver")
    post.block("Ce que nous proposons", "heading", 3)
    post.block("une charpente refaite en chêne local ;", "item")
    post.passage("une charpente refaite en chêne local ;", Status.SPOKEN, 30_000, 33_000, id="chene")
    post.block("des étals ouverts aux productrices et producteurs de la vallée.", "item")
    post.passage(
        "des étals ouverts aux productrices et producteurs de la vallée.",
        Status.UNCERTAIN,
        41_000,
        45_000,
        id="etals",
        reason="deux endroits conviennent : 0:41 et 1:10",
    )
    post.block("Nous ne laisserons pas la halle fermer.", "blockquote")
    post.passage("Nous ne laisserons pas la halle fermer.", Status.SPOKEN, 60_000, 63_000, id="halle", kind=Kind.QUOTE)
    post.block("Les travaux dureront dix-huit mois. Le budget est tenu. Merci à toutes et à tous.")
    post.passage("Les travaux dureront dix-huit mois.", Status.NOT_FOUND, id="travaux")
    post.passage("Le budget est tenu.", Status.NOT_FOUND, id="budget")
    post.passage("Merci à toutes et à tous.", Status.SPOKEN, 80_000, 82_000, id="merci")
    return post


def filmed_post() -> Draft:
    """A summary with quotes, on YouTube."""
    post = Draft("place-du-lavoir", "La place du Lavoir", (TUBE,), date="2025-03-01")
    post.block("Karim Le Goff rappelle que « la place appartient à celles et ceux qui la traversent » et conclut.")
    post.passage(post.blocks[-1].text, Status.NOT_FOUND, kind=Kind.SUMMARY, id="resume")
    post.passage(
        "la place appartient à celles et ceux qui la traversent",
        Status.SPOKEN,
        754_800,
        758_000,
        id="traversent",
        kind=Kind.QUOTE,
    )
    post.block("Nous y planterons douze tilleuls.").passage(
        "Nous y planterons douze tilleuls.", Status.SPOKEN, 100, 2_000, id="tilleuls"
    )
    return post


def two_recordings_post() -> Draft:
    """A post that stands on two recordings, one of ours and one on YouTube."""
    post = Draft("deux-seances", "Deux séances, un vœu", (LOCAL, TUBE), date="2025-07-01")
    post.block("Nous avons commencé en juin. Nous finissons à l’automne.")
    post.passage("Nous avons commencé en juin.", Status.SPOKEN, 20_000, 22_000, id="juin", media=LOCAL)
    post.passage("Nous finissons à l’automne.", Status.SPOKEN, 3_725_400, 3_728_000, id="automne", media=TUBE)
    return post


def long_post() -> Draft:
    """A speech much longer than a window: a sentence each second and a half, a paragraph each."""
    post = Draft("longue-seance", "Une longue séance", date="2024-01-01")
    for number in range(1, LONG_POST + 1):
        post.block(f"Phrase numéro {number} de la séance, assez longue pour remplir sa ligne. Et la suite.")
        words = post.blocks[-1].text.removesuffix(" Et la suite.")
        post.passage(words, Status.SPOKEN, number * 1_400, number * 1_400 + 1_200, id=f"n{number}")
    return post


def told(start_ms: int, *words: str) -> tuple[tuple[TimedWord, ...], tuple[Word, ...]]:
    """Published words and unpublished ones, half a second each: "mot", "-non dit", "+non publié", "publié=entendu"."""
    timed, unpublished = [], []
    for index, word in enumerate(words):
        begin, end = start_ms + 500 * index, start_ms + 500 * index + 400
        published, _, heard = word.partition("=")
        if word.startswith("+"):
            unpublished.append(Word(word[1:], begin, end))
        elif word.startswith("-"):
            timed.append(TimedWord(word[1:], None, None, None))
        else:
            timed.append(TimedWord(published, begin, end, heard or published))
    return tuple(timed), tuple(unpublished)


def edited_post() -> Draft:
    """A speech that was edited for publication, on two recordings: what was cut, added, said otherwise, said twice."""
    post = Draft("cour-d-ecole", "Planter la cour d’école", (LOCAL, TUBE), date="2025-02-01")
    post.block(
        "La cour de l’école sera plantée de douze tilleuls. Nous le ferons avec les enfants. "
        "Elle sera prête à la rentrée. Une école, c’est un jardin. Voilà notre engagement."
    )
    words, unpublished = told(
        10_000,
        "La",
        "cour",
        "de=de",
        "l’école=notre école",
        "sera",
        "plantée",
        "-de",
        "-douze",
        "+d’arbres",
        "tilleuls.",
    )
    post.passage(
        "La cour de l’école sera plantée de douze tilleuls.",
        Status.REWORDED,
        10_000,
        14_900,
        id="cour",
        said="la cour de notre école sera plantée d’arbres tilleuls",
        words=words,
        unpublished=unpublished,
        elsewhere=(Place(LOCAL.id, 50_000, 55_000), Place(TUBE.id, 3_723_400, 3_728_000)),
    )
    words, unpublished = told(
        20_000, "Nous", "le", "ferons", "+je", "+vous", "+l’assure", "avec", "les", "enfants.", "+Et", "+voilà"
    )
    post.passage(
        "Nous le ferons avec les enfants.",
        Status.SPOKEN,
        20_000,
        24_400,
        id="enfants",
        words=words,
        unpublished=unpublished,
    )
    words, unpublished = told(26_000, "Elle", "sera", "+euh", "prête", "à", "la", "rentrée.")
    post.passage(
        "Elle sera prête à la rentrée.",
        Status.SPOKEN,
        26_000,
        29_500,
        id="rentree",
        words=words,
        unpublished=unpublished,
    )
    post.passage(
        "Une école, c’est un jardin.",
        Status.SPOKEN,
        31_000,
        33_000,
        id="jardin",
        elsewhere=(Place(LOCAL.id, 70_000, 72_000),),
    )
    post.passage(
        "Voilà notre engagement.",
        Status.UNCERTAIN,
        40_000,
        42_000,
        id="engagement",
        reason="deux endroits conviennent",
        elsewhere=(Place(LOCAL.id, 80_000, 82_000),),
    )
    return post


def vimeo_post() -> Draft:
    """A post on a recording the viewer cannot play, with a title that tries to be markup."""
    post = Draft("reunion-publique", "Réunion <script>alert(1)</script> & suite", (VIMEO,), date=None)
    post.block("Bonsoir à vous </script><script>alert(2)</script> toutes.")
    post.passage(post.blocks[-1].text, Status.SPOKEN, 61_200, 64_000, id="bonsoir")
    return post


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "conseil.mp4"
    write_video(path)
    return path


def build(root: Path, video: Path) -> Workspace:
    """All the posts, and the recording that one can play here."""
    workspace = Workspace(root)
    for draft in (council_post(), filmed_post(), two_recordings_post(), edited_post(), long_post(), vimeo_post()):
        draft.write(workspace)
    folder = write_info(workspace, LOCAL, video="video.mp4")
    shutil.copyfile(video, folder / "video.mp4")
    return workspace


@pytest.fixture
def workspace(tmp_path: Path, video: Path) -> Workspace:
    return build(tmp_path, video)


class Client(FlaskClient):
    """A client that reads each answer to its end, as a browser does; else a sent file would stay open."""

    def open(self, *request: Any, **options: Any) -> Any:
        return super().open(*request, **({"buffered": True} | options))


@pytest.fixture
def client(workspace: Workspace) -> FlaskClient:
    app = create_app(workspace)
    app.test_client_class = Client
    return app.test_client()


@contextmanager
def run_viewer(workspace: Workspace) -> Iterator[str]:
    """A running viewer: its address without the final slash."""
    server = bind(create_app(workspace), port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server.url.rstrip("/")
    finally:
        server.stop()
        thread.join(20)
    assert not thread.is_alive()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, video: Path) -> Iterator[str]:
    """The viewer over a workspace that no test changes."""
    with run_viewer(build(tmp_path_factory.mktemp("site"), video)) as address:
        yield address


@pytest.fixture
def own_site(workspace: Workspace) -> Iterator[str]:
    """The viewer over this test's own workspace."""
    with run_viewer(workspace) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = [path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))]
    if not found:
        reason = "no Chromium here; on Debian: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)  # a green run must have seen the browser
        pytest.skip(reason)
    options = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--autoplay-policy=no-user-gesture-required",
    ]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found[0], args=options)
        yield launched
        launched.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens a French reader's page; options go to the browser's context. Afterwards no script may have failed."""
    complaints: list[str] = []
    contexts = []

    def open_it(address: str, prepare: Callable[[Page], object] | None = None, **options: Any) -> Page:
        context = browser.new_context(**({"locale": "fr-FR"} | options))
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        if prepare:
            prepare(page)
        page.goto(address)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []
