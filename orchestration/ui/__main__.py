"""`python -m orchestration.ui`: Dagster's own development server, its webserver behind the guard.

Belongs here: which processes serve. Does not: the guard (guard.py), or the command (cli/).
"""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

from orchestration.dagster_internals.dev import Launch, serve

WEBSERVER, GUARDED = "dagster_webserver", "orchestration.ui.web"
READ_ONLY = "--read-only"
# What an orderly end may take, in seconds.
PATIENCE = 30.0


def main(arguments: list[str]) -> None:
    """Serve; read-only there is no daemon, so that no schedule starts a run.

    SIGTERM is handled like Ctrl-C, so that no process that it started goes on without it.
    """
    started: list[subprocess.Popen[Any]] = []
    end_at_the_latest(PATIENCE, started)
    # Set in any case: the parent may ignore the signal, and the processes started here inherit
    # that.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if READ_ONLY in arguments:
        sys.argv = [GUARDED, *arguments]
        runpy.run_module(GUARDED, run_name="__main__")
        return

    def guarded(launched: Launch) -> Launch:
        def launch(parts: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
            parts = [GUARDED if part == WEBSERVER else part for part in parts]
            started.append(launched(parts, **options))
            return started[-1]

        return launch

    serve(arguments, "plumbline ui", guarded)


def end_at_the_latest(seconds: float, started: Sequence[subprocess.Popen[Any]]) -> None:
    """End this process and those that it `started` at most `seconds` after a request to end,
    whatever became of the request.

    While Dagster starts, it collects such requests and may never look at them. Its webserver and
    daemon would then go on alone; its code server ends when it gets no heartbeat.
    """
    come, noted = os.pipe()
    os.set_blocking(noted, False)
    signal.set_wakeup_fd(noted, warn_on_full_buffer=False)

    def wait() -> None:
        while os.read(come, 1)[0] not in (signal.SIGTERM, signal.SIGINT):
            pass
        time.sleep(seconds)
        for process in started:
            process.kill()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1:])
