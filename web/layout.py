"""Lays a finished post out for its page: blocks of pieces, recordings to play, the verdicts in use.

Between `library` and the templates. A `Piece` is a run of published characters with one fate: a link, a
doubt, a quiet note, or plain text. Every character of every block is shown exactly once and unchanged.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from aligner.model import LINKED, SPOKEN_KINDS, Block, Match, Media, Passage, Status
from aligner.store import Workspace
from aligner.timecode import format_clock
from web.differences import SAID, UNPUBLISHED, Run, tell_apart
from web.library import FinishedPost, Library
from web.recordings import (
    file_fragment,
    find_playable,
    find_poster,
    outside_address,
    timed_address,
    web_address,
    youtube_video,
)

PROVIDERS = {
    "youtube": "YouTube",
    "vimeo": "Vimeo",
    "dailymotion": "Dailymotion",
    "peertube": "PeerTube",
    "facebook": "Facebook",
}

TELLING = 3
"""Words in a row, said and not published, from which a sentence said as published shows them: a filler word, or a slip
of the recogniser, is worth no button."""

Verdict = tuple[Passage, Match]

FileAddress = Callable[[str], str]
"""Gives the viewer's own address of a recording's file (or picture) by media id."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording as the page shows it."""

    number: int
    """Counted from 1, in the order of the alignment file."""
    media: Media
    player: str
    """`video`, `audio` (a file of ours), `youtube` (behind consent) or `link` (plain timed links only)."""
    source: str | None
    """Where our file is, for `video` and `audio`; YouTube's id for `youtube`."""
    mimetype: str | None
    poster: str | None
    outside: str | None
    """Where it can be watched outside the viewer."""
    provider: str | None
    """The outside place's name, None when it has none a reader would know."""

    def address(self, start_ms: int) -> str | None:
        """The ordinary link to one of its moments; None when it can be reached nowhere."""
        if self.player in ("video", "audio"):
            return f"{self.source}{file_fragment(start_ms)}"
        return timed_address(self.media, start_ms)


@dataclass(frozen=True, slots=True)
class Moment:
    """Another place where the words of a passage were said."""

    passage: str
    number: int
    """The recording."""
    start_ms: int
    end_ms: int
    href: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a block's characters with one fate."""

    text: str
    role: str = "plain"
    """`plain`, or the status of the passage it belongs to."""
    passage: str | None = None
    """The id of its passage."""
    first: bool = False
    """Whether it is the first piece of its passage, the one that carries the id on the page."""
    number: int | None = None
    """The recording it is linked to."""
    start_ms: int | None = None
    end_ms: int | None = None
    href: str | None = None
    said: tuple[Run, ...] = ()
    """The words that were said, with their differences from the published ones, where they are worth showing."""
    again: tuple[Moment, ...] = ()
    """Where else it was said, or for an uncertain passage: where else it may have been."""
    reason: str | None = None
    unfound: int = 0
    """On the last of a run of passages that were not found: how many the run has."""

    @property
    def aside(self) -> str | None:
        """What the button after it is about: `doubtful`, `reworded`, `more` or `again`; None when it has no button."""
        if self.role == Status.UNCERTAIN:
            return "doubtful" if self.reason else None
        if self.role not in LINKED or not self.href:
            return None
        if self.said:
            return "reworded" if self.role == Status.REWORDED else "more"
        return "again" if self.again else None


@dataclass(frozen=True, slots=True)
class LaidBlock:
    """One block of the page; `level` is the HTML level of a heading, else 0."""

    kind: str
    level: int
    pieces: tuple[Piece, ...]

    @property
    def first_link(self) -> Piece | None:
        """Where the margin's time points: the first words, if they are linked with confidence.

        A later passage's time would stand beside words that were said at another moment, or never.
        """
        words = next((piece for piece in self.pieces if any(map(str.isalnum, piece.text))), None)
        return words if words and words.href and words.role in LINKED else None


@dataclass(frozen=True, slots=True)
class LaidPost:
    """All that a post's page shows."""

    post: FinishedPost
    groups: tuple[tuple[str, tuple[LaidBlock, ...]], ...]
    """Blocks in order; neighbouring list items, and neighbouring quoted paragraphs, stand in one group."""
    recordings: tuple[Recording, ...]
    statuses: tuple[Status, ...]
    """The verdicts that occur, in their own order: the legend explains these and no others."""
    original: str | None
    """Where the text was published."""
    subtitles: tuple[str, ...]
    """The names of its exported subtitle files."""

    @property
    def differs(self) -> bool:
        """Whether differences between the words said and published are marked somewhere."""
        pieces = (piece for _, blocks in self.groups for block in blocks for piece in block.pieces)
        return any(run.fate != SAID for piece in pieces for run in piece.said)

    @property
    def track(self) -> str | None:
        """The subtitles to show in the player. With several recordings a file's name does not say which it is of."""
        name = f"{self.post.slug}.vtt"
        return name if len(self.recordings) == 1 and name in self.subtitles else None


