"""The formats: the text we write, and what independent readers read in it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any
from xml.etree import ElementTree as ET

import pysubs2
import pytest
import srt
import webvtt

from aligner.errors import AlignerError, UsageError
from aligner.model import Cue, TimedWord, Transcript, Word
from aligner.output.formats import FORMATS, render
from aligner.output.formats.srt import guard_srt
from aligner.output.formats.vtt import escape_vtt
from aligner.output.tracks import Track, TrackKind, published_track, verbatim_track
from tests.output.ffmpeg_reader import read_with_ffmpeg

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
    return render(published_track(post, COUNCIL), format_name)


def track(*cues: Cue, **values: Any) -> Track:
    return replace(published_track(document(), COUNCIL), cues=cues, **values)


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
    cues = [cue("Première ligne", "et la seconde.")]
    assert render(track(*cues), "srt") == "1\n00:00:01,000 --> 00:00:04,000\nPremière ligne\net la seconde.\n"
    assert render(track(*cues), "vtt").endswith("\np\n00:00:01.000 --> 00:00:04.000\nPremière ligne\net la seconde.\n")


def test_the_parts_of_a_passage_have_names_of_their_own() -> None:
    cues = [
        cue("Un", identity="a"),
        cue("Deux", identity="b c", start_ms=5000, end_ms=6000),
        cue("Trois", identity="a", start_ms=7000, end_ms=8000),
        cue("Quatre", identity="a-1", start_ms=9000, end_ms=9900),
    ]
    read_back = webvtt.from_string(render(track(*cues), "vtt"))
    assert [caption.identifier for caption in read_back.captions] == ["a-2", "b-c", "a-3", "a-1"]


@pytest.mark.parametrize("format_name", ["srt", "vtt", "ass", "ttml"])
def test_no_cue_gives_a_valid_file(format_name: str) -> None:
    text = render(track(), format_name)
    assert len(pysubs2.SSAFile.from_string(text, format_=format_name)) == 0
    if format_name == "vtt":
        assert text.startswith("WEBVTT\n\nNOTE\n")
        assert len(webvtt.from_string(text)) == 0
    if format_name == "srt":
        assert list(srt.parse(text)) == []


def test_no_passage_gives_empty_tables() -> None:
    assert (
        render(track(), "csv")
        == "\ufeffpassage_id,start,end,start_ms,end_ms,speaker,heading,status,confidence,text,said\n"
    )
    assert [render(track(), name) for name in ("jsonl", "audacity")] == ["", ""]
    assert render(track(), "txt").startswith("La cantine à un euro\nConseil municipal du 12 juin 2025 (https://")
    assert render(track(), "lrc") == "[ti:La cantine à un euro]\n[la:fr]\n"


def test_no_two_formats_share_an_ending_and_all_are_documented() -> None:
    assert len({form.ending for form in FORMATS.values()}) == len(FORMATS)
    page = (Path(__file__).resolve().parents[2] / "docs" / "subtitles.md").read_text(encoding="utf-8")
    assert [form.name for form in FORMATS.values() if f"| `{form.name}` | `<slug>.{form.ending}` |" not in page] == []


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
    assert render(track(*cues), "vtt").endswith("\nau <00:00:01.500>fil du temps\n<00:00:02.500>qui passe\n")


def test_markup_in_published_text_is_text() -> None:
    cues = [cue("A & B <b>gras</b> -->", "&amp; {n} {\\an8}", speaker="Le <chef> & co")]
    vtt = render(track(*cues), "vtt")
    assert vtt.endswith(
        "\n<v Le &lt;chef&gt; &amp; co>A &amp; B &lt;b&gt;gras&lt;/b&gt; --&gt;\n&amp;amp; {n} {\\an8}\n"
    )
    joiner = "\u2060"
    assert render(track(*cues), "srt").endswith(
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
    lines = read("vtt", post).split("\n\n")
    assert lines[1].splitlines()[:3] == [
        "NOTE",
        "Avant → après WEBVTT",
        "Enregistrement : generic:conseil (https://montclery.example/conseil.mp4)",
    ]


def test_an_unknown_format_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match=r"“webvtt” is no subtitle format\. Did you mean “vtt”\?"):
        render(track(), "webvtt")
    with pytest.raises(UsageError, match="The formats are: srt, vtt, ass, ttml, "):
        render(track(), "%")


def test_an_unknown_recording_is_an_error() -> None:
    with pytest.raises(UsageError, match="has no recording youtube:zzz"):
        published_track(document(), "youtube:zzz")


# --- the other formats ----------------------------------------------------------------------------


def test_a_cue_of_two_passages_has_both_names() -> None:
    cues = [cue("Oui. Non.", identity="a", also=(("b", 1),)), cue("Bon.", identity="b", start_ms=5000, end_ms=6000)]
    captions = webvtt.from_string(render(track(*cues), "vtt")).captions
    assert [caption.identifier for caption in captions] == ["a+b", "b"]


def test_ass() -> None:
    *_, first, second = read("ass", CANTEEN).splitlines()
    assert first == "Dialogue: 0,1:00:00.50,1:00:01.80,Default,Nadia Ferrand,0,0,0,,[Nadia\u00a0Ferrand] La cantine"
    assert (
        second == "Dialogue: 0,1:00:05.00,1:00:06.10,Default,Hugo Lemaître,0,0,0,,[Hugo\u00a0Lemaître] Combien\u00a0?"
    )
    events = pysubs2.SSAFile.from_string(read("ass", CANTEEN), format_="ass")
    assert [(event.start, event.end, event.name, event.plaintext) for event in events] == [
        (3_600_500, 3_601_800, "Nadia Ferrand", "[Nadia\u00a0Ferrand] La cantine"),
        (3_605_000, 3_606_100, "Hugo Lemaître", "[Hugo\u00a0Lemaître] Combien\u00a0?"),
    ]


XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
TTML = {"tt": "http://www.w3.org/ns/ttml", "ttm": "http://www.w3.org/ns/ttml#metadata"}


def test_ttml() -> None:
    cues = [
        cue("A & B", "<b>gras</b>\ufffe", speaker="Nadia & Co"),
        cue("Merci.", start_ms=3_605_000, end_ms=3_606_100),
    ]
    text = render(track(*cues), "ttml")
    assert (
        '<p xml:id="cue-1" region="foot" ttm:agent="speaker-1" begin="00:00:01.000" end="00:00:04.000">'
        '<span style="text">A &amp; B</span><br/><span style="text">&lt;b&gt;gras&lt;/b&gt;\ufffd</span></p>'
    ) in text
    root = ET.fromstring(text)
    assert root.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "fr"
    assert [name.text for name in root.iterfind(".//ttm:agent/ttm:name", TTML)] == ["Nadia & Co"]
    known = {item.attrib[XML_ID] for item in root.iter() if XML_ID in item.attrib}
    links = ("style", "region", f"{{{TTML['ttm']}}}agent")
    used = {item.attrib[key] for item in root.iter() for key in links if key in item.attrib}
    assert used == known - {"cue-1", "cue-2"}
    shown = [["".join(span.itertext()) for span in p.findall("tt:span", TTML)] for p in root.iterfind(".//tt:p", TTML)]
    assert shown == [["A & B", "<b>gras</b>\ufffd"], ["Merci."]]
    events = pysubs2.SSAFile.from_string(text, format_="ttml")
    assert [(event.start, event.end) for event in events] == [(1000, 4000), (3_605_000, 3_606_100)]


def test_ttml_without_a_cue_has_no_body() -> None:
    """The EBU's schema wants at least one paragraph in a body."""
    assert ET.fromstring(render(track(), "ttml")).find("tt:body", TTML) is None


