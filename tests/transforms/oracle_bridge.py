"""A landing zone as the oracle reads it, put into a tiny warehouse for dbt.

Belongs here: rows from one shape to the other, coverage and resolved texts included.
Does not: any figure, or the product's own readers (`tests/oracle/compare.py` runs those).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from ingest.judging.contract import entities
from tests.oracle.dates import is_business_day
from tests.oracle.load import HISTORY, PLACE, Facts, load
from tests.oracle.names import normalised, registrable, usable
from tests.transforms.warehouse import build_warehouse

DAY = timedelta(days=1)


def warehouse_of(landing: Path, folder: Path, year: int) -> Path:
    """A warehouse of what the oracle reads in `landing`, asked for `year`; dbt has not run."""
    facts = load(landing)
    latest = facts.latest_received
    received = latest.astimezone(UTC).replace(tzinfo=None) if latest else None
    rows = {spec.name: list(_rows(facts, spec.name, received)) for spec in entities()}
    rows["fx_rates"] = [
        {"date": day, "currency": currency, "units_per_eur": units, "_received_at": received}
        for day, by_currency in facts.rates.items()
        for currency, units in by_currency.items()
    ]
    absent = {spec.name for spec in entities()} - facts.covered
    path = build_warehouse(folder, rows, year=year, without=absent)
    with duckdb.connect(str(path)) as con:
        con.execute("update landing.deliveries set received_at = ?", [received])
        con.executemany(
            "insert into landing.covered_months values ('usage_events', ?, 'd', 'f', ?)",
            [[month, received] for month in sorted(facts.usage_months)] or [[None, None]],
        )
        con.execute("delete from landing.covered_months where month is null")
        _resolve(con, facts, year)
    return path


def _rows(facts: Facts, name: str, received: datetime | None) -> Iterator[dict]:
    if name in HISTORY:  # replaced rows still say who was where, or whose an app was
        for number, (moment, file, row) in enumerate(facts.history[name]):
            plain = {k: _plain(v) for k, v in row.items() if k != PLACE}
            yield {**plain, "_received_at": _plain(moment), "_file": file, "_row": number}
        return
    for row in facts.rows.get(name, []):  # deleted records too: the models leave them out
        plain = {k: _plain(v) for k, v in row.items() if k != PLACE}
        yield {**plain, "_received_at": received}


def _plain(value: object) -> object:
    """Moments lose their zone: the warehouse holds UTC without one."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def _resolve(con: duckdb.DuckDBPyConnection, facts: Facts, year: int) -> None:
    texts = {str(v) for rows in facts.rows.values() for r in rows for v in _named(r, "domain")}
    con.executemany(
        "insert into resolved.domains values (?, ?, ?)",
        [[t, registrable(t), usable(t) is not None] for t in sorted(texts)] or [["", None, False]],
    )
    names = {str(v) for rows in facts.rows.values() for r in rows for v in _names(r)}
    con.executemany(
        "insert into resolved.names values (?, ?)",
        [[t, normalised(t)] for t in sorted(names)] or [["", ""]],
    )
    day, number, days = date(year - 4, 1, 1), 0, []
    while day < date(year + 2, 1, 1):
        working = is_business_day(day)
        number += working
        days.append([day, working, None, number])
        day += DAY
    con.executemany("insert into resolved.business_days values (?, ?, ?, ?)", days)


def _names(row: dict) -> Iterator[object]:
    yield from _named(row, "name")
    yield from _named(row, "product")


def _named(row: dict, ending: str) -> Iterator[object]:
    return (v for k, v in row.items() if k.endswith(ending) and v)
