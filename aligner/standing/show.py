"""A standing for people: two tables that fit 80 columns, then what waits, what is wrong and what to look at.

Last step of `aligner status`. Piped, a line is as long as it must be, so that it can be searched; nothing in the tables
depends on colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from aligner.model import Status
from aligner.standing.facts import (
    PostStanding,
    PostState,
    Review,
    SessionStanding,
    SoundState,
    Standing,
    Wait,
    WaitKind,
    WrongLink,
)
from aligner.standing.gate import tell_share
from aligner.timecode import format_clock, format_french

MOST = 20
"""Entries of a list that are shown, unless posts were asked about by name."""
NAMED = 5
"""Posts that are named where several wait for the same thing."""
PIPED = 1_000
"""Columns where it goes to a file or a pipe: nothing is wrapped there."""
_STATES = {
    PostState.NO_RECORDING: "no link",
    PostState.NO_POST: "no post",
}
_SOUNDS = {SoundState.CAPTIONS: "captions only", SoundState.ABSENT: "not fetched"}
_TOGETHER = {
    WaitKind.NEW: "not aligned yet.",
    WaitKind.EDITED: "edited since they were aligned.",
    WaitKind.CAPTIONS_ONLY: "captions alone stand for what was said in their recordings.",
}
"""What one run for all of them helps."""
_REVIEWS = {
    "doubtful_correction": "a correction contradicts the sound",
    "lost_correction": "a correction lost its passage",
    "proposal": "a reader proposes another moment",
}


def show_standing(console: Console, standing: Standing, *, whole: bool) -> None:
    """Print it; `whole` lists every passage to look at, else the first of them."""
    if not console.is_terminal:
        console = Console(file=console.file, width=PIPED)
    if standing.posts:
        console.print(_posts_table(standing.posts))
    if standing.sessions:
        console.print()
        console.print(_sessions_table(standing.sessions))
    for title, lines in (
        ("Waiting", list(_waits(standing.posts))),
        ("Wrong links", list(_wrong_links(standing.posts))),
        ("To look at", list(_reviews(standing.posts))),
    ):
        if lines:
            more = 0 if whole else len(lines) - MOST
            shown = [*lines[:MOST], f"  … and {more} more: name a post, or take --json."] if more > 0 else lines
            console.print()
            console.print(Text(title, style="bold"))
            console.print(Text("\n".join(shown)), soft_wrap=not console.is_terminal)
    if not standing.posts and not standing.sessions:
        console.print("Nothing is here yet: put posts (*.md) into the workspace's transcripts/ and run align.")
        return
    console.print()
    for line in _totals(standing):
        console.print(Text(line), soft_wrap=not console.is_terminal)


def _table(first: str, *more: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column(first, overflow="fold", ratio=None)
    for name in more:
        table.add_column(name, justify="left" if name in ("state", "heard by") else "right", no_wrap=True)
    return table


def _posts_table(posts: Iterable[PostStanding]) -> Table:
    table = _table("post", "passages", "linked", "unsure", "unsaid", "state")
    for post in posts:
        counts = post.coverage or {}
        told = [counts.get(status.value) for status in (Status.UNCERTAIN, Status.NOT_FOUND)]
        share = f"{post.linked} {post.linked / post.passages:4.0%}" if post.passages and len(counts) > 1 else "–"
        table.add_row(
            Text(post.slug),
            str(post.passages) if counts else "–",
            share,
            *("–" if number is None else str(number) for number in told),
            Text(_STATES.get(post.state, post.state.value), style="" if post.state is PostState.ALIGNED else "yellow"),
        )
    return table


def _sessions_table(sessions: Iterable[SessionStanding]) -> Table:
    table = _table("recording", "length", "heard", "posts", "linked", "state")
    for session in sessions:
        state = _SOUNDS.get(session.state, session.state.value)
        if session.short:
            state += ", cut short"
        good = session.state is SoundState.HERE and not session.short
        table.add_row(
            Text(f"{session.title or session.url or session.media_id}\n  {session.media_id}"),
            format_clock(session.duration_ms) if session.duration_ms else "–",
            format_clock(session.heard_ms) if session.heard_ms else "–",
            str(len(session.posts)),
            str(session.passages),
            Text(state, style="" if good else "yellow"),
        )
    return table


def _waits(posts: Iterable[PostStanding]) -> Iterator[str]:
    """What several posts wait for together is said once."""
    told: dict[tuple[str, str | None], list[tuple[str, Wait]]] = {}
    for post in posts:
        for wait in post.waits:
            together = wait.kind in _TOGETHER and f" --only {post.slug}" in wait.cure
            key = (wait.kind.value, None) if together else (wait.why, wait.media_id)
            told.setdefault(key, []).append((post.slug, wait))
    for waiting in told.values():
        slug, wait = waiting[0]
        if len(waiting) == 1:
            yield f"  {slug}: {wait.why}\n    → {wait.cure}"
        elif wait.kind in _TOGETHER:
            cure = wait.cure.replace(f" --only {slug}", "")
            yield f"  {_name([slug for slug, _ in waiting])}: {_TOGETHER[wait.kind]}\n    → {cure}"
        else:  # of one recording, or this machine: what helps one of them helps all
            yield f"  {_name([slug for slug, _ in waiting])}: {wait.why}\n    → {wait.cure}"


def _name(slugs: Sequence[str]) -> str:
    more = f" and {len(slugs) - NAMED} more" if len(slugs) > NAMED else ""
    return ", ".join(slugs[:NAMED]) + more


def _wrong_links(posts: Iterable[PostStanding]) -> Iterator[str]:
    for post in posts:
        for link in post.links:
            yield f"  {post.slug}: {_say_wrong(link)}\n    → {link.url}"


def _say_wrong(link: WrongLink) -> str:
    if link.link_ms is None or link.said_ms is None:
        return f"{link.media_id} holds nothing of this post."
    off = f"{format_french(abs(link.link_ms - link.said_ms))} {'late' if link.link_ms > link.said_ms else 'early'}"
    return (
        f"the offset into {link.media_id} ({format_clock(link.link_ms)}) is {off}; "
        f"the words begin at {format_clock(link.said_ms)}."
    )


def _reviews(posts: Iterable[PostStanding]) -> Iterator[str]:
    for post in posts:
        for review in post.reviews:
            where = f" #p={review.passage_id}" if review.passage_id else ""
            yield f"  {post.slug}{where}: {_say_review(review)}"


def _say_review(review: Review) -> str:
    where = "" if review.start_ms is None else f" at {format_clock(review.start_ms)}"
    if review.kind in _REVIEWS:
        words = f": {review.why}" if review.why else ""
        return f"{_REVIEWS[review.kind]}{where}{words}."
    return f"{_shorten(review.text)}{where} ({review.why})"


def _shorten(text: str, most: int = 60) -> str:
    return f"« {text} »" if len(text) <= most else f"« {text[: most - 1].rsplit(' ', 1)[0]}… »"


def _totals(standing: Standing) -> Iterator[str]:
    totals = standing.totals
    counts = totals.coverage
    if totals.share is not None:
        said = f"{counts['spoken']} as published, {counts['reworded']} otherwise"
        yield (
            f"{_count(totals.posts, 'post')}, {_count(counts['passages'], 'passage')}: {totals.linked} linked, "
            f"{tell_share(totals.share)} ({said}); {counts['uncertain']} uncertain, {counts['not_found']} not found."
        )
    else:
        yield f"{_count(totals.posts, 'post')}, no passages."
    waiting = sum(1 for post in standing.posts if post.waits)
    yield (
        f"{_count(totals.recordings, 'recording')}, {format_french(totals.duration_ms)} long, "
        f"words heard in {format_french(totals.heard_ms)} of it. "
        f"{_count(waiting, 'post')} waiting, {_count(totals.links, 'wrong link')}, "
        f"{_count(sum(totals.reviews.values()), 'passage')} to look at."
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + "s" * (number != 1)
