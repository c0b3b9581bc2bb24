"""Captions and transcripts made elsewhere: every form, and every way in which a file can be of no use."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path

import pytest

from aligner.errors import CaptionsError
from aligner.model import Transcript
from aligner.sound.captions import read_captions
from aligner.transcript_file import load_transcript, save_transcript
from tests.conftest import CORPUS

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "captions"
OPENING = [("La", 500, 720), ("séance", 720, 1300), ("est", 1300, 1500), ("ouverte.", 1500, 2600)]


def read(name: str) -> Transcript:
    return read_captions(FIXTURES / name, "fr")


def times(transcript: Transcript) -> list[tuple[str, int, int]]:
    return [(word.text, word.start_ms, word.end_ms) for word in transcript.words]


def starts(transcript: Transcript) -> list[tuple[str, int]]:
    return [(word.text, word.start_ms) for word in transcript.words]


def test_json3_of_automatic_captions_has_the_moment_of_each_word() -> None:
    transcript = read("automatic.json3")
    assert (transcript.engine, transcript.model, transcript.language) == ("captions", "json3", "fr")
    assert times(transcript) == [
        ("mesdames", 2050, 2530),
        ("et", 2530, 2690),
        ("messieurs", 2690, 3250),
        ("les", 3250, 3450),
        ("élus", 3450, 4140),
        ("c'est", 4460, 4760),
        ("à", 4760, 4920),
        ("Montcléry", 4920, 5910),
        ("merci", 12000, 12750),
    ]
    assert transcript.words[0].probability == pytest.approx(251 / 255, abs=0.001)
    assert transcript.words[-1].probability is None
    assert transcript.duration_ms == 21_000


def test_json3_made_by_hand_has_estimates_and_says_so() -> None:
    transcript = read("by-hand.json3")
    assert transcript.model == "json3 (cue times)"
    assert times(transcript)[:4] == [
        ("La", 1000, 1210),
        ("séance", 1210, 1842),
        ("est", 1842, 2157),
        ("ouverte.", 2157, 3000),
    ]
    assert starts(transcript)[4] == ("Trente", 4000)
    assert [word.text for word in transcript.words[4:]] == [
        "Trente",
        "millions",
        "d'euros,",
        "ce",
        "n'est",
        "pas",
        "rien.",
    ]
    assert {word.probability for word in transcript.words} == {None}


def test_srv3_is_the_same_in_xml() -> None:
    assert times(read("automatic.srv3")) == [
        *times(read("automatic.json3"))[:5],
        ("c'est", 4360, 4660),
        ("à", 4660, 4820),
        ("Montcléry", 4820, 5810),
    ]
    assert read("automatic.srv3").model == "srv3"
    assert read("by-hand.srv3").model == "srv3 (cue times)"
    assert [word.text for word in read("by-hand.srv3").words] == ["La", "séance", "est", "ouverte."]


def test_rolling_vtt_gives_each_word_once_at_its_moment() -> None:
    transcript = read("rolling.vtt")
    assert transcript.model == "vtt"
    assert starts(transcript) == [
        ("mesdames", 2050),
        ("et", 2530),
        ("messieurs", 2690),
        ("les", 3250),
        ("élus", 3450),
        ("la", 4360),
        ("séance", 4580),
        ("est", 4760),
        ("ouverte", 4920),
        ("merci", 8010),
        ("merci", 12010),
        ("à", 12500),
        ("tous", 12700),
    ]


def test_vtt_without_word_times_loses_its_markup_not_its_words() -> None:
    transcript = read("by-hand.vtt")
    assert transcript.model == "vtt (cue times)"
    assert [word.text for word in transcript.words] == [
        *("La", "séance", "est", "ouverte."),
        *("Oui.", "Recettes", "&", "dépenses", "42", "%."),
        "Oui.",
        "Oui.",
    ]
    assert [start for text, start in starts(transcript) if text == "Oui."] == [4000, 7000, 8000]
    assert all(1000 <= word.start_ms < word.end_ms <= 3000 for word in transcript.words[:4])


def test_rolling_srt_gives_each_line_once_where_it_first_stands() -> None:
    transcript = read("rolling.srt")
    assert transcript.model == "srt (cue times)"
    assert " ".join(word.text for word in transcript.words) == (
        "la séance est ouverte nous avons onze délibérations à examiner ce soir"
    )
    assert dict(starts(transcript))["nous"] == 3000
    assert dict(starts(transcript))["à"] == 5000


def test_untidy_srt_is_put_up_with() -> None:
    transcript = read("untidy.srt")
    assert [word.text for word in transcript.words] == [
        *("La", "séance", "est", "ouverte."),
        *("En", "2024,", "nous", "étions", "vingt-sept."),
        "2025",
    ]
    assert starts(transcript)[-1] == ("2025", 7000)
    assert transcript.duration_ms == 11_000


def test_openai_whisper_keeps_words_times_and_probabilities() -> None:
    transcript = read("openai-whisper.json")
    assert (transcript.engine, transcript.model) == ("file", "whisper")
    assert times(transcript) == [*OPENING, ("C'est", 3000, 3400), ("dit.", 3400, 4000)]
    assert [word.probability for word in transcript.words][-2:] == [0.6, 0.95]
    assert transcript.duration_ms == 4000


def test_openai_whisper_without_words_has_estimates() -> None:
    transcript = read("openai-whisper-without-words.json")
    assert transcript.model == "whisper (cue times)"
    assert [word.text for word in transcript.words] == ["La", "séance", "est", "ouverte."]
    assert transcript.words[0].start_ms == 500
    assert transcript.words[-1].end_ms == 2500


def test_words_that_whisperx_could_not_place_lie_between_their_neighbours() -> None:
    transcript = read("whisperx.json")
    assert (transcript.engine, transcript.model) == ("file", "whisperx (cue times)")
    assert times(transcript) == [
        ("Cela", 500, 700),
        ("fait", 740, 1000),
        ("63,5", 1000, 1690),
        ("millions", 2400, 2900),
        ("d'euros.", 2950, 3600),
        ("2025.", 4000, 4750),
    ]
    assert [word.probability for word in transcript.words] == [0.91, 0.82, None, 0.77, 0.88, None]


def test_loose_words_of_a_transcription_service_are_read(tmp_path: Path) -> None:
    words = [{"word": "La", "start": 0.5, "end": 0.72}, {"word": "séance", "start": 0.72, "end": 1.3}]
    path = tmp_path / "words.json"
    path.write_text(json.dumps({"task": "transcribe", "text": "La séance", "words": words}))
    assert times(read_captions(path, "fr")) == OPENING[:2]


def test_whisper_cpp_with_and_without_tokens() -> None:
    plain = read("whisper-cpp.json")
    assert (plain.engine, plain.model, plain.duration_ms) == ("file", "whisper.cpp (cue times)", 4000)
    assert [word.text for word in plain.words] == ["La", "séance", "est", "ouverte."]
    full = read("whisper-cpp-full.json")
    assert full.model == "whisper.cpp"
    assert times(full) == [("La", 500, 700), ("séance", 700, 1300), ("est", 1300, 1500), ("ouverte.", 1500, 2430)]
    assert [word.probability for word in full.words] == [0.91, 0.7, 0.99, 0.8]


@pytest.mark.parametrize("name", sorted(path.name for path in FIXTURES.iterdir() if path.name != "english.srt"))
def test_the_content_decides_whatever_the_file_is_called(tmp_path: Path, name: str) -> None:
    shutil.copy(FIXTURES / name, tmp_path / "captions.txt")
    other = read_captions(tmp_path / "captions.txt", "fr")
    assert other == read(name)
    assert pickle.loads(pickle.dumps(other)) == other


@pytest.mark.parametrize("name", ["rolling.vtt", "openai-whisper.json", "whisperx.json"])
def test_a_transcript_survives_its_file(tmp_path: Path, name: str) -> None:
    transcript = read(name)
    path = tmp_path / f"{transcript.fingerprint}.json"
    save_transcript(path, transcript)
    assert load_transcript(path) == transcript


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_encoding_is_found_out(tmp_path: Path, encoding: str, newline: str) -> None:
    text = (FIXTURES / "rolling.srt").read_text(encoding="utf-8").replace("\n", newline)
    (tmp_path / "a.srt").write_bytes(text.encode(encoding))
    assert times(read_captions(tmp_path / "a.srt", "fr")) == times(read("rolling.srt"))


def test_utf_8_with_a_wrong_byte_stays_utf_8(tmp_path: Path) -> None:
    raw = (FIXTURES / "rolling.srt").read_bytes().replace(b"onze", b"on\xffze")
    (tmp_path / "a.srt").write_bytes(raw)
    heard = [word.text for word in read_captions(tmp_path / "a.srt", "fr").words]
    assert "délibérations" in heard
    assert "on\ufffdze" in heard


def test_half_an_emoji_can_be_written_to_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(
        '{"segments": [{"start": 0, "end": 2, "text": " merci\\ud83d à tous"}]}', encoding="utf-8"
    )
    for word in read_captions(tmp_path / "a.json", "fr").words:
        word.text.encode("utf-8")


def test_a_changed_file_has_another_fingerprint(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    shutil.copy(FIXTURES / "rolling.srt", path)
    before = read_captions(path, "fr").fingerprint
    assert read_captions(path, "fr").fingerprint == before
    path.write_text(path.read_text(encoding="utf-8").replace("onze", "douze"), encoding="utf-8")
    assert read_captions(path, "fr").fingerprint != before


REFUSED = {
    "missing": (None, "cannot be read: No such file or directory"),
    "empty": (b"", "is empty"),
    "blank": (b"\xef\xbb\xbf \n\n", "is empty"),
    "prose": (b"Une page de notes, sans aucun temps.\n" * 20, "is no captions file that can be read"),
    "page": (b"<!DOCTYPE html><html><body>404</body></html>", "is no captions file that can be read"),
    "binary": (bytes(range(256)) * 40, "is no captions file that can be read"),
    "cut-json": (b'{"events": [{"tStartMs": 0, "segs": [{"utf8": "mer', "cannot be used: Unterminated string"),
    "other-json": (b'{"name": "package", "version": 1}', "cannot be used: its JSON is none of the known forms"),
    "json-list": (b'["a", "b"]', "cannot be used: its JSON is none of the known forms"),
    "odd-json": (b'{"segments": [17, "a"]}', "cannot be used: it is not built as its format asks"),
    "no-times": (b'{"segments": [{"text": "bonjour"}]}', "cannot be used: it is not built as its format asks"),
    "endless": (b'{"segments": [{"text": "a", "start": 0, "end": Infinity}]}', "it is not built as its format asks"),
    "cut-xml": (b'<?xml version="1.0"?><timedtext format="3"><body><p t="1"', "cannot be used: unclosed token"),
    "bomb": (b'<!DOCTYPE a [<!ENTITY a "ha">]><timedtext><p t="1">&a;</p></timedtext>', "it declares entities"),
    "no-words": (b"WEBVTT\n\n00:01.000 --> 00:02.000\n[Musique]\n", "holds no words"),
    "no-cues": (b"WEBVTT\n", "holds no words"),
    "odd-number": (
        b'{"events": [{"tStartMs": "soon", "segs": [{"utf8": "a"}]}]}',
        "it is not built as its format asks",
    ),
    "bad-time": (b"1\n00:01:02:03:04 --> 00:00:02,000\nbonjour\n", "gives no times"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_of_no_use_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    content, sentence = REFUSED[name]
    path = tmp_path / "captions"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CaptionsError) as caught:
        read_captions(path, "fr")
    error = pickle.loads(pickle.dumps(caught.value))
    assert sentence in error.message
    assert str(path) in error.message
    assert "\n" not in error.message
    assert error.hint


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[" * 200_000)
    with pytest.raises(CaptionsError, match="cannot be used"):
        read_captions(tmp_path / "a.json", "fr")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaptionsError, match="cannot be read"):
        read_captions(tmp_path, "fr")


def test_captions_in_another_language_are_refused() -> None:
    with pytest.raises(CaptionsError) as caught:
        read("english.srt")
    assert "seems to be in English, not in “fr”" in caught.value.message
    assert "translation" in caught.value.hint


@pytest.mark.corpus
def test_the_corpus_reads_the_same_from_both_of_its_forms() -> None:
    captions = read_captions(CORPUS / "reading" / "session.fr.json3", "fr")
    whisper = read_captions(CORPUS / "reading" / "session.whisper.json", "fr")
    assert (captions.model, whisper.model) == ("json3", "whisper")
    assert 12_000 < len(whisper.words) < 13_000
    assert abs(len(captions.words) - len(whisper.words)) <= 0.01 * len(whisper.words)
    moments = {word.start_ms for word in captions.words}
    assert sum(word.start_ms in moments for word in whisper.words) >= 0.99 * len(whisper.words)
    near = [
        abs(a.end_ms - b.end_ms) for a, b in zip(captions.words, whisper.words, strict=True) if a.start_ms == b.start_ms
    ]
    assert sorted(near)[len(near) // 2] <= 50
    with pytest.raises(CaptionsError, match="seems to be in French"):
        read_captions(CORPUS / "reading" / "session.fr.json3", "en")
