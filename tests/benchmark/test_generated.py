from __future__ import annotations

import hashlib
import itertools
import os
import random
import re
import subprocess
import sys
from collections.abc import Sequence

import pytest
from rapidfuzz.distance import Levenshtein

from aligner.model import SPOKEN_KINDS, Word
from aligner.text.normalise import tokenise
from tests.benchmark.generated import LIKE_SAID, SETS, UNLIKE_SAID, VARIANTS, make_drafts, make_set, make_transcript
from tests.benchmark.grammar import contract, parse, publish
from tests.benchmark.noise import hear_badly
from tests.benchmark.session import REFRAINS, TWINS, Session, hold_session, transcribe
from tests.conftest import ROOT

AS_SAID = ("verbatim", "cuts", "reordered", "refrains", "said twice", "quoted", "short quotes", "insertions")
"""Sets whose said lines are published as they were said."""

FIGURE = re.compile(r"\d|·|\bM\.|\bMme\b|\b[A-Z]{3}|SCoT|PLUi")
"""What may be published otherwise than it was said."""


class Never:
    """Dice that never choose anything: every figure is written in words."""

    def random(self) -> float:
        return 1.0


def exact_words(session: Session) -> list[Word]:
    return transcribe(session, 0.0, Never())  # type: ignore[arg-type]


def bare(word: str) -> str:
    return word.lower().strip(".,?!:; ")


def forms(words: Sequence[Word]) -> list[str]:
    return [token.form for token in tokenise(" ".join(word.text for word in words))]


def common_in_order(left: Sequence[str], right: Sequence[str]) -> int:
    """Length of the longest common subsequence, by the book."""
    row = [0] * (len(right) + 1)
    for a in left:
        before = row[:]
        for k, b in enumerate(right):
            row[k + 1] = before[k] + 1 if a == b else max(before[k + 1], row[k])
    return row[-1]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", SETS)
def test_a_said_line_begins_at_its_onset_with_its_first_word(name: str, variant: str) -> None:
    words = {word.start_ms: word for word in exact_words(hold_session(variant))}
    lines = [line for draft in make_drafts(name, variant) for part in draft.paragraphs for line in part]
    onsets = [(line.text.split()[0], line.start_ms) for line in lines if line.start_ms is not None]
    plain = [(word, start) for word, start in onsets if not FIGURE.search(f"{word} ")]
    assert name.startswith("unrelated") or len(plain) >= 20
    assert [bare(word) for word, _ in plain] == [bare(words[start].text) for _, start in plain]


@pytest.mark.parametrize("name", AS_SAID)
def test_a_line_published_as_said_holds_the_words_of_its_stretch(name: str) -> None:
    words = exact_words(hold_session("report"))
    checked = 0
    for line in (line for draft in make_drafts(name, "report") for part in draft.paragraphs for line in part):
        if line.within is None or FIGURE.search(line.text):
            continue
        low, high = line.within
        inside = [bare(word.text) for word in words if low <= word.start_ms and word.end_ms <= high]
        assert [bare(word) for word in line.text.replace(" :", ":").split()] == inside
        checked += 1
    assert checked >= 5


@pytest.mark.parametrize(
    ("name", "limit"), [("insertions", UNLIKE_SAID), ("unrelated", UNLIKE_SAID), ("unrelated alike", LIKE_SAID)]
)
def test_an_unsaid_line_shares_little_with_any_sentence_of_the_session(name: str, limit: float) -> None:
    said = [publish(sentence.sentence).lower().split() for sentence in hold_session("report").said]
    lines = [line for draft in make_drafts(name, "report") for part in draft.paragraphs for line in part]
    unsaid = [line.text.lower().split() for line in lines if line.within is None]
    assert len(unsaid) >= 60
    for words in unsaid[::20]:
        assert max(common_in_order(words, other) for other in said) < limit * len(words)


def test_an_unsaid_twin_differs_from_its_brother_by_a_figure_a_name_or_a_negation() -> None:
    session = hold_session("report")
    said = {publish(sentence.sentence) for sentence in session.said}
    for number in TWINS:
        for brother, unsaid in session.speeches[number].unsaid_twins:
            assert publish(brother) in said
            assert publish(unsaid) not in said
            ours, theirs = publish(brother).split(), publish(unsaid).split()
            assert 1 <= Levenshtein.distance(ours, theirs) <= 4
            assert common_in_order(ours, theirs) >= 8


def test_a_refrain_is_published_and_said_four_times_in_order() -> None:
    session = hold_session("report")
    for draft, number in zip(make_drafts("refrains", "report"), REFRAINS, strict=True):
        (refrain,) = session.speeches[number].marked
        starts = [line.start_ms for part in draft.paragraphs for line in part if line.text == publish(refrain)]
        assert len(starts) == 4
        assert all(a is not None and b is not None and b - a > 20_000 for a, b in itertools.pairwise(starts))


