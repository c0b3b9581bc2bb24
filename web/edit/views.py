"""The bench's addresses: the list of what wants to be heard, a passage on the bench, its sound, and the deeds.

Last step of the bench. A deed is a POST that answers with a redirect to the passage as it is then; a script follows it
and shows the new verdict in place, a browser without script loads the page. Nothing here is kept in any cache.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aligner.corrections import list_proposals, read_corrections
from aligner.errors import AlignerError
from aligner.library import Broken, FinishedPost, PostLine
from aligner.model import Correction, Outcome, Place, Proposal
from aligner.output.alignment_file import read_alignment, read_findings
from aligner.timecode import format_moment
from web.edit.bench import the_bench
from web.edit.deeds import ACTIONS, Misread, do
from web.edit.review import Call, Item, list_items, lost_proposals, queue
from web.edit.seat import LONGEST_MS, lay_seat
from web.edit.sound import tell_stretch
from web.errors import BadParameter
from web.frame import kept_language, poster_address, recording_address, the_library
from web.layout import lay_recording
from web.views.posts import finished_post

edit = Blueprint("edit", __name__, url_prefix="/edit")


@dataclass(frozen=True, slots=True)
class ToDo:
    """A post in the list of what wants to be heard."""

    line: PostLine
    uncertain: int
    doubtful: int
    proposed: int
    lost: int
    """Proposals about passages that are no more."""

    @property
    def rank(self) -> tuple[bool, bool]:
        """Posts with uncertain passages first, then those with doubtful corrections."""
        return not self.uncertain, not self.doubtful

    @property
    def any(self) -> bool:
        """Whether anything is to be done."""
        return bool(self.uncertain or self.doubtful or self.proposed or self.lost)


@edit.after_request
def keep_nowhere(response: Response) -> Response:
    """Let nobody keep a page that holds the token, or shows a file that changes."""
    response.headers["Cache-Control"] = "no-store"
    return response


@edit.get("/")
def show_work() -> ResponseReturnValue:
    """The posts with passages to be heard, and all others below."""
    library, bench = the_library(), the_bench()
    proposals = list_proposals(library.workspace)
    corrected = bench.corrected_slugs()
    lines = library.posts()[0]
    work = [_look(line, [p for p in proposals if p.slug == line.slug], line.slug in corrected) for line in lines]
    return render_template(
        "edit_index.html", work=sorted((one for one in work if one.any), key=lambda one: one.rank), posts=lines
    )


@edit.get("/<slug:slug>/")
def show_bench(slug: str) -> ResponseReturnValue:
    """One passage on the bench: `?p=` names it, else the first to be heard; `?tout=1` goes through all of them."""
    return _show(finished_post(slug))


@edit.post("/<slug:slug>/")
def correct(slug: str) -> ResponseReturnValue:
    """Do what a form asks, match the post again, and go to the passage as it is then."""
    library, bench = the_library(), the_bench()
    post = finished_post(slug)
    form = request.form
    item = _find(list_items(post, list_proposals(library.workspace, slug)), form.get("passage", "")) or abort(404)
    try:
        changed = do(library.workspace, bench.corrections_path(slug), post, item, form)
        outcome = bench.realign(slug) if changed else None
    except Misread as misread:
        return _show(post, trouble=misread), 400
    except AlignerError as error:
        return _show(post, failure=Outcome(slug, "failed", error.message, error.hint)), 500
    if outcome and outcome.state == "failed":
        return _show(post, failure=outcome), 500
    library.refresh(force=True)
    where = {"p": item.passage.id, "fait": form["action"], "suite": form.get("next"), "tout": form.get("all")}
    told: dict[str, Any] = {key: value for key, value in where.items() if value}
    return redirect(url_for("edit.show_bench", **kept_language(), **told, slug=slug), 303)


@edit.get("/<slug:slug>/son")
def send_sound(slug: str) -> ResponseReturnValue:
    """A stretch of a recording (`r`, from `de` to `a`, in ms): its loudness and the words heard in it."""
    post = finished_post(slug)
    media_id = request.args.get("r", "")
    start_ms, end_ms = _whole("de"), _whole("a")
    if media_id not in {media.id for media in post.media} or not start_ms < end_ms <= start_ms + LONGEST_MS:
        raise BadParameter("edit_bad_stretch")
    return tell_stretch(the_library().workspace, the_bench(), post, media_id, (start_ms, end_ms))


def _whole(name: str) -> int:
    text = request.args.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadParameter("edit_bad_stretch")
    return int(text)


def _look(line: PostLine, proposals: Sequence[Proposal], is_corrected: bool) -> ToDo:
    """What is to be done in a post; its file is read only where its line in the index does not tell."""
    if not proposals and not is_corrected:
        return ToDo(line, line.coverage["uncertain"], 0, 0, 0)
    post = the_library().post(line.slug)
    if post is None or isinstance(post, Broken):
        return ToDo(line, 0, 0, 0, len(proposals))
    items = list_items(post, proposals)
    count = {call: sum(item.call is call for item in items) for call in Call}
    lost = len(lost_proposals(post, items, proposals))
    return ToDo(line, count[Call.UNCERTAIN], count[Call.DOUBTFUL], sum(bool(i.proposals) for i in items), lost)


def _find(items: Sequence[Item], passage_id: str) -> Item | None:
    """The passage of this id, today's or a former one."""
    exact = (item for item in items if item.passage.id == passage_id)
    former = (item for item in items if passage_id in item.passage.former)
    return next(exact, None) or next(former, None)


