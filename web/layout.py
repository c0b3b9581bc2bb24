"""Lays a finished post out for its page: blocks of pieces, recordings to play, the verdicts in use.

Between `library` and the templates. A `Piece` is a run of published characters with one fate: a link, a
doubt, a quiet note, or plain text. Every character of every block is shown exactly once and unchanged, but for
spaces that French typography widens or narrows.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from aligner.library import FinishedPost, Library
from aligner.model import LINKED, SPOKEN_KINDS, Block, Mark, Match, Media, Passage, Span, Status
from aligner.output.differences import SAID, UNPUBLISHED, Run, tell_apart
from aligner.output.typography import typeset
from aligner.store import Workspace
from aligner.timecode import format_clock
from web.inline import Stretch, cut_stretches, link_at, published_links
from web.outline import heading_levels
from web.recordings import (
    Embed,
    file_fragment,
    find_embed,
    find_playable,
    find_poster,
    outside_address,
    timed_address,
    web_address,
)
from web.words import word_times

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

FileAddress = Callable[[str], str | None]
"""Gives the viewer's own address of a recording's file (or picture) by media id."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording as the page shows it."""

    number: int
    """Counted from 1, in the order of the alignment file."""
    media: Media
    player: str
    """`video`, `audio` (a file of ours), `link` (plain timed links only), or another site's, behind consent:
    `youtube`, `vimeo`, `dailymotion`, `peertube`."""
    source: str | None
    """Where our file is, for `video` and `audio`; the address of another site's frame; YouTube's id for `youtube`."""
    mimetype: str | None
    poster: str | None
    outside: str | None
    """Where it can be watched outside the viewer."""
    provider: str | None
    """The outside place's name, None when it has none a reader would know."""
    embed: Embed | None = None
    """Another site's player, where that is what plays it."""

    @property
    def day(self) -> dt.date | None:
        """When it was broadcast or published, None when that is not known."""
        try:
            return dt.date.fromisoformat(self.media.date) if self.media.date else None
        except ValueError:
            return None

    @property
    def steerable(self) -> bool:
        """Whether its player can be told to pause, to go on and to play faster."""
        return self.player not in ("dailymotion", "link")

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
    last: bool = False
    """Whether it is the last piece of its passage, the one whose time is printed."""
    speaker: str | None = None
    words: str = ""
    """When each word of its passage was heard, as `word_times` tells it."""
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
    unheard: bool = False
    """Whether it is linked though none of its words was heard: a person placed it."""
    unfound: int = 0
    """On the last of a run of passages that were not found: how many the run has."""
    stretches: tuple[Stretch, ...] = ()
    """The same characters, cut where their look changes."""
    published: str | None = None
    """Where the link leads that the author made of these words; such words do not play."""
    former: tuple[str, ...] = ()
    """On the first piece: the ids its passage had before the post was edited."""

    @property
    def aside(self) -> str | None:
        """What the button after it is about: `doubtful`, `by_ear`, `reworded`, `more` or `again`; None: it has none."""
        if self.role == Status.UNCERTAIN:
            return "doubtful" if self.reason else None
        if self.role not in LINKED or not self.href:
            return None
        if self.unheard:
            return "by_ear" if self.reason else None
        if self.said:
            return "reworded" if self.role == Status.REWORDED else "more"
        return "again" if self.again else None


@dataclass(frozen=True, slots=True)
class LaidBlock:
    """One block of the page; `level` is the HTML level of a heading, else 0."""

    kind: str
    level: int
    pieces: tuple[Piece, ...]
    depth: int = 0
    """How deep the list of an item stands."""
    number: int | None = None
    """What an item of an ordered list is numbered."""
    continues: bool = False
    """Whether it is a further paragraph of the item before it."""

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
    def narrates(self) -> bool:
        """Whether it has text beside its headings that is given as nobody's words."""
        blocks = (block for kind, group in self.groups if kind != "heading" for block in group)
        return any(piece.role == "plain" and piece.passage for block in blocks for piece in block.pieces)

    @property
    def differs(self) -> bool:
        """Whether differences between the words said and published are marked somewhere."""
        pieces = (piece for _, blocks in self.groups for block in blocks for piece in block.pieces)
        return any(run.fate != SAID for piece in pieces for run in piece.said)

    def track(self, recording: Recording) -> str | None:
        """The subtitles to show with a recording; None when there are none, or none that are surely its own.

        The files are numbered by the recordings that the post was placed in, in their order (docs/formats.md).
        """
        said = {match.media_id for passage, match in self.post.verdicts if _is_placed(passage, match)}
        placed = [other.media.id for other in self.recordings if other.media.id in said]
        if recording.media.id not in placed or sum(name.endswith(".vtt") for name in self.subtitles) != len(placed):
            return None
        part = f".{placed.index(recording.media.id) + 1}" if len(placed) > 1 else ""
        name = f"{self.post.slug}{part}.vtt"
        return name if name in self.subtitles else None


