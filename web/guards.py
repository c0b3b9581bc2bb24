"""Who may send something to the viewer: its own pages, and nobody else's.

Before the two places that take a POST, readers' reports and the bench. There are no cookies that another site could
ride on; what is kept off is another site's page that sends forms through a reader's browser (CSRF), and a name of
another's that is made to point at this machine (DNS rebinding).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import request

from web.public import Application

OWN_NAMES = ("localhost", "127.0.0.1", "::1")
"""The names of this machine in a browser on it; no other can be made to point here by someone else."""

_REFUSAL = b"This viewer answers on this machine alone: open it at http://localhost, with its port.\n"


def is_our_own() -> bool:
    """Whether a page of ours sent this request, as the browser tells.

    `Sec-Fetch-Site` cannot be set by a page (W3C Fetch Metadata). A browser that does not know it, or reaches us by
    plain http under another name than this machine's, sends `Origin` with every POST. What says neither is no browser.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is None:
        return origin == request.host_url.rstrip("/")
    return site == "same-origin"


class ThisMachineOnly:
    """An application that answers only what is addressed to this machine by one of its own names.

    Around the whole application: a page under another's name would hand out what only our own pages may know.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request; 421 (RFC 9110, 15.5.20) where it was meant for somebody else."""
        if _name_of(environ.get("HTTP_HOST", "")) in OWN_NAMES:
            return self._application(environ, start_response)
        start_response("421 Misdirected Request", [("Content-Type", "text/plain; charset=utf-8")])
        return [_REFUSAL]


def _name_of(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
