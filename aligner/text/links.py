"""Read: the recordings a post points at, in every form that real posts use.

`find_links` looks at the raw Markdown, because most forms (bare address, `<address>`, `[text](address)`,
`[embed]`, `[arve url=…]`, `<iframe src=…>`) are an address between other signs; Hugo's shortcodes and the front
matter may give a bare id instead. `parse_link` decides what one address is: a recording with a media id, or
nothing (channels, playlists, profiles, ordinary pages, images). An offset in a link is a hint, never a fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit
from uuid import UUID

from aligner.model import Link, Span
from aligner.timecode import parse_time

_KNOWN_HOSTS = (
    r"(?:(?:www|m|music|player)\.)?"
    r"(?:youtube\.com|youtu\.be|youtube-nocookie\.com|vimeo\.com|dailymotion\.com|dai\.ly|facebook\.com|fb\.watch)"
)
ADDRESS = re.compile(rf"(?:(?:https?:)?//|(?<![\w.@/-])(?={_KNOWN_HOSTS}/))[^\s<>\"'’«»“”\[\]{{}}`|]+", re.IGNORECASE)
"""A web address as it stands in text; without a scheme only on the hosts that we know."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SHORTCODE = re.compile(r"\{\{[<%]\s*(youtube|vimeo)\s+(.*?)\s*/?\s*[%>]\}\}", re.DOTALL)
_ARGUMENT = re.compile(r"(?:(\w+)\s*=\s*)?(?:\"([^\"]*)\"|'([^']*)'|(\S+))")
_PLAYER = re.compile(r"<(video|audio)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_SAME_MENTION = re.compile(r"\]\(\s*<?|[\"']?[^<>\"'\s]*>\s*")
_DAMAGED = re.compile(r"&(\w+);=")

_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_NO_VIDEO_IDS = ("videoseries", "live_stream")  # eleven characters each, but they stand for a playlist and a channel
_MEDIA_FILE = re.compile(r"\.(?:mp4|m4a|mp3|webm|ogg|opus|wav|mov|mkv)$", re.IGNORECASE)
_PEERTUBE_PATH = re.compile(r"/videos/(?:watch|embed)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?", re.IGNORECASE)
_PEERTUBE_SHORT = re.compile(r"/(?:w|videos/watch|videos/embed)/([1-9a-km-zA-HJ-NP-Z]{22})/?")
_BASE58 = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"  # Flickr's, used by PeerTube's short-uuid
_LONGEST_STEM = 80  # a media id becomes a folder's name

_START_KEYS = ("t", "start", "time_continue")
_END_KEYS = ("end", "stop")
_TRACKING = re.compile(r"^(?:t|start|end|stop|si|feature|fbclid|gclid|ab_channel|utm_\w+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Recording:
    provider: str
    id: str
    url: str


def find_links(body: str, offset: int) -> list[Link]:
    """List the recordings that Markdown text points at, in its order.

    `offset` is where `body` begins in the source file; it is added to every `source_chars`. A recording linked
    twice gives two links; one mention that the syntax doubles (`[address](address)`) or that lists several files
    of one player (`<source>`) gives one.
    """
    body = _COMMENT.sub(lambda comment: " " * len(comment[0]), body)
    found = [link for match in ADDRESS.finditer(body) if (link := _read_address(match))]
    found += _find_shortcodes(body)
    found.sort(key=lambda link: link.source_chars)
    links: list[Link] = []
    for link in found:
        if links and _is_same_mention(links[-1], link, body):
            links[-1] = replace(link, start_ms=link.start_ms if link.start_ms is not None else links[-1].start_ms)
        else:
            links.append(link)
    kept = _first_of_each_player(links, body)
    return [replace(link, source_chars=_shift(link.source_chars, offset)) for link in kept]


def find_metadata_links(metadata: Mapping[str, Any], front_matter: str, offset: int) -> list[Link]:
    """List the recordings among the front matter's values; `front_matter` is its source, beginning at `offset`."""
    links: list[Link] = []
    position = 0
    for key, value in _values(metadata):
        link = _parse_value(key, value)
        if link is None:
            continue
        start = front_matter.find(value, position)
        span = (start, start + len(value)) if start >= 0 else (0, len(front_matter))
        position = max(position, start)
        links.append(replace(link, source_chars=_shift(span, offset)))
    return links


def parse_link(url: str, source_chars: Span | None = None) -> Link | None:
    """Read one address as a recording; None when it is something else.

    Mends what exports damage (`&t;=27s`, `&amp;t=27s`, `&t=` without `?`); times are in milliseconds.
    """
    address = _DAMAGED.sub(r"&\1=", re.sub(r"&amp;|&#0?38;", "&", url.strip()))
    if not address.lower().startswith(("http:", "https:")):
        address = "https://" + address.removeprefix("//")
    if "?" not in address:
        address = address.replace("&", "?", 1)
    try:
        parts = urlsplit(address)
    except ValueError:  # for instance "https://[" in running text
        return None
    query = dict(reversed(parse_qsl(parts.query)))
    recording = _identify(parts, query)
    if recording is None:
        return None
    start, end = _read_times(query, parts.fragment)
    media_id = f"{recording.provider}:{recording.id}"
    return Link(recording.url, media_id, recording.provider, start, end, source_chars or (0, len(url)))


def _identify(parts: SplitResult, query: Mapping[str, str]) -> _Recording | None:
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("music.")
    if host in ("youtube.com", "youtube-nocookie.com", "youtu.be"):
        return _youtube(host, parts.path, query)
    if host in ("vimeo.com", "player.vimeo.com"):
        return _vimeo(parts.path, query)
    if host in ("dailymotion.com", "dai.ly"):
        return _dailymotion(host, parts.path)
    if host in ("facebook.com", "fb.watch"):
        return _facebook(host, parts.path, query)
    return _peertube(host, parts.path) or _media_file(parts)


def _youtube(host: str, path: str, query: Mapping[str, str]) -> _Recording | None:
    if host == "youtu.be":
        video = path.strip("/")
    elif match := re.fullmatch(r"/(?:live|embed|shorts|v)/([^/]+)/?", path):
        video = match[1]
    elif path.rstrip("/") == "/watch":
        video = query.get("v", "")
    else:
        return None
    if not _YOUTUBE_ID.fullmatch(video) or video in _NO_VIDEO_IDS:
        return None
    return _Recording("youtube", video, f"https://www.youtube.com/watch?v={video}")


def _vimeo(path: str, query: Mapping[str, str]) -> _Recording | None:
    match = re.fullmatch(
        r"/(?:video/|channels/[\w-]+/|groups/[\w-]+/videos/|album/\d+/video/|showcase/\d+/video/)?"
        r"(\d+)(?:/([0-9a-f]+))?/?",
        path,
    )
    if not match:
        return None
    secret = match[2] or query.get("h")  # an unlisted video opens only with its hash
    return _Recording("vimeo", match[1], f"https://vimeo.com/{match[1]}" + (f"/{secret}" if secret else ""))


def _dailymotion(host: str, path: str) -> _Recording | None:
    pattern = r"/([A-Za-z0-9]+)/?" if host == "dai.ly" else r"/(?:embed/)?video/([A-Za-z0-9]+)(?:_[^/]*)?/?"
    match = re.fullmatch(pattern, path)
    return _Recording("dailymotion", match[1], f"https://www.dailymotion.com/video/{match[1]}") if match else None


def _facebook(host: str, path: str, query: Mapping[str, str]) -> _Recording | None:
    if host == "fb.watch":
        short = re.fullmatch(r"/([A-Za-z0-9_-]+)/?", path)
        return _Recording("facebook", short[1], f"https://fb.watch/{short[1]}/") if short else None
    if re.fullmatch(r"/watch(?:/live)?/?", path):
        video = query.get("v", "")
    else:
        match = re.fullmatch(r"/[^/]+/videos/(?:[^/]+/)?(\d+)/?", path)
        video = match[1] if match else ""
    return _Recording("facebook", video, f"https://www.facebook.com/watch/?v={video}") if video.isdigit() else None


def _peertube(host: str, path: str) -> _Recording | None:
    if match := _PEERTUBE_PATH.fullmatch(path):
        video = match[1].lower()
    elif match := _PEERTUBE_SHORT.fullmatch(path):
        # the short form is the same number written in base 58, so that both links are one medium
        number = 0
        for digit in match[1]:
            number = number * 58 + _BASE58.index(digit)
        if number >> 128:
            return None
        video = str(UUID(int=number))
    else:
        return None
    return _Recording("peertube", f"{host}-{video}", f"https://{host}/videos/watch/{video}")


def _media_file(parts: SplitResult) -> _Recording | None:
    if not parts.hostname or not _MEDIA_FILE.search(parts.path):
        return None
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query, True) if not _TRACKING.match(key)])
    url = urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, query, ""))
    stem = unquote(parts.path).rsplit("/", 1)[-1].rsplit(".", 1)[0]
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", stem)[:_LONGEST_STEM]
    return _Recording("generic", f"{stem}-{sha256(url.encode()).hexdigest()[:8]}", url)


