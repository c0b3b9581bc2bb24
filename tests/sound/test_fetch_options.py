"""What a user may add for yt-dlp: a browser's cookies and plain options; what will not do is refused in a sentence."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from aligner.errors import UsageError
from aligner.model import Link, Media
from aligner.settings import Settings
from aligner.sound.fetch import obtain_media
from aligner.sound.ytdlp import YtDlpFetcher
from aligner.sound.ytdlp_options import ALLOWED, RETRIES, make_options
from aligner.store import Workspace
from tests.sound.media_server import MediaServer, Served

DOCS = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


pytestmark = [
    pytest.mark.usefixtures("plain_surroundings"),
    # yt-dlp leaves the answers that it did not read to the garbage collector, which may come by during a test.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


def obtain(server: MediaServer, workspace: Path, settings: Settings) -> Media:
    link = Link(server.url("/conseil.mp4"), "generic:conseil-1234", "generic", None, None, (0, 0))
    return obtain_media(link, Workspace(workspace), YtDlpFetcher(settings), keep_video=False)


def added(text: str) -> dict[str, object]:
    plain = make_options(Settings(), needs_javascript=False)
    given = make_options(Settings(ytdlp_options=text), needs_javascript=False)
    assert plain.keys() <= given.keys()
    skipped = ("logger",)
    return {key: value for key, value in given.items() if key not in skipped and value != plain.get(key)}


def refusal(settings: Settings) -> UsageError:
    with pytest.raises(UsageError) as caught:
        make_options(settings, needs_javascript=False)
    assert "\n" not in str(caught.value)
    assert re.fullmatch(r"The setting “\w+” [^\n]+\.", caught.value.message)
    assert caught.value.hint
    return caught.value


# --- options --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("", {}),
        ("--proxy socks5://127.0.0.1:1080", {"proxy": "socks5://127.0.0.1:1080"}),
        ("--limit-rate=50K -4", {"ratelimit": 51_200, "source_address": "0.0.0.0"}),
        (
            "--extractor-args 'youtube:player_client=tv,web;skip=dash'",
            {"extractor_args": {"youtube": {"player_client": ["tv", "web"], "skip": ["dash"]}}},
        ),
        (
            "--user-agent 'Mairie de Montcléry' --add-headers 'Referer: https://x'",
            {"http_headers": {"User-Agent": "Mairie de Montcléry", "referer": " https://x"}},
        ),
        ("-u mairie -p secret", {"username": "mairie", "password": "secret"}),
        ("--netrc", {"usenetrc": True}),
        ("--sleep-requests 1.5", {"sleep_interval_requests": 1.5}),
        ("--socket-timeout 60", {"socket_timeout": 60.0}),
    ],
)
def test_options_mean_what_they_mean_to_ytdlp_and_nothing_else(text: str, means: dict[str, object]) -> None:
    assert added(text) == means
    assert make_options(Settings(ytdlp_options=text), needs_javascript=False)["retries"] == RETRIES


@pytest.mark.parametrize(
    "text",
    [
        "-o /etc/passwd",
        "--output x",
        "-P folder",
        "-f best",
        "--format best",
        "--yes-playlist",
        "--simulate",
        "--skip-download",
        "-x --audio-format mp3",
        "--exec 'rm -r /'",
        "--use-postprocessor X",
        "--download-sections '*10:00-20:00'",
        "--sponsorblock-remove all",
        "--write-subs",
        "--download-archive done.txt",
        "--retries infinite",
        "--no-continue",
        "--external-downloader aria2c",
        "--batch-file -",
        "--config-locations x.conf",
        "--help",
        "--version",
        "-v",
        "-rN",
        "--form best",
        "--no-playlist",
        "--live-from-start",
        "--load-info-json x",
        "-4 --format=best",
    ],
)
def test_options_that_would_change_what_is_brought_are_refused(text: str, capfd: pytest.CaptureFixture[str]) -> None:
    error = refusal(Settings(ytdlp_options=text))
    name = next(word for word in text.split() if word.startswith("-") and word != "-4").split("=")[0]
    assert f"has “{name}”, which is not handed on to yt-dlp." in error.message
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("--proxi x", "Did you mean “--proxy”?"),
        ("--cookies c.txt", "Use “cookies”."),
        ("--cookies-from-browser firefox", "Use “cookies_from_browser”."),
        ("--proxy", "--proxy option requires 1 argument"),
        ("--socket-timeout soon", "invalid floating-point value: 'soon'"),
        ("--extractor-args nonsense", "wrong --extractor-args formatting"),
        ("--xff nowhere", 'Unsupported --xff "nowhere"'),
        ("--user-agent 'half", "no closing quotation"),
        ("--user-agent Mairie de Montcléry", "has “de”, which belongs to no option"),
        ("https://montclery-sur-aulne.example/x", "belongs to no option"),
        ("--username mairie", "without a password"),
    ],
)
def test_options_that_cannot_be_read_are_told_in_one_sentence(
    text: str, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert said in str(refusal(Settings(ytdlp_options=text)))
    assert capfd.readouterr() == ("", "")


def test_the_docs_list_what_is_handed_on() -> None:
    listed = DOCS.read_text(encoding="utf-8").split("is put: ")[1]
    assert set(re.findall(r"`(--?[\w-]+)`", listed)) == ALLOWED


def test_options_travel_to_the_site(server: MediaServer, recording: bytes, tmp_path: Path) -> None:
    server.files["/conseil.mp4"] = Served(recording)
    obtain(server, tmp_path, Settings(ytdlp_options="--add-headers 'Cookie: session=montclery'"))
    assert {seen.cookie for seen in server.seen} == {"session=montclery"}


def test_what_this_machine_cannot_do(server: MediaServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="The setting “ytdlp_options” cannot be used here: Impersonate target"):
        obtain(server, tmp_path, Settings(ytdlp_options="--impersonate netscape"))
    assert capfd.readouterr() == ("", "")
    assert server.seen == []


# --- a browser's cookies --------------------------------------------------------------------------


@pytest.fixture
def firefox(tmp_path: Path) -> Path:
    """A Firefox profile, as far as its cookies go."""
    profile = tmp_path / "profile"
    profile.mkdir()
    database = sqlite3.connect(profile / "cookies.sqlite")
    with database:
        database.execute("PRAGMA user_version = 15")
        database.execute(
            "CREATE TABLE moz_cookies (id INTEGER PRIMARY KEY, originAttributes TEXT DEFAULT '', name TEXT, value TEXT,"
            " host TEXT, path TEXT, expiry INTEGER, isSecure INTEGER)"
        )
        database.execute(
            "INSERT INTO moz_cookies (name, value, host, path, expiry, isSecure)"
            " VALUES ('session', 'montclery', '127.0.0.1', '/', 4102444800, 0)"
        )
    database.close()
    return profile


def test_a_browsers_cookies_are_sent_and_its_profile_is_left_alone(
    server: MediaServer, recording: bytes, firefox: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = (firefox / "cookies.sqlite").read_bytes()
    server.files["/conseil.mp4"] = Served(recording)

    obtain(server, tmp_path, Settings(cookies_from_browser=f"firefox:{firefox}"))

    assert {seen.cookie for seen in server.seen} == {"session=montclery"}
    assert {path.name for path in firefox.iterdir()} == {"cookies.sqlite"}
    assert (firefox / "cookies.sqlite").read_bytes() == before
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("content", [None, b"no database" * 99])
def test_a_profile_that_cannot_be_read(
    content: bytes | None, server: MediaServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    profile = tmp_path / "profile"
    if content is not None:
        profile.mkdir()
        (profile / "cookies.sqlite").write_bytes(content)

    with pytest.raises(UsageError) as caught:
        obtain(server, tmp_path, Settings(cookies_from_browser=f"firefox:{profile}"))

    message = caught.value.message
    assert re.fullmatch(
        rf"The cookies of the browser “firefox:{re.escape(str(profile))}” cannot be read: .+\.", message
    )
    assert ("could not find firefox cookies" if content is None else "not a database") in message
    assert "“cookies”" in caught.value.hint
    assert server.seen == []
    assert capfd.readouterr() == ("", "")
    assert not (tmp_path / "media" / "generic_conseil-1234").exists()


def test_an_unknown_browser() -> None:
    error = refusal(Settings(cookies_from_browser="netscape"))
    assert "unsupported browser" in error.message
    assert "firefox" in error.message
