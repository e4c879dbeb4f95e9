"""The command behind `dagster dev`, and how it starts its processes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

from dagster._cli import dev

Launch = Callable[..., subprocess.Popen[Any]]


def serve(arguments: list[str], name: str, launching: Callable[[Launch], Launch]) -> None:
    """Run `dagster dev` with command-line `arguments` under the name `name`.

    `launching` gets Dagster's function that starts a process from its command line, and returns the
    one to use instead.
    """
    dev.open_ipc_subprocess = launching(dev.open_ipc_subprocess)
    dev.dev_command(arguments, prog_name=name)
