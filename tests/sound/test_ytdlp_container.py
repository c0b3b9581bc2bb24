"""What a file really holds, on real files made here."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from aligner.errors import AudioError
from aligner.sound.container import inspect, put_into_mp4
from tests.sound.media_server import make_recording


def test_a_film(tmp_path: Path) -> None:
    make_recording(tmp_path / "f.mp4", 4)
    contents = inspect(tmp_path / "f.mp4")
    assert contents.duration_ms == pytest.approx(4_000, abs=100)
    assert contents.claimed_ms == pytest.approx(4_000, abs=100)
    assert (contents.has_sound, contents.has_picture, contents.extension) == (True, True, "mp4")


def test_sound_alone_whatever_the_name_says(tmp_path: Path) -> None:
    made = make_recording(tmp_path / "s.m4a", 4, picture=False)
    (tmp_path / "fetching-0123").write_bytes(made)
    contents = inspect(tmp_path / "fetching-0123")
    assert (contents.has_sound, contents.has_picture, contents.extension) == (True, False, "m4a")


def test_a_stream_that_does_not_start_at_zero(tmp_path: Path) -> None:
    make_recording(tmp_path / "s.ts", 4, container="mpegts", starts_at_s=3600)
    contents = inspect(tmp_path / "s.ts")
    assert contents.duration_ms == pytest.approx(4_000, abs=150)
    assert (contents.claimed_ms, contents.extension) == (None, "ts")


def test_a_cut_film_is_as_long_as_what_is_there(tmp_path: Path) -> None:
    whole = make_recording(tmp_path / "f.mp4", 60)
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    contents = inspect(tmp_path / "cut.mp4")
    assert contents.claimed_ms == pytest.approx(60_000, abs=100)
    assert contents.duration_ms == pytest.approx(30_000, abs=3_000)


@pytest.mark.parametrize("body", [b"", b"<!doctype html><p>Bonjour</p>" * 40, b"\0" * 9999])
def test_what_is_no_recording(body: bytes, tmp_path: Path) -> None:
    (tmp_path / "f.mp4").write_bytes(body)
    with pytest.raises(AudioError, match=r"f\.mp4 is no media file"):
        inspect(tmp_path / "f.mp4")


def test_a_cover_image_is_no_picture(tmp_path: Path) -> None:
    """Podcasts carry their cover as a video stream of one frame."""
    with av.open(str(tmp_path / "p.mp3"), "w") as output:
        sound = output.add_stream("libmp3lame", rate=16000, layout="mono")
        cover = output.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 48, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        output.mux(cover.encode(av.VideoFrame(64, 48, "yuvj420p")))
        frame = av.AudioFrame(format="s16", layout="mono", samples=16000)
        frame.sample_rate = 16000
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        output.mux(sound.encode(frame))
        output.mux(sound.encode())
    contents = inspect(tmp_path / "p.mp3")
    assert (contents.has_sound, contents.has_picture, contents.extension) == (True, False, "mp3")


def test_joining_sets_both_to_zero(tmp_path: Path) -> None:
    """Each is counted from where its own stream begins, as on sites that cut both at the same moment."""
    make_recording(tmp_path / "picture.mp4", 6, sound=False)
    make_recording(tmp_path / "sound.ts", 6, picture=False, container="mpegts", starts_at_s=10)

    put_into_mp4([tmp_path / "picture.mp4", tmp_path / "sound.ts"], tmp_path / "joined")

    contents = inspect(tmp_path / "joined")
    assert (contents.has_sound, contents.has_picture, contents.extension) == (True, True, "mp4")
    assert contents.duration_ms == pytest.approx(6_000, abs=150)
    with av.open(str(tmp_path / "joined")) as container:
        assert next(container.decode(audio=0)).time == pytest.approx(0, abs=0.07)
        container.seek(0)
        assert next(container.decode(video=0)).time == 0


def test_what_cannot_stand_in_an_mp4(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"nothing")
    with pytest.raises(AudioError):
        put_into_mp4([tmp_path / "x"], tmp_path / "joined")
