"""The sample session on the bench: its posts, its recording, and a hearing of it with two faults, aligned for real."""

from __future__ import annotations

import json
import shutil
from itertools import accumulate
from pathlib import Path
from typing import Any

from aligner.errors import AlignerError
from aligner.pipeline import Run
from aligner.recordings import Request, Tools
from aligner.settings import Settings
from aligner.store import Workspace
from tests.conftest import ROOT
from tests.fakes import Silent

MEDIA = "generic:conseil-2025-06-12-8d69b5f0"
SLUG = "2025-06-12-cantine"
GARBLED = {
    "On nous avait dit que c'était impossible": "on avait dit sera plus cher et les enfants mangeraient bien",
    "Une carotte râpée le matin": "grand discours là politique",
}
"""What the recogniser makes of two sentences (by how they begin): too little to be sure of them."""


def heard_words() -> list[dict[str, Any]]:
    """The session's words, each sentence's time shared out by letters, as Whisper's JSON has them."""
    truth = json.loads((ROOT / "media" / Workspace(ROOT).media_folder(MEDIA).name / "truth.json").read_text("utf-8"))
    words = []
    for sentence in (sentence for turn in truth["turns"] for sentence in turn["sentences"]):
        heard = next((said for start, said in GARBLED.items() if sentence["text"].startswith(start)), sentence["text"])
        texts = heard.split()
        length = sentence["end_ms"] - sentence["start_ms"]
        ends = [sentence["start_ms"] + length * done // sum(map(len, texts)) for done in accumulate(map(len, texts))]
        for text, start, end in zip(texts, [sentence["start_ms"], *ends[:-1]], ends, strict=True):
            words.append({"word": f" {text}", "start": start / 1000, "end": end / 1000, "probability": 0.9})
    return words


def align_sample(root: Path) -> Workspace:
    """Make a workspace of the sample's posts and recording, aligned."""
    workspace = Workspace(root)
    source = Workspace(ROOT)
    workspace.posts.mkdir(parents=True)
    for post in source.posts.glob("2025-*.md"):
        shutil.copyfile(post, workspace.posts / post.name)
    shutil.copytree(source.media_folder(MEDIA), workspace.media_folder(MEDIA), ignore=shutil.ignore_patterns("*.lock"))
    words = heard_words()
    captions = root / "heard.json"
    segment = {"start": words[0]["start"], "end": words[-1]["end"], "text": "", "words": words}
    captions.write_text(json.dumps({"language": "fr", "segments": [segment]}), encoding="utf-8")
    settings = Settings(workspace=root, hear="none")
    outcomes = list(Run(Request((), captions=captions), settings, Tools(_never, _never), Silent()).outcomes())
    if [outcome.state for outcome in outcomes] != ["done"] * 3:
        raise AlignerError(f"The sample could not be aligned: {outcomes}")
    return workspace


def _never() -> Any:
    raise AlignerError("Nothing is fetched or heard here.")
