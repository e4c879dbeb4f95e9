"""Skips a run that would read exactly what the last finished run read.

Belongs here: how to tell that a run would do nothing, and what is done instead. Does not: the run
itself (orchestration/run.py), or a run of which only some stages have nothing new (stages.py).

Every byte counts that a run reads or has written: the request, code, policy, configuration, landing
zone, kept deliveries, ledger, warehouse and site. So a run still finds and repairs what somebody
has changed. Fetching comes before this, so a file that a source brings is in the landing zone by
then.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zoneinfo import TZPATH

from ingest.atomic import write_file
from ingest.shortcuts import VARIABLE, Shortcut, is_off
from orchestration import progress, settings
from orchestration.past_runs import is_past_run
from orchestration.settings import Locations

# What the last finished run read and left, kept beside Dagster's record of it: without that record
# a run has to make one.
FINISHED = "finished.json"
# The asset at which Dagster shows that a run was requested and that nothing was new.
LOOKED_AT = ("run", "parameters")
NOTHING_NEW = "nothing new since the last one"
LEFT_OUT = (VARIABLE, settings.ENGINE_VARIABLE)
# Files up to this many bytes are read in one go: a site has tens of thousands of small ones.
AT_ONCE = 1 << 20
CODE = ("ingest", "transforms", "scoring", "dashboards", "orchestration")
# What Python writes beside code.
COMPILED = "__pycache__"
# All zones of the system in one file, with the version of their rules.
ZONES = "tzdata.zi"


Digests = dict[str, str]


@dataclass(frozen=True)
class Finished:
    """Digests, by name, of everything that the last finished run read, and of everything that it
    left; `skipped`: whether a run has been skipped since."""

    read: Digests
    written: Digests
    skipped: bool = False


def inputs(places: Locations, request: Mapping[str, Any]) -> Digests:
    """Digests of everything that a run of `request` reads, taken before it begins: files that come
    while it works are new to the next one.

    Empty where a run may depend on more than can be seen here: a place in an object store, another
    engine, vendors that are asked for pages, a run beside the warehouse, a file that can't be read.
    """
    if is_off(Shortcut.UNCHANGED) or is_off(Shortcut.STAGES) or _depends_on_more(places):
        return {}
    try:
        return {
            "request": _of([json.dumps(request, sort_keys=True)]),
            "settings": _of(f"{name}={value}" for name, value in _variables()),
            "libraries": _of([platform.python_version(), *_libraries()]),
            **_digests(_inputs(places)),
        }
    except OSError:
        return {}


def finished(places: Locations, read: Digests) -> Finished | None:
    """What the last finished run left, if it read exactly this (inputs) and everything that it left
    is unchanged; else None."""
    try:
        last = Finished(**json.loads(_file(places).read_bytes()))
        same = bool(read) and last.read == read and last.written == _digests(_outputs(places))
    except (OSError, ValueError, TypeError):
        return None
    return last if same else None


def note(places: Locations, read: Digests, *, skipped: bool = False) -> None:
    """Remember what a run that has just finished had read (inputs), and what it left.

    Nothing is recorded of a run that repaired something, so the next run works.
    """
    _file(places).unlink(missing_ok=True)
    if not read or _mended(places):
        return
    with contextlib.suppress(OSError):
        last = Finished(read, _digests(_outputs(places)), skipped)
        write_file(_file(places), json.dumps(asdict(last), indent=1).encode())


def skip(places: Locations, last: Finished, period: str) -> None:
    """What is left to do where nothing is new: the next run compares itself with this one, and
    Dagster's history says that somebody asked."""
    from orchestration.warehouse import connect, publish_serving_copy
    from scoring.changes.kept import leave

    if not last.skipped:
        with connect(places.warehouse) as con:
            leave(con, None)
        publish_serving_copy(places)
    progress.report("run", NOTHING_NEW)
    _tell_dagster(places, period)


def _mended(places: Locations) -> bool:
    from orchestration.warehouse import look

    with look(places.warehouse) as con:
        return bool(con.execute("select 1 from run.faults limit 1").fetchall())


