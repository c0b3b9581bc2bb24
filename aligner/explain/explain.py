"""The explanation of one passage, put together: from its alignment, from what is kept, and from matching once more.

Face of this package. What is told is the evidence that the alignment itself keeps, for that is what readers' links rest
on; matching again shows whether the verdict can be had again, and brings the words that were heard in the other place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from aligner.corrections import path_of, read_corrections
from aligner.corrections.apply import apply_corrections
from aligner.errors import AlignerError
from aligner.explain.columns import lay_columns
from aligner.explain.facts import Column, Explanation, Neighbour, SecondWitness, TriedHere
from aligner.explain.find import find_passage
from aligner.explain.sources import list_sources, load_heard
from aligner.library.finished import FinishedPost, read_post
from aligner.matching.demands import list_demands
from aligner.matching.explain import PassageEvidence, explain_match
from aligner.matching.heard_text import prepare
from aligner.matching.judge import SUREST
from aligner.model import SPOKEN_KINDS, Match, Media, Passage, Place, Post, Status, Weighed
from aligner.output.addresses import timed_address
from aligner.settings import Settings
from aligner.sound.fetch import load_media
from aligner.store import Workspace

_DECISIVE = ("program", "post", "corrections", "audio", "captions", "transcript")
"""What must be the same for the alignment to be of today; settings may have been flags of one run."""


def explain_passage(workspace: Workspace, slug: str | None, passage_id: str, settings: Settings) -> Explanation:
    """Tell why a passage has its verdict. Nothing is written, fetched or heard.

    `passage_id` is as `find_passage` takes it; `slug` says of which post where several have it. Raises `UsageError`
    when there is no such passage, or several, and `AlignerError` for an alignment file that cannot be used.
    """
    document, told, asked_id = find_passage(workspace, f"{slug}#{passage_id}" if slug else passage_id)
    path = workspace.aligned / f"{document['post']['slug']}.json"
    post = read_post(path)
    passage, match = next(pair for pair in post.verdicts if pair[0].id == told["id"])
    again, again_told, evidence = _match_again(workspace, document, post, passage, match)
    weighed = match.evidence or (evidence.match.evidence if evidence and again == "same" else None)
    is_of_it = evidence is not None and evidence.match.evidence == weighed
    places = _tell_places(workspace, post, match, weighed, evidence if is_of_it else None)
    made_from = list_sources(workspace, document, settings)
    return Explanation(
        slug=path.stem,
        title=post.title,
        passage_id=passage.id,
        asked_id=asked_id,
        kind=passage.kind.value,
        speaker=passage.speaker,
        text=passage.text,
        status=match.status.value,
        confidence=match.confidence,
        reason=match.reason,
        words=_words(match),
        places=tuple(places),
        demands=list_demands(weighed) if weighed else (),
        follows=weighed.follows if weighed else None,
        neighbours=tuple(_neighbours(post, passage, match)),
        elsewhere=len(match.elsewhere),
        witness=_ask_witness(document, match, evidence if is_of_it else None),
        confidence_told=_tell_confidence(passage, match, weighed),
        corrected=told.get("corrected"),
        again=again,
        again_told=again_told,
        made_from=made_from,
        stale=any(source.what in _DECISIVE and source.state == "changed" for source in made_from),
    )


def _match_again(
    workspace: Workspace, document: dict[str, Any], post: FinishedPost, passage: Passage, match: Match
) -> tuple[str, str, PassageEvidence | None]:
    """Whether matching once more gives the same, in words, and what it gave."""
    if passage.kind not in SPOKEN_KINDS:
        return "same", "It is not looked for.", None
    passages = tuple(passage for passage, _ in post.verdicts)
    as_it_was = Post(post.slug, post.title, post.date, document["post"]["source"], post.url, (), passages, ())
    by_hand = path_of(workspace.posts / as_it_was.source, post.slug)
    try:
        heard = [load_heard(workspace, document, media) for media in post.media]
        applied = apply_corrections(by_hand, read_corrections(by_hand), as_it_was, tuple(document["media"]), heard)
    except AlignerError as error:
        return "unknown", f"Not matched again: {error.message}", None
    recordings = [(item, prepare(item.transcript, item.captions)) for item in heard]
    evidence = explain_match(applied.post, recordings, passage.id, applied.pins)
    if _verdict(evidence.match) == _verdict(match):
        return "same", "Matched again from what is kept: the same verdict.", evidence
    instead = f"“{evidence.match.status.value}” with confidence {evidence.match.confidence}"
    return "other", f"Matched again from what is kept: {instead}. Another version made the file: run align.", evidence


def _verdict(match: Match) -> tuple[object, ...]:
    return match.status, match.confidence, match.reason, match.media_id, match.start_ms, match.end_ms


def _words(match: Match) -> tuple[Column, ...]:
    end_ms = match.end_ms or 0
    return lay_columns(match.words, [word for word in match.unpublished if word.start_ms < end_ms])


# --- places ---------------------------------------------------------------------------------------


def _tell_places(
    workspace: Workspace, post: FinishedPost, match: Match, weighed: Weighed | None, evidence: PassageEvidence | None
) -> Iterator[TriedHere]:
    media = {item.id: item for item in post.media}
    first = {Status.UNCERTAIN: "possible", Status.NOT_FOUND: "dismissed"}.get(match.status, "said")
    tried = [(one.place, one.nats, one.share) for one in weighed.places] if weighed else []
    said = _place_of(match)
    places: list[tuple[Place, float | None, float | None]] = [*tried]
    if said:  # a hand may have moved it by some tenths, or put it where nothing was heard
        places[:1] = [(said, *(tried[0][1:] if tried else (None, None)))]
    for index, (place, nats, share) in enumerate(places):
        recording = media[place.media_id]
        heard = evidence.places[index] if evidence else None
        words = lay_columns(heard.words, heard.unpublished) if heard else ()
        yield TriedHere(
            role="next" if index else first,
            media_id=recording.id,
            recording=recording.title or recording.url,
            start_ms=place.start_ms,
            end_ms=place.end_ms,
            nats=nats,
            share=share,
            address=timed_address(recording, place.start_ms),
            file=_local_file(workspace, recording),
            words=_words(match) if said and not index else words,
        )


def _place_of(match: Match) -> Place | None:
    if match.media_id is None or match.start_ms is None or match.end_ms is None:
        return None
    return Place(match.media_id, match.start_ms, match.end_ms)


def _local_file(workspace: Workspace, media: Media) -> str | None:
    folder = workspace.media_folder(media.id)
    held = load_media(folder)
    name = (held.video or held.audio) if held and held.id == media.id else None
    return str(folder / name) if name else None


# --- what vouches for it ----------------------------------------------------------------------------


def _neighbours(post: FinishedPost, passage: Passage, match: Match) -> Iterator[Neighbour]:
    """The nearest passages of the post before and after it that have a place in the same recording."""
    if match.media_id is None:
        return
    at = next(index for index, (other, _) in enumerate(post.verdicts) if other.id == passage.id)
    for side, others in (("before", reversed(post.verdicts[:at])), ("after", post.verdicts[at + 1 :])):
        found = next(((other, placed) for other, placed in others if placed.media_id == match.media_id), None)
        if found:
            other, placed = found
            nats = placed.evidence.places[0].nats if placed.evidence and placed.evidence.places else None
            yield Neighbour(side, other.id, other.text, placed.start_ms or 0, placed.end_ms or 0, nats)


def _ask_witness(document: dict[str, Any], match: Match, evidence: PassageEvidence | None) -> SecondWitness | None:
    places: Sequence[Any] = match.evidence.places if match.evidence else ()
    media_id = match.media_id or (places[0].place.media_id if places else None)
    noted = document["media"].get(media_id, {}).get("captions")
    if noted is None and match.agreed is None:
        return None
    words = " ".join(word.text.strip() for word in evidence.captions) if evidence and noted else ""
    return SecondWitness(noted["model"] if noted else "", match.agreed, words or None)


def _tell_confidence(passage: Passage, match: Match, weighed: Weighed | None) -> str:
    """How the confidence comes about (docs/matching.md, "How sure")."""
    if passage.kind not in SPOKEN_KINDS:
        return "It is not looked for, so nothing is uncertain."
    if match.corrected and weighed is None:
        return "Told by hand: no matching stands behind it."
    if weighed is None:
        return "An earlier version did not note what it rests on."
    if not weighed.places:
        return "Its words were caught nowhere, not even in part."
    nats = weighed.places[0].nats
    if match.status is Status.NOT_FOUND:
        return f"That it was not said: the best place has {nats:.1f} nats; the less, the surer."
    beyond = nats - weighed.asked
    parts = [f"{abs(beyond):.1f} nats {'more' if beyond >= 0 else 'less'} than asked"]
    parts.append("neighbours vouch" if weighed.follows else "no neighbour vouches")
    if not weighed.follows and match.elsewhere:
        parts.append(f"shared with {len(match.elsewhere)} other place{'s' * (len(match.elsewhere) > 1)}")
    if match.confidence == SUREST:
        parts.append(f"{SUREST} is the most there is")
    elif match.status is Status.UNCERTAIN:
        parts.append("at most 0.5, as it is uncertain")
    return f"{', '.join(parts)}."
