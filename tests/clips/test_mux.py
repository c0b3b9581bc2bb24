"""Subtitle tracks in copies of recordings: the same packets, the right cues, off by default, never written over."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from av.stream import Disposition
from click.testing import CliRunner

from aligner.cli import main
from aligner.clips import mux, timed_text
from aligner.clips.mux import add_subtitles, container_for, mux_posts
from aligner.clips.timed_text import TextTrack
from aligner.errors import AlignerError, AudioError, UsageError
from aligner.model import Cue
from aligner.store import Workspace
from tests.clips.conftest import FILM, halle_post, write_film
from tests.web.conftest import write_info

CUES = [
    Cue(1_000, 2_500, ("La charpente de la halle", "se fend chaque hiver."), "a"),
    Cue(2_580, 4_000, ("Nous la referons : œuvre & chêne, « là » <ici>.",), "b"),
    Cue(9_000, 10_000, ("Fin.",), "c"),
]
TRACK = TextTrack("Texte publié", CUES)


def packets(path: Path, kind: str) -> list[tuple[float, bytes]]:
    container: Any
    with av.open(str(path)) as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        return [(float(p.pts * p.time_base), bytes(p)) for p in container.demux(stream) if p.pts is not None]


def texts(path: Path, number: int = 0) -> list[tuple[float, float, str]]:
    """The cues of a track, read without our own reader."""
    container: Any
    with av.open(str(path)) as container:
        stream = container.streams.subtitles[number]
        cut = 2 if stream.codec_context.name == "mov_text" else 0
        return [
            (float(p.pts * p.time_base), float(p.duration * p.time_base), bytes(p)[cut:].decode())
            for p in container.demux(stream)
            if p.size > cut
        ]


EXPECTED: list[Any] = [(cue.start_ms / 1000, (cue.end_ms - cue.start_ms) / 1000, "\n".join(cue.lines)) for cue in CUES]


@pytest.mark.parametrize(
    ("ending", "codec", "sound", "made", "text"),
    [
        ("mp4", "libx264", "aac", "mp4", "mov_text"),
        ("mkv", "libx264", "aac", "mkv", "subrip"),
        ("webm", "libvpx-vp9", "libopus", "mkv", "subrip"),
    ],
)
def test_packets_are_copied_and_cues_added(
    tmp_path: Path, film: Path, ending: str, codec: str, sound: str, made: str, text: str
) -> None:
    source, target = tmp_path / f"film.{ending}", tmp_path / f"with.{made}"
    if ending == "mp4":
        shutil.copyfile(film, source)
    else:
        write_film(source, codec=codec, sound=sound)
    before = source.read_bytes()
    add_subtitles(source, target, [TRACK])
    assert source.read_bytes() == before
    for kind in ("video", "audio"):
        old, new = packets(source, kind), packets(target, kind)
        assert [raw for _, raw in new] == [raw for _, raw in old]
        assert [time for time, _ in new] == pytest.approx([time for time, _ in old], abs=0.001)
    guard = "" if made == "mp4" else "\u2060"  # Matroska's text has markup
    expected: list[Any] = [
        (pytest.approx(start), pytest.approx(length), words.replace("<ici", f"<{guard}ici"))
        for start, length, words in EXPECTED
    ]
    assert texts(target) == expected
    with av.open(str(target)) as container:
        stream = container.streams.subtitles[0]
        assert (stream.codec_context.name.replace("srt", "subrip"), stream.language) == (text, "fra")
        assert not stream.disposition & Disposition.default
        assert container.streams.video[0].disposition & Disposition.default
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_ffmpegs_own_decoder_reads_the_words(tmp_path: Path, film: Path) -> None:
    target = tmp_path / "with.mp4"
    add_subtitles(film, target, [TRACK])
    container: Any
    with av.open(str(target)) as container:
        read = [line for packet in container.demux(subtitles=0) if packet.size > 2 for line in packet.decode()]
    words = [line.ass.decode().split(",", 8)[8].replace("\\N", "\n").strip() for line in read]
    assert words == [words for _, _, words in EXPECTED]


def test_two_tracks_stand_beside_those_that_were_there(tmp_path: Path, film: Path) -> None:
    first, second = tmp_path / "one.mp4", tmp_path / "three.mp4"
    add_subtitles(film, first, [TRACK])
    add_subtitles(first, second, [TextTrack("Deux", CUES[:1]), TextTrack("Trois", CUES[1:])])
    assert texts(second, 0) == texts(first)
    assert [words for *_, words in texts(second, 1)] == ["La charpente de la halle\nse fend chaque hiver."]
    assert len(texts(second, 2)) == 2


def test_titles_and_chapters_stay(tmp_path: Path, film: Path) -> None:
    source, target = tmp_path / "titled.mp4", tmp_path / "with.mp4"
    with av.open(str(film)) as read, av.open(str(source), "w") as made:
        made.metadata["title"] = "Conseil du 12 juin"
        made.set_chapters(
            [
                {"id": 1, "start": 0, "end": 10_000, "time_base": Fraction(1, 1000), "metadata": {"title": "Début"}},
                {"id": 2, "start": 10_000, "end": 30_000, "time_base": Fraction(1, 1000), "metadata": {"title": "Fin"}},
            ]
        )
        streams = {stream.index: made.add_stream_from_template(stream, opaque=True) for stream in read.streams}
        for packet in read.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                made.mux(packet)
    add_subtitles(source, target, [TRACK])
    with av.open(str(target)) as container:
        assert container.metadata["title"] == "Conseil du 12 juin"
        assert [chapter["metadata"]["title"] for chapter in container.chapters()] == ["Début", "Fin"]
        assert len(container.streams.subtitles) == 1


def test_what_is_there_is_never_written_over(tmp_path: Path, film: Path) -> None:
    target = tmp_path / "with.mp4"
    target.write_bytes(b"mine")
    with pytest.raises(UsageError, match="never written over"):
        add_subtitles(film, target, [TRACK])
    assert target.read_bytes() == b"mine"


def test_a_copy_that_reads_back_otherwise_is_not_kept(
    tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = timed_text.make_packets
    monkeypatch.setattr(mux, "make_packets", lambda stream, track, zero: list(make(stream, track, zero))[:-1])
    with pytest.raises(AlignerError, match="are not those that were meant"):
        add_subtitles(film, tmp_path / "with.mp4", [TRACK])
    moved = mux._moved
    monkeypatch.undo()
    monkeypatch.setattr(mux, "_moved", lambda container, chosen: list(moved(container, chosen))[:-5])
    with pytest.raises(AlignerError, match="does not hold the same picture and sound"):
        add_subtitles(film, tmp_path / "with.mp4", [TRACK])
    assert list(tmp_path.iterdir()) == []


def test_other_containers_are_refused(tmp_path: Path, radio: Path) -> None:
    with pytest.raises(AudioError, match="neither MP4 nor Matroska"):
        container_for(radio)
    (tmp_path / "text.mp4").write_text("no media")
    with pytest.raises(AudioError, match="no media file"):
        container_for(tmp_path / "text.mp4")


# --- the command -------------------------------------------------------------------------------------


@pytest.fixture
def filmed(tmp_path: Path, film: Path) -> Workspace:
    """A workspace in which one of a post's three recordings is a film that lies there."""
    workspace = Workspace(tmp_path / "commune")
    halle_post().write(workspace)
    shutil.copyfile(film, write_info(workspace, FILM, video="video.mp4") / "video.mp4")
    return workspace