def _read_times(query: Mapping[str, str], fragment: str) -> tuple[int | None, int | None]:
    """Start and end: `?t=1h2m3s`, `?start=27&end=90`, `#t=90`, and `#t=10,20` of media fragments (W3C, 2012)."""
    pieces = dict(parse_qsl(fragment))
    start_text, _, end_text = pieces.get("t", "").partition(",")
    starts = [query.get(key, "") for key in _START_KEYS] + [start_text, pieces.get("start", "")]
    ends = [query.get(key, "") for key in _END_KEYS] + [end_text]
    return _first_time(starts), _first_time(ends)


def _first_time(texts: list[str]) -> int | None:
    return next((time for text in texts if (time := parse_time(text)) is not None), None)


def _read_address(match: re.Match[str]) -> Link | None:
    address = trim_address(match[0])
    in_italics = match.string[match.start() - 1 : match.start()] == "_"
    for text in (address.rstrip("_") if in_italics else address, address.rstrip("_")):  # a video id may end in "_"
        if link := parse_link(text, (match.start(), match.start() + len(text))):
            return link
    return None


def trim_address(found: str) -> str:
    """Cut off what follows an address in running text: punctuation, `**`, a bracket that it does not open."""
    while found and (found[-1] in ".,;:!?*" or (found[-1] == ")" and found.count(")") > found.count("("))):
        found = found[:-1]
    # "[text](address)text" and "(address) text": the address ends where its own brackets close
    depth = 0
    for index, sign in enumerate(found):
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return trim_address(found[:index])
    return found


