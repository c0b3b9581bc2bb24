"""What is held already, what is fetched, and what is left behind; with a fetcher that needs no site."""

from __future__ import annotations

import json
import pickle
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from aligner.errors import AlignerError, FetchError
from aligner.model import Caption, Link, Media
from aligner.sound.fetch import Progress, load_known, load_media, obtain_captions, obtain_media, save_media
from aligner.store import TEMPORARY, Workspace

LINK = Link("https://montclery-sur-aulne.example/conseil.mp4", "generic:conseil-1234", "generic", 60_000, None, (0, 9))
RECORD = {
    "id": "generic:conseil-1234",
    "url": "https://montclery-sur-aulne.example/conseil.mp4",
    "provider": "generic",
    "title": "Conseil municipal du 12 juin 2025",
    "duration_ms": 444_000,
    "audio": "audio.webm",
    "video": None,
    "thumbnail": "poster.jpg",
    "captions": [{"file": "captions.fr.auto.json3", "language": "fr", "automatic": True}],
}


@dataclass
class FakeFetcher:
    """Brings files of a few bytes, or fails; counts how often it is asked for what."""

    failure: Exception | None = None
    leaves: tuple[str, ...] = ()
    meanwhile: Callable[[], None] = lambda: None
    asked: list[bool] = field(default_factory=list)

    def fetch(self, link: Link, folder: Path, *, keep_video: bool, progress: Progress) -> Media:
        self.asked.append(keep_video)
        self.meanwhile()
        for name in self.leaves:
            (folder / name).write_bytes(b"half")
        if self.failure:
            raise self.failure
        name = "video.mp4" if keep_video else "audio.m4a"
        (folder / name).write_bytes(b"fetched")
        (folder / "captions.fr.vtt").write_bytes(b"WEBVTT")
        progress(7, 7)
        return Media(
            link.media_id,
            link.url,
            link.provider,
            "Conseil",
            20_000,
            audio=None if keep_video else name,
            video=name if keep_video else None,
            captions=(Caption("captions.fr.vtt", "fr", automatic=False),),
        )


@dataclass
class FakeLooker:
    """Brings captions of a few bytes, or none, or fails; counts how often it is asked."""

    failure: Exception | None = None
    captions: tuple[Caption, ...] = (Caption("captions.fr.auto.json3", "fr", automatic=True),)
    duration_ms: int = 20_500
    asked: int = 0

    def look(self, link: Link, folder: Path) -> Media:
        self.asked += 1
        if self.failure:
            raise self.failure
        for caption in self.captions:
            (folder / caption.file).write_bytes(b"looked")
        title = "Conseil du 12 juin"
        return Media(link.media_id, link.url, link.provider, title, self.duration_ms, captions=self.captions)


@pytest.fixture
def folder(workspace: Workspace) -> Path:
    return workspace.media_folder(LINK.media_id)


def place(folder: Path, *names: str, **changes: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"held")
    (folder / "info.json").write_text(json.dumps(RECORD | changes), encoding="utf-8")


def test_a_recording_that_is_held_is_not_fetched(workspace: Workspace, folder: Path) -> None:
    place(folder, "audio.webm", "poster.jpg", "captions.fr.auto.json3")
    fetcher = FakeFetcher()

    media = obtain_media(LINK, workspace, fetcher, keep_video=False)

    assert media == Media(
        id="generic:conseil-1234",
        url="https://montclery-sur-aulne.example/conseil.mp4",
        provider="generic",
        title="Conseil municipal du 12 juin 2025",
        duration_ms=444_000,
        audio="audio.webm",
        thumbnail="poster.jpg",
        captions=(Caption("captions.fr.auto.json3", "fr", automatic=True),),
    )
    assert fetcher.asked == []
    assert not (folder / ".lock").exists()  # looking writes nothing: the media may lie on a read-only disk


def test_a_film_placed_by_hand_is_held_with_and_without_keep_video(workspace: Workspace, folder: Path) -> None:
    place(folder, "video.mp4", audio=None, video="video.mp4", thumbnail=None, captions=[])
    fetcher = FakeFetcher()
    assert obtain_media(LINK, workspace, fetcher, keep_video=False).video == "video.mp4"
    assert obtain_media(LINK, workspace, fetcher, keep_video=True).audio is None
    assert fetcher.asked == []


def test_a_missing_sound_is_no_loss_where_the_film_is(workspace: Workspace, folder: Path) -> None:
    place(folder, "video.mp4", video="video.mp4")
    fetcher = FakeFetcher()
    media = obtain_media(LINK, workspace, fetcher, keep_video=False)
    assert (media.audio, media.video, media.thumbnail, media.captions) == (None, "video.mp4", None, ())
    assert fetcher.asked == []


