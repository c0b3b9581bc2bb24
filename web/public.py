"""The address under which readers reach the viewer, when a web server stands before it.

Around the whole application, as WSGI middleware: behind a proxy that speaks https to readers, a request says nothing of
that, and the absolute addresses that pages, cards and the API hold would be wrong. What the request says of itself is
not asked: everybody can write anything there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import SplitResult, urlsplit

from aligner.errors import UsageError

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
"""A WSGI application (PEP 3333)."""


class Published:
    """An application that is asked as if readers' requests came directly: by this scheme, host and path."""

    def __init__(self, application: Application, address: str) -> None:
        """Raises `UsageError` when the address is none."""
        parts = read_address(address)
        self._application = application
        self._scheme, self._host, self._path = parts.scheme, parts.netloc, parts.path.rstrip("/")

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request; the proxy may send the path with or without what it has of the address."""
        path = environ.get("PATH_INFO", "")
        if self._path and (path == self._path or path.startswith(f"{self._path}/")):
            environ["PATH_INFO"] = path.removeprefix(self._path) or "/"
        environ.update({"wsgi.url_scheme": self._scheme, "HTTP_HOST": self._host, "SCRIPT_NAME": self._path})
        return self._application(environ, start_response)


def read_address(address: str) -> SplitResult:
    """Take the public address apart. Raises `UsageError` when it is none."""
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment
    except ValueError:
        good = False
    if not good or not address.isascii() or any(sign in address for sign in " \"'<>\\@"):
        raise UsageError(
            f"The public address “{address}” is none.", "Write it like https://paroles.example.org/ or leave it out."
        )
    return urlsplit(address)
