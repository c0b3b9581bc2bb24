"""What all commands share: their common options, how they begin, how an error ends them.

Below `cli`, which has the commands. The only place where errors become words and exit codes.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from aligner.errors import AlignerError
from aligner.settings import Settings, load_settings

F = TypeVar("F", bound=Callable[..., Any])
INTERRUPTED = 130
NOISY = ("markdown_it", "faster_whisper", "urllib3", "httpx", "httpcore", "huggingface_hub", "filelock", "watchfiles")
"""Libraries that tell more than anybody asked for."""
CONTEXT = {"help_option_names": ["-h", "--help"]}


def shared_options(command: F) -> F:
    """Add the options that every command takes."""
    for option in (
        click.option("-v", "--verbose", is_flag=True, help="Tell more, with the traceback of an error."),
        click.option("-q", "--quiet", is_flag=True, help="Tell errors only."),
        click.option("--workspace", type=click.Path(path_type=Path), help="Folder that holds transcripts/ and media/."),
    ):
        command = option(command)
    return command


@contextmanager
def spoken_errors(*, verbose: bool) -> Iterator[None]:
    """Turn our errors and an interruption into one sentence on stderr and an exit code."""
    try:
        yield
    except AlignerError as error:
        if verbose:
            logging.getLogger("aligner").exception("the error in full")
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        click.echo("Interrupted; what was finished is kept, the next run goes on from there.", err=True)
        sys.exit(INTERRUPTED)


def start(workspace: Path | None, *, quiet: bool, verbose: bool, **flags: Any) -> Settings:
    """Set up what is told on stderr, and read the settings: files, environment, then `flags`."""
    level = logging.DEBUG if verbose else logging.ERROR if quiet else logging.WARNING
    logging.basicConfig(level=level, format="%(message)s", stream=sys.stderr, force=True)
    if not quiet:
        logging.getLogger("aligner").setLevel(min(level, logging.INFO))  # which model is used, what was not made out
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return load_settings({"workspace": workspace, **flags})