def _depends_on_more(places: Locations) -> bool:
    from ingest.api.pull import NEEDED, missing

    addresses = (places.address, places.site_address, places.raw_address, places.ledger_address)
    vendors = any(not missing(vendor) for vendor in NEEDED)
    return any(addresses) or vendors or is_past_run(places) or settings.engine() != settings.DUCKDB


def _variables() -> list[tuple[str, str]]:
    """All of our variables except the switch of shortcuts, which changes no result, and the engine,
    which has to be DuckDB."""
    return sorted(
        (name, value)
        for name, value in os.environ.items()
        if name.startswith("PLUMBLINE_") and name not in LEFT_OUT
    )


def _libraries() -> list[str]:
    """The folders that say which version of each library is installed."""
    every = [path for place in sys.path if place for path in Path(place).glob("*.dist-info")]
    return sorted(path.name for path in every)


def _inputs(places: Locations) -> dict[str, Path]:
    """What a run reads, by what it is; the code with the data that comes with it, and the system's
    time zones."""
    from orchestration.config import config_file
    from orchestration.map_folders import map_folders
    from scoring.policy.confirmations import record_of
    from scoring.policy.load import SETS, policy_dir

    policy = policy_dir(places.policy or None)
    read = {
        "landing zone": places.landing,
        "ledger": places.ledger,
        "policy": policy,
        "confirmations": record_of(policy, SETS),
    }
    read |= {f"column maps {number}": folder for number, folder in enumerate(map_folders())}
    read |= {f"code of {name}": settings.package_folder(name) for name in CODE}
    read |= {f"time zones {number}": Path(one) / ZONES for number, one in enumerate(TZPATH)}
    configured = config_file()
    return read | ({"configuration": configured} if configured else {})


def _outputs(places: Locations) -> dict[str, Path]:
    """What a run leaves and the next one reads again."""
    from ingest.people.store import KEY, VALUES

    beside = places.warehouse.with_name
    return {
        "kept deliveries": places.store,
        "people's key": beside(KEY),
        "people's values": beside(VALUES),
        "warehouse": places.warehouse,
        "what is not yet in it": beside(f"{places.warehouse.name}.wal"),
        "readers' copy": places.serving,
        "site": places.site,
    }


def _digests(things: Mapping[str, Path]) -> Digests:
    return {name: _of(_tree(place)) for name, place in things.items()}


def _of(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode(errors="surrogateescape") + b"\0")
    return digest.hexdigest()


def _tree(place: Path) -> Iterator[str]:
    """A line for each file below a folder, or for the one file; none where nothing is there.

    Times of change are left out: the time of receipt was decided when the delivery landed.
    """
    if place.is_dir():
        with os.scandir(place) as entries:
            below = sorted(entries, key=lambda entry: entry.name)
        for entry in below:
            if entry.name == COMPILED:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield f"{entry.name}/"
                yield from _tree(Path(entry.path))
                yield "/"
            else:
                yield f"{entry.name} {_content(Path(entry.path))}"
    elif place.exists() or place.is_symlink():
        yield _content(place)


def _content(path: Path) -> str:
    """A digest of a file's content, the target of a link, or a mark for anything else."""
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return f"link to {path.readlink()}"
    if not stat.S_ISREG(status.st_mode):
        return f"mode {stat.S_IFMT(status.st_mode)}"
    with path.open("rb", buffering=0) as file:
        if status.st_size <= AT_ONCE:
            return hashlib.sha256(file.read()).hexdigest()
        return hashlib.file_digest(file, "sha256").hexdigest()


def _file(places: Locations) -> Path:
    return places.dagster_home / FINISHED


def _tell_dagster(places: Locations, period: str) -> None:
    import dagster as dg

    from orchestration.instance import prepare_instance, quick_history
    from orchestration.sources import brought_for

    brought = brought_for(places)
    if brought:
        from orchestration.source_events import renew

        renew(places, brought)
    prepare_instance(places)
    quick_history()
    metadata = {"computes": period, "result": "nothing new: everything stands as it was"}
    with dg.DagsterInstance.get() as instance:
        instance.report_runless_asset_event(dg.AssetObservation(list(LOOKED_AT), metadata=metadata))
