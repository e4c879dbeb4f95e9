"""A run that would read exactly what the last finished one read leaves everything as it is.

Belongs here: what tells two such runs apart, and what is done instead of the second. Does not: the
run itself (orchestration/run.py), or a run of which only some stages have nothing new (stages.py).

Every byte counts that a run reads or has written: the request, code, policy, configuration, landing
zone, kept deliveries, ledger, warehouse and site. What was changed by another hand is therefore
found and mended by a run, as ever. Fetching comes before this, so that a file that a source brings
is a file of the landing zone by then.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from ingest.shortcuts import VARIABLE, Shortcut, is_off
from ingest.whole import write_file
from orchestration import progress, settings
from orchestration.asides import is_aside
from orchestration.settings import Locations
from orchestration.speed.stages import code_digest

# What the last finished run read and left, beside Dagster's record of it: without that record a
# run has to make one.
FINISHED = "finished.json"
# The asset at which Dagster shows that somebody asked, and that nothing was new.
LOOKED_AT = ("run", "parameters")
CODE = ("ingest", "transforms", "scoring", "dashboards", "orchestration")


@dataclass(frozen=True)
class Finished:
    """A digest of each thing that the last finished run read and left, by name; `stood`: whether a
    run has stood on it since."""

    parts: dict[str, str]
    stood: bool = False


def finished(places: Locations, request: Mapping[str, Any]) -> Finished | None:
    """What the last finished run left, if a run of `request` would read exactly what that one did;
    else None."""
    try:
        last = Finished(**json.loads(_file(places).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
    return last if last.parts == _read_now(places, request) else None


def note(places: Locations, request: Mapping[str, Any], *, stood: bool = False) -> None:
    """Remember what a run that has just finished read and left.

    What a run mended is told by that run alone, so that one after it has something to do.
    """
    parts = None if _mended(places) else _read_now(places, request)
    if parts is None:
        _file(places).unlink(missing_ok=True)
    else:
        write_file(_file(places), json.dumps(asdict(Finished(parts, stood)), indent=1).encode())


def stand(places: Locations, last: Finished, period: str) -> None:
    """What is left to do where nothing is new: this run shows what the one before it showed, and
    Dagster's history says that it looked."""
    from orchestration.warehouse import connect, publish_serving_copy
    from scoring.changes.kept import leave

    if not last.stood:
        with connect(places.warehouse) as con:
            leave(con, None)
        publish_serving_copy(places)
    progress.report("run", "nothing new since the last one")
    _tell_dagster(places, period)


def _mended(places: Locations) -> bool:
    from orchestration.warehouse import look

    with look(places.warehouse) as con:
        return bool(con.execute("select 1 from run.faults limit 1").fetchall())


def _read_now(places: Locations, request: Mapping[str, Any]) -> dict[str, str] | None:
    """None where a run may depend on more than can be seen here: a place in an object store,
    another engine, vendors that are asked for pages, a run beside the warehouse, a file that can't
    be read."""
    if is_off(Shortcut.UNCHANGED) or is_off(Shortcut.STAGES) or _depends_on_more(places):
        return None
    try:
        return {
            "request": _of([json.dumps(request, sort_keys=True)]),
            "settings": _of(f"{name}={value}" for name, value in _variables()),
            "code": _of([duckdb.__version__, platform.python_version(), code_digest(*CODE)]),
            **{name: _of(_tree(place)) for name, place in _read(places).items()},
        }
    except OSError:
        return None


def _depends_on_more(places: Locations) -> bool:
    from ingest.api.pull import NEEDED, missing

    addresses = (places.address, places.site_address, places.raw_address, places.ledger_address)
    vendors = any(not missing(vendor) for vendor in NEEDED)
    return any(addresses) or vendors or is_aside(places) or settings.engine() != settings.DUCKDB


def _variables() -> list[tuple[str, str]]:
    """All that are ours but the switch of shortcuts, which changes no result."""
    return sorted(
        (name, value)
        for name, value in os.environ.items()
        if name.startswith("PLUMBLINE_") and name != VARIABLE
    )


def _read(places: Locations) -> dict[str, Path]:
    """Files and folders, by what they are."""
    from ingest.people.store import KEY, VALUES
    from orchestration.config import config_file
    from orchestration.map_folders import map_folders
    from scoring.policy.confirmations import record_of
    from scoring.policy.load import SETS, policy_dir

    policy = policy_dir(places.policy or None)
    beside = places.warehouse.with_name
    read = {
        "landing zone": places.landing,
        "kept deliveries": places.store,
        "ledger": places.ledger,
        "policy": policy,
        "confirmations": record_of(policy, SETS),
        "people's key": beside(KEY),
        "people's values": beside(VALUES),
        "warehouse": places.warehouse,
        "what is not yet in it": beside(f"{places.warehouse.name}.wal"),
        "readers' copy": places.serving,
        "site": places.site,
    }
    read |= {f"column maps {number}": folder for number, folder in enumerate(map_folders())}
    configured = config_file()
    return read | ({"configuration": configured} if configured else {})


def _of(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode(errors="surrogateescape") + b"\0")
    return digest.hexdigest()


def _tree(place: Path) -> Iterator[str]:
    """A line for each file below a folder, or for the one file; none where nothing is there.

    With the moment of its last change, which is when a delivery was received unless a list says
    otherwise.
    """
    for path in sorted([place, *place.rglob("*")] if place.is_dir() else [place]):
        try:
            entry = path.lstat()
        except FileNotFoundError:
            continue
        line = f"{path.relative_to(place)} {stat.S_IFMT(entry.st_mode)}"
        if stat.S_ISLNK(entry.st_mode):
            yield f"{line} {path.readlink()}"
        elif not stat.S_ISREG(entry.st_mode):
            yield line
        else:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            yield f"{line} {entry.st_mtime_ns} {content}"


def _file(places: Locations) -> Path:
    return places.dagster_home / FINISHED


def _tell_dagster(places: Locations, period: str) -> None:
    import dagster as dg

    from orchestration.instance import prepare_instance, quick_history
    from orchestration.sources import brought_for

    brought = brought_for(places)
    if brought:
        from orchestration.defs.pull import renew

        renew(places, brought)
    prepare_instance(places)
    quick_history()
    metadata = {"computes": period, "result": "nothing new: everything stands as it was"}
    with dg.DagsterInstance.get() as instance:
        instance.report_runless_asset_event(dg.AssetObservation(list(LOOKED_AT), metadata=metadata))
