"""Makes the index that script searches in the published viewer: words to lines, and the lines, in files of some size.

After the crawl. Two parts, what was published and what was heard: a changed post makes the first one anew, and leaves
the greater second one alone. Words are folded and stemmed here, so that script needs no stemmer: each word is told with
the other forms of it that occur. Files are named by their content; `index.json` names them all. Read by
`static/search/frozen.js`.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import sub
from typing import Any

from flask import Flask, current_app

from aligner.library.dump import Line
from aligner.library.spelling import SHORTEST
from aligner.model import Status
from aligner.store import fingerprint, read_json
from web.frame import recording_address
from web.freeze.addresses import place_of
from web.freeze.manifest import Folder
from web.freeze.snapshot import Snapshot
from web.layout import lay_recording
from web.recordings import LEAD_MS
from web.views.api import as_media

FOLDER = "recherche/index"
INDEX = f"{FOLDER}/index.json"
SHARD_BYTES = 120_000
"""Of a file of words, near enough."""
CHUNK = 400
"""Lines of a file of lines."""
_SECONDS = 7_654_321
"""A moment that stands for any, to be replaced by script."""

Entry = tuple[str, tuple[list[int], list[str]]]
"""A word, the lines it stands in, its other forms."""


def freeze_index(app: Flask, library: Snapshot, folder: Folder) -> None:
    """Bring the index of the published folder up to date."""
    known = folder.before.get(INDEX)
    before = known.made_of if known and folder.same_program and folder.holds(INDEX, known) else {}
    made_of = {library.question("search", heard=heard): "" for heard in (False, True)}
    made_of = {question: library.print_of(question) for question in made_of}
    old = read_json(folder.root / INDEX) if before else None
    if old and not all(name in folder.before and folder.holds(name, folder.before[name]) for name in _names(old)):
        old = None
    changed = [before.get(question) != now for question, now in made_of.items()]
    if old and not any(changed):
        _keep(folder, [INDEX, *_names(old)])
        return
    made: dict[str, bytes] = {}
    published = library.lines(heard=False)
    with app.test_request_context():
        parts = [
            old["parts"][number]
            if old and not changed[number]
            else _add_part(
                made, library.lines(heard=True) if number else published, library, old and old["parts"][number]
            )
            for number in (0, 1)
        ]
        media = _moments(library)
    linked = [(number, *line[5:8]) for number, line in enumerate(published) if line.is_linked]
    placed = fingerprint(linked, list(made_of.values())[1])
    is_same = old is not None and old["placed"] == placed
    echoes = old["echoes"] if old and is_same else _add(made, _echoes(published, library.spans()))
    index = {"parts": parts, "echoes": echoes, "placed": placed, "media": media}
    _keep(folder, [name for name in _names(index) if name not in made])
    folder.claim([*made, INDEX])
    for name, data in made.items():
        folder.put(name, data, {}, ())
    folder.put(INDEX, _dump(index), made_of, ())


def _names(index: dict[str, Any]) -> Iterator[str]:
    """The files that an index is made of."""
    yield f"{FOLDER}/{index['echoes']}"
    for part in index["parts"]:
        yield from _names_of(part)


def _names_of(part: dict[str, Any]) -> Iterator[str]:
    names = (*part["chunks"], *(name for _, name in part["words"]), part["vocabulary"])
    return (f"{FOLDER}/{name}" for name in names)


def _keep(folder: Folder, names: Iterable[str]) -> None:
    folder.now.update({name: folder.before[name] for name in names})


def _add(made: dict[str, bytes], content: object) -> str:
    data = _dump(content)
    name = f"{hashlib.sha256(data).hexdigest()[:12]}.json"
    made[f"{FOLDER}/{name}"] = data
    return name


def _dump(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _add_part(
    made: dict[str, bytes], lines: Sequence[Line], library: Snapshot, old: dict[str, Any] | None
) -> dict[str, Any]:
    told = fingerprint([line.exact for line in lines])
    chunks = [_add(made, _chunk(lines[start : start + CHUNK], library)) for start in range(0, len(lines), CHUNK)]
    same = {"lines": len(lines), "size": CHUNK, "chunks": chunks, "told": told}
    if old and old["told"] == told:  # other titles or other moments, the same words
        return same | {"words": old["words"], "vocabulary": old["vocabulary"]}
    entries = _words(lines)
    words = [[shard[0][0], _add(made, dict(shard))] for shard in _shards(entries)]
    counts = [(word, len(steps)) for word, (steps, _) in entries if len(word) >= SHORTEST]
    vocabulary = _add(made, [" ".join(word for word, _ in counts), [count for _, count in counts]])
    return same | {"words": words, "vocabulary": vocabulary}


def _chunk(lines: Sequence[Line], library: Snapshot) -> dict[str, Any]:
    """Lines as they are shown, with the posts and recordings they come from."""
    owners: dict[str, int] = {}
    media: dict[str, int] = {}
    told = [
        [
            owners.setdefault(line.owner, len(owners)),
            line.text,
            line.passage_id or 0,
            line.speaker or 0,
            line.status or 0,
            media.setdefault(line.media_id, len(media)) if _is_playable(line) and line.media_id else -1,
            line.start_ms,
            line.end_ms,
        ]
        for line in lines
    ]
    heard = bool(lines) and lines[0].passage_id is None
    return {"owners": [_owner(name, library, heard=heard) for name in owners], "media": list(media), "lines": told}


def _is_playable(line: Line) -> bool:
    return line.media_id is not None and line.status != Status.NOT_FOUND.value


def _owner(name: str, library: Snapshot, *, heard: bool) -> list[str | None]:
    """The address of a post or recording from the pages of a language on, its title, its day."""
    if heard:
        session = library.session(name)
        address = _address("sessions.show_session", media_id=name)
        day = session.day if session and session.date else None
        return [address, session.title if session else "", day.isoformat() if day else None]
    post = library.lines_of_posts()[name]
    return [_address("posts.show_post", slug=name), post.title, post.day.isoformat() if post.day else None]


def _address(view: str, **values: str) -> str:
    """The published address of a page, without a slash before it."""
    return place_of(current_app.url_for(view, **values, _external=False)).under("")


def _words(lines: Sequence[Line]) -> list[Entry]:
    """Words in order, each with the lines it stands in (as steps from one to the next) and its other forms."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    stems: dict[str, str] = {}
    for number, line in enumerate(lines):
        telling = line.telling()
        if not telling <= stems.keys():
            stems.update(line.words())
        for word in telling:
            places[word].append(number)
    forms: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(places):
        forms[stems[word]].append(word)
    return [
        (word, (list(map(sub, numbers, [0, *numbers])), [other for other in forms[stems[word]] if other != word]))
        for word, numbers in sorted(places.items())
    ]


