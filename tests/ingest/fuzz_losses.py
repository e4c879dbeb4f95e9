"""Good files delivered again with rows lost: none may take most of them away unseen.

Belongs here: ways to lose rows that leave a whole-looking file, and what must hold afterwards; run
with the other mutants by `python -m tests.ingest.fuzz`. Does not: spoilt bytes (mutate.py).
"""

from __future__ import annotations

import csv
import io
import json
import random
import tempfile
from pathlib import Path, PurePosixPath

import polars as pl
import pyarrow.parquet as pq

from ingest.expectations import landed_checks
from ingest.usage import csv_feed
from tests.ingest.zone import Zone

SHARE, LEAST = 0.5, 10
POLICY = {"share": str(SHARE), "minimum_rows": str(LEAST), "minimum_lines": "4"}
ROWS = 60


def grown(data: bytes, ending: str) -> tuple[list, bytes]:
    """(rows, bytes) of a file of at most ROWS rows, as its rows can be cut."""
    if ending == ".parquet":
        frame = pl.from_arrow(pq.read_table(io.BytesIO(data))).head(ROWS)
        return [frame], written([frame], ending, frame.height)
    if ending in (".json", ".ndjson"):
        rows = [json.loads(line) for line in data.decode().splitlines() if line.strip()][:ROWS]
    else:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[: ROWS + 1]
    return rows, written(rows, ending, ROWS)


def written(rows: list, ending: str, count: int) -> bytes:
    """The first `count` rows as a whole file of the same form."""
    out = io.BytesIO()
    if ending == ".parquet":
        rows[0].head(count).write_parquet(out)
        return out.getvalue()
    if ending in (".json", ".ndjson"):
        return "".join(json.dumps(row) + "\n" for row in rows[:count]).encode()
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows[: count + 1])
    return text.getvalue().encode()


def lost(rows: list, ending: str, total: int, rng: random.Random) -> tuple[str, int | None, bytes]:
    """(what was done, rows that are left or None where the file is to be refused, bytes)."""
    count = rng.randrange(total + 1)
    ways = ["rows", "rows", "rows", "header"]
    ways += [] if ending == ".parquet" else ["hole", "hollow", "blank"]
    way = rng.choice(ways)
    if way == "rows":
        return f"{count} of {total} rows left", count, written(rows, ending, count)
    if way == "header":
        return "header only", 0, written(rows, ending, 0)
    whole = written(rows, ending, total)
    head = written(rows, ending, 0)
    if way == "hole":
        at = rng.randrange(len(whole))
        return f"zero bytes from {at}", None, whole[:at] + bytes(max(16, len(whole) - at))
    if way == "hollow":
        return "a body of zero bytes", None, head + bytes(rng.choice((16, 5000, 2_000_000)))
    return "a body of blank lines", None, head + b"\n" * 200_000


def lose(good: dict[str, bytes], seed: int, number: int) -> str | None:
    """Land one good file, then the same path with rows lost; what does not hold, None if all does.

    Refused must be what leaves less than half of ten rows, or nothing of something; what was there
    must then stand, row by row. Nothing of it may end the landing.
    """
    rng = random.Random(f"losses/{seed}/{number}")
    name = rng.choice(sorted(n for n in good if cuttable(n, good[n])))
    ending = PurePosixPath(name).suffix
    rows, data = grown(good[name], ending)
    big, csv_feed.BIG = csv_feed.BIG, rng.choice((1000, 8 << 20))
    try:
        return _deliver_twice(name, rows, data, f"{number} {name}", rng)
    finally:
        csv_feed.BIG = big


def _deliver_twice(
    name: str, rows: list, data: bytes, label: str, rng: random.Random
) -> str | None:
    ending = PurePosixPath(name).suffix
    with tempfile.TemporaryDirectory() as folder:
        zone = Zone(Path(folder))
        for parameter, value in POLICY.items():
            zone.con.execute(
                "insert into policy.parameter_values values (?, date '2000-01-01', null, ?, 0)",
                [f"ingest.shrunken_{parameter}", value],
            )
        zone.put(name, data, "2025-06-01T00:00:00")
        zone.land()
        status, total, accepted, *_ = zone.counts(name)
        if status != "accepted":
            return None
        what, left, cut = lost(rows, ending, total, rng)
        zone.put(name, cut, "2025-06-02T00:00:00")
        before = landed(zone)
        zone.land()
        now, read, *_ = zone.counts(name)
        summary = f"{label}: {what}: {now}, {read} rows read of {total}"
        broken = [c.sentence for c in landed_checks(zone.con) if not c.passed]
        stands = landed(zone) == before
        zone.con.close()
    if broken:
        return f"{summary}: {broken[0]}"
    must = (
        left is None or (left == 0 and accepted) or (accepted >= LEAST and left < SHARE * accepted)
    )
    if must and now not in ("refused", "duplicate"):
        return f"{summary}: taken in"
    if must and not stands:
        return f"{summary}: what was there does not stand"
    return None


def landed(zone: Zone) -> list[tuple]:
    """Every landed row that is in force of usage and of lines, as counts."""
    query = (
        "select 'usage', app_id, month::text, sum(feed_rows) from landing.usage_calls group by all"
        " union all select 'lines', partner_id, report_month::text, count(*)"
        " from landing.subscription_lines group by all order by all"
    )
    return zone.rows(query)


def cuttable(name: str, data: bytes) -> bool:
    """Whether a seed's rows can be cut one by one: no pages, no workbook, no rates."""
    path = PurePosixPath(name)
    pages = {"crossbeam", "installations", "workbook", "reference", "api_call_activity"}
    return path.suffix in (".csv", ".ndjson", ".parquet") and not pages & set(path.parts)