def _find_shortcodes(body: str) -> Iterator[Link]:
    for match in _SHORTCODE.finditer(body):
        values = {}
        for argument in _ARGUMENT.finditer(match[2]):
            name = argument[1] or ("id" if "id" not in values else "")
            values[name] = argument[2] or argument[3] or argument[4] or ""
        link = _parse_value(match[1], values.get("id", ""))
        if link is None or "//" in values["id"]:  # a whole address is found as an address
            continue
        start, end = _first_time([values.get("start", ""), values.get("t", "")]), _first_time([values.get("end", "")])
        yield replace(link, start_ms=start, end_ms=end, source_chars=match.span())


def _parse_value(key: str, value: str) -> Link | None:
    """Read a value that is an address, or a bare id under a key that names the site."""
    value = value.strip()
    if key.lower().startswith("youtube") and _YOUTUBE_ID.fullmatch(value):
        return parse_link(f"https://youtu.be/{value}")
    if key.lower().startswith("vimeo") and value.isdigit():
        return parse_link(f"https://vimeo.com/{value}")
    return parse_link(value) if ADDRESS.fullmatch(value) else None


def _values(metadata: Any) -> Iterator[tuple[str, str]]:
    """Every single value in the front matter with the name of its nearest key, at any depth, in order.

    YAML anchors may make a list hold itself, or the same list a million times: each is looked into once.
    """
    waiting: list[tuple[str, Any]] = [("", metadata)]
    seen: set[int] = set()
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, str | int):
            yield key, str(value)
        elif isinstance(value, Mapping | list) and id(value) not in seen:
            seen.add(id(value))
            inner = value.items() if isinstance(value, Mapping) else ((key, item) for item in value)
            waiting += reversed([(str(name), item) for name, item in inner])


def _is_same_mention(before: Link, link: Link, body: str) -> bool:
    between = body[before.source_chars[1] : link.source_chars[0]]
    return before.media_id == link.media_id and _SAME_MENTION.fullmatch(between) is not None


def _first_of_each_player(links: list[Link], body: str) -> list[Link]:
    """Of the files that one `<video>` offers (the same recording in several formats), keep the first."""
    kept = list(links)
    for player in _PLAYER.finditer(body):
        inside = [link for link in links if player.start() <= link.source_chars[0] < player.end()]
        kept = [link for link in kept if link not in inside[1:]]
    return kept


def _shift(span: Span, offset: int) -> Span:
    return span[0] + offset, span[1] + offset
