"""Many cases in one run: one landing zone, one pipeline, then each case's rows compared.

Belongs here: files of the landing zone, and the comparison. Does not: the pipeline, which comes
as a callable, so that tests, the command line and the mutation check can each bring their own.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from ingest.judging.contract import entities, entity
from scoring.policy.case_facts import landing_rows, months, own
from scoring.policy.cases import Case, CaseSet, find_table
from scoring.published import PublishedTable

# (landing zone, assessed year, warehouse file to make): runs the pipeline as of the year's end.
Runner = Callable[[Path, int, Path], None]
# One file name for all warehouses: dbt names the database by it and would parse again for another.
WAREHOUSE = "plumbline.duckdb"
LANDINGS = ("whole", "bare")
ALWAYS_LANDED = ("partners", "enrollments")


@dataclass(frozen=True)
class Difference:
    """One cell, or one row, that is not as a case expects it."""

    case: str
    place: str
    table: str
    deviation: str

    def __str__(self) -> str:
        return f"{self.place}: {self.case}: {self.table}: {self.deviation}"


def evaluate(cases: CaseSet, run: Runner, work: Path) -> list[Difference]:
    """Run every case and return what differs; empty when all hold. `work` keeps the warehouses."""
    for landing in LANDINGS:
        if any(case.landing == landing for case in cases.cases):
            folder = work / landing
            write_landing(cases, landing, folder / "landing")
            run(folder / "landing", cases.year, folder / WAREHOUSE)
    return compare(cases, work)


def compare(cases: CaseSet, work: Path) -> list[Difference]:
    """Compare the warehouses that `evaluate` left under `work` with the cases."""
    differences: list[Difference] = []
    for landing in LANDINGS:
        members = [case for case in cases.cases if case.landing == landing]
        if members:
            with duckdb.connect(str(work / landing / WAREHOUSE), read_only=True) as con:
                differences += compare_cases(con, members, cases.places)
    return differences


def compare_cases(
    con: duckdb.DuckDBPyConnection, members: Iterable[Case], places: dict[str, tuple[Path, int]]
) -> list[Difference]:
    """Differences of some cases against the published tables of one warehouse."""
    tables: dict[str, list[dict[str, Any]]] = {}
    differences: list[Difference] = []
    for case in members:
        file, line = places[case.case]
        for name, rows in case.expect.items():
            spec = find_table(name)
            if spec is None:
                continue
            if name not in tables:
                tables[name] = _read(con, spec)
            for row in rows:
                differences += [
                    Difference(case.case, f"{file}:{line}", name, difference)
                    for difference in _row_differences(case, row, spec, tables[name])
                ]
    return differences


def _read(con: duckdb.DuckDBPyConnection, spec: PublishedTable) -> list[dict[str, Any]]:
    """All rows of a published table; none when the run did not make it."""
    try:
        rows = con.sql(spec.select).fetchall()
    except duckdb.CatalogException:
        rows = []
    return [dict(zip(spec.column_names, row, strict=True)) for row in rows]


def _row_differences(
    case: Case, row: dict[str, Any], spec: PublishedTable, rows: list[dict[str, Any]]
) -> Iterable[str]:
    expected = {k: _cell(own(case.case, k, v)) for k, v in row.items() if k != "absent"}
    unknown = set(expected) - set(spec.column_names)
    if unknown:
        yield f"has no column {', '.join(sorted(unknown))}"
        return
    if "partner_id" in spec.column_names:
        expected.setdefault("partner_id", case.case)
    key = {k: v for k, v in expected.items() if k in spec.key}
    words = ", ".join(f"{k} {v}" for k, v in key.items())
    matching = [r for r in rows if all(same(_cell(r[k]), v) for k, v in key.items())]
    if row.get("absent"):
        if matching:
            yield f"{words}: a row that should not be there"
    elif len(matching) != 1:
        yield f"{words}: {len(matching)} rows, one was expected"
    else:
        for column, value in expected.items():
            if not same(_cell(matching[0][column]), value):
                yield f"{words}: {column} is {matching[0][column]}, expected {value}"


def _cell(value: Any) -> Any:
    """Lists without order, dates and texts alike: a YAML 2025 is the period '2025'."""
    if isinstance(value, list | tuple):
        return sorted(str(item) for item in value)
    if isinstance(value, date):
        return str(value)
    return value


def same(actual: Any, expected: Any) -> bool:
    """Whether a published cell is the expected one; a YAML 2025 is the period '2025'."""
    if isinstance(expected, Decimal) and isinstance(actual, str):
        return actual == f"{expected:f}"
    if isinstance(actual, int | Decimal) and isinstance(expected, int | Decimal):
        return isinstance(actual, bool) == isinstance(expected, bool) and actual == expected
    if expected == []:
        return not actual
    return actual == expected


def write_landing(cases: CaseSet, landing: str, folder: Path) -> None:
    """Write one landing zone: one csv per entity, files that cover its months of usage, and
    `_received.csv`.

    `whole` holds a header-only file for an entity without rows; `bare` holds no such file.
    """
    rows = landing_rows(cases, landing)
    files = []
    for spec in entities():
        members = rows.get(spec.name, [])
        if "api" in spec.name or spec.name == "fx_rates":
            continue
        if members or landing == "whole" or spec.name in ALWAYS_LANDED:
            files.append(_write_csv(folder, spec.source, spec.name, spec.name, members))
    if landing == "whole":
        span = cases.ordinary.covered_months
        for month in months(span["from"], span["to"]):
            name = f"usage_events-{month:%Y-%m}"
            files.append(_write_csv(folder, "app_usage", "usage_events", name, []))
        files.append(_write_rates(cases, folder))
    with (folder / "_received.csv").open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["file", "received_at"])
        writer.writerows([file, cases.ordinary.received_at] for file in sorted(files))


def _write_csv(folder: Path, source: str, name: str, stem: str, rows: list[dict]) -> str:
    columns = [c.name for c in entity(name).columns]
    path = folder / source / f"{stem}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        writer.writerows([_literal(row[column]) for column in columns] for row in rows)
    return path.relative_to(folder).as_posix()


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else str(value)


def _write_rates(cases: CaseSet, folder: Path) -> str:
    """The rates in the European Central Bank's layout: newest first, N/A for a gap."""
    rates = cases.ordinary.rates
    currencies = sorted({currency for day in rates.values() for currency in day})
    path = folder / "reference" / "fx_rates" / "eurofxref-hist.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [",".join(["Date", *currencies, ""])]
    for day in sorted(rates, reverse=True):
        cells = [str(rates[day].get(currency, "N/A")) for currency in currencies]
        lines.append(",".join([str(day), *cells, ""]))
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path.relative_to(folder).as_posix()
