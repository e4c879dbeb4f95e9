"""The yearly run of the demonstration program, cold and warm, beside a stock Dagster run.

Belongs here: what is compared, by number of partners. Does not: measuring (measure.py).
"""

from __future__ import annotations

from benchmarks.measure import Contender, alternate, program, python
from benchmarks.places import (
    YEAR,
    command_line,
    demonstration,
    emptied,
    from_command_line,
    places,
    workplace,
)
from benchmarks.results import case, keep

# What any command pays before its work: the interpreter, the libraries, Dagster's instance.
START_UP = """
from orchestration import run, settings
from orchestration.instance import prepare_instance, quick_history
from orchestration.definitions import defs
places = settings.locations()
places.export()
run._load(places)
prepare_instance(places)
quick_history()
import dagster
with dagster.DagsterInstance.get():
    defs.resolve_job_def("annual_assessment")
"""
# One process per step: beyond this many partners it takes more time than the result is worth.
MOST_FOR_DEFAULT = 300


def run(rounds: int = 5, partners: int = 300) -> None:
    """Compare, and keep the result."""
    with workplace() as work:
        landing, ours, stock = work / "landing", work / "ours", work / "stock"
        demonstration(landing, partners)
        command = [program("plumbline"), "run", "--year", str(YEAR)]
        where = places(ours, landing)
        cold = Contender("plumbline run, cold", command, emptied(ours), where)
        again = Contender("plumbline run, nothing new", command, environment=where)
        start = Contender("its start-up alone", [python(), "-c", START_UP], environment=where)
        stock_run = [python(), "-m", "benchmarks.stock", str(YEAR)]
        stock_name = "stock Dagster, dbt as a subprocess, cold"
        where = places(stock, landing)
        within = Contender(
            f"{stock_name}, its steps in one process",
            [*stock_run, "in-process"],
            emptied(stock),
            where,
        )
        contenders = [cold, again, start, within]
        baseline = within
        # One round is a quick look, without the contender that takes minutes.
        if partners <= MOST_FOR_DEFAULT and rounds > 1:
            name = f"{stock_name}, default executor"
            baseline = Contender(name, stock_run, emptied(stock), where)
            contenders.append(baseline)
        alternate(contenders, rounds)
    label, measured_by = f"{partners:,} partners", command_line("yearly_run", rounds, partners)
    starting = [c for c in contenders if c is not start]
    keep(
        "yearly_run", case(label, partners, contenders, baseline, measured_by, "", start, starting)
    )
    own = [cold, again, start]
    keep("nothing_new", case(label, partners, own, cold, measured_by, "", start, own[:2]))


if __name__ == "__main__":
    from_command_line(run, "yearly_run", rounds=5)
