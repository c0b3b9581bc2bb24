"""Clips of real small recordings: the right frame, the right sample, the right words, and nothing unproven."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from aligner.clips.make import Wish, make_clip
from aligner.errors import AlignerError, UsageError
from aligner.store import Workspace
from tests.clips.conftest import FPS, Seen, pitch_of, shade_of, write_film


def cut(
    workspace: Workspace, tmp_path: Path, passage: str = "charpente", name: str = "clip.mp4", **more: object
) -> Seen:
    path = tmp_path / name
    assert make_clip(workspace, Wish(passage, out=path, **more))[0] == path  # type: ignore[arg-type]
    return Seen(path)


# --- the right moment --------------------------------------------------------------------------------


@pytest.mark.parametrize("before_ms", [0, 300, 333, 2_320])
def test_a_clip_begins_with_the_frame_of_its_moment(workspace: Workspace, tmp_path: Path, before_ms: int) -> None:
    seen = cut(workspace, tmp_path, before_ms=before_ms, subtitles="none")
    start_ms = 10_320 - before_ms
    first = start_ms * FPS // 1000
    assert abs(seen.shade(0) - shade_of(first)) < 2
    assert [round(seen.shade(k)) - shade_of(first + k) for k in range(20)] == pytest.approx([0] * 20, abs=2)
    # the first frame is shown for what is left of it, each later one when it came in the recording
    expected = [0.0] + [((first + k) * 1000 / FPS - start_ms) / 1000 for k in range(1, 20)]
    assert seen.times[:20] == pytest.approx(expected, abs=1e-4)


def test_sound_and_picture_are_in_step_and_end_together(workspace: Workspace, tmp_path: Path) -> None:
    seen = cut(workspace, tmp_path, before_ms=320, after_ms=230, subtitles="none")  # 10.000 to 14.100
    for second in range(4):
        assert abs(seen.pitch(second + 0.1, second + 0.9) - pitch_of(10 + second)) < 2
    # a second begins, to the ear and to the eye, at the same moment
    turn = np.abs(np.diff(seen.samples[round(0.9 * seen.rate) : round(1.1 * seen.rate)]))
    assert turn.max() < 0.1
    assert seen.duration_ms == pytest.approx(4_100, abs=25)
    assert seen.times[-1] == pytest.approx(4.08, abs=1e-3)


def test_the_tone_changes_at_the_exact_sample(workspace: Workspace, tmp_path: Path) -> None:
    seen = cut(workspace, tmp_path, before_ms=320, after_ms=0, subtitles="none")
    rate = seen.rate
    # an independent measure: the clip against the recording, shifted until they agree best
    whole = Seen(workspace.media_folder("generic:halle") / "video.mp4").samples
    part = seen.samples[rate // 2 : rate * 3 // 2]
    shifts = range(-200, 201)
    errors = [float(np.abs(whole[10 * rate + rate // 2 + s :][: len(part)] - part).mean()) for s in shifts]
    assert abs(shifts[int(np.argmin(errors))]) <= 1
    assert min(errors) < 0.01


def test_the_cuts_do_not_click(workspace: Workspace, tmp_path: Path) -> None:
    seen = cut(workspace, tmp_path, before_ms=111, subtitles="none")
    loud = np.abs(seen.samples)
    assert loud[: seen.rate // 1000].max() < 0.1
    assert loud[round(0.02 * seen.rate) : round(0.04 * seen.rate)].max() == pytest.approx(0.5, abs=0.03)
    end = round(seen.rate * (3.55 + 0.111 + 0.5))
    assert loud[end - seen.rate // 1000 : end].max() < 0.1


def test_a_clip_goes_on_to_another_passage(workspace: Workspace, tmp_path: Path) -> None:
    seen = cut(workspace, tmp_path, to="chene", subtitles="none", before_ms=0, after_ms=0)
    assert seen.duration_ms == pytest.approx(18_150 - 10_320, abs=25)
    assert abs(seen.pitch(5.0, 5.6) - pitch_of(15)) < 2


def test_margins_stop_at_the_ends_of_the_recording(workspace: Workspace, tmp_path: Path) -> None:
    seen = cut(workspace, tmp_path, before_ms=60_000, after_ms=60_000, subtitles="none")
    assert seen.duration_ms == pytest.approx(30_000, abs=50)
    assert abs(seen.shade(0) - shade_of(0)) < 2


def test_the_index_stands_before_the_data(workspace: Workspace, tmp_path: Path) -> None:
    cut(workspace, tmp_path)
    data = (tmp_path / "clip.mp4").read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


# --- shapes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "size", "top"), [("asis", (320, 180), 0), ("wide", (1280, 720), 0), ("square", (1080, 1080), 236)]
)
def test_the_picture_is_whole_in_every_shape(
    workspace: Workspace, tmp_path: Path, shape: str, size: tuple[int, int], top: int
) -> None:
    seen = cut(workspace, tmp_path, shape=shape, subtitles="none", before_ms=320)
    frame = seen.frames[0]
    assert (frame.width, frame.height) == size
    light = seen.planes[0][: size[1]]
    assert abs(float(light[top + 10 : size[1] - top - 10].mean()) - shade_of(250)) < 2
    if top:
        assert light[: top - 10].max() < 40
        assert light[size[1] - top + 10 :].max() < 40


def test_pixels_that_are_not_square_are_made_so(workspace: Workspace, tmp_path: Path) -> None:
    write_film(workspace.media_folder("generic:halle") / "video.mp4", more={"x264-params": "sar=4/3"})
    frame = cut(workspace, tmp_path, subtitles="none").frames[0]
    assert (frame.width, frame.height) == (426, 180)


def test_a_film_that_players_turn_is_turned(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.media_folder("generic:halle") / "video.mp4"
    with av.open(str(path), "w") as container:
        container_any: Any = container
        picture = container_any.add_stream("libx264", rate=FPS)
        picture.width, picture.height, picture.pix_fmt = 320, 180, "yuv420p"
        sound = container_any.add_stream("aac", rate=48_000, layout="mono")
        planes = np.full((270, 320), 128, np.uint8)
        planes[:180, :160], planes[:180, 160:] = 40, 200  # dark at the left
        planes[180:225] = 90  # and blue-yellow off the middle
        for index in range(15 * FPS):
            frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, FPS)
            container.mux(picture.encode(frame))
        tone = av.AudioFrame.from_ndarray(np.zeros((1, 15 * 48_000), np.float32), format="fltp", layout="mono")
        tone.sample_rate, tone.pts, tone.time_base = 48_000, 0, Fraction(1, 48_000)
        container.mux(sound.encode(tone))
        container.mux([*picture.encode(None), *sound.encode(None)])
    data = path.read_bytes()
    # the first track's matrix (ISO/IEC 14496-12, 8.3.2): a quarter turn clockwise, as phones write it
    at = data.index(b"tkhd") + 4 + 40
    turned = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 180 << 16, 0, 1 << 30)
    path.write_bytes(data[:at] + turned + data[at + 36 :])
    seen = cut(workspace, tmp_path, subtitles="none")
    assert (seen.frames[0].width, seen.frames[0].height) == (180, 320)
    assert seen.planes[0][:150].mean() == pytest.approx(40, abs=2)  # what was left is above
    assert seen.planes[0][170:320].mean() == pytest.approx(200, abs=2)
    assert seen.planes[0][320:400].mean() == pytest.approx(90, abs=2)
    assert seen.planes[0][400:].mean() == pytest.approx(128, abs=2)


# --- subtitles ---------------------------------------------------------------------------------------


def test_burned_words_stand_below_while_they_are_said(workspace: Workspace, tmp_path: Path) -> None:
    seen = cut(workspace, tmp_path, shape="wide", before_ms=1_000, after_ms=1_500)
    below = [float(planes[560:700].max()) - float(planes[560:700].min()) for planes in seen.planes]
    shown = [time for time, contrast in zip(seen.times, below, strict=True) if contrast > 150]
    # first word at 1.000; the last ends at 4.550 and the cue stays at most 500 ms longer
    assert shown[0] == pytest.approx(1.0, abs=0.001)
    assert 4.5 < shown[-1] < 5.1
    plain = [time for time, contrast in zip(seen.times, below, strict=True) if contrast < 10]
    assert plain[0] == 0
    assert max(time for time in plain if time < 2) < 1.0
    assert plain[-1] > 5.1


def test_burned_words_are_readable_on_white_and_on_black() -> None:
    from aligner.clips.stage import compose, draw_caption, plan_stage
    from aligner.model import Cue

    stage = plan_stage(1280, 720, "asis")
    caption = draw_caption(Cue(0, 1000, ("La charpente de la halle", "se fend chaque hiver."), "p"), stage)
    for light in (16, 235):
        picture = np.full((1080, 1280), 128, np.uint8)
        picture[:720] = light
        drawn = compose(picture, stage, caption)[:720]
        box = drawn[caption.top + 4 : caption.top + caption.cover.shape[0] - 4, caption.left + 20 : caption.left + 400]
        relative = [((float(value) - 16) / 219) ** 2.4 for value in (box.max(), np.median(box))]
        assert (relative[0] + 0.05) / (relative[1] + 0.05) > 4.5
        assert caption.top + caption.cover.shape[0] <= 720


def test_in_a_square_the_words_stand_below_the_picture(workspace: Workspace, tmp_path: Path) -> None:
    seen = cut(workspace, tmp_path, shape="square", before_ms=0)
    light = seen.planes[10][:1080]
    assert light[860:].max() > 200
    assert float(light[240:840].std()) < 3


def test_only_the_words_asked_for_are_shown(workspace: Workspace, tmp_path: Path) -> None:
    make_clip(workspace, Wish("charpente", out=tmp_path / "clip.m4a", after_ms=9_000, subtitles="soft"))
    text = (tmp_path / "clip.vtt").read_text(encoding="utf-8")
    assert "charpente" in text
    assert "chêne" not in text


def test_soft_subtitles_are_a_track(workspace: Workspace, tmp_path: Path) -> None:
    seen = cut(workspace, tmp_path, subtitles="soft", before_ms=1_000)
    assert seen.streams == ["video", "audio", "subtitle"]
    container: Any
    with av.open(str(tmp_path / "clip.mp4")) as container:
        stream = container.streams.subtitles[0]
        assert (stream.language, stream.codec_context.name) == ("fra", "mov_text")
        cues = [(float(p.pts * p.time_base), bytes(p)[2:].decode()) for p in container.demux(stream) if p.size > 2]
    assert cues[0][0] == 1.0
    assert " ".join(text for _, text in cues).replace("\n", " ") == "La charpente de la halle se fend chaque hiver."
    assert float(seen.planes[40][:180].std()) < 2


# --- sound alone -------------------------------------------------------------------------------------


def test_a_recording_without_picture_gives_its_sound(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "clip.m4a"
    written = make_clip(workspace, Wish("radio", out=path, before_ms=0, subtitles="soft"))
    assert written == [path, tmp_path / "clip.vtt"]
    seen = Seen(path)
    assert seen.streams == ["audio"]
    assert abs(seen.pitch(0.1, 0.9) - pitch_of(12)) < 2
    assert abs(seen.pitch(1.1, 1.9) - pitch_of(13)) < 2
    assert "00:00:00.000 -->" in written[1].read_text(encoding="utf-8")


@pytest.mark.parametrize(("shape", "size"), [("asis", (1280, 720)), ("square", (1080, 1080))])
def test_as_a_video_it_shows_the_quotes_card(
    workspace: Workspace, tmp_path: Path, shape: str, size: tuple[int, int]
) -> None:
    seen = cut(workspace, tmp_path, "radio", format="mp4", shape=shape)
    assert (seen.frames[0].width, seen.frames[0].height) == size
    red, green, blue = seen.frames[-1].to_ndarray(format="rgb24")[5, 700].astype(int)
    assert (abs(red - 0xFB), abs(green - 0xFA), abs(blue - 0xF7)) < (6, 6, 6)
    assert seen.planes[0][100 : size[1] - 200].min() < 60
    assert seen.times[-1] * 1000 == pytest.approx(seen.duration_ms - 100, abs=60)


# --- what is refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passage", "complaint"),
    [
        ("etals", "cannot be shown as said: its place in the recording is uncertain"),
        ("travaux", "cannot be shown as said: it was not found in the linked recordings"),
        ("titre", "it is no passage that claims to be somebody’s words"),
        ("suivra", "does not lie in"),
        ("personne", "No aligned post has a passage personne"),
    ],
)
def test_what_cannot_be_cut_says_why(workspace: Workspace, tmp_path: Path, passage: str, complaint: str) -> None:
    with pytest.raises(AlignerError, match=complaint):
        make_clip(workspace, Wish(passage, out=tmp_path / "clip.mp4"))
    assert list(tmp_path.glob("clip*")) == []


def test_a_recording_that_is_not_here_can_be_kept(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(AlignerError) as told:
        make_clip(workspace, Wish("suivra", out=tmp_path / "clip.mp4"))
    assert "--keep-video" in told.value.hint


@pytest.mark.parametrize(
    ("wish", "complaint"),
    [
        (Wish("charpente", to="suivra"), "two recordings"),
        (Wish("chene", to="charpente"), "was said before"),
        (Wish("charpente", to="etals"), "uncertain"),
        (Wish("radio", subtitles="burned", format="m4a"), "no picture"),
        (Wish("radio", shape="square"), "no picture"),
        (Wish("charpente", out=Path("clip.mov")), "does not end with .mp4"),
        (Wish("charpente", slug="autre"), "no alignment of “autre”"),
    ],
)
def test_a_wish_that_contradicts_itself_is_refused(workspace: Workspace, wish: Wish, complaint: str) -> None:
    with pytest.raises(AlignerError, match=complaint):
        make_clip(workspace, wish)


def test_a_recording_is_never_written_over(workspace: Workspace) -> None:
    source = workspace.media_folder("generic:halle") / "video.mp4"
    before = source.read_bytes()
    with pytest.raises(UsageError, match="is the recording itself"):
        make_clip(workspace, Wish("charpente", out=source))
    assert source.read_bytes() == before


def test_a_broken_recording_leaves_no_clip(workspace: Workspace, tmp_path: Path) -> None:
    (workspace.media_folder("generic:halle") / "video.mp4").write_bytes(b"no media at all" * 100)
    with pytest.raises(AlignerError):
        make_clip(workspace, Wish("charpente", out=tmp_path / "out" / "clip.mp4"))
    assert not (tmp_path / "out").exists()
