"""Usage feeds as files, landed by DuckDB and with Spark summing; their tables must be the same.

Belongs here: what is landed, both landings, the comparison. Does not: where Spark runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.sources.following import noted_objects, sync
from ingest.sources.objects import put_over
from ingest.usage.elsewhere import Answer, Request, summed_by
from orchestration.engines.spark_feed import SparkFeed
from tests.ingest.usage_feed import ROW
from tests.ingest.zone import Zone

TABLES = {
    "usage_parts": "*",
    "usage_part_months": "*",
    "usage_built": "*",
    "usage_in_force": "*",
    "usage_files": "* exclude (path)",
    "covered_months": "*",
    "quarantine": "*",
    "deliveries": "delivery_id, rows_read, rows_accepted, rows_quarantined, status",
}
INSTALLED = "installation_id,app_id,company_id,is_demo,installed_at,uninstalled_at\n"
APPS = "app_id,partner_id,name,kind,marketplace,first_launched_on\n"
# Every way in which a row can be bad, and good rows that might be taken for bad.
CHANGES = [
    {"app_id": value}
    for value in (None, "", "  ", "\u2007", "A\x07", "4.51E+14", " A1 ", "\ufeffA1", "A.1", "Ä1")
]
CHANGES += [{"company_id": value} for value in (None, "\t", "C1\n", "1E+14\n", "C'1", "C 1")]
CHANGES += [{"http_method": value} for value in (None, " post ", "OPTIONS", "\xa0Get", "po\u017ft")]
CHANGES += [{"response_code": value} for value in (None, 199, 299, 300, -5, 404)]
CHANGES += [{"call_count": value} for value in (None, 0, -1, 1, 4_000_000_000)]
CHANGES += [{"occurred_at": None}]
# About month ends of Los Angeles, by its clock's changes, and the ends of the calendar.
MOMENTS = [
    datetime(2025, 3, 1, 7, 59, 59, 999999),
    datetime(2025, 3, 1, 8),
    datetime(2025, 4, 1, 6, 59, 59, 999999),
    datetime(2025, 4, 1, 7),
    datetime(2025, 11, 2, 8, 30),
    datetime(2025, 11, 2, 9, 30),
    datetime(2025, 12, 1, 7, 59),
    datetime(2025, 12, 1, 8),
]
TEXTS = [
    "2025-03-10T09:30:00Z",
    "2025-03-10 09:30:00",
    "2025-03-10",
    " 2025-03-10T09:30 ",
    "2025-03-10T09:30:00.1234567+02:00",
    "2025-03-10T23:59:59,5-0800",
    "2025-03-10T24:00:00Z",
    "2025-02-29T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+05",
    "9999-12-31T23:59Z",
    "2025-03-10t09:30:00z",
    "2025-03-10T09:30:60Z",
    "today",
    "",
    "2025-3-1",
    "2025-03-10T09:30 +01",
    "2025-03-01T07:59:59.999999999Z",
    "2025-03-10T09:30:00Z\n",
    "12025-01-01T00:00:00Z",
]


def rows() -> pl.DataFrame:
    """Rows of the contract's own types: good ones, odd ones and faulty ones."""
    every = [{**ROW, **change} for change in ({}, *CHANGES)]
    every += [{**ROW, "occurred_at": moment, "company_id": "C2"} for moment in MOMENTS]
    return pl.DataFrame(every, infer_schema_length=None)


def many(count: int, month: int = 3) -> pl.DataFrame:
    """Good rows of several apps and companies through a month."""
    n = pl.int_range(count, eager=False)
    start = datetime(2025, month, 1)
    return pl.select(
        app_id=pl.format("A{}", n % 7),
        company_id=pl.format("C{}", (n * 31) % 60),
        occurred_at=pl.lit(start) + pl.duration(seconds=(n * 7919) % 2_500_000),
        http_method=pl.when(n % 3 == 0).then(pl.lit("POST")).otherwise(pl.lit("GET")),
        response_code=pl.when(n % 11 == 0).then(pl.lit(500)).otherwise(pl.lit(200)),
        call_count=n % 5 + 1,
    )


