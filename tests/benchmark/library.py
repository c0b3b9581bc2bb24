"""Measures the library on invented data of full size: 1,000 posts, 100 sessions of 10,000 heard words each.

`python -m tests.benchmark.library` prints how long the index takes to be made and to take up one changed post, and how
long 200 mixed searches take. Sentences come from the grammar of the generated sets; as that has some three thousand
words and a council has thirty thousand, rare invented ones are strewn in, the rarer the more of them.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

import click

from aligner.library import Library
from aligner.model import (
    Alignment,
    Block,
    Heard,
    Kind,
    Match,
    Media,
    Passage,
    Post,
    Status,
    TimedWord,
    Transcript,
    Word,
)
from aligner.output.alignment_file import to_json
from aligner.store import Workspace, dump_json, fingerprint, write_atomic
from aligner.transcript_file import FOLDER, save_transcript
from tests.benchmark.grammar import Speaker
from tests.benchmark.lexicon import SPEAKERS, TOPICS

RARE_WORDS = 30_000
RARE_SHARE = 0.05
"""One word in twenty is a rare one."""
QUERIES = 200
SEED = 5

_SYLLABLES = (
    "ba bo bri ca che clo cou da de dou fa fi fra ga gi gran la le lin ma mi mon na ne nou pa pe pla ra re ri ro sa se "
    "si ta te tra va vi vou dan ber mar tin cor ver bel char gné lle ron sier tion"
)
_TAGS = (
    "budget",
    "école",
    "mobilités",
    "eau",
    "culture",
    "logement",
    "conseil municipal",
    "commerces",
    "santé",
    "sport",
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is invented."""

    posts: int = 1_000
    sessions: int = 100
    words: int = 10_000
    """Of each session."""


@dataclass(frozen=True, slots=True)
class _Said:
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


def build(root: Path, size: Size) -> Workspace:
    """Write an invented workspace of alignments and transcripts, the same each time, with the real writers."""
    workspace, dice = Workspace(root), random.Random(SEED)
    rare = _RareWords(dice)
    shares = [size.posts * number // size.sessions for number in range(size.sessions + 1)]
    for number, (first, last) in enumerate(pairwise(shares)):
        said = list(_speak(size.words, rare, dice))
        words = tuple(word for sentence in said for word in sentence.words)
        day = f"{2015 + number % 11}-{1 + number % 12:02}-{1 + number % 28:02}"
        media = Media(
            f"youtube:Session{number:04}",
            f"https://www.youtube.com/watch?v=Session{number:04}",
            "youtube",
            f"Conseil municipal du {day}",
            words[-1].end_ms + 5_000,
            date=day,
        )
        made_from = fingerprint("bench", number)
        transcript = Transcript("faster-whisper", "made", "fr", words[-1].end_ms + 5_000, words, made_from)
        folder = workspace.media_folder(media.id)
        save_transcript(folder / FOLDER / f"{made_from}.json", transcript)
        info = {"id": media.id, "url": media.url, "provider": media.provider, "title": media.title, "date": day}
        write_atomic(folder / "info.json", dump_json(info | {"duration_ms": media.duration_ms}))
        for slot, name in enumerate(range(first, last)):
            begin = slot * len(said) // max(1, last - first)
            post = _publish(f"texte-{name:04}", day, said[begin : begin + 25], media, transcript, dice)
            write_atomic(workspace.aligned / f"texte-{name:04}.json", dump_json(to_json(post, "0" * 16)))
    return workspace


class _RareWords:
    """Invented words, drawn as words of a language are: the n-th as often as 1/n."""

    def __init__(self, dice: random.Random) -> None:
        syllables, words = _SYLLABLES.split(), set[str]()
        while len(words) < RARE_WORDS:
            words.add("".join(dice.choices(syllables, k=dice.randint(2, 4))))
        self.words = sorted(words)
        dice.shuffle(self.words)
        self._weights = list(accumulate(1 / rank for rank in range(20, RARE_WORDS + 20)))

    def draw(self, dice: random.Random) -> str:
        return dice.choices(self.words, cum_weights=self._weights)[0]


def _speak(count: int, rare: _RareWords, dice: random.Random) -> Iterator[_Said]:
    now, spoken = 4_000, 0
    topics = [topic for variant in TOPICS for topic in TOPICS[variant]]
    while spoken < count:
        speaker = Speaker(dice, dice.choice(list(TOPICS)), dice.choice(topics))
        for _ in range(12):
            texts = [text for piece in speaker.say() for text in piece.written]
            for _ in range(sum(dice.random() < RARE_SHARE for _ in texts)):
                texts.insert(dice.randrange(1, len(texts)), rare.draw(dice))
            words = []
            for text in texts:
                lasting = 80 + 45 * len(text)
                words.append(Word(text, now, now + lasting, 0.9))
                now += lasting + (250 if text.endswith(",") else 10)
            now += 600
            spoken += len(words)
            yield _Said(tuple(words))
            if spoken >= count:
                return


def _publish(
    slug: str, day: str, said: Sequence[_Said], media: Media, transcript: Transcript, dice: random.Random
) -> Alignment:
    """A post of sentences that were said, with one in eight said otherwise and one in eight never said."""
    blocks, passages, matches = [], [], []
    name = dice.choice(SPEAKERS["fit"] + SPEAKERS["report"])
    for number, sentence in enumerate(said):
        text, fate = sentence.text, dice.random()
        blocks.append(Block("paragraph", 0, text))
        passage_id = fingerprint(slug, number)[:10]
        chars = 0, len(text)
        passages.append(Passage(passage_id, Kind.SPEECH, text, name, None, number, chars, chars))
        if fate > 0.875:
            matches.append(Match(passage_id, Status.NOT_FOUND, 0.9, "introuvable"))
            continue
        status = Status.REWORDED if fate > 0.75 else Status.SPOKEN
        words = tuple(TimedWord(word.text, word.start_ms, word.end_ms, word.text) for word in sentence.words)
        start_ms, end_ms = words[0].start_ms, words[-1].end_ms
        matches.append(Match(passage_id, status, 0.95, "mots retrouvés", media.id, start_ms, end_ms, text, words))
    tags = tuple(dice.sample(_TAGS, 2))
    post = Post(slug, said[0].text[:60], day, f"{slug}.md", None, tuple(blocks), tuple(passages), (), tags)
    return Alignment(post, (Heard(media, transcript),), tuple(matches))


def make_queries(workspace: Workspace, dice: random.Random) -> list[tuple[str, str]]:
    """200 things a reader may type, each with its kind: words, beginnings, quotes, questions, typos, nothing there."""
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(workspace.aligned.glob("*.json"))[::9]]
    sentences = [passage["text"] for document in documents for passage in document["passages"]]
    queries = []
    for number in range(QUERIES):
        words = dice.choice(sentences).rstrip(".?!").split()
        long = sorted((word.strip(",.;:") for word in words if len(word) > 5), key=len) or words
        start = dice.randrange(max(1, len(words) - 4))
        kinds = (
            ("one word", dice.choice(long)),
            ("two words", " ".join(dice.choices(long, k=2))),
            ("a beginning", dice.choice(long)[: dice.randint(2, 4)]),
            ("a quote", f'"{" ".join(words[start : start + 4])}"'),
            ("a sentence", " ".join(words[:8])),
            ("a typo", _mistype(dice.choice(long), dice)),
            ("words and a typo", f"{dice.choice(long)} {_mistype(dice.choice(long), dice)}"),
            ("common words", " ".join(dice.choices(("la", "commune", "nous", "conseil", "les", "ville"), k=2))),
        )
        queries.append(kinds[number % len(kinds)])
    return queries


