"""The usage step compared with what somebody might use instead, on generated events.

Belongs here: what is compared. Does not: the contenders (usage_step.py), measuring (measure.py).

    python -m benchmarks.usage 100000000 5             # generate, compare, throw away
    python -m benchmarks.usage 1000000000 1 FOLDER     # generate there once, keep it
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import Contender, alternate, python
from benchmarks.results import case, keep
from benchmarks.usage_step import WAREHOUSE
from orchestration.settings import MEMORY_VARIABLE

NAMES = {
    "bare": "one plain query, bare DuckDB",
    "plumbline": "Plumbline's usage step",
    "start": "its start-up alone: Python, libraries and the parsed project",
    "landing": "Plumbline's whole landing of the feed, and the step",
    "polars": "Polars, streaming",
    "scan": "plain scan of the same columns (the floor)",
}
# Each begins from a copy of this file, made before the clock starts.
FROM = {"month": "all_but_one.duckdb"}
# The memory that DuckDB may hold in the step before it writes to disk; the others have no limit.
MEMORY = "140MB"
NOTE = (
    "The contenders' results were compared and were equal. The step judges every row and"
    " keeps the calls that do not count by cause; the plain query does neither."
)


def run(events: int = 10_000_000, rounds: int = 5, *, folder: str = "") -> None:
    """Compare on `events` calls and keep the results. Raises when results differ.

    A `folder` that already holds generated events is used as it is, and left.
    """
    work = Path(folder or tempfile.mkdtemp(prefix="plumbline-usage-"))
    command = f"python -m benchmarks.usage {events} {rounds}"
    label = f"{events:,} events"
    try:
        generated(work, events)
        contenders = {name: _contender(work, name, label) for name, label in NAMES.items()}
        measured = list(contenders.values())
        alternate(measured, rounds)
        _same_result(measured)
        start, ours = contenders["start"], [contenders[name] for name in ("plumbline", "landing")]
        keep("usage", case(label, events, measured, contenders["bare"], command, NOTE, start, ours))
        _months(work, label, events, rounds, command)
    finally:
        if not folder:
            shutil.rmtree(work, ignore_errors=True)


def _months(work: Path, label: str, events: int, rounds: int, command: str) -> None:
    """One new month, compared with a rebuild of all 24."""
    before = _contender(work, "before", "23 months")
    alternate([before], 1)
    shutil.copyfile(work / WAREHOUSE, work / FROM["month"])
    full = _contender(work, "plumbline", "all 24 months")
    month = _contender(work, "month", "one new month, 23 there")
    start = _contender(work, "start", NAMES["start"])
    alternate([full, month, start], rounds)
    starting = [full, month]
    keep("usage_month", case(label, events, [*starting, start], full, command, "", start, starting))


def generated(work: Path, events: int) -> None:
    """Make `work` hold the feed and the warehouse before the step, unless it does."""
    if not (work / "before.duckdb").exists():
        subprocess.run(
            [python(), "-m", "benchmarks.usage_data", str(work), str(events)],
            env={**os.environ, **environment(work)},
            check=True,
        )
    _parse(work)


def _parse(work: Path) -> None:
    """Have dbt parse and compile the project before the clock starts, as for every run but the
    first of an installation."""
    from_before(work, "parse")()
    command = [python(), "-m", "benchmarks.usage_step", "parse", str(work)]
    subprocess.run(command, env={**os.environ, **environment(work)}, check=True)


def from_before(work: Path, name: str = "") -> Callable[[], None]:
    """A preparation that gives a contender its warehouse."""

    def prepare() -> None:
        for path in work.glob(f"{WAREHOUSE}*"):
            path.unlink()
        shutil.copyfile(work / FROM.get(name, "before.duckdb"), work / WAREHOUSE)

    return prepare


def _contender(work: Path, name: str, label: str) -> Contender:
    command = [python(), "-m", "benchmarks.usage_step", name, str(work)]
    return Contender(label, command, from_before(work, name), environment(work))


def environment(work: Path) -> dict[str, str]:
    """Where dbt works, and what DuckDB may hold."""
    return {"PLUMBLINE_DBT_TARGET": str(work / "target"), MEMORY_VARIABLE: MEMORY}


def _same_result(contenders: list[Contender]) -> None:
    """Each says the digest of its result last; the plain scan has none."""
    digests = {
        c.name: c.last_lines[-1:]
        for c in contenders
        if c.outcome is None and c.last_lines[-1:] != [""]
    }
    if len({tuple(digest) for digest in digests.values()}) != 1:
        raise RuntimeError(f"the contenders disagree: {digests}")


if __name__ == "__main__":
    run(*map(int, sys.argv[1:3]), folder="".join(sys.argv[3:4]))