def _shards(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Cut the words into files of some size."""
    shard: list[Entry] = []
    size = 0
    for entry in entries:
        shard.append(entry)
        size += len(entry[0]) + 8 + 3 * len(entry[1][0])
        if size > SHARD_BYTES:
            yield shard
            shard, size = [], 0
    if shard:
        yield shard


def _echoes(published: Sequence[Line], heard: Sequence[tuple[str, int, int]]) -> list[int]:
    """Heard rows that are the sound of a linked passage (half of the shorter is in both), each before the passage.

    Where both are found only the passage is told, as the live search does (`aligner.library.search`).
    """
    rows: defaultdict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for number, (media_id, start_ms, end_ms) in enumerate(heard):
        rows[media_id].append((start_ms, end_ms, number))
    longest = {}
    for media_id, found in rows.items():
        found.sort()
        longest[media_id] = max(end_ms - start_ms for start_ms, end_ms, _ in found)
    pairs: list[int] = []
    for passage, line in enumerate(published):
        near = rows.get(line.media_id) if line.media_id and line.is_linked else None
        if near is None or line.media_id is None:
            continue
        first = bisect_left(near, (line.start_ms - longest[line.media_id], 0, 0))
        for start_ms, end_ms, number in near[first : bisect_left(near, (line.end_ms, 0, 0))]:
            shared = min(line.end_ms, end_ms) - max(line.start_ms, start_ms)
            if shared > 0 and 2 * shared >= min(line.end_ms - line.start_ms, end_ms - start_ms):
                pairs += [number, passage]
    return pairs


def _moments(library: Snapshot) -> dict[str, str]:
    """For each recording the address of a moment, with {s} for its seconds or {f} for those with a decimal."""
    patterns = {}
    for line in library.sessions():
        recording = lay_recording(1, as_media(line), library.workspace, recording_address, lambda _: None)
        address = recording.address(LEAD_MS + 1000 * _SECONDS)
        if not address:
            continue
        if address.startswith("/"):
            address = place_of(address).under("")
        patterns[line.media_id] = address.replace(f"{_SECONDS}.0", "{f}").replace(str(_SECONDS), "{s}")
    return patterns