def test_every_recording_that_is_here_gets_its_track(filmed: Workspace, tmp_path: Path) -> None:
    (path,) = mux_posts(filmed, (), tmp_path / "out")
    assert path == tmp_path / "out" / "halle.1.mp4"
    said = " ".join(words for *_, words in texts(path)).replace("\n", " ").replace("\u00a0", " ")
    assert said == "La charpente de la halle se fend chaque hiver. Nous la referons en chêne de la vallée."
    assert texts(path)[0][0] == pytest.approx(10.32)


def test_a_post_that_was_named_must_have_its_recordings_here(filmed: Workspace, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main, ["export", "halle", "--mux", "--workspace", str(filmed.root), "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 1
    assert done.stdout == f"{tmp_path / 'out' / 'halle.1.mp4'}\n"
    assert "does not lie in" in done.stderr


def test_formats_and_mux_exclude_each_other(filmed: Workspace) -> None:
    done = CliRunner().invoke(main, ["export", "--mux", "--format", "srt", "--workspace", str(filmed.root)])
    assert done.exit_code == 2
    assert "--mux takes no other choice of form" in done.stderr


def test_nothing_to_put_together_is_told(filmed: Workspace, tmp_path: Path) -> None:
    shutil.rmtree(filmed.media)
    with pytest.raises(AlignerError, match="No recording of the posts lies in"):
        list(mux_posts(filmed, (), tmp_path))
