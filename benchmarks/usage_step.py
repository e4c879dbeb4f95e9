"""One contender of the usage step, run as a process of its own: `usage_step.py NAME FOLDER`.

Belongs here: the step as Plumbline does it, and what somebody would write instead. Does not: data
(usage_data.py) or clocks (measure.py). Each prints the digest of its result, and these are equal.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import duckdb

from benchmarks.usage_data import YEAR

ZONE = "America/Los_Angeles"
FEED = "landing/app_usage/usage_events/*/*.parquet"

# What an analyst writes: successful calls of a company that has the app, by month in the zone.
BARE = """
with held as (
    select app_id, company_id, installed_at,
        coalesce(uninstalled_at, timestamp '9999-12-31') as uninstalled_at
    from installations where not is_demo
)
select
    events.app_id,
    cast(date_trunc('month', (occurred_at at time zone 'UTC') at time zone '{zone}') as date)
        as month,
    count(distinct events.company_id) as active_customers,
    cast(sum(case when http_method in ('GET', 'HEAD') then call_count else 0 end) as bigint)
        as calls_read,
    cast(sum(case when http_method in ('POST', 'PUT', 'PATCH', 'DELETE') then call_count else 0
        end) as bigint) as calls_write
from read_parquet('{feed}') as events
where response_code between 200 and 299
    and exists (
        select 1 from held
        where held.app_id = events.app_id and held.company_id = events.company_id
            and events.occurred_at >= held.installed_at
            and events.occurred_at < held.uninstalled_at
    )
group by 1, 2
order by 1, 2
"""
# The floor: every value of the same columns is read and looked at, and nothing else is done.
SCAN = """
select max(app_id), max(company_id), max(occurred_at), max(http_method), max(response_code),
    max(call_count)
from read_parquet('{feed}')
"""


def _digest(rows: list[tuple]) -> str:
    return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()[:16]


def plumbline(folder: Path) -> str:
    """The models' own statements over the landed feed."""
    with duckdb.connect() as con:
        con.execute(f"attach '{folder / 'warehouse.duckdb'}' as warehouse")
        con.execute("use warehouse")
        for statement in json.loads((folder / "statements.json").read_text("utf-8")):
            con.execute(statement)
        return _digest(con.execute("from marts.fct_app_usage_by_month order by all").fetchall())


def bare(folder: Path) -> str:
    """One plain query in DuckDB over the raw parquet."""
    with duckdb.connect() as con:
        con.execute(
            "create table installations as from read_csv(?, types = {'installed_at': 'TIMESTAMP',"
            " 'uninstalled_at': 'TIMESTAMP', 'is_demo': 'BOOLEAN'})",
            [str(folder / "landing/app_usage/installations.csv")],
        )
        query = BARE.format(feed=folder / FEED, zone=ZONE)
        rows = con.execute(query).fetchall()
    return _digest([row for row in rows if row[1].year <= YEAR])


def scan(folder: Path) -> str:
    """The columns read, and no more."""
    with duckdb.connect() as con:
        con.execute(SCAN.format(feed=folder / FEED)).fetchall()
    return ""


def polars(folder: Path) -> str:
    """The same query in Polars, streaming."""
    import polars as pl

    held = (
        pl.read_csv(folder / "landing/app_usage/installations.csv")
        .filter(~pl.col("is_demo"))
        .select(
            "app_id",
            "company_id",
            pl.col("installed_at").str.to_datetime(time_zone="UTC").dt.replace_time_zone(None),
        )
    )
    month = pl.col("occurred_at").dt.replace_time_zone("UTC").dt.convert_time_zone(ZONE)
    method, calls = pl.col("http_method"), pl.col("call_count")
    wrote = method.is_in(["POST", "PUT", "PATCH", "DELETE"])
    rows = (
        pl.scan_parquet(folder / FEED)
        .filter(pl.col("response_code").is_between(200, 299))
        .join(held.lazy(), on=["app_id", "company_id"])
        .filter(pl.col("occurred_at") >= pl.col("installed_at"))
        .with_columns(month=month.dt.truncate("1mo").dt.date())
        .group_by("app_id", "month")
        .agg(
            active_customers=pl.col("company_id").n_unique(),
            calls_read=calls.filter(method.is_in(["GET", "HEAD"])).sum(),
            calls_write=calls.filter(wrote).sum(),
        )
        .sort("app_id", "month")
        .collect(engine="streaming")
        .rows()
    )
    return _digest([row for row in rows if row[1].year <= YEAR])


CONTENDERS = {"plumbline": plumbline, "bare": bare, "scan": scan, "polars": polars}

if __name__ == "__main__":
    print(CONTENDERS[sys.argv[1]](Path(sys.argv[2])))
