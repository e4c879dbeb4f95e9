"""`plumbline`: starts the command line as quickly as Python allows.

Belongs here: start-up and exit. Does not: commands (cli/).
"""

from __future__ import annotations

import gc
import os
import sys

# How many new objects there must be before young garbage is collected, and how many such
# collections before older objects are looked at: a run makes millions of objects that live on, and
# looking through them took a tenth of its time.
LOOK_AFTER = (100_000, 50, 100)


def main() -> None:
    """Run the command line and leave with its exit code.

    Garbage collection is off while modules load and rare later, and the interpreter is not torn
    down at the end: with libraries of this size both cost seconds and change nothing.
    """
    from ingest.shortcuts import Shortcut, is_off

    try:
        seldom, quickly = not is_off(Shortcut.GARBAGE), not is_off(Shortcut.EXIT)
    except ValueError as error:
        print(f"plumbline: {error}", file=sys.stderr)
        sys.exit(2)
    if seldom:
        gc.disable()
    from orchestration.cli import app

    if seldom:
        gc.enable()
        gc.freeze()
        gc.set_threshold(*LOOK_AFTER)
    code = app.run(sys.argv[1:])
    if not quickly:
        sys.exit(code)
    _drop_semaphores()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _drop_semaphores() -> None:
    """Release the semaphores of libraries, because the quick exit skips their own clean-up."""
    util = sys.modules.get("multiprocessing.util")
    if util is not None:
        util._run_finalizers(0)