def typed() -> dict[str, pa.Table]:
    """Files whose columns are stored in the ways that a vendor may choose."""
    plain = rows().to_arrow()
    good = pl.DataFrame([{**ROW, "occurred_at": moment} for moment in MOMENTS]).to_arrow()

    def stored(table: pa.Table, **columns: pa.Array) -> pa.Table:
        for name, values in columns.items():
            table = table.set_column(table.column_names.index(name), name, values)
        return table

    moments = good["occurred_at"]
    ns = [int(m.replace(tzinfo=UTC).timestamp() * 1000) * 1_000_000 + 999 for m in MOMENTS]
    days = [date(2025, 3, 1) + timedelta(days=30 * n) for n in range(len(MOMENTS))]
    texts = pa.table({name: [ROW[name]] * len(TEXTS) for name in ROW if name != "occurred_at"})
    whole = [["7", " 8 ", "+9", "1.0", "99999999999999999999", "", "0", "\u0667"]]
    return {
        "plain": plain,
        "ms": stored(good, occurred_at=moments.cast(pa.timestamp("ms"), safe=False)),
        "ns": stored(good, occurred_at=pa.array(ns, pa.timestamp("ns"))),
        "utc": stored(good, occurred_at=moments.cast(pa.timestamp("us", "UTC"))),
        "days": stored(good, occurred_at=pa.array(days, pa.date32())),
        "texts": texts.append_column("occurred_at", pa.array(TEXTS)),
        "numbers": stored(
            good,
            app_id=pa.array(range(len(MOMENTS)), pa.int64()),
            response_code=pa.array([200] * len(MOMENTS), pa.uint16()),
            call_count=pa.array([2**63 - 1, 2**64 - 1, *range(len(MOMENTS) - 2)], pa.uint64()),
        ),
        "written": stored(good, call_count=pa.array(*whole)),
        "decimals": stored(good, call_count=pa.array([1, 2, 3, 4] * 2).cast(pa.decimal128(20, 1))),
        # Past 64 bits together.
        "wide": stored(good, call_count=pa.array([2**62] * len(MOMENTS))),
        # An invalid text, in a column by which nothing is grouped; in a layout of its own.
        "latin": stored(
            good,
            http_method=pa.array([b"G\xc4T"] * len(MOMENTS)).view(pa.string()),
            response_code=pa.array([200] * len(MOMENTS), pa.int16()),
        ),
        # A column more that Spark cannot read at all.
        "more": good.append_column("took", pa.array([1] * len(MOMENTS), pa.duration("ns"))),
    }


def lay_typed(zone: Zone) -> None:
    """The typed files, and what cuts their parts."""
    for name, table in typed().items():
        path = zone.put(f"app_usage/usage_events/{name}.parquet", b"")
        pq.write_table(table, path)
    path = zone.put("app_usage/usage_events/[a b]{1}*%20.parquet", b"")
    many(2_000, 5).write_parquet(path)
    zone.put("app_usage/usage_events/_hidden.parquet", path.read_bytes()[:-1] + b"1")
    many(500, 6).write_parquet(zone.put("app_usage/usage_events/_held.parquet", b""))
    lay_edges(zone)


def lay_months(zone: Zone) -> None:
    """Two months and a file with faulty rows, of one layout, and what cuts their parts."""
    for month in (3, 4):
        many(3_000, month).write_parquet(zone.put(f"app_usage/usage_events/{month}.parquet", b""))
    rows().write_parquet(zone.put("app_usage/usage_events/faulty.parquet", b""))
    lay_edges(zone)


def lay_edges(zone: Zone) -> None:
    """Installations and launches within the months of the feed."""
    text = "".join(
        f"I{n},A{n % 7},C{n},false,2025-03-{n % 27 + 1:02}T0{n % 10}:15:00Z,"
        f"2025-05-{n % 27 + 1:02}T12:00:00Z\n"
        for n in range(60)
    )
    zone.put("app_usage/installations.csv", INSTALLED + text)
    apps = "".join(f"A{n},P1,App,data_connector,commercial,2025-03-{10 + n}\n" for n in range(1, 7))
    zone.put("app_usage/apps.csv", APPS + apps)


class Watched:
    """A feed's engine that keeps what it was asked and whether it could."""

    def __init__(self, feed: SparkFeed) -> None:
        self.feed, self.least_bytes = feed, 0
        self.requests: list[tuple[Request, Answer | None]] = []

    def ask(self, request: Request) -> Answer | None:
        """Pass on, and keep."""
        answer = self.feed.ask(request)
        self.requests.append((request, answer))
        return answer

    def folder_for(self, table: str) -> Path:
        """Pass on."""
        return self.feed.folder_for(table)


def put_into(bucket: str, root: Path) -> Path:
    """Put a landing zone into a bucket and follow it; the copy, without the feed."""
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        put_over(bucket, path.relative_to(root).as_posix(), path.read_bytes())
    copy = root.with_name("copy")
    sync(bucket, copy)
    assert noted_objects(copy) and not list(copy.rglob("*.parquet"))
    return copy


@contextmanager
def spark(folder: Path) -> Iterator[Watched]:
    """Spark's process for a while."""
    feed = SparkFeed(folder)
    try:
        yield Watched(feed)
    finally:
        feed.close()


def landed(zone: Zone) -> dict[str, list[tuple]]:
    """The rows of every table that the feed fills, in one order."""
    return {
        table: zone.rows(f"select {columns} from landing.{table} order by all")
        for table, columns in TABLES.items()
    }


def assert_same(duck: Zone, other: Zone) -> None:
    """Both warehouses hold the same rows, table by table."""
    left, right = landed(duck), landed(other)
    for table in TABLES:
        assert left[table] == right[table], table


def land_both(folder: Path, lay, engine: Watched, bucket: str | None = None) -> tuple[Zone, Zone]:
    """One landing zone, or one put into a bucket, landed by DuckDB and with the engine summing."""
    duck, other = Zone(folder), Zone(folder)
    lay(duck)
    if bucket is not None:
        duck.root = other.root = put_into(bucket, duck.root)
    duck.land()
    other.received = duck.received
    with summed_by(engine):
        other.land()
    return duck, other
