"""From an alignment document to cues: the published text, shown while it is said.

Tell, before `tracks` and `formats`. Only passages with a confident link become cues, and only words that were heard
give times. `stretches` reads which text is shown and when its words were heard, `breaks` has the prices of parting
it, `layout` makes the cues, all by the numbers of `limits`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aligner.errors import UsageError
from aligner.model import LINKED, SPOKEN_KINDS, Cue, Status, TimedWord
from aligner.output.layout import lay_out
from aligner.output.limits import WEB, Profile
from aligner.output.stretches import choose_surest, name_turns, read_passages


def build_cues(document: dict[str, Any], media_id: str, profile: Profile = WEB) -> list[Cue]:
    """Lay out the published text that was said in one recording as cues, in order of time, never overlapping.

    A cue belongs to one passage; where that would be too short it shows a neighbour of the same speaker with it
    (`also`). Its `words` are all that it shows, in order, split as in its lines: published words with the time and
    word heard (no time where not said), `[…]` for words left out, and `[Name]` at the first cue of a turn where
    several speakers occur. It begins at its first heard word. Limits that speech can force it to break: a cue is
    shorter than `MIN_MS` when others speak or a full cue follows sooner; it begins late when the one before would
    otherwise show less than `FLOOR_MS`; its gap is not closed when that would make it longer than `MAX_MS`.
    Where passages claim the same moment, the surest is shown (see `count_left_out`).
    Raises `UsageError` when the document does not know the recording.
    """
    recording = find_recording(document, media_id)
    stretches = name_turns(choose_surest(read_passages(document, media_id, profile)), profile.max_chars)
    return list(lay_out(stretches, recording.get("duration_ms"), profile))


def find_recording(document: dict[str, Any], media_id: str) -> dict[str, Any]:
    """What the document says of one recording. Raises `UsageError` when it does not know it."""
    media: dict[str, dict[str, Any]] = document["media"]
    if media_id not in media:
        raise UsageError(
            f"The post {document['post']['slug']} has no recording {media_id}.",
            f"Its recordings are: {', '.join(media)}." if media else "No recording of it was heard.",
        )
    return media[media_id]


def count_left_out(document: dict[str, Any], media_id: str, cues: Sequence[Cue]) -> dict[str, int]:
    """Count the passages that claim to be somebody's words and are in none of the cues, by reason.

    `not_found` and `uncertain` are verdicts; `elsewhere` was said in another recording; `hidden` was said in this
    one, but a surer passage is shown at the same moment, or no word of it has a time.
    """
    counts = {Status.NOT_FOUND.value: 0, Status.UNCERTAIN.value: 0, "elsewhere": 0, "hidden": 0}
    shown = shown_passages(cues)
    for passage in document["passages"]:
        if passage["kind"] not in SPOKEN_KINDS or passage["id"] in shown:
            continue
        if passage["status"] not in LINKED:
            counts[passage["status"]] += 1
        else:
            counts["hidden" if passage["media_id"] == media_id else "elsewhere"] += 1
    return counts


def shown_passages(cues: Sequence[Cue]) -> dict[str, list[TimedWord]]:
    """The words that cues show of each passage, `[…]` and names included; by id, in order of time."""
    shown: dict[str, list[TimedWord]] = {}
    for cue in cues:
        parts = [(cue.passage_id, 0), *cue.also]
        for (passage_id, at), to in zip(parts, [*(at for _, at in cue.also), len(cue.words)], strict=True):
            shown.setdefault(passage_id, []).extend(cue.words[at:to])
    return shown
