"""Starts the UI: its address, its token, and the places to which its runs are limited.

Belongs here: the settings of the serving processes. Does not: the guard itself (guard.py).
"""

from __future__ import annotations

import os
import secrets
import signal
import sys
from collections.abc import Iterable
from urllib.parse import urlsplit

from orchestration.instance import MODULE, prepare_instance
from orchestration.periods import BadRequest
from orchestration.settings import PINNED_VARIABLE, Locations
from orchestration.ui.guard import PARAMETER

TOKEN, ORIGINS = "PLUMBLINE_UI_TOKEN", "PLUMBLINE_UI_ORIGINS"
# A token that somebody chose must be as hard to guess as a random one.
SHORTEST = 24
LOOPBACK = "127.0.0.1"


def can_be_ended() -> None:
    """Make SIGTERM end this process from now on, whatever started it.

    A child process ignores the signals that its parent ignores, until it sets a handler; until the
    serving process has loaded Dagster, which sets one, the signal would be lost.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def address_of(port: int, origins: Iterable[str]) -> tuple[str, dict[str, str]]:
    """The address to print, and the environment from which the webserver builds its guard.

    The token is `PLUMBLINE_UI_TOKEN` where a proxy has to know it, else made now. Raises BadRequest
    for a token that is too short or an invalid origin.
    """
    token = os.environ.get(TOKEN) or secrets.token_urlsafe(24)
    if len(token) < SHORTEST:
        raise BadRequest(f"{TOKEN} has {len(token)} characters; give it at least {SHORTEST}")
    own = [f"http://{host}:{port}" for host in (LOOPBACK, "localhost")]
    shown = [_origin(each) for each in origins]
    environment = {TOKEN: token, ORIGINS: " ".join([*own, *shown])}
    return f"{own[0]}/?{PARAMETER}={token}", environment


def serve(places: Locations, port: int, environment: dict[str, str], *, read_only: bool) -> None:
    """Become the serving process, which ends with Ctrl-C."""
    prepare_instance(places)
    os.environ.update(environment)
    os.environ[PINNED_VARIABLE] = "1"
    # Deprecation warnings between libraries: nobody here can act on them.
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    level = "--dagster-log-level" if read_only else "--log-level"
    arguments = ["-m", MODULE, "-h", LOOPBACK, "-p", str(port)]
    arguments += [level, "warning", *(["--read-only"] if read_only else [])]
    os.execv(sys.executable, [sys.executable, "-m", "orchestration.ui", *arguments])


def _origin(text: str) -> str:
    """Scheme, host and port of an address, as a browser names the origin of a call."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise BadRequest(f"{text!r} is not an origin; write it as https://plumbline.example.com")
    return f"{parts.scheme}://{parts.netloc.lower()}"
