"""Choose, from what a site offers, which files to fetch: pure functions over yt-dlp's info dictionaries.

Helper of the fetching step, between looking a recording up and downloading it. For recognition the
smallest sound that is good enough, in the language that was spoken (YouTube adds dubbed tracks); for the
viewer one small file that browsers play; of the captions those in the language, never a translation.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Info = Mapping[str, Any]
"""A recording, or one of its formats, as yt-dlp describes it."""

MIN_SAMPLE_RATE = 16_000
"""Hz: what speech recognition works on."""
MIN_KBPS = 32
"""Opus needs 28–40 kbit/s for full-band speech (RFC 7587, section 3.1.1), AAC somewhat more."""
MAX_HEIGHT = 720
"""Lines: enough to see who speaks, and a five-hour session still fits on a disk."""

_DAMAGED = -10
"""yt-dlp's `preference` for formats that are much shorter than the recording."""
_CAPTION_FORMATS = ("json3", "srv3", "vtt", "srt")
"""Those with word times first (conventions: captions first)."""
_UNKNOWN_LANGUAGE = re.compile(r"none|und|(?![a-z]{2,3}(-|$)).*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CaptionTrack:
    """One captions file that a site offers, in its best format."""

    language: str
    """A language tag: `fr`, `fr-FR`."""
    automatic: bool
    format: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()


def choose_sound(info: Info, language: str) -> Info | None:
    """Choose the format to hear: original language, sound only if there is such, good enough, then smallest.

    Without a sound-only format the smallest one with sound. None when nothing has sound or all is locked by DRM.
    """
    offered = _best_language(_with_sound(info), language)
    seconds = info.get("duration") or 0
    return min(offered, key=lambda item: _sound_rank(item, seconds), default=None)


def choose_playable(info: Info, language: str) -> tuple[Info, ...]:
    """Choose what a browser plays: one file with picture and sound, else a picture and a sound to be joined.

    H.264 with AAC up to 720 lines before anything else. Empty when the site offers no picture.
    """
    whole = [item for item in _best_language(_with_sound(info), language) if _has_picture(item) and _plays(item)]
    if whole:
        return (min(whole, key=_picture_rank),)
    pictures = [item for item in _usable(info) if _has_picture(item) and _is_h264(item)]
    sounds = [item for item in _with_sound(info) if not _has_picture(item) and _is_aac(item)]
    sound = choose_sound({**info, "formats": sounds}, language) if sounds else None
    if not pictures or not sound:
        return ()
    return (min(pictures, key=_picture_rank), sound)


def choose_captions(info: Info, language: str) -> tuple[CaptionTrack, ...]:
    """Choose at most one manual and one automatic captions track in `language`, the manual one first.

    Machine translations are left out: of automatic captions only those of the original sound count.
    """
    found: list[CaptionTrack] = []
    manual = _tracks(info, "subtitles")
    key = _best_key([key for key in manual if _speaks(key, language) and not _is_automatic(key)], language)
    if key is None and len(manual) == 1 and _UNKNOWN_LANGUAGE.fullmatch(next(iter(manual))):
        key = next(iter(manual))  # a page's only track, without a language: it is meant for its readers
    if key is not None and (track := _track(manual[key], _tag(key, language), automatic=False)):
        found.append(track)
    automatic = _tracks(info, "automatic_captions") | {key: manual[key] for key in manual if _is_automatic(key)}
    for key in _automatic_keys(automatic, language):
        if track := _track(automatic[key], _tag(key, language), automatic=True):
            found.append(track)
            break
    return tuple(found)


# --- formats --------------------------------------------------------------------------------------


def _usable(info: Info) -> list[Info]:
    """Leave out storyboards, locked formats and, where others exist, those marked as damaged."""
    formats = info.get("formats") or [info]
    whole = [
        item
        for item in formats
        if item.get("url") and item.get("ext") != "mhtml" and item.get("has_drm") in (None, False, "maybe")
    ]
    good = [item for item in whole if (item.get("preference") or 0) > _DAMAGED]
    return good or whole


def _with_sound(info: Info) -> list[Info]:
    return [item for item in _usable(info) if item.get("acodec") != "none"]


def _has_picture(item: Info) -> bool:
    return item.get("vcodec") != "none"


def _is_h264(item: Info) -> bool:
    return (item.get("vcodec") or "").startswith(("avc", "h264"))


def _is_aac(item: Info) -> bool:
    """Streams in pieces often do not say it, but there it is always so."""
    return item.get("ext") in ("mp4", "m4a") and (item.get("acodec") or "mp4a").startswith(("mp4a", "aac"))


def _best_language(formats: list[Info], language: str) -> list[Info]:
    """Keep the formats in the language that was spoken.

    yt-dlp's `language_preference` is 10 for YouTube's original track, 5 for its default, -1 for dubs.
    """

    def rank(item: Info) -> tuple[int, bool]:
        preference = item.get("language_preference")
        return (-1 if preference is None else preference, _speaks(item.get("language") or "", language))

    best = max(map(rank, formats), default=None)
    return [item for item in formats if rank(item) == best]


def _sound_rank(item: Info, seconds: float) -> tuple[bool, bool, bool, float, bool]:
    """Order formats to hear; the least is the best, the first of equals: yt-dlp lists them from worst to best."""
    fit = _is_fit(item)
    compressed = "drc" in f"{item.get('format_id')} {item.get('format_note')}".lower()  # quiet speech made loud
    size = _size(item, seconds) if fit else -_kbps(item)  # of poor ones the richest
    return (_has_picture(item), not fit, compressed, size, not _is_plain_download(item))


def _is_fit(item: Info) -> bool:
    rate = item.get("asr")
    # What is said of a picture's file says little of its sound.
    kbps = (item.get("abr") or 0) if _has_picture(item) else _kbps(item)
    return (rate is None or rate >= MIN_SAMPLE_RATE) and (not kbps or kbps >= MIN_KBPS)


def _kbps(item: Info) -> float:
    return float(item.get("abr") or item.get("tbr") or 0)


def _is_plain_download(item: Info) -> bool:
    """Tell files from streams in pieces."""
    return (item.get("protocol") or "https") in ("http", "https")


def _size(item: Info, seconds: float) -> float:
    """Bytes, as far as they can be told: what says nothing comes last."""
    said = item.get("filesize") or item.get("filesize_approx") or (item.get("tbr") or 0) * 125 * seconds
    return float(said or math.inf)


def _plays(item: Info) -> bool:
    """Tell what browsers play by itself, or after a change of container without encoding."""
    if not item.get("vcodec") or _is_h264(item):
        return item.get("ext") in ("mp4", "m4v", "mov", "webm")
    return item.get("ext") == "webm"


def _picture_rank(item: Info) -> tuple[bool, bool, bool, int, float]:
    """Order formats to look at; the least is the best: files before streams, then the largest picture that fits."""
    height = item.get("height") or 0
    fits = height <= MAX_HEIGHT
    return (
        not fits,
        item.get("ext") != "mp4",
        not _is_plain_download(item),
        -height if fits else height,
        item.get("tbr") or 0,
    )


# --- captions -------------------------------------------------------------------------------------


def _tracks(info: Info, kind: str) -> dict[str, list[Info]]:
    """Read one of yt-dlp's captions tables; a page's track without a language has the key None there."""
    return {str(key): list(formats) for key, formats in (info.get(kind) or {}).items()}


def _speaks(tag: str, language: str) -> bool:
    return tag.lower().split("-")[0].split("_")[0] == language.lower().split("-")[0]


def _is_automatic(key: str) -> bool:
    """Vimeo lists its automatic captions among the manual ones."""
    return key.endswith("-x-autogen")


def _best_key(keys: Iterable[str], language: str) -> str | None:
    """The bare language first, then its home country (`fr-FR`), then the others as they stand."""
    order = {language: 0, f"{language}-{language.upper()}": 1}
    return min(keys, key=lambda key: order.get(key, 2), default=None)


def _automatic_keys(tracks: Mapping[str, list[Info]], language: str) -> list[str]:
    """List the keys to try: `fr-orig`, then `fr`. `fr-en` is a translation from English, `_track` finds the others."""
    pattern = re.compile(rf"{re.escape(language)}([-_][A-Z]{{2}})?(-x-autogen)?")
    original = [key for key in tracks if key.endswith("-orig") and _speaks(key, language)]
    return original + [key for key in tracks if pattern.fullmatch(key)]


def _track(formats: list[Info], language: str, *, automatic: bool) -> CaptionTrack | None:
    """Take the best format of a track; None when there is none that we read, or it is a translation."""
    known = [
        item
        for item in formats
        if item.get("ext") in _CAPTION_FORMATS
        and item.get("url")
        and "tlang=" not in item["url"]
        # What lies in pieces is also offered whole where it matters (Vimeo); the list of the pieces is no captions.
        and "m3u8" not in (item.get("protocol") or "")
    ]
    if not known:
        return None
    best = min(known, key=lambda item: _CAPTION_FORMATS.index(item["ext"]))
    headers = tuple((best.get("http_headers") or {}).items())
    return CaptionTrack(language, automatic, best["ext"], best["url"], headers)


def _tag(key: str, language: str) -> str:
    tag = key.removesuffix("-orig").removesuffix("-x-autogen").replace("_", "-")
    return tag if _speaks(tag, language) else language
