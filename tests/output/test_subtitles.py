"""Subtitle files: the text we write, and what independent readers read in it."""

from __future__ import annotations

from datetime import timedelta
from textwrap import dedent
from typing import Any

import pysubs2
import pytest
import srt
import webvtt

from aligner.errors import UsageError
from aligner.model import Cue, TimedWord
from aligner.output.cues import build_cues
from aligner.output.subtitles import FORMATS, escape_vtt, guard_srt, render

COUNCIL = "generic:conseil"


def passage(identity: str, speaker: str | None, *words: tuple[str, int, int], **values: Any) -> dict[str, Any]:
    timed = [{"text": text, "start_ms": start, "end_ms": end, "heard": text} for text, start, end in words]
    return {
        "id": identity,
        "kind": "speech",
        "speaker": speaker,
        "text": " ".join(text for text, _, _ in words),
        "status": "spoken",
        "confidence": 0.95,
        "media_id": COUNCIL,
        "words": timed,
    } | values


def document(*passages: dict[str, Any]) -> dict[str, Any]:
    return {
        "post": {"slug": "cantine", "title": "La cantine à un euro"},
        "media": {
            COUNCIL: {
                "url": "https://montclery.example/conseil.mp4",
                "title": "Conseil municipal du 12 juin 2025",
                "duration_ms": 4_000_000,
            }
        },
        "passages": list(passages),
    }


CANTEEN = document(
    passage("cantine-7f3a", "Nadia Ferrand", ("La", 3_600_500, 3_600_700), ("cantine", 3_600_800, 3_601_300)),
    passage("prix-01bc", "Hugo Lemaître", ("Combien", 3_605_000, 3_605_600), ("?", 3_605_600, 3_605_600)),
    passage("jamais-99", "Hugo Lemaître", status="not_found", media_id=None),
    passage("faible-98", "Hugo Lemaître", status="uncertain"),
)


def read(format_name: str, post: dict[str, Any]) -> str:
    return render(build_cues(post, COUNCIL), format_name, post, COUNCIL)


def cue(*lines: str, start_ms: int = 1000, end_ms: int = 4000, identity: str = "p", **values: Any) -> Cue:
    words = tuple(TimedWord(word, None, None, None) for line in lines for word in line.split(" "))
    return Cue(start_ms, end_ms, lines, identity, **({"words": words} | values))


def test_srt() -> None:
    expected = """\
        1
        01:00:00,500 --> 01:00:01,800
        [Nadia\u00a0Ferrand] La cantine

        2
        01:00:05,000 --> 01:00:06,100
        [Hugo\u00a0Lemaître] Combien\u00a0?
        """
    assert read("srt", CANTEEN) == dedent(expected)


def test_vtt() -> None:
    expected = """\
        WEBVTT

        NOTE
        La cantine à un euro
        Enregistrement : Conseil municipal du 12 juin 2025 (https://montclery.example/conseil.mp4)
        Texte publié, calé sur la parole : ce ne sont pas toujours les mots exacts qui ont été dits.
        Passages affichés : 2. Laissés de côté : 1 non prononcés, 1 incertains, 0 dits dans un autre enregistrement, 0 au même moment qu’un autre.

        cantine-7f3a
        01:00:00.500 --> 01:00:01.800
        <v Nadia Ferrand>[Nadia\u00a0Ferrand] La <01:00:00.800>cantine

        prix-01bc
        01:00:05.000 --> 01:00:06.100
        <v Hugo Lemaître>[Hugo\u00a0Lemaître] Combien\u00a0?
        """  # noqa: E501
    assert read("vtt", CANTEEN) == dedent(expected)


def test_two_lines() -> None:
    post = document()
    cues = [cue("Première ligne", "et la seconde.")]
    assert render(cues, "srt", post, COUNCIL) == "1\n00:00:01,000 --> 00:00:04,000\nPremière ligne\net la seconde.\n"
    assert render(cues, "vtt", post, COUNCIL).endswith(
        "\np\n00:00:01.000 --> 00:00:04.000\nPremière ligne\net la seconde.\n"
    )


def test_the_parts_of_a_passage_have_names_of_their_own() -> None:
    cues = [
        cue("Un", identity="a"),
        cue("Deux", identity="b c", start_ms=5000, end_ms=6000),
        cue("Trois", identity="a", start_ms=7000, end_ms=8000),
        cue("Quatre", identity="a-1", start_ms=9000, end_ms=9900),
    ]
    read_back = webvtt.from_string(render(cues, "vtt", document(), COUNCIL))
    assert [caption.identifier for caption in read_back.captions] == ["a-2", "b-c", "a-3", "a-1"]


