"""The usage step beside what somebody would pick instead, on one generated year of events.

Belongs here: what is compared. Does not: the contenders (usage_step.py), measuring (measure.py).

    python -m benchmarks.usage 10000000 5
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Contender, alternate, python
from benchmarks.results import case, keep

NAMES = {
    "bare": "one plain query, bare DuckDB",
    "plumbline": "Plumbline's usage step",
    "polars": "Polars, streaming",
    "scan": "plain scan of the same columns (the floor)",
}


def run(events: int = 10_000_000, rounds: int = 5) -> None:
    """Compare on `events` calls and keep the result. Raises when results differ."""
    work = Path(tempfile.mkdtemp(prefix="plumbline-usage-"))
    try:
        subprocess.run(
            [python(), "-m", "benchmarks.usage_data", str(work), str(events)],
            env={**os.environ, "PLUMBLINE_DBT_TARGET": str(work / "target")},
            check=True,
        )
        _same_result(work)
        contenders = [
            Contender(title, [python(), "-m", "benchmarks.usage_step", name, str(work)])
            for name, title in NAMES.items()
        ]
        alternate(contenders, rounds)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    command = f"python -m benchmarks.usage {events} {rounds}"
    keep("usage", case(f"{events:,} events", events, contenders, contenders[0], command))


def _same_result(work: Path) -> None:
    digests = {
        name: subprocess.run(
            [python(), "-m", "benchmarks.usage_step", name, str(work)],
            check=True, capture_output=True, text=True,
        ).stdout
        for name in NAMES if name != "scan"
    }  # fmt: skip
    if len(set(digests.values())) != 1:
        raise RuntimeError(f"the contenders disagree: {digests}")


if __name__ == "__main__":
    run(*map(int, sys.argv[1:3]))
