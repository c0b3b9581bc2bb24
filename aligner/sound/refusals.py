"""Say in one sentence why a recording cannot be had: pure functions over what yt-dlp says.

Helper of the fetching step. yt-dlp's messages are meant for its own command line: coloured, prefixed, of
several lines, full of its own options. Here each known answer becomes a `FetchError` that names the
recording's address, what happened and what to try, and tells lasting refusals from passing ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aligner.errors import FetchError
from aligner.sound.container import Contents
from aligner.sound.formats import Info

_GIVE = "give the recording with --recording FILE"
_LATER = f"Run again later, or {_GIVE}."
_NETWORK = f"Check the network connection and the setting “proxy” and run again, or {_GIVE}."
_COOKIES = "set “cookies_from_browser” to a browser that may see it, or “cookies” to its cookies.txt"
_UPDATE = f"Update yt-dlp (pip install -U 'yt-dlp[default]') and run again, or {_GIVE}."


@dataclass(frozen=True, slots=True)
class _Answer:
    pattern: str
    said: str
    hint: str
    permanent: bool
    soon: bool = False
    """Trying again within a minute may help."""


# Texts as yt-dlp 2026.8.19 and YouTube write them; the first that fits counts, the special before the general.
_ANSWERS = (
    _Answer(
        r"not a bot|captcha",
        "the site takes this program for a robot and asks for a login",
        f"Run again some hours later, or go through another network (“proxy”), or {_COOKIES}, or {_GIVE}.",
        False,
    ),
    _Answer(
        r"rate.?limited|content isn't available, try again later",
        "the site says that too much was asked of it from here",
        f"Wait an hour and run again, or {_GIVE}.",
        False,
    ),
    _Answer(
        r"HTTP Error 429|too many requests",
        "the site says that too much was asked of it from here",
        f"Wait an hour and run again with a larger “pause_s”, or {_GIVE}.",
        False,
        soon=True,
    ),
    _Answer(
        r"confirm your age|age.?restricted|inappropriate for some users",
        "the site shows it to adults with an account only",
        f"To fetch it, {_COOKIES}, or {_GIVE}.",
        True,
    ),
    _Answer(
        r"members.only|channel's members|join this channel",
        "the site shows it to the channel's members only",
        f"To fetch it, {_COOKIES}, or {_GIVE}.",
        True,
    ),
    _Answer(
        r"private video|video is private",
        "the recording is private",
        f"Ask its owner to publish it, {_COOKIES}, or {_GIVE}.",
        True,
    ),
    _Answer(
        r"in your country|your location|geo.?restrict|HTTP Error 451",
        "the site does not show it in this country",
        f"Set “proxy” to a proxy in a country where it is shown, or {_GIVE}.",
        True,
    ),
    _Answer(
        r"premieres? (in|will)|premiering|live event will begin|will begin (in|shortly)|has not started",
        "the recording has not begun yet",
        "Run again after it has been broadcast.",
        False,
    ),
    _Answer(
        r"processing this video|being processed|not yet available|is offline|not currently live",
        "the site has not got it ready yet",
        _LATER,
        False,
    ),
    _Answer(r"\bDRM\b", "the recording is locked by DRM", f"Nothing can fetch it; {_GIVE}.", True),
    _Answer(r"requires payment|purchase|premium", "the recording must be paid for", f"Buy it and {_GIVE}.", True),
    _Answer(
        r"HTTP Error 404|HTTP Error 410",
        "there is nothing at that address any more",
        f"Correct the link in the post, or {_GIVE}.",
        True,
    ),
    _Answer(
        r"HTTP Error 40[137]",
        "the site refuses access to it",
        f"Try the address in a browser; if it opens there, {_COOKIES}, or {_GIVE}.",
        False,
    ),
    _Answer(r"HTTP Error 5\d\d", "the site has a fault of its own", _LATER, False, soon=True),
    _Answer(
        r"redirect loop|redirect error|too many redirects",
        "its address leads round in a circle",
        f"Correct the link in the post, or {_GIVE}.",
        True,
    ),
    _Answer(r"HTTP Error 4\d\d", "the site refuses the request", f"Correct the link in the post, or {_GIVE}.", True),
    _Answer(
        r"unsupported url|not a valid url",
        "there is a page at that address, but no recording in it",
        f"Link the recording itself in the post, or {_GIVE}.",
        True,
    ),
    _Answer(
        r"proxyerror|connect to proxy|tunnel connection failed|proxy server",
        "the proxy did not answer",
        f"Correct the setting “proxy” or the variable HTTPS_PROXY and run again, or {_GIVE}.",
        False,
    ),
    _Answer(
        r"failed to resolve|name or service not known|getaddrinfo|nodename nor servname|name resolution",
        "the site's name is not known on this network",
        _NETWORK,
        False,
    ),
    _Answer(
        r"certificate.verify.failed|sslerror|\bssl\b",
        "no secure connection to the site could be made",
        "Check this machine's clock and its network's proxy and run again.",
        False,
    ),
    _Answer(
        r"more expected|bytes read|content.?too.?short|did not get any data|downloaded \d+ bytes"
        r"|connection (reset|aborted|broken)|remote end closed|incompleteread|unexpected eof",
        "the connection broke off before all of it had come",
        f"Run again: it goes on from where it stopped; or {_GIVE}.",
        False,
        soon=True,
    ),
    _Answer(r"timed? ?out", "the site did not answer in time", _NETWORK, False, soon=True),
    _Answer(
        r"unreachable|connection refused|no route to host|failed to establish|max retries exceeded|connectionpool",
        "the site could not be reached",
        _NETWORK,
        False,
    ),
    _Answer(
        r"no video formats|requested format|only images",
        "the site offers no file of it that can be downloaded",
        _UPDATE,
        False,
    ),
    _Answer(
        r"removed|terminated|deleted|no longer available|unavailable|not available|does not exist|has ended",
        "the site says that it is not available, most likely removed",
        f"Correct the link in the post, or {_GIVE}.",
        True,
    ),
    _Answer(
        r"sign in|log ?in|logged in|registered users|account|--cookies",
        "the site asks for a login",
        f"To fetch it, {_COOKIES}, or {_GIVE}.",
        True,
    ),
)


def explain_failure(url: str, text: str, status: int | None = None) -> FetchError:
    """Turn yt-dlp's message, with the HTTP status if there was one, into an error that names `url`."""
    plain = clean_text(text)
    searched = f"{plain} HTTP Error {status}" if status else plain
    for answer in _ANSWERS:
        if re.search(answer.pattern, searched.replace("’", "'"), re.IGNORECASE):
            status_note = f" (HTTP {status})" if status else ""
            message = f"{url} cannot be fetched: {answer.said}{status_note}."
            return FetchError(message, answer.hint, answer.permanent, answer.soon)
    return FetchError(f"{url} cannot be fetched: {plain or 'the downloader gave no reason'}.", _UPDATE)


