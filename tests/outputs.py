"""All JSON and TOML that the program prints and writes, from one small workspace that has something of everything.

For `test_docs`, which holds their keys against the pages. Every command with `--json` is called; one that cannot be
called without arguments needs a row in `CALLS`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

from aligner.cli import main
from aligner.corrections.proposals import write_proposal
from aligner.model import Proposal
from aligner.store import Workspace

SLUG = "jardin"
SPEECH = "Le jardin partagé de la rue des Tanneurs ouvrira ses portes au printemps prochain."
REWORDED = "La médiathèque prêtera désormais des instruments de musique à tous les collégiens de Montcléry."
HEARD = "La médiathèque va prêter des instruments de musique aux collégiens de Montcléry."
UNSAID = "Une fontaine de marbre coulera jour et nuit sur la place du marché couvert."
POST = f"""---
title: Le jardin
date: 2025-06-12
tags: [jardins]
---

https://youtu.be/MontcleryA1?t=1200

1. Prise de parole de Samira Delorme : {SPEECH} {REWORDED}

   {UNSAID}
"""
CORRECTIONS = """format = "aligner.corrections"
version = 1

[[correction]]
passage = "zzzzzzzzzz"
text = "Une phrase que la page n’a plus, et dont personne ne sait où elle est passée."
action = "unsaid"
"""
CUES = f"""1
00:00:05,000 --> 00:00:12,000
{SPEECH}

2
00:00:13,000 --> 00:00:20,000
{HEARD}
"""
RECORD = {
    "id": "youtube:MontcleryA1",
    "url": "https://www.youtube.com/watch?v=MontcleryA1",
    "provider": "youtube",
    "title": "Séance du conseil",
    "duration_ms": 1_300_000,
    "captions": [{"file": "fr.srt", "language": "fr", "automatic": False}],
}

CALLS: dict[str, tuple[tuple[str, ...], ...]] = {
    "check": (("--offline",),),
    "correct": ((SLUG,), (SLUG, "--proposals"), (SLUG, "{passage}", "--start", "0:05", "--by", "Odile")),
    "explain": ((f"{SLUG}#{{passage}}",),),
    "export": (("--check",),),
    "find": ((SPEECH,), (UNSAID,)),
}
"""What commands with `--json` are called with besides; `{passage}` is the id of a passage that was said."""


@dataclass(frozen=True, slots=True)
class Output:
    """One JSON or TOML document of ours."""

    made_by: str
    """The command that prints it, or the file that it is, as the pages call them."""
    keys: frozenset[str]


def commands_with_json() -> dict[str, click.Command]:
    """The commands that print JSON when asked."""
    return {
        name: command
        for name, command in main.commands.items()
        if any("--json" in parameter.opts for parameter in command.params)
    }


def make_workspace(root: Path) -> Workspace:
    """A workspace with a post, a recording with captions, corrections, and the alignment of all this."""
    workspace = Workspace(root)
    folder = workspace.media_folder("youtube:MontcleryA1")
    folder.mkdir(parents=True)
    workspace.posts.mkdir()
    (folder / "fr.srt").write_text(CUES, encoding="utf-8")
    (folder / "info.json").write_text(json.dumps(RECORD), encoding="utf-8")
    (root / "aligner.toml").write_text('hear = "none"\n', encoding="utf-8")
    post = workspace.posts / f"{SLUG}.md"
    for text in (POST.replace("prochain", "2026"), POST):  # edited once: its passage has a former id
        post.write_text(text, encoding="utf-8")
        call("align", "--workspace", root, "--quiet")
    post.with_name(f"{SLUG}.corrections.toml").write_text(CORRECTIONS, encoding="utf-8")
    write_proposal(workspace, Proposal(SLUG, "abcdefghij", SPEECH, "youtube:MontcleryA1", 5_000, 9_000, "Plus tard."))
    return workspace


def call(*words: object) -> str:
    """What a command prints on stdout."""
    return CliRunner().invoke(main, [str(word) for word in words]).stdout


def print_all(workspace: Workspace) -> Iterator[Output]:
    """What every command with `--json` prints."""
    document = json.loads((workspace.aligned / f"{SLUG}.json").read_text(encoding="utf-8"))
    said = next(passage["id"] for passage in document["passages"] if passage["status"] == "spoken")
    for name in commands_with_json():
        for arguments in CALLS.get(name, ((),)):
            words = [word.format(passage=said) for word in arguments]
            printed = call(name, *words, "--json", "--workspace", workspace.root)
            assert printed, f"aligner {name} {words} --json prints nothing: say in tests/outputs.py how to call it"
            yield Output(name, frozenset(find_keys(json.loads(printed))))


def read_all(workspace: Workspace) -> Iterator[Output]:
    """All JSON and TOML files of ours that are in a workspace."""
    for path in sorted(workspace.root.rglob("*")):
        if path.suffix in (".json", ".toml", ".jsonl") and path.name != "aligner.toml":
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".toml":
                documents: list[Any] = [tomllib.loads(text)]
            else:
                documents = [json.loads(line) for line in (text.splitlines() if path.suffix == ".jsonl" else [text])]
            yield Output(str(path.relative_to(workspace.root)), frozenset(find_keys(documents)))


def find_keys(document: object) -> set[str]:
    """All keys of a document but those that are names: media ids, slugs."""
    if isinstance(document, dict):
        own = {key for key in document if re.fullmatch(r"[a-z]\w*", key) and key != SLUG}
        return own.union(*(find_keys(value) for value in document.values()))
    if isinstance(document, list):
        return set().union(*(find_keys(value) for value in document))
    return set()
