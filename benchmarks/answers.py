"""Questions to a finished warehouse, compared with the least that any answer costs: open and look.

Belongs here: explain, a what-if grid, every page. Does not: measuring (measure.py).
"""

from __future__ import annotations

import os
import shutil
import subprocess

from benchmarks.measure import Contender, alternate, program, python
from benchmarks.places import (
    YEAR,
    command_line,
    demonstration,
    from_command_line,
    places,
    workplace,
)
from benchmarks.results import case, keep

LOOK = """
import os, duckdb
with duckdb.connect(os.environ["PLUMBLINE_WAREHOUSE"] + ".serving", read_only=True) as con:
    con.execute("from decisions.tier_assignments where partner_id = 'P-0001'").fetchall()
"""
PAGES = """
import os
from pathlib import Path
import duckdb
from dashboards.site import build
with duckdb.connect(os.environ["PLUMBLINE_WAREHOUSE"] + ".serving", read_only=True) as con:
    con.execute("set timezone = 'UTC'")
    build(con, Path(os.environ["PLUMBLINE_HOME"]) / "pages")
"""
# Twenty by fifty values.
GRID = (
    "--grid",
    "technology.select_active_customers=1:20:1",
    "--grid",
    "reseller.minimum_arr_usd=10000:500000:10000",
)


def run(rounds: int = 5, partners: int = 300) -> None:
    """Compare, and keep the result."""
    year = ["--year", str(YEAR)]
    with workplace() as work:
        home, landing = work / "home", work / "landing"
        demonstration(landing, partners)
        where = places(home, landing)
        home.mkdir()
        command = [program("plumbline"), "run", *year]
        subprocess.run(
            command,
            check=True,
            env={**os.environ, **where},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

        def ask(name: str, *words: str) -> Contender:
            return Contender(name, [program("plumbline"), *words, *year], environment=where)

        pages = Contender("every page and the pack, anew", [python(), "-c", PAGES])
        pages.environment = where
        pages.prepare = lambda: shutil.rmtree(home / "pages", ignore_errors=True)
        look = Contender(
            "Python opens the file and reads a row", [python(), "-c", LOOK], environment=where
        )
        contenders = [
            ask("plumbline explain, one partner", "explain", "P-0055"),
            ask("plumbline what-if, one question", "what-if", "--set", f"{GRID[3][:24]}=120000"),
            ask("plumbline what-if, a grid of 1,000", "what-if", *GRID),
            pages,
            look,
        ]
        alternate(contenders, rounds)
    keep(
        "answers",
        case(
            f"{partners:,} partners",
            partners,
            contenders,
            look,
            command_line("answers", rounds, partners),
        ),
    )


if __name__ == "__main__":
    from_command_line(run, "answers", rounds=5)
