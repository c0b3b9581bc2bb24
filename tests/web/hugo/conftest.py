"""A small Hugo site of the fictional commune, its posts really aligned (from captions), and built by the real Hugo."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from aligner.cli import align, main
from aligner.model import Media
from aligner.store import Workspace
from aligner.text.links import parse_link
from tests.conftest import ROOT
from tests.web.conftest import write_info
from tests.web.file_server import serving

FIXTURE = ROOT / "tests" / "fixtures" / "hugo"
COUNCIL = "renover-le-marche-couvert"
LAVOIR = "2025-03-01-place-du-lavoir"
VIDEO = "https://montclery-sur-aulne.example/videos/conseil-2025-06-12.mp4"
TUBE = "https://youtu.be/Mc5Aulne001"

Cues = list[tuple[float, float, str]]
CUES: dict[str, Cues] = {
    "2025-06-13-marche-couvert": [
        (5, 9, "le marché couvert de Montcléry-sur-Aulne a plus de cent ans"),
        (9.5, 14, "cette poutre parle de la ville et je crois elle mérite bien mieux que cette pauvre bâche bleue"),
        (14.5, 18, "nous l'avons vue se fendre cet hiver au-dessus des étals"),
        (
            30,
            35,
            "nous proposons d'abord de refaire toute la charpente en chêne local avec les compagnons de la vallée",
        ),
        (41, 45, "nous proposons ensuite d'ouvrir des étals aux productrices et producteurs de la vallée de l'Aulne"),
        (46, 49, "une charpente neuve posée par des apprentis du lycée"),
        (60, 63, "nous ne laisserons pas la halle fermer ses portes"),
        (80, 85, "merci aux élus et élues qui ont voté ce budget de soixante-trois mille cinq cents euros"),
    ],
    LAVOIR: [(754, 758, "la place appartient à celles et ceux qui la traversent chaque matin")],
}
"""What was heard, by the post's file: from, to (seconds), words."""


def write_captions(path: Path, cues: Cues) -> None:
    """Write cues as SRT."""

    def clock(seconds: float) -> str:
        return f"00:{int(seconds) // 60:02}:{int(seconds) % 60:02},{round(seconds % 1 * 1000):03}"

    told = (f"{number}\n{clock(start)} --> {clock(end)}\n{text}\n" for number, (start, end, text) in enumerate(cues, 1))
    path.write_text("\n".join(told), encoding="utf-8")


def run(command: object, *words: object) -> tuple[int, str]:
    """Run one of our commands: its exit code, and what it said."""
    done = CliRunner().invoke(command, [str(word) for word in words])  # type: ignore[arg-type]
    return done.exit_code, done.output


def publish(workspace: Workspace, site: Path, *more: object) -> str:
    """Dress the site; what was said."""
    code, said = run(main, "publish", "--hugo", site, "--workspace", workspace.root, *more)
    assert code == 0, said
    return said


def make_workspace(root: Path, video: Path) -> Workspace:
    """The posts that have a recording, aligned; the one here can be played, the one on YouTube has a picture."""
    workspace = Workspace(root)
    workspace.posts.mkdir(parents=True)
    for name, cues in CUES.items():
        shutil.copyfile(FIXTURE / "content" / "posts" / f"{name}.md", workspace.posts / f"{name}.md")
        captions = root / "captions.srt"
        write_captions(captions, cues)
        code, said = run(align, workspace.posts / f"{name}.md", "--workspace", root, "--captions", captions)
        assert code == 0, said
        captions.unlink()
    council, tube = parse_link(VIDEO), parse_link(TUBE)
    assert council
    assert tube
    media = Media(council.media_id, council.url, council.provider, "Conseil du 12 juin 2025", 90_000)
    shutil.copyfile(video, write_info(workspace, media, video="video.mp4") / "video.mp4")
    filmed = Media(tube.media_id, tube.url, tube.provider, "Conseil filmé", 5_400_000)
    Image.new("RGB", (64, 36), "navy").save(write_info(workspace, filmed, thumbnail="poster.jpg") / "poster.jpg")
    return workspace


def make_site(root: Path) -> Path:
    """The site as its owner has it."""
    shutil.copytree(FIXTURE, root)
    return root


def build(site: Path) -> Path:
    """Build the site with the real Hugo: the folder of its pages."""
    hugo = shutil.which("hugo")
    if hugo is None:
        reason = "no Hugo here; on Debian: apt-get install hugo"
        if os.environ.get("CI"):
            pytest.fail(reason)  # a green run must have built the site
        pytest.skip(reason)
    done = subprocess.run([hugo, "--source", site], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARN" not in done.stdout + done.stderr
    return site / "public"


@pytest.fixture(scope="session")
def aligned(tmp_path_factory: pytest.TempPathFactory, video: Path) -> Workspace:
    """A workspace that no test changes."""
    return make_workspace(tmp_path_factory.mktemp("hugo") / "workspace", video)


@pytest.fixture
def own_site(tmp_path: Path) -> Path:
    """A site of this test's own, not dressed."""
    return make_site(tmp_path / "site")


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory, aligned: Workspace) -> Iterator[str]:
    """The site dressed, built and served under a path, with its recordings."""
    root = tmp_path_factory.mktemp("www")
    site = make_site(tmp_path_factory.mktemp("dressed") / "site")
    publish(aligned, site, "--media")
    build(site).rename(root / "montclery")
    with serving(root) as address:
        yield f"{address}/montclery"
