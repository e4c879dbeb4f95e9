"""What a first run needs regardless of data, made on another processor while files land.

Belongs here: the parsed dbt project, the page about its models, the renderer of live charts, each
made once for a state of the project. Does not: anything that depends on data. Code that needs one
of these makes it itself when it is missing; this only saves the wait.
"""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

from ingest.shortcuts import Shortcut, is_off
from orchestration.dbt import is_parsed, manifest_path


def begin(site: Path) -> bool:
    """Begin to parse a changed project and to make what follows; returns whether there was need
    to."""
    if is_off(Shortcut.PARSING) or is_parsed():
        return False
    command = [sys.executable, "-m", "orchestration.speed.prebuild", str(site)]
    quiet = subprocess.DEVNULL
    subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
    return True


def main(site: Path) -> None:
    """Make them, in the order in which they are needed."""
    # Collecting garbage is a quarter of the parser's time, and it leaves little.
    gc.disable()
    manifest_path()
    from orchestration.dbt_docs import models_catalog

    models_catalog()
    from dashboards.drawing import write_bundle

    write_bundle(site)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