def lay_out(post: FinishedPost, library: Library, media_address: FileAddress, poster_address: FileAddress) -> LaidPost:
    """Make the page of a post, with the recordings and subtitles as they lie in the workspace now."""
    recordings = tuple(
        lay_recording(number, media, library.workspace, media_address, poster_address)
        for number, media in enumerate(post.media, start=1)
    )
    subtitles = tuple(path.name for path in library.subtitles(post.slug))
    by_media = {recording.media.id: recording for recording in recordings}
    levels = heading_levels(post.blocks)
    verdicts: dict[int, list[Verdict]] = {}
    for passage, match in post.verdicts:
        verdicts.setdefault(passage.block, []).append((passage, match))
    blocks = [
        LaidBlock(
            block.kind,
            levels[index],
            tuple(_pieces(block, verdicts.get(index, []), by_media)),
            block.level if block.kind == "item" else 0,
            block.number,
            block.continues,
        )
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


def _is_placed(passage: Passage, match: Match) -> bool:
    return passage.kind in SPOKEN_KINDS and match.status in LINKED


def _group_key(numbered: tuple[int, LaidBlock]) -> tuple[str, int]:
    index, block = numbered
    return (block.kind, -1) if block.kind in ("item", "blockquote") else (block.kind, index)


def lay_recording(
    number: int, media: Media, workspace: Workspace, media_address: FileAddress, poster_address: FileAddress
) -> Recording:
    """One recording as a page shows it, with what of it lies in the workspace now."""
    playable, poster = find_playable(workspace, media.id), find_poster(workspace, media.id)
    own = media_address(media.id) if playable else None
    embed = None if own else find_embed(media)
    player, source, mimetype = "link", None, None
    if playable and own:
        player, source, mimetype = playable.mimetype.partition("/")[0], own, playable.mimetype
    elif embed:
        player, source = embed.player, embed.source
    return Recording(
        number=number,
        media=media,
        player=player,
        source=source,
        mimetype=mimetype,
        poster=poster_address(media.id) if poster else None,
        outside=outside_address(media),
        provider=PROVIDERS.get(media.provider),
        embed=embed,
    )


def _pieces(block: Block, verdicts: Sequence[Verdict], recordings: dict[str, Recording]) -> Iterator[Piece]:
    text = typeset(block.text)
    links = published_links(block)
    cuts = list(_cut(len(text), verdicts, links))
    last_of = {passage.id: index for index, (_, passage, _) in enumerate(cuts) if passage}
    begun = set[str]()
    pieces = []
    for index, (span, passage, match) in enumerate(cuts):
        piece = Piece(text[slice(*span)])
        if passage and match:
            # A passage in several pieces (a quote stands inside it) is named on the first, explained on the last.
            piece = replace(_judge(piece.text, passage, match, recordings), first=passage.id not in begun)
            piece = replace(piece, former=passage.former) if piece.first else replace(piece, speaker=None, words="")
            if last_of[passage.id] == index:
                piece = replace(piece, last=True)
            else:
                piece = replace(piece, said=(), again=(), reason=None)
            begun.add(passage.id)
        stretches = tuple(cut_stretches(text, span, block.marks))
        pieces.append(replace(piece, stretches=stretches, published=link_at(links, span)))
    return _count_unfound(_keep_playable(pieces))


def _cut(
    length: int, verdicts: Sequence[Verdict], links: Sequence[Mark]
) -> Iterator[tuple[Span, Passage | None, Match | None]]:
    """Cut a block where passages and links begin and end; a quote inside a longer passage wins over it."""
    edges = {0, length} | {edge for passage, _ in verdicts for edge in passage.chars}
    edges |= {edge for link in links for edge in link.chars}
    for start, end in itertools.pairwise(sorted(edges)):
        around = (pair for pair in verdicts if pair[0].chars[0] <= start and end <= pair[0].chars[1])
        passage, match = min(around, key=lambda pair: pair[0].chars[1] - pair[0].chars[0], default=(None, None))
        yield (start, end), passage, match


def _keep_playable(pieces: Sequence[Piece]) -> list[Piece]:
    """Take the published links off a placed passage that they would leave no words to be played by."""
    playable = {p.passage for p in pieces if not p.published and any(map(str.isalnum, p.text))}

    def is_cut_off(piece: Piece) -> bool:
        return piece.role in LINKED and piece.href is not None and piece.passage not in playable

    return [replace(piece, published=None) if is_cut_off(piece) else piece for piece in pieces]


def _judge(text: str, passage: Passage, match: Match, recordings: dict[str, Recording]) -> Piece:
    if passage.kind not in SPOKEN_KINDS:
        return Piece(text, passage=passage.id)
    recording = recordings.get(match.media_id or "")
    start_ms = match.start_ms
    piece = Piece(
        text,
        match.status,
        passage=passage.id,
        speaker=passage.speaker,
        said=_said(match),
        reason=match.reason,
        unheard=_is_unheard(match),
    )
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
        words=word_times(passage.text, match.words, start_ms) if match.status in LINKED else "",
    )


def _said(match: Match) -> tuple[Run, ...]:
    """What the page tells of the words said: of a sentence said otherwise all, else a stretch that is not published."""
    runs = tell_apart(match) if match.status in LINKED and not _is_unheard(match) else ()
    telling = match.status is Status.REWORDED or any(r.fate == UNPUBLISHED and r.length >= TELLING for r in runs)
    return runs if telling else ()


def _is_unheard(match: Match) -> bool:
    """Whether a person placed it where none of its words was heard: then nobody knows which of them were said."""
    return match.status in LINKED and bool(match.words) and all(word.heard is None for word in match.words)


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
