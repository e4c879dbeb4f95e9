#!/usr/bin/env bash
# duckdb 2.0.1 and polars 2.1.0 (pyarrow 26.0.1): both have an enumeration whose values are in the order in
# which it names them, so that Platinum is above Gold and Gold above Silver. Neither keeps that of the
# other. DuckDB's ENUM comes to Polars as a Categorical, which compares by letters, and Polars' Enum comes
# to DuckDB as VARCHAR. The highest of three tiers is Platinum on both sides, and Silver after the way from
# the one to the other. Cast back to the enumeration, the order is there again.
#
# Output seen:
#   in DuckDB: ENUM, highest Platinum
#   in Polars, from DuckDB: Categorical, highest Silver
#   cast to Enum: Enum, highest Platinum
#   in Polars: Enum, highest Platinum
#   in DuckDB, from Polars: VARCHAR, highest Silver
#   cast to ENUM: ENUM, highest Platinum
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet duckdb==2.0.1 polars==2.1.0 pyarrow==26.0.1
PYTHONTZPATH= "$folder/env/bin/python" - <<'PY'
import sys

import duckdb
import polars as pl

TIERS = ["Silver", "Gold", "Platinum"]
con = duckdb.connect()
con.execute(f"create type tier as enum {tuple(TIERS)}")
con.execute(f"create table partners as select cast(unnest({TIERS}) as tier) as tier")


def by_duckdb(source, column="tier"):
    query = f"select max({column}), split_part(typeof(max({column})), '(', 1) from {source}"
    return con.sql(query).fetchall()[0]


def by_polars(series):
    return series.max(), str(series.dtype).split("(")[0]


given = con.sql("select tier from partners").pl()["tier"]
ordered = pl.Series("tier", TIERS, dtype=pl.Enum(TIERS))
frame = ordered.to_frame()
seen = []
for words, (highest, kind) in [
    ("in DuckDB", by_duckdb("partners")),
    ("in Polars, from DuckDB", by_polars(given)),
    ("cast to Enum", by_polars(given.cast(pl.Enum(TIERS)))),
    ("in Polars", by_polars(ordered)),
    ("in DuckDB, from Polars", by_duckdb("frame")),
    ("cast to ENUM", by_duckdb("frame", "cast(tier as tier)")),
]:
    seen.append((kind, highest))
    print(f"{words}: {kind}, highest {highest}")
expected = [
    ("ENUM", "Platinum"),
    ("Categorical", "Silver"),
    ("Enum", "Platinum"),
    ("Enum", "Platinum"),
    ("VARCHAR", "Silver"),
    ("ENUM", "Platinum"),
]
sys.exit(0 if seen == expected else 1)
PY