def test_lrc() -> None:
    cues = [
        cue("Une ligne", "et l’autre.", end_ms=3920),
        cue("[Nadia\u00a0Ferrand] Oui.", start_ms=4000, end_ms=6000),
        cue("Merci.", start_ms=3_725_060, end_ms=3_726_000),
    ]
    assert render(track(*cues, title="La [cantine]"), "lrc").splitlines() == [
        "[ti:La (cantine)]",
        "[la:fr]",
        "[00:01.00]Une ligne et l’autre.",
        "[00:04.00]\u2060[Nadia\u00a0Ferrand] Oui.",
        "[00:06.00]",
        "[62:05.06]Merci.",
        "[62:06.00]",
    ]


def test_text_table_and_labels_keep_passages_whole() -> None:
    words = (("Nous,", 1000, 1400), ("oui,", 4000, 4300), ("nous\tosons.", 9000, 9900))
    post = document(
        passage("a", "Nadia Ferrand", *words, heading="Oser", block=2, said="nous oui nous osons"),
        passage("b", "Nadia Ferrand", ("Merci,", 20_000, 20_400), ('"chers"', 20_500, 21_000)),
    )
    assert read("txt", post).splitlines()[-3:] == [
        "",
        "[0:01] Nadia Ferrand\u00a0: Nous, oui, nous osons.",
        '[0:20] Merci, "chers"',
    ]
    rows = list(csv.DictReader(io.StringIO(read("csv", post).removeprefix("\ufeff"))))
    assert [list(row.values()) for row in rows] == [
        ["a", "00:00:01.000", "00:00:09.900", "1000", "9900", "Nadia Ferrand", "Oser", "spoken", "0.95",
         "Nous, oui, nous\tosons.", "nous oui nous osons"],
        ["b", "00:00:20.000", "00:00:21.000", "20000", "21000", "Nadia Ferrand", "", "spoken", "0.95",
         'Merci, "chers"', ""],
    ]  # fmt: skip
    first, second = (json.loads(line) for line in read("jsonl", post).splitlines())
    assert first == {
        "passage_id": "a",
        "speaker": "Nadia Ferrand",
        "heading": "Oser",
        "block": 2,
        "status": "spoken",
        "confidence": 0.95,
        "start_ms": 1000,
        "end_ms": 9900,
        "text": "Nous, oui, nous\tosons.",
        "shown": "Nous, oui, nous osons.",
        "said": "nous oui nous osons",
    }
    assert second["passage_id"] == "b"
    assert (
        read("audacity", post) == '1.000000\t9.900000\tNous, oui, nous osons.\n20.000000\t21.000000\tMerci, "chers"\n'
    )


