"""Usage files as the tests write them, and what is taken from them."""

from datetime import datetime

import polars as pl

ROW = {
    "app_id": "A1",
    "company_id": "C1",
    "occurred_at": datetime(2025, 3, 10),
    "http_method": "GET",
    "response_code": 200,
    "call_count": 2,
}


HEADER = "app_id,company_id,occurred_at,http_method,response_code,call_count\n"


def put(zone, file, *changes, received="2025-06-01T00:00:00", **overrides):
    frame = pl.DataFrame([{**ROW, **change} for change in changes], **overrides)
    path = zone.put(f"app_usage/{file}", b"", received)
    frame.write_parquet(path)
    return path


def events(zone, columns="company_id, call_count, _file"):
    return zone.rows(f"select {columns} from landing.usage_events order by all")


def months(zone):
    return zone.rows("select month, _file from landing.covered_months order by all")
