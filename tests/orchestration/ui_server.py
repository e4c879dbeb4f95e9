"""`plumbline ui`, started as a person starts it, for as long as a test asks it.

Belongs here: its start and its end. Does not: what it shows or refuses.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from orchestration.settings import DBT_PROJECT, VARIABLES
from orchestration.ui.serving import TOKEN

WORD = "a-token-that-nobody-guesses"
BEARER = {"authorization": f"Bearer {WORD}"}
PATIENCE = 420  # seconds; a loaded machine is slow


@contextlib.contextmanager
def ui(home: Path, *options: str) -> Iterator[str]:
    """Its address, on a port that was free, once it answers; it has ended when the block has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = "import sys; from orchestration.entry import main; sys.argv[0] = 'plumbline'; main()"
    # A run in this process leaves its places in the environment; the home has its own.
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES.values()}
    environment = {
        **kept,
        "PLUMBLINE_HOME": str(home),
        "PYTHONPATH": str(DBT_PROJECT.parent),
        TOKEN: WORD,
    }
    log = (home / "ui.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-c", start, "ui", "--port", str(port), *options],
        env=environment,
        cwd=home,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, server)
        yield address
    finally:
        _stop(server)
        log.close()


def _stop(server: subprocess.Popen) -> None:
    """End it as a service manager does, which must end all that it started; whatever is left is
    killed."""
    server.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(40)
    left = True
    for _ in range(20):
        left = _is_there(server.pid)
        if not left:
            break
        time.sleep(1)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait(20)
    assert not left, "processes of the UI outlived it"


def _is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _wait(address: str, server: subprocess.Popen) -> None:
    for _ in range(PATIENCE):
        assert server.poll() is None, "the UI ended before it answered"
        with contextlib.suppress(OSError):
            call = urllib.request.Request(f"{address}/server_info", headers=BEARER)
            urllib.request.urlopen(call, timeout=5)
            return
        time.sleep(1)
    raise AssertionError("the UI did not answer")