@pytest.mark.parametrize("format_name", sorted(FORMATS))
def test_no_cue_gives_a_valid_file(format_name: str) -> None:
    text = render([], format_name, document(), COUNCIL)
    assert len(pysubs2.SSAFile.from_string(text, format_=format_name)) == 0
    if format_name == "vtt":
        assert text.startswith("WEBVTT\n\nNOTE\n")
        assert len(webvtt.from_string(text)) == 0
    else:
        assert list(srt.parse(text)) == []


def test_independent_readers_read_the_same_srt() -> None:
    text = read("srt", CANTEEN)
    assert [(item.index, item.start, item.end, item.content) for item in srt.parse(text)] == [
        (1, timedelta(seconds=3600.5), timedelta(seconds=3601.8), "[Nadia\u00a0Ferrand] La cantine"),
        (2, timedelta(seconds=3605), timedelta(seconds=3606.1), "[Hugo\u00a0Lemaître] Combien\u00a0?"),
    ]
    assert [(item.start, item.end, item.plaintext) for item in pysubs2.SSAFile.from_string(text)] == [
        (3_600_500, 3_601_800, "[Nadia\u00a0Ferrand] La cantine"),
        (3_605_000, 3_606_100, "[Hugo\u00a0Lemaître] Combien\u00a0?"),
    ]


def test_independent_readers_read_the_same_vtt() -> None:
    captions = webvtt.from_string(read("vtt", CANTEEN))
    assert [(item.identifier, item.start, item.end, item.voice, item.text) for item in captions.captions] == [
        ("cantine-7f3a", "01:00:00.500", "01:00:01.800", "Nadia Ferrand", "[Nadia\u00a0Ferrand] La cantine"),
        ("prix-01bc", "01:00:05.000", "01:00:06.100", "Hugo Lemaître", "[Hugo\u00a0Lemaître] Combien\u00a0?"),
    ]


def test_word_times_rise_and_lie_inside_the_cue() -> None:
    words = (
        TimedWord("au", 1000, 1100, "au"),  # the cue's own start
        TimedWord("fil", 1500, 1600, "fil"),
        TimedWord("du", 1500, 1650, "du"),  # not later than the one before
        TimedWord("temps", None, None, None),  # not said
        TimedWord("qui", 2500, 2600, "qui"),
        TimedWord("passe", 4000, 4200, "passe"),  # the cue has gone
    )
    cues = [cue("au fil du temps", "qui passe", words=words)]
    assert render(cues, "vtt", document(), COUNCIL).endswith(
        "\nau <00:00:01.500>fil du temps\n<00:00:02.500>qui passe\n"
    )


def test_markup_in_published_text_is_text() -> None:
    cues = [cue("A & B <b>gras</b> -->", "&amp; {n} {\\an8}", speaker="Le <chef> & co")]
    vtt = render(cues, "vtt", document(), COUNCIL)
    assert vtt.endswith(
        "\n<v Le &lt;chef&gt; &amp; co>A &amp; B &lt;b&gt;gras&lt;/b&gt; --&gt;\n&amp;amp; {n} {\\an8}\n"
    )
    joiner = "\u2060"
    assert render(cues, "srt", document(), COUNCIL).endswith(
        f"\nA & B <{joiner}b>gras<{joiner}/b> --{joiner}>\n&amp; {{{joiner}n}} {{{joiner}\\an8}}\n"
    )


def test_plain_signs_are_left_alone_in_srt() -> None:
    assert guard_srt("3 < 5, 5 > 3, { } et a -> b") == "3 < 5, 5 > 3, { } et a -> b"


def test_guarding_twice_changes_nothing_more() -> None:
    once = guard_srt("<b> {x} <!-- --> </i>")
    assert guard_srt(once) == once
    assert escape_vtt("a < b && c --> d") == "a &lt; b &amp;&amp; c --&gt; d"


def test_the_note_stays_one_comment_whatever_the_title() -> None:
    post = document()
    post["post"]["title"] = "Avant --> après\n\nWEBVTT"
    post["media"][COUNCIL]["title"] = ""
    lines = render([], "vtt", post, COUNCIL).split("\n\n")
    assert lines[1].splitlines()[:3] == [
        "NOTE",
        "Avant → après WEBVTT",
        "Enregistrement : generic:conseil (https://montclery.example/conseil.mp4)",
    ]


def test_an_unknown_format_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match=r"“webvtt” is no subtitle format\. Did you mean “vtt”\?"):
        render([], "webvtt", document(), COUNCIL)
    with pytest.raises(UsageError, match=r"The formats are: srt, vtt\."):
        render([], "docx", document(), COUNCIL)


def test_an_unknown_recording_is_an_error() -> None:
    with pytest.raises(UsageError, match="has no recording youtube:zzz"):
        render([], "vtt", document(), "youtube:zzz")