def _show(post: FinishedPost, trouble: Misread | None = None, failure: Outcome | None = None) -> str:
    library, bench = the_library(), the_bench()
    proposals = list_proposals(library.workspace, post.slug)
    items = list_items(post, proposals)
    waiting = queue(items)
    asked = request.values  # of the address, or of the form that could not be used
    shows_all = asked.get("tout") == "1" or bool(asked.get("all")) or not waiting
    order = list(items) if shows_all else waiting
    wanted = asked.get("p") or asked.get("passage")
    item = (_find(items, wanted) or abort(404)) if wanted else next(iter(order), None)
    recordings = [
        lay_recording(number, media, library.workspace, recording_address, poster_address)
        for number, media in enumerate(post.media, start=1)
    ]
    corrections, file, broken = _corrections(post.slug)
    suite = asked.get("suite")
    seat = lay_seat(post, order, item, recordings, corrections, suite, _machines(post, item)) if item else None
    return render_template(
        "edit_post.html",
        post=post,
        seat=seat,
        items=items,
        order=order,
        waiting=len(waiting),
        shows_all=shows_all,
        recordings=recordings,
        speakers=[line.name for line in library.speakers()],
        file=file,
        broken=broken,
        lost=lost_proposals(post, items, proposals),
        done=fait if request.method == "GET" and (fait := request.args.get("fait")) in ACTIONS else None,
        trouble=trouble,
        failure=failure,
        token=bench.token,
        exact=format_moment,
        told_day=_day,
    )


def _machines(post: FinishedPost, item: Item) -> Place | None:
    """Where a passage with a doubtful correction would be without it, if anywhere."""
    if item.call is not Call.DOUBTFUL:
        return None
    found = (one for one in read_findings(read_alignment(post.path)) if one.passage_id == item.passage.id)
    finding = next(found, None)
    if finding is None or finding.media_id is None or finding.said_ms is None:
        return None
    return Place(finding.media_id, finding.said_ms, finding.said_ms)


def _day(made: str) -> dt.date | None:
    """The day of an ISO time that came with a file; None for anything else."""
    try:
        return dt.datetime.fromisoformat(made).date()
    except ValueError:
        return None


def _corrections(slug: str) -> tuple[tuple[Correction, ...], str, AlignerError | None]:
    """What a post's file says, the file's name, and why nothing can be written or read there, if that is so."""
    try:
        path = the_bench().corrections_path(slug)
        return read_corrections(path), path.name, None
    except AlignerError as error:
        return (), "", error