def _mistype(word: str, dice: random.Random) -> str:
    place = dice.randrange(1, len(word) - 1)
    turned = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return turned if turned != word else word[:place] + word[place + 1 :]


class _Watch:
    """Tells how long something took on the clock, and how much of it this program worked.

    The two differ where other programs share the machine.
    """

    def __init__(self) -> None:
        self._clock, self._work = time.perf_counter(), time.process_time()

    def tell(self, what: str) -> None:
        clock, work = time.perf_counter() - self._clock, time.process_time() - self._work
        print(f"{what}: {clock:.3f} s on the clock, {work:.3f} s of work")  # noqa: T201


def measure(work: Path, size: Size) -> None:
    """Print all figures."""
    watch = _Watch()
    workspace = build(work, size)
    watch.tell("data made")
    library, watch = Library(workspace), _Watch()
    library.refresh()
    watch.tell("index made from nothing")
    index = workspace.aligned / ".library.sqlite"
    sessions, (_, posts) = library.sessions(), library.posts(limit=1)
    rows = sum(len(library.rows(line.media_id)) for line in sessions)
    words = sum(line.words for line in sessions)
    mb = index.stat().st_size / 2**20
    print(f"  {posts} posts, {len(sessions)} sessions, {words:,} heard words in {rows:,} rows; {mb:.0f} MB")  # noqa: T201
    changed = workspace.aligned / "texte-0000.json"
    document = json.loads(changed.read_text(encoding="utf-8"))
    document["post"]["title"] += ", revu"
    write_atomic(changed, dump_json(document))
    watch = _Watch()
    library.refresh()
    watch.tell("one changed post")
    watch = _Watch()
    library.refresh(force=True)
    watch.tell("a look at all files, nothing changed")
    watch = _Watch()
    library.search("introuvablissime")
    watch.tell("the first mistyped search, which reads the vocabulary")
    _measure_searches(library, make_queries(workspace, random.Random(SEED)))


def _measure_searches(library: Library, queries: Sequence[tuple[str, str]]) -> None:
    took: dict[str, list[tuple[float, float, int]]] = {}
    for kind, query in queries:
        begun, worked = time.perf_counter(), time.process_time()
        total = library.search(query).total
        figures = 1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - worked), total
        took.setdefault(kind, []).append(figures)
        took.setdefault("all", []).append(figures)
    print("searches, ms: p50 and p95 on the clock, p50 and p95 of work, median hits")  # noqa: T201
    for kind, all_figures in took.items():
        clock, work, hits = (sorted(values) for values in zip(*all_figures, strict=True))
        middle, most = len(hits) // 2, len(hits) * 95 // 100
        print(  # noqa: T201
            f"  {kind:17}{len(hits):4}  {clock[middle]:6.1f}{clock[most]:6.1f}  {work[middle]:6.1f}{work[most]:6.1f}"
            f"  {hits[middle]:5}"
        )


def as_command(measure: Callable[[Path, Size], None]) -> click.Command:
    """A command that measures on invented data of the size that is asked for."""

    @click.command(help=measure.__doc__)
    @click.option("--posts", default=1_000)
    @click.option("--sessions", default=100)
    @click.option("--words", default=10_000, help="Heard words of each session.")
    @click.option("--keep", type=click.Path(path_type=Path), help="Make the data here and leave them.")
    def command(posts: int, sessions: int, words: int, keep: Path | None) -> None:
        size = Size(posts, sessions, words)
        if keep:
            measure(keep, size)
            return
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), size)

    return command


if __name__ == "__main__":
    as_command(measure)()
