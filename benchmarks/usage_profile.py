"""Where the usage step's time goes: the same feed, each contender a stage further than the last.

Belongs here: the stages. Does not: the data (usage_data.py), the whole step (usage_step.py).

    python -m benchmarks.usage_profile 100000000 3
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb

from benchmarks.measure import Contender, alternate, python
from benchmarks.results import case, keep
from benchmarks.usage import NAMES, environment, from_before, generated
from benchmarks.usage_feed import files_of
from benchmarks.usage_step import SCAN, WAREHOUSE, ZONE, sum_up

# Every value is used for something, so that the engine leaves none out.
USED = """
select count_if(is_successful), sum(hash(app_id)), sum(hash(company_id)), sum(method),
    sum(call_count), max(occurred_at)
from ({rows})
"""
GROUPED = """
select app_id, company_id, {month} as month, is_successful, {sums} from ({rows}) group by all
"""

STAGES = {
    "read": "every value of the columns is read",
    "judged": "and every row is judged",
    "counted": "and counted by app, company, month and success",
    "summed": "and summed, with first and last moment",
    "written": "and the sums are written into the warehouse",
    "cut": "and cut where an installation or a launch lies within",
}


def run(events: int = 100_000_000, rounds: int = 3, *, folder: str = "") -> None:
    """Measure and keep the result; a `folder` that holds a feed is used as it is, and left."""
    work = Path(folder or tempfile.mkdtemp(prefix="plumbline-usage-"))
    try:
        generated(work, events)
        stages = [_contender(work, "usage_profile", stage) for stage in STAGES]
        whole = [_contender(work, "usage_step", name) for name in ("plumbline", "start", "bare")]
        alternate([*stages, *whole], rounds)
    finally:
        if not folder:
            shutil.rmtree(work, ignore_errors=True)
    command = f"python -m benchmarks.usage_profile {events} {rounds}"
    keep("usage_profile", case(f"{events:,} events", events, [*stages, *whole], whole[-1], command))


def _contender(work: Path, module: str, name: str) -> Contender:
    command = [python(), "-m", f"benchmarks.{module}", name, str(work)]
    label = STAGES.get(name) or NAMES[name]
    return Contender(label, command, from_before(work), environment(work))


def _queries(folder: Path, query: Callable[[str, str], str]) -> None:
    """Run `query(rows, month)` on each file of the feed; its result stays in memory."""
    from ingest.usage.feed import source_of
    from ingest.usage.months import month_sql
    from ingest.usage.parts import rows_sql, span_of
    from ingest.usage.values import column_sql, exact_path, validity

    with duckdb.connect() as con:
        for path in files_of(folder / "landing"):
            source = source_of(exact_path(str(path)))
            described = con.execute(f"describe select * exclude (file_row_number) from {source}")
            columns = {name: (name, kind) for name, kind, *_ in described.fetchall()}
            sql = column_sql(columns, ZONE, clean=True)
            month = month_sql("occurred_at", ZONE, span_of(con, sql["occurred_at"], source))
            rows = rows_sql(sql, source, validity(columns, ZONE))
            con.execute(f"create or replace temp table found as {query(rows, month)}")


def read(folder: Path) -> None:
    """Nothing but the columns."""
    with duckdb.connect() as con:
        for path in files_of(folder / "landing"):
            con.execute(SCAN.format(feed=path)).fetchall()


def judged(folder: Path) -> None:
    """What a row must be, and the values that sums need."""
    _queries(folder, lambda rows, _: USED.format(rows=rows))


def counted(folder: Path) -> None:
    """The least that any sum by app, company and month has to do."""
    _queries(folder, lambda rows, month: GROUPED.format(month=month, sums="count(*)", rows=rows))


def summed(folder: Path) -> None:
    """The parts, in memory."""
    from ingest.usage.parts import sums_sql

    _queries(folder, lambda rows, month: GROUPED.format(month=month, sums=sums_sql(), rows=rows))


def written(folder: Path) -> None:
    """The parts, in the warehouse."""
    from orchestration.warehouse import connect

    with connect(folder / WAREHOUSE) as con:
        sum_up(con, folder, files_of(folder / "landing"))


def cut(folder: Path) -> None:
    """The parts as the models read them."""
    from ingest.usage.view import attach_usage
    from orchestration.warehouse import connect

    with connect(folder / WAREHOUSE) as con:
        sum_up(con, folder, files_of(folder / "landing"))
        attach_usage(con)


DONE = {
    "read": read,
    "judged": judged,
    "counted": counted,
    "summed": summed,
    "written": written,
    "cut": cut,
}

if __name__ == "__main__":
    if sys.argv[1] in DONE:
        DONE[sys.argv[1]](Path(sys.argv[2]))
    else:
        run(*map(int, sys.argv[1:3]), folder="".join(sys.argv[3:4]))
