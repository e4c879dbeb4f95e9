"""Caddy, run as an administrator would run it, with one of the files in docs/.

Belongs here: a free port, a password's hash, the proxy while a test uses it. Does not: what a file
says, which its own test holds.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

CADDY = Path(sys.executable).with_name("caddy")
DOCS = Path(__file__).parents[2] / "docs"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def hashed(password: str) -> str:
    """A password as Caddy keeps it."""
    words = [CADDY, "hash-password", "--plaintext", password]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


@contextmanager
def proxy(file: str, address: str, home: Path, **variables: str) -> Iterator[None]:
    """Caddy with `docs/<file>` and its variables, from when it answers at `address`."""
    own = {"XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    process = subprocess.Popen(
        [CADDY, "run", "--config", DOCS / file, "--adapter", "caddyfile"],
        env={**os.environ, **own, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(120):
            try:
                httpx.get(address, timeout=5)
                break
            except httpx.TransportError:
                assert process.poll() is None, "caddy ended before it answered"
                time.sleep(0.5)
        yield
    finally:
        process.terminate()
        process.wait(20)
