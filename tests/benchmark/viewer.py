"""Measures the viewer under load, on invented data of full size (those of `tests.benchmark.library`).

`python -m tests.benchmark.viewer` runs the real server in a process of its own. First each page is asked for once, one
after the other: what it takes to make them. Then the same pages at a steady rate over keep-alive connections, as
readers' browsers would; there a wait counts from the moment the question was due, so that a slow answer cannot hide
those queued behind it. It also prints what a post's page weighs, with its styles and scripts, as it is sent.
"""

from __future__ import annotations

import gzip
import http.client
import logging
import multiprocessing
import random
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import click

from aligner.library import Library
from aligner.store import Workspace
from tests.benchmark.library import SEED, Size, build, make_queries
from web import create_app
from web.serve import bind

MIX = {
    "post": 40,
    "index": 8,
    "session": 8,
    "person": 5,
    "topic": 4,
    "search": 12,
    "as one types": 10,
    "api": 5,
    "card": 1,
    "script": 7,
}
"""Questions of a hundred."""
CONNECTIONS = 24


@dataclass(frozen=True, slots=True)
class Question:
    """One request of the run."""

    due_s: float
    """From the beginning of the run."""
    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of it."""

    kind: str
    waited_ms: float
    status: int


def make_questions(workspace: Workspace, rate: int, seconds: int) -> list[Question]:
    """The questions of a run, the same each time: any post as likely as any other, which a cache likes least."""
    dice, library = random.Random(SEED), Library(workspace)
    library.refresh()
    posts = [line.slug for line in library.posts()[0]]
    paths = {
        "post": [f"/{slug}/" for slug in posts],
        "index": [f"/?page={page}" for page in range(1, max(2, len(posts) // 30))],
        "session": [f"/seances/{quote(line.media_id, safe=':')}/" for line in library.sessions()],
        "person": [f"/personnes/{quote(line.name)}/" for line in library.speakers()],
        "topic": [f"/themes/{quote(line.name)}/" for line in library.tags()],
        "search": [f"/recherche/?q={quote(query)}" for _, query in make_queries(workspace, dice)],
        "as one types": [f"/recherche/resultats/?q={quote(query)}" for _, query in make_queries(workspace, dice)],
        "api": [f"/api/posts/{slug}" for slug in posts],
        "card": [f"/cartes/{slug}.png" for slug in posts],
        "script": ["/static/page.js", "/static/player.js", "/static/base.css", "/static/post.css"],
    }
    kinds = dice.choices(list(MIX), weights=list(MIX.values()), k=rate * seconds)
    return [Question(number / rate, kind, dice.choice(paths[kind])) for number, kind in enumerate(kinds)]


@contextmanager
def serving(workspace: Workspace) -> Iterator[tuple[str, Callable[[], float]]]:
    """The real server in a process of its own: its address without the final slash, and how long it has worked.

    The latter in seconds of a processor: on a machine that others use, it tells more than the waits.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(workspace.root, theirs), daemon=True)
    process.start()

    def worked_s() -> float:
        ours.send("how much?")
        return float(ours.recv())

    try:
        yield str(ours.recv()).rstrip("/"), worked_s
    finally:
        process.terminate()
        process.join(20)


def _serve(root: Path, told: Connection) -> None:
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that it has to queue shows in the figures
    server = bind(create_app(Workspace(root)), port=0)
    threading.Thread(target=server.run, daemon=True).start()
    told.send(server.url)
    while told.recv():
        told.send(time.process_time())


def ask(address: str, questions: Sequence[Question], connections: int) -> list[Answer]:
    """Ask everything when it is due, or as soon as a connection is free where all is due at once."""
    waiting, lock, answers = iter(questions), threading.Lock(), list[Answer]()
    begun = time.perf_counter() + 0.5

    def work() -> None:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=300)
        while True:
            with lock:
                question = next(waiting, None)
            if question is None:
                connection.close()
                return
            due = begun + question.due_s if connections > 1 else time.perf_counter()
            time.sleep(max(0, due - time.perf_counter()))
            connection.request("GET", question.path, headers={"Accept-Encoding": "gzip", "Accept-Language": "fr"})
            response = connection.getresponse()
            response.read()
            waited_ms = 1000 * (time.perf_counter() - due)
            answers.append(Answer(question.kind, waited_ms, response.status))

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def print_waits(answers: Sequence[Answer]) -> None:
    """One line a kind of page."""
    for kind in (*MIX, "all"):
        waits = sorted(answer.waited_ms for answer in answers if kind in (answer.kind, "all"))
        if waits:
            p50, p95, p99 = (waits[min(len(waits) - 1, len(waits) * part // 100)] for part in (50, 95, 99))
            _say(f"{kind:14} {len(waits):6} answers  p50 {p50:7.1f} ms  p95 {p95:7.1f} ms  p99 {p99:7.1f} ms")


def weigh(address: str, path: str) -> dict[str, int]:
    """Bytes as sent, in gzip form, of a page and of each style and script that it loads."""
    weights, waiting = dict[str, int](), [path]
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    while waiting:
        one = waiting.pop()
        if one in weights:
            continue
        connection.request("GET", one, headers={"Accept-Encoding": "gzip"})
        response = connection.getresponse()
        sent = response.read()
        weights[one] = len(sent)
        text = (gzip.decompress(sent) if response.headers["Content-Encoding"] == "gzip" else sent).decode()
        found = re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js)[^"]*)"', text)
        found += re.findall(r'(?:from|import)\s*"(\.[^"]+)"', text)
        waiting += [urljoin(one, other) for other in found]
    connection.close()
    return weights


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 # a program run by hand


@click.command()
@click.option("--posts", default=1_000)
@click.option("--sessions", default=100)
@click.option("--words", default=10_000, help="Heard words of each session.")
@click.option("--rate", default=200, help="Questions a second.")
@click.option("--seconds", default=30)
@click.option("--data", type=click.Path(path_type=Path), help="Make the data here and leave them; use those there.")
def main(posts: int, sessions: int, words: int, rate: int, seconds: int, data: Path | None) -> None:
    """Measure the viewer under load."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(data or Path(folder))
        if not workspace.aligned.exists():
            build(workspace.root, Size(posts, sessions, words))
        questions = make_questions(workspace, rate, seconds)
        with serving(workspace) as (address, worked_s):
            ask(address, questions[:1], connections=1)  # the server looks at its library for the first time
            first = [Question(0, kind, path) for kind, path in dict.fromkeys((q.kind, q.path) for q in questions)]
            runs = (
                ("each page for the first time, one after the other", first, 1),
                (f"{rate} questions a second for {seconds} s, of the same pages", questions, CONNECTIONS),
            )
            for name, asked, connections in runs:
                before_s = worked_s()
                answers = ask(address, asked, connections)
                work_ms = 1000 * (worked_s() - before_s) / len(answers)
                wrong = sum(answer.status != 200 for answer in answers)
                _say(f"\n{name}; {wrong} not answered with 200")
                _say(f"the server worked {work_ms:.2f} ms of a processor for each")
                print_waits(answers)
            weights = weigh(address, next(q.path for q in questions if q.kind == "post"))
        _say(f"\na post's page with its styles and scripts, as sent: {sum(weights.values()) / 1000:.1f} kB")
        for path, size in sorted(weights.items(), key=lambda pair: -pair[1]):
            _say(f"{size:8}  {path}")


if __name__ == "__main__":
    main()
