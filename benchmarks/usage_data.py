"""Two years of usage events of any size, and the warehouse that they land in, for the usage step.

Belongs here: the generated feed and all that stands before the step. Does not: what is measured.

The feed is what a platform writes: rows in the order of their moments, ids as texts that the file
encodes by a dictionary, a few busy apps and companies and many quiet ones, mostly one call per row.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb

from benchmarks.usage_feed import MODELS, MONTHS, YEAR
from ingest.deliveries.landing_tables import create_tables
from ingest.landing.land import land
from ingest.resolved.resolve import resolve
from orchestration.dbt import run_dbt
from orchestration.periods import land_request, year_request
from scoring.policy.land import land_policy
from scoring.policy.load import load_policy

# The most rows in a file of the feed: files are generated one at a time to limit memory and disk.
FILE_ROWS = 16_000_000
APPS = 300
COMPANIES_EACH = 400
STRANGER = 19_999
# What exists before the step's own models.
BEFORE = (
    "int_apps__launches",
    "int_apps__owners",
    "int_usage__holdings",
    "stg_app_usage__usage_parts",
)

# One call in fifty is from a company without the app, and a fifth of the calls fail.
EVENTS = """
copy (
    with numbers as (
        select n - {first} as nth, hash(n) as h, hash(n, 1) as g from range({first}, {last}) as r(n)
    ),
    drawn as (
        select *, cast(floor({apps} * pow((h & 1048575) / 1048576.0, 2)) as integer) as app,
            cast(floor({each} * pow(((h >> 20) & 1048575) / 1048576.0, 1.5)) as integer) as company
        from numbers
    )
    select
        'app-' || lpad(cast(app as varchar), 4, '0') as app_id,
        'co-' || lpad(cast(case when g % 50 = 0 then {stranger} else app * 60 + company end
            as varchar), 6, '0') as company_id,
        timestamp '{start}' + to_milliseconds(cast(
            nth * ({milliseconds} - 60000) // {rows} + (g >> 8) % 60000 as bigint)) as occurred_at,
        ['GET', 'GET', 'GET', 'POST', 'PATCH'][cast(1 + (g >> 24) % 5 as bigint)] as http_method,
        cast([200, 200, 200, 200, 200, 200, 201, 204, 404, 500][cast(1 + (g >> 32) % 10 as bigint)]
            as integer) as response_code,
        cast(1 + case when (g >> 40) % 8 = 0 then (g >> 44) % 5 else 0 end as integer) as call_count
    from drawn
) to '{path}' (format parquet)
"""


def write_zone(landing: Path, events: int) -> None:
    """`events` calls over MONTHS, and the apps and installations that they need."""
    folder = landing / "app_usage"
    folder.mkdir(parents=True)
    _write(folder / "apps.csv", _apps())
    _write(folder / "installations.csv", _installations())
    with duckdb.connect() as con:
        con.execute("set memory_limit = '2GB'")
        for place, (year, month) in enumerate(MONTHS):
            first, last = (events * n // len(MONTHS) for n in (place, place + 1))
            write_month(con, folder / "usage_events", datetime(year, month, 1), first, last)


def write_month(
    con: duckdb.DuckDBPyConnection, feed: Path, start: datetime, first: int, last: int
) -> None:
    """One month's files, each a span of it: the calls numbered from `first` up to `last`."""
    end = datetime(start.year + start.month // 12, start.month % 12 + 1, 1)
    files = -(-(last - first) // FILE_ROWS)
    (feed / f"{start:%Y}").mkdir(parents=True, exist_ok=True)
    for part in range(files):
        low, high = (first + (last - first) * n // files for n in (part, part + 1))
        con.execute(
            EVENTS.format(
                apps=APPS,
                each=COMPANIES_EACH,
                stranger=STRANGER,
                first=low,
                last=high,
                rows=high - low,
                start=start + (end - start) * part / files,
                milliseconds=(end - start).total_seconds() * 1000 // files,
                path=feed / f"{start:%Y}" / f"{start:%m}-{part + 1}.parquet",
            )
        )


def _write(path: Path, rows: Iterator[dict]) -> None:
    held = list(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(held[0]))
        writer.writeheader()
        writer.writerows(held)


def _apps() -> Iterator[dict]:
    for n in range(APPS):
        yield {
            "app_id": f"app-{n:04d}",
            "partner_id": f"P-{n:04d}",
            "name": f"App {n}",
            "kind": "data_connector",
            "marketplace": "commercial",
            "declared_data_flow": "",
            "first_launched_on": "2023-01-01",
            "description": "",
            "logo_url": "",
            "support_contact": "",
            "last_reviewed_on": "",
        }


def _installations() -> Iterator[dict]:
    """Of every ten companies one only tries an app, and one installs it on some day of the two
    years; one in twenty removes it on some day."""
    for app in range(APPS):
        for nth in range(COMPANIES_EACH):
            year, month = MONTHS[(app + nth) % len(MONTHS)]
            day = f"{year}-{month:02d}-{1 + (app * 7 + nth) % 28:02d}T10:30:00Z"
            yield {
                "installation_id": f"I-{app}-{nth}",
                "app_id": f"app-{app:04d}",
                "company_id": f"co-{app * 60 + nth:06d}",
                "is_demo": "true" if nth % 10 == 0 else "false",
                "installed_at": day if nth % 10 == 1 else "2023-06-01T00:00:00Z",
                "uninstalled_at": day if nth % 20 == 2 else "",
            }


def build(work: Path) -> None:
    """A warehouse with all but the feed, `before.duckdb`."""
    warehouse = work / "before.duckdb"
    policy = load_policy()
    feed, aside = work / "landing/app_usage/usage_events", work / "aside"
    feed.rename(aside)
    try:
        with duckdb.connect(str(warehouse)) as con:
            create_tables(con)
            land_policy(con, policy)
            land_request(con, year_request(YEAR), policy, policy.name)
            land(con, work / "landing", work / "raw")
            resolve(con)
    finally:
        aside.rename(feed)
    chosen = [f"+{model}" for model in (*BEFORE, *MODELS)]
    results = run_dbt(warehouse, ["run", "--select", *chosen])
    if broken := [r for r in results if r.status != "success"]:
        raise RuntimeError(f"{broken[0].unique_id}: {broken[0].message}")


if __name__ == "__main__":
    # A separate process: its memory and time must not be counted to the contenders that follow.
    write_zone(Path(sys.argv[1]) / "landing", int(sys.argv[2]))
    build(Path(sys.argv[1]))
