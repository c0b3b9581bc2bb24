"""Brings a Hugo site up to date: data for each post that has playable sentences, one script, a partial, a shortcode.

Face of this package, called by `aligner publish --hugo`. Only what is ours is written or removed, and only if it was
not edited; what is the owner's stays, and is told. A file whose content stays is not touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aligner.library import Broken, FinishedPost
from aligner.model import SitePost, Status
from aligner.store import TEMPORARY, Workspace, copy_whole, disk_error, fingerprint
from web import create_app
from web.freeze.snapshot import Snapshot
from web.hugo import marks
from web.hugo.bundle import bundle
from web.hugo.facts import HERE, Files, Voice, tell_post
from web.hugo.pairing import pair
from web.hugo.site import HugoSite
from web.recordings import LocalFile, find_playable, find_poster
from web.wording import CATALOGUE

FOLDER = "aligner"
"""What our folders in `data` and `static` are called."""
INDEX = "aligner_site.json"
"""In `data`: which page has which data file, and what all pages share."""
WORDS = (
    "again",
    "again_in",
    "again_toggle",
    "doubtful_toggle",
    "go_to",
    "go_to_recording",
    "hugo_from",
    "hugo_list",
    "hugo_listen",
    "listen_possible",
    "more_toggle",
    "or_at",
    "reworded_toggle",
    "said",
    "unpublished",
    "unsaid",
)
"""What the script and the partial say."""
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class HugoReport:
    """What a run did to a site."""

    pages: int
    """Posts of the site that have playable sentences, or players again."""
    files: int
    """Ours in the site."""
    written: int
    removed: int
    kept: tuple[Path, ...]
    """Files of ours that their owner edited, or that stood in our place: left alone."""
    unmatched: tuple[str, ...]
    """Alignments that have no post in the site, by slug."""
    doubtful: tuple[str, ...]
    """Those that several posts of the site could be."""
    broken: tuple[str, ...]
    """Those whose file cannot be used."""


@dataclass(slots=True)
class _Hand:
    """Writes, and keeps count."""

    now: set[Path] = field(default_factory=set)
    kept: list[Path] = field(default_factory=list)
    written: int = 0

    def put(self, path: Path, text: str) -> None:
        self.now.add(path)
        if not path.exists() or marks.is_ours(path):
            if not path.exists() or path.read_bytes() != text.encode():
                marks.write(path, text)
                self.written += 1
        else:
            self.kept.append(path)

    def copy(self, file: LocalFile, path: Path) -> None:
        self.now.add(path)
        if not path.exists():
            copy_whole(file.path, path)
            self.written += 1

    def clear(self, folder: Path) -> int:
        """Remove what is ours, unedited and no longer part of it; how many files that were."""
        gone = 0
        for path in sorted(folder.rglob("*"), reverse=True) if folder.is_dir() else ():
            if path.is_file() and path not in self.now and _is_ours(path):
                _remove(path)
                gone += 1
            elif path.is_dir() and not any(path.iterdir()):
                path.rmdir()
        return gone


def _is_ours(path: Path) -> bool:
    is_text = path.suffix in (".json", ".js", ".css")
    return path.name.startswith(TEMPORARY) or (marks.is_ours(path) if is_text else marks.is_our_copy(path))


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise disk_error(path, error) from error


def dress(
    workspace: Workspace,
    site: HugoSite,
    pages: Sequence[SitePost],
    *,
    public_url: str = "",
    with_media: bool = False,
) -> HugoReport:
    """Give the posts of a site (`pages`) what makes their sentences playable.

    `public_url` is where the viewer is published, for the shortcode's frames; `with_media` copies the recordings' own
    files into the site. Raises `DiskError`.
    """
    library = Snapshot(workspace, with_media=with_media)
    app = create_app(workspace, library=library)
    finished, broken = _read_posts(library)
    pairs = pair(finished, pages, site.language)
    hand = _Hand()
    copies = _Copies(workspace, site.static / FOLDER, hand, with_media)
    voice = Voice(app)
    names: dict[str, str] = {}
    taken = {post.slug for post in pairs.pages.values()}
    for page in pages:
        post = pairs.pages.get((page.folder, page.path))
        if post is None and not page.embeds:
            continue
        facts = tell_post(voice, library, post, page, copies.files())
        name = facts.slug if post else _free_name(facts.slug, taken)
        names[page.path] = name
        hand.put(site.data / FOLDER / f"{name}.json", marks.sign_data(facts.document))
    _put_shared(hand, site, voice, names, public_url)
    removed = sum(map(hand.clear, (site.data / FOLDER, site.static / FOLDER)))
    return HugoReport(
        pages=len(names),
        files=len(hand.now) - len(hand.kept),
        written=hand.written,
        removed=removed,
        kept=tuple(hand.kept),
        unmatched=pairs.unmatched,
        doubtful=pairs.doubtful,
        broken=tuple(broken),
    )


def _read_posts(library: Snapshot) -> tuple[list[FinishedPost], list[str]]:
    found, broken = [], [entry.slug for entry in library.broken()]
    for line in library.posts()[0]:
        entry = library.post(line.slug)
        if isinstance(entry, Broken):
            broken.append(line.slug)
        elif entry:
            found.append(entry)
    return found, broken


def _free_name(wish: str, taken: set[str]) -> str:
    """A name that no other data file has: two posts may have one slug in two folders."""
    name, number = wish, 2
    while name in taken:
        name, number = f"{wish}-{number}", number + 1
    taken.add(name)
    return name


class _Copies:
    """Pictures, and where that is wished recordings, as they are copied into the site."""

    def __init__(self, workspace: Workspace, folder: Path, hand: _Hand, with_media: bool) -> None:
        self._workspace, self._folder, self._hand, self._with_media = workspace, folder, hand, with_media

    def files(self) -> Files:
        return Files(
            recording=lambda media_id: self._copy(media_id, find_playable, "media") if self._with_media else None,
            poster=lambda media_id: self._copy(media_id, find_poster, "posters"),
        )

    def _copy(self, media_id: str, find: Callable[[Workspace, str], LocalFile | None], kind: str) -> str | None:
        file = find(self._workspace, media_id)
        if file is None:
            return None
        name = marks.name_copy(file.path, self._workspace.media_folder(media_id).name)
        self._hand.copy(file, self._folder / kind / name)
        return f"{HERE}{kind}/{name}"


def _put_shared(hand: _Hand, site: HugoSite, voice: Voice, names: dict[str, str], public_url: str) -> None:
    assets = {
        "aligner.js": bundle(_HERE / "assets" / "aligner.js"),
        "aligner.css": (_HERE / "assets" / "aligner.css").read_text(encoding="utf-8"),
    }
    for name, text in assets.items():
        hand.put(site.static / FOLDER / name, marks.sign(text, Path(name).suffix))
    for name in ("partials/aligner.html", "shortcodes/aligner.html"):
        hand.put(site.layouts / name, marks.sign((_HERE / "layouts" / name).read_text(encoding="utf-8"), ".html"))
    shared = {
        "version": fingerprint(assets)[:12],
        "viewer": f"{public_url.rstrip('/')}/" if public_url else "",
        "words": {language: {key: said[key] for key in WORDS} for language, said in CATALOGUE.items()},
        "foot": voice.say("hugo.html", "foot", [_STEERED]),
        "note": voice.say("hugo.html", "note", tuple(Status)),
        "pages": dict(sorted(names.items())),
    }
    hand.put(site.data / INDEX, marks.sign_data(shared))


_STEERED = {"steerable": True}
"""The bar under the player is the same for all posts; its script shows what a player can do."""
