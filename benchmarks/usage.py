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

from benchmarks.measure import Contender, alternate, machine, python, table

NAMES = {
    "bare": "one plain query, bare DuckDB",
    "plumbline": "Plumbline's usage step",
    "polars": "Polars, streaming",
    "scan": "plain scan of the same columns (the floor)",
}


def run(events: int = 10_000_000, rounds: int = 5) -> str:
    """Compare on `events` calls; returns the result as Markdown. Raises when results differ."""
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
    told = f"{machine()}; {events:,} events; medians of {rounds} alternating rounds."
    return "\n".join([told, "", table(contenders, contenders[0])])


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
    print(run(*map(int, sys.argv[1:3])))
