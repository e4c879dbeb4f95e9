"""A year of usage events of any size, landed, for the benchmark of the usage step.

Belongs here: the generated feed and the warehouse it lands in. Does not: what is measured.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import duckdb

from ingest.land import land
from ingest.resolve import resolve
from ingest.tables import create_tables
from orchestration.dbt import run_dbt, target_dir
from orchestration.periods import land_request, year_request
from scoring.policy import land_policy, load_policy

YEAR = 2025
APPS = 300
COMPANIES = 20_000
COMPANIES_EACH = 400
# What the step is: the one pass over the feed, and the published table that comes of it.
MODELS = ("int_usage__call_months", "int_usage__counted_calls", "fct_app_usage_by_month")

# A tenth of the calls fail, one in twenty comes from a company without the app; each call lies at
# its own instant of its month in UTC, so that some fall into another month of the program's zone.
EVENTS = """
copy (
    select
        'app-' || lpad(cast(n % {apps} as varchar), 4, '0') as app_id,
        'co-' || lpad(cast(
            case when hash(n, 1) % 20 = 0 then {companies} - 1
                else (n % {apps}) * 60 + hash(n, 2) % {each} end as varchar), 6, '0') as company_id,
        timestamp '{start}' + to_microseconds(
            cast(hash(n, 3) % {span} as bigint)) as occurred_at,
        ['GET', 'GET', 'POST', 'PATCH'][cast(1 + hash(n, 4) % 4 as bigint)] as http_method,
        cast(case when hash(n, 5) % 10 = 0 then 500 else 200 end as integer) as response_code,
        1 as call_count
    from range({first}, {last}) as r(n)
) to '{path}' (format parquet)
"""


def write_feed(landing: Path, events: int) -> None:
    """`events` calls over the twelve months of YEAR, and the apps and installations they need."""
    folder = landing / "app_usage"
    (folder / "usage_events" / str(YEAR)).mkdir(parents=True)
    _write(folder / "apps.csv", _apps())
    _write(folder / "installations.csv", _installations())
    _write(folder / "listing_events.csv", _listings())
    with duckdb.connect() as con:
        for month in range(1, 13):
            write_month(con, landing, month, events * (month - 1) // 12, events * month // 12)


def write_month(
    con: duckdb.DuckDBPyConnection, landing: Path, month: int, first: int, last: int
) -> None:
    """One month's file: the calls numbered from `first` up to `last`."""
    start = f"{YEAR}-{month:02d}-01"
    span = con.execute(
        "select datediff('microsecond', cast($1 as timestamp),"
        " cast($1 as timestamp) + interval 1 month)",
        [start],
    ).fetchone()[0]
    path = landing / "app_usage" / "usage_events" / str(YEAR) / f"{month:02d}.parquet"
    con.execute(
        EVENTS.format(
            apps=APPS, companies=COMPANIES, each=COMPANIES_EACH, start=start, span=span,
            first=first, last=last, path=path,
        )
    )  # fmt: skip


def _write(path: Path, rows: list[dict]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _apps() -> list[dict]:
    return [
        {
            "app_id": f"app-{n:04d}", "partner_id": f"P-{n:04d}", "name": f"App {n}",
            "kind": "data_connector", "marketplace": "commercial", "declared_data_flow": "",
            "first_launched_on": "2024-01-01", "description": "", "logo_url": "",
            "support_contact": "", "last_reviewed_on": "",
        }
        for n in range(APPS)
    ]  # fmt: skip


def _listings() -> list[dict]:
    return [
        {"app_id": f"app-{n:04d}", "event": "listed", "occurred_on": "2024-01-01", "reason": ""}
        for n in range(APPS)
    ]


def _installations() -> list[dict]:
    """A company in ten is a demonstration, one in ten has the app from the middle of the year."""
    rows = []
    for app in range(APPS):
        for nth in range(COMPANIES_EACH):
            since = "2025-07-01" if nth % 10 == 1 else "2024-06-01"
            rows.append(
                {
                    "installation_id": f"I-{app}-{nth}",
                    "app_id": f"app-{app:04d}",
                    "company_id": f"co-{app * 60 + nth:06d}",
                    "is_demo": "true" if nth % 10 == 0 else "false",
                    "installed_at": f"{since}T00:00:00Z",
                    "uninstalled_at": "",
                }
            )
    return rows


def build(work: Path) -> None:
    """Land the feed and build what the step reads; `statements.json` holds the step, in order."""
    landing, warehouse = work / "landing", work / "warehouse.duckdb"
    policy = load_policy()
    with duckdb.connect(str(warehouse)) as con:
        create_tables(con)
        land_policy(con, policy)
        land_request(con, year_request(YEAR), policy, policy.name)
        land(con, landing, warehouse.parent / "raw")
        resolve(con)
    results = run_dbt(warehouse, ["run", "--select", *(f"+{model}" for model in MODELS)])
    if broken := [r for r in results if r.status != "success"]:
        raise RuntimeError(f"{broken[0].unique_id}: {broken[0].message}")
    found = {p.stem: p for p in (target_dir() / "run").rglob("models/**/*.sql")}
    told = [found[model].read_text("utf-8") for model in MODELS]
    (work / "statements.json").write_text(json.dumps(told), "utf-8")


if __name__ == "__main__":
    # A process of its own: what it takes must not be counted to the contenders that follow.
    write_feed(Path(sys.argv[1]) / "landing", int(sys.argv[2]))
    build(Path(sys.argv[1]))