@pytest.mark.parametrize("name", SETS)
def test_every_labelled_line_is_read_as_spoken_so_that_the_matcher_is_what_is_measured(name: str) -> None:
    made = make_set(name, "report")
    for post in made.posts:
        spoken = " ".join(passage.text for passage in post.passages if passage.kind in SPOKEN_KINDS)
        missing = [label["text"] for label in made.labels[post.slug] if label["text"] not in spoken]
        assert missing == []
    assert sorted(post.slug for post in made.posts) == sorted(made.labels)


def test_hints_of_short_quotes_are_wrong_by_ten_minutes_at_the_most() -> None:
    for draft in make_drafts("short quotes", "report"):
        first = next(line.start_ms for part in draft.paragraphs for line in part if line.start_ms is not None)
        assert draft.hint_s is not None
        assert abs(draft.hint_s - first // 1000) <= 600


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(("name", "rate"), [("noise 10", 0.10), ("noise 30", 0.30), ("noise 50", 0.50)])
def test_noise_has_the_word_error_rate_it_says(name: str, rate: float, variant: str) -> None:
    said, heard = forms(exact_words(hold_session(variant))), forms(make_transcript(name, variant).words)
    assert Levenshtein.distance(said, heard) / len(said) == pytest.approx(rate, abs=0.03)


def test_most_words_misheard_sound_near_and_times_move_by_tens_of_milliseconds() -> None:
    words = exact_words(hold_session("report"))
    heard = hear_badly(words, 0.3, random.Random(5))
    starts = {word.start_ms: word for word in words}
    said, wrote = [bare(w.text) for w in words], [bare(w.text) for w in heard]
    swaps = [
        (said[code.src_start], wrote[code.dest_start])
        for code in Levenshtein.opcodes(said, wrote)
        if code.tag == "replace" and code.src_end - code.src_start == 1
    ]
    near = sum(Levenshtein.normalized_similarity(*swap) >= 0.4 for swap in swaps)
    assert len(swaps) > 500
    assert near / len(swaps) > 0.7
    quiet = hear_badly(words, 0.0, random.Random(5))
    shifts = [abs(a.start_ms - b.start_ms) for a, b in zip(words, quiet, strict=True)]
    assert 10 <= sorted(shifts)[len(shifts) // 2] <= 40
    assert max(shifts) < 200
    assert len(starts) == len(words)


def test_the_two_worlds_share_no_sentence() -> None:
    sentences = {}
    for variant in VARIANTS:
        said = {publish(said.sentence) for said in hold_session(variant).said}
        unsaid = {
            line.text for draft in make_drafts("insertions", variant) for part in draft.paragraphs for line in part
        }
        sentences[variant] = {text for text in said | unsaid if len(text.split()) >= 12}
    assert len(sentences["fit"]) > 300
    assert sentences["fit"] & sentences["report"] == set()


def test_the_session_is_long_varied_and_in_order() -> None:
    for variant in VARIANTS:
        words = exact_words(hold_session(variant))
        assert 60 * 60_000 <= words[-1].end_ms <= 120 * 60_000
        assert len({bare(word.text) for word in words}) > 900
        assert all(a.end_ms <= b.start_ms for a, b in itertools.pairwise(words))


_DIGEST = """
import hashlib, json
from tests.benchmark.generated import make_set
made = make_set("noise 30", "fit")
facts = json.dumps([made.labels, [(w.text, w.start_ms, w.end_ms) for w in made.transcript.words]])
print(hashlib.sha256(facts.encode()).hexdigest())
"""


def test_sets_are_the_same_in_every_process() -> None:
    digests = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", _DIGEST], capture_output=True, text=True, cwd=ROOT, env=environment, timeout=120
        )
        assert done.returncode == 0, done.stderr
        digests.add(done.stdout.strip())
    assert len(digests) == 1
    assert all(len(digest) == hashlib.sha256().digest_size * 2 for digest in digests)


def test_figures_know_how_they_are_published_said_and_written() -> None:
    sentence = parse("Il faut ⟦63,5 M€|soixante-trois virgule cinq millions d'euros|63,5 millions d'euros⟧.")
    assert publish(sentence) == "Il faut 63,5 M€."
    assert sentence[-1].spoken == ("soixante-trois", "virgule", "cinq", "millions", "d'euros.")
    assert sentence[-1].written == ("63,5", "millions", "d'euros.")


def test_published_figures_take_all_the_forms_that_posts_have() -> None:
    text = " ".join(
        line.text
        for variant in VARIANTS
        for draft in make_drafts("numbers and sigles", variant)
        for part in draft.paragraphs
        for line in part
    )
    for form in (
        r"\d,\d M€",
        r"\d \d{3} €",
        r"\d,\d %",
        r"n° \d",
        r"\d+h\d\d",
        r"\d+ème",
        r"\d\d \d\d \d\d",
        "·es",
        "Mme ",
    ):
        assert re.search(form, text), form


def test_articles_contract() -> None:
    assert contract("de ", "le pont des Tanneurs") == "du pont des Tanneurs"
    assert contract("à ", "les cyclistes") == "aux cyclistes"
    assert contract("de ", "l'orgue") == "de l'orgue"
    assert contract(None, "la halle") == "la halle"