def test_a_record_without_its_files_is_fetched(workspace: Workspace, folder: Path) -> None:
    place(folder, "poster.jpg")
    fetcher = FakeFetcher()
    assert obtain_media(LINK, workspace, fetcher, keep_video=False).audio == "audio.m4a"
    assert fetcher.asked == [False]


def test_files_without_a_record_are_not_trusted(workspace: Workspace, folder: Path) -> None:
    folder.mkdir()
    (folder / "audio.m4a").write_bytes(b"half")
    fetcher = FakeFetcher()
    obtain_media(LINK, workspace, fetcher, keep_video=False)
    assert fetcher.asked == [False]
    assert (folder / "audio.m4a").read_bytes() == b"fetched"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"id": "generic:conseil-1234"}', '{"captions": 7}'])
def test_a_broken_record_is_none(text: str, workspace: Workspace, folder: Path) -> None:
    folder.mkdir()
    (folder / "audio.webm").write_bytes(b"held")
    (folder / "info.json").write_text(text, encoding="utf-8")
    assert load_media(folder) is None
    assert obtain_media(LINK, workspace, FakeFetcher(), keep_video=False).audio == "audio.m4a"


def test_a_fetched_recording_is_recorded_last_and_held_from_then_on(workspace: Workspace, folder: Path) -> None:
    told: list[tuple[int, int | None]] = []
    fetcher = FakeFetcher()

    media = obtain_media(
        LINK, workspace, fetcher, keep_video=False, progress=lambda done, total: told.append((done, total))
    )
    again = obtain_media(LINK, workspace, fetcher, keep_video=False)

    assert again == media
    assert fetcher.asked == [False]
    assert told == [(7, 7)]
    assert json.loads((folder / "info.json").read_text(encoding="utf-8")) == {
        "id": "generic:conseil-1234",
        "url": "https://montclery-sur-aulne.example/conseil.mp4",
        "provider": "generic",
        "title": "Conseil",
        "duration_ms": 20_000,
        "date": None,
        "audio": "audio.m4a",
        "video": None,
        "thumbnail": None,
        "captions": [{"file": "captions.fr.vtt", "language": "fr", "automatic": False}],
    }


def test_temporary_files_of_a_killed_run_are_swept(workspace: Workspace, folder: Path) -> None:
    folder.mkdir()
    (folder / f"{TEMPORARY}killed").write_bytes(b"{")
    obtain_media(LINK, workspace, FakeFetcher(), keep_video=False)
    assert {path.name for path in folder.iterdir()} == {".lock", "audio.m4a", "captions.fr.vtt", "info.json"}


def test_only_the_film_is_fetched_where_only_it_lacks(workspace: Workspace, folder: Path) -> None:
    place(folder, "audio.webm", "poster.jpg", "captions.fr.auto.json3")
    fetcher = FakeFetcher()

    media = obtain_media(LINK, workspace, fetcher, keep_video=True)

    assert fetcher.asked == [True]
    assert (media.audio, media.video, media.thumbnail) == ("audio.webm", "video.mp4", "poster.jpg")
    assert (folder / "audio.webm").read_bytes() == b"held"
    assert load_media(folder) == media


def test_force_replaces_what_was_held(workspace: Workspace, folder: Path) -> None:
    place(folder, "audio.webm", "poster.jpg", "captions.fr.auto.json3")
    fetcher = FakeFetcher()

    media = obtain_media(LINK, workspace, fetcher, keep_video=False, force=True)

    assert fetcher.asked == [False]
    assert (media.audio, media.thumbnail) == ("audio.m4a", None)
    assert {path.name for path in folder.iterdir()} == {".lock", "audio.m4a", "captions.fr.vtt", "info.json"}


def test_force_brings_a_film_again_where_one_was_held(workspace: Workspace, folder: Path) -> None:
    place(folder, "video.mp4", audio=None, video="video.mp4")
    fetcher = FakeFetcher()
    media = obtain_media(LINK, workspace, fetcher, keep_video=False, force=True)
    assert fetcher.asked == [True]
    assert media.video == "video.mp4"
    assert (folder / "video.mp4").read_bytes() == b"fetched"


def test_the_folder_of_another_recording_is_left_alone(workspace: Workspace, folder: Path) -> None:
    """YouTube ids that differ in case only have one folder on macOS and Windows."""
    place(folder, "audio.webm", id="generic:CONSEIL-1234")
    fetcher = FakeFetcher()
    for force in (False, True):
        with pytest.raises(AlignerError, match="belongs to another recording, generic:CONSEIL-1234") as caught:
            obtain_media(LINK, workspace, fetcher, keep_video=False, force=force)
        assert LINK.url in caught.value.message
        assert str(folder) in caught.value.message
    assert fetcher.asked == []
    assert (folder / "audio.webm").read_bytes() == b"held"


