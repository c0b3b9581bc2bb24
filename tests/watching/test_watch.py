"""A watch in this process: what happens is told, and each thing told makes the next thing happen."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Timer
from typing import Any

import pytest
import watchfiles

from aligner.errors import UsageError
from aligner.matching.heard_text import HeardText
from aligner.model import Outcome
from aligner.pipeline import Run
from aligner.recordings import Listener, Recordings, Request, Tools
from aligner.settings import Settings, load_settings
from aligner.store import Workspace, one_run
from aligner.watching import stamps, watch
from aligner.watching.watch import Surroundings, Watch
from tests.fakes import Silent

SENTENCE = "Le jardin partagé de la rue des Tanneurs ouvrira ses portes au printemps prochain."
OTHER = "La médiathèque prêtera désormais des instruments de musique aux collégiens de Montcléry."
A, B = "MontcleryA1", "MontcleryB2"

Step = Callable[[], object]


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "QUIET_S", 0.05)
    monkeypatch.setattr(watch, "LOOK_S", 0.1)


def hold(workspace: Workspace, name: str, *texts: str) -> None:
    """Put a recording with captions into the workspace; `hear = "none"` takes them for what was said."""
    folder = workspace.media_folder(f"youtube:{name}")
    folder.mkdir(parents=True, exist_ok=True)
    cues = "".join(f"{k}\n00:00:{10 * k:02},000 --> 00:00:{10 * k + 7:02},000\n{t}\n\n" for k, t in enumerate(texts, 1))
    (folder / "fr.srt").write_text(cues, encoding="utf-8")
    record = {
        "id": f"youtube:{name}",
        "url": f"https://www.youtube.com/watch?v={name}",
        "provider": "youtube",
        "title": f"Séance {name}",
        "duration_ms": 60_000,
        "captions": [{"file": "fr.srt", "language": "fr", "automatic": False}],
    }
    (folder / "info.json").write_text(json.dumps(record), encoding="utf-8")


def write(workspace: Workspace, slug: str, text: str, *links: str) -> Path:
    path = workspace.posts / f"{slug}.md"
    addresses = "\n\n".join(f"https://youtu.be/{link}" for link in links)
    path.write_text(f"# {slug}\n\n{addresses}\n\n{text}\n", encoding="utf-8")
    return path


def read(workspace: Workspace, slug: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((workspace.aligned / f"{slug}.json").read_text(encoding="utf-8"))
    return document


def no_fetcher() -> Any:
    raise AssertionError("nothing is to be fetched")


def no_transcriber() -> Any:
    raise AssertionError("nothing is to be heard")


@dataclass
class Scene:
    """Runs a watch. After each thing told, and each sentence said, the next step is done; after the last, it stops."""

    workspace: Workspace
    steps: list[Step] = field(default_factory=list)
    told: list[tuple[Outcome, float | None]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    made: list[Settings] = field(default_factory=list)
    request: Request = field(default_factory=lambda: Request(()))
    watch: Watch = field(init=False)
    tools: Tools = field(default_factory=lambda: Tools(no_fetcher, no_transcriber))

    def play(self, *steps: Step) -> list[str]:
        self.steps = list(steps)
        self.watch = Watch(self.request, Surroundings(self._load, self._make, self._listen, self._say, self._tell))
        given_up: list[str] = []

        def give_up() -> None:
            given_up.append("nothing more happened")
            self.watch.stop.set()

        emergency = Timer(60, give_up)
        emergency.start()
        try:
            self.watch.follow()
        finally:
            emergency.cancel()
        assert not given_up, f"the watch told no more than {self.lines}"
        return self.lines

    @property
    def lines(self) -> list[str]:
        return [f"{outcome.slug} {outcome.state}" for outcome, _ in self.told]

    def _load(self) -> Settings:
        return load_settings({"workspace": self.workspace.root}, {"ALIGNER_HEAR": "none"})

    def _make(self, settings: Settings) -> Tools:
        self.made.append(settings)
        return self.tools

    @contextmanager
    def _listen(self) -> Iterator[Listener]:
        yield Silent()

    def _say(self, text: str) -> None:
        self.said.append(text)
        self._go_on()

    def _tell(self, outcome: Outcome, again_s: float | None) -> None:
        self.told.append((outcome, again_s))
        self._go_on()

    def _go_on(self) -> None:
        if self.steps:
            self.steps.pop(0)()
        else:
            self.watch.stop.set()


@pytest.fixture
def scene(workspace: Workspace) -> Scene:
    hold(workspace, A, SENTENCE, OTHER)
    return Scene(workspace)


def nothing() -> None:
    """A step at which nothing is done."""


def align_plainly(workspace: Workspace) -> list[str]:
    settings = load_settings({"workspace": workspace.root}, {"ALIGNER_HEAR": "none"})
    outcomes = Run(Request(()), settings, Tools(no_fetcher, no_transcriber), Silent()).outcomes()
    return [f"{outcome.slug} {outcome.state}" for outcome in outcomes]


def test_what_waits_is_done_first_then_what_comes_and_what_is_edited(scene: Scene) -> None:
    space = scene.workspace
    write(space, "jardin", SENTENCE, A)
    lines = scene.play(
        nothing,  # jardin is done; then the watch says that it watches:
        lambda: write(space, "musique", OTHER, A),
        lambda: write(space, "jardin", f"{SENTENCE} {OTHER}", A),
        lambda: write(space, "sans", SENTENCE),
    )
    assert lines == ["jardin done", "musique done", "jardin done", "sans skipped"]
    assert scene.said[0] == f"Watching {space.posts}: 1 post. Ctrl-C stops."
    assert len(read(space, "jardin")["passages"]) == 3  # the heading is one
    assert align_plainly(space) == ["jardin unchanged", "musique unchanged", "sans skipped"]


def test_an_empty_folder_is_watched(scene: Scene) -> None:
    assert scene.play(lambda: write(scene.workspace, "jardin", SENTENCE, A)) == ["jardin done"]


def test_a_missing_folder_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        Scene(Workspace(tmp_path)).play()


def test_a_post_that_goes_is_told_and_its_alignment_stays(scene: Scene) -> None:
    path = write(scene.workspace, "jardin", SENTENCE, A)
    lines = scene.play(nothing, path.unlink)
    assert lines == ["jardin done", "jardin removed"]
    alignment = scene.workspace.aligned / "jardin.json"
    assert scene.told[-1][0].message == f"{path} is gone. Its alignment stays: {alignment}."
    assert alignment.is_file()


def test_a_post_that_moves_is_no_post_that_goes(scene: Scene) -> None:
    path = write(scene.workspace, "jardin", SENTENCE, A)
    folder = scene.workspace.posts / "2025"
    folder.mkdir()
    assert scene.play(nothing, lambda: path.rename(folder / path.name)) == ["jardin done", "jardin done"]
    assert read(scene.workspace, "jardin")["post"]["source"] == "2025/jardin.md"


def test_a_broken_post_stops_nothing_and_is_done_when_it_is_mended(scene: Scene) -> None:
    space = scene.workspace
    path = space.posts / "casse.md"
    lines = scene.play(
        lambda: path.write_text("---\ntitle: [\n---\ntexte", encoding="utf-8"),
        lambda: write(space, "jardin", SENTENCE, A),
        lambda: write(space, "casse", OTHER, A),
    )
    assert lines == ["casse failed", "jardin done", "casse done"]
    assert "casse.md" in scene.told[0][0].message
    assert scene.told[0][1] is None  # it is not tried again before it changes


def test_what_may_pass_is_tried_again_after_growing_waits(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    from aligner.errors import FetchError

    class Deaf:
        def look(self, link: Any, folder: Path) -> Any:
            raise FetchError("There is no network.", "Try again later.")

        fetch = look

    monkeypatch.setattr(watch, "FIRST_WAIT_S", 0.2)
    monkeypatch.setattr(watch, "LONGEST_WAIT_S", 0.6)
    space = scene.workspace
    scene.tools = Tools(Deaf, no_transcriber)  # type: ignore[arg-type]
    write(space, "loin", OTHER, B)
    lines = scene.play(nothing, nothing, nothing, nothing, lambda: hold(space, B, OTHER))
    assert lines == [*["loin failed"] * 4, "loin done"]
    assert [again for _, again in scene.told] == [0.2, 0.4, 0.6, 0.6, None]


def test_posts_that_share_a_recording_are_taken_together_and_others_left_alone(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = scene.workspace
    hold(space, B, OTHER)
    hold(space, "MontcleryC3", SENTENCE)
    write(space, "a", SENTENCE, A)
    write(space, "ab", OTHER, A, B)
    write(space, "c", SENTENCE, "MontcleryC3")
    taken: list[object] = []

    def note(request: Request, *rest: Any) -> Run:
        taken.append(request.taken)
        return Run(request, *rest)

    monkeypatch.setattr(watch, "Run", note)
    lines = scene.play(*[nothing] * 3, lambda: write(space, "b", OTHER, B), lambda: write(space, "c", OTHER, B))
    assert lines == ["a done", "ab done", "c done", "b done", "c done"]
    files = {name: space.posts / f"{name}.md" for name in ("a", "ab", "b", "c")}
    tied = {files["a"], files["ab"], files["b"]}
    assert taken == [None, tied, {*tied, files["c"]}]
    assert align_plainly(space) == ["a unchanged", "ab unchanged", "b unchanged", "c unchanged"]


def test_where_the_system_tells_nothing_posts_are_found_all_the_same(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mute(*_: Any, stop_event: Event, **__: Any) -> Iterator[set[object]]:
        while not stop_event.wait(0.05):
            yield set()

    monkeypatch.setattr(watchfiles, "watch", mute)
    write(scene.workspace, "jardin", SENTENCE, A)
    lines = scene.play(nothing, lambda: write(scene.workspace, "musique", OTHER, A))
    assert lines == ["jardin done", "musique done"]


def test_a_system_that_refuses_to_tell_is_told_of_and_posts_are_found_all_the_same(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Iterator[set[object]]:
        raise OSError("OS file watch limit reached")
        yield set()

    monkeypatch.setattr(watchfiles, "watch", refuse)
    write(scene.workspace, "jardin", SENTENCE, A)
    lines = scene.play(nothing, nothing, lambda: write(scene.workspace, "musique", OTHER, A))
    assert lines == ["jardin done", "musique done"]
    assert scene.said[1].startswith("The system does not tell of changes here (OS file watch limit reached)")


def test_a_folder_that_is_away_for_a_while_is_waited_for(scene: Scene) -> None:
    posts = scene.workspace.posts
    away = posts.with_name("away")
    write(scene.workspace, "jardin", SENTENCE, A)

    def bring_back() -> None:
        away.rename(posts)
        write(scene.workspace, "musique", OTHER, A)

    lines = scene.play(nothing, lambda: posts.rename(away), bring_back)
    assert lines == ["jardin done", "musique done"]
    assert scene.said[1] == f"{posts} does not exist. Waiting for it to come back; nothing is forgotten."


def test_two_files_of_one_slug_are_refused_as_in_a_plain_run(scene: Scene) -> None:
    space = scene.workspace
    (space.posts / "autre").mkdir()
    write(space, "jardin", SENTENCE, A)
    twin = f"---\nslug: jardin\n---\n\nhttps://youtu.be/{A}\n\n{OTHER}\n"
    lines = scene.play(nothing, lambda: (space.posts / "autre" / "z.md").write_text(twin, encoding="utf-8"))
    assert lines[:2] == ["jardin done", "jardin failed"]
    assert "the same slug" in scene.told[1][0].message or "belongs to" in scene.told[1][0].message


def test_settings_are_read_again_and_bad_ones_are_told_and_left(scene: Scene) -> None:
    space = scene.workspace
    toml = space.root / "aligner.toml"
    write(space, "jardin", SENTENCE, A)
    scene.play(
        nothing,
        lambda: toml.write_text('modle = "x"\n', encoding="utf-8"),
        lambda: toml.write_text('proxy = "http://127.0.0.1:9"\n', encoding="utf-8"),
        lambda: write(space, "musique", OTHER, A),
    )
    assert scene.lines == ["jardin done", "musique done"]
    assert "Did you mean “model”?" in scene.said[1]
    assert scene.said[1].endswith("What was set before stays in use.")
    assert scene.said[2] == "The settings changed; all posts are looked at again."
    assert [settings.proxy for settings in scene.made] == ["", "http://127.0.0.1:9"]


def test_given_captions_that_change_make_all_posts_anew(scene: Scene, tmp_path: Path) -> None:
    space = scene.workspace
    captions = tmp_path / "given.srt"
    captions.write_text(f"1\n00:00:05,000 --> 00:00:12,000\n{SENTENCE}\n", encoding="utf-8")
    scene.request = Request((), captions=captions)
    write(space, "jardin", SENTENCE, A)
    more = f"1\n00:00:25,000 --> 00:00:32,000\n{SENTENCE}\n"
    assert scene.play(nothing, lambda: captions.write_text(more, encoding="utf-8")) == ["jardin done", "jardin done"]
    assert read(space, "jardin")["passages"][-1]["start_ms"] >= 25_000


def test_corrections_beside_a_post_have_it_looked_at_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    space = scene.workspace
    path = write(space, "jardin", SENTENCE, A)
    write(space, "musique", OTHER, A)
    rounds: list[object] = []
    monkeypatch.setattr(Watch, "_round", lambda self, *facts: rounds.append(facts))
    scene.play((space.posts / "personne.corrections.toml").touch)
    assert scene.said[1].startswith(f"{space.posts / 'personne.corrections.toml'} belongs to no post")
    follower = scene.watch
    follower._read(path)
    (space.posts / "jardin.corrections.toml").touch()
    follower._look(0.0)
    follower._look(10.0)
    assert rounds[-1] == (frozenset({path}), {"jardin"})


def test_a_watch_waits_its_turn_and_says_so_once(scene: Scene) -> None:
    write(scene.workspace, "jardin", SENTENCE, A)
    with one_run(scene.workspace, lambda: False) as held:
        assert held
        assert scene.play() == []
    assert scene.said == ["Another run is at work on this workspace; waiting for it."]
    assert not scene.workspace.aligned.exists()


def find_kept() -> list[object]:
    gc.collect()
    return [thing for thing in gc.get_objects() if isinstance(thing, Recordings | HeardText)]


def test_nothing_of_a_round_is_kept_in_memory(scene: Scene) -> None:
    space = scene.workspace
    write(space, "jardin", SENTENCE, A)
    write(space, "musique", OTHER, A)
    others = find_kept()  # of other tests
    counts: list[int] = []

    def edit(number: int) -> None:
        counts.append(len(find_kept()) - len(others))
        write(space, "jardin", f"{SENTENCE} {OTHER} Phrase {number}.", A)

    scene.play(*[nothing] * 2, *[lambda n=n: edit(n) for n in range(5)])
    assert scene.lines == ["jardin done", "musique done", *["jardin done"] * 5]
    assert len(find_kept()) == len(others)
    assert counts == [0, *[2] * 4]  # when told, between the rounds and within one: its recordings and one text