def check_finished(url: str, info: Info) -> None:
    """Raise `FetchError` when the recording is not one that is finished: live, to come, being prepared, or several."""
    if info.get("_type", "video") != "video":
        raise FetchError(
            f"{url} cannot be fetched: there are several recordings at that address, or a list of them.",
            f"Link the recording itself in the post, or {_GIVE}.",
            permanent=True,
        )
    state = "is_live" if info.get("is_live") else info.get("live_status")
    said = {
        "is_live": ("it is being broadcast live now", "Run again some hours after its end."),
        "is_upcoming": ("the recording has not begun yet", "Run again after it has been broadcast."),
        "post_live": ("the broadcast has ended, but the site has not got all of it ready yet", _LATER),
    }.get(str(state))
    if said:
        raise FetchError(f"{url} cannot be fetched: {said[0]}.", said[1])


def check_length(url: str, contents: Contents, announced_s: float | None) -> None:
    """Raise `FetchError` when a file is shorter than the site or its own header says: then its end is lacking.

    Shorter is by more than 5 s and 2 %, which covers announcements in whole seconds and encoders' padding.
    """
    announced_ms = max(round(1000 * (announced_s or 0)), contents.claimed_ms or 0)
    if contents.duration_ms is None or contents.duration_ms >= announced_ms - max(5000, announced_ms // 50):
        return
    came, announced = contents.duration_ms / 1000, announced_ms / 1000
    raise FetchError(
        f"{url} cannot be fetched whole: {came:.0f} s came of the {announced:.0f} s announced.",
        f"A broadcast that has just ended takes the site some hours. {_LATER}",
    )


def no_recording(url: str) -> FetchError:
    """Make the error for a file that is none: a web page under a video's name, or damaged beyond reading."""
    return FetchError(
        f"{url} cannot be fetched: what the site sends is no recording, though it says so.",
        f"Open the address in a browser, correct the link in the post, or {_GIVE}.",
        permanent=True,
    )


def no_sound(url: str) -> FetchError:
    """Make the error for a recording that nobody can hear."""
    return FetchError(
        f"{url} cannot be fetched: the site offers no file of it with sound in it.", _UPDATE, permanent=True
    )


def clean_text(text: str) -> str:
    """Reduce a message of yt-dlp to its first sentence or two: no colours, prefixes, causes, advice or addresses."""
    text = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text).strip()
    text = re.sub(r"^(\s*(ERROR|WARNING):\s*)+", "", text)
    text = re.sub(r"^\[[\w:+-]+\]\s*(\S+:\s+)?", "", text)
    text = text.splitlines()[0] if text else ""
    text = re.split(r"\s*\(caused by |; please report this issue|\.?\s+(?:Use --|Also see|See |For more )", text)[0]
    return text.strip().rstrip(".")
