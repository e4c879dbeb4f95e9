"""The big feed: calls of apps, one parquet file per month, made in chunks of bounded size.

Belongs here: turning app-customer-months into calls and writing them.
Does not: deciding who is active when (usage_plan.py).

Every planned app-customer-month gets at least one successful call, so the figures hold at any
volume; all further calls are spread over them by weight.
"""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.demo.files import received_on
from ingest.demo.usage_plan import UsagePlan
from ingest.demo.world import World, next_month

CHUNK = 1_000_000
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "get")
CODES = (200, 201, 204, 404, 401, 429, 500, 503)
CODE_SHARES = (0.78, 0.14, 0.045, 0.015, 0.005, 0.01, 0.004, 0.001)
# Shares of METHODS by flow; the first call of a cell is fixed below, so a flow always shows.
FLOWS = {
    "pull": (0.97, 0, 0, 0, 0, 0.02, 0.01),
    "push": (0, 0.7, 0.15, 0.12, 0.03, 0, 0),
    "bidirectional": (0.62, 0.2, 0.09, 0.05, 0.02, 0.01, 0.01),
}
FLOW_NAMES = tuple(FLOWS)
SCHEMA = pa.schema(
    [
        ("app_id", pa.string()),
        ("company_id", pa.string()),
        ("occurred_at", pa.timestamp("us")),
        ("http_method", pa.string()),
        ("response_code", pa.int32()),
        ("call_count", pa.int32()),
    ]
)


def write_usage(world: World, plan: UsagePlan, progress=None) -> int:
    """Write usage_events/YYYY/MM.parquet for each month; returns the number of rows."""
    planned = sum(len(cells) for cells in plan.cells.values())
    spare = max(0, world.usage_events - planned)
    rows = spent = 0
    done = 0
    for month, cells in plan.cells.items():
        done += len(cells)
        share = spare * done // max(1, planned) - spent
        spent += share
        rows += _write_month(world, plan, month, share)
        if progress:
            progress(f"usage events {month:%Y-%m}")
    return rows


def _write_month(world: World, plan: UsagePlan, month: date, extra: int) -> int:
    cells = plan.cells[month]
    rng = np.random.default_rng([world.seed, month.year, month.month])
    companies = sorted({company for _, company, _ in cells})
    place = {company: i for i, company in enumerate(companies)}
    app = np.array([c[0] for c in cells], dtype=np.int32)
    company = np.array([place[c[1]] for c in cells], dtype=np.int32)
    flow = np.array([FLOW_NAMES.index(c[2]) for c in cells], dtype=np.int8)
    counts = np.ones(len(cells), dtype=np.int64)
    if len(cells) and extra:
        weights = rng.lognormal(0, 1.1, len(cells))
        counts += rng.multinomial(extra, weights / weights.sum())
    received = received_on(next_month(month).replace(day=3), 4)
    path = world.landing.claim(f"app_usage/usage_events/{month:%Y/%m}.parquet", received)
    names = (pa.array([a.app_id for a in world.apps]), pa.array(companies, pa.string()))
    total = 0
    with pq.ParquetWriter(path, SCHEMA, compression="zstd", store_schema=False) as writer:
        for start, stop in _chunks(counts):
            picked = np.repeat(np.arange(start, stop), counts[start:stop])
            lead = np.ones(len(picked), dtype=bool)
            lead[1:] = picked[1:] != picked[:-1]
            dirty = total == 0 and month == world.months()[-1]
            writer.write_table(
                _calls(rng, month, names, app[picked], company[picked], flow[picked], lead, dirty)
            )
            total += len(picked)
        if not total:
            writer.write_table(SCHEMA.empty_table())
    world.landing.bytes_written += path.stat().st_size
    return total


def _chunks(counts: np.ndarray) -> list[tuple[int, int]]:
    """Ranges of cells whose calls together are about CHUNK."""
    ends = np.cumsum(counts)
    chunks, start = [], 0
    while start < len(counts):
        base = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, base + CHUNK, side="right")))
        chunks.append((start, stop))
        start = stop
    return chunks


def _calls(rng, month, names, app, company, flow, lead, dirty) -> pa.Table:
    """One chunk of calls; `lead` marks the one call that each cell must have: successful, fixed
    method."""
    size = len(app)
    # From the program's local midnight (UTC-8 or -7) to just before the next month's, in UTC.
    low = np.datetime64(datetime(month.year, month.month, 1, 8), "us").astype(np.int64)
    high = np.datetime64(next_month(month), "us").astype(np.int64) + 7 * 3_600_000_000
    moment = rng.integers(low, high, size)
    code = np.array(CODES, dtype=np.int32)[rng.choice(len(CODES), size, p=CODE_SHARES)]
    code[lead] = 200
    method = np.zeros(size, dtype=np.int8)
    for index, shares in enumerate(FLOWS.values()):
        chosen = flow == index
        p = np.array(shares, dtype=float)
        method[chosen] = rng.choice(len(METHODS), int(chosen.sum()), p=p / p.sum())
    writes_first = (flow == 1) | ((flow == 2) & ((company + month.month) % 2 == 0))
    method[lead & writes_first] = 1
    method[lead & ~writes_first] = 0
    count = rng.geometric(0.12, size).astype(np.int32)
    if dirty:  # two rows that no reader may count: no calls, and less than none
        spare = np.flatnonzero(~lead)[:2]
        count[spare] = (0, -3)[: len(spare)]
    order = np.argsort(moment, kind="stable")
    return pa.table(
        [
            names[0].take(pa.array(app[order])),
            names[1].take(pa.array(company[order])),
            pa.array(moment[order]).cast(pa.timestamp("us")),
            pa.array(METHODS).take(pa.array(method[order])),
            pa.array(code[order]),
            pa.array(count[order]),
        ],
        schema=SCHEMA,
    )
