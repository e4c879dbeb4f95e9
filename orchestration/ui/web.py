"""Dagster's webserver with the guard in front, started as `python -m orchestration.ui.web`.

Belongs here: installing the guard. Does not: what the guard checks (guard.py).
"""

from __future__ import annotations

import os
from typing import Any

import dagster_webserver.cli as webserver

from orchestration.ui.guard import Door, guarded
from orchestration.ui.serving import ORIGINS, TOKEN


def door() -> Door:
    """The guard that `plumbline ui` described in the environment; KeyError without one."""
    return Door(frozenset(os.environ[ORIGINS].split()), os.environ[TOKEN])


def main() -> None:
    """Serve as the stock command does, with its own options."""
    made, before = webserver.create_app_from_workspace_process_context, door()

    def behind(*args: Any, **options: Any) -> Any:
        return guarded(made(*args, **options), before)

    webserver.create_app_from_workspace_process_context = behind
    webserver.cli(auto_envvar_prefix="DAGSTER_WEBSERVER")


if __name__ == "__main__":
    main()
