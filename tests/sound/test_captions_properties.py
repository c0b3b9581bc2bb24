"""What other libraries compose, we read back; rolling or not, no word is lost and none doubled."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pysubs2
import srt
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from aligner.model import Transcript
from aligner.sound.captions import read_captions
from aligner.timecode import format_srt, format_vtt

WORDS = st.text("abcdefghijklmnopqrstuvwxyzàâçéèêëîïôùûœ’'-", min_size=2, max_size=8).filter(
    lambda text: text[0] not in "’'-" and text[-1].isalpha()
)
LINES = st.lists(WORDS, min_size=1, max_size=6)
CUES = st.lists(
    st.tuples(st.integers(0, 3_000), st.integers(1_500, 6_000), st.lists(LINES, min_size=1, max_size=2)),
    min_size=1,
    max_size=12,
)
Cues = list[tuple[int, int, list[list[str]]]]


def place(cues: Cues) -> list[tuple[int, int, list[list[str]]]]:
    """Gaps and lengths as starts and ends; each line marked, as alike ones would look like rolling captions."""
    placed = []
    time = 0
    for number, (gap, length, lines) in enumerate(cues):
        own = [[f"{chr(97 + number)}{row}", *line] for row, line in enumerate(lines)]
        placed.append((time + gap, time + gap + length, own))
        time += gap + length
    return placed


def read_text(text: str) -> Transcript:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "captions"
        path.write_text(text, encoding="utf-8")
        return read_captions(path, "fr")


def check(transcript: Transcript, cues: Cues) -> None:
    words = list(transcript.words)
    assert [word.text for word in words] == [word for _, _, lines in cues for line in lines for word in line]
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(words))
    for start, end, lines in cues:
        own, words = words[: sum(map(len, lines))], words[sum(map(len, lines)) :]
        assert own[0].start_ms == start
        assert own[-1].end_ms <= end
        assert all(word.probability is None for word in own)


def joined(lines: list[list[str]]) -> str:
    return "\n".join(" ".join(line) for line in lines)


@given(CUES)
def test_srt_composed_by_the_srt_library(cues: Cues) -> None:
    placed = place(cues)
    subtitles = [
        srt.Subtitle(number, timedelta(milliseconds=start), timedelta(milliseconds=end), joined(lines))
        for number, (start, end, lines) in enumerate(placed, 1)
    ]
    transcript = read_text(srt.compose(subtitles))
    assert transcript.model.startswith("srt")
    check(transcript, placed)


@given(CUES, st.sampled_from(["srt", "vtt"]))
def test_both_forms_composed_by_pysubs2(cues: Cues, form: str) -> None:
    placed = place(cues)
    file = pysubs2.SSAFile()
    for start, end, lines in placed:
        file.append(pysubs2.SSAEvent(start=start, end=end, text=joined(lines).replace("\n", "\\N")))
    transcript = read_text(file.to_string(form))
    assert transcript.model.startswith(form)
    check(transcript, placed)


@given(CUES)
def test_vtt_composed_by_webvtt(cues: Cues) -> None:
    placed = place(cues)
    file = webvtt.WebVTT()
    for start, end, lines in placed:
        file.captions.append(webvtt.Caption(format_vtt(start), format_vtt(end), joined(lines)))
    check(read_text(file.content), placed)


@given(st.lists(LINES, min_size=4, max_size=12))
def test_rolling_captions_give_each_line_once(lines: list[list[str]]) -> None:
    lines = [[f"{chr(97 + number)}0", *line] for number, line in enumerate(lines)]
    shown = [" ".join(line) for line in lines]
    body = "".join(
        f"{number}\n{format_srt(number * 2_000)} --> {format_srt(number * 2_000 + 2_000)}\n{before}\n{now}\n\n"
        for number, (before, now) in enumerate(pairwise(shown), 1)
    )
    transcript = read_text(body)
    assert [word.text for word in transcript.words] == [word for line in lines for word in line]


@given(st.lists(st.tuples(WORDS, st.integers(60, 2_500)), min_size=2, max_size=20))
def test_word_times_of_vtt_are_kept_to_the_millisecond(steps: list[tuple[str, int]]) -> None:
    starts = [1_000]
    for _, step in steps[:-1]:
        starts.append(starts[-1] + step)
    first, *others = [text for text, _ in steps]
    timed = "".join(f"<{format_vtt(start)}><c> {text}</c>" for text, start in zip(others, starts[1:], strict=True))
    transcript = read_text(f"WEBVTT\n\n{format_vtt(1_000)} --> {format_vtt(starts[-1] + 3_000)}\n{first}{timed}\n")
    assert transcript.model == "vtt"
    assert [(word.text, word.start_ms) for word in transcript.words] == list(
        zip([text for text, _ in steps], starts, strict=True)
    )