def lay_out(post: FinishedPost, library: Library, media_address: FileAddress, poster_address: FileAddress) -> LaidPost:
    """Make the page of a post, with the recordings and subtitles as they lie in the workspace now."""
    recordings = tuple(
        _recording(number, media, library.workspace, media_address, poster_address)
        for number, media in enumerate(post.media, start=1)
    )
    subtitles = tuple(path.name for path in library.subtitles(post.slug))
    by_media = {recording.media.id: recording for recording in recordings}
    levels = _heading_levels(post.blocks)
    verdicts: dict[int, list[Verdict]] = {}
    for passage, match in post.verdicts:
        verdicts.setdefault(passage.block, []).append((passage, match))
    blocks = [
        LaidBlock(block.kind, levels[index], tuple(_pieces(block, verdicts.get(index, []), by_media)))
        for index, block in enumerate(post.blocks)
        if block.text.strip()
    ]
    groups = itertools.groupby(enumerate(blocks), key=_group_key)
    laid = tuple((kind, tuple(block for _, block in members)) for (kind, _), members in groups)
    statuses = {match.status for passage, match in post.verdicts if passage.kind in SPOKEN_KINDS}
    return LaidPost(
        post=post,
        groups=laid,
        recordings=recordings,
        statuses=tuple(status for status in Status if status in statuses),
        original=web_address(post.url),
        subtitles=subtitles,
    )


def _group_key(numbered: tuple[int, LaidBlock]) -> tuple[str, int]:
    index, block = numbered
    return (block.kind, -1) if block.kind in ("item", "blockquote") else (block.kind, index)


def _recording(
    number: int, media: Media, workspace: Workspace, media_address: FileAddress, poster_address: FileAddress
) -> Recording:
    playable, poster, video = find_playable(workspace, media.id), find_poster(workspace, media.id), youtube_video(media)
    player, source, mimetype = "link", None, None
    if playable:
        player, source, mimetype = playable.mimetype.partition("/")[0], media_address(media.id), playable.mimetype
    elif video:
        player, source = "youtube", video
    return Recording(
        number=number,
        media=media,
        player=player,
        source=source,
        mimetype=mimetype,
        poster=poster_address(media.id) if poster else None,
        outside=outside_address(media),
        provider=PROVIDERS.get(media.provider),
    )


def _heading_levels(blocks: Sequence[Block]) -> list[int]:
    """HTML levels from 2 on without a gap, however the post numbers its own; 0 for blocks that are no headings."""
    levels, above = [], list[int]()
    for block in blocks:
        if block.kind != "heading" or not block.text.strip():
            levels.append(0)
            continue
        while above and above[-1] >= block.level:
            above.pop()
        above.append(block.level)
        levels.append(min(len(above) + 1, 6))
    return levels


def _pieces(block: Block, verdicts: Sequence[Verdict], recordings: dict[str, Recording]) -> Iterator[Piece]:
    cuts = list(_cut(block.text, verdicts))
    last_of = {passage.id: index for index, (_, passage, _) in enumerate(cuts) if passage}
    begun = set[str]()
    pieces = []
    for index, (text, passage, match) in enumerate(cuts):
        piece = Piece(text)
        if passage and match:
            # A passage in several pieces (a quote stands inside it) is named on the first, explained on the last.
            piece = replace(_judge(text, passage, match, recordings), first=passage.id not in begun)
            if last_of[passage.id] != index:
                piece = replace(piece, said=(), again=(), reason=None)
            begun.add(passage.id)
        pieces.append(piece)
    return _count_unfound(pieces)


def _cut(text: str, verdicts: Sequence[Verdict]) -> Iterator[tuple[str, Passage | None, Match | None]]:
    """Cut a block where passages begin and end; a quote inside a longer passage wins over it."""
    edges = sorted({0, len(text)} | {edge for passage, _ in verdicts for edge in passage.chars})
    for start, end in itertools.pairwise(edges):
        around = (pair for pair in verdicts if pair[0].chars[0] <= start and end <= pair[0].chars[1])
        passage, match = min(around, key=lambda pair: pair[0].chars[1] - pair[0].chars[0], default=(None, None))
        yield text[start:end], passage, match


def _judge(text: str, passage: Passage, match: Match, recordings: dict[str, Recording]) -> Piece:
    if passage.kind not in SPOKEN_KINDS:
        return Piece(text, passage=passage.id)
    recording = recordings.get(match.media_id or "")
    start_ms = match.start_ms
    piece = Piece(text, match.status, passage.id, said=_said(match), reason=match.reason)
    if match.status is Status.NOT_FOUND or recording is None or start_ms is None:
        return piece
    end_ms = start_ms if match.end_ms is None else max(start_ms, match.end_ms)
    return replace(
        piece,
        number=recording.number,
        start_ms=start_ms,
        end_ms=end_ms,
        href=recording.address(start_ms),
        again=tuple(_again(match, recordings)),
    )


def _said(match: Match) -> tuple[Run, ...]:
    """What the page tells of the words said: of a sentence said otherwise all, else a stretch that is not published."""
    runs = tell_apart(match) if match.status in LINKED else ()
    telling = match.status is Status.REWORDED or any(r.fate == UNPUBLISHED and r.length >= TELLING for r in runs)
    return runs if telling else ()


def _again(match: Match, recordings: dict[str, Recording]) -> Iterator[Moment]:
    for place in match.elsewhere:
        recording = recordings.get(place.media_id)
        if recording and (href := recording.address(place.start_ms)):
            end_ms = max(place.start_ms, place.end_ms)
            yield Moment(match.passage_id, recording.number, place.start_ms, end_ms, href)


def _count_unfound(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Give the last of each run of passages that were not found the length of its run: one note for all of them."""
    run = 0
    for index, piece in enumerate(pieces):
        if piece.role == Status.NOT_FOUND:
            run += piece.first
            rest = (later for later in pieces[index + 1 :] if later.text.strip())
            following = next(rest, None)
            last = following is None or following.role != Status.NOT_FOUND
            yield replace(piece, unfound=run if last else 0)
            run = 0 if last else run
        else:
            yield piece


def clock(piece: Piece) -> str:
    """The moment a piece begins, for the margin: "1:05"."""
    return format_clock(piece.start_ms or 0)
