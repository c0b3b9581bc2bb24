"""Which settings somebody set, where, and what is wrong with them.

Second part of a check. A setting that stops every other command stops this one not: it is what one wants to know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from aligner.checkup.findings import Area, Finding, Level
from aligner.settings import FILE_NAME, Given, trace_settings

_SECRET = ("cookies", "cookies_from_browser", "proxy", "ytdlp_options")
"""May hold passwords: that they are set is told, not to what."""


def examine_settings(workspace: Path, environ: Mapping[str, str] | None = None) -> Iterator[Finding]:
    """Tell every setting that is not the default, in the order in which they win."""
    given = trace_settings(workspace, environ)
    last = {one.key: one for one in given}
    for one in given:
        yield _tell(one, wins=last[one.key] is one)
    if not given:
        where = workspace / FILE_NAME
        is_there = "sets nothing" if where.exists() else "is not there"
        yield Finding(Area.SETTINGS, "settings", Level.OK, f"all defaults ({where} {is_there})")


def _tell(one: Given, *, wins: bool) -> Finding:
    if one.fault:
        return Finding(Area.SETTINGS, one.key or "settings", Level.FAULT, one.fault.message, one.fault.hint, one.where)
    value = "set" if one.key in _SECRET else repr(one.value)
    over = "" if wins else ", which a later one replaces"
    return Finding(Area.SETTINGS, one.key, Level.OK, f"{value} from {one.where}{over}", path=one.where)
