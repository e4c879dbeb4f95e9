#!/usr/bin/env bash
# polars 2.1.0: a frame made of rows, as read_database makes one of a cursor, takes its types from the
# first hundred rows. A decimal after them that has more places than all of these is rounded to theirs,
# and a float among whole numbers is cut, without an error or a warning. The documentation says of
# `strict`, which is the default, that a value which does not exactly match the inferred type is an error;
# a text below whole numbers does raise one, and below decimals it is null. So 102 fees, the first hundred
# of which are whole, add up to a cent more than they are, and the same rows in another order add up
# right. With infer_schema_length=None every digit is kept.
# It matters because a report's first hundred lines are often round amounts, and every total, payout
# and threshold comes from the frame.
#
# Output seen:
#   read_database: 10100 as decimal(38,0), all rows inferred 10099.99
#   from_dicts: 10100, last row first 10099.99
#   a column of the same values: 10099.99
#   whole numbers, then 1.5 licences: 1
#   whole numbers, then n/a: ComputeError
#   decimals, then n/a: None
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet polars==2.1.0
"$folder/env/bin/python" - <<'PY'
import sqlite3
import sys
from decimal import Decimal

import polars as pl

FEES = ["100"] * 100 + ["99.50", "0.49"]

sqlite3.register_converter("money", lambda text: Decimal(text.decode()))
con = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES)
con.execute("create table fees (line integer, fee money)")
con.executemany("insert into fees values (?, ?)", enumerate(FEES))
read = pl.read_database("select fee from fees order by line", con)
whole = pl.read_database("select fee from fees order by line", con, infer_schema_length=None)

rows = [{"fee": Decimal(fee)} for fee in FEES]


def last_of(values):
    try:
        return pl.DataFrame([{"value": value} for value in values])["value"][-1]
    except pl.exceptions.ComputeError as error:
        return type(error).__name__


results = [
    read["fee"].sum(),
    read.schema["fee"] == pl.Decimal(38, 0),
    whole["fee"].sum(),
    pl.from_dicts(rows)["fee"].sum(),
    pl.from_dicts(rows[-1:] + rows[:-1])["fee"].sum(),
    pl.Series([row["fee"] for row in rows]).sum(),
    last_of([1] * 100 + [1.5]),
    last_of([1] * 100 + ["n/a"]),
    last_of([Decimal(1)] * 100 + ["n/a"]),
]
print(f"read_database: {results[0]} as decimal(38,0), all rows inferred {results[2]}")
print(f"from_dicts: {results[3]}, last row first {results[4]}")
print(f"a column of the same values: {results[5]}")
print(f"whole numbers, then 1.5 licences: {results[6]}")
print(f"whole numbers, then n/a: {results[7]}")
print(f"decimals, then n/a: {results[8]}")
sum_of_fees = Decimal("10099.99")
expected = [10100, True, sum_of_fees, 10100, sum_of_fees, sum_of_fees, 1, "ComputeError", None]
sys.exit(0 if results == expected else 1)
PY
