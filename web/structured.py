"""What search engines are told of the recordings: schema.org's VideoObject, with a Clip for each published moment.

Between a page's view and its template, as JSON-LD in a data block, which no browser runs. By Google's rules for key
moments: name, picture and date of the video are required, so nothing is told of one that lacks them; it lasts thirty
seconds or more; no two clips begin at the same second, each ends after its beginning; `url` is our page at the moment.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from web.layout import Recording
from web.recordings import youtube_video

SHORTEST_MS = 30_000
LONGEST_NAME = 100
"""Characters of a clip's name."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A stretch of a recording that has a name."""

    name: str
    start_ms: int
    end_ms: int


def tell_video(
    recording: Recording, picture: str | None, source: str | None, clips: Iterable[Clip], page: str
) -> dict[str, object] | None:
    """A recording as a VideoObject; None where what is required of one is not known.

    `picture` and `source` (its own file, if it has one here) are whole addresses; `page` is one that can be followed by
    the seconds of a moment.
    """
    media = recording.media
    title = " ".join(media.title.split())
    if not title or not picture or recording.day is None or recording.player in ("link", "audio"):
        return None
    if not media.duration_ms or media.duration_ms < SHORTEST_MS:
        return None
    video: dict[str, object] = {
        "@type": "VideoObject",
        "name": title,
        "description": title,
        "thumbnailUrl": picture,
        "uploadDate": recording.day.isoformat(),
        "duration": f"PT{media.duration_ms // 1000}S",
    }
    if source:
        video["contentUrl"] = source
    elif youtube := youtube_video(media):
        video["embedUrl"] = f"https://www.youtube-nocookie.com/embed/{youtube}"
    elif recording.embed:
        video["embedUrl"] = recording.embed.source
    parts = list(_tell_clips(clips, media.duration_ms // 1000, page))
    return video | ({"hasPart": parts} if parts else {})


def _tell_clips(clips: Iterable[Clip], length: int, page: str) -> Iterator[dict[str, object]]:
    begun = set[int]()
    for clip in sorted(clips, key=lambda clip: clip.start_ms):
        start, end = clip.start_ms // 1000, min(-(-clip.end_ms // 1000), length)
        name = _shorten(clip.name)
        if not name or start in begun or end <= start:
            continue
        begun.add(start)
        yield {
            "@type": "Clip",
            "name": name,
            "startOffset": start,
            "endOffset": end,
            "url": f"{page}{start}",
        }


def _shorten(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME].rpartition(" ")[0].rstrip(" ,;:.") + "…"


def as_data_block(videos: Iterable[dict[str, object] | None]) -> Markup | None:
    """JSON-LD for a `<script type="application/ld+json">`, in which nothing can end it; None for nothing to tell."""
    told = [video for video in videos if video]
    if not told:
        return None
    text = json.dumps({"@context": "https://schema.org", "@graph": told}, ensure_ascii=False)
    # "</script>" and "<!--" must not stand in it, whatever a title says (HTML, 4.12.1.3)
    for sign, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(sign, escaped)
    return Markup(text)  # noqa: S704  (escaped just above)