def test_a_failure_leaves_no_folder(workspace: Workspace, folder: Path) -> None:
    with pytest.raises(FetchError, match="no"):
        obtain_media(LINK, workspace, FakeFetcher(failure=FetchError("no")), keep_video=False)
    assert list(workspace.media.iterdir()) == []


def test_a_failure_leaves_what_the_next_call_goes_on_from(workspace: Workspace, folder: Path) -> None:
    fetcher = FakeFetcher(failure=FetchError("cut"), leaves=("fetching-1.part",))
    with pytest.raises(FetchError, match="cut"):
        obtain_media(LINK, workspace, fetcher, keep_video=False)
    assert (folder / "fetching-1.part").read_bytes() == b"half"
    assert load_media(folder) is None


def test_a_failure_leaves_what_was_held(workspace: Workspace, folder: Path) -> None:
    place(folder, "audio.webm")
    held = load_media(folder)
    for force in (False, True):
        with pytest.raises(FetchError):
            obtain_media(LINK, workspace, FakeFetcher(failure=FetchError("no")), keep_video=True, force=force)
    assert obtain_media(LINK, workspace, FakeFetcher(), keep_video=False) == held


def test_two_runs_fetch_once(workspace: Workspace) -> None:
    both_started = threading.Barrier(2)
    fetcher = FakeFetcher(meanwhile=lambda: time.sleep(0.3))
    found: list[Media] = []

    def run() -> None:
        both_started.wait()
        found.append(obtain_media(LINK, workspace, fetcher, keep_video=False))

    _run_all([threading.Thread(target=run) for _ in range(2)])

    assert fetcher.asked == [False]
    assert found[0] == found[1]


def test_runs_that_wait_for_a_failing_one_fail_the_same_way(workspace: Workspace, folder: Path) -> None:
    """The failing run removes its empty folder under the feet of those that wait for its lock."""
    all_started = threading.Barrier(4)
    fetcher = FakeFetcher(failure=FetchError("no"), meanwhile=lambda: time.sleep(0.1))
    failures: list[Exception] = []

    def run() -> None:
        all_started.wait()
        try:
            obtain_media(LINK, workspace, fetcher, keep_video=False)
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    _run_all([threading.Thread(target=run) for _ in range(4)])

    assert [type(failure) for failure in failures] == [FetchError] * 4
    assert not folder.exists()


def test_saving_and_loading_give_the_same(tmp_path: Path) -> None:
    for name in ("audio.webm", "captions.fr.auto.json3", "captions.fr.vtt", "poster.png"):
        (tmp_path / name).write_bytes(b"x")
    media = Media(
        "youtube:MntClry2025",
        "https://www.youtube.com/watch?v=MntClry2025",
        "youtube",
        "Conseil « extraordinaire » – 1er juin",
        None,
        audio="audio.webm",
        thumbnail="poster.png",
        captions=(
            Caption("captions.fr.vtt", "fr", automatic=False),
            Caption("captions.fr.auto.json3", "fr", automatic=True),
        ),
    )
    save_media(tmp_path, media)
    assert load_media(tmp_path) == media


def test_whether_to_try_again_survives_pickling() -> None:
    for error in (FetchError("no", "hint", permanent=True), FetchError("no", soon=True), FetchError("no")):
        again = pickle.loads(pickle.dumps(error))
        assert (str(again), again.permanent, again.soon) == (str(error), error.permanent, error.soon)


# --- captions before the sound -----------------------------------------------------------------------


def test_captions_are_held_without_a_sound(workspace: Workspace, folder: Path) -> None:
    looker = FakeLooker()

    media = obtain_captions(LINK, workspace, looker)

    assert media == Media(
        "generic:conseil-1234",
        "https://montclery-sur-aulne.example/conseil.mp4",
        "generic",
        "Conseil du 12 juin",
        20_500,
        captions=(Caption("captions.fr.auto.json3", "fr", automatic=True),),
    )
    assert load_known(folder) == media
    assert load_media(folder) is None
    assert obtain_captions(LINK, workspace, looker) == media
    assert looker.asked == 1


def test_the_sound_is_added_to_the_captions(workspace: Workspace, folder: Path) -> None:
    obtain_captions(LINK, workspace, FakeLooker())
    fetcher = FakeFetcher()

    media = obtain_media(LINK, workspace, fetcher, keep_video=False)

    assert fetcher.asked == [False]
    assert (media.title, media.duration_ms, media.audio) == ("Conseil", 20_000, "audio.m4a")
    assert media.captions == (
        Caption("captions.fr.vtt", "fr", automatic=False),
        Caption("captions.fr.auto.json3", "fr", automatic=True),
    )
    assert (folder / "captions.fr.auto.json3").read_bytes() == b"looked"
    assert load_media(folder) == load_known(folder) == media
    looker = FakeLooker()
    assert obtain_captions(LINK, workspace, looker) == media
    assert looker.asked == 0


