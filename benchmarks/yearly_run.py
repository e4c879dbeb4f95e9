"""The yearly run of the demonstration program, cold and warm, beside a stock Dagster run.

Belongs here: what is compared. Does not: measuring (measure.py).
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from benchmarks.measure import Contender, alternate, program, python
from benchmarks.results import case, keep

YEAR = "2025"


def _places(folder: Path, landing: Path) -> dict[str, str]:
    return {
        "PLUMBLINE_HOME": str(folder),
        "PLUMBLINE_LANDING": str(landing),
        "PLUMBLINE_WAREHOUSE": str(folder / "plumbline.duckdb"),
        "PLUMBLINE_SITE": str(folder / "site"),
        "PLUMBLINE_DBT_TARGET": str(folder / "target"),
        "PLUMBLINE_STOCK_TARGET": str(folder / "target"),
    }


def _emptied(folder: Path):
    """A preparation that leaves nothing of an earlier run, dbt's parsed project included."""

    def prepare() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    return prepare


def run(rounds: int = 3, partners: int = 300) -> None:
    """Compare, and keep the result."""
    work = Path(tempfile.mkdtemp(prefix="plumbline-bench-"))
    landing = work / "landing"
    demo = [program("plumbline"), "demo", "--landing", str(landing), "--partners", str(partners)]
    subprocess.run([*demo, "--year", YEAR], check=True, stdout=subprocess.DEVNULL)
    ours, stock = work / "ours", work / "stock"
    command = [program("plumbline"), "run", "--year", YEAR]
    cold = Contender("plumbline run, cold", command, _emptied(ours), _places(ours, landing))
    again = Contender("plumbline run, nothing new", command, lambda: None, _places(ours, landing))
    command = [python(), "-m", "benchmarks.stock", YEAR]
    told = "stock Dagster, dbt as a subprocess, cold"
    default = Contender(told, command, _emptied(stock), _places(stock, landing))
    within = Contender(
        f"{told}, its steps in one process",
        [*command, "in-process"],
        _emptied(stock),
        _places(stock, landing),
    )
    contenders = [cold, again, default, within]
    try:
        alternate(contenders, rounds)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    keep(
        "yearly_run",
        case(
            f"{partners} partners", partners, contenders, default, "python -m benchmarks.yearly_run"
        ),
    )


if __name__ == "__main__":
    run()
