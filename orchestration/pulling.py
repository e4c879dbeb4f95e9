"""Pulls from vendors before a run takes the writer's lock, which is never held during downloads.

Belongs here: pulling from each vendor whose credentials are set, and passing the results to the
run. Does not: requests (ingest/api/), or what Dagster shows of them (defs/pull.py).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.settings import Locations
from orchestration.warehouse import write_lock

if TYPE_CHECKING:
    from ingest.api.pull import Pulled

# What was pulled for the run that this process is about to begin.
_ahead: dict[str, list[Pulled]] = {}


def pulled(vendor: str, landing: Path) -> list[Pulled]:
    """What was pulled from a vendor for this run; pulls now if that has not been done."""
    return _ahead[vendor] if vendor in _ahead else _ask(vendor, landing)


@contextlib.contextmanager
def pulled_ahead(places: Locations, purpose: str) -> Iterator[None]:
    """Pull from every vendor whose credentials are set, without the writer's lock; the run inside
    uses what came. Raises WarehouseBusy at once when another writer would keep the run waiting."""
    from ingest.api.pull import NEEDED, missing

    vendors = [vendor for vendor in sorted(NEEDED) if not missing(vendor)]
    if vendors:
        with write_lock(places, purpose):
            pass
    try:
        for vendor in vendors:
            _ahead[vendor] = _ask(vendor, places.landing)
        yield
    finally:
        _ahead.clear()


def _ask(vendor: str, landing: Path) -> list[Pulled]:
    from ingest.api.budget import PullFailed
    from ingest.api.pull import Pulled, pull

    try:
        return pull(vendor, landing)
    except PullFailed as error:
        return [Pulled(vendor, "all", (), str(error))]