def test_captions_in_another_form_replace_those_that_came_before(workspace: Workspace, folder: Path) -> None:
    obtain_captions(LINK, workspace, FakeLooker(captions=(Caption("captions.fr.json3", "fr", automatic=False),)))
    media = obtain_media(LINK, workspace, FakeFetcher(), keep_video=False)
    assert media.captions == (Caption("captions.fr.vtt", "fr", automatic=False),)
    assert {path.name for path in folder.iterdir()} == {".lock", "audio.m4a", "captions.fr.vtt", "info.json"}


@pytest.mark.parametrize(("announced_ms", "kept"), [(25_000, True), (15_000, True), (25_001, False), (14_999, False)])
def test_captions_of_a_broadcast_that_was_cut_since_are_not_kept(
    announced_ms: int, kept: bool, workspace: Workspace, folder: Path
) -> None:
    """The sound that came has 20 s; the captions were made for more, or for less."""
    obtain_captions(LINK, workspace, FakeLooker(duration_ms=announced_ms))
    media = obtain_media(LINK, workspace, FakeFetcher(), keep_video=False)
    assert (Caption("captions.fr.auto.json3", "fr", automatic=True) in media.captions) is kept
    assert (folder / "captions.fr.auto.json3").exists() is kept


def test_without_captions_the_next_call_looks_again(workspace: Workspace, folder: Path) -> None:
    """Sites make automatic captions hours after the broadcast."""
    without = FakeLooker(captions=())
    for asked in (1, 2):
        assert obtain_captions(LINK, workspace, without).captions == ()
        assert without.asked == asked
    assert obtain_captions(LINK, workspace, FakeLooker()).captions != ()


def test_a_recording_that_is_held_is_not_looked_up(workspace: Workspace, folder: Path) -> None:
    place(folder, "audio.webm", captions=[])
    looker = FakeLooker()
    assert obtain_captions(LINK, workspace, looker).audio == "audio.webm"
    assert looker.asked == 0
    assert not (folder / ".lock").exists()


def test_force_looks_and_leaves_the_sound(workspace: Workspace, folder: Path) -> None:
    place(folder, "audio.webm", "poster.jpg", "captions.fr.auto.json3")
    looker = FakeLooker()

    media = obtain_captions(LINK, workspace, looker, force=True)

    assert looker.asked == 1
    assert (media.title, media.duration_ms) == ("Conseil du 12 juin", 444_000)
    assert (media.audio, media.thumbnail) == ("audio.webm", "poster.jpg")
    assert (folder / "captions.fr.auto.json3").read_bytes() == b"looked"
    assert (folder / "audio.webm").read_bytes() == b"held"
    assert load_media(folder) == media


def test_a_failed_look_leaves_nothing_and_takes_nothing(workspace: Workspace, folder: Path) -> None:
    looker = FakeLooker(failure=FetchError("no"))
    with pytest.raises(FetchError):
        obtain_captions(LINK, workspace, looker)
    assert not folder.exists()

    place(folder, "audio.webm")
    held = load_media(folder)
    with pytest.raises(FetchError):
        obtain_captions(LINK, workspace, looker, force=True)
    assert load_media(folder) == held


@pytest.mark.parametrize(
    ("told", "day"),
    [("2025-06-12", "2025-06-12"), ("20250612", "2025-06-12"), ("juin 2025", None), ("2025-06-31", None), (2025, None)],
)
def test_a_day_in_a_record_placed_by_hand_is_read_where_it_is_one(folder: Path, told: object, day: str | None) -> None:
    place(folder, "audio.webm", date=told)
    media = load_media(folder)
    assert media is not None
    assert media.date == day


def test_the_day_stays_with_the_recording(workspace: Workspace, folder: Path) -> None:
    """Told by the first look, it outlasts records of fetchers that know none; records from before have none."""
    place(folder, "audio.webm")
    assert (known := load_known(folder)) is not None
    assert known.date is None
    place(folder, "audio.webm", date="2025-06-12")
    assert obtain_captions(LINK, workspace, FakeLooker(), force=True).date == "2025-06-12"
    assert obtain_media(LINK, workspace, FakeFetcher(), keep_video=True).date == "2025-06-12"
    assert json.loads((folder / "info.json").read_text(encoding="utf-8"))["date"] == "2025-06-12"


def test_captions_are_not_put_into_the_folder_of_another_recording(workspace: Workspace, folder: Path) -> None:
    place(folder, "audio.webm", id="generic:CONSEIL-1234")
    looker = FakeLooker()
    with pytest.raises(AlignerError, match="belongs to another recording, generic:CONSEIL-1234"):
        obtain_captions(LINK, workspace, looker, force=True)
    assert looker.asked == 0


def _run_all(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
