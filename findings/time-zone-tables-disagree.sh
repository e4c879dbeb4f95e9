#!/usr/bin/env bash
# polars 2.1.0 carries a table of time zones older than tzdata 2026.6 and than DuckDB 2.0.1's. For
# Vancouver, Edmonton and Winnipeg they differ from November 2026 on, when these zones no longer set
# their clocks back: a report received on 2026-11-16 at 07:30 UTC is of the 15th in Vancouver for
# Polars and of the 16th for the other two. Los Angeles is the same in all of them.
#
# Output seen:
#   America/Vancouver polars 2026-11-15 23:30 duckdb 2026-11-16 00:30 tzdata 2026-11-16 00:30
#   America/Edmonton polars 2026-11-16 00:30 duckdb 2026-11-16 01:30 tzdata 2026-11-16 01:30
#   America/Winnipeg polars 2026-11-16 01:30 duckdb 2026-11-16 02:30 tzdata 2026-11-16 02:30
#   America/Los_Angeles polars 2026-11-15 23:30 duckdb 2026-11-15 23:30 tzdata 2026-11-15 23:30
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet polars==2.1.0 duckdb==2.0.1 tzdata==2026.6
PYTHONTZPATH= "$folder/env/bin/python" - <<'PY'
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

moment = datetime(2026, 11, 16, 7, 30)
differ = []
for zone in ("America/Vancouver", "America/Edmonton", "America/Winnipeg", "America/Los_Angeles"):
    utc = pl.Series([moment]).dt.replace_time_zone("UTC")
    by_polars = utc.dt.convert_time_zone(zone).dt.replace_time_zone(None)[0]
    query = "select timezone(?, timezone('UTC', cast(? as timestamp)))"
    by_duckdb = duckdb.execute(query, [zone, moment]).fetchall()[0][0]
    aware = moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone))
    by_tzdata = aware.replace(tzinfo=None)
    print(zone, *(f"{n} {t:%Y-%m-%d %H:%M}" for n, t in (
        ("polars", by_polars), ("duckdb", by_duckdb), ("tzdata", by_tzdata))))
    assert by_duckdb == by_tzdata, zone
    if by_polars != by_duckdb:
        differ.append(zone.split("/")[1])
assert differ == ["Vancouver", "Edmonton", "Winnipeg"], differ
PY