def test_text_names_a_speaker_once_a_turn_and_without_brackets() -> None:
    assert read("txt", CANTEEN).splitlines()[-2:] == [
        "[1:00:00] Nadia Ferrand\u00a0: La cantine",
        "[1:00:05] Hugo Lemaître\u00a0: Combien ?",
    ]


def speech(*parts: tuple[int, str | None], speaker: str = "Nadia Ferrand") -> dict[str, Any]:
    """A post of passages of four seconds each, by their beginnings and headings."""
    return document(
        *[
            passage(f"p{k}", speaker, (f"Phrase{k}", start_ms, start_ms + 4000), heading=heading, block=k)
            for k, (start_ms, heading) in enumerate(parts)
        ]
    )


HEADED = speech((62_500, None), (70_000, "Écoles <1>"), (75_000, "Écoles <1>"), (90_900, "Eau"), (95_000, "Eau & feu"))


def test_chapters_are_the_headings() -> None:
    assert read("chapters", HEADED) == dedent(
        """\
        WEBVTT

        1
        00:01:02.500 --> 00:01:10.000
        La cantine à un euro

        2
        00:01:10.000 --> 00:01:30.900
        Écoles &lt;1&gt;

        3
        00:01:30.900 --> 00:01:35.000
        Eau

        4
        00:01:35.000 --> 00:01:39.000
        Eau &amp; feu
        """
    )
    captions = webvtt.from_string(read("chapters", HEADED)).captions
    assert [caption.start_in_seconds for caption in captions] == [62, 70, 90, 95]


def test_youtube_chapters_keep_its_rules() -> None:
    """First at 0:00, ten seconds each, no angle brackets: two of the headings come too soon after another."""
    assert read("youtube", HEADED) == "0:00 Début\n1:02 La cantine à un euro\n1:30 Eau\n"


def test_too_few_chapters_for_youtube_are_refused_with_the_reason() -> None:
    clip = published_track(speech((62_500, "Écoles"), (75_000, "Eau")), COUNCIL, from_speech=True)
    with pytest.raises(AlignerError, match=r"at least 3 chapters of 10 s or more; this gives 1\."):
        render(clip, "youtube")
    with pytest.raises(AlignerError, match="nothing of the post was said"):
        render(track(), "youtube")


