"""Whether the sites that hold the recordings can be reached from here: a connection to each, and nothing is asked.

Part of a check that `--offline` leaves out. Behind a proxy it is the proxy that must be reached.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from threading import Thread
from urllib.parse import urlsplit
from urllib.request import getproxies

from aligner.checkup.findings import Area, Finding, Level
from aligner.settings import Settings

WAIT_S = 3.0
"""A site that takes longer is told to be out of reach. All are tried at once."""
MOST = 16
"""Sites that are tried; a workspace rarely links more than three."""
_PORTS = {"http": 80, "https": 443, "socks4": 1080, "socks5": 1080, "socks5h": 1080}

Site = tuple[str, int]


def examine_network(settings: Settings, urls: Iterable[str], *, must: bool) -> Iterator[Finding]:
    """Try the sites of these addresses; one out of reach is a note, and with `must` a fault."""
    around = getproxies()
    proxy = settings.proxy or next((around[scheme] for scheme in ("https", "http", "all") if scheme in around), "")
    sites = _sites([proxy]) if proxy else _sites(urls)
    if not sites:
        return
    for (host, port), why in zip(sites, _try_all(sites), strict=True):
        name = "proxy" if proxy else "site"
        if not why:
            yield Finding(Area.MACHINE, name, Level.OK, f"{host} answers on port {port}")
            continue
        cure = "Check the network, and a proxy if there is one; what is here already is aligned without it."
        level = Level.FAULT if must else Level.NOTE
        yield Finding(Area.MACHINE, name, level, f"{host} cannot be reached on port {port}: {why}", cure)


def _sites(urls: Iterable[str]) -> Sequence[Site]:
    found: dict[Site, None] = {}
    for url in urls:
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS[parts.scheme]
        except (KeyError, ValueError):
            continue
        if parts.hostname:
            found[parts.hostname, port] = None
    return sorted(found)[:MOST]


def _try_all(sites: Sequence[Site]) -> list[str]:
    """Why each cannot be reached; in threads that may be left alone: looking up a name has no time limit of its own."""
    late = f"no answer within {WAIT_S:g} seconds"
    answers = dict.fromkeys(sites, late)

    def ask(site: Site) -> None:
        answers[site] = _try(site)

    threads = [Thread(target=ask, args=(site,), daemon=True) for site in sites]
    for thread in threads:
        thread.start()
    end = time.monotonic() + WAIT_S + 0.5
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return [answers[site] for site in sites]


def _try(site: Site) -> str:
    """Why a site cannot be reached; empty when it can."""
    try:
        with socket.create_connection(site, WAIT_S):
            return ""
    except TimeoutError:
        return f"no answer within {WAIT_S:g} seconds"
    except OSError as error:
        return error.strerror or str(error)
