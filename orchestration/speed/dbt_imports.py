"""Loads dagster-dbt without dbt itself, which a run that has nothing to compile never needs.

Belongs here: what is left out of imports. Does not: where dbt is needed, which imports it itself
(orchestration/dbt.py).
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from ingest.shortcuts import Shortcut, is_off

# dagster-dbt looks for this module to find out whether dbt-core is installed.
ASKED = "dbt.version"


@contextlib.contextmanager
def without_dbt() -> Iterator[None]:
    """Hide dbt-core from what is imported inside, unless it is already loaded.

    dagster-dbt works without it: it has its own words for dbt's states, and selects every node of
    the manifest. Importing dbt is two fifths of a warm run's start.
    """
    if is_off(Shortcut.DBT_IMPORTS) or ASKED in sys.modules:
        yield
        return
    sys.modules[ASKED] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[ASKED]