def test_without_headings_turns_are_chapters_and_of_one_speaker_paragraphs() -> None:
    assert "\nNadia Ferrand\n" in read("chapters", CANTEEN)
    long = "Nous voulons une cantine ouverte à toutes et à tous, chaque jour de la semaine, sans condition."
    post = speech((1000, None), (12_000, None))
    post["passages"][1] |= {
        "text": long,
        "words": [{"text": "Nous", "start_ms": 12_000, "end_ms": 15_000, "heard": "nous"}]
        + [{"text": word, "start_ms": 15_000, "end_ms": 15_100, "heard": word} for word in long.split()[1:]],
    }
    titles = [caption.text for caption in webvtt.from_string(read("chapters", post)).captions]
    assert titles == ["Phrase0", "Nous voulons une cantine ouverte à toutes et à tous, chaque…"]


# --- ffmpeg reads ---------------------------------------------------------------------------------


@pytest.mark.parametrize("format_name", ["srt", "vtt", "ass"])
def test_ffmpeg_reads_the_same(format_name: str) -> None:
    cues = [
        cue("A & B -> C", "&amp; [1] {n} {\\an8}", end_ms=3920),
        cue("3 < 5, C:\\Notes", start_ms=4000, end_ms=6000, speaker="Nadia, la maire"),
        cue("Merci.", start_ms=3_725_060, end_ms=3_726_000),
    ]
    assert read_with_ffmpeg(render(track(*cues), format_name), format_name) == [
        (1000, 3920, "A & B -> C\n&amp; [1] {n} {\\an8}"),
        (4000, 6000, "3 < 5, C:\\Notes"),
        (3_725_060, 3_726_000, "Merci."),
    ]


def test_ffmpeg_reads_the_same_lrc() -> None:
    cues = [cue("[Nadia] Oui,", "merci."), cue("[00:12.00] Merci.", start_ms=9_000, end_ms=10_000)]
    read_back = [(start, text) for start, _, text in read_with_ffmpeg(render(track(*cues), "lrc"), "lrc")]
    assert read_back == [(1000, "[Nadia] Oui, merci."), (4000, ""), (9000, "[00:12.00] Merci."), (10_000, "")]


# --- two kinds, two clocks ------------------------------------------------------------------------

HEARD = Transcript(
    "faster-whisper",
    "base",
    "fr",
    4_000_000,
    (
        Word("Bonsoir.", 1000, 1500),
        Word("la", 3_600_500, 3_600_700),
        Word("quantine", 3_600_800, 3_601_300),
        Word("combien", 3_605_000, 3_605_600),
        Word("-t", 3_605_600, 3_605_700),
        Word("il?", 3_605_700, 3_605_900),
        Word("Suspension.", 3_700_000, 3_701_000),
    ),
    "0" * 16,
)


def test_verbatim_is_what_was_heard_and_nothing_published() -> None:
    heard = verbatim_track(CANTEEN, COUNCIL, HEARD)
    assert heard.kind is TrackKind.VERBATIM
    assert [
        (caption.start, caption.identifier, caption.voice, caption.text)
        for caption in webvtt.from_string(render(heard, "vtt")).captions
    ] == [
        ("00:00:01.000", "heard-1", None, "Bonsoir."),
        ("01:00:00.500", "heard-2", None, "la quantine"),
        ("01:00:05.000", "heard-3", None, "combien-t il?"),
        ("01:01:40.000", "heard-4", None, "Suspension."),
    ]
    assert "Ce n’est pas le texte publié." in render(heard, "vtt")
    assert [json.loads(line)["status"] for line in render(heard, "jsonl").splitlines()] == ["heard"] * 4
    with pytest.raises(AlignerError, match="Only the published text has chapters"):
        render(heard, "chapters")


def test_the_clock_of_a_clip_begins_with_the_first_placed_word() -> None:
    published = published_track(CANTEEN, COUNCIL, from_speech=True)
    assert [(cue.start_ms, cue.end_ms) for cue in published.cues] == [(0, 1300), (4500, 5600)]
    assert [word.start_ms for word in published.cues[0].words] == [None, 0, 300]
    assert [(line.start_ms, line.end_ms) for line in published.lines] == [(0, 800), (4500, 5100)]
    heard = verbatim_track(CANTEEN, COUNCIL, HEARD, from_speech=True)
    assert [(cue.start_ms, " ".join(cue.lines)) for cue in heard.cues] == [(0, "la quantine"), (4500, "combien-t il?")]
