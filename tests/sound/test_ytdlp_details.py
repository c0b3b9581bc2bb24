"""The day of a recording, out of what yt-dlp says about it. Pages are in `test_ytdlp`."""

from __future__ import annotations

from typing import Any

import pytest

from aligner.sound.ytdlp_details import date_recording

FILE = "https://montclery.example/seance.mp4"


@pytest.mark.parametrize(
    ("info", "day"),
    [
        ({"release_date": "20250612", "upload_date": "20250613"}, "2025-06-12"),  # a live broadcast, published later
        ({"release_date": None, "upload_date": "20250613"}, "2025-06-13"),
        ({"release_date": "20250631", "upload_date": "20250613"}, "2025-06-13"),
        # a plain file, asked for directly or through a redirect: from its Last-Modified
        ({"upload_date": "20250613", "direct": True, "webpage_url": FILE, "url": FILE}, None),
        ({"upload_date": "20250613", "direct": True, "webpage_url": FILE, "url": f"{FILE[:-4]}-2.MP4?x"}, None),
        # a file that a page tells of
        ({"upload_date": "20250613", "direct": True, "webpage_url": f"{FILE}.php", "url": FILE}, "2025-06-13"),
        ({"upload_date": "13/06/2025"}, None),
        ({}, None),
    ],
)
def test_the_day_is_that_of_the_broadcast_else_of_the_publication(info: dict[str, Any], day: str | None) -> None:
    assert date_recording(info) == day
