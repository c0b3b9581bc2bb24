"""Makes something to open of a place: a short clip of the local recording, else the moment's address on the web.

Last step of `aligner explain --play`. The clip holds sound and picture as they are: no word stands in it, for words are
what is to be judged.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from aligner.clips.cut import Look, write_clip
from aligner.errors import AlignerError
from aligner.explain.facts import Explanation, TriedHere
from aligner.sound.audio import inspect_sound

AROUND_MS = 2_000
"""Played before the first word and after the last: enough to hear whether it begins and ends there."""


def make_playable(explanation: Explanation) -> str:
    """What to open to hear the first place: the path of a clip that was made for it, or an address.

    Clips lie in the system's folder for temporary files. Raises `AlignerError` where there is no place, or nothing to
    play it from, and what `write_clip` raises.
    """
    if not explanation.places:
        raise AlignerError(f"The passage {explanation.passage_id} has no place that could be played.")
    place = explanation.places[0]
    if place.file:
        return str(_cut(explanation, place, Path(place.file)))
    if place.address is None:
        raise AlignerError(
            f"The recording {place.media_id} does not lie here and has no address.",
            "Keep a copy with `align --keep-video`, or give the file with `align --recording FILE`.",
        )
    return place.address


def _cut(explanation: Explanation, place: TriedHere, source: Path) -> Path:
    contents = inspect_sound(source)
    ending = "mp4" if contents.has_picture else "m4a"
    folder = Path(tempfile.mkdtemp(prefix="aligner-explain-"))
    target = folder / f"{explanation.slug}-{explanation.passage_id}.{ending}"
    end_ms = place.end_ms + AROUND_MS
    span = max(0, place.start_ms - AROUND_MS), min(end_ms, contents.duration_ms) if contents.duration_ms else end_ms
    write_clip(target, source, span, look=Look("asis") if contents.has_picture else None, title=explanation.title)
    return target
