"""Which files of somebody's site are ours, told by the files themselves: each bears our mark and a hash of its content.

Below `write`. There is no list of files to lose or to get out of step with the site's own version control. A file that
its owner edited no longer has the hash that it bears, and is his from then on: never overwritten, never removed.
Pictures and recordings cannot bear a mark; their names and times do.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from aligner.store import fingerprint, made_whole

_MARK = re.compile(r"made by aligner ([0-9a-f]{16})")
_BLANK = "made by aligner " + 16 * "0"
_COPY = re.compile(r"-([0-9a-f]{16})\.[a-z0-9]+$")
_SHAPES = {
    ".html": "{{{{- /* {mark}: an edited file is kept as it is, remove it to have it anew */ -}}}}\n{text}",
    ".js": "/* {mark}: an edited file is kept as it is, remove it to have it anew */\n{text}",
    ".css": "/* {mark}: an edited file is kept as it is, remove it to have it anew */\n{text}",
}


def sign(text: str, ending: str) -> str:
    """The text of a file with our mark in its first line, in a comment as its kind has them."""
    return _fill_in(_SHAPES[ending].format(mark=_BLANK, text=text))


def sign_data(document: dict[str, Any]) -> str:
    """A JSON file with our mark as its first key; each member of a list on a line of its own, for those who compare."""
    parts = []
    for key, value in ({"made_by": _BLANK} | document).items():
        if isinstance(value, list) and value:
            told = "[\n" + ",\n".join(_dump(item) for item in value) + "\n]"
        elif isinstance(value, dict) and value:
            told = "{\n" + ",\n".join(f"{_dump(name)}:{_dump(item)}" for name, item in value.items()) + "\n}"
        else:
            told = _dump(value)
        parts.append(f"{_dump(key)}:{told}")
    return _fill_in("{\n" + ",\n".join(parts) + "\n}\n")


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _fill_in(text: str) -> str:
    return text.replace(_BLANK, f"made by aligner {_hash(text)}", 1)


def _hash(text: str) -> str:
    # some version control rewrites the ends of lines
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()[:16]


def is_ours(path: Path) -> bool:
    """Whether a text file is as we wrote it once."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    told = _MARK.search(text)
    return told is not None and told[1] == _hash(_MARK.sub(_BLANK, text, count=1))


def write(path: Path, text: str) -> None:
    """Write a whole file or none; without waiting for the disk, as all of it can be made again. Raises `DiskError`."""
    with made_whole(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def name_copy(source: Path, stem: str) -> str:
    """What a copy of a file is called: another file, or a changed one, has another name."""
    status = source.stat()
    return f"{stem}-{fingerprint(status.st_size, status.st_mtime_ns)}{source.suffix.lower()}"


def is_our_copy(path: Path) -> bool:
    """Whether a picture or a recording is as we copied it once."""
    told = _COPY.search(path.name)
    try:
        status = path.stat()
    except OSError:
        return False
    return told is not None and told[1] == fingerprint(status.st_size, status.st_mtime_ns)
