"""One contender of the usage step, run as a process of its own: `usage_step.py NAME FOLDER`.

Belongs here: the step as Plumbline does it, and what somebody would write instead. Does not: data
(usage_data.py) or clocks (measure.py). Each prints the digest of its result, and all are equal.
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import datetime
from pathlib import Path

import duckdb

from benchmarks.usage_feed import MODELS, MONTHS, YEAR, files_of

ZONE = "America/Los_Angeles"
FEED = "landing/app_usage/usage_events/*/*.parquet"
WAREHOUSE = "plumbline.duckdb"
LAST = MONTHS[-1]

# What an analyst writes: successful calls of a company that has the app, by month in the zone. An
# inner join, since installations of one pair do not overlap here; `exists` takes twice as long.
BARE = """
select
    events.app_id,
    cast(date_trunc('month', (occurred_at at time zone 'UTC') at time zone '{zone}') as date)
        as month,
    count(distinct events.company_id) as active_customers,
    cast(coalesce(sum(call_count) filter (where http_method in ('GET', 'HEAD')), 0) as bigint)
        as calls_read,
    cast(coalesce(sum(call_count) filter (
        where http_method in ('POST', 'PUT', 'PATCH', 'DELETE')), 0) as bigint) as calls_write
from read_parquet('{feed}') as events
inner join installations
    on events.app_id = installations.app_id and events.company_id = installations.company_id
    and events.occurred_at >= installations.installed_at
    and (events.occurred_at < installations.uninstalled_at
        or installations.uninstalled_at is null)
where events.response_code between 200 and 299 and not installations.is_demo
group by 1, 2
order by 1, 2
"""
# The floor: every value of the same columns is read and looked at, and nothing else is done. No
# maximum, which the file's own statistics would answer.
SCAN = """
select sum(strlen(app_id)), sum(strlen(company_id)), sum(epoch_us(occurred_at)),
    sum(strlen(http_method)), sum(response_code), sum(call_count)
from read_parquet('{feed}')
"""


def _digest(rows: list[tuple]) -> str:
    return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()[:16]


def plumbline(folder: Path) -> str:
    """Every file of the feed judged and summed, and the models over the sums."""
    return _step(folder, files_of(folder / "landing"))


def month(folder: Path) -> str:
    """The same for the last month, when all earlier months are there."""
    return _step(folder, files_of(folder / "landing", LAST))


def before(folder: Path) -> str:
    """The same for all but the last month; leaves the state that `month` begins from."""
    last = files_of(folder / "landing", LAST)
    return _step(folder, [f for f in files_of(folder / "landing") if f not in last])


def _step(folder: Path, files: list[Path], models: tuple[str, ...] = MODELS) -> str:
    from ingest.usage.view import attach_usage
    from orchestration.dbt import manifest_json
    from orchestration.speed import direct
    from orchestration.warehouse import connect

    with connect(folder / WAREHOUSE) as con:
        sum_up(con, folder, files)
        attach_usage(con)
    manifest = manifest_json()
    wanted = {name for name, node in manifest["nodes"].items() if node["name"] in models}
    direct.build_anew(folder / WAREHOUSE, manifest, wanted, _key(folder))
    with duckdb.connect(str(folder / WAREHOUSE)) as con:
        return _digest(con.execute("from marts.fct_app_usage_by_month order by all").fetchall())


def _key(folder: Path) -> str:
    from orchestration.speed import direct, stages

    with duckdb.connect(str(folder / WAREHOUSE), read_only=True) as con:
        return direct.compile_key(con, stages.models_code())


def sum_up(con: duckdb.DuckDBPyConnection, folder: Path, files: list[Path]) -> None:
    """Judge and sum files of the feed, as the landing does, into the warehouse."""
    from ingest.deliveries.discover import LandingFile
    from ingest.deliveries.settings import settings_of
    from ingest.deliveries.write import write_pieces
    from ingest.landing.prepare import prepare, write_scanned
    from ingest.people.store import people_of
    from ingest.usage.places import note_places

    landing = folder / "landing"
    names = [path.relative_to(landing).as_posix() for path in files]
    landed = [
        LandingFile(path, name, "app_usage", "usage_events", name, datetime(2026, 1, 1))
        for path, name in zip(files, names, strict=True)
    ]
    pieces = prepare(con, landed, settings_of(con), None)
    write_pieces(con, pieces, people_of(folder, make=True))
    for piece in pieces:
        write_scanned(con, piece)
    note_places(con, landed)


def start(folder: Path) -> str:
    """The start of the step without a file or a model, a cost that a run of all models pays
    once."""
    _step(folder, [], models=())
    return ""


def parse(folder: Path) -> str:
    """The models built from nothing, so that the parsed project and their SQL are kept, as after
    the first run of an installation. Raises RuntimeError if one of them fails."""
    from orchestration.dbt import run_dbt
    from orchestration.speed import direct

    compiled: dict[str, str] = {}
    built = run_dbt(folder / WAREHOUSE, ["run", "--select", *MODELS], None, compiled)
    if broken := [r for r in built if r.status != "success"]:
        raise RuntimeError(f"{broken[0].unique_id}: {broken[0].message}")
    direct.keep_compiled(_key(folder), compiled)
    return ""


def landing(folder: Path) -> str:
    """A whole landing of the feed, with digests of the files and the checks of deliveries, and the
    models over the sums."""
    from ingest.landing.land import land
    from orchestration.warehouse import connect

    with connect(folder / WAREHOUSE) as con:
        land(con, folder / "landing", folder / "raw", sources=["app_usage"])
    return _step(folder, [])


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

    def moment(name: str) -> pl.Expr:
        return pl.col(name).str.to_datetime(time_zone="UTC").dt.replace_time_zone(None)

    held = (
        pl.read_csv(folder / "landing/app_usage/installations.csv")
        .filter(~pl.col("is_demo"))
        .select("app_id", "company_id", moment("installed_at"), moment("uninstalled_at"))
    )
    month = pl.col("occurred_at").dt.replace_time_zone("UTC").dt.convert_time_zone(ZONE)
    method, calls = pl.col("http_method"), pl.col("call_count").cast(pl.Int64)
    wrote = method.is_in(["POST", "PUT", "PATCH", "DELETE"])
    gone = pl.col("uninstalled_at")
    rows = (
        pl.scan_parquet(folder / FEED)
        .filter(pl.col("response_code").is_between(200, 299))
        .join(held.lazy(), on=["app_id", "company_id"])
        .filter(pl.col("occurred_at") >= pl.col("installed_at"))
        .filter(gone.is_null() | (pl.col("occurred_at") < gone))
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


CONTENDERS = {
    "plumbline": plumbline,
    "month": month,
    "before": before,
    "landing": landing,
    "bare": bare,
    "scan": scan,
    "polars": polars,
    "parse": parse,
    "start": start,
}

if __name__ == "__main__":
    # dbt says what it does on standard output; the digest is the last line.
    print(CONTENDERS[sys.argv[1]](Path(sys.argv[2])))
