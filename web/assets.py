"""Sends the viewer's own scripts and styles, each under an address that names its content.

Beside the views. `?v=` is a hash of a file and of all modules it imports, so a browser keeps a file for good and still
has the new one at once after an upgrade; the `import`s inside our modules get their `?v=` here, on the way out (import
maps would need inline script). Files are read once: an installed program's do not change while it runs.
"""

from __future__ import annotations

import functools
import hashlib
import mimetypes
import re
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request

_IMPORT = re.compile(r"""((?:\bfrom|\bimport)\s*\(?\s*["'])(\.{1,2}/[^"'?]+\.js)(["'])""")

_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
"""Told here because a machine's own table may call a script plain text, and then no browser runs it."""


class Assets:
    """The files of one folder, with their versions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._content_of = functools.cache(self._read)
        self._version_of = functools.cache(self._hash)

    def content(self, name: str) -> bytes | None:
        """The file as it is sent, None when there is no such file."""
        return self._content_of(name) if name in self._files else None

    def version(self, name: str) -> str:
        """Twelve hex digits that change with the file or a module it imports; empty when there is no such file."""
        return self._version_of(name) if name in self._files else ""

    def _read(self, name: str) -> bytes:
        path = self._files[name]
        if path.suffix != ".js":
            return path.read_bytes()

        def versioned(found: re.Match[str]) -> str:
            version = self.version(self._imported(path, found[2]))
            return f"{found[1]}{found[2]}?v={version}{found[3]}" if version else found[0]

        return _IMPORT.sub(versioned, path.read_text(encoding="utf-8")).encode()

    def _hash(self, name: str) -> str:
        reached, waiting = {name}, [name]
        content = hashlib.sha256()
        while waiting:
            path = self._files[waiting.pop()]
            content.update(path.read_bytes())
            if path.suffix != ".js":
                continue
            for found in _IMPORT.finditer(path.read_text(encoding="utf-8")):
                other = self._imported(path, found[2])
                if other in self._files and other not in reached:
                    reached.add(other)
                    waiting.append(other)
        return content.hexdigest()[:12]

    @functools.cached_property
    def _files(self) -> dict[str, Path]:
        # A name from a reader is looked up here, never joined to a path; and only these names are ever kept.
        return {path.relative_to(self.folder).as_posix(): path for path in self.folder.rglob("*") if path.is_file()}

    def _imported(self, path: Path, address: str) -> str:
        target = (path.parent / address).resolve()
        return target.relative_to(self.folder).as_posix() if target.is_relative_to(self.folder) else ""


def send_assets(app: Flask) -> None:
    """Answer the addresses of `static` with versioned files, and give every such address its version."""
    assets = Assets(Path(app.static_folder or "").resolve())

    def send_asset(filename: str) -> Response:
        content = assets.content(filename)
        if content is None:
            abort(404)
        suffix = Path(filename).suffix
        kind = _TYPES.get(suffix) or mimetypes.guess_type(filename)[0] or "application/octet-stream"
        response = Response(content, mimetype=kind)
        if request.args.get("v") == assets.version(filename):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    app.view_functions["static"] = send_asset

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and (version := assets.version(values["filename"])):
            values.setdefault("v", version)
