"""Writes `docs/cli.md` from the commands' own help: `make docs`. A test fails when the two differ."""

from __future__ import annotations

from pathlib import Path

import click

from aligner.cli import align, main

PATH = Path(__file__).resolve().parents[1] / "docs" / "cli.md"
HEAD = """\
# Commands

Data go to stdout, talk to stderr; `NO_COLOR` is honoured and there is no bar when stderr is no terminal.
Exit codes are in [formats.md](formats.md#exit-codes). This page is made from `--help` (`make docs`).
"""


def render() -> str:
    """The whole page."""
    parts = [HEAD, _section("align", align)]
    parts += [_section(f"aligner {name}", main.commands[name]) for name in main.commands if name != "align"]
    return "\n".join(parts)


def _section(name: str, command: click.Command) -> str:
    context = command.make_context(name, [], resilient_parsing=True, terminal_width=100, max_content_width=100)
    note = "\nThe same as `aligner align`.\n" if name == "align" else ""
    return f"## `{name}`\n{note}\n```\n{command.get_help(context)}\n```\n"


if __name__ == "__main__":
    PATH.write_text(render(), encoding="utf-8")
